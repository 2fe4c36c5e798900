// One tick: the friction ellipse, drag, the surface off the road; and a car without them, as it was before.
#include "sim/car_tick.h"

#include <math.h>
#include <string.h>

#include "sim/base/random.h"
#include "sim/world_private.h"
#include "tests/grip.h"
#include "tests/roads.h"

static vg_diag diag;
static const char *const presets[] = {"sedan", "kart", "formula"};
enum { CARS = 64 };

static vg_car preset(const char *name) {
    vg_car car;
    ck_ok(vg_car_load(name, &car, &diag));
    return car;
}

static vg_world *world_of(const vg_road *road, const vg_car *car, int32_t count) {
    vg_world_def def = vg_world_default();
    vg_world *world;
    def.count = count, def.roads = &road, def.road_count = 1, def.cars = car, def.car_count = 1;
    def.stop_off_road = false, def.threads = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    return world;
}

static double draw(uint32_t car, uint32_t step, uint32_t n) {
    vg_draw at = {.seed = 3, .stream = VG_STREAM_START, .entity = car, .step = step, .draw = n};
    return 2 * vg_random_uniform(&at) - 1;
}

// Random drivers: some throw wheel and pedals about, some hold them for seconds, some ask for all there is.
static void random_action(uint32_t i, uint32_t t, float action[2]) {
    uint32_t held = i % 3 == 0 ? t : t / 20;
    for (uint32_t n = 0; n < 2; n++) {
        double value = draw(i, held, n);
        action[n] = (float)(i % 3 == 2 ? (value > 0 ? 1 : -1) : value);
    }
    if (i % 4 == 1) action[1] = 1, action[0] *= 0.1f; // and some are fast
}

START_TEST(no_tick_leaves_its_ellipse) {
    for (int p = 0; p < 3; p++) {
        vg_car car = preset(presets[p]);
        vg_road *road = circle_road(300, 12);
        vg_world *world = world_of(road, &car, CARS);
        vg_world_view view = vg_world_get(world);
        vg_start starts[CARS];
        for (uint32_t i = 0; i < CARS; i++)
            starts[i] = (vg_start){.s = 20 * i, .offset = 14 * (float)draw(i, 0, 9), .speed = (float)i};
        ck_assert_int_eq(vg_world_reset(world, NULL, starts, CARS), VG_OK);
        grip_use use = {0};
        for (uint32_t t = 0; t < 1200; t++) {
            float actions[CARS][2];
            vg_state before[CARS];
            for (uint32_t i = 0; i < CARS; i++) {
                random_action(i, t / 3, actions[i]);
                before[i] = vg_world_state(world, (int32_t)i);
            }
            ck_assert_int_eq(vg_world_command(world, actions[0]), VG_OK);
            ck_assert_int_eq(vg_world_tick(world), VG_OK);
            for (int32_t i = 0; i < CARS; i++) {
                vg_state after = vg_world_state(world, i);
                grip_tick(road, &car, &before[i], &after, 1 / 60.0, &use);
            }
            // From time to time some begin anew, on the road and beside it.
            if (t % 200 == 199) ck_assert_int_eq(vg_world_reset(world, NULL, starts, CARS / 2), VG_OK);
        }
        if (use.slips) ck_abort_msg("%s: %g of the ellipse", car.name, use.most);
        ck_assert_int_gt(use.ticks, 30000);
        ck_assert_int_gt(use.full, 1000); // and they do ask for more
        ck_assert_int_gt(use.off, 1000);
        int64_t limited = 0;
        for (int32_t i = 0; i < CARS; i++) limited += view.limit_ticks[i];
        ck_assert_int_gt(limited, 1000);
        vg_world_destroy(world);
        vg_road_destroy(road);
    }
}
END_TEST

START_TEST(who_asks_too_much_runs_wide) {
    vg_car car = preset("sedan");
    vg_car_tick_constants c = vg_car_tick_prepare(&car, 1, 60);
    float tangent = 0.1f, speed = 20; // 15 m/s^2 asked for
    vg_car_arc arc = vg_car_drive(&c, &speed, 0, tangent, 0, 1);
    ck_assert_float_eq_tol(arc.lateral, 8.5f, 1e-4f);
    ck_assert_float_eq(arc.limited, 1);
    ck_assert_float_lt(2 * arc.half_turn / arc.ds, 0.6f * tangent / 2.7f);
    // Braking besides: both are cut in the proportion in which they were asked for.
    speed = 20;
    arc = vg_car_drive(&c, &speed, -8, tangent, 0, 1);
    double along = (20.0 - speed) * 60 - 0.11 - 0.00025 * 400;
    double share = 1 / hypot(20 * 20 * 0.1 / 2.7 / 8.5, 8 / 9.5);
    ck_assert_double_eq_tol(along, 8 * share, 0.01);
    ck_assert_double_eq_tol((double)arc.lateral, 20 * 20 * 0.1 / 2.7 * share, 0.05);
    // Within the ellipse nothing is cut.
    speed = 10;
    arc = vg_car_drive(&c, &speed, -4, tangent, 0, 1);
    ck_assert_float_eq(arc.limited, 0);
    ck_assert_float_eq_tol(2 * arc.half_turn / arc.ds, tangent / 2.7f, 1e-6f);
}
END_TEST

