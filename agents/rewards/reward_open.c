#include "agents/rewards/reward_open.h"

#include <stdio.h>
#include <string.h>

#include "agents/rewards/constant.h"
#include "agents/rewards/driving.h"
#include "agents/rewards/progress.h"
#include "agents/rewards/reward_file.h"
#include "sim/base/hash.h"

static vg_err open_progress(double discount, vg_reward **out, vg_diag *diag) {
    vg_progress_def def = vg_progress_default();
    def.discount = discount;
    return vg_progress_create(&def, out, diag);
}

static vg_err open_constant(double discount, vg_reward **out, vg_diag *diag) {
    vg_constant_def def = vg_constant_default();
    def.discount = discount;
    return vg_constant_create(&def, out, diag);
}

static vg_err open_driving(double discount, vg_reward **out, vg_diag *diag) {
    vg_driving_reward_def def = vg_driving_reward_default();
    def.discount = discount;
    return vg_driving_reward_create(&def, out, diag);
}

static const struct {
    const char *name;
    vg_err (*open)(double discount, vg_reward **out, vg_diag *diag);
} built_in[] = {{"progress", open_progress}, {"constant", open_constant}, {"driving", open_driving}};
enum { BUILT_IN = sizeof built_in / sizeof *built_in };

const char *vg_reward_name(int32_t i) { return i >= 0 && i < BUILT_IN ? built_in[i].name : NULL; }

vg_err vg_reward_open(const char *name, double discount, vg_reward **out, vg_diag *diag) {
    for (int32_t i = 0; i < BUILT_IN; i++) {
        if (strcmp(built_in[i].name, name) != 0) continue;
        vg_err err = built_in[i].open(discount, out, diag);
        if (!err) (*out)->hash = vg_hash_text(0, name);
        return err;
    }
    vg_err err = vg_reward_load(name, out, diag);
    if (err != VG_ERR_NOT_FOUND) return err;
    return vg_fail_at(diag, err, name, 0, NULL, "there is no such file, nor is it one of: %s, %s, %s",
                      built_in[0].name, built_in[1].name, built_in[2].name);
}
