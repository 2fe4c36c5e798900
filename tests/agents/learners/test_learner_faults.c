// Each learner with a small task: every allocation fails in turn, and every operation on the disk. The result
// is a clean error, with nothing left behind and no partial policy.
#include <stdio.h>
#include <string.h>

#include "agents/learners/registry.h"
#include "agents/policy/policy_file.h"
#include "agents/rewards/reward_file.h"
#include "logs/store/preferences.h"
#include "tests/out_of_memory.h"
#include "tests/recorded.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

typedef struct fixture {
    const vg_learner *learner;
    void *config;
    vg_road *road;
    const vg_road *roads[1];
    vg_policy *expert;
    char log[300], out[300], too[320], checkpoint[320];
    const char *logs[1];
    vg_learner_def def;
} fixture;

static void record(const fixture *f) {
    vg_record_def def = vg_record_default();
    def.policy = f->expert, def.road = f->road, def.longest = 3, def.start_spread = 1;
    def.runs = vg_config_key(f->learner->schema, "preferences") ? 2 : 1; // two laps to compare
    ck_record(f->log, &def);
}

// A person prefers the first of the two drives.
static void prefer(const fixture *f) {
    if (!vg_config_key(f->learner->schema, "preferences")) return;
    vg_log *log;
    vg_preferences one = {0};
    vg_preference_row row = {.preferred = VG_PREFERRED_LEFT};
    const char *path = scratch("faults.jsonl");
    ck_ok(vg_log_open(f->log, &log, &diag));
    ck_ok(vg_log_episode_hash(log, 0, &row.left, &diag));
    ck_ok(vg_log_episode_hash(log, 1, &row.right, &diag));
    vg_log_discard(log);
    ck_ok(vg_preferences_set(&one, &row, &diag));
    ck_ok(vg_preferences_write(&one, path, &diag));
    vg_preferences_free(&one);
    ck_ok(vg_config_set(f->learner->schema, f->config, "preferences", path, "", 0, &diag));
}

// As little work as a learner's keys allow.
static void make(fixture *f, const vg_learner *learner) {
    static const char *const settings[][2] = {{"hidden_sizes", "3"},
                                              {"noise_injection", "isotropic"},
                                              {"bc.n_epochs", "2"},
                                              {"rounds", "2"},
                                              {"iterations", "2"},
                                              {"least_steps", "2"},
                                              {"labels", "60"},
                                              {"rollout_seconds", "1"},
                                              {"n_envs", "2"},
                                              {"n_steps", "4"},
                                              {"validation.starts_per_road", "1"},
                                              {"validation.every", "1"},
                                              {"validation.seconds", "1"},
                                              {"bc.validation_fraction", "0"},
                                              {"disc.hidden_size", "3"},
                                              {"segment_steps", "3"},
                                              {"cost.hidden_size", "3"},
                                              {"cost.n_updates", "1"},
                                              {"cost.demo_batch_size", "1"},
                                              {"cost.sample_batch_size", "2"},
                                              {"cost.replay_rounds", "2"},
                                              {"disc.n_updates", "1"},
                                              {"disc.batch_size", "8"},
                                              {"ppo.batch_size", "8"},
                                              {"bc.batch_size", "32"},
                                              {"gradient_steps", "1"},
                                              {"ensemble_size", "2"},
                                              {"n_pairs", "2"},
                                              {"noise_levels", "2"},
                                              {"rollouts_per_level", "1"},
                                              {"bc.checkpoint_every", "1"},
                                              {"checkpoint_every", "1"}};
    *f = (fixture){.learner = learner, .road = stadium_road(60, 20, 4)};
    f->roads[0] = f->road;
    snprintf(f->log, sizeof f->log, "%s", scratch("faults.vlog"));
    snprintf(f->out, sizeof f->out, "%s", scratch("faults.safetensors"));
    snprintf(f->too, sizeof f->too, "%s.too", f->out);
    snprintf(f->checkpoint, sizeof f->checkpoint, "%s.checkpoint", f->out);
    f->logs[0] = f->log;
    ck_ok(vg_expert_create("pursuit", &f->expert, &diag));
    record(f);
    f->config = vg_alloc(1, learner->config_size);
    vg_config_default(learner->schema, f->config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const vg_key *key = vg_config_key(learner->schema, settings[i][0]);
        bool words = settings[i][1][0] > '9';
        if (!key || (words && key->type != VG_KEY_CHOICE)) continue; // noise is a number elsewhere
        ck_ok(vg_config_set(learner->schema, f->config, settings[i][0], settings[i][1], "", 0, &diag));
    }
    prefer(f);
    unsigned needs = learner->needs;
    f->def = (vg_learner_def){.config = f->config,
                              .seed = 1,
                              .threads = 1,
                              .out = f->out,
                              .overwrite = VG_REPLACE,
                              .checkpoint = f->checkpoint};
    bool drives = needs & (VG_LEARNER_ROADS | VG_LEARNER_EITHER);
    if (needs & VG_LEARNER_LOGS) f->def.logs = f->logs, f->def.log_count = 1;
    if (needs & VG_LEARNER_REWARD_TOO) f->def.reward_out = f->too;
    if (needs & VG_LEARNER_POLICY_TOO) f->def.policy = f->too;
    if (drives) f->def.roads = f->roads, f->def.road_count = 1;
    if (needs & (VG_LEARNER_EXPERT | VG_LEARNER_EITHER)) f->def.expert = f->expert;
}

