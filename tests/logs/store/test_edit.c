#include <sqlite3.h>

#include "logs/store/edit.h"
#include "logs/store/replay.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

static int32_t count_of(vg_log *log) {
    vg_diag diag = {0};
    int32_t count;
    ck_ok(vg_log_count(log, &count, &diag));
    return count;
}

static vg_log *open_log(const char *path) {
    vg_diag diag = {0};
    vg_log *log;
    ck_ok(vg_log_open(path, &log, &diag));
    return log;
}

static vg_log_episode episode_of(vg_log *log, int32_t index) {
    vg_diag diag = {0};
    vg_log_episode e;
    ck_ok(vg_log_episode_at(log, index, &e, &diag));
    return e;
}

// Every episode of the log replays to its own bits.
static void check_replay(const char *path) {
    vg_diag diag = {0};
    vg_log *log = open_log(path);
    for (int32_t i = 0; i < count_of(log); i++) {
        vg_replay_report report;
        vg_log_episode e = episode_of(log, i);
        ck_ok(vg_replay_episode(log, &e, &report, &diag));
        ck_assert_msg(report.first_differing < 0, "episode %d differs at tick %d in %s", i,
                      (int)report.first_differing, report.column);
        ck_assert_int_eq(report.ticks, e.ticks);
    }
    vg_log_discard(log);
}

// Rows [from, from + count) of one are the rows of the other.
static void check_rows(const char *one, int32_t index, int64_t from, const char *other, int32_t other_index) {
    vg_diag diag = {0};
    vg_log *a = open_log(one), *b = open_log(other);
    vg_log_step *rows, *part;
    int64_t all, count;
    ck_ok(vg_log_steps(a, episode_of(a, index).id, &rows, &all, &diag));
    ck_ok(vg_log_steps(b, episode_of(b, other_index).id, &part, &count, &diag));
    ck_assert_int_le(from + count, all);
    for (int64_t t = 0; t < count; t++) {
        ck_assert_int_eq(memcmp(&rows[from + t].state, &part[t].state, sizeof part[t].state), 0);
        ck_assert_int_eq(memcmp(rows[from + t].command, part[t].command, sizeof part[t].command), 0);
        ck_assert(rows[from + t].has_label == part[t].has_label && rows[from + t].who == part[t].who);
    }
    vg_free(rows);
    vg_free(part);
    vg_log_discard(a);
    vg_log_discard(b);
}

