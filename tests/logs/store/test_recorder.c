// The recorder: its guarantees when disks are slow, full or gone, and when the process is killed.
#define _GNU_SOURCE
#include "logs/store/recorder.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "logs/store/replay.h"
#include "sim/base/random.h"
#include "tests/log_fixture.h"

// --- a disk in the test's hands ----------------------------------------------------------------------------

static atomic_bool disk_holds_syncs, disk_holds_writes;
static atomic_int syncs_held, writes_held;
static atomic_llong disk_room; // bytes; < 0: no end
static atomic_int
    calls_left; // of SQLite's that change a file, until the process is killed before one; 0: never

static void nap(void) { nanosleep(&(struct timespec){0, 1000000}, NULL); }

static void hold_while(atomic_bool *held, atomic_int *count) {
    if (!atomic_load(held)) return;
    atomic_fetch_add(count, 1);
    while (atomic_load(held)) nap();
    atomic_fetch_sub(count, 1);
}

// These replace the C library's functions, for SQLite and for verge.
int fsync(int fd) {
    hold_while(&disk_holds_syncs, &syncs_held);
    return (int)syscall(SYS_fsync, fd);
}
int fdatasync(int fd) {
    hold_while(&disk_holds_syncs, &syncs_held);
    return (int)syscall(SYS_fdatasync, fd);
}

static void count_call(void) {
    if (atomic_load(&calls_left) > 0 && atomic_fetch_sub(&calls_left, 1) == 1) raise(SIGKILL);
}

static ssize_t disk_write(int fd, const void *bytes, size_t size, off_t at) {
    count_call();
    hold_while(&disk_holds_writes, &writes_held);
    if (atomic_load(&disk_room) >= 0 && atomic_fetch_sub(&disk_room, (long long)size) < (long long)size) {
        atomic_store(&disk_room, 0);
        errno = ENOSPC;
        return -1;
    }
    return pwrite(fd, bytes, size, at);
}

static int disk_cut(int fd, off_t size) {
    count_call();
    return ftruncate(fd, size);
}
static int disk_remove(const char *path) {
    count_call();
    return unlink(path);
}

// SQLite changes files by these from now on.
static void take_disk(void) {
    atomic_store(&disk_room, -1);
    sqlite3_initialize();
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)disk_write), SQLITE_OK);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)disk_write), SQLITE_OK);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)disk_cut), SQLITE_OK);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "unlink", (sqlite3_syscall_ptr)disk_remove), SQLITE_OK);
}

// --- a drive ---------------------------------------------------------------------------------------------

typedef struct drive {
    vg_road *road;
    vg_car car;
    vg_world *world;
    vg_recorder *recorder;
    int64_t ticks;
} drive;

static void open_drive(drive *d, const char *path, int32_t capacity, double sync_seconds) {
    vg_diag diag = {0};
    *d = (drive){.road = fixture_road(60), .car = fixture_car(0.1f)};
    const vg_road *roads[] = {d->road};
    vg_world_def def = vg_world_default();
    def.roads = roads, def.road_count = 1;
    def.cars = &d->car, def.car_count = 1;
    def.stop_off_road = false;
    def.threads = 1;
    ck_ok(vg_world_create(&def, &d->world, &diag));
    vg_recorder_def recorder = vg_recorder_default();
    recorder.path = path;
    recorder.road = d->road, recorder.car = &d->car;
    recorder.capacity = capacity;
    recorder.sync_seconds = sync_seconds, recorder.move_seconds = 40 * sync_seconds;
    ck_ok(vg_recorder_open(&recorder, &d->recorder, &diag));
}

static vg_log_episode head_of(const drive *d) {
    vg_log_episode episode = vg_log_episode_default();
    episode.policy = "human";
    episode.started = "2026-01-02T03:04:05Z";
    episode.delay_ticks = vg_world_delay(d->world, 0);
    return episode;
}

static vg_err begin(drive *d, vg_diag *out) {
    vg_diag diag = {0};
    const vg_start start = {.s = 5, .speed = 12};
    ck_ok(vg_world_reset(d->world, NULL, &start, 1));
    vg_log_episode episode = head_of(d);
    return vg_recorder_begin(d->recorder, &episode, out);
}

