#include "tracks/borders.h"

#include <math.h>

#include "sim/base/exact.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

// A ring of radius 50 m, its edges 4 m to the right (outside) and 3 m to the left (inside), driven to the
// left.
enum { INNER = 90, OUTER = 161 };

static void add_ring(vg_points *out, double radius, int count, double phase, int way) {
    for (int i = 0; i < count; i++) {
        double angle = phase + way * 2 * VG_PI * i / count;
        ck_ok(vg_points_add(out, 200 + radius * vg_cos(angle), radius * vg_sin(angle), &diag));
    }
}

static void check_ring(const vg_track *track, bool left_turn) {
    double area = 0;
    ck_assert(track->closed && track->count > 60);
    for (int i = 0; i < track->count; i++) {
        int next = (i + 1) % track->count;
        double x = track->x[i] - 200, y = track->y[i], radius = sqrt(x * x + y * y);
        area += x * track->y[next] - (track->x[next] - 200) * y;
        ck_assert_double_eq_tol(radius, 50.5, 0.1);
        // What lies on the inside of the turn is 47 m from its centre, to the chords' rise.
        double inside = left_turn ? track->left[i] : track->right[i];
        double outside = left_turn ? track->right[i] : track->left[i];
        ck_assert_double_eq_tol(radius - inside, 47, 0.06);
        ck_assert_double_eq_tol(radius + outside, 54, 0.06);
    }
    ck_assert_int_eq(area > 0, left_turn);
}

// However the borders begin and run, the road has the left one to its left.
START_TEST(finds_a_ring) {
    for (int n = 0; n < 8; n++) {
        vg_borders borders = {.sides_unknown = n & 4};
        vg_track track;
        add_ring(&borders.left, 47, INNER, 1, n & 1 ? -1 : 1);
        add_ring(&borders.right, 54, OUTER, 4, n & 2 ? -1 : 1);
        ck_ok(vg_track_between(&borders, true, "f", &track, &diag));
        check_ring(&track, borders.sides_unknown ? !(n & 1) : true);
        vg_track_free(&track);
        vg_points_free(&borders.left);
        vg_points_free(&borders.right);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A straight whose right border opens out, and runs backwards in the file.
START_TEST(finds_an_open_road) {
    vg_borders borders = {0};
    vg_track track;
    for (int i = 0; i <= 10; i++) ck_ok(vg_points_add(&borders.left, 10 * i, 3, &diag));
    for (int i = 2; i >= 0; i--) ck_ok(vg_points_add(&borders.right, 50 * i, -3 - i, &diag));
    ck_ok(vg_track_between(&borders, false, "f", &track, &diag));
    ck_assert(!track.closed);
    ck_assert_double_eq_tol(track.x[0], 0, 0.01);
    ck_assert_double_eq_tol(track.x[track.count - 1], 100, 0.01);
    for (int i = 0; i < track.count; i++) {
        ck_assert_double_eq_tol(track.y[i] + track.left[i], 3, 0.02);
        ck_assert_double_eq_tol(track.y[i] - track.right[i], -3 - track.x[i] / 50, 0.02);
    }
    vg_track_free(&track);
    vg_points_free(&borders.left);
    vg_points_free(&borders.right);
}
END_TEST

START_TEST(refuses_what_are_no_borders) {
    vg_borders borders = {0};
    vg_track track;
    for (int i = 0; i < 3; i++) ck_ok(vg_points_add(&borders.left, i, i * i, &diag));
    ck_fails(vg_track_between(&borders, true, "f", &track, &diag), VG_ERR_FORMAT,
             "f: borders of 3 and 0 points; expected at least 3 each");
    for (int i = 0; i < 3; i++) ck_ok(vg_points_add(&borders.right, i, i * i, &diag));
    ck_fails(vg_track_between(&borders, false, "f", &track, &diag), VG_ERR_FORMAT, "at one place");
    for (int i = 0; i < 3; i++) borders.right.x[i] = borders.right.y[i] = 7;
    for (int i = 0; i < 3; i++) borders.left.x[i] = borders.left.y[i] = 7;
    ck_fails(vg_track_between(&borders, false, "f", &track, &diag), VG_ERR_FORMAT, "without a length");
    vg_points_free(&borders.left);
    vg_points_free(&borders.right);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_borders borders = {0};
    add_ring(&borders.left, 47, INNER, 1, 1);
    add_ring(&borders.right, 54, OUTER, 4, 1);
    for (oom turn = {.least = 5, .diag = &diag}; oom_next(&turn);) {
        vg_track track;
        turn.err = vg_track_between(&borders, true, "f", &track, &diag);
        vg_track_free(&track);
    }
    vg_points_free(&borders.left);
    vg_points_free(&borders.right);
}
END_TEST

CK_MAIN("borders", finds_a_ring, finds_an_open_road, refuses_what_are_no_borders,
        survives_every_failed_allocation)
