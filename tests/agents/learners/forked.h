// tests/agents/learners/forked.h -- a driver who passes left or right by the coin of the episode: steers +0.5
// or -0.5, whatever it senses, and pushes by the speed, with a little noise. Regression learns the mean of
// both, which nobody drove.
#ifndef VG_TESTS_AGENTS_LEARNERS_FORKED_H
#define VG_TESTS_AGENTS_LEARNERS_FORKED_H

#include <math.h>

#include "agents/training/clone.h"
#include "sim/base/random.h"
#include "tests/interactive.h"

enum { FORKED_EPISODES = 40, FORKED_ROWS = 16, FORKED_CARS = 400 };

typedef struct forked {
    vg_sense *sense;
    vg_dataset *data;
    char out[300];
} forked;

// The episodes, and a small network and fit for them.
static inline void forked_make(forked *f, vg_imitation_config *fit) {
    float inputs[FORKED_ROWS * 2], actions[FORKED_ROWS * 2];
    vg_car car = vg_car_default();
    fit->bc.batch_size = 64;
    fit->bc.learning_rate = 0.005;
    snprintf(fit->sense, sizeof fit->sense, "offset,speed");
    snprintf(f->out, sizeof f->out, "%s", scratch("forked.safetensors"));
    ck_ok(vg_sense_create("offset,speed", &f->sense, &diag));
    vg_dataset_def def = vg_imitation_dataset(fit, 1, f->sense);
    ck_ok(vg_dataset_create(&def, &car, &f->data, &diag));
    for (uint32_t e = 0; e < FORKED_EPISODES; e++) {
        for (uint32_t r = 0; r < FORKED_ROWS; r++) {
            vg_draw at = {.seed = 5, .entity = e, .step = r};
            inputs[2 * r] = (float)(4 * vg_random_uniform(&at) - 2), at.draw++;
            inputs[2 * r + 1] = (float)(5 + 10 * vg_random_uniform(&at)), at.draw++;
            actions[2 * r] = (e % 2 ? -0.5f : 0.5f) + (float)(0.1 * vg_random_uniform(&at) - 0.05), at.draw++;
            actions[2 * r + 1] =
                0.05f * (10 - inputs[2 * r + 1]) + (float)(0.1 * vg_random_uniform(&at) - 0.05);
        }
        ck_ok(vg_dataset_add(f->data, inputs, actions, NULL, FORKED_ROWS, false, &diag));
    }
}

static inline void forked_free(forked *f) {
    vg_dataset_destroy(f->data);
    vg_sense_destroy(f->sense);
}

// Clone it. def has learner, schema, config, network and own.
static inline void forked_clone(forked *f, vg_clone_def def, vg_supervised_status *status) {
    def.seed = 1, def.data = f->data, def.threads = 1;
    def.out = f->out, def.overwrite = VG_REPLACE;
    ck_ok(vg_clone_train(&def, status, &diag));
}

typedef struct forked_sides {
    double left, right, ahead; // shares of the cars in the first action
    double changed;            // share of cars that change sides within the next `actions` - 1
} forked_sides;

static inline forked_sides forked_drive(const forked *f, int actions) {
    static float action[FORKED_CARS * 2], first[FORKED_CARS * 2];
    forked_sides of = {0};
    vg_policy *policy;
    vg_driver driver;
    ck_ok(vg_policy_load(f->out, &policy, &diag));
    ck_ok(vg_driver_open(policy, FORKED_CARS, &driver, &diag));
    for (int32_t c = 0; c < FORKED_CARS; c++) {
        vg_driver_reset(&driver, c, &(vg_episode_key){.seed = 1, .entity = (uint32_t)c});
        driver.observed[2 * c] = 0, driver.observed[2 * c + 1] = 10;
    }
    bool changed[FORKED_CARS] = {false};
    for (int t = 0; t < actions; t++) {
        ck_ok(vg_driver_decide(&driver, NULL, action));
        if (t == 0) memcpy(first, action, sizeof first);
        for (int32_t c = 0; c < FORKED_CARS; c++) changed[c] |= action[2 * c] * first[2 * c] < 0;
    }
    for (int32_t c = 0; c < FORKED_CARS; c++) {
        of.left += (first[2 * c] > 0.35f) / (double)FORKED_CARS;
        of.right += (first[2 * c] < -0.35f) / (double)FORKED_CARS;
        of.ahead += (fabsf(first[2 * c]) < 0.25f) / (double)FORKED_CARS;
        of.changed += changed[c] / (double)FORKED_CARS;
    }
    vg_driver_close(&driver);
    vg_policy_destroy(policy);
    return of;
}

#endif