static void free_fixture(fixture *f) {
    vg_free(f->config);
    vg_policy_destroy(f->expert);
    vg_road_destroy(f->road);
}

static vg_err train(const fixture *f) {
    vg_learner_report report;
    unlink(f->out), unlink(f->too);
    unlink(f->checkpoint);
    return f->learner->train(&f->def, &report, &diag);
}

// If the policy or reward file exists, it is complete.
static bool is_there(const fixture *f) {
    vg_policy *policy = NULL;
    vg_reward *reward = NULL;
    vg_diag ignored;
    vg_err err = f->learner->writes == VG_WRITES_REWARD ? vg_reward_load(f->out, &reward, &ignored)
                                                        : vg_policy_load(f->out, &policy, &ignored);
    ck_assert(err == VG_OK || err == VG_ERR_NOT_FOUND);
    vg_policy_destroy(policy);
    vg_reward_destroy(reward);
    return !err;
}

START_TEST(every_allocation_fails_in_turn) {
    bool thorough = getenv("VERGE_THOROUGH");
    for (int32_t l = 0; vg_learner_at(l); l++) {
        fixture f;
        make(&f, vg_learner_at(l));
        ck_ok(train(&f));
        oom turn = {.share = thorough ? 0 : 40, .least = 50, .what = f.learner->name, .diag = &diag};
        while (oom_next(&turn)) {
            turn.err = train(&f);
            oom_stop(&turn);
            ck_assert_msg(is_there(&f) == !turn.err, "%s, %d: half a policy", f.learner->name, (int)turn.n);
        }
        free_fixture(&f);
    }
}
END_TEST

START_TEST(every_operation_on_the_disk_fails_in_turn) {
    for (int32_t l = 0; vg_learner_at(l); l++) {
        fixture f;
        make(&f, vg_learner_at(l));
        int64_t live = vg_memory_live();
        for (int64_t n = 1;; n++) {
            vg_file_fail_after(n);
            vg_err err = train(&f);
            vg_file_fail_never();
            ck_assert_msg(err == VG_OK || err == VG_ERR_IO, "%s, %d: %s", f.learner->name, (int)n, diag.text);
            ck_assert_int_eq(vg_memory_live(), live);
            ck_assert(is_there(&f) || err);
            if (!err) break;
        }
        free_fixture(&f);
    }
}
END_TEST

CK_MAIN("learner_faults", every_allocation_fails_in_turn, every_operation_on_the_disk_fails_in_turn)
