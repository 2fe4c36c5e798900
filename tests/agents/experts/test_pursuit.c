#include "agents/experts/pursuit.h"

#include <stdlib.h>

#include "sim/sense.h"
#include "tests/experts.h"
#include "tracks/generator.h"

// Episodes on `count` roads with a car; how many left the road.
static int32_t let_loose(const vg_policy *policy, const vg_road *const *roads, int32_t count,
                         const char *car_name, float spread, double horizon) {
    vg_diag diag;
    vg_car car;
    vg_rollout out;
    ck_ok(vg_car_load(car_name, &car, &diag));
    vg_rollout_def def = vg_rollout_def_default();
    def.policy = policy, def.roads = roads, def.road_count = count, def.car = &car, def.starts = 8;
    def.start_spread = spread, def.horizon = horizon, def.trace = false, def.threads = 2;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    int32_t departed = 0;
    for (int32_t e = 0; e < out.count; e++) {
        departed += out.episodes[e].off_time >= 0;
        ck_assert_double_gt(out.episodes[e].distance, 3 * out.episodes[e].duration); // and it does drive
    }
    vg_rollout_free(&out);
    return departed;
}

static const char *const cars[] = {"sedan", "kart", "formula"};

START_TEST(keeps_every_car_on_every_library_road) {
    vg_policy *policy = expert("pursuit");
    vg_road *roads[64];
    char name[64];
    int32_t count = 0;
    vg_diag diag;
    for (; vg_library_name(count, name); count++) ck_ok(vg_track_load(name, &roads[count], &diag));
    for (int c = 0; c < 3; c++)
        ck_assert_int_eq(let_loose(policy, (const vg_road *const *)roads, count, cars[c], 2.5f, 60), 0);
    for (int32_t i = 0; i < count; i++) vg_road_destroy(roads[i]);
    vg_policy_destroy(policy);
}
END_TEST

START_TEST(keeps_on_open_and_crossing_roads) {
    vg_policy *policy = expert("pursuit");
    vg_road *roads[] = {open_road(4), eight_road(120, 4), circle_road(30, 4), stadium_road(200, 12, 4)};
    for (int c = 0; c < 3; c++)
        ck_assert_int_eq(let_loose(policy, (const vg_road *const *)roads, 4, cars[c], 2.5f, 30), 0);
    for (int i = 0; i < 4; i++) vg_road_destroy(roads[i]);
    vg_policy_destroy(policy);
}
END_TEST

START_TEST(keeps_sports_cars_on_library_roads) {
    static const char *const fast[] = {"road-sport", "motorcycle-like", "gt"}, *const names[] = {
                                                                                   "hairpins", "chicane",
                                                                                   "narrow", "train-1",
                                                                                   "train-4"};
    vg_policy *policy = expert("pursuit");
    vg_road *roads[5];
    vg_diag diag;
    for (int32_t i = 0; i < 5; i++) ck_ok(vg_track_load(names[i], &roads[i], &diag));
    for (int c = 0; c < 3; c++)
        ck_assert_int_eq(let_loose(policy, (const vg_road *const *)roads, 5, fast[c], 2.5f, 60), 0);
    for (int32_t i = 0; i < 5; i++) vg_road_destroy(roads[i]);
    vg_policy_destroy(policy);
}
END_TEST

// A library road for model cars.
static vg_road *model_road(const char *name, double scale) {
    vg_road *full, *road;
    vg_diag diag;
    ck_ok(vg_track_load(name, &full, &diag));
    vg_road_def def = vg_road_source(full);
    double *columns = malloc(4 * (size_t)def.count * sizeof *columns);
    const double *from[] = {def.x, def.y, def.left, def.right};
    for (int c = 0; c < 4; c++)
        for (int32_t i = 0; i < def.count; i++) columns[c * def.count + i] = scale * from[c][i];
    def.x = columns, def.y = columns + def.count, def.left = columns + 2 * def.count;
    def.right = columns + 3 * def.count, def.spacing = fmax(0.05, scale);
    ck_ok(vg_road_create(&def, &road, &diag));
    vg_road_destroy(full);
    free(columns);
    return road;
}

START_TEST(keeps_model_cars_on_roads_of_their_size) {
    static const struct {
        const char *car;
        double scale;
    } models[] = {{"f1tenth", 0.1}, {"f1tenth", 0.2}, {"rc", 1.0 / 43}, {"rc", 1.0 / 20}};
    vg_policy *policy = expert("pursuit");
    for (int m = 0; m < 4; m++) {
        double scale = models[m].scale;
        const vg_road *roads[] = {model_road("hairpins", scale), model_road("chicane", scale)};
        vg_diag diag;
        vg_car car;
        vg_rollout out;
        ck_ok(vg_car_load(models[m].car, &car, &diag));
        vg_rollout_def def = vg_rollout_def_default();
        def.policy = policy, def.roads = roads, def.road_count = 2, def.car = &car, def.starts = 8;
        def.start_spread = (float)scale, def.horizon = 60, def.trace = false, def.threads = 2;
        ck_ok(vg_rollout_run(&def, &out, &diag));
        for (int32_t e = 0; e < out.count; e++) {
            ck_assert_msg(out.episodes[e].off_time < 0, "%s at 1:%g leaves at %g s", models[m].car, 1 / scale,
                          out.episodes[e].off_time);
            ck_assert_double_gt(out.episodes[e].distance, 40 * sqrt(scale) * 9); // and it does drive
        }
        vg_rollout_free(&out);
        for (int i = 0; i < 2; i++) vg_road_destroy((vg_road *)roads[i]);
    }
    vg_policy_destroy(policy);
}
END_TEST

