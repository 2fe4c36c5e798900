// OpenDRIVE: lanes, offsets, sections and links, by small files written after the standard.
#include "tests/tracks/formats/format_test.h"

static vg_diag diag;

#define WIDTH(a, b) "<width sOffset='0' a='" a "' b='" b "' c='0' d='0'/>"
#define LANE(id, a) "<lane id='" id "' type='driving'>" WIDTH(a, "0") "</lane>"
#define WALK(id)    "<lane id='" id "' type='sidewalk'>" WIDTH("2", "0") "</lane>"
#define CENTER      "<center><lane id='0' type='none'/></center>"
#define LINE(x, y, h)                                                                                        \
    "<planView><geometry s='0' x='" x "' y='" y "' hdg='" h "' length='100'><line/></geometry></planView>"
#define BOTH                                                                                                 \
    "<laneSection s='0'><left>" WALK("2") LANE("1", "3") "</left>" CENTER "<right>" LANE("-1", "3.5")        \
        LANE("-2", "3") WALK("-3") "</right></laneSection>"
#define XODR(inside)                                                                                         \
    "<?xml version='1.0'?><OpenDRIVE><header revMajor='1' revMinor='6'/>" inside "</OpenDRIVE>"
#define ROAD(id, plan, lanes)                                                                                \
    "<road id='" id "' length='100' junction='-1'>" plan "<lanes>" lanes "</lanes></road>"

static const char one[] = XODR(ROAD("7", LINE("0", "0", "0"), BOTH));

static void check_straight(const char *text, const char *lanes, double y, double half, bool forward) {
    const vg_track_options options = {.lanes = lanes};
    vg_track track;
    ck_ok(read_text("xodr", text, &options, &track, &diag));
    ck_assert(!track.closed);
    ck_assert_double_eq_tol(track_length(&track), 100, 1e-6);
    ck_assert_int_eq(track.x[1] > track.x[0], forward);
    for (int32_t i = 0; i < track.count; i++) {
        ck_assert_double_eq_tol(track.y[i], y, 1e-9);
        ck_assert_double_eq_tol(track.left[i], half, 1e-9);
        ck_assert_double_eq_tol(track.right[i], half, 1e-9);
    }
    vg_track_free(&track);
}

