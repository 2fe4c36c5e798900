// agents/learners/act.h -- action chunking: cloning of the next second of actions at once.
#ifndef VG_AGENTS_LEARNERS_ACT_H
#define VG_AGENTS_LEARNERS_ACT_H

#include "agents/nets/transformer.h"
#include "agents/policy/head_chunk.h"
#include "agents/training/imitation.h"
#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

// Names are LeRobot's but for `architecture`. X(field, type, unit, least, most, default, choices, help)
#define VG_ACT_KEYS(X)                                                                                       \
    X(latent_dim, INT, "1", 0, 256, "8", NULL,                                                               \
      "values of the style variable z, which tells ways to do it apart while training; 0: none")             \
    X(kl_weight, DOUBLE, "1", 0, 1e6, "10", NULL,                                                            \
      "beta: weight of the divergence of z from N(0, 1), in nats, against the L1 distance")                  \
    X(architecture, CHOICE, "", 0, 0, "mlp", "mlp|transformer",                                              \
      "a multilayer perceptron of hidden_sizes, or a transformer over rows sensed and actions")              \
    X(action_normalization, CHOICE, "", 0, VG_CHOICE_NEWER, "identity", "identity|mean_std",                 \
      "actions are learned as they are, or less their mean and by their deviation, as a transformer needs")  \
    VG_TRANSFORMER_KEYS(X)

typedef struct vg_act_config {
    vg_imitation_config fit;
    vg_chunk_config chunk;
    struct {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
        VG_ACT_KEYS(X)
#undef X
    } act;
} vg_act_config;

extern const vg_schema vg_act_schema;
extern const vg_learner vg_learner_act;

// What ACT is trained with, the context of its loss. Start from vg_act_training_of.
typedef struct vg_act_training {
    const vg_act_config *config;
    uint64_t seed; // of the noise of z: stream DENOISE, episode is the epoch, step the row
    // What is learned of an action is (action - centre) / scale; 0 and 1 until vg_act_see.
    float centre[VG_CAR_ACTIONS], scale[VG_CAR_ACTIONS];
} vg_act_training;
vg_act_training vg_act_training_of(const vg_act_config *config, uint64_t seed);

// Set centre and scale as `action_normalization` says: the mean and the deviation, at least VG_ACT_LEAST, of
// the training rows' actions.
#define VG_ACT_LEAST 0.01
void vg_act_see(vg_act_training *training, const vg_rows *rows);

// A vg_loss_fn whose context is a vg_act_training. The mean of |y - (target - centre) / scale| over all
// actions of the batch that are no padding, and over steering and acceleration; with latent_dim > 0 also
// kl_weight times the mean over rows of the divergence of z (agents/nets/cvae.h).
double vg_act_loss(void *context, const vg_loss_rows *rows);
// A vg_fill_fn for latent_dim > 0: what was done, padding as 0, and the noise of z, behind the history.
void vg_act_fill(void *context, const vg_fill_rows *rows);

// Head, networks, loss and all; `training` is borrowed.
vg_imitation_head vg_act_head(const vg_act_training *training);

#ifdef __cplusplus
}
#endif
#endif
