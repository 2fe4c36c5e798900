#include "eval/outcome/result.h"

#include <math.h>

#include "eval/outcome/claims.h"
#include "eval/score/episode_drift.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

uint64_t vg_result_score_hash(const vg_rollout *r) {
    uint64_t h = 0;
    for (int32_t e = 0; e < r->count; e++) h = vg_episode_hash(h, &r->episodes[e]);
    return h;
}

// --- values ------------------------------------------------------------------------------------------------

// The document while it is built. If jansson fails, the error is remembered and reported once, at the end.
typedef struct document {
    const vg_outcome *outcome;
    bool episodes, failed;
    bool no_text; // the cause is a text that is not UTF-8, not lack of memory
} document;

static void put(document *d, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value)) d->failed = true;
}

static void add(document *d, json_t *list, json_t *value) {
    if (json_array_append_new(list, value)) d->failed = true;
}

// jansson returns NULL for either reason; without its check, only for lack of memory.
static json_t *string(document *d, const char *text) {
    json_t *checked = json_string(text);
    if (checked) return checked;
    json_t *unchecked = json_string_nocheck(text);
    if (unchecked) d->no_text = true;
    json_decref(unchecked);
    return NULL;
}

static json_t *hash_json(uint64_t hash) {
    char text[17];
    return hash ? json_string(vg_hash_format(hash, text)) : json_null();
}

#define number     vg_json_number
#define float_json vg_json_float

static json_t *estimate(document *d, vg_estimate e) {
    if (!isfinite(e.value)) return json_null();
    json_t *object = json_object();
    put(d, object, "value", number(e.value));
    put(d, object, "low", number(e.low));
    put(d, object, "high", number(e.high));
    return object;
}

static json_t *estimates(document *d, const vg_estimate *e, int32_t count) {
    json_t *list = json_array();
    for (int32_t i = 0; i < count; i++) add(d, list, estimate(d, e[i]));
    return list;
}

static json_t *numbers(document *d, const double *values, int32_t count) {
    json_t *list = json_array();
    for (int32_t i = 0; i < count; i++) add(d, list, number(values[i]));
    return list;
}

// --- inputs ------------------------------------------------------------------------------------------------

static json_t *list_json(document *d, const char *list) {
    json_t *items = json_array();
    char item[VG_KEY_TEXT_SIZE];
    for (int32_t i = 0; vg_config_item(list, i, item); i++) add(d, items, string(d, item));
    return items;
}

static json_t *key_json(document *d, const vg_key *key, const vg_suite_config *config) {
    char value[VG_KEY_LIST_SIZE];
    double real;
    int64_t whole;
    vg_config_value(key, config, value);
    if (key->type == VG_KEY_LIST) return list_json(d, value);
    if (key->type == VG_KEY_INT && vg_parse_int(value, &whole)) return json_integer(whole);
    if (key->type == VG_KEY_DOUBLE && vg_parse_double(value, &real)) return number(real);
    return json_string(value);
}

static json_t *suite_json(document *d) {
    const vg_suite *suite = d->outcome->suite;
    json_t *object = json_object();
    put(d, object, "name", string(d, suite->name));
    put(d, object, "version", json_integer(suite->config.version));
    put(d, object, "hash", hash_json(vg_suite_hash(suite)));
    for (int32_t i = 0; i < vg_suite_schema.count; i++)
        put(d, object, vg_suite_schema.keys[i].name, key_json(d, &vg_suite_schema.keys[i], &suite->config));
    return object;
}

static json_t *car_json(document *d) {
    const vg_car *car = &d->outcome->suite->car;
    json_t *object = json_object();
    put(d, object, "name", string(d, car->name));
    put(d, object, "hash", hash_json(vg_car_hash(car)));
#define X(field, unit, least, most, standard, help) put(d, object, #field, float_json(car->field));
    VG_CAR_FIELDS(X)
#undef X
    return object;
}

static json_t *roads_json(document *d) {
    const vg_split *test = &d->outcome->suite->test;
    json_t *list = json_array();
    for (int32_t i = 0; i < test->count; i++) {
        vg_road_view view = vg_road_get(test->roads[i]);
        json_t *road = json_object();
        put(d, road, "name", string(d, test->names[i]));
        put(d, road, "hash", hash_json(vg_road_hash(test->roads[i])));
        put(d, road, "length", number(view.length));
        put(d, road, "closed", json_boolean(view.closed));
        add(d, list, road);
    }
    return list;
}

