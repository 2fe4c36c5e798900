#include "agents/learners/bc_gmm.h"

#include <math.h>

#include "agents/learners/bc.h"
#include "agents/training/clone.h"
#include "sim/base/level.h"
#include "sim/base/random.h"
#include "tests/interactive.h"

// --- a driver who passes left or right by a coin
// ------------------------------------------------------------

enum { ROWS = 600, WIDTH = 2, CARS = 400 };

typedef struct forked {
    vg_bc_gmm_config config;
    vg_sense *sense;
    vg_dataset *data;
    char out[300];
} forked;

// Steers +0.5 or -0.5, whatever it senses; pushes by the speed.
static void make(forked *f, int64_t modes) {
    float inputs[ROWS * WIDTH], actions[ROWS * 2];
    vg_car car = vg_car_default();
    vg_config_default(&vg_bc_gmm_schema, &f->config);
    f->config.gmm.num_modes = modes;
    f->config.fit.bc.n_epochs = 60;
    f->config.fit.bc.batch_size = 64;
    f->config.fit.bc.learning_rate = 0.005;
    snprintf(f->config.fit.sense, sizeof f->config.fit.sense, "offset,speed");
    snprintf(f->config.fit.hidden_sizes, sizeof f->config.fit.hidden_sizes, "8");
    snprintf(f->out, sizeof f->out, "%s", scratch("forked.safetensors"));
    ck_ok(vg_sense_create("offset,speed", &f->sense, &diag));
    vg_dataset_def def = vg_imitation_dataset(&f->config.fit, 1, f->sense);
    ck_ok(vg_dataset_create(&def, &car, &f->data, &diag));
    for (uint32_t r = 0; r < ROWS; r++) {
        vg_draw at = {.seed = 5, .entity = r};
        inputs[2 * r] = (float)(4 * vg_random_uniform(&at) - 2), at.draw++;
        inputs[2 * r + 1] = (float)(5 + 10 * vg_random_uniform(&at)), at.draw++;
        actions[2 * r] = vg_random_uniform(&at) < 0.5 ? -0.5f : 0.5f;
        actions[2 * r + 1] = 0.05f * (10 - inputs[2 * r + 1]);
    }
    ck_ok(vg_dataset_add(f->data, inputs, actions, NULL, ROWS, false, &diag));
}

static void free_forked(forked *f) {
    vg_dataset_destroy(f->data);
    vg_sense_destroy(f->sense);
}

static void clone(forked *f, vg_supervised_status *status) {
    vg_mixture_def mixture;
    vg_imitation_head own = vg_bc_gmm_head(&f->config, &mixture);
    vg_clone_def def = {.learner = "bc-gmm",
                        .schema = &vg_bc_gmm_schema,
                        .config = &f->config,
                        .network = &f->config.fit,
                        .own = &own,
                        .seed = 1,
                        .data = f->data,
                        .threads = 1,
                        .out = f->out,
                        .overwrite = VG_REPLACE};
    ck_ok(vg_clone_train(&def, status, &diag));
}

// Shares of the cars that a policy steers left, right and straight ahead.
static void sides(const char *path, double *left, double *right, double *ahead) {
    vg_policy *policy;
    vg_driver driver;
    float actions[CARS * 2];
    ck_ok(vg_policy_load(path, &policy, &diag));
    ck_ok(vg_driver_open(policy, CARS, &driver, &diag));
    for (int32_t c = 0; c < CARS; c++) {
        vg_driver_reset(&driver, c, &(vg_episode_key){.seed = 1, .entity = (uint32_t)c});
        driver.observed[c * WIDTH] = 0, driver.observed[c * WIDTH + 1] = 10;
    }
    ck_ok(vg_driver_decide(&driver, NULL, actions));
    *left = *right = *ahead = 0;
    for (int32_t c = 0; c < CARS; c++) {
        *left += (actions[2 * c] > 0.4f) / (double)CARS, *right += (actions[2 * c] < -0.4f) / (double)CARS;
        *ahead += (fabsf(actions[2 * c]) < 0.25f) / (double)CARS;
    }
    vg_driver_close(&driver);
    vg_policy_destroy(policy);
}

