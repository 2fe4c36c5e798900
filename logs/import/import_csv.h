// logs/import/import_csv.h -- a recorded lap as CSV, one lap per file.
//
//     t_s,x_m,y_m,heading_rad,speed_mps[,steer][,throttle][,brake]
//     0.00,-7.360,110.424,0.00974,25.041,-0.00128,1.000,0.000
//
// The columns have any order; the last three may be missing. Blanks around fields, CRLF, a byte-order mark
// and blank lines at the end are ignored. Two things are read with a warning, because they are probably
// right: columns of other names, which are left out, and a last row without its line end, if it has all of
// its fields and its last field has as many decimals as in every row before.
#ifndef VG_LOGS_IMPORT_IMPORT_CSV_H
#define VG_LOGS_IMPORT_IMPORT_CSV_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Its row in the table. Errors of its reader: VG_ERR_FORMAT with file, row and column (an empty file, no
// valid header, a column missing or repeated, a field missing or one too many, not a finite number, a last
// row that was cut off, no rows), VG_ERR_MEMORY.
extern const vg_lap_format vg_lap_format_csv;

#ifdef __cplusplus
}
#endif
#endif
