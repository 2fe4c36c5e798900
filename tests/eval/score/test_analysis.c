#include "eval/score/analysis.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

enum { EPISODES = 4, SAMPLES = 9 };

// Two seeds of four episodes, 4 s each in samples of 0.5 s. Offsets of 1 m against a reference at -1 m on a
// road of half width 4 m: a drift of 2 m, a share of a half. off[]: departures, -1: none; the second seed's
// second episode, if it stays, stalls after 2 s.
typedef struct made {
    vg_rollout rollouts[2];
    vg_episode episodes[2][EPISODES];
    vg_trace_point trace[2][EPISODES * SAMPLES];
    double open[2][EPISODES];
    vg_arm_seed seeds[2];
    vg_arm arm;
} made;

static void make(made *m, const double off[2][EPISODES]) {
    *m = (made){.arm = {"arm", m->seeds, 2, 2, 2, 4, 7}};
    for (int s = 0; s < 2; s++) {
        for (int e = 0; e < EPISODES; e++) {
            double t_off = off[s][e];
            m->open[s][e] = 0.25;
            bool stalled = t_off < 0 && s == 1 && e == 1;
            m->episodes[s][e] = (vg_episode){.outcome = t_off >= 0 ? VG_OUTCOME_OFF_ROAD
                                                        : stalled  ? VG_OUTCOME_STALLED
                                                                   : VG_OUTCOME_ON_ROAD,
                                             .success = t_off < 0 && !stalled,
                                             .progress_ratio = 0.5 + 0.5 * s,
                                             .driving_score = t_off < 0 && !stalled ? 0.9 : 0,
                                             .stall_time = stalled ? 2 : -1,
                                             .off_time = t_off,
                                             .departures = t_off >= 0 ? 2 : 0,
                                             .distance = 500,
                                             .mean_speed = (float)(10 + s),
                                             .lap_time = e ? -1 : 3 + s,
                                             .duration = 4,
                                             .excess = 0.125 * e,
                                             .action_error = t_off == 0 ? -1 : 0.5 + s,
                                             .completion = 0.75};
            for (int k = 0; k < SAMPLES; k++) {
                bool departed = t_off >= 0 && k * 0.5 >= t_off;
                float way = departed ? (float)(10 * t_off) : 5.0F * (float)k;
                m->trace[s][e * SAMPLES + k] = (vg_trace_point){.offset = 1,
                                                                .reference = -1,
                                                                .edge = 4,
                                                                .progress = way,
                                                                .excess = 0.0625F * (float)(e * k),
                                                                .departed = departed};
            }
        }
        m->rollouts[s] = (vg_rollout){EPISODES, SAMPLES, 0.5, 0.1, m->episodes[s], m->trace[s], 0, 0.05};
        m->seeds[s] = (vg_arm_seed){(uint64_t)s + 1, 1, &m->rollouts[s], m->open[s], NAN};
    }
}

static const double few[2][EPISODES] = {{-1, -1, 1, -1}, {-1, -1, 0, 0}};

START_TEST(two_roads) {
    made m;
    vg_analysis a;
    vg_diag diag;
    make(&m, few);
    ck_ok(vg_analysis_run(&m.arm, 1, &a, &diag));
    ck_assert(a.seeds == 2 && a.units == 2 && a.each == 2 && a.has_b);
    const double off_cells[] = {0, 0.5, 0, 1};
    for (int c = 0; c < 4; c++) ck_assert_double_eq(a.off_cells[c], off_cells[c]);
    ck_assert_double_eq_tol(a.off_road.value, 0.375, 1e-12);
    ck_assert_double_eq_tol(a.off_road_seeds[0], 0.25, 1e-12);
    ck_assert_double_eq_tol(a.off_road_worst, 0.5, 1e-12);
    ck_assert_double_eq_tol(a.off_road_iqm, 0.375, 1e-12);
    const double stalled_cells[] = {0, 0, 0.5, 0}, success_cells[] = {1, 0.5, 0.5, 0};
    for (int c = 0; c < 4; c++) {
        ck_assert_double_eq(a.stalled_cells[c], stalled_cells[c]);
        ck_assert_double_eq(a.success_cells[c], success_cells[c]);
    }
    ck_assert_double_eq_tol(a.stalled.value, 0.125, 1e-12);
    ck_assert_double_eq_tol(a.success.value, 0.5, 1e-12);
    ck_assert(a.success.low < 0.5 && a.success.high > 0.5);
    ck_assert_double_eq_tol(a.success_seeds[1], 0.25, 1e-12);
    ck_assert_double_eq_tol(a.stalled_seeds[1], 0.25, 1e-12);
    ck_assert_double_eq_tol(a.progress_ratio.value, 0.75, 1e-12);
    ck_assert_double_eq_tol(a.driving_score.value, 0.45, 1e-12);
    ck_assert_double_eq_tol(a.excess.value, 0.1875, 1e-12);
    ck_assert_double_eq_tol(a.excess_cells[3], 0.3125, 1e-12);
    ck_assert_double_eq_tol(a.departures_per_km.value, 6 / 4.0, 1e-12);
    ck_assert_double_eq_tol(a.open_error.value, 0.25, 1e-12);
    // No car of the second seed could be measured on the second road: the first seed's 0.5 is used there.
    ck_assert_double_eq_tol(a.closed_error.value, (0.5 + 0.5 + 1.5 + 0.5) / 4, 1e-12);
    ck_assert_double_eq_tol(a.error_ratio.value, 3, 1e-12);
    ck_assert_double_eq_tol(a.mean_speed.value, 10.5, 1e-12);
    // No car had a lap on the second road: the mean has no interval.
    ck_assert_double_eq_tol(a.lap_time.value, 3.5, 1e-12);
    ck_assert(isnan(a.lap_time.low));
    // 7 + 9 + 9 of 72 samples departed.
    ck_assert_double_eq_tol(a.drift_50.value, 2, 1e-6);
    ck_assert_double_eq_tol(a.drift_90.value, 4, 1e-6);
    ck_assert_double_eq_tol(a.share_50, 0.5, 1e-6);
    ck_assert(!a.pinned_50 && a.pinned_90 && a.pinned_99);
    ck_assert_double_eq_tol(a.drift_cells[1], (9 * 0.5 + 2 * 0.5 + 7) / 18, 1e-6);
    ck_assert_double_eq_tol(a.drift_seeds[1], 0.75, 1e-6);
    ck_assert_str_eq(vg_metric_at(1).name, "stalled");
    ck_assert_double_eq(vg_analysis_metric(&a, 1).value, a.stalled.value);
    vg_analysis_free(&a);
}
END_TEST

