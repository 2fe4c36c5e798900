// tests/disk.h -- a disk that fails, or a machine that stops, at the nth operation that changes the disk:
// opening to create, writing, truncating, syncing, renaming, making a folder. It replaces the C library's
// functions for the whole program, and SQLite's calls too (disk_take).
#ifndef VG_TESTS_DISK_H
#define VG_TESTS_DISK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/check.h"

typedef enum disk_fault {
    DISK_FULL,  // the nth operation fails, and every one after it
    DISK_SLIPS, // only the nth fails
    DISK_STOPS, // the process is killed before the nth
    DISK_TEARS, // the nth is a write: half of it is written, then the process is killed
    DISK_POWER, // as in a power cut: what was not synced to the disk is lost
    DISK_FAULTS
} disk_fault;

enum { DISK_DONE = 0, DISK_LUCKY = 97, DISK_TOLD = 98, DISK_STOPPED = 99 }; // how a child ended

static struct {
    bool armed;
    disk_fault fault;
    atomic_llong left; // operations until the fault
    pthread_mutex_t lock;
    char folder[300];
    struct {
        ino_t inode;
        char *bytes;
        ssize_t size;
    } synced[64];
    int count;
} disk = {.lock = PTHREAD_MUTEX_INITIALIZER};

// --- the power cut ---------------------------------------------------------------------------------------

static inline void disk_keep(int fd) { // copy what a sync brought to the disk
    struct stat about;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode)) return;
    int i = 0;
    while (i < disk.count && disk.synced[i].inode != about.st_ino) i++;
    if (i == (int)(sizeof disk.synced / sizeof *disk.synced)) abort();
    if (i == disk.count) disk.count++;
    disk.synced[i].inode = about.st_ino;
    disk.synced[i].bytes = realloc(disk.synced[i].bytes, (size_t)about.st_size + 1);
    disk.synced[i].size = pread(fd, disk.synced[i].bytes, (size_t)about.st_size, 0);
}

static inline void disk_each_in(DIR *folder, void (*visit)(int fd, ino_t inode)) {
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        struct stat about;
        bool deeper =
            entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
        int fd = (int)syscall(SYS_openat, dirfd(folder), entry->d_name, deeper ? O_RDONLY : O_RDWR);
        if (fd < 0) continue;
        if (deeper)
            disk_each_in(fdopendir(fd), visit); // closes fd
        else {
            if (!fstat(fd, &about) && S_ISREG(about.st_mode)) visit(fd, about.st_ino);
            close(fd);
        }
    }
    if (folder) closedir(folder);
}

static inline void disk_each(void (*visit)(int fd, ino_t inode)) {
    disk_each_in(opendir(disk.folder), visit);
}

static inline void disk_keep_all(int fd, ino_t inode) {
    (void)inode;
    disk_keep(fd);
}

static inline void disk_revert(int fd, ino_t inode) {
    int i = 0;
    while (i < disk.count && disk.synced[i].inode != inode) i++;
    if (syscall(SYS_ftruncate, fd, 0)) abort();
    if (i < disk.count &&
        syscall(SYS_pwrite64, fd, disk.synced[i].bytes, disk.synced[i].size, 0) != disk.synced[i].size)
        abort();
}

// --- in place of the C library's -------------------------------------------------------------------------

// Does this operation fail? It may not return; other threads then wait for ever.
static inline bool disk_fails(bool removal) {
    if (!disk.armed) return false;
    pthread_mutex_lock(&disk.lock);
    long long left = atomic_fetch_sub(&disk.left, 1);
    if (left <= 1 && disk.fault >= DISK_STOPS && disk.fault != DISK_TEARS) {
        if (disk.fault == DISK_POWER) disk_each(disk_revert);
        _exit(DISK_STOPPED);
    }
    pthread_mutex_unlock(&disk.lock);
    errno = disk.fault == DISK_SLIPS ? EIO : ENOSPC;
    if (removal) return false; // a full disk can still delete files
    return (disk.fault == DISK_FULL && left <= 1) || (disk.fault == DISK_SLIPS && left == 1);
}

static inline ssize_t disk_pwrite(int fd, const void *bytes, size_t size, off_t at) {
    if (disk_fails(false)) return -1;
    if (disk.armed && disk.fault == DISK_TEARS && atomic_load(&disk.left) <= 0) {
        syscall(at < 0 ? SYS_write : SYS_pwrite64, fd, bytes, size / 2, at);
        _exit(DISK_STOPPED);
    }
    return at < 0 ? syscall(SYS_write, fd, bytes, size) : syscall(SYS_pwrite64, fd, bytes, size, at);
}

static inline int disk_sync(int fd, int number) {
    if (disk_fails(false)) return -1;
    int failed = (int)syscall(number, fd);
    pthread_mutex_lock(&disk.lock);
    if (!failed && disk.armed && disk.fault == DISK_POWER) disk_keep(fd);
    pthread_mutex_unlock(&disk.lock);
    return failed;
}

ssize_t write(int fd, const void *bytes, size_t size) { return disk_pwrite(fd, bytes, size, -1); }
int fsync(int fd) { return disk_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return disk_sync(fd, SYS_fdatasync); }
int rename(const char *from, const char *to) {
    return disk_fails(false) ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    return disk_fails(false) ? -1 : (int)syscall(SYS_renameat2, a, from, b, to, flags);
}
int mkdir(const char *path, mode_t mode) {
    return disk_fails(false) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
int unlink(const char *path) {
    disk_fails(true);
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    unsigned mode = flags & O_CREAT ? va_arg(rest, unsigned) : 0;
    va_end(rest);
    if ((flags & O_CREAT) && disk_fails(false)) return -1;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static inline int disk_open(const char *path, int flags, int mode) { return open(path, flags, mode); }
static inline int disk_cut(int fd, off_t size) {
    return disk_fails(false) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

// --- for tests -------------------------------------------------------------------------------------------

// SQLite's calls use these functions from now on.
static inline void disk_take(void) {
    sqlite3_initialize();
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "open", (sqlite3_syscall_ptr)disk_open), SQLITE_OK);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)disk_pwrite), SQLITE_OK);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)disk_pwrite), SQLITE_OK);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "write", (sqlite3_syscall_ptr)write), SQLITE_OK);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)disk_cut), SQLITE_OK);
    ck_assert_int_eq(vfs->xSetSystemCall(vfs, "unlink", (sqlite3_syscall_ptr)unlink), SQLITE_OK);
}

// While one thread restores the state of the last sync, another may read a mapped file that has just become
// shorter: for that thread the power is off already.
static inline void disk_wait_for_the_end(int signal) {
    (void)signal;
    for (;;) pause();
}

// From now on the nth operation (1 is the next one) meets the fault. The present content of the folder counts
// as synced.
static inline void disk_arm(disk_fault fault, long long n, const char *folder) {
    snprintf(disk.folder, sizeof disk.folder, "%s", folder);
    if (fault == DISK_POWER) disk_each(disk_keep_all), signal(SIGBUS, disk_wait_for_the_end);
    disk.fault = fault;
    atomic_store(&disk.left, n);
    disk.armed = true;
}

// End the child with the result `err` of the work.
static inline void disk_exit(vg_err err) {
    disk.armed = false;
    _exit(err ? DISK_TOLD : atomic_load(&disk.left) > 0 ? DISK_DONE : DISK_LUCKY);
}

#endif