static json_t *costs_json(void) {
    return json_pack("{ss ss ss}", "a", "absorbing: 0 until the first departure from the road, 1 ever after",
                     "b",
                     "bounded excess offset: (|offset| - |reference's|) / half width, clipped to 0..1; 1 "
                     "while off the road; not absorbing",
                     "c", "departures, each followed by a reset onto the centreline");
}

static json_t *floors_json(document *d) {
    json_t *list = json_array();
    for (int32_t i = 0; i < d->outcome->floor_count; i++) {
        const vg_outcome_floor *f = &d->outcome->floors[i];
        json_t *row = json_object();
        put(d, row, "label", string(d, f->label));
        put(d, row, "laps", json_integer(f->laps));
        put(d, row, "laps_off", json_integer(f->laps_off));
        put(d, row, "outside", number(f->outside));
        put(d, row, "departures_per_km", number(f->departures_per_km));
        put(d, row, "drift_50", number(f->drift_50));
        put(d, row, "drift_90", number(f->drift_90));
        put(d, row, "drift_99", number(f->drift_99));
        put(d, row, "mean_speed", number(f->mean_speed));
        add(d, list, row);
    }
    return list;
}

// The states from which the episodes of each road start, where they are recorded ones: [s, offset, heading,
// speed]. A result is without the laps that they come from.
static json_t *recorded_json(document *d) {
    const vg_suite *suite = d->outcome->suite;
    if (!suite->recorded) return json_null();
    vg_rollout_def def = vg_suite_rollout(suite);
    vg_start *starts = vg_new(vg_start, (int64_t)def.road_count * def.starts);
    json_t *list = json_array();
    d->failed |= !starts;
    if (starts) vg_rollout_starts(&def, starts);
    for (int32_t r = 0; starts && r < def.road_count; r++) {
        json_t *road = json_array();
        for (int32_t k = 0; k < def.starts; k++) {
            const vg_start *at = &starts[(int64_t)r * def.starts + k];
            json_t *state = json_array();
            add(d, state, number(at->s));
            add(d, state, float_json(at->offset));
            add(d, state, float_json(at->heading));
            add(d, state, float_json(at->speed));
            add(d, road, state);
        }
        add(d, list, road);
    }
    vg_free(starts);
    return list;
}

// --- results -----------------------------------------------------------------------------------------------

static json_t *seeds_json(document *d, const vg_outcome_arm *row) {
    const vg_analysis *a = &row->analysis;
    json_t *list = json_array();
    for (int32_t i = 0; i < row->arm.seed_count; i++) {
        const vg_arm_seed *s = &row->arm.seeds[i];
        json_t *seed = json_object();
        put(d, seed, "seed", json_integer((json_int_t)s->seed));
        put(d, seed, "hash", hash_json(s->hash));
        put(d, seed, "off_road", a->off_road_seeds ? number(a->off_road_seeds[i]) : json_null());
        put(d, seed, "stalled", a->stalled_seeds ? number(a->stalled_seeds[i]) : json_null());
        put(d, seed, "collision", a->collision_seeds ? number(a->collision_seeds[i]) : json_null());
        put(d, seed, "success", a->success_seeds ? number(a->success_seeds[i]) : json_null());
        put(d, seed, "open_error", a->open_seeds ? number(a->open_seeds[i]) : json_null());
        put(d, seed, "drift_share", a->drift_seeds ? number(a->drift_seeds[i]) : json_null());
        put(d, seed, "held_out", number(s->held_out));
        put(d, seed, "score_hash", hash_json(vg_result_score_hash(s->rollout)));
        add(d, list, seed);
    }
    return list;
}

static json_t *summary_json(document *d, const vg_analysis *a) {
    json_t *object = json_object();
    for (int32_t i = 0; i < VG_METRIC_COUNT; i++)
        put(d, object, vg_metric_at(i).name, estimate(d, vg_analysis_metric(a, i)));
    return object;
}

