#include "eval/result.h"

#include <math.h>

#include "sim/base/hash.h"
#include "sim/base/version.h"

static json_t *hash_json(uint64_t hash) {
    char text[17];
    return json_string(vg_hash_format(hash, text));
}

// -1 and NaN stand for "none" in the rows, and become null. So does nothing else: every column is 0 or more,
// but for the start's offset and heading.
static json_t *number_or_none(double value) {
    return isnan(value) || value == -1 ? json_null() : json_real(value);
}

// A float as its shortest decimal, not as the double it widens to.
static json_t *float_json(float value) {
    char text[32];
    double nearest = (double)value;
    vg_parse_double(vg_format_float(value, text), &nearest);
    return json_real(nearest);
}

#define JSON_OF_double(value)  number_or_none(value)
#define JSON_OF_float(value)   float_json(value)
#define JSON_OF_int32_t(value) json_integer(value)

static json_t *roads_json(const vg_result *r) {
    json_t *list = json_array();
    for (int32_t i = 0; i < r->def->road_count; i++) {
        vg_road_view view = vg_road_get(r->def->roads[i]);
        json_array_append_new(list,
                              json_pack("{ss ss so sf sb}", "name", view.name, "source", r->road_sources[i],
                                        "hash", hash_json(vg_road_hash(r->def->roads[i])), "length",
                                        view.length, "closed", view.closed));
    }
    return list;
}

static json_t *car_json(const vg_car *car) {
    json_t *object = json_pack("{ss so}", "name", car->name, "hash", hash_json(vg_car_hash(car)));
#define X(field, unit, least, most, standard, help)                                                          \
    json_object_set_new(object, #field, float_json(car->field));
    VG_CAR_FIELDS(X)
#undef X
    return object;
}

static json_t *configuration_json(const vg_result *r) {
    const vg_rollout_def *d = r->def;
    const vg_rollout *any = r->policies[0].rollout;
    json_t *spread = float_json(d->spread);
    return json_pack("{si so sf sI sf sf ss ss}", "starts", d->starts, "spread", spread, "horizon",
                     d->horizon, "seed", (json_int_t)d->seed, "tick", any->tick_seconds, "action",
                     any->sample_seconds, "off_road", "rear axle beyond an edge", "reference", "centreline");
}

#define SET(type, name, unit, text) json_object_set_new(object, #name, JSON_OF_##type(row->name));

static json_t *summary_json(const vg_score *row) {
    json_t *object = json_object();
    VG_SCORE_COLUMNS(SET)
    return object;
}

static json_t *episode_json(const vg_episode *row) {
    json_t *object = json_object();
    VG_EPISODE_COLUMNS(SET)
    return object;
}

// The curves at whole seconds.
static json_t *curve_json(const vg_score *score) {
    json_t *t = json_array(), *alive = json_array(), *q50 = json_array(), *q90 = json_array(),
           *q99 = json_array();
    double next = 0;
    for (int32_t k = 0; k < score->moment_count; k++) {
        const vg_score_moment *m = &score->moments[k];
        if (m->t < next - 1e-9 && k < score->moment_count - 1) continue;
        next += 1;
        json_array_append_new(t, json_real(m->t));
        json_array_append_new(alive, json_real(m->alive));
        json_array_append_new(q50, number_or_none(m->q50));
        json_array_append_new(q90, number_or_none(m->q90));
        json_array_append_new(q99, number_or_none(m->q99));
    }
    return json_pack("{so so so so so}", "t", t, "alive", alive, "share_50", q50, "share_90", q90, "share_99",
                     q99);
}

static json_t *policy_json(const vg_result_policy *p) {
    json_t *episodes = json_array();
    for (int32_t e = 0; e < p->rollout->count; e++)
        json_array_append_new(episodes, episode_json(&p->rollout->episodes[e]));
    json_t *hash = p->policy->hash ? hash_json(p->policy->hash) : json_null();
    const char *sense = p->policy->sense ? vg_sense_text(p->policy->sense) : NULL;
    return json_pack("{ss ss so ss? so so so so}", "label", p->label, "source", p->source, "hash", hash,
                     "sense", sense, "score_hash", hash_json(vg_score_hash(p->rollout, p->score)), "summary",
                     summary_json(p->score), "curves", curve_json(p->score), "episodes", episodes);
}

vg_err vg_result_write(const vg_result *r, vg_text *out, vg_diag *diag) {
    json_t *policies = json_array();
    for (int32_t i = 0; i < r->policy_count; i++)
        json_array_append_new(policies, policy_json(&r->policies[i]));
    json_t *root = json_pack("{ss si ss so so so so}", "kind", "verge result", "schema_version",
                             VG_RESULT_VERSION, "version", VG_VERSION, "configuration", configuration_json(r),
                             "car", car_json(r->car), "roads", roads_json(r), "policies", policies);
    bool whole = root && json_array_size(policies) == (size_t)r->policy_count;
    if (whole) vg_json_text(root, out);
    json_decref(root);
    return whole && !out->failed ? VG_OK : vg_fail_memory(diag);
}
