// A study as data: what is taken is within its ranges, and its budgets and arms are listed or refused with a
// reason. Nothing that it names is run.
#include "eval/study/study_private.h"
#include "tests/fuzz/fuzz.h"

static void check_arms(const vg_study *study) {
    FUZZ_ASSERT(study->arm_count >= 1);
    for (int32_t i = 0; i < study->arm_count; i++) {
        const vg_study_arm *arm = &study->arms[i];
        FUZZ_ASSERT(arm->label && arm->label[0] && arm->recipe && arm->recipe[0]);
        FUZZ_ASSERT(!arm->learner || (arm->budget >= 0 && arm->budget < study->budget_count));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    int64_t live = vg_memory_live();
    vg_study *study = vg_new(vg_study, 1);
    if (!study) abort();
    if (fuzz_took(vg_study_read(fuzz_path(data, size), &study->config, study->name, &diag), &diag)) {
        FUZZ_ASSERT(vg_config_check(&vg_study_schema, &study->config, &diag) == VG_OK);
        vg_err err = vg_study_list_budgets(study, &diag);
        if (!err) err = vg_study_list_arms(study, &diag);
        FUZZ_ASSERT(err == VG_OK || (diag.code == err && diag.text[0]));
        if (!err) check_arms(study);
    }
    vg_study_close(study);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
