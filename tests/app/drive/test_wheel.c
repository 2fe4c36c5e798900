// A wheel's bindings: found by asking the user, stored in a file, read back, refused if they make no sense.
#include "app/drive/wheel.h"

#include <stdlib.h>
#include <string.h>

#include "tests/scratch.h"

// Axis 2 is the wheel, reversed; 0 the throttle, 1 the brake, both at 1 when released.
static const float AT_REST[] = {1, 1, 0.1f, 0};

static void confirm(vg_calibration *c, float throttle, float brake, float wheel) {
    const float axes[] = {throttle, brake, wheel, 0};
    vg_calibration_confirm(c, axes, 4);
}

static vg_wheel calibrated(void) {
    vg_calibration c;
    vg_calibration_begin(&c, "A Wheel");
    confirm(&c, 1, 1, 0.1f);
    confirm(&c, 1, 1, 0.9f);
    confirm(&c, 1, 1, -0.8f);
    confirm(&c, -1, 1, 0);
    confirm(&c, 1, -0.5f, 0);
    ck_assert_int_eq(c.step, VG_CALIBRATION_DONE);
    return c.wheel;
}

static vg_raw raw_of(const vg_wheel *wheel, float throttle, float brake, float turn) {
    const float axes[] = {throttle, brake, turn, 0};
    return vg_wheel_raw(wheel, axes, 4);
}

START_TEST(axes_are_found_by_moving_them) {
    vg_wheel w = calibrated();
    ck_assert_int_eq(w.steer_axis, 2);
    ck_assert_int_eq(w.throttle_axis, 0);
    ck_assert_int_eq(w.brake_axis, 1);
    ck_assert_float_eq_tol(raw_of(&w, 1, 1, 0.1f).steer, 0, 1e-6f);
    ck_assert_float_eq(raw_of(&w, 1, 1, 0.9f).steer, 1);
    ck_assert_float_eq(raw_of(&w, 1, 1, 1).steer, 1);
    ck_assert_float_eq(raw_of(&w, 1, 1, -0.8f).steer, -1);
    ck_assert_float_eq_tol(raw_of(&w, 1, 1, 0.5f).steer, 0.5f, 1e-6f);
    ck_assert_float_eq_tol(raw_of(&w, 1, 1, -0.35f).steer, -0.5f, 1e-6f);
    ck_assert_float_eq(raw_of(&w, 1, 1, 0.1f).pedals, 0);
    ck_assert_float_eq(raw_of(&w, -1, 1, 0.1f).pedals, 1);
    ck_assert_float_eq(raw_of(&w, 0, 1, 0.1f).pedals, 0.5f);
    ck_assert_float_eq(raw_of(&w, 1, -0.5f, 0.1f).pedals, -1);
}
END_TEST

START_TEST(what_was_not_done_is_asked_again) {
    vg_calibration c;
    vg_calibration_begin(&c, "A Wheel");
    vg_calibration_confirm(&c, AT_REST, 4);
    vg_calibration_confirm(&c, AT_REST, 4);
    ck_assert_int_eq(c.step, VG_CALIBRATION_LEFT);
    ck_assert_str_eq(c.trouble, "the wheel did not turn");
    confirm(&c, 1, 1, 0.9f);
    ck_assert_ptr_null(c.trouble);
    confirm(&c, 1, 1, 0.8f);
    ck_assert_int_eq(c.step, VG_CALIBRATION_RIGHT);
    ck_assert(strstr(c.trouble, "other side"));
    confirm(&c, 1, 1, -0.9f);
    confirm(&c, 1, 1, 0.1f);
    ck_assert_str_eq(c.trouble, "no pedal was pressed");
    confirm(&c, -1, 1, 0.1f);
    confirm(&c, -1, 1, 0.1f);
    ck_assert_int_eq(c.step, VG_CALIBRATION_BRAKE);
    ck_assert_str_eq(c.trouble, "that axis is the throttle");
}
END_TEST

START_TEST(one_axis_for_both_pedals_will_do) {
    vg_calibration c;
    vg_calibration_begin(&c, "An Old Wheel");
    const float rest[] = {0, 0}, left[] = {-1, 0}, right[] = {1, 0}, throttle[] = {0, -1}, brake[] = {0, 1};
    vg_calibration_confirm(&c, rest, 2);
    vg_calibration_confirm(&c, left, 2);
    vg_calibration_confirm(&c, right, 2);
    vg_calibration_confirm(&c, throttle, 2);
    vg_calibration_confirm(&c, brake, 2);
    ck_assert_int_eq(c.step, VG_CALIBRATION_DONE);
    ck_assert_float_eq(vg_wheel_raw(&c.wheel, throttle, 2).pedals, 1);
    ck_assert_float_eq(vg_wheel_raw(&c.wheel, brake, 2).pedals, -1);
    ck_assert_float_eq(vg_wheel_raw(&c.wheel, left, 2).steer, 1);
    ck_assert_float_eq(vg_wheel_raw(&c.wheel, rest, 0).steer, 0); // an axis that is gone
}
END_TEST

static void write_file(const char *path, const char *text) {
    vg_diag diag = {0};
    ck_ok(vg_file_write(path, text, (int64_t)strlen(text), VG_REPLACE, &diag));
}

START_TEST(bindings_are_kept) {
    vg_diag diag = {0};
    vg_wheel wheel = calibrated(), back;
    char path[VG_WHEEL_PATH];
    scratch("x");
    setenv("XDG_CONFIG_HOME", scratch_folder, 1);
    ck_fails(vg_wheel_load("030000006d04", &back, &diag), VG_ERR_NOT_FOUND, "030000006d04.yaml");
    ck_ok(vg_wheel_save("030000006d04", &wheel, &diag));
    ck_ok(vg_wheel_load("030000006d04", &back, &diag));
    ck_assert_str_eq(back.name, "A Wheel");
    ck_assert_double_eq(back.steer_right, wheel.steer_right);
    ck_assert_int_eq(back.brake_axis, 1);
    ck_ok(vg_wheel_path("030000006d04", path, &diag));
    write_file(path, "steer_axis: 99\n");
    ck_fails(vg_wheel_load("030000006d04", &back, &diag), VG_ERR_FORMAT, "steer_axis");
    write_file(path, "steering: 1\n");
    ck_fails(vg_wheel_load("030000006d04", &back, &diag), VG_ERR_FORMAT, ":1: steering");
    write_file(path, "throttle_down: -1\n");
    ck_fails(vg_wheel_load("030000006d04", &back, &diag), VG_ERR_FORMAT, "throttle_down");
    unlink(path);
    *strrchr(path, '/') = 0, rmdir(path);
    *strrchr(path, '/') = 0, rmdir(path);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    ck_fails(vg_wheel_load("030000006d04", &back, &diag), VG_ERR_NOT_FOUND, "HOME");
}
END_TEST

CK_MAIN("wheel", axes_are_found_by_moving_them, what_was_not_done_is_asked_again,
        one_axis_for_both_pedals_will_do, bindings_are_kept)
