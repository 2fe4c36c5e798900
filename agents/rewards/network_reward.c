#include "agents/rewards/network_reward.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/nets/log_space.h"
#include "agents/nets/safetensors.h"
#include "agents/rewards/reward_draft.h"
#include "sim/base/memory.h"

static const char *const form_words[] = {
#define X(name, word, text) word,
    VG_REWARD_FORMS(X)
#undef X
};
static const char *const shown_words[] = {"sense", "sense-action"},
                         *const curvature_words[] = {"curvature", "lateral_acceleration"},
                         *const potential_words[] = {"none", "network"};
enum { FORMS = sizeof form_words / sizeof *form_words };

typedef struct network_reward {
    vg_reward base;
    vg_reward_input input;
    vg_network *g[VG_NETWORK_REWARD_MEMBERS], *h;
    int32_t members;
    vg_reward_form form;
    double clip;
    char count[16]; // of members, as text
} network_reward;

double vg_reward_of(vg_reward_form form, double f, double limit) {
    f = f < -limit ? -limit : f > limit ? limit : f;
    return form == VG_REWARD_SOFTPLUS ? vg_softplus(f) : form == VG_REWARD_LOGSIGMOID ? -vg_softplus(-f) : f;
}

// --- evaluation --------------------------------------------------------------------------------------------

// The output of a network for `count` cars from `first` on, of what they sensed.
static const float *run(const network_reward *r, const vg_network *net, const float *observed,
                        const float *actions, int32_t first, int32_t count, float *scratch) {
    const vg_reward_input *in = &r->input;
    int32_t width = vg_network_shape_of(net)->inputs;
    int64_t stride = vg_net_stride(width);
    for (int32_t i = 0; i < count; i++) {
        const float *sensed = observed + (int64_t)(first + i) * in->sensed;
        const float *action = actions + (int64_t)(first + i) * VG_CAR_ACTIONS;
        float *row = vg_network_inputs(net, scratch) + i * stride;
        for (int32_t k = 0; k < width; k++)
            row[k] = (vg_reward_input_value(in, sensed, action, k) - in->mean[k]) * in->scale[k];
    }
    vg_network_forward(net, count, scratch);
    return vg_network_outputs(net, scratch);
}

// What is added for the potential: gamma h(s') - h(s), h = 0 where the episode terminated.
static void add_potential(const network_reward *r, const vg_reward_view *view, int32_t first, int32_t count,
                          float *scratch, double *out) {
    int64_t stride = vg_net_stride(1);
    const float *h = run(r, r->h, view->observed, view->actions, first, count, scratch);
    for (int32_t i = 0; i < count; i++) out[first + i] -= (double)h[i * stride];
    h = run(r, r->h, view->observed_after, view->actions, first, count, scratch);
    for (int32_t i = 0; i < count; i++)
        if (!view->terminal || !view->terminal[first + i])
            out[first + i] += r->base.discount * (double)h[i * stride];
}

static void evaluate(const vg_reward *reward, const vg_reward_view *view, double *out) {
    const network_reward *r = (const network_reward *)reward;
    int64_t stride = vg_net_stride(1), work = vg_network_scratch(r->g[0], false);
    double limit = r->clip > 0 ? r->clip : INFINITY;
    for (int32_t first = 0; first < view->count; first += VG_NETWORK_BLOCK) {
        int32_t rest = view->count - first, count = rest < VG_NETWORK_BLOCK ? rest : VG_NETWORK_BLOCK;
        for (int32_t i = 0; i < count; i++) out[first + i] = 0;
        for (int32_t m = 0; m < r->members; m++) {
            const float *g = run(r, r->g[m], view->observed, view->actions, first, count, view->scratch);
            for (int32_t i = 0; i < count; i++) out[first + i] += (double)g[i * stride];
        }
        for (int32_t i = 0; i < count; i++)
            out[first + i] = vg_reward_of(r->form, out[first + i] / r->members, limit);
        if (r->h) add_potential(r, view, first, count, view->scratch + work, out);
    }
}

// --- life --------------------------------------------------------------------------------------------------

static void destroy(vg_reward *reward) {
    network_reward *r = (network_reward *)reward;
    for (int32_t m = 0; m < r->members; m++) vg_network_destroy(r->g[m]);
    vg_network_destroy(r->h);
    vg_reward_input_free(&r->input);
    vg_free(r);
}

