// CommonRoad: the obstacles that move, in both versions of the format.
#include "logs/import/import_commonroad.h"

#include "tests/logs/import/telemetry_test.h"

#define STATE(tag, time, x)                                                                                  \
    "<" tag "><time><exact>" time "</exact></time><position><point><x>" x "</x><y>2</y></point></position>"  \
    "<orientation><exact>0.5</exact></orientation><velocity><exact>7</exact></velocity></" tag ">\n"
#define HEAD "<?xml version=\"1.0\"?>\n<commonRoad commonRoadVersion=\"2020a\" timeStepSize=\"0.1\">\n"

static const char scenario[] =
    HEAD "<lanelet id=\"1\"/>\n<dynamicObstacle id=\"373\"><type>car</type>\n" STATE(
        "initialState", "0", "1") "<trajectory>\n" STATE("state", "1", "1.7")
        STATE("state", "2", "2.4") "</trajectory></dynamicObstacle>\n<obstacle "
                                   "id=\"9\"><role>dynamic</role>" STATE(
                                       "initialState", "5",
                                       "8") "</obstacle>\n"
                                            "<obstacle id=\"10\"><role>static</role>" STATE(
                                                "initialState", "5", "8") "</obstacle></commonRoad>\n";

START_TEST(obstacles) {
    tf_read("commonroad", scenario, sizeof scenario - 1, "a.xml", NULL);
    ck_assert_int_eq(read_file.rows, 4);
    ck_assert(tf_at(VG_QUANTITY_TIME, 2) == 0.2 && tf_at(VG_QUANTITY_X, 1) == 1.7 &&
              tf_at(VG_QUANTITY_Y, 1) == 2);
    ck_assert(tf_at(VG_QUANTITY_HEADING, 1) == 0.5 && tf_at(VG_QUANTITY_SPEED, 0) == 7);
    ck_assert(tf_at(VG_QUANTITY_DRIVE, 2) == 373 && tf_at(VG_QUANTITY_DRIVE, 3) == 9 &&
              tf_at(VG_QUANTITY_TIME, 3) == 0.5);
    vg_telemetry_free(&read_file);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

static void refused(const char *text, const char *part) {
    tf_refused(&vg_lap_format_commonroad, text, (int64_t)strlen(text), part);
}

START_TEST(bad_files) {
    refused("<commonRoad/>", "file:1: timeStepSize");
    refused(HEAD "</commonRoad>", "file:2: dynamicObstacle: no obstacle moves");
    refused(HEAD "<dynamicObstacle "
                 "id=\"1\"><initialState><time><exact>0</exact></time><position><rectangle/></position></"
                 "initialState></dynamicObstacle></commonRoad>",
            "file:3: position: the state has no exact position");
    refused(HEAD "<dynamicObstacle "
                 "id=\"1\"><initialState><position><point><x>1</x><y>2</y></point></position></"
                 "initialState></dynamicObstacle></commonRoad>",
            "file:3: time: the state has no exact time");
    refused(HEAD
            "<dynamicObstacle id=\"1\">" STATE("initialState", "0", "a") "</dynamicObstacle></commonRoad>",
            "file:3: x");
    tf_memory(&vg_lap_format_commonroad, scenario, sizeof scenario - 1);
}
END_TEST

CK_MAIN("import_commonroad", obstacles, bad_files)
