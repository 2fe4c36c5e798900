#include "logs/store/log_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/file.h"

enum { NAME = 1200 };

// Size of the file beside path; -1 when there is none.
static int64_t size_beside(const char *path, const char *suffix) {
    char name[NAME];
    struct stat info;
    if ((size_t)snprintf(name, sizeof name, "%s%s", path, suffix) >= sizeof name) return -1;
    return stat(name, &info) == 0 ? info.st_size : -1;
}

static void unlink_beside(const char *path, const char *suffix) {
    char name[NAME];
    if ((size_t)snprintf(name, sizeof name, "%s%s", path, suffix) < sizeof name) unlink(name);
}

// Does the file's header say that a write-ahead log belongs to it?
static bool needs_wal(const char *path) {
    unsigned char header[20] = {0};
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool read_whole = fd >= 0 && pread(fd, header, sizeof header, 0) == sizeof header;
    if (fd >= 0) close(fd);
    return read_whole && memcmp(header, "SQLite format 3", 16) == 0 && header[18] == 2 && header[19] == 2;
}

vg_err vg_log_look(const char *path, vg_log_place *out, vg_diag *diag) {
    struct stat info;
    if (stat(path, &info)) {
        if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG)
            return vg_fail_at(diag, VG_ERR_NOT_FOUND, path, 0, NULL, "no such file");
        return vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "cannot open it: %m");
    }
    if (!S_ISREG(info.st_mode))
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "is not a log of verge: not a regular file");
    bool unclosed = needs_wal(path);
    int64_t wal = size_beside(path, "-wal"), journal = size_beside(path, "-journal");
    if (unclosed && wal < 0)
        return vg_fail_at(
            diag, VG_ERR_FORMAT, path, 0, NULL,
            "it was not closed, and the file with its last ticks is missing: '%.150s-wal'. If the log "
            "was renamed or copied, do the same with that file. If the file is lost, or another program "
            "of SQLite has put it into the log, make an empty one: touch '%.150s-wal'",
            path, path);
    // One that was closed is whole: whatever lies beside it is not its own and is left alone.
    out->unclosed = (unclosed && wal > 0) || journal > 0;
    out->bytes = info.st_size + (out->unclosed && wal > 0 ? wal : 0);
    return VG_OK;
}

// Say in the header of the file that is open as fd, or else at path, whether it has a write-ahead log. Only
// where no SQLite has it open in this process.
static bool mark(int of, const char *path, bool live) {
    unsigned char versions[2] = {live ? 2 : 1, live ? 2 : 1};
    char again[40];
    snprintf(again, sizeof again, "/proc/self/fd/%d", of); // to write: a lock's is open to read only
    int fd = open(of >= 0 ? again : path, O_RDWR | O_CLOEXEC);
    if (fd < 0 && of >= 0) fd = open(path, O_RDWR | O_CLOEXEC); // no /proc
    bool good = fd >= 0 && pwrite(fd, versions, 2, 18) == 2 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return good;
}

// SQLite would remove the write-ahead log first and write the header then: killed in between, the log would
// look as if ticks were missing. So it leaves the emptied file, and the two steps are taken here the other
// way round.
void vg_log_make_one(sqlite3 *db, const char *path, int lock, int *code) {
    sqlite3_busy_timeout(db, 0);
    *code = sqlite3_exec(db, "PRAGMA synchronous=FULL", NULL, NULL, NULL);
    if (!*code) *code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(db);
    if (*code || size_beside(path, "-wal") > 0 || !mark(lock, path, false)) return;
    unlink_beside(path, "-wal");
    unlink_beside(path, "-shm");
}

void vg_log_recover(const char *path) {
    vg_log log = {.path = (char *)path, .mode = VG_LOG_LIVE};
    int lock = -1, ignored_code;
    vg_diag ignored;
    if (access(path, W_OK) || vg_file_lock(path, false, &lock, &ignored)) return;
    if (lock < 0) return; // without locks nobody knows whether it is being recorded
    if (!vg_log_open_database(&log, path, "", SQLITE_OPEN_READWRITE, &ignored))
        vg_log_make_one(log.db, path, lock, &ignored_code);
    else
        sqlite3_close(log.db);
    vg_file_unlock(lock);
}

// --- putting a new log somewhere -------------------------------------------------------------------------

// A write-ahead log at path that belongs to no log there: the log was renamed or moved without it.
static vg_err check_orphan(const char *path, vg_diag *diag) {
    if (size_beside(path, "-wal") <= 0 || needs_wal(path)) return VG_OK;
    return vg_fail_at(
        diag, VG_ERR_EXISTS, path, 0, NULL,
        "'%.150s-wal' holds the last ticks of a drive that was killed, and its log does not stand beside "
        "it any more: rename it as the log was renamed (to NAME.vlog-wal), or choose another name",
        path);
}

// The lock on what is to be replaced, -1 when there is nothing.
static vg_err lock_old(const char *path, vg_overwrite overwrite, int *lock, vg_diag *diag) {
    *lock = -1;
    vg_diag own = {0};
    vg_err err = overwrite == VG_KEEP ? VG_OK : vg_file_lock(path, false, lock, &own);
    if (err == VG_ERR_NOT_FOUND) err = VG_OK;
    if (err && diag) *diag = own;
    if (!err) err = check_orphan(path, diag);
    return err;
}

vg_err vg_log_may_replace(const char *path, vg_overwrite overwrite, vg_diag *diag) {
    int lock = -1;
    vg_err err = vg_file_may_write(path, overwrite, diag);
    if (!err) err = lock_old(path, overwrite, &lock, diag);
    vg_file_unlock(lock);
    return err;
}

static bool sync_file(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return good;
}

// Beside another file the old write-ahead log would be read into it. Where there was no file, only an empty
// one can be left, which does no harm.
static void remove_leftovers(const char *temporary, const char *path, bool replaces) {
    bool journal = size_beside(path, "-journal") >= 0;
    if (!replaces && !journal) return;
    if (!sync_file(temporary)) return; // the commit will fail
    unlink_beside(path, "-journal");
    if (!replaces) return;
    unlink_beside(path, "-wal");
    unlink_beside(path, "-shm");
}

// An empty write-ahead log: a header that promises one is never without.
static vg_err make_live(const char *temporary, const char *path, vg_diag *diag) {
    char name[NAME];
    if ((size_t)snprintf(name, sizeof name, "%s-wal", path) >= sizeof name)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL, "the path is too long");
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || !mark(-1, temporary, true)) {
        if (fd >= 0) close(fd);
        return vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "cannot begin it: %m");
    }
    close(fd);
    return VG_OK;
}

vg_err vg_log_put(const char *temporary, const char *path, vg_overwrite overwrite, bool live, vg_diag *diag) {
    int lock = -1;
    vg_err err = lock_old(path, overwrite, &lock, diag);
    bool replaces = !err && overwrite != VG_KEEP && access(path, F_OK) == 0;
    if (!err) remove_leftovers(temporary, path, replaces);
    if (!err && live) err = make_live(temporary, path, diag);
    if (err)
        vg_file_discard(temporary);
    else
        err = vg_file_commit(temporary, path, overwrite, diag);
    vg_file_unlock(lock);
    return err;
}
