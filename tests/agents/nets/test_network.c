#include "agents/nets/network.h"

#include <math.h>
#include <string.h>

#include "agents/nets/architecture.h"
#include "agents/nets/ensemble.h"
#include "agents/nets/mlp.h"
#include "agents/nets/network_private.h"
#include "agents/nets/penalty.h"
#include "agents/nets/spectral.h"
#include "agents/nets/tangent.h"
#include "sim/base/random.h"
#include "tests/check.h"

static vg_diag diag;

enum { INPUTS = 5, OUTPUTS = 3, ROWS = 7 };

static float number(uint32_t i, double from, double to) {
    vg_draw at = {.seed = 17, .step = i};
    return (float)(from + (to - from) * vg_random_uniform(&at));
}

// --- another kind: y = b + W (x * x), so that what holds for an MLP alone is seen --------------------------

typedef struct squares_config {
    double power; // read and written, of no effect
} squares_config;

typedef struct squares {
    vg_network base;
    squares_config config;
} squares;

static const vg_network_kind squares_kind;

static vg_err squares_create(const vg_network_shape *shape, const void *config, vg_network **out,
                             vg_diag *why) {
    squares *s = vg_new(squares, 1);
    *out = NULL;
    if (!s) return vg_fail_memory(why);
    vg_err err = vg_network_open_base(&s->base, &squares_kind, shape,
                                      (int64_t)shape->outputs * (shape->inputs + 1), why);
    if (err) {
        vg_network_free_base(&s->base);
        return err;
    }
    s->config = *(const squares_config *)config;
    int64_t in = VG_NETWORK_BLOCK * vg_net_stride(shape->inputs),
            out_rows = VG_NETWORK_BLOCK * vg_net_stride(shape->outputs);
    s->base.tensor_count = 2;
    s->base.outputs = in, s->base.forward_scratch = in + out_rows;
    s->base.deltas = in + out_rows, s->base.input_deltas = in + 2 * out_rows;
    s->base.backward_scratch = 2 * in + 2 * out_rows;
    *out = &s->base;
    return VG_OK;
}

static void squares_settings(const vg_network *net, void *into) {
    *(squares_config *)into = ((const squares *)net)->config;
}

static vg_err squares_like(const vg_network *net, const vg_network_shape *shape, vg_network **out,
                           vg_diag *why) {
    return squares_create(shape, &((const squares *)net)->config, out, why);
}

static vg_network_tensor squares_tensor(const vg_network *net, int32_t i) {
    int64_t in = net->shape.inputs, out = net->shape.outputs;
    if (i == 0) return (vg_network_tensor){"squares.weight", 2, {out, in}, 0, in * out};
    return (vg_network_tensor){"squares.bias", 1, {out, 1}, in * out, out};
}

static void squares_init(vg_network *net, uint64_t seed) {
    for (int64_t i = 0; i < net->weight_count; i++)
        net->parameters[i] = number((uint32_t)(seed * 1000 + (uint64_t)i), -1, 1);
}

static void squares_pack(vg_network *net) { (void)net; }

static void squares_forward(const vg_network *net, int32_t rows, float *scratch) {
    const float *w = net->parameters, *b = w + net->shape.outputs * net->shape.inputs;
    for (int32_t r = 0; r < rows; r++)
        for (int32_t o = 0; o < net->shape.outputs; o++) {
            const float *x = scratch + r * vg_net_stride(net->shape.inputs);
            float sum = b[o];
            for (int32_t i = 0; i < net->shape.inputs; i++) sum += w[o * net->shape.inputs + i] * x[i] * x[i];
            scratch[net->outputs + r * vg_net_stride(net->shape.outputs) + o] = sum;
        }
}