static json_t *survival_json(document *d, const vg_survival *s) {
    json_t *object = json_object();
    put(d, object, "lives", json_integer(s->lives));
    put(d, object, "departed", json_integer(s->departed));
    put(d, object, "stalled", json_integer(s->stalled));
    put(d, object, "off_road", estimate(d, s->off_road));
    put(d, object, "stall", estimate(d, s->stall));
    put(d, object, "restricted", estimate(d, s->restricted));
    put(d, object, "median", estimate(d, s->median));
    put(d, object, "mean_time", number(s->mean_time));
    put(d, object, "rising_until", number(s->rising_until));
    put(d, object, "hazard_ratio", estimate(d, s->hazard_ratio));
    put(d, object, "rising_p", number(s->rising_p));
    return object;
}

static void put_shares(document *d, json_t *object, const char *at, const vg_curve_point *points,
                       int32_t count) {
    json_t *x = json_array(), *q50 = json_array(), *q90 = json_array(), *q99 = json_array();
    for (int32_t k = 0; k < count; k++) {
        add(d, x, number(points[k].at));
        add(d, q50, number(points[k].q50));
        add(d, q90, number(points[k].q90));
        add(d, q99, number(points[k].q99));
    }
    put(d, object, at, x);
    put(d, object, "share_50", q50);
    put(d, object, "share_90", q90);
    put(d, object, "share_99", q99);
}

// A curve over time and its band: NAME, NAME_low, NAME_high.
static void put_curve(document *d, json_t *object, const char *name, const vg_estimate *points,
                      int32_t count) {
    json_t *value = json_array(), *low = json_array(), *high = json_array();
    char key[64];
    for (int32_t k = 0; k < count; k++) {
        add(d, value, number(points[k].value));
        add(d, low, number(points[k].low));
        add(d, high, number(points[k].high));
    }
    put(d, object, name, value);
    snprintf(key, sizeof key, "%s_low", name);
    put(d, object, key, low);
    snprintf(key, sizeof key, "%s_high", name);
    put(d, object, key, high);
}

static json_t *curves_json(document *d, const vg_analysis *a) {
    json_t *object = json_object();
    put_shares(d, object, "t", a->time_drift, a->time_count);
    put(d, object, "t", numbers(d, a->times, a->time_count));
    put_curve(d, object, "alive", a->alive, a->time_count);
    put_curve(d, object, "off_road", a->off, a->time_count);
    put_curve(d, object, "stalled", a->stall, a->time_count);
    return object;
}

static json_t *way_json(document *d, const vg_analysis *a) {
    json_t *object = json_object();
    put_shares(d, object, "m", a->way_drift, a->way_count);
    return object;
}

// If the protocol forbids a fit, the value is "no fit" instead of a number.
static json_t *fit_json(document *d, bool fit, vg_estimate e) {
    return fit && isfinite(e.value) ? estimate(d, e) : json_string("no fit");
}

static json_t *growth_json(document *d, const vg_growth *g, int32_t count) {
    json_t *object = json_object(), *slopes = json_array();
    for (int32_t k = 0; k + 1 < count; k++) add(d, slopes, fit_json(d, g->fit[k], g->slope[k]));
    put(d, object, "cost", estimates(d, g->cost, count));
    put(d, object, "slope", slopes);
    put(d, object, "overall", fit_json(d, true, g->overall));
    put(d, object, "linear", estimate(d, g->a));
    put(d, object, "quadratic", estimate(d, g->b));
    put(d, object, "quadratic_p", number(g->b_p));
    return object;
}

static json_t *law_json(document *d, const vg_growth_law *law) {
    json_t *object = json_object();
    put(d, object, "verdict", json_string(vg_growth_verdict_words(law->verdict)));
    put(d, object, "order", estimate(d, law->order));
    put(d, object, "rate", estimate(d, law->rate));
    put(d, object, "evidence", estimate(d, law->evidence));
    put(d, object, "from", number(law->from));
    put(d, object, "to", number(law->to));
    return object;
}

// -1 and NaN mean "none" in the rows; they become null.
static json_t *number_or_none(double value) { return value == -1 ? json_null() : number(value); }

#define JSON_OF_double(value)          number_or_none(value)
#define JSON_OF_float(value)           float_json(value)
#define JSON_OF_int32_t(value)         json_integer(value)
#define JSON_OF_vg_outcome_kind(value) json_string(vg_outcome_word(value))

static json_t *episode_json(document *d, uint64_t seed, const vg_rollout *rollout, int32_t e) {
    json_t *object = json_object();
    const vg_episode *row = &rollout->episodes[e];
    put(d, object, "seed", json_integer((json_int_t)seed));
#define X(type, name, unit, text) put(d, object, #name, JSON_OF_##type(row->name));
    VG_EPISODE_COLUMNS(X)
#undef X
    vg_episode_drift drift = vg_episode_drift_of(rollout, e);
    put(d, object, "drift", number(drift.mean));
    put(d, object, "drift_99", number(drift.q99));
    return object;
}

