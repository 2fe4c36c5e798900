#include "agents/irl/min_norm_point.h"

#include <math.h>

#include "agents/irl/planning.h"
#include "sim/base/random.h"
#include "tests/check.h"

START_TEST(cases_worked_by_hand) {
    vg_diag diag = {0};
    double shares[3], nearest[2];
    ck_ok(vg_min_norm_point((double[]){2, 0, 0, 2}, 2, 2, shares, nearest, &diag)); // an edge
    ck_assert_double_eq_tol(nearest[0], 1, 1e-15);
    ck_assert_double_eq_tol(shares[1], 0.5, 1e-15);
    ck_ok(vg_min_norm_point((double[]){1, 1, 3, 2, 2, 5}, 3, 2, shares, nearest, &diag)); // a corner
    ck_assert_double_eq(shares[0], 1);
    ck_ok(vg_min_norm_point((double[]){1, 0, -1, 1, -1, -1}, 3, 2, shares, nearest,
                            &diag)); // the origin inside
    ck_assert_double_eq_tol(nearest[0] * nearest[0] + nearest[1] * nearest[1], 0, 1e-24);
    ck_assert_double_eq_tol(shares[0], 0.5, 1e-12);
    ck_ok(vg_min_norm_point((double[]){3, 4, 3, 4, 3, 4}, 3, 2, shares, nearest, &diag)); // all the same
    ck_assert_double_eq_tol(nearest[1], 4, 1e-15);
    ck_fails(vg_min_norm_point((double[]){NAN, 4}, 1, 2, shares, nearest, &diag), VG_ERR_ARGUMENT,
             "not finite");
}
END_TEST

// Optimal if and only if every corner lies beyond the plane through the point: x p_i >= x x.
START_TEST(random_hulls_satisfy_the_condition_of_the_optimum) {
    enum { COUNT = 40, SIZE = 12 };
    vg_diag diag = {0};
    for (uint32_t trial = 0; trial < 200; trial++) {
        double points[COUNT * SIZE], shares[COUNT], nearest[SIZE], sum = 0;
        for (uint32_t i = 0; i < COUNT * SIZE; i++) {
            vg_draw at = {.seed = 1, .stream = VG_STREAM_TABLE, .entity = i, .episode = trial};
            points[i] = vg_random_uniform(&at) - 0.1 * (trial % 5);
            if (i >= SIZE && trial % 3 == 0 && i / SIZE % 4 == 0)
                points[i] = points[i - SIZE]; // twice the same
        }
        ck_ok(vg_min_norm_point(points, COUNT, SIZE, shares, nearest, &diag));
        double square = vg_dot(nearest, nearest, SIZE);
        for (int i = 0; i < COUNT; i++) {
            ck_assert_double_ge(shares[i], 0);
            sum += shares[i];
            ck_assert_double_ge(vg_dot(nearest, points + i * SIZE, SIZE), square - 1e-10);
        }
        ck_assert_double_eq_tol(sum, 1, 1e-12);
    }
}
END_TEST

// A corner that is nearer to the origin than the edge between two others by no more than rounding can tell:
// it depends on them, and must not make numbers that are none.
START_TEST(corners_that_all_but_depend_on_others) {
    vg_diag diag = {0};
    for (int k = 0; k < 60; k++) {
        double nearer = 1e-12 * pow(1.5, k), sideways = 0.05 * (k % 19) - 0.45;
        double points[] = {1, 1, 0, 1, -1, 0, 1 - nearer, sideways, 0, 1, sideways / 2, 1e-9 * k};
        double shares[4], nearest[3], sum = 0;
        ck_ok(vg_min_norm_point(points, 4, 3, shares, nearest, &diag));
        for (int i = 0; i < 4; i++) {
            ck_assert(shares[i] >= 0 && shares[i] <= 1 + 1e-12);
            sum += shares[i];
        }
        ck_assert_double_eq_tol(sum, 1, 1e-12);
        ck_assert_double_eq_tol(vg_dot(nearest, nearest, 3), 1, 2 * nearer + 1e-6);
    }
}
END_TEST

CK_MAIN("min_norm_point", cases_worked_by_hand, corners_that_all_but_depend_on_others,
        random_hulls_satisfy_the_condition_of_the_optimum)
