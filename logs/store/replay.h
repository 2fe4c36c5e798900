// logs/store/replay.h -- simulate an episode again from its commands and compare every bit.
#ifndef VG_LOGS_STORE_REPLAY_H
#define VG_LOGS_STORE_REPLAY_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_replay_report {
    int64_t ticks;            // simulated
    int64_t first_differing;  // tick whose state differs by a bit; -1: none
    const char *column;       // the first differing state column, or NULL
    double logged, simulated; // its values in the log and in the replay
    uint64_t hash;            // over all simulated states
} vg_replay_report;

// Errors: VG_ERR_FORMAT when the episode cannot be replayed (no rows); those of reading. A difference is not
// an error.
VG_NODISCARD vg_err vg_replay_episode(vg_log *log, const vg_log_episode *episode, vg_replay_report *report,
                                      vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
