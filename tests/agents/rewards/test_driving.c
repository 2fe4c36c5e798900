#include "agents/rewards/driving.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "agents/nets/safetensors.h"
#include "agents/rewards/reward_file.h"
#include "tests/scratch.h"

static vg_diag diag;

static const vg_driving_limits limits = {8, 10, 0.25};
static const vg_driving_segment segment = {.metres = 5,
                                           .seconds = 0.4,
                                           .lateral = 2,
                                           .longitudinal = -5,
                                           .lateral_jerk = 4,
                                           .longitudinal_jerk = -1,
                                           .offset = -2,
                                           .half_width = 4,
                                           .curvature_change = 0.0125};

START_TEST(features_of_a_segment_by_hand) {
    static const double want[VG_DRIVING_COUNT] = {0.4,       5 / 16.0, 5 / 4.0,  5 / 4.0,
                                                  5 / 100.0, 5 / 4.0,  5 / 16.0, 5 / 400.0};
    double f[VG_DRIVING_COUNT];
    vg_driving_features(&limits, &segment, f);
    for (int k = 0; k < VG_DRIVING_COUNT; k++) ck_assert_double_eq_tol(f[k], want[k], 1e-15);
    ck_assert_str_eq(vg_driving_name(VG_DRIVING_edge), "edge");
    ck_assert_ptr_null(vg_driving_name(VG_DRIVING_COUNT));
}
END_TEST

// Each feature's slope in what it depends on, against differences: power * metres * x^(power - 1) / divisor.
START_TEST(slopes_are_those_of_the_powers) {
    static const struct {
        size_t at;
        vg_driving_feature feature;
        double divisor;
        int power;
    } slopes[] = {
        {offsetof(vg_driving_segment, lateral), VG_DRIVING_lateral_acceleration, 8, 2},
        {offsetof(vg_driving_segment, longitudinal), VG_DRIVING_longitudinal_acceleration, 10, 2},
        {offsetof(vg_driving_segment, lateral_jerk), VG_DRIVING_lateral_jerk, 8, 2},
        {offsetof(vg_driving_segment, longitudinal_jerk), VG_DRIVING_longitudinal_jerk, 10, 2},
        {offsetof(vg_driving_segment, offset), VG_DRIVING_offset, 4, 2},
        {offsetof(vg_driving_segment, offset), VG_DRIVING_edge, 4, 4},
        {offsetof(vg_driving_segment, curvature_change), VG_DRIVING_curvature_change, 0.25, 2},
    };
    double x[VG_DRIVING_COUNT], less[VG_DRIVING_COUNT], more[VG_DRIVING_COUNT];
    vg_driving_shares(&limits, &segment, x);
    for (size_t i = 0; i < sizeof slopes / sizeof *slopes; i++) {
        vg_driving_segment moved = segment;
        double *value = (double *)((char *)&moved + slopes[i].at), step = 1e-5 * fabs(*value);
        int k = slopes[i].feature;
        *value += step;
        vg_driving_features(&limits, &moved, more);
        *value -= 2 * step;
        vg_driving_features(&limits, &moved, less);
        double power = slopes[i].power == 2 ? x[k] : x[k] * x[k] * x[k];
        double want = slopes[i].power * segment.metres * power / slopes[i].divisor;
        ck_assert_double_eq_tol((more[k] - less[k]) / (2 * step), want, 1e-7 * fabs(want));
    }
}
END_TEST

START_TEST(limits_are_the_cars_own) {
    vg_car car = vg_car_default();
    vg_driving_limits at_rest = vg_driving_limits_of(&car, 0);
    ck_assert_double_eq_tol(at_rest.lateral, (double)car.lateral_max, 1e-12);
    ck_assert_double_eq_tol(at_rest.longitudinal, (double)car.brake_max, 1e-12);
    ck_assert_double_eq_tol(at_rest.curvature, tan((double)car.steer_max) / (double)car.wheelbase, 1e-9);
    car.downforce = 0.01f;
    ck_assert_double_eq_tol(vg_driving_limits_of(&car, 20).lateral, (double)car.lateral_max + 4, 1e-6);
    vg_car_clear_grip(&car), car.lateral_max = 0;
    ck_assert_double_eq_tol(vg_driving_limits_of(&car, 20).lateral, (double)car.brake_max, 1e-12);
}
END_TEST

static vg_world *world_on(const vg_road *road, vg_start start) {
    vg_world_def def = vg_world_default();
    vg_world *world;
    def.roads = &road, def.road_count = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    ck_ok(vg_world_reset(world, NULL, &start, 1));
    return world;
}

// The reward of one action on a straight road, against the features of the same motion by hand.
START_TEST(reward_of_an_action) {
    static const double x[] = {0, 200}, y[] = {0, 0}, left[] = {4, 4}, right[] = {5, 5};
    vg_road_def def = vg_road_default();
    vg_road *road;
    def.x = x, def.y = y, def.left = left, def.right = right, def.count = 2, def.closed = false;
    ck_ok(vg_road_create(&def, &road, &diag));
    vg_driving_reward_def made = vg_driving_reward_default();
    vg_reward *reward;
    made.pay = 0.25;
    ck_ok(vg_driving_reward_create(&made, &reward, &diag));
    vg_world *world = world_on(road, (vg_start){.s = 20, .offset = -2.5f, .speed = 15});
    float before[3], action[2] = {0, 0.5f};
    double s = 20, got, want = 0, plain;
    vg_sense_observe(reward->sense, world, before);
    ck_ok(vg_world_step(world, action));
    vg_world_view view = vg_world_get(world);
    const vg_reward_view asked = {.count = 1, .world = world, .s = &s, .observed = before, .actions = action};
    reward->ops->evaluate(reward, &asked, &got);
    const vg_car car = vg_car_default();
    double air0 = 0.11 + 0.00025 * 225, v = (double)view.speed[0], air = 0.11 + 0.00025 * v * v;
    double a = (double)view.accel[0];
    vg_driving_limits of = vg_driving_limits_of(&car, (15 + v) / 2);
    vg_driving_segment g = {.metres = view.s[0] - 20,
                            .seconds = 0.05,
                            .longitudinal = (a - air - air0) / 2,
                            .longitudinal_jerk = (a - air + air0) / 0.05,
                            .offset = -2.5,
                            .half_width = 5};
    double f[VG_DRIVING_COUNT];
    vg_driving_features(&of, &g, f);
    for (int k = 0; k < VG_DRIVING_COUNT; k++) want -= made.theta[k] * f[k];
    plain = want + made.pay * g.metres;
    ck_assert_double_eq_tol(got, plain, 1e-6);
    ck_assert(want < -0.05 && g.metres > 0.7 && a > 0);
    vg_world_destroy(world);
    vg_road_destroy(road);
    vg_reward_destroy(reward);
}
END_TEST