// One tick. On an error the world must be unchanged.
static vg_err tick(drive *d, vg_diag *out) {
    vg_diag diag = {0};
    vg_recorder_tick row = {.step = {.state = vg_world_state(d->world, 0), .who = VG_WHO_HUMAN}};
    fixture_command((int)d->ticks, 1, row.step.command);
    row.step.input[0] = row.step.command[0] > 0 ? 1 : -1;
    // Without room nothing is simulated. Nothing is pushed either, for by now there may be room, and the row
    // would be one that never was; but a writer that failed says so.
    if (!vg_recorder_has_room(d->recorder, 1)) {
        if (vg_recorder_now(d->recorder).failed) return vg_recorder_push(d->recorder, &row, out);
        return vg_fail(out, VG_ERR_LIMIT, "no room");
    }
    ck_ok(vg_world_command(d->world, row.step.command));
    ck_ok(vg_world_tick(d->world));
    vg_world_view view = vg_world_get(d->world);
    row.events = view.events[0], row.s = view.s[0], row.offset = view.offset[0];
    vg_err err = vg_recorder_push(d->recorder, &row, out);
    d->ticks += !err;
    return err;
}

static void wait_until_safe(drive *d, int64_t ticks) {
    while (vg_recorder_now(d->recorder).safe < ticks) nap();
}

static void end(drive *d) {
    vg_diag diag = {0};
    vg_state final = vg_world_state(d->world, 0);
    ck_ok(vg_recorder_end(d->recorder, VG_END_STOPPED, &final, &diag));
}

static void free_drive(drive *d) {
    vg_world_destroy(d->world);
    vg_road_destroy(d->road);
}

// Open the log and replay all of it bit by bit; returns its number of ticks.
static int64_t ticks_in(const char *path) {
    vg_diag diag = {0};
    vg_log *log;
    int32_t count;
    int64_t ticks = 0;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_count(log, &count, &diag));
    for (int32_t i = 0; i < count; i++) {
        vg_log_episode episode;
        vg_replay_report report;
        ck_ok(vg_log_episode_at(log, i, &episode, &diag));
        ck_ok(vg_replay_episode(log, &episode, &report, &diag));
        ck_assert_int_eq(report.first_differing, -1);
        ticks += episode.ticks;
    }
    ck_ok(vg_log_close(log, &diag));
    return ticks;
}

static bool beside(const char *path, const char *suffix) {
    char name[400];
    snprintf(name, sizeof name, "%s%s", path, suffix);
    return access(name, F_OK) == 0;
}

// --- the tests -------------------------------------------------------------------------------------------

START_TEST(a_drive_is_recorded) {
    vg_diag diag = {0};
    const char *path = scratch("drive.vlog");
    drive d;
    open_drive(&d, path, 64, 0.01);
    ck_assert(beside(path, "")); // from the start
    for (int episode = 0; episode < 3; episode++) {
        while (!vg_recorder_has_room(d.recorder, 1)) nap();
        ck_ok(begin(&d, &diag));
        for (int t = 0; t < 50 * episode; t++) // the first has no tick
            while (tick(&d, &diag)) nap();
        while (!vg_recorder_has_room(d.recorder, 1)) nap();
        end(&d);
    }
    while (!vg_recorder_has_room(d.recorder, 2)) nap();
    ck_ok(begin(&d, &diag));
    ck_ok(tick(&d, &diag));
    vg_recorder_state state;
    ck_ok(vg_recorder_close(d.recorder, &state, &diag));
    ck_assert_int_eq(state.safe, 151);
    ck_assert_int_eq(state.pushed, 151);
    ck_assert(!beside(path, "-wal") && !beside(path, "-shm")); // one file
    ck_assert_int_eq(ticks_in(path), 151);

    vg_log *log;
    vg_log_episode e;
    int32_t count;
    ck_ok(vg_log_open(path, &log, &diag));
    ck_ok(vg_log_count(log, &count, &diag));
    ck_assert_int_eq(count, 3);
    ck_ok(vg_log_episode_at(log, 1, &e, &diag));
    ck_assert_str_eq(e.policy, "human");
    ck_assert_int_eq(e.ticks, 100);
    ck_assert_int_eq(e.end, VG_END_STOPPED);
    ck_ok(vg_log_episode_at(log, 2, &e, &diag));
    ck_assert_int_eq(e.end, VG_END_OPEN);
    ck_ok(vg_log_close(log, &diag));
    free_drive(&d);
}
END_TEST

