// Data sets of robomimic, read by libhdf5 alone; what h5py makes of them is tested in bindings/python/tests.
#define _GNU_SOURCE
#include "tests/sweep.h"

#include "logs/export/robomimic.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return disk_pwrite(fd, bytes, size, at); }
int ftruncate(int fd, off_t size) { return disk_cut(fd, size); }

static vg_diag diag;
static vg_sense *sense;
static const char *log_path;

static vg_err work(const char *path, vg_diag *said) {
    vg_robomimic_def def = vg_robomimic_default();
    int64_t demos;
    def.sense = sense;
    return vg_robomimic_write(&def, &log_path, 1, path, VG_REPLACE, &demos, said);
}

START_TEST(same_logs_same_bytes) {
    const char *a = scratch("a.hdf5"), *b = scratch("b.hdf5");
    char *left, *right;
    int64_t left_size, right_size, demos;
    log_path = fixture_log("a.vlog");
    ck_ok(vg_sense_create("offset,speed,curvature@0:5,width", &sense, &diag));
    ck_ok(work(a, &diag));
    ck_ok(work(b, &diag));
    ck_ok(vg_file_read(a, 0, &left, &left_size, &diag));
    ck_ok(vg_file_read(b, 0, &right, &right_size, &diag));
    ck_assert(left_size == right_size && !memcmp(left, right, (size_t)left_size));
    ck_assert(!memcmp(left, "\211HDF\r\n\032\n", 8));
    vg_free(left);
    vg_free(right);
    vg_robomimic_def def = vg_robomimic_default();
    def.sense = sense, def.validation = 1;
    ck_fails(vg_robomimic_write(&def, &log_path, 1, a, VG_REPLACE, &demos, &diag), VG_ERR_ARGUMENT,
             "validation");
    def.validation = 0.5;
    ck_fails(vg_robomimic_write(&def, &log_path, 1, a, VG_KEEP, &demos, &diag), VG_ERR_EXISTS, "exist");
    ck_ok(vg_robomimic_write(&def, &log_path, 1, a, VG_REPLACE, &demos, &diag));
    ck_assert_int_eq(demos, 3);
}
END_TEST

START_TEST(is_whole_or_not_at_all) {
    const char *path = scratch("a.hdf5");
    char log[300];
    vg_log *made;
    vg_road *road = fixture_road(50);
    vg_car car = fixture_car(0);
    ck_ok(vg_sense_create("offset,speed", &sense, &diag));
    snprintf(log, sizeof log, "%s/verge-test-%d.vlog", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
             (int)getpid());
    log_path = log;
    ck_ok(vg_log_create(log, VG_REPLACE, &made, &diag));
    fixture_episode(made, road, &car, 3, 9, "");
    ck_ok(vg_log_close(made, &diag));
    for (disk_fault fault = 0; fault < DISK_FAULTS; fault++)
        for (int n = 1, ended = -1; ended != DISK_DONE; n += n < 6 ? 1 : 37) {
            sweep_put_old(path);
            ended = sweep_run(work, path, fault, n);
            char *bytes;
            int64_t size;
            ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
            bool old = strcmp(bytes, sweep_old) == 0;
            ck_assert_msg(old || size > 8000, "%s at %d: half", sweep_names[fault], n);
            ck_assert(!old || (ended != DISK_DONE && ended != DISK_LUCKY));
            if (ended != DISK_STOPPED) ck_assert_int_eq(sweep_files(), 1);
            vg_free(bytes);
            sweep_clear();
        }
    unlink(log);
    vg_road_destroy(road);
}
END_TEST

START_TEST(out_of_memory) {
    const char *path = scratch("a.hdf5");
    log_path = fixture_log("a.vlog");
    ck_ok(vg_sense_create("offset,speed", &sense, &diag));
    for (oom turn = {.share = 12, .diag = &diag}; oom_next(&turn);) {
        turn.err = work(path, &diag);
        ck_assert_int_eq(sweep_files(), 1 + !turn.err);
    }
}
END_TEST

int main(void) {
    vg_robomimic_def def = vg_robomimic_default();
    int64_t demos;
    vg_diag said;
    if (vg_robomimic_write(&def, NULL, 0, "", VG_KEEP, &demos, &said) == VG_ERR_ARGUMENT &&
        strstr(said.text, "without HDF5")) {
        printf("SKIP: %s\n", said.text);
        return 77;
    }
    const TTest *const tests[] = {same_logs_same_bytes, is_whole_or_not_at_all, out_of_memory};
    return ck_run("robomimic", tests, sizeof tests / sizeof *tests);
}