// Steering beyond the grip turns the car no more than the tyres hold; metres driven backwards count as none.
START_TEST(motion_at_the_limits) {
    static const double x[] = {0, 200}, y[] = {0, 0}, half[] = {4, 4};
    vg_road_def def = vg_road_default();
    vg_road *road;
    def.x = x, def.y = y, def.left = def.right = half, def.count = 2, def.closed = false;
    ck_ok(vg_road_create(&def, &road, &diag));
    vg_car car = vg_car_default();
    vg_driving_limits of;
    vg_state before = {.s = 30, .speed = 30}, now = {.s = 31.5, .speed = 30, .steer = 0.4f};
    vg_driving_segment g = vg_driving_between(&car, road, &before, &now, 0.05, &of);
    double most = (double)car.lateral_max;
    ck_assert_double_eq_tol(g.lateral, most / 2, 1e-6);
    ck_assert_double_eq_tol(g.lateral_jerk, most / 0.05, 1e-6);
    ck_assert_double_eq_tol(g.curvature_change, most / 900 / 1.5, 1e-6);
    ck_assert_double_eq_tol(g.metres, 1.5, 1e-9);
    now.s = 28;
    ck_assert(vg_driving_between(&car, road, &before, &now, 0.05, &of).metres == 0);
    vg_road_destroy(road);
}
END_TEST

static const char *written(const vg_driving_reward_def *def) {
    static char path[300];
    vg_reward *reward;
    ck_ok(vg_driving_reward_create(def, &reward, &diag));
    snprintf(path, sizeof path, "%s", scratch("driving"));
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    vg_reward_destroy(reward);
    return path;
}

START_TEST(comes_back_to_the_bit) {
    vg_driving_reward_def def = vg_driving_reward_default();
    for (int k = 0; k < VG_DRIVING_COUNT; k++) def.theta[k] = (k + 1) / 3.0;
    def.temperature = 1 / 7.0, def.pay = 0.3, def.off_road = 11.1, def.car_scale = 0.1;
    vg_reward *again;
    ck_ok(vg_reward_load(written(&def), &again, &diag));
    ck_assert_mem_eq(vg_driving_reward_of(again), &def, sizeof def);
    ck_assert(again->hash && again->terminal == -11.1);
    vg_reward_destroy(again);
}
END_TEST

static void refused_file(const char *key, const char *value, const char *says) {
    vg_driving_reward_def def = vg_driving_reward_default();
    vg_safetensors file;
    vg_reward *reward;
    const char *path = written(&def);
    ck_ok(vg_safetensors_read(path, &file, &diag));
    for (int32_t i = 0; i < file.metadata_count; i++)
        if (!strcmp(file.metadata[i].key, key)) file.metadata[i].value = value;
    ck_ok(vg_safetensors_write(path, VG_REPLACE, file.tensors, file.tensor_count, file.metadata,
                               file.metadata_count, &diag));
    vg_safetensors_free(&file);
    ck_fails(vg_reward_load(path, &reward, &diag), VG_ERR_FORMAT, says);
    ck_assert_ptr_null(reward);
}

START_TEST(refuses_what_cannot_be_driven) {
    refused_file("features", "time^1 comfort^2 ", "features: 'time^1 comfort^2 ', this verge has 'time^1");
    refused_file("edge", "-0.5", "edge: a weight of -0.5, expected 0 or more");
    refused_file("offset", "inf", "offset: 'inf' is not a number");
    refused_file("time", "0", "time: a weight of 0: the reward is unbounded above");
    refused_file("temperature", "0", "temperature: 0, expected above 0");
    refused_file("car_scale", "2", "car_scale: 2, expected above 0");
    refused_file("discount", "1", "discount: 1");
}
END_TEST

START_TEST(knows_cars_of_its_size) {
    vg_driving_reward_def def = vg_driving_reward_default();
    vg_car car = vg_car_default();
    ck_ok(vg_driving_reward_fits(&def, &car, &diag));
    car.wheelbase = 0.3f;
    ck_fails(vg_driving_reward_fits(&def, &car, &diag), VG_ERR_MISMATCH, "cars of scale 1, 'sedan' has 0.3");
    def.car_scale = 0.1, car = vg_car_default(); // a model car's reward in a car of full size
    ck_fails(vg_driving_reward_fits(&def, &car, &diag), VG_ERR_MISMATCH, "cars of scale 0.1, 'sedan' has 1");
}
END_TEST

CK_MAIN("driving", features_of_a_segment_by_hand, slopes_are_those_of_the_powers, limits_are_the_cars_own,
        reward_of_an_action, motion_at_the_limits, comes_back_to_the_bit, refuses_what_cannot_be_driven,
        knows_cars_of_its_size)
