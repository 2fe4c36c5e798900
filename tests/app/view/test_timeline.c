#include "app/view/timeline.h"

#include <math.h>

#include "tests/check.h"

START_TEST(plays_and_stops_at_the_end) {
    vg_timeline l = vg_timeline_make(10);
    ck_assert(l.playing);
    vg_timeline_advance(&l, 4);
    ck_assert_double_eq(l.t, 4);
    vg_timeline_toggle(&l);
    vg_timeline_advance(&l, 4);
    ck_assert_double_eq(l.t, 4);
    vg_timeline_toggle(&l);
    vg_timeline_advance(&l, 7);
    ck_assert_double_eq(l.t, 10);
    ck_assert(!l.playing);
    vg_timeline_toggle(&l); // from the beginning
    ck_assert(l.playing);
    ck_assert_double_eq(l.t, 0);
}
END_TEST

START_TEST(speeds_double_and_end) {
    vg_timeline l = vg_timeline_make(100);
    ck_assert_double_eq(l.speed, 1);
    vg_timeline_change_speed(&l, 1);
    vg_timeline_advance(&l, 3);
    ck_assert_double_eq(l.t, 6);
    for (int i = 0; i < 20; i++) vg_timeline_change_speed(&l, 1);
    ck_assert_double_eq(l.speed, 16);
    for (int i = 0; i < 20; i++) vg_timeline_change_speed(&l, -1);
    ck_assert_double_eq(l.speed, 0.125);
    // From a speed that is not in the row, a step goes to the next one in the row.
    l.speed = 3.4;
    vg_timeline_change_speed(&l, 1);
    ck_assert_double_eq(l.speed, 4);
    l.speed = 3.4;
    vg_timeline_change_speed(&l, -1);
    ck_assert_double_eq(l.speed, 2);
    l.speed = 100;
    vg_timeline_change_speed(&l, -1);
    ck_assert_double_eq(l.speed, 16);
}
END_TEST

START_TEST(seeks_within_the_duration) {
    vg_timeline l = vg_timeline_make(10);
    vg_timeline_seek(&l, 12);
    ck_assert_double_eq(l.t, 10);
    vg_timeline_seek(&l, -1);
    ck_assert_double_eq(l.t, 0);
    vg_timeline_seek(&l, 3);
    vg_timeline_seek(&l, NAN);
    ck_assert_double_eq(l.t, 3);
    ck_assert_double_eq(vg_timeline_under(&l, 150, 100, 200), 2.5);
    ck_assert_double_eq(vg_timeline_under(&l, 0, 100, 200), 0);
    ck_assert_double_eq(vg_timeline_under(&l, 999, 100, 200), 10);
    ck_assert_double_eq(vg_timeline_under(&l, 5, 5, 0), 0);
    ck_assert_double_eq(vg_timeline_make(-1).duration, 0);
}
END_TEST

START_TEST(jumps_from_one_to_the_next) {
    const double times[] = {1, 2, 2.005, 7};
    ck_assert_int_eq(vg_timeline_next(times, 4, 0, 1), 0);
    ck_assert_int_eq(vg_timeline_next(times, 4, 1, 1), 1);
    ck_assert_int_eq(vg_timeline_next(times, 4, 2, 1), 3); // 2.005 is the same moment
    ck_assert_int_eq(vg_timeline_next(times, 4, 7, 1), -1);
    ck_assert_int_eq(vg_timeline_next(times, 4, 9, -1), 3);
    ck_assert_int_eq(vg_timeline_next(times, 4, 7, -1), 2);
    ck_assert_int_eq(vg_timeline_next(times, 4, 1, -1), -1);
    ck_assert_int_eq(vg_timeline_next(times, 0, 1, 1), -1);
}
END_TEST

CK_MAIN("timeline", plays_and_stops_at_the_end, speeds_double_and_end, seeks_within_the_duration,
        jumps_from_one_to_the_next)
