// A session: laps and the ghost, the current driver, episodes, and that its record replays.
#include "app/drive/session.h"

#include <math.h>
#include <string.h>

#include "agents/policy_open.h"
#include "logs/store/replay.h"
#include "tests/obstacles.h"
#include "tests/scratch.h"

typedef struct setup {
    vg_road *road;
    vg_car car;
    vg_policy *policy;
    vg_recorder *recorder;
    vg_session *session;
    const char *path;
} setup;

static void open_windy(setup *u, const char *path, const char *policy, vg_disturbance disturbance) {
    vg_diag diag = {0};
    *u = (setup){.road = circle_road(60, 5), .car = vg_car_default(), .path = path};
    if (policy) ck_ok(vg_policy_open(policy, &(vg_policy_terms){0}, &u->policy, &diag));
    vg_session_def session = {
        .road = u->road, .car = &u->car, .policy = u->policy, .seed = 3, .disturbance = disturbance};
    if (path) {
        vg_session *probe;
        ck_ok(vg_session_create(&session, &probe, &diag));
        vg_recorder_def def = vg_recorder_default();
        def.path = path, def.road = u->road, def.car = vg_session_car(probe);
        ck_ok(vg_recorder_open(&def, &u->recorder, &diag));
        vg_session_destroy(probe);
    }
    session.recorder = u->recorder;
    ck_ok(vg_session_create(&session, &u->session, &diag));
}

static void open_setup(setup *u, const char *path, const char *policy) {
    open_windy(u, path, policy, (vg_disturbance){0});
}

static void close_setup(setup *u) {
    vg_diag diag = {0};
    ck_ok(vg_session_finish(u->session, &diag));
    ck_ok(vg_recorder_close(u->recorder, NULL, &diag));
    vg_session_destroy(u->session);
    vg_policy_destroy(u->policy);
    vg_road_destroy(u->road);
}

static void tick(setup *u, const vg_control *control) {
    vg_diag diag = {0};
    vg_err err;
    while ((err = vg_session_tick(u->session, control, &diag)) == VG_ERR_LIMIT) usleep(1000);
    ck_ok(err);
}

// A driver that keeps to the middle of the circle.
static vg_control hands(const setup *u, float speed) {
    vg_session_view v = vg_session_get(u->session);
    float steer = atanf(u->car.wheelbase / 60) - 0.02f * v.now.offset;
    double heading = remainder(v.now.yaw - vg_road_at(u->road, v.now.s).heading, 2 * VG_PI);
    steer -= 0.5f * (float)heading;
    vg_control control = {.raw = {1, 1}, .turned = true};
    control.wanted.steer = steer / u->car.steer_max;
    control.wanted.pedals = v.now.speed < speed ? 1 : -0.1f;
    return control;
}

static void drive(setup *u, float speed, int64_t ticks) {
    for (int64_t t = 0; t < ticks; t++) {
        vg_control control = hands(u, speed);
        tick(u, &control);
    }
}

static void drive_laps(setup *u, float speed, int32_t laps) {
    int32_t from = vg_session_get(u->session).laps_done;
    while (vg_session_get(u->session).laps_done < from + laps) drive(u, speed, 1);
}

static void check_replay(const char *path, int32_t episodes) {
    vg_diag diag = {0};
    vg_log *log;
    int32_t count;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_count(log, &count, &diag));
    ck_assert_int_eq(count, episodes);
    for (int32_t i = 0; i < count; i++) {
        vg_log_episode e;
        vg_replay_report report;
        ck_ok(vg_log_episode_at(log, i, &e, &diag));
        ck_ok(vg_replay_episode(log, &e, &report, &diag));
        ck_assert_msg(report.first_differing < 0, "episode %d: tick %d: %s", i, (int)report.first_differing,
                      report.column);
        ck_assert_int_ne(e.end, VG_END_OPEN);
    }
    ck_ok(vg_log_close(log, &diag));
}

static vg_log_step *steps_of(const char *path, int32_t index, int64_t *count) {
    vg_diag diag = {0};
    vg_log *log;
    vg_log_episode e;
    vg_log_step *steps;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, index, &e, &diag));
    ck_ok(vg_log_steps(log, e.id, &steps, count, &diag));
    ck_ok(vg_log_close(log, &diag));
    return steps;
}

