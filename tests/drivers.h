// tests/drivers.h -- small policies for tests, and experts.
#ifndef VG_TESTS_DRIVERS_H
#define VG_TESTS_DRIVERS_H

#include <math.h>

#include "agents/experts/expert.h"
#include "agents/policy/policy.h"
#include "sim/base/memory.h"
#include "tests/check.h"

static inline vg_policy *expert(const char *text) {
    vg_policy *policy;
    vg_diag diag;
    ck_ok(vg_expert_create(text, &policy, &diag));
    return policy;
}

// Steers against offset and heading and holds a speed, or (gain 0) goes straight on; gives NaN from a given
// step on.
typedef struct test_policy {
    vg_policy base;
    vg_sense *sense;
    float gain, speed;
    bool broken;
} test_policy;

static inline vg_err test_act(const vg_policy *policy, void *state, const float *observed,
                              const vg_world *world, float *out) {
    (void)state, (void)world;
    const test_policy *p = (const test_policy *)policy;
    // The number of lanes is not an argument: `open` got it and keeps it in the state.
    int32_t count = *(int32_t *)state;
    for (int32_t i = 0; i < count; i++) {
        const float *o = observed + 4 * i; // offset, heading, speed, curvature
        out[2 * i] = p->gain > 0 ? (2.7f * o[3] - p->gain * o[0] - 4 * p->gain * o[1]) / 0.6f : 0;
        out[2 * i + 1] = (p->speed - o[2]) * 0.5f;
        if (p->broken) out[2 * i] = NAN;
    }
    return VG_OK;
}

static inline vg_err test_open(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    (void)policy;
    int32_t *lanes = vg_new(int32_t, 1);
    if (!lanes) return vg_fail_memory(diag);
    *lanes = count;
    *state = lanes;
    return VG_OK;
}

static inline void test_close(void *state) { vg_free(state); }

static inline void test_destroy(vg_policy *policy) {
    vg_sense_destroy(((test_policy *)policy)->sense);
    vg_free(policy);
}

static inline vg_policy *test_policy_create(float gain, float speed, bool broken) {
    static const vg_policy_ops ops = {
        .open = test_open, .close = test_close, .act = test_act, .destroy = test_destroy};
    test_policy *p = vg_new(test_policy, 1);
    vg_diag diag;
    ck_assert_ptr_nonnull(p);
    ck_ok(vg_sense_create("offset,heading,speed,curvature@0", &p->sense, &diag));
    p->base = (vg_policy){.ops = &ops, .name = "test", .sense = p->sense};
    p->gain = gain, p->speed = speed, p->broken = broken;
    return &p->base;
}

#endif
