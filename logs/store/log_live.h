// logs/store/log_live.h -- a log that is written while the drive happens: what is committed survives the end
// of the process. Internal to logs/; others use recorder.h.
//
// Commits go to a write-ahead log beside the file and do not wait for the disk: the operating system has them
// at once, so a killed process loses none. Another thread then syncs the disk and moves the content of the
// write-ahead log into the file (a checkpoint), so the writer never waits for either.
#ifndef VG_LOGS_STORE_LOG_LIVE_H
#define VG_LOGS_STORE_LOG_LIVE_H

#include "logs/store/log_store.h"

// A log under construction (vg_log_create) appears under its name, on disk, with its present content, and is
// written live from now on. After an error it is broken, as after any other write error, and must be
// discarded. Errors: those of vg_file_commit, VG_ERR_IO.
VG_NODISCARD vg_err vg_log_go_live(vg_log *log, vg_diag *diag);

// One transaction: everything written between begin and commit is kept, or nothing. After an error the log
// accepts nothing more; what was committed stays. Errors: VG_ERR_IO, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_log_transaction(vg_log *log, vg_diag *diag);
VG_NODISCARD vg_err vg_log_commit(vg_log *log, vg_diag *diag);

// End a live log: an episode under way is kept as open, and the log becomes one file. For vg_log_close.
VG_NODISCARD vg_err vg_log_live_finish(vg_log *log, vg_diag *diag);

// From any thread: when this returns, what was committed to the live log at path is on disk. Errors:
// VG_ERR_IO.
VG_NODISCARD vg_err vg_log_sync(const char *path, vg_diag *diag);
// From any thread: move the write-ahead log into the file, as far as readers allow it. Slow. Errors:
// VG_ERR_IO.
VG_NODISCARD vg_err vg_log_checkpoint(const char *path, vg_diag *diag);

#endif
