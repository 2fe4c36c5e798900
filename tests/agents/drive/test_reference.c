#include "agents/drive/reference.h"

#include <math.h>
#include <string.h>

#include "tests/drivers.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"
#include "tracks/library.h"

static vg_rollout_def def_on(const vg_road *const *roads, int32_t count) {
    vg_rollout_def def = vg_rollout_def_default();
    def.roads = roads, def.road_count = count, def.starts = 20, def.start_spread = 1, def.horizon = 20;
    def.sample_interval = 1, def.seed = 3, def.threads = 1;
    return def;
}

static vg_reference *drive(const vg_policy *policy, const vg_rollout_def *def) {
    vg_reference *reference;
    vg_diag diag;
    ck_ok(vg_reference_drive(policy, def, &reference, &diag));
    return reference;
}

START_TEST(a_line_is_interpolated) {
    vg_road *roads[] = {circle_road(50, 5), open_road(5), circle_road(50, 5)};
    double round = vg_road_get(roads[0]).length, along = vg_road_get(roads[1]).length;
    const float ring[] = {1, 2, 3, 0}, way[] = {-1, 1};
    const float speeds[] = {10, 20};
    vg_given_line lines[] = {{ring, NULL, 4}, {way, speeds, 2}, {0}};
    vg_reference *line;
    vg_diag diag;
    ck_ok(vg_reference_lines((const vg_road *const *)roads, 3, lines, &line, &diag));
    ck_assert_float_eq_tol(vg_reference_offset(line, 0, 0), 1, 1e-6);
    ck_assert_float_eq_tol(vg_reference_offset(line, 0, round * 0.375), 2.5, 1e-6);
    ck_assert_float_eq_tol(vg_reference_offset(line, 0, round * 0.9375), 0.75, 1e-6); // back to the first
    ck_assert_float_eq_tol(vg_reference_offset(line, 1, along * 0.25), 0, 1e-6);
    ck_assert_float_eq_tol(vg_reference_offset(line, 1, along), 1, 1e-6); // held to the end
    ck_assert_float_eq(vg_reference_offset(line, 2, 10), 0);
    ck_assert_float_eq(vg_reference_offset(NULL, 0, 10), 0);
    ck_assert_ptr_null(vg_reference_pace(line, 0));
    ck_assert_float_eq_tol(vg_pace_at(vg_reference_pace(line, 1), along * 0.25), 15, 1e-5);
    ck_assert_ptr_null(vg_reference_expert(line));
    ck_assert_uint_ne(vg_reference_hash(line), vg_reference_hash(NULL));
    double error;
    vg_policy *policy = test_policy_create(0.1f, 8, false);
    ck_fails(vg_reference_open_loop(line, policy, 1, &error, &diag), VG_ERR_ARGUMENT, "without states");
    vg_reference_destroy(line);
    const float bad[] = {0, NAN};
    lines[1].offset = bad;
    ck_fails(vg_reference_lines((const vg_road *const *)roads, 3, lines, &line, &diag), VG_ERR_ARGUMENT,
             "the line on road 1");
    ck_assert_ptr_null(line);
    const float parked[] = {10, 0};
    lines[1] = (vg_given_line){way, parked, 2};
    ck_fails(vg_reference_lines((const vg_road *const *)roads, 3, lines, &line, &diag), VG_ERR_ARGUMENT,
             "a speed that is not above 0");
    vg_policy_destroy(policy);
    for (int i = 0; i < 3; i++) vg_road_destroy(roads[i]);
}
END_TEST

START_TEST(same_bits_at_any_number_of_threads) {
    const vg_road *roads[] = {stadium_road(60, 15, 4), circle_road(50, 5), open_road(5),
                              eight_road(120, 4),      open_road(4),       circle_road(40, 4)};
    vg_policy *policy = expert("pursuit-noisy"), *other = test_policy_create(0.02f, 8, false);
    vg_rollout_def def = def_on(roads, 6);
    uint64_t hash = 0;
    double first[120], error[120];
    vg_diag diag;
    for (def.threads = 1; def.threads <= 3; def.threads++) {
        vg_reference *reference = drive(policy, &def);
        ck_ok(vg_reference_open_loop(reference, other, def.threads, error, &diag));
        if (def.threads == 1) hash = vg_reference_hash(reference), memcpy(first, error, sizeof first);
        ck_assert_uint_eq(vg_reference_hash(reference), hash);
        ck_assert_mem_eq(first, error, sizeof first);
        vg_reference_destroy(reference);
    }
    for (int i = 0; i < 6; i++) vg_road_destroy((vg_road *)roads[i]);
    vg_policy_destroy(policy);
    vg_policy_destroy(other);
}
END_TEST

