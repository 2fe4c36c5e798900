// sim/base/format.h -- a file format as a row of a table; the tables of road formats and of telemetry formats
// share it. The detection of a file's format, help and messages are all made from the rows.
#ifndef VG_SIM_BASE_FORMAT_H
#define VG_SIM_BASE_FORMAT_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_FORMAT_HEAD = 4096 }; // bytes at a file's beginning that identify its format

// The first member of a row; the rest of the row reads and writes such files.
typedef struct vg_format {
    const char *name;     // what a user types: "tum"
    const char *endings;  // of its files' names, without the dot, separated by blanks: "csv txt"
    const char *summary;  // one line, no full stop
    const char *help;     // paragraphs; NULL: none
    const char *examples; // lines to type; NULL: none
    // Does a file that begins with these bytes look like this format? size: at most VG_FORMAT_HEAD; there may
    // be zero bytes among them. It must be strict: a file of another format must not look like it.
    bool (*sniff)(const char *head, int64_t size);
} vg_format;

// A table is an array of pointers to rows, closed by NULL.

// The format with this name; NULL if there is none.
const vg_format *vg_format_named(const vg_format *const *table, const char *name);

// The format of a file: the first that its bytes look like, else the first that has its ending. size may be
// that of the whole file. NULL if no format fits.
const vg_format *vg_format_of(const vg_format *const *table, const char *path, const char *bytes,
                              int64_t size);

// Does the path end as this format's files do ("mine.CSV" too)?
bool vg_format_has_ending(const vg_format *format, const char *path);

// "tum (.csv), xodr (.xodr .xml)": for messages.
void vg_format_list(const vg_format *const *table, vg_text *out);
// For help, one line per row: "  tum  (.csv)  the summary".
void vg_format_help(const vg_format *const *table, vg_text *out);

#ifdef __cplusplus
}
#endif
#endif
