// agents/drive/rollout_run.c -- a rollout's blocks driven in parallel, and put together.
#include <string.h>

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

// --- among ranks -------------------------------------------------------------------------------------------

static void bounds(const vg_rollout_plan *plan, int64_t block, int64_t *begin, int64_t *count) {
    *begin = block * VG_ROLLOUT_BLOCK;
    *count = plan->out->count - *begin < VG_ROLLOUT_BLOCK ? plan->out->count - *begin : VG_ROLLOUT_BLOCK;
}

// A block, and for rank 0 its rows and traces as they lie in memory: all ranks are the same program.
static vg_err drive_piece(void *context, int64_t block, vg_text *result, vg_diag *diag) {
    vg_rollout_plan *plan = context;
    vg_rollout *out = plan->out;
    int64_t begin, count;
    bounds(plan, block, &begin, &count);
    vg_err err = vg_rollout_drive_block(plan, block, begin, begin + count);
    if (err) *diag = plan->diags[block];
    if (err || !result) return err;
    vg_text_bytes(result, &plan->asked[block], sizeof plan->asked[block]);
    vg_text_bytes(result, out->episodes + begin, count * (int64_t)sizeof *out->episodes);
    if (out->trace)
        vg_text_bytes(result, out->trace + begin * out->samples,
                      count * out->samples * (int64_t)sizeof *out->trace);
    if (plan->def->pack) plan->def->pack(plan->def->pack_context, begin, count, result);
    return VG_OK;
}

static vg_err take_block(void *context, int64_t block, const char *bytes, int64_t size, vg_diag *diag) {
    vg_rollout_plan *plan = context;
    vg_rollout *out = plan->out;
    int64_t begin, count;
    bounds(plan, block, &begin, &count);
    int64_t rows = count * (int64_t)sizeof *out->episodes;
    int64_t points = out->trace ? count * out->samples * (int64_t)sizeof *out->trace : 0;
    int64_t own = (int64_t)sizeof plan->asked[block] + rows + points;
    if (plan->def->unpack ? size < own : size != own)
        return vg_fail(diag, VG_ERR_IO, "a rank sent %lld bytes of a block of episodes", (long long)size);
    memcpy(&plan->asked[block], bytes, sizeof plan->asked[block]);
    memcpy(out->episodes + begin, bytes + sizeof plan->asked[block], (size_t)rows);
    if (points)
        memcpy(out->trace + begin * out->samples, bytes + sizeof plan->asked[block] + rows, (size_t)points);
    if (plan->def->unpack)
        return plan->def->unpack(plan->def->pack_context, begin, count, bytes + own, size - own, diag);
    return VG_OK;
}

// --- all blocks --------------------------------------------------------------------------------------------

static vg_err run_all(vg_rollout_plan *plan, int64_t blocks, vg_diag *diag) {
    const vg_rollout_def *def = plan->def;
    if (vg_ranks_many(def->ranks) && !plan->watch)
        return vg_ranks_run(def->ranks, blocks, def->threads, drive_piece, take_block, plan, diag);
    vg_err err =
        vg_blocks_run(plan->out->count, VG_ROLLOUT_BLOCK, def->threads, vg_rollout_drive_block, plan);
    if (err) first_failure(plan, blocks, err, diag);
    return err;
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
        err = run_all(plan, blocks, diag);
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
