// tests/agents/nets/differences.h -- a network's gradient held to finite differences, of every tensor by
// itself and of the inputs. The loss is a weighted sum of the outputs, with weights drawn by the row and the
// output. Define DIFF_ROWS, how many rows, before.
#ifndef VG_TESTS_AGENTS_NETS_DIFFERENCES_H
#define VG_TESTS_AGENTS_NETS_DIFFERENCES_H

#include <math.h>
#include <string.h>

#include "agents/nets/network.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tests/check.h"

enum { DIFF_WIDEST = 32 };

// In (-1, 1), drawn by i.
static inline float diff_number(uint32_t i) {
    vg_draw at = {.seed = 23, .step = i};
    return (float)(2 * vg_random_uniform(&at) - 1);
}

static inline void diff_fill(const vg_network *net, float *scratch) {
    const int32_t inputs = vg_network_shape_of(net)->inputs;
    for (int32_t r = 0; r < DIFF_ROWS; r++)
        for (int32_t i = 0; i < inputs; i++)
            vg_network_inputs(net, scratch)[r * vg_net_stride(inputs) + i] =
                diff_number((uint32_t)(r * 100 + i));
}

static inline float diff_weight(int32_t r, int32_t o) { return diff_number((uint32_t)(5000 + r * 100 + o)); }

static inline double diff_loss(const vg_network *net, float *scratch) {
    const int32_t outputs = vg_network_shape_of(net)->outputs;
    double sum = 0;
    vg_network_forward(net, DIFF_ROWS, scratch);
    for (int32_t r = 0; r < DIFF_ROWS; r++)
        for (int32_t o = 0; o < outputs; o++)
            sum += (double)diff_weight(r, o) *
                   (double)vg_network_outputs(net, scratch)[r * vg_net_stride(outputs) + o];
    return sum;
}

static inline void diff_backward(const vg_network *net, float *scratch, bool add, float *gradient) {
    const int32_t outputs = vg_network_shape_of(net)->outputs;
    for (int32_t r = 0; r < DIFF_ROWS; r++)
        for (int32_t o = 0; o < outputs; o++)
            vg_network_deltas(net, scratch)[r * vg_net_stride(outputs) + o] = diff_weight(r, o);
    vg_network_backward_inputs(net, DIFF_ROWS, scratch, add, gradient);
}

// The slope of the loss along one value.
static inline double diff_slope(vg_network *net, float *scratch, float *value, bool pack) {
    const float before = *value, step = 0x1p-7f;
    double loss[2];
    for (int side = 0; side < 2; side++) {
        *value = side ? before + step : before - step;
        if (pack) vg_network_pack(net);
        loss[side] = diff_loss(net, scratch);
    }
    *value = before;
    if (pack) vg_network_pack(net);
    return (loss[1] - loss[0]) / (2 * (double)step);
}

static inline void ck_gradient(vg_network *net) {
    const int32_t inputs = vg_network_shape_of(net)->inputs, stride = vg_net_stride(inputs);
    float *scratch = vg_new(float, vg_network_scratch(net, true)), *p = vg_network_parameters(net);
    float *gradient = vg_new(float, vg_network_count(net)), by_inputs[DIFF_ROWS][DIFF_WIDEST];
    ck_assert_int_le(inputs, DIFF_WIDEST);
    diff_fill(net, scratch);
    diff_loss(net, scratch);
    diff_backward(net, scratch, false, gradient);
    for (int32_t r = 0; r < DIFF_ROWS; r++)
        memcpy(by_inputs[r], vg_network_input_deltas(net, scratch) + r * stride,
               sizeof(float) * (size_t)inputs);
    for (int32_t i = 0; i < vg_network_tensors(net); i++) {
        vg_network_tensor tensor = vg_network_tensor_at(net, i);
        double square = 0, error = 0;
        for (int64_t j = tensor.at; j < tensor.at + tensor.count; j++) {
            double by = diff_slope(net, scratch, &p[j], true), away = by - (double)gradient[j];
            square += by * by, error += away * away;
        }
        ck_assert_msg(sqrt(error) < 0.01 * sqrt(square) + 1e-3, "%s: %g of %g", tensor.name, sqrt(error),
                      sqrt(square));
    }
    for (int32_t r = 0; r < DIFF_ROWS; r++)
        for (int32_t i = 0; i < inputs; i++) {
            float *value = vg_network_inputs(net, scratch) + r * stride + i;
            ck_assert_double_eq_tol(diff_slope(net, scratch, value, false), (double)by_inputs[r][i], 4e-3);
        }
    vg_free(scratch), vg_free(gradient);
}

#endif
