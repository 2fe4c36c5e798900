#include "agents/training/collect.h"

#include <math.h>
#include <string.h>

#include "agents/experts/expert.h"
#include "sim/base/memory.h"
#include "tests/drivers.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

static vg_diag diag;

// An expert whose action depends on the car's position, so that it leaves the road sooner or later.
static vg_err tell(const vg_policy *policy, const void *state, const vg_world *world, float *out) {
    (void)policy, (void)state;
    vg_world_view view = vg_world_get(world);
    for (int32_t i = 0; i < view.count; i++) {
        out[2 * i] = view.offset[i] / 16;
        out[2 * i + 1] = view.speed[i] / 64;
    }
    return VG_OK;
}
static const vg_policy_ops teller_ops = {.label = tell};
static const vg_policy teller = {.ops = &teller_ops, .name = "teller"};

typedef struct made {
    vg_sense *sense;
    vg_road *road[2];
    vg_policy *pursuit, *learner;
    vg_car car;
    vg_collect_def def;
} made;

static made make(const char *sense) {
    made m = {.car = vg_car_default()};
    ck_ok(vg_sense_create(sense, &m.sense, &diag));
    m.road[0] = circle_road(60, 6), m.road[1] = stadium_road(80, 30, 6);
    ck_ok(vg_expert_create("pursuit", &m.pursuit, &diag));
    m.learner = test_policy_create(0, 12, false); // goes straight on
    return m;
}

static vg_collect_def def_of(const made *m) {
    return (vg_collect_def){.sense = m->sense,
                            .expert = m->pursuit,
                            .roads = (const vg_road *const *)m->road,
                            .road_count = 2,
                            .car = &m->car,
                            .tick_num = 1,
                            .tick_den = 60,
                            .ticks_per_action = 3,
                            .start_spread = 1,
                            .episodes = 10,
                            .rows = 1003,
                            .beta = 1,
                            .seed = 5,
                            .threads = 1};
}

static void unmake(made *m) {
    vg_sense_destroy(m->sense);
    vg_road_destroy(m->road[0]), vg_road_destroy(m->road[1]);
    vg_policy_destroy(m->pursuit), vg_policy_destroy(m->learner);
}

START_TEST(factors_by_hand) {
    double l[3];
    vg_collect_factor((const double[2][2]){{4, 2}, {2, 5}}, l);
    ck_assert(l[0] == 2 && l[1] == 1 && l[2] == 2);
    vg_collect_factor((const double[2][2]){{0, 0}, {0, 9}}, l);
    ck_assert(l[0] == 0 && l[1] == 0 && l[2] == 3);
    vg_collect_factor((const double[2][2]){{4, -6}, {-6, 9}}, l); // all in one direction
    ck_assert(l[0] == 2 && l[1] == -3 && l[2] == 0);
}
END_TEST

// Row t holds what was sensed before action t, and the label at that same state, also after a reset.
START_TEST(labels_stand_beside_their_states) {
    made m = make("offset,speed");
    vg_collect_def def = def_of(&m);
    vg_collection got;
    def.expert = &teller;
    ck_ok(vg_collect_run(&def, &got, &diag));
    ck_assert_int_eq(got.rows, 1003);
    ck_assert(got.departures > 0 && got.seconds_off > 0);
    for (int64_t r = 0; r < got.rows; r++)
        for (int k = 0; k < 2; k++) ck_assert(got.inputs[2 * r + k] == got.labels[2 * r + k] * (k ? 64 : 16));
    vg_collect_free(&got);
    unmake(&m);
}
END_TEST

