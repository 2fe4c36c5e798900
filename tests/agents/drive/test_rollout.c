#include <math.h>
#include <string.h>

#include "agents/drive/pace.h"
#include "agents/drive/reference.h"
#include "sim/base/hash.h"
#include "tests/drivers.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/obstacles.h"
#include "tests/out_of_memory.h"

static uint64_t hash_of(const vg_rollout *r) {
    uint64_t h = 0;
    for (int32_t e = 0; e < r->count; e++) h = vg_episode_hash(h, &r->episodes[e]);
    for (int64_t i = 0; i < (int64_t)r->count * r->samples; i++) h = vg_hash_float(h, &r->trace[i].s, 4);
    return h;
}

static vg_rollout run(const vg_policy *policy, const vg_road *const *roads, int32_t count, int32_t threads) {
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout out;
    vg_diag diag;
    def.policy = policy, def.roads = roads, def.road_count = count, def.starts = 50, def.start_spread = 2.5f,
    def.horizon = 20;
    def.seed = 9, def.threads = threads;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    return out;
}

START_TEST(a_good_driver_stays) {
    const vg_road *roads[] = {stadium_road(60, 15, 4), circle_road(50, 5)};
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    vg_rollout r = run(policy, roads, 2, 1);
    ck_assert_int_eq(r.count, 100);
    ck_assert_int_eq(r.samples, 401);
    for (int32_t e = 0; e < r.count; e++) {
        ck_assert_double_lt(r.episodes[e].off_time, 0);
        ck_assert_int_eq(r.episodes[e].departures, 0);
        ck_assert_int_eq(r.episodes[e].road, e / 50);
        ck_assert_double_gt(r.episodes[e].distance, 100);
        ck_assert_double_eq(r.episodes[e].distance, r.episodes[e].distance_on);
        ck_assert_float_le(fabsf(r.episodes[e].start_offset), 2.5f);
        ck_assert_float_le(fabsf(r.episodes[e].start_heading), 0.1f);
        ck_assert_float_eq_tol(r.trace[(int64_t)e * r.samples].offset, r.episodes[e].start_offset, 1e-6f);
    }
    vg_rollout_free(&r);
    vg_policy_destroy(policy);
    for (int i = 0; i < 2; i++) vg_road_destroy((vg_road *)roads[i]);
}
END_TEST

