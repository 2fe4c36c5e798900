// Each error in a lap's CSV has one line of message that says where it is and what was expected.
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "logs/import/import_map.h"
#include "logs/import/lap_formats.h"
#include "logs/import/text_formats.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

#define HEADER "t_s,x_m,y_m,heading_rad,speed_mps"
#define ROWS   "0.0,1,2,0.1,5\n0.1,1.5,2,0.1,5.5\n"

static char warned[300]; // the last warning; "": none

static void remember(void *context, const char *text) {
    (void)context;
    snprintf(warned, sizeof warned, "%s", text);
}

static vg_err parse(const char *text, vg_lap *lap) {
    warned[0] = 0;
    return vg_lap_parse(&vg_lap_format_csv, text, (int64_t)strlen(text), "lap.csv",
                        &(vg_warnings){.warn = remember}, lap, &diag);
}

static void refused(const char *text, const char *part) {
    vg_lap lap;
    int64_t live = vg_memory_live();
    ck_fails(parse(text, &lap), VG_ERR_FORMAT, part);
    ck_assert_ptr_null(lap.samples);
    ck_assert_int_eq(vg_memory_live(), live);
}

START_TEST(five_columns) {
    vg_lap lap;
    ck_ok(parse(HEADER "\n" ROWS, &lap));
    ck_assert_int_eq(lap.count, 2);
    ck_assert(vg_lap_row(&lap, 0) == 2 && vg_lap_row(&lap, 1) == 3);
    ck_assert(lap.samples[1].t == 0.1 && lap.samples[1].x == 1.5 && lap.samples[1].y == 2);
    ck_assert(lap.samples[1].heading == 0.1 && lap.samples[1].speed == 5.5);
    ck_assert(isnan(lap.samples[0].steer) && isnan(lap.samples[0].throttle) && isnan(lap.samples[0].brake));
    vg_lap_free(&lap);
}
END_TEST

START_TEST(what_is_passed_over) {
    vg_lap lap;
    ck_ok(parse("\xEF\xBB\xBF" HEADER
                ",brake , steer\r\n0, 1,2 ,0.1,5,0.5,-0.01\r\n1e-1,1.5,2,0.1,5.5,1,0.02\r\n\r\n\n",
                &lap));
    ck_assert_int_eq(lap.count, 2);
    ck_assert(lap.samples[0].brake == 0.5 && lap.samples[1].steer == 0.02 && isnan(lap.samples[1].throttle));
    vg_lap_free(&lap);
    ck_ok(parse("speed_mps,y_m,x_m,heading_rad,t_s\n5,2,1,0.1,0\n", &lap));
    ck_assert(lap.samples[0].speed == 5 && lap.samples[0].y == 2 && lap.samples[0].x == 1);
    vg_lap_free(&lap);
}
END_TEST

START_TEST(what_is_warned_of) {
    vg_lap lap;
    ck_ok(parse(HEADER "\n" ROWS "\n \n", &lap));
    ck_assert_str_eq(warned, "");
    vg_lap_free(&lap);
    // Perhaps cut off: all fields are there, and the last of them may be incomplete.
    ck_ok(parse(HEADER "\n0.0,1,2,0.1,5\n0.1,1.5,2,0.1,5.5", &lap));
    ck_assert_int_eq(lap.count, 2);
    ck_assert(lap.samples[1].speed == 5.5);
    ck_assert_ptr_nonnull(strstr(warned, "lap.csv:3: the last row has no line end"));
    ck_assert_ptr_nonnull(strstr(warned, "'5.5'"));
    vg_lap_free(&lap);
    // Other columns are left out, wherever they are and whatever they hold.
    ck_ok(parse("gear,t_s,x_m,note,y_m,heading_rad,speed_mps\n3,0,1,a b,2,0.1,5\n4,0.1,1.5,,2,0.1,5.5\n",
                &lap));
    ck_assert_str_eq(warned, "lap.csv:1: no column of a lap, left out: 'gear', 'note'");
    ck_assert(lap.samples[0].x == 1 && lap.samples[1].y == 2 && lap.samples[1].speed == 5.5);
    vg_lap_free(&lap);
}
END_TEST

