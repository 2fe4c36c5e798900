#include "agents/rl/gaussian_policy.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "tests/check.h"

static vg_diag diag;

static vg_network *make(double first, double second) {
    vg_mlp_def def = {.inputs = 1, .outputs = 2, .log_std = true};
    vg_network *net;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_parameters(net)[vg_network_weight_count(net)] = (float)first;
    vg_network_parameters(net)[vg_network_weight_count(net) + 1] = (float)second;
    return net;
}

START_TEST(knows_its_density) {
    vg_network *net = make(-0.5, 0.25);
    vg_gaussian g = vg_gaussian_of(net);
    const float mean[] = {0.5f, -1}, action[] = {0.25f, 0};
    double wanted = 0, deviations[] = {exp(-0.5), exp(0.25)}, away[] = {-0.25, 1};
    for (int i = 0; i < 2; i++)
        wanted += -0.5 * pow(away[i] / deviations[i], 2) - log(deviations[i] * sqrt(2 * M_PI));
    ck_assert_double_eq_tol(vg_gaussian_log_prob(&g, mean, action), wanted, 1e-12);
    ck_assert_double_eq_tol(vg_gaussian_entropy(&g), -0.25 + log(2 * M_PI * M_E), 1e-12);
    vg_network_destroy(net);
}
END_TEST

// The same of rows of a network's own means, at any number of threads.
START_TEST(knows_the_density_of_rows) {
    enum { ROWS = 600 };
    vg_network *net = make(-0.5, 0.25);
    vg_network_parameters(net)[0] = 0.5f, vg_network_parameters(net)[1] = -2; // means: 0.5 x and -2 x
    vg_network_pack(net);
    vg_gaussian g = vg_gaussian_of(net);
    static float inputs[ROWS * 16], actions[ROWS * 2], out[ROWS], first[ROWS];
    int64_t stride = vg_net_stride(1);
    ck_assert(stride <= 16);
    for (int i = 0; i < ROWS; i++) {
        inputs[i * stride] = (float)sin(i), actions[2 * i] = (float)cos(i),
                   actions[2 * i + 1] = (float)sin(7 * i);
    }
    for (int32_t threads = 1; threads <= 3; threads++) {
        vg_gradient *workspace;
        ck_ok(vg_gradient_create(net, VG_LOSS_OWN, 100, threads, &workspace, &diag));
        vg_gaussian_log_probs(workspace, net, inputs, actions, ROWS, threads == 1 ? first : out);
        if (threads > 1) ck_assert_mem_eq(out, first, sizeof out);
        vg_gradient_destroy(workspace);
    }
    for (int i = 0; i < ROWS; i++) {
        const float mean[] = {0.5f * inputs[i * stride], -2 * inputs[i * stride]};
        ck_assert_double_eq_tol((double)first[i], vg_gaussian_log_prob(&g, mean, actions + 2 * i), 1e-4);
    }
    vg_network_destroy(net);
}
END_TEST

// The KL of two Gaussians and the entropy are means over what is drawn.
START_TEST(draws_what_it_says) {
    vg_network *first = make(-0.5, 0.25), *second = make(-0.3, 0.1);
    vg_gaussian g = vg_gaussian_of(first), h = vg_gaussian_of(second);
    const float mean[] = {0.5f, -1}, other[] = {0.6f, -0.7f};
    enum { DRAWS = 200000 };
    double kl = 0, entropy = 0, sum[2] = {0}, squares[2] = {0};
    for (uint32_t i = 0; i < DRAWS; i++) {
        float action[2];
        vg_gaussian_sample(&g, mean, (vg_draw){.seed = 3, .stream = VG_STREAM_EXPLORE, .step = i}, action);
        double p = vg_gaussian_log_prob(&g, mean, action);
        kl += p - vg_gaussian_log_prob(&h, other, action), entropy -= p;
        for (int a = 0; a < 2; a++) {
            double away = (double)action[a] - (double)mean[a];
            sum[a] += away, squares[a] += away * away;
        }
    }
    ck_assert_double_eq_tol(kl / DRAWS, vg_gaussian_kl(&g, mean, &h, other), 0.005);
    ck_assert_double_eq_tol(entropy / DRAWS, vg_gaussian_entropy(&g), 0.01);
    for (int a = 0; a < 2; a++) {
        ck_assert_double_eq_tol(sum[a] / DRAWS, 0, 0.015);
        ck_assert_double_eq_tol(sqrt(squares[a] / DRAWS), g.std[a], 0.01);
    }
    ck_assert_double_eq_tol(vg_gaussian_kl(&g, mean, &g, mean), 0, 1e-14);
    vg_network_destroy(first), vg_network_destroy(second);
}
END_TEST

START_TEST(differentiates_its_density) {
    const float mean[] = {0.5f, -1}, action[] = {0.25f, 0};
    double log_std[] = {-0.5, 0.25}, by_log_std[2] = {1, 1}, step = 1.0 / 1024;
    float by_mean[2];
    vg_network *net = make(log_std[0], log_std[1]);
    vg_gaussian g = vg_gaussian_of(net);
    vg_gaussian_backward(&g, mean, action, 3, by_mean, by_log_std);
    for (int i = 0; i < 2; i++) {
        float up[] = {mean[0], mean[1]}, down[] = {mean[0], mean[1]};
        up[i] += (float)step, down[i] -= (float)step;
        double slope = vg_gaussian_log_prob(&g, up, action) - vg_gaussian_log_prob(&g, down, action);
        ck_assert_double_eq_tol((double)by_mean[i], 3 * slope / (2 * step), 1e-4);
        double value[2];
        for (int side = 0; side < 2; side++) {
            vg_network *moved = make(log_std[0] + (i == 0 ? (side ? step : -step) : 0),
                                     log_std[1] + (i == 1 ? (side ? step : -step) : 0));
            vg_gaussian h = vg_gaussian_of(moved);
            value[side] = vg_gaussian_log_prob(&h, mean, action);
            vg_network_destroy(moved);
        }
        ck_assert_double_eq_tol(by_log_std[i], 1 + 3 * (value[1] - value[0]) / (2 * step), 1e-4);
    }
    vg_network_destroy(net);
}
END_TEST

START_TEST(holds_its_deviations) {
    vg_network *net = make(-9, 0.5);
    vg_network_hold_log_std(net, -4, 0);
    vg_gaussian g = vg_gaussian_of(net);
    ck_assert(g.log_std[0] == -4 && g.log_std[1] == 0);
    vg_gaussian_set(net, -1.5);
    g = vg_gaussian_of(net);
    ck_assert(g.log_std[0] == -1.5 && g.log_std[1] == -1.5);
    vg_network_destroy(net);
}
END_TEST

CK_MAIN("gaussian_policy", knows_its_density, knows_the_density_of_rows, draws_what_it_says,
        differentiates_its_density, holds_its_deviations)
