#include "agents/nets/adam.h"

#include "sim/base/memory.h"

vg_adam_def vg_adam_default(void) {
    return (vg_adam_def){.rate = 1e-3, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .decayed = -1};
}

vg_err vg_adam_create(const vg_adam_def *def, int64_t count, vg_adam *out, vg_diag *diag) {
    *out = (vg_adam){0};
    if (!(def->rate > 0 && def->rate < 1e6) || !(def->epsilon > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT, "rate %g and epsilon %g must be positive", def->rate,
                       def->epsilon);
    if (!(def->beta1 >= 0 && def->beta1 < 1 && def->beta2 >= 0 && def->beta2 < 1))
        return vg_fail(diag, VG_ERR_ARGUMENT, "beta1 %g and beta2 %g must be in [0, 1)", def->beta1,
                       def->beta2);
    if (!(def->decay >= 0) || !(def->clip >= 0))
        return vg_fail(diag, VG_ERR_ARGUMENT, "decay %g and clip %g must be 0 or more", def->decay,
                       def->clip);
    vg_adam adam = {
        .def = *def, .kernel = VG_HOT_PICK(vg_net_kernel), .count = count, .power1 = 1, .power2 = 1};
    adam.first = vg_new(float, count);
    adam.second = vg_new(float, count);
    if (!adam.first || !adam.second) {
        vg_adam_destroy(&adam);
        return vg_fail_memory(diag);
    }
    *out = adam;
    return VG_OK;
}

void vg_adam_destroy(vg_adam *adam) {
    vg_free(adam->first);
    vg_free(adam->second);
    *adam = (vg_adam){0};
}

static float clip_factor(const vg_adam *adam, const float *gradient) {
    if (adam->def.clip <= 0) return 1.0f;
    double norm = __builtin_sqrt(adam->kernel->square_sum(gradient, adam->count));
    return norm > adam->def.clip ? (float)(adam->def.clip / norm) : 1.0f;
}

void vg_adam_step(vg_adam *adam, const float *gradient, float *parameters) {
    const vg_adam_def *def = &adam->def;
    adam->step++;
    adam->power1 *= def->beta1;
    adam->power2 *= def->beta2;
    vg_net_adam scalars = {.beta1 = (float)def->beta1,
                           .rest1 = (float)(1.0 - def->beta1),
                           .beta2 = (float)def->beta2,
                           .rest2 = (float)(1.0 - def->beta2),
                           .rate = (float)(def->rate / (1.0 - adam->power1)),
                           .scale = (float)(1.0 / __builtin_sqrt(1.0 - adam->power2)),
                           .epsilon = (float)def->epsilon,
                           .keep = (float)(1.0 - def->rate * def->decay),
                           .clip = clip_factor(adam, gradient)};
    int64_t decayed = def->decayed < 0 || def->decayed > adam->count ? adam->count : def->decayed;
    adam->kernel->adam(&scalars, gradient, decayed, parameters, adam->first, adam->second);
    scalars.keep = 1.0f;
    adam->kernel->adam(&scalars, gradient + decayed, adam->count - decayed, parameters + decayed,
                       adam->first + decayed, adam->second + decayed);
}
