// Hostile files, killed recorders, no memory and full disks: the result is a clear error or the right rows,
// never a crash.
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "sim/base/file.h"
#include "sim/base/hash.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

// Another tool changes a log, without its checks.
static void tamper(const char *path, const char *sql) {
    sqlite3 *db;
    char *text = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF", NULL, NULL, NULL);
    if (sqlite3_exec(db, sql, NULL, NULL, &text)) ck_abort_msg("%s: %s", sql, text);
    sqlite3_close(db);
}

// Read everything; returns the first error.
static vg_err read_all(const char *path, vg_diag *diag) {
    vg_log *log;
    int32_t count = 0;
    vg_err err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_count(log, &count, diag);
    for (int32_t i = 0; i < count && !err; i++) {
        vg_log_episode episode;
        vg_log_step *steps = NULL;
        vg_log_incident *events = NULL;
        vg_log_sample *samples = NULL;
        vg_road *road = NULL;
        vg_car car;
        int64_t n;
        err = vg_log_episode_at(log, i, &episode, diag);
        if (!err) err = vg_log_steps(log, episode.id, &steps, &n, diag);
        if (!err) err = vg_log_events(log, episode.id, &events, &n, diag);
        if (!err) err = vg_log_read_samples(log, episode.id, &samples, &n, diag);
        if (!err) err = vg_log_road(log, episode.road, &road, diag);
        if (!err) err = vg_log_car(log, episode.car, &car, diag);
        vg_road_destroy(road);
        vg_free(samples);
        vg_free(events);
        vg_free(steps);
    }
    vg_log_discard(log);
    return err;
}

// Not by vg_file_write, because its syncs would take most of the time.
static void put(const char *path, const char *bytes, int64_t size) {
    FILE *file = fopen(path, "wb");
    ck_assert(file && fwrite(bytes, 1, (size_t)size, file) == (size_t)size && fclose(file) == 0);
}

// --- what is no log --------------------------------------------------------------------------------------

START_TEST(refuses_what_is_no_log) {
    vg_diag diag = {0};
    vg_log *log;
    const char *path = scratch("not.vlog");
    ck_fails(vg_log_open(path, &log, &diag), VG_ERR_NOT_FOUND, "no such file");
    ck_fails(vg_log_open("/tmp", &log, &diag), VG_ERR_FORMAT, "not a regular file");
    put(path, "", 0);
    ck_fails(vg_log_open(path, &log, &diag), VG_ERR_FORMAT, "application id 0x00000000, must be 0x76657267");
    put(path, "x_m,y_m\n1,2\n", 12);
    ck_fails(vg_log_open(path, &log, &diag), VG_ERR_FORMAT, "not a database");
    unlink(path);
    tamper(path, "CREATE TABLE t (a)");
    ck_fails(vg_log_open(path, &log, &diag), VG_ERR_FORMAT, "is not a verge log");
    ck_assert_ptr_null(log);
    unlink(path);
    path = fixture_log("not.vlog");
    tamper(path, "PRAGMA user_version = 6");
    ck_fails(vg_log_open(path, &log, &diag), VG_ERR_FORMAT, "has schema version 6, this verge reads 1 to 5");
    tamper(path, "PRAGMA user_version = 0");
    ck_fails(vg_log_open(path, &log, &diag), VG_ERR_FORMAT, "has schema version 0");
    tamper(path, "PRAGMA user_version = 1");
    ck_fails(vg_log_open(path, &log, &diag), VG_ERR_FORMAT, "road: is not declared as schema version 1");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// Version 1 had no gusts (still air), version 2 no grip (a car as it was before), version 3 no bridged gaps,
// version 4 no obstacles, with the same content hash.
START_TEST(reads_the_versions_before) {
    vg_diag diag = {0};
    vg_log *log;
    vg_log_episode e;
    vg_log_step *steps;
    int64_t count;
    uint64_t now, then;
    const char *path = fixture_log("old.vlog");
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_hash(log, &now, &diag));
    ck_ok(vg_log_close(log, &diag));
    tamper(path, "ALTER TABLE road DROP COLUMN obstacles; PRAGMA writable_schema = ON; UPDATE sqlite_schema "
                 "SET sql = replace(replace(sql, 'BETWEEN 0 AND 5)', 'BETWEEN 0 AND 4)'), 'BETWEEN 1 AND "
                 "16)', 'BETWEEN 1 AND 8)'); PRAGMA writable_schema = OFF; PRAGMA user_version = 4");
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_hash(log, &then, &diag));
    ck_assert_uint_eq(then, now);
    ck_ok(vg_log_close(log, &diag));
    tamper(path, "ALTER TABLE step DROP COLUMN bridged; ALTER TABLE source_sample DROP COLUMN sd; PRAGMA "
                 "user_version = 3");
    vg_log_sample *samples;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_hash(log, &then, &diag));
    ck_assert_uint_eq(then, now);
    ck_ok(vg_log_read_samples(log, 1, &samples, &count, &diag));
    ck_assert(count == FIXTURE_SAMPLES && !(samples[3].sd > 0));
    vg_free(samples);
    ck_ok(vg_log_close(log, &diag));
