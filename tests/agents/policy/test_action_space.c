#include "agents/policy/action_space.h"

#include <string.h>

#include "agents/policy/policy_file.h"
#include "agents/policy/setpoint.h"
#include "tests/agents/policy/head_fixture.h"
#include "tests/roads.h"
#include "tests/scratch.h"

// A policy file of setpoints drives by the controller, and says so; it is read back as it was.
START_TEST(a_policy_file_names_its_action_space) {
    const char *path = scratch("setpoint.safetensors");
    made m = make(NULL, NULL, VG_CAR_ACTIONS, false);
    uint64_t direct = vg_policy_content(&m.info, m.net);
    vg_policy *policy, *again;
    vg_policy_info info = m.info;
    info.action_space = vg_action_space_at(1);
    ck_assert_str_eq(info.action_space->name, "setpoint");
    ck_assert(vg_action_space_of_columns("offset,speed") == info.action_space);
    ck_assert(vg_action_space_at(2) == NULL && vg_action_space_of_columns("speed,offset") == NULL);
    ck_ok(vg_policy_write(path, VG_REPLACE, &info, m.net, &diag));
    ck_ok(vg_policy_load(path, &policy, &diag));
    ck_assert(policy->needs_world);
    ck_assert(vg_policy_file_info(policy)->action_space == info.action_space);
    ck_assert(policy->hash == vg_policy_content(&info, m.net) && policy->hash != direct);
    info.action_space = vg_action_space_at(0); // by name or not, direct is direct
    ck_assert_uint_eq(vg_policy_content(&info, m.net), direct);
    vg_road *road = circle_road(60, 6);
    vg_world *world;
    vg_world_def def = vg_world_default();
    def.roads = (const vg_road *const *)&road, def.road_count = 1, def.count = 2, def.threads = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    vg_driver driver;
    float actions[4], values[4], wanted[2];
    ck_ok(vg_driver_open(policy, 2, &driver, &diag));
    for (int32_t i = 0; i < 2; i++) vg_driver_reset(&driver, i, &(vg_episode_key){1, (uint32_t)i, 0});
    ck_ok(vg_world_reset(world, NULL, (const vg_start[]){{.offset = 1}, {.speed = 9}}, 2));
    ck_ok(vg_driver_act(&driver, world, actions));
    ck_ok(vg_network_policy_decide(policy, driver.state, driver.observed, values));
    for (int32_t i = 0; i < 2; i++) {
        vg_setpoint_command(world, i, values + 2 * i, wanted);
        ck_assert(!memcmp(actions + 2 * i, wanted, sizeof wanted));
    }
    ck_assert(memcmp(actions, values, sizeof wanted));
    ck_assert_int_eq(vg_driver_decide(&driver, NULL, actions),
                     VG_ERR_ARGUMENT); // there is nothing to look at
    vg_driver_close(&driver);
    ck_ok(vg_policy_load(path, &again, &diag));
    ck_assert_uint_eq(again->hash, policy->hash);
    vg_world_destroy(world);
    vg_road_destroy(road);
    vg_policy_destroy(policy), vg_policy_destroy(again);
    free_made(&m);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("action_space", a_policy_file_names_its_action_space)