// The recorder and a log that is built without one give the same content.
START_TEST(it_holds_what_a_built_log_holds) {
    vg_diag diag = {0};
    const char *path = scratch("live.vlog"), *other = scratch("built.vlog");
    drive d;
    open_drive(&d, path, 256, 1);
    vg_log *log;
    ck_ok(vg_log_create(other, VG_KEEP, &log, &diag));
    ck_ok(begin(&d, &diag));
    vg_log_episode episode = head_of(&d);
    ck_ok(vg_log_add_road(log, d.road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, &d.car, &episode.car, &diag));
    ck_ok(vg_log_begin(log, &episode, &diag));
    for (int t = 0; t < 90; t++) {
        vg_log_step step = {.state = vg_world_state(d.world, 0), .who = VG_WHO_HUMAN};
        fixture_command((int)d.ticks, 1, step.command);
        step.input[0] = step.command[0] > 0 ? 1 : -1;
        ck_ok(vg_log_append(log, &step, 1, &diag));
        ck_ok(tick(&d, &diag));
    }
    vg_state final = vg_world_state(d.world, 0);
    ck_ok(vg_log_end(log, VG_END_STOPPED, &final, &diag));
    ck_ok(vg_log_close(log, &diag));
    end(&d);
    ck_ok(vg_recorder_close(d.recorder, NULL, &diag));
    uint64_t hashes[2];
    for (int i = 0; i < 2; i++) {
        ck_ok(vg_log_open(i ? other : path, &log, &diag));
        ck_ok(vg_log_hash(log, &hashes[i], &diag));
        ck_ok(vg_log_close(log, &diag));
    }
    ck_assert_uint_eq(hashes[0], hashes[1]);
    free_drive(&d);
}
END_TEST

START_TEST(a_sync_that_hangs_holds_nobody_up) {
    vg_diag diag = {0};
    const char *path = scratch("slow.vlog");
    drive d;
    open_drive(&d, path, 2000, 0.002);
    ck_ok(begin(&d, &diag));
    ck_ok(tick(&d, &diag));
    wait_until_safe(&d, 1);
    atomic_store(&disk_holds_syncs, true);
    ck_ok(tick(&d, &diag));
    while (!atomic_load(&syncs_held)) nap();
    // While the disk is syncing, a thousand ticks are accepted and become safe.
    for (int t = 0; t < 1000; t++) ck_ok(tick(&d, &diag));
    wait_until_safe(&d, 1002);
    ck_assert_int_gt(atomic_load(&syncs_held), 0);
    ck_assert_int_le(vg_recorder_now(d.recorder).synced, 1002);
    atomic_store(&disk_holds_syncs, false);
    while (vg_recorder_now(d.recorder).synced < 1002) nap();
    end(&d);
    ck_ok(vg_recorder_close(d.recorder, NULL, &diag));
    ck_assert_int_eq(ticks_in(path), 1002);
    free_drive(&d);
}
END_TEST

START_TEST(a_full_queue_is_told_and_loses_nothing) {
    vg_diag diag = {0};
    const char *path = scratch("full-queue.vlog");
    take_disk();
    drive d;
    open_drive(&d, path, 16, 1);
    ck_ok(begin(&d, &diag));
    ck_ok(tick(&d, &diag));
    wait_until_safe(&d, 1);
    atomic_store(&disk_holds_writes, true);
    vg_err err = VG_OK;
    while (!err) err = tick(&d, &diag);
    ck_assert_int_eq(err, VG_ERR_LIMIT);
    ck_fails(vg_recorder_push(d.recorder, &(vg_recorder_tick){0}, &diag), VG_ERR_LIMIT, "16 ticks wait");
    ck_assert(!vg_recorder_has_room(d.recorder, 1));
    vg_recorder_state now = vg_recorder_now(d.recorder);
    ck_assert_int_eq(now.waiting, 16);
    ck_assert_int_eq(now.worst, 16);
    ck_assert_int_eq(now.pushed, d.ticks);
    ck_assert_int_eq(now.failed, VG_OK);
    vg_state final = vg_world_state(d.world, 0);
    ck_fails(vg_recorder_end(d.recorder, VG_END_STOPPED, &final, &diag), VG_ERR_LIMIT, "too slow");
    atomic_store(&disk_holds_writes, false);
    while (!vg_recorder_has_room(d.recorder, 2)) nap();
    ck_ok(tick(&d, &diag));
    end(&d);
    ck_ok(vg_recorder_close(d.recorder, NULL, &diag));
    ck_assert_int_eq(ticks_in(path), d.ticks);
    free_drive(&d);
}
END_TEST

