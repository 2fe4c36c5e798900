// A reward file: what is taken is finite, and a reward that reads no world can be asked for one car's action.
#include <math.h>

#include "agents/rewards/reward_file.h"
#include "tests/fuzz/fuzz_safetensors.h"

static void evaluate(const vg_reward *reward) {
    static const float sensed[VG_SENSE_MOST], actions[VG_CAR_ACTIONS];
    float *scratch = vg_new(float, reward->scratch + 1);
    double out[1];
    vg_reward_view view = {
        .count = 1, .observed = sensed, .actions = actions, .observed_after = sensed, .scratch = scratch};
    if (scratch) reward->ops->evaluate(reward, &view, out);
    vg_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_reward *reward;
    int64_t live = vg_memory_live();
    const char *path = fuzz_path(data, size);
    if (fuzz_took(vg_reward_load(path, &reward, &diag), &diag)) {
        FUZZ_ASSERT(reward->discount >= 0 && reward->discount < 1);
        FUZZ_ASSERT(isfinite(reward->terminal) && isfinite(reward->absorbing));
        if (reward->sense) evaluate(reward);
        vg_reward_destroy(reward);
    }
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
