#include "tracks/from_laps.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tracks/library.h"
#include "tracks/survey.h"

static vg_diag diag;
static char said[2000];

static void hear(void *context, const char *text) {
    (void)context;
    snprintf(said, sizeof said, "%s", text);
}
static const vg_warnings warnings = {hear, NULL};

static vg_road *load(const char *name) {
    vg_road *road;
    ck_ok(vg_track_load(name, &road, &diag));
    return road;
}

// A drive from one arc length to another, a sample every `step` metres, `offset` beside the centreline, with
// white noise.
static vg_points drive(const vg_road *road, double from, double to, double step, double offset, double noise,
                       uint32_t seed) {
    vg_points lap = {0};
    vg_draw at = {.seed = seed, .stream = VG_STREAM_SHUFFLE};
    for (double s = from; s < to; s += step) {
        vg_road_point p = vg_road_at(road, s);
        double edge[2], jitter[2];
        vg_sincos(p.heading, &edge[0], &edge[1]);
        vg_random_normal2(&at, jitter);
        at.draw++;
        ck_ok(vg_points_add(&lap, p.x - offset * edge[0] + noise * jitter[0],
                            p.y + offset * edge[1] + noise * jitter[1], &diag));
    }
    return lap;
}

// How far points of a road lie from the truth's centreline: rms; the length of both must agree.
static double off_line(const vg_track *track, const vg_road *truth, double offset, double *most) {
    double sum = 0;
    *most = 0;
    for (int32_t i = 0; i < track->count; i++) {
        double off = vg_road_locate(truth, track->x[i], track->y[i]).offset - offset;
        sum += off * off;
        *most = fmax(*most, fabs(off));
    }
    return sqrt(sum / track->count);
}

static double length_of(const vg_track *track) {
    vg_road *road;
    ck_ok(vg_track_road(track, &road, &diag));
    double length = vg_road_get(road).length;
    vg_road_destroy(road);
    return length;
}

