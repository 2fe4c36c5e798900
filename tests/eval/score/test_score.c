#include <math.h>
#include <string.h>

#include "eval/score/score.h"
#include "tests/drivers.h"
#include "tests/golden.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

// Two episodes of four moments: one stays, one leaves after the second; worked by hand.
static vg_rollout by_hand(void) {
    vg_rollout r = {.count = 2, .samples = 4, .sample_seconds = 0.5, .tick_seconds = 0.1};
    r.episodes = vg_new(vg_episode, 2);
    r.trace = vg_new(vg_trace_point, 8);
    r.episodes[0] = (vg_episode){.outcome = VG_OUTCOME_STALLED,
                                 .progress_ratio = 0.5,
                                 .off_time = -1,
                                 .off_s = -1,
                                 .distance = 30,
                                 .distance_on = 30,
                                 .mean_speed = 20,
                                 .laps = 2,
                                 .lap_time = 0.7,
                                 .duration = 1.5};
    r.episodes[1] = (vg_episode){.outcome = VG_OUTCOME_OFF_ROAD,
                                 .progress_ratio = 0.25,
                                 .off_time = 0.8,
                                 .off_s = 9,
                                 .departures = 3,
                                 .distance = 20,
                                 .distance_on = 10,
                                 .mean_speed = 10,
                                 .lap_time = -1,
                                 .duration = 1.5};
    float offsets[] = {0, 1, -2, 1, 0, -3, 0, 0};
    for (int i = 0; i < 8; i++)
        r.trace[i] = (vg_trace_point){.offset = offsets[i], .edge = 4, .departed = i >= 6};
    return r;
}

START_TEST(scores_by_hand) {
    vg_rollout r = by_hand();
    vg_score s;
    vg_diag diag;
    ck_ok(vg_score_rollout(&r, &s, &diag));
    ck_assert_int_eq(s.episodes, 2);
    ck_assert_double_eq(s.horizon, 1.5);
    ck_assert_double_eq(s.off_road, 0.5);
    ck_assert_double_eq(s.stalled, 0.5);
    ck_assert_double_eq(s.success, 0);
    ck_assert_double_eq(s.progress_ratio, 0.375);
    ck_assert_double_eq(s.driving_score, 0);
    ck_assert_double_eq(s.off_time, 0.8);
    ck_assert_double_eq(s.departures_per_km, 3 / 0.05);
    ck_assert_double_eq(s.progress, 20);
    ck_assert_double_eq(s.mean_speed, 15);
    ck_assert_int_eq(s.laps, 2);
    ck_assert_double_eq(s.best_lap, 0.7);
    ck_assert_double_eq(s.lap_time, 0.7);
    // |offset| with departed cars at the edge: 0 0 1 1 2 3 4 4
    ck_assert_double_eq_tol(s.drift_50, 1.5, 1e-6);
    ck_assert_double_eq_tol(s.drift_90, 4, 1e-6);
    ck_assert_double_eq_tol(s.share_50, 0.375, 1e-6);
    ck_assert_double_eq(s.share_99, 1);
    ck_assert_int_eq(s.moment_count, 4);
    double alive[] = {1, 1, 0.5, 0.5}, q50[] = {0, 0.5, 0.75, 0.625};
    for (int k = 0; k < 4; k++) {
        ck_assert_double_eq(s.moments[k].t, 0.5 * k);
        ck_assert_double_eq(s.moments[k].alive, alive[k]);
        ck_assert_double_eq_tol(s.moments[k].q50, q50[k], 1e-6);
    }
    vg_score_free(&s);
    vg_rollout_free(&r);
}
END_TEST

START_TEST(without_a_trace_there_is_no_drift) {
    vg_rollout r = by_hand();
    vg_score s;
    vg_diag diag;
    vg_free(r.trace);
    r.trace = NULL;
    ck_ok(vg_score_rollout(&r, &s, &diag));
    ck_assert_double_eq(s.drift_50, -1);
    ck_assert_double_eq(s.off_road, 0.5);
    ck_assert_ptr_null(s.moments);
    vg_rollout_free(&r);
}
END_TEST

static uint64_t evaluate(const vg_road *road, int32_t threads) {
    vg_policy *policy = test_policy_create(0.004f, 12, false);
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout r;
    vg_score s;
    vg_diag diag;
    def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 150, def.start_spread = 2.5f,
    def.horizon = 15;
    def.threads = threads;
    ck_ok(vg_rollout_run(&def, &r, &diag));
    ck_ok(vg_score_rollout(&r, &s, &diag));
    uint64_t hash = vg_score_hash(&r, &s);
    vg_score_free(&s);
    vg_rollout_free(&r);
    vg_policy_destroy(policy);
    return hash;
}

START_TEST(same_seed_same_bits) {
    vg_road *road = stadium_road(60, 15, 4);
    uint64_t hash = evaluate(road, 1);
    ck_golden("score/test-policy", hash);
    ck_assert_uint_eq(evaluate(road, 2), hash);
    ck_assert_uint_eq(evaluate(road, 3), hash);
    vg_road_destroy(road);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_rollout r = by_hand();
    for (oom turn = {.least = 2}; oom_next(&turn);) {
        vg_score s;
        turn.err = vg_score_rollout(&r, &s, NULL);
        if (!turn.err) vg_score_free(&s);
    }
    vg_rollout_free(&r);
}
END_TEST

CK_MAIN("score", scores_by_hand, without_a_trace_there_is_no_drift, same_seed_same_bits,
        survives_every_failed_allocation)
