// From input devices to commands: rates, limits, curves, and which device drives.
#include "app/drive/input.h"

#include <math.h>

#include "tests/check.h"

#define DT (1.0f / 60)

static vg_feel feel_now(void) {
    vg_feel feel;
    vg_config_default(&vg_feel_schema, &feel);
    return feel;
}

// Ticks until the steering has reached `share` of what a held key requests.
static int ticks_to(float share, float speed, float steer_rate) {
    vg_feel feel = feel_now();
    vg_car car = vg_car_default();
    feel.steer_rate = steer_rate;
    vg_filter filter = {0};
    float limit = vg_filter_limit(&car, feel.lateral, speed);
    int ticks = 0;
    for (; filter.steer < share * limit && ticks < 10000; ticks++)
        vg_filter_step(&filter, &feel, &car, VG_HAND_KEYS, (vg_raw){1, 0}, speed, DT);
    return ticks;
}

START_TEST(a_key_builds_up_and_centres) {
    vg_feel feel = feel_now();
    vg_car car = vg_car_default();
    vg_filter filter = {0};
    float before = 0;
    for (int i = 0; i < 20; i++) {
        vg_filter_step(&filter, &feel, &car, VG_HAND_KEYS, (vg_raw){1, 0}, 10, DT);
        ck_assert_float_gt(filter.steer, before);
        before = filter.steer;
    }
    float limit = vg_filter_limit(&car, feel.lateral, 10);
    ck_assert_float_lt(filter.steer, limit);
    for (int i = 0; i < 100; i++) vg_filter_step(&filter, &feel, &car, VG_HAND_KEYS, (vg_raw){1, 0}, 10, DT);
    ck_assert_float_eq(filter.steer, limit);
    for (int i = 0; i < 60 && filter.steer > 0; i++) {
        before = filter.steer;
        vg_filter_step(&filter, &feel, &car, VG_HAND_KEYS, (vg_raw){0, 0}, 10, DT);
        ck_assert_float_lt(filter.steer, before);
    }
    ck_assert_float_eq(filter.steer, 0);
}
END_TEST

START_TEST(it_falls_with_speed) {
    ck_assert_int_lt(ticks_to(0.99f, 0, 1), ticks_to(0.99f, 15, 1));
    ck_assert_int_lt(ticks_to(0.99f, 15, 1), ticks_to(0.99f, 40, 1));
    ck_assert_int_gt(ticks_to(0.99f, 15, 1), ticks_to(0.99f, 15, 2));
    // At the fading speed it takes twice as long.
    vg_feel feel = feel_now();
    ck_assert_int_le(abs(ticks_to(0.99f, feel.fade, 1) - 2 * ticks_to(0.99f, 0, 1)), 2);
}
END_TEST

START_TEST(a_key_asks_for_no_more_than_the_car_can_use) {
    vg_car car = vg_car_default();
    for (float speed = 8; speed <= 60; speed += 4) {
        float steer = vg_filter_limit(&car, 9, speed) * car.steer_max;
        ck_assert_float_eq_tol(tanf(steer) / car.wheelbase * speed * speed, 9, 0.01f);
    }
    ck_assert_float_eq(vg_filter_limit(&car, 9, 0), 1); // all of the lock
}
END_TEST

START_TEST(the_other_key_turns_back_faster) {
    vg_feel feel = feel_now();
    vg_car car = vg_car_default();
    vg_filter let_go = {0.1f, 0}, other = {0.1f, 0};
    vg_filter_step(&let_go, &feel, &car, VG_HAND_KEYS, (vg_raw){0, 0}, 10, DT);
    vg_filter_step(&other, &feel, &car, VG_HAND_KEYS, (vg_raw){-1, 0}, 10, DT);
    ck_assert_float_lt(other.steer, let_go.steer);
    // The steering goes through the middle without a jump.
    float before = other.steer, most = 0;
    for (int i = 0; i < 60; i++) {
        vg_filter_step(&other, &feel, &car, VG_HAND_KEYS, (vg_raw){-1, 0}, 10, DT);
        most = fmaxf(most, fabsf(other.steer - before));
        before = other.steer;
    }
    float limit = vg_filter_limit(&car, feel.lateral, 10);
    ck_assert_float_le(most, (feel.build + feel.centre) * limit * DT);
    ck_assert_float_eq(other.steer, -limit);
}
END_TEST

START_TEST(gaining_speed_takes_the_steering_back_softly) {
    vg_feel feel = feel_now();
    vg_car car = vg_car_default();
    vg_filter filter = {1, 0};
    vg_filter_step(&filter, &feel, &car, VG_HAND_KEYS, (vg_raw){1, 0}, 20, DT);
    ck_assert_float_lt(filter.steer, 1);
    ck_assert_float_gt(filter.steer, 0.95f);
}
END_TEST

START_TEST(pedals_build_up_and_never_jump) {
    vg_feel feel = feel_now();
    vg_car car = vg_car_default();
    vg_filter filter = {0};
    float before = 0;
    const float wanted[] = {1, 0, -1, 1, -1, 0};
    for (int k = 0; k < 6; k++)
        for (int i = 0; i < 40; i++) {
            vg_filter_step(&filter, &feel, &car, VG_HAND_KEYS, (vg_raw){0, wanted[k]}, 10, DT);
            ck_assert_float_le(fabsf(filter.pedals - before), feel.release * DT + 1e-6f);
            ck_assert(fabsf(filter.pedals) <= 1);
            before = filter.pedals;
            if (i == 39) ck_assert_float_eq(filter.pedals, wanted[k]);
        }
}
END_TEST

