#include "agents/training/interactive.h"

#include <math.h>

#include "agents/learners/dagger.h"
#include "tests/interactive.h"
#include "tests/out_of_memory.h"

// DAgger stands for all interactive learners: what they share is tested.
static interactive_case *begin(void) { return interactive_begin(&vg_learner_dagger); }

START_TEST(refuses_what_does_not_belong_together) {
    interactive_case *c = begin();
    c->def.expert = NULL;
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT,
             "dagger asks an expert for labels while it learns: give an expert");
    c->def.expert = c->expert, c->def.road_count = 0;
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT, "dagger drives while it learns: give roads");
    c->def.road_count = 2;
    vg_car kart;
    ck_ok(vg_car_load("kart", &kart, &diag));
    const char *logs[] = {interactive_demo(c, "sedan.vlog", "sedan", 1, 4),
                          interactive_demo(c, "kart.vlog", "kart", 1, 4)};
    c->def.logs = logs, c->def.log_count = 1, c->def.car = &kart;
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "was driven in 'sedan', not in the 'kart'");
    c->def.car = NULL, c->def.log_count = 2;
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "kart.vlog: car.wheelbase");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "import or record");
    c->def.log_count = 0;
    // An expert made for another clock or car.
    vg_policy other = *c->expert;
    other.tick_num = 1, other.tick_den = 50, other.ticks_per_action = 5;
    c->def.expert = &other;
    c->def.log_count = 1;
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "acts every 5 ticks of 1/50 s");
    other = *c->expert, other.car = &kart;
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "drives the car 'kart', the demonstrations 'sedan'");
    ck_assert(access(c->out, F_OK) != 0 && access(c->checkpoint, F_OK) != 0);
    interactive_end(c);
}
END_TEST

static vg_err knows_nothing(const vg_policy *policy, const vg_road *road, vg_diag *out) {
    (void)road;
    return vg_fail(out, VG_ERR_MISMATCH, "%s knows another road", policy->name);
}

START_TEST(refuses_roads_the_expert_does_not_know) {
    interactive_case *c = begin();
    vg_policy_ops ops = *c->expert->ops;
    vg_policy other = *c->expert;
    ops.knows = knows_nothing;
    other.ops = &ops;
    c->def.expert = &other;
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "pursuit knows another road");
    interactive_end(c);
}
END_TEST

START_TEST(refuses_small_budgets_and_datasets) {
    interactive_case *c = begin();
    interactive_set(c, "labels", "79");
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT,
             "labels: 79, less the 0 rows of demonstrations, leave less than one rollout of 4 s (80 rows)");
    interactive_from_demo(c, 2, 4);
    interactive_set(c, "labels", "239");
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT, "labels: 239, less the 160 rows of demonstrations");
    interactive_set(c, "labels", "240");
    ck_ok(interactive_train(c));
    c->demo = interactive_demo(c, "step.vlog", "sedan", 1, 0.05);
    ck_fails(interactive_train(c), VG_ERR_FORMAT, "only one row to learn from");
    interactive_end(c);
}
END_TEST

START_TEST(refuses_a_foreign_checkpoint) {
    interactive_case *c = begin();
    c->log.stop = 100;
    ck_fails(interactive_train(c), VG_ERR_INTERRUPTED, "stopped");
    c->log.stop = 0, c->def.resume = true;
    c->def.seed = 2;
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "a checkpoint of another training");
    c->def.seed = 1, c->def.road_count = 1;
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "another training");
    c->def.road_count = 2, c->def.disturbance.gust = 0.01f, c->def.disturbance.gust_time = 1;
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "another training");
    c->def.disturbance = (vg_disturbance){0};
    ck_ok(vg_file_write(c->checkpoint, "nonsense", 8, VG_REPLACE, &diag));
    ck_fails(interactive_train(c), VG_ERR_FORMAT, ".checkpoint");
    unlink(c->checkpoint); // stopped before the first checkpoint: from the start
    ck_ok(interactive_train(c));
    interactive_end(c);
}
END_TEST

// The scale of the demonstrations stays, even if the learner strays far.
START_TEST(freezes_the_normaliser) {
    interactive_case *c = begin();
    float mean[5];
    for (int rounds = 1; rounds <= 3; rounds += 2) {
        const char *logs[] = {interactive_demo(c, "demo.vlog", "sedan", 3, 4)};
        char text[16];
        vg_policy *policy;
        c->def.logs = logs, c->def.log_count = 1;
        snprintf(text, sizeof text, "%d", rounds);
        interactive_set(c, "rounds", text);
        ck_ok(interactive_train(c));
        ck_ok(vg_policy_load(c->out, &policy, &diag));
        const vg_policy_info *info = vg_policy_file_info(policy);
        ck_assert_int_eq(info->normaliser, VG_NORMALISER_ZSCORE);
        ck_assert_str_eq(info->learner, "dagger");
        if (rounds == 1) memcpy(mean, info->mean, sizeof mean);
        ck_assert(memcmp(mean, info->mean, sizeof mean) == 0);
        ck_assert(mean[2] > 1); // m/s: the physical mean would be 0
        vg_policy_destroy(policy);
    }
    interactive_end(c);
}
END_TEST

