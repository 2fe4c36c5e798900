#define _GNU_SOURCE // renameat2
#include "sim/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/memory.h"

enum { NAME_SIZE = 1024, SUFFIX_ROOM = 32 };

// For tests: calls that change the disk, counted down to the first that fails. Results never depend on it.
static atomic_int_fast64_t fail_at = INT64_MAX, calls;

void vg_file_fail_after(int64_t n) { atomic_store(&fail_at, atomic_load(&calls) + n); }
void vg_file_fail_never(void) { atomic_store(&fail_at, INT64_MAX); }

static bool disk_is_full(void) {
    if (atomic_fetch_add(&calls, 1) + 1 < atomic_load(&fail_at)) return false;
    errno = ENOSPC;
    return true;
}

// Fails with "cannot WHAT: the system's reason", where the reason is that of errno.
static vg_err fail_io(vg_diag *diag, const char *path, const char *what) {
    return vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "cannot %s: %m", what);
}

// --- reading ---------------------------------------------------------------------------------------------

// Only a pipe is waited for so long that a signal comes first.
static vg_err fail_interrupted(vg_diag *diag, const char *path) {
    return vg_fail_at(diag, VG_ERR_INTERRUPTED, path, 0, NULL, "interrupted while the pipe was awaited");
}

static vg_err open_for_reading(const char *path, int64_t limit, int *fd, int64_t *expected, vg_diag *diag) {
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0 && errno == EINTR) return fail_interrupted(diag, path);
    if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, path, 0, NULL, "no such file");
    if (*fd < 0 && errno == ENAMETOOLONG)
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, path, 0, NULL,
                          "no such file: the name is too long for a file");
    struct stat info;
    if (*fd < 0 || fstat(*fd, &info)) return fail_io(diag, path, "open it");
    if (S_ISDIR(info.st_mode))
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "is a folder, not a file");
    if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode))
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "is neither a file nor a pipe");
    *expected = S_ISREG(info.st_mode) ? info.st_size : 0;
    if (*expected > limit)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "has %lld bytes, expected at most %lld",
                          (long long)*expected, (long long)limit);
    return VG_OK;
}

// Read everything there is, which may be more or less than fstat said (a pipe, /proc, a file that grows).
static vg_err read_all(int fd, const char *path, int64_t limit, int64_t expected, char **bytes, int64_t *size,
                       vg_diag *diag) {
    int64_t capacity = expected + 1;
    *size = 0;
    *bytes = vg_new(char, capacity + 1);
    if (!*bytes) return vg_fail_memory(diag);
    for (;;) {
        ssize_t got = read(fd, *bytes + *size, (size_t)(capacity - *size));
        if (got < 0 && errno == EINTR) return fail_interrupted(diag, path);
        if (got < 0) return fail_io(diag, path, "read it");
        if (got == 0) break;
        *size += got;
        if (*size > limit)
            return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "has more than %lld bytes",
                              (long long)limit);
        if (*size < capacity) continue;
        int64_t wider = capacity < 4096 ? 8192 : capacity * 2;
        char *more = vg_realloc(*bytes, *size, wider + 1, 1);
        if (!more) return vg_fail_memory(diag);
        *bytes = more;
        capacity = wider;
    }
    (*bytes)[*size] = 0;
    return VG_OK;
}

vg_err vg_file_read(const char *path, int64_t limit, char **bytes, int64_t *size, vg_diag *diag) {
    if (limit <= 0) limit = (int64_t)1 << 30;
    *bytes = NULL;
    *size = 0;
    int fd;
    int64_t expected = 0;
    vg_err err = open_for_reading(path, limit, &fd, &expected, diag);
    if (!err) err = read_all(fd, path, limit, expected, bytes, size, diag);
    if (fd >= 0) close(fd);
    if (err) {
        vg_free(*bytes);
        *bytes = NULL;
        *size = 0;
    }
    return err;
}

