#include "eval/stats/growth_law.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// lambda times the longest horizon is looked for here: from a hundredth of an e-folding on. A cost that grows
// by more than exp(60) has left every bound long before.
static const double FOLDINGS_LEAST = 0.01, FOLDINGS_MOST = 60;
enum { GRID = 64, GOLDEN_STEPS = 16, QUANTITIES = 3 };
static const double SMALLEST = 1e-9; // of a mean squared residual: below, both laws are exact

// The horizons that are fitted, and what does not change from resample to resample.
typedef struct fitting {
    int32_t count;
    double horizons[VG_HORIZONS_MOST], log_horizons[VG_HORIZONS_MOST];
    double grid[GRID];                     // lambda
    double shapes[GRID][VG_HORIZONS_MOST]; // ln((exp(lambda T) - 1) / lambda)
} fitting;

typedef struct fit {
    double order, rate, evidence;
} fit;

const char *vg_growth_verdict_words(vg_growth_verdict verdict) {
    static const char *const words[] = {
#define X(name, text) text,
        VG_GROWTH_VERDICTS(X)
#undef X
    };
    return words[verdict];
}

vg_growth_law vg_growth_law_none(void) {
    return (vg_growth_law){
        VG_GROWTH_CANNOT_TELL, vg_estimate_none, vg_estimate_none, vg_estimate_none, NAN, NAN};
}

// --- one fit -----------------------------------------------------------------------------------------------

static double shape_at(double rate, double horizon) {
    double x = rate * horizon;
    return x > 30 ? x - vg_ln(rate) : vg_ln(vg_expm1(x) / rate);
}

// Mean squared residual of y = a constant + shape.
static double residual(const double *y, const double *shape, int32_t count) {
    double mean = 0, square = 0;
    for (int32_t k = 0; k < count; k++) mean += (y[k] - shape[k]) / count;
    for (int32_t k = 0; k < count; k++) square += (y[k] - shape[k] - mean) * (y[k] - shape[k] - mean);
    return square / count;
}

static double residual_at(const fitting *f, const double *y, double rate) {
    double shape[VG_HORIZONS_MOST];
    for (int32_t k = 0; k < f->count; k++) shape[k] = shape_at(rate, f->horizons[k]);
    return residual(y, shape, f->count);
}

static double residual_of_polynomial(const fitting *f, const double *y, double *order) {
    double x_mean = 0, y_mean = 0, both = 0, square = 0, shape[VG_HORIZONS_MOST];
    for (int32_t k = 0; k < f->count; k++) x_mean += f->log_horizons[k] / f->count, y_mean += y[k] / f->count;
    for (int32_t k = 0; k < f->count; k++) {
        both += (f->log_horizons[k] - x_mean) * (y[k] - y_mean);
        square += (f->log_horizons[k] - x_mean) * (f->log_horizons[k] - x_mean);
    }
    *order = both / square;
    for (int32_t k = 0; k < f->count; k++) shape[k] = *order * f->log_horizons[k];
    return residual(y, shape, f->count);
}

// The best lambda: on the grid, then by golden section between its neighbours. A lambda that does no better
// than the linear law J = c T is 0.
static double residual_of_exponential(const fitting *f, const double *y, double *rate) {
    const double golden = 0.6180339887498949;
    double linear = residual(y, f->log_horizons, f->count), least = INFINITY;
    int32_t best = 0;
    for (int32_t g = 0; g < GRID; g++) {
        double found = residual(y, f->shapes[g], f->count);
        if (found < least) least = found, best = g;
    }
    double low = f->grid[best > 0 ? best - 1 : 0], high = f->grid[best + 1 < GRID ? best + 1 : GRID - 1];
    double a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = residual_at(f, y, a), at_b = residual_at(f, y, b);
    for (int32_t i = 0; i < GOLDEN_STEPS; i++) {
        if (at_a < at_b) {
            high = b, b = a, at_b = at_a;
            a = high - golden * (high - low), at_a = residual_at(f, y, a);
        } else {
            low = a, a = b, at_a = at_b;
            b = low + golden * (high - low), at_b = residual_at(f, y, b);
        }
    }
    double found = fmin(fmin(at_a, at_b), least);
    *rate = found == least ? f->grid[best] : at_a < at_b ? a : b;
    if (found < linear) return found;
    *rate = 0;
    return linear;
}

static fit fit_to(const fitting *f, const double *costs) {
    double y[VG_HORIZONS_MOST];
    fit out;
    for (int32_t k = 0; k < f->count; k++) y[k] = vg_ln(costs[k]);
    double polynomial = residual_of_polynomial(f, y, &out.order);
    double exponential = residual_of_exponential(f, y, &out.rate);
    out.evidence = vg_ln((polynomial + SMALLEST) / (exponential + SMALLEST));
    return out;
}

// --- resamples ---------------------------------------------------------------------------------------------

// How often each of n lines is drawn; of more than two one fewer is drawn than there are (Rao & Wu 1988).
static void draw_times(uint64_t seed, uint32_t resample, uint32_t which, int32_t n, int32_t *times) {
    int32_t draws = n > 2 ? n - 1 : n;
    for (int32_t i = 0; i < n; i++) times[i] = 0;
    for (int32_t i = 0; i < draws; i++) {
        const vg_draw at = {.seed = seed,
                            .stream = VG_STREAM_BOOTSTRAP,
                            .entity = which,
                            .episode = resample,
                            .step = (uint32_t)i};
        int32_t line = (int32_t)(vg_random_uniform(&at) * n);
        times[line < n ? line : n - 1]++;
    }
}

