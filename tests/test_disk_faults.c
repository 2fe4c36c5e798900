// Every write, sync and rename fails in turn, and the machine stops at each: what is written must be complete
// or absent, and a log must keep every tick that was acknowledged.
#define _GNU_SOURCE
#include "tests/sweep.h"

#include <sys/mman.h>

#include "logs/store/log_live.h"
#include "logs/store/recorder.h"
#include "tests/log_fixture.h"

static const char new_text[] = "what is to stand there\n";

// In memory that children share.
typedef struct seen {
    atomic_llong acknowledged, synced; // ticks
    atomic_bool live;                  // the log exists under its name
} seen;
static seen *shared;
static vg_road *road;
static vg_car car;

static void setup(void) {
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(shared != MAP_FAILED);
    road = fixture_road(60);
    car = fixture_car(0);
    disk_take();
}

// --- files written whole ---------------------------------------------------------------------------------

static vg_err write_text(const char *path, vg_diag *diag) {
    return vg_file_write(path, new_text, sizeof new_text, VG_REPLACE, diag);
}

START_TEST(a_file_is_the_old_one_or_the_new_one) {
    setup();
    const char *path = scratch("output");
    int told = 0, stopped = 0;
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1, ended = -1; ended != DISK_DONE; n++) {
            ck_assert_int_lt(n, 100);
            sweep_put_old(path);
            ended = sweep_run(write_text, path, fault, n);
            bool fresh = sweep_holds(path, new_text);
            ck_assert_msg(fresh || sweep_holds(path, sweep_old), "%s at %d: half", sweep_names[fault], n);
            ck_assert(fresh || (ended != DISK_DONE && ended != DISK_LUCKY));
            if (ended != DISK_STOPPED) ck_assert_int_eq(sweep_files(), 1);
            told += ended == DISK_TOLD, stopped += ended == DISK_STOPPED;
            sweep_clear();
        }
    ck_assert_int_ge(told, 8);
    ck_assert_int_ge(stopped, 10);
}
END_TEST

// --- logs ------------------------------------------------------------------------------------------------

static vg_log_step step_at(int64_t tick) {
    vg_log_step step = {.state = {.x = 1 + 0.25 * (double)tick, .speed = 9}};
    fixture_command((int)tick, 1, step.command);
    return step;
}

// Ticks of all episodes, each of which must be the one written, in order.
static int64_t ticks_in(const char *path) {
    vg_diag diag = {0};
    vg_log *log;
    int32_t count;
    int64_t ticks = 0;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_count(log, &count, &diag));
    for (int32_t i = 0; i < count; i++) {
        vg_log_episode episode;
        vg_log_step *steps;
        int64_t n;
        ck_ok(vg_log_episode_at(log, i, &episode, &diag));
        ck_ok(vg_log_steps(log, episode.id, &steps, &n, &diag));
        for (int64_t t = 0; t < n; t++, ticks++) {
            vg_log_step wanted = step_at(ticks);
            ck_assert(steps[t].state.x == wanted.state.x && steps[t].command[0] == wanted.command[0]);
        }
        vg_free(steps);
    }
    ck_ok(vg_log_close(log, &diag));
    return ticks;
}

static vg_err begin(vg_log *log, vg_log_episode *episode, vg_diag *diag) {
    *episode = vg_log_episode_default();
    vg_err err = vg_log_add_road(log, road, &episode->road, diag);
    return err ? err : vg_log_add_car(log, &car, &episode->car, diag);
}

static vg_err build_log(const char *path, vg_diag *diag) {
    vg_log *log;
    vg_log_episode episode;
    vg_err err = vg_log_create(path, VG_REPLACE, &log, diag);
    if (err) return err;
    err = begin(log, &episode, diag);
    if (!err) err = vg_log_begin(log, &episode, diag);
    for (int64_t t = 0; t < 50 && !err; t++) {
        vg_log_step step = step_at(t);
        err = vg_log_append(log, &step, 1, diag);
    }
    vg_state final = step_at(50).state;
    if (!err) err = vg_log_end(log, VG_END_STOPPED, &final, diag);
    if (!err) return vg_log_close(log, diag);
    vg_log_discard(log);
    return err;
}

START_TEST(a_built_log_is_whole_or_absent) {
    setup();
    const char *path = scratch("built.vlog");
    int told = 0, stopped = 0;
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1, ended = -1; ended != DISK_DONE; n++) {
            ck_assert_int_lt(n, 400);
            sweep_put_old(path);
            ended = sweep_run(build_log, path, fault, n);
            if (!sweep_holds(path, sweep_old))
                ck_assert_int_eq(ticks_in(path), 50);
            else
                ck_assert(ended == DISK_TOLD || ended == DISK_STOPPED);
            if (ended != DISK_STOPPED) ck_assert_int_eq(sweep_files(), 1);
            told += ended == DISK_TOLD, stopped += ended == DISK_STOPPED;
            sweep_clear();
        }
    ck_assert_int_ge(told, 15);
    ck_assert_int_ge(stopped, 15);
}
END_TEST

