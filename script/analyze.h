// script/analyze.h -- put before each file by script/analyze: an analyzer that sees one file at a time is
// told that what fails returns its error, never VG_OK.
#define _GNU_SOURCE
#include "sim/base/error.h"

static inline vg_err vg_failed(vg_err told, vg_err code) {
    (void)told;
    return code;
}
#define vg_fail(diag, code, ...)    vg_failed(vg_fail(diag, code, __VA_ARGS__), code)
#define vg_fail_at(diag, code, ...) vg_failed(vg_fail_at(diag, code, __VA_ARGS__), code)
#define vg_fail_memory(diag)        vg_failed(vg_fail_memory(diag), VG_ERR_MEMORY)
