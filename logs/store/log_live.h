// logs/store/log_live.h -- a log written while it happens: what is committed outlives the process. Internal
// to logs/; recorder.h is for others.
//
// Commits go to a write-ahead log beside the file and wait for no disk: the system has them at once, so a
// killed process loses none. Another thread then asks the disk (sync) and moves what is in the write-ahead
// log into the file (checkpoint), so that the writer never waits for either.
#ifndef VG_LOGS_STORE_LOG_LIVE_H
#define VG_LOGS_STORE_LOG_LIVE_H

#include "logs/store/log_store.h"

// A log under construction (vg_log_create) appears under its name, on disk, with what it holds so far, and is
// written live from now on. On error it is as broken as after any other, and is to be discarded. Errors:
// those of vg_file_commit, VG_ERR_IO.
VG_NODISCARD vg_err vg_log_go_live(vg_log *log, vg_diag *diag);

// One transaction: what is written between begin and commit is kept wholly or not at all. After an error the
// log takes nothing more; what was committed stays. Errors: VG_ERR_IO, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_log_transaction(vg_log *log, vg_diag *diag);
VG_NODISCARD vg_err vg_log_commit(vg_log *log, vg_diag *diag);

// The end of a live log: an episode under way is kept as open, and all becomes one file. For vg_log_close.
VG_NODISCARD vg_err vg_log_live_finish(vg_log *log, vg_diag *diag);

// From any thread: what is committed to the live log at path is on disk when this returns. Errors: VG_ERR_IO.
VG_NODISCARD vg_err vg_log_sync(const char *path, vg_diag *diag);
// From any thread: move the write-ahead log into the file, as far as nobody reads it. Slow. Errors:
// VG_ERR_IO.
VG_NODISCARD vg_err vg_log_checkpoint(const char *path, vg_diag *diag);

#endif
