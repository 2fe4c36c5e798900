// tracks/formats.h -- the table of road formats. Reading, writing, `verge track convert`, `verge info`, help
// texts and messages are made from it.
//
// To add a format: its source and header in tracks/formats/, its row in formats.c, its test in
// tests/tracks/formats/, its section in docs/roads.md.
#ifndef VG_TRACKS_FORMATS_H
#define VG_TRACKS_FORMATS_H

#include "sim/base/file.h"
#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

// The rows, closed by NULL, for the functions of sim/base/format.h. Each is the `about` of a vg_track_format.
extern const vg_format *const vg_track_formats[];

// The i-th format; NULL past the last.
const vg_track_format *vg_track_format_at(int32_t i);

// Read a road of any format from memory; `file` is its path, or a name for messages. A road without a name
// gets the name of its file. On failure *out is zeroed. Errors: VG_ERR_FORMAT (no format fits: the message
// lists the known ones), those of the format's reader.
VG_NODISCARD vg_err vg_track_parse(const char *bytes, int64_t size, const char *file,
                                   const vg_warnings *warnings, vg_track *out, vg_diag *diag);
// The same from a file. Errors: also those of vg_file_read.
VG_NODISCARD vg_err vg_track_read_file(const char *path, const vg_warnings *warnings, vg_track *out,
                                       vg_diag *diag);

// The same with choices (tracks/track_format.h). A road without widths, of which `options` has none either,
// is VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_track_parse_as(const vg_track_options *options, const char *bytes, int64_t size,
                                      const char *file, const vg_warnings *warnings, vg_track *out,
                                      vg_diag *diag);
VG_NODISCARD vg_err vg_track_read_file_as(const vg_track_options *options, const char *path,
                                          const vg_warnings *warnings, vg_track *out, vg_diag *diag);

// The road between two borders, each a file of one line in any format; it runs so that the first is to its
// left. Errors: those of vg_track_read_file and vg_track_between; VG_ERR_MISMATCH (one in degrees, one in
// metres).
VG_NODISCARD vg_err vg_track_read_borders(const vg_track_options *options, const char *left,
                                          const char *right, const vg_warnings *warnings, vg_track *out,
                                          vg_diag *diag);

// The format to write `path` in: the first one that can be written and has its ending. Errors:
// VG_ERR_ARGUMENT listing the formats that can be written.
VG_NODISCARD vg_err vg_track_format_to_write(const char *path, const vg_track_format **out, vg_diag *diag);
// format->write is not NULL. Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_track_write_file(const vg_track *track, const vg_track_format *format,
                                        const char *path, vg_overwrite overwrite, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
