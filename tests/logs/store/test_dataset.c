#include <sqlite3.h>

#include "logs/store/dataset.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

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

// Row t of an episode is what a world in the logged state senses, including the previous command; its action
// is the label if there is one, else the command.
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

// Rows of something else than actions: made in the row's own state, of its own action.
static void tell_state(const vg_world *world, int32_t i, const float *action, float *values) {
    vg_state state = vg_world_state(world, i);
    values[1] = state.offset + action[1];
    values[0] = state.speed;
}

START_TEST(relabels_in_the_state_of_a_row) {
    const char *path = fixture_log("relabel.vlog");
    vg_sense *sense = sense_of("offset,speed");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense, def.validation = 0;
    vg_dataset *plain = read_one(&def, path);
    def.relabel = tell_state;
    vg_dataset *data = read_one(&def, path);
    vg_rows rows = vg_dataset_train(data), before = vg_dataset_train(plain);
    ck_assert(rows.count == before.count && rows.count > 100);
    for (int64_t r = 0; r < rows.count; r++) {
        ck_assert_float_eq(rows.actions[2 * r], rows.inputs[2 * r + 1]);
        ck_assert_float_eq(rows.actions[2 * r + 1], rows.inputs[2 * r] + before.actions[2 * r + 1]);
    }
    ck_assert_uint_ne(vg_dataset_hash(data), vg_dataset_hash(plain));
    vg_dataset_destroy(plain), vg_dataset_destroy(data);
    vg_sense_destroy(sense);
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

// Episodes cover all rows of a part, in order, without gaps.
static void ck_episodes(const vg_rows *rows, int64_t episodes) {
    ck_assert_int_eq(rows->episode_count, episodes);
    int64_t next = 0;
    for (int64_t i = 0; i < rows->episode_count; i++) {
        ck_assert_int_eq(rows->episodes[i].first, next);
        ck_assert_int_ge(rows->episodes[i].count, 1);
        ck_assert_int_ne(rows->episodes[i].end, VG_ROW_GOES_ON);
        next += rows->episodes[i].count;
    }
    ck_assert_int_eq(next, rows->count);
}

// The split is by whole episodes, so each part's are those of logs; the limit truncates the one it falls in.
START_TEST(knows_its_episodes) {
    const char *path = fixture_log("episodes.vlog");
    vg_sense *sense = sense_of("offset,speed,previous");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense;
    for (def.seed = 0; def.seed < 4; def.seed++) {
        vg_dataset *data = read_one(&def, path);
        vg_rows train = vg_dataset_train(data), held = vg_dataset_validation(data);
        ck_episodes(&train, 2);
        ck_episodes(&held, 1);
        ck_assert_int_eq(held.episodes[0].count, held.count);
        ck_assert(held.episodes[0].end == VG_ROW_TRUNCATED && held.episodes[0].final == 0);
        vg_dataset_destroy(data);
    }
    def.validation = 0;
    vg_dataset *all = read_one(&def, path);
    vg_rows rows = vg_dataset_train(all);
    ck_episodes(&rows, 3);
    ck_assert(rows.episodes[1].first == 80 && rows.episodes[2].first == 160);
    static const int64_t limits[] = {1, 79, 80, 81, 160, 192};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        def.limit = limits[i];
        vg_dataset *data = read_one(&def, path);
        vg_rows cut = vg_dataset_train(data);
        ck_episodes(&cut, 1 + (def.limit > 80) + (def.limit > 160));
        vg_transition last = vg_rows_transition(&cut, cut.count - 1);
        ck_assert(last.truncated && !last.terminated);
        // What followed is known: the first row that was left out, or the log's state at the end.
        vg_transition same = vg_rows_transition(&rows, cut.count - 1);
        ck_assert_int_eq(memcmp(last.next, same.next, (size_t)cut.width * sizeof(float)), 0);
        vg_dataset_destroy(data);
    }
    vg_dataset_destroy(all);
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A drive: who drives each action (p: a policy, h: a human, g: nobody knows, a gap), how it ended, whether
// its last state is known.
static const char *wheel_log(const char *name, const char *who, vg_end end) {
    vg_diag diag = {0};
    const char *path = scratch(name);
    vg_road *road = fixture_road(60);
    vg_car car = fixture_car(0);
    vg_log *log;
    vg_log_episode e = vg_log_episode_default();
    e.source = "wheel.csv";
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &e.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &e.car, &diag));
    ck_ok(vg_log_begin(log, &e, &diag));
    vg_log_step step = {.state = {0}};
    for (int64_t t = 0; t <= 3 * (int64_t)strlen(who); t++) {
        vg_road_point at = vg_road_at(road, (double)t);
        step.state = (vg_state){.x = at.x, .y = at.y, .yaw = at.heading, .speed = (float)t};
        if (t == 3 * (int64_t)strlen(who)) break;
        step.bridged = who[t / 3] == 'g';
        step.who = who[t / 3] != 'p' ? VG_WHO_HUMAN : VG_WHO_POLICY;
        step.command[0] = (float)(t / 3) / 1000;
        ck_ok(vg_log_append(log, &step, 1, &diag));
    }
    ck_ok(vg_log_end(log, end, end == VG_END_OPEN ? NULL : &step.state, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
    return path;
}

START_TEST(says_how_episodes_ended) {
    static const vg_end ends[] = {VG_END_OFF_ROAD, VG_END_HORIZON, VG_END_FINISH, VG_END_STOPPED,
                                  VG_END_OPEN};
    vg_sense *sense = sense_of("speed");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense, def.validation = 0;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        vg_dataset *data = read_one(&def, wheel_log("ends.vlog", "hhhh", ends[i]));
        vg_rows rows = vg_dataset_train(data);
        ck_episodes(&rows, 1);
        vg_transition t = vg_rows_transition(&rows, 2), last = vg_rows_transition(&rows, 3);
        ck_assert(t.input[0] == 6 && t.next[0] == 9 && !t.terminated && !t.truncated);
        ck_assert(last.terminated == (ends[i] == VG_END_OFF_ROAD) && last.truncated == !last.terminated);
        if (ends[i] == VG_END_OPEN)
            ck_assert_ptr_null(last.next);
        else
            ck_assert(last.next[0] == 12);
        vg_dataset_destroy(data);
    }
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// What was driven in a gap is not known: it is no data, and the rows on both sides are no neighbours.
START_TEST(a_gap_is_no_data) {
    vg_sense *sense = sense_of("speed");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense, def.validation = 0;
    vg_dataset *data = read_one(&def, wheel_log("gap.vlog", "hhggghh", VG_END_FINISH));
    vg_rows rows = vg_dataset_train(data);
    ck_episodes(&rows, 2);
    ck_assert(rows.count == 4 && rows.episodes[0].count == 2);
    vg_transition t = vg_rows_transition(&rows, 1);
    ck_assert(t.truncated && t.next[0] == 6);
    ck_assert(rows.inputs[2] == 15);
    for (int i = 0; i < 2; i++) // the gap's episode is known by its place in the log
        ck_assert(rows.episodes[i].log == 0 && rows.episodes[i].number == 0 &&
                  rows.episodes[i].tick == 15 * i);
    vg_dataset_destroy(data);
    // An episode that is nothing but a gap has no rows.
    vg_diag diag = {0};
    const char *path = wheel_log("gap.vlog", "ggg", VG_END_FINISH);
    ck_fails(vg_dataset_read(&def, &path, 1, &data, &diag), VG_ERR_FORMAT, "no rows to learn from");
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Rows on both sides of another driver's are not neighbours.
START_TEST(another_driver_ends_an_episode) {
    vg_sense *sense = sense_of("speed");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense, def.validation = 0, def.anyone = false, def.who = VG_WHO_HUMAN;
    vg_dataset *data = read_one(&def, wheel_log("wheel.vlog", "phhpphpph", VG_END_OFF_ROAD));
    vg_rows rows = vg_dataset_train(data);
    ck_episodes(&rows, 3);
    ck_assert(rows.count == 4 && rows.episodes[0].count == 2 && rows.episodes[1].count == 1);
    float past[2];
    uint8_t pad[2];
    vg_rows_window(&rows, 2, &(vg_window){2, 1}, past, pad, NULL, NULL);
    ck_assert(past[0] == 15 && past[1] == 15 && pad[0] && !pad[1]);
    vg_transition t = vg_rows_transition(&rows, 1);
    ck_assert(t.truncated && t.next[0] == 9);
    t = vg_rows_transition(&rows, 2);
    ck_assert(t.truncated && t.next[0] == 18);
    t = vg_rows_transition(&rows, 3);
    ck_assert(t.terminated && t.next[0] == 27);
    vg_dataset_destroy(data);
    // Where another driver drives at the end, the end is not this driver's.
    data = read_one(&def, wheel_log("wheel.vlog", "hhp", VG_END_OFF_ROAD));
    rows = vg_dataset_train(data);
    ck_episodes(&rows, 1);
    t = vg_rows_transition(&rows, 1);
    ck_assert(t.truncated && !t.terminated && t.next[0] == 6);
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A drive of more than 20 s is divided: each row is in one part, and knows what was sensed next, also where
// the other part begins; whether or not another driver cuts it, too.
START_TEST(a_long_drive_is_held_out_in_stretches) {
    enum { LONG = 1000 };
    char who[LONG + 1];
    vg_sense *sense = sense_of("speed");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense, def.anyone = false, def.who = VG_WHO_HUMAN;
    for (int cut = 0; cut < 2; cut++) {
        int64_t mine = 0;
        for (int i = 0; i < LONG; i++) mine += (who[i] = cut && i % 97 > 90 ? 'p' : 'h') == 'h';
        who[LONG] = 0;
        const char *path = wheel_log("stretches.vlog", who, VG_END_HORIZON);
        for (def.seed = 0; def.seed < 6; def.seed++) {
            vg_dataset *data = read_one(&def, path);
            const vg_rows parts[] = {vg_dataset_train(data), vg_dataset_validation(data)};
            bool seen[LONG] = {false};
            ck_assert_int_eq(vg_dataset_episodes(data), 1);
            ck_assert_int_eq(parts[0].count + parts[1].count, mine);
            ck_assert(parts[1].count > mine / 7 && parts[1].count < mine / 4);
            for (int p = 0; p < 2; p++) {
                ck_episodes(&parts[p], parts[p].episode_count);
                for (int64_t r = 0; r < parts[p].count; r++) {
                    vg_transition t = vg_rows_transition(&parts[p], r);
                    int row = (int)(t.input[0] / 3);
                    ck_assert(!seen[row] && who[row] == 'h' && t.next[0] == (float)(3 * row + 3));
                    seen[row] = true;
                }
            }
            if (!cut) { // a fifth of it, from one of five places
                ck_assert(parts[1].episode_count == 1 && parts[1].count == LONG / 5);
                ck_assert(fmodf(parts[1].inputs[0], 3 * LONG / 5) == 0);
            }
            vg_dataset_destroy(data);
        }
    }
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// More rows than are sensed at once: episodes continue across the bounds of a batch, and finals may be
// anywhere.
START_TEST(batches_leave_no_trace) {
    vg_sense *sense = sense_of("speed");
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense, def.validation = 0;
    char who[1100];
    for (int32_t length = 511; length <= 513; length++) {
        memset(who, 'h', sizeof who);
        who[length] = 0;
        const char *path = wheel_log("batches.vlog", who, VG_END_HORIZON);
        for (def.limit = 511; def.limit <= 514; def.limit++) {
            vg_dataset *data = read_one(&def, path);
            vg_rows rows = vg_dataset_train(data);
            ck_assert_int_eq(rows.count, length < def.limit ? length : def.limit);
            ck_episodes(&rows, 1);
            for (int64_t r = 0; r < rows.count; r++) {
                vg_transition t = vg_rows_transition(&rows, r);
                ck_assert(t.input[0] == (float)(3 * r) && t.next[0] == (float)(3 * r + 3));
                ck_assert(t.action[0] == (float)r / 1000);
            }
            vg_dataset_destroy(data);
        }
    }
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
        ck_ok(vg_dataset_add(data, input, action, NULL, 1, i >= 1100, &diag));
    }
    vg_rows train = vg_dataset_train(data), held = vg_dataset_validation(data);
    ck_assert(train.count == 1000 && held.count == 100);
    ck_assert(train.inputs[3 * 999] == 999 && train.actions[2 * 999 + 1] == 999);
    ck_assert(held.inputs[0] == 1100 && held.inputs[3 * 99] == 1199);
    ck_episodes(&train, 1000); // each was added as one
    ck_episodes(&held, 100);
    vg_dataset_destroy(data);

    // Several at once, the third of them beyond the limit.
    def.limit = 5;
    const float inputs[3 * 7] = {0}, actions[2 * 7] = {0};
    const uint8_t ends[7] = {0, VG_ROW_TERMINATED, 0, VG_ROW_TRUNCATED, VG_ROW_GOES_ON, 0, VG_ROW_TERMINATED};
    ck_ok(vg_dataset_create(&def, &car, &data, &diag));
    ck_ok(vg_dataset_add(data, inputs, actions, ends, 7, false, &diag));
    ck_ok(vg_dataset_add(data, inputs, actions, ends, 1, true, &diag)); // says that it goes on
    train = vg_dataset_train(data), held = vg_dataset_validation(data);
    ck_episodes(&train, 3);
    ck_episodes(&held, 1);
    ck_assert(train.episodes[0].count == 2 && train.episodes[0].end == VG_ROW_TERMINATED);
    ck_assert(train.episodes[1].count == 2 && train.episodes[1].end == VG_ROW_TRUNCATED);
    ck_assert(train.episodes[2].count == 1 && train.episodes[2].end == VG_ROW_TRUNCATED);
    ck_assert(train.episodes[1].final < 0 && train.episodes[2].final >= 0);
    ck_assert(held.episodes[0].end == VG_ROW_TRUNCATED);
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
    for (oom turn = {.least = 19, .diag = &diag}; oom_next(&turn);) {
        vg_dataset *data;
        turn.err = vg_dataset_read(&def, &path, 1, &data, &diag);
        vg_dataset_destroy(data);
    }
    vg_sense_destroy(sense);
}
END_TEST

CK_MAIN("dataset", pairs_what_was_sensed_with_the_action_taken, relabels_in_the_state_of_a_row,
        splits_by_whole_episodes, keeps_to_limit_and_driver, knows_its_episodes, says_how_episodes_ended,
        a_gap_is_no_data, another_driver_ends_an_episode, a_long_drive_is_held_out_in_stretches,
        batches_leave_no_trace, refuses_logs_that_do_not_belong_together, grows_row_by_row,
        leaks_nothing_when_memory_runs_out)
