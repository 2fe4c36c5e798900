#include "agents/planner/demonstrations.h"

#include <math.h>
#include <string.h>

#include "logs/store/log.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

// A drive round a road at a known offset and speed: `metres` from s = 2 on, a tick every half metre; at ticks
// from `gap` to `gap` + 9 something happens.
typedef enum trouble { BRIDGED, BEYOND_BOTH_EDGES, STANDING, JUMPING } trouble;

typedef struct drive {
    double metres;
    int32_t gap;
    trouble what;
} drive;

static double offset_at(double s) { return sin(s / 20); }
static double speed_at(double s) { return 12 + 0.01 * s; }

static vg_log_step step_at(const vg_road *road, drive d, int32_t t) {
    bool now = d.gap && t >= d.gap && t < d.gap + 10;
    double along = 2 + 0.5 * t, jumped = d.what == JUMPING && d.gap && t >= d.gap ? 320 : 0;
    vg_log_step step = {.who = VG_WHO_HUMAN, .bridged = now && d.what == BRIDGED};
    step.state.s = vg_road_wrap(road, along + jumped);
    step.state.offset = now && d.what == BEYOND_BOTH_EDGES ? -12 : (float)offset_at(along);
    step.state.speed = now && d.what == STANDING ? 0.3f : (float)speed_at(along);
    return step;
}

static const char *log_of(const vg_road *road, drive d) {
    const char *path = scratch("drive.vlog");
    vg_log *log;
    vg_log_episode episode = vg_log_episode_default();
    vg_car car = vg_car_default();
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &episode.car, &diag));
    episode.policy = "test", episode.version = "test";
    ck_ok(vg_log_begin(log, &episode, &diag));
    for (int32_t t = 0; t * 0.5 < d.metres; t++) {
        vg_log_step step = step_at(road, d, t);
        ck_ok(vg_log_append(log, &step, 1, &diag));
    }
    ck_ok(vg_log_end(log, VG_END_OPEN, NULL, &diag));
    ck_ok(vg_log_close(log, &diag));
    return path;
}

static vg_err read_of(const char *path, vg_demonstrations *out) {
    return vg_demonstrations_read(&(vg_demonstrations_def){&path, 1, 5}, out, &diag);
}

// Once and a half round: a whole round and a half, each at the stations of the road.
START_TEST(a_drive_at_its_stations) {
    vg_road *road = stadium_road(150, 30, 5);
    double length = vg_road_get(road).length;
    vg_demonstrations shown;
    ck_ok(read_of(log_of(road, (drive){1.5 * length, 0, BRIDGED}), &shown));
    ck_assert(shown.count == 2 && shown.road_count == 1 && shown.car_count == 1 && shown.episodes == 1);
    int32_t around = shown.stations[0].count;
    ck_assert(shown.items[0].first == 1 && shown.items[0].stations.count == around);
    ck_assert(shown.items[1].first == 1 + around);
    for (int32_t d = 0; d < 2; d++)
        for (int32_t k = 0; k < shown.items[d].stations.count; k++) {
            double s = (double)(shown.items[d].first + k) * shown.stations[0].spacing;
            ck_assert_double_eq_tol(shown.items[d].offset[k], offset_at(s), 1e-4);
            ck_assert_double_eq_tol(shown.items[d].speed[k], speed_at(s), 1e-4);
        }
    vg_demonstrations_close(&shown);
    vg_road_destroy(road);
}
END_TEST

// A gap, a car beyond the edges, one that stands, and one that is somewhere else all at once.
START_TEST(what_is_no_driving_parts_it) {
    vg_road *road = stadium_road(280, 30, 5);
    for (trouble what = BRIDGED; what <= JUMPING; what++) {
        vg_demonstrations shown;
        ck_ok(read_of(log_of(road, (drive){200, 180, what}), &shown));
        ck_assert_int_eq(shown.count, 2);
        double spacing = shown.stations[0].spacing, jumped = what == JUMPING ? 320 - 0.5 * 10 : 0;
        double end = (double)(shown.items[0].first + shown.items[0].stations.count - 1) * spacing;
        ck_assert_double_le(end, 2 + 0.5 * 180);
        ck_assert_double_ge((double)shown.items[1].first * spacing, 2 + 0.5 * 189 + jumped);
        for (int32_t d = 0; d < 2; d++)
            for (int32_t k = 0; k < shown.items[d].stations.count; k++)
                ck_assert(fabs(shown.items[d].offset[k]) <= 1 && shown.items[d].speed[k] > 11);
        vg_demonstrations_close(&shown);
    }
    vg_road_destroy(road);
}
END_TEST

START_TEST(refuses_drives_that_are_too_short) {
    vg_road *road = stadium_road(150, 30, 5);
    vg_demonstrations shown;
    ck_fails(read_of(log_of(road, (drive){33, 0, BRIDGED}), &shown), VG_ERR_MISMATCH,
             "the longest stretch has 24.9 m, expected 8 stations, 5 m apart");
    ck_assert_ptr_null(shown.items);
    vg_road_destroy(road);
}
END_TEST

START_TEST(memory_runs_out_anywhere) {
    vg_road *road = stadium_road(60, 20, 5);
    const char *path = log_of(road, (drive){150, 0, BRIDGED});
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_demonstrations shown;
        turn.err = read_of(path, &shown);
        vg_demonstrations_close(&shown);
    }
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("demonstrations", a_drive_at_its_stations, what_is_no_driving_parts_it,
        refuses_drives_that_are_too_short, memory_runs_out_anywhere)
