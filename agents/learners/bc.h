// agents/learners/bc.h -- behavioural cloning: from (sense, action) pairs to a policy file.
#ifndef VG_AGENTS_LEARNERS_BC_H
#define VG_AGENTS_LEARNERS_BC_H

#include "agents/training/imitation.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

// Its keys are those of every imitation learner; it has no others.
typedef vg_imitation_config vg_bc_config;
extern const vg_schema vg_bc_schema;

typedef struct vg_bc_def {
    vg_bc_config config;
    uint64_t seed;             // of the weights, the shuffles and the split
    const vg_dataset *data;    // read as vg_imitation_dataset says; borrowed
    int32_t threads;           // 0: one per core; the result does not depend on it
    vg_supervised_watch watch; // NULL: not asked
    void *watch_context;
    const char *checkpoint; // file to write checkpoints to; NULL: none
    const char *story;      // of the checkpoints (vg_checkpoint_put_story), or NULL
    bool resume;            // go on from it if it is there
    const char *out;        // policy file
    vg_overwrite overwrite;
} vg_bc_def;

// Clone, write the policy, remove the checkpoint. *status (may be NULL) says how it went. Same config and
// data, same bytes, whether resumed or not. Errors: VG_ERR_FORMAT (config: hidden); those of vg_imitation_fit
// and vg_imitation_write.
VG_NODISCARD vg_err vg_bc_train(const vg_bc_def *def, vg_supervised_status *status, vg_diag *diag);

extern const vg_learner vg_learner_bc;

#ifdef __cplusplus
}
#endif
#endif
