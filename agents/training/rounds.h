// agents/training/rounds.h -- the training record: a JSON line for each round of a training.
//
//     {"round": 1, "off_road": 0.25, "labels": 800}
//
// Line k (from 1) is round k. The file is whole at any moment. A resumed training appends its rounds to those
// before the checkpoint.
#ifndef VG_AGENTS_TRAINING_ROUNDS_H
#define VG_AGENTS_TRAINING_ROUNDS_H

#include "agents/training/learner.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zero-initialise, then set path and, where messages are wanted, diag.
typedef struct vg_rounds {
    const char *path; // borrowed
    vg_diag *diag;
    vg_text lines;
    bool begun;
    vg_err err; // the first error of writing; no more is written after it
} vg_rounds;

// For vg_learner_def's on_round, with a vg_rounds as context.
void vg_rounds_write(void *rounds, const vg_learner_round *round);
// Frees it, and returns the first error of writing. Errors: those of vg_file_write, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_rounds_end(vg_rounds *rounds);

#ifdef __cplusplus
}
#endif
#endif
