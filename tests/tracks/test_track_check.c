// Warnings of what is odd about a road.
#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "tests/check.h"
#include "tracks/track.h"

static vg_diag diag;
static char said[2000];

static void hear(void *context, const char *text) {
    (void)context;
    strncat(said, text, sizeof said - strlen(said) - 2);
    strcat(said, "\n");
}
static const vg_warnings warnings = {hear, NULL};

// A ring of 100 m radius, points 5 m apart, 12 m wide, all times `scale`.
static vg_track ring(double scale) {
    vg_track track;
    ck_ok(vg_track_alloc(140, &track, &diag));
    strcpy(track.file, "r.csv");
    for (int i = 0; i < 126; i++) {
        double angle = 2 * VG_PI * i / 126;
        vg_track_add(&track, scale * 100 * vg_cos(angle), scale * 100 * vg_sin(angle), scale * 6, scale * 6);
        track.line[i] = i + 2;
    }
    return track;
}

static void check(vg_track *track) {
    vg_road *road;
    said[0] = 0;
    ck_ok(vg_track_road(track, &road, &diag));
    vg_track_check(track, road, &warnings);
    vg_road_destroy(road);
    vg_track_free(track);
}

static void check_says(vg_track *track, const char *part) {
    check(track);
    ck_assert_msg(strstr(said, part), "\"%s\" does not say \"%s\"", said, part);
}

START_TEST(a_sound_road_is_not_blamed) {
    vg_track track = ring(1), small = ring(0.01);
    check(&track);
    ck_assert_str_eq(said, "");
    check(&small);
    ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(tells_of_points) {
    vg_track track = ring(1);
    track.x[50] = track.x[49] + 0.03;
    track.y[50] = track.y[49];
    check_says(&track, "r.csv:51: the next point lies 0.03 m away, others 5 m: nearly a repeat");
    track = ring(1);
    track.x[40] += 9;
    track.y[40] -= 9;
    check_says(&track, "r.csv:42: the point (");
    ck_assert(strstr(said, "lies off the line of its neighbours"));
    track = ring(1);
    for (int i = 63; i < 126; i++) track.x[i] -= 60; // one half lies elsewhere
    track.line[62] = 0;
    check_says(&track, "r.csv: point 63: a jump of ");
}
END_TEST

START_TEST(tells_of_units) {
    vg_track track = ring(100); // cm
    check_says(&track, "r.csv: 1200 m wide on average: is it in another unit than metres");
    track = ring(100);
    for (int i = 0; i < track.count; i++) track.left[i] = track.right[i] = 6;
    check_says(&track, "r.csv: a lap of 62.83 km, 12 m wide: are x and y in centimetres?");
}
END_TEST

START_TEST(tells_of_a_car_too_wide) {
    vg_track track = ring(1);
    said[0] = 0;
    track.left[7] = 0.5, track.right[7] = 1;
    vg_track_check_car(&track, "kart", 1.4, &warnings);
    ck_assert_str_eq(said, "");
    vg_track_check_car(&track, "sedan", 1.85, &warnings);
    ck_assert_str_eq(said, "r.csv:9: the road is 1.5 m wide, less than the car (sedan, 1.85 m)\n");
    vg_track_free(&track);
}
END_TEST

CK_MAIN("track_check", a_sound_road_is_not_blamed, tells_of_points, tells_of_units, tells_of_a_car_too_wide)
