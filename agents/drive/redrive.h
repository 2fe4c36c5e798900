// agents/drive/redrive.h -- drive one episode of a rollout again and keep all its moments, to show it.
#ifndef VG_AGENTS_DRIVE_REDRIVE_H
#define VG_AGENTS_DRIVE_REDRIVE_H

#include "agents/drive/rollout.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_redrive {
    vg_episode row; // as vg_rollout_run gives it, but for excess and action_error, which are not measured
    vg_moment
        *moments; // [count], t rising; ends with a departure that stops the car, or with an open road's end
    int64_t count;
} vg_redrive;

// Drive episode `episode` of the def (0 to road_count * starts - 1) alone, with the same bits as in the whole
// rollout. Roads of other episodes are not read. Trace, sample and reference are ignored. Errors: those of
// vg_rollout_run; VG_ERR_ARGUMENT for an episode out of range. On failure *out is zero.
VG_NODISCARD vg_err vg_redrive_run(const vg_rollout_def *def, int64_t episode, vg_redrive *out,
                                   vg_diag *diag);
void vg_redrive_free(vg_redrive *redrive); // zeroed is fine

#ifdef __cplusplus
}
#endif
#endif
