#include <math.h>
#include <string.h>

#include "tests/golden.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

// The closest point among `count` places spaced `step` about `centre`, then refined: slow and reliable.
static vg_road_place brute_force(const vg_road *road, double x, double y, double centre, double reach) {
    double best_s = 0, best = INFINITY;
    for (double s = centre - reach; s <= centre + reach; s += 0.05) {
        vg_road_point p = vg_road_at(road, s);
        double square = (x - p.x) * (x - p.x) + (y - p.y) * (y - p.y);
        if (square < best) best = square, best_s = s;
    }
    for (double step = 0.02; step > 1e-7; step /= 2) {
        for (int side = -1; side <= 1; side += 2) {
            vg_road_point p = vg_road_at(road, best_s + side * step);
            double square = (x - p.x) * (x - p.x) + (y - p.y) * (y - p.y);
            if (square < best) best = square, best_s += side * step, side -= 2;
        }
    }
    vg_road_point p = vg_road_at(road, best_s);
    double sine, cosine;
    vg_sincos(p.heading, &sine, &cosine);
    return (vg_road_place){vg_road_wrap(road, best_s), -sine * (x - p.x) + cosine * (y - p.y)};
}

START_TEST(a_circle_is_round) {
    vg_road *road = circle_road(50, 5);
    vg_road_view v = vg_road_get(road);
    ck_assert_double_eq_tol(v.length, 2 * VG_PI * 50, 1e-5);
    ck_assert_double_eq_tol(v.spacing * v.count, v.length, 1e-9);
    for (int32_t i = 0; i < v.count; i++) {
        ck_assert_double_eq_tol(sqrt(v.x[i] * v.x[i] + v.y[i] * v.y[i]), 50, 1e-6);
        ck_assert_double_eq_tol(v.curvature[i], 1.0 / 50, 2e-6);
        ck_assert_double_eq_tol(sqrt(v.left_x[i] * v.left_x[i] + v.left_y[i] * v.left_y[i]), 45, 1e-5);
        ck_assert_double_eq_tol(v.heading[i], VG_PI / 2 + i * v.spacing / 50, 1e-6);
    }
    for (double s = -400; s < 700; s += 0.37) {
        vg_road_point p = vg_road_at(road, s);
        ck_assert_double_eq_tol(p.x, 50 * vg_cos(s / 50), 2e-5);
        ck_assert_double_eq_tol(p.y, 50 * vg_sin(s / 50), 2e-5);
        ck_assert_double_eq_tol(p.curvature, 1.0 / 50, 2e-6);
    }
    vg_road_destroy(road);
}
END_TEST

START_TEST(uneven_points_give_even_nodes) {
    double x[ROAD_POINTS], y[ROAD_POINTS], angle = 0;
    int n = 0;
    for (; angle < 2 * VG_PI - 0.01; angle += n % 3 ? 0.02 : 0.11, n++) {
        vg_sincos(angle, &y[n], &x[n]);
        x[n] *= 200, y[n] *= 200;
    }
    vg_road *road = road_from(x, y, n, 5, true);
    vg_road_view v = vg_road_get(road);
    for (int32_t i = 0; i < v.count; i++) {
        int32_t next = (i + 1) % v.count;
        double dx = v.x[next] - v.x[i], dy = v.y[next] - v.y[i];
        ck_assert_double_eq_tol(sqrt(dx * dx + dy * dy), v.spacing, 1e-4);
    }
    vg_road_destroy(road);
}
END_TEST

static double distance(const vg_road *road, double s, double x, double y) {
    vg_road_point p = vg_road_at(road, s);
    return sqrt((x - p.x) * (x - p.x) + (y - p.y) * (y - p.y));
}

