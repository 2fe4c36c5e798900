#include "agents/nets/mixture.h"

#include <math.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "sim/base/exact.h"
#include "tests/agents/nets/own_loss.h"
#include "tests/check.h"

static vg_diag diag;

// The output that softplus turns into a deviation.
static float raw_std(double std, double min_std) { return (float)log(expm1(std - min_std)); }

// Two modes of equal weight at +-centre.
static vg_mixture two_modes(const vg_mixture_def *def, double centre, double std) {
    float y[6] = {0.3f,
                  0.3f,
                  (float)atanh(centre),
                  (float)atanh(-centre),
                  raw_std(std, def->min_std),
                  raw_std(std, def->min_std)};
    vg_mixture mixture;
    vg_mixture_read(def, y, &mixture);
    ck_assert_double_eq_tol(mixture.std[0][0], std, 1e-7);
    ck_assert_double_eq_tol(mixture.mean[1][0], -centre, 1e-7);
    ck_assert_double_eq_tol(exp(mixture.log_weight[1]), 0.5, 1e-15);
    return mixture;
}

// The mean negative log likelihood of a mixture's own values is its entropy: of two modes far apart log 2
// more than that of a Gaussian, log(2 pi e std^2) / 2. By the trapezoidal rule, which is exact for such a
// bell.
START_TEST(two_separated_modes_cost_log_2_more_than_one) {
    const vg_mixture_def def = {.modes = 2, .dims = 1, .min_std = 1e-4};
    static const double stds[] = {0.02, 0.05};
    for (size_t i = 0; i < 2; i++) {
        const vg_mixture mixture = two_modes(&def, 0.5, stds[i]);
        double entropy = 0, mass = 0, step = 0x1p-12;
        for (double x = -1; x <= 1; x += step) {
            float target = (float)x;
            double nll = vg_mixture_nll(&def, &mixture, &target, NULL);
            entropy += step * exp(-nll) * nll;
            mass += step * exp(-nll);
        }
        double gaussian = 0.5 * log(2 * VG_PI * M_E * mixture.std[0][0] * mixture.std[0][0]);
        ck_assert_double_eq_tol(mass, 1, 1e-9);
        ck_assert_double_eq_tol(entropy, log(2) + gaussian, 1e-8);
    }
}
END_TEST

// One Gaussian: the formula itself, also far away from it, where its density is 0 in double.
START_TEST(one_mode_is_a_gaussian) {
    const vg_mixture_def def = {.modes = 1, .dims = 2, .min_std = 1e-4};
    const float y[] = {7, 0.2f, -0.1f, -1, -2}, targets[][2] = {{0.1f, 0}, {-1, 1}, {300, -300}};
    vg_mixture mixture;
    vg_mixture_read(&def, y, &mixture);
    ck_assert_double_eq(mixture.log_weight[0], 0);
    for (size_t i = 0; i < 3; i++) {
        double expected = 0, by_mode;
        for (int d = 0; d < 2; d++) {
            double std = log1p(exp((double)y[3 + d])) + 1e-4;
            double away = ((double)targets[i][d] - tanh((double)y[1 + d])) / std;
            expected += 0.5 * away * away + log(std) + 0.5 * log(2 * VG_PI);
        }
        double nll = vg_mixture_nll(&def, &mixture, targets[i], &by_mode);
        ck_assert_double_eq_tol(nll, expected, 1e-12 * fabs(expected));
        ck_assert_double_eq(by_mode, 1);
    }
}
END_TEST

// Outputs however large give numbers, and no deviation is below min_std.
START_TEST(extreme_outputs_stay_finite) {
    const vg_mixture_def def = {.modes = 2, .dims = 1, .min_std = 1e-4};
    static const float y[][6] = {{1e30f, -1e30f, 1e30f, -1e30f, -1e30f, 1e30f}, {0, 0, 0, 0, -200, -200}};
    for (size_t i = 0; i < 2; i++) {
        vg_mixture mixture;
        float target = 0.3f;
        double by_mode[2];
        vg_mixture_read(&def, y[i], &mixture);
        ck_assert(isfinite(vg_mixture_nll(&def, &mixture, &target, by_mode)));
        ck_assert_double_eq_tol(by_mode[0] + by_mode[1], 1, 1e-12);
        ck_assert_double_eq(mixture.std[0][0], 1e-4);
    }
}
END_TEST

// --- the gradient ------------------------------------------------------------------------------------------

enum { ROWS = 70, INPUTS = 4 };

typedef struct fixture {
    vg_mixture_def def;
    vg_network *net;
    float inputs[ROWS * 16], targets[ROWS * 2];
    int64_t order[ROWS];
    vg_batch batch;
} fixture;

