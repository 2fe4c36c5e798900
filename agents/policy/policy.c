#include "agents/policy/policy.h"

#include <math.h>

#include "sim/base/memory.h"

vg_err vg_driver_open(const vg_policy *policy, int32_t count, vg_driver *out, vg_diag *diag) {
    *out = (vg_driver){.policy = policy, .count = count};
    vg_err err = VG_OK;
    if (policy->sense) {
        int64_t values = (int64_t)count * vg_sense_size(policy->sense);
        out->observed = vg_new(float, values);
        if (!out->observed) err = vg_fail_memory(diag);
    }
    if (!err && policy->ops->open) err = policy->ops->open(policy, count, &out->state, diag);
    if (err) vg_driver_close(out);
    return err;
}

void vg_driver_close(vg_driver *driver) {
    if (driver->state) driver->policy->ops->close(driver->state);
    vg_free(driver->observed);
    *driver = (vg_driver){0};
}

void vg_driver_reset(vg_driver *driver, int32_t car, const vg_episode_key *key) {
    if (driver->policy->ops->reset) driver->policy->ops->reset(driver->policy, driver->state, car, key);
}

void vg_driver_sense(vg_driver *driver, const vg_world *world) {
    const vg_sense *sense = driver->policy->sense;
    if (sense) vg_sense_observe(sense, world, driver->observed);
}

vg_err vg_driver_decide(vg_driver *driver, const vg_world *world, float *actions) {
    const vg_policy *policy = driver->policy;
    bool blind = policy->sense && !policy->ops->label && !policy->needs_world;
    vg_err err = policy->ops->act(policy, driver->state, driver->observed, blind ? NULL : world, actions);
    for (int64_t i = 0; !err && i < VG_CAR_ACTIONS * (int64_t)driver->count; i++)
        if (isnan(actions[i])) err = VG_ERR_POLICY;
    return err;
}

vg_err vg_driver_act(vg_driver *driver, const vg_world *world, float *actions) {
    vg_driver_sense(driver, world);
    return vg_driver_decide(driver, world, actions);
}

vg_err vg_driver_label(const vg_driver *driver, const vg_world *world, float *actions) {
    const vg_policy *policy = driver->policy;
    if (!policy->ops->label) return VG_ERR_ARGUMENT;
    return policy->ops->label(policy, driver->state, world, actions);
}

vg_err vg_policy_check_road(const vg_policy *policy, const vg_road *road, vg_diag *diag) {
    return policy->ops->knows ? policy->ops->knows(policy, road, diag) : VG_OK;
}

vg_err vg_policy_check_roads(const vg_policy *policy, const vg_road *const *roads, int32_t count,
                             vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < count && !err; i++) err = vg_policy_check_road(policy, roads[i], diag);
    return err;
}

const char *vg_policy_trouble(const vg_policy *policy) {
    const char *own = policy->ops->trouble ? policy->ops->trouble(policy) : NULL;
    return own && own[0] ? own : "gave no action that is a number";
}

void vg_policy_destroy(vg_policy *policy) {
    if (policy) policy->ops->destroy(policy);
}