// One clean lap, whose end overlaps its beginning: the road is that lap.
START_TEST(one_lap_is_the_line) {
    vg_road *truth = load("chicane");
    double length = vg_road_get(truth).length, most;
    vg_points lap = drive(truth, 100, 100 + length + 30, 2, 1, 0, 1);
    vg_from_laps_def def = vg_from_laps_default();
    vg_from_laps_report report;
    vg_track track;
    def.laps = &lap, def.lap_count = 1, def.warnings = &warnings;
    ck_ok(vg_track_from_laps(&def, &track, &report, &diag));
    ck_assert(track.closed && report.closed && report.rounds == 1);
    ck_assert_double_lt(off_line(&track, truth, 1, &most), 0.03);
    ck_assert_double_lt(most, 0.15);
    ck_assert_double_eq_tol(length_of(&track), length, 0.01 * length);
    ck_assert(track.left[5] == 5 && track.right[5] == 5);
    ck_assert(
        strstr(said, "a road from one lap: its edges are 5 m to either side of the lap because you said"));
    vg_track_free(&track);
    vg_points_free(&lap);
    vg_road_destroy(truth);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Laps with noise of 0.5 m, in one file or in several, on different lines: their mean is the centreline.
START_TEST(many_laps_are_their_mean) {
    vg_road *truth = load("chicane");
    double length = vg_road_get(truth).length, most;
    vg_points laps[3] = {drive(truth, 0, 4 * length, 1.7, 1.5, 0.5, 1),
                         drive(truth, 250, 250 + 3 * length, 2.1, -1.5, 0.5, 2),
                         drive(truth, 40, 40 + length, 1.3, -1.5, 0.5, 3)};
    vg_from_laps_def def = vg_from_laps_default();
    vg_from_laps_report report;
    vg_track track;
    def.laps = laps, def.lap_count = 3, def.warnings = &warnings, def.width = 0, def.margin = 2;
    ck_ok(vg_track_from_laps(&def, &track, &report, &diag));
    ck_assert_int_eq(report.rounds, 8);
    ck_assert_double_lt(off_line(&track, truth, 0, &most), 0.35);
    ck_assert_double_eq_tol(report.spread, 1.58, 0.1); // 1.5 m to either side and the noise
    for (int32_t i = 0; i < track.count; i++) {
        // The outermost of some ten samples of each line, and the margin.
        ck_assert_double_eq_tol(track.left[i] + track.right[i], 2 * (1.5 + 2 + 1.2), 1.4);
    }
    ck_assert(strstr(said, "a road from 8 laps: its edges are the outermost of them and 2 m"));
    vg_track_free(&track);
    for (int i = 0; i < 3; i++) vg_points_free(&laps[i]);
    vg_road_destroy(truth);
}
END_TEST

// Samples farther apart than the line's points, of laps on two lines: each point lies between the laps, not
// on the one that has a sample there.
START_TEST(sparse_laps_leave_no_zigzag) {
    vg_road *truth = load("chicane"), *road;
    double most;
    vg_points laps[2] = {drive(truth, 10, 500, 7, 2, 0, 1), drive(truth, 3, 510, 7, -2, 0, 2)};
    vg_from_laps_def def = vg_from_laps_default();
    vg_track track;
    vg_survey made, real;
    def.laps = laps, def.lap_count = 2;
    ck_ok(vg_track_from_laps(&def, &track, NULL, &diag));
    double rms = off_line(&track, truth, 0, &most);
    ck_ok(vg_track_road(&track, &road, &diag));
    ck_ok(vg_survey_road(road, &made, &diag));
    ck_ok(vg_survey_road(truth, &real, &diag));
    ck_assert_double_lt(rms,
                        0.4); // where laps begin and end they count less, so that the line is nearer to one
    ck_assert_int_eq(made.folds, 0);
    ck_assert_double_gt(made.radius_least, 0.4 * real.radius_least);
    vg_road_destroy(road);
    vg_track_free(&track);
    for (int i = 0; i < 2; i++) vg_points_free(&laps[i]);
    vg_road_destroy(truth);
}
END_TEST

// Laps that begin or end in the middle of the road, beside the line of the others: no step where they do,
// even with points as dense as those of a model car's road.
START_TEST(part_laps_make_no_step) {
    vg_points laps[3] = {0};
    for (int lap = 0; lap < 3; lap++) {
        // A circle of 3 m; the second and third lap are 0.3 m to the inside, for a part of the way.
        double from = lap == 1 ? 1 : lap == 2 ? 3 : 0, to = lap == 1 ? 3.5 : lap == 2 ? 6 : 6.4;
        for (double a = from; a < to; a += 0.01) {
            double at[2];
            vg_sincos(a, &at[0], &at[1]);
            ck_ok(vg_points_add(&laps[lap], (lap ? 2.7 : 3) * at[1], (lap ? 2.7 : 3) * at[0], &diag));
        }
    }
    vg_from_laps_def def = vg_from_laps_default();
    vg_track track;
    def.laps = laps, def.lap_count = 3, def.width = 1;
    ck_ok(vg_track_from_laps(&def, &track, NULL, &diag));
    ck_assert(track.closed);
    double least = 9, most = 0, step = 0, before = 0;
    for (int32_t i = 0; i < track.count; i++) {
        double radius = sqrt(track.x[i] * track.x[i] + track.y[i] * track.y[i]);
        least = fmin(least, radius), most = fmax(most, radius);
        if (i) step = fmax(step, fabs(radius - before));
        before = radius;
    }
    ck_assert(least > 2.77 && least < 2.86 && most > 2.95); // the mean of two or three, and one alone
    ck_assert_double_lt(step, 0.5 * 0.06);                  // of points 0.06 m apart
    vg_track_free(&track);
    for (int i = 0; i < 3; i++) vg_points_free(&laps[i]);
}
END_TEST

// A car that stands while its fixes wander, and goes on.
START_TEST(a_standing_car_makes_no_knot) {
    vg_road *truth = load("chicane");
    double length = vg_road_get(truth).length, most;
    vg_points lap = drive(truth, 0, 120, 2, 0, 0, 1), stop = drive(truth, 120, 122, 0.01, 0, 6, 2),
              rest = drive(truth, 120, length + 4, 2, 0, 0, 3);
    for (int32_t i = 0; i < stop.count; i++) ck_ok(vg_points_add(&lap, stop.x[i], stop.y[i], &diag));
    for (int32_t i = 0; i < rest.count; i++) ck_ok(vg_points_add(&lap, rest.x[i], rest.y[i], &diag));
    vg_from_laps_def def = vg_from_laps_default();
    vg_track track;
    def.laps = &lap, def.lap_count = 1;
    ck_ok(vg_track_from_laps(&def, &track, NULL, &diag));
    ck_assert(track.closed);
    ck_assert_double_lt(off_line(&track, truth, 0, &most), 0.6);
    ck_assert_double_eq_tol(length_of(&track), length, 0.02 * length);
    vg_track_free(&track);
    vg_points_free(&lap);
    vg_points_free(&stop);
    vg_points_free(&rest);
    vg_road_destroy(truth);
}
END_TEST

// Out, about on the spot, and back again for a part of the way: the road is the way out.
START_TEST(a_turn_on_the_spot_ends_the_road) {
    vg_points lap = {0};
    for (int i = 0; i < 200; i++) ck_ok(vg_points_add(&lap, i, 0.001 * i * i, &diag));
    for (int i = 198; i > 100; i--) ck_ok(vg_points_add(&lap, i, 0.001 * i * i + 0.2, &diag));
    vg_from_laps_def def = vg_from_laps_default();
    vg_track track;
    def.laps = &lap, def.lap_count = 1;
    ck_ok(vg_track_from_laps(&def, &track, NULL, &diag));
    ck_assert(!track.closed);
    ck_assert_double_eq_tol(length_of(&track), 204, 4);
    vg_track_free(&track);
    vg_points_free(&lap);
}
END_TEST

START_TEST(a_car_that_stands_is_named) {
    vg_points lap = {0};
    for (int i = 0; i < 50; i++) ck_ok(vg_points_add(&lap, 0.01 * (i % 7), 0.01 * (i % 5), &diag));
    vg_from_laps_def def = vg_from_laps_default();
    vg_track track;
    def.laps = &lap, def.lap_count = 1, def.file = "phone.csv", def.noise = 1;
    ck_fails(vg_track_from_laps(&def, &track, NULL, &diag), VG_ERR_FORMAT, "the car stands");
    ck_fails(vg_track_from_laps(&def, &track, NULL, &diag), VG_ERR_FORMAT, "phone.csv");
    vg_points_free(&lap);
}
END_TEST

START_TEST(an_open_drive_stays_open) {
    vg_road *truth = load("chicane");
    vg_points laps[2] = {drive(truth, 10, 300, 3, 0, 0, 1), drive(truth, 0, 320, 3, 0, 0, 1)};
    vg_from_laps_def def = vg_from_laps_default();
    vg_track track;
    def.laps = laps, def.lap_count = 2;
    ck_ok(vg_track_from_laps(&def, &track, NULL, &diag));
    ck_assert(!track.closed);
    ck_assert_double_eq_tol(length_of(&track), 290, 6);
    vg_track_free(&track);
    def.shape = VG_LAPS_CLOSED;
    ck_fails(vg_track_from_laps(&def, &track, NULL, &diag), VG_ERR_FORMAT, "does not come back to its start");
    for (int i = 0; i < 2; i++) vg_points_free(&laps[i]);
    vg_road_destroy(truth);
}
END_TEST

START_TEST(border_drives_make_edges) {
    vg_road *truth = load("chicane");
    double length = vg_road_get(truth).length, most;
    vg_points left = drive(truth, 0, length, 2, 3, 0, 1), right = drive(truth, 90, 90 + length, 2, -2, 0, 1);
    vg_from_laps_def sides[2] = {vg_from_laps_default(), vg_from_laps_default()};
    vg_track track;
    sides[0].laps = &left, sides[1].laps = &right;
    sides[0].lap_count = sides[1].lap_count = 1;
    ck_ok(vg_track_from_border_laps(&sides[0], &sides[1], &track, NULL, &diag));
    ck_assert_double_lt(off_line(&track, truth, 0.5, &most), 0.1);
    for (int32_t i = 0; i < track.count; i++) {
        ck_assert_double_eq_tol(track.left[i], 2.5, 0.3);
        ck_assert_double_eq_tol(track.right[i], 2.5, 0.3);
    }
    vg_track_free(&track);
    right.count /= 2;
    ck_fails(vg_track_from_border_laps(&sides[0], &sides[1], &track, NULL, &diag), VG_ERR_MISMATCH,
             "the left border comes back to its start, the other does not");
    vg_points_free(&left);
    vg_points_free(&right);
    vg_road_destroy(truth);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(refuses_what_is_no_lap) {
    vg_points lap = {0};
    vg_from_laps_def def = vg_from_laps_default();
    vg_track track;
    def.laps = &lap;
    ck_fails(vg_track_from_laps(&def, &track, NULL, &diag), VG_ERR_FORMAT, "laps: no laps");
    def.lap_count = 1;
    ck_fails(vg_track_from_laps(&def, &track, NULL, &diag), VG_ERR_FORMAT, "too few positions");
    for (int i = 0; i < 9; i++) ck_ok(vg_points_add(&lap, 5, 5, &diag));
    ck_fails(vg_track_from_laps(&def, &track, NULL, &diag), VG_ERR_FORMAT, "stands still");
    def.width = 0, def.margin = 0;
    ck_fails(vg_track_from_laps(&def, &track, NULL, &diag), VG_ERR_ARGUMENT, "expected one of them above 0");
    vg_points_free(&lap);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_road *truth = load("chicane");
    vg_points lap = drive(truth, 0, vg_road_get(truth).length, 5, 0, 0, 1);
    vg_from_laps_def def = vg_from_laps_default();
    def.laps = &lap, def.lap_count = 1;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_track track;
        turn.err = vg_track_from_laps(&def, &track, NULL, &diag);
        vg_track_free(&track);
    }
    vg_points_free(&lap);
    vg_road_destroy(truth);
}
END_TEST

CK_MAIN("from_laps", part_laps_make_no_step, a_standing_car_makes_no_knot, a_turn_on_the_spot_ends_the_road,
        a_car_that_stands_is_named, one_lap_is_the_line, many_laps_are_their_mean,
        sparse_laps_leave_no_zigzag, an_open_drive_stays_open, border_drives_make_edges,
        refuses_what_is_no_lap, survives_every_failed_allocation)
