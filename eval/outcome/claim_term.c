#include "eval/outcome/claim_term.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"

static bool is(const vg_claim_term *term, const char *name) { return strcmp(term->metric, name) == 0; }

static bool is_record(const vg_claim_term *term) { return strncmp(term->metric, "record.", 7) == 0; }

static bool is_until(const vg_claim_term *term) { return strncmp(term->metric, "until.", 6) == 0; }

static bool is_lap(const vg_claim_term *term) { return is(term, "lap_time_on_road") || is(term, "best_lap"); }

static int32_t metric_index(const char *name) {
    for (int32_t i = 0; i < VG_METRIC_COUNT; i++)
        if (strcmp(vg_metric_at(i).name, name) == 0) return i;
    return -1;
}

// The feature of "wasserstein_speed"; -1 if the metric is not of this kind.
static int32_t distance_index(const vg_claim_term *term) {
    for (int32_t i = 0; strncmp(term->metric, "wasserstein_", 12) == 0 && i < VG_OCCUPANCY_COUNT; i++)
        if (strcmp(term->metric + 12, vg_occupancy_name(i)) == 0) return i;
    return -1;
}

vg_term_kind vg_claim_term_kind(const vg_claim_term *term) {
    static const char *const tables[] = {"off_road", "stalled",    "collision", "success", "excess",
                                         "drift",    "open_error", "held_out",  "usable",  "lap_time_on_road",
                                         "best_lap"};
    static const char *const alone[] = {
        "hazard_ratio",    "rising_p", "b",       "b_p",     "growth_order", "growth_rate",
        "growth_evidence", "labels",   "queries", "actions", "seconds_off"};
    if (is_record(term) || distance_index(term) >= 0) return VG_TERM_TABLE;
    if (is_until(term)) return isnan(term->at) ? VG_TERM_NONE : VG_TERM_TABLE;
    if (vg_reward_metric_find(term->metric) >= 0) return VG_TERM_TABLE;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (is(term, tables[i])) return VG_TERM_TABLE;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (is(term, alone[i])) return VG_TERM_ALONE;
    return metric_index(term->metric) >= 0 ? VG_TERM_ALONE : VG_TERM_NONE;
}

static vg_estimate only(double value) { return (vg_estimate){value, NAN, NAN}; }

vg_estimate vg_claim_term_estimate(const vg_claim_term *term) {
    const vg_analysis *a = &term->arm->analysis;
    const vg_outcome_training *t = &term->arm->training;
    if (is(term, "hazard_ratio")) return a->survival.hazard_ratio;
    if (is(term, "rising_p")) return only(a->survival.rising_p);
    if (is(term, "b")) return a->has_b ? a->growth_b.b : vg_estimate_none;
    if (is(term, "growth_order")) return a->growth_law.order;
    if (is(term, "growth_rate")) return a->growth_law.rate;
    if (is(term, "growth_evidence")) return a->growth_law.evidence;
    if (is(term, "b_p")) return only(a->has_b ? a->growth_b.b_p : NAN);
    if (is(term, "labels")) return only(t->labels);
    if (is(term, "queries")) return only(t->queries);
    if (is(term, "actions")) return only(t->actions);
    if (is(term, "seconds_off")) return only(t->seconds_off);
    return vg_analysis_metric(a, metric_index(term->metric));
}

// Whether something had happened to an episode at a time.
typedef bool happened(const vg_rollout *rollout, int32_t episode, double at);

static bool left(const vg_rollout *rollout, int32_t episode, double at) {
    double off_time = rollout->episodes[episode].off_time;
    return off_time >= 0 && off_time <= at;
}

static bool collided(const vg_rollout *rollout, int32_t episode, double at) {
    double time = rollout->episodes[episode].collision_time;
    return time > 0 && time <= at;
}

static bool had_stalled(const vg_rollout *rollout, int32_t episode, double at) {
    double stall_time = rollout->episodes[episode].stall_time;
    return stall_time >= 0 && stall_time <= at && !left(rollout, episode, at) &&
           !collided(rollout, episode, at);
}

// The trace tells the progress by a time that is not the horizon.
static bool succeeds(const vg_rollout *rollout, int32_t episode, double at) {
    const vg_episode *row = &rollout->episodes[episode];
    if (at >= row->duration || !rollout->trace) return row->success;
    int32_t sample = (int32_t)(at / rollout->sample_seconds + 1e-6);
    const vg_trace_point *then = &rollout->trace[(int64_t)episode * rollout->samples + sample];
    double stall_time = row->stall_time;
    bool on = !left(rollout, episode, at) && !collided(rollout, episode, at) &&
              !(stall_time >= 0 && stall_time <= at);
    return on && (double)then->progress >= VG_SUCCESS_PROGRESS * (double)then->expected;
}

static happened *event_of(const vg_claim_term *term) {
    return is(term, "off_road")    ? left
           : is(term, "stalled")   ? had_stalled
           : is(term, "collision") ? collided
           : is(term, "success")   ? succeeds
                                   : NULL;
}

// For each cell, the share of episodes to which it had happened within `at` seconds.
static void count_cells(const vg_outcome_arm *arm, happened *event, double at, double *cells) {
    const vg_analysis *a = &arm->analysis;
    for (int32_t s = 0; s < a->seeds; s++)
        for (int32_t u = 0; u < a->units; u++) {
            int32_t count = 0;
            for (int32_t e = 0; e < a->each; e++)
                count += event(arm->arm.seeds[s].rollout, u * a->each + e, at);
            cells[s * a->units + u] = (double)count / a->each;
        }
}

