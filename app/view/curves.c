#include "app/view/curves.h"

#include <math.h>
#include <stdio.h>

#include "eval/stats/quantile.h"
#include "eval/stats/survival.h"
#include "sim/base/memory.h"

enum { POINTS = 481 };

static double end_of(const vg_view_drive *drive) { return drive->moments[drive->count - 1].t; }

// Whether a drive has a drift at t, and its value.
static bool drift_at(const vg_view_drive *drive, double t, float *drift) {
    if (drive->off_time >= 0 && t >= drive->off_time) {
        *drift = 1;
        return true;
    }
    if (t > end_of(drive)) return false;
    *drift = fminf(1, fabsf(drive->level[vg_view_moment_at(drive, t)]));
    return true;
}

static vg_err make_drift(const vg_view_group *group, vg_view_curves *c, vg_diag *diag) {
    float *drift = vg_new(float, group->drive_count);
    if (!drift) return vg_fail_memory(diag);
    for (int32_t k = 0; k < c->count; k++) {
        int64_t n = 0;
        for (int32_t d = 0; d < group->drive_count; d++) n += drift_at(&group->drives[d], c->t[k], &drift[n]);
        c->q50[k] = n ? vg_quantile(drift, n, 0.5) : NAN;
        c->q90[k] = n ? vg_quantile(drift, n, 0.9) : NAN;
        c->q99[k] = n ? vg_quantile(drift, n, 0.99) : NAN;
    }
    vg_free(drift);
    return VG_OK;
}

static vg_err make_alive(const vg_view_group *group, vg_view_curves *c, double horizon, vg_diag *diag) {
    vg_life *lives = vg_new(vg_life, group->drive_count);
    vg_estimate *alive = vg_new(vg_estimate, c->count);
    vg_err err = lives && alive ? VG_OK : vg_fail_memory(diag);
    for (int32_t d = 0; d < group->drive_count && !err; d++) {
        const vg_view_drive *drive = &group->drives[d];
        lives[d] = drive->off_time >= 0
                       ? (vg_life){drive->off_time, drive->hit ? VG_CAUSE_COLLISION : VG_CAUSE_OFF_ROAD}
                   : drive->stall_time >= 0 ? (vg_life){drive->stall_time, VG_CAUSE_STALLED}
                                            : (vg_life){end_of(drive), VG_CAUSE_NONE};
        lives[d].time = fmax(lives[d].time, 1e-3);
    }
    vg_lives all = {lives, 1, group->drive_count, 1, horizon};
    if (!err) err = vg_survival_curve(&all, c->t, c->count, alive, diag);
    for (int32_t k = 0; k < c->count && !err; k++)
        c->alive[k] = alive[k].value, c->low[k] = alive[k].low, c->high[k] = alive[k].high;
    c->banded = group->drive_count >= VG_VIEW_BANDED;
    vg_free(lives);
    vg_free(alive);
    return err;
}

vg_err vg_view_curves_make(vg_view_group *group, vg_diag *diag) {
    vg_view_curves *c = &group->curves;
    double horizon = 1e-3;
    for (int32_t d = 0; d < group->drive_count; d++) horizon = fmax(horizon, end_of(&group->drives[d]));
    vg_err err = vg_view_curves_take(c, POINTS, diag);
    if (err) return err;
    for (int32_t k = 0; k < POINTS; k++) c->t[k] = horizon * k / (POINTS - 1);
    snprintf(c->about, sizeof c->about, "%d drive%s", group->drive_count, group->drive_count == 1 ? "" : "s");
    err = make_drift(group, c, diag);
    return err ? err : make_alive(group, c, horizon, diag);
}

int32_t vg_view_curves_at(const vg_view_curves *c, double t) {
    int32_t low = 0, high = c->count;
    while (high - low > 1) {
        int32_t middle = low + (high - low) / 2;
        if (c->t[middle] <= t)
            low = middle;
        else
            high = middle;
    }
    return low;
}
