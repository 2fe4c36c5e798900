#include "agents/learners/bc_gmm.h"

#include <math.h>

#include "agents/learners/bc.h"
#include "sim/base/level.h"
#include "tests/agents/learners/forked.h"
#include "tests/levels.h"

// --- a driver who passes left or right by a coin ----------------------------------------------------------

static vg_bc_gmm_config config_of(int64_t modes) {
    vg_bc_gmm_config config = {0}; // it has no `bc.loss`, which a clone has
    vg_config_default(&vg_bc_gmm_schema, &config);
    config.gmm.num_modes = modes;
    config.fit.bc.n_epochs = 60;
    snprintf(config.fit.hidden_sizes, sizeof config.fit.hidden_sizes, "8");
    return config;
}

static void clone(forked *f, const vg_bc_gmm_config *config, vg_supervised_status *status) {
    vg_mixture_def mixture;
    vg_imitation_head own = vg_bc_gmm_head(config, &mixture);
    forked_clone(f,
                 (vg_clone_def){.learner = "bc-gmm",
                                .schema = &vg_bc_gmm_schema,
                                .config = config,
                                .network = &config->fit,
                                .own = &own},
                 status);
}

// Every action tosses its own coin: most cars change sides within eight actions.
START_TEST(a_mixture_takes_either_side_and_a_mean_takes_none) {
    forked f;
    vg_supervised_status status;
    vg_bc_gmm_config config = config_of(5);
    forked_make(&f, &config.fit);
    clone(&f, &config, &status);
    forked_sides of = forked_drive(&f, 8);
    ck_assert_msg(of.left > 0.35 && of.right > 0.35 && of.ahead == 0, "%g left, %g right, %g ahead", of.left,
                  of.right, of.ahead);
    ck_assert_double_gt(of.changed, 0.9);
    vg_bc_def plain = {.config = config.fit, .seed = 1, .data = f.data, .threads = 1, .out = f.out};
    plain.overwrite = VG_REPLACE;
    ck_ok(vg_bc_train(&plain, NULL, &diag));
    ck_assert_double_gt(forked_drive(&f, 1).ahead, 0.99);
    forked_free(&f);
}
END_TEST

// Two modes fit what two ways need, and one does not: log 2 against the width of both.
START_TEST(two_modes_are_likelier_than_one) {
    double loss[2];
    for (int64_t modes = 1; modes <= 2; modes++) {
        forked f;
        vg_supervised_status status;
        vg_bc_gmm_config config = config_of(modes);
        config.gmm.min_std = 1e-4; // robomimic's
        forked_make(&f, &config.fit);
        clone(&f, &config, &status);
        loss[modes - 1] = status.train_loss;
        forked_free(&f);
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

static interactive_case *on_logs(int32_t runs, double seconds) {
    interactive_case *c = interactive_begin(&vg_learner_bc_gmm);
    interactive_from_demo(c, runs, seconds);
    interactive_set(c, "bc.n_epochs", "6");
    interactive_set(c, "num_modes", "3");
    return c;
}

START_TEST(same_bytes_at_any_thread_count_resumed_or_not) {
    interactive_case *c = on_logs(3, 8);
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
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        interactive_case *c = on_logs(2, 4);
        ck_ok(interactive_train(c));
        ck_golden("bc_gmm/policy-short", interactive_hash(c));
        interactive_end(c);
    }
}
END_TEST

CK_MAIN("bc_gmm", a_mixture_takes_either_side_and_a_mean_takes_none, two_modes_are_likelier_than_one,
        counts_the_modes_in_use, says_when_one_mode_does_all_the_work,
        same_bytes_at_any_thread_count_resumed_or_not, same_bytes_at_any_level)
