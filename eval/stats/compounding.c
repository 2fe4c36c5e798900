#include "eval/stats/compounding.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

// weights[k] of log costs[k] in the least-squares slope on log horizons.
static void slope_weights(const double *horizons, int32_t count, double *weights) {
    double mean = 0, square = 0;
    for (int32_t k = 0; k < count; k++) mean += vg_ln(horizons[k]) / count;
    for (int32_t k = 0; k < count; k++) {
        weights[k] = vg_ln(horizons[k]) - mean;
        square += weights[k] * weights[k];
    }
    for (int32_t k = 0; k < count; k++) weights[k] /= square;
}

double vg_growth_slope(const double *horizons, const double *costs, int32_t count) {
    double mean = 0, top = 0, bottom = 0;
    if (count < 2) return NAN;
    for (int32_t k = 0; k < count; k++) {
        if (!(costs[k] > 0)) return NAN;
        mean += vg_ln(horizons[k]) / count;
    }
    for (int32_t k = 0; k < count; k++) {
        double off = vg_ln(horizons[k]) - mean;
        top += off * vg_ln(costs[k]), bottom += off * off;
    }
    return top / bottom;
}

static vg_err check(const vg_growth_def *def, vg_diag *diag) {
    if (def->count < 2 || def->count > VG_HORIZONS_MOST || !def->horizons || !def->costs || !def->off ||
        def->seeds < 1 || def->units < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d horizons of %d seeds x %d units, expected 2 to %d of at least one each",
                       def->count, def->seeds, def->units, VG_HORIZONS_MOST);
    for (int32_t k = 0; k < def->count; k++)
        if (!(def->horizons[k] > (k ? def->horizons[k - 1] : 0)))
            return vg_fail(diag, VG_ERR_ARGUMENT, "horizon %d is %g s, expected rising ones above 0", k,
                           def->horizons[k]);
    return VG_OK;
}

// Whether the protocol lets a slope be fitted up to horizon k.
static bool may_fit(const vg_growth_def *def, int32_t k) {
    double last = def->off[def->count - 1];
    double seen = last > 0 ? (double)def->departures * def->off[k] / last : 0;
    return seen >= 20 - 1e-6 && def->off[k] <= 0.3;
}

// The slope over horizons [from, from + count) from its cells: its value plus its influence, sum over k of
// weight (cost_k of the cell / mean cost_k - 1).
static vg_err slope_estimate(const vg_growth_def *def, const vg_growth *growth, int32_t from, int32_t count,
                             double *cells, uint64_t seed, vg_estimate *out, vg_diag *diag) {
    double weights[VG_HORIZONS_MOST], slope = 0;
    int64_t size = (int64_t)def->seeds * def->units;
    slope_weights(def->horizons + from, count, weights);
    for (int32_t k = 0; k < count; k++) slope += weights[k] * vg_ln(growth->cost[from + k].value);
    for (int64_t c = 0; c < size; c++) {
        cells[c] = slope;
        for (int32_t k = 0; k < count; k++)
            cells[c] += weights[k] * (def->costs[(from + k) * size + c] / growth->cost[from + k].value - 1);
    }
    vg_crossed table = {cells, def->seeds, def->units, 1};
    return vg_crossed_mean(&table, VG_SCALE_PLAIN, seed, out, diag);
}

// a and b are linear in the costs: each cell has its own, and they are means over cells.
static vg_err parabola(const vg_growth_def *def, double *cells, uint64_t seed, vg_growth *out,
                       vg_diag *diag) {
    double t2 = 0, t3 = 0, t4 = 0;
    int64_t size = (int64_t)def->seeds * def->units;
    for (int32_t k = 0; k < def->count; k++) {
        double t = def->horizons[k];
        t2 += t * t, t3 += t * t * t, t4 += t * t * t * t;
    }
    double determinant = t2 * t4 - t3 * t3;
    vg_crossed table = {cells, def->seeds, def->units, 1};
    for (int which = 0; which < 2; which++) {
        for (int64_t c = 0; c < size; c++) {
            double y1 = 0, y2 = 0;
            for (int32_t k = 0; k < def->count; k++) {
                double t = def->horizons[k], cost = def->costs[k * size + c];
                y1 += t * cost, y2 += t * t * cost;
            }
            cells[c] = (which ? t2 * y2 - t3 * y1 : t4 * y1 - t3 * y2) / determinant;
        }
        double p;
        vg_err err = vg_crossed_test(&table, seed, which ? &out->b : &out->a, &p, diag);
        if (err) return err;
        if (which) out->b_p = out->b.value > 0 ? p / 2 : 1 - p / 2;
    }
    return VG_OK;
}

vg_err vg_growth_fit(const vg_growth_def *def, uint64_t seed, vg_growth *out, vg_diag *diag) {
    vg_err err = check(def, diag);
    if (err) return err;
    int64_t size = (int64_t)def->seeds * def->units;
    double *cells = vg_new(double, size);
    if (!cells) return vg_fail_memory(diag);
    *out = (vg_growth){.overall = vg_estimate_none};
    for (int32_t k = 0; !err && k < def->count; k++) {
        double t =
            def->horizons[k]; // a cost of at most 1 at any time: its share of the horizon is within [0, 1]
        for (int64_t c = 0; c < size; c++) cells[c] = def->costs[k * size + c] / t;
        vg_crossed table = {cells, def->seeds, def->units, 1};
        vg_estimate share;
        err = vg_crossed_mean(&table, VG_SCALE_RATE, seed, &share, diag);
        out->cost[k] = (vg_estimate){share.value * t, share.low * t, share.high * t};
    }
    int32_t first = -1, last = -1; // what may be fitted is one run: departures only grow
    for (int32_t k = 0; !err && k + 1 < def->count; k++) {
        out->slope[k] = vg_estimate_none;
        if (!(out->cost[k].value > 0)) continue;
        out->fit[k] = may_fit(def, k + 1);
        if (out->fit[k]) first = first < 0 ? k : first, last = k + 1;
        err = slope_estimate(def, out, k, 2, cells, seed, &out->slope[k], diag);
    }
    if (!err && first >= 0)
        err = slope_estimate(def, out, first, last - first + 1, cells, seed, &out->overall, diag);
    if (!err) err = parabola(def, cells, seed, out, diag);
    vg_free(cells);
    return err;
}
