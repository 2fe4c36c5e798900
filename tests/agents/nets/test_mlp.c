#include "agents/nets/mlp.h"

#include <math.h>
#include <string.h>

#include "agents/nets/gradient.h"
#include "sim/base/hash.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/golden.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

static float number(uint32_t i, double from, double to) {
    vg_draw at = {.seed = 11, .step = i};
    return (float)(from + (to - from) * vg_random_uniform(&at));
}

static vg_network *network(int32_t inputs, int32_t outputs, const int32_t *hidden, int32_t hidden_count,
                           vg_activation activation, bool log_std) {
    vg_mlp_def def = vg_mlp_default();
    def.inputs = inputs, def.outputs = outputs, def.hidden_count = hidden_count;
    def.activation = activation, def.log_std = log_std;
    memcpy(def.hidden, hidden, sizeof *hidden * (size_t)hidden_count);
    vg_network *net;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_init(net, 3);
    return net;
}

typedef struct rows {
    float *inputs, *targets;
    vg_batch batch;
} rows;

static rows make_rows(const vg_network *net, int64_t count) {
    int32_t in = vg_network_shape_of(net)->inputs, out = vg_network_shape_of(net)->outputs;
    rows made = {vg_new(float, count *vg_net_stride(in)), vg_new(float, count *out), {0}};
    for (int64_t r = 0; r < count; r++) {
        for (int32_t i = 0; i < in; i++)
            made.inputs[r * vg_net_stride(in) + i] = number((uint32_t)(r * in + i), -2, 2);
        for (int32_t o = 0; o < out; o++) made.targets[r * out + o] = number((uint32_t)(r * out + o), -1, 1);
    }
    made.batch = (vg_batch){.inputs = made.inputs, .targets = made.targets, .count = count};
    return made;
}

static void free_rows(rows *rows) { vg_free(rows->inputs), vg_free(rows->targets); }

// The loss in double with parameters p, by plain loops and libm: what the gradient is checked against.
static double loss_in_double(const vg_network *net, const double *p, const vg_batch *batch, vg_loss loss) {
    const vg_mlp_def *def = vg_mlp_shape(net);
    double total = 0;
    for (int64_t r = 0; r < batch->count; r++) {
        double values[2][128], *x = values[0], *y = values[1];
        for (int32_t i = 0; i < def->inputs; i++)
            x[i] = (double)batch->inputs[r * vg_net_stride(def->inputs) + i];
        for (int32_t l = 0; l <= def->hidden_count; l++) {
            vg_network_tensor weight = vg_network_tensor_at(net, 2 * l),
                              bias = vg_network_tensor_at(net, 2 * l + 1);
            for (int64_t o = 0; o < weight.shape[0]; o++) {
                y[o] = p[bias.at + o];
                for (int64_t i = 0; i < weight.shape[1]; i++)
                    y[o] += x[i] * p[weight.at + o * weight.shape[1] + i];
                if (l == def->hidden_count) continue;
                y[o] = def->activation == VG_ACTIVATION_TANH ? tanh(y[o]) : fmax(y[o], 0);
            }
            double *swap = x;
            x = y, y = swap;
        }
        for (int32_t o = 0; o < def->outputs; o++) {
            double error = x[o] - (double)batch->targets[r * def->outputs + o];
            if (loss == VG_LOSS_MSE) {
                total += error * error;
            } else {
                double log_std = p[vg_network_weight_count(net) + o], z = error / exp(log_std);
                total += 0.5 * z * z + log_std + 0.5 * log(2 * 3.14159265358979323846);
            }
        }
    }
    return total / ((double)batch->count * def->outputs);
}

static void check_gradient(const vg_network *net, vg_loss loss, int64_t count) {
    rows rows = make_rows(net, count);
    vg_gradient *room;
    ck_ok(vg_gradient_create(net, loss, count, 1, &room, &diag));
    int64_t size = vg_network_count(net);
    float *gradient = vg_new(float, size);
    double *p = vg_new(double, size);
    for (int64_t i = 0; i < size; i++) p[i] = (double)vg_network_read(net)[i];
    double found = vg_gradient_run(room, net, &rows.batch, gradient);
    ck_assert_double_eq_tol(found, loss_in_double(net, p, &rows.batch, loss), 1e-5);
    ck_assert(found == vg_gradient_run(room, net, &rows.batch, NULL));
    for (int64_t i = 0; i < size; i++) {
        double step = 1e-5, kept = p[i];
        p[i] = kept + step;
        double above = loss_in_double(net, p, &rows.batch, loss);
        p[i] = kept - step;
        double below = loss_in_double(net, p, &rows.batch, loss);
        p[i] = kept;
        double slope = (above - below) / (2 * step);
        if (!(fabs((double)gradient[i] - slope) < 2e-5 * (1 + fabs(slope))))
            ck_abort_msg("parameter %d: gradient %g, finite difference %g", (int)i, (double)gradient[i],
                         slope);
    }
    vg_free(gradient), vg_free(p);
    vg_gradient_destroy(room);
    free_rows(&rows);
}

