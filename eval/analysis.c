#include "eval/analysis.h"

#include <math.h>

#include "eval/quantile.h"
#include "sim/base/memory.h"

enum { WAY_POINTS = 60, HORIZON_HALVINGS = 7 };

// What the parts share. Episode unit * each + j of a rollout is the j-th of its cell, whether units are roads
// or, on a single road, starts.
typedef struct work {
    const vg_arm *arm;
    vg_analysis *out;
    int32_t samples;
    double sample_seconds;
    float *values;         // [seeds][units][each][samples] of drift, or fewer of something else
    double *cells, *below; // [seeds * units]
    vg_diag *diag;
} work;

static const vg_episode *episode_at(const work *w, int32_t seed, int32_t e) {
    return &w->arm->seeds[seed].rollout->episodes[e];
}

static const vg_trace_point *trace_at(const work *w, int32_t seed, int32_t e) {
    return &w->arm->seeds[seed].rollout->trace[(int64_t)e * w->samples];
}

static int32_t episodes(const work *w) { return w->out->units * w->out->each; }
static int32_t cell_count(const work *w) { return w->out->seeds * w->out->units; }

static vg_crossed table_of(const work *w, const double *cells) {
    return (vg_crossed){cells, w->out->seeds, w->out->units, w->out->each};
}

// --- columns of episodes: NaN where an episode has none --------------------------------------------------

typedef double column(const work *w, int32_t seed, int32_t e);

#define COLUMN(name, none_below_0)                                                                           \
    static double name##_of(const work *w, int32_t seed, int32_t e) {                                        \
        double value = (double)episode_at(w, seed, e)->name;                                                 \
        return none_below_0 && value < 0 ? NAN : value;                                                      \
    }
COLUMN(mean_speed, false)
COLUMN(completion, false)
COLUMN(jerk_lateral, false)
COLUMN(jerk_longitudinal, false)
COLUMN(reversals, false)
COLUMN(departures, false)
COLUMN(excess, true)
COLUMN(action_error, true)
COLUMN(lap_time, true)

static double off_of(const work *w, int32_t seed, int32_t e) { return episode_at(w, seed, e)->off_time >= 0; }
static double km_of(const work *w, int32_t seed, int32_t e) {
    return episode_at(w, seed, e)->distance / 1000;
}
static double open_error_of(const work *w, int32_t seed, int32_t e) {
    const double *error = w->arm->seeds[seed].open_error;
    return error ? error[e] : NAN;
}

// Means over the episodes of each cell that have a value; NaN for a cell without any. How many those are.
static int32_t fill_cells(const work *w, column *value, double *cells) {
    int32_t empty = 0, units = w->out->units, each = w->out->each;
    for (int32_t c = 0; c < cell_count(w); c++) {
        double sum = 0;
        int32_t n = 0;
        for (int32_t j = 0; j < each; j++) {
            double x = value(w, c / units, c % units * each + j);
            if (!isnan(x)) sum += x, n++;
        }
        cells[c] = n ? sum / n : NAN;
        empty += !n;
    }
    return empty;
}

// Where every episode of a cell left the road before it could be measured, the cell is given the mean of its
// unit over the other seeds: the unit then says nothing about that seed, rather than something wrong.
// False: a unit nobody was measured on.
static bool fill_gaps(const work *w, double *cells) {
    int32_t seeds = w->out->seeds, units = w->out->units;
    for (int32_t u = 0; u < units; u++) {
        double sum = 0;
        int32_t n = 0;
        for (int32_t s = 0; s < seeds; s++)
            if (!isnan(cells[s * units + u])) sum += cells[s * units + u], n++;
        if (n == 0) return false;
        for (int32_t s = 0; s < seeds; s++)
            if (isnan(cells[s * units + u])) cells[s * units + u] = sum / n;
    }
    return true;
}

static vg_err mean_of(const work *w, column *value, vg_scale scale, vg_estimate *out) {
    *out = vg_estimate_none;
    if (fill_cells(w, value, w->cells) && !fill_gaps(w, w->cells)) return VG_OK;
    vg_crossed table = table_of(w, w->cells);
    return vg_crossed_mean(&table, scale, w->arm->draws, out, w->diag);
}

static vg_err ratio_of(const work *w, column *top, column *bottom, vg_estimate *out) {
    *out = vg_estimate_none;
    if (fill_cells(w, top, w->cells) && !fill_gaps(w, w->cells)) return VG_OK;
    if (fill_cells(w, bottom, w->below) && !fill_gaps(w, w->below)) return VG_OK;
    vg_crossed above = table_of(w, w->cells), below = table_of(w, w->below);
    return vg_crossed_ratio(&above, &below, VG_SCALE_LOG, w->arm->draws, out, w->diag);
}

