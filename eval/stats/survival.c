#include "eval/stats/survival.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/stats/share.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

// All lives by the time they end; at one time departures come before censorings.
typedef struct ending {
    double time;
    int64_t cell;
    bool departed;
} ending;

typedef struct survivors {
    const vg_lives *lives;
    ending *endings; // [n], by time
    double *cells, *alive;
    int64_t n, size; // lives, cells
    vg_crossed table;
} survivors;

static int by_time(const void *a, const void *b) {
    const ending *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    if (x->departed != y->departed) return x->departed ? -1 : 1;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

static void survivors_free(survivors *p) { vg_free(p->endings), vg_free(p->cells), vg_free(p->alive); }

static vg_err survivors_create(survivors *p, const vg_lives *lives, vg_diag *diag) {
    *p = (survivors){.lives = lives};
    if (!lives->lives || lives->seeds < 1 || lives->units < 1 || lives->each < 1 || !(lives->horizon > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d x %d x %d lives to %g s, expected at least one of each and a horizon above 0",
                       lives->seeds, lives->units, lives->each, lives->horizon);
    p->size = (int64_t)lives->seeds * lives->units, p->n = p->size * lives->each;
    for (int64_t i = 0; i < p->n; i++)
        if (!(lives->lives[i].time > 0 && isfinite(lives->lives[i].time)))
            return vg_fail(diag, VG_ERR_ARGUMENT, "life %lld ends at %g s, expected a time above 0",
                           (long long)i, lives->lives[i].time);
    p->endings = vg_new(ending, p->n);
    p->cells = vg_new(double, p->size), p->alive = vg_new(double, p->size);
    if (!p->endings || !p->cells || !p->alive) {
        survivors_free(p);
        return vg_fail_memory(diag);
    }
    for (int64_t i = 0; i < p->n; i++) { // beyond the horizon nothing is seen
        const vg_life *life = &lives->lives[i];
        bool beyond = life->time > lives->horizon;
        p->endings[i] =
            (ending){beyond ? lives->horizon : life->time, i / lives->each, life->departed && !beyond};
    }
    qsort(p->endings, (size_t)p->n, sizeof *p->endings, by_time);
    p->table = (vg_crossed){p->cells, lives->seeds, lives->units, lives->each};
    return VG_OK;
}

// --- Kaplan & Meier ----------------------------------------------------------------------------------------

// The cells of 1 - S(t): their mean is the estimate, their spread that of its influence values
//     n dS / dw_i = -S n sum over times t_j <= t of (1{i departs at t_j} - h_j 1{i drives until t_j}) / (Y_j
//     - d_j)
// with Y_j at risk, d_j departing and h_j = d_j / Y_j: the derivative of the product limit by the weight of
// life i. While nobody is censored that is exactly the cell's share departed, and is then taken as such.
static void departed_by(survivors *p, double t) {
    int64_t each = p->lives->each, i = 0;
    double survival = 1, gone = 0; // gone: the sum of h_j / (Y_j - d_j)
    bool plain = true;
    memset(p->cells, 0, (size_t)p->size * sizeof *p->cells);
    memset(p->alive, 0, (size_t)p->size * sizeof *p->alive); // sums over the lives that ended
    while (i < p->n && p->endings[i].time <= t) {
        int64_t first = i, departing = 0, at_risk = p->n - i;
        while (i < p->n && p->endings[i].time == p->endings[first].time)
            departing += p->endings[i++].departed;
        int64_t left = at_risk - departing;
        if (left > 0) {
            gone += (double)departing / ((double)at_risk * (double)left);
            survival *= (double)left / (double)at_risk;
        } else
            survival = 0;
        for (int64_t k = first; k < i; k++) {
            const ending *e = &p->endings[k];
            p->cells[e->cell] += 1;
            if (left > 0) p->alive[e->cell] += (e->departed ? 1 / (double)left : 0) - gone;
            if (!e->departed && e->time < t) plain = false;
        }
    }
    if (plain) {
        memset(p->cells, 0, (size_t)p->size * sizeof *p->cells);
        for (int64_t k = 0; k < i; k++) p->cells[p->endings[k].cell] += p->endings[k].departed;
        for (int64_t c = 0; c < p->size; c++) p->cells[c] /= (double)each;
        return;
    }
    double scale = survival * (double)p->n / (double)each;
    for (int64_t c = 0; c < p->size; c++) {
        double still = (double)each - p->cells[c];
        p->cells[c] = 1 - survival + scale * (p->alive[c] - still * gone);
    }
}

static vg_err departed_estimate(survivors *p, double t, vg_estimate *out, vg_diag *diag) {
    departed_by(p, t);
    return vg_crossed_share(&p->table, out, diag);
}

vg_err vg_survival_curve(const vg_lives *lives, const double *times, int32_t count, vg_estimate *out,
                         vg_diag *diag) {
    survivors p;
    if (count < 1 || !times) return vg_fail(diag, VG_ERR_ARGUMENT, "%d times, expected at least one", count);
    vg_err err = survivors_create(&p, lives, diag);
    if (err) return err;
    int64_t seen = -1, ended = 0;
    for (int32_t k = 0; !err && k < count; k++) {
        while (ended < p.n && p.endings[ended].time <= times[k]) ended++;
        if (ended == seen) { // nothing has happened since
            out[k] = out[k - 1];
            continue;
        }
        vg_estimate gone;
        seen = ended;
        if ((err = departed_estimate(&p, times[k], &gone, diag))) break;
        out[k] = (vg_estimate){1 - gone.value, 1 - gone.high, 1 - gone.low};
    }
    survivors_free(&p);
    return err;
}

// --- summary -----------------------------------------------------------------------------------------------

static vg_estimate departed_at(survivors *p, int64_t k) {
    departed_by(p, p->endings[k].time);
    return vg_share_interval(&p->table);
}

enum { HIGH, VALUE, LOW };

// The first ending by which a half has departed, by the value or an end of the share's interval; NaN: none.
static double half_departed(survivors *p, int which) {
    int64_t low = -1, high = p->n;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        vg_estimate gone = departed_at(p, middle);
        double share = which == HIGH ? gone.high : which == VALUE ? gone.value : gone.low;
        // A sum of shares rounds.
        if (share >= 0.5 - 1e-12)
            high = middle;
        else
            low = middle; // and NaN
    }
    return high < p->n ? p->endings[high].time : NAN;
}

// Restricted mean survival time as 1 - mean / horizon, a share. With A(t) the area under S from t to the
// horizon, the influence of life i is that of S with A(t_j) in place of S.
static vg_err restricted_mean(survivors *p, uint64_t seed, vg_estimate *out, vg_diag *diag) {
    double *area = vg_new(double, p->n), horizon = p->lives->horizon, survival = 1, mean = 0, last = 0;
    if (!area) return vg_fail_memory(diag);
    for (int64_t i = 0, next; i < p->n; i = next) { // first the area up to each ending
        double t = p->endings[i].time;
        int64_t departing = 0;
        for (next = i; next < p->n && p->endings[next].time == t; next++)
            departing += p->endings[next].departed;
        mean += survival * (t - last), last = t;
        for (int64_t k = i; k < next; k++) area[k] = mean;
        survival *= 1 - (double)departing / (double)(p->n - i);
    }
    mean += survival * (horizon - last);
    double gone = 0, each = p->lives->each;
    for (int64_t c = 0; c < p->size; c++) p->cells[c] = 0;
    for (int64_t i = 0, next; i < p->n; i = next) {
        int64_t departing = 0;
        for (next = i; next < p->n && p->endings[next].time == p->endings[i].time; next++)
            departing += p->endings[next].departed;
        double left = (double)(p->n - i - departing), rest = mean - area[i];
        if (left > 0) gone += rest * (double)departing / ((double)(p->n - i) * left);
        for (int64_t k = i; k < next; k++) {
            double own = p->endings[k].departed && left > 0 ? rest / left : 0;
            p->cells[p->endings[k].cell] += (double)p->n * (own - gone) / each; // of 1 - S
        }
    }
    for (int64_t c = 0; c < p->size; c++) p->cells[c] = 1 - mean / horizon + p->cells[c] / horizon;
    vg_free(area);
    vg_estimate lost;
    vg_err err = vg_crossed_mean(&p->table, VG_SCALE_RATE, seed, &lost, diag);
    if (!err)
        *out = (vg_estimate){horizon * (1 - lost.value), horizon * (1 - lost.high), horizon * (1 - lost.low)};
    return err;
}

// --- hazard ------------------------------------------------------------------------------------------------

// Departures within [from, to) a life of the cell, and seconds driven there. The last bin has its end too.
static void bin_cells(const survivors *p, double from, double to, double *departures, double *exposure) {
    double each = p->lives->each, horizon = p->lives->horizon;
    memset(departures, 0, (size_t)p->size * sizeof *departures);
    memset(exposure, 0, (size_t)p->size * sizeof *exposure);
    for (int64_t i = 0; i < p->n; i++) {
        const ending *e = &p->endings[i];
        double until = e->time < to ? e->time : to;
        if (e->time < from) continue;
        exposure[e->cell] += (until - from) / each;
        if (e->departed && (e->time < to || to >= horizon)) departures[e->cell] += 1 / each;
    }
}

static double total(const double *cells, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += cells[i];
    return sum;
}

vg_err vg_survival_hazard(const vg_lives *lives, int32_t bins, uint64_t seed, vg_estimate *out,
                          vg_diag *diag) {
    survivors p;
    if (bins < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "%d bins, expected at least one", bins);
    vg_err err = survivors_create(&p, lives, diag);
    if (err) return err;
    vg_crossed top = p.table, bottom = p.table;
    top.cells = p.cells, bottom.cells = p.alive;
    for (int32_t k = 0; !err && k < bins; k++) {
        double width = lives->horizon / bins, to = k == bins - 1 ? lives->horizon : width * (k + 1);
        out[k] = vg_estimate_none;
        bin_cells(&p, width * k, to, p.cells, p.alive);
        double driven = total(p.alive, p.size);
        if (driven > 0) err = vg_crossed_ratio(&top, &bottom, VG_SCALE_LOG, seed, &out[k], diag);
        if (!err && out[k].value == 0) { // 3 / (seconds driven), were each unit driven once
            int64_t apart = lives->units > 1 ? lives->units : lives->seeds > 1 ? lives->seeds : lives->each;
            out[k].low = 0, out[k].high = -vg_ln(0.05) / ((double)apart * driven / (double)p.size);
        }
    }
    survivors_free(&p);
    return err;
}

// h2 / h1 by the influence of ln h = d / D - e / E in each half.
static vg_err hazard_ratio(survivors *p, uint64_t seed, vg_estimate *out, vg_diag *diag) {
    double horizon = p->lives->horizon, *driven = p->alive;
    double *left = vg_new(double, 2 * p->size);
    if (!left) return vg_fail_memory(diag);
    double *sum = left + p->size, hazard[2];
    for (int half = 0; half < 2; half++) {
        bin_cells(p, half * horizon / 2, half ? horizon : horizon / 2, left, driven);
        double d = total(left, p->size), e = total(driven, p->size);
        hazard[half] = e > 0 ? d / e : 0;
        for (int64_t c = 0; c < p->size && d > 0; c++)
            sum[c] += (half ? 1 : -1) * (left[c] / d - driven[c] / e) * (double)p->size;
    }
    double ratio = hazard[1] / hazard[0];
    vg_err err = VG_OK;
    if (hazard[0] > 0 && hazard[1] > 0) {
        for (int64_t c = 0; c < p->size; c++) p->cells[c] = ratio * (1 + sum[c]);
        err = vg_crossed_mean(&p->table, VG_SCALE_LOG, seed, out, diag);
    } else if (hazard[0] > 0)
        *out = (vg_estimate){0, 0, NAN};
    vg_free(left);
    return err;
}

// One-sided p of the score of a hazard h (1 + slope (u / horizon - 1/2)) at slope 0, clustered. As h is
// estimated, a life's influence is its score less its part in that.
static double rising(survivors *p) {
    double horizon = p->lives->horizon, departures = 0, driven = 0, weighed = 0;
    for (int64_t i = 0; i < p->n; i++) {
        double x = p->endings[i].time;
        departures += p->endings[i].departed, driven += x;
        weighed += x * x / (2 * horizon) - x / 2; // the integral of u / horizon - 1/2 to x
    }
    double hazard = departures / driven, mean = weighed / driven;
    memset(p->cells, 0, (size_t)p->size * sizeof *p->cells);
    for (int64_t i = 0; i < p->n; i++) {
        const ending *e = &p->endings[i];
        double x = e->time, score = -hazard * (x * x / (2 * horizon) - x / 2 - mean * x);
        if (e->departed) score += x / horizon - 0.5 - mean;
        p->cells[e->cell] += score;
    }
    vg_spread spread = vg_crossed_spread(&p->table);
    if (!(spread.variance > 0)) return NAN;
    return vg_student_cdf(-spread.mean / sqrt(spread.variance), spread.df);
}

vg_err vg_survival_summary(const vg_lives *lives, uint64_t seed, vg_survival *out, vg_diag *diag) {
    survivors p;
    vg_err err = survivors_create(&p, lives, diag);
    if (err) return err;
    double none = NAN, time = 0;
    *out = (vg_survival){p.n,
                         0,
                         vg_estimate_none,
                         vg_estimate_none,
                         vg_estimate_none,
                         none,
                         none,
                         none,
                         none,
                         vg_estimate_none,
                         none};
    for (int64_t i = 0; i < p.n; i++)
        if (p.endings[i].departed) out->departed++, time += p.endings[i].time;
    if (out->departed) out->mean_time = time / (double)out->departed;
    err = departed_estimate(&p, lives->horizon, &out->off_road, diag);
    if (!err) err = restricted_mean(&p, seed, &out->restricted, diag);
    if (!err)
        out->median =
            (vg_estimate){half_departed(&p, VALUE), half_departed(&p, HIGH), half_departed(&p, LOW)};
    if (out->departed == 0) {
        out->three_episodes = vg_rule_of_three(p.n), out->three_units = vg_rule_of_three(lives->units);
        if (lives->seeds > 1) out->three_seeds = vg_rule_of_three(lives->seeds);
    }
    if (!err && out->departed >= 5) {
        err = hazard_ratio(&p, seed, &out->hazard_ratio, diag);
        out->rising_p = rising(&p);
    }
    survivors_free(&p);
    return err;
}
