#include "agents/training/laps.h"

#include <math.h>
#include <string.h>

#include "tests/out_of_memory.h"
#include "tests/recorded.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

// Laps of an expert on a road, into a log.
static void record(const char *path, const char *expert, const vg_road *road, int32_t laps, int32_t runs,
                   double longest) {
    vg_record_def def = vg_record_default();
    def.road = road, def.laps = laps, def.runs = runs, def.longest = longest;
    def.start_spread = 0.5f;
    ck_record_expert(path, expert, def);
}

START_TEST(reads_laps_of_logs) {
    vg_road *ring = stadium_road(60, 20, 4), *open = open_road(4);
    char a[300], b[300];
    vg_laps laps;
    vg_sense *sense;
    snprintf(a, sizeof a, "%s", scratch("a.vlog"));
    snprintf(b, sizeof b, "%s", scratch("b.vlog"));
    record(a, "pursuit", ring, 2, 1, 600); // two laps, of which the second begins at the speed of the first
    record(b, "pursuit", open, 1, 2, 3);   // two drives that are cut short
    ck_ok(vg_sense_create("offset,speed", &sense, &diag));
    ck_ok(vg_laps_read(sense, (const char *[]){a, b}, 2, &laps, &diag));
    ck_assert_int_eq(laps.count, 4);
    vg_rows rows = vg_dataset_train(laps.data);
    ck_assert_int_eq(laps.rows, rows.count);
    int64_t next = 0;
    for (int32_t l = 0; l < 4; l++) {
        const vg_lap *lap = &laps.laps[l];
        ck_assert(lap->log == l / 2 && lap->number == l % 2 && lap->first == next && lap->count > 10);
        ck_assert(lap->whole == (l < 2) && lap->given_up == (l > 1) && !lap->left_road &&
                  isfinite(lap->round) == (l < 2));
        ck_assert_int_eq(laps.ahead[lap->first], lap->count);
        ck_assert_int_eq(laps.ahead[lap->first + lap->count - 1], 1);
        // A row an action, 0.05 s; the distance is that of the places.
        ck_assert_double_eq_tol(lap->seconds, 0.05 * (double)lap->count, 0.051);
        double way = laps.place[lap->first + lap->count - 1] - laps.place[lap->first];
        if (l == 0 || l > 1) ck_assert_double_eq_tol(lap->distance, way, 1);
        ck_assert_double_gt(laps.place[lap->first + 5], laps.place[lap->first + 4]);
        next += lap->count;
    }
    ck_assert_double_eq_tol(laps.laps[0].distance, vg_road_get(ring).length, 1);
    ck_assert(laps.laps[0].hash != laps.laps[1].hash && laps.laps[0].road == laps.laps[1].road);
    ck_assert(laps.laps[0].road != laps.laps[2].road);
    vg_laps_free(&laps);
    vg_sense_destroy(sense);
    vg_road_destroy(ring), vg_road_destroy(open);
}
END_TEST

// A lap with a departure and a return, and one that ended off the road.
START_TEST(knows_who_left_the_road) {
    vg_road *road = stadium_road(60, 20, 4);
    vg_log *log;
    vg_laps laps;
    vg_sense *sense;
    const char *path = scratch("left.vlog");
    int64_t id;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &id, &diag));
    for (int32_t e = 0; e < 3; e++) {
        vg_log_episode episode = vg_log_episode_default();
        const vg_car car = vg_car_default();
        vg_log_step steps[30] = {0};
        for (int t = 0; t < 30; t++) {
            steps[t].state.s = 2.0 * t, steps[t].state.speed = 10, steps[t].state.x = 2.0 * t;
        }
        ck_ok(vg_log_add_car(log, &car, &episode.car, &diag));
        episode.road = id, episode.policy = "x", episode.version = "0", episode.started = "";
        ck_ok(vg_log_begin(log, &episode, &diag));
        ck_ok(vg_log_append(log, steps, 30, &diag));
        if (e == 0) {
            ck_ok(vg_log_event(log, 12, VG_EVENT_OFF, 24, 4, &diag));
            ck_ok(vg_log_event(log, 15, VG_EVENT_BACK, 30, 4, &diag));
            ck_ok(vg_log_event(log, 20, VG_EVENT_OFF, 40, 4, &diag));
        }
        ck_ok(vg_log_end(log, e == 1 ? VG_END_OFF_ROAD : VG_END_FINISH, &steps[29].state, &diag));
    }
    ck_ok(vg_log_close(log, &diag));
    ck_ok(vg_sense_create("offset,speed", &sense, &diag));
    ck_ok(vg_laps_read(sense, &path, 1, &laps, &diag));
    ck_assert(laps.laps[0].left_road && !laps.laps[0].whole);
    ck_assert_double_eq_tol(laps.laps[0].distance, 2 * 11, 1e-9); // until it first left, at tick 12
    ck_assert(laps.laps[1].left_road && !laps.laps[1].whole);
    ck_assert_double_eq_tol(laps.laps[1].distance, 2 * 29, 1e-9);
    ck_assert(!laps.laps[2].left_road && laps.laps[2].whole);
    vg_laps_free(&laps);
    vg_sense_destroy(sense);
    vg_road_destroy(road);
}
END_TEST

