#include "eval/stats/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "eval/stats/quantile.h"
#include "eval/stats/share.h"
#include "eval/stats/woodruff.h"
#include "sim/base/memory.h"

// --- p -----------------------------------------------------------------------------------------------------

// Whether the interval that leaves `tail` out at each side has the null outside: no difference. Wider
// intervals hold what narrower ones do.
typedef bool excludes(const void *context, double tail);

enum { HALVINGS = 60 };
static const double judged_p = 0.05;

// The two-sided p that belongs to an interval: the largest share left out at which it still holds 0. Whether
// it is below 0.05 is asked of the 95 % interval itself, so that the two never contradict each other.
static double p_by(excludes *excluded, const void *context) {
    if (excluded(context, VG_P_LEAST / 2)) return VG_P_LEAST;
    double low = VG_P_LEAST, high = judged_p;
    if (!excluded(context, judged_p / 2)) low = judged_p, high = 1;
    for (int i = 0; i < HALVINGS && high - low > 1e-9 * high; i++) {
        double middle = sqrt(low * high);
        if (excluded(context, middle / 2))
            high = middle;
        else
            low = middle;
    }
    double p = sqrt(low * high);
    return p < 0.999999 ? p : 1;
}

typedef struct mean_test {
    const vg_crossed *table;
    const vg_spread *spread;
    const vg_bootstrap *bootstrap;
    vg_scale scale;
    double null;
} mean_test;

static bool mean_excludes(const void *context, double tail) {
    const mean_test *test = context;
    vg_reach reach = vg_bootstrap_reach(test->bootstrap, tail);
    vg_estimate ends = vg_crossed_interval(test->table, test->spread, test->scale, reach);
    return ends.low > test->null || ends.high < test->null;
}

// NaN where there is no error to hold the mean against.
static double p_of_mean(const mean_test *test) {
    if (isnan(test->spread->variance)) return NAN;
    if (test->spread->mean == test->null) return 1;
    if (!(test->spread->variance > 0)) return VG_P_LEAST;
    return p_by(mean_excludes, test);
}

// --- means -------------------------------------------------------------------------------------------------

static vg_err check(const vg_crossed *table, vg_diag *diag) {
    if (!table->cells || table->seeds < 1 || table->units < 1 || table->episodes < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a table of %d seeds x %d units x %d episodes, expected at least 1 of each",
                       table->seeds, table->units, table->episodes);
    for (int64_t i = 0; i < (int64_t)table->seeds * table->units; i++)
        if (!isfinite(table->cells[i]))
            return vg_fail(diag, VG_ERR_ARGUMENT, "cell %lld of seed %lld is %g, expected a number",
                           (long long)(i % table->units), (long long)(i / table->units), table->cells[i]);
    return VG_OK;
}

// The mean's interval; and, where p is asked for, that of a mean of `null`.
static vg_err mean_of(const vg_crossed *table, vg_scale scale, double null, uint64_t seed, vg_estimate *out,
                      double *p, vg_diag *diag) {
    *out = vg_estimate_none;
    if (p) *p = NAN;
    vg_err err = check(table, diag);
    if (err) return err;
    vg_spread spread = vg_crossed_spread(table);
    vg_bootstrap bootstrap;
    if ((err = vg_bootstrap_create(table, scale, seed, &bootstrap, diag))) return err;
    vg_reach reach = {NAN, NAN};
    if (spread.variance > 0) reach = vg_bootstrap_reach(&bootstrap, 0.025);
    *out = vg_crossed_interval(table, &spread, scale, reach);
    if (p) *p = p_of_mean(&(mean_test){table, &spread, &bootstrap, scale, null});
    vg_bootstrap_free(&bootstrap);
    return VG_OK;
}

vg_err vg_crossed_mean(const vg_crossed *table, vg_scale scale, uint64_t seed, vg_estimate *out,
                       vg_diag *diag) {
    return mean_of(table, scale, 0, seed, out, NULL, diag);
}

vg_err vg_crossed_test(const vg_crossed *table, uint64_t seed, vg_estimate *out, double *p, vg_diag *diag) {
    return mean_of(table, VG_SCALE_PLAIN, 0, seed, out, p, diag);
}

