// A drive of 20 m/s north-east, its positions written in every way.
#include <math.h>
#include <string.h>

#include "logs/import/globe.h"
#include "tests/check.h"

static vg_diag diag;
static char warned[400];
static vg_telemetry drive;

static void remember(void *context, const char *text) {
    (void)context;
    snprintf(warned, sizeof warned, "%s", text);
}

enum { ROWS = 20 };

// The drive from this place, each number times `factor`, as ddmm if `ddmm`; speed 0: no speeds.
static void make(double latitude, double longitude, double factor, bool ddmm, double speed) {
    vg_telemetry_free(&drive);
    drive.file = "drive.csv";
    vg_telemetry_add(&drive, VG_QUANTITY_TIME, "t");
    vg_telemetry_add(&drive, VG_QUANTITY_LATITUDE, "lat");
    vg_telemetry_add(&drive, VG_QUANTITY_LONGITUDE, "lon");
    if (speed > 0) vg_telemetry_add(&drive, VG_QUANTITY_SPEED, "speed");
    ck_ok(vg_telemetry_reserve(&drive, ROWS, &diag));
    double metre = 180 / (3.141592653589793 * 6371000), half = sqrt(0.5);
    for (int i = 0; i < ROWS; i++) {
        double now[2] = {latitude + 2 * i * half * metre,
                         longitude + 2 * i * half * metre / cos(latitude * 3.141592653589793 / 180)};
        for (int k = 0; k < 2; k++) {
            double size = fabs(now[k]), value = floor(size) * 100 + (size - floor(size)) * 60;
            drive.columns[1 + k].values[i] = ddmm ? copysign(value, now[k]) : factor * now[k];
        }
        if (factor > 1e5)
            for (int k = 1; k < 3; k++) drive.columns[k].values[i] = floor(drive.columns[k].values[i]);
        drive.columns[0].values[i] = 0.1 * i;
        if (speed > 0) drive.columns[3].values[i] = speed;
        drive.lines[i] = i + 2;
    }
    drive.rows = ROWS;
}

static void exchange(void) {
    double *values = drive.columns[1].values;
    drive.columns[1].values = drive.columns[2].values, drive.columns[2].values = values;
}

static vg_err settle(vg_globe_marks marks) {
    warned[0] = 0;
    return vg_globe_settle(&drive, &marks, &(vg_warnings){.warn = remember}, &diag);
}

// It is read, lies where it was made, and this was said ("": nothing).
static void lies(vg_globe_marks marks, double latitude, double longitude, const char *said) {
    ck_ok(settle(marks));
    ck_assert_msg(*said ? strstr(warned, said) != NULL : !warned[0], "'%s'", warned);
    ck_ok(vg_telemetry_prepare(&drive, &diag));
    double first[2] = {vg_telemetry_value(vg_telemetry_find(&drive, VG_QUANTITY_LATITUDE), 0),
                       vg_telemetry_value(vg_telemetry_find(&drive, VG_QUANTITY_LONGITUDE), 0)};
    ck_assert_msg(fabs(first[0] - latitude) < 1e-5 && fabs(first[1] - longitude) < 1e-5, "%g %g", first[0],
                  first[1]);
}

static const vg_globe_marks untold = {.open = true}, told = {0};

START_TEST(degrees_stay) {
    make(52.07, -1.016, 1, false, 20);
    lies(untold, 52.07, -1.016, "");
    make(-37.8, 350, 1, false, 0);
    lies(untold, -37.8, 350, "");
    make(0.5, 0.5, 1, false, 50); // a speed that is wrong is no reason
    lies(untold, 0.5, 0.5, "");
    make(52.07, -1.016, 1, false, 20);
    drive.columns[1].values[7] = 144; // one that is none: the check of ranges tells it
    lies(untold, 52.07, -1.016, "");
}
END_TEST

