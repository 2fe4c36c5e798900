// A road made of the drives that are to be imported.
#include "logs/import/make_road.h"

#include <math.h>
#include <string.h>

#include "logs/import/import_file.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"
#include "tracks/library.h"

static vg_diag diag;
#define CASES VG_FIXTURES "/import/"

START_TEST(of_a_session) {
    static const char *const files[] = {"no-such.csv", CASES "three_laps_in_one_file/session.csv"};
    vg_make_road_def def = vg_make_road_default();
    vg_from_laps_report report;
    vg_track track;
    vg_road *road, *surveyed;
    def.files = files, def.count = 2, def.road.width = 12;
    ck_ok(vg_make_road(&def, &track, &report, &diag));
    ck_assert(track.closed && report.rounds >= 2);
    ck_ok(vg_track_road(&track, &road, &diag));
    ck_ok(vg_track_load(CASES "three_laps_in_one_file/road.csv", &surveyed, &diag));
    // The driver kept to one line, some metres beside the surveyed centre at most.
    ck_assert_double_eq_tol(vg_road_get(road).length, vg_road_get(surveyed).length,
                            0.05 * vg_road_get(surveyed).length);
    // The same laps can be imported on it.
    vg_import_file_def import = vg_import_file_default();
    vg_import_file_report done = {0};
    vg_car car;
    ck_ok(vg_car_load("kart", &car, &diag));
    ck_ok(vg_log_create(scratch("made.vlog"), VG_REPLACE, &import.import.log, &diag));
    import.import.road = road, import.import.car = &car;
    ck_ok(vg_import_file(&import, NULL, files[1], NULL, &done, &diag));
    ck_assert_int_ge(done.lap_count, 2);
    for (int32_t i = 0; i < done.lap_count; i++) ck_assert_double_gt(done.laps[i].report.place.inside, 0.999);
    vg_log_discard(import.import.log);
    vg_import_file_free(&done);
    vg_road_destroy(road);
    vg_road_destroy(surveyed);
    vg_track_free(&track);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(of_nothing) {
    static const char *const files[] = {"no-such.csv", "nor-this.csv"};
    vg_make_road_def def = vg_make_road_default();
    vg_track track;
    def.files = files, def.count = 2;
    ck_fails(vg_make_road(&def, &track, NULL, &diag), VG_ERR_NOT_FOUND, "no-such.csv");
    static const char *const gap[] = {CASES "one_gap_of_1_2_s/lap.csv"};
    def.files = gap, def.count = 1;
    ck_fails(vg_make_road(&def, &track, NULL, &diag), VG_ERR_FORMAT, "a gap of 1.2 s");
    def.clean.bridge = 2, def.road.shape = VG_LAPS_OPEN;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_make_road(&def, &track, NULL, &diag);
        if (!turn.err) vg_track_free(&track);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A drive of fixes every 0.2 s along x at a speed, after standing with wandering fixes.
static const char *write_drive(const char *name, int standing, int moving, double x, double speed) {
    const char *path = scratch(name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("t_s,x_m,y_m,speed_mps\n", file);
    for (int i = 0; i < standing + moving; i++) {
        bool stands = i < standing;
        double at = x + (stands ? 0.02 * (i % 3) : 0.2 * speed * (i - standing + 1));
        fprintf(file, "%.1f,%.3f,%.3f,%.2f\n", 0.2 * i, at, stands ? 0.02 * (i % 5) : 0.0005 * at * at,
                stands ? 0 : speed);
    }
    fclose(file);
    return path;
}

START_TEST(a_car_that_stands) {
    const char *path = write_drive("stands.csv", 100, 0, 0, 0);
    vg_make_road_def def = vg_make_road_default();
    vg_track track;
    def.files = &path, def.count = 1;
    ck_fails(vg_make_road(&def, &track, NULL, &diag), VG_ERR_FORMAT, "the car stands still");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// The first drive is a short part: the long one is the line.
START_TEST(a_longer_drive_leads) {
    char first[512], second[512];
    snprintf(first, sizeof first, "%s", write_drive("short.csv", 0, 20, 40, 10));
    snprintf(second, sizeof second, "%s", write_drive("long.csv", 0, 150, 0, 10));
    const char *files[] = {first, second};
    vg_make_road_def def = vg_make_road_default();
    vg_from_laps_report report;
    vg_track track;
    def.files = files, def.count = 2;
    ck_ok(vg_make_road(&def, &track, &report, &diag));
    ck_assert_double_gt(report.length, 280);
    vg_track_free(&track);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("make_road", of_a_session, of_nothing, a_car_that_stands, a_longer_drive_leads)
