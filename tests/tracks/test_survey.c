#include <math.h>

#include "tests/roads.h"
#include "tracks/survey.h"

static vg_survey survey_of(vg_road *road) {
    vg_survey survey;
    vg_diag diag;
    ck_ok(vg_survey_road(road, &survey, &diag));
    vg_road_destroy(road);
    return survey;
}

START_TEST(measures_a_circle) {
    vg_survey s = survey_of(circle_road(50, 4));
    ck_assert_double_eq_tol(s.length, 100 * VG_PI, 0.01);
    ck_assert_double_eq_tol(s.radius_least, 50, 0.01);
    ck_assert_double_eq_tol(s.turning, 2 * VG_PI, 1e-3);
    ck_assert_double_eq_tol(s.width_mean, 8, 1e-6);
    ck_assert_double_eq(s.left, 1);
    ck_assert_int_eq(s.folds, 0);
    ck_assert_int_eq(s.crossings, 0);
    ck_assert_int_eq(s.hairpins, 1);
    ck_assert_double_eq(s.gap, VG_SURVEY_SIGHT);
}
END_TEST

START_TEST(counts_hairpins_and_sees_the_gap) {
    vg_survey s = survey_of(stadium_road(100, 15, 4));
    ck_assert_int_eq(s.hairpins, 2);
    // The straights' centrelines lie 30 m apart, their edges 22 m.
    ck_assert_double_eq_tol(s.gap, 22, 0.2);
    s = survey_of(stadium_road(100, 8, 7.5));
    ck_assert_double_eq_tol(s.gap, 1, 0.2);
}
END_TEST

START_TEST(finds_folds_and_crossings) {
    vg_survey s = survey_of(stadium_road(100, 15, 18));
    ck_assert_int_eq(s.folds, 2);
    ck_assert_double_lt(s.gap, -5); // and the inner edges overlap: 36 m wide, 30 m apart
    s = survey_of(eight_road(100, 4));
    ck_assert_int_eq(s.crossings, 1);
    ck_assert_double_le(fabs(s.crossing_x) + fabs(s.crossing_y), 2);
    ck_assert_double_lt(s.gap, -5);
    s = survey_of(open_road(4));
    ck_assert_int_eq(s.crossings + s.folds, 0);
}
END_TEST

CK_MAIN("survey", measures_a_circle, counts_hairpins_and_sees_the_gap, finds_folds_and_crossings)