START_TEST(keeps_the_best_on_validation) {
    interactive_case *c = begin();
    interactive_set(c, "labels", "1200");
    interactive_set(c, "rounds", "6");
    ck_ok(interactive_train(c));
    int32_t best = 0;
    for (int32_t r = 1; r < 6; r++) {
        double own = interactive_value(c, r, "driving_score"),
               most = interactive_value(c, best, "driving_score");
        bool less = interactive_value(c, r, "drift") < interactive_value(c, best, "drift");
        if (own > most || (own == most && less)) best = r;
    }
    ck_assert_int_eq(c->report.best_round, best + 1);
    ck_assert_double_eq(c->report.held_out_loss, interactive_value(c, best, "held_out_loss"));
    uint64_t chosen = interactive_hash(c);
    interactive_set(c, "selection", "last");
    c->def.on_round = NULL;
    ck_ok(interactive_train(c));
    ck_assert_int_eq(c->report.best_round, 6);
    ck_assert(interactive_hash(c) != chosen); // its configuration at least
    interactive_end(c);
}
END_TEST

START_TEST(out_of_memory_or_disk_leaves_nothing) {
    interactive_case *c = begin();
    interactive_set(c, "rounds", "2");
    interactive_set(c, "gradient_steps", "3");
    interactive_set(c, "validation.seconds", "1");
    interactive_set(c, "validation.starts_per_road", "1");
    c->def.on_round = NULL;
    for (oom turn = {.share = 60, .diag = &diag}; oom_next(&turn);) {
        unlink(c->out);
        turn.err = interactive_train(c);
        ck_assert(!turn.err == (access(c->out, F_OK) == 0));
    }
    for (int n = 1;; n++) {
        unlink(c->out);
        vg_file_fail_after(n);
        vg_err err = interactive_train(c);
        vg_file_fail_never();
        ck_assert_msg(err == VG_OK || err == VG_ERR_IO, "n %d: %s", n, diag.text);
        if (!err) break; // a folder that cannot be synced is an error, but the file exists by then
    }
    interactive_end(c);
}
END_TEST

// A checkpoint restores what was collected, with the bounds of its episodes.
static void ck_same_rows(const vg_rows *a, const vg_rows *b) {
    ck_assert_int_eq(a->count, b->count);
    ck_assert_int_eq(memcmp(a->inputs, b->inputs, sizeof(float) * (size_t)(a->count * a->width)), 0);
    ck_assert_int_eq(memcmp(a->actions, b->actions, sizeof(float) * 2 * (size_t)a->count), 0);
    ck_assert_int_eq(a->episode_count, b->episode_count);
    for (int64_t i = 0; i < a->episode_count; i++) {
        const vg_rows_episode *x = &a->episodes[i], *y = &b->episodes[i];
        ck_assert(x->first == y->first && x->count == y->count && x->end == y->end && x->final == y->final);
    }
}

START_TEST(resumed_data_has_the_same_episodes) {
    for (int with_logs = 0; with_logs < 2; with_logs++) {
        interactive_case *c = interactive_begin(&vg_learner_dagger);
        const char *logs[] = {interactive_demo(c, "demo.vlog", "sedan", 3, 2)};
        vg_interactive a = {.anyone = true}, b = {.anyone = true};
        vg_collection got;
        c->def.logs = logs, c->def.log_count = with_logs;
        ck_ok(vg_interactive_open(&a, c->learner, &c->def, &diag));
        a.run.round = with_logs;
        vg_collect_def plan = vg_interactive_plan(&a);
        plan.noise[0][0] = 3; // off the road, and put back
        ck_ok(vg_interactive_collect(&a, &plan, &got, &diag));
        ck_assert_int_gt(got.departures, 0);
        ck_ok(vg_interactive_end(&a, &diag)); // writes the checkpoint
        c->def.resume = true;
        ck_ok(vg_interactive_open(&b, c->learner, &c->def, &diag));
        ck_assert(b.run.resumed && b.run.round == a.run.round);
        vg_rows rows[] = {vg_dataset_train(a.data), vg_dataset_validation(a.data)};
        vg_rows again[] = {vg_dataset_train(b.data), vg_dataset_validation(b.data)};
        ck_same_rows(&rows[0], &again[0]);
        ck_same_rows(&rows[1], &again[1]);
        int64_t terminated = 0, episodes = rows[0].episode_count + rows[1].episode_count;
        for (int p = 0; p < 2; p++)
            for (int64_t i = 0; i < rows[p].episode_count; i++)
                terminated += rows[p].episodes[i].end == VG_ROW_TERMINATED;
        ck_assert(terminated > 0 && terminated < episodes);
        vg_collect_free(&got);
        vg_interactive_close(&a);
        vg_interactive_close(&b);
        interactive_end(c);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("interactive", refuses_what_does_not_belong_together, refuses_roads_the_expert_does_not_know,
        refuses_small_budgets_and_datasets, refuses_a_foreign_checkpoint, freezes_the_normaliser,
        keeps_the_best_on_validation, out_of_memory_or_disk_leaves_nothing,
        resumed_data_has_the_same_episodes)
