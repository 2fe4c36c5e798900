// agents/policy/head_denoise.h -- the heads whose chunk of actions is drawn by denoising.
//
// Chi et al. 2023, "Diffusion policy: visuomotor policy learning via action diffusion". The network is shown
// the last n_obs_steps rows, the chunk as noisy as it is, and the time; it is asked num_inference_steps
// times. n_action_steps of the chunk are driven, then the next one is drawn. Actions are scaled to [-1, 1] by
// their least and greatest values among the demonstrations, which the policy file has.
#ifndef VG_AGENTS_POLICY_HEAD_DENOISE_H
#define VG_AGENTS_POLICY_HEAD_DENOISE_H

#include "agents/nets/denoiser.h"
#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_DENOISE_CHUNK_MOST = 128 };

// The names are those of LeRobot, whose `horizon` is chunk_size here as everywhere. X(field, type, unit,
// least, most, default, choices, help)
#define VG_DENOISE_KEYS(X)                                                                                   \
    X(n_obs_steps, INT, "1", 1, 64, "2", NULL, "rows sensed that the network is shown, the last is now's")   \
    X(chunk_size, INT, "actions", 1, 128, "16", NULL, "actions that are drawn at once")                      \
    X(n_action_steps, INT, "actions", 1, 128, "8", NULL,                                                     \
      "actions driven of a chunk before the next is drawn")                                                  \
    X(num_inference_steps, INT, "1", 1, 1000, "10", NULL, "times that the network is asked for a chunk")
// Of diffusion alone.
#define VG_DIFFUSION_KEYS(X)                                                                                 \
    X(num_train_timesteps, INT, "1", 1, 1000, "100", NULL, "noise levels of the cosine schedule")            \
    X(prediction_type, CHOICE, "", 0, 0, "v_prediction", "epsilon|sample|v_prediction",                      \
      "the network tells the noise, the chunk, or a mean of both that fits the level")                       \
    X(timestep_spacing, CHOICE, "", 0, VG_CHOICE_NEWER, "leading", "leading|trailing",                       \
      "which noise levels are asked: 0 and up from there, or the noisiest and down from there")
// Found by the training.
#define VG_DENOISE_RANGE_KEYS(X)                                                                             \
    X(steer_min, DOUBLE, "1", -1e3, 1e3, "-1", NULL, "least steering of the demonstrations")                 \
    X(steer_max, DOUBLE, "1", -1e3, 1e3, "1", NULL, "greatest")                                              \
    X(accel_min, DOUBLE, "1", -1e3, 1e3, "-1", NULL, "least acceleration of the demonstrations")             \
    X(accel_max, DOUBLE, "1", -1e3, 1e3, "1", NULL, "greatest")

typedef struct vg_denoise_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_DENOISE_KEYS(X)
    VG_DIFFUSION_KEYS(X)
    VG_DENOISE_RANGE_KEYS(X)
#undef X
} vg_denoise_config;

vg_denoiser vg_denoise_denoiser(const vg_denoise_config *config, vg_denoising kind);

// A scaled action is (action - centre) / half.
typedef struct vg_denoise_range {
    float centre[VG_CAR_ACTIONS], half[VG_CAR_ACTIONS]; // half > 0
} vg_denoise_range;
// An action that hardly varies keeps its scale.
vg_denoise_range vg_denoise_range_of(const vg_denoise_config *config);

// Where in a row of inputs the noisy chunk and the time are: after the history.
typedef struct vg_denoise_layout {
    int32_t sensed, values,
        time;       // places of the history, [n_obs_steps][sensed], the chunk and the time: 0, ...
    int32_t inputs; // in all
} vg_denoise_layout;
vg_denoise_layout vg_denoise_layout_of(const vg_denoise_config *config, int32_t sensed);

extern const vg_head vg_head_diffusion;
extern const vg_head vg_head_flow;

#ifdef __cplusplus
}
#endif
#endif
