#include "agents/rewards/constant.h"

#include <math.h>

#include "agents/rewards/reward_draft.h"
#include "sim/base/memory.h"

typedef struct constant {
    vg_reward base;
    double value;
} constant;

vg_constant_def vg_constant_default(void) { return (vg_constant_def){.value = 1, .discount = 0.99}; }

static void evaluate(const vg_reward *reward, const vg_reward_view *view, double *out) {
    for (int32_t i = 0; i < view->count; i++) out[i] = ((const constant *)reward)->value;
}

static vg_err describe(const vg_reward *reward, vg_reward_draft *draft) {
    vg_reward_put_number(draft, "value", ((const constant *)reward)->value);
    return VG_OK;
}

static void destroy(vg_reward *reward) { vg_free(reward); }

static const vg_reward_ops ops = {evaluate, describe, destroy};

vg_err vg_constant_create(const vg_constant_def *def, vg_reward **out, vg_diag *diag) {
    *out = NULL;
    if (!isfinite(def->value)) return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "value", "is not finite");
    constant *c = vg_new(constant, 1);
    if (!c) return vg_fail_memory(diag);
    *c = (constant){.base = {.ops = &ops,
                             .kind = "constant",
                             .discount = def->discount,
                             .terminal = def->terminal,
                             .absorbing = def->absorbing},
                    .value = def->value};
    vg_err err = vg_reward_check(&c->base, diag);
    if (err)
        destroy(&c->base);
    else
        *out = &c->base;
    return err;
}

vg_err vg_constant_read(const vg_safetensors *file, const char *path, vg_reward **out, vg_diag *diag) {
    vg_constant_def def = {0};
    vg_err err = vg_reward_get_number(file, path, "value", &def.value, diag);
    if (!err) err = vg_reward_get_number(file, path, "terminal", &def.terminal, diag);
    if (!err) err = vg_reward_get_number(file, path, "absorbing", &def.absorbing, diag);
    if (!err) err = vg_reward_get_number(file, path, "discount", &def.discount, diag);
    return err ? err : vg_constant_create(&def, out, diag);
}
