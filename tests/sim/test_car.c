#include "sim/car.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "tests/check.h"

static vg_diag diag;

START_TEST(default_is_the_sedan) {
    vg_car standard = vg_car_default(), sedan;
    ck_ok(vg_car_load("sedan", &sedan, &diag));
    ck_assert_str_eq(standard.name, "sedan");
    ck_assert_int_eq(memcmp(&standard, &sedan, sizeof sedan), 0);
    ck_assert(sedan.wheelbase == 2.7f && sedan.speed_max == 55);
}
END_TEST

// The needs of real laps (docs/cars.md), with a margin.
START_TEST(presets_hold_real_laps) {
    vg_car kart, formula;
    ck_ok(vg_car_load("kart", &kart, &diag));
    ck_assert_str_eq(kart.name, "kart");
    ck_assert(kart.wheelbase == 1.05f && kart.speed_max > 1.2f * 26.2f && kart.brake_max > 1.3f * 10.2f);
    ck_assert(kart.lateral_max > 18.7f && kart.longitudinal_max > 1.2f * 10.2f);
    ck_assert(tan((double)kart.steer_max) / (double)kart.wheelbase > 2 * 0.104);
    ck_ok(vg_car_load("formula", &formula, &diag));
    ck_assert(formula.speed_max > 1.05f * 96.1f && vg_car_grip_across(&formula, 45) > 41);
    ck_assert(vg_car_grip_along(&formula, 65) > 48 && formula.brake_max > 50);
    ck_assert(tan((double)formula.steer_max) / (double)formula.wheelbase > 1.5 * 0.059);
    ck_ok(vg_car_check(&kart, &diag));
    ck_ok(vg_car_check(&formula, &diag));
    for (const vg_car *car = &kart; car; car = car == &kart ? &formula : NULL)
        ck_assert(car->rear_overhang + car->wheelbase < car->length);
}
END_TEST

// The grip across of a Formula 1 car by a published set of parameters (docs/cars.md): friction that falls
// with the wheels' load, and downforce.
static double published_grip(double v) {
    double load = 733 * 9.81 + 0.5 * 1.18 * 4.88 * v * v;
    return (2 - 5e-5 * (load / 4 - 3000)) * load / 733;
}

// What the machines can do, by the sources of docs/cars.md, and the margin that noise of telemetry needs.
START_TEST(presets_do_no_more_than_their_machines) {
    vg_car sedan, kart, formula;
    ck_ok(vg_car_load("sedan", &sedan, &diag));
    ck_assert(sedan.lateral_max <= 0.88f * 9.81f && sedan.longitudinal_max <= 9.6f && sedan.power <= 80);
    ck_ok(vg_car_load("kart", &kart, &diag));
    ck_assert(kart.lateral_max <= 20 && kart.longitudinal_max <= 1.3f * 10.2f && kart.power <= 165);
    ck_ok(vg_car_load("formula", &formula, &diag));
    for (double v = 20; v <= 90; v += 10) {
        double over = vg_car_grip_across(&formula, v) / published_grip(v);
        ck_assert_msg(over < (v < 40 ? 1.36 : v < 60 ? 1.22 : 1.11), "%g at %g m/s", over, v);
    }
    ck_assert(formula.speed_max * 3.6f <= 378 && formula.power < 1.5f * 687e3f / 733);
    ck_assert(formula.brake_max <= 1.05f * 5.5f * 9.81f);
}
END_TEST

START_TEST(lists_presets_that_are_whole) {
    char name[64], before[64] = "";
    int32_t count = 0;
    for (; vg_car_name(count, name); count++) {
        vg_car car;
        ck_assert_int_lt(strcmp(before, name), 0);
        strcpy(before, name);
        ck_ok(vg_car_load(name, &car, &diag));
        ck_assert_str_eq(car.name, name);
        ck_ok(vg_car_check(&car, &diag));
        ck_assert(car.rear_overhang + car.wheelbase < car.length && car.width < car.length);
        // It reaches most of its top speed, and its drive and brakes are not what holds it back everywhere.
        double v = 0.8 * (double)car.speed_max;
        ck_assert_msg(car.power / v > car.rolling + car.drag * v * v, "%s", name);
        ck_assert(car.offroad_grip * car.longitudinal_max / car.lateral_max >
                  car.rolling + car.offroad_rolling);
    }
    ck_assert_int_eq(count, 9);
}
END_TEST