// --- folders ---------------------------------------------------------------------------------------------

// Put the folder that holds path into folder[NAME_SIZE]; false if path has no name of its own or is too long.
static bool folder_of(const char *path, char *folder) {
    size_t length = strlen(path);
    if (length == 0 || length + SUFFIX_ROOM >= NAME_SIZE || path[length - 1] == '/') return false;
    memcpy(folder, path, length + 1);
    char *slash = strrchr(folder, '/');
    if (!slash)
        strcpy(folder, ".");
    else
        slash[slash == folder] = 0; // "/x" lies in "/"
    return true;
}

static vg_err fail_name(vg_diag *diag, const char *path) {
    return vg_fail_at(diag, VG_ERR_ARGUMENT, path[0] ? path : "''", 0, NULL,
                      "is not a name for a file: expected 1 to %d bytes without a slash at the end",
                      NAME_SIZE - SUFFIX_ROOM - 1);
}

static vg_err fail_no_folder(vg_diag *diag, const char *path) {
    return vg_fail_at(diag, VG_ERR_EXISTS, path, 0, NULL, "is not a folder, expected a folder");
}

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

vg_err vg_file_make_folder(const char *path, vg_diag *diag) {
    char name[NAME_SIZE];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof name) return fail_name(diag, path);
    memcpy(name, path, length + 1);
    if (is_folder(name)) return VG_OK;
    for (char *at = name + 1;; at++) {
        if (*at && *at != '/') continue;
        char kept = *at;
        *at = 0;
        if (!is_folder(name) && (disk_is_full() || mkdir(name, 0777)) &&
            !(errno == EEXIST && is_folder(name)))
            return errno == EEXIST || errno == ENOTDIR ? fail_no_folder(diag, name)
                                                       : fail_io(diag, name, "make this folder");
        *at = kept;
        if (!kept) return VG_OK;
    }
}

// --- locks -----------------------------------------------------------------------------------------------

static vg_err fail_locked(vg_diag *diag, const char *path) {
    return vg_fail_at(diag, VG_ERR_EXISTS, path, 0, NULL,
                      "is being written by another process: wait until that ends, or choose another name");
}

vg_err vg_file_lock(const char *path, bool wait, int *lock, vg_diag *diag) {
    *lock = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (*lock < 0 && (errno == ENOENT || errno == ENOTDIR))
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, path, 0, NULL, "no such file");
    if (*lock < 0 || flock(*lock, LOCK_EX | (wait ? 0 : LOCK_NB)) == 0) return VG_OK;
    int reason = errno;
    vg_file_unlock(*lock);
    *lock = -1;
    if (reason == EWOULDBLOCK) return fail_locked(diag, path);
    if (reason == EINTR)
        return vg_fail_at(diag, VG_ERR_INTERRUPTED, path, 0, NULL, "stopped while waiting for it");
    return VG_OK; // this file system has no locks
}

void vg_file_unlock(int lock) {
    if (lock >= 0) close(lock);
}

