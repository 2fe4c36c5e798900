#include "agents/nets/tangent.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "sim/base/level.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tests/check.h"

static vg_diag diag;

enum { ROWS = 37, INPUTS = 5 };

static vg_network *make(vg_activation activation) {
    vg_mlp_def def = {.inputs = INPUTS,
                      .outputs = 2,
                      .hidden = {19, 7},
                      .hidden_count = 2,
                      .activation = activation,
                      .log_std = true};
    vg_network *net;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_init(net, 1);
    return net;
}

static float draw(uint32_t entity, uint32_t step) {
    vg_draw at = {.seed = 5, .entity = entity, .step = step};
    return (float)(2 * vg_random_uniform(&at) - 1);
}

static void forward(const vg_network *net, float *scratch) {
    float *inputs = vg_network_inputs(net, scratch);
    for (int r = 0; r < ROWS; r++)
        for (int i = 0; i < INPUTS; i++)
            inputs[r * vg_net_stride(INPUTS) + i] = draw(1, (uint32_t)(r * INPUTS + i));
    vg_network_forward(net, ROWS, scratch);
}

// Along a direction, against the difference of two networks moved along it.
START_TEST(pushes_a_direction_through) {
    vg_network *net = make(VG_ACTIVATION_TANH), *up = make(VG_ACTIVATION_TANH),
               *down = make(VG_ACTIVATION_TANH);
    int64_t count = vg_network_count(net);
    float *scratch = vg_new(float, vg_network_scratch(net, true)), *direction = vg_new(float, count),
          *high = vg_new(float, vg_network_scratch(net, true)),
          *low = vg_new(float, vg_network_scratch(net, true));
    float step = 1.0f / 1024;
    for (int64_t i = 0; i < count; i++) {
        direction[i] = draw(2, (uint32_t)i);
        vg_network_parameters(up)[i] += step * direction[i];
        vg_network_parameters(down)[i] -= step * direction[i];
    }
    vg_network_pack(up), vg_network_pack(down);
    vg_tangent *tangent;
    ck_ok(vg_tangent_create(net, &tangent, &diag));
    vg_tangent_take(tangent, net);
    vg_tangent_aim(tangent, direction);
    forward(net, scratch), forward(up, high), forward(down, low);
    int64_t allocations = vg_memory_count();
    const float *pushed = vg_tangent_push(tangent, ROWS, scratch);
    ck_assert(vg_memory_count() == allocations);
    for (int r = 0; r < ROWS; r++)
        for (int o = 0; o < 2; o++) {
            int64_t at = r * vg_net_stride(2) + o;
            double slope =
                ((double)vg_network_outputs(up, high)[at] - (double)vg_network_outputs(down, low)[at]) /
                (2 * (double)step);
            ck_assert_double_eq_tol((double)pushed[at], slope, 4e-3);
        }
    vg_tangent_destroy(tangent);
    vg_network_destroy(net), vg_network_destroy(up), vg_network_destroy(down);
    vg_free(scratch), vg_free(direction), vg_free(high), vg_free(low);
}
END_TEST

// u . (J v) is v . (J' u), which the backward pass gives.
START_TEST(is_the_backward_passes_transpose) {
    static const vg_activation activations[] = {VG_ACTIVATION_TANH, VG_ACTIVATION_RELU};
    for (int k = 0; k < 2; k++) {
        vg_network *net = make(activations[k]);
        int64_t count = vg_network_count(net), stride = vg_net_stride(2);
        float *scratch = vg_new(float, vg_network_scratch(net, true)), *direction = vg_new(float, count),
              *gradient = vg_new(float, count);
        for (int64_t i = 0; i < vg_network_weight_count(net); i++) direction[i] = draw(3, (uint32_t)i);
        vg_tangent *tangent;
        ck_ok(vg_tangent_create(net, &tangent, &diag));
        vg_tangent_take(tangent, net);
        vg_tangent_aim(tangent, direction);
        forward(net, scratch);
        const float *pushed = vg_tangent_push(tangent, ROWS, scratch);
        float *deltas = vg_network_deltas(net, scratch);
        double left = 0, right = 0;
        for (int r = 0; r < ROWS; r++)
            for (int o = 0; o < 2; o++) {
                deltas[r * stride + o] = draw(4, (uint32_t)(2 * r + o));
                left += (double)deltas[r * stride + o] * (double)pushed[r * stride + o];
            }
        vg_network_backward(net, ROWS, scratch, false, gradient);
        for (int64_t i = 0; i < count; i++) right += (double)gradient[i] * (double)direction[i];
        ck_assert_double_eq_tol(left, right, 1e-4 * fabs(right));
        vg_tangent_destroy(tangent);
        vg_network_destroy(net);
        vg_free(scratch), vg_free(direction), vg_free(gradient);
    }
}
END_TEST

CK_MAIN("tangent", pushes_a_direction_through, is_the_backward_passes_transpose)
