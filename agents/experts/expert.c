#include "agents/experts/expert.h"

#include <stdio.h>
#include <string.h>

#include "agents/experts/pursuit.h"

static const vg_schema *const experts[] = {&vg_pursuit_schema, &vg_pursuit_noisy_schema};
enum { EXPERTS = sizeof experts / sizeof *experts };

const vg_schema *vg_expert_schema(int32_t i) { return i >= 0 && i < EXPERTS ? experts[i] : NULL; }

static const vg_schema *find(const char *text) {
    size_t size = strcspn(text, ":");
    for (int32_t i = 0; i < EXPERTS; i++)
        if (strlen(experts[i]->name) == size && memcmp(experts[i]->name, text, size) == 0) return experts[i];
    return NULL;
}

bool vg_expert_known(const char *text) { return find(text) != NULL; }

// "noise=0.05,reaction=0.2" onto *into.
static vg_err take_settings(const vg_schema *schema, void *into, const char *text, vg_diag *diag) {
    while (*text) {
        char setting[128];
        size_t size = strcspn(text, ",");
        if (size >= sizeof setting)
            return vg_fail_at(diag, VG_ERR_FORMAT, schema->name, 0, NULL, "a setting of %zu characters",
                              size);
        memcpy(setting, text, size);
        setting[size] = 0;
        char *value = strchr(setting, '=');
        if (!value)
            return vg_fail_at(diag, VG_ERR_FORMAT, schema->name, 0, NULL, "'%s'; expected key=value",
                              setting);
        *value++ = 0;
        vg_err err = vg_config_set(schema, into, setting, value, schema->name, 0, diag);
        if (err) return err;
        text += size + (text[size] == ',');
    }
    return VG_OK;
}

vg_err vg_expert_create(const char *text, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    const vg_schema *schema = find(text);
    if (!schema)
        return vg_fail(diag, VG_ERR_NOT_FOUND, "no expert '%.60s'; there are %s and %s", text,
                       experts[0]->name, experts[1]->name);
    vg_pursuit settings = {0};
    vg_config_default(schema, &settings);
    const char *colon = strchr(text, ':');
    vg_err err = colon ? take_settings(schema, &settings, colon + 1, diag) : VG_OK;
    return err ? err : vg_pursuit_create(schema, &settings, out, diag);
}
