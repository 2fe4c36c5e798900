#include <sqlite3.h>
#include <sys/stat.h>

#include "sim/base/file.h"
#include "sim/base/hash.h"
#include "tests/log_fixture.h"

static bool exists(const char *path) { return access(path, F_OK) == 0; }

// Another tool changes a log, without its checks.
static void tamper(const char *path, const char *sql) {
    sqlite3 *db;
    char *text = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL);
    if (sqlite3_exec(db, sql, NULL, NULL, &text)) ck_abort_msg("%s: %s", sql, text);
    sqlite3_close(db);
}

// --- round trips -----------------------------------------------------------------------------------------

// A row of awkward numbers.
static vg_log_step awkward_step(int64_t t) {
    return (vg_log_step){.state = {.x = -0.0,
                                   .y = 0x1.fffffffffffffp1000,
                                   .yaw = 0x1p-1074,
                                   .s = 1.0 / 3 + (double)t,
                                   .offset = -0.0f,
                                   .speed = 0x1p-149f,
                                   .steer = 0x1.fffffep127f,
                                   .accel = 16777216},
                         .command = {-1, -0.0f},
                         .applied = {0.1f, -3},
                         .input = {1e30f, -0.0f},
                         .label = {1, -0.0f},
                         .has_label = t % 2,
                         .who = (vg_who)(t % 3),
                         .gust = t % 2 ? -0x1p-149f : 0,
                         .bridged = t % 3 == 1};
}

static const float LINE[] = {-0.0f, 1, 0.25f, -1};

static vg_log_episode awkward_episode(vg_log *log, const vg_road *road, const vg_car *car) {
    vg_diag diag = {0};
    vg_log_episode e = vg_log_episode_default();
    ck_ok(vg_log_add_road(log, road, &e.road, &diag));
    ck_ok(vg_log_add_car(log, car, &e.car, &diag));
    e.tick_num = 2, e.tick_den = 125, e.ticks_per_action = 4;
    e.seed = UINT64_MAX;
    e.policy = "human", e.policy_hash = 1;
    e.started = "2024-05-01T10:20:30Z", e.tags = "a,b", e.source = "x.csv", e.source_start = -2.5;
    e.previous[0] = -0.0f, e.previous[1] = 0.5f;
    e.delay_line = LINE, e.delay_ticks = 2;
    return e;
}

static void write_awkward(const char *path, const vg_road *road, const vg_car *car) {
    vg_diag diag = {0};
    vg_log *log;
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    vg_log_episode e = awkward_episode(log, road, car);
    ck_ok(vg_log_begin(log, &e, &diag));
    ck_assert_int_eq(e.id, 1);
    for (int64_t t = 0; t < 7; t++) {
        vg_log_step step = awkward_step(t);
        ck_ok(vg_log_append(log, &step, 1, &diag));
    }
    vg_state final = awkward_step(7).state;
    ck_ok(vg_log_end(log, VG_END_OFF_ROAD, &final, &diag));
    ck_ok(vg_log_close(log, &diag));
}

static void check_episode(const vg_log_episode *e) {
    ck_assert(e->tick_num == 2 && e->tick_den == 125 && e->ticks_per_action == 4);
    ck_assert_uint_eq(e->seed, UINT64_MAX);
    ck_assert_str_eq(e->policy, "human");
    ck_assert_uint_eq(e->policy_hash, 1);
    ck_assert_str_eq(e->version, vg_log_episode_default().version);
    ck_assert_str_eq(e->started, "2024-05-01T10:20:30Z");
    ck_assert_str_eq(e->tags, "a,b");
    ck_assert_str_eq(e->source, "x.csv");
    ck_assert(e->source_start == -2.5);
    ck_assert(signbit(e->previous[0]) && e->previous[1] == 0.5f);
    ck_assert_int_eq(e->delay_ticks, 2);
    ck_assert_int_eq(memcmp(e->delay_line, LINE, sizeof LINE), 0);
    ck_assert_int_eq(e->end, VG_END_OFF_ROAD);
    ck_assert_int_eq(e->ticks, 7);
    const vg_state final = awkward_step(7).state;
    ck_assert(e->has_final && memcmp(&e->final, &final, sizeof final) == 0);
}

