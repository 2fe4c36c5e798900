// result.json read back: names, curves, and whatever is found by name.
#include "app/view/model.h"
#include "app/view/result_file.h"
#include "tests/fuzz/fuzz.h"

static void check_arm(const vg_result_file *file, int32_t arm) {
    vg_diag diag = {0};
    vg_view_curves curves = {0};
    int32_t found;
    const char *label = vg_result_file_label(file, arm);
    FUZZ_ASSERT(vg_result_file_find_arm(file, label, &found, &diag) == VG_OK && found <= arm);
    fuzz_took(vg_result_file_curves(file, arm, &curves, &diag), &diag);
    vg_free(curves.t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_result_file file;
    int32_t found;
    int64_t live = vg_memory_live();
    if (fuzz_took(vg_result_file_open(fuzz_path(data, size), &file, &diag), &diag)) {
        FUZZ_ASSERT(file.road_count > 0 && file.arm_count > 0 && file.name);
        FUZZ_ASSERT(vg_config_check(&vg_suite_schema, &file.config, &diag) == VG_OK);
        for (int32_t i = 0; i < file.road_count && i < 10; i++)
            FUZZ_ASSERT(vg_result_file_find_road(&file, vg_result_file_road(&file, i), &found, &diag) ==
                        VG_OK);
        for (int32_t i = 0; i < file.arm_count && i < 10; i++) check_arm(&file, i);
        fuzz_took(vg_result_file_find_road(&file, "no such road", &found, &diag), &diag);
        fuzz_took(vg_result_file_find_arm(&file, "no such arm", &found, &diag), &diag);
        vg_result_file_close(&file);
    }
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
