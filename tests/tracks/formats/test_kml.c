#include "tests/tracks/formats/format_test.h"

static vg_diag diag;

// Two borders 8 m apart, as Google Earth writes them.
#define LINE(name, lat)                                                                                      \
    "<Placemark><name>" name "</name><LineString><coordinates>\n 9.000," lat ",0 9.001," lat ",0\n"          \
    " 9.002," lat ",0 9.003," lat "\n</coordinates></LineString></Placemark>"
#define KML(inside)                                                                                          \
    "<?xml version='1.0'?><kml xmlns='http://www.opengis.net/kml/2.2'><Document>" inside "</Document></kml>"

START_TEST(reads_kml) {
    static const char borders[] = KML(LINE("left", "45.00007198") LINE("right", "45"));
    vg_track track;
    ck_ok(read_text("kml", borders, NULL, &track, &diag));
    ck_assert(!track.closed && track.geodetic);
    ck_assert_double_eq_tol(track_length(&track), 236.54, 0.2);
    ck_assert_double_eq_tol(track.left[5] + track.right[5], 8, 0.02);
    ck_assert_double_gt(track.x[5], track.x[0]); // eastwards, for left is north
    vg_track_free(&track);
    const vg_track_options wide = {.width = 6};
    ck_ok(read_text("kml", KML(LINE("road", "45")), &wide, &track, &diag));
    ck_assert(track.count == 4 && track.left[0] == 3);
    vg_track_free(&track);
    ck_ok(read_text(
        "kml",
        "<k:kml xmlns:k='x' xmlns:gx='y'><gx:Track><gx:coord>9 45 1</gx:coord><gx:coord>9.001 45 1</gx:coord>"
        "<gx:coord>9.002 45.001 1</gx:coord></gx:Track></k:kml>",
        &wide, &track, &diag));
    ck_assert_int_eq(track.count, 3);
    vg_track_free(&track);
    check_memory("kml", borders, NULL);
    check_damage(borders, &wide);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(reads_gpx) {
    static const char route[] =
        "<gpx version='1.1'><rte><name>way</name><rtept lat='45' lon='9'/><rtept lat='45' "
        "lon='9.001'/>\n<rtept lat='45.001' lon='9.001'/></rte></gpx>";
    const vg_track_options wide = {.width = 6};
    vg_track track;
    ck_ok(read_text("gpx", route, &wide, &track, &diag));
    ck_assert(track.count == 3 && strcmp(track.name, "way") == 0);
    vg_track_free(&track);
    ck_fails(read_text("gpx", route, NULL, &track, &diag), VG_ERR_FORMAT, "a line without widths");
    ck_fails(
        read_text("gpx", "<gpx><trk><trkseg><trkpt lat='45'/></trkseg></trk></gpx>", NULL, &track, &diag),
        VG_ERR_FORMAT, "road:1: lon: missing in <trkpt>");
    ck_assert_ptr_null(vg_format_of(vg_track_formats, "a", "<gpx><time>1</time></gpx>", 25)); // a drive
    check_memory("gpx", route, &wide);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(refuses_bad_coordinates) {
    static const char *const bad[] = {"9,45 9.1", "9;45 9;46", "9,x 1,2", "200,100,0 1,2,3", "9,45,1,2 9,45"};
    for (int i = 0; i < 5; i++) {
        char text[300];
        vg_track track;
        snprintf(text, sizeof text, KML("<LineString>\n<coordinates>%s</coordinates></LineString>"), bad[i]);
        ck_assert_msg(read_text("kml", text, NULL, &track, &diag) == VG_ERR_FORMAT, "%s", bad[i]);
    }
    vg_track track;
    ck_fails(read_text("kml", KML("<Placemark/>"), NULL, &track, &diag), VG_ERR_FORMAT, "no line");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("kml", reads_kml, reads_gpx, refuses_bad_coordinates)
