// agents/learners/filtered_bc.h -- cloning of the best episodes alone, as a reward ranks them.
#ifndef VG_AGENTS_LEARNERS_FILTERED_BC_H
#define VG_AGENTS_LEARNERS_FILTERED_BC_H

#include "agents/rewards/reward.h"
#include "agents/training/imitation.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_FILTERED_BC_KEYS(X)                                                                               \
    X(best_fraction, DOUBLE, "1", 0.001, 1, "0.1", NULL,                                                     \
      "share of the episodes that is cloned: those with the largest return, at least one")

typedef struct vg_filtered_bc_config {
    vg_imitation_config fit;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_FILTERED_BC_KEYS(X)
#undef X
} vg_filtered_bc_config;

// The returns of the episodes of logs: the sum of a reward over the actions of each, undiscounted, as the
// simulator would have given it. Start from zero; free it after an error too.
typedef struct vg_episode_returns {
    int64_t count;
    int32_t *log, *number; // [count] which log, and which of its episodes, from 0
    double *value;         // [count]
    uint8_t *best;         // [count] 1: among the best (vg_episode_returns_choose)
} vg_episode_returns;
void vg_episode_returns_free(vg_episode_returns *returns);
// Of every episode that has an action. Errors: those of vg_log_open and vg_rewards_logged; VG_ERR_FORMAT (no
// episode), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_episode_returns_read(const char *const *paths, int32_t path_count,
                                            const vg_sense *sense, const vg_reward *reward,
                                            vg_episode_returns *out, vg_diag *diag);
// Mark the share with the largest returns, rounded to whole episodes, at least one; of equal ones the first.
void vg_episode_returns_choose(vg_episode_returns *returns, double share);

extern const vg_schema vg_filtered_bc_schema;
extern const vg_learner vg_learner_filtered_bc;

#ifdef __cplusplus
}
#endif
#endif
