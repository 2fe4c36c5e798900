// python-speed -- the environment by the C library alone, for docs/examples/python/speed.py: 4,096 cars on
// the training roads of the suite `standard`, with the standard sense, one thread. Prints actions a second of
// processor time, all cars together: the fastest of 25 times 20 steps.
#include <stdio.h>
#include <time.h>

#include "agents/rewards/progress.h"
#include "agents/rl/driving_env.h"
#include "eval/score/suite.h"
#include "sim/base/random.h"

enum { CARS = 4096, STEPS = 20, BATCHES = 20, TIMES = 25, WIDTH_MOST = 64 };

static vg_suite_config config;
static vg_suite suite;
static float actions[BATCHES][CARS * 2], seen[CARS * WIDTH_MOST], last[CARS * WIDTH_MOST], rewards[CARS];
static uint8_t ending[CARS];

static double cpu_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// The fastest of TIMES measurements, in actions a second.
static vg_err measure(const vg_environment *env, double *best, vg_diag *diag) {
    vg_step out = {seen, last, rewards, ending};
    vg_err err = vg_environment_begin(env, 0, 1, seen, diag);
    for (int k = 0; k < TIMES && !err; k++) {
        double begin = cpu_now();
        for (int t = 0; t < STEPS && !err; t++)
            err = vg_environment_step(env, 1, actions[t % BATCHES], &out, diag);
        double rate = (double)CARS * STEPS / (cpu_now() - begin);
        if (rate > *best) *best = rate;
    }
    return err;
}

int main(void) {
    char name[VG_KEY_TEXT_SIZE];
    vg_diag diag = {0};
    vg_sense *sense = NULL;
    vg_reward *reward = NULL;
    vg_driving *driving = NULL;
    vg_progress_def progress = vg_progress_default();
    vg_driving_def def = vg_driving_default();
    double best = 0;
    vg_err err = vg_suite_read("standard", &config, name, &diag);
    snprintf(config.test, sizeof config.test, "%s", config.train);
    config.train[0] = config.validation[0] = 0;
    if (!err) err = vg_suite_build_scored(&config, name, NULL, 1, &suite, &diag);
    if (!err) err = vg_sense_create(VG_SENSE_DEFAULT, &sense, &diag);
    if (!err) err = vg_progress_create(&progress, &reward, &diag);
    def.roads = (const vg_road *const *)suite.test.roads, def.road_count = suite.test.count;
    def.car = &suite.car, def.sense = sense, def.reward = reward, def.cars = CARS, def.seed = 1;
    def.block = 64, def.threads = 1, def.horizon = 60, def.autoreset = VG_AUTORESET_NEXT_STEP;
    for (int b = 0; b < BATCHES; b++)
        for (uint32_t i = 0; i < CARS * 2; i++)
            actions[b][i] =
                (float)(2 * vg_random_uniform(&(vg_draw){1, VG_STREAM_POLICY, i, 0, (uint32_t)b, 0}) - 1);
    if (!err) err = vg_driving_create(&def, &driving, &diag);
    if (!err) err = measure(vg_driving_environment(driving), &best, &diag);
    if (err) return fprintf(stderr, "%s\n", diag.text), 1;
    printf("%.0f\n", best);
    vg_driving_destroy(driving);
    vg_reward_destroy(reward);
    vg_sense_destroy(sense);
    vg_suite_free(&suite);
    return 0;
}
