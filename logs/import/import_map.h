// logs/import/import_map.h -- read a text file by a column map.
//
// CSV as it is written: fields between quotes, ',', ';', tabs or blanks between fields, comments, blank
// lines, names of any case, a byte-order mark, CRLF, decimal commas, more columns than are wanted, a row of
// units, a row of sources. Lines above the header are passed over: the header is the first line that names a
// time and a position.
#ifndef VG_LOGS_IMPORT_IMPORT_MAP_H
#define VG_LOGS_IMPORT_IMPORT_MAP_H

#include "logs/import/column_map.h"

#ifdef __cplusplus
extern "C" {
#endif

// On failure *out is zeroed. Warns of columns that are left out, of units that were found by comparison and
// of a last row without a line end. Errors: VG_ERR_FORMAT with file, row and column (an empty file, a zero
// byte, no header, a column missing or repeated, a unit of another kind, a field missing or one too many, not
// a number, a last row that was cut off, no rows), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_map_read(const vg_column_map *map, const vg_telemetry_source *source,
                                vg_telemetry *out, vg_diag *diag);

// The same by a map's name or path. Errors: also those of vg_column_map_load.
VG_NODISCARD vg_err vg_map_read_named(const char *name_or_path, const vg_telemetry_source *source,
                                      vg_telemetry *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
