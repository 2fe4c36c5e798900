#include "logs/store/log_live.h"
#include "sim/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "logs/store/log_place.h"

// Kept rows were checked column by column: SQLite's own checks would double the time. Nobody but the
// checkpoint thread moves the write-ahead log.
static const char PRAGMAS[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; "
    "PRAGMA ignore_check_constraints=ON";
enum { PATIENCE = 2000 }; // ms that a writer waits for who has the file locked

static void drop_statements(vg_log *log) {
    for (int32_t i = 0; i < VG_LOG_TABLE_COUNT; i++) {
        sqlite3_finalize(log->insert[i]);
        log->insert[i] = NULL;
    }
    sqlite3_finalize(log->finish);
    log->finish = NULL;
}

vg_err vg_log_go_live(vg_log *log, vg_diag *diag) {
    vg_err err = log->broken ? log->broken : vg_log_run(log, "COMMIT", "write it", diag);
    drop_statements(log);
    if (err) return log->broken = err;
    sqlite3_close(log->db);
    log->db = NULL;
    // The lock goes with the file to its name, so that there is no moment in which another could replace it.
    err = vg_file_lock(log->temporary, false, &log->lock, diag);
    if (err)
        vg_file_discard(log->temporary);
    else
        err = vg_log_put(log->temporary, log->path, log->overwrite, true, diag);
    log->mode = VG_LOG_LIVE;
    if (!err) err = vg_log_open_database(log, log->path, "", SQLITE_OPEN_READWRITE, diag);
    if (!err) err = vg_log_run(log, PRAGMAS, "begin it", diag);
    // The first commit into a new write-ahead log waits for the disk: here, and not at the first tick.
    char first[64];
    snprintf(first, sizeof first, "PRAGMA user_version=%d", VG_LOG_VERSION);
    if (!err) err = vg_log_run(log, first, "begin it", diag);
    if (err) return log->broken = err;
    sqlite3_busy_timeout(log->db, PATIENCE);
    return VG_OK;
}

vg_err vg_log_transaction(vg_log *log, vg_diag *diag) {
    if (log->broken) return vg_fail_at(diag, log->broken, log->path, 0, NULL, "an earlier write failed");
    vg_err err = vg_log_run(log, "BEGIN IMMEDIATE", "write it", diag);
    return err ? log->broken = err : VG_OK;
}

vg_err vg_log_commit(vg_log *log, vg_diag *diag) {
    if (log->broken) return vg_fail_at(diag, log->broken, log->path, 0, NULL, "an earlier write failed");
    vg_err err = vg_log_run(log, "COMMIT", "write it", diag);
    return err ? log->broken = err : VG_OK;
}

vg_err vg_log_live_finish(vg_log *log, vg_diag *diag) {
    vg_err err = VG_OK;
    if (log->broken) {
        sqlite3_exec(log->db, "ROLLBACK", NULL, NULL, NULL); // where one is under way
    } else if (log->under.e.id) {
        err = vg_log_transaction(log, diag);
        if (!err) err = vg_log_end(log, VG_END_OPEN, NULL, diag);
        if (!err) err = vg_log_commit(log, diag);
    }
    drop_statements(log);
    if (!log->db) return err;
    int code;
    vg_log_make_one(log->db, log->path, log->lock, &code);
    log->db = NULL;
    bool busy = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
    return !err && code && !busy ? vg_log_sql_error(log, code, "finish it", diag) : err;
}

vg_err vg_log_sync(const char *path, vg_diag *diag) {
    char name[1200];
    snprintf(name, sizeof name, "%s-wal", path);
    // SQLite holds no lock on this file, so closing it drops none.
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return VG_OK; // nothing was committed since the log last became one file
    bool good = fd >= 0 && fdatasync(fd) == 0;
    vg_err err = good ? VG_OK : vg_fail_at(diag, VG_ERR_IO, path, 0, NULL, "cannot sync it: %m");
    if (fd >= 0) close(fd);
    return err;
}

vg_err vg_log_checkpoint(const char *path, vg_diag *diag) {
    vg_log log = {.path = (char *)path, .mode = VG_LOG_LIVE};
    vg_err err = vg_log_open_database(&log, path, "", SQLITE_OPEN_READWRITE, diag);
    if (!err) {
        int code = sqlite3_wal_checkpoint_v2(log.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        bool busy = (code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED;
        if (code && !busy) err = vg_log_sql_error(&log, code, "move its write-ahead log", diag);
    }
    sqlite3_close(log.db);
    return err;
}