static void make(fixture *f, int32_t modes) {
    vg_mixture_def def = {.modes = modes, .dims = 2, .min_std = 0.05};
    vg_mlp_def shape = vg_mlp_default();
    *f = (fixture){.def = def};
    shape.inputs = INPUTS, shape.outputs = vg_mixture_outputs(&def);
    shape.hidden_count = 1, shape.hidden[0] = 6;
    ck_assert_int_le(vg_net_stride(INPUTS), 16);
    ck_ok(vg_mlp_create(&shape, &f->net, &diag));
    vg_network_init(f->net, 2);
    for (uint32_t r = 0; r < ROWS; r++) {
        vg_draw at = {.seed = 4, .step = r};
        for (at.draw = 0; at.draw < INPUTS; at.draw++)
            f->inputs[(int64_t)r * vg_net_stride(INPUTS) + at.draw] = (float)vg_random_uniform(&at);
        for (at.draw = 8; at.draw < 10; at.draw++)
            f->targets[r * 2 + at.draw - 8] = (float)(2 * vg_random_uniform(&at) - 1);
        f->order[r] = (int64_t)(r * 31 % ROWS);
    }
    f->batch = (vg_batch){.inputs = f->inputs,
                          .targets = f->targets,
                          .order = f->order,
                          .count = ROWS,
                          .target_width = 2,
                          .own = vg_mixture_loss,
                          .context = &f->def};
}

// The mean over the rows of the batch, whatever their order.
START_TEST(the_loss_is_the_mean_over_rows) {
    fixture f;
    make(&f, 3);
    vg_gradient *workspace;
    ck_ok(vg_gradient_create(f.net, VG_LOSS_OWN, ROWS, 1, &workspace, &diag));
    float *scratch = vg_new(float, vg_network_scratch(f.net, false));
    double sum = 0;
    for (int64_t r = 0; r < ROWS; r++) {
        vg_mixture mixture;
        memcpy(vg_network_inputs(f.net, scratch), f.inputs + r * vg_net_stride(INPUTS),
               sizeof(float) * (size_t)vg_net_stride(INPUTS));
        vg_network_forward(f.net, 1, scratch);
        vg_mixture_read(&f.def, vg_network_outputs(f.net, scratch), &mixture);
        sum += vg_mixture_nll(&f.def, &mixture, f.targets + 2 * r, NULL);
    }
    ck_assert_double_eq_tol(vg_gradient_run(workspace, f.net, &f.batch, NULL), sum / ROWS, 1e-12);
    vg_free(scratch);
    vg_gradient_destroy(workspace);
    vg_network_destroy(f.net);
}
END_TEST

START_TEST(the_gradient_is_that_of_finite_differences) {
    for (int32_t modes = 1; modes <= 3; modes++) {
        fixture f;
        make(&f, modes);
        vg_gradient *workspace;
        ck_ok(vg_gradient_create(f.net, VG_LOSS_OWN, ROWS, 1, &workspace, &diag));
        ck_assert_double_lt(own_loss_error(workspace, f.net, &f.batch), 1e-3);
        vg_gradient_destroy(workspace);
        vg_network_destroy(f.net);
    }
}
END_TEST

// --- drawing -----------------------------------------------------------------------------------------------

START_TEST(draws_modes_by_weight_and_values_by_deviation) {
    enum { DRAWS = 20000 };
    const vg_mixture_def def = {.modes = 3, .dims = 2, .min_std = 1e-4};
    const float y[] = {
        (float)log(0.2), (float)log(0.5), (float)log(0.3), 0, 0, 0.5f, -0.5f, 1, 1, -3, -3, -1, -2, -3, -3};
    vg_mixture mixture;
    vg_mixture_read(&def, y, &mixture);
    ck_assert_int_eq(vg_mixture_likeliest(&def, &mixture), 1);
    double count[3] = {0}, sum = 0, square = 0, narrow = 0;
    for (uint32_t i = 0; i < DRAWS; i++) {
        vg_draw at = {.seed = 3, .stream = VG_STREAM_POLICY, .step = i};
        float value[2];
        count[vg_mixture_draw_mode(&def, &mixture, at)] += 1.0 / DRAWS;
        at.draw = 1;
        vg_mixture_draw(&def, &mixture, 1, 0, at, value);
        sum += (double)value[1] / DRAWS;
        square += pow((double)value[1] - mixture.mean[1][1], 2) / DRAWS;
        vg_mixture_draw(&def, &mixture, 1, 1e-3, at, value);
        narrow += pow((double)value[0] - mixture.mean[1][0], 2) / DRAWS;
    }
    ck_assert_double_eq_tol(count[0], 0.2, 0.012); // four deviations of a share of 20,000
    ck_assert_double_eq_tol(count[1], 0.5, 0.015);
    ck_assert_double_eq_tol(count[2], 0.3, 0.013);
    ck_assert_double_eq_tol(sum, mixture.mean[1][1], 4 * mixture.std[1][1] / sqrt(DRAWS));
    ck_assert_double_eq_tol(sqrt(square), mixture.std[1][1], 0.03 * mixture.std[1][1]);
    ck_assert_double_eq_tol(sqrt(narrow), 1e-3, 3e-5);
}
END_TEST

CK_MAIN("mixture", two_separated_modes_cost_log_2_more_than_one, one_mode_is_a_gaussian,
        extreme_outputs_stay_finite, the_loss_is_the_mean_over_rows,
        the_gradient_is_that_of_finite_differences, draws_modes_by_weight_and_values_by_deviation)
