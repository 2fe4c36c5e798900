// A reward file: what is taken is finite, and gives a finite reward at a car that has just started.
#include <math.h>

#include "agents/rewards/reward_file.h"
#include "tests/fuzz/fuzz_safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_reward *reward;
    int64_t live = vg_memory_live();
    const char *path = fuzz_path(data, size);
    if (fuzz_took(vg_reward_load(path, &reward, &diag), &diag)) {
        FUZZ_ASSERT(reward->discount >= 0 && reward->discount < 1);
        FUZZ_ASSERT(isfinite(reward->terminal) && isfinite(reward->absorbing));
        vg_reward_destroy(reward);
    }
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
