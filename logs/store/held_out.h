// logs/store/held_out.h -- which rows of logs are held out from training.
//
// What is held out follows in time on nothing that is trained on, so it is no random rows but whole episodes;
// and, of an episode of more than `longest` rows, stretches: it is divided into equal ones of at most
// `longest` rows, and of no more than the share of all rows that is to be held out. So of two laps a fifth is
// held out, not one of the two.
#ifndef VG_LOGS_STORE_HELD_OUT_H
#define VG_LOGS_STORE_HELD_OUT_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rows first .. first + rows - 1 of an episode.
typedef struct vg_stretch {
    int32_t episode;
    int64_t first, rows;
    bool held_out;
} vg_stretch;

// The stretches of episodes of rows[i] >= 1 rows, in order; free them by vg_free. share, in [0, 1), of the
// stretches is held out, rounded: if it is not 0 and there are two or more, at least one; at least one is
// left to train on. Which, is decided by draws (stream SPLIT) that depend on the seed and a stretch's number
// alone. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_hold_out(const int64_t *rows, int32_t episodes, int64_t longest, double share,
                                uint64_t seed, vg_stretch **out, int32_t *count, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