static json_t *episodes_json(document *d, const vg_arm *arm) {
    json_t *list = json_array();
    for (int32_t i = 0; i < arm->seed_count; i++)
        for (int32_t e = 0; e < arm->seeds[i].rollout->count; e++)
            add(d, list, episode_json(d, arm->seeds[i].seed, arm->seeds[i].rollout, e));
    return list;
}

static void put_analysis(document *d, json_t *object, const vg_analysis *a, double horizon) {
    put(d, object, "units", json_integer(a->units));
    put(d, object, "episodes_a_unit", json_integer(a->each));
    put(d, object, "summary", summary_json(d, a));
    put(d, object, "share_50", number(a->share_50));
    put(d, object, "share_90", number(a->share_90));
    put(d, object, "share_99", number(a->share_99));
    json_t *pinned = json_object();
    put(d, pinned, "drift_50", json_boolean(a->pinned_50));
    put(d, pinned, "drift_90", json_boolean(a->pinned_90));
    put(d, pinned, "drift_99", json_boolean(a->pinned_99));
    put(d, object, "pinned", pinned);
    put(d, object, "off_road_iqm", number(a->off_road_iqm));
    put(d, object, "off_road_worst", number(a->off_road_worst));
    put(d, object, "survival", survival_json(d, &a->survival));
    put(d, object, "curves", curves_json(d, a));
    put(d, object, "way", way_json(d, a));
    json_t *hazard = json_object(), *growth = json_object();
    put(d, hazard, "bin", number(horizon / VG_HAZARD_BINS));
    put(d, hazard, "rate", estimates(d, a->hazard, VG_HAZARD_BINS));
    put(d, hazard, "stall_rate", estimates(d, a->stall_hazard, VG_HAZARD_BINS));
    put(d, object, "hazard", hazard);
    put(d, growth, "horizons", numbers(d, a->horizons, a->horizon_count));
    put(d, growth, "a", growth_json(d, &a->growth_a, a->horizon_count));
    put(d, growth, "b", a->has_b ? growth_json(d, &a->growth_b, a->horizon_count) : json_null());
    put(d, growth, "law", a->has_b ? law_json(d, &a->growth_law) : json_null());
    put(d, object, "growth", growth);
}

static json_t *training_json(document *d, const vg_outcome_training *t) {
    json_t *object = json_object();
    put(d, object, "labels", number(t->labels));
    put(d, object, "queries", number(t->queries));
    put(d, object, "actions", number(t->actions));
    put(d, object, "seconds_off", number(t->seconds_off));
    return object;
}

// For each feature, the mean distance over the seeds.
static json_t *human_likeness_json(document *d, const vg_outcome_arm *arm) {
    json_t *object = json_object();
    for (int i = 0; i < VG_OCCUPANCY_COUNT; i++) {
        double sum = 0;
        for (int32_t k = 0; k < arm->arm.seed_count; k++) sum += arm->human_likeness[k].distance[i];
        put(d, object, vg_occupancy_name(i), number(sum / arm->arm.seed_count));
    }
    return object;
}

static json_t *reward_json(document *d, const vg_reward_score *score) {
    json_t *object = json_object();
    for (int32_t i = 0; i < VG_REWARD_METRIC_COUNT; i++)
        put(d, object, vg_reward_metric_name(i),
            score->cells[i] ? estimate(d, score->estimates[i]) : json_null());
    return object;
}

// name: a list of rounds for each training seed.
static json_t *record_json(document *d, const vg_outcome_record *r) {
    json_t *object = json_object();
    for (int32_t n = 0; n < r->name_count; n++) {
        json_t *seeds = json_array();
        for (int32_t k = 0; k < r->seeds; k++)
            add(d, seeds, numbers(d, r->values + ((int64_t)n * r->seeds + k) * r->rounds, r->rounds));
        put(d, object, r->names[n], seeds);
    }
    return object;
}

