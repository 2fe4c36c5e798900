#include "agents/experts/expert.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/embedded.h"

static vg_err create_pursuit(const vg_schema *schema, const vg_expert_settings *set, vg_policy **out,
                             vg_diag *diag) {
    return vg_pursuit_create(schema, &set->pursuit, out, diag);
}

static vg_err create_human_model(const vg_schema *schema, const vg_expert_settings *set, vg_policy **out,
                                 vg_diag *diag) {
    (void)schema;
    return vg_human_model_create(&set->human_model, out, diag);
}

static vg_err create_line_follower(const vg_schema *schema, const vg_expert_settings *set, vg_policy **out,
                                   vg_diag *diag) {
    (void)schema;
    return vg_line_follower_create(&set->line_follower, out, diag);
}

static vg_err create_planner(const vg_schema *schema, const vg_expert_settings *set, vg_policy **out,
                             vg_diag *diag) {
    (void)schema;
    return vg_planner_create(&set->planner, out, diag);
}

typedef struct kind {
    const vg_schema *schema;
    vg_err (*create)(const vg_schema *schema, const vg_expert_settings *set, vg_policy **out, vg_diag *diag);
} kind;

static const kind kinds[] = {
    {&vg_pursuit_schema, create_pursuit},         {&vg_pursuit_noisy_schema, create_pursuit},
    {&vg_human_model_schema, create_human_model}, {&vg_line_follower_schema, create_line_follower},
    {&vg_planner_schema, create_planner},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const vg_schema *vg_expert_schema(int32_t i) { return i >= 0 && i < KINDS ? kinds[i].schema : NULL; }

const char *vg_expert_names(char names[VG_EXPERT_NAMES]) {
    size_t used = 0;
    for (int32_t i = 0; i < KINDS; i++)
        used += (size_t)snprintf(names + used, VG_EXPERT_NAMES - used, "%s%s",
                                 i == 0           ? ""
                                 : i == KINDS - 1 ? " and "
                                                  : ", ",
                                 kinds[i].schema->name);
    return names;
}

static const kind *find(const char *text) {
    size_t size = strcspn(text, ":");
    for (int32_t i = 0; i < KINDS; i++) {
        const char *name = kinds[i].schema->name;
        if (strlen(name) == size && memcmp(name, text, size) == 0) return &kinds[i];
    }
    return NULL;
}

bool vg_expert_known(const char *text) { return find(text) != NULL; }

// config=NAME: a preset of assets/experts/, else a file.
static vg_err take_config(const vg_schema *schema, void *into, const char *value, vg_diag *diag) {
    char path[VG_KEY_TEXT_SIZE + 32];
    snprintf(path, sizeof path, "assets/experts/%s.yaml", value);
    const vg_embedded *preset = vg_embedded_find(path);
    return preset ? vg_config_parse(schema, into, preset->bytes, (int64_t)preset->size, path, diag)
                  : vg_config_read(schema, into, value, diag);
}

// Is this key set among the settings from `text` up to `end`?
static bool is_set(const char *text, const char *end, const char *key) {
    size_t size = strlen(key);
    for (; text < end; text += strcspn(text, ","), text += text < end)
        if (strncmp(text, key, size) == 0 && text[size] == '=') return true;
    return false;
}

// Apply "noise=0.05,reaction=0.2" to *into, in order. Of several files a later one overrides those before.
static vg_err take_settings(const vg_schema *schema, void *into, const char *text, vg_diag *diag) {
    for (const char *all = text; *text;) {
        char setting[VG_KEY_TEXT_SIZE + 64];
        size_t size = strcspn(text, ",");
        if (size >= sizeof setting)
            return vg_fail_at(diag, VG_ERR_FORMAT, schema->name, 0, NULL, "a setting of %zu characters",
                              size);
        memcpy(setting, text, size);
        setting[size] = 0;
        char *value = strchr(setting, '=');
        if (!value)
            return vg_fail_at(diag, VG_ERR_FORMAT, schema->name, 0, NULL,
                              "'%s'; expected key=value, separated by commas; a value cannot contain a comma",
                              setting);
        *value++ = 0;
        if (strcmp(setting, "config") != 0 && is_set(all, text, setting))
            return vg_fail_at(diag, VG_ERR_FORMAT, schema->name, 0, setting,
                              "is set twice; expected one value");
        vg_err err = strcmp(setting, "config") == 0
                         ? take_config(schema, into, value, diag)
                         : vg_config_set(schema, into, setting, value, schema->name, 0, diag);
        if (err) return err;
        text += size + (text[size] == ',');
    }
    return VG_OK;
}

vg_err vg_expert_create(const char *text, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    const kind *kind = find(text);
    char names[VG_EXPERT_NAMES];
    if (!kind)
        return vg_fail(diag, VG_ERR_NOT_FOUND, "no expert '%.60s'; there are %s", text,
                       vg_expert_names(names));
    vg_expert_settings set = {0};
    vg_config_default(kind->schema, &set);
    const char *colon = strchr(text, ':');
    vg_err err = colon ? take_settings(kind->schema, &set, colon + 1, diag) : VG_OK;
    return err ? err : kind->create(kind->schema, &set, out, diag);
}
