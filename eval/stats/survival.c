#include "eval/stats/survival.h"

#include <math.h>
#include <string.h>

#include "eval/stats/incidence_private.h"
#include "sim/base/memory.h"

vg_err vg_survival_curve(const vg_lives *lives, const double *times, int32_t count, vg_estimate *out,
                         vg_diag *diag) {
    vg_err err = vg_incidence_curve(lives, VG_CAUSE_ANY, times, count, out, diag);
    for (int32_t k = 0; k < count && !err; k++)
        out[k] = (vg_estimate){1 - out[k].value, 1 - out[k].high, 1 - out[k].low};
    return err;
}

// --- summary -----------------------------------------------------------------------------------------------

// The first ending by which a half has ended, by the value or an end of the share's interval; NaN: none.
enum { HIGH, VALUE, LOW };

static double half_ended(vg_endings *p, int which) {
    int64_t low = -1, high = p->count;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        vg_estimate gone = vg_endings_incidence(p, VG_CAUSE_ANY, p->rows[middle].time);
        double share = which == HIGH ? gone.high : which == VALUE ? gone.value : gone.low;
        // A sum of shares rounds.
        if (share >= 0.5 - 1e-12)
            high = middle;
        else
            low = middle; // and NaN
    }
    return high < p->count ? p->rows[high].time : NAN;
}