// Ten ticks in two episodes, one transaction each. The disk is synced at the third and the sixth, and the
// write-ahead log is moved after the seventh.
static vg_err write_live(const char *path, vg_diag *diag) {
    vg_log *log;
    vg_log_episode episode;
    vg_err err = vg_log_create(path, VG_REPLACE, &log, diag);
    if (err) return err;
    err = begin(log, &episode, diag);
    if (!err) err = vg_log_go_live(log, diag);
    atomic_store(&shared->live, !err);
    for (int64_t t = 0; t < 10 && !err; t++) {
        vg_log_step step = step_at(t);
        err = vg_log_transaction(log, diag);
        if (!err && t % 5 == 0) err = vg_log_begin(log, &episode, diag);
        if (!err) err = vg_log_append(log, &step, 1, diag);
        if (!err && t == 4) err = vg_log_end(log, VG_END_STOPPED, &step.state, diag);
        if (!err) err = vg_log_commit(log, diag);
        if (!err) atomic_store(&shared->acknowledged, t + 1);
        if (!err && t % 3 == 2) {
            err = vg_log_sync(path, diag);
            if (!err) atomic_store(&shared->synced, t + 1);
        }
        if (!err && t == 7) err = vg_log_checkpoint(path, diag);
    }
    vg_diag late;
    vg_err closed = vg_log_close(log, &late);
    if (!err && !closed) atomic_store(&shared->synced, 10);
    return err ? err : closed;
}

static void check_live(const char *path, disk_fault fault, int n) {
    long long safe = fault == DISK_POWER ? atomic_load(&shared->synced) : atomic_load(&shared->acknowledged);
    if (!atomic_load(&shared->live) && sweep_holds(path, sweep_old)) return; // the name was not yet taken
    int64_t kept = ticks_in(path);
    ck_assert_msg(kept >= safe && kept <= atomic_load(&shared->acknowledged) + 1,
                  "%s at %d: %lld ticks were safe, %lld are there", sweep_names[fault], n, safe,
                  (long long)kept);
}

START_TEST(a_live_log_keeps_what_was_acknowledged) {
    setup();
    const char *path = scratch("live.vlog");
    int told = 0, stopped = 0;
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1, ended = -1; ended != DISK_DONE; n++) {
            ck_assert_int_lt(n, 400);
            *shared = (seen){0};
            sweep_put_old(path);
            ended = sweep_run(write_live, path, fault, n);
            check_live(path, fault, n);
            told += ended == DISK_TOLD, stopped += ended == DISK_STOPPED;
            sweep_clear();
        }
    ck_assert_int_ge(told, 40);
    ck_assert_int_ge(stopped, 40);
}
END_TEST

// --- the recorder, with its threads ----------------------------------------------------------------------

static void look(vg_recorder *recorder) {
    vg_recorder_state now = vg_recorder_now(recorder);
    atomic_store(&shared->acknowledged, now.safe);
    atomic_store(&shared->synced, now.synced);
}

static vg_err record(const char *path, vg_diag *diag) {
    vg_recorder_def def = vg_recorder_default();
    def.path = path, def.overwrite = VG_REPLACE, def.road = road, def.car = &car;
    def.sync_seconds = 0.002, def.move_seconds = 0.008;
    vg_recorder *recorder;
    vg_err err = vg_recorder_open(&def, &recorder, diag);
    if (err) return err;
    atomic_store(&shared->live, true);
    vg_log_episode episode = vg_log_episode_default();
    err = vg_recorder_begin(recorder, &episode, diag);
    for (int64_t t = 0; t < 25 && !err; t++) {
        vg_recorder_tick tick = {.step = step_at(t)};
        err = vg_recorder_push(recorder, &tick, diag);
        nanosleep(&(struct timespec){0, 500000}, NULL);
        look(recorder);
    }
    vg_state final = step_at(25).state;
    if (!err) err = vg_recorder_end(recorder, VG_END_STOPPED, &final, diag);
    vg_recorder_state state;
    vg_diag late;
    vg_err closed = vg_recorder_close(recorder, &state, &late);
    atomic_store(&shared->acknowledged, state.safe);
    return err ? err : closed;
}

START_TEST(a_recorder_keeps_what_was_acknowledged) {
    setup();
    const char *path = scratch("recorded.vlog");
    int step = getenv("VERGE_THOROUGH") ? 1 : 11, stopped = 0;
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1, ended = -1; ended != DISK_DONE && n < 400; n += step) {
            *shared = (seen){0};
            sweep_put_old(path);
            ended = sweep_run(record, path, fault, n);
            long long safe =
                fault == DISK_POWER ? atomic_load(&shared->synced) : atomic_load(&shared->acknowledged);
            if (atomic_load(&shared->live) || !sweep_holds(path, sweep_old)) {
                int64_t kept = ticks_in(path);
                ck_assert_msg(kept >= safe, "%s at %d: %lld ticks were safe, %lld are there",
                              sweep_names[fault], n, safe, (long long)kept);
            }
            stopped += ended == DISK_STOPPED;
            sweep_clear();
        }
    ck_assert_int_ge(stopped, 10);
}
END_TEST

CK_MAIN("disk_faults", a_file_is_the_old_one_or_the_new_one, a_built_log_is_whole_or_absent,
        a_live_log_keeps_what_was_acknowledged, a_recorder_keeps_what_was_acknowledged)
