// eval/gate/recipes_read.c -- reads an arm of a study's result, for the gate of recipes.
#include <stdio.h>
#include <string.h>

#include "eval/gate/drives_private.h"
#include "eval/gate/recipes.h"
#include "sim/base/memory.h"

void vg_recipe_free(vg_recipe *r) {
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) vg_free(r->values[m]);
    *r = (vg_recipe){0};
}

static size_t seeds_of(const json_t *arm) { return json_array_size(json_object_get(arm, "seeds")); }

static const char *label_of(const json_t *arm) {
    const char *label = json_string_value(json_object_get(arm, "label"));
    return label ? label : "";
}

static vg_err fail_arms(const vg_recipe *r, const json_t *arms, const char *label, vg_diag *diag) {
    char names[360] = "";
    for (size_t i = 0; i < json_array_size(arms); i++) {
        const json_t *arm = json_array_get(arms, i);
        size_t used = strlen(names);
        if (seeds_of(arm) > 1)
            snprintf(names + used, sizeof names - used, "%s'%.60s'", used ? ", " : "", label_of(arm));
    }
    if (!names[0])
        return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, "arms",
                          "no recipe of at least 2 training seeds: `verge study` makes such a result");
    if (label)
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, r->path, 0, NULL,
                          "no recipe '%.60s' of at least 2 training seeds; it has %s", label, names);
    return vg_fail_at(diag, VG_ERR_ARGUMENT, r->path, 0, NULL, "several recipes, choose one by its label: %s",
                      names);
}

static vg_err find_arm(const vg_recipe *r, const json_t *arms, const char *label, const json_t **out,
                       vg_diag *diag) {
    int32_t found = 0;
    for (size_t i = 0; i < json_array_size(arms); i++) {
        const json_t *arm = json_array_get(arms, i);
        if (seeds_of(arm) < 2 || (label && strcmp(label_of(arm), label) != 0)) continue;
        *out = arm, found++;
    }
    return found == 1 ? VG_OK : fail_arms(r, arms, label, diag);
}

static vg_err take_values(vg_recipe *r, const json_t *arm, vg_diag *diag) {
    static const char *const keys[] = {
#define X(name, key, margin, text) key,
        VG_RECIPE_METRICS(X)
#undef X
    };
    const json_t *seeds = json_object_get(arm, "seeds");
    r->seeds = (int32_t)json_array_size(seeds);
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) {
        r->values[m] = vg_new(double, r->seeds);
        if (!r->values[m]) return vg_fail_memory(diag);
        for (int32_t i = 0; i < r->seeds; i++) {
            const json_t *value = json_object_get(json_array_get(seeds, (size_t)i), keys[m]);
            if (!json_is_number(value))
                return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, keys[m],
                                  "training seed %d of '%.60s' has no score: a run that failed must not "
                                  "count as a low score",
                                  i + 1, r->label);
            r->values[m][i] = json_number_value(value);
        }
    }
    return VG_OK;
}

static vg_err take(vg_recipe *r, const json_t *root, const char *label, vg_diag *diag) {
    const json_t *suite = json_object_get(root, "suite"), *arm = NULL;
    const char *kind = json_string_value(json_object_get(root, "kind"));
    const char *hash = json_string_value(json_object_get(suite, "hash"));
    const char *name = json_string_value(json_object_get(suite, "name"));
    const char *car = json_string_value(json_object_get(json_object_get(root, "car"), "hash"));
    if (!kind || strcmp(kind, "verge result") != 0 || !hash || !name || !car)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, "kind", "is not a result of `verge study`");
    snprintf(r->suite, sizeof r->suite, "%s", name);
    snprintf(r->suite_hash, sizeof r->suite_hash, "%s", hash);
    snprintf(r->car_hash, sizeof r->car_hash, "%s", car);
    vg_err err = find_arm(r, json_object_get(root, "arms"), label, &arm, diag);
    if (err) return err;
    snprintf(r->label, sizeof r->label, "%s", label_of(arm));
    err = take_values(r, arm, diag);
    return err ? err : vg_json_check_seal(r->path, root, diag);
}

vg_err vg_recipe_read(const char *path, const char *label, vg_recipe *out, vg_diag *diag) {
    *out = (vg_recipe){0};
    json_t *root;
    vg_err err = vg_result_load(path, out->path, &root, diag);
    if (err) return err;
    err = take(out, root, label, diag);
    json_decref(root);
    if (err) vg_recipe_free(out);
    return err;
}
