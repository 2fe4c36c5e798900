// A suite as data: what is taken is within its ranges, names its roads, and is built or refused with a
// reason. Nothing that it names is run.
#include "eval/score/suite.h"
#include "tests/fuzz/fuzz.h"

enum { ROADS = 4 }; // that are built at most, so that an input takes no time

// Whether all roads of a split are few.
static bool is_small(const char *list) {
    char item[VG_KEY_TEXT_SIZE], name[VG_KEY_TEXT_SIZE];
    int32_t count = 0;
    while (count <= ROADS && vg_suite_item(list, count, item, name)) {
        FUZZ_ASSERT(strlen(item) < sizeof item && strlen(name) < sizeof name);
        count++;
    }
    return count <= ROADS;
}

static void build(const vg_suite_config *config, const char *name) {
    vg_diag diag = {0};
    vg_suite suite;
    vg_err err = vg_suite_build(config, name, "/nowhere", 1, &suite, &diag);
    FUZZ_ASSERT(err == VG_OK || (diag.code == err && diag.text[0]));
    if (err) return;
    FUZZ_ASSERT(suite.test.count >= 0 && suite.test.count <= ROADS);
    for (int32_t i = 0; i < suite.test.count; i++) FUZZ_ASSERT(suite.test.names[i] && suite.test.roads[i]);
    FUZZ_ASSERT(vg_suite_hash(&suite) != 0);
    vg_suite_free(&suite);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE];
    vg_diag diag = {0};
    int64_t live = vg_memory_live();
    if (fuzz_took(vg_suite_read(fuzz_path(data, size), &config, name, &diag), &diag)) {
        FUZZ_ASSERT(vg_config_check(&vg_suite_schema, &config, &diag) == VG_OK);
        bool small = is_small(config.train);
        small &= is_small(config.validation);
        small &= is_small(config.test);
        if (small && config.road_length <= 1000) build(&config, name);
    }
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