#define X(field, unit, least, most, standard, help) tamper(path, "ALTER TABLE car DROP COLUMN " #field);
    VG_CAR_GRIP_FIELDS(X)
#undef X
    tamper(path, "PRAGMA user_version = 2");
    vg_car car;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_hash(log, &then, &diag));
    ck_assert_uint_eq(then, now);
    ck_ok(vg_log_car(log, 1, &car, &diag));
    ck_assert(car.longitudinal_max == 0 && car.drag == 0 && car.offroad_grip == 0);
    ck_ok(vg_log_close(log, &diag));
    tamper(path, "ALTER TABLE step DROP COLUMN gust; PRAGMA user_version = 1");
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_hash(log, &then, &diag));
    ck_assert_uint_eq(then, now);
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    ck_ok(vg_log_steps(log, e.id, &steps, &count, &diag));
    ck_assert(count == FIXTURE_TICKS && steps[5].gust == 0);
    vg_free(steps);
    ck_ok(vg_log_close(log, &diag));
    // One as it was written then.
    ck_ok(vg_log_open(VG_ROOT "/tests/fixtures/before-grip.vlog", &log, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(names_what_is_wrong) {
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"DROP TABLE step", "step: is missing: no such table"},
        {"DROP TABLE source_sample", "source_sample: is missing"},
        {"ALTER TABLE event DROP COLUMN offset", "event.offset: is missing"},
        {"ALTER TABLE step RENAME COLUMN yaw TO psi", "step.yaw: is missing: found 'psi'"},
        {"ALTER TABLE episode ADD COLUMN extra TEXT", "episode: is not declared as schema version 5"},
        {"DROP TABLE actor; CREATE VIEW actor AS SELECT 1", "actor: is missing"},
        {"DROP TABLE actor; CREATE TABLE actor (episode TEXT, id, name)", "actor.episode: is declared TEXT"},
        {"UPDATE step SET yaw = 'north' WHERE episode = 2 AND tick = 6",
         ":7: step.yaw: is a text, must be a"},
        {"UPDATE step SET x = 5 WHERE tick = 0", ":1: step.x: is an integer, must be a real"},
        {"UPDATE step SET y = 9e999 WHERE tick = 3", ":4: step.y: is infinity, must be a finite number"},
        {"UPDATE step SET speed = 0.1 WHERE tick = 1", ":2: step.speed: is 0.1"},
        {"UPDATE step SET command_steer = 1.5 WHERE tick = 2", ":3: step.command_steer: is 1.5, must be in"},
        {"UPDATE step SET who = 3 WHERE tick = 2", ":3: step.who: is 3, must be in [0, 2]"},
        {"UPDATE step SET gust = 0.5 WHERE tick = 2", "steps_hash: does not fit the steps of episode 1"},
        {"UPDATE step SET gust = 9e999 WHERE tick = 2", ":3: step.gust: is infinity"},
        {"UPDATE step SET label_steer = NULL WHERE tick = 5", ":6: step.label_steer: or label_accel is NULL"},
        {"UPDATE step SET speed = 8.0 WHERE tick = 5", "steps_hash: does not fit the steps of episode 1"},
        {"DELETE FROM step WHERE tick = 10", ":11: step.tick: is not the next"},
        {"DELETE FROM step WHERE tick > 90", "step.tick: ends before episode.ticks"},
        {"UPDATE episode SET ticks = 1 << 40", ":1: episode.ticks: is more than the file can hold"},
        {"UPDATE episode SET ticks = 239 WHERE id = 1", "episode.hash: does not fit"},
        {"UPDATE episode SET ticks = NULL WHERE id = 2", ":2: episode.ticks: is NULL"},
        {"UPDATE episode SET seed = 5 WHERE id = 3", ":3: episode.hash: does not fit"},
        {"UPDATE episode SET road = 9", ":1: episode.road: is a road that is not in the log"},
        {"UPDATE episode SET car = 9", ":1: episode.car: is a car that is not in the log"},
        {"UPDATE episode SET tick_den = 0", ":1: episode.tick_den: is 0, must be in [1, 2.14748365e+09]"},
        {"UPDATE episode SET \"end\" = 7", ":1: episode.end: is 7, must be in [0, 5]"},
        {"UPDATE episode SET final_yaw = NULL", ":1: episode.final_x: and the other final_"},
        {"UPDATE episode SET hash = NULL", ":1: episode.hash: does not fit"},
        {"UPDATE episode SET hash = 'zz'", ":1: episode.hash: is 'zz', must be 16"},
        {"UPDATE episode SET delay_line = x'00'", ":1: episode.delay_line: is not a whole number"},
        {"UPDATE episode SET policy = 'a' || char(27) || '[31m'", ":1: episode.policy: is not UTF-8 text"},
        {"UPDATE episode SET tags = CAST(x'c328' AS TEXT)", ":1: episode.tags: is not UTF-8 text"},
        {"UPDATE episode SET tags = printf('%5000d', 1)", ":1: episode.tags: has 5000 bytes, may have 4096"},
        {"UPDATE car SET wheelbase = 99.0", ":1: car.wheelbase:"},
        {"UPDATE car SET wheelbase = 2.5", ":1: car.hash: does not fit the car"},
        {"UPDATE road SET closed = 2", ":1: road.closed: is 2, must be 0 or 1"},
        {"UPDATE road SET x = x'00'", ":1: road.x: and y, right and left are not as many"},
        {"UPDATE road SET x = x'', y = x'', right = x'', left = x''", ":1: road."},
        {"UPDATE road SET left = right WHERE id = 1", ":1: road.hash: does not fit the road"},
        {"UPDATE event SET event = 5 WHERE event = 4", ":2: event.event: is not one event"},
        {"UPDATE event SET tick = 500", ":1: event.tick: is beyond"},
        {"DELETE FROM source_sample WHERE row = 3", ":4: source_sample.row: is not the next"},
        {"UPDATE source_sample SET t = 'x' WHERE row = 3", ":4: source_sample.t: is a text"},
    };
    vg_diag diag = {0};
    const char *path = fixture_log("wrong.vlog");
    char *bytes;
    int64_t size;
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put(path, bytes, size);
        tamper(path, cases[i].sql);
        ck_fails(read_all(path, &diag), VG_ERR_FORMAT, cases[i].says);
        ck_assert_msg(strstr(diag.file, "wrong.vlog") != NULL, "%s: no file named", cases[i].sql);
        ck_assert_int_eq(vg_memory_live(), 1);
    }
    vg_free(bytes);
}
END_TEST