static int64_t number(const char *path, const char *sql) {
    sqlite3 *db;
    sqlite3_stmt *statement;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

START_TEST(cuts_a_part_that_replays) {
    vg_diag diag = {0};
    const char *path = fixture_log("cut.vlog"), *out = scratch("part.vlog"), *again = scratch("again.vlog");
    // 0.06 s is 3.6 ticks: the nearest action is tick 3, within the delay line of 6 ticks.
    ck_ok(vg_log_cut(path, 0, 0.06, 2.02, out, VG_KEEP, &diag));
    check_replay(out);
    check_rows(path, 0, 3, out, 0);
    check_rows(path, 1, 0, out, 1);
    vg_log *log = open_log(out);
    vg_log_episode e = episode_of(log, 0);
    ck_assert_int_eq(count_of(log), 3);
    ck_assert_int_eq(e.ticks, 120 - 3);
    ck_assert_int_eq(e.end, VG_END_STOPPED);
    ck_assert_str_eq(e.tags, "good,fast");
    ck_assert_uint_eq(e.seed, 0xfedcba9876543210u);
    float given[2];
    fixture_command(0, 0, given);
    ck_assert_int_eq(e.delay_ticks, 6);
    ck_assert_int_eq(memcmp(e.delay_line, (const float[6]){0}, 6 * sizeof(float)), 0);
    ck_assert_int_eq(memcmp(e.delay_line + 6, given, sizeof given), 0);
    ck_assert_int_eq(memcmp(e.previous, given, sizeof given), 0);
    // Source time 100 s stood at tick 0; samples every 0.2 s, of which 100.2 ... 102 are left.
    vg_log_sample *samples;
    vg_log_incident *events;
    int64_t count;
    ck_assert_double_eq_tol(e.source_start, 100.05, 1e-9);
    ck_ok(vg_log_read_samples(log, e.id, &samples, &count, &diag));
    ck_assert_int_eq(count, 10);
    ck_assert(samples[0].t == 100 + 0.2);
    ck_ok(vg_log_events(log, e.id, &events, &count, &diag)); // both at tick 120, before the state at the end
    ck_assert(count == 2 && events[0].tick == 117);
    vg_free(samples);
    vg_free(events);
    vg_log_discard(log);

    // A cut of a cut, to its end: what follows tick 120 has no event left.
    ck_ok(vg_log_cut(path, 0, 2.5, INFINITY, again, VG_KEEP, &diag));
    ck_ok(vg_log_cut(again, 0, 0.5, INFINITY, again, VG_REPLACE, &diag));
    check_replay(again);
    check_rows(path, 0, 180, again, 0);
    log = open_log(again);
    e = episode_of(log, 0);
    ck_assert_int_eq(e.ticks, 60);
    ck_assert_double_eq_tol(e.source_start, 103, 1e-9);
    ck_ok(vg_log_events(log, e.id, &events, &count, &diag));
    ck_assert_int_eq(count, 0);
    ck_ok(vg_log_read_samples(log, e.id, &samples, &count, &diag));
    ck_assert_int_eq(count, 6);
    vg_free(samples);
    vg_free(events);
    vg_log_discard(log);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(refuses_cuts_of_nothing) {
    vg_diag diag = {0};
    const char *path = fixture_log("none.vlog"), *out = scratch("part.vlog");
    ck_fails(vg_log_cut(path, 3, 0, 1, out, VG_KEEP, &diag), VG_ERR_NOT_FOUND,
             "no episode 3: the log has 3, numbered from 0");
    ck_fails(vg_log_cut(path, -1, 0, 1, out, VG_KEEP, &diag), VG_ERR_NOT_FOUND, "no episode -1");
    ck_fails(vg_log_cut(path, 0, 5, 6, out, VG_KEEP, &diag), VG_ERR_ARGUMENT,
             "nothing would be left of episode 0");
    ck_fails(vg_log_cut(path, 0, 1, 1.01, out, VG_KEEP, &diag), VG_ERR_ARGUMENT, "nothing would be left");
    ck_fails(vg_log_cut(path, 0, 2, 1, out, VG_KEEP, &diag), VG_ERR_ARGUMENT, "must be 0 <= from < to");
    ck_fails(vg_log_cut(path, 0, NAN, 1, out, VG_KEEP, &diag), VG_ERR_ARGUMENT, "must be 0 <= from < to");
    ck_fails(vg_log_cut(path, 0, 0, 1, path, VG_KEEP, &diag), VG_ERR_EXISTS, "none.vlog");
    ck_assert_int_ne(access(out, F_OK), 0);
    check_replay(path);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(drops_episodes) {
    vg_diag diag = {0};
    const char *path = fixture_log("drop.vlog"), *out = scratch("kept.vlog");
    const int32_t first_two[] = {1, 0}, beyond[] = {0, 7};
    ck_ok(vg_log_drop(path, &(vg_log_pick){first_two, 2}, out, VG_KEEP, &diag));
    vg_log *log = open_log(out);
    ck_assert_int_eq(count_of(log), 1);
    ck_assert_int_eq(episode_of(log, 0).ticks, 99);
    vg_log_discard(log);
    check_rows(path, 2, 0, out, 0);
    check_replay(out);
    ck_assert_int_eq(number(out, "SELECT count(*) FROM road"), 1); // unused roads are gone
    ck_assert_int_eq(number(out, "SELECT count(*) FROM source_sample"), FIXTURE_SAMPLES);
    ck_fails(vg_log_drop(path, &(vg_log_pick){beyond, 2}, out, VG_REPLACE, &diag), VG_ERR_NOT_FOUND,
             "no episode 7");
    ck_assert_int_eq(number(out, "SELECT count(*) FROM episode"), 1); // unchanged
    const int32_t only[] = {0};
    ck_fails(vg_log_drop(out, &(vg_log_pick){only, 1}, out, VG_REPLACE, &diag), VG_ERR_ARGUMENT,
             "no episode would be left");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(merges_logs) {
    vg_diag diag = {0};
    const char *one = fixture_log("one.vlog"), *two = fixture_log("two.vlog"), *out = scratch("both.vlog");
    ck_ok(vg_log_merge((const char *[]){one, two}, 2, out, VG_KEEP, &diag));
    ck_assert_int_eq(number(out, "SELECT count(*) FROM episode"), 6);
    ck_assert_int_eq(number(out, "SELECT count(*) FROM road"), 2);
    ck_assert_int_eq(number(out, "SELECT count(*) FROM car"), 1);
    ck_assert_int_eq(number(out, "SELECT count(*) FROM event"), 12);
    ck_assert_int_eq(number(out, "SELECT count(*) FROM source_sample"), 6 * FIXTURE_SAMPLES);
    check_replay(out);
    for (int32_t i = 0; i < 3; i++) {
        check_rows(one, i, 0, out, i);
        check_rows(two, i, 0, out, i + 3);
    }
    // Merging one log writes the same content.
    vg_log *log = open_log(one);
    uint64_t before, after;
    ck_ok(vg_log_hash(log, &before, &diag));
    vg_log_discard(log);
    ck_ok(vg_log_merge(&one, 1, out, VG_REPLACE, &diag));
    log = open_log(out);
    ck_ok(vg_log_hash(log, &after, &diag));
    vg_log_discard(log);
    ck_assert_uint_eq(before, after);
    const char *missing = "/no/such.vlog";
    ck_fails(vg_log_merge(&missing, 1, out, VG_REPLACE, &diag), VG_ERR_NOT_FOUND, "/no/such.vlog");
    ck_assert_int_eq(access(out, F_OK), 0);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

static void check_tags(const char *path, const char *first, const char *second, const char *third) {
    vg_log *log = open_log(path);
    ck_assert_str_eq(episode_of(log, 0).tags, first);
    ck_assert_str_eq(episode_of(log, 1).tags, second);
    ck_assert_str_eq(episode_of(log, 2).tags, third);
    vg_log_discard(log);
}

START_TEST(tags_episodes) {
    vg_diag diag = {0};
    const char *path = fixture_log("tag.vlog");
    const int32_t ends[] = {0, 2};
    ck_ok(vg_log_tag(path, NULL, "wet, good", "", path, VG_REPLACE, &diag));
    check_tags(path, "good,fast,wet", "wet,good", "good,wet");
    ck_ok(vg_log_tag(path, &(vg_log_pick){ends, 2}, "lap:3", "good,never", path, VG_REPLACE, &diag));
    check_tags(path, "fast,wet,lap:3", "wet,good", "wet,lap:3");
    ck_ok(vg_log_tag(path, NULL, "", "wet,lap:3,good,fast", path, VG_REPLACE, &diag));
    check_tags(path, "", "", "");
    ck_fails(vg_log_tag(path, NULL, "a;b", "", path, VG_REPLACE, &diag), VG_ERR_ARGUMENT,
             "'a;b' is not a tag");
    check_replay(path);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(leaks_nothing_when_memory_runs_out) {
    vg_diag diag = {0};
    const char *path = fixture_log("memory.vlog"), *out = scratch("out.vlog");
    for (int which = 0; which < 2; which++) {
        for (oom turn = {.least = 49, .diag = &diag}; oom_next(&turn);) {
            turn.err = which ? vg_log_tag(path, NULL, "a", "good", out, VG_REPLACE, &diag)
                             : vg_log_cut(path, 0, 1, 2, out, VG_KEEP, &diag);
            if (!which) ck_assert_int_eq(access(out, F_OK) == 0, turn.err == VG_OK);
        }
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("edit", cuts_a_part_that_replays, refuses_cuts_of_nothing, drops_episodes, merges_logs, tags_episodes,
        leaks_nothing_when_memory_runs_out)