// Of an episode by its own count, then the mean over those that passed something; a road on which a seed
// passed nothing takes the other seed's share.
START_TEST(the_side_that_is_taken) {
    made m;
    vg_analysis a;
    vg_diag diag;
    make(&m, few);
    ck_ok(vg_analysis_run(&m.arm, 1, &a, &diag));
    ck_assert(isnan(a.left_share.value)); // nothing was passed
    vg_analysis_free(&a);
    m.episodes[0][0].passed = 4, m.episodes[0][0].passed_left = 3;
    m.episodes[0][1].passed = 1, m.episodes[0][1].passed_left = 0;
    m.episodes[0][2].passed = 2, m.episodes[0][2].passed_left = 2;
    m.episodes[1][1].passed = 8, m.episodes[1][1].passed_left = 4;
    ck_ok(vg_analysis_run(&m.arm, 1, &a, &diag));
    ck_assert_double_eq_tol(a.left_share.value, (0.375 + 1 + 0.5 + 1) / 4, 1e-12);
    vg_analysis_free(&a);
}
END_TEST

START_TEST(curves_and_horizons) {
    made m;
    vg_analysis a;
    vg_diag diag;
    make(&m, few);
    ck_ok(vg_analysis_run(&m.arm, 1, &a, &diag));
    ck_assert_int_eq(a.time_count, SAMPLES);
    ck_assert_double_eq(a.times[8], 4);
    // Off the road and stalled compete: together they are what no longer drives.
    ck_assert_double_eq_tol(a.alive[8].value, 0.5, 1e-9);
    ck_assert_double_eq_tol(a.off[8].value, 0.375, 1e-9);
    ck_assert_double_eq_tol(a.stall[8].value, 0.125, 1e-9);
    ck_assert_double_eq(a.stall[3].value, 0); // at 1.5 s
    ck_assert(a.stall_hazard[6].value > 0);   // 2 s of 4 s
    for (int k = 0; k < VG_HAZARD_BINS; k++) ck_assert(k == 6 || !(a.stall_hazard[k].value > 0));
    ck_assert_int_eq((int)a.survival.lives, 8);
    ck_assert_int_eq((int)a.survival.departed, 3);
    ck_assert_int_eq((int)a.survival.stalled, 1);
    ck_assert_double_eq_tol(a.survival.stall.value, 0.125, 1e-9);
    ck_assert_double_eq_tol(a.time_drift[0].q50, 0.5, 1e-6);
    ck_assert_double_eq_tol(a.time_drift[0].q90, 1, 1e-6);
    // The five cars that stay drive 40 m; departed cars count as at the edge all along.
    ck_assert_double_eq_tol(a.way_drift[a.way_count - 1].at, 40, 1e-6);
    ck_assert_double_eq_tol(a.way_drift[a.way_count - 1].q50, 0.5, 1e-6);
    ck_assert_double_eq_tol(a.way_drift[a.way_count - 1].q90, 1, 1e-6);
    // 4 s, 2 s and 1 s; half a second is one sample.
    ck_assert_int_eq(a.horizon_count, 3);
    ck_assert_double_eq(a.horizons[0], 1);
    ck_assert_double_eq(a.horizons[2], 4);
    ck_assert_double_eq_tol(a.growth_a.cost[2].value, (3 + 4 + 4) / 8.0, 1e-9);
    ck_assert_double_eq_tol(a.growth_a.cost[0].value, 2 / 8.0, 1e-9);
    ck_assert_double_eq_tol(a.growth_b.cost[2].value, 0.5 * 1.5, 1e-6);
    vg_analysis_free(&a);
}
END_TEST

