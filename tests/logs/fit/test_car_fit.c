#include "logs/fit/car_fit.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { TICKS = 60 * 400 };

// A driver on a plain who does what a command says, and the rows of it.
typedef struct drive {
    vg_road *road;
    vg_world *world;
    vg_log_step *steps;
    int64_t count;
} drive;

static void begin(drive *d, const vg_car *car) {
    double x[] = {-20000, 0, 20000, 40000, 60000}, y[5] = {0}, width[] = {9000, 9000, 9000, 9000, 9000};
    vg_road_def def = vg_road_default();
    def.x = x, def.y = y, def.left = def.right = width, def.count = 5, def.closed = false, def.spacing = 50;
    memset(d, 0, sizeof *d);
    ck_ok(vg_road_create(&def, &d->road, &diag));
    vg_world_def world = vg_world_default();
    const vg_road *roads[] = {d->road};
    world.roads = roads, world.road_count = 1, world.cars = car, world.car_count = 1, world.threads = 1;
    ck_ok(vg_world_create(&world, &d->world, &diag));
    d->steps = malloc(TICKS * sizeof *d->steps);
    ck_assert_ptr_nonnull(d->steps);
    memset(d->steps, 0, TICKS * sizeof *d->steps);
}

static void end(drive *d) {
    vg_world_destroy(d->world);
    vg_road_destroy(d->road);
    free(d->steps);
}

// Hold the pedal for some time. across: a share of the grip across to corner with (more than 1 asks for too
// much).
static void hold(drive *d, double seconds, float pedal, double across) {
    const vg_car *car = vg_world_car(d->world, 0);
    for (int action = 0; action < seconds * 20; action++) {
        vg_state now = vg_world_state(d->world, 0);
        double v = fmax((double)now.speed, 1), want = across * vg_car_grip_across(car, v) / (v * v);
        float command[] = {(float)vg_atan(want * (double)car->wheelbase) / car->steer_max, pedal};
        for (int k = 0; k < 3 && d->count < TICKS; k++) d->steps[d->count++].state = now;
        ck_ok(vg_world_step(d->world, command));
        // The row of each tick: the world is stepped by actions, so its ticks are taken as equal parts.
        vg_state next = vg_world_state(d->world, 0);
        for (int k = 1; k < 3; k++) {
            vg_state *row = &d->steps[d->count - 3 + k].state;
            row->speed = now.speed + (next.speed - now.speed) * (float)k / 3;
            row->yaw = now.yaw + remainder(next.yaw - now.yaw, 2 * M_PI) * k / 3;
        }
    }
}

// Full throttle, full brakes, and corners at `share` of the grip, at many speeds.
static void drive_hard(drive *d, float pedal, double share) {
    for (int lap = 0; lap < 12; lap++) {
        double way = lap % 2 ? share : -share;
        hold(d, 1 + 1.5 * lap, pedal, 0);
        hold(d, 1.5, -0.05f, way);
        hold(d, 0.6, -pedal, 0.7 * way);
        hold(d, 1.5, 0.1f, way);
        hold(d, 1.2, -pedal, 0);
        hold(d, 1.5, 0.1f, -way);
    }
}

static vg_car_fit fit_of(const drive *d, const vg_car *base) {
    vg_car_evidence evidence = {0};
    vg_car_fit fit;
    ck_ok(vg_car_evidence_add(&evidence, base, d->road, d->steps, d->count, 1.0 / 60, &diag));
    ck_ok(vg_car_fit_limits(&evidence, base, &fit, &diag));
    vg_car_evidence_free(&evidence);
    return fit;
}

static void check_near(const vg_car_fit *fit, vg_car_fit_key key, double truth, double share) {
    const vg_car_fit_limit *limit = &fit->limits[key];
    ck_assert_msg(limit->reached && fabs(limit->value - truth) <= share * truth,
                  "%s of %s: %g (%s, %d places), truth %g", vg_car_fit_name(key), fit->car.name, limit->value,
                  limit->reached ? "reached" : "not reached", limit->places, truth);
}

// A tick's rounding: gentle noise on what was logged.
static void shake(drive *d, float size) {
    for (int64_t i = 0; i < d->count; i++) {
        float sine = sinf(12.9898f * (float)i) * 43758.5453f, noise = sine - floorf(sine) - 0.5f;
        d->steps[i].state.speed += size * noise;
        d->steps[i].state.yaw += 0.01 * size * noise;
    }
}

START_TEST(recovers_the_limits_of_known_cars) {
    static const char *const cars[] = {"sedan", "road-sport", "gt", "formula", "kart"};
    for (int c = 0; c < 5; c++) {
        vg_car car;
        drive d;
        ck_ok(vg_car_load(cars[c], &car, &diag));
        begin(&d, &car);
        drive_hard(&d, 1, 1.3);
        vg_car base = car;
        base.lateral_max *= 0.6f, base.longitudinal_max *= 0.6f, base.downforce = 0, base.power *= 3;
        vg_car_fit fit = fit_of(&d, &base);
        check_near(&fit, VG_CAR_FIT_lateral_max, (double)car.lateral_max, 0.05);
        if (car.downforce > 0)
            check_near(&fit, VG_CAR_FIT_downforce, (double)car.downforce, 0.1);
        else
            ck_assert_double_eq(fit.limits[VG_CAR_FIT_downforce].value, 0);
        check_near(&fit, VG_CAR_FIT_longitudinal_max, (double)car.longitudinal_max, 0.07);
        check_near(&fit, VG_CAR_FIT_power, (double)car.power, 0.05);
        ck_ok(vg_car_check(&fit.car, &diag));
        end(&d);
    }
}
END_TEST