START_TEST(bad_headers) {
    refused("", "lap.csv: the file is empty");
    refused("\n \n", "lap.csv: the file is empty");
    refused("0,1,2,3,4\n", "lap.csv:1: begins with numbers; expected a header with t_s, x_m, y_m");
    refused("# a lap\nheading_rad,x_m,t_s\n",
            "lap.csv:2: y_m: the column is missing from 'heading_rad,x_m,t_s'");
    refused("x_m,y_m\n1,2\n", "t_s: the column is missing from 'x_m,y_m'");
    refused("x_m,y_m,Zeit\n1,2,3\n", "or a column map (--map) that says which column is what");
    refused("t_s,x_m,y_m\r0,1,2\r1,2,2\r", "lap.csv:1: its lines end in CR alone");
    refused("x_m,y_m\n1,2\n", "(places without times can be a road, --road, but no lap)");
    refused("t_s,x_m,y_m,heading_rad\n0,1,2,3\n", "lap.csv: speed_mps: the column is missing");
    refused(HEADER ",x_m\n" ROWS, "lap.csv:1: x_m: a column twice");
    refused(HEADER ",steer,throttle,brake,steer\n" ROWS, "lap.csv:1: steer: a column twice");
    char wide[2200] = HEADER;
    for (int i = 5; i < 1025; i++) strcat(wide, ",a");
    refused(wide, "lap.csv:1: a header of 1025 columns");
    refused("t_s,x_m,y_m,speed (furlong)\n[s],[m],[m],furlong\n0,1,2,3\n",
            "lap.csv:1: speed (furlong): is in 'furlong'");
    refused(HEADER "\n", "lap.csv:1: a header and no rows");
}
END_TEST

START_TEST(bad_rows) {
    refused(HEADER "\n" ROWS "0.2,1,2\n", "lap.csv:4: heading_rad: 3 fields; expected 5");
    refused(HEADER "\n" ROWS "0.2,1,2,3,4,5\n", "lap.csv:4: 6 fields; expected 5");
    refused(HEADER "\n" ROWS "0.2,abc,2,0.1,5\n", "lap.csv:4: x_m: 'abc' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,,2,0.1,5\n", "lap.csv:4: x_m: no value; expected metres");
    refused(HEADER "\n" ROWS "0.2,1,nan,0.1,5\n", "lap.csv:4: y_m: no value; expected metres");
    refused(HEADER "\n" ROWS ",1,2,0.1,5\n", "lap.csv:4: t_s: '' is not a finite number; expected seconds");
    refused(HEADER "\n" ROWS "1e13,1,2,0.1,5\n", "lap.csv:4: t_s: '1e13' is not a time");
    refused(HEADER "\n" ROWS "2024-05-04T10:00:00Z,1,2,0.1,5\n",
            "lap.csv:4: t_s: '2024-05-04T10:00:00Z' is not a time without a date");
    refused(HEADER "\n" ROWS "0.2,\"1,5\",2,0.1,5\n", "lap.csv:4: x_m: '1,5' is not a finite number");
    refused("t_s;x_m;y_m\n0;1.000,5;2\n", "lap.csv:2: x_m: '1.000,5' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,1,2,inf,5\n", "lap.csv:4: heading_rad: 'inf' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,1,2,0.1,1e999\n", "lap.csv:4: speed_mps: '1e999' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,1,2,0.1,-3\n", "lap.csv:4: speed_mps: found -3; expected 0 to 1000");
    refused(HEADER "\n" ROWS "0.2,1e9,2,0.1,3\n", "lap.csv:4: x_m: found 1e+09; expected metres");
    refused(HEADER ",brake\n0,1,2,3,4,155\n", "lap.csv:2: brake: found 155 %; expected 0 to 1");
    refused(HEADER "\n" ROWS "0.05,1,2,0.1,5\n", "lap.csv:4: t_s: time runs backwards, from 0.1 to 0.05 s");
    refused(HEADER "\n" ROWS "0.1,1,2,0.1,5\n", "lap.csv:4: t_s: time stands still");
}
END_TEST

