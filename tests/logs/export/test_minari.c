// Data sets of Minari: what Minari itself makes of them is tested in bindings/python/tests.
#define _GNU_SOURCE
#include "tests/sweep.h"

#include "logs/export/minari.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

// libhdf5 writes by these.
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return disk_pwrite(fd, bytes, size, at); }
int ftruncate(int fd, off_t size) { return disk_cut(fd, size); }

static vg_diag diag;
static vg_minari_report report;
static vg_sense *sense;

static vg_minari_def definition(void) {
    if (!sense) ck_ok(vg_sense_create("offset,speed,curvature@0:5", &sense, &diag));
    return (vg_minari_def){.sense = sense, .id = "verge/laps-v0"};
}

static vg_err write_set(const char *log, const char *folder, vg_overwrite overwrite) {
    vg_minari_def def = definition();
    return vg_minari_write(&def, &log, 1, folder, overwrite, &report, &diag);
}

static void put(const char *folder, const char *name, const char *text) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    ck_ok(vg_file_write(path, text, (int64_t)strlen(text), VG_REPLACE, &diag));
}

static bool there(const char *folder, const char *name) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static bool same_bytes(const char *a, const char *b) {
    char *left, *right;
    int64_t left_size, right_size;
    ck_ok(vg_file_read(a, 0, &left, &left_size, &diag));
    ck_ok(vg_file_read(b, 0, &right, &right_size, &diag));
    bool same = left_size == right_size && !memcmp(left, right, (size_t)left_size);
    vg_free(left);
    vg_free(right);
    return same;
}

// Log -> Minari -> log: the same file, to the byte. And the same log gives the same data set.
START_TEST(keeps_every_value) {
    const char *log = fixture_log("a.vlog"), *again = scratch("b.vlog"), *folder = scratch("set"),
               *other = scratch("other");
    char one[400], two[400];
    int64_t episodes;
    ck_ok(write_set(log, folder, VG_KEEP));
    ck_assert(report.episodes == 3 && report.steps == 80 + 80 + 33);
    ck_assert_str_eq(report.unknown_road, "oval");
    ck_ok(vg_minari_read(folder, again, VG_KEEP, &episodes, &diag));
    ck_assert_int_eq(episodes, 3);
    ck_assert(same_bytes(log, again));
    ck_ok(write_set(again, other, VG_KEEP));
    snprintf(one, sizeof one, "%s/data/main_data.hdf5", folder);
    snprintf(two, sizeof two, "%s/data/main_data.hdf5", other);
    ck_assert(same_bytes(one, two));
    // By the folder's names, too; and a log that is there stays.
    ck_ok(vg_minari_read(one, again, VG_REPLACE, &episodes, &diag));
    *strrchr(one, '/') = 0;
    ck_fails(vg_minari_read(one, again, VG_KEEP, &episodes, &diag), VG_ERR_EXISTS, "exists");
    ck_fails(vg_minari_read(scratch("none"), again, VG_REPLACE, &episodes, &diag), VG_ERR_NOT_FOUND,
             "no Minari data set");
    sweep_clear();
}
END_TEST

// What stands on the road is part of it.
START_TEST(keeps_obstacles) {
    const char *path = scratch("obstacles.vlog"), *again = scratch("again.vlog"),
               *folder = scratch("objects");
    const vg_obstacle all[] = {{.x = -58, .y = 0, .radius = 0.5},
                               {.x = 0, .y = 45, .heading = 0.3, .length = 2, .width = 1}};
    vg_road *plain = fixture_road(60), *road;
    vg_road_def def = vg_road_source(plain);
    def.obstacles = all, def.obstacle_count = 2;
    ck_ok(vg_road_create(&def, &road, &diag));
    vg_car car = fixture_car(0.1f);
    vg_log *log;
    int64_t episodes;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    fixture_episode(log, road, &car, 0, 30, "");
    fixture_episode(log, plain, &car, 1, 30, "");
    fixture_episode(log, road, &car, 2, 30, "");
    ck_ok(vg_log_close(log, &diag));
    ck_ok(write_set(path, folder, VG_KEEP));
    ck_ok(vg_minari_read(folder, again, VG_REPLACE, &episodes, &diag));
    ck_assert(same_bytes(path, again));
    vg_road_destroy(plain);
    vg_road_destroy(road);
    sweep_clear();
}
END_TEST

START_TEST(replaces_only_a_data_set) {
    const char *log = fixture_log("a.vlog"), *folder = scratch("set");
    put(folder, "mine.txt", "mine");
    ck_fails(write_set(log, folder, VG_KEEP), VG_ERR_EXISTS, "exists already");
    ck_fails(write_set(log, folder, VG_REPLACE), VG_ERR_EXISTS, "no data set of this kind");
    ck_assert(there(folder, "mine.txt"));
    sweep_clear();
    log = fixture_log("a.vlog");
    ck_ok(write_set(log, folder, VG_KEEP));
    ck_ok(write_set(log, folder, VG_REPLACE));
    ck_assert_int_eq(sweep_files(), 2); // the log and the set
    put(folder, "data/notes.txt", "mine");
    ck_fails(write_set(log, folder, VG_REPLACE), VG_ERR_EXISTS, "no data set of this kind");
    ck_assert(there(folder, "data/notes.txt") && there(folder, "data/metadata.json"));
    sweep_clear();
}
END_TEST

