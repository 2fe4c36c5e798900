// GPX: tracks with times, speeds where they stand, and what is refused.
#include "logs/import/import_gpx.h"

#include "tests/logs/import/telemetry_test.h"

static const char two_tracks[] =
    "<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" xmlns=\"http://www.topografix.com/GPX/1/1\" "
    "xmlns:t=\"http://www.garmin.com/xmlschemas/TrackPointExtension/v2\">\n"
    "<wpt lat=\"1\" lon=\"2\"/>\n<trk><trkseg>\n"
    "<trkpt lat=\"50.5\" "
    "lon=\"4.25\"><time>2021-04-04T10:00:23.500Z</time><extensions><t:TrackPointExtension><t:speed>24.5</"
    "t:speed><t:course>90</t:course></t:TrackPointExtension></extensions></trkpt>\n"
    "<trkpt lat=\"50.6\" lon=\"4.26\"><time>2021-04-04T12:00:24+02:00</time></trkpt>\n"
    "</trkseg><trkseg/><trkseg>\n<trkpt lat=\"50.7\" "
    "lon=\"4.27\"><time>2021-04-04T10:00:25Z</time></trkpt>\n</trkseg></trk>\n"
    "<trk><trkseg><trkpt lat=\"50.8\" "
    "lon=\"4.28\"><time>2021-04-04T10:10:00Z</time><speed>3</speed></trkpt></trkseg></trk>\n</gpx>\n";

START_TEST(tracks) {
    tf_read("gpx", two_tracks, sizeof two_tracks - 1, "a.gpx", NULL);
    ck_assert_int_eq(read_file.rows, 4);
    ck_assert_double_eq(read_file.epoch, 1617530423);
    ck_assert(tf_at(VG_QUANTITY_TIME, 0) == 0.5 && tf_at(VG_QUANTITY_TIME, 1) == 1 &&
              tf_at(VG_QUANTITY_TIME, 2) == 2);
    ck_assert(tf_at(VG_QUANTITY_LATITUDE, 2) == 50.7 && tf_at(VG_QUANTITY_LONGITUDE, 0) == 4.25);
    ck_assert(tf_at(VG_QUANTITY_SPEED, 0) == 24.5 && isnan(tf_at(VG_QUANTITY_SPEED, 1)) &&
              tf_at(VG_QUANTITY_SPEED, 3) == 3);
    ck_assert(tf_at(VG_QUANTITY_DRIVE, 2) == 0 && tf_at(VG_QUANTITY_DRIVE, 3) == 1);
    ck_assert(fabs(tf_at(VG_QUANTITY_HEADING, 0)) < 1e-15 && read_file.lines[0] == 5);
    vg_telemetry_free(&read_file);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

static void refused(const char *text, const char *part) {
    tf_refused(&vg_lap_format_gpx, text, (int64_t)strlen(text), part);
}

#define POINT(inside)                                                                                        \
    "<gpx>\n<trk><trkseg>\n<trkpt lat=\"1\" lon=\"2\">" inside "</trkpt></trkseg></trk></gpx>"

START_TEST(bad_files) {
    refused(POINT(""), "file:3: time: the point has no time, as in a drawn route");
    refused(POINT("<time>10:00:00</time>"), "file:3: time: '10:00:00' is not a date and time");
    refused(POINT("<time>2021-04-04T10:00:00Z</time><speed>fast</speed>"), "file:3");
    refused("<gpx><rte><rtept lat=\"1\" lon=\"2\"/></rte></gpx>", "file:1: trkpt: there is no track");
    refused("<gpx><trk><trk><trkseg><trkpt/></trkseg></trk></trk></gpx>", "there is no track");
    refused(
        "<gpx><trk><trkseg><trkpt lon=\"2\"><time>2021-04-04T10:00:00Z</time></trkpt></trkseg></trk></gpx>",
        "file:1: lat");
    refused("<gpx><trk>", "file:1");
    tf_memory(&vg_lap_format_gpx, two_tracks, sizeof two_tracks - 1);
}
END_TEST

START_TEST(exchanged) {
    char warned[300];
    static const char text[] =
        "<gpx><trk><trkseg><trkpt lat=\"144.9\" lon=\"-37.8\"><time>2021-04-04T10:00:00Z"
        "</time></trkpt></trkseg></trk></gpx>";
    tf_read("gpx", text, sizeof text - 1, "a.gpx", warned);
    ck_assert(tf_at(VG_QUANTITY_LATITUDE, 0) == -37.8 && tf_at(VG_QUANTITY_LONGITUDE, 0) == 144.9);
    ck_assert_ptr_nonnull(strstr(warned, "latitude and longitude are exchanged"));
    vg_telemetry_free(&read_file);
}
END_TEST

CK_MAIN("import_gpx", tracks, bad_files, exchanged)
