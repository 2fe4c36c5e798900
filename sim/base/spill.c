#define _GNU_SOURCE
#include "sim/base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// A file without a name; where the file system has none, one whose name is taken away at once.
static int open_nameless(const char *folder) {
    char path[1100];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return fd;
    if (snprintf(path, sizeof path, "%s/spill-XXXXXX", folder) >= (int)sizeof path) return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

vg_err vg_spill_new(const char *folder, int64_t size, vg_spill *out, vg_diag *diag) {
    *out = (vg_spill){0};
    if (size < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "%lld bytes, expected 1 or more", (long long)size);
    int fd = open_nameless(folder);
    if (fd < 0)
        return vg_fail_at(diag, VG_ERR_IO, folder, 0, NULL, "cannot make a file in it: %s", strerror(errno));
    int failed = posix_fallocate(fd, 0, size);
    if (failed) {
        close(fd);
        return vg_fail_at(diag, VG_ERR_IO, folder, 0, NULL, "has no room for %.1f MB: %s", (double)size / 1e6,
                          strerror(failed));
    }
    void *bytes = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED) return vg_fail_memory(diag);
    *out = (vg_spill){bytes, size};
    return VG_OK;
}

void vg_spill_rest(const vg_spill *spill) {
    if (spill->bytes) madvise(spill->bytes, (size_t)spill->size, MADV_DONTNEED);
}

void vg_spill_rest_part(const void *bytes, int64_t size) {
    const uintptr_t page = 4096, begin = ((uintptr_t)bytes + page - 1) / page * page,
                    end = ((uintptr_t)bytes + (uintptr_t)size) / page * page;
    if (end > begin)
        madvise((void *)begin, end - begin, MADV_DONTNEED); // of larger pages an error: they stay
}

void vg_spill_fetch(const void *bytes, int64_t size) {
    const uintptr_t page = 4096, begin = (uintptr_t)bytes / page * page;
    madvise((void *)begin, (uintptr_t)bytes + (uintptr_t)size - begin, MADV_WILLNEED);
}

void vg_spill_free(vg_spill *spill) {
    if (spill->bytes) munmap(spill->bytes, (size_t)spill->size);
    *spill = (vg_spill){0};
}