START_TEST(a_file_cut_off) {
    refused(HEADER "\n0.0,1,2,0.1,5\n0.1,1.5,2", "lap.csv:3: heading_rad: 3 fields");
    refused(HEADER "\n0.0,1,2,0.1,5\n0.1,1.5,2,0.1,", "lap.csv:3: speed_mps: no value");
    refused(HEADER "\n0.0,1,2,0.1,5.50\n0.1,1.5,2,0.1,12.25\n0.2,2,2,0.1,12.2",
            "lap.csv:4: speed_mps: '12.2' and no line end: the file was cut off; expected 2 decimals");
    refused("t_s,x_m,y_", "lap.csv:1: y_m: the column is missing from 't_s,x_m,y_'");
    refused(HEADER, "a header and no rows");
    refused(HEADER "\n0.0,1,2,0.1,5\n0.1,1.5,2,\"0.1,5", "lap.csv:3: speed_mps: 4 fields; expected 5");
    vg_lap lap;
    static const char zero[] = HEADER "\n0.0,1\0,2,0.1,5\n";
    ck_fails(vg_lap_parse(&vg_lap_format_csv, zero, sizeof zero - 1, "lap.csv", NULL, &lap, &diag),
             VG_ERR_FORMAT, "lap.csv:2: a zero byte");
}
END_TEST

START_TEST(a_missing_file) {
    vg_lap lap;
    ck_fails(vg_lap_read(NULL, "no/such/lap.csv", NULL, &lap, &diag), VG_ERR_NOT_FOUND, "no/such/lap.csv");
    ck_assert_ptr_null(lap.samples);
}
END_TEST

// --- as the world writes it -------------------------------------------------------------------------------

// The same two rows, however they are written.
static void same(const char *text, int64_t line) {
    vg_lap lap;
    ck_ok(parse(text, &lap));
    ck_assert_int_eq(lap.count, 2);
    const vg_log_sample *s = &lap.samples[1];
    ck_assert(s->t == 0.1 && s->x == 1.5 && s->y == 2 && s->heading == 0.1);
    ck_assert_double_eq_tol(s->speed, 5.5, 1e-12);
    ck_assert_int_eq(vg_lap_row(&lap, 1), line);
    vg_lap_free(&lap);
    ck_assert_int_eq(vg_memory_live(), 0);
}

START_TEST(dialects) {
    same(
        "\"t_s\",\"x_m\",\"y_m\",\"heading_rad\",\"speed_mps\"\n\"0\",1,2,0.1,5\n\"0.1\",\"1.5\",2,0.1,5.5\n",
        3);
    same("t_s;x_m;y_m;heading_rad;speed_mps\n0;1;2;0,1;5\n0,1;1,5;2;0,1;5,5\n", 3);
    same("t_s;x_m;y_m;heading_rad;speed_mps\n0;1;2;0.1;5\n0.1;1.5;2;0.1;5.5\n", 3);
    same("t_s\tx_m\ty_m\theading_rad\tspeed_mps\n0\t1\t2\t0.1\t5\n0,1\t1.5\t2\t0.1\t5.5\n", 3);
    same("T_S,X_M,Y_M,Heading_Rad,SPEED_MPS\n0,1,2,.1,5\n+0.1,1.5e0,2.,0.1,55E-1\n", 3);
    same("# session 3, dry\n\n" HEADER "\n\n0,1,2,0.1,5\n# noise\n\n0.1,1.5,2,0.1,5.5\n", 8);
    same("# " HEADER "\n0,1,2,0.1,5\n0.1,1.5,2,0.1,5.5\n", 3);
    same(HEADER "\ns,m,m,rad,km/h\n0,1,2,0.1,18\n0.1,1.5,2,0.1,19.8\n", 4);
    same("Driver,A\nCar,B\n" HEADER "\n0,1,2,0.1,5\n0.1,1.5,2,0.1,5.5\n", 5);
    same("t_ms,x_cm,y_cm,heading_rad,speed_kmh\n0,100,200,0.1,18\n100,150,200,0.1,19.8\n", 3);
    same("Time (ms),X [m],Y [m],Yaw [rad],Speed (Km/h)\n0,1,2,0.1,18\n100,1.5,2,0.1,19.8\n", 3);
    same("\xEF\xBB\xBF" HEADER ",,\r\n0,1,2,0.1,5,,\r\n0.1,1.5,2,0.1,5.5,,\r\n", 3);
    same(HEADER "\n0,1,2,0.1,5,,,\n0.1,1.5,2,0.1,5.5,\n", 3); // empty fields too many
}
END_TEST

