#include "agents/policy/so_policy.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy/crash_guard.h"
#include "agents/policy/float_mode.h"
#include "agents/policy/plugin.h"
#include "sim/base/file.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

typedef struct so_policy {
    vg_policy policy; // what the contract asks for first
    void *library;
    const vg_plugin *plugin;
    vg_sense *sense;
    char *name;
    double seconds;                 // for a call
    pthread_mutex_t lock;           // around what follows
    char trouble[120], notice[160]; // the first of each
} so_policy;

typedef struct so_state {
    const so_policy *policy;
    int32_t count;
    void *own;
} so_state;

// --- guarded calls ----------------------------------------------------------------------------------------

// A call on its way: which function, with what.
typedef struct so_call {
    const so_policy *policy;
    void (*run)(struct so_call *call);
    const char *path;
    void *state;
    int32_t count, car, answer;
    const vg_episode_key *key;
    const float *observed;
    float *actions;
} so_call;

static void call_out(void *context) {
    so_call *call = context;
    call->run(call);
}

// The policy is shared by threads and constant to them; what befell it is noted all the same.
static so_policy *noting(const so_policy *p) { return (so_policy *)(uintptr_t)p; }

static void note(const so_policy *policy, char *into, size_t size, const char *text, const char *more) {
    so_policy *p = noting(policy);
    pthread_mutex_lock(&p->lock);
    if (!into[0]) snprintf(into, size, "%s%s", text, more);
    pthread_mutex_unlock(&p->lock);
}

static vg_err guarded(so_call *call) {
    char trouble[80];
    so_policy *p = noting(call->policy);
    vg_float_mode mode = vg_float_mode_get();
    vg_err err = vg_crash_guard_run(call_out, call, p->seconds, trouble);
    const char *change = vg_float_mode_change(mode, vg_float_mode_get());
    vg_float_mode_set(mode);
    if (change)
        note(p, p->notice, sizeof p->notice,
             "it changed how this machine rounds, which was undone: ", change);
    if (err) note(p, p->trouble, sizeof p->trouble, trouble, "");
    return err;
}

static void run_act(so_call *c) {
    c->answer =
        c->policy->plugin->act(c->state, c->count, vg_sense_size(c->policy->sense), c->observed, c->actions);
}
static void run_open(so_call *c) { c->state = c->policy->plugin->open(c->count); }
static void run_close(so_call *c) { c->policy->plugin->close(c->state); }
static void run_reset(so_call *c) {
    c->policy->plugin->reset(c->state, c->car, c->key->seed, c->key->entity, c->key->episode);
}

// --- the contract -----------------------------------------------------------------------------------------

static bool failed(const so_policy *p) { return p->trouble[0] != 0; }

static vg_err open_state(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    const so_policy *p = (const so_policy *)policy;
    so_state *s = vg_new(so_state, 1);
    if (!s) return vg_fail_memory(diag);
    *s = (so_state){.policy = p, .count = count};
    so_call call = {.policy = p, .run = run_open, .count = count};
    vg_err err = p->plugin->open ? guarded(&call) : VG_OK;
    if (!err && p->plugin->open && !call.state) {
        note(p, noting(p)->trouble, sizeof p->trouble, "gave no state: it is out of memory", "");
        err = VG_ERR_POLICY;
    }
    if (err) {
        vg_free(s);
        return vg_fail(diag, err, "policy '%s' %s", p->name, p->trouble);
    }
    s->own = call.state;
    *state = s;
    return VG_OK;
}

// What has failed is left alone: it may crash again.
static void close_state(void *state) {
    so_state *s = state;
    so_call call = {.policy = s->policy, .run = run_close, .state = s->own};
    if (s->own && s->policy->plugin->close && !failed(s->policy)) (void)!guarded(&call);
    vg_free(s);
}

static void reset(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key) {
    const so_policy *p = (const so_policy *)policy;
    so_call call = {.policy = p, .run = run_reset, .state = ((so_state *)state)->own, .car = car, .key = key};
    if (p->plugin->reset && !failed(p)) (void)!guarded(&call); // act will tell
}

