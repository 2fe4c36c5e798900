// logs/import/lap_formats.h -- the table of telemetry formats. `verge import`, its help and examples, `verge
// info` and messages are made from it.
//
// To add a format: its source and header in logs/import/, its row in lap_formats.c, its test in
// tests/logs/import/, its section in docs/import.md.
#ifndef VG_LOGS_IMPORT_LAP_FORMATS_H
#define VG_LOGS_IMPORT_LAP_FORMATS_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// The rows, closed by NULL, for the functions of sim/base/format.h. Each is the `about` of a vg_lap_format.
extern const vg_format *const vg_lap_formats[];

// The i-th format; NULL past the last.
const vg_lap_format *vg_lap_format_at(int32_t i);

// Read a file's columns. format: NULL to find it by the content, else by the file's ending. source->file is
// borrowed by *out. On failure *out is zeroed. Errors: VG_ERR_FORMAT (no format fits: the message lists the
// known ones), VG_ERR_ARGUMENT (a map for a format that takes none), those of the format's reader.
VG_NODISCARD vg_err vg_telemetry_parse(const vg_lap_format *format, const vg_telemetry_source *source,
                                       vg_telemetry *out, vg_diag *diag);
// The same from a file; path is borrowed by *out; map and warnings may be NULL, as in vg_telemetry_source.
// Errors: also those of vg_file_read.
VG_NODISCARD vg_err vg_telemetry_read(const vg_lap_format *format, const char *path, const char *map,
                                      const vg_warnings *warnings, vg_telemetry *out, vg_diag *diag);

// Read a file that is one lap in the road's frame. `file` is its path, or a name for messages, borrowed by
// the lap; warnings may be NULL. On failure *out is zeroed. Errors: those of vg_telemetry_parse and of
// vg_telemetry_lap.
VG_NODISCARD vg_err vg_lap_parse(const vg_lap_format *format, const char *bytes, int64_t size,
                                 const char *file, const vg_warnings *warnings, vg_lap *out, vg_diag *diag);
// The same from a file; path is borrowed by the lap. Errors: also those of vg_file_read.
VG_NODISCARD vg_err vg_lap_read(const vg_lap_format *format, const char *path, const vg_warnings *warnings,
                                vg_lap *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
