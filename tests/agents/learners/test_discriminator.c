#include "agents/learners/discriminator.h"

#include <math.h>
#include <string.h>

#include "agents/nets/spectral.h"
#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { INPUTS = 3 };

static vg_discriminator *make(vg_smoothing smooth, int64_t batch, int32_t threads) {
    vg_discriminator_def def = vg_discriminator_default();
    def.shape.inputs = INPUTS;
    def.shape.hidden[0] = 12, def.shape.hidden[1] = 8;
    def.smooth = smooth, def.batch = batch, def.threads = threads;
    def.seed = 3, def.penalty = 2, def.slope = 1, def.bound = 1.5;
    vg_discriminator *d;
    ck_ok(vg_discriminator_create(&def, &d, &diag));
    return d;
}

// Rows of a Gaussian about `centre` in the first column, standard in the others.
static float *make_rows(uint64_t seed, int64_t count, double centre, double deviation) {
    float *rows = vg_new(float, count *vg_net_stride(INPUTS));
    for (int64_t r = 0; r < count; r++)
        for (uint32_t i = 0; i < INPUTS; i++) {
            double normal[2];
            vg_random_normal2(&(vg_draw){.seed = seed, .entity = (uint32_t)r, .step = i}, normal);
            rows[r * vg_net_stride(INPUTS) + i] = (float)(i ? normal[0] : centre + deviation * normal[0]);
        }
    return rows;
}

// The whole loss, with either penalty, against finite differences. The normalised layers' singular vectors
// move with the weights, if only in second order: u and v are the largest pair.
START_TEST(differentiates_its_loss) {
    enum { BATCH = 40 };
    static const vg_smoothing all[] = {VG_SMOOTHING_PENALTY, VG_SMOOTHING_SPECTRAL, VG_SMOOTHING_NONE};
    float *expert = make_rows(1, BATCH, 0.5, 1), *learner = make_rows(2, BATCH, -0.5, 1);
    for (int k = 0; k < 3; k++) {
        vg_discriminator *d = make(all[k], BATCH, 1);
        int64_t count;
        float *parameters = vg_discriminator_parameters(d, &count), gradient[512], scrap[512];
        vg_discriminator_loss(d, expert, learner, gradient);
        double worst = 0, length = 0;
        for (int64_t i = 0; i < count; i++) {
            float kept = parameters[i], step = 1.0f / 256;
            double value[2];
            for (int side = 0; side < 2; side++) {
                parameters[i] = kept + (side ? step : -step);
                vg_discriminator_restored(d);
                value[side] = vg_discriminator_loss(d, expert, learner, scrap);
            }
            parameters[i] = kept;
            worst = fmax(worst, fabs((value[1] - value[0]) / (2 * (double)step) - (double)gradient[i]));
            length = fmax(length, fabs((double)gradient[i]));
        }
        ck_assert_msg(worst < 0.004 * (1 + length), "smoothing %d: off by %g of %g", k, worst, length);
        vg_discriminator_destroy(d);
    }
    vg_free(expert), vg_free(learner);
}
END_TEST

// Both sides' labels are smoothed: in doubt (f = 0 everywhere) nothing draws f to either side.
START_TEST(smooths_both_labels) {
    enum { BATCH = 40 };
    float *expert = make_rows(1, BATCH, 0.5, 1), *learner = make_rows(2, BATCH, -0.5, 1), gradient[512];
    vg_discriminator *d = make(VG_SMOOTHING_NONE, BATCH, 1);
    int64_t count;
    float *parameters = vg_discriminator_parameters(d, &count);
    memset(parameters, 0, sizeof *parameters * (size_t)count);
    vg_discriminator_restored(d);
    ck_assert_double_eq_tol(vg_discriminator_loss(d, expert, learner, gradient), log(2), 1e-6);
    ck_assert_float_eq_tol(gradient[count - 1], 0, 1e-6f); // by the last bias
    vg_discriminator_destroy(d);
    vg_free(expert), vg_free(learner);
}
END_TEST

// At its optimum f is the logarithm of the ratio of the densities: here of N(0.5, 1) and N(-0.5, 1), so x.
START_TEST(finds_the_ratio_of_two_gaussians) {
    enum { ROWS = 20000, STEPS = 1500 };
    float *expert = make_rows(1, ROWS, 0.5, 1), *learner = make_rows(2, ROWS, -0.5, 1), f[41];
    vg_discriminator_def def = vg_discriminator_default();
    def.shape.inputs = INPUTS;
    def.shape.hidden[0] = def.shape.hidden[1] = 16;
    def.smooth = VG_SMOOTHING_NONE, def.label = 1, def.batch = 512, def.rate = 2e-3, def.threads = 1;
    vg_discriminator *d;
    ck_ok(vg_discriminator_create(&def, &d, &diag));
    vg_side sides[] = {{expert, ROWS}, {learner, ROWS}};
    vg_discriminator_step step;
    for (uint32_t i = 0; i < STEPS; i++)
        ck_ok(vg_discriminator_learn(d, &sides[0], &sides[1], 0, i, &step, &diag));
    float *rows = vg_new(float, 41 * vg_net_stride(INPUTS));
    for (int i = 0; i < 41; i++) rows[i * vg_net_stride(INPUTS)] = (float)(i - 20) / 10;
    vg_discriminator_judge(d, rows, 41, f);
    for (int i = 0; i < 41; i++)
        ck_assert_msg(fabs((double)f[i] - (i - 20) / 10.0) < 0.2, "f(%g) = %g", (i - 20) / 10.0,
                      (double)f[i]);
    // Right as often as the better of the two densities is: the normal distribution function at 0.5.
    ck_assert_double_eq_tol(step.right_expert, 0.69, 0.08);
    ck_assert_double_eq_tol(step.right_learner, 0.69, 0.08);
    vg_free(expert), vg_free(learner), vg_free(rows);
    vg_discriminator_destroy(d);
}
END_TEST