START_TEST(a_full_disk_keeps_what_was_recorded) {
    for (long long room = 3000; room < 200000; room += 39000) {
        vg_diag diag = {0};
        const char *path = scratch("full-disk.vlog");
        take_disk();
        drive d;
        open_drive(&d, path, 64, 1);
        ck_ok(begin(&d, &diag));
        atomic_store(&disk_room, room);
        vg_err err = VG_OK;
        while (!err || err == VG_ERR_LIMIT) err = tick(&d, &diag);
        ck_assert_int_eq(err, VG_ERR_IO);
        ck_assert_msg(strstr(diag.text, "full") != NULL, "%s", diag.text);
        vg_recorder_state now;
        ck_fails(vg_recorder_close(d.recorder, &now, &diag), VG_ERR_IO, "full");
        ck_assert_int_lt(now.safe, now.pushed);
        atomic_store(&disk_room, -1);
        ck_assert_int_eq(ticks_in(path), now.safe);
        free_drive(&d);
    }
}
END_TEST

START_TEST(a_folder_that_goes_is_told) {
    vg_diag diag = {0};
    char folder[320], moved[320], path[500], there[400];
    snprintf(folder, sizeof folder, "%s", scratch("folder"));
    snprintf(moved, sizeof moved, "%s", scratch("moved"));
    snprintf(path, sizeof path, "%s/drive.vlog", folder);
    snprintf(there, sizeof there, "%s/drive.vlog", moved);
    drive d;
    open_drive(&d, path, 64, 0.005);
    ck_ok(begin(&d, &diag));
    ck_ok(tick(&d, &diag));
    wait_until_safe(&d, 1);
    ck_assert_int_eq(rename(folder, moved), 0);
    vg_err err = VG_OK;
    while (!err || err == VG_ERR_LIMIT) {
        err = tick(&d, &diag);
        nap();
    }
    ck_assert_int_eq(err, VG_ERR_IO);
    ck_assert(strstr(diag.text, "moved or removed"));
    vg_recorder_state now;
    ck_fails(vg_recorder_close(d.recorder, &now, &diag), VG_ERR_IO, "moved or removed");
    ck_assert_int_eq(ticks_in(there), now.safe);
    unlink(there);
    snprintf(path, sizeof path, "%s-wal", there);
    unlink(path);
    snprintf(path, sizeof path, "%s-shm", there);
    unlink(path);
    rmdir(moved);
    free_drive(&d);
}
END_TEST

START_TEST(a_log_in_the_way_stays) {
    vg_diag diag = {0};
    const char *path = scratch("there.vlog");
    FILE *file = fopen(path, "w");
    fputs("precious", file);
    fclose(file);
    vg_road *road = fixture_road(60);
    vg_car car = fixture_car(0);
    vg_recorder_def def = vg_recorder_default();
    def.path = path, def.road = road, def.car = &car;
    vg_recorder *recorder;
    ck_fails(vg_recorder_open(&def, &recorder, &diag), VG_ERR_EXISTS, "there.vlog");
    ck_assert_ptr_null(recorder);
    vg_road_destroy(road);
}
END_TEST

START_TEST(order_is_asked_for) {
    vg_diag diag = {0};
    drive d;
    open_drive(&d, scratch("order.vlog"), 64, 1);
    vg_recorder_tick row = {0};
    vg_state final = {0};
    ck_fails(vg_recorder_push(d.recorder, &row, &diag), VG_ERR_ARGUMENT, "no episode");
    ck_fails(vg_recorder_end(d.recorder, VG_END_STOPPED, &final, &diag), VG_ERR_ARGUMENT, "no episode");
    ck_ok(begin(&d, &diag));
    vg_log_episode episode = head_of(&d);
    ck_fails(vg_recorder_begin(d.recorder, &episode, &diag), VG_ERR_ARGUMENT, "not ended");
    ck_ok(vg_recorder_close(d.recorder, NULL, &diag));
    free_drive(&d);
}
END_TEST

// --- kill ------------------------------------------------------------------------------------------------

typedef struct seen { // shared with the child that is killed
    atomic_llong pushed, safe;
} seen;

