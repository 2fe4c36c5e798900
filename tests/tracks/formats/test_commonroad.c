#include "tests/tracks/formats/format_test.h"

static vg_diag diag;

#define POINT(x, y)            "<point><x>" x "</x><y>" y "</y></point>"
#define BOUND(side, x1, x2, y) "<" side ">" POINT(x1, y) POINT(x2, y) "</" side ">"
#define LANELET(id, x1, x2, l, r, links)                                                                     \
    "<lanelet id='" id "'>" BOUND("leftBound", x1, x2, l) BOUND("rightBound", x1, x2, r) links "</"          \
                                                                                               "lanelet>\n"
#define AFTER(id)    "<successor ref='" id "'/>"
#define ROAD(inside) "<?xml version='1.0'?><commonRoad commonRoadVersion='2020a'>" inside "</commonRoad>"

// Two lanes beside each other, of two lanelets each, and an exit that leaves to the right.
static const char map[] = ROAD(
    LANELET("1", "0", "50", "7", "3.5", AFTER("2") "<adjacentRight ref='3' drivingDir='same'/>")
        LANELET("2", "50", "100", "7", "3.5", "<adjacentRight ref='4' drivingDir='same'/>") LANELET(
            "3", "0", "50", "3.5", "0", AFTER("4") AFTER("5") "<adjacentLeft ref='1' drivingDir='same'/>")
            LANELET("4", "50", "120", "3.5", "0",
                    "<adjacentLeft ref='2' drivingDir='same'/>") "<lanelet id='5'><leftBound>" POINT("50",
                                                                                                     "3.5")
                POINT("70", "-20") "</leftBound><rightBound>" POINT("50", "0")
                    POINT("66", "-20") "</rightBound></lanelet>");

static void check(const char *route, const char *lanes, double y, double width, double length) {
    const vg_track_options options = {.route = route, .lanes = lanes};
    vg_track track;
    ck_ok(read_text("commonroad", map, &options, &track, &diag));
    ck_assert(!track.closed);
    ck_assert_double_eq_tol(track_length(&track), length, 0.5);
    ck_assert_double_eq_tol(track.y[3], y, 0.05);
    ck_assert_double_eq_tol(track.left[3] + track.right[3], width, 0.05);
    vg_track_free(&track);
}

START_TEST(follows_lanelets) {
    check(NULL, NULL, 1.75, 3.5, 120);
    check("1,2", NULL, 5.25, 3.5, 100);
    check("1,2", "all", 3.5, 7, 110);
    check("3", "one", 1.75, 3.5, 50);
    vg_track track;
    const vg_track_options bad[] = {{.route = "1,4"}, {.route = "9"}, {.route = ""}, {.lanes = "right"}};
    ck_fails(read_text("commonroad", map, &bad[0], &track, &diag), VG_ERR_FORMAT,
             "--route: no way leads from the lanelet '1' to '4'");
    ck_fails(read_text("commonroad", map, &bad[1], &track, &diag), VG_ERR_FORMAT,
             "the file has no lanelet '9'");
    ck_fails(read_text("commonroad", map, &bad[2], &track, &diag), VG_ERR_FORMAT, "no lanelet; expected ids");
    ck_fails(read_text("commonroad", map, &bad[3], &track, &diag), VG_ERR_ARGUMENT,
             "--lanes: 'right'; expected one");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_bad_files) {
    static const char *const bad[][2] = {
        {ROAD(""), "no lanelet"},
        {ROAD("<lanelet id='1'><leftBound>" POINT("1", "2") "</leftBound></lanelet>"),
         "leftBound: 1 points; expected"},
        {ROAD("<lanelet id='1'><leftBound><point><x>1</x></point></leftBound></lanelet>"),
         "a point without x and y"},
        {ROAD("<lanelet id='1'><leftBound>" POINT("a", "2") "</leftBound></lanelet>"), "x: 'a' in <x>"}};
    vg_track track;
    for (int i = 0; i < 4; i++)
        ck_fails(read_text("commonroad", bad[i][0], NULL, &track, &diag), VG_ERR_FORMAT, bad[i][1]);
    const vg_track_options none = {0};
    check_damage(map, &none);
    check_memory("commonroad", map, NULL);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

#define AT(x, y, turn)                                                                                       \
    "<initialState><position>" POINT(x, y) "</position><orientation><exact>" turn                            \
                                           "</exact></orientation></initialState>"

// A parked car on the lanelet, one of the older kind, and one far away, which is left out with a warning.
static const char parked[] = ROAD(LANELET("3", "0", "50", "4", "0", AFTER("4")) LANELET(
    "4", "50", "120", "4", "0",
    "") "<staticObstacle "
        "id='7'><type>parkedVehicle</type><shape><rectangle><length>4.5</length><width>1.8</width>"
        "</rectangle></shape>" AT(
            "60", "0.5",
            "0.1") "</staticObstacle>"
                   "<obstacle "
                   "id='8'><role>static</role><shape><circle><radius>0.5</radius></circle></shape>" AT(
                       "80", "3",
                       "0") "</obstacle>"
                            "<obstacle "
                            "id='9'><role>dynamic</role><shape><circle><radius>0.5</radius></circle></"
                            "shape>" AT("85", "3",
                                        "0") "</obstacle>"
                                             "<staticObstacle "
                                             "id='10'><shape><circle><radius>1</radius></circle></shape>" AT(
                                                 "60", "30", "0") "</staticObstacle>");

START_TEST(obstacles_stand_on_the_road) {
    vg_track track;
    vg_road *road;
    ck_ok(read_text("commonroad", parked, NULL, &track, &diag));
    ck_assert_int_eq(track.obstacle_count, 2);
    ck_assert_double_eq(track.obstacles[0].shape.length, 4.5);
    ck_assert_double_eq_tol(track.obstacles[0].shape.heading, 0.1, 1e-12);
    ck_assert_double_eq(track.obstacles[1].shape.radius, 0.5);
    ck_ok(vg_track_road(&track, &road, &diag));
    ck_assert_double_eq_tol(vg_road_get(road).obstacles[0].offset, -1.5, 0.1);
    vg_road_destroy(road);
    vg_track_free(&track);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("commonroad", follows_lanelets, obstacles_stand_on_the_road, survives_bad_files)
