// tests/agents/policy/head_fixture.h -- cars that are driven by a head: what each senses is a function of who
// it is and when.
#ifndef VG_TESTS_AGENTS_POLICY_HEAD_FIXTURE_H
#define VG_TESTS_AGENTS_POLICY_HEAD_FIXTURE_H

#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/random.h"
#include "tests/agents/policy/network_fixture.h"
#include "tests/golden.h"
#include "tests/levels.h"

#define SENSE "offset,heading,speed"
enum { WIDTH = 3, CARS = 131, STEPS = 30 };

static const float mean[WIDTH] = {0, 0.5f, -1}, scale[WIDTH] = {0.2f, 1, 0.02f};

static inline made make(const vg_head *head, const void *config, int32_t outputs, bool log_std) {
    vg_mlp_def def = {.inputs = head ? vg_head_inputs(head, config, WIDTH) : WIDTH,
                      .outputs = outputs,
                      .hidden = {9},
                      .hidden_count = 1,
                      .activation = VG_ACTIVATION_TANH,
                      .log_std = log_std};
    made m = make_network(SENSE, &def, mean, scale);
    m.info.head = head, m.info.head_hyperparameters = config;
    return m;
}

static inline vg_episode_key key_of(int32_t entity, uint32_t episode) {
    return (vg_episode_key){.seed = 9, .entity = (uint32_t)entity, .episode = episode};
}

static inline void observe(int32_t entity, int step, float row[WIDTH]) {
    for (uint32_t i = 0; i < WIDTH; i++) {
        vg_draw at = {.seed = 1, .entity = (uint32_t)entity, .step = (uint32_t)step, .draw = i};
        row[i] = (float)(4 * vg_random_uniform(&at) - 2);
    }
}

// Drive `count` cars, which are entities from `first` on; car 1 begins episode 1 before step `anew`.
static inline void drive(const vg_policy *policy, int32_t first, int32_t count, int anew,
                         float actions[STEPS][CARS * VG_CAR_ACTIONS]) {
    float observed[CARS * WIDTH];
    void *state;
    ck_ok(policy->ops->open(policy, count, &state, &diag));
    for (int32_t c = 0; c < count; c++) {
        vg_episode_key key = key_of(first + c, 0);
        policy->ops->reset(policy, state, c, &key);
    }
    int64_t before = vg_memory_count();
    for (int t = 0; t < STEPS; t++) {
        vg_episode_key key = key_of(first + 1, 1);
        if (t == anew) policy->ops->reset(policy, state, 1, &key);
        for (int32_t c = 0; c < count; c++) observe(first + c, t, observed + c * WIDTH);
        ck_assert_int_eq(policy->ops->act(policy, state, observed, NULL, actions[t]), VG_OK);
    }
    ck_assert_int_eq(vg_memory_count(), before);
    policy->ops->close(state);
}

// A car does what it does whoever drives beside it, in whatever place of a block.
static inline void ck_alone_or_together(const vg_policy *policy) {
    static float all[STEPS][CARS * VG_CAR_ACTIONS], few[STEPS][CARS * VG_CAR_ACTIONS];
    drive(policy, 0, CARS, STEPS, all);
    drive(policy, 60, 9, STEPS, few);
    for (int t = 0; t < STEPS; t++)
        ck_assert(!memcmp(all[t] + 60 * VG_CAR_ACTIONS, few[t], sizeof(float) * 9 * VG_CAR_ACTIONS));
}

// What the cars do at every level of instructions is what the golden says.
static inline void ck_drives_as_ever(const char *golden, const vg_head *head, const void *config) {
    static float all[STEPS][CARS * VG_CAR_ACTIONS];
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        made m = make(head, config, head->outputs(config), false);
        vg_policy *policy;
        ck_ok(vg_policy_of_network(&m.info, m.net, &policy, &diag));
        drive(policy, 0, CARS, STEPS / 2, all);
        ck_golden(golden, vg_hash_float(0, all[0], (int64_t)STEPS * CARS * VG_CAR_ACTIONS));
        vg_policy_destroy(policy);
        free_made(&m);
    }
}

#endif