// Whoever is slow or leaves has no lap, so gaps are not filled: then the mean stands alone.
static vg_err lap_time(const work *w, vg_estimate *out) {
    *out = vg_estimate_none;
    if (fill_cells(w, lap_time_of, w->cells) == 0) {
        vg_crossed table = table_of(w, w->cells);
        return vg_crossed_mean(&table, VG_SCALE_PLAIN, w->arm->draws, out, w->diag);
    }
    double sum = 0;
    int64_t n = 0;
    for (int64_t i = 0; i < (int64_t)w->out->seeds * episodes(w); i++) {
        double x = lap_time_of(w, (int32_t)(i / episodes(w)), (int32_t)(i % episodes(w)));
        if (!isnan(x)) sum += x, n++;
    }
    if (n) out->value = sum / (double)n;
    return VG_OK;
}

static double row_mean(const double *row, int32_t n) {
    double sum = 0;
    for (int32_t i = 0; i < n; i++) sum += row[i];
    return sum / n;
}

static vg_err off_road(const work *w) {
    vg_analysis *out = w->out;
    fill_cells(w, off_of, out->off_cells);
    out->off_road_worst = 0;
    for (int32_t s = 0; s < out->seeds; s++) {
        double rate = row_mean(&out->off_cells[s * out->units], out->units);
        out->off_road_seeds[s] = w->cells[s] = rate;
        if (rate > out->off_road_worst) out->off_road_worst = rate;
    }
    out->off_road_iqm = vg_interquartile_mean(w->cells, out->seeds);
    vg_crossed table = table_of(w, out->off_cells);
    return vg_crossed_share(&table, &out->off_road, w->diag);
}

static bool has_b(const work *w) {
    for (int32_t s = 0; s < w->out->seeds; s++)
        for (int32_t e = 0; e < episodes(w); e++)
            if (episode_at(w, s, e)->excess < 0 || trace_at(w, s, e)[w->samples - 1].excess < 0) return false;
    return true;
}

static vg_err metrics(const work *w) {
    vg_analysis *out = w->out;
    out->has_b = has_b(w);
    for (int32_t c = 0; c < cell_count(w); c++) out->excess_cells[c] = NAN;
    if (out->has_b) fill_cells(w, excess_of, out->excess_cells);
    vg_err err = off_road(w);
    if (!err && out->has_b) err = mean_of(w, excess_of, VG_SCALE_RATE, &out->excess);
    if (!err) err = ratio_of(w, departures_of, km_of, &out->departures_per_km);
    if (!err) err = mean_of(w, action_error_of, VG_SCALE_LOG, &out->closed_error);
    if (!err) err = mean_of(w, mean_speed_of, VG_SCALE_PLAIN, &out->mean_speed);
    if (!err) err = mean_of(w, completion_of, VG_SCALE_RATE, &out->completion);
    if (!err) err = lap_time(w, &out->lap_time);
    if (!err) err = mean_of(w, jerk_lateral_of, VG_SCALE_LOG, &out->jerk_lateral);
    if (!err) err = mean_of(w, jerk_longitudinal_of, VG_SCALE_LOG, &out->jerk_longitudinal);
    if (!err) err = mean_of(w, reversals_of, VG_SCALE_LOG, &out->reversals);
    bool all_open = true;
    for (int32_t s = 0; s < out->seeds; s++) {
        const double *error = w->arm->seeds[s].open_error;
        out->open_seeds[s] = error ? row_mean(error, episodes(w)) : NAN;
        all_open = all_open && error;
    }
    if (!err && all_open) err = mean_of(w, open_error_of, VG_SCALE_LOG, &out->open_error);
    if (!err && all_open) err = ratio_of(w, action_error_of, open_error_of, &out->error_ratio);
    return err;
}

// --- drift -----------------------------------------------------------------------------------------------

static float metres_of(const vg_trace_point *p) {
    if (p->ended) return NAN;
    float off = fabsf(p->offset - p->reference);
    return p->departed || off > p->edge ? p->edge : off;
}

static float share_of(const vg_trace_point *p) {
    if (p->ended) return NAN;
    float share = fabsf(p->offset - p->reference) / p->edge;
    return p->departed || share > 1 ? 1 : share;
}

static void fill_values(const work *w, float (*drift)(const vg_trace_point *)) {
    int64_t n = (int64_t)episodes(w) * w->samples;
    for (int32_t s = 0; s < w->out->seeds; s++)
        for (int64_t i = 0; i < n; i++) w->values[s * n + i] = drift(&w->arm->seeds[s].rollout->trace[i]);
}

