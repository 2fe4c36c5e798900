// agents/nets/denoiser.h -- from noise to actions: denoising diffusion and flow matching, as numbers that a
// network is trained on and asked for, whatever the network.
//
// Both mix a datum x0 in [-1, 1] with noise e ~ N(0, 1) at a level: x = signal x0 + noise e.
//
//   diffusion   Ho, Jain & Abbeel 2020, "Denoising diffusion probabilistic models"; levels t = 0 .. T - 1 of
//   the
//               cosine schedule of Nichol & Dhariwal 2021: signal = sqrt(abar_t), noise = sqrt(1 - abar_t).
//               The network predicts e, x0 or both (vg_prediction). Sampling is deterministic, by DDIM (Song,
//               Meng & Ermon 2021), with x0 cut to [-1, 1].
//   flow        Lipman et al. 2023, "Flow matching for generative modeling", with straight paths: signal = t,
//               noise = 1 - t, t in [0, 1]. The network predicts the velocity x0 - e. Sampling is Euler's
//               method from t = 0 to 1.
#ifndef VG_AGENTS_NETS_DENOISER_H
#define VG_AGENTS_NETS_DENOISER_H

#include <stdbool.h>

#include "sim/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_DENOISER_TIME = 16 }; // values that tell a network the time

typedef enum vg_denoising { VG_DENOISING_DIFFUSION, VG_DENOISING_FLOW } vg_denoising;

// Diffusion: what the network says of x = signal x0 + noise e. The velocity of Salimans & Ho 2022,
// "Progressive distillation for fast sampling of diffusion models", is v = signal e - noise x0.
typedef enum vg_prediction { VG_PREDICTION_NOISE, VG_PREDICTION_DATUM, VG_PREDICTION_VELOCITY } vg_prediction;

// Diffusion: at which T / steps levels apart a sample is asked for. Both are those of the diffusers library.
typedef enum vg_spacing {
    VG_SPACING_LEADING, // 0, and on from there: the first one asked is below T - 1, though it is given pure
                        // noise
    VG_SPACING_TRAILING // T - 1, and back from there (Lin et al. 2024, "Common diffusion noise schedules and
                        // sample steps are flawed", WACV)
} vg_spacing;

typedef struct vg_denoiser {
    vg_denoising kind;
    vg_prediction prediction; // diffusion: what the network says
    int32_t train_steps;      // diffusion: T, >= 1; not used by flow
    int32_t steps;            // of sampling, >= 1; of diffusion at most T
    vg_spacing spacing;       // diffusion
} vg_denoiser;

typedef struct vg_noise_level {
    double signal, noise;
    double time; // in [0, 1): t / T, or t of a flow
} vg_noise_level;

// A level to train at, from a uniform draw in (0, 1).
vg_noise_level vg_denoiser_level(const vg_denoiser *denoiser, double uniform);
// The level of sampling step i, 0 .. steps - 1; i = steps is the datum itself.
vg_noise_level vg_denoiser_step_level(const vg_denoiser *denoiser, int32_t i);

// What the network shall say of a datum and its noise at this level.
float vg_denoiser_target(const vg_denoiser *denoiser, const vg_noise_level *level, float datum, float noise);
// One value at the next level, from its value at this one and what the network said of it.
float vg_denoiser_step(const vg_denoiser *denoiser, const vg_noise_level *now, const vg_noise_level *next,
                       float value, float said);

// Sines and cosines of the time at 8 frequencies (Vaswani et al. 2017): out is [VG_DENOISER_TIME].
void vg_denoiser_time(double time, float *out);

// count standard normals, from `at.draw` on.
void vg_denoiser_noise(vg_draw at, int32_t count, float *out);

#ifdef __cplusplus
}
#endif
#endif
