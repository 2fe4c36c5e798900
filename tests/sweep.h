// tests/sweep.h -- repeats a piece of work that writes to the disk, each time with the fault at another
// operation (tests/disk.h).
#ifndef VG_TESTS_SWEEP_H
#define VG_TESTS_SWEEP_H

#include <sys/wait.h>

#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "tests/disk.h"
#include "tests/scratch.h"

static const char sweep_old[] = "what stood there before\n";
static const char *const sweep_names[] = {"full", "slips", "stops", "tears", "power"};

typedef vg_err (*sweep_work)(const char *path, vg_diag *diag);

// Do the work in a child whose disk meets the fault at operation n; returns how the child ended.
static inline int sweep_run(sweep_work work, const char *path, disk_fault fault, int n) {
    pid_t child = fork();
    if (child == 0) {
        vg_diag diag = {0};
        disk_arm(fault, n, scratch_folder);
        disk_exit(work(path, &diag));
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status), "%s at %d: died by signal %d", sweep_names[fault], n, WTERMSIG(status));
    return WEXITSTATUS(status);
}

// Files in the folder.
static inline int sweep_files(void) {
    DIR *folder = opendir(scratch_folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static inline void sweep_clear_in(DIR *folder) {
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (entry->d_type == DT_DIR) {
            int fd = (int)syscall(SYS_openat, dirfd(folder), entry->d_name, O_RDONLY);
            sweep_clear_in(fdopendir(fd));
        }
        unlinkat(dirfd(folder), entry->d_name, entry->d_type == DT_DIR ? AT_REMOVEDIR : 0);
    }
    closedir(folder);
}

static inline void sweep_clear(void) { sweep_clear_in(opendir(scratch_folder)); }

static inline void sweep_put_old(const char *path) {
    vg_diag diag = {0};
    ck_ok(vg_file_write(path, sweep_old, sizeof sweep_old, VG_REPLACE, &diag));
}

static inline bool sweep_holds(const char *path, const char *text) {
    vg_diag diag = {0};
    char *bytes;
    int64_t size;
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    bool same = strcmp(bytes, text) == 0;
    vg_free(bytes);
    return same;
}

#endif
