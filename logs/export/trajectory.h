// logs/export/trajectory.h -- an episode of a log as learners know it: what was sensed, what was done, and
// how it ended, one row an action.
#ifndef VG_LOGS_EXPORT_TRAJECTORY_H
#define VG_LOGS_EXPORT_TRAJECTORY_H

#include "logs/store/log.h"
#include "sim/sense.h"

#ifdef __cplusplus
extern "C" {
#endif

// `count` actions, and count + 1 observations: the last is what the episode's last action led to. Where the
// log does not say that (a recorder was killed), the last action is left out. Owned arrays; zeroed is empty.
typedef struct vg_trajectory {
    int64_t count;       // actions
    int32_t width;       // values sensed
    float *observations; // [observed][width]
    int64_t observed;    // count + 1; 0 for an episode without a tick and without an end
    float *actions;   // [count][2] as given, in [-1, 1]: what was driven, not what an expert would have done
    float *labels;    // [count][2] the expert's; NaN where it was not asked
    uint8_t *who;     // [count] vg_who: who gave the action
    uint8_t *bridged; // [count] 1: in a gap of an imported recording: nobody knows what was driven there
    float *rewards;   // [count]; zeros until a vg_rewards_fn fills them
    bool terminated;  // the last action left the road; else the episode was truncated there
} vg_trajectory;

// Fills trajectory->rewards, for an export that is given no reward file itself: agents/rewards/logged.h.
typedef vg_err (*vg_rewards_fn)(const void *context, vg_log *log, const vg_log_episode *episode,
                                vg_trajectory *trajectory, vg_diag *diag);

// Read one. Errors: those of vg_log_road, vg_log_car and vg_log_steps; VG_ERR_FORMAT (a logged state that no
// car on its road can have); VG_ERR_MEMORY. On failure *out is zero.
VG_NODISCARD vg_err vg_trajectory_read(vg_log *log, const vg_log_episode *episode, const vg_sense *sense,
                                       vg_trajectory *out, vg_diag *diag);
void vg_trajectory_free(vg_trajectory *trajectory);

#ifdef __cplusplus
}
#endif
#endif
