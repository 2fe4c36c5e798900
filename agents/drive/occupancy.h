// agents/drive/occupancy.h -- how a driver drives, as distributions over time of speed, offset, turn and
// jerk; and the distance between the distributions of two drivers.
//
// The distance is Wasserstein's of order 1 between empirical distributions on a line,
//     W1(P, Q) = integral over x of |F_P(x) - F_Q(x)|,
// in the feature's unit (Villani 2003, "Topics in optimal transportation", remark 2.19). It needs no bins,
// and says how much faster, or farther left, one driver would have to drive to equal the other.
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

// s between the two samples that give a jerk: telemetry of 10 Hz can show as much.
#define VG_OCCUPANCY_SECONDS 0.25

typedef enum vg_occupancy_feature {
#define X(name, word, unit, text) VG_OCCUPANCY_##name,
    VG_OCCUPANCY_FEATURES(X)
#undef X
        VG_OCCUPANCY_COUNT
} vg_occupancy_feature;

const char *vg_occupancy_name(int32_t feature); // "speed"
const char *vg_occupancy_unit(int32_t feature); // "m/s"

// Start from zero. Add drives, then call vg_occupancy_sort before anything else.
typedef struct vg_occupancy {
    struct {
        float *values; // [count]
        int64_t count, room;
    } of[VG_OCCUPANCY_COUNT];
    int64_t drives, terminations; // drives; those of them that ended off the road
} vg_occupancy;
void vg_occupancy_free(vg_occupancy *occupancy); // a zeroed one is fine

// Add all episodes of a rollout with a trace, each until its first departure or the end of its road. roads
// are those of the rollout's def. Errors: VG_ERR_ARGUMENT (no trace), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_occupancy_add_rollout(vg_occupancy *occupancy, const vg_rollout *rollout,
                                             const vg_road *const *roads, vg_diag *diag);
// Add all episodes of logs, one sample per action. Errors: those of vg_log_open, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_occupancy_add_logs(vg_occupancy *occupancy, const char *const *paths,
                                          int32_t path_count, vg_diag *diag);
void vg_occupancy_sort(vg_occupancy *occupancy);

// W1 of one feature, in its unit. NaN if one of the two has no value. Both must be sorted.
double vg_occupancy_wasserstein(const vg_occupancy *a, const vg_occupancy *b, int32_t feature);
// Standard deviation of a feature. NaN if it has no value.
double vg_occupancy_deviation(const vg_occupancy *occupancy, int32_t feature);
// The mean over the features of W1, each divided by the deviation of `shown`. 0 means equal; 1 means that the
// driver is as far off as the demonstrator is from its own mean. A feature without a value counts as 10.
double vg_occupancy_distance(const vg_occupancy *driven, const vg_occupancy *shown);

#ifdef __cplusplus
}
#endif
#endif
