// agents/training/rounds.h -- the training record: a JSON line for each round of a training.
//
//     {"round": 1, "off_road": 0.25, "labels": 800}
//
// Line k (from 1) is round k. The file is whole at any moment; a training that is resumed writes on behind
// the rounds it does not do again.
#ifndef VG_AGENTS_TRAINING_ROUNDS_H
#define VG_AGENTS_TRAINING_ROUNDS_H

#include "agents/training/learner.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zero-initialise but for path and, where something is to be told, diag.
typedef struct vg_rounds {
    const char *path; // borrowed
    vg_diag *diag;
    vg_text lines;
    bool begun;
    vg_err err; // the first of writing: sticks
} vg_rounds;

// For vg_learner_def's on_round, with a vg_rounds as context.
void vg_rounds_write(void *rounds, const vg_learner_round *round);
// Frees, and says what went wrong. Errors: those of vg_file_write, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_rounds_end(vg_rounds *rounds);

#ifdef __cplusplus
}
#endif
#endif
