// Results and baselines as a gate reads them: what is taken is one episode a road and start, belongs to
// itself, and reads back from its own baseline to the same.
#include "eval/gate/drives.h"
#include "tests/fuzz/fuzz.h"

// Under 2^16 episodes, for a baseline's text takes a thousand bytes each.
static void check_baseline(vg_drives *drives) {
    vg_diag diag = {0};
    vg_text text = {0};
    vg_drives again;
    vg_err err =
        vg_baseline_json(drives, drives->history ? drives : NULL, "fuzzed", "2026-01-31", &text, &diag);
    FUZZ_ASSERT(err == VG_OK);
    err = vg_drives_read(fuzz_path((const uint8_t *)text.bytes, (size_t)text.size), NULL, &again, &diag);
    if (err) fprintf(stderr, "%s\n%s: %s\n", text.bytes, diag.field, diag.text);
    FUZZ_ASSERT(err == VG_OK);
    FUZZ_ASSERT(vg_drives_equal(drives, &again) && vg_drives_hash(drives) == vg_drives_hash(&again));
    FUZZ_ASSERT(json_array_size(again.history) >= 1);
    fuzz_took(vg_drives_check_pair(drives, &again, &diag), &diag);
    vg_drives_free(&again);
    vg_text_free(&text);
}

// A result with the seal that its writer would have given it: else nearly all stop there.
static const char *sealed_path(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_text text = {0};
    json_t *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (root && json_is_object(root) && vg_json_seal(root, &diag) == VG_OK) vg_json_text(root, &text);
    const char *path =
        text.size ? fuzz_path((const uint8_t *)text.bytes, (size_t)text.size) : fuzz_path(data, size);
    json_decref(root);
    vg_text_free(&text);
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const labels[] = {NULL, "a"};
    for (int i = 0; i < 4; i++) {
        vg_diag diag = {0};
        vg_drives drives;
        char name[VG_DRIVE_TEXT + 48];
        int64_t live = vg_memory_live();
        const char *path = i < 2 ? fuzz_path(data, size) : sealed_path(data, size);
        if (fuzz_took(vg_drives_read(path, labels[i % 2], &drives, &diag), &diag)) {
            int32_t count = vg_drives_count(&drives);
            FUZZ_ASSERT(count == drives.road_count * drives.starts && count >= 1);
            FUZZ_ASSERT(strlen(vg_drives_name(&drives, count - 1, name)) < sizeof name);
            if (count < 1 << 16) check_baseline(&drives);
            vg_drives_free(&drives);
        }
        FUZZ_ASSERT(vg_memory_live() == live);
    }
    return 0;
}