START_TEST(laps_are_counted_and_the_best_is_kept) {
    setup u;
    open_setup(&u, NULL, NULL);
    drive_laps(&u, 12, 1);
    vg_session_view v = vg_session_get(u.session);
    ck_assert_int_eq(v.lap, 2);
    ck_assert_int_eq(v.lap_ticks, 0);
    ck_assert_int_eq(v.last_ticks, v.best_ticks);
    ck_assert(v.last_clean);
    ck_assert_int_eq(v.ghost_count, v.best_ticks);
    // About as long as the circle takes at that speed, from rest.
    ck_assert_double_eq_tol((double)v.best_ticks / 60, 2 * VG_PI * 60 / 12 + 1.5, 1.5);
    int64_t slow = v.best_ticks, first[VG_SECTORS], sum = 0;
    for (int k = 0; k < VG_SECTORS; k++) sum += first[k] = v.best_sectors[k];
    ck_assert_int_eq(sum, slow);          // the sectors are the whole lap
    ck_assert_int_gt(first[0], first[1]); // from rest
    drive(&u, 16, slow / 2);
    v = vg_session_get(u.session);
    ck_assert(v.has_delta && v.delta_ticks < 0);
    ck_assert(v.sectors[0] && v.sectors[0] < first[0] && v.best_sectors[0] == v.sectors[0]);
    drive_laps(&u, 16, 1);
    v = vg_session_get(u.session);
    ck_assert_int_lt(v.best_ticks, slow);
    int64_t best = v.best_ticks;
    drive(&u, 9, best / 2);
    v = vg_session_get(u.session);
    ck_assert(v.has_delta && v.delta_ticks > 0);
    drive_laps(&u, 9, 1); // slower: the best lap stays
    v = vg_session_get(u.session);
    ck_assert_int_eq(v.best_ticks, best);
    ck_assert_int_gt(v.last_ticks, best);
    ck_assert_int_eq(v.ghost_count, best);
    ck_assert_int_eq(v.laps_done, 3);
    close_setup(&u);
}
END_TEST

START_TEST(a_lap_off_the_road_is_no_best_lap) {
    setup u;
    open_setup(&u, NULL, NULL);
    vg_control straight = {.wanted = {0, 1}};
    while (!vg_session_get(u.session).off_road) tick(&u, &straight);
    ck_assert(!vg_session_get(u.session).clean);
    vg_session_to_road(u.session);
    vg_control none = {0};
    double s = vg_session_get(u.session).now.s;
    tick(&u, &none);
    vg_session_view v = vg_session_get(u.session);
    ck_assert(!v.off_road);
    ck_assert_double_eq_tol(v.now.s, s, 1);
    ck_assert_float_lt(fabsf(v.now.offset), 0.1f);
    ck_assert(!v.timed); // the next lap counts from the line
    while (vg_session_get(u.session).lap == 1) drive(&u, 12, 1);
    ck_assert_int_eq(vg_session_get(u.session).laps_done, 0);
    drive_laps(&u, 12, 1);
    ck_assert_int_gt(vg_session_get(u.session).best_ticks, 0);
    // One that leaves the road on its way and comes back does not count either.
    int32_t lap = vg_session_get(u.session).lap, done = vg_session_get(u.session).laps_done;
    while (!vg_session_get(u.session).off_road) tick(&u, &straight);
    while (vg_session_get(u.session).lap == lap) drive(&u, 8, 1);
    ck_assert_int_eq(vg_session_get(u.session).laps_done, done);
    ck_assert(!vg_session_get(u.session).last_clean);
    close_setup(&u);
}
END_TEST

START_TEST(every_restart_is_an_episode_and_replays) {
    setup u;
    const char *path = scratch("session.vlog");
    open_setup(&u, path, NULL);
    drive_laps(&u, 12, 1); // 1
    drive(&u, 12, 50);     // 2
    vg_session_restart(u.session);
    drive(&u, 12, 30); // 3
    vg_session_to_road(u.session);
    drive(&u, 12, 30); // 4
    vg_session_restart(u.session);
    vg_session_restart(u.session); // nothing was driven in between
    drive(&u, 12, 10);             // 5
    ck_assert_int_eq(vg_session_get(u.session).episodes, 5);
    close_setup(&u);
    check_replay(path, 5);
    int64_t count;
    vg_log_step *steps = steps_of(path, 2, &count);
    ck_assert_int_eq(count, 30);
    ck_assert_float_eq(steps[0].state.speed, 0);
    ck_assert_int_eq(steps[0].who, VG_WHO_HUMAN);
    ck_assert_float_eq(steps[5].input[0], 1); // raw
    ck_assert_float_ne(steps[5].command[0], 1);
    vg_free(steps);
}
END_TEST