vg_err vg_crossed_share(const vg_crossed *table, vg_estimate *out, vg_diag *diag) {
    *out = vg_estimate_none;
    vg_err err = check(table, diag);
    return err ? err : vg_share_interval(table, out, diag);
}

// Of two tables of which neither has a single seed, the seeds that both have.
static void keep_common(vg_crossed *a, vg_crossed *b) {
    if (a->seeds == 1 || b->seeds == 1) return;
    if (a->seeds > b->seeds)
        a->seeds = b->seeds;
    else
        b->seeds = a->seeds;
}

static vg_err check_shapes(const vg_crossed *top, const vg_crossed *bottom, vg_diag *diag) {
    vg_err err = check(top, diag);
    if (!err) err = check(bottom, diag);
    if (!err && (top->seeds != bottom->seeds || top->units != bottom->units))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a ratio of %d x %d cells to %d x %d, expected the same shape",
                       top->seeds, top->units, bottom->seeds, bottom->units);
    return err;
}

vg_err vg_crossed_rate(const vg_crossed *events, const vg_crossed *exposure, double trials, vg_estimate *out,
                       vg_diag *diag) {
    *out = vg_estimate_none;
    vg_share *share;
    vg_err err = check_shapes(events, exposure, diag);
    if (!err) err = vg_share_create(events->seeds, events->units, &share, diag);
    if (err) return err;
    vg_share_learn_rate(share, events, exposure, trials);
    if (vg_crossed_spread(exposure).mean > 0) *out = vg_share_ends(share, 0.025);
    vg_share_free(share);
    return VG_OK;
}

vg_err vg_crossed_ratio(const vg_crossed *top, const vg_crossed *bottom, vg_scale scale, uint64_t seed,
                        vg_estimate *out, vg_diag *diag) {
    *out = vg_estimate_none;
    vg_crossed above = *top, under = *bottom;
    keep_common(&above, &under);
    vg_err err = check_shapes(&above, &under, diag);
    if (err) return err;
    double below = vg_crossed_spread(&under).mean;
    if (below == 0) return VG_OK;
    double ratio = vg_crossed_spread(&above).mean / below;
    int64_t size = (int64_t)above.seeds * above.units;
    double *cells = vg_new(double, size); // the ratio's influence values, about it
    if (!cells) return vg_fail_memory(diag);
    for (int64_t i = 0; i < size; i++) cells[i] = ratio + (top->cells[i] - ratio * bottom->cells[i]) / below;
    above.cells = cells;
    err = vg_crossed_mean(&above, scale, seed, out, diag);
    out->value = ratio;
    vg_free(cells);
    return err;
}

// --- differences -------------------------------------------------------------------------------------------

static double correlation(const double *a, const double *b, int64_t n) {
    double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;
    for (int64_t i = 0; i < n; i++) mean_a += a[i], mean_b += b[i];
    mean_a /= (double)n, mean_b /= (double)n;
    for (int64_t i = 0; i < n; i++) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a), bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : NAN;
}

static vg_err check_pair(const vg_crossed *a, const vg_crossed *b, vg_diag *diag) {
    vg_err err = check(a, diag);
    if (!err) err = check(b, diag);
    if (err) return err;
    if (a->units != b->units)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a difference of %d units and %d, expected the same units",
                       a->units, b->units);
    return VG_OK;
}

// The mean of differences, by itself, or for means in [0, 1] as a share of the way from -1 to 1.
static vg_err mean_difference(const vg_crossed *table, double *off, vg_scale scale, uint64_t seed,
                              vg_difference *out, vg_diag *diag) {
    if (scale != VG_SCALE_RATE) return vg_crossed_test(table, seed, &out->difference, &out->p, diag);
    for (int64_t i = 0; i < (int64_t)table->seeds * table->units; i++) off[i] = (off[i] + 1) / 2;
    vg_estimate e;
    vg_err err = mean_of(table, VG_SCALE_RATE, 0.5, seed, &e, &out->p, diag);
    out->difference = (vg_estimate){2 * e.value - 1, 2 * e.low - 1, 2 * e.high - 1};
    return err;
}

