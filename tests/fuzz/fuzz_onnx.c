// An ONNX model: what is taken is a policy whose numbers are finite, and that acts.
#include <math.h>

#include "agents/policy/onnx.h"
#include "agents/policy/policy_file.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_policy *policy;
    vg_sense *sense;
    int64_t live = vg_memory_live();
    // The last byte says whether the caller gives a sense, as for a model that is not verge's.
    bool given = size && data[size - 1] % 2;
    FUZZ_ASSERT(vg_sense_create("offset,heading,speed,curvature@0:5", &sense, &diag) == VG_OK);
    vg_onnx_def def = {.sense = given ? sense : NULL};
    if (fuzz_took(vg_onnx_read(fuzz_path(data, size), &def, &policy, &diag), &diag)) {
        vg_driver driver;
        float action[2];
        const vg_policy_info *info = vg_policy_file_info(policy);
        int32_t width = vg_sense_size(info->sense);
        for (int32_t i = 0; i < width; i++) FUZZ_ASSERT(isfinite(info->mean[i]) && isfinite(info->scale[i]));
        FUZZ_ASSERT(vg_driver_open(policy, 1, &driver, &diag) == VG_OK);
        vg_driver_reset(&driver, 0, &(vg_episode_key){0});
        for (int32_t i = 0; i < width; i++) driver.observed[i] = 0.5f;
        if (!vg_driver_decide(&driver, NULL, action))
            FUZZ_ASSERT(fabsf(action[0]) <= 1 && fabsf(action[1]) <= 1);
        vg_driver_close(&driver);
        vg_policy_destroy(policy);
    }
    vg_sense_destroy(sense);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