START_TEST(downforce_grows_with_speed) {
    vg_car car = preset("formula");
    vg_car_tick_constants c = vg_car_tick_prepare(&car, 1, 60);
    for (float v = 20; v <= 80; v += 30) {
        float speed = v;
        vg_car_arc arc = vg_car_drive(&c, &speed, 0, 0.4f, 0, 1);
        double grip = 29 + 0.006 * v * v;
        ck_assert_double_eq_tol((double)arc.lateral, grip, 0.01);
        ck_assert_double_eq_tol(vg_car_grip_across(&car, v), grip, 1e-3);
        ck_assert_double_eq_tol(vg_car_grip_along(&car, v), grip * 26 / 29, 1e-3);
    }
}
END_TEST

START_TEST(a_coasting_car_slows_and_power_is_finite) {
    for (int p = 0; p < 3; p++) {
        vg_car car = preset(presets[p]);
        vg_car_tick_constants c = vg_car_tick_prepare(&car, 1, 60);
        float speed = 30, slow = 0.01f;
        vg_car_drive(&c, &speed, 0, 0, 0, 1);
        double lost = (double)car.rolling + (double)car.drag * 900;
        ck_assert_double_eq_tol((30.0 - speed) * 60, lost, 0.001);
        for (int t = 0; t < 60; t++) vg_car_drive(&c, &slow, 0, 0, 0, 1);
        ck_assert_float_eq(slow, 0); // and stays at rest: nothing pulls it backwards
        speed = 40;
        vg_car_drive(&c, &speed, car.accel_max, 0, 0, 1);
        double drive = fmin((double)car.accel_max, (double)car.power / 40);
        ck_assert_double_eq_tol((speed - 40.0) * 60, drive - (double)car.rolling - (double)car.drag * 1600,
                                0.001);
    }
}
END_TEST

START_TEST(nobody_is_fast_off_the_road) {
    for (int p = 0; p < 3; p++) {
        vg_car car = preset(presets[p]);
        vg_car_tick_constants c = vg_car_tick_prepare(&car, 1, 60);
        float speed = 55, accel = 0, steer = 0;
        if (speed > car.speed_max) speed = car.speed_max;
        for (int t = 0; t < 60 * 60; t++) {
            vg_car_actuate(&c, &steer, &accel, 0, 1, 1);
            float before = speed;
            vg_car_drive(&c, &speed, accel, 0, 1, 1);
            if (before > 30) ck_assert_float_lt(speed, before);
        }
        ck_assert_float_lt(speed, 30); // m/s, with the throttle open
        ck_assert_float_gt(speed, 1);  // but it comes back
        speed = 10;
        ck_assert_float_eq_tol(vg_car_drive(&c, &speed, 0, 0.5f, 1, 1).lateral, car.offroad_grip, 0.01f);
    }
}
END_TEST

