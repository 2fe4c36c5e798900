#include "agents/nets/cvae.h"

#include <stddef.h>
#include <stdio.h>

#include "agents/nets/network_private.h"
#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

typedef struct cvae {
    vg_network base;
    vg_cvae_def def;
    vg_network *encoder, *decoder;
    int64_t split;     // parameters of the encoder, which stand first
    int64_t within[2]; // places in the scratch: the encoder's own scratch, and the decoder's
} cvae;

static const vg_network_kind kind;

static const cvae *of(const vg_network *net) { return (const cvae *)net; }

// --- making one --------------------------------------------------------------------------------------------

static vg_err check(const vg_cvae_def *def, const vg_network *encoder, const vg_network *decoder,
                    vg_diag *diag) {
    const vg_network_shape *e = vg_network_shape_of(encoder), *d = vg_network_shape_of(decoder);
    if (def->condition < 1 || def->target < 1 || def->latent < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "condition, target and latent must each be 1 or more");
    if (e->log_std || d->log_std || e->inputs != def->condition + def->target ||
        e->outputs != 2 * def->latent || d->inputs != def->condition + def->latent)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "an encoder from %d to %d values and a decoder of %d, expected %d to %d, and %d",
                       e->inputs, e->outputs, d->inputs, def->condition + def->target, 2 * def->latent,
                       def->condition + def->latent);
    return VG_OK;
}

// Inputs and outputs, the encoder's scratch and the decoder's; for backward also deltas of both.
static void lay_out(cvae *c) {
    vg_network *net = &c->base;
    int64_t inputs = VG_NETWORK_BLOCK * vg_net_stride(net->shape.inputs),
            outputs = VG_NETWORK_BLOCK * vg_net_stride(net->shape.outputs);
    net->inputs = 0;
    net->outputs = inputs;
    net->deltas = inputs + outputs;
    net->input_deltas = net->deltas + outputs;
    c->within[0] = net->input_deltas + inputs;
    c->within[1] = c->within[0] + vg_network_scratch(c->encoder, true);
    net->backward_scratch = c->within[1] + vg_network_scratch(c->decoder, true);
    net->forward_scratch = net->backward_scratch;
}

static void destroy(vg_network *net) {
    cvae *c = (cvae *)net;
    vg_network_destroy(c->encoder);
    vg_network_destroy(c->decoder);
    vg_network_free_base(net);
}

vg_err vg_cvae_create(const vg_cvae_def *def, vg_network *encoder, vg_network *decoder, vg_network **out,
                      vg_diag *diag) {
    *out = NULL;
    vg_err err = check(def, encoder, decoder, diag);
    cvae *c = err ? NULL : vg_new(cvae, 1);
    if (!c) {
        vg_network_destroy(encoder);
        vg_network_destroy(decoder);
        return err ? err : vg_fail_memory(diag);
    }
    c->def = *def, c->encoder = encoder, c->decoder = decoder;
    c->split = vg_network_count(encoder);
    vg_network_shape shape = {.inputs = def->condition + def->target + def->latent,
                              .outputs = vg_network_shape_of(decoder)->outputs + 2 * def->latent};
    err = vg_network_open_base(&c->base, &kind, &shape, c->split + vg_network_count(decoder), diag);
    if (!err) err = vg_network_check_shape(&shape, diag);
    c->base.tensor_count = vg_network_tensors(encoder) + vg_network_tensors(decoder);
    lay_out(c);
    if (err)
        destroy(&c->base);
    else
        *out = &c->base;
    return err;
}

// --- the kind ----------------------------------------------------------------------------------------------

typedef struct hyperparameters {
    int64_t latent_dim;
    char networks[VG_KEY_TEXT_SIZE];
} hyperparameters;

static const vg_key keys[] = {
    {"latent_dim", VG_KEY_INT, offsetof(hyperparameters, latent_dim), "1", 1, 4096, "1", NULL, "values of z"},
    {"networks", VG_KEY_TEXT, offsetof(hyperparameters, networks), "", 0, 0, "", NULL,
     "hash of the encoder's and the decoder's hyperparameters"},
};
static const vg_schema schema = {"cvae", keys, sizeof keys / sizeof *keys, NULL};

static void describe(const vg_network *net, void *into) {
    hyperparameters *h = into;
    char text[17];
    h->latent_dim = of(net)->def.latent;
    vg_hash_format(vg_network_hash(vg_network_hash(0, of(net)->encoder), of(net)->decoder), text);
    snprintf(h->networks, sizeof h->networks, "%s", text);
}

static vg_err create(const vg_network_shape *shape, const void *values, vg_network **out, vg_diag *diag) {
    (void)shape, (void)values;
    *out = NULL;
    return vg_fail(diag, VG_ERR_ARGUMENT, "a variational autoencoder is only trained, and not read");
}

