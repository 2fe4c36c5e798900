#include <math.h>
#include <string.h>

#include "agents/drive/pace.h"
#include "agents/drive/record.h"
#include "agents/drive/redrive.h"
#include "agents/experts/expert.h"
#include "logs/store/replay.h"
#include "tests/drivers.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static const char *log_path(void) {
    static const char *path;
    if (!path) path = scratch("record.vlog");
    return path;
}

static int32_t told_laps;
static vg_record_lap last_lap;
static void told(void *context, const vg_record_lap *lap) {
    (void)context;
    told_laps++;
    last_lap = *lap;
}

static vg_err record(const vg_record_def *def, vg_diag *diag) {
    vg_log *log;
    told_laps = 0;
    vg_err err = vg_log_create(log_path(), VG_REPLACE, &log, diag);
    if (err) return err;
    err = vg_record_run(def, log, told, NULL, diag);
    if (!err) return vg_log_close(log, diag);
    vg_log_discard(log);
    return err;
}

// Every episode of the log replays to the bit; the i-th begins where the one before ended.
static void check_episodes(int32_t wanted, vg_end end) {
    vg_diag diag;
    vg_log *log;
    int32_t count;
    vg_state before = {0};
    ck_ok(vg_log_open(log_path(), &log, &diag));
    ck_ok(vg_log_count(log, &count, &diag));
    ck_assert_int_eq(count, wanted);
    for (int32_t i = 0; i < count; i++) {
        vg_log_episode episode;
        vg_replay_report report;
        vg_log_step *steps;
        int64_t ticks;
        ck_ok(vg_log_episode_at(log, i, &episode, &diag));
        ck_assert_int_eq(episode.end, end);
        ck_assert_int_eq(episode.ticks % episode.ticks_per_action,
                         end == VG_END_OFF_ROAD ? episode.ticks % 3 : 0);
        ck_ok(vg_replay_episode(log, &episode, &report, &diag));
        ck_assert_int_eq(report.first_differing, -1);
        ck_ok(vg_log_steps(log, episode.id, &steps, &ticks, &diag));
        if (i) ck_assert_int_eq(memcmp(&steps[0].state, &before, sizeof before), 0);
        before = episode.final;
        vg_free(steps);
    }
    ck_ok(vg_log_close(log, &diag));
    unlink(log_path());
}

