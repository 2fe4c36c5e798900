// A drive in another frame, laid onto its road.
#include "logs/import/place.h"

#include <math.h>

#include "tests/roads.h"
#include "tracks/library.h"

static vg_diag diag;
enum { MOST = 3000 };
static vg_cleaned samples[MOST];

// From s on for `length` m along the road at an offset that sways, in a frame turned by `turn` and moved.
static int32_t drive(const vg_road *road, double s, double length, double turn, bool backwards) {
    int32_t count = 0;
    for (double way = 0; way < length && count < MOST; way += 2, count++) {
        vg_road_point p = vg_road_at(road, vg_road_wrap(road, backwards ? s - way : s + way));
        double offset = 1.5 * vg_sin(way / 40), sine, cosine;
        double x = p.x - offset * vg_sin(p.heading) - 300, y = p.y + offset * vg_cos(p.heading) + 4000;
        vg_sincos(turn, &sine, &cosine);
        samples[count] = (vg_cleaned){.value = {.t = way / 10,
                                                .x = cosine * x - sine * y,
                                                .y = sine * x + cosine * y,
                                                .heading = p.heading + turn}};
        samples[count].raw_x = samples[count].value.x, samples[count].raw_y = samples[count].value.y;
    }
    return count;
}

static void check(const vg_road *road, double s, double length, double turn, bool backwards, double most) {
    vg_placing p;
    int32_t count = drive(road, s, length, turn, backwards);
    ck_ok(vg_place_find(road, samples, count, &p, &diag));
    ck_assert_double_eq_tol(vg_cos(p.turn + turn), 1, 1e-3);
    ck_assert_int_eq(p.backwards, backwards);
    ck_assert_double_gt(p.inside, 0.97);
    vg_place_apply(&p, samples, count);
    double worst = 0;
    for (int32_t i = 0; i < count; i++) {
        vg_road_point at = vg_road_at(road, vg_road_wrap(road, backwards ? s - 2 * i : s + 2 * i));
        double offset = 1.5 * vg_sin(2 * i / 40.0);
        worst = fmax(worst, hypot(samples[i].value.x - (at.x - offset * vg_sin(at.heading)),
                                  samples[i].value.y - (at.y + offset * vg_cos(at.heading))));
        ck_assert_double_eq_tol(vg_cos(samples[i].value.heading - at.heading), 1, 1e-3);
        ck_assert(samples[i].raw_x == samples[i].value.x);
    }
    ck_assert_double_lt(worst, most);
}

START_TEST(a_lap_of_a_closed_road) {
    vg_road *road;
    ck_ok(vg_track_load("train-1", &road, &diag));
    double length = vg_road_get(road).length;
    check(road, 0.3 * length, length, 2.5, false, 1);
    check(road, 0.7 * length, 2.2 * length, -1, true, 1);     // more than a lap, the other way round
    check(road, 0.1 * length, 0.4 * length, 0.1, false, 1.5); // a part
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Where the road looks the same from elsewhere, the drive goes along it and is turned least, and it is told.
START_TEST(a_road_that_looks_the_same) {
    vg_road *eight = eight_road(120, 5), *oval = stadium_road(150, 40, 5), *plain;
    vg_placing p;
    double length = vg_road_get(eight).length;
    for (int k = 0; k < 8; k++) { // laid the wrong way round it is as near
        int32_t count = drive(eight, 0.13 * k * length, length, 0.3, false);
        ck_ok(vg_place_find(eight, samples, count, &p, &diag));
        ck_assert(!p.backwards && p.twin);
        ck_assert_double_eq_tol(p.turn, -0.3, 0.03);
    }
    length = vg_road_get(oval).length;
    int32_t count = drive(oval, 0.2 * length, length, 0.3, false);
    ck_ok(vg_place_find(oval, samples, count, &p, &diag));
    ck_assert(!p.backwards && p.twin);
    ck_assert_double_eq_tol(p.turn, -0.3, 0.03);
    ck_assert_double_eq_tol(vg_cos(p.twin_turn - p.turn), -1, 0.01);
    ck_ok(vg_track_load("train-1", &plain, &diag));
    count = drive(plain, 100, 1000, 0.3, false);
    ck_ok(vg_place_find(plain, samples, count, &p, &diag));
    ck_assert(!p.twin);
    vg_road_destroy(eight);
    vg_road_destroy(oval);
    vg_road_destroy(plain);
}
END_TEST

static void check_hint(const vg_road *road, double factor, bool mirrored) {
    vg_place_hint hint;
    bool found;
    int32_t count = drive(road, 100, vg_road_get(road).length, 1, false);
    for (int32_t i = 0; i < count; i++)
        samples[i].value.x *= mirrored ? -1 : factor, samples[i].value.y *= factor;
    ck_ok(vg_place_explain(road, samples, count, &hint, &found, &diag));
    ck_assert(found && hint.mirrored == mirrored);
    ck_assert_double_eq_tol(hint.factor * factor, 1, 1e-9);
}

START_TEST(what_is_explained) {
    vg_road *road;
    vg_place_hint hint;
    bool found;
    ck_ok(vg_track_load("train-1", &road, &diag));
    check_hint(road, 1, true);
    check_hint(road, 0.3048, false);
    check_hint(road, 100, false);
    // A circle of 60 m lies on no such road, and shrunk to a spot it is no hint.
    for (int i = 0; i < 500; i++) {
        vg_sincos(2 * VG_PI * i / 500, &samples[i].value.y, &samples[i].value.x);
        samples[i].value.x *= 60, samples[i].value.y *= 60;
    }
    ck_ok(vg_place_explain(road, samples, 500, &hint, &found, &diag));
    ck_assert_msg(!found, "%g %d", hint.factor, hint.mirrored);
    vg_memory_fail_after(1);
    ck_fails(vg_place_explain(road, samples, 500, &hint, &found, &diag), VG_ERR_MEMORY, "memory");
    vg_memory_fail_after(2);
    ck_fails(vg_place_explain(road, samples, 500, &hint, &found, &diag), VG_ERR_MEMORY, "memory");
    vg_memory_fail_never();
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(what_cannot_be_laid) {
    vg_road *road;
    vg_placing p;
    ck_ok(vg_track_load("train-1", &road, &diag));
    int32_t count = drive(road, 100, 10, 1, false);
    ck_fails(vg_place_find(road, samples, count, &p, &diag), VG_ERR_MISMATCH,
             "too short to be laid onto a road");
    // A circle lies on no such road, whatever is done.
    for (int i = 0; i < 500; i++) {
        vg_sincos(2 * VG_PI * i / 500, &samples[i].value.y, &samples[i].value.x);
        samples[i].value.x *= 60, samples[i].value.y *= 60;
    }
    ck_ok(vg_place_find(road, samples, 500, &p, &diag));
    ck_assert_double_lt(p.inside, 0.5);
    count = drive(road, 100, 500, 1, false);
    vg_memory_fail_after(1);
    ck_fails(vg_place_find(road, samples, count, &p, &diag), VG_ERR_MEMORY, "memory");
    vg_memory_fail_never();
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("place", a_lap_of_a_closed_road, a_road_that_looks_the_same, what_is_explained, what_cannot_be_laid)
