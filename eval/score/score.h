// eval/score/score.h -- the score of one rollout.
//
// There are two measures of one rollout, which are never mixed. Absorbing: an episode is on the road until
// its first departure and off it ever after. Resetting: departures per kilometre, where the car is put back
// onto the centreline after each (Ross, Gordon & Bagnell 2011). Drift is |offset| from the centreline; from
// its first departure a car counts as at the edge.
#ifndef VG_EVAL_SCORE_SCORE_H
#define VG_EVAL_SCORE_SCORE_H

#include "agents/drive/rollout.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(type, name, unit, text)
// collision is not in VG_SCORE_COLUMNS: a share of 0 leaves the hash as it is.
#define VG_SCORE_COLUMNS(X)                                                                                  \
    X(int32_t, episodes, "1", "episodes driven")                                                             \
    X(double, horizon, "s", "length of an episode")                                                          \
    X(double, off_road, "1", "share of episodes with a departure within the horizon")                        \
    X(double, stalled, "1", "share of episodes that stalled and did not leave the road")                     \
    X(double, success, "1", "share of episodes on the road to the end, with a progress_ratio of 0.8")        \
    X(double, progress_ratio, "1", "mean progress over the reference's from the same start")                 \
    X(double, driving_score, "1", "mean of progress_ratio, at most 1, 0 after leaving or stalling")          \
    X(double, off_time, "s", "mean time of the first departure, of those that departed; -1: none")           \
    X(double, departures_per_km, "1/km", "departures a kilometre, with reset")                               \
    X(double, drift_50, "m", "median |offset| over episodes and time; departed cars at the edge")            \
    X(double, drift_90, "m", "its 90th percentile")                                                          \
    X(double, drift_99, "m", "its 99th percentile")                                                          \
    X(double, share_50, "1", "the same as a share of the half width: median")                                \
    X(double, share_90, "1", "90th percentile; 1 is pinned by departed cars")                                \
    X(double, share_99, "1", "99th percentile; 1 is pinned by departed cars")                                \
    X(double, mean_speed, "m/s", "mean speed before the first departure")                                    \
    X(double, progress, "m", "mean progress before the first departure")                                     \
    X(int32_t, laps, "1", "laps done before the first departure, over all episodes")                         \
    X(double, lap_time, "s", "mean over episodes of their best lap; -1: no lap was done")                    \
    X(double, best_lap, "s", "best lap of all; -1: none")

// One sampled time of the horizon.
typedef struct vg_score_moment {
    double t;             // s
    double alive;         // share of episodes without a departure up to t
    double q50, q90, q99; // |offset| as a share of the half width, 1 for departed cars
} vg_score_moment;

typedef struct vg_score {
#define X(type, name, unit, text) type name;
    VG_SCORE_COLUMNS(X)
#undef X
    double collision;         // share of episodes that hit an obstacle before leaving the road
    vg_score_moment *moments; // [moment_count], from 0 to the horizon; NULL without a trace
    int32_t moment_count;
} vg_score;

// The rollout needs its trace for drift: without a trace, drift and share are -1. Quantiles are Hyndman &
// Fan's type 7 (1996). Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_score_rollout(const vg_rollout *rollout, vg_score *out, vg_diag *diag);
void vg_score_free(vg_score *score);

// A hash over the episodes' rows and the summary, without names, versions or times.
uint64_t vg_score_hash(const vg_rollout *rollout, const vg_score *score);

#ifdef __cplusplus
}
#endif
#endif
