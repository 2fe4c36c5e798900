// agents/drive/rollout_run.c -- a rollout's blocks driven in parallel, and put together.
#include "agents/drive/rollout_private.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

static void first_failure(const vg_rollout_plan *plan, int64_t blocks, vg_err err, vg_diag *diag) {
    for (int64_t b = 0; diag && b < blocks; b++)
        if (plan->diags[b].code == err) {
            *diag = plan->diags[b];
            return;
        }
}

static vg_err run_blocks(vg_rollout_plan *plan, vg_rollout *out, vg_diag *diag) {
    const vg_rollout_def *def = plan->def;
    int64_t blocks = vg_blocks_count(out->count, VG_ROLLOUT_BLOCK);
    vg_err err = vg_rollout_open_paces(plan, diag);
    out->episodes = vg_new(vg_episode, out->count);
    out->trace = def->trace ? vg_new(vg_trace_point, (int64_t)out->count * out->samples) : NULL;
    plan->diags = vg_new(vg_diag, blocks);
    plan->asked = vg_new(int64_t, blocks);
    if (!err && (!out->episodes || !plan->diags || !plan->asked || (def->trace && !out->trace)))
        err = vg_fail_memory(diag);
    if (!err) {
        err = vg_blocks_run(out->count, VG_ROLLOUT_BLOCK, def->threads, vg_rollout_drive_block, plan);
        if (err) first_failure(plan, blocks, err, diag);
        for (int64_t b = 0; b < blocks; b++) out->actions += plan->asked[b];
    }
    vg_free(plan->diags);
    vg_free(plan->asked);
    vg_rollout_close_paces(plan);
    return err;
}

vg_err vg_rollout_run_watched(const vg_rollout_def *def, const vg_rollout_watch *watch, vg_rollout *out,
                              vg_diag *diag) {
    *out = (vg_rollout){0};
    vg_rollout_plan plan;
    vg_err err = vg_rollout_plan_make(def, &plan, diag);
    if (!err) err = vg_policy_check_roads(def->policy, def->roads, def->road_count, diag);
    if (err) return err;
    plan.out = out, plan.watch = watch;
    if (watch) plan.labeller = watch->labeller;
    out->count = def->road_count * def->starts;
    out->tick_seconds = plan.tick;
    out->action_seconds = plan.action;
    out->sample_seconds = plan.action * plan.stride;
    out->samples = def->trace ? plan.actions / plan.stride + 1 : 0;
    err = run_blocks(&plan, out, diag);
    if (err) vg_rollout_free(out);
    return err;
}

vg_err vg_rollout_run(const vg_rollout_def *def, vg_rollout *out, vg_diag *diag) {
    return vg_rollout_run_watched(def, NULL, out, diag);
}
