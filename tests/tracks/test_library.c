#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tracks/corners.h"
#include "tracks/formats/csv.h"
#include "tracks/library.h"
#include "tracks/survey.h"

static void fail_on_warning(void *context, const char *text) {
    (void)context;
    ck_abort_msg("%s", text);
}

// Every road of the library is sound: no warning, no fold, no crossing, enough distance between its parts,
// and curves that a sedan can drive.
START_TEST(every_road_is_sound) {
    vg_warnings strict = {fail_on_warning, NULL};
    char name[64];
    int32_t count = 0;
    for (; vg_library_name(count, name); count++) {
        vg_diag diag;
        vg_road *road;
        vg_survey s;
        ck_ok(vg_track_load_warned(name, &strict, &road, &diag));
        ck_assert_str_eq(vg_road_get(road).name, name);
        ck_ok(vg_survey_road(road, &s, &diag));
        ck_assert_int_eq(s.folds + s.crossings, 0);
        ck_assert_double_ge(s.gap, 8);
        ck_assert_double_ge(s.radius_least, 13);
        ck_assert_double_ge(s.length, 1900);
        vg_road_destroy(road);
    }
    ck_assert_int_eq(count, 20);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(names_win_and_paths_work) {
    vg_diag diag;
    vg_road *library, *file;
    ck_ok(vg_track_load("train-1", &library, &diag));
    ck_ok(vg_track_load(VG_ROOT "/tracks/library/train-1.csv", &file, &diag));
    ck_assert_uint_eq(vg_road_hash(library), vg_road_hash(file));
    ck_assert_str_eq(vg_road_get(file).name, "train-1");
    vg_road_destroy(library);
    vg_road_destroy(file);
    ck_fails(vg_track_load("./train-1", &file, &diag), VG_ERR_NOT_FOUND,
             "./train-1: no such file, nor a library road: chi");
    ck_assert_ptr_null(file);
    ck_fails(vg_track_load(VG_ROOT, &file, &diag), VG_ERR_FORMAT, VG_ROOT);
}
END_TEST

static int32_t warned;
static char last_warning[512];
static void note(void *context, const char *text) {
    (void)context;
    warned++;
    snprintf(last_warning, sizeof last_warning, "%s", text);
}

START_TEST(warns_with_the_place) {
    static const char lane[] = "x_m,y_m,w_right_m,w_left_m\n0,0,2,2\n50,1,2,2\n100,0,2,2\n150,1,2,2\n";
    static const char bend[] =
        "x_m,y_m,w_right_m,w_left_m\n# open\n0,0,2,20\n30,0,2,20\n38,8,2,20\n38,38,2,20\n";
    vg_warnings warnings = {note, NULL};
    for (int i = 0; i < 2; i++) {
        vg_diag diag;
        vg_track track;
        vg_road *road;
        const char *text = i ? bend : lane;
        ck_ok(vg_csv_parse(text, (int64_t)strlen(text), "r.csv", &track, &diag));
        ck_ok(vg_track_road(&track, &road, &diag));
        warned = 0;
        vg_track_check(&track, road, &warnings);
        ck_assert_int_ge(warned, 1);
        if (i) {
            ck_assert_int_eq(warned, 1);
            ck_assert_msg(strstr(last_warning, "r.csv: the left edge folds over at") &&
                              strstr(last_warning, "(x 28.43, y -0.82): 20.00 m wide"),
                          "%s", last_warning);
        }
        vg_road_destroy(road);
        vg_track_free(&track);
    }
}
END_TEST

START_TEST(refuses_a_road_that_turns_back) {
    static const char *const texts[] = {
        "# open\nx_m,y_m,w_right_m,w_left_m\n0,0,5,5\n50,0,5,5\n99,0,5,5\n50,1e-4,5,5\n",
        "x_m,y_m,w_right_m,w_left_m\n0,0,5,5\n100,0,5,5\n50,0,5,5\n"};
    for (int i = 0; i < 2; i++) {
        vg_diag diag;
        vg_track track;
        vg_road *road;
        ck_ok(vg_csv_parse(texts[i], (int64_t)strlen(texts[i]), "r.csv", &track, &diag));
        ck_fails(vg_track_road(&track, &road, &diag), VG_ERR_FORMAT,
                 "r.csv: the road turns back on the spot at");
        ck_assert_ptr_null(road);
        vg_track_free(&track);
    }
}
END_TEST

// Errors of the road itself are placed in the file.
START_TEST(places_errors_in_the_file) {
    vg_diag diag;
    vg_track track;
    vg_road *road;
    static const char dot[] = "x_m,y_m,w_right_m,w_left_m\n\n0,0,2,2\n0.1,0,2,2\n0,0.1,2,2\n";
    ck_ok(vg_csv_parse(dot, (int64_t)strlen(dot), "r.csv", &track, &diag));
    ck_fails(vg_track_road(&track, &road, &diag), VG_ERR_ARGUMENT, "r.csv: ");
    track.x[0] = NAN;
    ck_fails(vg_track_road(&track, &road, &diag), VG_ERR_ARGUMENT, "r.csv:3: ");
    vg_track_free(&track);
}
END_TEST

START_TEST(turns_round_and_samples) {
    vg_diag diag;
    vg_track track, spaced;
    vg_road *there, *back;
    ck_ok(vg_track_read("chicane", NULL, &track, &diag));
    ck_ok(vg_track_road(&track, &there, &diag));
    vg_track_reverse(&track);
    ck_ok(vg_track_road(&track, &back, &diag));
    vg_road_view a = vg_road_get(there), b = vg_road_get(back);
    ck_assert_double_eq_tol(a.length, b.length, 1e-6);
    vg_road_point p = vg_road_at(there, 100), q = vg_road_at(back, a.length - 100);
    ck_assert_double_eq_tol(p.x, q.x, 1e-3);
    ck_assert_double_eq_tol(p.y, q.y, 1e-3);
    ck_assert_double_eq_tol(p.left, q.right, 1e-3);
    ck_assert_double_eq_tol(p.curvature, -q.curvature, 1e-3);
    ck_ok(vg_track_sample(there, 7, &spaced, &diag));
    ck_assert_int_eq(spaced.count, (int32_t)(a.length / 7 + 0.5));
    ck_assert_double_eq(spaced.x[0], a.x[0]);
    vg_track_free(&spaced);
    ck_fails(vg_track_sample(there, NAN, &spaced, &diag), VG_ERR_ARGUMENT, "spacing");
    ck_fails(vg_track_sample(there, 1e-9, &spaced, &diag), VG_ERR_ARGUMENT, "2^24");
    vg_track_free(&track);
    vg_road_destroy(there);
    vg_road_destroy(back);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Loading, measuring and tracing a recipe: whichever allocation fails, an error is reported and nothing
// leaks.
static vg_err load_and_measure(vg_diag *diag) {
    vg_road *road;
    vg_survey survey;
    vg_track track;
    vg_err err = vg_track_load("narrow", &road, diag);
    if (err) return err;
    err = vg_survey_road(road, &survey, diag);
    vg_road_destroy(road);
    if (err) return err;
    err = vg_corners_read(VG_ROOT "/tracks/library/recipes/narrow.csv", 0.6, 3, &track, diag);
    vg_track_free(&track);
    return err;
}

START_TEST(survives_every_failed_allocation) {
    vg_diag diag;
    for (oom turn = {.least = 8, .diag = &diag}; oom_next(&turn);) {
        turn.err = load_and_measure(&diag);
    }
}
END_TEST

CK_MAIN("library", every_road_is_sound, names_win_and_paths_work, warns_with_the_place,
        refuses_a_road_that_turns_back, places_errors_in_the_file, turns_round_and_samples,
        survives_every_failed_allocation)
