// agents/drive/occupancy.h -- how somebody drives, as distributions over the time he drives: of speed,
// offset, turn and jerk; and how far two drivers' are apart.
//
// The distance is Wasserstein's of order 1 between empirical distributions on a line,
//     W1(P, Q) = integral over x of |F_P(x) - F_Q(x)|,
// in the feature's unit (Villani 2003, "Topics in optimal transportation", remark 2.19). It needs no bins,
// and says by how much the one would have to drive faster, or farther left, to be the other.
#ifndef VG_AGENTS_DRIVE_OCCUPANCY_H
#define VG_AGENTS_DRIVE_OCCUPANCY_H

#include "agents/drive/rollout.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(constant, name, unit, text)
#define VG_OCCUPANCY_FEATURES(X)                                                                             \
    X(SPEED, "speed", "m/s", "speed")                                                                        \
    X(OFFSET, "offset", "m", "from the centreline, left positive")                                           \
    X(TURN, "turn", "rad/s", "the road's curvature here times the speed")                                    \
    X(JERK, "jerk", "m/s^3", "of the speed, as its second difference")

// s between two points that a jerk is found from: what telemetry of 10 Hz can show.
#define VG_OCCUPANCY_SECONDS 0.25

typedef enum vg_occupancy_feature {
#define X(name, word, unit, text) VG_OCCUPANCY_##name,
    VG_OCCUPANCY_FEATURES(X)
#undef X
        VG_OCCUPANCY_COUNT
} vg_occupancy_feature;

const char *vg_occupancy_name(int32_t feature); // "speed"
const char *vg_occupancy_unit(int32_t feature); // "m/s"

// Start from zero. What is added is sorted in by vg_occupancy_sort, before anything is asked.
typedef struct vg_occupancy {
    struct {
        float *values; // [count]
        int64_t count, room;
    } of[VG_OCCUPANCY_COUNT];
    int64_t drives, terminations; // of the drives, those that ended off the road
} vg_occupancy;
void vg_occupancy_free(vg_occupancy *occupancy); // a zeroed one is fine

// All episodes of a rollout with a trace, each until its first departure or its road's end. roads are those
// of its def. Errors: VG_ERR_ARGUMENT (no trace), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_occupancy_add_rollout(vg_occupancy *occupancy, const vg_rollout *rollout,
                                             const vg_road *const *roads, vg_diag *diag);
// All episodes of logs, a point an action. Errors: those of vg_log_open, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_occupancy_add_logs(vg_occupancy *occupancy, const char *const *paths,
                                          int32_t path_count, vg_diag *diag);
void vg_occupancy_sort(vg_occupancy *occupancy);

// W1 of one feature, in its unit. NaN where either has no value. Both are sorted.
double vg_occupancy_wasserstein(const vg_occupancy *a, const vg_occupancy *b, int32_t feature);
// Standard deviation of a feature. NaN without a value.
double vg_occupancy_deviation(const vg_occupancy *occupancy, int32_t feature);
// The mean over the features of W1 in deviations of `shown`: 0 is the same, and 1 a driver who is as far off
// as the demonstrator is from his own mean. 10 for each that has no value.
double vg_occupancy_distance(const vg_occupancy *driven, const vg_occupancy *shown);

#ifdef __cplusplus
}
#endif
#endif
