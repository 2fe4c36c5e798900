#include "agents/nets/denoiser.h"

#include "sim/base/exact.h"

// The cosine schedule before its cap: f(t) = cos^2((t / T + 0.008) / 1.008 pi / 2).
static double cosine(double share) {
    double c = vg_cos((share + 0.008) / 1.008 * VG_PI / 2);
    return c * c;
}

// abar_t = prod over s <= t of 1 - beta_s, beta_s = min(1 - f(s + 1) / f(s), 0.999). Only the last beta meets
// its cap: f(T) is 0.
static double abar(int32_t t, int32_t steps) {
    bool last = t == steps - 1;
    double reached = cosine((double)(last ? t : t + 1) / steps) / cosine(0);
    return last ? reached * (1 - 0.999) : reached;
}

static vg_noise_level diffused(int32_t t, int32_t steps) {
    double kept = abar(t, steps);
    return (vg_noise_level){__builtin_sqrt(kept), __builtin_sqrt(1 - kept), (double)t / steps};
}

vg_noise_level vg_denoiser_level(const vg_denoiser *denoiser, double uniform) {
    if (denoiser->kind == VG_DENOISING_FLOW) return (vg_noise_level){uniform, 1 - uniform, uniform};
    return diffused((int32_t)(uniform * denoiser->train_steps), denoiser->train_steps);
}

vg_noise_level vg_denoiser_step_level(const vg_denoiser *denoiser, int32_t i) {
    if (i >= denoiser->steps) return (vg_noise_level){1, 0, 1};
    if (denoiser->kind == VG_DENOISING_FLOW) {
        double t = (double)i / denoiser->steps;
        return (vg_noise_level){t, 1 - t, t};
    }
    const int32_t levels = denoiser->train_steps, left = denoiser->steps - i;
    if (denoiser->spacing == VG_SPACING_TRAILING) // T - 1, T - 1 - T / steps, ...
        return diffused((int32_t)((int64_t)left * levels / denoiser->steps) - 1, levels);
    return diffused((left - 1) * (levels / denoiser->steps), levels); // ..., T / steps, 0
}

float vg_denoiser_target(const vg_denoiser *denoiser, const vg_noise_level *level, float datum, float noise) {
    if (denoiser->kind == VG_DENOISING_FLOW) return datum - noise;
    if (denoiser->prediction == VG_PREDICTION_VELOCITY)
        return (float)(level->signal * (double)noise - level->noise * (double)datum);
    return denoiser->prediction == VG_PREDICTION_DATUM ? datum : noise;
}

// What a network that says this of x takes for its datum.
static double datum_of(const vg_denoiser *denoiser, const vg_noise_level *now, double x, double said) {
    switch (denoiser->prediction) {
    case VG_PREDICTION_DATUM: return said;
    case VG_PREDICTION_VELOCITY: return now->signal * x - now->noise * said; // signal^2 + noise^2 = 1
    default: return (x - now->noise * said) / now->signal;
    }
}

float vg_denoiser_step(const vg_denoiser *denoiser, const vg_noise_level *now, const vg_noise_level *next,
                       float value, float said) {
    double x = (double)value, noise = (double)said;
    if (denoiser->kind == VG_DENOISING_FLOW) return (float)(x + (next->signal - now->signal) * noise);
    double datum = datum_of(denoiser, now, x, noise);
    datum = datum < -1 ? -1 : datum > 1 ? 1 : datum; // NaN stays NaN
    if (denoiser->prediction != VG_PREDICTION_NOISE) noise = (x - now->signal * datum) / now->noise;
    return (float)(next->signal * datum + next->noise * noise);
}

void vg_denoiser_time(double time, float *out) {
    enum { HALF = VG_DENOISER_TIME / 2 };
    // 100 / 10000^(i / 7), so that the fastest tells neighbouring steps of a hundred apart.
    static const double frequency[HALF] = {100,          26.826957953, 7.196856730,  1.930697728,
                                           0.5179474679, 0.1389495494, 0.0372759372, 0.01};
    for (int i = 0; i < HALF; i++) {
        double sine, cosine;
        vg_sincos(frequency[i] * time, &sine, &cosine);
        out[i] = (float)sine;
        out[HALF + i] = (float)cosine;
    }
}

void vg_denoiser_noise(vg_draw at, int32_t count, float *out) {
    for (int32_t i = 0; i < count; i += 2, at.draw++) {
        double normal[2];
        vg_random_normal2(&at, normal);
        out[i] = (float)normal[0];
        if (i + 1 < count) out[i + 1] = (float)normal[1];
    }
}
