// agents/learners/gail_state.h -- the parts of a generative adversarial imitation, and the state that it
// keeps between rounds.
#ifndef VG_AGENTS_LEARNERS_GAIL_STATE_H
#define VG_AGENTS_LEARNERS_GAIL_STATE_H

#include "agents/learners/discriminator.h"
#include "agents/learners/gail_config.h"
#include "agents/rewards/reward_input.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero; close it after an error too.
typedef struct vg_gail {
    vg_generator generator; // the policy and all that trains it
    const vg_gail_config *config;
    vg_discriminator *discriminator;
    vg_reward_input input; // what the discriminator is shown
    int64_t stride;        // floats of a row for it
    float *expert;         // [expert_rows][stride]
    int64_t expert_rows;
    float *replay;       // [replay_rounds][rows a round][stride], round r in place r % replay_rounds
    float *terminations; // [replay_rounds] of the learner in those rounds
    float *f;            // [rows a round] the discriminator's output
    int64_t died;        // terminations of the learner so far, all rounds
    int64_t pinned;      // consecutive rounds in which the discriminator was nearly always right
} vg_gail;

// Read the logs, clone them, create everything; continue from a checkpoint if it exists and the definition
// asks for it. Errors: those of vg_learner's train.
VG_NODISCARD vg_err vg_gail_open(vg_gail *g, const vg_learner *learner, const vg_learner_def *def,
                                 vg_diag *diag);
void vg_gail_close(vg_gail *g);

// The place of this round's rows in the replay.
float *vg_gail_round_rows(const vg_gail *g);

#ifdef __cplusplus
}
#endif
#endif
