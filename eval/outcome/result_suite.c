#include "eval/outcome/result_suite.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

// Writes a list in the form that `--set` takes.
static void join(const json_t *list, vg_text *out) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *item = json_string_value(json_array_get(list, i));
        vg_text_add(out, "%s%s", i ? ", " : "", item ? item : "");
    }
}

static vg_err set_key(const char *path, const json_t *suite, const vg_key *key, vg_suite_config *config,
                      vg_diag *diag) {
    const json_t *value = json_object_get(suite, key->name);
    vg_text text = {0};
    char number[32];
    if (json_is_array(value))
        join(value, &text);
    else if (json_is_integer(value))
        vg_text_add(&text, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        vg_text_add(&text, "%s", vg_format_double(json_real_value(value), number));
    else if (json_is_string(value))
        vg_text_add(&text, "%s", json_string_value(value));
    vg_err err = text.failed ? vg_fail_memory(diag) : VG_OK;
    if (!err && !value) err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, key->name, "is missing in the suite");
    if (!err)
        err = vg_config_set(&vg_suite_schema, config, key->name, text.size ? text.bytes : "", path, 0, diag);
    vg_text_free(&text);
    return err;
}

vg_err vg_result_suite(const char *path, const json_t *suite, vg_suite_config *out, vg_diag *diag) {
    vg_err err = VG_OK;
    vg_config_default(&vg_suite_schema, out);
    for (int32_t i = 0; i < vg_suite_schema.count && !err; i++)
        err = set_key(path, suite, &vg_suite_schema.keys[i], out, diag);
    return err;
}

vg_err vg_result_suite_of_road(const vg_suite_config *config, const char *name, const char *road,
                               const char *folder, vg_suite *out, vg_diag *diag) {
    vg_suite_config *one = vg_new(vg_suite_config, 1);
    *out = (vg_suite){0};
    if (!one) return vg_fail_memory(diag);
    *one = *config;
    // Picks "seed 7" out of "seeds 1..16".
    bool seed = strncmp(road, "seed ", 5) == 0;
    snprintf(one->test, sizeof one->test, "%s%s", seed ? "seeds " : "", seed ? road + 5 : road);
    snprintf(one->car, sizeof one->car, "sedan");
    one->train[0] = one->validation[0] = 0;
    vg_err err = vg_suite_build(one, name, folder, 1, out, diag);
    vg_free(one);
    return err;
}

vg_err vg_result_car(const char *path, const json_t *car, vg_car *out, vg_diag *diag) {
    const char *name = json_string_value(json_object_get(car, "name"));
    const char *hash = json_string_value(json_object_get(car, "hash"));
    char own[17];
    *out = vg_car_default();
    if (!name || !hash)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "car", "is not an object with a name and a hash");
    snprintf(out->name, sizeof out->name, "%s", name);
#define X(field, unit, least, most, standard, help)                                                          \
    out->field = (float)json_number_value(json_object_get(car, #field));
    VG_CAR_FIELDS(X)
#undef X
    vg_err err = vg_car_check(out, diag);
    if (err) return err;
    if (strcmp(vg_hash_format(vg_car_hash(out), own), hash) == 0) return VG_OK;
    return vg_fail_at(diag, VG_ERR_MISMATCH, path, 0, "car", "has the hash %s, expected %s", own, hash);
}
