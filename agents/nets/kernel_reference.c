// The contract of kernel.h in plain loops: the result that every tiling must match, bit for bit.
#include <math.h>

#include "agents/nets/kernel.h"
#include "sim/base/exact.h"

static void pack_forward(const float *weight, const float *bias, int32_t in, int32_t out, float *panels) {
    for (int64_t o = 0; o < vg_net_padded(out); o++) {
        float *strip = panels + o / VG_NET_TILE * VG_NET_TILE * (in + 1) + o % VG_NET_TILE;
        strip[0] = o < out ? bias[o] : 0.0f;
        for (int64_t i = 0; i < in; i++) strip[(i + 1) * VG_NET_TILE] = o < out ? weight[o * in + i] : 0.0f;
    }
}

static void pack_backward(const float *weight, int32_t in, int32_t out, float *panels) {
    for (int64_t i = 0; i < vg_net_padded(in); i++) {
        float *strip = panels + i / VG_NET_TILE * VG_NET_TILE * out + i % VG_NET_TILE;
        for (int64_t o = 0; o < out; o++) strip[o * VG_NET_TILE] = i < in ? weight[o * in + i] : 0.0f;
    }
}

static float activate(vg_activation activation, float x) {
    if (activation == VG_ACTIVATION_TANH) return vg_tanhf(x);
    if (activation == VG_ACTIVATION_RELU) return x < 0.0f ? 0.0f : x; // NaN stays
    return x;
}

static float derivative(vg_activation activation, float y) {
    if (activation == VG_ACTIVATION_TANH) return 1.0f - y * y;
    if (activation == VG_ACTIVATION_RELU) return y > 0.0f ? 1.0f : 0.0f;
    return 1.0f;
}

static void forward(const float *x, const float *panels, int64_t rows, int32_t in, int32_t out,
                    vg_activation activation, float *y) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t o = 0; o < vg_net_padded(out); o++) {
            const float *strip = panels + o / VG_NET_TILE * VG_NET_TILE * (in + 1) + o % VG_NET_TILE;
            float sum = strip[0];
            for (int64_t i = 0; i < in; i++)
                sum = fmaf(x[r * vg_net_stride(in) + i], strip[(i + 1) * VG_NET_TILE], sum);
            y[r * vg_net_stride(out) + o] = activate(activation, sum);
        }
}

static void backward_input(const float *dy, const float *panels, int64_t rows, int32_t in, int32_t out,
                           vg_activation activation, const float *x, float *dx) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < vg_net_padded(in); i++) {
            const float *strip = panels + i / VG_NET_TILE * VG_NET_TILE * out + i % VG_NET_TILE;
            float sum = 0.0f;
            for (int64_t o = 0; o < out; o++)
                sum = fmaf(dy[r * vg_net_stride(out) + o], strip[o * VG_NET_TILE], sum);
            int64_t at = r * vg_net_stride(in) + i;
            dx[at] = activation == VG_ACTIVATION_LINEAR ? sum : sum * derivative(activation, x[at]);
        }
}

static void backward_weight(const float *dy, const float *x, int64_t rows, int32_t in, int32_t out, bool add,
                            float *dweight, float *dbias) {
    for (int64_t o = 0; o < out; o++) {
        for (int64_t i = 0; i < in; i++) {
            float sum = 0.0f;
            for (int64_t r = 0; r < rows; r++)
                sum = fmaf(dy[r * vg_net_stride(out) + o], x[r * vg_net_stride(in) + i], sum);
            dweight[o * in + i] = add ? dweight[o * in + i] + sum : sum;
        }
        float sum = 0.0f;
        for (int64_t r = 0; r < rows; r++) sum += dy[r * vg_net_stride(out) + o];
        dbias[o] = add ? dbias[o] + sum : sum;
    }
}

static void add(const float *from, int64_t count, float *to) {
    for (int64_t i = 0; i < count; i++) to[i] += from[i];
}

static double square_sum(const float *values, int64_t count) {
    double sum = 0.0;
    for (int64_t lane = 0; lane < VG_NET_TILE; lane++) {
        double part = 0.0;
        for (int64_t i = lane; i < count; i += VG_NET_TILE) part += (double)values[i] * (double)values[i];
        sum += part;
    }
    return sum;
}

static void adam(const vg_net_adam *step, const float *gradient, int64_t count, float *parameters,
                 float *first, float *second) {
    for (int64_t i = 0; i < count; i++) {
        float g = gradient[i] * step->clip;
        first[i] = step->beta1 * first[i] + step->rest1 * g;
        second[i] = step->beta2 * second[i] + step->rest2 * (g * g);
        float denominator = sqrtf(second[i]) * step->scale + step->epsilon;
        parameters[i] = step->keep * parameters[i] - step->rate * first[i] / denominator;
    }
}

const vg_net_kernel vg_net_kernel_reference = {
    .pack_forward = pack_forward,
    .pack_backward = pack_backward,
    .forward = forward,
    .backward_input = backward_input,
    .backward_weight = backward_weight,
    .add = add,
    .square_sum = square_sum,
    .adam = adam,
};
