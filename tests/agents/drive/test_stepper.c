#include "agents/drive/stepper.h"

#include <string.h>

#include "agents/drive/redrive.h"
#include "agents/experts/expert.h"
#include "tests/drivers.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

static vg_diag diag;

enum { CARS = 3, ACTIONS = 120 };

static const vg_disturbance rough = {
    .gust = 0.1f, .gust_time = 0.5f, .actuation_noise = 0.05f, .observation_noise = 0.02f, .delay = 0.05f};

static const vg_start starts[CARS] = {{0, 0, 0, 8}, {20, 0.5f, 0, 6}, {40, -0.5f, 0.02f, 7}};

static vg_episode_key key_of(int32_t i) { return (vg_episode_key){.seed = 7, .entity = (uint32_t)(10 + i)}; }

static vg_stepper_def def_of(const vg_road *const *road, const vg_policy *policy, int32_t count) {
    vg_stepper_def def = vg_stepper_default();
    def.world.roads = road, def.world.road_count = 1;
    def.world.count = count, def.world.threads = 1, def.world.stop_off_road = false;
    def.policy = policy, def.disturbance = rough;
    return def;
}

static void open_stepper(vg_stepper *s, const vg_road *const *road, const vg_policy *policy, int32_t count) {
    vg_stepper_def def = def_of(road, policy, count);
    ck_ok(vg_stepper_open(&def, s, &diag));
}

static void begin(vg_stepper *s, int32_t lane, int32_t i) {
    const vg_episode_key key = key_of(i);
    ck_ok(vg_stepper_begin(s, lane, &starts[i], &key));
}

static void drive(vg_stepper *s, int32_t actions) {
    for (int32_t t = 0; t < actions; t++) {
        ck_ok(vg_stepper_act(s));
        ck_ok(vg_stepper_step(s, s->actions));
    }
}

static void same_state(const vg_stepper *a, int32_t i, const vg_stepper *b, int32_t k) {
    const vg_state one = vg_world_state(a->world, i), other = vg_world_state(b->world, k);
#define X(type, name, unit, label) ck_assert_mem_eq(&one.name, &other.name, sizeof one.name);
    VG_STATE_COLUMNS(X)
#undef X
}

