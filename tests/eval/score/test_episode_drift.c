#include "eval/score/episode_drift.h"

#include <math.h>

#include "tests/check.h"

// By hand: drifts 1, 2, 3 and 4 (a fifth is beyond the edge of 5), then a departure.
START_TEST(counts_up_to_the_departure) {
    vg_trace_point points[14] = {0};
    for (int i = 0; i < 7; i++) {
        vg_trace_point p = {.offset = (float)(i + 1) + 0.5f, .reference = 0.5f, .edge = 5};
        points[7 + i] = p;
    }
    points[7 + 6].departed = true;
    vg_rollout r = {.count = 2, .samples = 7, .trace = points};
    vg_episode_drift d = vg_episode_drift_of(&r, 1);
    ck_assert_double_eq_tol(d.mean, (1 + 2 + 3 + 4 + 5 + 5) / 6.0, 1e-12); // the sixth is clipped at the edge
    ck_assert_double_eq_tol(d.q99, 5, 1e-12);
    points[7 + 3].ended = true;
    d = vg_episode_drift_of(&r, 1);
    ck_assert_double_eq_tol(d.mean, 2, 1e-12);
    ck_assert_double_eq_tol(d.q99, 2 + 0.98, 1e-6); // type 7: rank 1.98 of 1, 2, 3
    points[7].departed = true;
    ck_assert(isnan(vg_episode_drift_of(&r, 1).mean));
    r.trace = NULL;
    ck_assert(isnan(vg_episode_drift_of(&r, 0).q99));
}
END_TEST

// Against a sorted list.
START_TEST(finds_the_quantile_of_many) {
    enum { N = 5001 };
    static vg_trace_point points[N];
    for (int i = 0; i < N; i++) points[i] = (vg_trace_point){.offset = (float)(i * 2003 % N) / N, .edge = 5};
    vg_rollout r = {.count = 1, .samples = N, .trace = points};
    ck_assert_double_eq_tol(vg_episode_drift_of(&r, 0).q99, 0.99 * (N - 1) / N, 1e-6);
}
END_TEST

CK_MAIN("episode drift", counts_up_to_the_departure, finds_the_quantile_of_many)
