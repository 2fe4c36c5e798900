#include <math.h>
#include <string.h>

#include "agents/nets/kernel.h"
#include "sim/base/exact.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/levels.h"

static const vg_net_kernel *const reference = &vg_net_kernel_reference;

static const int32_t sizes[][2] = {{1, 1},  {2, 1},   {11, 64}, {64, 64}, {64, 2},
                                   {17, 9}, {24, 15}, {16, 48}, {33, 130}};
static const int64_t row_counts[] = {1, 2, 3, 5, 6, 7, 11, 12, 13, 16, 31, 64};
enum { SIZES = sizeof sizes / sizeof *sizes, ROW_COUNTS = sizeof row_counts / sizeof *row_counts };

static uint32_t draws;

static float number(void) {
    vg_draw at = {.seed = 7, .step = draws++};
    return (float)(4.0 * vg_random_uniform(&at) - 2.0);
}

static float *numbers(int64_t count) {
    float *values = vg_new(float, count);
    for (int64_t i = 0; i < count; i++) values[i] = number();
    return values;
}

// Rows as activations are laid out: zero beyond the width.
static float *activations(int64_t rows, int32_t width) {
    float *values = vg_new(float, rows *vg_net_stride(width));
    for (int64_t r = 0; r < rows; r++)
        for (int32_t i = 0; i < width; i++) values[r * vg_net_stride(width) + i] = number();
    return values;
}

static void same(const float *a, const float *b, int64_t count, const char *what, int32_t in, int32_t out,
                 int64_t rows) {
    for (int64_t i = 0; i < count; i++)
        if (memcmp(a + i, b + i, sizeof *a))
            ck_abort_msg("%s %d->%d, %d rows, level %s: element %d is %a, reference %a", what, (int)in,
                         (int)out, (int)rows, vg_level_name(vg_level_now()), (int)i, (double)a[i],
                         (double)b[i]);
}

static void compare_layer(const vg_net_kernel *kernel, int32_t in, int32_t out, int64_t rows) {
    int64_t forward_size = vg_net_forward_panels(in, out), backward_size = vg_net_backward_panels(in, out);
    int64_t x_size = rows * vg_net_stride(in), y_size = rows * vg_net_stride(out);
    float *weight = numbers(in * out), *bias = numbers(out);
    float *x = activations(rows, in), *dy = activations(rows, out);
    float *panels[2], *back[2], *y[2], *dx[2], *dw[2], *db[2];
    const vg_net_kernel *kernels[2] = {kernel, reference};
    vg_activation activation = (vg_activation)((in + rows) % 3);
    float *dw_start = numbers(in * out), *db_start = numbers(out);
    for (int k = 0; k < 2; k++) {
        panels[k] = vg_new(float, forward_size), back[k] = vg_new(float, backward_size);
        y[k] = vg_new(float, y_size), dx[k] = vg_new(float, x_size);
        dw[k] = vg_new(float, 2 * in * out), db[k] = vg_new(float, 2 * out);
        kernels[k]->pack_forward(weight, bias, in, out, panels[k]);
        kernels[k]->pack_backward(weight, in, out, back[k]);
        kernels[k]->forward(x, panels[k], rows, in, out, activation, y[k]);
        kernels[k]->backward_input(dy, back[k], rows, in, out, activation, x, dx[k]);
        kernels[k]->backward_weight(dy, x, rows, in, out, false, dw[k], db[k]);
        memcpy(dw[k] + in * out, dw_start, sizeof(float) * (size_t)(in * out));
        memcpy(db[k] + out, db_start, sizeof(float) * (size_t)out);
        kernels[k]->backward_weight(dy, x, rows, in, out, true, dw[k] + in * out, db[k] + out);
    }
    same(panels[0], panels[1], forward_size, "pack_forward", in, out, rows);
    same(back[0], back[1], backward_size, "pack_backward", in, out, rows);
    same(y[0], y[1], y_size, "forward", in, out, rows);
    same(dx[0], dx[1], x_size, "backward_input", in, out, rows);
    same(dw[0], dw[1], 2 * in * out, "backward_weight", in, out, rows);
    same(db[0], db[1], 2 * out, "bias", in, out, rows);
    for (int k = 0; k < 2; k++) {
        vg_free(panels[k]), vg_free(back[k]), vg_free(y[k]);
        vg_free(dx[k]), vg_free(dw[k]), vg_free(db[k]);
    }
    vg_free(weight), vg_free(bias), vg_free(x), vg_free(dy), vg_free(dw_start), vg_free(db_start);
}

// Every layer shape, odd ones too, gives the reference's bits at each level this machine has.
START_TEST(layers_are_the_reference_at_each_level) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        const vg_net_kernel *kernel = VG_HOT_PICK(vg_net_kernel);
        for (int s = 0; s < SIZES; s++)
            for (int r = 0; r < ROW_COUNTS; r++)
                compare_layer(kernel, sizes[s][0], sizes[s][1], row_counts[r]);
    }
}
END_TEST