vg_err vg_crossed_difference(const vg_crossed *a, const vg_crossed *b, vg_scale scale, uint64_t seed,
                             vg_difference *out, vg_diag *diag) {
    *out = (vg_difference){vg_estimate_none, NAN, NAN, NAN, vg_estimate_none};
    vg_err err = check_pair(a, b, diag);
    if (err) return err;
    vg_crossed table = *a, other = *b;
    keep_common(&table, &other);
    if (table.seeds < other.seeds) table.seeds = other.seeds; // one is held against every seed of the other
    table.episodes = a->episodes < b->episodes ? a->episodes : b->episodes;
    int64_t size = (int64_t)table.seeds * table.units;
    double *memory = vg_new(double, 4 * size);
    if (!memory) return vg_fail_memory(diag);
    double *off = memory, *better = off + size, *of_a = better + size, *of_b = of_a + size;
    for (int64_t i = 0; i < size; i++) {
        of_a[i] = a->cells[a->seeds == 1 ? i % a->units : i];
        of_b[i] = b->cells[b->seeds == 1 ? i % b->units : i];
        off[i] = of_a[i] - of_b[i];
        better[i] = of_a[i] < of_b[i] ? 1 : of_a[i] > of_b[i] ? 0 : 0.5;
    }
    out->correlation = correlation(of_a, of_b, size);
    table.cells = off;
    err = mean_difference(&table, off, scale, seed, out, diag);
    table.cells = better, table.episodes = 1;
    if (!err) err = vg_crossed_mean(&table, VG_SCALE_RATE, seed, &out->improvement_interval, diag);
    out->improvement = out->improvement_interval.value;
    vg_free(memory);
    return err;
}

// One side of a difference by how far its two parts reach.
static double reach_of(double a, double b, double correlation) {
    double square = a * a + b * b - 2 * correlation * a * b;
    return isnan(square) ? NAN : sqrt(square > 0 ? square : 0);
}

typedef struct share_test {
    const vg_share *a, *b;
    double value, correlation;
} share_test;

static vg_estimate difference_ends(const share_test *test, double tail) {
    vg_estimate x = vg_share_ends(test->a, tail), y = vg_share_ends(test->b, tail);
    double below = reach_of(x.value - x.low, y.high - y.value, test->correlation);
    double above = reach_of(x.high - x.value, y.value - y.low, test->correlation);
    return (vg_estimate){test->value, test->value - below, test->value + above};
}

static bool difference_excludes(const void *context, double tail) {
    vg_estimate ends = difference_ends(context, tail);
    return ends.low > 0 || ends.high < 0;
}

// Of the two means by the units that both drive. Their seeds are taken for independent, whatever they are
// called: of a handful of them no correlation can be told from chance, and chance would make intervals too
// narrow.
static double correlation_of_means(const vg_crossed *a, const vg_crossed *b) {
    vg_spread of_a = vg_crossed_spread(a), of_b = vg_crossed_spread(b);
    double u = a->units, sum = 0, product = of_a.variance * of_b.variance;
    if (!(product > 0)) return 0;
    for (int32_t k = 0; k < a->units; k++) {
        double x = 0, y = 0;
        for (int32_t s = 0; s < a->seeds; s++) x += a->cells[(int64_t)s * a->units + k] - of_a.mean;
        for (int32_t s = 0; s < b->seeds; s++) y += b->cells[(int64_t)s * b->units + k] - of_b.mean;
        sum += x / a->seeds * (y / b->seeds);
    }
    double correlation = u > 1 ? sum / (u * (u - 1)) / sqrt(product) : 0;
    return correlation > 1 ? 1 : correlation < -1 ? -1 : correlation;
}