static vg_telemetry columns; // of the last file read

static const double *read_as(const vg_lap_format *format, const char *text, vg_quantity quantity) {
    const vg_telemetry_source source = {text, (int64_t)strlen(text), "lap.csv", NULL,
                                        &(vg_warnings){.warn = remember}};
    vg_telemetry_free(&columns);
    warned[0] = 0;
    ck_ok(vg_telemetry_parse(format, &source, &columns, &diag));
    ck_ok(vg_telemetry_prepare(&columns, &diag));
    const vg_telemetry_column *column = vg_telemetry_find(&columns, quantity);
    return column ? column->values : NULL;
}

START_TEST(times_with_dates) {
    const double *t =
        read_as(NULL, "t_s,x_m,y_m\n2024-05-04T10:00:01.25Z,0,0\n2024-05-04T12:00:01.5+02:00,1,0\n",
                VG_QUANTITY_TIME);
    ck_assert(t[0] == 0.25 && t[1] == 0.5 && columns.epoch == 1714816801);
    t = read_as(NULL, "t_s,x_m,y_m\n1714816801.05,0,0\n1714816801.15,1,0\n", VG_QUANTITY_TIME);
    ck_assert(t[0] == 0.05 && t[1] == 0.15 && columns.epoch == 1714816801);
    t = read_as(NULL, "t_ms,x_m,y_m\n1714816801050,0,0\n1714816801150,1,0\n", VG_QUANTITY_TIME);
    ck_assert(t[0] == 0.05 && t[1] == 0.15 && columns.epoch == 1714816801);
    t = read_as(NULL, "time,x_m,y_m\n23:59:59.5,0,0\n00:00:00.5,1,0\n0:00:01,2,0\n", VG_QUANTITY_TIME);
    ck_assert(t[0] == 86399.5 && t[1] == 86400.5 && t[2] == 86401 && columns.epoch == 0);
    t = read_as(NULL, "time,x_m,y_m\n0 days 00:01:02.500000,0,0\n0 days 00:01:03,1,0\n", VG_QUANTITY_TIME);
    ck_assert(t[0] == 62.5 && t[1] == 63);
    vg_telemetry_free(&columns);
}
END_TEST

// Rows 0.1 s and 2 m apart, in a column of times that tells no unit.
static void check_time(const char *name, const char *a, const char *b, const char *c, const char *said) {
    char text[300];
    snprintf(text, sizeof text, "%s,x_m,y_m\n%s,0,0\n%s,2,0\n%s,4,0\n", name, a, b, c);
    const double *t = read_as(NULL, text, VG_QUANTITY_TIME);
    ck_assert_double_eq_tol(t[1] - t[0], 0.1, 2e-6);
    ck_assert_double_eq_tol(t[2] - t[0], 0.2, 2e-6);
    if (said)
        ck_assert_ptr_nonnull(strstr(warned, said));
    else
        ck_assert_str_eq(warned, "");
    vg_telemetry_free(&columns);
}