START_TEST(gradients_are_finite_differences) {
    static const int32_t hidden[] = {9, 17};
    for (int activation = VG_ACTIVATION_TANH; activation <= VG_ACTIVATION_RELU; activation++)
        for (int32_t depth = 0; depth <= 2; depth++) {
            vg_network *plain = network(5, 2, hidden, depth, (vg_activation)activation, false);
            vg_network *gaussian = network(5, 3, hidden, depth, (vg_activation)activation, true);
            check_gradient(plain, VG_LOSS_MSE, 70);
            check_gradient(gaussian, VG_LOSS_GAUSSIAN, 70);
            vg_network_destroy(plain), vg_network_destroy(gaussian);
        }
}
END_TEST

// Loss and gradient have the same bits with the fast kernel or the reference, and with any memory and
// threads.
START_TEST(bits_do_not_depend_on_threads_room_or_kernel) {
    static const int32_t hidden[] = {20, 33};
    vg_network *net = network(11, 2, hidden, 2, VG_ACTIVATION_TANH, true);
    enum { COUNT = 1500 }; // six chunks, the last one short
    rows rows = make_rows(net, COUNT);
    int64_t size = vg_network_count(net);
    float *first = vg_new(float, size), *other = vg_new(float, size);
    double first_loss = 0;
    static const struct {
        int32_t threads;
        int64_t most;
        bool reference;
    } ways[] = {{1, COUNT, false}, {2, COUNT, false}, {3, COUNT, false}, {2, 600, false}, {2, COUNT, true}};
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        vg_gradient *room;
        ck_ok(vg_gradient_create(net, VG_LOSS_GAUSSIAN, ways[w].most, ways[w].threads, &room, &diag));
        if (ways[w].reference) vg_network_use_kernel(net, &vg_net_kernel_reference);
        vg_network_pack(net);
        double loss = vg_gradient_run(room, net, &rows.batch, w ? other : first);
        if (!w) first_loss = loss;
        ck_assert_msg(loss == first_loss, "way %d", (int)w);
        if (w) ck_assert_msg(!memcmp(first, other, sizeof(float) * (size_t)size), "way %d", (int)w);
        vg_gradient_destroy(room);
    }
    ck_golden("mlp/gradient", vg_hash_float(vg_hash_double(0, &first_loss, 1), first, size));
    vg_free(first), vg_free(other);
    free_rows(&rows);
    vg_network_destroy(net);
}
END_TEST

START_TEST(order_picks_the_rows) {
    static const int32_t hidden[] = {8};
    vg_network *net = network(3, 2, hidden, 1, VG_ACTIVATION_TANH, false);
    rows rows = make_rows(net, 10);
    vg_gradient *room;
    ck_ok(vg_gradient_create(net, VG_LOSS_MSE, 10, 1, &room, &diag));
    static const int64_t order[] = {7, 2, 2};
    double sum = 0, parts = 0;
    vg_batch batch = rows.batch;
    batch.order = order, batch.count = 3;
    sum = 3 * vg_gradient_run(room, net, &batch, NULL);
    for (int i = 0; i < 3; i++) {
        batch.order = order + i, batch.count = 1;
        parts += vg_gradient_run(room, net, &batch, NULL);
    }
    ck_assert_double_eq_tol(sum, parts, 1e-12);
    vg_gradient_destroy(room);
    free_rows(&rows);
    vg_network_destroy(net);
}
END_TEST

START_TEST(nothing_allocates_in_a_step) {
    static const int32_t hidden[] = {64, 64};
    vg_network *net = network(11, 2, hidden, 2, VG_ACTIVATION_TANH, false);
    rows rows = make_rows(net, 300);
    vg_gradient *room;
    ck_ok(vg_gradient_create(net, VG_LOSS_MSE, 300, 1, &room, &diag));
    float *gradient = vg_new(float, vg_network_count(net));
    int64_t before = vg_memory_count();
    vg_gradient_run(room, net, &rows.batch, gradient);
    vg_network_pack(net);
    vg_gradient_run(room, net, &rows.batch, NULL);
    ck_assert_int_eq(vg_memory_count(), before);
    vg_free(gradient);
    vg_gradient_destroy(room);
    free_rows(&rows);
    vg_network_destroy(net);
}
END_TEST

START_TEST(tensors_are_named_as_pytorch_does) {
    static const int32_t hidden[] = {64, 32};
    vg_network *net = network(11, 2, hidden, 2, VG_ACTIVATION_TANH, true);
    static const char *const names[] = {"net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias",
                                        "net.4.weight", "net.4.bias", "log_std"};
    int64_t at = 0;
    ck_assert_int_eq(vg_network_tensors(net), 7);
    for (int32_t i = 0; i < 7; i++) {
        vg_network_tensor tensor = vg_network_tensor_at(net, i);
        ck_assert_str_eq(tensor.name, names[i]);
        ck_assert_int_eq(tensor.at, at);
        at += tensor.count;
    }
    ck_assert_int_eq(at, vg_network_count(net));
    ck_assert_int_eq(vg_network_tensor_at(net, 2).shape[0], 32);
    ck_assert_int_eq(vg_network_tensor_at(net, 2).shape[1], 64);
    vg_network_destroy(net);
}
END_TEST

