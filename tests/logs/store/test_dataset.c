#include <sqlite3.h>

#include "logs/store/dataset.h"
#include "tests/log_fixture.h"

static vg_sense *sense_of(const char *text) {
    vg_diag diag = {0};
    vg_sense *sense;
    ck_ok(vg_sense_create(text, &sense, &diag));
    return sense;
}

static vg_dataset *read_one(const vg_dataset_def *def, const char *path) {
    vg_diag diag = {0};
    vg_dataset *data;
    ck_ok(vg_dataset_read(def, &path, 1, &data, &diag));
    return data;
}

// Row t of an episode is what a world in the logged state senses, the previous command with it; its action is
// the label where there is one, else the command.
START_TEST(pairs_what_was_sensed_with_the_action_taken) {
    vg_diag diag = {0};
    const char *path = fixture_log("pairs.vlog");
    vg_sense *sense =
        sense_of("offset,heading,speed,steer,curvature@0:5:1s,width,previous,lidar@5x120deg:30m");
    int32_t width = vg_sense_size(sense);
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense;
    def.validation = 0;
    vg_dataset *data = read_one(&def, path);
    vg_rows rows = vg_dataset_train(data);
    ck_assert_int_eq(rows.count, 80 + 80 + 33);
    ck_assert_int_eq(rows.width, width);
    ck_assert_int_eq(vg_dataset_validation(data).count, 0);
    ck_assert_int_eq(vg_dataset_episodes(data), 3);
    ck_assert(vg_dataset_car(data)->delay == 0.1f);
    int32_t num, den, k;
    vg_dataset_clock(data, &num, &den, &k);
    ck_assert(num == 1 && den == 60 && k == 3);

    vg_log *log;
    ck_ok(vg_log_open(path, &log, &diag));
    float *wanted = vg_new(float, width);
    for (int32_t i = 0, row = 0; i < 3; i++) {
        vg_log_episode e;
        vg_log_step *steps;
        vg_road *road;
        vg_world *world;
        int64_t count;
        ck_ok(vg_log_episode_at(log, i, &e, &diag));
        ck_ok(vg_log_steps(log, e.id, &steps, &count, &diag));
        ck_ok(vg_log_road(log, e.road, &road, &diag));
        const vg_road *roads[] = {road};
        vg_world_def world_def = vg_world_default();
        world_def.roads = roads, world_def.road_count = 1;
        world_def.cars = vg_dataset_car(data), world_def.car_count = 1;
        ck_ok(vg_world_create(&world_def, &world, &diag));
        for (int64_t t = 0; t < count; t += 3, row++) {
            ck_ok(vg_world_set(world, 0, &steps[t].state, t ? steps[t - 1].command : NULL, NULL));
            vg_sense_observe(sense, world, wanted);
            ck_assert_int_eq(memcmp(rows.inputs + row * width, wanted, (size_t)width * sizeof *wanted), 0);
            const float *action = t % 5 == 0 ? (const float[]){0.25f, 0} : steps[t].command;
            ck_assert_int_eq(memcmp(rows.actions + 2 * row, action, 2 * sizeof *action), 0);
        }
        vg_world_destroy(world);
        vg_road_destroy(road);
        vg_free(steps);
    }
    vg_free(wanted);
    ck_ok(vg_log_close(log, &diag));
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(splits_by_whole_episodes) {
    const char *path = fixture_log("split.vlog");
    vg_sense *sense = sense_of("offset,speed");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense;
    bool long_held = false, short_held = false;
    for (def.seed = 0; def.seed < 12; def.seed++) {
        vg_dataset *data = read_one(&def, path), *again = read_one(&def, path);
        int64_t held = vg_dataset_validation(data).count;
        ck_assert_int_eq(held + vg_dataset_train(data).count, 193);
        ck_assert(held == 80 || held == 33);
        *(held == 80 ? &long_held : &short_held) = true;
        ck_assert_uint_eq(vg_dataset_hash(data), vg_dataset_hash(again));
        vg_dataset_destroy(data);
        vg_dataset_destroy(again);
    }
    ck_assert(long_held && short_held);
    def.validation = 0.99; // one stays to train on
    vg_dataset *data = read_one(&def, path);
    ck_assert_int_gt(vg_dataset_train(data).count, 0);
    ck_assert_int_le(vg_dataset_train(data).count, 80);
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
}
END_TEST

START_TEST(keeps_to_limit_and_driver) {
    vg_diag diag = {0};
    const char *path = fixture_log("limit.vlog");
    vg_sense *sense = sense_of("offset,speed");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense;
    def.validation = 0;
    vg_dataset *all = read_one(&def, path), *data;
    def.limit = 100;
    data = read_one(&def, path);
    ck_assert_int_eq(vg_dataset_train(data).count, 100);
    ck_assert_int_eq(memcmp(vg_dataset_train(data).inputs, vg_dataset_train(all).inputs, 200 * sizeof(float)),
                     0);
    ck_assert_uint_ne(vg_dataset_hash(data), vg_dataset_hash(all));
    vg_dataset_destroy(data);
    vg_dataset_destroy(all);
    def.limit = 0;
    def.anyone = false;
    def.who = VG_WHO_EXPERT;
    data = read_one(&def, path);
    ck_assert_int_eq(vg_dataset_train(data).count, 193);
    vg_dataset_destroy(data);
    def.who = VG_WHO_HUMAN;
    ck_fails(vg_dataset_read(&def, &path, 1, &data, &diag), VG_ERR_FORMAT,
             "limit.vlog: step: no rows to learn");
    ck_assert_ptr_null(data);
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// One log with another car or clock.
static const char *odd_log(const char *name, float delay, int32_t ticks_per_action) {
    vg_diag diag = {0};
    const char *path = scratch(name);
    vg_road *road = fixture_road(60);
    vg_car car = fixture_car(delay);
    vg_log *log;
    vg_log_episode e = vg_log_episode_default();
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &e.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &e.car, &diag));
    e.ticks_per_action = ticks_per_action;
    vg_road_point at = vg_road_at(road, 0);
    vg_log_step step = {.state = {.x = at.x, .y = at.y, .yaw = at.heading}};
    ck_ok(vg_log_begin(log, &e, &diag));
    ck_ok(vg_log_append(log, &step, 1, &diag));
    ck_ok(vg_log_end(log, VG_END_STOPPED, &step.state, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
    return path;
}

START_TEST(refuses_logs_that_do_not_belong_together) {
    vg_diag diag = {0};
    vg_sense *sense = sense_of("offset,speed");
    vg_dataset_def def = vg_dataset_default();
    vg_dataset *data;
    const char *paths[] = {odd_log("one.vlog", 0.1f, 3), odd_log("two.vlog", 0.1f, 3), NULL};
    ck_fails(vg_dataset_read(&def, paths, 2, &data, &diag), VG_ERR_ARGUMENT, "needs a sense");
    def.sense = sense;
    ck_ok(vg_dataset_read(&def, paths, 2, &data, &diag));
    ck_assert_int_eq(vg_dataset_train(data).count, 1);
    ck_assert_int_eq(vg_dataset_validation(data).count, 1);
    vg_dataset_destroy(data);
    paths[2] = odd_log("clock.vlog", 0.1f, 2);
    ck_fails(vg_dataset_read(&def, paths, 3, &data, &diag), VG_ERR_MISMATCH, "one.vlog");
    ck_assert(strstr(diag.file, "clock.vlog") && strstr(diag.text, "is 2 here and 3 in"));
    unlink(paths[2]);
    paths[2] = odd_log("car.vlog", 0.2f, 3);
    ck_fails(vg_dataset_read(&def, paths, 3, &data, &diag), VG_ERR_MISMATCH, "car.delay: is 0.2");
    unlink(paths[2]);
    def.validation = 1;
    ck_fails(vg_dataset_read(&def, paths, 2, &data, &diag), VG_ERR_ARGUMENT, "validation is 1");
    def.validation = 0, def.limit = -1;
    ck_fails(vg_dataset_read(&def, paths, 2, &data, &diag), VG_ERR_ARGUMENT, "limit is -1");
    def.limit = 0;
    ck_fails(vg_dataset_read(&def, paths, 0, &data, &diag), VG_ERR_FORMAT, "no rows to learn from");
    paths[1] = "/no/such.vlog";
    ck_fails(vg_dataset_read(&def, paths, 2, &data, &diag), VG_ERR_NOT_FOUND, "/no/such.vlog");
    unlink(paths[0]);
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(grows_row_by_row) {
    vg_diag diag = {0};
    vg_sense *sense = sense_of("offset,speed,steer");
    vg_car car = vg_car_default();
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense;
    def.limit = 1000;
    vg_dataset *data;
    ck_ok(vg_dataset_create(&def, &car, &data, &diag));
    ck_assert_int_eq(vg_dataset_train(data).count, 0);
    for (int i = 0; i < 1200; i++) {
        const float input[3] = {(float)i, 1, 2}, action[2] = {0.5f, (float)i};
        ck_ok(vg_dataset_add(data, input, action, 1, i >= 1100, &diag));
    }
    vg_rows train = vg_dataset_train(data), held = vg_dataset_validation(data);
    ck_assert(train.count == 1000 && held.count == 100);
    ck_assert(train.inputs[3 * 999] == 999 && train.actions[2 * 999 + 1] == 999);
    ck_assert(held.inputs[0] == 1100 && held.inputs[3 * 99] == 1199);
    vg_dataset_destroy(data);
    vg_dataset_destroy(NULL);
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(leaks_nothing_when_memory_runs_out) {
    vg_diag diag = {0};
    const char *path = fixture_log("memory.vlog");
    vg_sense *sense = sense_of("offset,speed,curvature@0:5");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense;
    int64_t live = vg_memory_live(), n = 1;
    for (vg_err err = VG_ERR_MEMORY; err; n++) {
        vg_dataset *data;
        vg_memory_fail_after(n);
        err = vg_dataset_read(&def, &path, 1, &data, &diag);
        vg_memory_fail_never();
        ck_assert(err == VG_OK || err == VG_ERR_MEMORY);
        vg_dataset_destroy(data);
        ck_assert_int_eq(vg_memory_live(), live);
    }
    ck_assert_int_gt(n, 20);
    vg_sense_destroy(sense);
}
END_TEST

CK_MAIN("dataset", pairs_what_was_sensed_with_the_action_taken, splits_by_whole_episodes,
        keeps_to_limit_and_driver, refuses_logs_that_do_not_belong_together, grows_row_by_row,
        leaks_nothing_when_memory_runs_out)
