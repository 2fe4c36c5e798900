#include "agents/experts/planner.h"

#include "agents/policy_open.h"
#include "agents/rewards/driving.h"
#include "agents/rewards/progress.h"
#include "agents/rewards/reward_file.h"
#include "tests/experts.h"
#include "tests/scratch.h"

static vg_diag diag;

static const char *reward_file(double hurry) {
    vg_driving_reward_def def = vg_driving_reward_default();
    const char *path = scratch("reward");
    vg_reward *reward;
    def.theta[VG_DRIVING_time] = hurry;
    ck_ok(vg_driving_reward_create(&def, &reward, &diag));
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    vg_reward_destroy(reward);
    return path;
}

static vg_policy *planner(double hurry) {
    char text[400];
    snprintf(text, sizeof text, "planner:reward=%s", reward_file(hurry));
    return expert(text);
}

START_TEST(keeps_a_lap_from_a_thousand_starts) {
    static const char *const roads[] = {"narrow", "chicane", "hairpins", "sweepers", "test-1"};
    for (int32_t r = 0; r < (getenv("VERGE_THOROUGH") ? 5 : 1); r++) {
        vg_road *road = library_road(roads[r]);
        vg_policy *policy = planner(5);
        ck_assert_int_eq(departures_of_a_lap(policy, road, NULL, 1000, r == 0 ? 170 : 300), 0);
        vg_policy_destroy(policy);
        vg_road_destroy(road);
    }
}
END_TEST

static double seconds_of_a_lap(double hurry, const vg_road *road, const vg_car *car) {
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout out;
    vg_policy *policy = planner(hurry);
    def.policy = policy, def.roads = &road, def.road_count = 1, def.car = car, def.starts = 1;
    def.horizon = 100;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    ck_assert(out.episodes[0].off_time < 0);
    double seconds = vg_road_get(road).length / (double)out.episodes[0].mean_speed;
    vg_rollout_free(&out);
    vg_policy_destroy(policy);
    return seconds;
}

// Whom time costs more drives faster; and a car with more grip does.
START_TEST(drives_by_its_reward) {
    vg_road *road = stadium_road(150, 30, 5);
    vg_car sedan = vg_car_default(), kart;
    ck_ok(vg_car_load("kart", &kart, &diag));
    double calm = seconds_of_a_lap(1, road, &sedan), hasty = seconds_of_a_lap(10, road, &sedan);
    ck_assert_double_lt(hasty, 0.8 * calm);
    ck_assert_double_lt(seconds_of_a_lap(10, road, &kart), hasty);
    vg_road_destroy(road);
}
END_TEST

// A car that answers late and steers slowly is not swung from side to side.
START_TEST(is_calm_in_a_car_with_delay) {
    vg_road *road = library_road("test-1");
    vg_policy *policy = expert("planner:reward=driving");
    vg_car late;
    vg_rollout out;
    vg_rollout_def def = vg_rollout_def_default();
    ck_ok(vg_car_load("long-sedan", &late, &diag));
    def.policy = policy, def.roads = (const vg_road *const *)&road, def.road_count = 1, def.car = &late;
    def.starts = 4, def.horizon = 60, def.start_spread = 0.3f, def.threads = 1;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    for (int32_t e = 0; e < out.count; e++) {
        ck_assert(out.episodes[e].off_time < 0);
        ck_assert_double_le(out.episodes[e].reversals, 25);
    }
    vg_rollout_free(&out);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

// A model car, a tenth of the size, by a reward for such cars.
START_TEST(drives_model_cars) {
    vg_driving_reward_def def = vg_driving_reward_default();
    const char *path = scratch("model");
    char text[400];
    vg_reward *reward;
    vg_car model;
    vg_road *road = stadium_road(20, 4, 1);
    ck_ok(vg_car_load("f1tenth", &model, &diag));
    def.car_scale = (double)vg_car_scale(&model);
    ck_ok(vg_driving_reward_create(&def, &reward, &diag));
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    vg_reward_destroy(reward);
    snprintf(text, sizeof text, "planner:reward=%s", path);
    vg_policy *policy = expert(text);
    vg_rollout_def drive = vg_rollout_def_default();
    vg_rollout out;
    drive.policy = policy, drive.roads = (const vg_road *const *)&road, drive.road_count = 1;
    drive.car = &model, drive.starts = 50, drive.start_spread = 0.5f, drive.horizon = 30;
    ck_ok(vg_rollout_run(&drive, &out, &diag));
    for (int32_t e = 0; e < out.count; e++) {
        ck_assert(out.episodes[e].off_time < 0);
        ck_assert_double_ge(out.episodes[e].completion, 1);
    }
    vg_rollout_free(&out);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

START_TEST(same_bits_everywhere) {
    vg_road *road = stadium_road(150, 30, 5);
    vg_policy *policy = planner(3);
    uint64_t one = drive_hash(policy, road, 1, 1);
    ck_golden("planner/drive", one);
    ck_assert(drive_hash(policy, road, 1, 2) == one);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

// A reward file is a driver by itself.
START_TEST(a_reward_file_drives) {
    const vg_policy_terms terms = {VG_NAMED_BY_FILE, NULL, NULL};
    char text[400];
    vg_policy *file, *named;
    const char *path = reward_file(2);
    snprintf(text, sizeof text, "planner:reward=%s", path);
    ck_ok(vg_policy_open(path, &terms, &file, &diag));
    ck_ok(vg_policy_open(text, &terms, &named, &diag));
    ck_assert(file->hash && file->hash == named->hash);
    vg_policy_destroy(file), vg_policy_destroy(named);
}
END_TEST

START_TEST(refuses_other_rewards) {
    vg_progress_def def = vg_progress_default();
    const vg_policy_terms terms = {VG_NAMED_BY_FILE, NULL, NULL};
    const char *path = scratch("progress");
    vg_reward *reward;
    vg_policy *policy;
    ck_ok(vg_progress_create(&def, &reward, &diag));
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    ck_fails(
        vg_policy_open(path, &terms, &policy, &diag), VG_ERR_MISMATCH,
        "kind: a reward of kind 'progress' cannot be planned, only 'driving'; train a policy on it: verge "
        "train ppo --reward FILE");
    ck_fails(vg_expert_create("planner", &policy, &diag), VG_ERR_ARGUMENT, "planner has no reward");
    ck_fails(vg_expert_create("planner:reward=none", &policy, &diag), VG_ERR_NOT_FOUND, "none");
    vg_reward_destroy(reward);
}
END_TEST

// A car of another size than the reward was made with: it says so.
START_TEST(refuses_cars_of_another_size) {
    vg_road *road = stadium_road(150, 30, 5);
    vg_car model;
    vg_rollout out;
    vg_policy *policy = planner(1);
    vg_rollout_def def = vg_rollout_def_default();
    ck_ok(vg_car_load("f1tenth", &model, &diag));
    def.policy = policy, def.roads = (const vg_road *const *)&road, def.road_count = 1, def.car = &model;
    def.starts = 1, def.horizon = 5;
    ck_assert_int_eq(vg_rollout_run(&def, &out, &diag), VG_ERR_POLICY);
    ck_assert_ptr_nonnull(strstr(vg_policy_trouble(policy), "made with cars of scale 1, 'f1tenth' has"));
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("planner", keeps_a_lap_from_a_thousand_starts, drives_by_its_reward, is_calm_in_a_car_with_delay,
        drives_model_cars, same_bits_everywhere, a_reward_file_drives, refuses_other_rewards,
        refuses_cars_of_another_size)
