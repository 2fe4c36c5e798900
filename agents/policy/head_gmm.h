// agents/policy/head_gmm.h -- a head that draws its action from a mixture of Gaussians.
//
// robomimic's (Mandlekar et al. 2021): at each action a mode is drawn by its weight, then the action, with
// hardly any noise when a policy is scored (`low_noise_eval`).
#ifndef VG_AGENTS_POLICY_HEAD_GMM_H
#define VG_AGENTS_POLICY_HEAD_GMM_H

#include "agents/nets/mixture.h"
#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

// Names and defaults are robomimic's but for min_std, which is 0.0001 there; `mode_selection` is verge's own.
// X(field, type, unit, least, most, default, choices, help)
#define VG_GMM_KEYS(X)                                                                                       \
    X(n_obs_steps, INT, "1", 1, 64, "1", NULL, "rows sensed that the network is shown, the last is now's")   \
    X(num_modes, INT, "1", 1, 32, "5", NULL, "Gaussians of the mixture")                                     \
    X(min_std, DOUBLE, "1", 1e-6, 1, "0.05", NULL, "least deviation of an action, as a share of its limit")  \
    X(low_noise_eval, BOOL, "", 0, 0, "true", NULL,                                                          \
      "drive by the drawn mode's mean, with a deviation of 0.0001; false: with the deviation learned")       \
    X(mode_selection, CHOICE, "", 0, 0, "sample", "sample|likeliest|episode",                                \
      "which mode drives: drawn by its weight for every action, always the heaviest, or drawn by its "       \
      "weight "                                                                                              \
      "with one number for the whole episode")

typedef struct vg_gmm_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_GMM_KEYS(X)
#undef X
} vg_gmm_config;

// The mixture of an action that the network's outputs describe.
vg_mixture_def vg_gmm_mixture(const vg_gmm_config *config);

extern const vg_head vg_head_gmm;

#ifdef __cplusplus
}
#endif
#endif
