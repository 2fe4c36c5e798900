#include "agents/learners/trex.h"

#include <math.h>

#include "agents/rewards/network_reward.h"
#include "logs/store/preferences.h"
#include "tests/agents/learners/ranked_case.h"

enum { LOGS = 6 };

// Laps at six paces on one road.
typedef struct made {
    ranked_case c;
    vg_road *road;
    char logs[LOGS][300], file[300];
    const char *paths[LOGS];
} made;

static void make(made *m) {
    *m = (made){.road = stadium_road(80, 25, 4)};
    snprintf(m->file, sizeof m->file, "%s", scratch("trex.jsonl"));
    for (int32_t i = 0; i < LOGS; i++) {
        char name[64];
        snprintf(name, sizeof name, "trex%d.vlog", (int)i);
        snprintf(m->logs[i], sizeof m->logs[i], "%s", scratch(name));
        m->paths[i] = m->logs[i];
        vg_record_def def = vg_record_default();
        def.road = m->road, def.laps = 2, def.seed = (uint64_t)i;
        snprintf(name, sizeof name, "pursuit-noisy:lateral=%g", 0.2 + 0.12 * i);
        ck_record_expert(m->logs[i], name, def);
    }
    ranked_make(&m->c, &vg_learner_trex, "held_out_lap_accuracy");
    ranked_set(&m->c, "rounds", "6");
    ranked_set(&m->c, "n_pairs", "96");
    m->c.def.logs = m->paths, m->c.def.log_count = LOGS;
}

static void unmake(made *m) {
    ranked_free(&m->c);
    vg_road_destroy(m->road);
}

// The mean reward of each lap of the made logs, by the file that was written.
static void judge(const made *m, double *means) {
    vg_reward *reward = ranked_reward(&m->c);
    vg_laps laps;
    const vg_reward_input *input = vg_network_reward_input(reward);
    ck_ok(vg_laps_read(input->sense, m->paths, LOGS, &laps, &diag));
    vg_rows rows = vg_dataset_train(laps.data);
    vg_world_def def = vg_world_default();
    vg_world *world;
    def.roads = (const vg_road *const[]){m->road}, def.road_count = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    float *scratch_floats = vg_new(float, reward->scratch);
    for (int32_t l = 0; l < laps.count; l++) {
        means[l] = 0;
        for (int64_t r = laps.laps[l].first; r < laps.laps[l].first + laps.laps[l].count; r++) {
            double value, s = laps.place[r];
            const vg_reward_view view = {.count = 1,
                                         .world = world,
                                         .s = &s,
                                         .observed = rows.inputs + r * rows.width,
                                         .actions = rows.actions + VG_CAR_ACTIONS * r,
                                         .scratch = scratch_floats};
            reward->ops->evaluate(reward, &view, &value);
            means[l] += value / (double)laps.laps[l].count;
        }
    }
    vg_free(scratch_floats);
    vg_world_destroy(world);
    vg_laps_free(&laps);
    vg_reward_destroy(reward);
}

// The faster the driver of a lap, the higher its mean reward, held out or not; over all rows the mean is 0.
START_TEST(ranks_laps_by_their_time) {
    made m;
    double means[2 * LOGS], sum = 0;
    make(&m);
    ranked_set(&m.c, "rounds", "12");
    ck_ok(ranked_train(&m.c));
    ck_assert_msg(m.c.held_out > 0.85 && m.c.watch > 0.99, "held out: %g of snippets, %g of laps",
                  m.c.held_out, m.c.watch);
    judge(&m, means);
    for (int32_t i = 2; i < 2 * LOGS; i++)
        ck_assert_msg(means[i] > means[i - 2], "lap %d: %g after %g", (int)i, means[i], means[i - 2]);
    for (int32_t i = 0; i < 2 * LOGS; i++) sum += means[i] / (2 * LOGS);
    ck_assert_double_le(fabs(sum), 0.3); // slow laps have more rows, so it is not quite the mean of the means
    vg_reward *reward = ranked_reward(&m.c);
    ck_assert_str_eq(reward->kind, "network");
    ck_assert(reward->absorbing < means[0] && reward->discount == 0.99 && reward->terminal == 0);
    ck_assert(vg_network_reward_member(reward, 1) && !vg_network_reward_member(reward, 2));
    const double margin = reward->absorbing;
    vg_reward_destroy(reward);
    ranked_set(&m.c, "departure_margin", "0"); // the same networks
    ck_ok(ranked_train(&m.c));
    reward = ranked_reward(&m.c);
    ck_assert(reward->absorbing < means[0] && margin < reward->absorbing - (means[2 * LOGS - 1] - means[0]));
    vg_reward_destroy(reward);
    unmake(&m);
}
END_TEST

static void lap_hashes(const made *m, uint64_t *hashes) {
    for (int32_t i = 0; i < LOGS; i++) {
        vg_log *log;
        ck_ok(vg_log_open(m->logs[i], &log, &diag));
        for (int32_t k = 0; k < 2; k++) ck_ok(vg_log_episode_hash(log, k, &hashes[2 * i + k], &diag));
        vg_log_discard(log);
    }
}

// A person who likes it slow: the reward is turned round.
START_TEST(learns_what_a_person_prefers) {
    made m;
    uint64_t hashes[2 * LOGS];
    double means[2 * LOGS];
    vg_preferences all = {0};
    make(&m);
    lap_hashes(&m, hashes);
    for (int32_t a = 0; a < 2 * LOGS; a++)
        for (int32_t b = a + 2; b < 2 * LOGS; b += 3) {
            vg_preference_row row = {.left = hashes[a], .right = hashes[b], .preferred = VG_PREFERRED_LEFT};
            if (a % 2) row = (vg_preference_row){row.right, row.left, VG_PREFERRED_RIGHT, "", ""};
            ck_ok(vg_preferences_set(&all, &row, &diag));
        }
    ck_ok(vg_preferences_write(&all, m.file, &diag));
    vg_preferences_free(&all);
    ranked_set(&m.c, "preferences", m.file);
    ck_ok(ranked_train(&m.c));
    judge(&m, means);
    for (int32_t i = 2; i < 2 * LOGS; i++) ck_assert_double_lt(means[i], means[i - 2]);
    unmake(&m);
}
END_TEST

