#include "agents/nets/penalty.h"

#include <math.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tests/check.h"

static vg_diag diag;

enum { ROWS = 300, INPUTS = 6 };

static vg_network *make(int32_t hidden_count, uint64_t seed) {
    vg_mlp_def def = {.inputs = INPUTS,
                      .outputs = 1,
                      .hidden = {18, 9, 5},
                      .hidden_count = hidden_count,
                      .activation = VG_ACTIVATION_TANH};
    vg_network *net;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_init(net, seed);
    for (int64_t i = 0; i < vg_network_count(net); i++) vg_network_parameters(net)[i] *= 2;
    vg_network_pack(net);
    return net;
}

static float *make_rows(void) {
    float *rows = vg_new(float, ROWS *vg_net_stride(INPUTS));
    for (uint32_t r = 0; r < ROWS; r++)
        for (uint32_t i = 0; i < INPUTS; i++) {
            vg_draw at = {.seed = 2, .entity = r, .step = i};
            rows[r * vg_net_stride(INPUTS) + i] = (float)(2 * vg_random_uniform(&at) - 1);
        }
    return rows;
}

// The penalty in plain loops and double, of a network of tanh layers.
static double plain(const vg_network *net, const double *parameters, const float *rows, int64_t count,
                    double target) {
    double sum = 0;
    int32_t layers = vg_mlp_layers(net);
    for (int64_t r = 0; r < count; r++) {
        double h[5][32] = {{0}}, g[32] = {0};
        for (int i = 0; i < INPUTS; i++) h[0][i] = (double)rows[r * vg_net_stride(INPUTS) + i];
        for (int32_t l = 0; l < layers - 1; l++) {
            vg_network_tensor w = vg_network_tensor_at(net, 2 * l), b = vg_network_tensor_at(net, 2 * l + 1);
            for (int64_t o = 0; o < w.shape[0]; o++) {
                double a = parameters[b.at + o];
                for (int64_t i = 0; i < w.shape[1]; i++) a += parameters[w.at + o * w.shape[1] + i] * h[l][i];
                h[l + 1][o] = tanh(a);
            }
        }
        vg_network_tensor head = vg_network_tensor_at(net, 2 * (layers - 1));
        for (int64_t i = 0; i < head.shape[1]; i++) g[i] = parameters[head.at + i];
        for (int32_t l = layers - 2; l >= 0; l--) {
            vg_network_tensor w = vg_network_tensor_at(net, 2 * l);
            double below[32] = {0};
            for (int64_t o = 0; o < w.shape[0]; o++)
                for (int64_t i = 0; i < w.shape[1]; i++)
                    below[i] +=
                        g[o] * (1 - h[l + 1][o] * h[l + 1][o]) * parameters[w.at + o * w.shape[1] + i];
            memcpy(g, below, sizeof g);
        }
        double square = 0;
        for (int i = 0; i < INPUTS; i++) square += g[i] * g[i];
        sum += (sqrt(square) - target) * (sqrt(square) - target);
    }
    return sum / (double)count;
}

// The gradient by double backpropagation, against finite differences of the plain penalty.
START_TEST(differentiates_through_the_gradient) {
    float *rows = make_rows();
    for (int32_t hidden = 1; hidden <= 3; hidden++)
        for (int target = 0; target <= 1; target++) {
            vg_network *net = make(hidden, (uint64_t)hidden);
            int64_t count = vg_network_count(net);
            float *gradient = vg_new(float, count);
            double *parameters = vg_new(double, count);
            vg_penalty *penalty;
            ck_ok(vg_penalty_create(net, ROWS, 1, &penalty, &diag));
            for (int64_t i = 0; i < count; i++)
                gradient[i] = 1, parameters[i] = (double)vg_network_read(net)[i];
            int64_t allocations = vg_memory_count();
            double value = vg_penalty_run(penalty, net, rows, ROWS, target, 3, gradient);
            ck_assert(vg_memory_count() == allocations);
            ck_assert_double_eq_tol(value, 3 * plain(net, parameters, rows, ROWS, target), 1e-4);
            for (int64_t i = 0; i < count; i++) {
                double kept = parameters[i], step = 1e-5;
                parameters[i] = kept + step;
                double up = plain(net, parameters, rows, ROWS, target);
                parameters[i] = kept - step;
                double down = plain(net, parameters, rows, ROWS, target);
                parameters[i] = kept;
                double slope = 1 + 3 * (up - down) / (2 * step);
                ck_assert_msg(fabs((double)gradient[i] - slope) < 2e-4 * (1 + fabs(slope)),
                              "%d hidden layers, target %d, parameter %d: %g, by differences %g", hidden,
                              target, (int)i, (double)gradient[i], slope);
            }
            vg_penalty_destroy(penalty);
            vg_network_destroy(net);
            vg_free(gradient), vg_free(parameters);
        }
    vg_free(rows);
}
END_TEST

START_TEST(gives_the_same_bits_at_any_thread_count) {
    float *rows = make_rows(), first[512];
    vg_network *net = make(2, 1);
    for (int32_t threads = 1; threads <= 3; threads++) {
        float gradient[512] = {0};
        vg_penalty *penalty;
        ck_ok(vg_penalty_create(net, ROWS, threads, &penalty, &diag));
        vg_penalty_run(penalty, net, rows, ROWS, 1, 1, gradient);
        if (threads == 1) memcpy(first, gradient, sizeof first);
        ck_assert(!memcmp(first, gradient, sizeof first));
        vg_penalty_destroy(penalty);
    }
    vg_network_destroy(net);
    vg_free(rows);
}
END_TEST

START_TEST(refuses_other_networks) {
    vg_penalty *penalty;
    vg_network *linear = make(0, 1);
    ck_fails(vg_penalty_create(linear, ROWS, 1, &penalty, &diag), VG_ERR_ARGUMENT, "tanh hidden layers");
    vg_network_destroy(linear);
}
END_TEST

CK_MAIN("penalty", differentiates_through_the_gradient, gives_the_same_bits_at_any_thread_count,
        refuses_other_networks)
