// tests/scratch.h -- paths for what a test writes: a folder for each process, which is deleted when the
// process ends.
#ifndef VG_TESTS_SCRATCH_H
#define VG_TESTS_SCRATCH_H

#include <dirent.h>
#include <unistd.h>

#include "tests/check.h"

static char scratch_folder[200];
static pid_t scratch_owner; // a child made later must not clear its parent's folder

static inline void scratch_clear(void) {
    if (getpid() != scratch_owner) return;
    DIR *folder = opendir(scratch_folder);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        unlinkat(dirfd(folder), entry->d_name, 0); // it holds no folders
    if (folder) closedir(folder);
    rmdir(scratch_folder);
}

// A path at which there is no file. It is valid until the eighth call after this one.
static inline const char *scratch(const char *name) {
    static char paths[8][300];
    static int next;
    if (scratch_owner != getpid()) {
        const char *root = getenv("TMPDIR");
        snprintf(scratch_folder, sizeof scratch_folder, "%s/verge-test-XXXXXX", root ? root : "/tmp");
        ck_assert_msg(mkdtemp(scratch_folder) != NULL, "cannot make %s: %m", scratch_folder);
        scratch_owner = getpid();
        atexit(scratch_clear);
    }
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_folder, name);
    unlink(path);
    return path;
}

#endif