START_TEST(says_why_laps_cannot_be_ranked) {
    made m;
    vg_preferences all = {0};
    make(&m);
    vg_learner_def def = m.c.def;
    vg_learner_report report;
    vg_log *log;
    vg_record_def lap = vg_record_default();
    vg_policy *expert;
    char one[300];
    snprintf(one, sizeof one, "%s", scratch("one.vlog"));
    ck_ok(vg_expert_create("pursuit", &expert, &diag));
    lap.policy = expert, lap.road = m.road;
    for (int32_t k = 0; k < 3; k++) { // a single lap; one that is cut short beside; the same lap twice
        ck_ok(vg_log_create(one, VG_REPLACE, &log, &diag));
        lap.longest = 600, lap.runs = k == 2 ? 2 : 1;
        ck_ok(vg_record_run(&lap, log, NULL, NULL, &diag));
        lap.longest = 2;
        if (k == 1) ck_ok(vg_record_run(&lap, log, NULL, NULL, &diag));
        ck_ok(vg_log_close(log, &diag));
        def.logs = (const char *[]){one}, def.log_count = 1;
        ck_fails(vg_learner_trex.train(&def, &report, &diag), VG_ERR_FORMAT,
                 k == 0   ? "a single lap cannot be ranked"
                 : k == 1 ? "1 of 2 laps came to the end or left the road"
                          : "all 2 laps have the same rank");
    }
    vg_policy_destroy(expert);
    ranked_set(&m.c, "tie", "1000");
    ck_fails(ranked_train(&m.c), VG_ERR_FORMAT, "all 12 laps have the same rank");
    ranked_set(&m.c, "preferences", m.file);
    unlink(m.file);
    ck_fails(ranked_train(&m.c), VG_ERR_NOT_FOUND, "trex.jsonl");
    ck_ok(vg_preferences_write(&all, m.file, &diag));
    ck_fails(ranked_train(&m.c), VG_ERR_FORMAT, "no lap is compared yet");
    ck_ok(vg_preferences_set(&all, &(vg_preference_row){7, 8, VG_PREFERRED_LEFT, "m.vlog:3", ""}, &diag));
    ck_ok(vg_preferences_write(&all, m.file, &diag));
    ck_fails(ranked_train(&m.c), VG_ERR_MISMATCH,
             "trex.jsonl:2: left: is the lap m.vlog:3, which is in none");
    uint64_t hashes[2 * LOGS];
    lap_hashes(&m, hashes);
    all.rows[0] = (vg_preference_row){hashes[0], hashes[3], VG_PREFERRED_EQUAL, "", ""};
    ck_ok(vg_preferences_write(&all, m.file, &diag));
    ck_fails(ranked_train(&m.c), VG_ERR_FORMAT, "preferred: is equal in every line");
    vg_preferences_free(&all);
    unmake(&m);
}
END_TEST

// Laps of different roads have nothing to do with each other.
START_TEST(compares_on_one_road_only) {
    vg_lap_pairs pairs = {0};
    vg_lap all[] = {{.road = 1, .whole = true, .seconds = 60}, {.road = 2, .whole = true, .seconds = 50}};
    vg_laps laps = {.laps = all, .count = 2};
    ck_fails(vg_trex_rank_by_time(&laps, 0, &pairs, &diag), VG_ERR_FORMAT,
             "no two of 2 laps are on the same road");
    all[1].road = 1;
    ck_ok(vg_trex_rank_by_time(&laps, 0, &pairs, &diag));
    ck_assert(pairs.count == 1 && pairs.pairs[0].a_better == 0);
    vg_lap_pairs_free(&pairs);
}
END_TEST

// Two equal laps beside a slower one pull towards each other: their label is 1/2.
START_TEST(equal_laps_are_a_pair_too) {
    vg_lap_pairs pairs = {0};
    vg_lap all[] = {{.road = 1, .whole = true, .seconds = 60},
                    {.road = 1, .whole = true, .seconds = 60},
                    {.road = 1, .left_road = true, .seconds = 10}};
    vg_laps laps = {.laps = all, .count = 3};
    ck_ok(vg_trex_rank_by_time(&laps, 0, &pairs, &diag));
    ck_assert_int_eq(pairs.count, 3);
    ck_assert(pairs.pairs[0].a_better == 0.5 && pairs.pairs[1].a_better == 1 && pairs.pairs[2].a_better == 1);
    vg_lap_pairs_free(&pairs);
}
END_TEST

START_TEST(a_resumed_training_gives_the_same_reward) {
    made m;
    make(&m);
    ranked_set(&m.c, "rounds", "4");
    ck_resumes(&vg_learner_trex, &m.c.def, m.c.checkpoint, &m.c.stop_after, 3, "trex");
    unmake(&m);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    made m;
    make(&m);
    ranked_at_any_thread_count(&m.c, "trex/reward");
    unmake(&m);
}
END_TEST

CK_MAIN("trex", ranks_laps_by_their_time, learns_what_a_person_prefers, says_why_laps_cannot_be_ranked,
        compares_on_one_road_only, equal_laps_are_a_pair_too, a_resumed_training_gives_the_same_reward,
        same_bits_at_any_thread_count)
