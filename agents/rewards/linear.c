#include "agents/rewards/linear.h"

#include <math.h>
#include <string.h>

#include "agents/rewards/reward_draft.h"
#include "sim/base/memory.h"

typedef struct linear {
    vg_reward base;
    vg_sense *sense;
    int32_t width;
    float *mean, *scale, *weights;  // [width]
    float last[VG_CAR_ACTIONS + 1]; // weights of steering and acceleration, and the bias
} linear;

static float clamped(float value) { return value < -1 ? -1 : value > 1 ? 1 : value; }

static void evaluate(const vg_reward *reward, const vg_reward_view *view, double *out) {
    const linear *l = (const linear *)reward;
    for (int32_t i = 0; i < view->count; i++) {
        const float *row = view->observed + (int64_t)i * l->width,
                    *action = view->actions + VG_CAR_ACTIONS * i;
        double sum = (double)l->last[VG_CAR_ACTIONS];
        for (int32_t k = 0; k < l->width; k++)
            sum += (double)l->weights[k] * (double)((row[k] - l->mean[k]) * l->scale[k]);
        for (int32_t k = 0; k < VG_CAR_ACTIONS; k++) sum += (double)l->last[k] * (double)clamped(action[k]);
        out[i] = sum;
    }
}

static vg_err describe(const vg_reward *reward, vg_reward_draft *draft) {
    const linear *l = (const linear *)reward;
    vg_reward_put_floats(draft, "normaliser.mean", l->mean, l->width);
    vg_reward_put_floats(draft, "normaliser.scale", l->scale, l->width);
    vg_reward_put_floats(draft, "weights", l->weights, l->width);
    vg_reward_put_floats(draft, "action_weights", l->last, VG_CAR_ACTIONS);
    vg_reward_put_floats(draft, "bias", l->last + VG_CAR_ACTIONS, 1);
    return VG_OK;
}

static void destroy(vg_reward *reward) {
    linear *l = (linear *)reward;
    vg_sense_destroy(l->sense);
    vg_free(l->mean);
    vg_free(l);
}

static const vg_reward_ops ops = {evaluate, describe, destroy};

static vg_err check(const linear *l, vg_diag *diag) {
    for (int32_t i = 0; i < 3 * l->width; i++)
        if (!isfinite(l->mean[i]))
            return vg_fail(diag, VG_ERR_ARGUMENT, "a value of the reward is not finite");
    for (int32_t i = 0; i <= VG_CAR_ACTIONS; i++)
        if (!isfinite(l->last[i]))
            return vg_fail(diag, VG_ERR_ARGUMENT, "a value of the reward is not finite");
    return vg_reward_check(&l->base, diag);
}

vg_err vg_linear_create(const vg_linear_def *def, vg_reward **out, vg_diag *diag) {
    *out = NULL;
    linear *l = vg_new(linear, 1);
    if (!l) return vg_fail_memory(diag);
    l->base = (vg_reward){.ops = &ops,
                          .kind = "linear",
                          .discount = def->discount,
                          .terminal = def->terminal,
                          .absorbing = def->absorbing};
    vg_err err = vg_sense_create(def->sense, &l->sense, diag);
    if (!err) {
        l->base.sense = l->sense;
        l->width = vg_sense_size(l->sense);
        l->mean = vg_new(float, 3 * l->width); // and scale and weights behind it
        if (!l->mean) err = vg_fail_memory(diag);
    }
    if (!err) {
        size_t size = sizeof(float) * (size_t)l->width;
        l->scale = l->mean + l->width, l->weights = l->scale + l->width;
        memcpy(l->mean, def->mean, size);
        memcpy(l->scale, def->scale, size);
        memcpy(l->weights, def->weights, size);
        memcpy(l->last, def->action_weights, sizeof def->action_weights);
        l->last[VG_CAR_ACTIONS] = def->bias;
        err = check(l, diag);
    }
    if (err)
        destroy(&l->base);
    else
        *out = &l->base;
    return err;
}

vg_err vg_linear_read(const vg_safetensors *file, const char *path, vg_reward **out, vg_diag *diag) {
    vg_linear_def def = {.sense = vg_safetensors_text(file, "sense")};
    vg_sense *sense = NULL;
    const float *action = NULL, *bias = NULL;
    *out = NULL;
    if (!def.sense) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "sense", "is missing");
    vg_err err = vg_sense_create(def.sense, &sense, diag);
    int32_t width = err ? 0 : vg_sense_size(sense);
    if (!err) err = vg_reward_get_floats(file, path, "normaliser.mean", width, &def.mean, diag);
    if (!err) err = vg_reward_get_floats(file, path, "normaliser.scale", width, &def.scale, diag);
    if (!err) err = vg_reward_get_floats(file, path, "weights", width, &def.weights, diag);
    if (!err) err = vg_reward_get_floats(file, path, "action_weights", VG_CAR_ACTIONS, &action, diag);
    if (!err) err = vg_reward_get_floats(file, path, "bias", 1, &bias, diag);
    if (!err) err = vg_reward_get_number(file, path, "terminal", &def.terminal, diag);
    if (!err) err = vg_reward_get_number(file, path, "absorbing", &def.absorbing, diag);
    if (!err) err = vg_reward_get_number(file, path, "discount", &def.discount, diag);
    if (!err) {
        memcpy(def.action_weights, action, sizeof def.action_weights);
        def.bias = bias[0];
        err = vg_linear_create(&def, out, diag);
    }
    vg_sense_destroy(sense);
    return err;
}