// The surface begins a shoulder beyond the edge, and the world finds it on either side.
START_TEST(the_world_knows_the_surface) {
    vg_car car = preset("sedan");
    vg_road *road = circle_road(500, 5);
    vg_world *world = world_of(road, &car, 4);
    const float offsets[] = {5.5f, 6.5f, -5.5f, -6.5f};
    vg_start starts[4];
    for (int i = 0; i < 4; i++) starts[i] = (vg_start){.offset = offsets[i], .speed = 20};
    ck_assert_int_eq(vg_world_reset(world, NULL, starts, 4), VG_OK);
    vg_world_view view = vg_world_get(world);
    for (int t = 0; t < 5; t++) {
        float actions[8] = {0}, before[4];
        memcpy(before, view.speed, sizeof before);
        ck_assert_int_eq(vg_world_command(world, actions), VG_OK);
        ck_assert_int_eq(vg_world_tick(world), VG_OK);
        for (int i = 0; i < 4; i++) {
            float lost = (before[i] - view.speed[i]) * 60;
            ck_assert_float_eq_tol(lost, i % 2 ? 2.71f : 0.21f, 0.01f);
            ck_assert(view.off_road[i]);
        }
    }
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

// The tick as it was before there was grip, for logs that were made then.
static vg_motion tick_before_grip(const vg_car *car, vg_motion m, float steering, float acceleration) {
    const float dt = (float)(1.0 / 60), most = car->lateral_max > 0 ? car->lateral_max : 1e30f;
    vg_car_tick_constants c = vg_car_tick_prepare(car, 1, 60);
    float follow = (steering * c.steer_max - m.steer) * c.steer_follow;
    m.steer += vg_clampf(follow, -c.steer_step, c.steer_step);
    float target = acceleration * (acceleration > 0.0f ? c.accel_max : c.brake_max);
    m.accel += (target - m.accel) * c.accel_follow;
    float before = m.speed, after = vg_clampf(before + m.accel * dt, 0.0f, c.speed_max);
    m.speed = after;
    float ds = 0.5f * (before + after) * dt, limit = most / vg_maxf(after * after, 1e-6f);
    float curvature = vg_clampf(vg_tanf(m.steer) * c.inverse_wheelbase, -limit, limit);
    float half_turn = 0.5f * curvature * ds, chord = vg_car_chord(ds, half_turn), sine, cosine;
    vg_sincosf((float)(m.yaw + (double)half_turn), &sine, &cosine);
    m.yaw = vg_car_turned(m.yaw, half_turn);
    m.x += (double)(chord * cosine);
    m.y += (double)(chord * sine);
    return m;
}

START_TEST(a_car_without_grip_is_as_it_was) {
    const float caps[] = {0, 6, 11.3f};
    for (int k = 0; k < 3; k++) {
        vg_car car = vg_car_default();
        vg_car_clear_grip(&car);
        car.lateral_max = caps[k];
        vg_car_tick_constants c = vg_car_tick_prepare(&car, 1, 60);
        vg_motion now = {.x = 3, .y = 4, .yaw = 1, .speed = 12}, then = now;
        for (uint32_t t = 0; t < 6000; t++) {
            float action[2];
            random_action((uint32_t)k, t / 3, action);
            float rough = t % 7 == 0 ? 1 : 0; // its surface is the same everywhere
            now = vg_car_tick(&c, now, action[0], action[1], rough, 1);
            then = tick_before_grip(&car, then, action[0], action[1]);
            ck_assert_mem_eq(&now.x, &then.x, sizeof now.x);
            ck_assert_mem_eq(&now.yaw, &then.yaw, sizeof now.yaw);
            ck_assert_mem_eq(&now.speed, &then.speed, sizeof now.speed);
        }
    }
}
END_TEST

// Arcs are exact however long the tick is: a car that turns by a radian in one is where the circle is. And
// the world's lanes come to where one car's tick does, bit by bit.
START_TEST(ticks_are_exact_arcs) {
    vg_car car = preset("sedan");
    vg_car_clear_grip(&car);
    car.rolling = car.drag = 0, car.steer_rate = 100, car.steer_lag = car.accel_lag = 0;
    vg_car_tick_constants c = vg_car_tick_prepare(&car, 1, 1);
    float steering = 0.5f;
    double turn = tan(0.5 * (double)car.steer_max) / (double)car.wheelbase * 8, radius = 8 / turn;
    ck_assert(turn > 0.8 && turn < 1.5);
    vg_motion m = vg_car_tick(&c, (vg_motion){.yaw = 0.3, .speed = 8}, steering, 0, 0, 1);
    ck_assert_double_eq_tol(m.yaw, 0.3 + turn, 1e-5);
    ck_assert_double_eq_tol(m.x, radius * (sin(0.3 + turn) - sin(0.3)), 1e-4);
    ck_assert_double_eq_tol(m.y, radius * (cos(0.3) - cos(0.3 + turn)), 1e-4);

    car = preset("kart");
    c = vg_car_tick_prepare(&car, 1, 60);
    vg_road *road = circle_road(300, 12);
    vg_world *world = world_of(road, &car, 1);
    vg_start start = {.s = 20, .speed = 15};
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    for (uint32_t t = 0; t < 600; t++) {
        float action[2];
        random_action(0, t / 3, action);
        vg_state at = vg_world_state(world, 0);
        float rough = vg_world_rough(world, 0);
        m = (vg_motion){at.x, at.y, at.yaw, at.speed, at.steer, at.accel};
        m = vg_car_tick(&c, m, action[0], action[1], rough, 1);
        ck_assert_int_eq(vg_world_command(world, action), VG_OK);
        ck_assert_int_eq(vg_world_tick(world), VG_OK);
        at = vg_world_state(world, 0);
        ck_assert(at.x == m.x && at.y == m.y && at.yaw == m.yaw && at.speed == m.speed);
    }
    vg_world_destroy(world);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("car_tick", no_tick_leaves_its_ellipse, who_asks_too_much_runs_wide, downforce_grows_with_speed,
        a_coasting_car_slows_and_power_is_finite, nobody_is_fast_off_the_road, the_world_knows_the_surface,
        a_car_without_grip_is_as_it_was, ticks_are_exact_arcs)
