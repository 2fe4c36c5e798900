// sim/base/file.h -- files read and written as a whole. In sim/, only sim/base accesses files.
#ifndef VG_SIM_BASE_FILE_H
#define VG_SIM_BASE_FILE_H

#include "sim/base/overwrite.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// The whole file at path into *bytes (vg_free it), with a zero byte behind the *size bytes. Refuses what is
// larger than limit bytes (0: 1 GiB) and what is not a regular file or a pipe.
// Errors: VG_ERR_NOT_FOUND, VG_ERR_FORMAT (too large, a directory), VG_ERR_IO, VG_ERR_MEMORY,
// VG_ERR_INTERRUPTED (a signal came while a pipe was awaited).
VG_NODISCARD vg_err vg_file_read(const char *path, int64_t limit, char **bytes, int64_t *size, vg_diag *diag);

// Write size bytes to path, whole or not at all: a temporary file beside it, fsync, rename, fsync of the
// folder. Makes missing folders. With VG_KEEP an existing file is VG_ERR_EXISTS.
// Errors: VG_ERR_ARGUMENT (path too long), VG_ERR_EXISTS (also a folder or a device, whatever `overwrite`
// says, and a file that another process has locked), VG_ERR_IO (with the system's reason).
VG_NODISCARD vg_err vg_file_write(const char *path, const void *bytes, int64_t size, vg_overwrite overwrite,
                                  vg_diag *diag);

// VG_OK if path may be written under `overwrite`: call it before hours of work, so that they are not lost.
// Creates nothing. Errors: VG_ERR_EXISTS (also a file where a folder should be), VG_ERR_IO (no permission to
// write).
VG_NODISCARD vg_err vg_file_may_write(const char *path, vg_overwrite overwrite, vg_diag *diag);

// For writers that stream (SQLite, PNG): create an empty temporary file beside path, with missing folders,
// and put its name into temporary[1024]; then either commit (fsync, rename onto path) or discard (remove). A
// failed commit removes the file. Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_file_temporary(const char *path, vg_overwrite overwrite, char *temporary,
                                      vg_diag *diag);
VG_NODISCARD vg_err vg_file_commit(const char *temporary, const char *path, vg_overwrite overwrite,
                                   vg_diag *diag);
void vg_file_discard(const char *temporary);

// Create a folder, with its parents. An existing folder is fine.
VG_NODISCARD vg_err vg_file_make_folder(const char *path, vg_diag *diag);

// A lock on a file or folder that exists, among the processes that ask for one. It belongs to the file, not
// to its name, so a rename takes it along; it ends by vg_file_unlock or with the process, however that ends,
// and leaves nothing behind. With `wait` the call waits until the lock is free. Where the file system has no
// locks, or the file may not be read, *lock is -1 and nothing is locked. Errors: VG_ERR_NOT_FOUND,
// VG_ERR_EXISTS (somebody else holds it; not with wait), VG_ERR_INTERRUPTED (a signal came while it waited).
VG_NODISCARD vg_err vg_file_lock(const char *path, bool wait, int *lock, vg_diag *diag);
void vg_file_unlock(int lock); // -1 is fine

// Lock the file at path, waiting, and make sure that it still has that name then: for who reads it, changes
// it and replaces it by VG_REPLACE_LOCKED. Where there is no file yet, *lock is -1: write it by VG_KEEP, and
// begin again when that says VG_ERR_EXISTS. Errors: those of vg_file_lock.
VG_NODISCARD vg_err vg_file_lock_to_change(const char *path, int *lock, vg_diag *diag);

// A folder for the output of one run, with its parents, locked so that no second run writes among the first
// one's files. Start from all zeros; end by vg_file_leave_folder, which takes the folder away again where it
// was made here and is empty. Errors: those of vg_file_make_folder and vg_file_lock.
typedef struct vg_folder_claim {
    const char *path; // borrowed; NULL: none is claimed
    int lock;
    bool made;
} vg_folder_claim;
VG_NODISCARD vg_err vg_file_claim_folder(const char *path, vg_folder_claim *claim, vg_diag *diag);
void vg_file_leave_folder(vg_folder_claim *claim);

// A lock on the name of a file that is written in the end, though there may be none yet, so that two
// processes do not work for the same output at once: the file PATH.lock, with its missing folders, which goes
// when it is given back. One that a killed process left behind is free. Start from all zeros. Where the file
// system has no locks, nothing is locked. Errors: VG_ERR_EXISTS (somebody else has it), VG_ERR_IO,
// VG_ERR_ARGUMENT (path too long), those of vg_file_make_folder.
typedef struct vg_name_claim {
    char path[1024]; // of the lock; "": none
    int lock;
    int made; // bytes of the outermost folder's name that was made; those still empty in the end go; 0: none
} vg_name_claim;
VG_NODISCARD vg_err vg_file_claim_name(const char *path, vg_name_claim *claim, vg_diag *diag);
void vg_file_leave_name(vg_name_claim *claim);

// Are both paths the same regular file, by whatever names (links, ./a)? False where either is none.
bool vg_file_is_same(const char *a, const char *b);

// For tests only. Fail the nth system call that creates, writes, syncs or renames from now (1 is the next
// one) and every one after it, as a full disk does, until vg_file_fail_never. Reading and removing still
// work.
void vg_file_fail_after(int64_t n);
void vg_file_fail_never(void);

#ifdef __cplusplus
}
#endif
#endif