static vg_err describe(const vg_reward *reward, vg_reward_draft *draft) {
    const network_reward *r = (const network_reward *)reward;
    char prefix[16];
    vg_reward_put_text(draft, "shown", shown_words[r->input.action]);
    vg_reward_put_text(draft, "curvature_as", curvature_words[r->input.lateral]);
    vg_reward_put_text(draft, "form", form_words[r->form]);
    vg_reward_put_number(draft, "clip", r->clip);
    vg_reward_put_text(draft, "members", r->count);
    vg_reward_put_architecture(draft, "", r->g[0]);
    vg_reward_put_text(draft, "potential", potential_words[r->h != NULL]);
    if (r->h) vg_reward_put_architecture(draft, "potential.", r->h);
    vg_reward_put_floats(draft, "normaliser.mean", r->input.mean, r->input.count);
    vg_reward_put_floats(draft, "normaliser.scale", r->input.scale, r->input.count);
    for (int32_t m = 0; m < r->members; m++) {
        snprintf(prefix, sizeof prefix, "g.%d.", m);
        vg_reward_put_network(draft, prefix, r->g[m]);
    }
    if (r->h) vg_reward_put_network(draft, "h.", r->h);
    return VG_OK;
}

static const vg_reward_ops ops = {evaluate, describe, destroy};

vg_network_reward_def vg_network_reward_default(void) {
    return (vg_network_reward_def){.form = VG_REWARD_LOGIT, .discount = 0.99};
}

static vg_err copy_network(const vg_network *from, vg_network **out, vg_diag *diag) {
    vg_network_shape shape = *vg_network_shape_of(from);
    vg_err err = vg_network_create_like(from, &shape, out, diag);
    if (!err) vg_network_take(*out, vg_network_read(from));
    return err;
}

static vg_err copy_input(const vg_reward_input *from, vg_reward_input *to, vg_diag *diag) {
    vg_err err = vg_reward_input_open(to, vg_sense_text(from->sense), from->action, from->lateral, diag);
    if (err) return err;
    memcpy(to->mean, from->mean, sizeof(float) * (size_t)to->count);
    memcpy(to->scale, from->scale, sizeof(float) * (size_t)to->count);
    return VG_OK;
}

// Is every parameter a number, and has the network these inputs and one output?
static vg_err check_network(const char *name, const vg_network *net, int32_t inputs, vg_diag *diag) {
    const vg_network_shape *shape = vg_network_shape_of(net);
    if (shape->inputs != inputs || shape->outputs != 1)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, name,
                          "%d inputs and %d outputs, expected %d inputs and 1 output", shape->inputs,
                          shape->outputs, inputs);
    for (int64_t i = 0; i < vg_network_count(net); i++)
        if (!isfinite(vg_network_read(net)[i]))
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, name, "parameter %lld is not finite",
                              (long long)i);
    return VG_OK;
}

static vg_err check(const vg_network_reward_def *def, vg_diag *diag) {
    const vg_reward_input *in = def->input;
    if (def->members < 1 || def->members > VG_NETWORK_REWARD_MEMBERS)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "members", "%d, expected 1 to %d", def->members,
                          VG_NETWORK_REWARD_MEMBERS);
    if (!(def->clip >= 0) || !isfinite(def->clip))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "clip", "%g, expected 0 or more", def->clip);
    for (int32_t i = 0; i < in->count; i++)
        if (!isfinite(in->mean[i]) || !isfinite(in->scale[i]))
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "normaliser", "value %d is not finite", i);
    uint64_t hash = vg_network_hash(0, def->g[0]);
    int32_t tensors = 2 + (def->h ? vg_network_tensors(def->h) : 0);
    for (int32_t m = 0; m < def->members; m++) {
        vg_err err = check_network("g", def->g[m], in->count, diag);
        if (err) return err;
        if (vg_network_hash(0, def->g[m]) != hash)
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "g", "its members differ in their layers");
        tensors += vg_network_tensors(def->g[m]);
    }
    if (tensors > VG_REWARD_TENSORS)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "members", "%d tensors, expected at most %d",
                          tensors, VG_REWARD_TENSORS);
    return def->h ? check_network("h", def->h, in->sensed, diag) : VG_OK;
}

static vg_err copy_parts(network_reward *r, const vg_network_reward_def *def, vg_diag *diag) {
    vg_err err = copy_input(def->input, &r->input, diag);
    for (int32_t m = 0; m < def->members && !err; m++)
        if (!(err = copy_network(def->g[m], &r->g[m], diag))) r->members++;
    if (!err && def->h) err = copy_network(def->h, &r->h, diag);
    if (err) return err;
    r->base.sense = r->input.sense;
    r->base.looks_after = r->h != NULL;
    r->base.scratch = vg_network_scratch(r->g[0], false) + (r->h ? vg_network_scratch(r->h, false) : 0);
    snprintf(r->count, sizeof r->count, "%d", r->members);
    return vg_reward_check(&r->base, diag);
}

vg_err vg_network_reward_create(const vg_network_reward_def *def, vg_reward **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check(def, diag);
    if (err) return err;
    network_reward *r = vg_new(network_reward, 1);
    if (!r) return vg_fail_memory(diag);
    r->base = (vg_reward){.ops = &ops,
                          .kind = "network",
                          .discount = def->discount,
                          .terminal = def->terminal,
                          .absorbing = def->absorbing};
    r->form = def->form, r->clip = def->clip;
    err = copy_parts(r, def, diag);
    if (err)
        destroy(&r->base);
    else
        *out = &r->base;
    return err;
}