bool vg_file_is_same(const char *a, const char *b) {
    struct stat of_a, of_b;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && S_ISREG(of_a.st_mode) &&
           of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

// Who held the lock before may have put another file into its place.
static bool still_named(int fd, const char *path) {
    struct stat own, named;
    return fstat(fd, &own) == 0 && stat(path, &named) == 0 && own.st_dev == named.st_dev &&
           own.st_ino == named.st_ino;
}

vg_err vg_file_lock_to_change(const char *path, int *lock, vg_diag *diag) {
    for (;;) {
        vg_diag own = {0};
        vg_err err = vg_file_lock(path, true, lock, &own);
        if (err == VG_ERR_NOT_FOUND) return VG_OK;
        if (err && diag) *diag = own;
        if (err || *lock < 0 || still_named(*lock, path)) return err;
        vg_file_unlock(*lock);
    }
}

vg_err vg_file_claim_folder(const char *path, vg_folder_claim *claim, vg_diag *diag) {
    *claim = (vg_folder_claim){.lock = -1, .made = !is_folder(path)};
    vg_err err = vg_file_make_folder(path, diag);
    if (err) return err;
    claim->path = path;
    err = vg_file_lock(path, false, &claim->lock, diag);
    if (err) claim->made = false; // it is another's
    if (err) vg_file_leave_folder(claim);
    return err;
}

void vg_file_leave_folder(vg_folder_claim *claim) {
    if (!claim->path) return;
    if (claim->made) rmdir(claim->path); // where nothing came into it
    vg_file_unlock(claim->lock);
    *claim = (vg_folder_claim){0};
}

// The lock's file, made if it is not there, and locked. *fd is -1 after an error.
static vg_err open_lock(const char *path, const char *lock, int *fd, vg_diag *diag) {
    *fd = disk_is_full() ? -1 : open(lock, O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (*fd < 0) return fail_io(diag, lock, "make it");
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return VG_OK;
    close(*fd);
    *fd = -1;
    return fail_locked(diag, path);
}

vg_err vg_file_claim_name(const char *path, vg_name_claim *claim, vg_diag *diag) {
    char folder[NAME_SIZE];
    *claim = (vg_name_claim){.lock = -1};
    if (!folder_of(path, folder)) return fail_name(diag, path);
    char outer[NAME_SIZE];
    for (strcpy(outer, folder); !is_folder(outer);) {
        claim->made = (int)strlen(outer);
        char inner[NAME_SIZE];
        strcpy(inner, outer);
        if (!folder_of(inner, outer)) break;
    }
    vg_err err = vg_file_make_folder(folder, diag);
    if (err) return err;
    snprintf(claim->path, sizeof claim->path, "%s.lock", path); // folder_of leaves room for it
    do {
        vg_file_unlock(claim->lock); // of a file that who had it before has taken away
        err = open_lock(path, claim->path, &claim->lock, diag);
    } while (!err && !still_named(claim->lock, claim->path));
    if (err) claim->path[0] = 0;
    return err;
}

void vg_file_leave_name(vg_name_claim *claim) {
    if (!claim->path[0]) return;
    unlink(claim->path);
    vg_file_unlock(claim->lock);
    for (char *slash; (slash = strrchr(claim->path, '/')) && slash - claim->path >= claim->made;) {
        *slash = 0;
        if (!claim->made || rmdir(claim->path)) break;
    }
    *claim = (vg_name_claim){0};
}

// --- writing ---------------------------------------------------------------------------------------------

vg_err vg_file_may_write(const char *path, vg_overwrite overwrite, vg_diag *diag) {
    char folder[NAME_SIZE];
    if (!folder_of(path, folder)) return fail_name(diag, path);
    struct stat info;
    if (stat(path, &info) == 0) {
        if (S_ISDIR(info.st_mode))
            return vg_fail_at(diag, VG_ERR_EXISTS, path, 0, NULL, "is a folder, expected a file's name");
        if (!S_ISREG(info.st_mode))
            return vg_fail_at(diag, VG_ERR_EXISTS, path, 0, NULL, "exists and is not a regular file");
        if (overwrite == VG_KEEP) return vg_fail_at(diag, VG_ERR_EXISTS, path, 0, NULL, "exists already");
        int lock = -1;
        vg_err err = overwrite == VG_REPLACE ? vg_file_lock(path, false, &lock, diag) : VG_OK;
        vg_file_unlock(lock);
        if (err == VG_ERR_EXISTS) return err;
    } else if (errno != ENOENT && errno != ENOTDIR) {
        return fail_io(diag, path, "write it");
    }
    // The nearest folder that exists must be writable.
    while (stat(folder, &info) && (errno == ENOENT || errno == ENOTDIR)) {
        char upper[NAME_SIZE];
        if (!folder_of(folder, upper)) break;
        strcpy(folder, upper);
    }
    if (!is_folder(folder)) return fail_no_folder(diag, folder);
    if (access(folder, W_OK | X_OK)) return fail_io(diag, folder, "write into it");
    return VG_OK;
}

// Create an empty file with a new name: the process id and a number make the name, and O_EXCL ensures that it
// is new.
static int open_temporary(const char *path, char *temporary) {
    for (int number = 0; number < 10000; number++) {
        snprintf(temporary, NAME_SIZE, "%s.%ld-%d.tmp", path, (long)getpid(), number);
        int fd = disk_is_full() ? -1 : open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

static vg_err make_temporary(const char *path, vg_overwrite overwrite, char *temporary, int *fd,
                             vg_diag *diag) {
    char folder[NAME_SIZE];
    vg_err err = vg_file_may_write(path, overwrite, diag);
    if (err) return err;
    if (!folder_of(path, folder)) return fail_name(diag, path);
    err = vg_file_make_folder(folder, diag);
    if (err) return err;
    *fd = open_temporary(path, temporary);
    return *fd < 0 ? fail_io(diag, path, "make a temporary file beside it") : VG_OK;
}

vg_err vg_file_temporary(const char *path, vg_overwrite overwrite, char *temporary, vg_diag *diag) {
    int fd;
    vg_err err = make_temporary(path, overwrite, temporary, &fd, diag);
    if (!err) close(fd);
    return err;
}

void vg_file_discard(const char *temporary) { unlink(temporary); }

// fsync by name. On some file systems a folder cannot be synced (EINVAL): then nothing more can be done.
static int sync_path(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0) return -1;
    int failed = disk_is_full() ? -1 : fsync(fd);
    if (failed && errno == EINVAL && (flags & O_DIRECTORY)) failed = 0;
    int error = errno;
    close(fd);
    errno = error;
    return failed;
}

static int rename_onto(const char *temporary, const char *path, vg_overwrite overwrite) {
    if (disk_is_full()) return -1;
    if (overwrite != VG_KEEP) return rename(temporary, path);
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    // This file system cannot refuse to replace a file, so check first.
    struct stat info;
    if (lstat(path, &info) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(temporary, path);
}

vg_err vg_file_commit(const char *temporary, const char *path, vg_overwrite overwrite, vg_diag *diag) {
    char folder[NAME_SIZE];
    vg_err err = VG_OK;
    if (!folder_of(path, folder))
        err = fail_name(diag, path);
    else if (sync_path(temporary, O_RDONLY))
        err = fail_io(diag, path, "bring it to the disk");
    else if (rename_onto(temporary, path, overwrite))
        err = errno == EEXIST ? vg_fail_at(diag, VG_ERR_EXISTS, path, 0, NULL, "exists already")
                              : fail_io(diag, path, "give it its name");
    if (err) {
        vg_file_discard(temporary);
        return err;
    }
    return sync_path(folder, O_RDONLY | O_DIRECTORY) ? fail_io(diag, path, "bring its folder to the disk")
                                                     : VG_OK;
}

static bool write_all(int fd, const char *bytes, int64_t size) {
    while (size > 0) {
        ssize_t put = disk_is_full() ? -1 : write(fd, bytes, (size_t)size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        bytes += put;
        size -= put;
    }
    return true;
}

vg_err vg_file_write(const char *path, const void *bytes, int64_t size, vg_overwrite overwrite,
                     vg_diag *diag) {
    char temporary[NAME_SIZE];
    int fd;
    vg_err err = make_temporary(path, overwrite, temporary, &fd, diag);
    if (err) return err;
    if (!write_all(fd, bytes, size)) err = fail_io(diag, path, "write it");
    if (close(fd) && !err) err = fail_io(diag, path, "write it");
    if (!err) return vg_file_commit(temporary, path, overwrite, diag);
    vg_file_discard(temporary);
    return err;
}