static void squares_backward(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient,
                             bool by_inputs) {
    int32_t in = net->shape.inputs, out = net->shape.outputs;
    if (gradient && !add) memset(gradient, 0, sizeof *gradient * (size_t)net->weight_count);
    for (int32_t r = 0; r < rows; r++) {
        const float *x = scratch + r * vg_net_stride(in),
                    *dy = scratch + net->deltas + r * vg_net_stride(out);
        float *dx = scratch + net->input_deltas + r * vg_net_stride(in);
        for (int32_t i = 0; i < in && by_inputs; i++) dx[i] = 0;
        for (int32_t o = 0; o < out; o++) {
            for (int32_t i = 0; i < in; i++) {
                if (gradient) gradient[o * in + i] += dy[o] * x[i] * x[i];
                if (by_inputs) dx[i] += dy[o] * net->parameters[o * in + i] * 2 * x[i];
            }
            if (gradient) gradient[out * in + o] += dy[o];
        }
    }
}

static const vg_key squares_keys[] = {
    {"power", VG_KEY_DOUBLE, offsetof(squares_config, power), "1", 0, 9, "2", NULL, "of the inputs"}};
static const vg_schema squares_schema = {"squares", squares_keys, 1, NULL};
static const vg_network_kind squares_kind = {.name = "squares",
                                             .schema = &squares_schema,
                                             .create = squares_create,
                                             .destroy = vg_network_free_base,
                                             .hyperparameters = squares_settings,
                                             .create_like = squares_like,
                                             .tensor = squares_tensor,
                                             .init = squares_init,
                                             .pack = squares_pack,
                                             .forward = squares_forward,
                                             .backward = squares_backward};

// --- networks to check -------------------------------------------------------------------------------------

enum { NETWORKS = 6 };

// MLPs of either activation and 0 to 2 hidden layers, some with log_std; last, one of the other kind.
static vg_network *make(int which) {
    vg_network *net;
    if (which == NETWORKS - 1) {
        ck_ok(squares_create(&(vg_network_shape){INPUTS, OUTPUTS, true}, &(squares_config){2}, &net, &diag));
    } else {
        vg_mlp_def def = {.inputs = INPUTS,
                          .outputs = OUTPUTS,
                          .hidden = {20, 9},
                          .hidden_count = which % 3,
                          .activation = which >= 3 ? VG_ACTIVATION_RELU : VG_ACTIVATION_TANH,
                          .log_std = which % 2 == 1};
        ck_ok(vg_mlp_create(&def, &net, &diag));
    }
    vg_network_init(net, 3);
    return net;
}

static float *make_scratch(const vg_network *net) {
    float *scratch = vg_new(float, vg_network_scratch(net, true)), *x = vg_network_inputs(net, scratch),
          *dy = vg_network_deltas(net, scratch);
    for (int r = 0; r < ROWS; r++) {
        for (int i = 0; i < INPUTS; i++)
            x[r * vg_net_stride(INPUTS) + i] = number((uint32_t)(r * 100 + i), -1.5, 1.5);
        for (int o = 0; o < OUTPUTS; o++)
            dy[r * vg_net_stride(OUTPUTS) + o] = number((uint32_t)(r * 100 + 50 + o), -1, 1);
    }
    return scratch;
}

// The loss whose gradient by the outputs is in the scratch: sum of deltas * outputs.
static double loss(const vg_network *net, float *scratch) {
    double sum = 0;
    vg_network_forward(net, ROWS, scratch);
    const float *y = vg_network_outputs(net, scratch), *dy = vg_network_deltas(net, scratch);
    for (int r = 0; r < ROWS; r++)
        for (int o = 0; o < OUTPUTS; o++)
            sum += (double)y[r * vg_net_stride(OUTPUTS) + o] * (double)dy[r * vg_net_stride(OUTPUTS) + o];
    return sum;
}

