// agents/learners/gail_state.h -- the parts of a generative adversarial imitation, and the state that it
// keeps between rounds.
#ifndef VG_AGENTS_LEARNERS_GAIL_STATE_H
#define VG_AGENTS_LEARNERS_GAIL_STATE_H

#include "agents/learners/discriminator.h"
#include "agents/learners/gail_config.h"
#include "agents/rl/driving_env.h"
#include "agents/training/run.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero; close it after an error too.
typedef struct vg_gail {
    vg_run run;
    const vg_gail_config *config;
    vg_imitation im; // the sense, the normaliser, and the clone it begins with
    vg_imitation_origin origin;
    vg_dataset *data;
    vg_network *actor; // the clone's weights and log_std
    vg_policy *policy; // acts by its mean
    vg_driving *driving;
    vg_actor_critic learner;
    vg_discriminator *discriminator;
    int32_t disc_inputs;           // values that the discriminator is shown
    int32_t speed_at;              // which value of the sense is the speed; -1: none
    uint8_t *curvature;            // [sense] which values are curvatures
    int64_t stride;                // floats of a row for the discriminator
    float *disc_mean, *disc_scale; // [sense + actions] its normaliser: (value - mean) * scale
    float *expert;                 // [expert_rows][stride]
    int64_t expert_rows;
    vg_batch shown;      // the demonstrations, all rows, as input for the actor
    float *replay;       // [replay_rounds][rows a round][stride], round r in place r % replay_rounds
    float *terminations; // [replay_rounds] of the learner in those rounds
    float *f;            // [rows a round] the discriminator's output
    vg_occupancy driven; // how the demonstrator drives
    double stall;        // m/s: a car slower than this, half of the demonstrator's lowest speed, is stalled
    double best_cost;    // of the selected weights; infinite: none selected yet
    vg_gradient *workspace; // of the error on the demonstrations
    int64_t pinned;         // consecutive rounds in which the discriminator was nearly always right
} vg_gail;

// Read the logs, clone them, create everything; continue from a checkpoint if it exists and the definition
// asks for it. Errors: those of vg_learner's train.
VG_NODISCARD vg_err vg_gail_open(vg_gail *g, const vg_learner *learner, const vg_learner_def *def,
                                 vg_diag *diag);
void vg_gail_close(vg_gail *g);

// The place of this round's rows in the replay.
float *vg_gail_round_rows(const vg_gail *g);
// A row for the discriminator: what was sensed, and the action, clamped as the car clamps it. A curvature is
// replaced by the lateral acceleration that it takes at this speed. That describes driving on any road: a
// curve that the demonstrator never met looks like one that the demonstrator did meet, if it is driven the
// same way.
void vg_gail_discriminator_row(const vg_gail *g, const float *sensed, const float *action, float *row);

#ifdef __cplusplus
}
#endif
#endif
