#include "eval/figures/ticks.h"

#include <math.h>

#include "tests/check.h"

START_TEST(nice_numbers_are_1_2_5) {
    static const double cases[][2] = {{1, 1}, {1.9, 1}, {2, 2},       {4.99, 2},
                                      {5, 5}, {9.9, 5}, {0.03, 0.02}, {730, 500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_double_eq_tol(vg_nice_below(cases[i][0]), cases[i][1], 1e-12);
}
END_TEST

START_TEST(a_range_passes_over_what_it_cannot_show) {
    static const double values[] = {3, NAN, -2, INFINITY, 0.5};
    vg_axis axis = {.low = NAN, .high = NAN}, powers = {.log = true, .low = NAN, .high = NAN};
    vg_axis_include(&axis, values, 5);
    ck_assert(axis.low == -2 && axis.high == 3);
    vg_axis_include(&powers, values, 5);
    ck_assert(powers.low == 0.5 && powers.high == 3);
}
END_TEST

START_TEST(ticks_lie_inside_and_are_even) {
    double ticks[16];
    int32_t decimals;
    vg_axis axis = {.least = -0.1, .most = 1.05};
    int32_t count = vg_axis_ticks(&axis, 300, 50, ticks, 16, &decimals);
    ck_assert_int_eq(count, 6); // 0, 0.2, ... 1
    ck_assert_int_eq(decimals, 1);
    for (int i = 0; i < count; i++) ck_assert_double_eq_tol(ticks[i], 0.2 * i, 1e-12);
    axis.percent = true;
    vg_axis_ticks(&axis, 300, 50, ticks, 16, &decimals);
    ck_assert_int_eq(decimals, 0);
    ck_assert_int_eq(vg_axis_ticks(&axis, 300, 50, ticks, 3, &decimals), 3);
}
END_TEST

START_TEST(a_log_axis_has_powers_of_ten) {
    double ticks[16];
    int32_t decimals;
    vg_axis axis = {.least = 1, .most = 1e4, .log = true};
    int32_t count = vg_axis_ticks(&axis, 300, 60, ticks, 16, &decimals);
    ck_assert_int_eq(count, 5);
    for (int i = 0; i < 5; i++) ck_assert_double_eq_tol(log10(ticks[i]), i, 1e-9);
}
END_TEST

START_TEST(numbers_have_a_true_minus) {
    char text[32];
    ck_assert_str_eq(vg_axes_number(-1.5, 2, text), "\xe2\x88\x92"
                                                    "1.50");
    ck_assert_str_eq(vg_axes_number(0.04, 1, text), "0.0");
    ck_assert_str_eq(vg_axes_number(-0.04, 1, text), "0.0");
    ck_assert_str_eq(vg_axes_number(1234, 0, text), "1234");
    ck_assert_str_eq(vg_axes_number(1e300, 0, text), "?");
}
END_TEST

CK_MAIN("ticks", nice_numbers_are_1_2_5, a_range_passes_over_what_it_cannot_show,
        ticks_lie_inside_and_are_even, a_log_axis_has_powers_of_ten, numbers_have_a_true_minus)
