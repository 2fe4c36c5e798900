#include "agents/nets/denoiser.h"

#include <math.h>

#include "tests/check.h"

enum { DRAWS = 4000 };

#define DIFFUSION(prediction)                                                                                \
    { VG_DENOISING_DIFFUSION, prediction, 100, 10, VG_SPACING_LEADING }
static const vg_denoiser diffusion = DIFFUSION(VG_PREDICTION_NOISE);
static const vg_denoiser by_datum = DIFFUSION(VG_PREDICTION_DATUM);
static const vg_denoiser by_velocity = DIFFUSION(VG_PREDICTION_VELOCITY);
static const vg_denoiser trailing = {VG_DENOISING_DIFFUSION, VG_PREDICTION_VELOCITY, 100, 10,
                                     VG_SPACING_TRAILING};
static const vg_denoiser flow = {VG_DENOISING_FLOW, VG_PREDICTION_NOISE, 0, 50, VG_SPACING_LEADING};

// What the best network would say, where the data are -1 and +1, each with probability 1/2:
//     diffusion   E[x0 | x] = tanh(sqrt(abar) x / (1 - abar))
//     flow        E[x1 | x] = tanh(t x / (1 - t)^2)
// both are tanh(signal x / noise^2).
static double posterior(const vg_noise_level *level, double x) {
    return tanh(level->signal * x / (level->noise * level->noise));
}

static float best(const vg_denoiser *denoiser, const vg_noise_level *level, float x) {
    double datum = posterior(level, (double)x);
    double noise = ((double)x - level->signal * datum) / level->noise;
    return vg_denoiser_target(denoiser, level, (float)datum, (float)noise);
}

static float sample(const vg_denoiser *denoiser, uint32_t step) {
    vg_draw at = {.seed = 3, .stream = VG_STREAM_POLICY, .step = step};
    float x;
    vg_denoiser_noise(at, 1, &x);
    for (int32_t i = 0; i < denoiser->steps; i++) {
        vg_noise_level now = vg_denoiser_step_level(denoiser, i),
                       next = vg_denoiser_step_level(denoiser, i + 1);
        x = vg_denoiser_step(denoiser, &now, &next, x, best(denoiser, &now, x));
    }
    return x;
}

// The mean of the data given a noisy value, by counting pairs of data and noise that give about this value.
START_TEST(the_posterior_is_tanh) {
    enum { PAIRS = 400000 };
    for (int k = 0; k < 2; k++) {
        const vg_denoiser *denoiser = k ? &flow : &diffusion;
        vg_noise_level level = vg_denoiser_level(denoiser, k ? 0.4 : 0.605);
        double sum[5] = {0}, count[5] = {0}, place[5] = {0};
        for (uint32_t i = 0; i < PAIRS; i++) {
            vg_draw at = {.seed = 8, .step = i};
            float noise;
            vg_denoiser_noise(at, 1, &noise);
            double datum = i % 2 ? 1 : -1, x = level.signal * datum + level.noise * (double)noise;
            int bin = (int)floor((x + 0.5) / 0.2);
            if (bin < 0 || bin > 4) continue;
            sum[bin] += datum, count[bin]++, place[bin] += posterior(&level, x);
        }
        for (int b = 0; b < 5; b++)
            ck_assert_double_eq_tol(sum[b] / count[b], place[b] / count[b], 4 / sqrt(count[b]));
    }
}
END_TEST

// From the best network's words a sampler gives the data: each of the two, as often as the other.
START_TEST(samples_the_data_of_the_best_network) {
    static const vg_denoiser *const all[] = {&diffusion, &by_datum, &by_velocity, &trailing, &flow};
    for (int k = 0; k < 5; k++) {
        double up = 0, between = 0;
        for (uint32_t i = 0; i < DRAWS; i++) {
            float x = sample(all[k], i);
            between += !(fabs(fabs((double)x) - 1) < 0.05) / (double)DRAWS;
            up += (x > 0) / (double)DRAWS;
        }
        ck_assert_double_eq_tol(up, 0.5, 4 * 0.5 / sqrt(DRAWS));
        // The last trailing level still has a little noise, in which a few are between.
        ck_assert_msg(between <= (all[k] == &trailing ? 0.01 : 0), "%d: %g of them are between", k, between);
    }
}
END_TEST

// Actions of one way are alike: a whole chunk is -1 or +1. Of the data with their noise at the first level
// asked, the mean over a chunk is hardly ever near 0, the middle; of pure noise, which a sample begins with,
// it is. So the first level must be one where nothing of the data is left: the trailing spacing's is.
START_TEST(a_sample_begins_where_nothing_of_a_chunk_is_left) {
    enum { CHUNK = 16 };
    for (int k = 0; k < 2; k++) {
        const vg_denoiser *denoiser = k ? &trailing : &by_velocity;
        vg_noise_level first = vg_denoiser_step_level(denoiser, 0);
        double apart =
            first.signal * sqrt(CHUNK) / first.noise; // the ways from the middle, in deviations of the mean
        ck_assert_msg(k ? apart < 0.02 : apart > 0.5, "%d: %g", k, apart);
    }
}
END_TEST