static vg_err create_like(const vg_network *net, const vg_network_shape *shape, vg_network **out,
                          vg_diag *diag) {
    (void)net;
    return create(shape, NULL, out, diag);
}

static vg_network_tensor tensor_at(const vg_network *net, int32_t i) {
    const cvae *c = of(net);
    int32_t first = vg_network_tensors(c->encoder);
    bool encodes = i < first;
    vg_network_tensor part = vg_network_tensor_at(encodes ? c->encoder : c->decoder, encodes ? i : i - first);
    vg_network_tensor named = part;
    snprintf(named.name, sizeof named.name, "%s.%.35s", encodes ? "enc" : "dec", part.name);
    if (!encodes) named.at += c->split;
    return named;
}

// Hand the parameters to both networks.
static void pack(vg_network *net) {
    const cvae *c = of(net);
    vg_network_use_kernel(c->encoder, net->kernel);
    vg_network_use_kernel(c->decoder, net->kernel);
    vg_network_take(c->encoder, net->parameters);
    vg_network_take(c->decoder, net->parameters + c->split);
}

static void init(vg_network *net, uint64_t seed) {
    const cvae *c = of(net);
    vg_network_init(c->decoder, seed);
    vg_network_init(c->encoder, vg_random_seed(seed, 1));
    memcpy(net->parameters, vg_network_read(c->encoder), sizeof(float) * (size_t)c->split);
    memcpy(net->parameters + c->split, vg_network_read(c->decoder),
           sizeof(float) * (size_t)vg_network_count(c->decoder));
}

// --- products ----------------------------------------------------------------------------------------------

// A row of outputs: those of the decoder, then mean and log variance.
static float *posterior_of(const cvae *c, float *row) {
    return row + vg_network_shape_of(c->decoder)->outputs;
}

static void forward(const vg_network *net, int32_t rows, float *scratch) {
    const cvae *c = of(net);
    const vg_cvae_def *def = &c->def;
    const int64_t in = vg_net_stride(net->shape.inputs), out = vg_net_stride(net->shape.outputs),
                  e_in = vg_net_stride(def->condition + def->target), e_out = vg_net_stride(2 * def->latent),
                  d_in = vg_net_stride(def->condition + def->latent);
    float *encoding = scratch + c->within[0], *decoding = scratch + c->within[1];
    float *e = vg_network_inputs(c->encoder, encoding), *d = vg_network_inputs(c->decoder, decoding);
    for (int32_t r = 0; r < rows; r++)
        memcpy(e + r * e_in, scratch + r * in, sizeof *e * (size_t)(def->condition + def->target));
    vg_network_forward(c->encoder, rows, encoding);
    const float *encoded = vg_network_outputs(c->encoder, encoding);
    for (int32_t r = 0; r < rows; r++) {
        const float *x = scratch + r * in, *mean = encoded + r * e_out, *log_variance = mean + def->latent;
        const float *noise = x + def->condition + def->target;
        memcpy(d + r * d_in, x, sizeof *d * (size_t)def->condition);
        for (int32_t i = 0; i < def->latent; i++)
            d[r * d_in + def->condition + i] = mean[i] + vg_expf(log_variance[i] / 2) * noise[i];
    }
    vg_network_forward(c->decoder, rows, decoding);
    const int32_t outputs = vg_network_shape_of(c->decoder)->outputs;
    const float *y = vg_network_outputs(c->decoder, decoding);
    for (int32_t r = 0; r < rows; r++) {
        float *row = scratch + net->outputs + r * out;
        memcpy(row, y + r * vg_net_stride(outputs), sizeof *row * (size_t)outputs);
        memcpy(posterior_of(c, row), encoded + r * e_out, sizeof *row * (size_t)(2 * def->latent));
    }
}

// The loss's gradient by mean and log variance: directly, and by z, [latent].
static void by_posterior(const cvae *c, const float *x, const float *encoded, const float *delta,
                         const float *by_z, float *out) {
    const int32_t latent = c->def.latent;
    const float *noise = x + c->def.condition + c->def.target;
    for (int32_t i = 0; i < latent; i++) {
        out[i] = delta[i] + by_z[i];
        out[latent + i] = delta[latent + i] + by_z[i] * noise[i] * 0.5f * vg_expf(encoded[latent + i] / 2);
    }
}

// The gradient by the inputs is that of the encoder, and the decoder's by the condition and by z.
static void add_inputs(const cvae *c, int32_t rows, float *scratch) {
    const vg_cvae_def *def = &c->def;
    const int32_t shown = def->condition + def->target;
    const float *by_e = vg_network_input_deltas(c->encoder, scratch + c->within[0]),
                *by_d = vg_network_input_deltas(c->decoder, scratch + c->within[1]),
                *encoded = vg_network_outputs(c->encoder, scratch + c->within[0]);
    for (int32_t r = 0; r < rows; r++) {
        float *to = scratch + c->base.input_deltas + r * vg_net_stride(c->base.shape.inputs);
        const float *d = by_d + r * vg_net_stride(def->condition + def->latent);
        const float *log_variance = encoded + r * vg_net_stride(2 * def->latent) + def->latent;
        memcpy(to, by_e + r * vg_net_stride(shown), sizeof *to * (size_t)shown);
        for (int32_t i = 0; i < def->condition; i++) to[i] += d[i];
        for (int32_t i = 0; i < def->latent; i++)
            to[shown + i] = d[def->condition + i] * vg_expf(log_variance[i] / 2);
    }
}

