#include "agents/irl/lattice_drives.h"

#include <math.h>
#include <string.h>

#include "tests/golden.h"
#include "tests/out_of_memory.h"
#include "tests/recorded.h"
#include "tests/roads.h"
#include "tests/scratch.h"
#include "tracks/library.h"

static vg_diag diag;
static const double THETA[VG_DRIVING_COUNT] = {0.9, 0.4, 0.3, 0.2, 0.1, 0.05, 0.07, 30};

static void record(const char *file, const vg_road *road, const char *car, int32_t laps, float longest) {
    vg_record_def def = vg_record_default();
    vg_car driven;
    ck_ok(vg_car_load(car, &driven, &diag));
    def.car = &driven, def.road = road, def.laps = laps;
    if (longest > 0) def.longest = longest;
    ck_record_expert(file, "pursuit", def);
}

static vg_lattice_drives_def of_log(const char *const *log) {
    vg_lattice_drives_def def = vg_lattice_drives_default();
    def.logs = log, def.log_count = 1;
    return def;
}

// A drive that begins on the start line and goes round three times is two or three laps of one group.
START_TEST(laps_are_cut_at_the_start_line) {
    vg_road *road = stadium_road(120, 30, 4);
    vg_lattice_drives drives;
    const char *log = scratch("laps.vlog");
    record(log, road, "sedan", 3, 0);
    vg_lattice_drives_def def = of_log(&log);
    ck_ok(vg_lattice_drives_read(&def, &drives, &diag));
    vg_lattice_view view = vg_lattice_get(drives.lattices[0]);
    int32_t whole = 0;
    for (int32_t i = 0; i < drives.group_count; i++) {
        const vg_lattice_group *g = &drives.groups[i];
        ck_assert(g->span.first + g->span.steps <= view.count);
        if (g->span.steps != view.count) continue;
        ck_assert_int_eq(g->span.first, 0);
        whole += g->count;
    }
    ck_assert_int_ge(whole, 2);
    ck_assert_int_eq(drives.lattice_count, 1);
    ck_assert_double_lt(drives.loss.offset_rms, 0.25);
    ck_assert_double_lt(drives.loss.offset_most, 0.8);
    ck_assert_double_gt(drives.loss.offset_rms, 0);
    ck_assert_double_lt(drives.loss.speed_rms, 1);
    ck_assert_double_lt(drives.left_out, 3);
    double time = drives.features[VG_DRIVING_time], recorded = drives.recorded[VG_DRIVING_time];
    ck_assert_double_eq_tol(time, recorded, 0.03 * recorded); // the lattice is about as fast
    ck_assert_double_eq_tol(drives.features[VG_DRIVING_lateral_acceleration],
                            drives.recorded[VG_DRIVING_lateral_acceleration],
                            0.3 * drives.recorded[VG_DRIVING_lateral_acceleration]);
    vg_lattice_drives_free(&drives);
    vg_road_destroy(road);
}
END_TEST

typedef enum trouble { NONE, BRIDGED, BEYOND_BOTH_EDGES, STANDING } trouble;

static void spoil(vg_log_step *steps, int64_t ticks, trouble what) {
    for (int64_t t = ticks / 2; t < ticks / 2 + 10; t++) {
        if (what == BRIDGED) steps[t].bridged = true;
        if (what == BEYOND_BOTH_EDGES) steps[t].state.offset = 9;
        if (what == STANDING) steps[t].state.speed = 0.5f;
    }
}

// All episodes of a log as one, with trouble in the middle of each.
static void join(const char *from, const char *to, trouble what) {
    vg_log *in, *out;
    vg_log_episode episode, fresh = vg_log_episode_default();
    vg_road *road;
    vg_car car;
    int32_t count;
    ck_ok(vg_log_open(from, &in, &diag));
    ck_ok(vg_log_create(to, VG_REPLACE, &out, &diag));
    ck_ok(vg_log_count(in, &count, &diag));
    ck_ok(vg_log_episode_at(in, 0, &episode, &diag));
    ck_ok(vg_log_road(in, episode.road, &road, &diag));
    ck_ok(vg_log_car(in, episode.car, &car, &diag));
    ck_ok(vg_log_add_road(out, road, &fresh.road, &diag));
    ck_ok(vg_log_add_car(out, &car, &fresh.car, &diag));
    fresh.policy = "joined", fresh.version = "1", fresh.started = "", fresh.tags = "";
    ck_ok(vg_log_begin(out, &fresh, &diag));
    for (int32_t i = 0; i < count; i++) {
        vg_log_step *steps;
        int64_t ticks;
        ck_ok(vg_log_episode_at(in, i, &episode, &diag));
        ck_ok(vg_log_steps(in, episode.id, &steps, &ticks, &diag));
        spoil(steps, ticks, what);
        ck_ok(vg_log_append(out, steps, ticks, &diag));
        vg_free(steps);
    }
    ck_ok(vg_log_end(out, VG_END_FINISH, &episode.final, &diag));
    ck_ok(vg_log_close(out, &diag));
    ck_ok(vg_log_close(in, &diag));
    vg_road_destroy(road);
}

// One drive of three laps gives the same laps, over the same stations, as three of one.
START_TEST(a_long_drive_is_cut_into_laps) {
    vg_road *road = stadium_road(120, 30, 4);
    vg_lattice_drives apart, joined;
    const char *log = scratch("apart.vlog"), *whole = scratch("whole.vlog");
    record(log, road, "sedan", 3, 0);
    join(log, whole, NONE);
    vg_lattice_drives_def def = of_log(&log);
    ck_ok(vg_lattice_drives_read(&def, &apart, &diag));
    def.logs = &whole;
    ck_ok(vg_lattice_drives_read(&def, &joined, &diag));
    ck_assert_int_eq(joined.episodes, 1);
    ck_assert_int_eq(joined.drives, 3);
    ck_assert_int_eq(joined.steps, apart.steps);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        ck_assert_double_eq_tol(joined.features[k], apart.features[k], 0.05 * apart.features[k] + 1e-3);
    vg_lattice_drives_free(&apart);
    vg_lattice_drives_free(&joined);
    vg_road_destroy(road);
}
END_TEST

