// Episodes in a few numbers: laps, their time, departures, offset, who drove.
#include "logs/store/log_summary.h"

#include "sim/base/memory.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

// Rows of a car that goes round the oval at a steady speed, by a table: no simulator is needed.
enum { LAP_TICKS = 300 };

// Writes an episode of `ticks` rows that begins `from` of a lap behind the start. Laps whose number's bit is
// set in `bad` have no event of a lap, and one of a departure.
static void rounds(vg_log *log, const vg_road *road, int64_t ticks, double from, unsigned bad) {
    vg_car car = fixture_car(0);
    vg_log_episode episode = vg_log_episode_default();
    double length = vg_road_get(road).length;
    ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &episode.car, &diag));
    episode.policy = "table";
    ck_ok(vg_log_begin(log, &episode, &diag));
    vg_log_step step = {0};
    for (int64_t t = 0; t <= ticks; t++) {
        double way = from + (double)t / LAP_TICKS;
        step.state.s = length * (way - (double)(int64_t)way);
        step.state.offset = t == 77 ? -3.5f : 1.25f;
        step.who = t % 4 == 0 ? VG_WHO_HUMAN : VG_WHO_POLICY;
        if (t < ticks) ck_ok(vg_log_append(log, &step, 1, &diag));
    }
    for (int lap = 1; lap <= (int)(from + (double)ticks / LAP_TICKS); lap++) {
        int64_t tick = (int64_t)(LAP_TICKS * (lap - from) + 0.5);
        if (bad >> lap & 1) ck_ok(vg_log_event(log, tick - 50, VG_EVENT_OFF, 1, 5, &diag));
        if (!(bad >> lap & 1)) ck_ok(vg_log_event(log, tick, VG_EVENT_LAP, 0, 0, &diag));
    }
    ck_ok(vg_log_end(log, VG_END_STOPPED, &step.state, &diag));
}

static vg_log_summary summary_of(const char *path, int32_t index) {
    vg_log *log;
    vg_log_summary out;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_summarise(log, index, &out, &diag));
    ck_fails(vg_log_summarise(log, 99, &out, &diag), VG_ERR_NOT_FOUND, "99");
    ck_ok(vg_log_summarise(log, index, &out, &diag));
    vg_log_discard(log);
    return out;
}

START_TEST(laps_and_who_drove) {
    const char *path = scratch("rounds.vlog");
    vg_road *road = fixture_road(60);
    vg_log *log;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    rounds(log, road, 2 * LAP_TICKS, 0, 0);
    rounds(log, road, 3 * LAP_TICKS + 20, 0, 1u << 1); // the first lap left the road
    rounds(log, road, LAP_TICKS, 0.01, 0);             // cut shortly behind the line
    rounds(log, road, LAP_TICKS - 50, 0.5, 0);         // passes the line after half a lap
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);

    vg_log_summary s = summary_of(path, 0);
    ck_assert_int_eq(s.laps, 2);
    ck_assert_double_eq_tol(s.best_lap, LAP_TICKS / 60.0, 1.5 / 60);
    ck_assert_int_eq(s.departures, 0);
    ck_assert_double_eq(s.worst_offset, 3.5);
    ck_assert_double_eq_tol(s.share[VG_WHO_HUMAN], 0.25, 1e-9);
    ck_assert_double_eq_tol(s.share[VG_WHO_POLICY], 0.75, 1e-9);
    ck_assert_double_eq(s.share[VG_WHO_EXPERT], 0);

    s = summary_of(path, 1);
    ck_assert_int_eq(s.laps, 2);
    ck_assert_double_eq_tol(s.best_lap, LAP_TICKS / 60.0, 1.5 / 60); // not from the start of the bad lap
    ck_assert_int_eq(s.departures, 1);

    s = summary_of(path, 2);
    ck_assert_int_eq(s.laps, 1);
    ck_assert_double_eq_tol(s.best_lap, 0.99 * LAP_TICKS / 60.0, 1.5 / 60);

    s = summary_of(path, 3);
    ck_assert_int_eq(s.laps, 0);
    ck_assert_double_nan(s.best_lap);
}
END_TEST

START_TEST(an_open_road) {
    static const double x[] = {0, 50, 100, 150, 200}, y[5] = {0}, width[] = {5, 5, 5, 5, 5};
    vg_road_def def = vg_road_default();
    def.x = x, def.y = y, def.right = width, def.left = width, def.count = 5, def.closed = false;
    vg_road *road;
    vg_log *log;
    const char *path = scratch("open.vlog");
    ck_ok(vg_road_create(&def, &road, &diag));
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    for (int left = 0; left < 2; left++) {
        vg_car car = fixture_car(0);
        vg_log_episode episode = vg_log_episode_default();
        ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
        ck_ok(vg_log_add_car(log, &car, &episode.car, &diag));
        ck_ok(vg_log_begin(log, &episode, &diag));
        vg_log_step step = {0};
        for (int t = 0; t < 120; t++, step.state.s = t * 200.0 / 120)
            ck_ok(vg_log_append(log, &step, 1, &diag));
        if (left) ck_ok(vg_log_event(log, 40, VG_EVENT_OFF, 60, 5.1, &diag));
        ck_ok(vg_log_event(log, 120, VG_EVENT_FINISH, 200, 0, &diag));
        ck_ok(vg_log_end(log, VG_END_FINISH, &step.state, &diag));
    }
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
    ck_assert_int_eq(summary_of(path, 0).laps, 1);
    ck_assert_double_eq(summary_of(path, 0).best_lap, 2);
    ck_assert_int_eq(summary_of(path, 1).laps, 0);
    ck_assert_int_eq(summary_of(path, 1).departures, 1);
}
END_TEST

START_TEST(memory_runs_out) {
    const char *path = fixture_log("memory.vlog");
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_log *log;
        vg_log_summary out;
        turn.err = vg_log_open(path, &log, &diag);
        if (!turn.err) turn.err = vg_log_summarise(log, 0, &out, &diag);
        vg_log_discard(log);
    }
}
END_TEST

CK_MAIN("log_summary", laps_and_who_drove, an_open_road, memory_runs_out)