START_TEST(noise_moves_it_little) {
    vg_car car;
    drive d;
    ck_ok(vg_car_load("gt", &car, &diag));
    begin(&d, &car);
    drive_hard(&d, 1, 1.3);
    shake(&d, 0.1f);
    vg_car_fit fit = fit_of(&d, &car);
    check_near(&fit, VG_CAR_FIT_lateral_max, (double)car.lateral_max, 0.1);
    check_near(&fit, VG_CAR_FIT_downforce, (double)car.downforce, 0.15);
    check_near(&fit, VG_CAR_FIT_longitudinal_max, (double)car.longitudinal_max, 0.1);
    end(&d);
}
END_TEST

// A driver who brakes gently, once, and never corners hard: what the base car has stays.
START_TEST(a_limit_that_was_not_reached_is_a_lower_bound) {
    vg_car car;
    drive d;
    ck_ok(vg_car_load("sedan", &car, &diag));
    begin(&d, &car);
    hold(&d, 10, 0.5f, 0);
    hold(&d, 4, -0.3f, 0);
    hold(&d, 10, 0.2f, 0.3);
    vg_car_fit fit = fit_of(&d, &car);
    const vg_car_fit_limit *across = &fit.limits[VG_CAR_FIT_lateral_max],
                           *brake = &fit.limits[VG_CAR_FIT_brake_max];
    ck_assert(!across->reached && across->seen < 0.5 * 8.5 && fit.car.lateral_max == car.lateral_max);
    ck_assert(!brake->reached && brake->seen > 0.2 * 8 && brake->seen < 0.4 * 8);
    ck_assert(fit.car.brake_max == car.brake_max && fit.car.wheelbase == car.wheelbase);
    ck_assert(!fit.limits[VG_CAR_FIT_downforce].reached && fit.car.downforce == 0);
    // A weaker base car must at least do what was seen.
    vg_car weak = car;
    weak.brake_max = 1;
    fit = fit_of(&d, &weak);
    ck_assert_float_eq(fit.car.brake_max, (float)fit.limits[VG_CAR_FIT_brake_max].seen);
    end(&d);
}
END_TEST

START_TEST(leaves_out_gusts_and_what_is_off_the_road) {
    vg_car car = vg_car_default();
    drive d;
    vg_car_evidence evidence = {0};
    begin(&d, &car);
    hold(&d, 10, 0.5f, 0);
    ck_ok(vg_car_evidence_add(&evidence, &car, d.road, d.steps, d.count, 1.0 / 60, &diag));
    int64_t whole = evidence.count;
    ck_assert_int_eq(whole, 49);
    for (int i = 60; i < 72; i++) d.steps[i].gust = 0.1f;
    for (int i = 120; i < 132; i++) d.steps[i].state.offset = 9500;
    ck_ok(vg_car_evidence_add(&evidence, &car, d.road, d.steps, d.count, 1.0 / 60, &diag));
    ck_assert_int_eq(evidence.count, 2 * whole - 3); // the window before begins or ends with the first row
    ck_assert_double_gt(evidence.windows[whole].time, evidence.windows[whole - 1].time + 9);
    vg_car_evidence_free(&evidence);
    end(&d);
}
END_TEST

START_TEST(refuses_too_little_and_survives_failed_allocations) {
    vg_car car = vg_car_default();
    vg_car_evidence evidence = {0};
    vg_car_fit fit;
    drive d;
    ck_fails(vg_car_fit_limits(&evidence, &car, &fit, &diag), VG_ERR_ARGUMENT, "0.0 s of driving");
    begin(&d, &car);
    hold(&d, 3, 0.5f, 0);
    ck_ok(vg_car_evidence_add(&evidence, &car, d.road, d.steps, d.count, 1.0 / 60, &diag));
    ck_fails(vg_car_fit_limits(&evidence, &car, &fit, &diag), VG_ERR_ARGUMENT, "expected 5 s or more");
    vg_car_evidence_free(&evidence);
    hold(&d, 3, 0.5f, 0);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_car_evidence more = {0};
        turn.err = vg_car_evidence_add(&more, &car, d.road, d.steps, d.count, 1.0 / 60, &diag);
        if (!turn.err) turn.err = vg_car_fit_limits(&more, &car, &fit, &diag);
        vg_car_evidence_free(&more);
    }
    end(&d);
}
END_TEST

CK_MAIN("car_fit", recovers_the_limits_of_known_cars, noise_moves_it_little,
        a_limit_that_was_not_reached_is_a_lower_bound, leaves_out_gusts_and_what_is_off_the_road,
        refuses_too_little_and_survives_failed_allocations)