// --- damage ----------------------------------------------------------------------------------------------

START_TEST(refuses_a_truncated_file) {
    vg_diag diag = {0};
    const char *path = fixture_log("cut.vlog");
    char *bytes;
    int64_t size;
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    for (int64_t length = 0; length < size; length += length < 600 ? 37 : 1511) {
        put(path, bytes, length);
        ck_assert_int_eq(read_all(path, &diag), VG_ERR_FORMAT);
    }
    vg_free(bytes);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// The result is an error or exactly the same content: what a hash covers is never read wrongly.
START_TEST(sees_flipped_bytes) {
    vg_diag diag = {0};
    const char *path = fixture_log("flip.vlog");
    uint64_t truth = fixture_hash(path), state = 1;
    char *bytes;
    int64_t size;
    int refused = 0, runs = 400;
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    for (int i = 0; i < runs; i++) {
        char before[16];
        state = state * 6364136223846793005u + 1442695040888963407u;
        // Half of them among headers and schema, where most can go wrong; some a whole run of bytes.
        int64_t at = (int64_t)(state >> 33) % (i % 2 ? size - 16 : 8192);
        int length = i % 3 == 0 ? 16 : 1;
        memcpy(before, bytes + at, 16);
        for (int k = 0; k < length; k++) bytes[at + k] ^= (char)(state >> (8 + k) | 1);
        put(path, bytes, size);
        vg_err err = read_all(path, &diag);
        if (err)
            refused++;
        else
            ck_assert_uint_eq(fixture_hash(path), truth);
        ck_assert_int_eq(vg_memory_live(), 1);
        memcpy(bytes + at, before, 16);
    }
    ck_assert_int_gt(refused, runs / 3);
    vg_free(bytes);
}
END_TEST

// --- a killed recorder -----------------------------------------------------------------------------------

// A recorder that writes ahead and is killed in the midst of episode 3.
static void record_and_die(const char *path) {
    sqlite3 *db;
    sqlite3_open(path, &db);
    int failed =
        sqlite3_exec(db,
                     "PRAGMA journal_mode = WAL; UPDATE episode SET \"end\" = 0, ticks = NULL, steps_hash = "
                     "NULL, hash = NULL, "
                     "final_x = NULL, final_y = NULL, final_yaw = NULL, final_s = NULL, final_offset = NULL, "
                     "final_speed = NULL, final_steer = NULL, final_accel = NULL WHERE id = 3;"
                     "DELETE FROM event WHERE episode = 3 AND tick > 33; DELETE FROM step WHERE episode = 3 "
                     "AND tick >= 33",
                     NULL, NULL, NULL);
    _exit(failed); // without closing
}

START_TEST(reads_what_a_killed_recorder_left) {
    vg_diag diag = {0};
    const char *path = fixture_log("killed.vlog");
    char beside[300];
    int64_t count;
    snprintf(beside, sizeof beside, "%s-wal", path);
    pid_t child = fork();
    if (child == 0) record_and_die(path);
    int status;
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(access(beside, F_OK), 0);

    vg_log *log;
    vg_log_episode episode;
    vg_log_step *steps;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_episode_at(log, 2, &episode, &diag));
    ck_assert(episode.end == VG_END_OPEN && episode.ticks == 33 && !episode.has_final);
    ck_ok(vg_log_steps(log, episode.id, &steps, &count, &diag));
    ck_assert_int_eq(count, 33);
    vg_free(steps);
    ck_ok(vg_log_close(log, &diag));
    // Opening has made one file of it, which may be renamed.
    ck_assert_int_ne(access(beside, F_OK), 0);
    char renamed[300];
    snprintf(renamed, sizeof renamed, "%s-renamed", path);
    ck_assert_int_eq(rename(path, renamed), 0);
    ck_ok(vg_log_open(renamed, &log, &diag));
    ck_ok(vg_log_episode_at(log, 2, &episode, &diag));
    ck_assert_int_eq(episode.ticks, 33);
    ck_ok(vg_log_close(log, &diag));
    ck_assert_int_eq(rename(renamed, path), 0);

    // A new log in its place must not read the old one's write-ahead log.
    child = fork();
    if (child == 0) record_and_die(path);
    waitpid(child, &status, 0);
    ck_assert_int_eq(status, 0);
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_assert_int_ne(access(beside, F_OK), 0);
    int32_t episodes;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_count(log, &episodes, &diag));
    ck_assert_int_eq(episodes, 0);
    ck_ok(vg_log_close(log, &diag));
}
END_TEST

