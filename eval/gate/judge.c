#include "eval/gate/judge.h"

#include <math.h>
#include <string.h>

#include "eval/gate/discordant.h"
#include "eval/gate/paired.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

enum { OFF_ROAD, STALLED, DRIFT, DRIFT_99, DEPARTURES, PROGRESS, COMFORT }; // in the order of VG_GATE_METRICS

static const char *const words[] = {"pass", "regressed", "inconclusive"};
const char *vg_verdict_word(vg_verdict verdict) { return words[verdict]; }

int vg_verdict_status(vg_verdict verdict) { return verdict == VG_PASS ? 0 : verdict == VG_REGRESSED ? 1 : 3; }

vg_gate_levels vg_gate_levels_once(double alpha) {
    vg_gate_levels levels = {.bound = alpha, .look = 1, .looks = 1};
    for (int32_t m = 0; m < VG_GATE_METRIC_COUNT; m++) levels.change[m] = alpha / (m + 1);
    return levels;
}

vg_err vg_gate_levels_spent(const vg_gate_config *gate, vg_gate_levels *levels, vg_diag *diag) {
    int32_t looks = (int32_t)gate->passes;
    double own[VG_LOOKS_MOST];
    vg_err err = VG_OK;
    for (int32_t m = 0; m < VG_GATE_METRIC_COUNT && !err; m++) {
        err = vg_spending_levels(gate->alpha / (m + 1), looks, own, diag);
        for (int32_t k = 0; k < looks && !err; k++) {
            levels[k].change[m] = own[k], levels[k].look = k + 1, levels[k].looks = looks;
            if (m == 0) levels[k].bound = own[k];
        }
    }
    return err;
}

// --- one number a road ------------------------------------------------------------------------------------

// The drives that are compared, and how their episodes are divided among units.
typedef struct comparison {
    const vg_drives *baseline, *result;
    int32_t units;
    double *of_baseline, *of_result; // [units]
    double *values;                  // [units]
    vg_discordant *discordant;       // [units]
    vg_resampling resampling;
} comparison;

// The unit of a row: its road, or its start if there is one road only.
static int32_t unit_of(const comparison *c, int32_t row) {
    const vg_drives *d = c->baseline;
    return d->road_count > 1 ? row / d->starts % d->road_count : row % d->starts;
}

// A share of episodes is also tested by counting: whether a drive counts. NULL: the metric is no share.
typedef bool counts(const vg_drive *drive);
static counts *count_of(int32_t metric) {
    return metric == OFF_ROAD ? vg_drive_left : metric == STALLED ? vg_drive_stalled : NULL;
}

// An episode's part in a metric's numerator and denominator; false: the pair has none.
static bool part_of(int32_t metric, const vg_drive *own, const vg_drive *other, double *top, double *bottom) {
    *bottom = 1;
    switch (metric) {
    case OFF_ROAD:
    case STALLED: *top = count_of(metric)(own); return true;
    case DRIFT: *top = (double)own->drift; break;
    case DRIFT_99:
        *top = (double)own->drift_99;
        if (vg_drive_left(own) || vg_drive_left(other)) return false;
        break;
    case DEPARTURES: *top = (double)own->departures, *bottom = (double)own->distance / 1000; break;
    case PROGRESS: *top = (double)own->progress; break;
    default: {
        double lateral = (double)own->jerk_lateral, along = (double)own->jerk_longitudinal;
        *top = sqrt(lateral * lateral + along * along);
    }
    }
    return isfinite(*top) && isfinite(*bottom);
}

// Sums a metric's numerators and denominators by unit; then replaces them by each unit's influence value
// about the metric's mean. NaN: there is no such number.
typedef struct sums {
    double *top, *bottom; // [units]
} sums;

static double influence(const sums *s, int32_t units, double *out) {
    double top = 0, bottom = 0;
    for (int32_t u = 0; u < units; u++) top += s->top[u], bottom += s->bottom[u];
    if (!(bottom > 0)) return NAN;
    double value = top / bottom, mean = bottom / units;
    for (int32_t u = 0; u < units; u++) out[u] = value + (s->top[u] - value * s->bottom[u]) / mean;
    return value;
}