// 7 m/s round 50 m is 1 m/s^2; a car whose tyres give half of that is at its limit all the way.
START_TEST(grip_is_measured) {
    const vg_road *road = circle_road(50, 40);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    const float grips[] = {8.5f, 0.5f};
    for (int k = 0; k < 2; k++) {
        vg_rollout_def def = vg_rollout_def_default();
        vg_rollout out;
        vg_diag diag;
        vg_car car = vg_car_default();
        car.lateral_max = grips[k], car.longitudinal_max = 20;
        vg_start start = {.speed = 7};
        def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 1, def.given = &start;
        def.car = &car, def.horizon = 10;
        ck_ok(vg_rollout_run(&def, &out, &diag));
        const vg_episode *row = &out.episodes[0];
        ck_assert_double_lt(row->off_time, 0);
        if (k == 0) {
            ck_assert_double_ge(row->lateral_acceleration_99, 0.9);
            ck_assert_double_le(row->lateral_acceleration_99, 2);
            ck_assert_double_eq(row->at_limit_share, 0);
        } else {
            ck_assert_double_ge(row->lateral_acceleration_99, 0.4);
            ck_assert_double_le(row->lateral_acceleration_99, 0.55 + 1e-9);
            ck_assert_double_gt(row->at_limit_share, 0.5);
            ck_assert_double_le(row->at_limit_share, 1);
        }
        vg_rollout_free(&out);
    }
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// How drives end, by the pace of a reference of 20 m/s.
START_TEST(outcomes_are_told_apart) {
    static const struct {
        float gain, speed, pace;
        vg_outcome_kind outcome;
        bool success;
    } cases[] = {{0.1f, 10, 12, VG_OUTCOME_ON_ROAD, true},     // 0.83 of the pace
                 {0.1f, 8, 12, VG_OUTCOME_ON_ROAD, false},     // 0.67 of it: it drives, but not as fast
                 {0.1f, 2.2f, 12, VG_OUTCOME_ON_ROAD, false},  // above a walking pace
                 {0.1f, 1.5f, 12, VG_OUTCOME_STALLED, false},  // below it
                 {0.1f, 1.5f, 1.6f, VG_OUTCOME_ON_ROAD, true}, // where the reference walks, too
                 {0.1f, -50, 12, VG_OUTCOME_STALLED, false},   // a policy that only brakes
                 {0, 10, 12, VG_OUTCOME_OFF_ROAD, false}};
    const vg_road *road = circle_road(50, 5);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        vg_policy *policy = test_policy_create(cases[k].gain, cases[k].speed, false);
        const float centre = 0;
        const vg_given_line line = {&centre, &cases[k].pace, 1};
        vg_reference *reference;
        vg_rollout_def def = vg_rollout_def_default();
        vg_rollout r;
        vg_diag diag;
        const vg_start start = {.speed = cases[k].speed < 0 ? 4 : cases[k].speed};
        ck_ok(vg_reference_lines(&road, 1, &line, &reference, &diag));
        def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 1, def.given = &start;
        def.horizon = 20, def.reference = reference;
        ck_ok(vg_rollout_run(&def, &r, &diag));
        const vg_episode *row = &r.episodes[0];
        ck_assert_int_eq(row->outcome, cases[k].outcome);
        ck_assert_int_eq(row->success, cases[k].success);
        ck_assert_int_eq(row->stall_time >= 0, cases[k].outcome == VG_OUTCOME_STALLED);
        bool on = cases[k].outcome == VG_OUTCOME_ON_ROAD;
        ck_assert_double_eq(row->driving_score, on ? fmin(1, row->progress_ratio) : 0);
        if (on) ck_assert_double_eq_tol(row->progress_ratio, cases[k].speed / cases[k].pace, 0.05);
        const vg_trace_point *last = &r.trace[r.samples - 1];
        ck_assert_float_eq_tol(last->expected, 20 * cases[k].pace, 1.2f * cases[k].pace);
        if (cases[k].outcome == VG_OUTCOME_OFF_ROAD) // what it drove, of what the whole horizon holds
            ck_assert_double_eq_tol(row->progress_ratio, row->distance_on / (double)last->expected, 1e-6);
        vg_rollout_free(&r);
        vg_reference_destroy(reference);
        vg_policy_destroy(policy);
    }
    vg_road_destroy((vg_road *)road);
}
END_TEST

// From standing, 0.4 m/s^2 takes 5 s to a walking pace: 4.8 s of it are a slow start, 5.2 s a stall. The
// stall counts from the end of these seconds.
START_TEST(a_hesitation_is_no_stall) {
    const vg_road *road = circle_road(50, 5);
    vg_policy *policy = test_policy_create(0.1f, 50, false);
    const float rates[] = {2 / 4.8f, 2 / 5.2f};
    for (int k = 0; k < 2; k++) {
        vg_rollout_def def = vg_rollout_def_default();
        vg_rollout r;
        vg_diag diag;
        vg_car car = vg_car_default();
        car.accel_max = rates[k], car.rolling = car.drag = 0, car.speed_max = 8;
        const vg_start start = {0};
        def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 1, def.given = &start;
        def.car = &car, def.horizon = 20;
        ck_ok(vg_rollout_run(&def, &r, &diag));
        ck_assert_int_eq(r.episodes[0].outcome, k ? VG_OUTCOME_STALLED : VG_OUTCOME_ON_ROAD);
        if (k) ck_assert_double_eq_tol(r.episodes[0].stall_time, 5, 0.11);
        vg_rollout_free(&r);
    }
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// Policies that get nowhere and are never slow for 5 s together: one hops every 4.5 s, one circles.
static vg_err hop_act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                      float *out) {
    (void)world;
    const test_policy *p = (const test_policy *)policy;
    int32_t *action = state;
    bool circles = p->gain > 0;
    int32_t drives = p->speed > 3 ? 40 : 14; // actions of the 90 in 4.5 s
    float speed = circles ? p->speed : (++*action % 90) < drives ? p->speed : 0;
    out[0] = circles ? 1 : (2.7f * observed[3] - 0.1f * observed[0] - 0.4f * observed[1]) / 0.6f;
    out[1] = (speed - observed[2]) * 2;
    return VG_OK;
}