// An episode of a rollout, and a stepper that begins with its start and its key: the same states at every
// action.
START_TEST(has_the_states_of_a_rollout) {
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    vg_rollout_def rollout = vg_rollout_def_default();
    rollout.policy = policy, rollout.roads = &road, rollout.road_count = 1, rollout.starts = CARS;
    rollout.given = starts, rollout.horizon = 6, rollout.seed = 7, rollout.disturbance = rough;
    for (int32_t i = 0; i < CARS; i++) {
        vg_redrive redrive;
        vg_stepper s;
        ck_ok(vg_redrive_run(&rollout, i, &redrive, &diag));
        ck_assert_int_eq(redrive.count, ACTIONS + 1);
        open_stepper(&s, &road, policy, 1);
        const vg_episode_key key = {.seed = 7, .entity = (uint32_t)i};
        ck_ok(vg_stepper_begin(&s, 0, &starts[i], &key));
        for (int32_t t = 1; t <= ACTIONS; t++) {
            drive(&s, 1);
            const vg_state now = vg_world_state(s.world, 0), then = redrive.moments[t].state;
            ck_assert(now.x == then.x && now.y == then.y && now.yaw == then.yaw && now.speed == then.speed);
        }
        vg_stepper_close(&s);
        vg_redrive_free(&redrive);
    }
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// By whole actions or tick by tick with the command given at each: the same bits.
START_TEST(ticks_give_the_bits_of_an_action) {
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    vg_stepper whole, ticks;
    open_stepper(&whole, &road, policy, CARS);
    open_stepper(&ticks, &road, policy, CARS);
    for (int32_t i = 0; i < CARS; i++) begin(&whole, i, i), begin(&ticks, i, i);
    drive(&whole, ACTIONS);
    for (int32_t t = 0; t < ACTIONS; t++) {
        ck_ok(vg_stepper_act(&ticks));
        ck_ok(vg_stepper_draw(&ticks));
        for (int k = 0; k < 3; k++) {
            ck_ok(vg_stepper_command(&ticks, ticks.actions));
            ck_ok(vg_world_tick(ticks.world));
        }
    }
    for (int32_t i = 0; i < CARS; i++) same_state(&whole, i, &ticks, i);
    ck_assert_uint_eq(vg_world_hash(whole.world), vg_world_hash(ticks.world));
    vg_stepper_close(&whole), vg_stepper_close(&ticks);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// Action t of an episode has draw t of its disturbance, in what is sensed, in the command and in the gusts.
START_TEST(each_action_has_its_own_draws) {
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    const vg_episode_key key = key_of(0);
    vg_stepper s;
    float clean[4], noise[2], gust = 0;
    open_stepper(&s, &road, policy, 1);
    begin(&s, 0, 0);
    for (uint32_t t = 0; t < 20; t++) {
        vg_sense_observe(policy->sense, s.world, clean);
        vg_disturbance_observation(s.scale, 4, &key, t, clean);
        vg_disturbance_actuation(&s.process, &key, t, noise);
        gust = vg_disturbance_gust(&s.process, &key, t, t == 0, gust);
        drive(&s, 1);
        ck_assert_mem_eq(s.driver.observed, clean, sizeof clean);
        ck_assert_mem_eq(s.noise, noise, sizeof noise);
        ck_assert(s.gust[0] == gust);
    }
    vg_stepper_close(&s);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// What happens to an episode depends on its key and its action, not on its lane or the other lanes.
START_TEST(draws_by_episode_and_action_whatever_the_lane) {
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    vg_stepper together, turned, alone;
    open_stepper(&together, &road, policy, CARS);
    open_stepper(&turned, &road, policy, CARS);
    for (int32_t i = 0; i < CARS; i++) begin(&together, i, i), begin(&turned, (i + 1) % CARS, i);
    drive(&together, ACTIONS), drive(&turned, ACTIONS);
    for (int32_t i = 0; i < CARS; i++) {
        same_state(&together, i, &turned, (i + 1) % CARS);
        open_stepper(&alone, &road, policy, 1);
        begin(&alone, 0, i);
        drive(&alone, ACTIONS);
        same_state(&together, i, &alone, 0);
        ck_assert(together.gust[i] == alone.gust[0] && together.gust[i] != together.gust[(i + 1) % CARS]);
        vg_stepper_close(&alone);
    }
    vg_stepper_close(&together), vg_stepper_close(&turned);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// A lane that begins again drives the same episode again; the others are not affected.
START_TEST(begins_a_subset) {
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    vg_stepper s, untouched, fresh;
    open_stepper(&s, &road, policy, CARS);
    open_stepper(&untouched, &road, policy, CARS);
    open_stepper(&fresh, &road, policy, CARS);
    for (int32_t i = 0; i < CARS; i++) begin(&s, i, i), begin(&untouched, i, i), begin(&fresh, i, i);
    drive(&s, 37), drive(&untouched, 37);
    begin(&s, 1, 1);
    drive(&s, 50), drive(&untouched, 50), drive(&fresh, 50);
    same_state(&s, 0, &untouched, 0), same_state(&s, 2, &untouched, 2);
    same_state(&s, 1, &fresh, 1);
    vg_stepper_close(&s), vg_stepper_close(&untouched), vg_stepper_close(&fresh);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// A car that is put elsewhere gets the same gusts as before; with renewed gusts it does not.
START_TEST(the_disturbance_goes_on_where_a_car_is_put) {
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    vg_stepper s, put, renewed;
    const vg_episode_key again = {.seed = 7, .entity = 10, .episode = 1};
    open_stepper(&s, &road, policy, 1), open_stepper(&put, &road, policy, 1);
    open_stepper(&renewed, &road, policy, 1);
    begin(&s, 0, 0), begin(&put, 0, 0), begin(&renewed, 0, 0);
    drive(&s, 20), drive(&put, 20), drive(&renewed, 20);
    ck_ok(vg_stepper_put(&put, 0, &starts[1], &again));
    ck_ok(vg_stepper_put(&renewed, 0, &starts[1], &again));
    vg_stepper_renew_gust(&renewed, 0);
    ck_assert(vg_world_state(put.world, 0).s == starts[1].s);
    drive(&s, 1), drive(&put, 1), drive(&renewed, 1);
    ck_assert(s.gust[0] == put.gust[0] && s.gust[0] != renewed.gust[0]);
    ck_assert_mem_eq(s.noise, put.noise, sizeof(float) * 2);
    ck_assert_mem_eq(s.noise, renewed.noise, sizeof(float) * 2);
    vg_stepper_close(&s), vg_stepper_close(&put), vg_stepper_close(&renewed);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// Observing twice gives the same. The noise is added to what is sensed and to the command, not to `actions`.
// A step does not allocate.
START_TEST(noise_is_where_it_belongs) {
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    vg_stepper s;
    float rows[2][4 * CARS], clean[4 * CARS];
    open_stepper(&s, &road, policy, CARS);
    for (int32_t i = 0; i < CARS; i++) begin(&s, i, i);
    vg_stepper_observe(&s, rows[0]), vg_stepper_observe(&s, rows[1]);
    vg_sense_observe(policy->sense, s.world, clean);
    ck_assert_mem_eq(rows[0], rows[1], sizeof rows[0]);
    int64_t allocations = vg_memory_count();
    drive(&s, 10);
    ck_assert_int_eq(vg_memory_count(), allocations);
    for (int32_t i = 0; i < 4 * CARS; i++) ck_assert(rows[0][i] != clean[i]);
    vg_world_view view = vg_world_get(s.world);
    for (int32_t i = 0; i < CARS; i++) {
        ck_assert(s.noise[2 * i] != 0 && s.noise[2 * i + 1] != 0);
        ck_assert(view.command[2 * i] == s.actions[2 * i] + s.noise[2 * i]);
    }
    vg_stepper_close(&s);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

// Without a policy the actions are the caller's; without a disturbance the world is a plain one.
START_TEST(a_still_process_is_the_plain_world) {
    const vg_road *road = circle_road(60, 8);
    vg_stepper_def def = def_of(&road, NULL, 1);
    def.disturbance = (vg_disturbance){0};
    vg_stepper s;
    vg_world *world;
    const float action[2] = {0.1f, 0.3f};
    ck_ok(vg_stepper_open(&def, &s, &diag));
    ck_ok(vg_world_create(&def.world, &world, &diag));
    begin(&s, 0, 1);
    ck_ok(vg_world_reset(world, NULL, &starts[1], 1));
    for (int32_t t = 0; t < 20; t++) {
        ck_ok(vg_stepper_step(&s, action));
        ck_ok(vg_world_step(world, action));
    }
    ck_assert_uint_eq(vg_world_hash(s.world), vg_world_hash(world));
    ck_assert(!s.noise && !s.scale && !s.driver.policy && s.gust[0] == 0);
    vg_stepper_close(&s);
    vg_world_destroy(world);
    // An expert senses nothing, and knows the delay.
    vg_policy *expert;
    ck_ok(vg_expert_create("pursuit", &expert, &diag));
    open_stepper(&s, &road, expert, 1);
    begin(&s, 0, 0);
    drive(&s, 5);
    ck_assert(!s.scale && vg_world_delay(s.world, 0) == 3);
    vg_stepper_close(&s);
    vg_policy_destroy(expert);
    vg_road_destroy((vg_road *)road);
}
END_TEST

START_TEST(refuses_and_leaves_nothing) {
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false), *broken = test_policy_create(0.1f, 7, true);
    const vg_stepper zero = {0};
    vg_stepper s;
    vg_stepper_def def = def_of(&road, policy, CARS);
    def.disturbance.delay = 3;
    ck_fails(vg_stepper_open(&def, &s, &diag), VG_ERR_ARGUMENT, "delay");
    ck_assert_mem_eq(&s, &zero, sizeof zero);
    open_stepper(&s, &road, broken, CARS);
    for (int32_t i = 0; i < CARS; i++) begin(&s, i, i);
    ck_assert_int_eq(vg_stepper_act(&s), VG_ERR_POLICY);
    vg_stepper_close(&s);
    def.disturbance = rough;
    for (oom turn = {0}; oom_next(&turn);) {
        turn.err = vg_stepper_open(&def, &s, NULL);
        if (turn.err) ck_assert_mem_eq(&s, &zero, sizeof zero);
        vg_stepper_close(&s);
    }
    vg_policy_destroy(policy), vg_policy_destroy(broken);
    vg_road_destroy((vg_road *)road);
}
END_TEST

CK_MAIN("stepper", has_the_states_of_a_rollout, ticks_give_the_bits_of_an_action,
        each_action_has_its_own_draws, draws_by_episode_and_action_whatever_the_lane, begins_a_subset,
        the_disturbance_goes_on_where_a_car_is_put, noise_is_where_it_belongs,
        a_still_process_is_the_plain_world, refuses_and_leaves_nothing)
