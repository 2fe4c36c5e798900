// eval/score/arm.h -- the drives of one arm (one recipe over its training seeds, or one policy) as a table of
// seeds x units x episodes.
#ifndef VG_EVAL_SCORE_ARM_H
#define VG_EVAL_SCORE_ARM_H

#include "agents/drive/reference.h"
#include "eval/stats/crossed.h"

#ifdef __cplusplus
extern "C" {
#endif

// One training seed of the arm.
typedef struct vg_arm_seed {
    uint64_t seed;             // 0: not trained (an expert)
    uint64_t hash;             // of the policy; 0: none
    const vg_rollout *rollout; // on the suite's test roads, with a trace
    const double *open_error;  // [episodes] of vg_reference_open_loop, NULL: not measured
    double held_out;           // least loss on the rows held out in training; NaN: none
} vg_arm_seed;

typedef struct vg_arm {
    const char *label;
    const vg_arm_seed *seeds; // [seed_count], all of the same suite
    int32_t seed_count;
    int32_t roads, starts;
    double horizon; // s
    uint64_t draws; // seed of the bootstraps
} vg_arm;

// Data that the parts of an analysis share. Episode unit * each + j of a rollout is the j-th of its cell,
// whether units are roads or, on a single road, starts.
typedef struct vg_arm_table {
    const vg_arm *arm; // borrowed
    int32_t seeds, units, each;
    int32_t samples; // samples of an episode's trace
    double sample_seconds;
    // Scratch: [seeds * units * each * samples]; [seeds * units] each.
    float *values;
    double *cells, *below;
    vg_diag *diag; // owned by the function that opened it
} vg_arm_table;

// Errors: VG_ERR_ARGUMENT (no seeds, rollouts of different shapes, no trace), VG_ERR_MEMORY. On failure there
// is nothing to free.
VG_NODISCARD vg_err vg_arm_open(const vg_arm *arm, vg_arm_table *out, vg_diag *diag);
void vg_arm_close(vg_arm_table *table);

const vg_episode *vg_arm_episode(const vg_arm_table *table, int32_t seed, int32_t episode);
const vg_trace_point *vg_arm_trace(const vg_arm_table *table, int32_t seed, int32_t episode); // [samples]
int32_t vg_arm_episodes(const vg_arm_table *table);                                           // of one seed
int32_t vg_arm_cells(const vg_arm_table *table);                                              // seeds * units
vg_crossed vg_arm_crossed(const vg_arm_table *table, const double *cells);

#ifdef __cplusplus
}
#endif
#endif