START_TEST(circles_and_hops_are_stalls) {
    static const vg_policy_ops ops = {
        .open = test_open, .close = test_close, .act = hop_act, .destroy = test_destroy};
    static const struct {
        float circles, speed;
        bool stalled;
    } cases[] = {{0, 3, true}, {0, 9, false}, {1, 4, true}};
    const vg_road *road = circle_road(50, 12);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        vg_policy *policy = test_policy_create(cases[k].circles, cases[k].speed, false);
        policy->ops = &ops;
        vg_rollout_def def = vg_rollout_def_default();
        vg_rollout r;
        vg_diag diag;
        const vg_start start = {.speed = 4};
        def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 1, def.given = &start;
        def.horizon = 20;
        ck_ok(vg_rollout_run(&def, &r, &diag));
        const vg_episode *row = &r.episodes[0];
        ck_assert_int_eq(row->outcome, cases[k].stalled ? VG_OUTCOME_STALLED : VG_OUTCOME_ON_ROAD);
        if (cases[k].stalled) ck_assert(row->stall_time > 9.9 && row->stall_time < 16);
        vg_rollout_free(&r);
        vg_policy_destroy(policy);
    }
    vg_road_destroy((vg_road *)road);
}
END_TEST

START_TEST(departures_are_counted_and_cars_put_back) {
    const vg_road *road = circle_road(50, 5);
    vg_policy *policy = test_policy_create(0, 10, false);
    vg_rollout r = run(policy, &road, 1, 1);
    for (int32_t e = 0; e < r.count; e++) {
        const vg_episode *row = &r.episodes[e];
        // Straight on from the centre of a 50 m circle: off at sqrt(55^2 - 50^2) = 22.9 m, about 2.3 s at 10
        // m/s.
        ck_assert_double_gt(row->off_time, 0.5);
        ck_assert_double_lt(row->off_time, 4.5);
        ck_assert_int_ge(row->departures, 6);
        ck_assert_int_le(row->departures, 10);
        ck_assert_double_lt(row->distance_on, 40);
        ck_assert_double_gt(row->distance, 150);
        const vg_trace_point *trace = r.trace + (int64_t)e * r.samples;
        for (int32_t k = 0; k < r.samples; k++)
            ck_assert_int_eq(trace[k].departed, k * r.sample_seconds >= row->off_time - 1e-9);
    }
    vg_rollout_free(&r);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

START_TEST(same_seed_same_bits) {
    const vg_road *roads[] = {stadium_road(60, 15, 4), circle_road(50, 5), open_road(5)};
    vg_policy *policy = test_policy_create(0.004f, 12, false);
    vg_rollout r = run(policy, roads, 3, 1);
    uint64_t hash = hash_of(&r);
    vg_rollout_free(&r);
    ck_golden("rollout/test-policy", hash);
    for (int threads = 2; threads <= 3; threads++) {
        r = run(policy, roads, 3, threads);
        ck_assert_uint_eq(hash_of(&r), hash);
        vg_rollout_free(&r);
    }
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        r = run(policy, roads, 3, 1);
        ck_assert_uint_eq(hash_of(&r), hash);
        vg_rollout_free(&r);
    }
    vg_policy_destroy(policy);
    for (int i = 0; i < 3; i++) vg_road_destroy((vg_road *)roads[i]);
}
END_TEST

static bool stop_now(void) { return true; }

// On a straight the speed is what half of the drive has gained since the curvature behind, or half of the
// brakes can lose before the curvature ahead.
START_TEST(starts_as_fast_as_a_careful_driver) {
    vg_road *road = stadium_road(120, 15, 4);
    vg_car car = vg_car_default();
    double curvature =
        0.5 * car.brake_max * 15; // squared speed in the hairpins, which end at 0 and begin at 120
    for (double s = 15; s < 110; s += 10) {
        double gained = curvature + car.accel_max * s, lost = curvature + car.brake_max * (120 - s);
        double square = gained < lost ? gained : lost;
        ck_assert_double_eq_tol(vg_careful_speed(road, &car, s), sqrt(square), 0.6);
    }
    ck_assert_double_eq_tol(vg_careful_speed(road, &car, 120 + 15 * 1.5), sqrt(curvature), 0.4);
    vg_road_destroy(road);
}
END_TEST