START_TEST(compares_by_time_and_departure) {
    const vg_lap fast = {.road = 1, .whole = true, .seconds = 60},
                 slow = {.road = 1, .whole = true, .seconds = 61},
                 far = {.road = 1, .left_road = true, .seconds = 20, .distance = 300},
                 near = {.road = 1, .left_road = true, .seconds = 50, .distance = 200},
                 cut = {.road = 1, .seconds = 30}, other = {.road = 2, .whole = true, .seconds = 10},
                 parked = {.road = 1, .given_up = true, .seconds = 60};
    static const struct {
        int a, b;
        double tie;
        vg_lap_order order;
    } cases[] = {{0, 1, 0, VG_LAP_BETTER},    {1, 0, 0, VG_LAP_WORSE},     {0, 0, 0, VG_LAP_EQUAL},
                 {0, 1, 1, VG_LAP_EQUAL},     {0, 1, 0.9, VG_LAP_BETTER},  {1, 2, 0, VG_LAP_BETTER},
                 {2, 1, 0, VG_LAP_WORSE},     {2, 3, 0, VG_LAP_BETTER},    {3, 2, 1000, VG_LAP_WORSE},
                 {2, 2, 0, VG_LAP_EQUAL},     {0, 4, 0, VG_LAP_UNRELATED}, {4, 2, 0, VG_LAP_UNRELATED},
                 {0, 5, 0, VG_LAP_UNRELATED}, {0, 6, 0, VG_LAP_BETTER},    {6, 0, 0, VG_LAP_WORSE},
                 {1, 6, 0, VG_LAP_UNRELATED}, {6, 6, 0, VG_LAP_UNRELATED}, {6, 2, 0, VG_LAP_UNRELATED}};
    const vg_lap *const laps[] = {&fast, &slow, &far, &near, &cut, &other, &parked};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(vg_lap_compare(laps[cases[i].a], laps[cases[i].b], cases[i].tie) == cases[i].order,
                      "case %d", (int)i);
}
END_TEST

// A gap of a recording ends a stretch, not the lap: no snippet crosses it.
START_TEST(a_gap_ends_a_stretch) {
    vg_road *road = stadium_road(60, 20, 4);
    vg_log *log;
    vg_laps laps;
    vg_sense *sense;
    const char *path = scratch("gap.vlog");
    vg_log_episode episode = vg_log_episode_default();
    const vg_car car = vg_car_default();
    vg_log_step steps[60] = {0};
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &episode.car, &diag));
    for (int t = 0; t < 60; t++)
        steps[t].state.s = steps[t].state.x = t, steps[t].bridged = t >= 24 && t < 36;
    episode.policy = "x", episode.version = "0", episode.started = "", episode.source = "x.csv";
    ck_ok(vg_log_begin(log, &episode, &diag));
    ck_ok(vg_log_append(log, steps, 60, &diag));
    ck_ok(vg_log_end(log, VG_END_FINISH, &steps[59].state, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_ok(vg_sense_create("offset,speed", &sense, &diag));
    ck_ok(vg_laps_read(sense, &path, 1, &laps, &diag));
    ck_assert(laps.count == 1 && laps.laps[0].count == 16 && laps.rows == 16); // 8 actions on either side
    ck_assert(laps.ahead[0] == 8 && laps.ahead[7] == 1 && laps.ahead[8] == 8 && laps.ahead[15] == 1);
    ck_assert_double_eq_tol(laps.place[7], 21, 1e-9);
    ck_assert_double_eq_tol(laps.place[8], 36, 1e-9);
    vg_laps_free(&laps);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_laps_read(sense, &path, 1, &laps, &diag);
        ck_assert(!turn.err == !!laps.laps);
        vg_laps_free(&laps);
    }
    vg_sense_destroy(sense);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("laps", reads_laps_of_logs, knows_who_left_the_road, compares_by_time_and_departure,
        a_gap_ends_a_stretch)