// The vector's tanh against vg_tanhf, on every 16,411th float there is.
START_TEST(tanh_is_the_scalar_one_at_each_level) {
    enum { ROWS = 16, EVERY = 16411 };
    float weight[VG_NET_TILE], bias[VG_NET_TILE], x[ROWS * VG_NET_TILE], y[ROWS * VG_NET_TILE];
    float panels[2 * VG_NET_TILE];
    for (int j = 0; j < VG_NET_TILE; j++) weight[j] = 1, bias[j] = -0.0f;
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        const vg_net_kernel *kernel = VG_HOT_PICK(vg_net_kernel);
        kernel->pack_forward(weight, bias, 1, VG_NET_TILE, panels);
        for (uint64_t bits = 0; bits + ROWS * EVERY < UINT32_MAX; bits += (uint64_t)ROWS * EVERY) {
            for (uint32_t r = 0; r < ROWS; r++)
                x[r * VG_NET_TILE] = vg_float_of_bits((uint32_t)bits + r * EVERY);
            kernel->forward(x, panels, ROWS, 1, VG_NET_TILE, VG_ACTIVATION_TANH, y);
            for (int r = 0; r < ROWS; r++) {
                float expected = vg_tanhf(x[r * VG_NET_TILE]), found = y[r * VG_NET_TILE + r];
                bool same = isnan(expected) ? isnan(found) : !memcmp(&found, &expected, sizeof found);
                if (!same)
                    ck_abort_msg("level %s: tanh(%a) is %a, expected %a", vg_level_name(level),
                                 (double)x[r * VG_NET_TILE], (double)found, (double)expected);
            }
        }
    }
}
END_TEST

START_TEST(elementwise_is_the_reference_at_each_level) {
    vg_net_adam step = {.beta1 = 0.9f,
                        .rest1 = 0.1f,
                        .beta2 = 0.999f,
                        .rest2 = 0.001f,
                        .rate = 0.003f,
                        .scale = 3.7f,
                        .epsilon = 1e-8f,
                        .keep = 0.9999f,
                        .clip = 0.3f};
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        const vg_net_kernel *kernels[2] = {VG_HOT_PICK(vg_net_kernel), reference};
        for (int64_t count = 1; count < 70; count += count < 20 ? 1 : 13) {
            float *gradient = numbers(count), *state[2][3];
            for (int j = 0; j < 3; j++) {
                state[0][j] = numbers(count), state[1][j] = vg_new(float, count);
                for (int64_t i = 0; i < count && j == 2; i++) state[0][j][i] = fabsf(state[0][j][i]);
                memcpy(state[1][j], state[0][j], sizeof(float) * (size_t)count);
            }
            ck_assert(kernels[0]->square_sum(gradient, count) == kernels[1]->square_sum(gradient, count));
            for (int k = 0; k < 2; k++) {
                kernels[k]->adam(&step, gradient, count, state[k][0], state[k][1], state[k][2]);
                kernels[k]->add(gradient, count, state[k][1]);
            }
            for (int j = 0; j < 3; j++) same(state[0][j], state[1][j], count, "adam", 0, 0, j);
            for (int j = 0; j < 3; j++) vg_free(state[0][j]), vg_free(state[1][j]);
            vg_free(gradient);
        }
    }
}
END_TEST

// The reference itself, against sums in double.
START_TEST(reference_is_a_layer) {
    enum { ROWS = 5, IN = 7, OUT = 3 };
    float *weight = numbers(IN * OUT), *bias = numbers(OUT), *x = activations(ROWS, IN);
    float *panels = vg_new(float, vg_net_forward_panels(IN, OUT)),
          *y = vg_new(float, ROWS *vg_net_stride(OUT));
    reference->pack_forward(weight, bias, IN, OUT, panels);
    reference->forward(x, panels, ROWS, IN, OUT, VG_ACTIVATION_TANH, y);
    for (int r = 0; r < ROWS; r++)
        for (int o = 0; o < OUT; o++) {
            double sum = bias[o];
            for (int i = 0; i < IN; i++) sum += (double)x[r * vg_net_stride(IN) + i] * weight[o * IN + i];
            ck_assert_double_eq_tol((double)y[r * vg_net_stride(OUT) + o], tanh(sum), 1e-6);
        }
    vg_free(weight), vg_free(bias), vg_free(x), vg_free(panels), vg_free(y);
}
END_TEST

// A NaN in the weights reaches the result through every activation.
START_TEST(nan_is_not_hidden) {
    float weight = NAN, bias = 0, x[16] = {1}, y[16], panels[32];
    const vg_net_kernel *kernel = VG_HOT_PICK(vg_net_kernel);
    for (int activation = 0; activation < 3; activation++) {
        kernel->pack_forward(&weight, &bias, 1, 1, panels);
        kernel->forward(x, panels, 1, 1, 1, (vg_activation)activation, y);
        ck_assert(isnan(y[0]));
    }
}
END_TEST

CK_MAIN("kernel", layers_are_the_reference_at_each_level, elementwise_is_the_reference_at_each_level,
        reference_is_a_layer, nan_is_not_hidden, tanh_is_the_scalar_one_at_each_level)
