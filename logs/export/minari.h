// logs/export/minari.h -- logs as a Minari data set, and back.
//
// Minari (Farama) is the data format of offline reinforcement learning beside Gymnasium. A data set is a
// folder:
//
//     DIR/data/main_data.hdf5    episode_0, episode_1, ...: observations [T + 1], actions, rewards,
//     terminations,
//                                truncations [T]; infos: expert_action, who, bridged [T + 1]
//     DIR/data/metadata.json     its id, spaces, and the environment that it is for: verge/Drive-v0
//
// Beside Minari's own, each episode has a group `log` with every value of the log's episode (log_group.h),
// which Minari passes over: so that the log can be made again, to the bit.
//
// Needs libhdf5 when verge is built; without it the functions give VG_ERR_ARGUMENT and say so.
#ifndef VG_LOGS_EXPORT_MINARI_H
#define VG_LOGS_EXPORT_MINARI_H

#include "logs/export/trajectory.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zero-initialise; sense and id are needed.
typedef struct vg_minari_def {
    const vg_sense *sense; // what the observations show
    const char *id;        // "verge/laps/human-v0": letters, digits, _ - and /, then -v and a number
    vg_rewards_fn rewards; // NULL: rewards are 0
    const void *rewards_context;
    const char *reward; // the environment's keyword of that name; NULL: its default
    const char *author; // NULL: none is given
    // What the environment calls the logs' roads and car, where verge knows them by no name of its own: names
    // or paths, of which those are taken whose content is the logs'. NULL and 0: none.
    const char *const *roads; // [road_count]
    int32_t road_count;
    const char *car;
} vg_minari_def;

typedef struct vg_minari_report {
    int64_t episodes, steps; // steps: actions
    // A road that is neither in verge's library nor among the definition's, so that the environment that is
    // recovered drives the roads of its default suite instead; "": it drives the roads of the logs.
    char unknown_road[256];
    bool unknown_car; // as for the car
} vg_minari_report;

// Write every episode of every log, in order, whole or not at all: the folder appears when it is complete. An
// existing one is replaced under VG_REPLACE if it holds a Minari data set and nothing else. Errors:
// VG_ERR_ARGUMENT (an id that Minari refuses), VG_ERR_MISMATCH (logs of different cars or clocks),
// VG_ERR_EXISTS, VG_ERR_IO (with the system's reason), those of vg_log_open, vg_trajectory_read and
// def->rewards.
VG_NODISCARD vg_err vg_minari_write(const vg_minari_def *def, const char *const *logs, int32_t log_count,
                                    const char *folder, vg_overwrite overwrite, vg_minari_report *report,
                                    vg_diag *diag);

// Make the log again of a data set that verge wrote. folder: DIR, DIR/data, or the HDF5 file itself. Episodes
// without a group `log` (added by other programs) are an error that names them: they hold no states of a car.
// The file is not trusted. Errors: VG_ERR_NOT_FOUND, VG_ERR_FORMAT (with the path in the file), those of
// vg_log_create.
VG_NODISCARD vg_err vg_minari_read(const char *folder, const char *log, vg_overwrite overwrite,
                                   int64_t *episodes, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
