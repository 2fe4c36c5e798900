// sim/base/error.h -- one error enum for the whole library, and a record of where an error happened.
#ifndef VG_SIM_BASE_ERROR_H
#define VG_SIM_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VG_NODISCARD           __attribute__((warn_unused_result))
#define VG_PRINTF(text, first) __attribute__((format(printf, text, first)))

// X(name, exit status of the program, what it means)
#define VG_ERRORS(X)                                                                                         \
    X(OK, 0, "no error")                                                                                     \
    X(ERR_ARGUMENT, 2, "a caller's value is out of range")                                                   \
    X(ERR_FORMAT, 2, "a file's content does not fit its format")                                             \
    X(ERR_NOT_FOUND, 2, "a file, a name or a row does not exist")                                            \
    X(ERR_EXISTS, 2, "the output already exists")                                                            \
    X(ERR_MISMATCH, 2, "two inputs do not belong together")                                                  \
    X(ERR_LIMIT, 2, "a lap needs more than the car can do")                                                  \
    X(ERR_MEMORY, 4, "out of memory")                                                                        \
    X(ERR_IO, 4, "reading or writing failed")                                                                \
    X(ERR_POLICY, 4, "a policy gave NaN, crashed or hung")                                                   \
    X(ERR_INTERRUPTED, 130, "stopped by a signal")

typedef enum vg_err {
#define X(name, status, text) VG_##name,
    VG_ERRORS(X)
#undef X
} vg_err;

// What went wrong and where. Filled by the function that failed; untouched on success.
typedef struct vg_diag {
    vg_err code;
    char file[256]; // path as the caller gave it; "" if no file is concerned
    int64_t line;   // 1-based line or row; 0 if none
    char field[64]; // column, key or tensor; "" if none
    char text[512]; // one sentence: what was found and what was expected
} vg_diag;

// The constant's meaning in a few words. Never NULL.
const char *vg_err_text(vg_err err);

// The program's exit status for an error (0, 2, 4 or 130).
int vg_err_exit_status(vg_err err);

// Fill *diag (may be NULL) with code and a printf-style text, clear file, line and field, and return code,
// so that a function can end with `return vg_fail(diag, VG_ERR_ARGUMENT, "...")`.
vg_err vg_fail(vg_diag *diag, vg_err code, const char *format, ...) VG_PRINTF(3, 4);

// The same with a place. file and field may be NULL, line may be 0.
vg_err vg_fail_at(vg_diag *diag, vg_err code, const char *file, int64_t line, const char *field,
                  const char *format, ...) VG_PRINTF(6, 7);

// Report that memory ran out, with a fixed text: needs no memory itself.
vg_err vg_fail_memory(vg_diag *diag);

// A value of a file that a function refuses as its argument is the file's fault: VG_ERR_ARGUMENT becomes
// VG_ERR_FORMAT, in *diag (may be NULL), too. Returns the code; others stay as they are.
vg_err vg_fail_of_file(vg_err err, vg_diag *diag);

// "file:line: field: text" into buffer, truncated to size. Returns buffer.
char *vg_diag_format(const vg_diag *diag, char *buffer, int32_t size);

#ifdef __cplusplus
}
#endif
#endif
