#include "eval/gate/recipes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/stats/statistics.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// --- two samples ------------------------------------------------------------------------------------------

typedef struct moments {
    double mean, variance; // of the mean
    double df;
} moments;

static moments moments_of(const double *x, int32_t n) {
    moments m = {0, 0, n - 1};
    for (int32_t i = 0; i < n; i++) m.mean += x[i] / n;
    for (int32_t i = 0; i < n; i++) m.variance += (x[i] - m.mean) * (x[i] - m.mean);
    m.variance /= (double)n * (n - 1);
    return m;
}

// A sample of each recipe, and what they say about the difference.
typedef struct contrast {
    double difference, error, df; // Welch's degrees of freedom
} contrast;

static contrast contrast_of(const double *a, int32_t n, const double *b, int32_t m) {
    moments x = moments_of(a, n), y = moments_of(b, m);
    double both = x.variance + y.variance;
    contrast c = {y.mean - x.mean, sqrt(both), n + m - 2};
    // A spread as small as the rounding error of equal values counts as zero.
    if (c.error < 1e-14 * (fabs(x.mean) + fabs(y.mean))) c.error = 0;
    if (c.error > 0) c.df = both * both / (x.variance * x.variance / x.df + y.variance * y.variance / y.df);
    return c;
}

// The resampled t of one metric, and the result of exchanged labels.
typedef struct samples {
    const double *a, *b; // [n], [m]
    int32_t n, m, count;
    contrast found;
    double *t;     // [count] ascending
    double change; // p of no change
} samples;

static uint32_t word(uint64_t seed, uint32_t entity, uint32_t resample, uint32_t i) {
    uint32_t bits[4];
    vg_random_bits(&(vg_draw){.seed = seed,
                              .stream = VG_STREAM_BOOTSTRAP,
                              .entity = entity,
                              .episode = resample,
                              .draw = i / 4},
                   bits);
    return bits[i % 4];
}

static uint32_t below(uint32_t bits, uint32_t n) { return (uint32_t)((uint64_t)bits * n >> 32); }

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double ratio(double off, double error) {
    if (error > 0) return off / error;
    return off > 0 ? HUGE_VAL : off < 0 ? -HUGE_VAL : 0;
}

enum { DRAWN = 6, EXCHANGED = 7 }; // entities

// room: [n + m].
static void resample(samples *s, uint64_t seed, double *room) {
    int32_t all = s->n + s->m, as_large = 0;
    for (uint32_t k = 0; k < (uint32_t)s->count; k++) {
        for (int32_t i = 0; i < s->n; i++)
            room[i] = s->a[below(word(seed, DRAWN, k, (uint32_t)i), (uint32_t)s->n)];
        for (int32_t i = 0; i < s->m; i++)
            room[s->n + i] = s->b[below(word(seed, DRAWN, k, (uint32_t)(s->n + i)), (uint32_t)s->m)];
        contrast drawn = contrast_of(room, s->n, room + s->n, s->m);
        s->t[k] = ratio(drawn.difference - s->found.difference, drawn.error);
    }
    qsort(s->t, (size_t)s->count, sizeof *s->t, ascending);
    for (uint32_t k = 0; k < (uint32_t)s->count; k++) {
        memcpy(room, s->a, sizeof *room * (size_t)s->n);
        memcpy(room + s->n, s->b, sizeof *room * (size_t)s->m);
        for (int32_t i = 0; i + 1 < all; i++) {
            int32_t other = i + (int32_t)below(word(seed, EXCHANGED, k, (uint32_t)i), (uint32_t)(all - i));
            double value = room[other];
            room[other] = room[i], room[i] = value;
        }
        contrast c = contrast_of(room, s->n, room + s->n, s->m);
        as_large += c.difference >= s->found.difference - 1e-12;
    }
    s->change = (1.0 + as_large) / (1.0 + s->count);
}

// One-sided p of "the difference is at most d" (above) or "at least d".
static double p_of(const samples *s, double d, bool above) {
    double t = ratio(s->found.difference - d, s->found.error);
    if (!(s->found.error > 0)) return above ? (t > 0 ? 0 : 1) : (t <= 0 ? 0 : 1);
    int32_t as_far = 0;
    for (int32_t k = 0; k < s->count; k++) as_far += above ? s->t[k] >= t : s->t[k] <= t;
    double drawn = (1.0 + as_far) / (1.0 + s->count), welch = vg_student_cdf(above ? -t : t, s->found.df);
    return drawn > welch ? drawn : welch;
}

static double reach_of(const samples *s, double level, bool above) {
    int32_t beyond = (int32_t)floor(level * (1.0 + s->count)) - 1;
    if (beyond < 0) return HUGE_VAL;
    double drawn = above ? s->t[s->count - 1 - beyond] : -s->t[beyond];
    double welch = -vg_student_quantile(level, s->found.df);
    return (drawn > welch ? drawn : welch) * s->found.error;
}

// --- the verdict ------------------------------------------------------------------------------------------