START_TEST(lanes_are_chosen) {
    check_straight(one, NULL, -3.25, 3.25, true);
    check_straight(one, "right", -3.25, 3.25, true);
    check_straight(one, "left", 1.5, 1.5, true);
    check_straight(one, "all", -1.75, 4.75, true);
    check_straight(one, "-2", -5, 1.5, true);
    check_straight(one, "-1,1", -0.25, 3.25, true);
    // A road with left lanes alone is driven against its s.
    check_straight(XODR(ROAD("7", LINE("0", "0", "0"),
                             "<laneSection s='0'><left>" LANE("1", "3") "</left>" CENTER "</laneSection>")),
                   NULL, 1.5, 1.5, false);
    // Traffic that keeps left drives with s on the left lanes.
    check_straight(
        XODR("<road rule='LHT' id='7' length='100'>" LINE("0", "0", "0") "<lanes>" BOTH "</lanes></road>"),
        NULL, 1.5, 1.5, true);
    const vg_track_options bad = {.lanes = "up"}, none = {.lanes = "-9"};
    vg_track track;
    ck_fails(read_text("xodr", one, &bad, &track, &diag), VG_ERR_ARGUMENT,
             "--lanes: 'up'; expected right, left, all");
    ck_fails(read_text("xodr", one, &none, &track, &diag), VG_ERR_FORMAT, "none of the chosen lanes at s = ");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Lane 0 lies 2 m to the left, then drifts; the lane is given by its border, and another gets wider.
START_TEST(offsets_and_widths_change) {
    static const char text[] = XODR("<road id='1' length='100'>" LINE(
        "0", "0",
        "0") "<lanes><laneOffset s='0' a='2' b='0' c='0' d='0'/>"
             "<laneOffset s='50' a='2' b='0.02' c='0' d='0'/><laneSection s='0'>" CENTER
             "<right><lane id='-1' type='driving'><border sOffset='0' a='3' b='0' c='0' d='0'/></lane>"
             "<lane id='-2' type='driving'><width sOffset='0' a='1' b='0' c='0' d='0'/>"
             "<width sOffset='60' a='1' b='0.05' c='0' d='0'/></lane></right></laneSection></lanes></road>");
    vg_track track;
    ck_ok(read_text("xodr", text, NULL, &track, &diag));
    for (int32_t i = 0; i < track.count; i++) {
        double s = track.x[i], offset = s < 50 ? 2 : 2 + 0.02 * (s - 50),
               wide = s < 60 ? 1 : 1 + 0.05 * (s - 60);
        ck_assert_double_eq_tol(track.y[i] + track.left[i], offset, 0.02);
        ck_assert_double_eq_tol(track.y[i] - track.right[i], offset - 3 - wide, 0.02);
    }
    vg_track_free(&track);
}
END_TEST

// A lane begins at s = 40 and ends at 80: the road gets wider behind the one and narrower before the other.
START_TEST(sections_are_drawn_out) {
    static const char text[] =
        XODR(ROAD("1", LINE("0", "0", "0"),
                  "<laneSection s='0'>" CENTER
                  "<right>" LANE("-1", "3") "</right></laneSection>"
                                            "<laneSection s='40'>" CENTER "<right>" LANE("-1", "3")
                                                LANE("-2", "1") "</right></laneSection>"
                                                                "<laneSection s='80'>" CENTER "<right>" LANE(
                                                                    "-1", "3") "</right></laneSection>"));
    vg_track track;
    ck_ok(read_text("xodr", text, NULL, &track, &diag));
    for (int32_t i = 0; i < track.count; i++) {
        double s = track.x[i], wide = fmax(0, fmin(1, fmin((s - 40) / 10, (80 - s) / 10)));
        ck_assert_double_eq_tol(track.left[i] + track.right[i], 3 + wide, 0.21);
        ck_assert_double_le(track.left[i] + track.right[i], 3 + (s > 39.9 && s < 80.1 ? 1 : 0) + 1e-9);
        ck_assert_double_eq_tol(track.y[i] + track.left[i], 0, 1e-9);
    }
    vg_track_free(&track);
}
END_TEST

// Four roads of a square; the second runs backwards, the last one's corner is a junction with a wrong way.
#define LINK(a, b)        "<link>" a b "</link>"
#define BEFORE(id, point) "<predecessor elementType='road' elementId='" id "' contactPoint='" point "'/>"
#define AFTER(id, point)  "<successor elementType='road' elementId='" id "' contactPoint='" point "'/>"
#define SECTION                                                                                              \
    "<laneSection s='0'><left>" LANE("1", "3") "</left>" CENTER                                              \
                                               "<right>" LANE("-1", "3") "</right></laneSection>"
#define PIECE(id, link, x, y, h)                                                                             \
    "<road id='" id "' length='100'>" link LINE(x, y, h) "<lanes>" SECTION "</lanes></road>"
static const char net[] = XODR(
    PIECE("a", LINK("", AFTER("b", "end")), "0", "0", "0")
        PIECE("b", LINK(BEFORE("c", "start"), AFTER("a", "end")), "200", "0", "3.14159265358979")
            PIECE("c", LINK(BEFORE("b", "start"), "<successor elementType='junction' elementId='J'/>"), "200",
                  "0", "0") PIECE("on", LINK(BEFORE("c", "end"), AFTER("d", "start")), "300", "0", "0")
                PIECE("off", LINK(BEFORE("c", "end"), ""), "300", "0", "1.5")
                    PIECE("d", LINK("<predecessor elementType='junction' elementId='J'/>", ""), "400", "0",
                          "0") "<junction id='J'><connection id='0' incomingRoad='c' connectingRoad='off' "
                               "contactPoint='start'/>"
                               "<connection id='1' incomingRoad='c' connectingRoad='on' "
                               "contactPoint='start'/></junction>");

START_TEST(roads_are_linked) {
    vg_track track;
    const vg_track_options routes[] = {
        {.route = NULL}, {.route = "a,b,c,d"}, {.route = "a,b"}, {.route = "d"}};
    static const double lengths[] = {500, 500, 200, 100};
    for (int i = 0; i < 4; i++) {
        ck_ok(read_text("xodr", net, &routes[i], &track, &diag));
        ck_assert(!track.closed);
        ck_assert_double_eq_tol(track.x[0], i == 3 ? 400 : 0, 1e-6);
        ck_assert_double_eq_tol(track.x[track.count - 1] - track.x[0], lengths[i], 1e-6);
        for (int32_t k = 1; k < track.count; k++) ck_assert_double_gt(track.x[k], track.x[k - 1] + 0.1);
        // The right lane: to the right of the line, which the second road runs against.
        ck_assert_double_eq_tol(track.y[1], -1.5, 1e-6);
        vg_track_free(&track);
    }
    const vg_track_options bad[] = {{.route = "a,d"}, {.route = "x"}, {.route = "a,b,a"}, {.route = ""}};
    ck_fails(read_text("xodr", net, &bad[0], &track, &diag), VG_ERR_FORMAT,
             "no link leads from the road 'a' to 'd'");
    ck_fails(read_text("xodr", net, &bad[1], &track, &diag), VG_ERR_FORMAT, "the file has no road 'x'");
    ck_fails(read_text("xodr", net, &bad[2], &track, &diag), VG_ERR_FORMAT, "--route: ");
    ck_fails(read_text("xodr", net, &bad[3], &track, &diag), VG_ERR_FORMAT, "--route: no road");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Two half circles that lead into each other are closed, and lane 0's radius is that of the arcs.
START_TEST(a_ring_is_closed) {
    static const char text[] =
        XODR("<road id='1' length='157.07963267948966'><link>" BEFORE("2", "end") AFTER(
            "2", "start") "</link><planView>"
                          "<geometry s='0' x='0' y='0' hdg='0' length='157.07963267948966'><arc "
                          "curvature='0.02'/></geometry></planView>"
                          "<lanes>" SECTION "</lanes></road>"
                          "<road id='2' length='157.07963267948966'><link>" BEFORE("1", "end")
                              AFTER("1", "start") "</link><planView>"
                                                  "<geometry s='0' x='0' y='100' hdg='3.141592653589793' "
                                                  "length='157.07963267948966'><arc curvature='0.02'/>"
                                                  "</geometry></planView><lanes>" SECTION "</lanes></road>");
    vg_track track;
    ck_ok(read_text("xodr", text, NULL, &track, &diag));
    ck_assert(track.closed);
    ck_assert_double_eq_tol(track_length(&track), 2 * 3.14159265 * 51.5, 0.01);
    for (int32_t i = 0; i < track.count; i++) {
        double x = track.x[i], y = track.y[i] - 50;
        ck_assert_double_eq_tol(sqrt(x * x + y * y), 51.5, 1e-6);
    }
    vg_track_free(&track);
}
END_TEST

START_TEST(survives_bad_files) {
    static const char *const bad[][2] = {
        {XODR(""), "road: a map without a road"},
        {XODR("<road id='1' length='9'/>"), "planView: a road without a geometry"},
        {XODR("<road id='1' length='100'>" LINE("0", "0", "0") "</road>"), "lanes: a road without lanes"},
        {XODR(ROAD("1", LINE("0", "0", "0"), SECTION) "\n" ROAD("1", LINE("0", "0", "0"), SECTION)),
         "a second road '1'"},
        {XODR(ROAD("1", LINE("0", "0", "0"),
                   "<laneSection s='0'><right>" WALK("-1") "</right></laneSection>")),
         "no road has a lane of type driving"},
        {XODR(ROAD("1", LINE("0", "0", "0"),
                   "<laneSection s='0'><right>" LANE("2", "3") "</right></laneSection>")),
         "id: a lane without a sound id on the right"}};
    vg_track track;
    for (int i = 0; i < 6; i++)
        ck_fails(read_text("xodr", bad[i][0], NULL, &track, &diag), VG_ERR_FORMAT, bad[i][1]);
    const vg_track_options options = {0};
    check_damage(net, &options);
    check_memory("xodr", net, NULL);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("xodr", lanes_are_chosen, offsets_and_widths_change, sections_are_drawn_out, roads_are_linked,
        a_ring_is_closed, survives_bad_files)
