// The sound of a drive: silence, no clicks, what speed, throttle, slip and ground change.
#include "app/drive/sound.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"

enum { RATE = 48000, MOST = 2 * RATE };

static float samples[MOST];

static const vg_sound_cue cruising = {.revs = 0.5f, .throttle = 0.3f, .speed = 15};
static const vg_sound_cue racing = {.revs = 0.9f, .throttle = 1, .speed = 40};
static const vg_sound_cue squealing = {.revs = 0.5f, .throttle = 0.3f, .speed = 15, .slip = 1.3f};
static const vg_sound_cue in_grass = {.revs = 0.5f, .throttle = 0.3f, .speed = 15, .off_road = true};
static const vg_sound_cue silent = {0};

static vg_sound opened(void) {
    vg_sound sound;
    vg_sound_open(&sound, RATE);
    return sound;
}

static double loudness(const float *x, int32_t count) {
    double sum = 0;
    for (int32_t i = 0; i < count; i++) sum += (double)x[i] * (double)x[i];
    return sqrt(sum / count);
}

// The largest step from a sample to the next.
static float step(const float *x, int32_t count) {
    float most = 0;
    for (int32_t i = 1; i < count; i++) most = fmaxf(most, fabsf(x[i] - x[i - 1]));
    return most;
}

// Turns a second of the loudest harmonic, by upward crossings of zero.
static int32_t crossings(const float *x, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 1; i < count; i++) sum += x[i - 1] < 0 && x[i] >= 0;
    return sum;
}

START_TEST(a_car_at_rest_is_silent) {
    vg_sound sound = opened();
    vg_sound_fill(&sound, &silent, samples, RATE);
    for (int32_t i = 0; i < RATE; i++) ck_assert_float_eq(samples[i], 0);
    vg_sound_fill(&sound, &racing, samples, RATE);
    ck_assert_double_gt(loudness(samples + RATE / 2, RATE / 2), 0.05);
    vg_sound_fill(&sound, &silent, samples, MOST);
    for (int32_t i = RATE; i < MOST; i++) ck_assert_float_eq(samples[i], 0);
}
END_TEST

START_TEST(no_change_is_a_click) {
    const vg_sound_cue *cues[] = {&silent, &cruising, &racing, &squealing, &in_grass, &silent, &racing};
    for (size_t i = 1; i < sizeof cues / sizeof *cues; i++) {
        vg_sound sound = opened();
        vg_sound_fill(&sound, cues[i - 1], samples, RATE);
        float before = step(samples + RATE / 2, RATE / 2), last = samples[RATE - 1];
        vg_sound_fill(&sound, cues[i], samples, RATE);
        float after = step(samples + RATE / 2, RATE / 2);
        float most = 1.2f * fmaxf(before, after) + 1e-3f;
        ck_assert_float_le(fabsf(samples[0] - last), most);
        ck_assert_float_le(step(samples, RATE / 2), most);
    }
}
END_TEST

START_TEST(what_the_car_does_is_heard) {
    vg_sound sound = opened();
    vg_sound_fill(&sound, &cruising, samples, RATE);
    double calm = loudness(samples + RATE / 2, RATE / 2);
    int32_t deep = crossings(samples + RATE / 2, RATE / 2);
    vg_sound_fill(&sound, &racing, samples, RATE);
    ck_assert_double_gt(loudness(samples + RATE / 2, RATE / 2), 1.3 * calm);
    ck_assert_int_gt(crossings(samples + RATE / 2, RATE / 2), deep * 3 / 2);
    for (int32_t i = 0; i < RATE; i++) ck_assert_float_lt(fabsf(samples[i]), 1);
    vg_sound_fill(&sound, &squealing, samples, RATE);
    ck_assert_double_gt(loudness(samples + RATE / 2, RATE / 2), 1.15 * calm);
    vg_sound_fill(&sound, &in_grass, samples, RATE);
    ck_assert_double_gt(loudness(samples + RATE / 2, RATE / 2), 1.15 * calm);
}
END_TEST

