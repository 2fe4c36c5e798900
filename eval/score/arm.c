#include "eval/score/arm.h"

#include "sim/base/memory.h"

static vg_err check(const vg_arm *arm, vg_diag *diag) {
    if (arm->seed_count < 1 || arm->roads < 1 || arm->starts < 1 || !(arm->horizon > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d seeds, %d roads, %d starts and %g s: each must be above 0",
                       arm->seed_count, arm->roads, arm->starts, arm->horizon);
    const vg_rollout *first = arm->seeds[0].rollout;
    for (int32_t s = 0; s < arm->seed_count; s++) {
        const vg_rollout *r = arm->seeds[s].rollout;
        if (!r || !r->trace || r->samples < 1 || !(r->sample_seconds > 0))
            return vg_fail(diag, VG_ERR_ARGUMENT, "seed %d has no rollout with a trace", s);
        if (r->count != (int64_t)arm->roads * arm->starts || r->samples != first->samples ||
            r->sample_seconds != first->sample_seconds)
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "seed %d: %d episodes of %d samples, expected %d x %d of %d", s, r->count,
                           r->samples, arm->roads, arm->starts, first->samples);
    }
    return VG_OK;
}

vg_err vg_arm_open(const vg_arm *arm, vg_arm_table *out, vg_diag *diag) {
    *out = (vg_arm_table){.arm = arm, .diag = diag};
    vg_err err = check(arm, diag);
    if (err) return err;
    out->samples = arm->seeds[0].rollout->samples;
    out->sample_seconds = arm->seeds[0].rollout->sample_seconds;
    out->seeds = arm->seed_count;
    out->units = arm->roads >= 2 ? arm->roads : arm->starts;
    out->each = arm->roads >= 2 ? arm->starts : 1;
    int64_t cells = vg_arm_cells(out);
    out->values = vg_new(float, cells * out->each * out->samples);
    out->cells = vg_new(double, cells), out->below = vg_new(double, cells);
    if (out->values && out->cells && out->below) return VG_OK;
    vg_arm_close(out);
    return vg_fail_memory(diag);
}

void vg_arm_close(vg_arm_table *table) {
    vg_free(table->values), vg_free(table->cells), vg_free(table->below);
    *table = (vg_arm_table){0};
}

const vg_episode *vg_arm_episode(const vg_arm_table *table, int32_t seed, int32_t episode) {
    return &table->arm->seeds[seed].rollout->episodes[episode];
}

const vg_trace_point *vg_arm_trace(const vg_arm_table *table, int32_t seed, int32_t episode) {
    return &table->arm->seeds[seed].rollout->trace[(int64_t)episode * table->samples];
}

int32_t vg_arm_episodes(const vg_arm_table *table) { return table->units * table->each; }
int32_t vg_arm_cells(const vg_arm_table *table) { return table->seeds * table->units; }

vg_crossed vg_arm_crossed(const vg_arm_table *table, const double *cells) {
    return (vg_crossed){cells, table->seeds, table->units, table->each};
}
