// agents/learners/denoise.h -- cloning by denoising: what diffusion and flow have in common.
#ifndef VG_AGENTS_LEARNERS_DENOISE_H
#define VG_AGENTS_LEARNERS_DENOISE_H

#include "agents/policy/head_denoise.h"
#include "agents/training/clone.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_EMA_KEYS(X)                                                                                       \
    X(ema_power, DOUBLE, "1", 0, 10, "0.75", NULL,                                                           \
      "weights are averaged over steps, the past's share 1 - n^-ema_power after step n; 0: not")

typedef struct vg_denoise_learner_config {
    vg_imitation_config fit;
    vg_denoise_config denoise;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_EMA_KEYS(X)
#undef X
} vg_denoise_learner_config;

#define VG_DENOISE_ROW(...)     VG_KEY_ROW(vg_denoise_learner_config, denoise., "", __VA_ARGS__)
#define VG_DENOISE_ROW_FIT(...) VG_KEY_ROW(vg_denoise_learner_config, fit., "", __VA_ARGS__)
#define VG_DENOISE_ROW_BC(...)  VG_KEY_ROW(vg_denoise_learner_config, fit.bc., "bc.", __VA_ARGS__)
#define VG_DENOISE_ROW_EMA(...) VG_KEY_ROW(vg_denoise_learner_config, , "", __VA_ARGS__)
// A learner's table, with the keys of its own kind of denoising between.
#define VG_DENOISE_ROWS(own)                                                                                 \
    VG_NETWORK_KEYS_SIZED(VG_DENOISE_ROW_FIT, "physical", "128,128")                                         \
    VG_ACTION_SPACE_KEY(VG_DENOISE_ROW_FIT)                                                                  \
    VG_DENOISE_KEYS(VG_DENOISE_ROW)                                                                          \
    own VG_EMA_KEYS(VG_DENOISE_ROW_EMA) VG_FIT_KEYS_OF(VG_DENOISE_ROW_BC, "1000", "100")

// What a denoiser is trained with. Start from vg_denoise_training_of.
typedef struct vg_denoise_training {
    vg_denoising kind;
    vg_denoise_config config; // with the ranges of the actions once the rows are known
    uint64_t seed;            // of the noise: stream DENOISE, episode is the epoch, step the row
    vg_denoise_range range;
    vg_denoise_layout layout;
} vg_denoise_training;
vg_denoise_training vg_denoise_training_of(const vg_denoise_learner_config *config, vg_denoising kind,
                                           uint64_t seed);

// Set the ranges to those of the rows' actions, clamped to [-1, 1], and what follows from them.
void vg_denoise_see(vg_denoise_training *training, const vg_rows *rows);

// A vg_fill_fn and a vg_loss_fn whose context is a vg_denoise_training: a level and noise are drawn for each
// row and pass; the loss is the mean squared distance of what the network says from what it shall say, over
// the actions that are no padding.
void vg_denoise_fill(void *context, const vg_fill_rows *rows);
double vg_denoise_loss(void *context, const vg_loss_rows *rows);

// Head, loss and all of a learner; `training` is borrowed.
vg_imitation_head vg_denoise_head(const vg_denoise_training *training, double ema_power);

// A learner's `train`.
VG_NODISCARD vg_err vg_denoise_train(const vg_learner *learner, vg_denoising kind, const vg_learner_def *def,
                                     vg_learner_report *report, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