static void backward(const vg_network *net, int32_t rows, float *scratch, bool add, float *gradient,
                     bool by_inputs) {
    const cvae *c = of(net);
    const vg_cvae_def *def = &c->def;
    const int32_t outputs = vg_network_shape_of(c->decoder)->outputs;
    const int64_t out = vg_net_stride(net->shape.outputs), e_out = vg_net_stride(2 * def->latent);
    float *encoding = scratch + c->within[0], *decoding = scratch + c->within[1];
    float *deltas = scratch + net->deltas, *dy = vg_network_deltas(c->decoder, decoding),
          *dz = vg_network_deltas(c->encoder, encoding);
    for (int32_t r = 0; r < rows; r++)
        memcpy(dy + r * vg_net_stride(outputs), deltas + r * out, sizeof *dy * (size_t)outputs);
    vg_network_backward_inputs(c->decoder, rows, decoding, add, gradient ? gradient + c->split : NULL);
    const float *by_decoder = vg_network_input_deltas(c->decoder, decoding),
                *encoded = vg_network_outputs(c->encoder, encoding);
    for (int32_t r = 0; r < rows; r++)
        by_posterior(c, scratch + r * vg_net_stride(net->shape.inputs), encoded + r * e_out,
                     posterior_of(c, deltas + r * out),
                     by_decoder + r * vg_net_stride(def->condition + def->latent) + def->condition,
                     dz + r * e_out);
    if (by_inputs)
        vg_network_backward_inputs(c->encoder, rows, encoding, add, gradient);
    else
        vg_network_backward(c->encoder, rows, encoding, add, gradient);
    if (by_inputs) add_inputs(c, rows, scratch);
}

static const vg_network_kind kind = {.name = "cvae",
                                     .schema = &schema,
                                     .create = create,
                                     .destroy = destroy,
                                     .hyperparameters = describe,
                                     .create_like = create_like,
                                     .tensor = tensor_at,
                                     .init = init,
                                     .pack = pack,
                                     .forward = forward,
                                     .backward = backward};

// --- what drives -------------------------------------------------------------------------------------------

// Copy the tensor of this name; of a matrix with more columns the first ones.
static void copy_tensor(const vg_network *from, const vg_network_tensor *into, float *parameters) {
    for (int32_t i = 0; i < vg_network_tensors(from); i++) {
        vg_network_tensor tensor = vg_network_tensor_at(from, i);
        if (strcmp(tensor.name, into->name) != 0) continue;
        int64_t columns = tensor.rank == 2 ? tensor.shape[1] : 1, keep = into->rank == 2 ? into->shape[1] : 1;
        for (int64_t r = 0; r < into->shape[0]; r++)
            memcpy(parameters + into->at + r * keep, vg_network_read(from) + tensor.at + r * columns,
                   sizeof *parameters * (size_t)keep);
    }
}

vg_err vg_cvae_driver(const vg_network *net, vg_network **out, vg_diag *diag) {
    *out = NULL;
    if (net->kind != &kind)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the network is no variational autoencoder");
    const cvae *c = of(net);
    vg_network_shape shape = *vg_network_shape_of(c->decoder);
    shape.inputs = c->def.condition;
    vg_err err = vg_network_create_like(c->decoder, &shape, out, diag);
    for (int32_t i = 0; !err && i < vg_network_tensors(*out); i++) {
        vg_network_tensor tensor = vg_network_tensor_at(*out, i);
        copy_tensor(c->decoder, &tensor, vg_network_parameters(*out));
    }
    if (!err) vg_network_pack(*out);
    return err;
}

// KL(N(m, s^2), N(0, 1)) = (m^2 + s^2 - 1 - log s^2) / 2.
double vg_cvae_divergence(const float *posterior, int32_t latent) {
    double sum = 0;
    for (int32_t i = 0; i < latent; i++) {
        double mean = (double)posterior[i], log_variance = (double)posterior[latent + i];
        sum += 0.5 * (mean * mean + vg_exp(log_variance) - 1 - log_variance);
    }
    return sum;
}

void vg_cvae_divergence_gradient(const float *posterior, int32_t latent, double share, float *out) {
    for (int32_t i = 0; i < latent; i++) {
        out[i] = (float)(share * (double)posterior[i]);
        out[latent + i] = (float)(share * 0.5 * (vg_exp((double)posterior[latent + i]) - 1));
    }
}