// Of those that are not NaN. Moves them.
static vg_curve_point quantiles(float *values, int64_t count, double at) {
    int64_t n = 0;
    for (int64_t i = 0; i < count; i++)
        if (!isnan(values[i])) values[n++] = values[i];
    if (n == 0) return (vg_curve_point){at, NAN, NAN, NAN};
    return (vg_curve_point){at, vg_quantile(values, n, 0.5), vg_quantile(values, n, 0.9),
                            vg_quantile(values, n, 0.99)};
}

// values hold shares: their means, by cell and by seed.
static void drift_means(const work *w) {
    vg_analysis *out = w->out;
    int64_t each = (int64_t)out->each * w->samples;
    for (int32_t s = 0; s < out->seeds; s++) {
        double all = 0;
        int64_t all_n = 0;
        for (int32_t c = s * out->units; c < (s + 1) * out->units; c++) {
            double sum = 0;
            int64_t n = 0;
            for (int64_t i = c * each; i < (c + 1) * each; i++)
                if (!isnan(w->values[i])) sum += w->values[i], n++;
            out->drift_cells[c] = n ? sum / (double)n : NAN;
            all += sum, all_n += n;
        }
        out->drift_seeds[s] = all_n ? all / (double)all_n : NAN;
    }
}

static vg_err drift(const work *w) {
    vg_analysis *out = w->out;
    static const double wanted[] = {0.5, 0.9, 0.99};
    vg_estimate found[3];
    int64_t each = (int64_t)out->each * w->samples;
    fill_values(w, metres_of);
    vg_err err = vg_crossed_quantiles(w->values, out->seeds, out->units, each, wanted, 3, found, w->diag);
    if (err) return err;
    out->drift_50 = found[0], out->drift_90 = found[1], out->drift_99 = found[2];
    fill_values(w, share_of);
    drift_means(w);
    vg_curve_point all = quantiles(w->values, cell_count(w) * each, 0);
    out->share_50 = all.q50, out->share_90 = all.q90, out->share_99 = all.q99;
    out->pinned_50 = all.q50 >= 1, out->pinned_90 = all.q90 >= 1, out->pinned_99 = all.q99 >= 1;
    return VG_OK;
}

static void time_drift(const work *w) {
    for (int32_t k = 0; k < w->samples; k++) {
        int64_t n = 0;
        for (int32_t s = 0; s < w->out->seeds; s++)
            for (int32_t e = 0; e < episodes(w); e++) w->values[n++] = share_of(&trace_at(w, s, e)[k]);
        w->out->time_drift[k] = quantiles(w->values, n, w->out->times[k]);
    }
}

// How far way_drift reaches: half of the cars that stay on the road to the end drive as far. Farther out, a
// few fast cars would stand alone beside the departed ones. Where all depart: the farthest of them.
static double way_reach(const work *w) {
    int64_t n = 0;
    float farthest = 0;
    for (int32_t s = 0; s < w->out->seeds; s++) {
        for (int32_t e = 0; e < episodes(w); e++) {
            const vg_trace_point *last = &trace_at(w, s, e)[w->samples - 1];
            if (last->progress > farthest) farthest = last->progress;
            if (!last->departed) w->values[n++] = last->progress;
        }
    }
    return n ? quantiles(w->values, n, 0).q50 : farthest;
}

// One value a car and a point: its share when first seen at or beyond it. A departed car is at the edge from
// there on; one whose time or road is over no longer counts.
static vg_err way_drift(const work *w) {
    vg_analysis *out = w->out;
    int64_t cars = (int64_t)out->seeds * episodes(w);
    double reach = way_reach(w);
    float *shares = vg_new(float, WAY_POINTS *cars);
    if (!shares) return vg_fail_memory(w->diag);
    for (int64_t i = 0; i < WAY_POINTS * cars; i++) shares[i] = NAN;
    for (int64_t car = 0; car < cars; car++) {
        const vg_trace_point *p = trace_at(w, (int32_t)(car / episodes(w)), (int32_t)(car % episodes(w)));
        int32_t b = 0;
        for (int32_t k = 0; k < w->samples && (p[k].departed || !p[k].ended); k++)
            while (b < WAY_POINTS && (p[k].departed || p[k].progress >= reach * b / (WAY_POINTS - 1)))
                shares[b++ * cars + car] = p[k].departed ? 1 : share_of(&p[k]);
    }
    for (int32_t b = 0; b < WAY_POINTS; b++)
        out->way_drift[b] = quantiles(&shares[b * cars], cars, reach * b / (WAY_POINTS - 1));
    vg_free(shares);
    return VG_OK;
}