START_TEST(cuts_a_run_into_laps) {
    vg_diag diag;
    vg_road *road = stadium_road(80, 20, 4);
    vg_policy *policy;
    vg_car car = vg_car_default();
    car.delay = 0.1f; // so that commands are under way where a lap is cut
    ck_ok(vg_expert_create("pursuit-noisy", &policy, &diag));
    vg_record_def def = vg_record_default();
    def.policy = policy, def.road = road, def.car = &car, def.laps = 3, def.seed = 5, def.labels = true;
    ck_ok(record(&def, &diag));
    ck_assert_int_eq(told_laps, 3);
    ck_assert_int_eq(last_lap.end, VG_END_FINISH);
    ck_assert_double_gt(last_lap.mean_speed, 5);
    ck_assert_double_eq_tol(last_lap.seconds * last_lap.mean_speed, vg_road_get(road).length, 5);
    check_episodes(3, VG_END_FINISH);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(a_departure_ends_the_run) {
    vg_diag diag;
    vg_road *road = circle_road(50, 5);
    vg_policy *straight_on = test_policy_create(0, 10, false);
    vg_record_def def = vg_record_default();
    def.policy = straight_on, def.road = road, def.laps = 3;
    ck_ok(record(&def, &diag));
    ck_assert_int_eq(told_laps, 1);
    ck_assert_int_eq(last_lap.end, VG_END_OFF_ROAD);
    check_episodes(1, VG_END_OFF_ROAD);
    vg_policy_destroy(straight_on);
    vg_road_destroy(road);
}
END_TEST

// The same drive as a rollout with that start and seed, tick by tick in the log: the same gusts, noise in the
// command, the delay in the car, and the policy's action before the noise as the label.
START_TEST(records_the_disturbance_of_a_rollout) {
    vg_diag diag;
    const vg_road *road = circle_road(60, 8);
    vg_policy *policy = test_policy_create(0.1f, 7, false);
    const vg_car car = vg_car_default();
    vg_record_def def = vg_record_default();
    def.policy = policy, def.road = road, def.car = &car, def.longest = 6, def.seed = 5;
    def.disturbance = (vg_disturbance){0.1f, 0.5f, 0.05f, 0.02f, 0.05f};
    ck_ok(record(&def, &diag));
    vg_rollout_def rollout = vg_rollout_def_default();
    const vg_start start = {.speed = vg_careful_speed(road, &car, 0)};
    rollout.policy = policy, rollout.roads = &road, rollout.road_count = 1, rollout.car = &car;
    rollout.starts = 1, rollout.given = &start, rollout.horizon = 6, rollout.seed = 5;
    rollout.disturbance = def.disturbance;
    vg_redrive redrive;
    ck_ok(vg_redrive_run(&rollout, 0, &redrive, &diag));
    vg_log *log;
    vg_log_episode episode;
    vg_log_step *steps;
    int64_t ticks;
    ck_ok(vg_log_open(log_path(), &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &episode, &diag));
    ck_ok(vg_log_steps(log, episode.id, &steps, &ticks, &diag));
    ck_assert_int_eq(ticks, 360);
    for (int64_t t = 0; t < ticks; t++) {
        const vg_log_step *now = &steps[t];
        ck_assert(now->gust != 0 && now->has_label);
        ck_assert(now->label[0] != now->command[0]);
        if (t % 3 == 0) ck_assert_mem_eq(&now->state, &redrive.moments[t / 3].state, sizeof now->state);
    }
    ck_ok(vg_log_close(log, &diag));
    check_episodes(1, VG_END_HORIZON);
    vg_free(steps);
    vg_redrive_free(&redrive);
    def.disturbance.delay = 3;
    ck_fails(record(&def, &diag), VG_ERR_ARGUMENT, "delay");
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

static bool stop_now(void) { return true; }

START_TEST(refuses_and_stops) {
    vg_diag diag;
    vg_road *road = circle_road(50, 5);
    vg_policy *policy = test_policy_create(0.1f, 8, false), *broken = test_policy_create(0.1f, 8, true);
    vg_record_def good = vg_record_default(), def;
    good.policy = policy, good.road = road;
    def = good, def.laps = 0;
    ck_fails(record(&def, &diag), VG_ERR_ARGUMENT, "0 laps");
    def = good, def.longest = NAN;
    ck_fails(record(&def, &diag), VG_ERR_ARGUMENT, "longest lap");
    def = good, def.labels = true;
    ck_fails(record(&def, &diag), VG_ERR_MISMATCH, "not an expert");
    def = good, def.stop = stop_now;
    ck_fails(record(&def, &diag), VG_ERR_INTERRUPTED, "stopped");
    def = good, def.policy = broken;
    ck_fails(record(&def, &diag), VG_ERR_POLICY, "gave no action that is a number, at tick 0");
    vg_car car = vg_car_default(), other = car;
    other.wheelbase = 3;
    policy->car = &car;
    def = good, def.car = &other;
    ck_fails(record(&def, &diag), VG_ERR_MISMATCH, "was made for the car 'sedan'");
    policy->tick_num = 1, policy->tick_den = 50, policy->ticks_per_action = 2;
    def = good, def.tick_num = 1, def.tick_den = 60, def.ticks_per_action = 3;
    ck_fails(record(&def, &diag), VG_ERR_MISMATCH, "ticks of 1/50 s, 2 an action");
    ck_assert_int_ne(access(log_path(), F_OK), 0); // nothing was left
    vg_policy_destroy(policy);
    vg_policy_destroy(broken);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    vg_diag diag;
    vg_road *road = circle_road(10, 3);
    vg_policy *policy;
    ck_ok(vg_expert_create("pursuit-noisy", &policy, &diag));
    vg_record_def def = vg_record_default();
    def.policy = policy, def.road = road;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) turn.err = record(&def, &diag);
    unlink(log_path());
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("record", cuts_a_run_into_laps, a_departure_ends_the_run, records_the_disturbance_of_a_rollout,
        refuses_and_stops, survives_every_failed_allocation)