START_TEST(keeps_every_bit) {
    vg_diag diag = {0};
    const char *path = scratch("bits.vlog");
    vg_road *road = fixture_road(60), *again;
    vg_car car = fixture_car(0.03f), read_car;
    write_awkward(path, road, &car);

    vg_log *log;
    vg_log_episode e;
    vg_log_step *steps;
    int64_t count;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    check_episode(&e);
    ck_ok(vg_log_steps(log, e.id, &steps, &count, &diag));
    ck_assert_int_eq(count, 7);
    for (int64_t t = 0; t < 7; t++) {
        vg_log_step step = awkward_step(t);
        if (!step.has_label) step.label[0] = step.label[1] = 0;
        ck_assert_int_eq(memcmp(&steps[t].state, &step.state, sizeof step.state), 0);
        ck_assert_int_eq(memcmp(steps[t].command, step.command, sizeof step.command), 0);
        ck_assert_int_eq(memcmp(steps[t].applied, step.applied, sizeof step.applied), 0);
        ck_assert_int_eq(memcmp(steps[t].input, step.input, sizeof step.input), 0);
        ck_assert_int_eq(memcmp(steps[t].label, step.label, sizeof step.label), 0);
        ck_assert(steps[t].has_label == step.has_label && steps[t].who == step.who);
        ck_assert_int_eq(steps[t].bridged, step.bridged);
        ck_assert_int_eq(memcmp(&steps[t].gust, &step.gust, sizeof step.gust), 0);
    }
    ck_ok(vg_log_road(log, e.road, &again, &diag));
    ck_assert_uint_eq(vg_road_hash(again), vg_road_hash(road));
    ck_assert_str_eq(vg_road_get(again).name, "oval");
    ck_ok(vg_log_car(log, e.car, &read_car, &diag));
    ck_assert_int_eq(memcmp(&read_car, &car, sizeof car), 0);
    vg_road_destroy(again);
    vg_free(steps);
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(keeps_events_and_samples) {
    vg_diag diag = {0};
    const char *path = fixture_log("more.vlog");
    vg_log *log;
    vg_log_incident *events;
    vg_log_sample *samples;
    int64_t count;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_events(log, 2, &events, &count, &diag));
    ck_assert_int_eq(count, 2);
    ck_assert(events[0].event == VG_EVENT_OFF && events[1].event == VG_EVENT_LAP);
    ck_assert(events[0].tick == FIXTURE_TICKS / 2 && events[0].s == 12.5 && events[0].offset == -4.25);
    ck_ok(vg_log_read_samples(log, 2, &samples, &count, &diag));
    ck_assert_int_eq(count, FIXTURE_SAMPLES);
    ck_assert(samples[3].t == 100 + 0.2 * 3 && signbit(samples[3].y) && samples[3].throttle == 0.5);
    ck_assert(isnan(samples[3].steer) && isnan(samples[3].brake));
    vg_free(events);
    vg_free(samples);
    ck_ok(vg_log_close(log, &diag));
}
END_TEST