// The slope of the loss along *value; pack: it is one of the parameters.
static double slope(vg_network *net, float *scratch, float *value, bool pack) {
    float kept = *value, step = 2e-3f;
    double at[2];
    for (int side = 0; side < 2; side++) {
        *value = side ? kept + step : kept - step;
        if (pack) vg_network_pack(net);
        at[side] = loss(net, scratch);
    }
    double way = (double)(kept + step) - (double)(kept - step);
    *value = kept;
    if (pack) vg_network_pack(net);
    return (at[1] - at[0]) / way;
}

static void check_slope(const char *of, int64_t i, double found, double wanted) {
    if (!(fabs(found - wanted) < 2e-3 * (1 + fabs(wanted))))
        ck_abort_msg("%s %d: gradient %g, finite difference %g", of, (int)i, found, wanted);
}

// --- tests -------------------------------------------------------------------------------------------------

START_TEST(gradients_are_finite_differences) {
    for (int which = 0; which < NETWORKS; which++) {
        vg_network *net = make(which);
        float *scratch = make_scratch(net), *x = vg_network_inputs(net, scratch);
        float *gradient = vg_new(float, vg_network_count(net)), by_inputs[ROWS][INPUTS];
        vg_network_forward(net, ROWS, scratch);
        vg_network_backward_inputs(net, ROWS, scratch, false, gradient);
        for (int r = 0; r < ROWS; r++)
            memcpy(by_inputs[r], vg_network_input_deltas(net, scratch) + r * vg_net_stride(INPUTS),
                   sizeof by_inputs[r]);
        for (int64_t i = 0; i < vg_network_weight_count(net); i++)
            check_slope("parameter", i, (double)gradient[i],
                        slope(net, scratch, vg_network_parameters(net) + i, true));
        for (int r = 0; r < ROWS; r++)
            for (int i = 0; i < INPUTS; i++)
                check_slope("input", r * INPUTS + i, (double)by_inputs[r][i],
                            slope(net, scratch, x + r * vg_net_stride(INPUTS) + i, false));
        vg_free(gradient), vg_free(scratch);
        vg_network_destroy(net);
    }
}
END_TEST

// The inputs' gradient has the same bits with or without the parameters' gradient, and the reverse; `add`
// adds; log_std's part is not touched; nothing allocates.
START_TEST(each_gradient_can_be_had_alone) {
    for (int which = 0; which < NETWORKS; which++) {
        vg_network *net = make(which);
        float *scratch = make_scratch(net);
        int64_t count = vg_network_count(net), weights = vg_network_weight_count(net);
        float *a = vg_new(float, count), *b = vg_new(float, count);
        size_t rows = sizeof(float) * (size_t)(ROWS * vg_net_stride(INPUTS));
        float *by_inputs = vg_new(float, ROWS *vg_net_stride(INPUTS));
        for (int64_t i = weights; i < count; i++) a[i] = b[i] = 7;
        vg_network_forward(net, ROWS, scratch);
        int64_t before = vg_memory_count();
        vg_network_backward(net, ROWS, scratch, false, a);
        vg_network_backward_inputs(net, ROWS, scratch, false, b);
        ck_assert_int_eq(vg_memory_count(), before);
        ck_assert(!memcmp(a, b, sizeof *a * (size_t)count));
        memcpy(by_inputs, vg_network_input_deltas(net, scratch), rows);
        vg_network_forward(net, ROWS, scratch);
        vg_network_backward_inputs(net, ROWS, scratch, false, NULL);
        ck_assert(!memcmp(by_inputs, vg_network_input_deltas(net, scratch), rows));
        vg_network_backward(net, ROWS, scratch, true, b);
        for (int64_t i = 0; i < weights; i++) ck_assert_float_eq_tol(b[i], 2 * a[i], 1e-5f);
        for (int64_t i = weights; i < count; i++) ck_assert(b[i] == 7);
        vg_free(a), vg_free(b), vg_free(by_inputs), vg_free(scratch);
        vg_network_destroy(net);
    }
}
END_TEST