const vg_reward_input *vg_network_reward_input(const vg_reward *reward) {
    return &((const network_reward *)reward)->input;
}

const vg_network *vg_network_reward_member(const vg_reward *reward, int32_t i) {
    const network_reward *r = (const network_reward *)reward;
    return i < r->members ? r->g[i] : NULL;
}

const vg_network *vg_network_reward_potential(const vg_reward *reward) {
    return ((const network_reward *)reward)->h;
}

// --- reading -----------------------------------------------------------------------------------------------

// What a file is read into before a reward is made of it.
typedef struct reading {
    const vg_safetensors *file;
    const char *path;
    vg_reward_input input;
    vg_network *g[VG_NETWORK_REWARD_MEMBERS], *h;
    vg_network_reward_def def;
} reading;

static vg_err read_input(reading *r, vg_diag *diag) {
    const char *sense = vg_safetensors_text(r->file, "sense");
    int32_t shown, curvature;
    const float *mean, *scale;
    if (!sense) return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, "sense", "is missing");
    vg_err err = vg_reward_get_word(r->file, r->path, "shown", shown_words, 2, &shown, diag);
    if (!err)
        err = vg_reward_get_word(r->file, r->path, "curvature_as", curvature_words, 2, &curvature, diag);
    if (!err) err = vg_reward_input_open(&r->input, sense, shown == 1, curvature == 1, diag);
    int32_t count = r->input.count;
    if (!err) err = vg_reward_get_floats(r->file, r->path, "normaliser.mean", count, &mean, diag);
    if (!err) err = vg_reward_get_floats(r->file, r->path, "normaliser.scale", count, &scale, diag);
    if (err) return err;
    memcpy(r->input.mean, mean, sizeof(float) * (size_t)count);
    memcpy(r->input.scale, scale, sizeof(float) * (size_t)count);
    return VG_OK;
}

static vg_err read_network(reading *r, const char *architecture, const char *prefix, int32_t inputs,
                           vg_network **out, vg_diag *diag) {
    vg_network_shape shape = {.inputs = inputs, .outputs = 1};
    vg_err err = vg_reward_get_architecture(r->file, r->path, architecture, &shape, out, diag);
    return err ? err : vg_reward_get_network(r->file, r->path, prefix, *out, diag);
}

static vg_err read_networks(reading *r, vg_diag *diag) {
    double members = 0;
    int32_t potential;
    vg_err err = vg_reward_get_number(r->file, r->path, "members", &members, diag);
    if (!err && (!(members >= 1 && members <= VG_NETWORK_REWARD_MEMBERS) || members != floor(members)))
        err = vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, "members", "%g, expected 1 to %d", members,
                         VG_NETWORK_REWARD_MEMBERS);
    if (!err) err = vg_reward_get_word(r->file, r->path, "potential", potential_words, 2, &potential, diag);
    for (int32_t m = 0; !err && m < (int32_t)members; m++) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "g.%d.", m);
        err = read_network(r, "", prefix, r->input.count, &r->g[m], diag);
    }
    if (!err && potential) err = read_network(r, "potential.", "h.", r->input.sensed, &r->h, diag);
    r->def.members = (int32_t)members;
    return err;
}

static vg_err read_all(reading *r, vg_diag *diag) {
    int32_t form;
    vg_err err = vg_reward_get_word(r->file, r->path, "form", form_words, FORMS, &form, diag);
    if (!err) err = vg_reward_get_number(r->file, r->path, "clip", &r->def.clip, diag);
    if (!err) err = vg_reward_get_number(r->file, r->path, "terminal", &r->def.terminal, diag);
    if (!err) err = vg_reward_get_number(r->file, r->path, "absorbing", &r->def.absorbing, diag);
    if (!err) err = vg_reward_get_number(r->file, r->path, "discount", &r->def.discount, diag);
    if (!err) err = read_input(r, diag);
    if (!err) err = read_networks(r, diag);
    if (err) return err;
    r->def.input = &r->input, r->def.form = (vg_reward_form)form;
    r->def.g = (const vg_network *const *)r->g, r->def.h = r->h;
    return VG_OK;
}

vg_err vg_network_reward_read(const vg_safetensors *file, const char *path, vg_reward **out, vg_diag *diag) {
    reading r = {.file = file, .path = path};
    *out = NULL;
    vg_err err = read_all(&r, diag);
    if (!err) err = vg_network_reward_create(&r.def, out, diag);
    for (int32_t m = 0; m < VG_NETWORK_REWARD_MEMBERS; m++) vg_network_destroy(r.g[m]);
    vg_network_destroy(r.h);
    vg_reward_input_free(&r.input);
    return err;
}
