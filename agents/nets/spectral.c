#include "agents/nets/spectral.h"

#include <string.h>

#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { LAYERS_MOST = VG_NETWORK_TENSORS_MOST, ITERATIONS_AT_FIRST = 30 };

struct vg_spectral {
    int32_t layers;
    vg_network_tensor weight[LAYERS_MOST];
    double bound, sigma[LAYERS_MOST];
    float *parameters;
    int64_t count, vectors;                 // parameters; floats of all u and v
    float *u[LAYERS_MOST], *v[LAYERS_MOST]; // [out], [in], each of length 1
    float *floats;
};

static double dot(const float *a, const float *b, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

static void make_unit(float *values, int64_t count) {
    double norm = __builtin_sqrt(dot(values, values, count));
    float scale = (float)(1 / (norm > 1e-12 ? norm : 1e-12));
    for (int64_t i = 0; i < count; i++) values[i] *= scale;
}

// v = W' u, u = W v, each normalised to length 1 (algorithm 1); W is [out][in].
static void iterate(vg_spectral *s, int32_t layer) {
    const vg_network_tensor *w = &s->weight[layer];
    const float *weight = s->parameters + w->at;
    float *u = s->u[layer], *v = s->v[layer];
    memset(v, 0, sizeof(float) * (size_t)w->shape[1]);
    for (int64_t o = 0; o < w->shape[0]; o++)
        for (int64_t i = 0; i < w->shape[1]; i++) v[i] += u[o] * weight[o * w->shape[1] + i];
    make_unit(v, w->shape[1]);
    for (int64_t o = 0; o < w->shape[0]; o++) u[o] = (float)dot(weight + o * w->shape[1], v, w->shape[1]);
    make_unit(u, w->shape[0]);
}

vg_err vg_spectral_create(vg_network *net, double bound, uint64_t seed, vg_spectral **out, vg_diag *diag) {
    *out = NULL;
    if (!(bound > 0)) return vg_fail(diag, VG_ERR_ARGUMENT, "a spectral norm of %g, expected above 0", bound);
    vg_spectral *s = vg_new(vg_spectral, 1);
    if (!s) return vg_fail_memory(diag);
    s->bound = bound;
    s->count = vg_network_count(net);
    for (int32_t t = 0; t < vg_network_tensors(net); t++) { // every matrix belongs to a layer
        vg_network_tensor tensor = vg_network_tensor_at(net, t);
        if (tensor.rank != 2) continue;
        s->weight[s->layers++] = tensor;
        s->vectors += tensor.shape[0] + tensor.shape[1];
    }
    s->parameters = vg_new(float, s->count);
    s->floats = vg_new(float, s->vectors);
    if (!s->parameters || !s->floats) {
        vg_spectral_destroy(s);
        return vg_fail_memory(diag);
    }
    memcpy(s->parameters, vg_network_read(net), sizeof(float) * (size_t)s->count);
    float *at = s->floats;
    for (int32_t l = 0; l < s->layers; l++) {
        s->u[l] = at, s->v[l] = at + s->weight[l].shape[0];
        at = s->v[l] + s->weight[l].shape[1];
        vg_draw draw = {.seed = seed, .stream = VG_STREAM_DISCRIMINATOR, .entity = 1 + (uint32_t)l};
        for (; draw.step < (uint32_t)s->weight[l].shape[0]; draw.step++)
            s->u[l][draw.step] = (float)(2 * vg_random_uniform(&draw) - 1);
        make_unit(s->u[l], s->weight[l].shape[0]);
        for (int i = 0; i < ITERATIONS_AT_FIRST; i++) iterate(s, l);
    }
    vg_spectral_apply(s, net, false);
    *out = s;
    return VG_OK;
}

void vg_spectral_destroy(vg_spectral *s) {
    if (!s) return;
    vg_free(s->parameters);
    vg_free(s->floats);
    vg_free(s);
}

float *vg_spectral_state(vg_spectral *s, int64_t *count) {
    *count = s->vectors;
    return s->floats;
}

float *vg_spectral_parameters(vg_spectral *s) { return s->parameters; }

void vg_spectral_apply(vg_spectral *s, vg_network *net, bool advance) {
    float *to = vg_network_parameters(net);
    memcpy(to, s->parameters, sizeof(float) * (size_t)s->count);
    for (int32_t l = 0; l < s->layers; l++) {
        const vg_network_tensor *w = &s->weight[l];
        if (advance) iterate(s, l);
        s->sigma[l] = 0; // u' W v
        for (int64_t o = 0; o < w->shape[0]; o++)
            s->sigma[l] +=
                (double)s->u[l][o] * dot(s->parameters + w->at + o * w->shape[1], s->v[l], w->shape[1]);
        if (!(s->sigma[l] > 1e-6)) s->sigma[l] = 1e-6;
        float scale = (float)(s->bound / s->sigma[l]);
        for (int64_t i = 0; i < w->count; i++) to[w->at + i] *= scale;
    }
    vg_network_pack(net);
}

// With the network's weight N = bound W / sigma and G the gradient by it: (bound / sigma) (G - (G . N /
// bound) u v').
void vg_spectral_backward(const vg_spectral *s, const vg_network *net, float *gradient) {
    for (int32_t l = 0; l < s->layers; l++) {
        const vg_network_tensor *w = &s->weight[l];
        float *g = gradient + w->at, scale = (float)(s->bound / s->sigma[l]);
        float along = (float)(dot(g, vg_network_read(net) + w->at, w->count) / s->bound);
        for (int64_t o = 0; o < w->shape[0]; o++)
            for (int64_t i = 0; i < w->shape[1]; i++)
                g[o * w->shape[1] + i] = scale * (g[o * w->shape[1] + i] - along * s->u[l][o] * s->v[l][i]);
    }
}