// Whether all cells differ by as much though they differ among themselves: one drives as the other.
static bool is_shifted(const vg_crossed *a, const vg_crossed *b, double value) {
    int32_t seeds = a->seeds > b->seeds ? a->seeds : b->seeds;
    if (a->seeds != b->seeds && a->seeds != 1 && b->seeds != 1) return false;
    for (int64_t i = 0; i < (int64_t)seeds * a->units; i++) {
        double x = a->cells[a->seeds == 1 ? i % a->units : i], y = b->cells[b->seeds == 1 ? i % b->units : i];
        if (fabs(x - y - value) > 1e-12) return false;
    }
    return vg_crossed_spread(a).variance > 0;
}

vg_err vg_crossed_share_difference(const vg_crossed *a, const vg_crossed *b, vg_estimate *out, double *p,
                                   vg_diag *diag) {
    *out = vg_estimate_none, *p = NAN;
    vg_share *of_a = NULL, *of_b = NULL;
    vg_err err = check_pair(a, b, diag);
    if (err) return err;
    double value = vg_crossed_spread(a).mean - vg_crossed_spread(b).mean;
    if (is_shifted(a, b, value)) {
        *out = (vg_estimate){value, value, value}, *p = value == 0 ? 1 : VG_P_LEAST;
        return VG_OK;
    }
    err = vg_share_create(a->seeds, a->units, &of_a, diag);
    if (!err) err = vg_share_create(b->seeds, b->units, &of_b, diag);
    if (!err) {
        vg_share_learn(of_a, a), vg_share_learn(of_b, b);
        share_test test = {of_a, of_b, value, correlation_of_means(a, b)};
        *out = difference_ends(&test, 0.025);
        if (!isnan(out->low)) *p = value == 0 ? 1 : p_by(difference_excludes, &test);
    }
    vg_share_free(of_a), vg_share_free(of_b);
    return err;
}

// --- quantiles ---------------------------------------------------------------------------------------------

typedef struct quantile {
    const float *values;
    int64_t each, count; // of a cell; that are numbers
    float *moved;        // [count] the numbers, for selection
    double *cells;
    vg_crossed table;
} quantile;

// The table's cells: shares of values <= x, or < x. A cell's weight is how many numbers it holds; they differ
// only where roads end, and then a cell is its influence value. The whole's share is returned.
static double share_below(quantile *p, float x, bool strict) {
    int64_t size = (int64_t)p->table.seeds * p->table.units, below_all = 0;
    for (int64_t i = 0; i < size; i++) {
        const float *values = p->values + i * p->each;
        int64_t below = 0;
        for (int64_t k = 0; k < p->each; k++) below += strict ? values[k] < x : values[k] <= x;
        p->cells[i] = (double)below;
        below_all += below;
    }
    double share = (double)below_all / (double)p->count;
    if (p->count == size * p->each) {
        for (int64_t i = 0; i < size; i++) p->cells[i] /= (double)p->each;
        return share;
    }
    double mean = (double)p->count / (double)size;
    for (int64_t i = 0; i < size; i++) {
        const float *values = p->values + i * p->each;
        int64_t numbers = 0;
        for (int64_t k = 0; k < p->each; k++) numbers += !isnan(values[k]);
        p->cells[i] = share + (p->cells[i] - share * (double)numbers) / mean;
    }
    return share;
}

// Fills the cells with shares that tell most of how they vary where the quantile x stands: of the values <= x
// and those < x the nearer to q. They differ by an atom, which may be all that is on one side. False: all
// values are x.
static bool shares_at(quantile *p, float x, double q) {
    double with = share_below(p, x, false), without = share_below(p, x, true);
    bool is_with = with < 1 && (without <= 0 || fabs(with - q) <= fabs(without - q));
    if (is_with) share_below(p, x, false);
    return is_with || without > 0;
}

// The largest number where more than one is as large, the variable's own end; else NaN. sign -1: the
// smallest.
static double atom_at_end(const quantile *p, float sign) {
    float end = p->moved[0];
    int64_t times = 0;
    for (int64_t i = 0; i < p->count; i++) {
        if (sign * p->moved[i] > sign * end) end = p->moved[i], times = 0;
        times += p->moved[i] == end;
    }
    return times > 1 ? end : NAN;
}

