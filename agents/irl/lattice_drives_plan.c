// agents/irl/lattice_drives_plan.c -- planning from the starts of recorded drives, group beside group.
#include <math.h>
#include <stdlib.h>

#include "agents/irl/lattice_drives.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

// What one group gives; groups are worked on side by side, and summed in their order.
typedef struct share {
    double log_z;
    vg_lattice_planned planned;
    vg_diag diag;
} share;

typedef struct work {
    const vg_lattice_drives *drives;
    vg_lattice_reward reward;
    double margin;
    int32_t threads; // groups are worked on side by side; a station's states are too little work for that
    share *shares;   // [group_count]
} work;

typedef vg_err (*group_fn)(const work *w, const vg_lattice_group *group, double *values, share *out);

static vg_err expect_group(const work *w, const vg_lattice_group *g, double *values, share *out) {
    vg_err err = vg_lattice_soft(g->lattice, g->span, &w->reward, values, &out->diag);
    for (int32_t s = 0; s < VG_LATTICE_STATES && !err; s++)
        if (g->starts[s] > 0) out->log_z += g->starts[s] * values[s];
    if (err) return err;
    return vg_lattice_occupancy(g->lattice, g->span, &w->reward, values, g->starts, out->planned.features,
                                NULL, &out->diag);
}

double vg_lattice_step_loss(int32_t offset, int32_t speed, int32_t driven) {
    double across = (offset - vg_lattice_offset(driven)) / 5.0,
           faster = (speed - vg_lattice_speed(driven)) / 4.0;
    return fmin(across * across + faster * faster, 1);
}

static void fill_extra(const vg_lattice_group *g, const int32_t *path, double margin, double *extra) {
    for (int32_t i = 0; i <= g->span.steps; i++)
        for (int32_t o = 0; o < VG_LATTICE_OFFSETS; o++)
            for (int32_t v = 0; v < VG_LATTICE_SPEEDS; v++)
                *extra++ = margin * vg_lattice_step_loss(o, v, path[i]);
}

static void add_path(const work *w, const vg_lattice_group *g, const int32_t *driven, const int32_t *path,
                     share *out) {
    double f[VG_DRIVING_COUNT];
    vg_lattice_path_features(g->lattice, g->span, path, f);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        out->planned.features[k] += f[k];
        out->planned.reward -= w->reward.theta[k] * f[k];
    }
    for (int32_t i = 1; i <= g->span.steps; i++)
        out->planned.loss +=
            vg_lattice_step_loss(vg_lattice_offset(path[i]), vg_lattice_speed(path[i]), driven[i]);
}

static vg_err plan_group(const work *w, const vg_lattice_group *g, double *values, share *out) {
    int64_t length = g->span.steps + 1;
    uint8_t *best = vg_new(uint8_t, (int64_t)g->span.steps * VG_LATTICE_STATES);
    int32_t *path = vg_new(int32_t, length);
    double *extra = vg_new(double, length *VG_LATTICE_OFFSETS *VG_LATTICE_SPEEDS);
    vg_err err = best && path && extra ? VG_OK : vg_fail_memory(&out->diag);
    vg_lattice_reward reward = w->reward;
    if (w->margin > 0) reward.extra = extra;
    for (int32_t i = 0; i < g->count && !err; i++) {
        const int32_t *driven = g->paths + i * length;
        if (w->margin > 0) fill_extra(g, driven, w->margin, extra);
        if (i == 0 || w->margin > 0)
            err = vg_lattice_hard(g->lattice, g->span, &reward, values, best, &out->diag);
        if (!err) err = vg_lattice_best_path(g->span, values, best, driven[0], path, &out->diag);
        if (!err) add_path(w, g, driven, path, out);
    }
    vg_free(best);
    vg_free(path);
    vg_free(extra);
    return err;
}

typedef struct call {
    work *work;
    group_fn fn;
} call;

static vg_err run_group(void *context, int64_t block, int64_t begin, int64_t end) {
    const call *c = context;
    (void)begin, (void)end;
    const vg_lattice_group *g = &c->work->drives->groups[block];
    share *out = &c->work->shares[block];
    double *values = vg_new(double, (int64_t)(g->span.steps + 1) * VG_LATTICE_STATES);
    vg_err err = values ? c->fn(c->work, g, values, out) : vg_fail_memory(&out->diag);
    vg_free(values);
    return err;
}

static vg_err run(work *w, group_fn fn, share *sum, vg_diag *diag) {
    int32_t count = w->drives->group_count;
    *sum = (share){0};
    w->shares = vg_new(share, count);
    if (!w->shares) return vg_fail_memory(diag);
    vg_err err = vg_blocks_run(count, 1, w->threads, run_group, &(call){w, fn});
    for (int32_t i = 0; i < count && !err; i++) {
        const share *s = &w->shares[i];
        sum->log_z += s->log_z;
        sum->planned.reward += s->planned.reward, sum->planned.loss += s->planned.loss;
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) sum->planned.features[k] += s->planned.features[k];
    }
    for (int32_t i = count - 1; i >= 0 && err && diag; i--)
        if (w->shares[i].diag.code) *diag = w->shares[i].diag;
    vg_free(w->shares);
    return err;
}

static work work_of(const vg_lattice_drives *drives, const double theta[VG_DRIVING_COUNT], double margin,
                    int32_t threads) {
    work w = {.drives = drives, .margin = margin, .threads = threads, .reward.threads = 1};
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) w.reward.theta[k] = theta[k];
    return w;
}

vg_err vg_lattice_drives_expect(const vg_lattice_drives *drives, const double theta[VG_DRIVING_COUNT],
                                int32_t threads, double *log_z, double features[VG_DRIVING_COUNT],
                                vg_diag *diag) {
    work w = work_of(drives, theta, 0, threads);
    share sum;
    vg_err err = run(&w, expect_group, &sum, diag);
    *log_z = sum.log_z;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) features[k] = sum.planned.features[k];
    return err;
}

vg_err vg_lattice_drives_plan(const vg_lattice_drives *drives, const double theta[VG_DRIVING_COUNT],
                              double margin, int32_t threads, vg_lattice_planned *planned, vg_diag *diag) {
    work w = work_of(drives, theta, margin, threads);
    share sum;
    vg_err err = run(&w, plan_group, &sum, diag);
    *planned = sum.planned;
    return err;
}