// Cost (b) grows as T^2, more or less in each cell; the law is sought up to when 30 % have departed.
START_TEST(finds_the_law_of_growth) {
    enum { LONG = 61 };
    static made m;
    static vg_trace_point trace[2][EPISODES * LONG];
    const double off[2][EPISODES] = {{-1, -1, 2, -1}, {12.1, -1, 9, 1}};
    vg_analysis a;
    vg_diag diag;
    make(&m, off);
    m.arm.horizon = 0.25 * (LONG - 1);
    for (int s = 0; s < 2; s++) {
        for (int i = 0; i < EPISODES * LONG; i++) {
            float t = 0.25F * (float)(i % LONG);
            trace[s][i] = m.trace[s][0];
            trace[s][i].excess = 0.001F * t * t * (float)(1 + s + i / LONG);
        }
        m.rollouts[s].samples = LONG, m.rollouts[s].sample_seconds = 0.25, m.rollouts[s].trace = trace[s];
    }
    ck_ok(vg_analysis_run(&m.arm, 1, &a, &diag));
    ck_assert_int_eq(a.growth_law.verdict, VG_GROWTH_POLYNOMIAL);
    ck_assert_double_eq_tol(a.growth_law.order.value, 2, 1e-5);
    ck_assert_double_eq_tol(a.growth_law.to, 8.75, 1e-9); // the third of eight departs at 9 s
    ck_assert_double_eq_tol(a.growth_law.from, 0.5, 1e-9);
    vg_analysis_free(&a);
}
END_TEST

START_TEST(the_way_reaches_as_far_as_those_that_stay) {
    made m;
    vg_analysis a;
    vg_diag diag;
    make(&m, (const double[2][EPISODES]){{1, 1, 1, -1}, {1, 1, 1, 1}});
    ck_ok(vg_analysis_run(&m.arm, 1, &a, &diag));
    ck_assert_double_eq_tol(a.way_drift[a.way_count - 1].at, 40, 1e-6);
    // Departed cars, here more than half, pin the quantile at the edge.
    ck_assert(a.pinned_50);
    ck_assert_double_eq_tol(a.drift_50.value, 4, 1e-6);
    ck_assert_double_eq_tol(a.way_drift[a.way_count - 1].q50, 1, 1e-6);
    ck_assert_double_eq_tol(a.way_drift[0].q99, 0.5, 1e-6);
    vg_analysis_free(&a);
}
END_TEST

START_TEST(one_road_is_a_table_of_starts) {
    made m;
    vg_analysis a;
    vg_diag diag;
    make(&m, few);
    m.arm.roads = 1, m.arm.starts = 4;
    m.seeds[1].open_error = NULL;
    m.episodes[0][1].excess = -1;
    for (int k = 4; k < SAMPLES; k++) m.trace[0][k].ended = true;
    ck_ok(vg_analysis_run(&m.arm, 1, &a, &diag));
    ck_assert(a.units == 4 && a.each == 1 && !a.has_b);
    ck_assert_double_eq(a.off_cells[7], 1);
    ck_assert_double_eq_tol(a.drift_cells[0], 0.5, 1e-6);
    ck_assert(isnan(a.excess.value) && isnan(a.open_error.value) && isnan(a.error_ratio.value));
    ck_assert(isnan(a.open_seeds[1]) && isnan(a.growth_b.cost[0].value) && isnan(a.growth_b.b_p));
    ck_assert_double_eq(a.open_seeds[0], 0.25);
    vg_analysis_free(&a);
}
END_TEST

START_TEST(what_cannot_be_analysed) {
    made m;
    vg_analysis a;
    vg_diag diag;
    make(&m, few);
    m.rollouts[1].trace = NULL;
    ck_fails(vg_analysis_run(&m.arm, 1, &a, &diag), VG_ERR_ARGUMENT, "seed 1 has no rollout with a trace");
    ck_assert(!a.times && a.seeds == 0);
    make(&m, few);
    m.rollouts[1].samples = 8;
    ck_fails(vg_analysis_run(&m.arm, 1, &a, &diag), VG_ERR_ARGUMENT, "4 episodes of 8 samples");
    make(&m, few);
    m.arm.seed_count = 0;
    ck_fails(vg_analysis_run(&m.arm, 1, &a, &diag), VG_ERR_ARGUMENT, "0 seeds");
}
END_TEST

START_TEST(failing_allocations_leak_nothing) {
    made m;
    vg_analysis a;
    vg_diag diag;
    make(&m, few);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_analysis_run(&m.arm, 1, &a, &diag);
        if (!turn.err) vg_analysis_free(&a);
    }
}
END_TEST

CK_MAIN("analysis", two_roads, the_side_that_is_taken, curves_and_horizons, finds_the_law_of_growth,
        the_way_reaches_as_far_as_those_that_stay, one_road_is_a_table_of_starts, what_cannot_be_analysed,
        failing_allocations_leak_nothing)