START_TEST(the_expert_makes_no_error_and_keeps_to_its_line) {
    vg_diag diag;
    vg_road *road;
    ck_ok(vg_track_load("chicane", &road, &diag));
    const vg_road *roads[] = {road};
    vg_policy *policy = expert("pursuit"), *other = test_policy_create(0.1f, 8, false);
    vg_rollout_def def = def_on(roads, 1);
    def.start_spread = 0, def.horizon = 60;
    vg_reference *reference = drive(policy, &def);
    ck_assert_ptr_eq(vg_reference_expert(reference), policy);
    double error[20];
    ck_ok(vg_reference_open_loop(reference, policy, 1, error, &diag));
    for (int e = 0; e < 20; e++) ck_assert_double_eq(error[e], 0);
    ck_ok(vg_reference_open_loop(reference, other, 1, error, &diag));
    for (int e = 0; e < 20; e++) ck_assert_double_gt(error[e], 0.01);

    def.policy = policy, def.reference = reference;
    vg_rollout r, bare;
    ck_ok(vg_rollout_run(&def, &r, &diag));
    def.reference = NULL;
    ck_ok(vg_rollout_run(&def, &bare, &diag));
    double widest = 0, apart = 0;
    for (int32_t e = 0; e < r.count; e++) {
        ck_assert_double_eq(r.episodes[e].action_error, 0); // its own labels, on its own states
        ck_assert_double_eq(bare.episodes[e].action_error, -1);
        ck_assert_double_lt(r.episodes[e].excess, 0.02);
        ck_assert_double_lt(r.episodes[e].excess, 0.3 * bare.episodes[e].excess);
        for (int32_t k = 20; k < r.samples; k++) { // settled
            const vg_trace_point *p = &r.trace[(int64_t)e * r.samples + k];
            ck_assert_float_eq_tol(p->reference, vg_reference_offset(reference, 0, (double)p->s), 1e-4);
            widest = fmax(widest, fabsf(p->offset));
            apart = fmax(apart, fabsf(p->offset - p->reference));
        }
    }
    ck_assert_double_gt(widest, 0.3);
    ck_assert_double_lt(apart, 0.25 * widest);
    vg_rollout_free(&r);
    vg_rollout_free(&bare);
    vg_reference_destroy(reference);
    vg_policy_destroy(policy);
    vg_policy_destroy(other);
    vg_road_destroy(road);
}
END_TEST

// A line far out costs a car nothing if the car is nearer to the centre, on either side.
START_TEST(within_the_reference_nothing_is_in_excess) {
    vg_road *road = circle_road(50, 5);
    const vg_road *roads[] = {road};
    vg_policy *policy = test_policy_create(0.1f, 8, false);
    const float far = 4.9f;
    const vg_given_line given = {&far, NULL, 1};
    vg_reference *line;
    vg_diag diag;
    ck_ok(vg_reference_lines(roads, 1, &given, &line, &diag));
    vg_rollout_def def = def_on(roads, 1);
    vg_rollout r;
    def.policy = policy, def.reference = line;
    ck_ok(vg_rollout_run(&def, &r, &diag));
    for (int32_t e = 0; e < r.count; e++) {
        ck_assert_double_lt(r.episodes[e].off_time, 0);
        ck_assert_double_eq(r.episodes[e].excess, 0);
        ck_assert_double_gt(r.episodes[e].max_drift, 0.01);
        ck_assert_double_eq(r.episodes[e].action_error, -1); // a line has no labels
    }
    vg_rollout_free(&r);
    vg_reference_destroy(line);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

START_TEST(refuses) {
    vg_road *road = circle_road(50, 5), *narrow = circle_road(12, 0.02);
    const vg_road *roads[] = {road, narrow};
    vg_policy *policy = expert("pursuit"), *other = test_policy_create(0.1f, 8, false);
    vg_rollout_def def = def_on(roads, 2);
    vg_reference *reference;
    vg_diag diag;
    ck_fails(vg_reference_drive(other, &def, &reference, &diag), VG_ERR_ARGUMENT, "'test' is not an expert");
    ck_fails(vg_reference_drive(policy, &def, &reference, &diag), VG_ERR_POLICY, "'pursuit' left the road");
    ck_assert_ptr_null(reference);
    def.road_count = 1;
    reference = drive(policy, &def);
    double error[20];
    other->tick_num = 1, other->tick_den = 50, other->ticks_per_action = 2;
    ck_fails(vg_reference_open_loop(reference, other, 1, error, &diag), VG_ERR_MISMATCH, "1/50 s");
    vg_policy *broken = test_policy_create(0.1f, 8, true);
    ck_fails(vg_reference_open_loop(reference, broken, 1, error, &diag), VG_ERR_POLICY, "no action");
    vg_reference_destroy(reference);
    vg_policy_destroy(policy);
    vg_policy_destroy(other);
    vg_policy_destroy(broken);
    vg_road_destroy(road);
    vg_road_destroy(narrow);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_road *road = circle_road(20, 5);
    const vg_road *roads[] = {road};
    vg_policy *policy = expert("pursuit-noisy");
    vg_rollout_def def = def_on(roads, 1);
    def.horizon = 1, def.starts = 2;
    for (oom turn = {.least = 100}; oom_next(&turn);) {
        vg_reference *reference;
        double error[2];
        turn.err = vg_reference_drive(policy, &def, &reference, NULL);
        if (!turn.err) {
            turn.err = vg_reference_open_loop(reference, policy, 1, error, NULL);
            vg_reference_destroy(reference);
        } else {
            ck_assert_ptr_null(reference);
        }
    }
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("reference", a_line_is_interpolated, same_bits_at_any_number_of_threads,
        the_expert_makes_no_error_and_keeps_to_its_line, within_the_reference_nothing_is_in_excess, refuses,
        survives_every_failed_allocation)