// A departure terminates a run of rows, the horizon truncates it.
START_TEST(knows_where_rows_end) {
    made m = make("offset,speed");
    vg_collect_def def = def_of(&m);
    vg_collection got;
    def.expert = &teller, def.rows = 1000;
    ck_ok(vg_collect_run(&def, &got, &diag));
    int64_t terminated = 0, truncated = 0;
    for (int64_t r = 0; r < got.rows; r++) {
        terminated += got.ends[r] == VG_ROW_TERMINATED, truncated += got.ends[r] == VG_ROW_TRUNCATED;
        ck_assert(r % 100 < 99 || got.ends[r] != VG_ROW_GOES_ON);
        ck_assert(r % 100 == 99 || got.ends[r] != VG_ROW_TRUNCATED);
        // A car that was put back is on the centreline; before, it was far from it.
        if (got.ends[r] == VG_ROW_TERMINATED && r % 100 < 99)
            ck_assert(fabsf(got.inputs[2 * r]) > 3 && fabsf(got.inputs[2 * r + 2]) < 0.5f);
    }
    ck_assert(terminated > 0 && truncated > 0);
    ck_assert_int_eq(terminated, got.departures);
    vg_collect_free(&got);
    unmake(&m);
}
END_TEST

START_TEST(shares_rows_evenly_in_order) {
    made m = make("offset,speed");
    vg_collect_def def = def_of(&m);
    vg_collection all, one;
    ck_ok(vg_collect_run(&def, &all, &diag));
    ck_assert_int_eq(all.episodes, 10);
    for (int e = 0; e < 10; e++) ck_assert_int_eq(all.count[e], e < 3 ? 101 : 100);
    ck_assert_int_eq(all.actions, 1010);
    ck_assert_int_eq(all.expert_actions, 1010);
    ck_assert_double_eq_tol(all.laps, all.distance / vg_road_get(m.road[0]).length,
                            all.laps * 0.2); // near each other
    def.episodes = 3, def.rows = 303;        // the same first three
    ck_ok(vg_collect_run(&def, &one, &diag));
    ck_assert(memcmp(all.inputs, one.inputs, sizeof(float) * 606) == 0);
    vg_collect_free(&one);
    def.first_road = 1;
    ck_ok(vg_collect_run(&def, &one, &diag));
    ck_assert(memcmp(all.inputs, one.inputs, sizeof(float) * 606) != 0);
    vg_collect_free(&one);
    vg_collect_free(&all);
    unmake(&m);
}
END_TEST

START_TEST(mixes_by_chance) {
    made m = make("offset,heading,speed,curvature@0");
    for (int i = 0; i <= 4; i++) {
        vg_collect_def def = def_of(&m);
        vg_collection got;
        def.learner = m.learner;
        def.beta = 0.25 * i;
        def.episodes = 40, def.rows = 8000;
        ck_ok(vg_collect_run(&def, &got, &diag));
        double share = (double)got.expert_actions / (double)got.actions, beta = def.beta;
        ck_assert_double_le(fabs(share - beta), 4 * sqrt(beta * (1 - beta) / 8000.0)); // 0 and 1 exactly
        ck_assert_int_eq(got.rows, 8000); // labels, whoever drives
        // A learner that goes straight on leaves the road; the expert does not.
        ck_assert(i == 0 ? got.departures > 40 : i == 4 ? got.departures == 0 : true);
        vg_collect_free(&got);
    }
    unmake(&m);
}
END_TEST

// The command is sensed as `previous` in the next row: the command less its label is the noise.
START_TEST(noise_has_the_covariance_asked_for) {
    made m = make("previous,speed");
    vg_collect_def def = def_of(&m);
    vg_collection got;
    double sum[3] = {0}, mean[2] = {0};
    int64_t n = 0;
    const double wanted[] = {0.01, 0.006, 0.02};
    def.noise[0][0] = wanted[0], def.noise[0][1] = def.noise[1][0] = wanted[1], def.noise[1][1] = wanted[2];
    def.road_count = 1, def.start_spread = 0, def.episodes = 60, def.rows = 60 * 300;
    ck_ok(vg_collect_run(&def, &got, &diag));
    ck_assert_int_eq(got.departures, 0);
    for (int64_t r = 0; r + 1 < got.rows; r++) {
        if (r % 300 < 100 || r % 300 == 299) continue; // until the speed has settled, labels may be clamped
        const float *label = got.labels + 2 * r, *did = got.inputs + 3 * (r + 1);
        if (fabsf(label[1]) > 0.4f) continue;
        double e[] = {(double)did[0] - (double)label[0], (double)did[1] - (double)label[1]};
        sum[0] += e[0] * e[0], sum[1] += e[0] * e[1], sum[2] += e[1] * e[1];
        mean[0] += e[0], mean[1] += e[1];
        n++;
    }
    ck_assert(n > 6000);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(sum[i] / (double)n, wanted[i], 5 * wanted[2] / sqrt((double)n) + 2e-4);
    for (int i = 0; i < 2; i++) ck_assert_double_eq_tol(mean[i] / (double)n, 0, 5 * 0.15 / sqrt((double)n));
    vg_collect_free(&got);
    unmake(&m);
}
END_TEST