// Every place within the widths and 5 m, approached from 30 cm before it as a car would.
static void compare_everywhere(const vg_road *road, double half_width) {
    vg_road_view v = vg_road_get(road);
    int compared = 0;
    for (double s = 0.13; s < v.length; s += 0.71) {
        for (double d = -half_width - 5; d <= half_width + 5; d += 0.83) {
            vg_road_point p = vg_road_at(road, s);
            double sine, cosine;
            vg_sincos(p.heading, &sine, &cosine);
            double x = p.x - d * sine, y = p.y + d * cosine;
            vg_road_place mine = vg_road_project(road, x, y, s - 0.3),
                          slow = brute_force(road, x, y, s - 0.3, VG_ROAD_REACH);
            // Near the medial axis two foot points are nearly equally close: then the result must be as
            // close.
            if (fabs(vg_road_between(road, mine.s, slow.s)) > 1e-3)
                ck_assert_double_le(distance(road, mine.s, x, y), distance(road, slow.s, x, y) + 1e-5);
            else
                ck_assert_double_eq_tol(mine.offset, slow.offset, 1e-3);
            if (fabs(d) < half_width) ck_assert_double_eq_tol(vg_road_between(road, mine.s, slow.s), 0, 1e-3);
            compared++;
        }
    }
    ck_assert_int_gt(compared, 1000);
}

START_TEST(projection_agrees_with_brute_force) {
    vg_road *roads[] = {circle_road(30, 4), stadium_road(60, 9, 4), eight_road(120, 5)};
    double widths[] = {4, 4, 5};
    for (int i = 0; i < 3; i++) {
        compare_everywhere(roads[i], widths[i]);
        vg_road_destroy(roads[i]);
    }
}
END_TEST

START_TEST(keeps_its_branch_where_the_road_crosses_itself) {
    vg_road *road = eight_road(150, 5);
    vg_road_view v = vg_road_get(road);
    double s = 1;
    for (double along = 1; along < v.length + 50; along += 1.3) {
        vg_road_point p = vg_road_at(road, along);
        double d = 4 * vg_sin(along * 0.05), sine, cosine;
        vg_sincos(p.heading, &sine, &cosine);
        vg_road_place place = vg_road_project(road, p.x - d * sine, p.y + d * cosine, s);
        ck_assert_double_eq_tol(vg_road_between(road, along, place.s), 0, 1e-3);
        ck_assert_double_eq_tol(place.offset, d, 1e-3);
        s = place.s;
    }
    vg_road_destroy(road);
}
END_TEST

START_TEST(an_open_road_ends) {
    vg_road *road = open_road(4);
    vg_road_view v = vg_road_get(road);
    ck_assert(!v.closed);
    ck_assert_double_eq_tol((v.count - 1) * v.spacing, v.length, 1e-9);
    ck_assert_double_eq(vg_road_wrap(road, -3), 0);
    ck_assert_double_eq(vg_road_wrap(road, v.length + 3), v.length);
    vg_road_place behind = vg_road_project(road, -20, 3, 5),
                  ahead = vg_road_project(road, 520, 0, v.length - 5);
    ck_assert_double_eq(behind.s, 0);
    ck_assert_double_eq_tol(ahead.s, v.length, 1e-9);
    compare_everywhere(road, 4);
    vg_road_destroy(road);
}
END_TEST

