// agents/drive/rollout_run.c -- a rollout's blocks driven in parallel, and put together.
#include "agents/drive/reference_line.h"
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

// The pace on each road: the reference's, else a careful driver's, which are made here.
typedef struct paces {
    const vg_pace **of; // [count]
    vg_pace *made;      // [count] zeroed where the reference has one
    int32_t count;
} paces;

static vg_err open_paces(const vg_rollout_plan *plan, paces *p, vg_diag *diag) {
    const vg_rollout_def *def = plan->def;
    *p = (paces){vg_new(const vg_pace *, def->road_count), vg_new(vg_pace, def->road_count), def->road_count};
    vg_err err = p->of && p->made ? VG_OK : vg_fail_memory(diag);
    for (int32_t i = 0; i < p->count && !err; i++) {
        p->of[i] = vg_reference_pace(def->reference, i);
        if (p->of[i]) continue;
        err = vg_pace_careful(def->roads[i], &plan->car, &p->made[i], diag);
        p->of[i] = &p->made[i];
    }
    return err;
}

static void close_paces(paces *p) {
    for (int32_t i = 0; p->made && i < p->count; i++) vg_pace_free(&p->made[i]);
    vg_free(p->made);
    vg_free(p->of);
}

static vg_err run_blocks(vg_rollout_plan *plan, vg_rollout *out, vg_diag *diag) {
    const vg_rollout_def *def = plan->def;
    int64_t blocks = vg_blocks_count(out->count, VG_ROLLOUT_BLOCK);
    paces paces;
    vg_err err = open_paces(plan, &paces, diag);
    plan->pace = paces.of;
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
    close_paces(&paces);
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