START_TEST(a_car_with_a_delay_replays) {
    vg_diag diag = {0};
    setup u = {.road = circle_road(60, 5), .car = vg_car_default(), .path = scratch("delay.vlog")};
    u.car.delay = 0.1f;
    vg_recorder_def recorder = vg_recorder_default();
    recorder.path = u.path, recorder.road = u.road, recorder.car = &u.car;
    ck_ok(vg_recorder_open(&recorder, &u.recorder, &diag));
    vg_session_def def = {.road = u.road, .car = &u.car, .recorder = u.recorder};
    ck_ok(vg_session_create(&def, &u.session, &diag));
    drive_laps(&u, 10, 1);
    drive(&u, 10, 40);
    close_setup(&u);
    check_replay(u.path, 2);
}
END_TEST

START_TEST(a_person_takes_over_and_hands_back) {
    setup u;
    const char *path = scratch("takeover.vlog");
    open_setup(&u, path, "pursuit");
    vg_control none = {0}, left = {.raw = {1, 0}, .wanted = {0.1f, 0}, .turned = true},
               coast = {.wanted = {0, 0.2f}};
    for (int t = 0; t < 60; t++) tick(&u, &none);
    ck_assert_int_eq(vg_session_get(u.session).who, VG_WHO_EXPERT);
    ck_assert_float_gt(vg_session_get(u.session).now.speed, 1);
    tick(&u, &left);
    ck_assert_int_eq(vg_session_get(u.session).who, VG_WHO_HUMAN);
    for (int t = 0; t < 9; t++) tick(&u, &coast); // the person goes on driving
    vg_session_hand_back(u.session);
    for (int t = 0; t < 30; t++) tick(&u, &none);
    ck_assert_int_eq(vg_session_get(u.session).who, VG_WHO_EXPERT);
    close_setup(&u);
    check_replay(path, 1);
    int64_t count;
    vg_log_step *steps = steps_of(path, 0, &count);
    ck_assert_int_eq(count, 100);
    for (int64_t t = 0; t < count; t++) {
        ck_assert_int_eq(steps[t].who, t >= 60 && t < 70 ? VG_WHO_HUMAN : VG_WHO_EXPERT);
        ck_assert(!steps[t].has_label);
    }
    ck_assert_float_eq(steps[60].command[0], 0.1f);
    ck_assert_float_eq(steps[60].input[0], 1);
    ck_assert_float_eq(steps[59].input[0], steps[59].command[0]);
    vg_free(steps);
}
END_TEST

START_TEST(labels_do_not_move_the_car) {
    setup u, alone;
    const char *path = scratch("labels.vlog");
    open_setup(&u, path, "pursuit");
    open_setup(&alone, NULL, "pursuit");
    vg_control none = {0}, turned = {.raw = {-1, 1}, .wanted = {-0.3f, 0.7f}, .turned = true};
    vg_session_label(u.session, true);
    for (int t = 0; t < 90; t++) {
        tick(&u, &turned);
        tick(&alone, &none);
    }
    vg_session_view a = vg_session_get(u.session), b = vg_session_get(alone.session);
    ck_assert_mem_eq(&a.now, &b.now, sizeof a.now);
    ck_assert(a.labelling);
    close_setup(&u);
    close_setup(&alone);
    int64_t count;
    vg_log_step *steps = steps_of(path, 0, &count);
    for (int64_t t = 0; t < count; t++) {
        ck_assert(steps[t].has_label);
        ck_assert_float_eq(steps[t].label[0], -0.3f);
        ck_assert_float_eq(steps[t].label[1], 0.7f);
        ck_assert_int_eq(steps[t].who, VG_WHO_EXPERT);
        ck_assert_float_eq(steps[t].input[1], steps[t].command[1]);
    }
    vg_free(steps);
}
END_TEST

