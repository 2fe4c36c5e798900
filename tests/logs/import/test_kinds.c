// Files of other kinds are named; files of telemetry are not.
#include "logs/import/kinds.h"

#include <string.h>

#include "tests/check.h"

static const char *kind(const char *text) {
    const char *found = vg_foreign_kind(text, (int64_t)strlen(text));
    return found ? found : "none";
}

START_TEST(named) {
    static const char *const files[][2] = {
        {"PK\x03\x04 and more", "zip archive"},
        {"\x1F\x8B\x08", "gzip"},
        {"SQLite format 3", "SQLite"},
        {"<?xml version=\"1.0\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">", "KML"},
        {"<OpenDRIVE>", "OpenDRIVE"},
        {"<osm version=\"0.6\">", "Lanelet2"},
        {"{\"_index\": 0, \"cam/image_array\": \"0_cam.jpg\", \"user/angle\": 0.1}", "Donkeycar tub"},
        {"center,left,right,steering,throttle,brake,speed\n", "driving_log.csv"},
        {"IMG/center_2016_12_01.jpg, IMG/left_2016_12_01.jpg, IMG/right_2016_12_01.jpg, 0,0,0,22\n",
         "driving_log.csv"},
        {"ACCELERATION,BRAKE,STEERING,SPEED,TRACK_POSITION,ANGLE,TRACK_EDGE_0\n", "TORCS"},
        {"{\"type\": \"FeatureCollection\", \"features\": []}", "GeoJSON"},
        {"# x_m,y_m,w_tr_right_m,w_tr_left_m\n", "is a road as TUM writes it"},
        {"$GPGGA,120000,5000.0,N", "NMEA"},
        {"\xFF\xFEt\0_\0", "UTF-16"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        ck_assert_msg(strstr(kind(files[i][0]), files[i][1]), "%s: %s", files[i][1], kind(files[i][0]));
}
END_TEST

START_TEST(telemetry_is_not) {
    ck_assert_str_eq(kind(""), "none");
    ck_assert_str_eq(kind("t_s,x_m,y_m,heading_rad,speed_mps\n"), "none");
    ck_assert_str_eq(kind("<gpx version=\"1.1\">"), "none");
    ck_assert_str_eq(kind("{\"tel\": {\"time\": []}}"), "none");
    ck_assert_str_eq(kind("steering,throttle,brake,speed,x,y,t\n"), "none");
}
END_TEST

CK_MAIN("kinds", named, telemetry_is_not)
