#include "agents/policy/so_policy.h"

#include <stdlib.h>
#include <string.h>

#include "agents/policy/float_mode.h"
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
static vg_err act_once(const char *does, float actions[4], char *trouble, char *notice) {
    const vg_road *road = stadium_road(100, 30, 5);
    vg_world *world = world_of(road, 2);
    vg_policy *policy = NULL;
    vg_driver driver;
    setenv("PLUGIN_DOES", does, 1);
    vg_err err = vg_policy_open("so:" VG_TEST_PLUGIN, &policy, &diag);
    if (!err) err = vg_driver_open(policy, 2, &driver, &diag);
    if (!err) {
        for (int32_t i = 0; i < 2; i++)
            vg_driver_reset(&driver, i, &(vg_episode_key){.seed = 8, .entity = (uint32_t)(10 * i)});
        err = vg_driver_act(&driver, world, actions);
        snprintf(trouble, 200, "%s", vg_policy_trouble(policy));
        snprintf(notice, 200, "%s", vg_policy_notice(policy) ? vg_policy_notice(policy) : "");
        vg_driver_close(&driver);
    }
    vg_policy_destroy(policy);
    vg_world_destroy(world);
    vg_road_destroy((vg_road *)road);
    return err;
}

START_TEST(acts) {
    float actions[4];
    char trouble[200], notice[200];
    ck_ok(act_once("well", actions, trouble, notice));
    ck_assert(actions[0] == 0.1f && actions[1] == 0);
    ck_assert(actions[2] == 0.2f && actions[3] == 0.25f);
    ck_assert_str_eq(notice, "");
}
END_TEST

START_TEST(says_who_it_is) {
    vg_policy *policy, *again;
    setenv("PLUGIN_DOES", "well", 1);
    ck_ok(vg_so_policy_load(VG_TEST_PLUGIN, &policy, &diag));
    ck_assert_str_eq(policy->name, "fixture");
    ck_assert_str_eq(vg_sense_text(policy->sense), "offset,speed");
    ck_assert(policy->tick_num == 1 && policy->tick_den == 60 && policy->ticks_per_action == 3);
    ck_ok(vg_so_policy_load(VG_TEST_PLUGIN, &again, &diag));
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
    };
    setenv("VERGE_POLICY_TIMEOUT", "0.2", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float actions[4];
        char trouble[200] = "", notice[200];
        ck_assert_int_eq(act_once(cases[i][0], actions, trouble, notice), VG_ERR_POLICY);
        ck_assert_msg(strstr(trouble, cases[i][1]), "%s: %s", cases[i][0], trouble);
    }
    float actions[4];
    char trouble[200], notice[200];
    ck_fails(act_once("no-state", actions, trouble, notice), VG_ERR_POLICY, "policy 'fixture' gave no state");
}
END_TEST

// Flush to zero is noticed and undone, in a call and while it is loaded.
START_TEST(a_changed_mode_is_undone) {
    static const char *const cases[] = {"flush", "load-flush"};
    vg_float_mode before = vg_float_mode_get();
    for (int i = 0; i < 2; i++) {
        float actions[4];
        char trouble[200], notice[200];
        ck_ok(act_once(cases[i], actions, trouble, notice));
        ck_assert(vg_float_mode_get().bits == before.bits);
        ck_assert_msg(strstr(notice, "which was undone"), "%s", notice);
        volatile float tiny = 1e-38f;
        ck_assert(tiny / 16 > 0);
    }
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
                 {"load-crash", VG_ERR_POLICY, "crashed (SIGSEGV) while it was loaded"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("PLUGIN_DOES", cases[i].does, 1);
        ck_fails(vg_so_policy_load(VG_TEST_PLUGIN, &policy, &diag), cases[i].err, cases[i].says);
    }
    ck_fails(vg_so_policy_load("none.so", &policy, &diag), VG_ERR_NOT_FOUND, "none.so");
    ck_fails(vg_so_policy_load(VG_ROOT "/README.md", &policy, &diag), VG_ERR_FORMAT, "no shared library");
}
END_TEST

CK_MAIN("so policy", acts, says_who_it_is, what_it_does_wrong_is_told, a_changed_mode_is_undone,
        what_is_no_plugin_is_told)