START_TEST(units_of_time) {
    check_time("timestamp", "1714816801050", "1714816801150", "1714816801250", "as ms since 1970");
    check_time("utc", "1714816801050000", "1714816801150000", "1714816801250000", "as us since 1970");
    check_time("time", "1714816801050000000", "1714816801150000000", "1714816801250000000",
               "as ns since 1970");
    check_time("time", "0", "100", "200", "time is taken as ms: 0.1 s between rows then, and 20 m/s");
    check_time("t", "5e5", "6e5", "7e5", "t is taken as us");
    check_time("time", "45416.5", "45416.5000011574", "45416.5000023148", "time is taken as d");
    check_time("gps_time", "518400.3", "518400.4", "518400.5", NULL);
    check_time("tow_ms", "518400300", "518400400", "518400500", NULL);
    check_time("Time (minutes)", "1", "1.00166666667", "1.00333333333", NULL);
    // What is plausible in seconds stays: a fix every 10 s; a car that stands.
    const double *t = read_as(NULL, "time,x_m,y_m\n0,0,0\n10,100,0\n20,200,0\n", VG_QUANTITY_TIME);
    ck_assert(t[1] == 10 && !warned[0]);
    t = read_as(NULL, "time,x_m,y_m\n0,0,0\n1,0.02,0\n2,0,0\n", VG_QUANTITY_TIME);
    ck_assert(t[1] == 1 && !warned[0]);
    vg_telemetry_free(&columns);
    vg_telemetry_source source = {"t_s,x_m,y_m\n5e12,0,0\n", 21, "lap.csv", NULL, NULL};
    ck_fails(vg_telemetry_parse(&vg_lap_format_csv, &source, &columns, &diag), VG_ERR_FORMAT,
             "is not a time; expected seconds, at most 1e12 either way (a name like time_ms tells the unit)");
}
END_TEST

START_TEST(what_is_not_measured) {
    const double *v =
        read_as(NULL, "t_s,x_m,y_m,speed_mps\n0,1,2,\n1,,,5\n2,nan,NaN,N/A\n3,-,null,6\n", VG_QUANTITY_SPEED);
    ck_assert_int_eq(columns.rows, 3); // the third has nothing but a time
    ck_assert(isnan(v[0]) && v[1] == 5 && v[2] == 6);
    ck_assert(isnan(vg_telemetry_find(&columns, VG_QUANTITY_X)->values[1]));
    ck_assert(columns.lines[0] == 2 && columns.lines[1] == 3 && columns.lines[2] == 5);
    read_as(NULL, "t_s,x_m,y_m,lap\n0,1,2,\n1,2,2,\n", VG_QUANTITY_LAP);
    ck_assert_ptr_null(vg_telemetry_find(&columns, VG_QUANTITY_LAP)); // nothing in it
    vg_telemetry_free(&columns);
}
END_TEST

START_TEST(units_by_comparison) {
    // 20 m in 1 s at 72 km/h: the file does not say so.
    read_as(NULL, "t,x,y,speed\n0,0,0,72\n1,20,0,72\n2,40,0,72\n", VG_QUANTITY_SPEED);
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_SPEED)->unit, "km/h");
    ck_assert_ptr_nonnull(strstr(warned, "speed is taken as km/h, positions as m"));
    read_as(NULL, "t,x,y,speed\n0,0,0,72\n1,200,0,72\n2,400,0,72\n", VG_QUANTITY_SPEED);
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_SPEED)->unit, "km/h");
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_X)->unit, "dm");
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_Y)->unit, "dm");
    // A wheel's speed 10 % high is no other unit; what fits nothing stays as it is.
    read_as(NULL, "t,x,y,speed\n0,0,0,22\n1,20,0,22\n2,40,0,22\n", VG_QUANTITY_SPEED);
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_SPEED)->unit, "m/s");
    ck_assert_str_eq(warned, "");
    read_as(NULL, "t,x,y,speed\n0,0,0,1e5\n1,20,0,1e5\n2,40,0,1e5\n", VG_QUANTITY_SPEED);
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_SPEED)->unit, "m/s");
    // A unit in the name is the file's word.
    read_as(NULL, "t,x,y,speed_mps\n0,0,0,72\n1,20,0,72\n2,40,0,72\n", VG_QUANTITY_SPEED);
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_SPEED)->unit, "m/s");
    // On the globe: 0.001 degrees of latitude are 111 m.
    read_as(NULL, "t,lat,lon,speed\n0,50,4,400\n1,50.001,4,400\n2,50.002,4,400\n", VG_QUANTITY_SPEED);
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_SPEED)->unit, "km/h");
    read_as(NULL, "t,x,y,throttle,brake\n0,0,0,100,0.5\n1,1,0,3,1\n", VG_QUANTITY_THROTTLE);
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_THROTTLE)->unit, "%");
    ck_assert_str_eq(vg_telemetry_find(&columns, VG_QUANTITY_BRAKE)->unit, "1");
    vg_telemetry_free(&columns);
}
END_TEST