static vg_err judge_metric(const vg_recipe *a, const vg_recipe *b, int32_t metric, double margin,
                           const vg_gate_config *gate, uint64_t seed, vg_recipe_row *out, vg_diag *diag) {
    samples s = {.a = a->values[metric],
                 .b = b->values[metric],
                 .n = a->seeds,
                 .m = b->seeds,
                 .count = (int32_t)gate->resamples};
    double *room = vg_new(double, s.n + s.m);
    s.t = vg_new(double, s.count);
    vg_err err = room && s.t ? VG_OK : vg_fail_memory(diag);
    if (!err) {
        s.found = contrast_of(s.a, s.n, s.b, s.m);
        resample(&s, seed, room);
        moments x = moments_of(s.a, s.n), y = moments_of(s.b, s.m);
        double squares = x.variance * s.n * x.df + y.variance * s.m * y.df;
        *out = (vg_recipe_row){.baseline = x.mean, .result = y.mean, .margin = margin};
        out->spread = sqrt(squares / (s.n + s.m - 2));
        out->p_change = s.change, out->p_margin = p_of(&s, margin, true),
        out->p_pass = p_of(&s, margin, false);
        bool still = !(s.found.error > 0);
        out->low = s.found.difference - (still ? 0 : reach_of(&s, gate->alpha, true));
        out->high = s.found.difference + (still ? 0 : reach_of(&s, gate->alpha, false));
    }
    vg_free(room);
    vg_free(s.t);
    return err;
}

static vg_err check_pair(const vg_recipe *a, const vg_recipe *b, vg_diag *diag) {
    if (strcmp(a->suite_hash, b->suite_hash) != 0)
        return vg_fail(diag, VG_ERR_MISMATCH,
                       "the suite is '%.60s' %s for the baseline and '%.60s' %s for the result: score both "
                       "on the same suite",
                       a->suite, a->suite_hash, b->suite, b->suite_hash);
    if (strcmp(a->car_hash, b->car_hash) != 0)
        return vg_fail(diag, VG_ERR_MISMATCH, "the car is %s for the baseline and %s for the result",
                       a->car_hash, b->car_hash);
    return VG_OK;
}

static void take_verdicts(vg_recipe_judgement *j) {
    bool any_regressed = false, all_pass = true;
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) {
        vg_recipe_row *row = &j->rows[m];
        bool changed = row->p_holm <= j->alpha;
        if (!changed && row->low > 0) row->low = 0;
        row->verdict = changed && row->p_margin <= j->alpha ? VG_REGRESSED
                       : row->p_pass <= j->alpha            ? VG_PASS
                                                            : VG_INCONCLUSIVE;
        any_regressed = any_regressed || row->verdict == VG_REGRESSED;
        all_pass = all_pass && row->verdict == VG_PASS;
    }
    j->verdict = any_regressed ? VG_REGRESSED : all_pass ? VG_PASS : VG_INCONCLUSIVE;
}

vg_err vg_recipes_judge(const vg_recipe *a, const vg_recipe *b, const vg_gate_config *gate, uint64_t seed,
                        vg_recipe_judgement *out, vg_diag *diag) {
    static const char *const names[] = {
#define X(name, key, margin, text) #name,
        VG_RECIPE_METRICS(X)
#undef X
    };
    const double margins[] = {
#define X(name, key, margin, text) gate->margin,
        VG_RECIPE_METRICS(X)
#undef X
    };
    double raw[VG_RECIPE_METRIC_COUNT], holm[VG_RECIPE_METRIC_COUNT];
    *out = (vg_recipe_judgement){.alpha = gate->alpha};
    vg_err err = check_pair(a, b, diag);
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT && !err; m++) {
        err = judge_metric(a, b, m, margins[m], gate, seed, &out->rows[m], diag);
        out->rows[m].name = names[m];
        raw[m] = out->rows[m].p_change;
    }
    if (!err) err = vg_holm(raw, VG_RECIPE_METRIC_COUNT, holm, diag);
    if (err) return err;
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) out->rows[m].p_holm = holm[m];
    take_verdicts(out);
    return VG_OK;
}

// --- power ------------------------------------------------------------------------------------------------

// By the shifted t: the estimate lies `beyond` above the margin on the mean, and must lie t standard errors
// above it.
double vg_recipe_seen(int32_t seeds, double spread, double alpha, double power) {
    double df = 2.0 * seeds - 2, error = spread * sqrt(2.0 / seeds);
    return (vg_student_quantile(1 - alpha, df) + vg_student_quantile(power, df)) * error;
}

int32_t vg_recipe_seeds_needed(double beyond, double spread, double alpha, double power) {
    int32_t low = 1, high = 2;
    while (high < 1 << 24 && vg_recipe_seen(high, spread, alpha, power) > beyond) low = high, high *= 2;
    while (high - low > 1) {
        int32_t middle = (low + high) / 2;
        if (vg_recipe_seen(middle, spread, alpha, power) > beyond)
            low = middle;
        else
            high = middle;
    }
    return high;
}
