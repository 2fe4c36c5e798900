// logs/import/import_csv.h -- a recorded lap as CSV, one lap a file.
//
//     t_s,x_m,y_m,heading_rad,speed_mps[,steer][,throttle][,brake]
//     0.00,-7.360,110.424,0.00974,25.041,-0.00128,1.000,0.000
//
// The columns in any order; the last three may be missing. Blanks around fields, CRLF, a byte-order mark and
// blank lines at the end are passed over. Two things are read with a warning, for they are probably right:
// columns of other names, which are left out, and a last row without its line end, as long as all of its
// fields are there and the last has as many decimals as in every row before.
#ifndef VG_LOGS_IMPORT_IMPORT_CSV_H
#define VG_LOGS_IMPORT_IMPORT_CSV_H

#include "logs/import/import.h"

#ifdef __cplusplus
extern "C" {
#endif

// Read `size` bytes; `file` is the name for messages, borrowed by the lap; warnings may be NULL. On failure
// *out is zeroed. Errors: VG_ERR_FORMAT with file, row and column (an empty file, a header that is none, a
// column missing or repeated, a field missing or one too many, not a finite number, time that does not rise,
// a speed below 0, a pedal beyond 0 to 1, a last row that was cut off, no rows), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_import_csv_parse(const char *bytes, int64_t size, const char *file,
                                        const vg_warnings *warnings, vg_lap *out, vg_diag *diag);

// The same from a file; path is borrowed by the lap. Errors: those of vg_file_read too.
VG_NODISCARD vg_err vg_import_csv_read(const char *path, const vg_warnings *warnings, vg_lap *out,
                                       vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