START_TEST(tensors_cover_the_flat_array) {
    for (int which = 0; which < NETWORKS; which++) {
        vg_network *net = make(which);
        int64_t at = 0;
        for (int32_t i = 0; i < vg_network_tensors(net); i++) {
            vg_network_tensor tensor = vg_network_tensor_at(net, i);
            if (at == vg_network_weight_count(net)) ck_assert_str_eq(tensor.name, "log_std");
            ck_assert_int_eq(tensor.at, at);
            ck_assert_int_eq(tensor.count, tensor.shape[0] * tensor.shape[1]);
            for (int32_t j = 0; j < i; j++) ck_assert_str_ne(tensor.name, vg_network_tensor_at(net, j).name);
            at += tensor.count;
        }
        ck_assert_int_eq(at, vg_network_count(net));
        bool log_std = vg_network_shape_of(net)->log_std;
        ck_assert_int_eq(at - vg_network_weight_count(net), log_std ? OUTPUTS : 0);
        if (log_std) ck_assert_float_eq(vg_network_read(net)[at - 1], -0.5f);
        vg_network_destroy(net);
    }
}
END_TEST

// A policy file keeps a network's architecture by name and each hyperparameter as text; they make the same
// network again.
START_TEST(comes_back_from_its_hyperparameters) {
    for (int which = 0; which < NETWORKS - 1; which++) {
        vg_network *net = make(which), *again;
        vg_hyperparameters values = vg_network_hyperparameters(net), read = {0};
        const vg_schema *schema;
        char text[VG_KEY_TEXT_SIZE];
        ck_ok(vg_architecture_schema(vg_network_architecture(net), &schema, &diag));
        ck_assert(schema == vg_network_schema(net));
        for (int32_t i = 0; i < schema->count; i++)
            ck_ok(vg_config_set(schema, &read, schema->keys[i].name,
                                vg_config_value(&schema->keys[i], &values, text), "", 0, &diag));
        ck_ok(vg_architecture_create(vg_network_architecture(net), vg_network_shape_of(net), &read, &again,
                                     &diag));
        vg_network_init(again, 3);
        ck_assert_int_eq(vg_network_count(again), vg_network_count(net));
        ck_assert(!memcmp(vg_network_read(again), vg_network_read(net),
                          sizeof(float) * (size_t)vg_network_count(net)));
        ck_assert(vg_network_hash(0, again) == vg_network_hash(0, net));
        for (int other = 0; other < NETWORKS - 1; other++) { // log_std does not count
            vg_network *one = make(other);
            bool same = vg_mlp_layers(one) == 1 && vg_mlp_layers(net) == 1 &&
                        vg_mlp_shape(one)->activation == vg_mlp_shape(net)->activation;
            if (other != which && !same) ck_assert(vg_network_hash(0, one) != vg_network_hash(0, net));
            vg_network_destroy(one);
        }
        vg_network_destroy(net), vg_network_destroy(again);
    }
}
END_TEST

START_TEST(another_like_it_has_another_shape) {
    for (int which = 0; which < NETWORKS; which++) {
        vg_network *net = make(which), *like;
        ck_ok(vg_network_create_like(net, &(vg_network_shape){8, 1, false}, &like, &diag));
        ck_assert_str_eq(vg_network_architecture(like), vg_network_architecture(net));
        ck_assert_int_eq(vg_network_shape_of(like)->inputs, 8);
        ck_assert_int_eq(vg_network_shape_of(like)->outputs, 1);
        ck_assert_int_eq(vg_network_count(like), vg_network_weight_count(like));
        ck_assert(vg_network_hash(0, like) != vg_network_hash(0, net));
        if (vg_mlp_shape(net)) ck_assert_int_eq(vg_mlp_layers(like), vg_mlp_layers(net));
        vg_network_destroy(net), vg_network_destroy(like);
    }
}
END_TEST

