#include "app/commands/info_settings.h"

#include <string.h>

#include "agents/experts/expert.h"
#include "eval/gate/gate_config.h"
#include "logs/import/column_map.h"
#include "sim/base/memory.h"
#include "sim/car.h"

void vg_info_keys(const vg_schema *schema, const void *config, vg_facts *facts) {
    char value[VG_KEY_LIST_SIZE];
    for (int32_t i = 0; i < schema->count; i++)
        vg_fact(facts, schema->keys[i].name, json_string(vg_config_value(&schema->keys[i], config, value)));
}

static vg_err info_gate(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_gate_config config;
    vg_fact_text(facts, "kind", "gate");
    vg_err err = vg_gate_config_read(path, &config, diag);
    if (!err) vg_info_keys(&vg_gate_schema, &config, facts);
    return err;
}

static vg_err info_map(const char *path, vg_facts *facts, vg_diag *diag) {
    vg_fact_text(facts, "kind", "column map of telemetry");
    vg_column_map *map = vg_new(vg_column_map, 1);
    if (!map) return vg_fail_memory(diag);
    vg_err err = vg_column_map_load(path, map, diag);
    if (!err) vg_info_keys(&vg_column_map_schema, map, facts);
    vg_free(map);
    return err;
}

static vg_err info_expert(const char *path, const vg_schema *schema, vg_facts *facts, vg_diag *diag) {
    vg_expert_settings settings;
    vg_fact_text(facts, "kind", "settings of an expert");
    vg_fact_text(facts, "expert", "%s", schema->name);
    vg_config_default(schema, &settings);
    vg_err err = vg_config_read(schema, &settings, path, diag);
    if (!err) vg_info_keys(schema, &settings, facts);
    return err;
}

// Whether a schema has this key, or a group of this name.
static bool has_key(const vg_schema *schema, const char *key, size_t size) {
    for (int32_t i = 0; i < schema->count; i++) {
        const char *name = schema->keys[i].name;
        if (strncmp(name, key, size) == 0 && (name[size] == 0 || name[size] == '.')) return true;
    }
    return false;
}

// How many of the keys that begin a line the schema has.
static int32_t count_keys(const vg_schema *schema, const char *text) {
    int32_t count = 0;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n"), size = strcspn(line, ":\n");
        if (size > 0 && size < length && has_key(schema, line, size)) count++;
        line += length + (line[length] == '\n');
    }
    return count;
}

vg_err vg_info_settings(const char *path, const char *text, vg_facts *facts, bool *known, vg_diag *diag) {
    const vg_schema *others[] = {&vg_gate_schema, &vg_column_map_schema}, *best = &vg_car_schema, *expert;
    int32_t most = count_keys(best, text), keys;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if ((keys = count_keys(others[i], text)) > most) most = keys, best = others[i];
    bool is_expert = false;
    for (int32_t i = 0; (expert = vg_expert_schema(i)); i++)
        if ((keys = count_keys(expert, text)) > most) most = keys, best = expert, is_expert = true;
    *known = best != &vg_car_schema;
    if (!*known) return VG_OK;
    return is_expert                 ? info_expert(path, best, facts, diag)
           : best == &vg_gate_schema ? info_gate(path, facts, diag)
                                     : info_map(path, facts, diag);
}