// The log stores what acted: the gusts, the noise in the command, and the action without noise as the label.
START_TEST(disturbance_is_recorded_and_replays) {
    setup u;
    const char *path = scratch("windy.vlog");
    open_windy(&u, path, "pursuit", (vg_disturbance){0.1f, 0.5f, 0.05f, 0, 0.05f});
    vg_control none = {0}, turned = {.raw = {1, 1}, .wanted = {0.1f, 1}, .turned = true};
    for (int t = 0; t < 60; t++) tick(&u, &none);
    for (int t = 0; t < 60; t++) tick(&u, &turned);
    vg_session_restart(u.session);
    for (int t = 0; t < 30; t++) tick(&u, &turned);
    close_setup(&u);
    check_replay(path, 2);
    int64_t count, again;
    vg_log_step *steps = steps_of(path, 0, &count), *anew = steps_of(path, 1, &again);
    ck_assert_int_eq(count, 120);
    for (int64_t t = 0; t < count; t++) {
        ck_assert(steps[t].gust != 0 && steps[t].has_label);
        // Held for an action, and then another.
        if (t) ck_assert((steps[t].gust == steps[t - 1].gust) == (t % 3 != 0));
        if (t >= 60) ck_assert(steps[t].label[0] == 0.1f && steps[t].command[0] != 0.1f);
        if (t < 60) ck_assert_float_lt(fabsf(steps[t].label[0] - steps[t].command[0]), 0.3f);
        ck_assert_int_eq(steps[t].who, t < 60 ? VG_WHO_EXPERT : VG_WHO_HUMAN);
    }
    ck_assert(anew[0].gust != steps[0].gust); // a restart does not repeat it
    vg_free(steps);
    vg_free(anew);
    vg_diag diag = {0};
    vg_road *road = circle_road(60, 5);
    vg_car car = vg_car_default();
    vg_session *none_made;
    vg_session_def wrong = {.road = road, .car = &car, .disturbance = {.gust = -1}};
    ck_fails(vg_session_create(&wrong, &none_made, &diag), VG_ERR_ARGUMENT, "gust: disturbance's value '-1'");
    vg_road_destroy(road);
}
END_TEST

START_TEST(an_open_road_ends) {
    vg_diag diag = {0};
    const double x[] = {0, 50, 100, 150}, y[] = {0, 0, 0, 0};
    setup u = {.road = road_from(x, y, 4, 4, false), .car = vg_car_default(), .path = scratch("open.vlog")};
    vg_recorder_def recorder = vg_recorder_default();
    recorder.path = u.path, recorder.road = u.road, recorder.car = &u.car;
    ck_ok(vg_recorder_open(&recorder, &u.recorder, &diag));
    vg_session_def def = {.road = u.road, .car = &u.car, .recorder = u.recorder};
    ck_ok(vg_session_create(&def, &u.session, &diag));
    vg_control ahead = {.raw = {0, 1}, .wanted = {0, 1}};
    for (int t = 0; t < 900; t++) tick(&u, &ahead);
    vg_session_view v = vg_session_get(u.session);
    ck_assert(v.finished);
    ck_assert_int_eq(v.laps_done, 1);
    ck_assert_int_lt(v.ticks, 900); // the car stands
    vg_session_restart(u.session);
    for (int t = 0; t < 20; t++) tick(&u, &ahead);
    ck_assert(!vg_session_get(u.session).finished);
    close_setup(&u);
    check_replay(u.path, 2);
}
END_TEST

// What stands on the road does not stop the car; the lap does not count, and the record says so.
START_TEST(a_collision_spoils_the_lap) {
    const vg_obstacle island[] = {on_circle(60, 0, 1)};
    vg_road *road = circle_with(island, 1);
    vg_car car = vg_car_default();
    vg_diag diag = {0};
    vg_policy *policy;
    vg_session *session;
    ck_ok(vg_policy_open("human_model", &(vg_policy_terms){0}, &policy, &diag)); // knows nothing of islands
    vg_session_def def = {.road = road, .car = &car, .policy = policy, .seed = 3};
    ck_ok(vg_session_create(&def, &session, &diag));
    bool hit = false;
    for (int t = 0; t < 1500; t++) {
        ck_ok(vg_session_tick(session, &(vg_control){0}, &diag));
        hit |= vg_session_get(session).colliding;
    }
    vg_session_view v = vg_session_get(session);
    ck_assert(hit && !v.colliding && !v.clean && v.now.s > 70);
    vg_session_destroy(session);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("session", a_collision_spoils_the_lap, laps_are_counted_and_the_best_is_kept,
        a_lap_off_the_road_is_no_best_lap, every_restart_is_an_episode_and_replays,
        a_car_with_a_delay_replays, a_person_takes_over_and_hands_back, labels_do_not_move_the_car,
        disturbance_is_recorded_and_replays, an_open_road_ends)