START_TEST(says_what_is_wrong_with_points) {
    double x[] = {0, 100, 100, 0}, y[] = {0, 0, 100, 100}, w[] = {5, 5, 5, 5}, bad[] = {5, 5, -1, 5};
    double nan_x[] = {0, 100, NAN, 0}, twice_x[] = {0, 0, 100, 0}, twice_y[] = {0, 0, 100, 100};
    vg_road *road;
    vg_diag diag;
    vg_road_def def = vg_road_default(), d;
    def.x = x, def.y = y, def.left = def.right = w, def.count = 4;
    d = def, d.count = 2;
    ck_fails(vg_road_create(&d, &road, &diag), VG_ERR_ARGUMENT, "a closed road needs 3");
    ck_assert_ptr_null(road);
    d = def, d.left = bad;
    ck_fails(vg_road_create(&d, &road, &diag), VG_ERR_ARGUMENT, "row 3: left width: -1 m, expected");
    d = def, d.x = nan_x;
    ck_fails(vg_road_create(&d, &road, &diag), VG_ERR_ARGUMENT, "row 3: x: nan m");
    d = def, d.x = twice_x, d.y = twice_y;
    ck_fails(vg_road_create(&d, &road, &diag), VG_ERR_ARGUMENT, "row 1: x, y: the point after it");
    d = def, d.spacing = 0;
    ck_fails(vg_road_create(&d, &road, &diag), VG_ERR_ARGUMENT, "spacing");
    double tiny_x[] = {0, 0.1, 0.1, 0}, tiny_y[] = {0, 0, 0.1, 0.1};
    d = def, d.x = tiny_x, d.y = tiny_y;
    ck_fails(vg_road_create(&d, &road, &diag), VG_ERR_ARGUMENT, "m long");
    double back_x[] = {0, 30, 110, 30}, back_y[] = {0, 0, 0, 0};
    d = def, d.x = back_x, d.y = back_y;
    ck_fails(vg_road_create(&d, &road, &diag), VG_ERR_ARGUMENT, "the road turns on the spot at 0.0 m");
    double x5[] = {0, 100, 100, 0, 0}, y5[] = {0, 0, 100, 100, 0}, w5[] = {5, 5, 5, 5, 5};
    d = def, d.x = x5, d.y = y5, d.left = d.right = w5, d.count = 5;
    vg_road *repeated, *plain;
    ck_ok(vg_road_create(&d, &repeated, &diag));
    ck_ok(vg_road_create(&def, &plain, &diag));
    ck_assert_uint_eq(vg_road_hash(repeated), vg_road_hash(plain));
    vg_road_destroy(repeated);
    vg_road_destroy(plain);
}
END_TEST

START_TEST(finds_folded_edges) {
    vg_road *fine = stadium_road(60, 9, 4), *folded = stadium_road(60, 9, 12);
    ck_assert_int_eq(vg_road_fold(fine, 0), -1);
    int32_t at = vg_road_fold(folded, 0);
    ck_assert_int_ge(at, 50);
    ck_assert_int_le(at, 70);
    vg_road_destroy(fine);
    vg_road_destroy(folded);
}
END_TEST

START_TEST(its_source_makes_it_again) {
    vg_road *road = eight_road(100, 5), *again;
    vg_road_def def = vg_road_source(road);
    vg_diag diag;
    ck_ok(vg_road_create(&def, &again, &diag));
    ck_assert_uint_eq(vg_road_hash(road), vg_road_hash(again));
    ck_golden("road/eight", vg_road_hash(road));
    vg_road_destroy(road);
    vg_road_destroy(again);
}
END_TEST

START_TEST(locates_anywhere) {
    vg_road *road = stadium_road(60, 9, 4);
    for (double s = 0; s < vg_road_get(road).length; s += 3.1) {
        vg_road_point p = vg_road_at(road, s);
        vg_road_place place = vg_road_locate(road, p.x, p.y);
        ck_assert_double_eq_tol(vg_road_between(road, s, place.s), 0, 1e-4);
        ck_assert_double_eq_tol(place.offset, 0, 1e-4);
    }
    vg_road_destroy(road);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    double x[] = {0, 100, 100, 0}, y[] = {0, 0, 100, 100}, w[] = {5, 5, 5, 5};
    vg_road_def def = vg_road_default();
    def.x = x, def.y = y, def.left = def.right = w, def.count = 4;
    vg_diag diag;
    for (oom turn = {.least = 5, .diag = &diag}; oom_next(&turn);) {
        vg_road *road;
        turn.err = vg_road_create(&def, &road, &diag);
        ck_assert(!turn.err == !!road);
        vg_road_destroy(road);
    }
}
END_TEST

CK_MAIN("road", a_circle_is_round, uneven_points_give_even_nodes, projection_agrees_with_brute_force,
        keeps_its_branch_where_the_road_crosses_itself, an_open_road_ends, says_what_is_wrong_with_points,
        finds_folded_edges, its_source_makes_it_again, locates_anywhere, survives_every_failed_allocation)
