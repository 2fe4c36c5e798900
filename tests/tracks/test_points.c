#include "tracks/points.h"

#include <math.h>

#include "tests/check.h"

static vg_diag diag;

static vg_points square(void) {
    vg_points points = {0};
    static const double corners[4][2] = {{0, 0}, {10, 0}, {10, 10}, {0, 10}};
    for (int i = 0; i < 4; i++) ck_ok(vg_points_add(&points, corners[i][0], corners[i][1], &diag));
    return points;
}

START_TEST(grows_and_turns_round) {
    vg_points points = {0};
    for (int i = 0; i < 1000; i++) ck_ok(vg_points_add(&points, i, -i, &diag));
    ck_assert_int_eq(points.count, 1000);
    ck_assert(points.x[999] == 999 && points.y[300] == -300);
    ck_assert_double_eq_tol(vg_points_length(&points, false), 999 * sqrt(2), 1e-9);
    vg_points_reverse(&points);
    ck_assert(points.x[0] == 999 && points.y[999] == 0);
    vg_points_free(&points);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(spaces_evenly) {
    vg_points points = square(), even;
    ck_assert(vg_points_length(&points, true) == 40 && vg_points_length(&points, false) == 30);
    ck_assert(vg_points_meet(&points));
    ck_ok(vg_points_even(&points, true, 3, &even, &diag));
    ck_assert_int_eq(even.count, 14);
    ck_assert_double_eq_tol(even.x[1], 40.0 / 14, 1e-12);
    ck_assert_double_eq_tol(even.y[7], 10, 1e-12); // half way round
    vg_points_free(&even);
    ck_ok(vg_points_even(&points, false, 3, &even, &diag));
    ck_assert_int_eq(even.count, 11);
    ck_assert_double_eq_tol(even.x[10], 0, 1e-12);
    ck_assert_double_eq_tol(even.y[10], 10, 1e-12);
    vg_points_free(&even);
    points.count = 2;
    ck_assert(!vg_points_meet(&points));
    vg_points_free(&points);
    ck_ok(vg_points_add(&points, 1, 1, &diag));
    ck_ok(vg_points_add(&points, 1, 1, &diag));
    ck_fails(vg_points_even(&points, false, 1, &even, &diag), VG_ERR_ARGUMENT, "0 m long");
    vg_points_free(&points);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_lack_of_memory) {
    vg_points points = {0};
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_points_add(&points, 0, 0, &diag), VG_ERR_MEMORY);
    vg_memory_fail_never();
    ck_assert_int_eq(points.count, 0);
}
END_TEST

CK_MAIN("points", grows_and_turns_round, spaces_evenly, survives_lack_of_memory)
