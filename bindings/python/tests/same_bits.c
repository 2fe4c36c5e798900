// python-same-bits -- drives the test roads of the suite `smoke` with the C library alone and writes what is
// seen and rewarded to stdout, as floats: test_env.py compares its own bytes. The actions are those of its
// `action`.
#include <stdio.h>
#include <string.h>

#include "agents/rewards/progress.h"
#include "agents/rl/driving_env.h"
#include "eval/score/suite.h"

enum { CARS = 10, STEPS = 300, WIDTH_MOST = 64 };

static vg_suite_config config;
static vg_suite suite;

int main(void) {
    char name[VG_KEY_TEXT_SIZE];
    vg_diag diag = {0};
    vg_sense *sense = NULL;
    vg_reward *reward = NULL;
    vg_driving *driving = NULL;
    vg_progress_def progress = vg_progress_default();
    vg_driving_def def = vg_driving_default();
    vg_err err = vg_suite_read("smoke", &config, name, &diag);
    if (!err) err = vg_suite_build_scored(&config, name, NULL, 1, &suite, &diag);
    if (!err) err = vg_sense_create(VG_SENSE_DEFAULT, &sense, &diag);
    if (!err) err = vg_progress_create(&progress, &reward, &diag);
    def.roads = (const vg_road *const *)suite.test.roads, def.road_count = suite.test.count;
    def.car = &suite.car, def.sense = sense, def.reward = reward, def.cars = CARS, def.seed = 7;
    if (!err) err = vg_driving_create(&def, &driving, &diag);
    if (err) return fprintf(stderr, "%s\n", diag.text), 1;
    const vg_environment *env = vg_driving_environment(driving);
    float seen[CARS * WIDTH_MOST], last[CARS * WIDTH_MOST], rewards[CARS], actions[CARS * 2];
    uint8_t ending[CARS];
    vg_step out = {seen, last, rewards, ending};
    err = vg_environment_begin(env, 0, 1, seen, &diag);
    for (int t = 0; t < STEPS && !err; t++) {
        for (int i = 0; i < CARS; i++)
            actions[2 * i] = (float)((t * 7 + i * 3) % 21 - 10) / 16,
                        actions[2 * i + 1] = (float)((t + i) % 9 - 2) / 8;
        err = vg_environment_step(env, 1, actions, &out, &diag);
        fwrite(seen, sizeof(float), (size_t)(CARS * env->observation), stdout);
        fwrite(rewards, sizeof(float), CARS, stdout);
        fwrite(ending, 1, CARS, stdout);
    }
    vg_driving_destroy(driving);
    vg_reward_destroy(reward);
    vg_sense_destroy(sense);
    vg_suite_free(&suite);
    return err ? 1 : 0;
}