START_TEST(refuses_and_stops) {
    const vg_road *road = circle_road(50, 5);
    vg_policy *good = test_policy_create(0.1f, 8, false), *bad = test_policy_create(0.1f, 8, true);
    vg_rollout_def def = vg_rollout_def_default(), d;
    vg_rollout out;
    vg_diag diag;
    def.policy = good, def.roads = &road, def.road_count = 1, def.threads = 1;
    d = def, d.policy = bad;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_POLICY, "policy 'test' gave no action");
    d = def, d.stop = stop_now;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_INTERRUPTED, "stopped");
    d = def, d.horizon = NAN;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_ARGUMENT, "horizon nan");
    d = def, d.sample_interval = -1;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_ARGUMENT, "a sample every -1 s");
    d = def, d.disturbance.gust = 1;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_ARGUMENT, "gust_time: disturbance's value '0'");
    d = def, d.disturbance.observation_noise = NAN;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_ARGUMENT,
             "observation_noise: disturbance's value 'nan'");
    d = def, d.disturbance.delay = 3;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_ARGUMENT, "delay: disturbance's value '3'");
    d = def, d.starts = 0;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_ARGUMENT, "0 starts");
    good->tick_num = 1, good->tick_den = 50, good->ticks_per_action = 2;
    d = def, d.tick_num = 1, d.tick_den = 60;
    ck_fails(vg_rollout_run(&d, &out, &diag), VG_ERR_MISMATCH, "acts every 2 ticks of 1/50 s");
    ck_assert_ptr_null(out.episodes);
    vg_policy_destroy(good);
    vg_policy_destroy(bad);
    vg_road_destroy((vg_road *)road);
}
END_TEST