// A gap, a car beyond the edges or one that stands parts a lap.
START_TEST(what_is_no_driving_parts_a_lap) {
    vg_road *road = stadium_road(120, 30, 4);
    const char *log = scratch("lap.vlog"), *spoilt = scratch("spoilt.vlog");
    record(log, road, "sedan", 1, 0);
    for (trouble what = NONE; what <= STANDING; what++) {
        vg_lattice_drives drives;
        join(log, spoilt, what);
        vg_lattice_drives_def def = of_log(&spoilt);
        ck_ok(vg_lattice_drives_read(&def, &drives, &diag));
        ck_assert_int_eq(drives.drives, what == NONE ? 1 : 2);
        vg_lattice_drives_free(&drives);
    }
    vg_road_destroy(road);
}
END_TEST

// Sums over groups do not depend on threads, and are those of the drives one by one.
START_TEST(groups_are_summed_in_order) {
    vg_road *road = stadium_road(120, 30, 4);
    vg_lattice_drives drives;
    const char *log = scratch("sums.vlog");
    record(log, road, "sedan", 2, 0);
    vg_lattice_drives_def def = of_log(&log);
    ck_ok(vg_lattice_drives_read(&def, &drives, &diag));
    ck_golden("lattice_drives/read", drives.hash);
    double log_z[3], features[3][VG_DRIVING_COUNT];
    vg_lattice_planned planned[3];
    for (int32_t i = 0; i < 3; i++) {
        ck_ok(vg_lattice_drives_expect(&drives, THETA, i + 1, &log_z[i], features[i], &diag));
        ck_ok(vg_lattice_drives_plan(&drives, THETA, 0.5, i + 1, &planned[i], &diag));
        ck_assert_double_eq(log_z[i], log_z[0]);
        ck_assert_int_eq(memcmp(features[i], features[0], sizeof features[0]), 0);
        ck_assert_int_eq(memcmp(&planned[i], &planned[0], sizeof planned[0]), 0);
    }
    // Without a margin the plan is the best there is: no worse than the drives, and below log Z.
    double driven = 0;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) driven -= THETA[k] * drives.features[k];
    ck_ok(vg_lattice_drives_plan(&drives, THETA, 0, 1, &planned[1], &diag));
    ck_assert_double_ge(planned[1].reward, driven);
    ck_assert_double_lt(planned[1].reward, log_z[0]);
    ck_assert_double_ge(planned[1].reward, planned[0].reward); // which gave up reward for loss
    ck_assert_double_le(planned[1].loss, planned[0].loss);
    vg_lattice_drives_free(&drives);
    const char *twice[] = {log, log}; // every drive counts
    double doubled;
    def.logs = twice, def.log_count = 2;
    ck_ok(vg_lattice_drives_read(&def, &drives, &diag));
    ck_ok(vg_lattice_drives_expect(&drives, THETA, 1, &doubled, features[1], &diag));
    ck_assert_double_eq_tol(doubled, 2 * log_z[0], 1e-9 * fabs(log_z[0]));
    ck_assert_double_eq_tol(features[1][0], 2 * features[0][0], 1e-9 * features[0][0]);
    vg_lattice_drives_free(&drives);
    vg_road_destroy(road);
}
END_TEST

START_TEST(what_is_no_drive_is_refused) {
    vg_road *road = stadium_road(120, 30, 4);
    vg_lattice_drives drives;
    const char *brief = scratch("brief.vlog");
    record(brief, road, "sedan", 1, 2);
    vg_lattice_drives_def def = of_log(&brief);
    ck_fails(vg_lattice_drives_read(&def, &drives, &diag), VG_ERR_FORMAT,
             "no drive of the 1 episode (2.0 s) passes 11 stations");
    vg_lattice_drives_free(&drives);
    char large[300], small[300];
    snprintf(large, sizeof large, "%s", scratch("large.vlog"));
    snprintf(small, sizeof small, "%s", scratch("small.vlog"));
    record(large, road, "sedan", 1, 20);
    record(small, road, "f1tenth", 1, 20);
    const char *both[] = {large, small};
    def.logs = both, def.log_count = 2;
    ck_fails(vg_lattice_drives_read(&def, &drives, &diag), VG_ERR_MISMATCH, "expected cars of one size");
    vg_lattice_drives_free(&drives);
    both[0] = scratch("none.vlog");
    ck_assert_int_eq(vg_lattice_drives_read(&def, &drives, &diag), VG_ERR_NOT_FOUND);
    vg_lattice_drives_free(&drives);
    vg_road_destroy(road);
}
END_TEST

START_TEST(no_memory_is_an_error) {
    vg_road *road = stadium_road(60, 20, 4);
    vg_lattice_drives drives;
    const char *log = scratch("memory.vlog");
    record(log, road, "sedan", 1, 12);
    vg_lattice_drives_def def = of_log(&log);
    for (oom turn = {.share = 20, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_lattice_drives_read(&def, &drives, &diag);
        vg_lattice_drives_free(&drives);
    }
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("lattice_drives", laps_are_cut_at_the_start_line, a_long_drive_is_cut_into_laps,
        what_is_no_driving_parts_a_lap, groups_are_summed_in_order, what_is_no_drive_is_refused,
        no_memory_is_an_error)