// --- survival --------------------------------------------------------------------------------------------

static vg_err survival(const work *w) {
    vg_analysis *out = w->out;
    double horizon = w->arm->horizon;
    vg_life *lives = vg_new(vg_life, (int64_t)out->seeds * episodes(w)), *life = lives;
    if (!lives) return vg_fail_memory(w->diag);
    for (int32_t s = 0; s < out->seeds; s++) {
        double tick = w->arm->seeds[s].rollout->tick_seconds;
        for (int32_t e = 0; e < episodes(w); e++, life++) {
            const vg_episode *row = episode_at(w, s, e);
            life->departed = row->off_time >= 0;
            life->time = life->departed ? row->off_time : row->duration;
            if (life->time < tick) life->time = tick;
            // The rollout's horizon is whole actions, and may be a little longer than what was asked for.
            if (life->time > horizon) life->time = horizon;
        }
    }
    vg_lives table = {lives, out->seeds, out->units, out->each, horizon};
    vg_err err = vg_survival_summary(&table, w->arm->draws, &out->survival, w->diag);
    if (!err) err = vg_survival_curve(&table, out->times, out->time_count, out->alive, w->diag);
    if (!err) err = vg_survival_hazard(&table, VG_HAZARD_BINS, w->arm->draws, out->hazard, w->diag);
    vg_free(lives);
    return err;
}

// --- growth with the horizon -----------------------------------------------------------------------------

static vg_growth no_growth(void) {
    vg_growth none = {.overall = vg_estimate_none, .a = vg_estimate_none, .b = vg_estimate_none, .b_p = NAN};
    for (int32_t k = 0; k < VG_HORIZONS_MOST; k++) none.cost[k] = none.slope[k] = vg_estimate_none;
    return none;
}

// Horizons halved down from the arm's, in whole samples, into at[]: the sample each ends with.
static void set_horizons(const work *w, int32_t *at) {
    vg_analysis *out = w->out;
    for (int32_t k = HORIZON_HALVINGS; k >= 0; k--) {
        double wanted = floor(w->arm->horizon / (1 << k) / w->sample_seconds + 0.5);
        if (wanted > w->samples - 1) wanted = w->samples - 1;
        int32_t n = (int32_t)wanted, last = out->horizon_count - 1;
        if (n < 2 || (last >= 0 && n <= at[last])) continue;
        at[out->horizon_count] = n;
        out->horizons[out->horizon_count++] = n * w->sample_seconds;
    }
}

static double cost_at(const work *w, bool b, int32_t seed, int32_t e, int32_t sample) {
    if (b) return (double)trace_at(w, seed, e)[sample].excess;
    double off_time = episode_at(w, seed, e)->off_time, t = sample * w->sample_seconds;
    return off_time >= 0 && off_time < t ? t - off_time : 0;
}

static vg_err growth(const work *w, const int32_t *at, bool b, double *costs, vg_growth *out) {
    const vg_analysis *a = w->out;
    double off[VG_HORIZONS_MOST];
    int64_t departed = 0;
    for (int32_t k = 0; k < a->horizon_count; k++) {
        departed = 0;
        for (int32_t c = 0; c < cell_count(w); c++) {
            double sum = 0;
            for (int32_t j = 0; j < a->each; j++) {
                int32_t seed = c / a->units, e = c % a->units * a->each + j;
                double off_time = episode_at(w, seed, e)->off_time;
                departed += off_time >= 0 && off_time <= a->horizons[k];
                sum += cost_at(w, b, seed, e, at[k]);
            }
            costs[(int64_t)k * cell_count(w) + c] = sum / a->each;
        }
        off[k] = (double)departed / ((double)cell_count(w) * a->each);
    }
    vg_growth_def def = {.horizons = a->horizons,
                         .count = a->horizon_count,
                         .costs = costs,
                         .seeds = a->seeds,
                         .units = a->units,
                         .off = off,
                         .departures = departed};
    return vg_growth_fit(&def, w->arm->draws, out, w->diag);
}

static vg_err both_growths(const work *w) {
    vg_analysis *out = w->out;
    int32_t at[VG_HORIZONS_MOST];
    out->growth_a = out->growth_b = no_growth();
    set_horizons(w, at);
    if (out->horizon_count < 2) return VG_OK; // too short to say how it grows
    double *costs = vg_new(double, (int64_t)out->horizon_count *cell_count(w));
    if (!costs) return vg_fail_memory(w->diag);
    vg_err err = growth(w, at, false, costs, &out->growth_a);
    if (!err && out->has_b) err = growth(w, at, true, costs, &out->growth_b);
    vg_free(costs);
    return err;
}

