// A policy file: what is taken has finite weights that fit its sense, and drives a car.
#include <math.h>

#include "agents/policy/policy_file.h"
#include "tests/fuzz/fuzz_safetensors.h"

static const vg_road *straight(void) {
    static vg_road *road;
    static const double x[] = {0, 100, 200}, y[3], width[] = {5, 5, 5};
    vg_road_def def = vg_road_default();
    vg_diag diag;
    def.x = x, def.y = y, def.right = width, def.left = width, def.count = 3, def.closed = false;
    if (!road) FUZZ_ASSERT(vg_road_create(&def, &road, &diag) == VG_OK);
    return road;
}

// Two actions by a car of its own.
static void drive(const vg_policy *policy) {
    vg_diag diag = {0};
    vg_world *world;
    vg_driver driver;
    const vg_road *road = straight();
    vg_world_def def = vg_world_default();
    def.roads = &road, def.road_count = 1, def.threads = 1;
    def.cars = policy->car, def.car_count = 1;
    FUZZ_ASSERT(vg_world_create(&def, &world, &diag) == VG_OK);
    FUZZ_ASSERT(vg_driver_open(policy, 1, &driver, &diag) == VG_OK);
    vg_driver_reset(&driver, 0, &(vg_episode_key){0});
    for (int i = 0; i < 2; i++) {
        float action[2];
        if (vg_driver_act(&driver, world, action)) break; // weights so large that nothing comes out
        FUZZ_ASSERT(fabsf(action[0]) <= 1 && fabsf(action[1]) <= 1);
        FUZZ_ASSERT(vg_world_step(world, action) == VG_OK);
    }
    vg_driver_close(&driver);
    vg_world_destroy(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_policy *policy;
    straight();
    int64_t live = vg_memory_live();
    if (fuzz_took(vg_policy_load(fuzz_path(data, size), &policy, &diag), &diag)) {
        const vg_policy_info *info = vg_policy_file_info(policy);
        for (int32_t i = 0; i < vg_sense_size(info->sense); i++)
            FUZZ_ASSERT(isfinite(info->mean[i]) && isfinite(info->scale[i]));
        FUZZ_ASSERT(vg_policy_content(info, vg_policy_file_network(policy)) == policy->hash);
        drive(policy);
        vg_policy_destroy(policy);
    }
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
