#include "agents/nets/cvae.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "agents/nets/transformer.h"
#define DIFF_ROWS 5
#include "tests/agents/nets/differences.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { CONDITION = 3, TARGET = 4, LATENT = 2, OUTPUTS = 4, ROWS = DIFF_ROWS };
enum { INPUTS = CONDITION + TARGET + LATENT, ALL = OUTPUTS + 2 * LATENT };
static const vg_cvae_def widths = {CONDITION, TARGET, LATENT};

static vg_network *perceptron(int32_t inputs, int32_t outputs) {
    vg_mlp_def def = vg_mlp_default();
    vg_network *net;
    def.inputs = inputs, def.outputs = outputs, def.hidden_count = 1, def.hidden[0] = 7;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    return net;
}

static vg_network *transformer(int32_t actions, int32_t style, int32_t queries, int32_t outputs) {
    vg_transformer_def def = {.inputs = CONDITION + actions + style,
                              .outputs = outputs,
                              .group_count = actions ? 2 : 1,
                              .groups = {{1, CONDITION}, {actions / 2, 2}},
                              .queries = queries,
                              .config = {8, 2, 8, 1}};
    vg_network *net;
    ck_ok(vg_transformer_create(&def, &net, &diag));
    return net;
}

static vg_network *make(int which) {
    vg_network *net, *encoder, *decoder;
    encoder = which ? transformer(TARGET, 0, 1, 2 * LATENT) : perceptron(CONDITION + TARGET, 2 * LATENT);
    decoder = which ? transformer(0, LATENT, 2, OUTPUTS) : perceptron(CONDITION + LATENT, OUTPUTS);
    ck_ok(vg_cvae_create(&widths, encoder, decoder, &net, &diag));
    vg_network_init(net, 5);
    for (int32_t i = 0; i < vg_network_tensors(net); i++) { // no difference leads over the corner of relu
        vg_network_tensor tensor = vg_network_tensor_at(net, i);
        for (int64_t j = 0; strstr(tensor.name, "linear1.bias") && j < tensor.count; j++)
            vg_network_parameters(net)[tensor.at + j] = j % 3 ? 6 : -6;
    }
    vg_network_pack(net);
    return net;
}

// Through the draw of z: by the encoder's and the decoder's parameters, and by all inputs.
START_TEST(the_gradient_is_that_of_finite_differences) {
    for (int which = 0; which < 2; which++) {
        vg_network *net = make(which);
        ck_gradient(net);
        vg_network_destroy(net);
    }
}
END_TEST

// With no noise and a posterior at 0, the outputs are what drives; and what drives does not know of z.
START_TEST(what_drives_is_the_decoder_at_zero) {
    for (int which = 0; which < 2; which++) {
        vg_network *net = make(which), *driver;
        float *p = vg_network_parameters(net);
        for (int32_t i = 0; i < vg_network_tensors(net); i++) { // the encoder says 0
            vg_network_tensor tensor = vg_network_tensor_at(net, i);
            bool last = strstr(tensor.name, which ? "enc.output" : "enc.net.2") != NULL;
            for (int64_t j = 0; last && j < tensor.count; j++) p[tensor.at + j] = 0;
        }
        vg_network_pack(net);
        ck_ok(vg_cvae_driver(net, &driver, &diag));
        ck_assert_int_eq(vg_network_shape_of(driver)->inputs, CONDITION);
        ck_assert_str_eq(vg_network_architecture(driver), which ? "transformer" : "mlp");
        float *scratch = vg_new(float, vg_network_scratch(net, true)),
              *own = vg_new(float, vg_network_scratch(driver, false));
        diff_fill(net, scratch);
        for (int r = 0; r < ROWS; r++) {
            float *row = vg_network_inputs(net, scratch) + r * vg_net_stride(INPUTS);
            memset(row + CONDITION + TARGET, 0, sizeof(float) * LATENT);
            memcpy(vg_network_inputs(driver, own) + r * vg_net_stride(CONDITION), row,
                   sizeof(float) * CONDITION);
        }
        vg_network_forward(net, ROWS, scratch), vg_network_forward(driver, ROWS, own);
        for (int r = 0; r < ROWS; r++)
            ck_assert(!memcmp(vg_network_outputs(net, scratch) + r * vg_net_stride(ALL),
                              vg_network_outputs(driver, own) + r * vg_net_stride(OUTPUTS),
                              sizeof(float) * OUTPUTS));
        vg_network *none;
        ck_fails(vg_cvae_driver(driver, &none, &diag), VG_ERR_ARGUMENT, "no variational autoencoder");
        vg_free(scratch), vg_free(own);
        vg_network_destroy(net), vg_network_destroy(driver);
    }
}
END_TEST

// The divergence is the mean of log q - log p, by integration; its gradient that of differences.
START_TEST(the_divergence_is_an_integral) {
    float posterior[] = {0.7f, -0.3f, 0.4f, -1.2f}, gradient[4];
    double sum = 0;
    for (int d = 0; d < 2; d++) {
        double mean = (double)posterior[d], deviation = exp((double)posterior[2 + d] / 2);
        for (double x = -12; x < 12; x += 1e-3) {
            double u = (x - mean) / deviation, density = exp(-u * u / 2) / (deviation * sqrt(2 * M_PI));
            sum += 1e-3 * density * (x * x / 2 - u * u / 2 - log(deviation));
        }
    }
    ck_assert_double_eq_tol(vg_cvae_divergence(posterior, 2), sum, 1e-6);
    ck_assert(vg_cvae_divergence((float[]){0, 0}, 1) == 0);
    vg_cvae_divergence_gradient(posterior, 2, 3, gradient);
    for (int i = 0; i < 4; i++) {
        float before = posterior[i];
        posterior[i] = before + 0x1p-7f;
        double by = vg_cvae_divergence(posterior, 2);
        posterior[i] = before - 0x1p-7f;
        by = 3 * (by - vg_cvae_divergence(posterior, 2)) / 0x1p-6;
        posterior[i] = before;
        ck_assert_double_eq_tol((double)gradient[i], by, 1e-4);
    }
}
END_TEST

START_TEST(refuses_networks_that_do_not_fit) {
    vg_network *net;
    ck_fails(vg_cvae_create(&widths, perceptron(CONDITION, 2 * LATENT),
                            perceptron(CONDITION + LATENT, OUTPUTS), &net, &diag),
             VG_ERR_ARGUMENT, "an encoder from 3 to 4 values and a decoder of 5, expected 7 to 4, and 5");
    ck_fails(vg_cvae_create(&(vg_cvae_def){3, 4, 0}, perceptron(7, 4), perceptron(5, 4), &net, &diag),
             VG_ERR_ARGUMENT, "1 or more");
    for (oom turn = {.later = true, .least = 2, .diag = &diag}; oom_next(&turn);) {
        vg_network *encoder = perceptron(CONDITION + TARGET, 2 * LATENT),
                   *decoder = perceptron(CONDITION + LATENT, OUTPUTS);
        oom_start(&turn);
        turn.err = vg_cvae_create(&widths, encoder, decoder, &net, &diag);
        if (!turn.err) vg_network_destroy(net);
    }
    net = make(0);
    vg_network *like;
    ck_fails(vg_network_create_like(net, vg_network_shape_of(net), &like, &diag), VG_ERR_ARGUMENT,
             "only trained");
    vg_network_destroy(net);
}
END_TEST

CK_MAIN("cvae", the_gradient_is_that_of_finite_differences, what_drives_is_the_decoder_at_zero,
        the_divergence_is_an_integral, refuses_networks_that_do_not_fit)
