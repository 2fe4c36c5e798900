// Each error in a lap's CSV has one line of message that says where it is and what was expected.
#include <math.h>
#include <string.h>

#include "logs/import/import_csv.h"
#include "logs/import/lap_formats.h"
#include "tests/check.h"

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
    refused("0,1,2,3,4\n", "lap.csv:1: t_s: the column is missing from '0,1,2,3,4'");
    refused("t_s;x_m;y_m;heading_rad;speed_mps\n",
            "t_s: the column is missing from 't_s;x_m;y_m;heading_rad");
    refused("t_s,x_m,y_m,heading_rad\n0,1,2,3\n", "lap.csv:1: speed_mps: the column is missing");
    refused(HEADER ",x_m\n" ROWS, "lap.csv:1: x_m: a column twice");
    refused(HEADER ",steer,throttle,brake,steer\n" ROWS, "lap.csv:1: steer: a column twice");
    char wide[400] = HEADER;
    for (int i = 5; i < 65; i++) strcat(wide, ",a");
    refused(wide, "lap.csv:1: a header of 65 columns");
    refused(HEADER "\n", "lap.csv:1: a header and no rows");
}
END_TEST

START_TEST(bad_rows) {
    refused(HEADER "\n" ROWS "0.2,1,2\n", "lap.csv:4: heading_rad: 3 fields; expected 5");
    refused(HEADER "\n" ROWS "0.2,1,2,3,4,5\n", "lap.csv:4: 6 fields; expected 5");
    refused(HEADER "\n0.0,1,2,0.1,5\n\n0.1,1,2,0.1,5\n", "lap.csv:3: x_m: 1 fields; expected 5");
    refused(HEADER "\n" ROWS "0.2,abc,2,0.1,5\n", "lap.csv:4: x_m: 'abc' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,,2,0.1,5\n", "lap.csv:4: x_m: '' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,1,nan,0.1,5\n", "lap.csv:4: y_m: 'nan' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,1,2,inf,5\n", "lap.csv:4: heading_rad: 'inf' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,1,2,0.1,1e999\n", "lap.csv:4: speed_mps: '1e999' is not a finite number");
    refused(HEADER "\n" ROWS "0.2,1,2,0.1,-3\n", "lap.csv:4: speed_mps: found -3; expected 0 to 1000");
    refused(HEADER "\n" ROWS "0.2,1e9,2,0.1,3\n", "lap.csv:4: x_m: found 1e+09; expected metres");
    refused(HEADER ",brake\n0,1,2,3,4,55\n", "lap.csv:2: brake: found 55; expected 0 to 1");
    refused(HEADER "\n" ROWS "0.05,1,2,0.1,5\n", "lap.csv:4: t_s: time runs backwards, from 0.1 to 0.05 s");
    refused(HEADER "\n" ROWS "0.1,1,2,0.1,5\n", "lap.csv:4: t_s: time stands still");
}
END_TEST

START_TEST(a_file_cut_off) {
    refused(HEADER "\n0.0,1,2,0.1,5\n0.1,1.5,2", "lap.csv:3: heading_rad: 3 fields");
    refused(HEADER "\n0.0,1,2,0.1,5\n0.1,1.5,2,0.1,", "lap.csv:3: speed_mps: '' is not a finite number");
    refused(HEADER "\n0.0,1,2,0.1,5.50\n0.1,1.5,2,0.1,12.25\n0.2,2,2,0.1,12.2",
            "lap.csv:4: speed_mps: '12.2' and no line end: the file was cut off; expected 2 decimals");
    refused("t_s,x_m,y_", "lap.csv:1: y_m: the column is missing from 't_s,x_m,y_'");
    refused(HEADER, "a header and no rows");
    vg_lap lap;
    static const char zero[] = HEADER "\n0.0,1\0,2,0.1,5\n";
    ck_fails(vg_lap_parse(&vg_lap_format_csv, zero, sizeof zero - 1, "lap.csv", NULL, &lap, &diag),
             VG_ERR_FORMAT, "lap.csv:2: a zero byte");
    char line[4200];
    memset(line, '1', sizeof line);
    memcpy(line, HEADER "\n", sizeof HEADER);
    line[sizeof line - 1] = 0;
    refused(line, "lap.csv:2: a line of 4165 characters");
}
END_TEST

START_TEST(a_missing_file) {
    vg_lap lap;
    ck_fails(vg_lap_read(NULL, "no/such/lap.csv", NULL, &lap, &diag), VG_ERR_NOT_FOUND, "no/such/lap.csv");
    ck_assert_ptr_null(lap.samples);
}
END_TEST

START_TEST(memory_runs_out) {
    int64_t live = vg_memory_live();
    vg_lap lap;
    int64_t n = 1;
    for (vg_err err = VG_ERR_MEMORY; err; n++) {
        vg_memory_fail_after(n);
        err = parse(HEADER "\n" ROWS, &lap);
        vg_memory_fail_never();
        ck_assert(err == VG_OK || err == VG_ERR_MEMORY);
        vg_lap_free(&lap);
        ck_assert_int_eq(vg_memory_live(), live);
    }
    ck_assert_int_eq(n, 10); // five columns, two arrays of lines, the samples, and then one success
}
END_TEST

CK_MAIN("import_csv", five_columns, what_is_passed_over, what_is_warned_of, bad_headers, bad_rows,
        a_file_cut_off, a_missing_file, memory_runs_out)
