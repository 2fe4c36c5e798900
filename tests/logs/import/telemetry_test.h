// tests/logs/import/telemetry_test.h -- what the tests of telemetry formats share. Needs `vg_diag diag`.
#ifndef VG_TESTS_LOGS_IMPORT_TELEMETRY_TEST_H
#define VG_TESTS_LOGS_IMPORT_TELEMETRY_TEST_H

#include <math.h>
#include <string.h>

#include "logs/import/lap_formats.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_telemetry read_file; // the last file read

__attribute__((unused)) static void tf_warn(void *context, const char *text) {
    snprintf(context, 300, "%s", text);
}

// Read bytes as a file of this name: the format that is found must be `format`.
__attribute__((unused)) static void tf_read(const char *format, const char *bytes, int64_t size,
                                            const char *file, char warned[300]) {
    const vg_format *found = vg_format_of(vg_lap_formats, file, bytes, size);
    ck_assert_msg(found && strcmp(found->name, format) == 0, "'%s' is taken for %s", file,
                  found ? found->name : "none");
    const vg_warnings warnings = {tf_warn, warned};
    const vg_telemetry_source source = {bytes, size, file, NULL, warned ? &warnings : NULL};
    if (warned) warned[0] = 0;
    vg_telemetry_free(&read_file);
    vg_diag diag;
    ck_ok(vg_telemetry_parse(NULL, &source, &read_file, &diag));
    ck_ok(vg_telemetry_prepare(&read_file, &diag));
}

// A value of the last file, in the quantity's unit; NaN: not measured.
__attribute__((unused)) static double tf_at(vg_quantity quantity, int32_t row) {
    const vg_telemetry_column *column = vg_telemetry_find(&read_file, quantity);
    ck_assert_msg(column && row < read_file.rows, "no %s in row %d", vg_quantity_get(quantity)->name, row);
    return vg_telemetry_value(column, row);
}

// How many rows of the last file have a value.
__attribute__((unused)) static int32_t tf_count(vg_quantity quantity) {
    const vg_telemetry_column *column = vg_telemetry_find(&read_file, quantity);
    int32_t count = 0;
    for (int32_t i = 0; column && i < read_file.rows; i++) count += !isnan(column->values[i]);
    return count;
}

// Reading the bytes fails with this in its message, and leaves nothing.
__attribute__((unused)) static void tf_refused(const vg_lap_format *format, const char *bytes, int64_t size,
                                               const char *part) {
    const vg_telemetry_source source = {bytes, size, "file", NULL, NULL};
    vg_telemetry telemetry;
    vg_diag diag;
    int64_t live = vg_memory_live();
    ck_fails(format->read(&source, &telemetry, &diag), VG_ERR_FORMAT, part);
    ck_assert_int_eq(telemetry.rows, 0);
    ck_assert_int_eq(vg_memory_live(), live);
}

// Every allocation that fails is told as that, and nothing leaks.
__attribute__((unused)) static void tf_memory(const vg_lap_format *format, const char *bytes, int64_t size) {
    const vg_telemetry_source source = {bytes, size, "file", NULL, NULL};
    for (oom turn = {.least = 2}; oom_next(&turn);) {
        vg_telemetry telemetry;
        turn.err = format->read(&source, &telemetry, NULL);
        if (!turn.err) vg_telemetry_free(&telemetry);
    }
}

#endif