// --- all of it -------------------------------------------------------------------------------------------

static vg_err check(const vg_arm *arm, vg_diag *diag) {
    if (arm->seed_count < 1 || arm->roads < 1 || arm->starts < 1 || !(arm->horizon > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d seeds, %d roads, %d starts and %g s: expected some of each",
                       arm->seed_count, arm->roads, arm->starts, arm->horizon);
    const vg_rollout *first = arm->seeds[0].rollout;
    for (int32_t s = 0; s < arm->seed_count; s++) {
        const vg_rollout *r = arm->seeds[s].rollout;
        if (!r || !r->trace || r->samples < 1 || !(r->sample_seconds > 0))
            return vg_fail(diag, VG_ERR_ARGUMENT, "seed %d has no rollout with a trace", s);
        if (r->count != (int64_t)arm->roads * arm->starts || r->samples != first->samples ||
            r->sample_seconds != first->sample_seconds)
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "seed %d: %d episodes of %d samples, expected %d x %d of %d", s, r->count,
                           r->samples, arm->roads, arm->starts, first->samples);
    }
    return VG_OK;
}

static bool allocate(work *w) {
    vg_analysis *out = w->out;
    int64_t cells = cell_count(w);
    w->values = vg_new(float, cells * out->each * w->samples);
    w->cells = vg_new(double, cells);
    w->below = vg_new(double, cells);
    out->off_road_seeds = vg_new(double, out->seeds);
    out->open_seeds = vg_new(double, out->seeds);
    out->drift_seeds = vg_new(double, out->seeds);
    out->off_cells = vg_new(double, cells);
    out->excess_cells = vg_new(double, cells);
    out->drift_cells = vg_new(double, cells);
    out->times = vg_new(double, w->samples);
    out->alive = vg_new(vg_estimate, w->samples);
    out->time_drift = vg_new(vg_curve_point, w->samples);
    out->way_drift = vg_new(vg_curve_point, WAY_POINTS);
    return w->values && w->cells && w->below && out->off_road_seeds && out->open_seeds && out->drift_seeds &&
           out->off_cells && out->excess_cells && out->drift_cells && out->times && out->alive &&
           out->time_drift && out->way_drift;
}

vg_err vg_analysis_run(const vg_arm *arm, int32_t threads, vg_analysis *out, vg_diag *diag) {
    (void)threads; // next to the rollouts this takes no time
    *out = (vg_analysis){0};
    vg_err err = check(arm, diag);
    if (err) return err;
    work w = {.arm = arm, .out = out, .diag = diag};
    w.samples = arm->seeds[0].rollout->samples;
    w.sample_seconds = arm->seeds[0].rollout->sample_seconds;
    out->seeds = arm->seed_count;
    out->units = arm->roads >= 2 ? arm->roads : arm->starts;
    out->each = arm->roads >= 2 ? arm->starts : 1;
#define X(name, unit, worse, text) out->name = vg_estimate_none;
    VG_METRICS(X)
#undef X
    if (!allocate(&w)) {
        err = vg_fail_memory(diag);
        goto end;
    }
    out->time_count = w.samples;
    out->way_count = WAY_POINTS;
    for (int32_t k = 0; k < w.samples; k++) out->times[k] = k * w.sample_seconds;
    err = metrics(&w);
    if (!err) err = drift(&w);
    if (!err) time_drift(&w);
    if (!err) err = way_drift(&w);
    if (!err) err = survival(&w);
    if (!err) err = both_growths(&w);
end:
    vg_free(w.values);
    vg_free(w.cells);
    vg_free(w.below);
    if (err) vg_analysis_free(out);
    return err;
}

void vg_analysis_free(vg_analysis *analysis) {
    vg_free(analysis->off_road_seeds);
    vg_free(analysis->open_seeds);
    vg_free(analysis->drift_seeds);
    vg_free(analysis->times);
    vg_free(analysis->alive);
    vg_free(analysis->time_drift);
    vg_free(analysis->way_drift);
    vg_free(analysis->off_cells);
    vg_free(analysis->excess_cells);
    vg_free(analysis->drift_cells);
    *analysis = (vg_analysis){0};
}

vg_metric vg_metric_at(int32_t i) {
    static const vg_metric all[] = {
#define X(name, unit, worse, text) {#name, unit, text, worse},
        VG_METRICS(X)
#undef X
    };
    return all[i];
}

vg_estimate vg_analysis_metric(const vg_analysis *analysis, int32_t i) {
    const vg_estimate all[] = {
#define X(name, unit, worse, text) analysis->name,
        VG_METRICS(X)
#undef X
    };
    return all[i];
}
