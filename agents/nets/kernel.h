// agents/nets/kernel.h -- the matrix products, activations and updates that train a small network.
//
// The contract that gives the same bits at every x86 level, compiler and tiling: each element of a result is
// one chain of fmaf in index order, from its bias (or 0) through k = 0, 1, ...; lanes are samples or output
// columns; nothing is reassociated. kernel_reference.c does the same in plain loops.
//
// Layouts. Activations are rows of samples (layout.h). Weights are [out][in], as in PyTorch. Once per step
// they are packed into panels for the products: strips of VG_NET_TILE columns, each strip row after row,
// padded with zeros, so that a tile reads memory in order.
#ifndef VG_AGENTS_NETS_KERNEL_H
#define VG_AGENTS_NETS_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "agents/nets/layout.h"
#include "sim/base/level.h"

#ifdef __cplusplus
extern "C" {
#endif

// Floats of the panels of weight[out][in]: forward, with the bias first, and backward.
static inline int64_t vg_net_forward_panels(int64_t in, int64_t out) { return vg_net_padded(out) * (in + 1); }
static inline int64_t vg_net_backward_panels(int64_t in, int64_t out) { return vg_net_padded(in) * out; }

// The scalars of one step of Adam, computed in double (adam.c).
typedef struct vg_net_adam {
    float beta1, rest1; // beta1, 1 - beta1
    float beta2, rest2;
    float rate;  // learning rate / (1 - beta1^t)
    float scale; // 1 / sqrt(1 - beta2^t)
    float epsilon;
    float keep; // 1 - learning rate * weight decay
    float clip; // the gradient is first multiplied by it
} vg_net_adam;

typedef struct vg_net_kernel {
    // panels[strip of out][1 + in][TILE]: the bias, then weight[.][i] for each i.
    void (*pack_forward)(const float *weight, const float *bias, int32_t in, int32_t out, float *panels);
    // panels[strip of in][out][TILE]: weight[o][.] for each o.
    void (*pack_backward)(const float *weight, int32_t in, int32_t out, float *panels);

    // y[r][o] = act(bias[o] + sum over i of x[r][i] * weight[o][i]).
    // x is [rows] of stride vg_net_stride(in), y of vg_net_stride(out).
    void (*forward)(const float *x, const float *panels, int64_t rows, int32_t in, int32_t out,
                    vg_activation activation, float *y);

    // dx[r][i] = act'(x[r][i]) * sum over o of dy[r][o] * weight[o][i], where x is what the activation gave:
    // tanh' = 1 - x * x, relu' = x > 0. dx is of stride vg_net_stride(in).
    void (*backward_input)(const float *dy, const float *panels, int64_t rows, int32_t in, int32_t out,
                           vg_activation activation, const float *x, float *dx);

    // dweight[o][i] = sum over r of dy[r][o] * x[r][i], dbias[o] = sum over r of dy[r][o]; with `add` the
    // sums are added to what is there, once they are whole.
    void (*backward_weight)(const float *dy, const float *x, int64_t rows, int32_t in, int32_t out, bool add,
                            float *dweight, float *dbias);

    // to[i] += from[i].
    void (*add)(const float *from, int64_t count, float *to);

    // Sum of squares: 16 lanes, lane j over i = j, j + 16, ..., then the lanes in order; all in double.
    double (*square_sum)(const float *values, int64_t count);

    // Kingma & Ba 2015, algorithm 1, with decoupled weight decay (Loshchilov & Hutter 2019):
    // m = beta1 m + rest1 g; v = beta2 v + rest2 g g; p = keep p - rate m / (sqrt(v) scale + epsilon).
    void (*adam)(const vg_net_adam *step, const float *gradient, int64_t count, float *parameters,
                 float *first, float *second);
} vg_net_kernel;

VG_HOT_DECLARE(vg_net_kernel, vg_net_kernel);

// The same in plain loops, for tests to compare with.
extern const vg_net_kernel vg_net_kernel_reference;

#ifdef __cplusplus
}
#endif
#endif