// --- memory and disk -------------------------------------------------------------------------------------

static vg_err write_small(const char *path, const vg_road *road, vg_diag *diag) {
    vg_log *log;
    vg_car car = fixture_car(0.05f);
    vg_log_episode e = vg_log_episode_default();
    vg_log_step step = {.state.speed = 1};
    e.delay_ticks = 3;
    vg_err err = vg_log_create(path, VG_REPLACE, &log, diag);
    if (!err) err = vg_log_add_road(log, road, &e.road, diag);
    if (!err) err = vg_log_add_car(log, &car, &e.car, diag);
    if (!err) err = vg_log_begin(log, &e, diag);
    if (!err) err = vg_log_append(log, &step, 1, diag);
    if (!err) err = vg_log_end(log, VG_END_STOPPED, &step.state, diag);
    if (!err) return vg_log_close(log, diag);
    vg_log_discard(log);
    return err;
}

START_TEST(leaks_nothing_when_memory_runs_out) {
    vg_diag diag = {0};
    const char *path = scratch("memory.vlog"), *full = fixture_log("memory2.vlog");
    vg_road *road = fixture_road(60);
    for (oom turn = {.least = 9, .diag = &diag}; oom_next(&turn);) {
        turn.err = write_small(path, road, &diag);
        ck_assert_int_eq(access(path, F_OK) == 0, turn.err == VG_OK);
    }
    for (oom turn = {.diag = &diag}; oom_next(&turn);) turn.err = read_all(full, &diag);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// SQLite's own allocations, failed from the nth on.
static sqlite3_mem_methods plain;
static int64_t left;
static void *weak_malloc(int size) { return left-- > 0 ? plain.xMalloc(size) : NULL; }
static void *weak_realloc(void *block, int size) { return left-- > 0 ? plain.xRealloc(block, size) : NULL; }

// About 5,000 in all. The first hundreds one by one, then one in seven; all of them if VERGE_THOROUGH is set.
static int64_t next_failure(int64_t n) { return n + (n < 500 || getenv("VERGE_THOROUGH") ? 1 : 7); }

START_TEST(tells_when_sqlite_runs_out_of_memory) {
    vg_diag diag = {0};
    const char *path = scratch("sqlite.vlog");
    vg_road *road = fixture_road(60);
    int64_t live = vg_memory_live(), writes = 0, reads = 0;
    sqlite3_shutdown();
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain), SQLITE_OK);
    sqlite3_mem_methods weak = plain;
    weak.xMalloc = weak_malloc;
    weak.xRealloc = weak_realloc;
    ck_assert_int_eq(sqlite3_config(SQLITE_CONFIG_MALLOC, &weak), SQLITE_OK);
    left = INT64_MAX;
    sqlite3_initialize();
    for (vg_err err = VG_ERR_MEMORY; err; writes = next_failure(writes)) {
        left = writes;
        err = write_small(path, road, &diag);
        ck_assert_msg(err == VG_OK || err == VG_ERR_MEMORY, "write, %d: %s", (int)writes, diag.text);
        ck_assert_int_eq(vg_memory_live(), live);
    }
    for (vg_err err = VG_ERR_MEMORY; err; reads = next_failure(reads)) {
        left = reads;
        err = read_all(path, &diag);
        ck_assert_msg(err == VG_OK || err == VG_ERR_MEMORY, "read, %d: %s", (int)reads, diag.text);
        ck_assert_int_eq(vg_memory_live(), live);
    }
    left = INT64_MAX;
    ck_assert(writes > 50 && reads > 50);
    vg_road_destroy(road);
}
END_TEST

// Files may not grow beyond 100 kB, which has the effect of a full disk.
START_TEST(tells_when_the_disk_is_full) {
    vg_diag diag = {0};
    const char *path = scratch("full.vlog");
    vg_road *road = fixture_road(60);
    vg_car car = fixture_car(0);
    vg_log *log;
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {100000, 100000};
    setrlimit(RLIMIT_FSIZE, &small);
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    for (int i = 0; i < 20; i++) fixture_episode(log, road, &car, i, FIXTURE_TICKS, "");
    ck_fails(vg_log_close(log, &diag), VG_ERR_IO, "full.vlog: cannot write it");
    ck_assert_int_ne(access(path, F_OK), 0);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("log_check", refuses_what_is_no_log, reads_the_versions_before, names_what_is_wrong,
        refuses_a_truncated_file, sees_flipped_bytes, reads_what_a_killed_recorder_left,
        leaks_nothing_when_memory_runs_out, tells_when_sqlite_runs_out_of_memory, tells_when_the_disk_is_full)
