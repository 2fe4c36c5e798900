// TracingInsights' JSON: fixes among made-up positions, and what is refused.
#include "logs/import/import_tracinginsights.h"

#include "tests/logs/import/telemetry_test.h"

static const char lap[] = "{\"tel\": {\"time\": [0, 0.1, 0.2, 0.3, 0.4], \"x\": [0.5, 72, 144.2, 216, 288], "
                          "\"y\": [-10, -10, -10, -10, -10],"
                          "\"speed\": [259.2, 259.2, 259.2, 259.2, 259.2], \"throttle\": [100, 104, 50, "
                          "null, 0], \"brake\": [0, 0, false, true, \"None\"], \"drs\": []}}";

START_TEST(a_lap) {
    char warned[300];
    tf_read("tracinginsights", lap, sizeof lap - 1, "tel.json", warned);
    ck_assert_int_eq(tf_count(VG_QUANTITY_X), 3);
    ck_assert_int_eq(tf_count(VG_QUANTITY_SPEED), 5);
    ck_assert_int_eq(tf_count(VG_QUANTITY_THROTTLE), 3);
    ck_assert_ptr_nonnull(strstr(warned, "the times of fixes are taken from the speeds"));
    int32_t fix = 0;
    while (isnan(tf_at(VG_QUANTITY_X, fix))) fix++;
    ck_assert_double_eq_tol(tf_at(VG_QUANTITY_X, fix), 7.2, 1e-12);
    ck_assert_double_eq_tol(tf_at(VG_QUANTITY_Y, fix), -1, 1e-12);
    ck_assert_double_eq_tol(tf_at(VG_QUANTITY_SPEED, 0), 72, 1e-12);
    vg_telemetry_free(&read_file);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

static void refused(const char *text, const char *part) {
    tf_refused(&vg_lap_format_tracinginsights, text, (int64_t)strlen(text), part);
}

#define TEL(time, x) "{\"tel\": {\"time\": " time ", \"x\": " x ", \"y\": [1, 2], \"speed\": [3, 4]}}"

START_TEST(bad_files) {
    refused("{\"tel\": ", "file:1: is not JSON");
    refused("[]", "file: tel: is missing");
    refused("{\"tel\": {\"time\": [1]}}", "file: x: the array is missing");
    refused(TEL("[0, 1]", "[1, 2, 3]"), "file: x: 3 values; expected 2, as of time");
    refused(TEL("[0, 1]", "[1, \"a\"]"), "file:2: x: is no number");
    refused(TEL("[0, null]", "[1, 2]"), "file:2: time: is no number");
    refused("{\"tel\": {\"time\": [], \"x\": [], \"y\": [], \"speed\": []}}", "file: time: no samples");
    refused(TEL("7", "[1, 2]"), "file: time: the array is missing");
}
END_TEST

CK_MAIN("import_tracinginsights", a_lap, bad_files)