START_TEST(a_driver_that_failed_to_open_is_zero) {
    vg_policy *policy = test_policy_create(0.1f, 8, false);
    const vg_driver zero = {0};
    for (oom turn = {.least = 2}; oom_next(&turn);) { // what is observed, then the policy's own state
        vg_driver driver;
        turn.err = vg_driver_open(policy, 3, &driver, NULL);
        if (turn.err) ck_assert_mem_eq(&driver, &zero, sizeof zero);
        vg_driver_close(&driver);
    }
    vg_policy_destroy(policy);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    const vg_road *road = circle_road(50, 5);
    vg_policy *policy = test_policy_create(0.1f, 8, false);
    for (oom turn = {.least = 90}; oom_next(&turn);) {
        vg_rollout_def def = vg_rollout_def_default();
        vg_rollout out;
        def.policy = policy, def.roads = &road, def.road_count = 1, def.threads = 1, def.horizon = 5;
        def.disturbance = (vg_disturbance){1, 1, 0.1f, 0.1f, 0.1f}; // departures, so both drives
        turn.err = vg_rollout_run(&def, &out, NULL);
        if (!turn.err) {
            bool departed = false;
            for (int32_t e = 0; e < out.count; e++) departed |= out.episodes[e].off_time > 0;
            ck_assert(departed);
            vg_rollout_free(&out);
        }
    }
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// A driver that keeps to the centreline hits what stands there; it goes on beyond it.
START_TEST(a_collision_is_an_outcome_of_its_own) {
    const vg_obstacle all[] = {on_circle(100, 0, 1), on_circle(300, 0.5, 1), on_circle(500, -4, 0.5)};
    const vg_road *road = circle_with(all, 3);
    vg_policy *policy = test_policy_create(0.1f, 10, false);
    vg_rollout_def def = vg_rollout_def_default();
    vg_start start = {.s = 50, .speed = 10};
    vg_rollout out;
    vg_diag diag;
    def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 1, def.given = &start;
    def.horizon = 50;
    for (vg_costs costs = VG_COSTS_ALL; costs <= VG_COSTS_ABSORBING; costs++) {
        def.costs = costs;
        ck_ok(vg_rollout_run(&def, &out, &diag));
        const vg_episode *row = &out.episodes[0];
        ck_assert_int_eq(row->outcome, VG_OUTCOME_COLLISION);
        ck_assert_str_eq(vg_outcome_word(row->outcome), "collision");
        ck_assert(row->off_time < 0 && row->departures == 0 && !row->success && row->driving_score == 0);
        ck_assert_double_eq_tol(row->collision_time, 4.5, 0.5); // 45 m to the bumper
        ck_assert_double_eq(vg_episode_failed_at(row), row->collision_time);
        ck_assert_double_eq_tol(row->distance_on, 45.3, 0.5);
        ck_assert_double_eq_tol(row->off_s, 95.3, 0.5);
        ck_assert_int_eq(row->collisions, costs == VG_COSTS_ABSORBING ? 1 : 2);
        ck_assert(costs == VG_COSTS_ABSORBING || row->distance > 400);
        ck_assert((costs == VG_COSTS_ALL) == (row->excess > 0));
        ck_assert(out.trace[2].departed == 0 && out.trace[200].departed);
        vg_rollout_free(&out);
    }
    // Starts that are drawn have free road before them.
    def.given = NULL, def.starts = 16;
    vg_start starts[16];
    vg_rollout_starts(&def, starts);
    for (int i = 0; i < 16; i++) {
        vg_road_ahead_of near;
        ck_assert_int_eq(vg_road_ahead(road, starts[i].s, 4, 20 + 3 * (double)starts[i].speed, 1, &near), 0);
    }
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// Three islands on a circle of 628 m, on which 10 m/s come round once in 63 s: two to the right of the
// centreline, which is where the car is, one to its left. Before the collision only what was passed counts.
START_TEST(obstacles_passed_are_counted_by_their_side) {
    const vg_obstacle all[] = {on_circle(100, -4, 0.5), on_circle(150, -4, 0.5), on_circle(200, 4, 0.5),
                               on_circle(250, 0, 1)};
    vg_policy *policy = test_policy_create(0.1f, 10, false);
    vg_rollout_def def = vg_rollout_def_default();
    vg_start start = {.s = 50, .speed = 10};
    vg_diag diag;
    def.policy = policy, def.road_count = 1, def.starts = 1, def.given = &start, def.horizon = 90;
    def.costs = VG_COSTS_DEPARTURES;
    uint64_t hash[2];
    for (int32_t count = 3; count <= 4; count++) {
        const vg_road *road = circle_with(all, count);
        vg_rollout out;
        def.roads = &road;
        ck_ok(vg_rollout_run(&def, &out, &diag));
        const vg_episode *row = &out.episodes[0];
        double length = vg_road_get(road).length, rounds = (row->distance_on + start.s) / length;
        int32_t passed = count == 4 ? 3 : 0, left = count == 4 ? 2 : 0;
        for (int32_t k = 0; k < 3 && count == 3; k++) // as far as it came
            for (double at = 100 + 50 * k; at < row->distance_on + start.s; at += length)
                passed++, left += k < 2;
        ck_assert_msg(count == 4 || rounds > 1.2, "%.2f rounds", rounds);
        ck_assert_int_eq(row->passed, passed);
        ck_assert_int_eq(row->passed_left, left);
        hash[count - 3] = vg_episode_hash(0, row);
        vg_episode other = *row;
        other.passed_left++;
        ck_assert_uint_ne(hash[count - 3], vg_episode_hash(0, &other));
        vg_rollout_free(&out);
        vg_road_destroy((vg_road *)road);
    }
    vg_policy_destroy(policy);
}
END_TEST

CK_MAIN("rollout", a_good_driver_stays, obstacles_passed_are_counted_by_their_side,
        a_collision_is_an_outcome_of_its_own, grip_is_measured, outcomes_are_told_apart,
        a_hesitation_is_no_stall, circles_and_hops_are_stalls, departures_are_counted_and_cars_put_back,
        same_seed_same_bits, starts_as_fast_as_a_careful_driver, refuses_and_stops,
        a_driver_that_failed_to_open_is_zero, survives_every_failed_allocation)