static vg_err values_of(comparison *c, int32_t metric, vg_judged *row, vg_diag *diag) {
    double *memory = vg_new(double, 4 * (int64_t)c->units);
    if (!memory) return vg_fail_memory(diag);
    sums before = {memory, memory + c->units}, after = {memory + 2 * c->units, memory + 3 * c->units};
    for (int32_t i = 0; i < vg_drives_count(c->baseline); i++) {
        const vg_drive *a = &c->baseline->rows[i], *b = &c->result->rows[i];
        double top_a, bottom_a, top_b, bottom_b;
        if (!part_of(metric, a, b, &top_a, &bottom_a) || !part_of(metric, b, a, &top_b, &bottom_b)) continue;
        int32_t u = unit_of(c, i);
        before.top[u] += top_a, before.bottom[u] += bottom_a;
        after.top[u] += top_b, after.bottom[u] += bottom_b;
    }
    row->baseline = influence(&before, c->units, c->of_baseline);
    row->result = influence(&after, c->units, c->of_result);
    vg_free(memory);
    return VG_OK;
}

// --- one metric -------------------------------------------------------------------------------------------

// Few departures scatter too little among roads to show how much they could scatter. So a rate a kilometre is
// also compared with counting alone: given the baseline's events and the margin's events over this distance,
// how likely are so few? (Poisson; without any event it is the rule of three.)
typedef struct rare_law {
    double before, after, way; // events, events, km; way 0: the metric is no rate a kilometre
} rare_law;

enum { RARE = 50 }; // with more events than this, the scatter among roads is enough

static double rare_below(const rare_law *r, double d) {
    double mean = r->before + d * r->way, term = vg_exp(-mean), sum = 0;
    if (!(r->way > 0) || r->after > RARE || mean < 0) return 0;
    for (int32_t k = 0; k <= (int32_t)r->after; k++) sum += term, term *= mean / (k + 1);
    return sum;
}

static double rare_high(const rare_law *r, double level) {
    double low = -r->before / r->way, high = (10 * RARE) / r->way;
    if (!(r->way > 0) || r->after > RARE) return -HUGE_VAL;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (rare_below(r, middle) > level)
            low = middle;
        else
            high = middle;
    }
    return high;
}

// What is known of a metric before Holm's procedure sets the level of its test.
typedef struct evidence {
    vg_paired paired;      // sums of the part beyond the margin
    vg_discordant_law law; // for shares of episodes only
    rare_law rare;         // for departures a kilometre only
} evidence;

// Bounds of how much worse the metric is, at a level, by the metric's own method. A share of episodes has two
// methods; the more cautious one counts.
static double worse_low(const evidence *e, const vg_judged *row, double level) {
    double low = vg_paired_low(&e->paired, level) + fabs(row->margin);
    return count_of(row->metric) ? fmax(-1, fmin(low, vg_discordant_low(&e->law, level))) : low;
}

static double worse_high(const evidence *e, const vg_judged *row, double level) {
    double high = vg_paired_high(&e->paired, level) + fabs(row->margin);
    if (count_of(row->metric)) return fmin(1, fmax(high, vg_discordant_high(&e->law, level)));
    return row->metric == DEPARTURES ? fmax(high, rare_high(&e->rare, level)) : high;
}

// changed: the exact test rejects that nothing changed. Without that, the bound on the good side may not lie
// beyond 0.
static void set_bounds(vg_judged *row, const evidence *e, bool changed, double level) {
    bool rises = vg_gate_metric_at(row->metric).worse > 0;
    double low = worse_low(e, row, level), high = worse_high(e, row, level);
    if (!changed && low > 0) low = 0;
    row->low = rises ? low : -high, row->high = rises ? high : -low;
}

// Called after weigh_number: adds counting and the exact test.
static vg_err weigh_share(comparison *c, vg_judged *row, evidence *e, vg_diag *diag) {
    counts *event = count_of(row->metric);
    memset(c->discordant, 0, (size_t)c->units * sizeof *c->discordant);
    for (int32_t i = 0; i < vg_drives_count(c->baseline); i++) {
        bool before = event(&c->baseline->rows[i]), after = event(&c->result->rows[i]);
        vg_discordant *u = &c->discordant[unit_of(c, i)];
        u->pairs++, u->worse += after && !before, u->better += before && !after;
    }
    e->law = vg_discordant_law_of(c->discordant, c->units);
    vg_err err = vg_discordant_exact(c->discordant, c->units, &row->p_change, diag);
    if (err) return err;
    row->p_margin = fmax(row->p_margin, vg_discordant_above(&e->law, row->margin));
    row->p_pass = fmax(row->p_pass, vg_discordant_below(&e->law, row->margin));
    return VG_OK;
}

