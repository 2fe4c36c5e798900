#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "tests/scratch.h"
#include "tracks/corners.h"
#include "tracks/survey.h"

static vg_road *road_of(const vg_corners *corners, double spacing) {
    vg_diag diag;
    vg_track track;
    vg_road *road = NULL;
    double length = vg_corners_length(corners, NULL);
    ck_ok(vg_track_alloc(vg_corners_points(corners, length, spacing), &track, &diag));
    vg_corners_trace(corners, length, spacing, &track);
    track.closed = corners->closed;
    ck_ok(vg_track_road(&track, &road, &diag));
    vg_track_free(&track);
    return road;
}

// A square of 200 m with corners of 30 m: lengths and radii from geometry.
START_TEST(rounds_a_square) {
    const vg_corner square[] = {{0, 0, 30, 4}, {200, 0, 30, 4}, {200, 200, 30, 4}, {0, 200, 30, 4}};
    for (int k = 0; k < 3; k++) {
        vg_corners corners = {square, 4, true, k == 0 ? 1e-6 : k == 1 ? 0.5 : 1};
        int32_t tight;
        double length = vg_corners_length(&corners, &tight);
        ck_assert_int_eq(tight, -1);
        for (int i = 0; i < 4; i++) ck_assert_double_eq_tol(vg_corner_turn(&corners, i), VG_PI / 2, 1e-12);
        double reach = vg_corner_reach(VG_PI / 2, corners.ease);
        if (k == 0) ck_assert_double_eq_tol(reach, 1, 1e-4); // a plain arc: tan of half the turn
        ck_assert_double_eq_tol(length, 800 - 4 * 2 * 30 * reach + 4 * 30 * VG_PI / 2 * (1 + corners.ease),
                                1e-9);
        vg_road *road = road_of(&corners, 1);
        vg_survey survey;
        vg_diag diag;
        ck_ok(vg_survey_road(road, &survey, &diag));
        ck_assert_double_eq_tol(survey.length, length, 0.05);
        // A spline overshoots where curvature jumps: that is what clothoids are for.
        ck_assert_double_eq_tol(survey.radius_least, 30, k ? 0.7 : 5);
        ck_assert_double_eq_tol(survey.turning, 2 * VG_PI, k ? 0.01 : 0.2);
        ck_assert_double_ge(survey.left + survey.straight, 0.99);
        vg_road_place middle = vg_road_locate(road, 0, 100); // the last straight's: where the road begins
        ck_assert_double_eq_tol(vg_road_between(road, 0, middle.s), 0, 1e-3);
        vg_road_destroy(road);
    }
}
END_TEST

// The traced points lie as far apart along the curve as they should: the pieces join without a gap or a kink.
START_TEST(joins_smoothly) {
    const vg_corner zigzag[] = {
        {0, 0, 14, 3}, {300, 40, 14, 4}, {10, 90, 14, 3}, {310, 140, 20, 5}, {400, -80, 30, 3}};
    vg_corners corners = {zigzag, 5, true, 0.6};
    double length = vg_corners_length(&corners, NULL);
    vg_track track;
    vg_diag diag;
    ck_ok(vg_track_alloc(vg_corners_points(&corners, length, 0.25), &track, &diag));
    vg_corners_trace(&corners, length, 0.25, &track);
    double step = length / track.count, turn_most = step / 14;
    for (int32_t i = 0; i < track.count; i++) {
        int32_t a = i, b = (i + 1) % track.count, c = (i + 2) % track.count;
        double ux = track.x[b] - track.x[a], uy = track.y[b] - track.y[a];
        double vx = track.x[c] - track.x[b], vy = track.y[c] - track.y[b];
        double chord = sqrt(ux * ux + uy * uy);
        ck_assert_double_le(chord, step * (1 + 1e-9));
        ck_assert_double_ge(chord, step * (1 - 1e-4));
        ck_assert_double_le(fabs(vg_atan2(ux * vy - uy * vx, ux * vx + uy * vy)), turn_most * 1.001);
        ck_assert_double_ge(track.left[i], 3);
        ck_assert_double_le(track.left[i], 5);
    }
    vg_track_free(&track);
}
END_TEST

START_TEST(goes_from_end_to_end_when_open) {
    const vg_corner bend[] = {{0, 0, 1, 3}, {100, 0, 20, 3}, {100, 100, 1, 3}};
    vg_corners corners = {bend, 3, false, 0.5};
    vg_road *road = road_of(&corners, 2);
    vg_road_view view = vg_road_get(road);
    ck_assert(!view.closed);
    ck_assert_double_eq_tol(view.length, vg_corners_length(&corners, NULL), 0.01);
    ck_assert_double_eq_tol(view.x[0], 0, 1e-9);
    ck_assert_double_eq_tol(view.x[view.count - 1], 100, 1e-6);
    ck_assert_double_eq_tol(view.y[view.count - 1], 100, 1e-6);
    vg_road_destroy(road);
}
END_TEST

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(reads_recipes) {
    char said[400];
    const char *path = scratch("recipe.csv");
    vg_diag diag;
    vg_track track;
    write_text(path, "x_m,y_m,radius_m,width_m\n0,0,20,3\n100,0,20,3\n100,100,20,3\n");
    ck_ok(vg_corners_read(path, 0.5, 2, &track, &diag));
    ck_assert_int_gt(track.count, 100);
    ck_assert(track.closed);
    vg_track_free(&track);
    write_text(path, "x_m,y_m,radius_m,width_m\n0,0,20,3\n100,0,60,3\n100,100,20,3\n");
    snprintf(said, sizeof said, "%s:2: radius_m: the curve here and the next (line 3) need", path);
    ck_fails(vg_corners_read(path, 0.5, 2, &track, &diag), VG_ERR_FORMAT, said);
    write_text(path, "x_m,y_m,w_right_m,w_left_m\n0,0,20,3\n100,0,60,3\n100,100,20,3\n");
    ck_fails(vg_corners_read(path, 0.5, 2, &track, &diag), VG_ERR_FORMAT,
             "expected x_m,y_m,radius_m,width_m");
    write_text(path, "x_m,y_m,radius_m,width_m\n0,0,0,3\n");
    ck_fails(vg_corners_read(path, 0.5, 2, &track, &diag), VG_ERR_FORMAT,
             ":2: radius_m: 0 m; expected above 0");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("corners", rounds_a_square, joins_smoothly, goes_from_end_to_end_when_open, reads_recipes)