static json_t *claims_json(document *d, const vg_claims *claims) {
    json_t *list = json_array();
    for (int32_t i = 0; claims && i < claims->count; i++) {
        const vg_claim *claim = &claims->rows[i];
        json_t *row = json_object();
        put(d, row, "id", json_string(claim->id));
        put(d, row, "text", json_string(claim->text));
        put(d, row, "condition", json_string(claim->condition));
        put(d, row, "estimate", estimate(d, claim->estimate));
        put(d, row, "holds", json_boolean(claim->holds));
        add(d, list, row);
    }
    return list;
}

static json_t *arm_json(document *d, const vg_outcome_arm *row) {
    json_t *object = json_object();
    put(d, object, "label", string(d, row->label));
    put(d, object, "kind", string(d, row->kind));
    put(d, object, "source", string(d, row->source));
    put(d, object, "group", string(d, row->group ? row->group : ""));
    put(d, object, "budget", number(row->budget));
    put(d, object, "sense", row->sense ? string(d, row->sense) : json_null());
    put(d, object, "taught_here", json_boolean(row->taught_here));
    put(d, object, "training", isnan(row->budget) ? json_null() : training_json(d, &row->training));
    if (row->reward) put(d, object, "reward", reward_json(d, row->reward));
    put(d, object, "human_likeness", row->human_likeness ? human_likeness_json(d, row) : json_null());
    put(d, object, "record", row->record ? record_json(d, row->record) : json_null());
    put(d, object, "tick", number(row->arm.seeds[0].rollout->tick_seconds));
    put(d, object, "action_time", number(row->arm.seeds[0].rollout->action_seconds));
    put(d, object, "seeds", seeds_json(d, row));
    put_analysis(d, object, &row->analysis, row->arm.horizon);
    if (d->episodes) put(d, object, "episodes", episodes_json(d, &row->arm));
    return object;
}

static json_t *comparisons_json(document *d) {
    json_t *list = json_array();
    for (int32_t i = 0; i < d->outcome->pair_count; i++) {
        const vg_outcome_pair *p = &d->outcome->pairs[i];
        const vg_difference *r = &p->result;
        vg_estimate improvement = {r->improvement, r->improvement_interval.low, r->improvement_interval.high};
        json_t *row = json_object();
        put(d, row, "a", string(d, d->outcome->arms[p->a].label));
        put(d, row, "b", string(d, d->outcome->arms[p->b].label));
        put(d, row, "metric", string(d, p->metric));
        put(d, row, "difference", estimate(d, r->difference));
        put(d, row, "correlation", number(r->correlation));
        put(d, row, "p", number(r->p));
        put(d, row, "p_holm", number(p->p_holm));
        put(d, row, "improvement", estimate(d, improvement));
        add(d, list, row);
    }
    return list;
}

vg_err vg_result_json(const vg_outcome *o, bool episodes, vg_text *out, vg_diag *diag) {
    document d = {.outcome = o, .episodes = episodes};
    json_t *root = json_object(), *arms = json_array();
    for (int32_t i = 0; i < o->arm_count; i++) add(&d, arms, arm_json(&d, &o->arms[i]));
    put(&d, root, "kind", string(&d, "verge result"));
    put(&d, root, "schema_version", json_integer(VG_RESULT_VERSION));
    put(&d, root, "version", string(&d, VG_VERSION));
    put(&d, root, "of", string(&d, o->kind));
    put(&d, root, "name", string(&d, o->name));
    put(&d, root, "about", string(&d, o->about));
    put(&d, root, "command", string(&d, o->command));
    put(&d, root, "configuration", string(&d, o->configuration));
    put(&d, root, "suite", suite_json(&d));
    put(&d, root, "study_hash", hash_json(o->study_hash));
    put(&d, root, "car", car_json(&d));
    put(&d, root, "roads", roads_json(&d));
    put(&d, root, "reference", string(&d, o->reference));
    put(&d, root, "costs", costs_json());
    put(&d, root, "recorded_starts", recorded_json(&d));
    put(&d, root, "floors", floors_json(&d));
    put(&d, root, "arms", arms);
    put(&d, root, "comparisons", comparisons_json(&d));
    put(&d, root, "claims", claims_json(&d, o->claims));
    vg_err err = d.failed ? VG_OK : vg_json_seal(root, diag);
    if (!d.failed && !err) vg_json_text(root, out);
    json_decref(root);
    if (err) return err;
    if (d.no_text)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the result of '%.80s' holds a text that is not UTF-8",
                       o->name);
    return d.failed || out->failed ? vg_fail_memory(diag) : VG_OK;
}
