#include "tests/tracks/formats/format_test.h"

static vg_diag diag;

// Nodes 1 to 4 on the left bound, 5 to 8 in the middle, 9 to 12 on the right one; 20 m apart, lanes 3 m wide.
#define NODE(id, x, y)                                                                                       \
    "<node id='" id "' lat='0' lon='0'><tag k='local_x' v='" x "'/><tag k='local_y' v='" y "'/></node>\n"
#define ROW(a, b, c, d, y) NODE(a, "0", y) NODE(b, "20", y) NODE(c, "40", y) NODE(d, "60", y)
#define WAY(id, a, b)      "<way id='" id "'><nd ref='" a "'/><nd ref='" b "'/></way>\n"
#define LANELET(id, left, right, subtype)                                                                    \
    "<relation id='" id "'><member type='way' role='left' ref='" left                                        \
    "'/><member type='way' role='right' ref='" right                                                         \
    "'/><tag k='type' v='lanelet'/><tag k='subtype' v='" subtype "'/></relation>\n"
#define OSM(inside) "<?xml version='1.0'?><osm version='0.6'>" inside "</osm>"

static const char map[] =
    OSM(ROW("1", "2", "3", "4", "6") ROW("5", "6", "7", "8", "3") ROW("9", "10", "11", "12", "0")
            WAY("a1", "1", "2") WAY("a2", "2", "3") WAY("a3", "4", "3") // the last one runs backwards
        WAY("b1", "5", "6") WAY("b2", "6", "7") WAY("b3", "7", "8") WAY("c1", "9", "10") WAY("c2", "11", "10")
            LANELET("l1", "a1", "b1", "road") LANELET("l2", "a2", "b2", "road")
                LANELET("l3", "a3", "b3", "highway") LANELET("r1", "b1", "c1", "road")
                    LANELET("r2", "b2", "c2", "road") LANELET("w", "c1", "a1", "walkway"));

START_TEST(follows_lanelets) {
    static const struct {
        const char *route, *lanes;
        double y, width, length;
    } cases[] = {{NULL, NULL, 4.5, 3, 60},
                 {"r1,r2", NULL, 1.5, 3, 40},
                 {"l1,l3", NULL, 4.5, 3, 60},
                 {"l1,l2", "all", 3, 6, 40}};
    for (int i = 0; i < 4; i++) {
        const vg_track_options options = {.route = cases[i].route, .lanes = cases[i].lanes};
        vg_track track;
        ck_ok(read_text("lanelet2", map, &options, &track, &diag));
        ck_assert(!track.geodetic && track.x[1] > track.x[0]);
        ck_assert_double_eq_tol(track_length(&track), cases[i].length, 0.1);
        ck_assert_double_eq_tol(track.y[5], cases[i].y, 0.02);
        ck_assert_double_eq_tol(track.left[5] + track.right[5], cases[i].width, 0.02);
        vg_track_free(&track);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(degrees_become_metres) {
    static const char text[] = OSM("<node id='1' lat='49.00003' lon='8'/><node id='2' lat='49.00003' "
                                   "lon='8.001'/><node id='3' lat='49' lon='8'/>"
                                   "<node id='4' lat='49' lon='8.001'/>" WAY("a", "1", "2") WAY("b", "3", "4")
                                       LANELET("x", "a", "b", "road"));
    vg_track track;
    ck_ok(read_text("lanelet2", text, NULL, &track, &diag));
    ck_assert(track.geodetic && track.latitude == 49.00003 && track.longitude == 8);
    ck_assert_double_eq_tol(track_length(&track), 73.17, 0.05);
    ck_assert_double_eq_tol(track.left[3] + track.right[3], 3.336, 0.01);
    vg_track_free(&track);
}
END_TEST

START_TEST(survives_bad_files) {
    static const char *const bad[][2] = {
        {OSM(""), "no lanelet"},
        {OSM(LANELET("x", "a", "b", "road")), "left: the lanelet 'x' has no way for its left bound"},
        {OSM(WAY("a", "1", "2") LANELET("x", "a", "a", "road")), "nd: a node that the file does not hold"},
        {OSM("<node id='1' lat='95' lon='0'/><way id='a'><nd ref='1'/></way>" LANELET("x", "a", "a", "road")),
         "latitude 95"},
        {OSM(NODE("1", "0", "0") "<way id='a'><nd ref='1'/></way>" LANELET("x", "a", "a", "road")),
         "way: 1 nodes"}};
    vg_track track;
    for (int i = 0; i < 5; i++)
        ck_fails(read_text("lanelet2", bad[i][0], NULL, &track, &diag), VG_ERR_FORMAT, bad[i][1]);
    const vg_track_options none = {0};
    check_damage(map, &none);
    check_memory("lanelet2", map, NULL);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("lanelet2", follows_lanelets, degrees_become_metres, survives_bad_files)
