#include "eval/score/analysis.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"

// --- columns of episodes: NaN where an episode has none --------------------------------------------------

typedef double column(const vg_arm_table *t, int32_t seed, int32_t e);

#define COLUMN(name, none_below_0)                                                                           \
    static double name##_of(const vg_arm_table *t, int32_t seed, int32_t e) {                                \
        double value = (double)vg_arm_episode(t, seed, e)->name;                                             \
        return none_below_0 && value < 0 ? NAN : value;                                                      \
    }
COLUMN(mean_speed, false)
COLUMN(success, false)
COLUMN(progress_ratio, false)
COLUMN(driving_score, false)
COLUMN(completion, false)
COLUMN(jerk_lateral, false)
COLUMN(jerk_longitudinal, false)
COLUMN(reversals, false)
COLUMN(lateral_acceleration_99, true)
COLUMN(at_limit_share, true)
COLUMN(departures, false)
COLUMN(excess, true)
COLUMN(action_error, true)
COLUMN(lap_time, true)

static double off_of(const vg_arm_table *t, int32_t seed, int32_t e) {
    return vg_arm_episode(t, seed, e)->off_time >= 0;
}
static double stalled_of(const vg_arm_table *t, int32_t seed, int32_t e) {
    return vg_arm_episode(t, seed, e)->outcome == VG_OUTCOME_STALLED;
}
static double collision_of(const vg_arm_table *t, int32_t seed, int32_t e) {
    return vg_arm_episode(t, seed, e)->outcome == VG_OUTCOME_COLLISION;
}
static double left_share_of(const vg_arm_table *t, int32_t seed, int32_t e) {
    const vg_episode *row = vg_arm_episode(t, seed, e);
    return row->passed ? (double)row->passed_left / row->passed : NAN;
}
static double km_of(const vg_arm_table *t, int32_t seed, int32_t e) {
    return vg_arm_episode(t, seed, e)->distance / 1000;
}
static double open_error_of(const vg_arm_table *t, int32_t seed, int32_t e) {
    const double *error = t->arm->seeds[seed].open_error;
    return error ? error[e] : NAN;
}

// For each cell, the mean over the episodes that have a value, and NaN if none has. Counts the episodes that
// have one.
static int32_t fill_cells(const vg_arm_table *t, column *value, double *cells) {
    int32_t empty = 0, units = t->units, each = t->each;
    for (int32_t c = 0; c < vg_arm_cells(t); c++) {
        double sum = 0;
        int32_t n = 0;
        for (int32_t j = 0; j < each; j++) {
            double x = value(t, c / units, c % units * each + j);
            if (!isnan(x)) sum += x, n++;
        }
        cells[c] = n ? sum / n : NAN;
        empty += !n;
    }
    return empty;
}

