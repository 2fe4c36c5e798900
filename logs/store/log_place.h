// logs/store/log_place.h -- a log's file and its write-ahead log beside it: which belong together, who may
// replace them, and how a killed recorder's two files become one. Internal to logs/.
//
// While a log is recorded, and after its recorder was killed, its last ticks stand in PATH-wal. The file
// itself says so: bytes 18 and 19 of SQLite's header are 2 then, and 1 once the log was closed. So both
// mistakes can be seen: a log without the write-ahead log that it needs, and a write-ahead log whose log was
// renamed.
#ifndef VG_LOGS_STORE_LOG_PLACE_H
#define VG_LOGS_STORE_LOG_PLACE_H

#include "logs/store/log_store.h"

// How a log at a path is to be read.
typedef struct vg_log_place {
    bool unclosed; // it has a write-ahead log that holds something
    int64_t bytes; // of all files
} vg_log_place;

// Look at path. Errors: VG_ERR_NOT_FOUND, VG_ERR_FORMAT (no regular file; a log that was not closed, without
// its write-ahead log: ticks are missing), VG_ERR_IO.
VG_NODISCARD vg_err vg_log_look(const char *path, vg_log_place *out, vg_diag *diag);

// Make one file of a log whose recorder was killed, where that can be done: nobody records it (its lock is
// free), nobody reads it and it may be written. Where it cannot, nothing changes. The caller has checked that
// the two files are sound together, and has closed them.
void vg_log_recover(const char *path);

// May a new log be put at path? Errors: VG_ERR_EXISTS (a file is there and overwrite is VG_KEEP; it is being
// recorded; a write-ahead log lies there that belongs to no file of that name), those of vg_file_may_write.
VG_NODISCARD vg_err vg_log_may_replace(const char *path, vg_overwrite overwrite, vg_diag *diag);

// Give a new log, whole in `temporary`, its name. What the old file of that name had in a write-ahead log
// goes just before, once the new file is on disk. With `live` the file says from its first moment that it has
// a write-ahead log, and an empty one stands beside it. On error the temporary file is gone. Errors: those of
// vg_log_may_replace and vg_file_commit.
VG_NODISCARD vg_err vg_log_put(const char *temporary, const char *path, vg_overwrite overwrite, bool live,
                               vg_diag *diag);

// All that is committed to the live log at path, which `db` has open to write, into the one file; db is
// closed either way. lock: of the file, which may have been renamed meanwhile; -1: none. *code is what SQLite
// said; where somebody reads the log (SQLITE_BUSY) it stays two files, which every reader knows.
void vg_log_make_one(sqlite3 *db, const char *path, int lock, int *code);

#endif