static vg_err weigh_number(comparison *c, const vg_margin *margin, vg_judged *row, evidence *e,
                           vg_diag *diag) {
    double worse = vg_gate_metric_at(row->metric).worse;
    for (int32_t u = 0; u < c->units; u++) c->values[u] = worse * (c->of_result[u] - c->of_baseline[u]);
    row->p_change = vg_paired_exact(&c->resampling, c->values);
    for (int32_t u = 0; u < c->units; u++) c->values[u] -= margin->fixed + margin->share * c->of_baseline[u];
    vg_err err = vg_paired_of(&c->resampling, c->values, &e->paired, diag);
    if (err) return err;
    row->p_margin = vg_paired_above(&e->paired, 0);
    row->p_pass = fmax(vg_paired_below(&e->paired, 0), rare_below(&e->rare, row->margin));
    return VG_OK;
}

static void count_departures(const comparison *c, rare_law *out) {
    *out = (rare_law){0};
    for (int32_t i = 0; i < vg_drives_count(c->baseline); i++) {
        out->before += (double)c->baseline->rows[i].departures,
            out->after += (double)c->result->rows[i].departures;
        out->way += (double)c->result->rows[i].distance / 1000;
    }
}

static vg_err weigh(comparison *c, int32_t metric, const vg_margin *margin, vg_judged *row, evidence *e,
                    vg_diag *diag) {
    *row = (vg_judged){metric, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, VG_INCONCLUSIVE};
    vg_err err = values_of(c, metric, row, diag);
    if (err || isnan(row->baseline) || isnan(row->result)) return err;
    row->margin = vg_gate_metric_at(metric).worse * (margin->fixed + margin->share * row->baseline);
    if (metric == DEPARTURES) count_departures(c, &e->rare);
    err = weigh_number(c, margin, row, e, diag);
    return err || !count_of(metric) ? err : weigh_share(c, row, e, diag);
}

// --- all of them ------------------------------------------------------------------------------------------

// Holm's procedure on whether anything changed: the smallest p first, each at its own level; it stops at the
// first that is not rejected. Metrics that changed are then compared with their margins.
static void take_verdicts(vg_judgement *j, const evidence *all, const vg_gate_levels *levels) {
    int32_t order[VG_GATE_METRIC_COUNT], left = 0;
    for (int32_t i = 0; i < j->count; i++) {
        if (isnan(j->rows[i].p_change)) continue;
        int32_t k = left++;
        for (; k > 0 && j->rows[order[k - 1]].p_change > j->rows[i].p_change; k--) order[k] = order[k - 1];
        order[k] = i;
    }
    j->level_change = levels->change[left ? left - 1 : 0], j->level = levels->bound;
    bool changed = true;
    double holm = 0;
    for (int32_t k = 0; k < left; k++) {
        vg_judged *row = &j->rows[order[k]];
        changed = changed && row->p_change <= levels->change[left - k - 1];
        holm = fmax(holm, fmin(1, row->p_change * (left - k)));
        row->p_holm = holm;
        row->verdict = changed && row->p_margin <= levels->bound ? VG_REGRESSED
                       : row->p_pass <= levels->bound            ? VG_PASS
                                                                 : VG_INCONCLUSIVE;
        set_bounds(row, &all[order[k]], changed, levels->bound);
    }
}

static void take_overall(vg_judgement *j) {
    j->verdict = VG_PASS;
    for (int32_t i = 0; i < j->count; i++) {
        if (j->rows[i].verdict == VG_REGRESSED) j->verdict = VG_REGRESSED;
        if (j->rows[i].verdict == VG_INCONCLUSIVE && j->verdict == VG_PASS) j->verdict = VG_INCONCLUSIVE;
    }
}