START_TEST(stores_the_same_road_and_car_once) {
    vg_diag diag = {0};
    const char *path = scratch("same.vlog");
    vg_log *log;
    vg_road *wide = fixture_road(60), *twin = fixture_road(60), *narrow = fixture_road(40);
    vg_car car = vg_car_default(), slow = car, renamed = car;
    slow.speed_max = 5;
    strcpy(renamed.name, "other");
    int64_t a, b, c;
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_ok(vg_log_add_road(log, wide, &a, &diag));
    ck_ok(vg_log_add_road(log, narrow, &b, &diag));
    ck_ok(vg_log_add_road(log, twin, &c, &diag));
    ck_assert(a != b && a == c);
    ck_ok(vg_log_add_car(log, &car, &a, &diag));
    ck_ok(vg_log_add_car(log, &slow, &b, &diag));
    ck_ok(vg_log_add_car(log, &car, &c, &diag));
    ck_assert(a != b && a == c);
    ck_ok(vg_log_add_car(log, &renamed, &c, &diag));
    ck_assert(c != a && c != b);
    vg_log_discard(log);
    vg_road_destroy(wide);
    vg_road_destroy(twin);
    vg_road_destroy(narrow);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(keeps_the_road_that_was_asked_for) {
    vg_diag diag = {0};
    const char *path = scratch("roads.vlog");
    vg_log *log;
    vg_road *wide = fixture_road(60), *narrow = fixture_road(40), *again[3];
    int64_t a, b;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_log_add_road(log, wide, &a, &diag));
    ck_ok(vg_log_add_road(log, narrow, &b, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_road(log, a, &again[0], &diag));
    ck_ok(vg_log_road(log, a, &again[1], &diag));
    ck_ok(vg_log_road(log, b, &again[2], &diag));
    ck_assert(again[0] == again[1] && again[0] != again[2]);
    ck_ok(vg_log_close(log, &diag));
    ck_assert(vg_road_hash(again[0]) == vg_road_hash(wide) && vg_road_hash(again[2]) == vg_road_hash(narrow));
    for (int i = 0; i < 3; i++) vg_road_destroy(again[i]);
    vg_road_destroy(wide);
    vg_road_destroy(narrow);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(hashes_content_alone) {
    const char *path = fixture_log("hash.vlog");
    uint64_t hash = fixture_hash(path);
    tamper(path, "UPDATE episode SET tags = 'x', version = '9', started = 'now', source = ''; VACUUM");
    ck_assert_uint_eq(fixture_hash(path), hash);
    const char *other = fixture_log("hash2.vlog");
    ck_assert_uint_eq(fixture_hash(other), hash);
}
END_TEST

// --- contracts -------------------------------------------------------------------------------------------

START_TEST(appears_whole_or_not_at_all) {
    vg_diag diag = {0};
    vg_log *log;
    const char *path = scratch("whole.vlog");
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_assert(!exists(path));
    vg_log_discard(log);
    ck_assert(!exists(path));
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_assert(exists(path));
    ck_fails(vg_log_create(path, VG_KEEP, &log, &diag), VG_ERR_EXISTS, "whole.vlog");
    ck_assert_ptr_null(log);
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_fails(vg_log_create("/proc/no/such.vlog", VG_KEEP, &log, &diag), VG_ERR_IO, "/proc/no");
    ck_ok(vg_log_close(NULL, &diag));
    vg_log_discard(NULL);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(keeps_an_episode_that_was_not_ended) {
    vg_diag diag = {0};
    const char *path = scratch("open.vlog");
    vg_road *road = fixture_road(60);
    vg_car car = vg_car_default();
    vg_log *log;
    vg_log_step step = awkward_step(0);
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    vg_log_episode e = awkward_episode(log, road, &car);
    ck_ok(vg_log_begin(log, &e, &diag));
    ck_ok(vg_log_append(log, &step, 1, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    ck_assert(e.end == VG_END_OPEN && !e.has_final && e.ticks == 1);
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
}
END_TEST

START_TEST(refuses_wrong_arguments_and_goes_on) {
    vg_diag diag = {0};
    const char *path = scratch("wrong.vlog");
    vg_road *road = fixture_road(60);
    vg_car car = vg_car_default(), bad_car = car;
    vg_log *log;
    int64_t id;
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    bad_car.wheelbase = NAN;
    ck_fails(vg_log_add_car(log, &bad_car, &id, &diag), VG_ERR_ARGUMENT, "wheelbase");
    vg_log_episode good = awkward_episode(log, road, &car), e;
    vg_log_step step = awkward_step(0), steps[2] = {step, step};
    ck_fails(vg_log_append(log, &step, 1, &diag), VG_ERR_ARGUMENT, "no episode has begun");
    ck_fails(vg_log_end(log, VG_END_OPEN, NULL, &diag), VG_ERR_ARGUMENT, "no episode has begun");
#define REFUSED(field, value, part)                                                                          \
    e = good, e.field = value;                                                                               \
    ck_fails(vg_log_begin(log, &e, &diag), VG_ERR_ARGUMENT, part)
    REFUSED(road, 7, "road: is 7, which was not added");
    REFUSED(car, 0, "car: is 0, which was not added");
    REFUSED(tick_den, 0, "episode.tick_den: is 0, must be in [1,");
    REFUSED(ticks_per_action, -1, "episode.ticks_per_action: is -1");
    REFUSED(tags, "bad \xff", "episode.tags: is not UTF-8");
    REFUSED(policy, "bad\n", "episode.policy: is not UTF-8 text without control");
    REFUSED(previous[0], 1.5f, "episode.previous_steer: is 1.5, must be in [-1, 1]");
    REFUSED(source_start, INFINITY, "episode.source_start: is infinity");
    static const float bad_line[] = {0, 0, 2, 0};
    REFUSED(delay_line, bad_line, "delay_line: is 2, must be in [-1, 1]");
    REFUSED(delay_ticks, -1, "delay_line: has -1 ticks");
#undef REFUSED
    ck_ok(vg_log_begin(log, &good, &diag));
    ck_fails(vg_log_begin(log, &good, &diag), VG_ERR_ARGUMENT, "episode 1 has not ended");
    steps[1].state.yaw = NAN;
    ck_fails(vg_log_append(log, steps, 2, &diag), VG_ERR_ARGUMENT, ":2: step.yaw: is NaN, must be a finite");
    steps[1] = step, steps[1].command[1] = -1.0001f;
    ck_fails(vg_log_append(log, steps, 2, &diag), VG_ERR_ARGUMENT, ":2: step.command_accel: is -1.0001");
    steps[1] = step, steps[1].has_label = true, steps[1].label[1] = NAN;
    ck_fails(vg_log_append(log, steps, 2, &diag), VG_ERR_ARGUMENT, ":2: step.label: is NaN");
    steps[1] = step, steps[1].who = (vg_who)3;
    ck_fails(vg_log_append(log, steps, 2, &diag), VG_ERR_ARGUMENT, ":2: step.who: is 3, must be in [0, 2]");
    ck_ok(vg_log_append(log, &step, 1, &diag));
    ck_fails(vg_log_event(log, 1, (vg_event)3, 0, 0, &diag), VG_ERR_ARGUMENT, "is 3, must be one event");
    ck_fails(vg_log_event(log, -1, VG_EVENT_OFF, 0, 0, &diag), VG_ERR_ARGUMENT, "event.tick: is -1");
    ck_fails(vg_log_event(log, 1, VG_EVENT_OFF, NAN, 0, &diag), VG_ERR_ARGUMENT, "event.s: is NaN");
    ck_ok(vg_log_event(log, 1, VG_EVENT_OFF, 0, 0, &diag));
    ck_fails(vg_log_event(log, 1, VG_EVENT_OFF, 0, 0, &diag), VG_ERR_ARGUMENT, "event: UNIQUE");
    ck_fails(vg_log_end(log, VG_END_STOPPED, NULL, &diag), VG_ERR_ARGUMENT,
             "'stopped' without a final state");
    ck_fails(vg_log_end(log, VG_END_OPEN, &step.state, &diag), VG_ERR_ARGUMENT, "'open' with a final state");
    vg_state nowhere = step.state;
    nowhere.accel = INFINITY;
    ck_fails(vg_log_end(log, VG_END_FINISH, &nowhere, &diag), VG_ERR_ARGUMENT, "episode.final_accel");
    ck_ok(vg_log_end(log, VG_END_FINISH, &step.state, &diag));
    int32_t count;
    ck_fails(vg_log_count(log, &count, &diag), VG_ERR_ARGUMENT, "is being written");
    ck_ok(vg_log_close(log, &diag));

    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_count(log, &count, &diag));
    ck_assert_int_eq(count, 1);
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    ck_assert_int_eq(e.ticks, 1);
    vg_log_step *rows;
    vg_road *none;
    ck_fails(vg_log_episode_at(log, 1, &e, &diag), VG_ERR_NOT_FOUND, "there is no episode 1");
    ck_fails(vg_log_steps(log, 9, &rows, &id, &diag), VG_ERR_NOT_FOUND, "id 9");
    ck_fails(vg_log_road(log, 9, &none, &diag), VG_ERR_NOT_FOUND, "no road 9");
    ck_fails(vg_log_car(log, 9, &car, &diag), VG_ERR_NOT_FOUND, "no car 9");
    ck_fails(vg_log_begin(log, &good, &diag), VG_ERR_ARGUMENT, "was opened to read");
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(takes_any_name_of_a_file) {
    vg_diag diag = {0};
    vg_log *log;
    const char *path = scratch("a?b#c%20 d&mode=ro.vlog");
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_assert(exists(path));
    ck_ok(vg_log_open(path, &log, &diag));
    ck_assert_str_eq(vg_log_path(log), path);
    ck_ok(vg_log_close(log, &diag));
}
END_TEST

// docs/log-format.md names every column of every table.
START_TEST(is_described_in_the_docs) {
    vg_diag diag = {0};
    char *page;
    int64_t size;
    ck_ok(vg_file_read(VG_ROOT "/docs/log-format.md", 0, &page, &size, &diag));
    const char *path = fixture_log("docs.vlog");
    sqlite3 *db;
    sqlite3_stmt *columns;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_prepare_v2(db, "SELECT m.name, i.name FROM sqlite_schema m, pragma_table_info(m.name) i", -1,
                       &columns, NULL);
    int seen = 0;
    for (; sqlite3_step(columns) == SQLITE_ROW; seen++) {
        char title[100], entry[100];
        snprintf(title, sizeof title, "## %s", (const char *)sqlite3_column_text(columns, 0));
        snprintf(entry, sizeof entry, "| `%s` |", (const char *)sqlite3_column_text(columns, 1));
        const char *section = strstr(page, title);
        ck_assert_msg(section != NULL, "no section %s", title);
        const char *end = strstr(section + 3, "\n## "), *found = strstr(section, entry);
        ck_assert_msg(found && (!end || found < end), "no %s under %s", entry, title);
    }
    ck_assert_int_gt(seen, 60);
    sqlite3_finalize(columns);
    sqlite3_close(db);
    vg_free(page);
}
END_TEST

CK_MAIN("log", keeps_every_bit, keeps_events_and_samples, stores_the_same_road_and_car_once,
        keeps_the_road_that_was_asked_for, hashes_content_alone, appears_whole_or_not_at_all,
        keeps_an_episode_that_was_not_ended, refuses_wrong_arguments_and_goes_on, takes_any_name_of_a_file,
        is_described_in_the_docs)
