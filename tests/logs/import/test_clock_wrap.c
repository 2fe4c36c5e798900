#include <string.h>

#include "logs/import/clock_wrap.h"
#include "tests/check.h"

static vg_diag diag;
static char warned[300];
static vg_telemetry drive;
static double times[6];

static void remember(void *context, const char *text) {
    (void)context;
    snprintf(warned, sizeof warned, "%s", text);
}
static const vg_warnings warnings = {.warn = remember};

static void make(int32_t rows, bool drives) {
    vg_telemetry_free(&drive);
    drive.file = "drive.csv", warned[0] = 0;
    vg_telemetry_add(&drive, VG_QUANTITY_TIME, "tow");
    if (drives) vg_telemetry_add(&drive, VG_QUANTITY_DRIVE, "drive");
    ck_ok(vg_telemetry_reserve(&drive, rows, &diag));
    drive.rows = rows;
    for (int32_t i = 0; i < rows; i++) {
        drive.lines[i] = i + 2, drive.columns[0].values[i] = times[i];
        if (drives) drive.columns[1].values[i] = i / 2;
    }
}

// Times that begin anew at `at`, and what is made of them.
static void wraps(double period, bool minutes, const char *said) {
    double from[] = {period - 0.3, period - 0.1, 0.1, 0.3};
    memcpy(times, from, sizeof from);
    make(4, false);
    vg_clock_unwrap(&drive, minutes, &warnings);
    const double *t = drive.columns[0].values;
    bool goes_on = t[2] - t[1] > 0;
    if (goes_on) {
        ck_assert_double_eq_tol(t[2], period + 0.1, 1e-6);
        ck_assert_double_eq_tol(t[3], period + 0.3, 1e-6);
    }
    ck_assert_msg(said ? goes_on && strstr(warned, said) : !goes_on && !warned[0], "%g: '%s'", period,
                  warned);
}

START_TEST(counters_go_on) {
    wraps(604800, false, "drive.csv:4: tow begins anew after a GPS week (604800 s): the drive goes on");
    wraps(86400, false, "a day (86400 s)");
    wraps(4294.967296, false, "32 bits of us");
    wraps(4294967.296, false, "32 bits of ms");
    wraps(3600, true, "an hour (3600 s)");
    wraps(3600, false, NULL); // seconds do not begin anew with the hour
    wraps(5000, false, NULL);
}
END_TEST

START_TEST(a_new_drive_stays_one) {
    double late[] = {604799, 20, 21}, early[] = {604700, 0, 1};
    memcpy(times, late, sizeof late);
    make(3, false);
    vg_clock_unwrap(&drive, false, &warnings);
    ck_assert(drive.columns[0].values[1] == 20 && !warned[0]);
    memcpy(times, early, sizeof early);
    make(3, false);
    vg_clock_unwrap(&drive, false, &warnings);
    ck_assert(drive.columns[0].values[1] == 0 && !warned[0]);
    // Another drive of the file, by its number.
    double other[] = {86399, 86399.9, 0, 1};
    memcpy(times, other, sizeof other);
    make(4, true);
    vg_clock_unwrap(&drive, false, &warnings);
    ck_assert(drive.columns[0].values[2] == 0 && !warned[0]);
    // One that begins anew behind one that went on.
    double twice[] = {86399.9, 0, 0.1, 200, 3, 4};
    memcpy(times, twice, sizeof twice);
    make(6, false);
    vg_clock_unwrap(&drive, false, &warnings);
    const double *t = drive.columns[0].values;
    ck_assert(t[1] == 86400 && t[3] == 86600 && t[4] == 3 && t[5] == 4);
}
END_TEST

START_TEST(hhmmss_as_a_number) {
    double leaps[] = {95958.5, 95959.5, 100000.5, 100001.5};
    memcpy(times, leaps, sizeof leaps);
    make(4, false);
    ck_assert(vg_clock_hhmmss(&drive, &warnings));
    const double *t = drive.columns[0].values;
    ck_assert(t[1] == 35999.5 && t[2] == 36000.5 && t[3] == 36001.5);
    ck_assert_ptr_nonnull(strstr(warned, "tow is taken as hhmmss"));
    // Within a minute nothing says so; a gap is one; 61 is no second.
    double plain[] = {10, 11, 12}, gap[] = {10, 11, 112}, seconds[] = {58, 59, 60};
    const double *const none[] = {plain, gap, seconds};
    for (int i = 0; i < 3; i++) {
        memcpy(times, none[i], sizeof plain);
        make(3, false);
        ck_assert_msg(!vg_clock_hhmmss(&drive, &warnings), "%d", i);
        ck_assert(drive.columns[0].values[2] == none[i][2]);
    }
    vg_telemetry_free(&drive);
}
END_TEST

CK_MAIN("clock_wrap", counters_go_on, a_new_drive_stays_one, hhmmss_as_a_number)
