// eval/score/analysis.h -- all results of one arm (one recipe over its training seeds, or one policy) on a
// suite.
#ifndef VG_EVAL_SCORE_ANALYSIS_H
#define VG_EVAL_SCORE_ANALYSIS_H

#include "eval/score/arm_drift.h"
#include "eval/score/arm_growth.h"
#include "eval/stats/survival.h"

#ifdef __cplusplus
extern "C" {
#endif

// Estimates with 95 % intervals. X(name, unit, worse, text); worse: +1 if larger is worse, -1 if smaller is,
// 0 neither.
#define VG_METRICS(X)                                                                                        \
    X(off_road, "1", 1, "cost (a): share of episodes with a departure within the horizon")                   \
    X(stalled, "1", 1, "share of episodes that stalled and neither left the road nor collided")              \
    X(success, "1", -1, "share of episodes on the road to the end, with a progress_ratio of 0.8")            \
    X(progress_ratio, "1", -1, "progress before leaving the road over the reference's from the same start")  \
    X(driving_score, "1", -1, "mean of progress_ratio, at most 1, 0 after leaving the road or stalling")     \
    X(excess, "1", 1, "cost (b): mean bounded excess offset over the horizon, 1 while off the road")         \
    X(departures_per_km, "1/km", 1, "cost (c): departures a kilometre, each followed by a reset")            \
    X(drift_50, "m", 1, "median |offset - reference's| over episodes and time; departed cars at the edge")   \
    X(drift_90, "m", 1, "its 90th percentile")                                                               \
    X(drift_99, "m", 1, "its 99th percentile")                                                               \
    X(open_error, "1", 1, "mean |action - expert's|^2 on the expert's states")                               \
    X(closed_error, "1", 1, "mean |action - expert's|^2 on its own states before the first departure")       \
    X(error_ratio, "1", 1, "closed_error / open_error")                                                      \
    X(mean_speed, "m/s", 0, "mean speed before the first departure")                                         \
    X(completion, "1", -1, "share of the road driven before the first departure")                            \
    X(lap_time, "s", 0, "best lap of an episode, over episodes with one")                                    \
    X(jerk_lateral, "m/s^3", 1, "root mean square, mean over episodes")                                      \
    X(jerk_longitudinal, "m/s^3", 1, "root mean square, mean over episodes")                                 \
    X(lateral_acceleration_99, "m/s^2", 0, "99th percentile of an episode, mean over episodes")              \
    X(at_limit_share, "1", 0, "share of the ticks at the limit of the tyres, before the first departure")    \
    X(reversals, "1/min", 1, "reversals of the steering a minute")                                           \
    X(collision, "1", 1, "share of episodes that hit an obstacle before leaving the road")                   \
    X(left_share, "1", 0, "share of the obstacles passed that were passed on their left, mean over episodes")

#define VG_METRIC_ONE(name, unit, worse, text) +1
enum { VG_HAZARD_BINS = 12, VG_METRIC_COUNT = 0 VG_METRICS(VG_METRIC_ONE) };

typedef struct vg_analysis {
    // The table from which intervals are made: seeds x units x each. A unit is a road, or a start if there is
    // one road only.
    int32_t seeds, units, each;
#define X(name, unit, worse, text) vg_estimate name;
    VG_METRICS(X)
#undef X
    bool pinned_50, pinned_90,
        pinned_99;                       // departed cars pin the drift quantile at the edge
    double share_50, share_90, share_99; // drift as a share of the half width
    double off_road_iqm;                 // interquartile mean over training seeds
    double off_road_worst;               // the value of the worst training seed
    double *off_road_seeds, *stalled_seeds, *success_seeds, *collision_seeds; // [seeds]
    double *open_seeds, *drift_seeds; // [seeds] open_error; closed loop: mean drift as a share
    vg_survival survival;
    double *times;              // [time_count] s: whole samples
    vg_estimate *alive;         // [time_count] the share that has not left the road, collided or stalled
    vg_estimate *off, *stall;   // [time_count] cumulative incidence of leaving the road, of stalling
    vg_curve_point *time_drift; // [time_count]
    int32_t time_count;
    vg_curve_point *way_drift; // [way_count] against metres driven
    int32_t way_count;
    vg_estimate hazard[VG_HAZARD_BINS];       // 1/s, of leaving the road
    vg_estimate stall_hazard[VG_HAZARD_BINS]; // 1/s, of stalling
    double horizons[VG_HORIZONS_MOST];        // s
    int32_t horizon_count;
    vg_growth growth_a, growth_b; // of costs (a) and (b); b's only if cost (b) was measured
    vg_growth_law growth_law;     // of cost (b)
    bool has_b;
    // [seeds * units] kept for comparisons
    double *off_cells, *stalled_cells, *success_cells, *collision_cells, *excess_cells, *drift_cells;
} vg_analysis;

// Errors: VG_ERR_ARGUMENT (no seeds, rollouts of different shapes, no trace), VG_ERR_MEMORY. On failure *out
// is zero.
VG_NODISCARD vg_err vg_analysis_run(const vg_arm *arm, int32_t threads, vg_analysis *out, vg_diag *diag);
void vg_analysis_free(vg_analysis *out);

// The estimate of the i-th metric of VG_METRICS, and the metric's description.
typedef struct vg_metric {
    const char *name, *unit, *text;
    int32_t worse;
} vg_metric;
vg_metric vg_metric_at(int32_t i);
vg_estimate vg_analysis_metric(const vg_analysis *analysis, int32_t i);

#ifdef __cplusplus
}
#endif
#endif