START_TEST(refuses) {
    static const char *const bad[] = {"",           "laps",     "laps-v",  "laps-vx", "/laps-v0",
                                      "../laps-v0", "la ps-v0", "a//b-v0", "x/-v0"};
    const char *log = fixture_log("a.vlog"), *folder = scratch("set");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        vg_minari_def def = definition();
        def.id = bad[i];
        ck_fails(vg_minari_write(&def, &log, 1, folder, VG_KEEP, &report, &diag), VG_ERR_ARGUMENT, "id: '");
    }
    // Two cars: their observations would not mean the same.
    const char *other = scratch("c.vlog");
    vg_log *made;
    vg_road *road = fixture_road(50);
    vg_car car = fixture_car(0);
    ck_ok(vg_log_create(other, VG_KEEP, &made, &diag));
    fixture_episode(made, road, &car, 3, 30, "");
    ck_ok(vg_log_close(made, &diag));
    vg_minari_def def = definition();
    const char *const both[] = {log, other};
    ck_fails(vg_minari_write(&def, both, 2, folder, VG_KEEP, &report, &diag), VG_ERR_MISMATCH,
             "c.vlog: car: is another");
    ck_assert(!there(folder, ".") && sweep_files() == 2);
    vg_road_destroy(road);
    sweep_clear();
}
END_TEST

static const char *sweep_log; // a short one

static vg_err work(const char *path, vg_diag *said) {
    vg_minari_def def = definition();
    vg_minari_report made;
    return vg_minari_write(&def, &sweep_log, 1, path, VG_REPLACE, &made, said);
}

// Whatever fails and wherever the machine stops: the data set is the old one, the new one, or not there.
START_TEST(is_whole_or_not_at_all) {
    char path[300], log[300], folder[300];
    int64_t episodes;
    vg_log *made;
    vg_road *road = fixture_road(50);
    vg_car car = fixture_car(0);
    int told = 0, stopped = 0;
    definition();
    snprintf(log, sizeof log, "%s/verge-test-%d.vlog", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
             (int)getpid());
    sweep_log = log;
    ck_ok(vg_log_create(log, VG_REPLACE, &made, &diag));
    fixture_episode(made, road, &car, 3, 9, "");
    ck_ok(vg_log_close(made, &diag));
    vg_road_destroy(road);
    snprintf(path, sizeof path, "%s", scratch("set"));
    snprintf(folder, sizeof folder, "%s", scratch("again.vlog"));
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1, ended = -1; ended != DISK_DONE; n += n < 8 ? 1 : 97) {
            ck_assert_int_lt(n, 4000);
            bool old = n % 2;
            if (old) ck_ok(work(path, &diag));
            ended = sweep_run(work, path, fault, n);
            if (there(path, "."))
                ck_ok(vg_minari_read(path, folder, VG_REPLACE, &episodes, &diag));
            else
                ck_assert_msg(!old && ended != DISK_DONE && ended != DISK_LUCKY, "%s at %d: gone",
                              sweep_names[fault], n);
            if (ended == DISK_TOLD)
                ck_assert_int_le(sweep_files(),
                                 there(path, ".") + there(folder, "") + (access(folder, F_OK) == 0));
            told += ended == DISK_TOLD, stopped += ended == DISK_STOPPED;
            sweep_clear();
        }
    unlink(log);
    ck_assert_int_ge(told, 8);
    ck_assert_int_ge(stopped, 10);
}
END_TEST

START_TEST(out_of_memory) {
    const char *log = fixture_log("a.vlog"), *folder = scratch("set"), *again = scratch("b.vlog");
    int64_t episodes;
    definition();
    for (oom turn = {.share = 12, .diag = &diag}; oom_next(&turn);) {
        turn.err = write_set(log, folder, VG_KEEP);
        ck_assert_int_eq(sweep_files(), 1 + !turn.err);
    }
    for (oom turn = {.share = 12, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_minari_read(folder, again, VG_KEEP, &episodes, &diag);
        ck_assert_int_eq(sweep_files(), 2 + !turn.err);
    }
    sweep_clear();
}
END_TEST

int main(void) {
    int64_t episodes;
    vg_diag said;
    if (vg_minari_read("", "", VG_KEEP, &episodes, &said) == VG_ERR_ARGUMENT) {
        printf("SKIP: %s\n", said.text);
        return 77;
    }
    const TTest *const tests[] = {keeps_every_value, keeps_obstacles,        replaces_only_a_data_set,
                                  refuses,           is_whole_or_not_at_all, out_of_memory};
    return ck_run("minari", tests, sizeof tests / sizeof *tests);
}
