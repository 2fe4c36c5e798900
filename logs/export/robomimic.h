// logs/export/robomimic.h -- logs as a data set of robomimic (Mandlekar et al. 2021): one HDF5 file.
//
//     data                      attributes total, env_args
//     data/demo_0               attribute num_samples
//     data/demo_0/actions       [T, 2] as driven
//     data/demo_0/obs/offset    [T, 1], and so on: a data set for each feature of the sense
//     data/demo_0/next_obs/...  the same after each action
//     data/demo_0/rewards, dones, states
//     mask/train, mask/valid    names of demonstrations
//
// Needs libhdf5 when verge is built; without it the function gives VG_ERR_ARGUMENT and says so.
#ifndef VG_LOGS_EXPORT_ROBOMIMIC_H
#define VG_LOGS_EXPORT_ROBOMIMIC_H

#include "logs/export/trajectory.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_robomimic_default(); sense is needed.
typedef struct vg_robomimic_def {
    const vg_sense *sense;
    vg_rewards_fn rewards; // NULL: rewards are 0
    const void *rewards_context;
    const char *reward; // the environment's keyword of that name; NULL: its default
    double validation;  // share of the demonstrations in mask/valid, [0, 1), default 0.1; whole ones, and at
                        // least one stays in mask/train
    uint64_t seed;      // decides which, default 1
} vg_robomimic_def;
vg_robomimic_def vg_robomimic_default(void);

// Write every episode of every log, in order. A gap of an imported recording, where nobody knows what was
// driven, is left out: what is before it and what is behind it are demonstrations of their own. The file is
// complete or not there. Errors: VG_ERR_ARGUMENT (validation), VG_ERR_FORMAT (no action in the logs), those
// of vg_log_open, vg_trajectory_read, def->rewards and vg_file_commit.
VG_NODISCARD vg_err vg_robomimic_write(const vg_robomimic_def *def, const char *const *logs,
                                       int32_t log_count, const char *path, vg_overwrite overwrite,
                                       int64_t *demos, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