// Restricted mean survival time as 1 - mean / horizon, a share. With A(t) the area under S from t to the
// horizon, the influence of life i is that of S with A(t_j) in place of S.
static vg_err restricted_mean(vg_endings *p, uint64_t seed, vg_estimate *out, vg_diag *diag) {
    double *area = vg_new(double, p->count), horizon = p->lives->horizon, survival = 1, mean = 0, last = 0;
    if (!area) return vg_fail_memory(diag);
    for (int64_t i = 0, next; i < p->count; i = next) { // first the area up to each ending
        double t = p->rows[i].time;
        int64_t departing = 0;
        for (next = i; next < p->count && p->rows[next].time == t; next++)
            departing += vg_endings_is(&p->rows[next], VG_CAUSE_ANY);
        mean += survival * (t - last), last = t;
        for (int64_t k = i; k < next; k++) area[k] = mean;
        survival *= 1 - (double)departing / (double)(p->count - i);
    }
    mean += survival * (horizon - last);
    double gone = 0, each = p->lives->each;
    for (int64_t c = 0; c < p->size; c++) p->cells[c] = 0;
    for (int64_t i = 0, next; i < p->count; i = next) {
        int64_t departing = 0;
        for (next = i; next < p->count && p->rows[next].time == p->rows[i].time; next++)
            departing += vg_endings_is(&p->rows[next], VG_CAUSE_ANY);
        double left = (double)(p->count - i - departing), rest = mean - area[i];
        if (left > 0) gone += rest * (double)departing / ((double)(p->count - i) * left);
        for (int64_t k = i; k < next; k++) {
            double own = vg_endings_is(&p->rows[k], VG_CAUSE_ANY) && left > 0 ? rest / left : 0;
            p->cells[p->rows[k].cell] += (double)p->count * (own - gone) / each; // of 1 - S
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

enum { MOST_ENDINGS = 4 }; // a second of one car: to leave the road takes it a quarter of one at least

// Endings by `cause` within [from, to) a life of the cell, and seconds driven there. The last stretch, to the
// horizon, has its end too.
static void stretch_cells(const vg_endings *p, vg_cause cause, double from, double to, double *ended,
                          double *driven) {
    double each = p->lives->each, horizon = p->lives->horizon;
    memset(ended, 0, (size_t)p->size * sizeof *ended);
    memset(driven, 0, (size_t)p->size * sizeof *driven);
    for (int64_t i = 0; i < p->count; i++) {
        const vg_ending *e = &p->rows[i];
        double until = e->time < to ? e->time : to;
        if (e->time < from) continue;
        driven[e->cell] += (until - from) / each;
        if (vg_endings_is(e, cause) && (e->time < to || to >= horizon)) ended[e->cell] += 1 / each;
    }
}

vg_err vg_survival_hazard(const vg_lives *lives, vg_cause cause, int32_t bins, vg_estimate *out,
                          vg_diag *diag) {
    vg_endings p;
    if (bins < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "%d bins, expected at least one", bins);
    vg_err err = vg_endings_open(lives, &p, diag);
    if (err) return err;
    vg_crossed ended = p.table, driven = p.table;
    driven.cells = p.rest;
    for (int32_t k = 0; k < bins; k++) {
        double width = lives->horizon / bins, to = k == bins - 1 ? lives->horizon : width * (k + 1);
        stretch_cells(&p, cause, width * k, to, p.cells, p.rest);
        vg_share_learn_rate(p.share, &ended, &driven, MOST_ENDINGS);
        out[k] = vg_crossed_spread(&driven).mean > 0 ? vg_share_ends(p.share, 0.025) : vg_estimate_none;
    }
    vg_endings_close(&p);
    return VG_OK;
}

// --- does it rise ------------------------------------------------------------------------------------------

static const double judged_share = 0.3;

// When 30 % have departed, or the horizon.
static double rising_until(const vg_endings *p) {
    int64_t departed = 0;
    for (int64_t i = 0; i < p->count; i++) {
        departed += p->rows[i].cause == VG_CAUSE_OFF_ROAD;
        if ((double)departed >= judged_share * (double)p->count) return p->rows[i].time;
    }
    return p->lives->horizon;
}

// Departures and seconds driven in the two halves of [0, until], by cell.
typedef struct halves {
    double *left[2], *driven[2]; // [cells]
} halves;

static void fill_halves(const vg_endings *p, double until, const halves *h) {
    double each = p->lives->each;
    for (int k = 0; k < 2; k++) {
        memset(h->left[k], 0, (size_t)p->size * sizeof *h->left[k]);
        memset(h->driven[k], 0, (size_t)p->size * sizeof *h->driven[k]);
    }
    for (int64_t i = 0; i < p->count; i++) {
        const vg_ending *e = &p->rows[i];
        double time = e->time < until ? e->time : until, half = until / 2;
        h->driven[0][e->cell] += (time < half ? time : half) / each;
        if (time > half) h->driven[1][e->cell] += (time - half) / each;
        if (e->cause == VG_CAUSE_OFF_ROAD && e->time <= until) h->left[time > half][e->cell] += 1 / each;
    }
}

static double sum_of(const double *cells, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += cells[i];
    return sum;
}

// One half of Mantel & Haenszel's ratio, the sum over seeds of d e' / (e + e'), d departing in `half` and e'
// driven in the other; and into `influence` each cell's part in it.
static double weighed_departures(const vg_endings *p, const halves *h, int half, double *influence) {
    int64_t units = p->lives->units;
    double total = 0;
    for (int64_t s = 0; s < p->lives->seeds; s++) {
        const double *left = h->left[half] + s * units, *own = h->driven[half] + s * units;
        const double *other = h->driven[1 - half] + s * units;
        double d = sum_of(left, units), e = sum_of(own, units), e_other = sum_of(other, units),
               all = e + e_other;
        for (int64_t u = 0; u < units && all > 0; u++)
            influence[s * units + u] =
                left[u] * e_other / all + d * (other[u] * e - own[u] * e_other) / (all * all);
        if (all > 0) total += d * e_other / all;
    }
    return total;
}

static vg_err hazard_ratio(vg_endings *p, double until, uint64_t seed, vg_estimate *out, vg_diag *diag) {
    double *memory = vg_new(double, 6 * p->size), *at = memory;
    if (!memory) return vg_fail_memory(diag);
    halves h;
    for (int k = 0; k < 2; k++) h.left[k] = at, h.driven[k] = at + p->size, at += 2 * p->size;
    double *top = at, *bottom = at + p->size;
    fill_halves(p, until, &h);
    double later = weighed_departures(p, &h, 1, top), early = weighed_departures(p, &h, 0, bottom);
    vg_err err = VG_OK;
    if (later > 0 && early > 0) {
        for (int64_t c = 0; c < p->size; c++)
            p->cells[c] = later / early * (1 + (double)p->size * (top[c] / later - bottom[c] / early));
        err = vg_crossed_mean(&p->table, VG_SCALE_LOG, seed, out, diag);
    } else if (early > 0)
        *out = (vg_estimate){0, NAN, NAN};
    vg_free(memory);
    return err;
}

// One seed's departures and seconds driven in [0, until], and the integral of u / until - 1/2 over the
// latter.
typedef struct exposure {
    double departures, driven, weighed;
} exposure;

static double integral(double x, double until) { return x * x / (2 * until) - x / 2; }

static exposure exposure_of(const vg_endings *p, int64_t seed, double until) {
    exposure sum = {0, 0, 0};
    for (int64_t i = 0; i < p->count; i++) {
        const vg_ending *e = &p->rows[i];
        if (e->cell / p->lives->units != seed) continue;
        double x = e->time < until ? e->time : until;
        sum.departures += e->cause == VG_CAUSE_OFF_ROAD && e->time <= until;
        sum.driven += x, sum.weighed += integral(x, until);
    }
    return sum;
}

// One-sided p of the score of hazards h_s (1 + slope (u / until - 1/2)), h_s each seed's, at slope 0,
// clustered. As h_s is estimated, a life's influence is its score less its part in that.
static double rising(vg_endings *p, double until) {
    memset(p->cells, 0, (size_t)p->size * sizeof *p->cells);
    for (int64_t s = 0; s < p->lives->seeds; s++) {
        exposure own = exposure_of(p, s, until);
        double hazard = own.departures / own.driven, mean = own.weighed / own.driven;
        for (int64_t i = 0; i < p->count; i++) {
            const vg_ending *e = &p->rows[i];
            if (e->cell / p->lives->units != s) continue;
            double x = e->time < until ? e->time : until, score = -hazard * (integral(x, until) - mean * x);
            if (e->cause == VG_CAUSE_OFF_ROAD && e->time <= until) score += x / until - 0.5 - mean;
            p->cells[e->cell] += score;
        }
    }
    vg_spread spread = vg_crossed_spread(&p->table);
    if (!(spread.variance > 0)) return NAN;
    double chance = vg_student_cdf(-spread.mean / sqrt(spread.variance), spread.df);
    return chance < VG_P_LEAST ? VG_P_LEAST : chance;
}

// --- the whole ---------------------------------------------------------------------------------------------

static void count_endings(const vg_endings *p, vg_survival *out) {
    double none = NAN, time = 0;
    vg_estimate no = vg_estimate_none;
    *out = (vg_survival){p->count, 0, 0, no, no, no, no, none, none, no, none};
    for (int64_t i = 0; i < p->count; i++) {
        if (p->rows[i].cause == VG_CAUSE_OFF_ROAD) out->departed++, time += p->rows[i].time;
        out->stalled += p->rows[i].cause == VG_CAUSE_STALLED;
    }
    if (out->departed) out->mean_time = time / (double)out->departed;
}

vg_err vg_survival_summary(const vg_lives *lives, uint64_t seed, vg_survival *out, vg_diag *diag) {
    vg_endings p;
    vg_err err = vg_endings_open(lives, &p, diag);
    if (err) return err;
    count_endings(&p, out);
    out->off_road = vg_endings_incidence(&p, VG_CAUSE_OFF_ROAD, lives->horizon);
    out->stall = vg_endings_incidence(&p, VG_CAUSE_STALLED, lives->horizon);
    out->median = (vg_estimate){half_ended(&p, VALUE), half_ended(&p, HIGH), half_ended(&p, LOW)};
    err = restricted_mean(&p, seed, &out->restricted, diag);
    out->rising_until = rising_until(&p);
    if (!err && out->departed >= 5) {
        err = hazard_ratio(&p, out->rising_until, seed, &out->hazard_ratio, diag);
        out->rising_p = rising(&p, out->rising_until);
    }
    vg_endings_close(&p);
    return err;
}
