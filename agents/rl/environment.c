#include "agents/rl/environment.h"

#include <math.h>
#include <stddef.h>

#include "sim/base/blocks.h"

typedef struct work {
    const vg_environment *env;
    uint32_t round;
    const float *actions;
    const vg_step *out;
} work;

static vg_err begin_block(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)end;
    const work *w = context;
    float *seen = w->out->seen + begin * w->env->observation;
    return w->env->begin(w->env->context, block, w->round, seen, NULL);
}

vg_err vg_environment_begin(const vg_environment *env, uint32_t round, int32_t threads, float *seen,
                            vg_diag *diag) {
    vg_step out = {.seen = seen};
    work w = {.env = env, .round = round, .out = &out};
    vg_err err = vg_blocks_run(env->count, env->block, threads, begin_block, &w);
    return err == VG_ERR_MEMORY ? vg_fail_memory(diag)
           : err                ? vg_fail(diag, err, "round %u cannot begin", round)
                                : VG_OK;
}

static vg_err step_block(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)end;
    const work *w = context;
    vg_step out = {w->out->seen + begin * w->env->observation, w->out->last + begin * w->env->observation,
                   w->out->rewards + begin, w->out->ending + begin};
    return w->env->step(w->env->context, block, w->actions + begin * w->env->actions, &out, NULL);
}

vg_err vg_environment_step(const vg_environment *env, int32_t threads, const float *actions, vg_step *out,
                           vg_diag *diag) {
    for (int64_t i = 0; i < (int64_t)env->count * env->actions; i++)
        if (isnan(actions[i]))
            return vg_fail(diag, VG_ERR_ARGUMENT, "the action of lane %lld is not a number",
                           (long long)(i / env->actions));
    work w = {.env = env, .actions = actions, .out = out};
    vg_err err = vg_blocks_run(env->count, env->block, threads, step_block, &w);
    return err ? vg_fail(diag, err, "a step failed") : VG_OK;
}