START_TEST(the_calls_may_be_cut_anywhere) {
    static float cut[MOST];
    vg_sound one = opened(), other = opened();
    vg_sound_fill(&one, &squealing, samples, 10000);
    for (int32_t at = 0, piece = 1; at < 10000; at += piece, piece = piece % 700 + 1) {
        if (piece > 10000 - at) piece = 10000 - at;
        vg_sound_fill(&other, &squealing, cut + at, piece);
    }
    ck_assert_mem_eq(samples, cut, 10000 * sizeof *samples);
}
END_TEST

// The pitch is the same at any rate of the device.
START_TEST(a_slower_device_sounds_the_same) {
    vg_sound sound = opened(), slow;
    vg_sound_open(&slow, RATE / 2);
    vg_sound_fill(&sound, &cruising, samples, MOST);
    int32_t fine = crossings(samples + RATE, RATE);
    vg_sound_fill(&slow, &cruising, samples, RATE);
    ck_assert_int_le(abs(crossings(samples + RATE / 2, RATE / 2) - fine), fine / 20);
}
END_TEST

static vg_session_view driving(float speed, float throttle) {
    return (vg_session_view){.now = {.speed = speed}, .command = {0, throttle}};
}

START_TEST(gears_shift_without_hunting) {
    vg_car car = vg_car_default();
    vg_gears gears = {0};
    float revs = 0;
    int32_t shifts = 0;
    for (float speed = 0.1f; speed < car.speed_max; speed += 0.05f) {
        vg_session_view v = driving(speed, 1);
        vg_sound_cue cue = vg_sound_hear(&gears, &car, &v, false);
        ck_assert(cue.revs > 0 && cue.revs <= 1);
        shifts += cue.revs < revs;
        revs = cue.revs;
    }
    ck_assert_int_eq(shifts, 4);
    ck_assert_float_gt(revs, 0.95f);
    // About a gear's end, speed goes up and down by a few percent.
    gears = (vg_gears){0};
    vg_session_view v = driving(0.145f * car.speed_max, 0);
    vg_sound_hear(&gears, &car, &v, false);
    int32_t gear = gears.gear;
    v.now.speed = 0.135f * car.speed_max;
    vg_sound_hear(&gears, &car, &v, false);
    ck_assert_int_eq(gears.gear, gear);
    v.now.speed = 1;
    vg_sound_hear(&gears, &car, &v, false);
    ck_assert_int_eq(gears.gear, 0);
}
END_TEST

START_TEST(hears_a_session) {
    vg_car car = vg_car_default();
    vg_gears gears = {0};
    vg_session_view v = driving(0, 0);
    ck_assert_float_eq(vg_sound_hear(&gears, &car, &v, false).revs, 0);
    v = driving(0, 1); // about to go
    ck_assert_float_gt(vg_sound_hear(&gears, &car, &v, false).revs, 0);
    v = driving(20, 0.5f);
    ck_assert_float_eq(vg_sound_hear(&gears, &car, &v, true).revs, 0);
    vg_sound_cue cue = vg_sound_hear(&gears, &car, &v, false);
    ck_assert_float_eq(cue.slip, 0);
    ck_assert_float_eq(cue.throttle, 0.5f);
    v.now.steer = 0.06f; // 8.9 m/s^2 across, of 8.5
    cue = vg_sound_hear(&gears, &car, &v, false);
    ck_assert(cue.slip > 1 && cue.slip < 1.1f);
    v.now.steer = 0, v.now.accel = -9.5f;
    ck_assert_float_eq_tol(vg_sound_hear(&gears, &car, &v, false).slip, 1, 1e-3f);
    vg_car_clear_grip(&car);
    car.lateral_max = 0;
    ck_assert_float_eq(vg_sound_hear(&gears, &car, &v, false).slip, 0); // a car without limits does not slip
    v.off_road = true;
    ck_assert(vg_sound_hear(&gears, &car, &v, false).off_road);
}
END_TEST

CK_MAIN("sound", a_car_at_rest_is_silent, no_change_is_a_click, what_the_car_does_is_heard,
        the_calls_may_be_cut_anywhere, a_slower_device_sounds_the_same, gears_shift_without_hunting,
        hears_a_session)
