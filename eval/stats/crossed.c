#include "eval/stats/crossed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/stats/student.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { RESAMPLES = 2000 };
static const double log_100 = 4.605170185988092;

const vg_estimate vg_estimate_none = {NAN, NAN, NAN};

double vg_rule_of_three(int64_t n) { return n < 1 ? 1 : -vg_expm1(vg_ln(0.05) / (double)n); }

// --- scales ------------------------------------------------------------------------------------------------

// x on its scale, and the slope there. offset: of the logit, so that shares of 0 and 1 stand on it.
static double to_scale(vg_scale scale, double x, double offset, double *slope) {
    if (scale == VG_SCALE_PLAIN) {
        *slope = 1;
        return x;
    }
    if (scale == VG_SCALE_LOG) {
        *slope = 1 / x;
        return vg_ln(x);
    }
    x = x < 0 ? 0 : x > 1 ? 1 : x; // influence values may add up to a little more
    double up = x + offset, down = 1 - x + offset;
    *slope = 1 / up + 1 / down;
    return vg_ln(up / down);
}

static double from_scale(vg_scale scale, double y, double offset) {
    if (scale == VG_SCALE_PLAIN) return y;
    if (scale == VG_SCALE_LOG) return vg_exp(y);
    double share = y > 0 ? 1 / (1 + vg_exp(-y)) : 1 - 1 / (1 + vg_exp(y));
    double x = share * (1 + 2 * offset) - offset;
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static double offset_of(const vg_crossed *table) {
    return 0.5 / ((double)table->seeds * table->units * table->episodes);
}

// --- variance ----------------------------------------------------------------------------------------------

// Of the sums of squares of the row means, the column means and the cells, each about the mean.
static vg_spread spread_of(double mean, double rows, double columns, double cells, int32_t seeds,
                           int32_t units) {
    double s = seeds, u = units;
    if (seeds == 1 && units == 1) return (vg_spread){mean, NAN, NAN, 0};
    if (seeds == 1) return (vg_spread){mean, columns / (u * (u - 1)), u - 1, 0};
    if (units == 1) return (vg_spread){mean, rows / (s * (s - 1)), s - 1, 0};
    double a = rows / (s * (s - 1)), b = columns / (u * (u - 1));
    double left = cells - u * rows - s * columns;
    double c = (left > 0 ? left : 0) / ((s - 1) * (u - 1) * s * u);
    double both = a + b - c;
    if (both <= a || both <= b)
        return a > b ? (vg_spread){mean, a, s - 1, c} : (vg_spread){mean, b, u - 1, c};
    double df = both * both / (a * a / (s - 1) + b * b / (u - 1) + c * c / ((s - 1) * (u - 1)));
    return (vg_spread){mean, both, df, c};
}

vg_spread vg_crossed_spread(const vg_crossed *table) {
    int32_t s_count = table->seeds, u_count = table->units;
    double total = 0, rows = 0, columns = 0, cells = 0;
    for (int64_t i = 0; i < (int64_t)s_count * u_count; i++) total += table->cells[i];
    double mean = total / ((double)s_count * u_count);
    for (int32_t s = 0; s < s_count; s++) {
        double sum = 0;
        for (int32_t u = 0; u < u_count; u++) {
            double off = table->cells[(int64_t)s * u_count + u] - mean;
            sum += off, cells += off * off;
        }
        rows += sum / u_count * (sum / u_count);
    }
    for (int32_t u = 0; u < u_count; u++) {
        double sum = 0;
        for (int32_t s = 0; s < s_count; s++) sum += table->cells[(int64_t)s * u_count + u] - mean;
        columns += sum / s_count * (sum / s_count);
    }
    return spread_of(mean, rows, columns, cells, s_count, u_count);
}

// --- bootstrap ---------------------------------------------------------------------------------------------

// Resamples are made LANES at a time: each is a lane, in which sums run in index order.
enum { LANES = 8 };

typedef struct resampler {
    int32_t seeds, units;             // of the table
    int32_t seeds_drawn, units_drawn; // one less: Rao & Wu (1988)
    double *off;                      // [seeds][units] cells less their mean
    double *column, *unit_times;      // [units][LANES]
    double *seed_times;               // [seeds][LANES]
} resampler;

// How often each of n was drawn in `draws` draws; four draws a call of the generator.
static void draw_times(uint64_t seed, uint32_t resample, uint32_t which, int32_t n, int32_t draws,
                       double *times) {
    uint32_t bits[4];
    for (int32_t i = 0; i < n; i++) times[(int64_t)i * LANES] = 0;
    for (int32_t i = 0; i < draws; i++) {
        if (i % 4 == 0)
            vg_random_bits(&(vg_draw){.seed = seed,
                                      .stream = VG_STREAM_BOOTSTRAP,
                                      .entity = which,
                                      .episode = resample,
                                      .draw = (uint32_t)i / 4},
                           bits);
        times[((uint64_t)bits[i % 4] * (uint32_t)n >> 32) * LANES] += 1;
    }
}

// The spreads of LANES resamples from number `first`, each mean as a difference from the table's.
static void resample_spreads(resampler *r, uint64_t seed, uint32_t first, vg_spread *out) {
    double total[LANES] = {0}, rows[LANES] = {0}, columns[LANES] = {0}, cells[LANES] = {0};
    double s = r->seeds_drawn, u = r->units_drawn;
    for (uint32_t lane = 0; lane < LANES; lane++) {
        draw_times(seed, first + lane, 0, r->seeds, r->seeds_drawn, r->seed_times + lane);
        draw_times(seed, first + lane, 1, r->units, r->units_drawn, r->unit_times + lane);
    }
    memset(r->column, 0, (size_t)r->units * LANES * sizeof *r->column);
    for (int32_t i = 0; i < r->seeds; i++) {
        const double *off = r->off + (int64_t)i * r->units, *times = r->seed_times + (int64_t)i * LANES;
        double row[LANES] = {0}, square[LANES] = {0};
        for (int32_t k = 0; k < r->units; k++) {
            const double *often = r->unit_times + (int64_t)k * LANES;
            double *column = r->column + (int64_t)k * LANES, cell = off[k], squared = cell * cell;
            for (int l = 0; l < LANES; l++) {
                row[l] += often[l] * cell;
                square[l] += often[l] * squared;
                column[l] += times[l] * cell;
            }
        }
        for (int l = 0; l < LANES; l++) {
            double mean = row[l] / u;
            total[l] += times[l] * mean, rows[l] += times[l] * mean * mean;
            cells[l] += times[l] * square[l];
        }
    }
    for (int32_t k = 0; k < r->units; k++)
        for (int l = 0; l < LANES; l++) {
            double mean = r->column[(int64_t)k * LANES + l] / s;
            columns[l] += r->unit_times[(int64_t)k * LANES + l] * mean * mean;
        }
    for (int l = 0; l < LANES; l++) {
        double mean = total[l] / s, square = mean * mean;
        out[l] = spread_of(mean, rows[l] - s * square, columns[l] - u * square, cells[l] - s * u * square,
                           r->seeds_drawn, r->units_drawn);
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// (resample's mean - table's mean) / resample's error, on the scale.
static double studentised(const vg_spread *drawn, double mean, double variance, vg_scale scale,
                          double offset) {
    double slope, slope_drawn, at = mean + drawn->mean;
    // Rounding leaves some 1e-32 where a resample's cells are all the same.
    if (!(drawn->variance > 1e-24 * variance) || (scale == VG_SCALE_LOG && at <= 0))
        return drawn->mean > 0 ? HUGE_VAL : drawn->mean < 0 ? -HUGE_VAL : 0;
    double shift = to_scale(scale, at, offset, &slope_drawn) - to_scale(scale, mean, offset, &slope);
    return shift / (slope_drawn * sqrt(drawn->variance));
}

// Never nearer than Student's t; nor farther than half as much again, as resamples with hardly an event left
// have no error to speak of.
static double within(double reach, double t) { return reach < t ? t : reach > 1.5 * t ? 1.5 * t : reach; }

vg_err vg_bootstrap_create(const vg_crossed *table, vg_scale scale, uint64_t seed, vg_bootstrap *out,
                           vg_diag *diag) {
    int32_t s_count = table->seeds, u_count = table->units;
    int64_t size = (int64_t)s_count * u_count;
    vg_spread spread = vg_crossed_spread(table);
    *out = (vg_bootstrap){NULL, spread.df};
    if (!(spread.variance > 0) || (scale == VG_SCALE_LOG && !(spread.mean > 0))) return VG_OK;
    double *memory = vg_new(double, RESAMPLES + size + (s_count + 2 * (int64_t)u_count) * LANES);
    if (!memory) return vg_fail_memory(diag);
    double *t = memory, offset = offset_of(table);
    resampler r = {s_count, u_count, .off = memory + RESAMPLES};
    r.seeds_drawn = s_count > 2 ? s_count - 1 : s_count;
    r.units_drawn = u_count > 2 ? u_count - 1 : u_count;
    r.column = r.off + size, r.unit_times = r.column + (int64_t)u_count * LANES;
    r.seed_times = r.unit_times + (int64_t)u_count * LANES;
    for (int64_t i = 0; i < size; i++) r.off[i] = table->cells[i] - spread.mean;
    for (int i = 0; i < RESAMPLES; i += LANES) {
        vg_spread drawn[LANES];
        resample_spreads(&r, seed, (uint32_t)i, drawn);
        for (int l = 0; l < LANES; l++)
            t[i + l] = studentised(&drawn[l], spread.mean, spread.variance, scale, offset);
    }
    qsort(t, RESAMPLES, sizeof *t, ascending);
    out->t = t;
    return VG_OK;
}

void vg_bootstrap_free(vg_bootstrap *bootstrap) {
    vg_free(bootstrap->t);
    *bootstrap = (vg_bootstrap){NULL, NAN};
}

// Percentiles farther out, by as much as Student's t is beyond the normal (Hesterberg 2015).
vg_reach vg_bootstrap_reach(const vg_bootstrap *bootstrap, double tail) {
    double far = vg_student_quantile(1 - tail, bootstrap->df);
    if (!bootstrap->t) return (vg_reach){far, far};
    int32_t level = (int32_t)(RESAMPLES * vg_normal_cdf(-far));
    level = level < 1 ? 1 : level;
    return (vg_reach){within(bootstrap->t[RESAMPLES - level], far), within(-bootstrap->t[level - 1], far)};
}

// --- intervals ---------------------------------------------------------------------------------------------

// The sum over one way's lines (seeds or units) of (g(mean without the line) - g(mean))^2.
static double without_each(const vg_crossed *t, bool of_seeds, double mean, vg_scale scale) {
    int64_t n = of_seeds ? t->seeds : t->units, length = of_seeds ? t->units : t->seeds;
    int64_t step = of_seeds ? 1 : t->units, stride = of_seeds ? t->units : 1;
    double offset = offset_of(t), slope, full = to_scale(scale, mean, offset, &slope), sum = 0;
    for (int64_t i = 0; i < n; i++) {
        double line = 0;
        for (int64_t k = 0; k < length; k++) line += t->cells[i * stride + k * step] - mean;
        double rest = mean - line / (double)length / (double)(n - 1);
        if (scale == VG_SCALE_LOG && rest < mean * 1e-3) rest = mean * 1e-3; // all of it in one line
        double off = to_scale(scale, rest, offset, &slope) - full;
        sum += off * off;
    }
    return sum;
}

double vg_crossed_error(const vg_crossed *t, const vg_spread *spread, vg_scale scale) {
    double slope, s = t->seeds, u = t->units, a = 0, b = 0;
    to_scale(scale, spread->mean, offset_of(t), &slope);
    double plain = spread->variance * slope * slope;
    if (scale == VG_SCALE_PLAIN) return sqrt(plain);
    if (t->seeds > 1) a = (s - 1) / s * without_each(t, true, spread->mean, scale);
    if (t->units > 1) b = (u - 1) / u * without_each(t, false, spread->mean, scale);
    double most = a > b ? a : b, both = a + b - spread->interaction * slope * slope;
    both = both > most ? both : most;
    return sqrt(both > plain ? both : plain);
}

vg_estimate vg_crossed_interval(const vg_crossed *table, const vg_spread *spread, vg_scale scale,
                                vg_reach reach) {
    double value = spread->mean, offset = offset_of(table), slope;
    if (scale == VG_SCALE_RATE && (value <= 0 || value >= 1)) {
        double bound = vg_rule_of_three(table->units > 1   ? table->units
                                        : table->seeds > 1 ? table->seeds
                                                           : table->episodes);
        return value <= 0 ? (vg_estimate){0, 0, bound} : (vg_estimate){1, 1 - bound, 1};
    }
    if (isnan(spread->variance)) return (vg_estimate){value, NAN, NAN};
    if (scale == VG_SCALE_LOG && !(value > 0)) return (vg_estimate){value, value < 0 ? NAN : 0, NAN};
    if (!(spread->variance > 0)) return (vg_estimate){value, value, value};
    double at = to_scale(scale, value, offset, &slope), error = vg_crossed_error(table, spread, scale);
    double farther = reach.above > reach.below ? reach.above : reach.below;
    if (scale == VG_SCALE_LOG && farther * error > log_100) return (vg_estimate){value, NAN, NAN};
    return (vg_estimate){value, from_scale(scale, at - reach.below * error, offset),
                         from_scale(scale, at + reach.above * error, offset)};
}