// Told the datum, a step is the one that the noise in it makes.
START_TEST(all_predictions_are_one_step) {
    for (int32_t i = 0; i < 10; i++) {
        vg_noise_level now = vg_denoiser_step_level(&diffusion, i),
                       next = vg_denoiser_step_level(&diffusion, i + 1);
        float datum = 0.3f, noise = -0.7f, x = (float)(now.signal * 0.3 - now.noise * 0.7);
        ck_assert(vg_denoiser_target(&diffusion, &now, datum, noise) == noise);
        ck_assert(vg_denoiser_target(&by_datum, &now, datum, noise) == datum);
        ck_assert(vg_denoiser_target(&flow, &now, datum, noise) == datum - noise);
        float by_noise = vg_denoiser_step(&diffusion, &now, &next, x, noise);
        float velocity = vg_denoiser_target(&by_velocity, &now, datum, noise);
        ck_assert_float_eq_tol(velocity, (float)(now.signal * -0.7 - now.noise * 0.3), 1e-6f);
        ck_assert_float_eq_tol(vg_denoiser_step(&by_velocity, &now, &next, x, velocity), by_noise, 2e-5f);
        ck_assert_float_eq_tol(vg_denoiser_step(&by_datum, &now, &next, x, datum), by_noise, 2e-5f);
    }
}
END_TEST

// The cosine schedule by its definition: a product of capped steps.
START_TEST(the_schedule_is_the_product_of_its_betas) {
    static const int32_t steps[] = {1, 10, 100, 1000};
    for (size_t k = 0; k < 4; k++) {
        vg_denoiser denoiser = {VG_DENOISING_DIFFUSION, VG_PREDICTION_NOISE, steps[k], 1, VG_SPACING_LEADING};
        double kept = 1;
        for (int32_t t = 0; t < steps[k]; t++) {
            double before = cos(((double)t / steps[k] + 0.008) / 1.008 * M_PI / 2),
                   after = cos(((double)(t + 1) / steps[k] + 0.008) / 1.008 * M_PI / 2);
            kept *= 1 - fmin(1 - after * after / (before * before), 0.999);
            vg_noise_level level = vg_denoiser_level(&denoiser, ((double)t + 0.5) / steps[k]);
            ck_assert_double_eq_tol(level.signal * level.signal, kept, 1e-9);
            ck_assert_double_eq_tol(level.signal * level.signal + level.noise * level.noise, 1, 1e-12);
        }
    }
}
END_TEST

START_TEST(levels_of_sampling_lead_to_the_datum) {
    for (int k = 0; k < 2; k++) {
        const vg_denoiser *denoiser = k ? &flow : &diffusion;
        double signal = -1;
        for (int32_t i = 0; i <= denoiser->steps; i++) {
            vg_noise_level level = vg_denoiser_step_level(denoiser, i);
            ck_assert(level.signal > signal && level.noise >= 0);
            signal = level.signal;
        }
        vg_noise_level end = vg_denoiser_step_level(denoiser, denoiser->steps);
        ck_assert(end.signal == 1 && end.noise == 0);
    }
    ck_assert_double_eq_tol(vg_denoiser_step_level(&diffusion, 0).time, 0.9, 1e-12); // "leading"
    ck_assert_double_eq_tol(vg_denoiser_step_level(&diffusion, 9).time, 0, 1e-12);
    ck_assert_double_eq_tol(vg_denoiser_step_level(&trailing, 0).time, 0.99, 1e-12);
    ck_assert_double_eq_tol(vg_denoiser_step_level(&trailing, 9).time, 0.09, 1e-12);
    const vg_denoiser uneven = {VG_DENOISING_DIFFUSION, VG_PREDICTION_VELOCITY, 100, 7, VG_SPACING_TRAILING};
    ck_assert_double_eq_tol(vg_denoiser_step_level(&uneven, 0).time, 0.99, 1e-12);
    ck_assert_double_eq_tol(vg_denoiser_step_level(&uneven, 6).time, 0.13, 1e-12); // 100 / 7 - 1
}
END_TEST

// A network that says NaN gives NaN, which the policy refuses: cutting to [-1, 1] must not hide it.
START_TEST(a_nan_stays_one) {
    for (int k = 0; k < 2; k++) {
        const vg_denoiser *denoiser = k ? &flow : &diffusion;
        vg_noise_level now = vg_denoiser_step_level(denoiser, 3), next = vg_denoiser_step_level(denoiser, 4);
        ck_assert(isnan(vg_denoiser_step(denoiser, &now, &next, 0.1f, NAN)));
        ck_assert(isnan(vg_denoiser_step(denoiser, &now, &next, NAN, 0)));
    }
}
END_TEST

START_TEST(time_and_noise_are_what_they_say) {
    float time[VG_DENOISER_TIME], other[VG_DENOISER_TIME], noise[7], again[6];
    vg_denoiser_time(0.5, time);
    vg_denoiser_time(0.51, other);
    ck_assert_float_eq_tol(time[0], sinf(50), 1e-5f);
    ck_assert_float_eq_tol(time[VG_DENOISER_TIME - 1], cosf(0.005f), 1e-6f);
    ck_assert_float_eq_tol(time[3], sinf(0.5f * 100 / powf(10000, 3 / 7.0f)), 1e-5f);
    ck_assert_float_gt(fabsf(time[0] - other[0]), 0.1f);
    vg_denoiser_noise((vg_draw){.seed = 1}, 7, noise);
    vg_denoiser_noise((vg_draw){.seed = 1}, 6, again);
    for (int i = 0; i < 6; i++) ck_assert(noise[i] == again[i]);
    double square = 0;
    for (uint32_t i = 0; i < DRAWS; i++) {
        vg_denoiser_noise((vg_draw){.seed = 2, .step = i}, 7, noise);
        square += (double)(noise[6] * noise[6]) / DRAWS;
    }
    ck_assert_double_eq_tol(square, 1, 4 * sqrt(2.0 / DRAWS));
}
END_TEST

CK_MAIN("denoiser", the_posterior_is_tanh, samples_the_data_of_the_best_network,
        a_sample_begins_where_nothing_of_a_chunk_is_left, all_predictions_are_one_step,
        the_schedule_is_the_product_of_its_betas, levels_of_sampling_lead_to_the_datum, a_nan_stays_one,
        time_and_noise_are_what_they_say)
