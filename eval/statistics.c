#include "eval/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

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

vg_err vg_crossed_mean(const vg_crossed *table, vg_scale scale, uint64_t seed, vg_estimate *out,
                       vg_diag *diag) {
    *out = vg_estimate_none;
    vg_err err = check(table, diag);
    if (err) return err;
    vg_spread spread = vg_crossed_spread(table);
    vg_reach reach = {NAN, NAN};
    if (spread.variance > 0 && (err = vg_reach_bootstrap(table, scale, seed, &reach, diag))) return err;
    *out = vg_crossed_interval(table, &spread, scale, reach);
    return VG_OK;
}

vg_err vg_crossed_ratio(const vg_crossed *top, const vg_crossed *bottom, vg_scale scale, uint64_t seed,
                        vg_estimate *out, vg_diag *diag) {
    *out = vg_estimate_none;
    vg_err err = check(top, diag);
    if (!err) err = check(bottom, diag);
    if (err) return err;
    if (top->seeds != bottom->seeds || top->units != bottom->units)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a ratio of %d x %d cells to %d x %d, expected the same shape",
                       top->seeds, top->units, bottom->seeds, bottom->units);
    double below = vg_crossed_spread(bottom).mean;
    if (below == 0) return VG_OK;
    double ratio = vg_crossed_spread(top).mean / below;
    int64_t size = (int64_t)top->seeds * top->units;
    double *cells = vg_new(double, size); // the ratio's influence values, about it
    if (!cells) return vg_fail_memory(diag);
    for (int64_t i = 0; i < size; i++) cells[i] = ratio + (top->cells[i] - ratio * bottom->cells[i]) / below;
    vg_crossed table = *top;
    table.cells = cells;
    err = vg_crossed_mean(&table, scale, seed, out, diag);
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

// Two-sided, of a mean of 0; NaN where there is no error to hold it against.
static double p_of(const vg_spread *spread) {
    if (isnan(spread->variance)) return NAN;
    if (!(spread->variance > 0)) return spread->mean == 0 ? 1 : 0;
    return 2 * vg_student_cdf(-fabs(spread->mean) / sqrt(spread->variance), spread->df);
}

vg_err vg_crossed_difference(const vg_crossed *a, const vg_crossed *b, uint64_t seed, vg_difference *out,
                             vg_diag *diag) {
    *out = (vg_difference){vg_estimate_none, NAN, NAN, NAN, vg_estimate_none};
    vg_err err = check(a, diag);
    if (!err) err = check(b, diag);
    if (err) return err;
    if (a->units != b->units || (a->seeds != b->seeds && a->seeds != 1 && b->seeds != 1))
        return vg_fail(
            diag, VG_ERR_ARGUMENT,
            "a difference of %d seeds x %d units and %d x %d, expected the same units, and as many "
            "seeds or one",
            a->seeds, a->units, b->seeds, b->units);
    vg_crossed table = *a;
    table.seeds = a->seeds > b->seeds ? a->seeds : b->seeds;
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
    vg_spread spread = vg_crossed_spread(&table);
    out->p = p_of(&spread);
    err = vg_crossed_mean(&table, VG_SCALE_PLAIN, seed, &out->difference, diag);
    table.cells = better, table.episodes = 1;
    if (!err) err = vg_crossed_mean(&table, VG_SCALE_RATE, seed, &out->improvement_interval, diag);
    out->improvement = out->improvement_interval.value;
    vg_free(memory);
    return err;
}

// --- quantiles ---------------------------------------------------------------------------------------------

typedef struct quantile {
    const float *values;
    int64_t each, count; // of a cell; that are numbers
    float *sorted;       // [count]
    double *cells;
    vg_crossed table;
    double q;
    vg_reach reach; // of the share of values below the quantile
} quantile;