// A number of the training record, [rounds]; NULL: it has none of this name.
static const double *record_of(const vg_outcome_record *r, const char *name, int32_t seed) {
    for (int32_t n = 0; r && n < r->name_count; n++)
        if (strcmp(r->names[n], name) == 0) return r->values + ((int64_t)n * r->seeds + seed) * r->rounds;
    return NULL;
}

// The actions driven until a number of the record was at least so much; all of them where it never was.
static double until(const vg_claim_term *term, int32_t seed) {
    const vg_outcome_record *r = term->arm->record;
    const double *values = record_of(r, term->metric + 6, seed), *actions = record_of(r, "actions", seed);
    double driven = NAN;
    for (int32_t k = 0; values && actions && k < r->rounds && !isnan(actions[k]); k++) {
        driven = actions[k];
        if (values[k] >= term->at) break; // a round without the number has NaN
    }
    return driven;
}

static double recorded(const vg_claim_term *term, int32_t seed) {
    const vg_outcome_record *r = term->arm->record;
    const double *values = record_of(r, term->metric + 7, seed);
    if (values) {
        if (!isnan(term->at))
            return term->at >= 1 && term->at <= r->rounds ? values[(int32_t)term->at - 1] : NAN;
        int32_t last = r->rounds - 1;
        while (last > 0 && isnan(values[last])) last--;
        return r->rounds ? values[last] : NAN;
    }
    return NAN;
}

// Whether at least nine tenths of a training seed's episodes succeed within `at` seconds.
static double usable(const vg_outcome_arm *arm, double at, int32_t seed) {
    enum { TENTH = 10 };
    int32_t count = arm->analysis.units * arm->analysis.each, failed = 0;
    for (int32_t e = 0; e < count; e++) failed += !succeeds(arm->arm.seeds[seed].rollout, e, at);
    return failed * TENTH <= count;
}

// The best lap of an episode that kept to the road; the horizon, if there is none.
static double lap_of(const vg_outcome_arm *arm, int32_t seed, int32_t episode) {
    const vg_episode *row = &arm->arm.seeds[seed].rollout->episodes[episode];
    bool kept = row->outcome == VG_OUTCOME_ON_ROAD && row->lap_time > 0;
    return kept ? row->lap_time : arm->arm.horizon;
}

// The laps of a cell: their mean, or the best.
static double laps_of(const vg_outcome_arm *arm, int32_t i, bool best) {
    const vg_analysis *a = &arm->analysis;
    double sum = 0, least = INFINITY;
    for (int32_t e = 0; e < a->each; e++) {
        double lap = lap_of(arm, i / a->units, i % a->units * a->each + e);
        sum += lap, least = fmin(least, lap);
    }
    return best ? least : sum / a->each;
}

static double reward_cell(const vg_claim_term *term, int32_t i) {
    const vg_reward_score *score = term->arm->reward;
    const double *cells = score ? score->cells[vg_reward_metric_find(term->metric)] : NULL;
    return cells ? cells[i] : NAN;
}

// Value i of a term's table, for all metrics but those of event_of.
static double cell(const vg_claim_term *term, int32_t i) {
    const vg_analysis *a = &term->arm->analysis;
    if (is(term, "excess")) return a->has_b ? a->excess_cells[i] : NAN;
    if (is(term, "drift")) return a->drift_cells[i];
    if (is(term, "held_out")) return term->arm->arm.seeds[i].held_out;
    if (is(term, "usable")) return usable(term->arm, isnan(term->at) ? INFINITY : term->at, i);
    if (is(term, "open_error")) return a->open_seeds[i];
    if (is_lap(term)) return laps_of(term->arm, i, is(term, "best_lap"));
    if (vg_reward_metric_find(term->metric) >= 0) return reward_cell(term, i);
    if (distance_index(term) >= 0)
        return term->arm->human_likeness ? term->arm->human_likeness[i].distance[distance_index(term)] : NAN;
    return is_until(term) ? until(term, i) : recorded(term, i);
}

bool vg_claim_term_counts(const vg_claim_term *term) { return event_of(term) || is(term, "usable"); }

vg_err vg_claim_term_table(const vg_claim_term *term, vg_crossed *out, double **cells, vg_scale *scale,
                           vg_diag *diag) {
    const vg_analysis *a = &term->arm->analysis;
    happened *event = event_of(term);
    int32_t reward = vg_reward_metric_find(term->metric);
    bool rate = event || is(term, "excess") || is(term, "drift");
    bool by_unit = rate || is_lap(term) || (reward >= 0 && vg_reward_metric_by_unit(reward));
    int32_t units = by_unit ? a->units : 1;
    *scale = rate || is(term, "usable") ? VG_SCALE_RATE
             : reward >= 0              ? vg_reward_metric_scale(reward)
                                        : VG_SCALE_LOG;
    *cells = vg_new(double, (int64_t)a->seeds *units);
    *out = (vg_crossed){*cells, a->seeds, units, by_unit ? a->each : 1};
    if (!*cells) return vg_fail_memory(diag);
    if (event) count_cells(term->arm, event, isnan(term->at) ? INFINITY : term->at, *cells);
    for (int32_t i = 0; i < a->seeds * units && !event; i++) (*cells)[i] = cell(term, i);
    return VG_OK;
}
