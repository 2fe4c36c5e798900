// Any file to `verge info`, which looks for what it is: a picture, a page, JUnit, a study, a suite, a policy,
// a result or a log. What has no signature is told by its name: the first byte chooses one.
#include <sys/stat.h>

#include "app/commands/info.h"
#include "tests/fuzz/fuzz_way.h"

static const char *const names[] = {"a", "a.csv", "a.yaml", "a.json", "a.vlog", "a.safetensors"};
enum { NAMES = sizeof names / sizeof *names };

static char folder[64];

static void clear_folder(void) {
    char path[128];
    for (int i = 0; i < NAMES; i++) snprintf(path, sizeof path, "%s/%s", folder, names[i]), unlink(path);
    rmdir(folder);
}

// A link to the input in memory, under a name that says what it is.
static const char *path_of(uint8_t choice, const uint8_t *data, size_t size) {
    static char paths[NAMES][128];
    const char *file = fuzz_path(data, size);
    if (!folder[0]) {
        snprintf(folder, sizeof folder, "/tmp/verge-fuzz-XXXXXX");
        FUZZ_ASSERT(mkdtemp(folder) != NULL);
        atexit(clear_folder);
        for (int i = 0; i < NAMES; i++) {
            snprintf(paths[i], sizeof paths[i], "%s/%s", folder, names[i]);
            FUZZ_ASSERT(symlink(file, paths[i]) == 0);
        }
    }
    return paths[choice % NAMES];
}

static bool long_road(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_track track;
    char *text = fuzz_text(data, size);
    bool is_long = false;
    if (vg_track_parse(text, (int64_t)size, "road.csv", NULL, &track, &diag) == VG_OK) {
        is_long = fuzz_way(&track) >= FUZZ_WAY;
        vg_track_free(&track);
    }
    free(text);
    return is_long;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || memmem(data, size, "test:", 5)) return 0; // a suite's roads are made: too slow
    if (memmem(data, size, "SQLite", 6) || data[0] % NAMES == 4) return 0;
    if (long_road(data + 1, size - 1)) return 0;
    vg_diag diag = {0};
    vg_facts facts = {.object = json_object()};
    int64_t live = vg_memory_live();
    fuzz_took(vg_info_file(path_of(data[0], data + 1, size - 1), &facts, &diag), &diag);
    json_decref(facts.object);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
