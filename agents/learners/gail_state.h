// agents/learners/gail_state.h -- what a generative adversarial imitation is made of, and what it holds
// between rounds.
#ifndef VG_AGENTS_LEARNERS_GAIL_STATE_H
#define VG_AGENTS_LEARNERS_GAIL_STATE_H

#include "agents/learners/discriminator.h"
#include "agents/learners/gail_config.h"
#include "agents/rl/driving_env.h"
#include "agents/training/learner.h"
#include "agents/training/selection.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero but for def; close it also after an error.
typedef struct vg_gail {
    const vg_learner_def *def;
    const vg_gail_config *config;
    vg_imitation im; // the sense, the normaliser, and the clone it begins with
    vg_imitation_origin origin;
    vg_dataset *data;
    vg_mlp *actor;     // the clone's weights and log_std
    vg_policy *policy; // acts by its mean
    vg_driving *driving;
    vg_actor_critic learner;
    vg_discriminator *discriminator;
    int32_t disc_inputs;           // values that the discriminator is shown
    int32_t speed_at;              // of the sense, which value is the speed; -1: none
    uint8_t *curvature;            // [sense] which are curvatures
    int64_t stride;                // floats of such a row
    float *disc_mean, *disc_scale; // [sense + actions] (value - mean) * scale
    float *expert;                 // [expert_rows][stride]
    int64_t expert_rows;
    vg_batch shown;      // the demonstrations as the actor is given them, all rows
    float *replay;       // [config.replay][rows a round][stride], round r in place r % replay
    float *terminations; // [config.replay] of the learner in those rounds
    float *f;            // [rows a round] what the discriminator gave
    vg_occupancy driven; // how the demonstrator drives
    double stall;        // m/s: who is half as fast as he ever was stands
    int64_t best_round;  // 1-based; the clone is 0, none yet -1
    float *best_weights; // of the actor
    double best_score;
    vg_gradient *workspace; // of the error on the demonstrations
    int64_t pinned;         // rounds in a row
    int64_t steps;          // of gradient
    uint64_t identity;
} vg_gail;

// Read the logs, clone them, make everything; go on from a checkpoint where there is one and it is asked for.
// Errors: those of vg_learner's train.
VG_NODISCARD vg_err vg_gail_open(vg_gail *g, vg_training_status *cloned, vg_diag *diag);
void vg_gail_close(vg_gail *g);

// The place of this round's rows in the replay.
float *vg_gail_round_rows(const vg_gail *g);
// A row for the discriminator: what was sensed, and the action as the car obeys it. A curvature it is shown
// as the lateral acceleration it would take at this speed: that says how a car is driven on any road, and
// bends that the demonstrator never met look like those he did, where they are driven as he would.
void vg_gail_discriminator_row(const vg_gail *g, const float *sensed, const float *action, float *row);

VG_NODISCARD vg_err vg_gail_save(const vg_gail *g, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