// If every episode of a cell left the road before it could be measured, the cell is given the mean of its
// unit over the other seeds, so that the unit does not influence that seed's result. Returns false if a unit
// was measured for no seed.
static bool fill_gaps(const vg_arm_table *t, double *cells) {
    int32_t seeds = t->seeds, units = t->units;
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

static vg_err mean_of(const vg_arm_table *t, column *value, vg_scale scale, vg_estimate *out) {
    *out = vg_estimate_none;
    if (fill_cells(t, value, t->cells) && !fill_gaps(t, t->cells)) return VG_OK;
    vg_crossed table = vg_arm_crossed(t, t->cells);
    return vg_crossed_mean(&table, scale, t->arm->draws, out, t->diag);
}

static vg_err ratio_of(const vg_arm_table *t, column *top, column *bottom, vg_estimate *out) {
    *out = vg_estimate_none;
    if (fill_cells(t, top, t->cells) && !fill_gaps(t, t->cells)) return VG_OK;
    if (fill_cells(t, bottom, t->below) && !fill_gaps(t, t->below)) return VG_OK;
    vg_crossed above = vg_arm_crossed(t, t->cells), below = vg_arm_crossed(t, t->below);
    return vg_crossed_ratio(&above, &below, VG_SCALE_LOG, t->arm->draws, out, t->diag);
}

enum { MOST_DEPARTURES = 100 }; // a kilometre: from the centreline, 10 m do not take a car off the road

static vg_err departures_per_km(const vg_arm_table *t, vg_estimate *out) {
    *out = vg_estimate_none;
    if (fill_cells(t, departures_of, t->cells) || fill_cells(t, km_of, t->below)) return VG_OK;
    vg_crossed departures = vg_arm_crossed(t, t->cells), km = vg_arm_crossed(t, t->below);
    return vg_crossed_rate(&departures, &km, MOST_DEPARTURES, out, t->diag);
}

// Whoever is slow or leaves has no lap, so gaps are not filled: then the mean stands alone.
static vg_err lap_time(const vg_arm_table *t, vg_estimate *out) {
    *out = vg_estimate_none;
    if (fill_cells(t, lap_time_of, t->cells) == 0) {
        vg_crossed table = vg_arm_crossed(t, t->cells);
        return vg_crossed_mean(&table, VG_SCALE_PLAIN, t->arm->draws, out, t->diag);
    }
    double sum = 0;
    int64_t n = 0;
    for (int64_t i = 0; i < (int64_t)t->seeds * vg_arm_episodes(t); i++) {
        double x = lap_time_of(t, (int32_t)(i / vg_arm_episodes(t)), (int32_t)(i % vg_arm_episodes(t)));
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

// A share of episodes: its cells, its value for each seed, and its interval.
static vg_err share_of(const vg_arm_table *t, column *happened, double *cells, double *seeds,
                       vg_estimate *out) {
    fill_cells(t, happened, cells);
    for (int32_t s = 0; s < t->seeds; s++) seeds[s] = row_mean(&cells[(int64_t)s * t->units], t->units);
    vg_crossed table = vg_arm_crossed(t, cells);
    return vg_crossed_share(&table, out, t->diag);
}

static vg_err outcomes(const vg_arm_table *t, vg_analysis *out) {
    vg_err err = share_of(t, off_of, out->off_cells, out->off_road_seeds, &out->off_road);
    if (!err) err = share_of(t, stalled_of, out->stalled_cells, out->stalled_seeds, &out->stalled);
    if (!err) err = share_of(t, success_of, out->success_cells, out->success_seeds, &out->success);
    if (!err) err = share_of(t, collision_of, out->collision_cells, out->collision_seeds, &out->collision);
    if (!err) err = mean_of(t, progress_ratio_of, VG_SCALE_LOG, &out->progress_ratio);
    if (!err) err = mean_of(t, driving_score_of, VG_SCALE_RATE, &out->driving_score);
    out->off_road_worst = 0;
    for (int32_t s = 0; s < t->seeds; s++) {
        t->cells[s] = out->off_road_seeds[s];
        if (t->cells[s] > out->off_road_worst) out->off_road_worst = t->cells[s];
    }
    out->off_road_iqm = vg_interquartile_mean(t->cells, t->seeds);
    return err;
}

static bool has_b(const vg_arm_table *t) {
    for (int32_t s = 0; s < t->seeds; s++)
        for (int32_t e = 0; e < vg_arm_episodes(t); e++)
            if (vg_arm_episode(t, s, e)->excess < 0 || vg_arm_trace(t, s, e)[t->samples - 1].excess < 0)
                return false;
    return true;
}

static vg_err metrics(const vg_arm_table *t, vg_analysis *out) {
    out->has_b = has_b(t);
    for (int32_t c = 0; c < vg_arm_cells(t); c++) out->excess_cells[c] = NAN;
    if (out->has_b) fill_cells(t, excess_of, out->excess_cells);
    vg_err err = outcomes(t, out);
    if (!err && out->has_b) err = mean_of(t, excess_of, VG_SCALE_RATE, &out->excess);
    if (!err) err = departures_per_km(t, &out->departures_per_km);
    if (!err) err = mean_of(t, action_error_of, VG_SCALE_LOG, &out->closed_error);
    if (!err) err = mean_of(t, mean_speed_of, VG_SCALE_PLAIN, &out->mean_speed);
    if (!err) err = mean_of(t, completion_of, VG_SCALE_RATE, &out->completion);
    if (!err) err = lap_time(t, &out->lap_time);
    if (!err) err = mean_of(t, jerk_lateral_of, VG_SCALE_LOG, &out->jerk_lateral);
    if (!err) err = mean_of(t, jerk_longitudinal_of, VG_SCALE_LOG, &out->jerk_longitudinal);
    if (!err) err = mean_of(t, lateral_acceleration_99_of, VG_SCALE_LOG, &out->lateral_acceleration_99);
    if (!err) err = mean_of(t, at_limit_share_of, VG_SCALE_RATE, &out->at_limit_share);
    if (!err) err = mean_of(t, reversals_of, VG_SCALE_LOG, &out->reversals);
    if (!err) err = mean_of(t, left_share_of, VG_SCALE_RATE, &out->left_share);
    bool all_open = true;
    for (int32_t s = 0; s < t->seeds; s++) {
        const double *error = t->arm->seeds[s].open_error;
        out->open_seeds[s] = error ? row_mean(error, vg_arm_episodes(t)) : NAN;
        all_open = all_open && error;
    }
    if (!err && all_open) err = mean_of(t, open_error_of, VG_SCALE_LOG, &out->open_error);
    if (!err && all_open) err = ratio_of(t, action_error_of, open_error_of, &out->error_ratio);
    return err;
}

// --- survival --------------------------------------------------------------------------------------------

// An episode's outcome as the end of a life. The rollout's horizon is a whole number of actions, and may be a
// little longer than requested.
static vg_life life_of(const vg_episode *row, double tick, double horizon) {
    static const vg_cause causes[] = {[VG_OUTCOME_ON_ROAD] = VG_CAUSE_NONE,
                                      [VG_OUTCOME_OFF_ROAD] = VG_CAUSE_OFF_ROAD,
                                      [VG_OUTCOME_STALLED] = VG_CAUSE_STALLED,
                                      [VG_OUTCOME_COLLISION] = VG_CAUSE_COLLISION};
    const double times[] = {[VG_OUTCOME_ON_ROAD] = row->duration,
                            [VG_OUTCOME_OFF_ROAD] = row->off_time,
                            [VG_OUTCOME_STALLED] = row->stall_time,
                            [VG_OUTCOME_COLLISION] = row->collision_time};
    return (vg_life){fmin(horizon, fmax(tick, times[row->outcome])), causes[row->outcome]};
}

static vg_err survival(const vg_arm_table *t, vg_analysis *out) {
    double horizon = t->arm->horizon;
    vg_life *lives = vg_new(vg_life, (int64_t)t->seeds * vg_arm_episodes(t)), *life = lives;
    if (!lives) return vg_fail_memory(t->diag);
    for (int32_t s = 0; s < t->seeds; s++) {
        double tick = t->arm->seeds[s].rollout->tick_seconds;
        for (int32_t e = 0; e < vg_arm_episodes(t); e++)
            *life++ = life_of(vg_arm_episode(t, s, e), tick, horizon);
    }
    vg_lives table = {lives, t->seeds, t->units, t->each, horizon};
    vg_err err = vg_survival_summary(&table, t->arm->draws, &out->survival, t->diag);
    if (!err) err = vg_survival_curve(&table, out->times, out->time_count, out->alive, t->diag);
    const struct {
        vg_cause cause;
        vg_estimate *curve, *hazard;
    } by[] = {{VG_CAUSE_OFF_ROAD, out->off, out->hazard}, {VG_CAUSE_STALLED, out->stall, out->stall_hazard}};
    for (int k = 0; k < 2 && !err; k++) {
        err = vg_incidence_curve(&table, by[k].cause, out->times, out->time_count, by[k].curve, t->diag);
        if (!err) err = vg_survival_hazard(&table, by[k].cause, VG_HAZARD_BINS, by[k].hazard, t->diag);
    }
    vg_free(lives);
    return err;
}

// --- the whole analysis ----------------------------------------------------------------------------------

// The arrays of an analysis: X(field, type, count), for those that make and free them.
#define ARRAYS(X)                                                                                            \
    X(off_road_seeds, double, out->seeds)                                                                    \
    X(stalled_seeds, double, out->seeds)                                                                     \
    X(collision_seeds, double, out->seeds)                                                                   \
    X(success_seeds, double, out->seeds)                                                                     \
    X(open_seeds, double, out->seeds)                                                                        \
    X(drift_seeds, double, out->seeds)                                                                       \
    X(off_cells, double, (int64_t)out->seeds * out->units)                                                   \
    X(stalled_cells, double, (int64_t)out->seeds * out->units)                                               \
    X(success_cells, double, (int64_t)out->seeds * out->units)                                               \
    X(collision_cells, double, (int64_t)out->seeds * out->units)                                             \
    X(excess_cells, double, (int64_t)out->seeds * out->units)                                                \
    X(drift_cells, double, (int64_t)out->seeds * out->units)                                                 \
    X(times, double, out->time_count)                                                                        \
    X(alive, vg_estimate, out->time_count)                                                                   \
    X(off, vg_estimate, out->time_count)                                                                     \
    X(stall, vg_estimate, out->time_count)                                                                   \
    X(time_drift, vg_curve_point, out->time_count)                                                           \
    X(way_drift, vg_curve_point, out->way_count)

static bool allocate(vg_analysis *out) {
    bool all = true;
#define X(field, type, count)                                                                                \
    out->field = vg_new(type, count);                                                                        \
    all = all && out->field;
    ARRAYS(X)
#undef X
    return all;
}

static vg_err drift(const vg_arm_table *t, vg_analysis *out) {
    vg_arm_drift found = {.cells = out->drift_cells, .seeds = out->drift_seeds};
    vg_err err = vg_arm_drift_all(t, &found);
    if (err) return err;
    out->drift_50 = found.metres[0], out->drift_90 = found.metres[1], out->drift_99 = found.metres[2];
    out->share_50 = found.share[0], out->share_90 = found.share[1], out->share_99 = found.share[2];
    out->pinned_50 = found.share[0] >= 1, out->pinned_90 = found.share[1] >= 1;
    out->pinned_99 = found.share[2] >= 1;
    vg_arm_drift_by_time(t, out->times, out->time_drift);
    return vg_arm_drift_by_way(t, out->way_drift);
}

static vg_err growth(const vg_arm_table *t, vg_analysis *out) {
    vg_arm_growth found;
    vg_err err = vg_arm_growth_fit(t, out->has_b, &found);
    if (err) return err;
    out->growth_a = found.a, out->growth_b = found.b, out->growth_law = found.law;
    memcpy(out->horizons, found.horizons, sizeof out->horizons);
    out->horizon_count = found.count;
    return VG_OK;
}

vg_err vg_analysis_run(const vg_arm *arm, int32_t threads, vg_analysis *out, vg_diag *diag) {
    (void)threads; // compared with the rollouts this takes almost no time
    *out = (vg_analysis){0};
    vg_arm_table t;
    vg_err err = vg_arm_open(arm, &t, diag);
    if (err) return err;
    out->seeds = t.seeds, out->units = t.units, out->each = t.each;
#define X(name, unit, worse, text) out->name = vg_estimate_none;
    VG_METRICS(X)
#undef X
    out->time_count = t.samples;
    out->way_count = VG_WAY_POINTS;
    if (!allocate(out)) {
        err = vg_fail_memory(diag);
        goto end;
    }
    for (int32_t k = 0; k < t.samples; k++) out->times[k] = k * t.sample_seconds;
    err = metrics(&t, out);
    if (!err) err = drift(&t, out);
    if (!err) err = survival(&t, out);
    if (!err) err = growth(&t, out);
end:
    vg_arm_close(&t);
    if (err) vg_analysis_free(out);
    return err;
}

void vg_analysis_free(vg_analysis *out) {
#define X(field, type, count) vg_free(out->field);
    ARRAYS(X)
#undef X
    *out = (vg_analysis){0};
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