static void drive_until_killed(const char *path, seen *shared) {
    vg_diag diag = {0};
    drive d;
    open_drive(&d, path, 64, 0.02);
    for (int64_t t = 0;; t++) {
        if (t % 40 == 0) {
            if (t) end(&d);
            ck_ok(begin(&d, &diag));
        }
        // On a busy machine the writer may be late: wait until the queue has space, as a driver would.
        while (!vg_recorder_has_room(d.recorder, 3)) nap();
        ck_ok(tick(&d, &diag));
        atomic_store(&shared->pushed, d.ticks);
        for (int i = 0; i < 2; i++) {
            nap();
            atomic_store(&shared->safe, vg_recorder_now(d.recorder).safe);
        }
    }
}

START_TEST(a_killed_process_loses_nothing_that_was_safe) {
    int rounds = getenv("VERGE_THOROUGH") ? 100 : 10;
    seen *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(shared != MAP_FAILED);
    for (int round = 0; round < rounds; round++) {
        const char *path = scratch("killed.vlog");
        *shared = (seen){0};
        pid_t child = fork();
        if (child == 0) {
            drive_until_killed(path, shared);
            _exit(0);
        }
        vg_draw at = {.seed = 5, .stream = VG_STREAM_START, .entity = (uint32_t)round};
        int64_t most = 10 + (int64_t)(vg_random_uniform(&at) * 300);
        while (atomic_load(&shared->pushed) < most) {
            ck_assert_msg(waitpid(child, NULL, WNOHANG) == 0, "it ended by itself");
            nap();
        }
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        int64_t kept = ticks_in(path);
        ck_assert_int_ge(kept, atomic_load(&shared->safe));
        ck_assert_int_le(kept, atomic_load(&shared->pushed) + 1);
        // The next recorder replaces the file; nothing of the old one remains.
        char leftover[400];
        snprintf(leftover, sizeof leftover, "%s-wal", path);
        unlink(leftover);
        snprintf(leftover, sizeof leftover, "%s-shm", path);
        unlink(leftover);
    }
    munmap(shared, sizeof *shared);
}
END_TEST

// A whole drive, from creating the log to its end as one file.
static void drive_to_the_end(const char *path, seen *shared) {
    vg_diag diag = {0};
    drive d;
    open_drive(&d, path, 64, 0.02);
    ck_ok(begin(&d, &diag));
    for (int t = 1; t <= 3; t++) {
        ck_ok(tick(&d, &diag));
        atomic_store(&shared->pushed, d.ticks);
        wait_until_safe(&d, t);
        atomic_store(&shared->safe, t);
    }
    end(&d);
    ck_ok(vg_recorder_close(d.recorder, NULL, &diag));
}

START_TEST(a_log_opens_wherever_its_recorder_was_killed) {
    seen *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert(shared != MAP_FAILED);
    int calls = 0;
    for (bool killed = true; killed; calls++) {
        char name[40];
        snprintf(name, sizeof name, "call-%d.vlog", calls);
        const char *path = scratch(name);
        *shared = (seen){0};
        pid_t child = fork();
        if (child == 0) {
            take_disk();
            atomic_store(&calls_left, calls + 1);
            drive_to_the_end(path, shared);
            _exit(0);
        }
        int status;
        waitpid(child, &status, 0);
        killed = WIFSIGNALED(status);
        ck_assert(killed || status == 0);
        if (access(path, F_OK)) { // before there was a log
            ck_assert_int_eq(atomic_load(&shared->pushed), 0);
            continue;
        }
        int64_t kept = ticks_in(path);
        ck_assert_int_ge(kept, atomic_load(&shared->safe));
        ck_assert_int_le(kept, atomic_load(&shared->safe) + 1);
    }
    ck_assert_int_gt(calls, 30);
    munmap(shared, sizeof *shared);
}
END_TEST

CK_MAIN("recorder", a_drive_is_recorded, it_holds_what_a_built_log_holds, a_sync_that_hangs_holds_nobody_up,
        a_full_queue_is_told_and_loses_nothing, a_full_disk_keeps_what_was_recorded,
        a_folder_that_goes_is_told, a_log_in_the_way_stays, order_is_asked_for,
        a_killed_process_loses_nothing_that_was_safe, a_log_opens_wherever_its_recorder_was_killed)
