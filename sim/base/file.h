// sim/base/file.h -- files read and written whole. Only sim/base touches files on sim's behalf.
#ifndef VG_SIM_BASE_FILE_H
#define VG_SIM_BASE_FILE_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// The whole file at path into *bytes (vg_free it), with a zero byte behind the *size bytes. Refuses what is
// larger than limit bytes (0: 1 GiB) and what is not a regular file or a pipe.
// Errors: VG_ERR_NOT_FOUND, VG_ERR_FORMAT (too large, a directory), VG_ERR_IO, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_file_read(const char *path, int64_t limit, char **bytes, int64_t *size, vg_diag *diag);

typedef enum vg_overwrite { VG_KEEP, VG_REPLACE } vg_overwrite;

// Write size bytes to path, whole or not at all: a temporary file beside it, fsync, rename, fsync of the
// folder. Makes missing folders. With VG_KEEP an existing file is VG_ERR_EXISTS.
// Errors: VG_ERR_EXISTS, VG_ERR_IO (with the system's reason), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_file_write(const char *path, const void *bytes, int64_t size, vg_overwrite overwrite,
                                  vg_diag *diag);

// VG_OK when path may be written under `overwrite`; to refuse before hours of work rather than after.
VG_NODISCARD vg_err vg_file_may_write(const char *path, vg_overwrite overwrite, vg_diag *diag);

// For writers that stream (SQLite, PNG): the temporary name beside path into temporary[1024]; then either
// commit (fsync, rename onto path) or discard (remove).
VG_NODISCARD vg_err vg_file_temporary(const char *path, vg_overwrite overwrite, char *temporary,
                                      vg_diag *diag);
VG_NODISCARD vg_err vg_file_commit(const char *temporary, const char *path, vg_overwrite overwrite,
                                   vg_diag *diag);
void vg_file_discard(const char *temporary);

// A folder, with its parents. An existing folder is fine.
VG_NODISCARD vg_err vg_file_make_folder(const char *path, vg_diag *diag);

// A growing text, for writers that build a file in memory. Zero-initialise. After an allocation failure
// `failed` stays true and further appends do nothing, so that a writer checks once, at the end.
typedef struct vg_text {
    char *bytes; // zero-terminated when size > 0
    int64_t size, capacity;
    bool failed;
} vg_text;

void vg_text_add(vg_text *text, const char *format, ...) VG_PRINTF(2, 3);
void vg_text_bytes(vg_text *text, const void *bytes, int64_t size);
void vg_text_free(vg_text *text);

// A number as the shortest decimal that reads back to the same bits ("0.1", not "0.10000000000000001"),
// locale-free. buffer holds at least 32 bytes. Returns buffer. NaN and infinities: "nan", "inf", "-inf".
char *vg_format_double(double value, char *buffer);
char *vg_format_float(float value, char *buffer);

// A finite decimal number that fills the whole of text (surrounding blanks allowed), locale-free. Rejects
// "", "nan", "inf", "1x", hexadecimal and what overflows. Returns whether it was one.
bool vg_parse_double(const char *text, double *value);
// A whole decimal number in int64.
bool vg_parse_int(const char *text, int64_t *value);

#ifdef __cplusplus
}
#endif
#endif