static vg_err act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                  float *out) {
    const so_policy *p = (const so_policy *)policy;
    so_state *s = state;
    (void)world;
    if (failed(p)) return VG_ERR_POLICY;
    for (int64_t i = 0; i < VG_CAR_ACTIONS * (int64_t)s->count; i++)
        out[i] = NAN; // so that what it leaves out is seen
    so_call call = {.policy = p,
                    .run = run_act,
                    .state = s->own,
                    .count = s->count,
                    .observed = observed,
                    .actions = out};
    vg_err err = guarded(&call);
    if (err || call.answer == VG_CAR_ACTIONS * s->count) return err;
    char text[80];
    snprintf(text, sizeof text, call.answer < 0 ? "failed and said %d" : "gave %d numbers, expected %d",
             call.answer, VG_CAR_ACTIONS * s->count);
    note(p, noting(p)->trouble, sizeof p->trouble, text, "");
    return VG_ERR_POLICY;
}

static const char *trouble_of(const vg_policy *policy) { return ((const so_policy *)policy)->trouble; }
static const char *notice_of(const vg_policy *policy) { return ((const so_policy *)policy)->notice; }

static void destroy(vg_policy *policy) {
    so_policy *p = (so_policy *)policy;
    // A library whose code was left in the middle of a call is not unloaded under it.
    if (p->library && !failed(p)) dlclose(p->library);
    pthread_mutex_destroy(&p->lock);
    vg_sense_destroy(p->sense);
    vg_free(p->name);
    vg_free(p);
}

static const vg_policy_ops ops = {.open = open_state,
                                  .close = close_state,
                                  .reset = reset,
                                  .act = act,
                                  .destroy = destroy,
                                  .trouble = trouble_of,
                                  .notice = notice_of};

// --- loading ----------------------------------------------------------------------------------------------

// Constructors of a library run here, and may change the mode or crash as well.
static void run_load(so_call *c) {
    so_policy *p = noting(c->policy);
    p->library = dlopen(c->path, RTLD_NOW | RTLD_LOCAL);
    const vg_plugin *(*entry)(void) = NULL;
    void *symbol = p->library ? dlsym(p->library, VG_PLUGIN_SYMBOL) : NULL;
    memcpy(&entry, &symbol, sizeof entry);
    if (entry) p->plugin = entry();
}

static vg_err check(so_policy *p, const char *path, vg_diag *diag) {
    const vg_plugin *plugin = p->plugin;
    if (!p->library)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "no shared library: %.300s", dlerror());
    if (!plugin)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, VG_PLUGIN_SYMBOL,
                          "the library has no such function, or it gave nothing: see agents/policy/plugin.h");
    if (plugin->version != VG_PLUGIN_VERSION)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "version", "is %d, expected %d", plugin->version,
                          VG_PLUGIN_VERSION);
    if (!plugin->act || !plugin->sense || !plugin->name)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "vg_plugin", "act, sense or name is missing");
    vg_err err = vg_sense_create(plugin->sense, &p->sense, diag);
    if (!err && !(p->name = vg_strdup(plugin->name))) err = vg_fail_memory(diag);
    return err;
}

static vg_err hash_file(const char *path, uint64_t *hash, vg_diag *diag) {
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    *hash = vg_hash_bytes(0, bytes, (size_t)size);
    vg_free(bytes);
    return VG_OK;
}

vg_err vg_so_policy_load(const char *path, vg_policy **out, vg_diag *diag) {
    char whole[1024];
    *out = NULL;
    so_policy *p = vg_new(so_policy, 1);
    if (!p) return vg_fail_memory(diag);
    p->policy.ops = &ops;
    pthread_mutex_init(&p->lock, NULL);
    // A bare name would be looked for in the system's folders.
    snprintf(whole, sizeof whole, "%s%s", strchr(path, '/') ? "" : "./", path);
    so_call call = {.policy = p, .run = run_load, .path = whole};
    vg_err err = vg_policy_timeout(&p->seconds, diag);
    if (!err) err = hash_file(path, &p->policy.hash, diag);
    if (!err && (err = guarded(&call)))
        vg_fail_at(diag, err, path, 0, NULL, "%s while it was loaded", p->trouble);
    if (!err) err = check(p, path, diag);
    if (err) {
        destroy(&p->policy);
        return err;
    }
    p->policy.name = p->name, p->policy.sense = p->sense;
    p->policy.tick_num = p->plugin->tick_num, p->policy.tick_den = p->plugin->tick_den;
    p->policy.ticks_per_action = p->plugin->ticks_per_action;
    *out = &p->policy;
    return VG_OK;
}