START_TEST(a_mixture_takes_either_side_and_a_mean_takes_none) {
    forked f;
    double left, right, ahead;
    vg_supervised_status status;
    make(&f, 5);
    clone(&f, &status);
    sides(f.out, &left, &right, &ahead);
    ck_assert_msg(left > 0.4 && right > 0.4 && ahead == 0, "%g left, %g right, %g ahead", left, right, ahead);
    vg_bc_def plain = {.config = f.config.fit, .seed = 1, .data = f.data, .threads = 1, .out = f.out};
    plain.overwrite = VG_REPLACE;
    ck_ok(vg_bc_train(&plain, NULL, &diag));
    sides(f.out, &left, &right, &ahead);
    ck_assert_double_gt(ahead, 0.99);
    free_forked(&f);
}
END_TEST

// Two modes fit what two ways need, and one does not: log 2 against the width of both.
START_TEST(two_modes_are_likelier_than_one) {
    double loss[2];
    for (int64_t modes = 1; modes <= 2; modes++) {
        forked f;
        vg_supervised_status status;
        make(&f, modes);
        clone(&f, &status);
        loss[modes - 1] = status.train_loss;
        free_forked(&f);
    }
    ck_assert_double_lt(loss[1], loss[0] - 1);
}
END_TEST

// --- collapse ----------------------------------------------------------------------------------------------

START_TEST(counts_the_modes_in_use) {
    ck_assert_double_eq_tol(vg_bc_gmm_in_use((const double[]){3, 3, 3, 3, 3}, 5), 5, 1e-12);
    ck_assert_double_eq_tol(vg_bc_gmm_in_use((const double[]){0, 7, 0}, 3), 1, 1e-12);
    ck_assert_double_eq_tol(vg_bc_gmm_in_use((const double[]){1, 3}, 2), pow(4, 0.25) * pow(4 / 3.0, 0.75),
                            1e-12);
}
END_TEST

START_TEST(says_when_one_mode_does_all_the_work) {
    const char *const names[] = {"modes", "modes_in_use", "geometric_std"};
    static const struct {
        double modes, in_use;
        bool trouble;
    } cases[] = {{5, 1.01, true}, {5, 1.2, false}, {1, 1, false}};
    for (size_t i = 0; i < 3; i++) {
        const double values[] = {cases[i].modes, cases[i].in_use, 0.1};
        vg_learner_round round = {.count = 3, .names = names, .values = values};
        int32_t state = 0;
        const char *said = vg_learner_bc_gmm.diagnose(&round, &state);
        ck_assert_msg(!said == !cases[i].trouble, "case %d", (int)i);
        if (said) ck_assert_ptr_nonnull(strstr(said, "one mode accounts for all rows"));
    }
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

static interactive_case *on_logs(const char *const *log) {
    interactive_case *c = interactive_begin(&vg_learner_bc_gmm);
    c->def.logs = log, c->def.log_count = 1;
    interactive_set(c, "bc.n_epochs", "6");
    interactive_set(c, "num_modes", "3");
    return c;
}

START_TEST(same_bytes_at_any_thread_count_resumed_or_not) {
    const char *log;
    interactive_case *c = on_logs(&log);
    log = interactive_demo(c, "demo.vlog", "sedan", 3, 8);
    interactive_set(c, "bc.batch_size", "300"); // two chunks of a batch
    interactive_set(c, "n_obs_steps", "2");
    interactive_is_one_path(c, "bc_gmm/policy", 12);
    ck_assert_int_eq(c->log.rounds, 1);
    ck_assert_double_eq(interactive_value(c, 0, "modes"), 3);
    double in_use = interactive_value(c, 0, "modes_in_use");
    ck_assert(in_use >= 1 && in_use <= 3 && interactive_value(c, 0, "geometric_std") > 1e-4);
    interactive_end(c);
}
END_TEST

START_TEST(same_bytes_at_any_level) {
    vg_level best = vg_level_best();
    for (vg_level level = VG_LEVEL_BASE; level < VG_LEVEL_COUNT; level++) {
        if (level > best) {
            printf("SKIP: level %s is not on this machine\n", vg_level_name(level));
            continue;
        }
        ck_assert(vg_level_force(level));
        const char *log;
        interactive_case *c = on_logs(&log);
        log = interactive_demo(c, "demo.vlog", "sedan", 2, 4);
        ck_ok(interactive_train(c));
        ck_golden("bc_gmm/policy-short", interactive_hash(c));
        interactive_end(c);
    }
}
END_TEST

CK_MAIN("bc_gmm", a_mixture_takes_either_side_and_a_mean_takes_none, two_modes_are_likelier_than_one,
        counts_the_modes_in_use, says_when_one_mode_does_all_the_work,
        same_bytes_at_any_thread_count_resumed_or_not, same_bytes_at_any_level)