static void mean_costs(const vg_growth_def *def, const fitting *f, int32_t first, const int32_t *seeds,
                       const int32_t *units, double *costs) {
    int64_t cells = (int64_t)def->seeds * def->units;
    for (int32_t k = 0; k < f->count; k++) {
        double sum = 0, count = 0;
        for (int64_t c = 0; c < cells; c++) {
            double times = (double)seeds[c / def->units] * units[c % def->units];
            sum += times * def->costs[(first + k) * cells + c], count += times;
        }
        costs[k] = sum / count;
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static vg_estimate middle(double value, double *values, int32_t count) {
    if (count < VG_LAW_RESAMPLES / 2) return (vg_estimate){value, NAN, NAN};
    qsort(values, (size_t)count, sizeof *values, ascending);
    int32_t cut = (int32_t)(0.025 * count);
    return (vg_estimate){value, values[cut], values[count - 1 - cut]};
}

// Resamples in which the cost is 0 at a horizon have no logarithm there, and are left out.
static void resample(const vg_growth_def *def, const fitting *f, int32_t first, uint64_t seed, int32_t *times,
                     double *found, vg_growth_law *out) {
    int32_t *seeds = times, *units = times + def->seeds, kept = 0;
    double costs[VG_HORIZONS_MOST];
    for (int32_t i = 0; i < def->seeds + def->units; i++) times[i] = 1;
    mean_costs(def, f, first, seeds, units, costs);
    fit whole = fit_to(f, costs);
    bool one = def->seeds == 1 && def->units == 1;
    for (uint32_t r = 0; r < VG_LAW_RESAMPLES && !one; r++) {
        draw_times(seed, r, 0, def->seeds, seeds);
        draw_times(seed, r, 1, def->units, units);
        mean_costs(def, f, first, seeds, units, costs);
        if (!(costs[0] > 0)) continue; // the least of them
        fit again = fit_to(f, costs);
        found[kept] = again.order;
        found[VG_LAW_RESAMPLES + kept] = again.rate;
        found[2 * VG_LAW_RESAMPLES + kept++] = again.evidence;
    }
    out->order = middle(whole.order, found, kept);
    out->rate = middle(whole.rate, found + VG_LAW_RESAMPLES, kept);
    out->evidence = middle(whole.evidence, found + 2 * VG_LAW_RESAMPLES, kept);
}

// --- the test ----------------------------------------------------------------------------------------------

// The horizons with a cost by which at most 30 % have departed; the index of the first.
static int32_t choose(const vg_growth_def *def, fitting *f) {
    int64_t cells = (int64_t)def->seeds * def->units;
    int32_t first = 0;
    *f = (fitting){0};
    for (int32_t k = 0; k < def->count && def->off[k] <= 0.3; k++) {
        double sum = 0;
        for (int64_t c = 0; c < cells; c++) sum += def->costs[k * cells + c];
        if (f->count == 0) first = k;
        if (!(sum > 0)) continue;
        f->horizons[f->count] = def->horizons[k];
        f->log_horizons[f->count++] = vg_ln(def->horizons[k]);
    }
    double ratio = vg_ln(FOLDINGS_MOST / FOLDINGS_LEAST) / (GRID - 1);
    for (int32_t g = 0; g < GRID && f->count > 0; g++) {
        f->grid[g] = FOLDINGS_LEAST * vg_exp(ratio * g) / f->horizons[f->count - 1];
        for (int32_t k = 0; k < f->count; k++) f->shapes[g][k] = shape_at(f->grid[g], f->horizons[k]);
    }
    return first;
}

static vg_growth_verdict decide(const vg_growth_law *law) {
    if (law->evidence.low > 0 && law->rate.low * law->to >= 1) return VG_GROWTH_EXPONENTIAL;
    if (law->evidence.high < 0 || law->rate.high * law->to < 1) return VG_GROWTH_POLYNOMIAL;
    return VG_GROWTH_CANNOT_TELL;
}

vg_err vg_growth_law_test(const vg_growth_def *def, uint64_t seed, vg_growth_law *out, vg_diag *diag) {
    *out = vg_growth_law_none();
    if (def->count < 1 || def->count > VG_HORIZONS_MOST || !def->horizons || !def->costs || !def->off ||
        def->seeds < 1 || def->units < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d horizons of %d seeds x %d units, expected 1 to %d of at least one each",
                       def->count, def->seeds, def->units, VG_HORIZONS_MOST);
    fitting f;
    int32_t first = choose(def, &f);
    if (f.count < VG_LAW_LEAST) return VG_OK;
    int32_t *times = vg_new(int32_t, def->seeds + def->units);
    double *found = vg_new(double, QUANTITIES *VG_LAW_RESAMPLES);
    vg_err err = times && found ? VG_OK : vg_fail_memory(diag);
    if (!err) {
        resample(def, &f, first, seed, times, found, out);
        out->from = f.horizons[0], out->to = f.horizons[f.count - 1];
        out->verdict = decide(out);
    }
    vg_free(times);
    vg_free(found);
    return err;
}
