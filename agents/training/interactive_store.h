// agents/training/interactive_store.h -- the checkpoint of an interactive, written between rounds: what was
// collected, the weights, and the numbers so far. Rows of logs are read again.
#ifndef VG_AGENTS_TRAINING_INTERACTIVE_STORE_H
#define VG_AGENTS_TRAINING_INTERACTIVE_STORE_H

#include "agents/training/interactive_state.h"

#ifdef __cplusplus
extern "C" {
#endif

// Hash what decides the training's path; the dataset must hold the logs' rows and no others. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_interactive_identify(vg_interactive *a, vg_diag *diag);

// Without a file to write to, nothing is done. Errors: those of vg_checkpoint_write.
VG_NODISCARD vg_err vg_interactive_save(const vg_interactive *a, vg_diag *diag);

// Errors: those of vg_checkpoint_open (VG_ERR_NOT_FOUND: there is none; nothing was changed); VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_interactive_restore(vg_interactive *a, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
