#include "eval/stats/incidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/stats/incidence_private.h"
#include "sim/base/memory.h"

// --- endings -----------------------------------------------------------------------------------------------

static int by_time(const void *a, const void *b) {
    const vg_ending *x = a, *y = b;
    if (x->time != y->time) return x->time < y->time ? -1 : 1;
    if (x->cell != y->cell) return x->cell < y->cell ? -1 : 1;
    return (x->cause > y->cause) - (x->cause < y->cause);
}

bool vg_endings_is(const vg_ending *ending, vg_cause asked) {
    return ending->cause == asked || (asked == VG_CAUSE_ANY && ending->cause != VG_CAUSE_NONE);
}

void vg_endings_close(vg_endings *e) {
    vg_free(e->rows), vg_free(e->cells), vg_free(e->rest);
    vg_share_free(e->share);
}

static vg_err check(const vg_lives *lives, vg_diag *diag) {
    if (!lives->lives || lives->seeds < 1 || lives->units < 1 || lives->each < 1 || !(lives->horizon > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d x %d x %d lives to %g s, expected at least one of each and a horizon above 0",
                       lives->seeds, lives->units, lives->each, lives->horizon);
    for (int64_t i = 0; i < (int64_t)lives->seeds * lives->units * lives->each; i++) {
        const vg_life *life = &lives->lives[i];
        if (!(life->time > 0 && isfinite(life->time)))
            return vg_fail(diag, VG_ERR_ARGUMENT, "life %lld ends at %g s, expected a time above 0",
                           (long long)i, life->time);
        if ((int)life->cause < VG_CAUSE_NONE || life->cause >= VG_CAUSE_ANY)
            return vg_fail(diag, VG_ERR_ARGUMENT, "life %lld ends by cause %d, expected 0 to %d",
                           (long long)i, (int)life->cause, VG_CAUSE_ANY - 1);
    }
    return VG_OK;
}

vg_err vg_endings_open(const vg_lives *lives, vg_endings *e, vg_diag *diag) {
    *e = (vg_endings){.lives = lives};
    vg_err err = check(lives, diag);
    if (err) return err;
    e->size = (int64_t)lives->seeds * lives->units, e->count = e->size * lives->each;
    e->rows = vg_new(vg_ending, e->count);
    e->cells = vg_new(double, e->size), e->rest = vg_new(double, e->size);
    err = e->rows && e->cells && e->rest ? vg_share_create(lives->seeds, lives->units, &e->share, diag)
                                         : vg_fail_memory(diag);
    if (err) {
        vg_endings_close(e);
        return err;
    }
    for (int64_t i = 0; i < e->count; i++) {
        const vg_life *life = &lives->lives[i];
        bool beyond = life->time > lives->horizon;
        e->rows[i] = (vg_ending){beyond ? lives->horizon : life->time, i / lives->each,
                                 beyond ? VG_CAUSE_NONE : life->cause};
    }
    qsort(e->rows, (size_t)e->count, sizeof *e->rows, by_time);
    e->table = (vg_crossed){e->cells, lives->seeds, lives->units, lives->each};
    return VG_OK;
}

// --- Aalen & Johansen --------------------------------------------------------------------------------------

// One time at which lives end: those at risk just before it, that end by any cause, and by the one asked for.
typedef struct moment {
    int64_t next; // first row after it
    double at_risk, ending, of_cause;
} moment;

static moment moment_at(const vg_endings *e, int64_t i, vg_cause cause) {
    moment m = {i, (double)(e->count - i), 0, 0};
    for (; m.next < e->count && e->rows[m.next].time == e->rows[i].time; m.next++) {
        m.ending += vg_endings_is(&e->rows[m.next], VG_CAUSE_ANY);
        m.of_cause += vg_endings_is(&e->rows[m.next], cause);
    }
    return m;
}

// The incidence at t. *whole: nobody was censored before t, so that it is a plain share.
static double incidence_at(const vg_endings *e, vg_cause cause, double t, bool *whole) {
    double survival = 1, incidence = 0;
    *whole = true;
    for (int64_t i = 0; i < e->count && e->rows[i].time <= t;) {
        moment m = moment_at(e, i, cause);
        incidence += survival * m.of_cause / m.at_risk;
        survival *= (m.at_risk - m.ending) / m.at_risk;
        if (m.ending < (double)(m.next - i) && e->rows[i].time < t) *whole = false;
        i = m.next;
    }
    return incidence;
}

static void plain_cells(vg_endings *e, vg_cause cause, double t) {
    memset(e->cells, 0, (size_t)e->size * sizeof *e->cells);
    for (int64_t i = 0; i < e->count && e->rows[i].time <= t; i++)
        e->cells[e->rows[i].cell] += vg_endings_is(&e->rows[i], cause);
    for (int64_t c = 0; c < e->size; c++) e->cells[c] /= e->lives->each;
}

// Influence values about the incidence F(t): n times the derivative by the weight of life i. With S just
// before a time, d of the Y at risk ending by any cause and d_k by this one, that is the sum over times t_j
// <= t of
//     S (1{i ends by k at t_j} - d_k / Y 1{i at risk}) / Y
//     - (1{i ends at t_j} - d / Y 1{i at risk}) (F(t) - F(t_j)) / (Y - d):
// what i adds itself, and what it takes from the survival of all that end later.
static void influence_cells(vg_endings *e, vg_cause cause, double t, double incidence) {
    double survival = 1, so_far = 0, at_risk_part = 0; // the latter: of who is still at risk
    memset(e->cells, 0, (size_t)e->size * sizeof *e->cells);
    memset(e->rest, 0, (size_t)e->size * sizeof *e->rest); // lives that have ended
    for (int64_t i = 0; i < e->count && e->rows[i].time <= t;) {
        moment m = moment_at(e, i, cause);
        double left = m.at_risk - m.ending, own = survival / m.at_risk, lost = 0;
        so_far += survival * m.of_cause / m.at_risk;
        if (left > 0) lost = (incidence - so_far) / left;
        at_risk_part += lost * m.ending / m.at_risk - own * m.of_cause / m.at_risk;
        survival *= left / m.at_risk;
        for (; i < m.next; i++) {
            const vg_ending *row = &e->rows[i];
            e->rest[row->cell] += 1;
            e->cells[row->cell] += at_risk_part + (vg_endings_is(row, cause) ? own : 0) -
                                   (vg_endings_is(row, VG_CAUSE_ANY) ? lost : 0);
        }
    }
    double each = e->lives->each, scale = (double)e->count / each;
    for (int64_t c = 0; c < e->size; c++)
        e->cells[c] = incidence + scale * (e->cells[c] + (each - e->rest[c]) * at_risk_part);
}

vg_estimate vg_endings_incidence(vg_endings *e, vg_cause cause, double t) {
    bool whole;
    double incidence = incidence_at(e, cause, t, &whole);
    if (whole)
        plain_cells(e, cause, t);
    else
        influence_cells(e, cause, t, incidence);
    vg_share_learn(e->share, &e->table);
    return vg_share_ends(e->share, 0.025);
}

// --- curves ------------------------------------------------------------------------------------------------

static void make_monotone(vg_estimate *band, int32_t count) {
    for (int32_t k = 1; k < count; k++)
        if (band[k].high < band[k - 1].high) band[k].high = band[k - 1].high;
    for (int32_t k = count - 2; k >= 0; k--)
        if (band[k].low > band[k + 1].low) band[k].low = band[k + 1].low;
}

vg_err vg_incidence_curve(const vg_lives *lives, vg_cause cause, const double *times, int32_t count,
                          vg_estimate *out, vg_diag *diag) {
    vg_endings e;
    if (count < 1 || !times) return vg_fail(diag, VG_ERR_ARGUMENT, "%d times, expected at least one", count);
    vg_err err = vg_endings_open(lives, &e, diag);
    if (err) return err;
    int64_t seen = -1, ended = 0;
    for (int32_t k = 0; k < count; k++) {
        while (ended < e.count && e.rows[ended].time <= times[k]) ended++;
        out[k] = ended == seen ? out[k - 1] : vg_endings_incidence(&e, cause, times[k]);
        seen = ended;
    }
    make_monotone(out, count);
    vg_endings_close(&e);
    return VG_OK;
}
