#include "agents/policy/so_policy.h"

#include <fenv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agents/policy_open.h"
#include "tests/roads.h"

static vg_diag diag;

static vg_world *world_of(const vg_road *road, int32_t cars) {
    vg_world_def def = vg_world_default();
    vg_world *world;
    def.count = cars, def.roads = &road, def.road_count = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    for (int32_t i = 0; i < cars; i++) {
        vg_start start = {.s = 5.0 * i, .offset = 0.25f * (float)i, .speed = 8};
        ck_ok(vg_world_reset(world, &i, &start, 1));
    }
    return world;
}

// One act of a fixture that does this; the policy is destroyed. trouble: [200].
static vg_err act_once(const char *does, float actions[4], char *trouble) {
    const vg_road *road = stadium_road(100, 30, 5);
    vg_world *world = world_of(road, 2);
    vg_policy *policy = NULL;
    vg_driver driver;
    setenv("PLUGIN_DOES", does, 1);
    vg_err err =
        vg_policy_open("so:" VG_TEST_PLUGIN, &(vg_policy_terms){.trust = VG_NAMED_BY_USER}, &policy, &diag);
    if (!err) err = vg_driver_open(policy, 2, &driver, &diag);
    if (!err) {
        for (int32_t i = 0; i < 2; i++)
            vg_driver_reset(&driver, i, &(vg_episode_key){.seed = 8, .entity = (uint32_t)(10 * i)});
        err = vg_driver_act(&driver, world, actions);
        snprintf(trouble, 200, "%s", vg_policy_trouble(policy));
        vg_driver_close(&driver);
    }
    vg_policy_destroy(policy);
    vg_world_destroy(world);
    vg_road_destroy((vg_road *)road);
    return err;
}

START_TEST(acts) {
    float actions[4];
    char trouble[200];
    ck_ok(act_once("well", actions, trouble));
    ck_assert(actions[0] == 0.1f && actions[1] == 0);
    ck_assert(actions[2] == 0.2f && actions[3] == 0.25f);
}
END_TEST

START_TEST(says_who_it_is) {
    vg_policy *policy, *again;
    setenv("PLUGIN_DOES", "well", 1);
    ck_ok(vg_so_policy_load(VG_TEST_PLUGIN, NULL, &policy, &diag));
    ck_assert_str_eq(policy->name, "fixture");
    ck_assert_str_eq(vg_sense_text(policy->sense), "offset,speed");
    ck_assert(policy->tick_num == 1 && policy->tick_den == 60 && policy->ticks_per_action == 3);
    ck_ok(vg_so_policy_load(VG_TEST_PLUGIN, NULL, &again, &diag));
    ck_assert(policy->hash && policy->hash == again->hash);
    vg_policy_destroy(policy);
    vg_policy_destroy(again);
}
END_TEST

START_TEST(what_it_does_wrong_is_told) {
    static const char *const cases[][2] = {
        {"crash", "crashed (SIGSEGV)"},
        {"abort", "crashed (SIGABRT)"},
        {"hang", "did not answer within 0.2"},
        {"fail", "failed and said -5"},
        {"short", "gave 2 numbers, expected 4"},
        {"nan", "gave no action that is a number"},
        {"leave-out", "gave no action that is a number"},
        {"no-state", "gave no state"},
        {"exit", "ended with exit status 0"},
        {"_exit", "ended with exit status 0"},
        {"pthread_exit", "ended with exit status 0"},
        {"overflow", "crashed (SIGSEGV)"},
        {"deaf", "did not answer within 0.2"},
        {"stop", "did not answer within 0.2"},
    };
    setenv("VERGE_POLICY_TIMEOUT", "0.2", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float actions[4];
        char trouble[200] = "";
        ck_assert_int_eq(act_once(cases[i][0], actions, trouble), VG_ERR_POLICY);
        ck_assert_msg(strstr(trouble, cases[i][1]), "%s: %s", cases[i][0], trouble);
    }
}
END_TEST

// What it does to its own process is no matter of ours.
START_TEST(its_process_is_its_own) {
    float actions[4];
    char trouble[200], before[4096], after[4096];
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_ok(act_once("flush", actions, trouble));
    ck_ok(act_once("load-flush", actions, trouble));
    ck_ok(act_once("round", actions, trouble));
    ck_ok(act_once("move", actions, trouble));
    ck_ok(act_once("fork", actions, trouble));
    ck_assert_int_eq(fegetround(), FE_TONEAREST);
    volatile float tiny = 1e-38f;
    ck_assert(tiny / 16 > 0);
    ck_assert_ptr_nonnull(getcwd(after, sizeof after));
    ck_assert_str_eq(before, after);
}
END_TEST

// Two drives at once, of which each has what it began with.
START_TEST(drives_do_not_mix) {
    vg_policy *policy;
    vg_driver a, b;
    float one[2], other[2];
    setenv("PLUGIN_DOES", "well", 1);
    ck_ok(vg_so_policy_load(VG_TEST_PLUGIN, NULL, &policy, &diag));
    ck_ok(vg_driver_open(policy, 1, &a, &diag));
    ck_ok(vg_driver_open(policy, 1, &b, &diag));
    vg_driver_reset(&a, 0, &(vg_episode_key){.seed = 1});
    vg_driver_reset(&b, 0, &(vg_episode_key){.seed = 2});
    memset(a.observed, 0, 2 * sizeof(float));
    memset(b.observed, 0, 2 * sizeof(float));
    for (int i = 0; i < 3; i++) {
        ck_ok(vg_driver_decide(&a, NULL, one));
        ck_ok(vg_driver_decide(&b, NULL, other));
        ck_assert(one[0] == 0.1f && other[0] == 0.2f);
    }
    vg_driver_close(&a);
    ck_ok(vg_driver_decide(&b, NULL, other));
    vg_driver_close(&b);
    vg_policy_destroy(policy);
}
END_TEST

START_TEST(what_is_no_plugin_is_told) {
    vg_policy *policy;
    static const struct bad {
        const char *does;
        vg_err err;
        const char *says;
    } cases[] = {{"version", VG_ERR_FORMAT, "version: is 9, expected 1"},
                 {"sense", VG_ERR_FORMAT, "smell"},
                 {"nothing", VG_ERR_FORMAT, "gave nothing"},
                 {"load-crash", VG_ERR_POLICY, "crashed (SIGSEGV), before its first frame"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("PLUGIN_DOES", cases[i].does, 1);
        ck_fails(vg_so_policy_load(VG_TEST_PLUGIN, NULL, &policy, &diag), cases[i].err, cases[i].says);
    }
    ck_fails(vg_so_policy_load("none.so", NULL, &policy, &diag), VG_ERR_NOT_FOUND, "none.so");
    ck_fails(vg_so_policy_load(VG_ROOT "/README.md", NULL, &policy, &diag), VG_ERR_FORMAT,
             "no shared library");
}
END_TEST

CK_MAIN("so policy", acts, says_who_it_is, what_it_does_wrong_is_told, its_process_is_its_own,
        drives_do_not_mix, what_is_no_plugin_is_told)