START_TEST(weights_start_within_their_bound) {
    static const int32_t hidden[] = {64};
    vg_network *net = network(16, 2, hidden, 1, VG_ACTIVATION_TANH, true);
    vg_network_tensor first = vg_network_tensor_at(net, 0);
    double most = 0, sum = 0;
    for (int64_t i = 0; i < first.count; i++) {
        double value = (double)vg_network_read(net)[first.at + i];
        most = fmax(most, fabs(value)), sum += value;
    }
    ck_assert(most <= 0.25 && most > 0.24);
    ck_assert(fabs(sum / (double)first.count) < 0.02);
    ck_assert_float_eq(vg_network_read(net)[vg_network_weight_count(net)], -0.5f);
    uint64_t hash = vg_hash_float(0, vg_network_read(net), vg_network_count(net));
    vg_network_init(net, 4);
    ck_assert(hash != vg_hash_float(0, vg_network_read(net), vg_network_count(net)));
    ck_golden("mlp/init", hash);
    vg_network_destroy(net);
}
END_TEST

START_TEST(refuses_what_is_no_network) {
    vg_mlp_def def = vg_mlp_default();
    vg_network *net;
    ck_fails(vg_mlp_create(&def, &net, &diag), VG_ERR_ARGUMENT, "inputs is 0");
    def.inputs = 3, def.outputs = 5000;
    ck_fails(vg_mlp_create(&def, &net, &diag), VG_ERR_ARGUMENT, "outputs is 5000, expected 1 to 4096");
    def.outputs = 2, def.hidden[1] = 0;
    ck_fails(vg_mlp_create(&def, &net, &diag), VG_ERR_ARGUMENT, "width is 0");
    def.hidden_count = 9;
    ck_fails(vg_mlp_create(&def, &net, &diag), VG_ERR_ARGUMENT, "9 hidden layers");
    def = vg_mlp_default(), def.inputs = 3, def.outputs = 2;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_gradient *room;
    ck_fails(vg_gradient_create(net, VG_LOSS_GAUSSIAN, 1, 1, &room, &diag), VG_ERR_ARGUMENT, "log_std");
    ck_fails(vg_gradient_create(net, VG_LOSS_MSE, 0, 1, &room, &diag), VG_ERR_ARGUMENT, "batch of 0");
    vg_network_destroy(net);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    vg_mlp_def def = vg_mlp_default();
    def.inputs = 3, def.outputs = 2;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_network *net = NULL;
        vg_gradient *room = NULL;
        turn.err = vg_mlp_create(&def, &net, &diag);
        if (!turn.err) turn.err = vg_gradient_create(net, VG_LOSS_MSE, 1000, 2, &room, &diag);
        ck_assert(turn.err == VG_OK || !room);
        vg_gradient_destroy(room);
        vg_network_destroy(net);
    }
}
END_TEST

// Outputs apart from their derivatives: the squared error by hand gives the gradient that the loss gives.
START_TEST(outputs_and_their_derivatives_apart) {
    enum { ROWS = 700 };
    const int32_t hidden[] = {9};
    vg_network *net = network(5, 2, hidden, 1, VG_ACTIVATION_TANH, false);
    rows made = make_rows(net, ROWS);
    vg_gradient *known, *apart;
    int64_t count = vg_network_count(net);
    static float outputs[ROWS * 2], deltas[ROWS * 2], wanted[256], got[256];
    ck_assert(count <= 256);
    ck_ok(vg_gradient_create(net, VG_LOSS_MSE, ROWS, 1, &known, &diag));
    double loss = vg_gradient_run(known, net, &made.batch, wanted), sum = 0;
    for (int32_t threads = 1; threads <= 3; threads++) {
        ck_ok(vg_gradient_create(net, VG_LOSS_OWN, ROWS, threads, &apart, &diag));
        vg_gradient_outputs(apart, net, made.inputs, ROWS, outputs);
        sum = 0;
        for (int i = 0; i < 2 * ROWS; i++) {
            double error = (double)outputs[i] - (double)made.targets[i];
            sum += error * error / (2 * ROWS);
            deltas[i] = (float)(2 * error / (2 * ROWS));
        }
        vg_gradient_by_outputs(apart, net, made.inputs, ROWS, deltas, got);
        for (int64_t i = 0; i < count; i++) ck_assert_double_eq_tol((double)got[i], (double)wanted[i], 1e-6);
        vg_gradient_destroy(apart);
    }
    ck_assert_double_eq_tol(sum, loss, 1e-6);
    vg_gradient_destroy(known);
    free_rows(&made);
    vg_network_destroy(net);
}
END_TEST

CK_MAIN("mlp", gradients_are_finite_differences, bits_do_not_depend_on_threads_room_or_kernel,
        order_picks_the_rows, outputs_and_their_derivatives_apart, nothing_allocates_in_a_step,
        tensors_are_named_as_pytorch_does, weights_start_within_their_bound, refuses_what_is_no_network,
        out_of_memory_leaves_nothing)