// Woodruff (1952): the shares that a study could show below the true quantile, made values by the study's own
// numbers.
static void quantile_interval(quantile *p, double q, vg_estimate *out) {
    float x = vg_select(p->moved, p->count, (int64_t)(q * (double)(p->count - 1)));
    double least, most, n = (double)p->count;
    if (p->table.seeds == 1 && p->table.units == 1) return;
    if (!shares_at(p, x, q)) {
        out->low = out->high = atom_at_end(p, 1);
        return;
    }
    vg_woodruff_law law = vg_woodruff_law_of(&p->table);
    vg_woodruff_unrejected(&law, q, &least, &most);
    if (isnan(least))
        out->low = atom_at_end(p, -1);
    else {
        int64_t rank = (int64_t)ceil(least * n) - 1;
        out->low = vg_select(p->moved, p->count, rank < 0 ? 0 : rank);
    }
    if (isnan(most))
        out->high = atom_at_end(p, 1);
    else {
        int64_t rank = (int64_t)floor(most * n);
        out->high = vg_select(p->moved, p->count, rank < p->count ? rank : p->count - 1);
    }
}

vg_err vg_crossed_quantiles(const float *values, int32_t seeds, int32_t units, int64_t each, const double *q,
                            int32_t count, vg_estimate *out, vg_diag *diag) {
    bool fine = values && seeds >= 1 && units >= 1 && each >= 1;
    if (count < 1) return VG_OK; // nothing is asked
    for (int32_t k = 0; k < count; k++) {
        out[k] = vg_estimate_none;
        if (!fine || !(q[k] > 0 && q[k] < 1))
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "quantile %g of %d x %d x %lld values, expected 0 < q < 1 and at least one value",
                           q[k], seeds, units, (long long)each);
    }
    int64_t size = (int64_t)seeds * units;
    quantile p = {.values = values, .each = each};
    p.cells = vg_new(double, size), p.moved = vg_new(float, size *each);
    vg_err err = p.cells && p.moved ? VG_OK : vg_fail_memory(diag);
    for (int64_t i = 0; !err && i < size * each; i++)
        if (!isnan(values[i])) p.moved[p.count++] = values[i];
    p.table = (vg_crossed){p.cells, seeds, units, each < INT32_MAX ? (int32_t)each : INT32_MAX};
    for (int32_t k = 0; p.count && k < count; k++) {
        out[k].value = vg_quantile(p.moved, p.count, q[k]);
        quantile_interval(&p, q[k], &out[k]);
    }
    vg_free(p.cells), vg_free(p.moved);
    return err;
}

// --- others ------------------------------------------------------------------------------------------------

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double vg_interquartile_mean(double *values, int64_t n) {
    if (n < 1) return NAN;
    qsort(values, (size_t)n, sizeof *values, ascending);
    double from = (double)n / 4, to = (double)n * 3 / 4, sum = 0; // value i covers [i, i + 1]
    for (int64_t i = 0; i < n; i++) {
        double low = from > (double)i ? from : (double)i, high = to < (double)(i + 1) ? to : (double)(i + 1);
        if (high > low) sum += (high - low) * values[i];
    }
    return sum / (to - from);
}

typedef struct ranked {
    double p;
    int32_t at;
} ranked;

static int by_p(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    return x->p != y->p ? (x->p > y->p) - (x->p < y->p) : x->at - y->at;
}

vg_err vg_holm(const double *p, int32_t n, double *adjusted, vg_diag *diag) {
    if (n < 0 || (n > 0 && (!p || !adjusted)))
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d p values, expected an array of at least 0", n);
    ranked *ranks = vg_new(ranked, n);
    if (!ranks) return vg_fail_memory(diag);
    int32_t count = 0;
    for (int32_t i = 0; i < n; i++) {
        adjusted[i] = NAN;
        if (!isnan(p[i])) ranks[count++] = (ranked){p[i], i};
    }
    qsort(ranks, (size_t)count, sizeof *ranks, by_p);
    double most = 0;
    for (int32_t i = 0; i < count; i++) {
        double value = ranks[i].p * (count - i);
        most = value > most ? value : most;
        adjusted[ranks[i].at] = most < 1 ? most : 1;
    }
    vg_free(ranks);
    return VG_OK;
}