// There is nothing to resample: the difference is 0.
static vg_err judge_same(comparison *c, const vg_margin *margins, vg_judgement *out, vg_diag *diag) {
    for (int32_t m = 0; m < VG_GATE_METRIC_COUNT; m++) {
        if (!margins[m].judged) continue;
        vg_judged *row = &out->rows[out->count++];
        *row = (vg_judged){m, NAN, NAN, 0, 0, NAN, 1, 1, 1, 0, VG_PASS};
        vg_err err = values_of(c, m, row, diag);
        if (err) return err;
        row->margin = vg_gate_metric_at(m).worse * (margins[m].fixed + margins[m].share * row->baseline);
    }
    return VG_OK;
}

static vg_err judge_each(comparison *c, const vg_margin *margins, const vg_gate_levels *levels,
                         vg_judgement *out, vg_diag *diag) {
    evidence all[VG_GATE_METRIC_COUNT] = {0};
    vg_err err = VG_OK;
    for (int32_t m = 0; m < VG_GATE_METRIC_COUNT && !err; m++)
        if (margins[m].judged) {
            err = weigh(c, m, &margins[m], &out->rows[out->count], &all[out->count], diag);
            out->count++;
        }
    if (!err) take_verdicts(out, all, levels);
    for (int32_t i = 0; i < out->count; i++) vg_paired_free(&all[i].paired);
    return err;
}

static vg_err open_comparison(comparison *c, int32_t resamples, uint64_t seed, vg_diag *diag) {
    c->units = c->baseline->road_count > 1 ? c->baseline->road_count : c->baseline->starts;
    c->of_baseline = vg_new(double, c->units);
    c->of_result = vg_new(double, c->units);
    c->values = vg_new(double, c->units);
    c->discordant = vg_new(vg_discordant, c->units);
    if (!c->of_baseline || !c->of_result || !c->values || !c->discordant) return vg_fail_memory(diag);
    return vg_resampling_draw(c->units, resamples, seed, &c->resampling, diag);
}

static void close_comparison(comparison *c) {
    vg_free(c->of_baseline);
    vg_free(c->of_result);
    vg_free(c->values);
    vg_free(c->discordant);
    vg_resampling_free(&c->resampling);
}

vg_err vg_judge(const vg_drives *baseline, const vg_drives *result, const vg_gate_config *config,
                const vg_gate_levels *levels, uint64_t seed, vg_judgement *out, vg_diag *diag) {
    vg_margin margins[VG_GATE_METRIC_COUNT];
    comparison c = {.baseline = baseline, .result = result};
    *out = (vg_judgement){.alpha = config->alpha, .look = levels->look, .looks = levels->looks};
    vg_err err = vg_gate_margins(config, margins, diag);
    if (!err) err = open_comparison(&c, (int32_t)config->resamples, seed, diag);
    out->units = c.units, out->episodes = vg_drives_count(baseline);
    out->same = vg_drives_equal(baseline, result);
    for (int32_t i = 0; i < out->episodes; i++) {
        bool before = vg_drive_left(&baseline->rows[i]), after = vg_drive_left(&result->rows[i]);
        out->worse += after && !before, out->better += before && !after;
    }
    if (!err)
        err = out->same ? judge_same(&c, margins, out, diag) : judge_each(&c, margins, levels, out, diag);
    if (!err) take_overall(out);
    close_comparison(&c);
    return err;
}

// --- the worst episodes -----------------------------------------------------------------------------------

// Larger is worse; -1: the episode did not get worse.
static double worsening(const vg_drive *before, const vg_drive *after) {
    if (vg_drive_left(after)) return vg_drive_left(before) ? -1 : 1e9 - (double)after->off_time;
    if (vg_drive_stalled(after))
        return vg_drive_left(before) || vg_drive_stalled(before) ? -1 : 1e6 - (double)after->stall_time;
    double rise = (double)after->drift - (double)before->drift;
    return rise > 0 ? rise : -1;
}

int32_t vg_judge_worst(const vg_drives *baseline, const vg_drives *result, int32_t most, int32_t *rows) {
    int32_t count = 0;
    for (int32_t i = 0; i < vg_drives_count(baseline); i++) {
        double own = worsening(&baseline->rows[i], &result->rows[i]);
        int32_t k = count;
        while (k > 0 && worsening(&baseline->rows[rows[k - 1]], &result->rows[rows[k - 1]]) < own) k--;
        if (own < 0 || k >= most) continue;
        if (count < most) count++;
        for (int32_t m = count - 1; m > k; m--) rows[m] = rows[m - 1];
        rows[k] = i;
    }
    return count;
}