// In the action space of setpoints labels are setpoints and the noise is on them; without noise the expert
// drives as ever.
START_TEST(labels_and_noise_are_in_the_action_space) {
    made m = make("offset,heading,speed");
    vg_collect_def def = def_of(&m);
    vg_collection direct, clean, noisy;
    ck_ok(vg_collect_run(&def, &direct, &diag));
    def.action_space = vg_action_space_at(1);
    ck_ok(vg_collect_run(&def, &clean, &diag));
    def.noise[0][0] = 0.01;
    ck_ok(vg_collect_run(&def, &noisy, &diag));
    int64_t values = direct.rows * vg_sense_size(m.sense);
    ck_assert(clean.rows == direct.rows);
    ck_assert(!memcmp(clean.inputs, direct.inputs, sizeof(float) * (size_t)values));
    for (int64_t r = 0; r < clean.rows; r++) { // the target speed is what the acceleration asks for
        float speed = clean.inputs[3 * r + 2], push = direct.labels[2 * r + 1];
        double accel = push * (push > 0 ? m.car.accel_max : m.car.brake_max);
        double wanted = fmax(0, speed + accel - m.car.rolling - m.car.drag * speed * speed);
        ck_assert_double_eq_tol((1 + clean.labels[2 * r + 1]) / 2 * m.car.speed_max, wanted, 1e-4);
    }
    ck_assert_double_gt(noisy.drift, clean.drift + 0.02);
    vg_collect_free(&direct), vg_collect_free(&clean), vg_collect_free(&noisy);
    unmake(&m);
}
END_TEST

START_TEST(a_gate_gives_rows_of_the_expert_only) {
    made m = make("offset,heading,speed,curvature@0");
    vg_collect_def def = def_of(&m);
    vg_collection got;
    const vg_takeover_def takeover = {
        .edge_time = 1, .calm_offset = 0.5, .calm_heading = 0.1, .calm_time = 0.5};
    def.learner = m.learner, def.takeover = &takeover;
    def.episodes = 8, def.rows = 8 * 200;
    ck_ok(vg_collect_run(&def, &got, &diag));
    int64_t taken = 0;
    for (int64_t r = 0; r < got.rows; r++) {
        taken += got.taken[r];
        ck_assert(r == 0 || got.taken[r] == (got.ends[r - 1] == VG_ROW_TRUNCATED)); // a run a takeover
    }
    ck_assert_int_eq(got.rows, got.expert_actions);
    ck_assert_int_eq(got.departures, 0); // it takes over in time
    ck_assert_int_eq(got.taken[0], 1);   // the learner begins
    ck_assert(taken >= 8 && got.rows > taken && got.rows < got.actions);
    vg_collect_free(&got);
    unmake(&m);
}
END_TEST

START_TEST(same_bits_at_any_thread_count_and_in_disturbance) {
    made m = make("offset,heading,speed,curvature@0");
    vg_collection first, got;
    static const int32_t threads[] = {1, 2, 3, 7};
    for (int i = 0; i < 4; i++) {
        vg_collect_def def = def_of(&m);
        def.learner = m.learner, def.beta = 0.7, def.episodes = 150, def.rows = 6000;
        def.noise[0][0] = 0.01;
        def.disturbance = (vg_disturbance){.gust = 0.05f, .gust_time = 1, .observation_noise = 0.01f};
        def.threads = threads[i];
        ck_ok(vg_collect_run(&def, i ? &got : &first, &diag));
        if (i == 0) continue;
        ck_assert_int_eq(got.rows, first.rows);
        ck_assert(memcmp(got.inputs, first.inputs, sizeof(float) * 4 * (size_t)got.rows) == 0);
        ck_assert(memcmp(got.labels, first.labels, sizeof(float) * 2 * (size_t)got.rows) == 0);
        ck_assert(memcmp(got.ends, first.ends, (size_t)got.rows) == 0);
        ck_assert(got.departures == first.departures && got.distance == first.distance);
        vg_collect_free(&got);
    }
    vg_collect_free(&first);
    unmake(&m);
}
END_TEST

