#include "eval/stats/share.h"

#include <math.h>

#include "eval/stats/logit_normal.h"
#include "sim/base/memory.h"

struct vg_share {
    vg_logit_normal *model;
    vg_line *lines; // [seeds, or units where they are more]
    double value;   // of the table, as a share of trials
    double trials;  // in a unit of exposure
    bool has_ends;
    bool mirrored; // the model learned what did not happen, which is rarer
};

vg_err vg_share_create(int32_t seeds, int32_t units, vg_share **out, vg_diag *diag) {
    vg_share *s = *out = vg_new(vg_share, 1);
    if (!s) return vg_fail_memory(diag);
    vg_err err = vg_logit_normal_create(&s->model, diag);
    s->lines = vg_new(vg_line, seeds > units ? seeds : units);
    if (!err && !s->lines) err = vg_fail_memory(diag);
    if (err) {
        vg_share_free(s);
        *out = NULL;
    }
    return err;
}

void vg_share_free(vg_share *share) {
    if (!share) return;
    vg_logit_normal_free(share->model);
    vg_free(share->lines);
    vg_free(share);
}

// --- counts ------------------------------------------------------------------------------------------------

// Events and trials of each cell, both for one episode.
typedef struct counts {
    const double *events, *exposure; // exposure NULL: 1 everywhere
    int32_t seeds, units;
    double trials, episodes; // in a unit of exposure; of a cell
} counts;

static double trials_at(const counts *c, int64_t i) { return c->exposure ? c->exposure[i] * c->trials : 1; }

// Sums over the cells `first`, `first` + `step`, ... of one line.
static vg_line line_of(const counts *c, int64_t first, int64_t step, int32_t n) {
    vg_line sum = {0, 0};
    for (int32_t k = 0; k < n; k++)
        sum.events += c->events[first + k * step], sum.trials += trials_at(c, first + k * step);
    sum.events *= c->episodes, sum.trials *= c->episodes;
    return sum;
}

// Influence values may add up to a little less than none or more than all, and a rate may be above its most.
static vg_line within(vg_line line) {
    line.events = line.events < 0 ? 0 : line.events > line.trials ? line.trials : line.events;
    return line;
}

static double share_of(vg_line line) { return line.trials > 0 ? line.events / line.trials : 0; }

// The variance of the seeds' shares over their units, to what as many independent trials give; at least 1.
static double design_effect(const counts *c, const vg_line *lines) {
    double within = 0, binomial = 0, u = c->units;
    for (int32_t s = 0; s < c->seeds; s++) {
        double share = share_of(lines[s]), mean = lines[s].trials / c->episodes / u, sum = 0;
        if (!(mean > 0)) continue;
        for (int32_t k = 0; k < c->units; k++) {
            int64_t i = (int64_t)s * c->units + k;
            double off = (c->events[i] - share * trials_at(c, i)) / mean;
            sum += off * off;
        }
        within += sum / (u * (u - 1)), binomial += share * (1 - share) / lines[s].trials;
    }
    return within > binomial && binomial > 0 ? within / binomial : 1;
}

// What the units that all seeds share add to the variance of the mean's logit: the variance of the units'
// means less what the interaction alone gives them (analysis of variance of two ways, of influence values).
static double shared_variance(const counts *c, double value, double mean_trials) {
    double s = c->seeds, u = c->units, columns = 0, rest = 0, slope = value * (1 - value);
    if (!(slope > 0)) return 0;
    for (int32_t k = 0; k < c->units; k++) {
        double column = 0, square = 0;
        for (int32_t i = 0; i < c->seeds; i++) {
            int64_t at = (int64_t)i * c->units + k;
            double off = (c->events[at] - value * trials_at(c, at)) / mean_trials;
            column += off / s, square += off * off;
        }
        columns += column * column, rest += square;
    }
    for (int32_t i = 0; i < c->seeds; i++) {
        double row = 0;
        for (int32_t k = 0; k < c->units; k++) {
            int64_t at = (int64_t)i * c->units + k;
            row += (c->events[at] - value * trials_at(c, at)) / mean_trials / u;
        }
        rest -= u * row * row;
    }
    rest -= s * columns;
    double of_units = columns / (u * (u - 1)), of_rest = (rest > 0 ? rest : 0) / ((s - 1) * (u - 1) * s * u);
    return of_units > of_rest ? (of_units - of_rest) / (slope * slope) : 0;
}

static void learn(vg_share *share, const counts *c) {
    vg_line all = line_of(c, 0, 1, c->seeds * c->units);
    share->value = share_of(c->exposure ? all : within(all)), share->trials = c->trials;
    share->has_ends = all.trials > 0 && (c->seeds > 1 || c->units > 1);
    if (!share->has_ends) return;
    vg_shared_error shared = {0, c->units - 1};
    int32_t count = c->seeds > 1 ? c->seeds : c->units;
    for (int32_t i = 0; i < count; i++)
        share->lines[i] =
            within(c->seeds > 1 ? line_of(c, (int64_t)i * c->units, 1, c->units) : line_of(c, i, 1, 1));
    if (c->seeds > 1 && c->units > 1) {
        double effect = design_effect(c, share->lines);
        for (int32_t i = 0; i < count; i++)
            share->lines[i].events /= effect, share->lines[i].trials /= effect;
        shared.variance = shared_variance(c, share->value, all.trials / c->episodes / c->seeds / c->units);
    }
    share->mirrored = !c->exposure && share->value > 0.5;
    for (int32_t i = 0; share->mirrored && i < count; i++)
        share->lines[i].events = share->lines[i].trials - share->lines[i].events;
    vg_logit_normal_learn(share->model, share->lines, count, shared);
}

void vg_share_learn(vg_share *share, const vg_crossed *t) {
    learn(share, &(counts){t->cells, NULL, t->seeds, t->units, 1, t->episodes});
}

void vg_share_learn_rate(vg_share *share, const vg_crossed *events, const vg_crossed *exposure,
                         double trials) {
    learn(share,
          &(counts){events->cells, exposure->cells, events->seeds, events->units, trials, events->episodes});
}

// --- ends --------------------------------------------------------------------------------------------------

static double end_of(const vg_share *s, double tail, bool upper) {
    return s->mirrored ? 1 - vg_logit_normal_end(s->model, tail, !upper)
                       : vg_logit_normal_end(s->model, tail, upper);
}

vg_estimate vg_share_ends(const vg_share *s, double tail) {
    if (!s->has_ends) return (vg_estimate){s->value * s->trials, NAN, NAN};
    double low = s->value > 0 ? end_of(s, tail, false) : 0;
    double high = s->value < 1 ? end_of(s, tail, true) : 1;
    low = low < s->value ? low : s->value, high = high > s->value ? high : s->value;
    return (vg_estimate){s->value * s->trials, low * s->trials, high * s->trials};
}

vg_err vg_share_interval(const vg_crossed *table, vg_estimate *out, vg_diag *diag) {
    vg_share *share;
    *out = vg_estimate_none;
    vg_err err = vg_share_create(table->seeds, table->units, &share, diag);
    if (err) return err;
    vg_share_learn(share, table);
    *out = vg_share_ends(share, 0.025);
    vg_share_free(share);
    return VG_OK;
}

vg_estimate vg_wilson(double share, double n) {
    double z = 1.959963984540054, middle = share + z * z / (2 * n), rest = 1 + z * z / n;
    double half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    double low = (middle - half) / rest, high = (middle + half) / rest; // of 0 and 1, less a rounding
    return (vg_estimate){share, low < share ? low : share, high > share ? high : share};
}
