// eval/gate/gate_config.h -- what a gate tolerates: a margin for each metric, in YAML. A shipped gate is
// found by its name ("standard"), another gate by its path.
//
// A margin says in which direction a metric gets worse, and by how much it may get worse: `+0.02` means that
// a rise is worse, and that at most 0.02 is allowed; `-5 %` means that a fall is worse, and that at most 5 %
// of the baseline's value is allowed; `+0.01 +10 %` allows the sum of both. A metric with an empty margin is
// left out.
#ifndef VG_EVAL_GATE_GATE_CONFIG_H
#define VG_EVAL_GATE_GATE_CONFIG_H

#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// The metrics that a gate compares. X(name, worse: +1 if a rise is worse, unit, what it is)
#define VG_GATE_METRICS(X)                                                                                   \
    X(off_road, +1, "", "share of episodes with a departure")                                                \
    X(stalled, +1, "", "share of episodes that stalled and did not leave the road")                          \
    X(drift, +1, "m", "mean |offset - reference's| before the first departure, mean over episodes")          \
    X(drift_99, +1, "m",                                                                                     \
      "its 99th percentile in an episode, mean over episodes that stay on the road in both")                 \
    X(departures_per_km, +1, "1/km", "departures a kilometre, each followed by a reset")                     \
    X(progress, -1, "m", "metres along the road before the first departure, mean over episodes")             \
    X(comfort, +1, "m/s^3", "jerk, root mean square of both directions, mean over episodes")

#define VG_GATE_METRIC_ONE(name, worse, unit, text) +1
enum { VG_GATE_METRIC_COUNT = 0 VG_GATE_METRICS(VG_GATE_METRIC_ONE) };

#define VG_GATE_MARGIN_KEYS(X)                                                                               \
    X(off_road, TEXT, "", 0, 60, "+0.02", NULL, "margin of the share of episodes with a departure")          \
    X(stalled, TEXT, "", 0, 60, "+0.02", NULL, "margin of the share of episodes that stalled")               \
    X(drift, TEXT, "", 0, 60, "+5 %", NULL, "margin of the mean drift, in m")                                \
    X(drift_99, TEXT, "", 0, 60, "+10 %", NULL, "margin of the survivors' 99th percentile of it, in m")      \
    X(departures_per_km, TEXT, "", 0, 60, "+0.02 +10 %", NULL, "margin of departures a kilometre")           \
    X(progress, TEXT, "", 0, 60, "-5 %", NULL, "margin of the distance before the first departure, in m")    \
    X(comfort, TEXT, "", 0, 60, "+10 %", NULL, "margin of the jerk, in m/s^3")

// X(field, type, unit, least, most, default, choices, help)
#define VG_GATE_KEYS(X)                                                                                      \
    X(about, TEXT, "", 0, 255, "", NULL, "what it is for, one line")                                         \
    VG_GATE_MARGIN_KEYS(X)                                                                                   \
    X(alpha, DOUBLE, "1", 0.0001, 0.2, "0.05", NULL,                                                         \
      "chance of a false 'regressed' over all metrics, and of a false 'pass' of each")                       \
    X(resamples, INT, "1", 200, 1000000, "4000", NULL, "of the bootstrap over roads")                        \
    X(passes, INT, "1", 1, 20, "5", NULL,                                                                    \
      "a sequential gate drives the suite under at most this many seeds")                                    \
    X(off_road_learner, DOUBLE, "1", 0, 1, "0.05", NULL,                                                     \
      "learner gate: margin of the share of episodes with a departure")                                      \
    X(stalled_learner, DOUBLE, "1", 0, 1, "0.05", NULL,                                                      \
      "learner gate: margin of the share of episodes that stalled")                                          \
    X(drift_learner, DOUBLE, "1", 0, 1, "0.05", NULL,                                                        \
      "learner gate: margin of the mean drift as a share of the half width")

typedef struct vg_gate_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_GATE_KEYS(X)
#undef X
} vg_gate_config;

extern const vg_schema vg_gate_schema;

// The loss that a metric may have: `fixed` + `share` x the baseline's value, both >= 0.
typedef struct vg_margin {
    bool judged; // false: the metric is left out
    double fixed, share;
} vg_margin;

// Errors: VG_ERR_FORMAT (not a margin; its sign is against the metric's direction).
VG_NODISCARD vg_err vg_margin_parse(const char *text, int32_t worse, vg_margin *out, vg_diag *diag);
// Reads all margins of a configuration, in the order of VG_GATE_METRICS. Errors: as above, and if no metric
// has a margin.
VG_NODISCARD vg_err vg_gate_margins(const vg_gate_config *config, vg_margin out[VG_GATE_METRIC_COUNT],
                                    vg_diag *diag);

// Errors: VG_ERR_NOT_FOUND with the names of the shipped gates, those of vg_config_read and vg_gate_margins.
VG_NODISCARD vg_err vg_gate_config_read(const char *name_or_path, vg_gate_config *out, vg_diag *diag);

typedef struct vg_gate_metric {
    const char *name, *unit, *text;
    int32_t worse;
} vg_gate_metric;
vg_gate_metric vg_gate_metric_at(int32_t i);

#ifdef __cplusplus
}
#endif
#endif
