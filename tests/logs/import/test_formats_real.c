// Telemetry as people have it, where it is available: what each file holds was counted by hand.
//
// Looks in VERGE_DATA, else in ../shared/data beside the source tree; skips if there is no data.
#include <unistd.h>

#include "sim/base/file.h"
#include "tests/logs/import/telemetry_test.h"

static vg_diag diag;

static const char *folder(void) {
    const char *set = getenv("VERGE_DATA");
    return set && *set ? set : VG_ROOT "/../shared/data";
}

static void read_real(const char *format, const char *name, int32_t rows) {
    char path[512];
    char *bytes;
    int64_t size;
    snprintf(path, sizeof path, "%s/formats/%s", folder(), name);
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    tf_read(format, bytes, size, name, NULL);
    vg_free(bytes);
    ck_assert_msg(read_file.rows == rows, "%s: %d rows, not %d", name, read_file.rows, rows);
}

#define AT(quantity, row, value, error)                                                                      \
    ck_assert_double_eq_tol(tf_at(VG_QUANTITY_##quantity, row), value, error)

START_TEST(text) {
    read_real("csv", "fastf1_lap.csv", 286);
    AT(SPEED, 0, 265 / 3.6, 1e-9);
    AT(X, 1, -768.1, 1e-9); // metres, whatever its name
    read_real("racechrono", "racechrono_official_short.csv", 1958);
    AT(TIME, 0, 0.05, 1e-12);
    AT(LATITUDE, 0, -36.8013221, 1e-9);
    ck_assert_int_lt(tf_count(VG_QUANTITY_LATITUDE), 30); // 20 s of a receiver at 1 Hz
    read_real("vbox", "speedangle_session.vbo", 2200);
    AT(LATITUDE, 0, 43.0944960, 1e-7);
    AT(LONGITUDE, 0, -85.3894960, 1e-7);
    AT(SPEED, 0, 61 * 0.44704, 1e-9); // its header says kmh; its positions say mph
    read_real("trackaddict", "trackaddict_phone.csv", 394);
    ck_assert_int_eq(tf_count(VG_QUANTITY_LATITUDE), 21);
    read_real("csv", "rkd_session.csv", 282);
    AT(TIME, 1, 0.032, 1e-9);
    AT(SPEED, 0, 24.09, 1e-9);
    read_real("deepracer", "deepracer_trace.csv", 399);
    AT(DRIVE, 398, 1, 1e-9);
    vg_telemetry_free(&read_file);
}
END_TEST

START_TEST(others) {
    read_real("gpx", "rkd_session.gpx", 50);
    AT(SPEED, 0, 24.09, 1e-9);
    read_real("motec-ld", "motec_short.ld", 21);
    AT(LATITUDE, 0, -36.8013153, 1e-7);
    read_real("commonroad", "USA_US101-4_1_T-1.xml", 1271);
    AT(X, 0, 20.8465, 1e-9);
    read_real("tracinginsights", "tracinginsights_VER_34_tel.json", 1153);
    ck_assert_int_eq(tf_count(VG_QUANTITY_X), 384);
    ck_assert_int_eq(tf_count(VG_QUANTITY_SPEED), 769);
    vg_telemetry_free(&read_file);
}
END_TEST

// How well distances between fixes agree with the speeds: m, rms over steps between neighbours. For the feed
// of Formula 1, whose fixes jitter by metres along the track.
static double step_error(void) {
    double driven = 0, before = -1, last_x = 0, last_y = 0, last_speed = 0, last_time = 0, sum = 0;
    int count = 0;
    for (int32_t i = 0; i < read_file.rows; i++) {
        double t = tf_at(VG_QUANTITY_TIME, i), x = tf_at(VG_QUANTITY_X, i), y = tf_at(VG_QUANTITY_Y, i);
        double speed = tf_at(VG_QUANTITY_SPEED, i);
        if (isnan(speed)) speed = last_speed;
        driven += (t - last_time) * (speed + last_speed) / 2;
        last_time = t, last_speed = speed;
        if (isnan(x)) continue;
        double off = hypot(x - last_x, y - last_y) - (driven - before);
        if (before >= 0) sum += off * off, count++;
        before = driven, last_x = x, last_y = y;
    }
    return sqrt(sum / count);
}

START_TEST(jitter_of_formula_1) {
    read_real("tracinginsights", "tracinginsights_VER_34_tel.json", 1153);
    ck_assert_double_lt(step_error(), 0.4); // 4.3 as the file has them
    vg_telemetry_free(&read_file);
}
END_TEST

int main(void) {
    char path[512];
    snprintf(path, sizeof path, "%s/formats", folder());
    if (access(path, R_OK) != 0) {
        printf("skipped: no folder %s\n", path);
        return 77;
    }
    const TTest *const tests[] = {text, others, jitter_of_formula_1};
    return ck_run("formats_real", tests, sizeof tests / sizeof *tests);
}
