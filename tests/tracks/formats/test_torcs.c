#include "sim/base/exact.h"
#include "tests/tracks/formats/format_test.h"

static vg_diag diag;

#define NUM(name, unit, val) "<attnum name='" name "' unit='" unit "' val='" val "'/>"
#define STR(lg)              "<section name='a'><attstr name='type' val='str'/>" NUM("lg", "m", lg) "</section>"
#define BEND(way, arc, radius, more)                                                                         \
    "<section name='b'><attstr name='type' val='" way "'/>" NUM("arc", "deg", arc)                           \
        NUM("radius", "m", radius) more "</section>"
#define TORCS(segments)                                                                                      \
    "<?xml version='1.0'?>\n<!-- a track -->\n<!DOCTYPE params SYSTEM 'x' [\n<!ENTITY s SYSTEM 'y.xml'>]>\n" \
    "<params name='t'><section name='Surfaces'>&s;</section><section name='Main Track'>" NUM(                \
        "width", "m", "12") "<section name='Track Segments'>" segments "</section></section></params>"

START_TEST(reads_a_stadium) {
    static const char text[] =
        TORCS(STR("100") BEND("lft", "180", "30", "") STR("100") BEND("lft", "180", "30", ""));
    vg_track track;
    ck_ok(read_text("torcs", text, NULL, &track, &diag));
    ck_assert(track.closed && track.left[0] == 6 && track.right[9] == 6);
    ck_assert_double_eq_tol(track_length(&track), 200 + 2 * VG_PI * 30, 0.05);
    ck_assert(track.x[0] == 0 && track.y[0] == 0 && track.x[1] > 0);
    for (int32_t i = 0; i < track.count; i++)
        if (track.x[i] > 101) {
            double x = track.x[i] - 100, y = track.y[i] - 30;
            ck_assert_double_eq_tol(sqrt(x * x + y * y), 30, 1e-6);
        }
    vg_track_free(&track);
    const vg_track_options none = {0};
    check_damage(text, &none);
    check_memory("torcs", text, NULL);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A radius from 30 to 60 m in five steps: equal lengths, radii 30, 37.5, ... 60 m, together a right angle.
START_TEST(a_radius_may_change) {
    static const char text[] = TORCS(STR("40") BEND(
        "rgt", "90", "30", NUM("end radius", "m", "60") NUM("profil steps", "1", "5")) STR("40"));
    double angle = 0, x = 40, y = 0, heading = 0;
    for (int k = 0; k < 5; k++) angle += 1 / (30 + 7.5 * k);
    double step = VG_PI / 2 / angle;
    for (int k = 0; k < 5; k++) {
        double r = 30 + 7.5 * k, turn = step / r;
        x += r * (sin(heading + turn) - sin(heading));
        y -= r * (cos(heading) - cos(heading + turn));
        heading += turn;
    }
    vg_track track;
    ck_ok(read_text("torcs", text, NULL, &track, &diag));
    ck_assert(!track.closed);
    int32_t last = track.count - 1;
    ck_assert_double_eq_tol(track.x[last], x, 1e-6); // down from there
    ck_assert_double_eq_tol(track.y[last], y - 40, 1e-6);
    vg_track_free(&track);
}
END_TEST

START_TEST(refuses_bad_tracks) {
    static const char *const bad[][2] = {
        {"<params name='driver'/>", "Track Segments: no segments of a main track"},
        {TORCS("<section name='q'><attstr name='type' val='up'/></section>"),
         "type: 'up'; expected str, lft or rgt"},
        {TORCS(BEND("lft", "90", "0", "")), "radius: 0 in the segment 'b'; expected above 0"},
        {TORCS(STR("1e9")), "lg: 1e+09 in the segment 'a'"},
        {TORCS(STR("abc")), "val: 'abc' in <attnum>"},
        {TORCS(STR("1")), "1 points; expected"}};
    for (int i = 0; i < 6; i++) {
        vg_track track;
        ck_fails(read_text("torcs", bad[i][0], NULL, &track, &diag), VG_ERR_FORMAT, bad[i][1]);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("torcs", reads_a_stadium, a_radius_may_change, refuses_bad_tracks)
