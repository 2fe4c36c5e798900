// YAML against each schema, the first byte choosing which: what is taken is within its ranges, and reads back
// from its own writing to the same values.
#include "agents/experts/expert.h"
#include "agents/learners/registry.h"
#include "eval/gate/gate_config.h"
#include "eval/study/study.h"
#include "tests/fuzz/fuzz.h"
#include "tracks/generator.h"

extern const vg_schema vg_wheel_schema; // of app/drive/wheel.h

enum { BYTES = 1 << 18 }; // more than any configuration struct

static const vg_schema *schema_of(uint8_t choice) {
    static const vg_schema *all[64];
    static uint8_t count;
    if (!count) {
        all[count++] = &vg_car_schema;
        all[count++] = &vg_suite_schema;
        all[count++] = &vg_study_schema;
        all[count++] = &vg_generator_schema;
        for (int32_t i = 0; vg_learner_at(i); i++) all[count++] = vg_learner_at(i)->schema;
        for (int32_t i = 0; vg_expert_schema(i); i++) all[count++] = vg_expert_schema(i);
        all[count++] = &vg_gate_schema;
        all[count++] = &vg_wheel_schema;
        for (uint8_t i = 0; i < count; i++)
            for (int32_t k = 0; k < all[i]->count; k++)
                FUZZ_ASSERT(all[i]->keys[k].at + VG_KEY_LIST_SIZE <= BYTES);
    }
    return all[choice % count];
}

static void check_written(const vg_schema *schema, const void *values) {
    static char again[BYTES];
    vg_text first = {0}, second = {0};
    vg_diag diag = {0};
    vg_config_write_yaml(schema, values, &first);
    memset(again, 0, sizeof again);
    vg_config_default(schema, again);
    vg_err err = vg_config_parse(schema, again, first.bytes, first.size, "again.yaml", &diag);
    if (err) fprintf(stderr, "%s\n%s: %s\n", first.bytes, diag.field, diag.text);
    FUZZ_ASSERT(err == VG_OK);
    vg_config_write_yaml(schema, again, &second);
    FUZZ_ASSERT(first.size == second.size && memcmp(first.bytes, second.bytes, (size_t)first.size) == 0);
    vg_text_free(&first);
    vg_text_free(&second);
}

static void check_lists(const vg_schema *schema, const char *values) {
    char item[VG_KEY_TEXT_SIZE], name[VG_KEY_TEXT_SIZE];
    for (int32_t k = 0; k < schema->count; k++) {
        if (schema->keys[k].type != VG_KEY_LIST) continue;
        for (int32_t i = 0; i < 100 && vg_suite_item(values + schema->keys[k].at, i, item, name); i++)
            FUZZ_ASSERT(strlen(item) < sizeof item && strlen(name) < sizeof name);
    }
}

static void check_margins(const vg_gate_config *config) {
    vg_diag diag = {0};
    vg_margin margins[VG_GATE_METRIC_COUNT];
    if (!fuzz_took(vg_gate_margins(config, margins, &diag), &diag)) return;
    for (int32_t i = 0; i < VG_GATE_METRIC_COUNT; i++)
        FUZZ_ASSERT(margins[i].fixed >= 0 && margins[i].share >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static _Alignas(16) char values[BYTES];
    if (size < 1) return 0;
    vg_diag diag = {0};
    int64_t live = vg_memory_live();
    const vg_schema *schema = schema_of(data[0]);
    char *text = fuzz_text(data + 1, size - 1);
    memset(values, 0, sizeof values);
    vg_config_default(schema, values);
    vg_err err = vg_config_parse(schema, values, text, (int64_t)size - 1, "config.yaml", &diag);
    if (fuzz_took(err, &diag)) {
        FUZZ_ASSERT(vg_config_check(schema, values, &diag) == VG_OK);
        check_written(schema, values);
        check_lists(schema, values);
        if (schema == &vg_gate_schema) check_margins((const vg_gate_config *)values);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
