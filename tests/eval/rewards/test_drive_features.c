#include "eval/rewards/drive_features.h"

#include <math.h>
#include <string.h>

#include "agents/drive/stepper.h"
#include "agents/policy_open.h"
#include "sim/base/hash.h"
#include "tests/golden.h"
#include "tracks/library.h"

static vg_diag diag;

enum { STARTS = 2, ROADS = 2, EPISODES = STARTS * ROADS };

static vg_road *roads[ROADS];
static vg_policy *pursuit;

static vg_rollout_def def_of(float spread) {
    vg_policy_terms terms = {0};
    vg_rollout_def def = vg_rollout_def_default();
    if (!pursuit) {
        ck_ok(vg_track_load("test-1", &roads[0], &diag));
        ck_ok(vg_track_load("test-2", &roads[1], &diag));
        ck_ok(vg_policy_open("pursuit", &terms, &pursuit, &diag));
    }
    def.policy = pursuit, def.roads = (const vg_road *const *)roads, def.road_count = ROADS;
    def.starts = STARTS, def.horizon = 10, def.start_spread = spread, def.threads = 1;
    return def;
}

static void close_all(void) {
    for (int i = 0; i < ROADS; i++) vg_road_destroy(roads[i]);
    vg_policy_destroy(pursuit);
}

// The same drive by hand, judged action by action by the reward itself.
static double judged(const vg_rollout_def *def, const vg_start *start) {
    vg_driving_reward_def weights = vg_driving_reward_default();
    vg_reward *reward;
    ck_ok(vg_driving_reward_create(&weights, &reward, &diag));
    vg_stepper_def stepper_def = vg_stepper_default();
    stepper_def.world.roads = def->roads, stepper_def.world.road_count = 1, stepper_def.policy = pursuit;
    vg_stepper stepper;
    vg_episode_key key = {0};
    ck_ok(vg_stepper_open(&stepper_def, &stepper, &diag));
    ck_assert_int_eq(vg_stepper_begin(&stepper, 0, start, &key), VG_OK);
    double sum = 0, r;
    for (int i = 0; i < 200; i++) {
        float observed[3];
        vg_state before = vg_world_state(stepper.world, 0);
        vg_sense_observe(reward->sense, stepper.world, observed);
        ck_assert_int_eq(vg_stepper_act(&stepper), VG_OK);
        ck_assert_int_eq(vg_stepper_step(&stepper, stepper.actions), VG_OK);
        vg_reward_view view = {.count = 1,
                               .world = stepper.world,
                               .s = &before.s,
                               .observed = observed,
                               .actions = stepper.actions};
        reward->ops->evaluate(reward, &view, &r);
        sum += r;
    }
    vg_stepper_close(&stepper);
    vg_reward_destroy(reward);
    return sum;
}

START_TEST(sums_are_what_the_reward_says_action_by_action) {
    vg_rollout_def def = def_of(0.3f);
    vg_rollout rollout;
    vg_drive_features features[EPISODES];
    vg_start starts[EPISODES];
    vg_driving_reward_def weights = vg_driving_reward_default();
    ck_ok(vg_drive_features_run(&def, &rollout, features, &diag));
    vg_rollout_starts(&def, starts);
    ck_assert_double_eq_tol(features[0].seconds, 10, 1e-9);
    ck_assert_double_eq_tol(features[0].metres, rollout.episodes[0].distance, 0.01);
    ck_assert_double_eq_tol(features[0].f[VG_DRIVING_time], 10, 1e-9);
    ck_assert(!features[0].left);
    ck_assert_double_eq_tol(vg_drive_value(&weights, 0, &features[0], 10, 0.05), judged(&def, &starts[0]),
                            1e-4);
    vg_rollout_free(&rollout);
    close_all();
}
END_TEST

// From far beside the line many leave: nothing is summed after that.
START_TEST(a_departure_ends_the_sums) {
    vg_rollout_def def = def_of(0.3f);
    vg_rollout rollout;
    vg_drive_features features[EPISODES];
    vg_start given[EPISODES];
    vg_rollout_starts(&def, given);
    for (int e = 0; e < EPISODES; e++) given[e].heading = e % 2 ? 1.2f : 0;
    def.given = given;
    ck_ok(vg_drive_features_run(&def, &rollout, features, &diag));
    for (int e = 0; e < EPISODES; e++) {
        const vg_episode *row = &rollout.episodes[e];
        ck_assert(features[e].left == (e % 2 == 1) && features[e].left == (row->off_time >= 0));
        ck_assert_double_eq_tol(features[e].seconds, row->off_time >= 0 ? row->off_time : 10, 1e-9);
        ck_assert_double_eq_tol(features[e].metres, row->distance_on, 0.3);
    }
    vg_rollout_free(&rollout);
    close_all();
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    for (int32_t threads = 1; threads <= 3; threads++) {
        vg_rollout_def def = def_of(2.5f);
        vg_rollout rollout;
        vg_drive_features features[EPISODES];
        uint64_t hash = 0;
        def.threads = threads;
        ck_ok(vg_drive_features_run(&def, &rollout, features, &diag));
        for (int e = 0; e < EPISODES; e++) hash = vg_hash_bytes(hash, features[e].f, sizeof features[e].f);
        ck_golden("rewards/drive_features", hash);
        vg_rollout_free(&rollout);
    }
    close_all();
}
END_TEST

CK_MAIN("drive_features", sums_are_what_the_reward_says_action_by_action, a_departure_ends_the_sums,
        same_bits_at_any_thread_count)