START_TEST(exchanged) {
    make(-37.8, 144.97, 1, false, 0);
    exchange();
    lies(told, -37.8, 144.97,
         "latitude and longitude are exchanged: lat is taken as the longitude and lon as the "
         "latitude, for 144.97 is no latitude");
    make(-37.8, 144.97, 1, false, 0); // as ddmm or minutes it would be in the Gulf of Guinea
    exchange();
    lies(untold, -37.8, 144.97, "latitude and longitude are exchanged");
    // By letters.
    make(52.07, -1.016, 1, false, 0);
    exchange();
    lies((vg_globe_marks){.exchanged = true, .letters = true}, 52.07, -1.016, "for their letters say so");
    // What may be a latitude stays: it is only told that the speeds would agree.
    make(52.07, -1.016, 1, false, 20);
    exchange();
    lies(told, -1.016, 52.07, "with lat and lon exchanged the path would agree with the speeds within 1 %");
}
END_TEST

START_TEST(degrees_and_minutes) {
    make(52.07, -1.016, 1, true, 20);
    lies(untold, 52.07, -1.016,
         "lat and lon are taken as degrees and minutes (ddmm.mmmm): 5204.2, -100.96 are");
    make(52.07, -1.016, 1, true, 0);
    lies((vg_globe_marks){.open = true, .letters = true}, 52.07, -1.016, "(ddmm.mmmm)");
    make(52.07, -1.016, 1, true, 0);
    drive.columns[1].unit = drive.columns[2].unit = "ddmm"; // a map says so
    lies(told, 52.07, -1.016, "");
    make(52.07, -1.016, 1, true, 0);
    drive.columns[1].unit = "ddmm", drive.columns[1].values[3] = 5275;
    ck_fails(settle(told), VG_ERR_FORMAT, "drive.csv:5: lat: found 5275; expected degrees and minutes");
}
END_TEST

START_TEST(minutes_of_arc) {
    make(52.07, -1.016, 60, false, 20);
    lies(untold, 52.07, -1.016, "minutes of arc: 3124.2, -60.96 are 52.07");
    make(52.9, -1.016, 60, false, 0); // 3174 has 74 minutes: it is no ddmm
    lies(untold, 52.9, -1.016, "minutes of arc");
    make(52.07, -1.8, 60, false, 0);
    ck_fails(settle(untold), VG_ERR_FORMAT,
             "drive.csv:2: lat: found 3124.2; expected degrees, -90 to 90. It may be degrees and minutes "
             "(ddmm.mmmm) (unit: ddmm), or minutes of arc (unit: arcmin), and no speeds decide");
    make(52.07, -1.016, 60, false, 0);
    lies(told, 52.07 * 60, -1.016 * 60, ""); // the file says degrees: the check of ranges refuses it
}
END_TEST

START_TEST(whole_numbers_and_radians) {
    make(52.07, -1.016, 1e7, false, 0);
    lies(untold, 52.07, -1.016, "ten millionths of a degree");
    make(52.07, -1.016, 1e6, false, 20);
    lies(untold, 52.07, -1.016, "taken as millionths of a degree");
    make(52.07, -1.016, 1e6, false, 0);
    ck_fails(settle(untold), VG_ERR_FORMAT, "millionths of a degree (unit: 1e-6 deg), or ten millionths");
    make(52.07, -1.016, 3.141592653589793 / 180, false, 20);
    lies(untold, 52.07, -1.016, "taken as radians");
    make(52.07, -1.016, 3.141592653589793 / 180, false, 72);
    static const char *const units[] = {"m/s", "km/h", NULL};
    lies((vg_globe_marks){.open = true, .speed_units = units}, 52.07, -1.016, "taken as radians");
    vg_telemetry_free(&drive);
}
END_TEST

START_TEST(no_positions) {
    vg_telemetry_free(&drive);
    ck_ok(settle(untold));
    make(0, 0, 0, false, 20); // no fix at all
    ck_ok(settle(untold));
    vg_telemetry_free(&drive);
}
END_TEST

CK_MAIN("globe", degrees_stay, exchanged, degrees_and_minutes, minutes_of_arc, whole_numbers_and_radians,
        no_positions)