START_TEST(a_stick_has_a_dead_zone_and_a_curve) {
    vg_feel feel = feel_now();
    ck_assert_float_eq(vg_filter_shape(&feel, 0.1f), 0);
    ck_assert_float_eq(vg_filter_shape(&feel, -feel.dead_zone), 0);
    ck_assert_float_lt(vg_filter_shape(&feel, feel.dead_zone + 0.001f), 0.01f); // no step
    ck_assert_float_eq(vg_filter_shape(&feel, 1), 1);
    ck_assert_float_eq(vg_filter_shape(&feel, -1.2f), -1);
    ck_assert_float_lt(vg_filter_shape(&feel, 0.5f), 0.45f);
    float before = -2;
    for (float x = -1; x <= 1; x += 0.01f) {
        ck_assert_float_ge(vg_filter_shape(&feel, x), before);
        before = vg_filter_shape(&feel, x);
    }
    vg_car car = vg_car_default();
    vg_filter filter = {0};
    for (int i = 0; i < 200; i++)
        vg_filter_step(&filter, &feel, &car, VG_HAND_PAD, (vg_raw){-1, 0.4f}, 20, DT);
    ck_assert_float_eq(filter.steer, -vg_filter_limit(&car, feel.lateral, 20));
    ck_assert_float_eq(filter.pedals, 0.4f);
}
END_TEST

START_TEST(a_wheel_is_taken_as_it_is) {
    vg_feel feel = feel_now();
    vg_car car = vg_car_default();
    vg_filter filter = {0};
    vg_filter_step(&filter, &feel, &car, VG_HAND_WHEEL, (vg_raw){0.37f, -0.2f}, 50, DT);
    ck_assert_float_eq(filter.steer, 0.37f);
    ck_assert_float_eq(filter.pedals, -0.2f);
}
END_TEST

START_TEST(the_device_last_used_drives) {
    vg_feel feel = feel_now();
    vg_grip grip = {0};
    vg_reach reach = {.there = {[VG_HAND_KEYS] = true, [VG_HAND_PAD] = true}};
    vg_grip_step(&grip, &feel, &reach);
    ck_assert_int_eq(grip.hand, VG_HAND_KEYS);
    ck_assert(!grip.turned);
    reach.raw[VG_HAND_PAD].steer = 0.1f; // in the dead zone
    vg_grip_step(&grip, &feel, &reach);
    ck_assert_int_eq(grip.hand, VG_HAND_KEYS);
    reach.raw[VG_HAND_PAD].steer = 0.5f;
    vg_grip_step(&grip, &feel, &reach);
    ck_assert_int_eq(grip.hand, VG_HAND_PAD);
    ck_assert(grip.turned);
    reach.raw[VG_HAND_PAD].steer = 0; // released, it stays
    vg_grip_step(&grip, &feel, &reach);
    ck_assert_int_eq(grip.hand, VG_HAND_PAD);
    ck_assert(!grip.turned);
    reach.there[VG_HAND_PAD] = false; // pulled out
    reach.raw[VG_HAND_PAD].steer = 1;
    vg_grip_step(&grip, &feel, &reach);
    ck_assert_int_eq(grip.hand, VG_HAND_KEYS);
    ck_assert(!grip.turned);
}
END_TEST

START_TEST(a_wheel_at_rest_does_not_steer) {
    vg_feel feel = feel_now();
    vg_grip grip = {0};
    vg_reach reach = {.there = {[VG_HAND_KEYS] = true, [VG_HAND_WHEEL] = true}};
    reach.raw[VG_HAND_WHEEL].steer = 0.3f; // it is still turned
    for (int i = 0; i < 100; i++) vg_grip_step(&grip, &feel, &reach);
    ck_assert(!grip.turned);
    reach.raw[VG_HAND_WHEEL].steer = 0.35f;
    vg_grip_step(&grip, &feel, &reach);
    ck_assert_int_eq(grip.hand, VG_HAND_WHEEL);
    ck_assert(grip.turned);
}
END_TEST

START_TEST(a_mouse_that_was_chosen_drives_until_keys_do) {
    vg_feel feel = feel_now();
    vg_grip grip = {0};
    vg_reach reach = {.there = {[VG_HAND_KEYS] = true, [VG_HAND_MOUSE] = true}};
    vg_grip_step(&grip, &feel, &reach);
    ck_assert_int_eq(grip.hand, VG_HAND_MOUSE);
    reach.raw[VG_HAND_KEYS].steer = -1;
    vg_grip_step(&grip, &feel, &reach);
    ck_assert_int_eq(grip.hand, VG_HAND_KEYS);
    ck_assert(grip.turned);
}
END_TEST

CK_MAIN("input", a_key_builds_up_and_centres, it_falls_with_speed,
        a_key_asks_for_no_more_than_the_car_can_use, the_other_key_turns_back_faster,
        gaining_speed_takes_the_steering_back_softly, pedals_build_up_and_never_jump,
        a_stick_has_a_dead_zone_and_a_curve, a_wheel_is_taken_as_it_is, the_device_last_used_drives,
        a_wheel_at_rest_does_not_steer, a_mouse_that_was_chosen_drives_until_keys_do)