// The last matrix shrinks, and nothing else does.
START_TEST(outputs_can_be_shrunk) {
    for (int which = 0; which < NETWORKS; which++) {
        vg_network *net = make(which), *before = make(which);
        float *scratch = make_scratch(net);
        int32_t last = vg_network_tensors(net) - 1 - vg_network_shape_of(net)->log_std - 1;
        vg_network_tensor head = vg_network_tensor_at(net, last);
        ck_assert_int_eq(head.rank, 2);
        vg_network_shrink_outputs(net, 0.5f);
        for (int64_t i = 0; i < vg_network_count(net); i++) {
            bool within = i >= head.at && i < head.at + head.count;
            ck_assert_float_eq(vg_network_read(net)[i], vg_network_read(before)[i] * (within ? 0.5f : 1));
        }
        double shrunk = loss(net, scratch);
        vg_network_take(net, vg_network_read(before));
        ck_assert(loss(net, scratch) == loss(before, scratch) && loss(net, scratch) != shrunk);
        vg_free(scratch);
        vg_network_destroy(net), vg_network_destroy(before);
    }
}
END_TEST

START_TEST(refuses_an_unknown_architecture) {
    const vg_schema *schema;
    vg_network *net;
    vg_hyperparameters none = {0};
    ck_fails(vg_architecture_schema("cnn", &schema, &diag), VG_ERR_FORMAT,
             "architecture: 'cnn' is unknown, expected one of: mlp");
    ck_fails(vg_architecture_schema("mpl", &schema, &diag), VG_ERR_FORMAT, "did you mean 'mlp'?");
    ck_fails(vg_architecture_create("", &(vg_network_shape){1, 1, false}, &none, &net, &diag), VG_ERR_FORMAT,
             "architecture");
    ck_assert_ptr_null(net);
    ck_assert_str_eq(vg_architecture_name(0), "mlp");
    ck_assert(!vg_architecture_name(-1) && !vg_architecture_name(1000));
    ck_fails(vg_architecture_create("mlp", &(vg_network_shape){1, 1, false}, &none, &net, &diag),
             VG_ERR_FORMAT, "layers: '', expected a whole number");
}
END_TEST

// A function that needs the layers of an MLP says so; a function that needs only matrices takes any kind.
START_TEST(another_kind_is_taken_or_refused_by_name) {
    vg_network *net = make(NETWORKS - 1), *whole;
    vg_penalty *penalty;
    vg_tangent *tangent;
    vg_spectral *spectral;
    const char *says = "needs a network of architecture mlp, not squares";
    ck_assert_ptr_null(vg_mlp_shape(net));
    ck_fails(vg_penalty_create(net, 8, 1, &penalty, &diag), VG_ERR_ARGUMENT, says);
    ck_fails(vg_tangent_create(net, &tangent, &diag), VG_ERR_ARGUMENT, says);
    ck_fails(vg_ensemble_create(net, 2, &whole, &diag), VG_ERR_ARGUMENT, says);
    ck_assert(!penalty && !tangent && !whole);
    ck_ok(vg_spectral_create(net, 1, 5, &spectral, &diag));
    vg_spectral_destroy(spectral);
    vg_network_init(net, 3); // it was normalised
    double doubt = 0;
    vg_network *member[2] = {net, make(NETWORKS - 1)};
    vg_network_parameters(member[1])[vg_network_weight_count(net) - 1] += 2; // a bias: 1 either side
    float row[64] = {0.5f, 1};
    ck_ok(vg_ensemble_uncertainty(member, 2, row, 1, &doubt, &diag));
    ck_assert_double_eq_tol(doubt, 1, 1e-6);
    vg_network_destroy(net), vg_network_destroy(member[1]);
}
END_TEST

CK_MAIN("network", gradients_are_finite_differences, each_gradient_can_be_had_alone,
        tensors_cover_the_flat_array, comes_back_from_its_hyperparameters, another_like_it_has_another_shape,
        outputs_can_be_shrunk, refuses_an_unknown_architecture, another_kind_is_taken_or_refused_by_name)