START_TEST(drives_are_put_together) {
    const double *x =
        read_as(NULL, "drive,t_s,x_m,y_m\n2,0,20,0\n1,0,10,0\n2,1,21,0\n1,1,11,0\n", VG_QUANTITY_X);
    ck_assert(x[0] == 10 && x[1] == 11 && x[2] == 20 && x[3] == 21);
    ck_assert(columns.lines[0] == 3 && columns.lines[1] == 5 && columns.lines[2] == 2 &&
              columns.lines[3] == 4);
    x = read_as(NULL, "drive,t_s,x_m,y_m\n2,5,20,0\n2,4,21,0\n1,0,10,0\n", VG_QUANTITY_X); // together already
    ck_assert(x[0] == 20 && x[1] == 21 && x[2] == 10);
    refused("drive,t_s,x_m,y_m\n1,0,20,0\n,1,21,0\n", "lap.csv:3: drive: no value");
    // Two drivers by name, row by row; an empty name is one too, and so is a number among names.
    x = read_as(NULL, "driver,t_s,x_m,y_m\nBob,0,20,0\nAnn,0,10,0\nBob,1,21,0\nAnn,1,11,0\n", VG_QUANTITY_X);
    ck_assert(x[0] == 20 && x[1] == 21 && x[2] == 10 && x[3] == 11);
    ck_assert_ptr_nonnull(strstr(warned, "driver: 2 drives by name: 'Bob' is 1, 'Ann' is 2"));
    x = read_as(NULL, "driver,t_s,x_m,y_m\n,0,20,0\n7,0,10,0\n,1,21,0\n", VG_QUANTITY_DRIVE);
    ck_assert(x[0] == 1 && x[1] == 1 && x[2] == 2);
    read_as(NULL, "driver,t_s,x_m,y_m\nAnn,0,20,0\nAnn,1,10,0\n", VG_QUANTITY_X);
    ck_assert_str_eq(warned, "");
    refused("drive,t_s,x_m,y_m\n1,0,20,0\nAnn,1,21,0\n", "lap.csv:3: drive: 'Ann' is not a finite number");
    vg_telemetry_free(&columns);
}
END_TEST

START_TEST(a_map_of_ones_own) {
    static const char map[] =
        "separator: blank\nheader: false\nskip_rows: 1\ndecimal: comma\nmissing: [x, -999]\n"
        "time: {names: [\"2\"], unit: ms}\nx: {names: [\"3\"], unit: km}\ny: {names: [\"4\"], unit: m}\n";
    char path[] = "/tmp/verge-map-XXXXXX";
    int fd = mkstemp(path);
    ck_assert(fd >= 0 && write(fd, map, sizeof map - 1) == sizeof map - 1 && close(fd) == 0);
    static const char text[] = "a line of words\n7 100 0,5 1\n8 200 1,5 x\n9 300 2,5 -999\n";
    vg_telemetry_source source = {text, sizeof text - 1, "lap.dat", path, NULL};
    ck_ok(vg_telemetry_parse(&vg_lap_format_csv, &source, &columns, &diag));
    ck_ok(vg_telemetry_prepare(&columns, &diag));
    ck_assert_int_eq(columns.rows, 3);
    ck_assert(isnan(columns.columns[2].values[2]) && columns.columns[1].values[2] == 2.5);
    ck_assert_double_eq(vg_telemetry_value(&columns.columns[0], 1), 0.2);
    ck_assert_double_eq(vg_telemetry_value(&columns.columns[1], 1), 1500);
    ck_assert(isnan(columns.columns[2].values[1]) && columns.lines[0] == 2);
    vg_telemetry_free(&columns);
    ck_fails(vg_telemetry_parse(&vg_lap_format_vbox, &source, &columns, &diag), VG_ERR_ARGUMENT,
             "takes no column map");
    unlink(path);
    ck_fails(vg_telemetry_parse(&vg_lap_format_csv, &source, &columns, &diag), VG_ERR_NOT_FOUND,
             "no column map and no file");
}
END_TEST