// A delayed and noisy expert: its label has neither, but its driving has both, and has memory.
START_TEST(an_expert_with_a_memory_drives_by_it) {
    made m = make("previous,speed");
    vg_policy *noisy;
    ck_ok(vg_expert_create("pursuit-noisy", &noisy, &diag));
    vg_collect_def def = def_of(&m);
    vg_collection got;
    def.expert = noisy;
    ck_ok(vg_collect_run(&def, &got, &diag));
    double away = 0;
    for (int64_t r = 0; r + 1 < 101; r++)
        away += fabs((double)got.inputs[3 * (r + 1)] - (double)got.labels[2 * r]);
    ck_assert(away > 0.1);
    vg_collect_free(&got);
    vg_policy_destroy(noisy);
    unmake(&m);
}
END_TEST

START_TEST(refuses_what_makes_no_sense) {
    made m = make("offset,speed");
    vg_collection got;
    vg_collect_def def = def_of(&m);
    def.beta = 1.01;
    ck_fails(vg_collect_run(&def, &got, &diag), VG_ERR_ARGUMENT, "beta is 1.01, expected 0 to 1");
    def = def_of(&m), def.beta = NAN;
    ck_fails(vg_collect_run(&def, &got, &diag), VG_ERR_ARGUMENT, "beta");
    def = def_of(&m), def.noise[0][0] = def.noise[1][1] = 1, def.noise[0][1] = def.noise[1][0] = 1.1;
    ck_fails(vg_collect_run(&def, &got, &diag), VG_ERR_ARGUMENT, "not a covariance");
    def = def_of(&m), def.expert = m.learner;
    ck_fails(vg_collect_run(&def, &got, &diag), VG_ERR_ARGUMENT, "cannot be asked");
    def = def_of(&m), def.learner = m.learner;
    ck_fails(vg_collect_run(&def, &got, &diag), VG_ERR_MISMATCH, "sense differs from the sense of the rows");
    def = def_of(&m), def.rows = 9;
    ck_fails(vg_collect_run(&def, &got, &diag), VG_ERR_ARGUMENT, "9 rows in 10 episodes");
    unmake(&m);
}
END_TEST

// Longer drives need no more allocations, because a step makes none.
START_TEST(never_allocates_in_a_step) {
    made m = make("offset,heading,speed,curvature@0");
    int64_t took[2];
    for (int i = 0; i < 2; i++) {
        vg_collect_def def = def_of(&m);
        vg_collection got;
        def.learner = m.learner, def.beta = 0.5, def.rows = i ? 5000 : 1000;
        int64_t before = vg_memory_count();
        ck_ok(vg_collect_run(&def, &got, &diag));
        took[i] = vg_memory_count() - before;
        vg_collect_free(&got);
    }
    ck_assert_int_eq(took[0], took[1]);
    unmake(&m);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    made m = make("offset,heading,speed,curvature@0");
    vg_collect_def def = def_of(&m);
    def.learner = m.learner, def.episodes = 3, def.rows = 30;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_collection got;
        turn.err = vg_collect_run(&def, &got, &diag);
        vg_collect_free(&got);
    }
    unmake(&m);
}
END_TEST

CK_MAIN("collect", factors_by_hand, labels_stand_beside_their_states, knows_where_rows_end,
        shares_rows_evenly_in_order, mixes_by_chance, noise_has_the_covariance_asked_for,
        labels_and_noise_are_in_the_action_space, a_gate_gives_rows_of_the_expert_only,
        same_bits_at_any_thread_count_and_in_disturbance, an_expert_with_a_memory_drives_by_it,
        refuses_what_makes_no_sense, never_allocates_in_a_step, out_of_memory_leaves_nothing)
