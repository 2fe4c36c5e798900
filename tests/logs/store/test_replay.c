#include <sqlite3.h>

#include "logs/store/replay.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

static void verify(const char *path, int32_t index, vg_replay_report *report) {
    vg_diag diag = {0};
    vg_log *log;
    vg_log_episode episode;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, index, &episode, &diag));
    ck_ok(vg_replay_episode(log, &episode, report, &diag));
    ck_ok(vg_log_close(log, &diag));
}

START_TEST(gives_the_logged_bits) {
    const char *path = fixture_log("replay.vlog");
    uint64_t seen = 0;
    for (int32_t i = 0; i < 3; i++) {
        vg_replay_report report;
        verify(path, i, &report);
        ck_assert_int_eq(report.first_differing, -1);
        ck_assert_ptr_null(report.column);
        ck_assert_int_eq(report.ticks, i == 2 ? 99 : FIXTURE_TICKS);
        ck_assert_uint_ne(report.hash, seen);
        seen = report.hash;
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A log whose row 100 has a speed that differs by one bit: it was written so, so the file is sound and still
// differs.
START_TEST(names_what_differs) {
    vg_diag diag = {0};
    const char *path = fixture_log("replay.vlog"), *other = scratch("other.vlog");
    vg_log *from, *to;
    vg_log_episode episode;
    vg_log_step *steps;
    vg_road *road;
    vg_car car;
    int64_t count;
    ck_ok(vg_log_open(path, &from, &diag));
    ck_ok(vg_log_episode_at(from, 0, &episode, &diag));
    ck_ok(vg_log_steps(from, episode.id, &steps, &count, &diag));
    ck_ok(vg_log_road(from, episode.road, &road, &diag));
    ck_ok(vg_log_car(from, episode.car, &car, &diag));
    float was = steps[100].state.speed;
    steps[100].state.speed = nextafterf(was, 1e9f);
    ck_ok(vg_log_create(other, VG_KEEP, &to, &diag));
    ck_ok(vg_log_add_road(to, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(to, &car, &episode.car, &diag));
    ck_ok(vg_log_begin(to, &episode, &diag));
    ck_ok(vg_log_append(to, steps, count, &diag));
    ck_ok(vg_log_end(to, episode.end, &episode.final, &diag));
    ck_ok(vg_log_close(to, &diag));
    ck_ok(vg_log_close(from, &diag));

    vg_replay_report report;
    verify(other, 0, &report);
    ck_assert_int_eq(report.first_differing, 100);
    ck_assert_str_eq(report.column, "speed");
    ck_assert(report.simulated == (double)was && report.logged > report.simulated);
    vg_free(steps);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// The last tick has no row after it: the final state is compared too.
START_TEST(compares_the_final_state) {
    vg_diag diag = {0};
    const char *path = scratch("final.vlog");
    vg_log *log;
    vg_road *road = fixture_road(60);
    vg_car car = vg_car_default();
    vg_log_episode episode = vg_log_episode_default();
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &episode.car, &diag));
    ck_ok(vg_log_begin(log, &episode, &diag));
    vg_road_point at = vg_road_at(road, 5);
    vg_log_step step = {.state = {.x = at.x, .y = at.y, .yaw = at.heading, .s = 5, .speed = 10}};
    ck_ok(vg_log_append(log, &step, 1, &diag));
    vg_state final = step.state; // the car has moved
    ck_ok(vg_log_end(log, VG_END_STOPPED, &final, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
    vg_replay_report report;
    verify(path, 0, &report);
    ck_assert_int_eq(report.first_differing, 1);
    ck_assert_str_eq(report.column, "x");
}
END_TEST

// A gust that turned the car turns it again.
START_TEST(gusts_are_replayed) {
    vg_diag diag = {0};
    const char *path = scratch("gusts.vlog");
    vg_log *log;
    vg_road *road = fixture_road(60);
    const vg_road *roads[] = {road};
    vg_world_def def = vg_world_default();
    def.roads = roads, def.road_count = 1, def.threads = 1;
    vg_world *world;
    ck_ok(vg_world_create(&def, &world, &diag));
    const vg_start start = {.s = 10, .speed = 9};
    ck_ok(vg_world_reset(world, NULL, &start, 1));
    vg_log_episode episode = vg_log_episode_default();
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, vg_world_car(world, 0), &episode.car, &diag));
    ck_ok(vg_log_begin(log, &episode, &diag));
    for (int t = 0; t < 30; t++) {
        vg_log_step step = {.state = vg_world_state(world, 0), .gust = t == 12 ? 0.2f : 0};
        ck_ok(vg_log_append(log, &step, 1, &diag));
        ck_ok(vg_world_gust(world, &step.gust));
        ck_ok(vg_world_command(world, step.command));
        ck_ok(vg_world_tick(world));
    }
    vg_state final = vg_world_state(world, 0);
    ck_ok(vg_log_end(log, VG_END_STOPPED, &final, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_world_destroy(world);
    vg_road_destroy(road);
    vg_replay_report report;
    verify(path, 0, &report);
    ck_assert_int_eq(report.first_differing, -1);
    ck_assert_int_eq(report.ticks, 30);
}
END_TEST

START_TEST(refuses_what_cannot_be_replayed) {
    vg_diag diag = {0};
    const char *path = scratch("refuse.vlog");
    vg_log *log;
    vg_road *road = fixture_road(60);
    vg_car car = fixture_car(0.1f);
    vg_log_episode episode = vg_log_episode_default();
    vg_log_step step = {.state.s = 1e7};
    vg_replay_report report;
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &episode.car, &diag));
    for (int i = 0; i < 3; i++) { // no rows; no delay line; off the end of the road
        episode.delay_ticks = i == 2 ? 6 : 0;
        ck_ok(vg_log_begin(log, &episode, &diag));
        ck_ok(vg_log_append(log, &step, i ? 1 : 0, &diag));
        ck_ok(vg_log_end(log, VG_END_OPEN, NULL, &diag));
    }
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
    ck_ok(vg_log_open(path, &log, &diag));
    static const char *const says[] = {"no rows to replay", "the car's delay is 6 ticks",
                                       "not a state that a car"};
    for (int i = 0; i < 3; i++) {
        ck_ok(vg_log_episode_at(log, i, &episode, &diag));
        ck_fails(vg_replay_episode(log, &episode, &report, &diag), VG_ERR_FORMAT, says[i]);
    }
    ck_ok(vg_log_close(log, &diag));
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(leaks_nothing_when_memory_runs_out) {
    const char *path = fixture_log("memory.vlog");
    vg_diag diag = {0};
    vg_log *log;
    vg_log_episode episode;
    vg_replay_report report;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &episode, &diag));
    vg_road *road;
    ck_ok(vg_log_road(log, episode.road, &road, &diag)); // the log keeps it
    vg_road_destroy(road);
    for (oom turn = {.diag = &diag}; oom_next(&turn);)
        turn.err = vg_replay_episode(log, &episode, &report, &diag);
    ck_ok(vg_log_close(log, &diag));
}
END_TEST

CK_MAIN("replay", gives_the_logged_bits, names_what_differs, compares_the_final_state, gusts_are_replayed,
        refuses_what_cannot_be_replayed, leaks_nothing_when_memory_runs_out)