START_TEST(scales_model_cars) {
    vg_car car = vg_car_default();
    ck_assert_float_eq(vg_car_scale(&car), 1);
    car.wheelbase = 0.05f;
    ck_ok(vg_car_check(&car, &diag));
    ck_assert_float_eq(vg_car_scale(&car), 0.05f);
}
END_TEST

START_TEST(says_which_cars_there_are) {
    vg_car car = {.wheelbase = 99};
    ck_fails(vg_car_load("truck", &car, &diag), VG_ERR_NOT_FOUND,
             "no car and no file 'truck', expected one of f1tenth, formula, gt, kart, long-sedan, "
             "motorcycle-like, rc, "
             "road-sport, sedan or a YAML file");
    ck_fails(vg_car_load("", &car, &diag), VG_ERR_NOT_FOUND, "f1tenth, formula");
    ck_fails(vg_car_load("../cars/sedan", &car, &diag), VG_ERR_NOT_FOUND, "no car");
    ck_assert(car.wheelbase == 99);
}
END_TEST

START_TEST(reads_files) {
    char folder[] = "/tmp/verge-test-car-XXXXXX", path[100];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/my.car.yaml", folder);
    ck_ok(vg_file_write(path, "wheelbase: 3\ndelay: 0.1\n", 24, VG_KEEP, &diag));
    vg_car car;
    ck_ok(vg_car_load(path, &car, &diag));
    ck_assert_str_eq(car.name, "my");
    ck_assert(car.wheelbase == 3 && car.delay == 0.1f && car.speed_max == 55);
    ck_ok(vg_file_write(path, "wheelbase: 0.01\n", 16, VG_REPLACE, &diag));
    ck_fails(vg_car_load(path, &car, &diag), VG_ERR_FORMAT,
             "my.car.yaml:1: wheelbase: '0.01' is out of range, expected 0.05..20 m");
    ck_assert(car.wheelbase == 3);
    ck_ok(vg_file_write(path, "whelbase: 3\n", 12, VG_REPLACE, &diag));
    ck_fails(vg_car_load(path, &car, &diag), VG_ERR_FORMAT, "did you mean 'wheelbase'?");
    unlink(path);
    rmdir(folder);
}
END_TEST

START_TEST(checks_and_hashes_every_field) {
    vg_car car = vg_car_default(), other = car;
    strcpy(other.name, "other");
    ck_assert_uint_eq(vg_car_hash(&car), vg_car_hash(&other));
#define X(field, unit, least, most, standard, help)                                                          \
    other = car;                                                                                             \
    other.field += 0.01f;                                                                                    \
    ck_assert_uint_ne(vg_car_hash(&car), vg_car_hash(&other));                                               \
    other.field = NAN;                                                                                       \
    ck_fails(vg_car_check(&other, &diag), VG_ERR_ARGUMENT, #field ": car's value 'nan', expected");          \
    other.field = (float)(most)*1.01f;                                                                       \
    ck_fails(vg_car_check(&other, &diag), VG_ERR_ARGUMENT, #field);                                          \
    other.field = (float)(least);                                                                            \
    ck_ok(vg_car_check(&other, &diag));
    VG_CAR_FIELDS(X)
#undef X
}
END_TEST

CK_MAIN("car", default_is_the_sedan, presets_hold_real_laps, presets_do_no_more_than_their_machines,
        lists_presets_that_are_whole, scales_model_cars, says_which_cars_there_are, reads_files,
        checks_and_hashes_every_field)