// A car that reacts late and slowly.
START_TEST(allows_for_delay_and_lag) {
    vg_diag diag;
    vg_road *road;
    vg_car car = vg_car_default();
    car.delay = 0.2f, car.steer_lag = 0.3f, car.accel_lag = 0.5f;
    ck_ok(vg_track_load("hairpins", &road, &diag));
    const vg_road *roads[] = {road};
    vg_policy *policy = expert("pursuit");
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout out;
    def.policy = policy, def.roads = roads, def.road_count = 1, def.car = &car, def.start_spread = 2.5f,
    def.trace = false;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    for (int32_t e = 0; e < out.count; e++) ck_assert_double_lt(out.episodes[e].off_time, 0);
    vg_rollout_free(&out);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

// It brakes for curves: the lateral acceleration never exceeds the plan by much.
START_TEST(keeps_to_its_plan) {
    vg_diag diag;
    vg_road *road;
    vg_world *world;
    vg_driver driver;
    vg_policy *policy = expert("pursuit:lateral=0.4");
    ck_ok(vg_track_load("chicane", &road, &diag));
    const vg_road *roads[] = {road};
    vg_world_def def = vg_world_default();
    def.roads = roads, def.road_count = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    ck_ok(vg_driver_open(policy, 1, &driver, &diag));
    vg_driver_reset(&driver, 0, &(vg_episode_key){1, 0, 0});
    vg_world_view view = vg_world_get(world);
    double worst = 0, fastest = 0;
    int64_t before = vg_memory_count();
    for (int t = 0; t < 20 * 180; t++) {
        float action[2];
        ck_assert_int_eq(vg_driver_act(&driver, world, action), VG_OK);
        ck_assert_int_eq(vg_world_step(world, action), VG_OK);
        double curvature = fabs(vg_road_at(road, view.s[0]).curvature), v = view.speed[0];
        worst = fmax(worst, curvature * v * v);
        fastest = fmax(fastest, v);
    }
    ck_assert_int_eq(vg_memory_count(), before); // neither acting nor stepping allocates
    ck_assert(!view.off_road[0]);
    ck_assert_int_ge(view.laps[0], 1);
    ck_assert_double_lt(worst, 0.4 * 8 * 1.15);
    ck_assert_double_gt(worst, 0.4 * 8 * 0.8);
    ck_assert_double_gt(fastest, 25); // and it uses the straights
    vg_driver_close(&driver);
    vg_world_destroy(world);
    vg_road_destroy(road);
    vg_policy_destroy(policy);
}
END_TEST

static uint64_t rollout_hash(const char *text, uint64_t seed, int32_t threads) {
    vg_policy *policy = expert(text);
    vg_road *road = stadium_road(150, 20, 5);
    const vg_road *roads[] = {road};
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout out;
    vg_diag diag;
    def.policy = policy, def.roads = roads, def.road_count = 1, def.starts = 100, def.horizon = 10,
    def.seed = seed;
    def.threads = threads;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    uint64_t hash = vg_hash_float(0, &out.trace[0].s, 1);
    for (int64_t i = 0; i < (int64_t)out.count * out.samples; i++)
        hash = vg_hash_float(hash, &out.trace[i].s, 3);
    vg_rollout_free(&out);
    vg_road_destroy(road);
    vg_policy_destroy(policy);
    return hash;
}

START_TEST(same_seed_same_bits) {
    uint64_t hash = rollout_hash("pursuit-noisy", 7, 1);
    ck_golden("pursuit/noisy", hash);
    ck_assert_uint_eq(rollout_hash("pursuit-noisy", 7, 2), hash);
    ck_assert_uint_eq(rollout_hash("pursuit-noisy", 7, 3), hash);
    ck_assert_uint_ne(rollout_hash("pursuit-noisy", 8, 1), hash);
    ck_assert_uint_ne(rollout_hash("pursuit", 7, 1), hash);
    // Without delay and noise it equals the clean driver.
    ck_assert_uint_eq(rollout_hash("pursuit-noisy:noise=0,reaction=0", 7, 1), rollout_hash("pursuit", 7, 1));
}
END_TEST

START_TEST(labels_move_nothing) { ck_labels_move_nothing("pursuit-noisy", "pursuit", 200); }
END_TEST

START_TEST(takes_settings_and_refuses_others) {
    vg_diag diag;
    vg_policy *policy;
    ck_fails(vg_expert_create("persuit", &policy, &diag), VG_ERR_NOT_FOUND,
             "there are pursuit, pursuit-noisy");
    ck_fails(vg_expert_create("pursuit:lateral", &policy, &diag), VG_ERR_FORMAT, "expected key=value");
    ck_fails(vg_expert_create("pursuit:lateral=2", &policy, &diag), VG_ERR_FORMAT, "lateral");
    ck_fails(vg_expert_create("pursuit:noise=0.1", &policy, &diag), VG_ERR_FORMAT,
             "noise"); // a clean one has none
    ck_assert_ptr_null(policy);
    policy = expert("pursuit");
    ck_assert_uint_eq(policy->hash, 0);
    vg_policy_destroy(policy);
    policy = expert("pursuit:lateral=0.3,gain=1");
    ck_assert_uint_ne(policy->hash, 0);
    ck_assert_str_eq(policy->name, "pursuit");
    vg_policy_destroy(policy);
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_expert_create("pursuit", &policy, &diag), VG_ERR_MEMORY);
    vg_memory_fail_never();
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// The farthest places before a bend, in metres, at which a car at this speed is told to steer, and to brake.
static void find_reach(vg_world *world, const vg_driver *driver, double bend, float speed, double *steers,
                       double *brakes) {
    *steers = *brakes = 0;
    for (double before = 0; before < bend - 50; before += 1) {
        vg_start start = {.s = bend - before, .speed = speed};
        float label[VG_CAR_ACTIONS];
        ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
        ck_assert_int_eq(vg_driver_label(driver, world, label), VG_OK);
        if (fabsf(label[0]) > 0.01f) *steers = before;
        if (label[1] < -0.02f) *brakes = before;
    }
}

// 700 m straight on, a quarter turn of the generator's least radius, and straight on again.
static vg_road *straight_and_bend(double *bend) {
    double x[ROAD_POINTS], y[ROAD_POINTS], radius = (double)vg_generator_default().radius_least, sine, cosine;
    int32_t n = 0;
    for (; n < 175; n++) x[n] = 4 * n, y[n] = 0;
    *bend = x[n - 1] + 2;
    for (int k = 0; k < 20; k++, n++) {
        vg_sincos(VG_PI / 2 * k / 19, &sine, &cosine);
        x[n] = *bend + radius * sine, y[n] = radius * (1 - cosine);
    }
    for (int k = 1; k < 40; k++, n++) x[n] = x[n - 1], y[n] = y[n - 1] + 4;
    return road_from(x, y, n, 5, false);
}

// The bend that pursuit steers and brakes for is within what learners are shown by default. A sedan that is
// faster than 28 m/s has to brake before that; karts and formula cars brake later.
START_TEST(looks_no_farther_than_the_default_sense) {
    static const float speeds[] = {2, 3, 5, 8, 10, 15, 20, 25, 28, 36, 50, 80}, most[] = {28, 36, 80};
    const char *farthest = strrchr(VG_SENSE_DEFAULT, ':') + 1;
    ck_assert(farthest[strlen(farthest) - 1] == 's');
    double seconds = atof(farthest), bend, steers, brakes;
    vg_policy *policy = expert("pursuit");
    vg_road *road = straight_and_bend(&bend);
    vg_driver driver;
    vg_diag diag;
    ck_ok(vg_driver_open(policy, 1, &driver, &diag));
    for (int c = 0; c < 3; c++) {
        vg_car car;
        vg_world *world;
        ck_ok(vg_car_load(cars[c], &car, &diag));
        vg_world_def def = vg_world_default();
        def.roads = (const vg_road *const *)&road, def.road_count = 1, def.count = 1;
        def.cars = &car, def.car_count = 1;
        ck_ok(vg_world_create(&def, &world, &diag));
        for (size_t i = 0; i < sizeof speeds / sizeof *speeds && speeds[i] <= most[c]; i++) {
            double shown = seconds * (double)speeds[i];
            find_reach(world, &driver, bend, speeds[i], &steers, &brakes);
            ck_assert_msg(steers > 0 && steers <= shown && brakes <= shown,
                          "%s at %g m/s steers %g m and brakes %g m before a bend, and is shown %g", cars[c],
                          (double)speeds[i], steers, brakes, shown);
            ck_assert(speeds[i] < 25 || brakes > (double)speeds[i]); // it does look ahead
        }
        vg_world_destroy(world);
    }
    vg_driver_close(&driver);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("pursuit", keeps_every_car_on_every_library_road, keeps_on_open_and_crossing_roads,
        keeps_sports_cars_on_library_roads, keeps_model_cars_on_roads_of_their_size, allows_for_delay_and_lag,
        keeps_to_its_plan, same_seed_same_bits, labels_move_nothing, takes_settings_and_refuses_others,
        looks_no_farther_than_the_default_sense)
