#include "eval/score/arm_drift.h"

#include <math.h>

#include "eval/stats/quantile.h"
#include "eval/stats/statistics.h"
#include "sim/base/memory.h"

static float metres_of(const vg_trace_point *p) {
    if (p->ended) return NAN;
    float off = fabsf(p->offset - p->reference);
    return p->departed || off > p->edge ? p->edge : off;
}

static float share_of(const vg_trace_point *p) {
    if (p->ended) return NAN;
    float share = fabsf(p->offset - p->reference) / p->edge;
    return p->departed || share > 1 ? 1 : share;
}

static void fill_values(const vg_arm_table *t, float (*drift)(const vg_trace_point *)) {
    int64_t n = (int64_t)vg_arm_episodes(t) * t->samples;
    for (int32_t s = 0; s < t->seeds; s++)
        for (int64_t i = 0; i < n; i++) t->values[s * n + i] = drift(&t->arm->seeds[s].rollout->trace[i]);
}

// The quantile of the values that are not NaN. Reorders them.
static vg_curve_point quantiles(float *values, int64_t count, double at) {
    int64_t n = 0;
    for (int64_t i = 0; i < count; i++)
        if (!isnan(values[i])) values[n++] = values[i];
    if (n == 0) return (vg_curve_point){at, NAN, NAN, NAN};
    return (vg_curve_point){at, vg_quantile(values, n, 0.5), vg_quantile(values, n, 0.9),
                            vg_quantile(values, n, 0.99)};
}

// values hold shares: computes their means, by cell and by seed.
static void drift_means(const vg_arm_table *t, vg_arm_drift *out) {
    int64_t each = (int64_t)t->each * t->samples;
    for (int32_t s = 0; s < t->seeds; s++) {
        double all = 0;
        int64_t all_n = 0;
        for (int32_t c = s * t->units; c < (s + 1) * t->units; c++) {
            double sum = 0;
            int64_t n = 0;
            for (int64_t i = c * each; i < (c + 1) * each; i++)
                if (!isnan(t->values[i])) sum += t->values[i], n++;
            out->cells[c] = n ? sum / (double)n : NAN;
            all += sum, all_n += n;
        }
        out->seeds[s] = all_n ? all / (double)all_n : NAN;
    }
}

vg_err vg_arm_drift_all(const vg_arm_table *t, vg_arm_drift *out) {
    static const double wanted[] = {0.5, 0.9, 0.99};
    int64_t each = (int64_t)t->each * t->samples;
    fill_values(t, metres_of);
    vg_err err = vg_crossed_quantiles(t->values, t->seeds, t->units, each, wanted, 3, out->metres, t->diag);
    if (err) return err;
    fill_values(t, share_of);
    drift_means(t, out);
    vg_curve_point all = quantiles(t->values, vg_arm_cells(t) * each, 0);
    out->share[0] = all.q50, out->share[1] = all.q90, out->share[2] = all.q99;
    return VG_OK;
}

void vg_arm_drift_by_time(const vg_arm_table *t, const double *times, vg_curve_point *out) {
    for (int32_t k = 0; k < t->samples; k++) {
        int64_t n = 0;
        for (int32_t s = 0; s < t->seeds; s++)
            for (int32_t e = 0; e < vg_arm_episodes(t); e++)
                t->values[n++] = share_of(&vg_arm_trace(t, s, e)[k]);
        out[k] = quantiles(t->values, n, times[k]);
    }
}

// How far way_drift reaches: the distance that half of the cars that stay on the road to the end reach.
// Farther out, the departed cars would outnumber the few fast ones. If all cars depart: the distance of the
// farthest.
static double way_reach(const vg_arm_table *t) {
    int64_t n = 0;
    float farthest = 0;
    for (int32_t s = 0; s < t->seeds; s++) {
        for (int32_t e = 0; e < vg_arm_episodes(t); e++) {
            const vg_trace_point *last = &vg_arm_trace(t, s, e)[t->samples - 1];
            if (last->progress > farthest) farthest = last->progress;
            if (!last->departed) t->values[n++] = last->progress;
        }
    }
    return n ? quantiles(t->values, n, 0).q50 : farthest;
}

// One value for each car and point: the car's drift when it is first seen at or beyond the point. From its
// departure a car counts as at the edge; a car whose time or road is over no longer counts.
vg_err vg_arm_drift_by_way(const vg_arm_table *t, vg_curve_point *out) {
    int64_t cars = (int64_t)t->seeds * vg_arm_episodes(t);
    double reach = way_reach(t);
    float *shares = vg_new(float, VG_WAY_POINTS *cars);
    if (!shares) return vg_fail_memory(t->diag);
    for (int64_t i = 0; i < VG_WAY_POINTS * cars; i++) shares[i] = NAN;
    for (int64_t car = 0; car < cars; car++) {
        const vg_trace_point *p =
            vg_arm_trace(t, (int32_t)(car / vg_arm_episodes(t)), (int32_t)(car % vg_arm_episodes(t)));
        int32_t b = 0;
        for (int32_t k = 0; k < t->samples && (p[k].departed || !p[k].ended); k++)
            while (b < VG_WAY_POINTS && (p[k].departed || p[k].progress >= reach * b / (VG_WAY_POINTS - 1)))
                shares[b++ * cars + car] = p[k].departed ? 1 : share_of(&p[k]);
    }
    for (int32_t b = 0; b < VG_WAY_POINTS; b++)
        out[b] = quantiles(&shares[b * cars], cars, reach * b / (VG_WAY_POINTS - 1));
    vg_free(shares);
    return VG_OK;
}