// The largest singular value of every layer is the bound, whatever was learned.
START_TEST(holds_the_spectral_norm) {
    enum { ROWS = 300 };
    vg_mlp_def shape = {
        .inputs = 5, .outputs = 1, .hidden = {9, 6}, .hidden_count = 2, .activation = VG_ACTIVATION_TANH};
    vg_network *net;
    vg_spectral *spectral;
    ck_ok(vg_mlp_create(&shape, &net, &diag));
    vg_network_init(net, 1);
    ck_ok(vg_spectral_create(net, 2, 1, &spectral, &diag));
    for (int64_t i = 0; i < vg_network_count(net); i++)
        vg_spectral_parameters(spectral)[i] *= (float)(3 + i % 3);
    for (int i = 0; i < 60; i++) vg_spectral_apply(spectral, net, true);
    for (int32_t l = 0; l < 3; l++) {
        vg_network_tensor w = vg_network_tensor_at(net, 2 * l);
        double x[16] = {1, 0.5, -0.25, 0.7, 0.1, -0.3, 0.2, 0.9, -1}, norm = 0;
        for (int n = 0; n < 500; n++) { // power iteration on W'W
            double y[16] = {0}, z[16] = {0};
            for (int64_t o = 0; o < w.shape[0]; o++)
                for (int64_t i = 0; i < w.shape[1]; i++)
                    y[o] += (double)vg_network_read(net)[w.at + o * w.shape[1] + i] * x[i];
            for (int64_t o = 0; o < w.shape[0]; o++)
                for (int64_t i = 0; i < w.shape[1]; i++)
                    z[i] += (double)vg_network_read(net)[w.at + o * w.shape[1] + i] * y[o];
            norm = 0;
            for (int64_t i = 0; i < w.shape[1]; i++) norm += z[i] * z[i];
            norm = sqrt(norm);
            for (int64_t i = 0; i < w.shape[1]; i++) x[i] = z[i] / norm;
        }
        ck_assert_double_eq_tol(sqrt(norm), 2, 1e-3);
    }
    vg_spectral_destroy(spectral);
    vg_network_destroy(net);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    enum { ROWS = 2000, BATCH = 700 };
    float *expert = make_rows(1, ROWS, 0.5, 1), *learner = make_rows(2, ROWS, -0.5, 1), first[512],
          judged[2][ROWS];
    for (int k = 0; k < 2; k++)
        for (int32_t threads = 1; threads <= 3; threads++) {
            vg_discriminator *d = make(k ? VG_SMOOTHING_SPECTRAL : VG_SMOOTHING_PENALTY, BATCH, threads);
            vg_discriminator_step step;
            for (uint32_t i = 0; i < 3; i++)
                ck_ok(vg_discriminator_learn(d, &(vg_side){expert, ROWS}, &(vg_side){learner, ROWS}, 1, i,
                                             &step, &diag));
            int64_t count, allocations = vg_memory_count();
            float *parameters = vg_discriminator_parameters(d, &count);
            vg_discriminator_judge(d, expert, ROWS, judged[threads > 1]);
            ck_assert(vg_memory_count() == allocations);
            if (threads == 1)
                memcpy(first, parameters, sizeof *first * (size_t)count);
            else
                ck_assert(!memcmp(judged[0], judged[1], sizeof *judged));
            ck_assert(!memcmp(first, parameters, sizeof *first * (size_t)count));
            vg_discriminator_destroy(d);
        }
    vg_free(expert), vg_free(learner);
}
END_TEST

// Twenty rounds in a row, right about both sides: one that errs begins the count anew.
START_TEST(is_pinned_after_twenty_rounds) {
    const vg_discriminator_step right = {.right_expert = 1, .right_learner = 1};
    vg_discriminator_step errs = {0};
    vg_discriminator_step_add(&errs, &right, 0.5), vg_discriminator_step_add(&errs, &right, 0.49);
    int64_t rounds = 0;
    for (int i = 0; i < 19; i++) ck_assert(!vg_discriminator_pinned(&right, &rounds));
    ck_assert(!vg_discriminator_pinned(&errs, &rounds));
    for (int i = 0; i < 19; i++) ck_assert(!vg_discriminator_pinned(&right, &rounds));
    ck_assert(vg_discriminator_pinned(&right, &rounds));
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    for (int k = 0; k < 2; k++)
        for (oom turn = {.diag = &diag}; oom_next(&turn);) {
            vg_discriminator_def def = vg_discriminator_default();
            def.shape.inputs = INPUTS, def.smooth = k ? VG_SMOOTHING_SPECTRAL : VG_SMOOTHING_PENALTY;
            vg_discriminator *d;
            turn.err = vg_discriminator_create(&def, &d, &diag);
            ck_assert(!turn.err == !!d);
            vg_discriminator_destroy(d);
        }
}
END_TEST

CK_MAIN("discriminator", differentiates_its_loss, smooths_both_labels, finds_the_ratio_of_two_gaussians,
        holds_the_spectral_norm, same_bits_at_any_thread_count, is_pinned_after_twenty_rounds,
        out_of_memory_leaves_nothing)