// Positions and times as loggers write them: the same first fix, whatever the way.
START_TEST(other_ways_to_write_it) {
    static const char *const ways[] = {
        "t_s,lat,lon\n0,52.5N,1.25W\n0.1,52.50001N,1.25W\n",
        "t_s,lat,ns,lon,ew\n0,52.5,N,1.25,W\n0.1,52.50001,N,1.25,W\n",
        "t_s,lat,ns,lon,ew\n0,5230.0,N,00115.0,W\n0.1,5230.0006,N,00115.0,W\n",
        "t_s,lat,lon\n0,1.25W,52.5N\n0.1,1.25W,52.50001N\n",
        "t_s,lat,lon\n\"0,0\",\"52,5\",\"-1,25\"\n\"0,1\",\"52,50001\",\"-1,25\"\n",
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        read_as(&vg_lap_format_csv, ways[i], VG_QUANTITY_TIME);
        const vg_telemetry_column *latitude = vg_telemetry_find(&columns, VG_QUANTITY_LATITUDE),
                                  *longitude = vg_telemetry_find(&columns, VG_QUANTITY_LONGITUDE);
        ck_assert_msg(vg_telemetry_value(latitude, 0) == 52.5 && vg_telemetry_value(longitude, 0) == -1.25,
                      "%s", ways[i]);
        ck_assert_msg((warned[0] != 0) == (i >= 2), "%s: '%s'", ways[i], warned);
    }
    refused("t_s,lat,lon\n0,52.5N,1.25W\n0.1,1.25W,52.5N\n", "lap.csv:3: lat: '1.25W' is not a latitude");
    refused("t_s,lat,ns,lon,ew\n0,52.5,N,1.25,W\n0.1,52.5,x,1.25,W\n", "lap.csv:3: lat: 'x' is behind it");
    refused("t_s,x_m,y_m\n\"1,500\",1,2\n", "(if the comma is the decimal sign: a column map");
    // The week's ms, over its end; minutes and seconds, over the hour's.
    const double *t =
        read_as(&vg_lap_format_csv, "itow,x_m,y_m\n604799900,0,0\n0,2,0\n100,4,0\n", VG_QUANTITY_TIME);
    ck_assert_double_eq_tol(t[2] - t[0], 0.2, 1e-9);
    t = read_as(&vg_lap_format_csv, "time,x_m,y_m\n59:59.9,0,0\n0:00.0,2,0\n0:00.1,4,0\n", VG_QUANTITY_TIME);
    ck_assert_double_eq_tol(t[2] - t[0], 0.2, 1e-9);
    t = read_as(&vg_lap_format_csv, "utc,x_m,y_m\n095959.9,0,0\n100000.0,2,0\n", VG_QUANTITY_TIME);
    ck_assert_double_eq_tol(t[1] - t[0], 0.1, 1e-9);
    vg_telemetry_free(&columns);
}
END_TEST

START_TEST(memory_runs_out) {
    vg_lap lap;
    // When everything was read: two drives are no lap.
    for (oom turn = {.end = VG_ERR_FORMAT, .least = 9, .diag = &diag}; oom_next(&turn);)
        turn.err =
            parse("drive," HEADER "\n1,0,1,2,0.1,5\n2,1,1,2,0.1,5\n1,2,1,2,0.1,5\n2,3,1,2,0.1,5\n", &lap);
}
END_TEST

CK_MAIN("import_map", five_columns, what_is_passed_over, what_is_warned_of, bad_headers, bad_rows,
        a_file_cut_off, a_missing_file, dialects, times_with_dates, units_of_time, what_is_not_measured,
        units_by_comparison, drives_are_put_together, a_map_of_ones_own, other_ways_to_write_it,
        memory_runs_out)
