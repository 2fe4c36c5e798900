#include "tests/tracks/formats/format_test.h"
#include "tracks/formats/geojson.h"
#include "tracks/library.h"

static vg_diag diag;

#define LINE(lat) "[[9.000," lat "],[9.001," lat ",5],[9.002," lat "],[9.003," lat "]]"

START_TEST(reads_geojson) {
    static const char borders[] = "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
                                  "\"properties\":{\"side\":\"left\"},"
                                  "\"geometry\":{\"type\":\"LineString\",\"coordinates\":" LINE(
                                      "45.00007198") "}},\n"
                                                     "{\"type\":\"Feature\",\"properties\":{\"side\":"
                                                     "\"right\"},\"geometry\":{\"type\":\"LineString\","
                                                     "\"coordinates\":" LINE("45") "}}]}";
    vg_track track;
    ck_ok(read_text("geojson", borders, NULL, &track, &diag));
    ck_assert(!track.closed);
    ck_assert_double_eq_tol(track_length(&track), 236.54, 0.2);
    ck_assert_double_eq_tol(track.left[5] + track.right[5], 8, 0.02);
    vg_track_free(&track);
    check_memory("geojson", borders, NULL);
    const vg_track_options wide = {.width = 6};
    check_damage(borders, &wide);
    static const char *const lines[] = {
        "{\"type\":\"LineString\",\"coordinates\":" LINE("45") "}",
        "{\"type\":\"MultiLineString\",\"coordinates\":[" LINE("45") "]}",
        "{\"type\":\"Feature\",\"properties\":null,\"geometry\":{\"type\":"
        "\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\"},{\"type\":\"LineString\","
        "\"coordinates\":" LINE("45") "}]}}"};
    for (int i = 0; i < 3; i++) {
        ck_ok(read_text("geojson", lines[i], &wide, &track, &diag));
        ck_assert(track.count == 4 && track.right[3] == 3);
        vg_track_free(&track);
    }
    ck_fails(
        read_text("geojson", "{\"type\":\"LineString\",\"coordinates\":[[1,2],[3]]}", NULL, &track, &diag),
        VG_ERR_FORMAT, "road: coordinates: point 2 of the line '' is not [longitude, latitude]");
    ck_fails(read_text("geojson", "{\"type\":\"LineString\",\n", NULL, &track, &diag), VG_ERR_FORMAT,
             "road:2: no JSON");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// The lines are where they should be, and the road comes back to the last bit.
START_TEST(writes_geojson) {
    vg_track track, again;
    ck_ok(vg_track_read("hairpins", NULL, &track, &diag));
    track.geodetic = true, track.latitude = 43.7, track.longitude = 7.4;
    vg_text text = {0};
    vg_track_format_geojson.write(&track, &text);
    ck_ok(read_text("geojson", text.bytes, NULL, &again, &diag));
    ck_assert(again.count == track.count && again.closed && again.latitude == 43.7 && again.geodetic);
    for (int32_t i = 0; i < track.count; i++)
        ck_assert(again.x[i] == track.x[i] && again.y[i] == track.y[i] && again.left[i] == track.left[i] &&
                  again.right[i] == track.right[i]);
    vg_track_free(&again);
    // Without the road's own numbers its two edges make it again, within what nine decimals of a degree hold.
    char *road = strstr(text.bytes, "\"road\""), *centre = strstr(text.bytes, "{\"type\": \"Feature\",");
    memcpy(road, "\"ruad\"", 6);
    char *left = strstr(road, "{\"type\": \"Feature\",");
    memset(centre, ' ', (size_t)(left - centre)); // the centre line, too
    const vg_track_options there = {.at_origin = true, .latitude = 43.7, .longitude = 7.4};
    ck_ok(read_text("geojson", text.bytes, &there, &again, &diag));
    ck_edges_come_back(&track, &again, 0, 0.3);
    vg_track_free(&again);
    vg_text_free(&text);
    vg_track_free(&track);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// "-0" is an integer of JSON, which has no sign.
START_TEST(keeps_minus_zero) {
    static const char plain[] = "x_m,y_m,w_right_m,w_left_m\n1,3,4,5\n30,-0,4,5\n40,20,4,5\n20,35,4,5\n";
    vg_track track, again;
    ck_ok(read_text("plain", plain, NULL, &track, &diag));
    vg_text text = {0};
    vg_track_format_geojson.write(&track, &text);
    ck_ok(read_text("geojson", text.bytes, NULL, &again, &diag));
    ck_assert(again.y[1] == 0 && signbit(again.y[1]));
    vg_track_free(&again);
    vg_text_free(&text);
    vg_track_free(&track);
}
END_TEST

START_TEST(reads_arrays) {
    static const char text[] =
        "{\"X_i\":[1,9,9,1],\"Y_i\":[1,1,9,9],\"X_o\":[0,10,10,0],\"Y_o\":[0,0,10,10]}";
    vg_track track;
    ck_ok(read_text("borders-json", text, NULL, &track, &diag));
    ck_assert(track.closed);
    ck_assert_double_eq_tol(track_length(&track), 36, 1.5);
    vg_track_free(&track);
    const vg_track_options wide = {.width = 1};
    ck_ok(read_text("borders-json", "{\"X\":[0,9,9],\"Y\":[0,0,9]}", &wide, &track, &diag));
    ck_assert_int_eq(track.count, 3);
    vg_track_free(&track);
    ck_fails(read_text("borders-json", "{\"X\":[0,9,9],\"Y\":[0,9]}", NULL, &track, &diag), VG_ERR_FORMAT,
             "road: Y: 2 numbers; expected as many as X has");
    check_memory("borders-json", text, NULL);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("geojson", reads_geojson, writes_geojson, keeps_minus_zero, reads_arrays)