static int ascending_float(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

// The table's cells: shares of values <= x. A cell's weight is how many numbers it holds; they differ only
// where roads end, and then a cell is its influence value.
static vg_spread share_below(quantile *p, float x) {
    int64_t size = (int64_t)p->table.seeds * p->table.units, below_all = 0;
    for (int64_t i = 0; i < size; i++) {
        const float *values = p->values + i * p->each;
        int64_t below = 0;
        for (int64_t k = 0; k < p->each; k++) below += values[k] <= x;
        p->cells[i] = (double)below;
        below_all += below;
    }
    double share = (double)below_all / (double)p->count;
    if (p->count == size * p->each) {
        for (int64_t i = 0; i < size; i++) p->cells[i] /= (double)p->each;
    } else {
        double mean = (double)p->count / (double)size;
        for (int64_t i = 0; i < size; i++) {
            const float *values = p->values + i * p->each;
            int64_t numbers = 0;
            for (int64_t k = 0; k < p->each; k++) numbers += !isnan(values[k]);
            p->cells[i] = share + (p->cells[i] - share * (double)numbers) / mean;
        }
    }
    return vg_crossed_spread(&p->table);
}

// Whether q lies in the interval of the share of values <= x.
static bool holds(quantile *p, float x) {
    vg_spread spread = share_below(p, x);
    if (spread.mean <= 0 || spread.mean >= 1) return false; // only asked where there is a spread
    vg_estimate share = vg_crossed_interval(&p->table, &spread, VG_SCALE_RATE, p->reach);
    return share.low <= p->q && p->q <= share.high;
}

// The first of sorted [from, count) that does not hold: going up, the interval's open end.
static double upper_end(quantile *p, int64_t from) {
    int64_t last = p->count - 1, holding = from, failing = last;
    float top = p->sorted[last];
    while (last > 0 && p->sorted[last - 1] == top) last--;
    if (last <= from) return last < p->count - 1 ? top : NAN; // an atom at the top: the variable's own end
    if (holds(p, p->sorted[last - 1])) return last < p->count - 1 ? top : NAN;
    while (failing - holding > 1) {
        int64_t middle = holding + (failing - holding) / 2;
        if (holds(p, p->sorted[middle]))
            holding = middle;
        else
            failing = middle;
    }
    return p->sorted[failing];
}

// The first of sorted [0, from] that holds.
static double lower_end(quantile *p, int64_t from) {
    int64_t holding = from, failing = -1;
    if (holds(p, p->sorted[0])) return p->count > 1 && p->sorted[0] == p->sorted[1] ? p->sorted[0] : NAN;
    while (holding - failing > 1) {
        int64_t middle = failing + (holding - failing) / 2;
        if (holds(p, p->sorted[middle]))
            holding = middle;
        else
            failing = middle;
    }
    return p->sorted[holding];
}

static vg_err quantile_interval(quantile *p, uint64_t seed, vg_estimate *out, vg_diag *diag) {
    int64_t at = (int64_t)(p->q * (double)(p->count - 1));
    double share = p->q * (double)(p->count - 1) - (double)at;
    double next = at + 1 < p->count ? p->sorted[at + 1] : p->sorted[at];
    out->value = p->sorted[at] + share * (next - p->sorted[at]);
    if (p->table.seeds == 1 && p->table.units == 1) return VG_OK;
    share_below(p, p->sorted[at]);
    vg_err err = vg_reach_bootstrap(&p->table, VG_SCALE_RATE, seed, &p->reach, diag);
    if (!err) out->low = lower_end(p, at), out->high = upper_end(p, at);
    return err;
}

vg_err vg_crossed_quantile(const float *values, int32_t seeds, int32_t units, int64_t each, double q,
                           uint64_t seed, vg_estimate *out, vg_diag *diag) {
    *out = vg_estimate_none;
    if (!values || seeds < 1 || units < 1 || each < 1 || !(q > 0 && q < 1))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "quantile %g of %d x %d x %lld values, expected 0 < q < 1 and at least one value", q,
                       seeds, units, (long long)each);
    int64_t size = (int64_t)seeds * units;
    quantile p = {.values = values, .each = each, .q = q};
    p.cells = vg_new(double, size), p.sorted = vg_new(float, size *each);
    vg_err err = VG_OK;
    if (!p.cells || !p.sorted) err = vg_fail_memory(diag);
    for (int64_t i = 0; !err && i < size * each; i++)
        if (!isnan(values[i])) p.sorted[p.count++] = values[i];
    if (!err && p.count) {
        qsort(p.sorted, (size_t)p.count, sizeof *p.sorted, ascending_float);
        p.table = (vg_crossed){p.cells, seeds, units, each < INT32_MAX ? (int32_t)each : INT32_MAX};
        err = quantile_interval(&p, seed, out, diag);
    }
    vg_free(p.cells), vg_free(p.sorted);
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
