#include "agents/rewards/progress.h"

#include <math.h>

#include "agents/rewards/reward_draft.h"
#include "sim/base/memory.h"

typedef struct progress {
    vg_reward base;
    vg_progress_def def;
} progress;

vg_progress_def vg_progress_default(void) {
    return (vg_progress_def){.progress = 0.1, .offset = 0.1, .off_road = 10, .discount = 0.99};
}

static void evaluate(const vg_reward *reward, const vg_reward_view *view, double *out) {
    const vg_progress_def *def = &((const progress *)reward)->def;
    vg_world_view cars = vg_world_get(view->world);
    for (int32_t i = 0; i < view->count; i++) {
        const vg_road *road = vg_world_road(view->world, i);
        vg_road_point here = vg_road_at(road, cars.s[i]);
        double offset = (double)cars.offset[i], share = offset / (offset > 0 ? here.left : here.right);
        out[i] = def->progress * vg_road_between(road, view->s[i], cars.s[i]) - def->offset * share * share;
    }
}

static vg_err describe(const vg_reward *reward, vg_reward_draft *draft) {
    const vg_progress_def *def = &((const progress *)reward)->def;
    vg_reward_put_number(draft, "progress", def->progress);
    vg_reward_put_number(draft, "offset", def->offset);
    return VG_OK;
}

static void destroy(vg_reward *reward) { vg_free(reward); }

static const vg_reward_ops ops = {evaluate, describe, destroy};

vg_err vg_progress_create(const vg_progress_def *def, vg_reward **out, vg_diag *diag) {
    *out = NULL;
    if (!isfinite(def->progress) || !isfinite(def->offset))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, isfinite(def->progress) ? "offset" : "progress",
                          "is not finite");
    progress *p = vg_new(progress, 1);
    if (!p) return vg_fail_memory(diag);
    *p = (progress){.base = {.ops = &ops,
                             .kind = "progress",
                             .discount = def->discount,
                             .terminal = -def->off_road,
                             .absorbing = def->absorbing},
                    .def = *def};
    vg_err err = vg_reward_check(&p->base, diag);
    if (err)
        destroy(&p->base);
    else
        *out = &p->base;
    return err;
}

vg_err vg_progress_read(const vg_safetensors *file, const char *path, vg_reward **out, vg_diag *diag) {
    vg_progress_def def = {0};
    double terminal = 0;
    vg_err err = vg_reward_get_number(file, path, "progress", &def.progress, diag);
    if (!err) err = vg_reward_get_number(file, path, "offset", &def.offset, diag);
    if (!err) err = vg_reward_get_number(file, path, "terminal", &terminal, diag);
    if (!err) err = vg_reward_get_number(file, path, "absorbing", &def.absorbing, diag);
    if (!err) err = vg_reward_get_number(file, path, "discount", &def.discount, diag);
    def.off_road = -terminal;
    return err ? err : vg_progress_create(&def, out, diag);
}
