// sim/base/format.h -- a file format as a row of a table: what the tables of road formats and of telemetry
// formats have in common. Which format a file is of, what help and messages list: all of it follows from the
// rows.
#ifndef VG_SIM_BASE_FORMAT_H
#define VG_SIM_BASE_FORMAT_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_FORMAT_HEAD = 4096 }; // bytes of a file's beginning that tell its format

// The first member of a row; the rest says how such a file is read and written.
typedef struct vg_format {
    const char *name;     // what a user types: "tum"
    const char *endings;  // of its files' names, without the dot, separated by blanks: "csv txt"
    const char *summary;  // one line, no full stop
    const char *help;     // paragraphs, lines of at most 100 characters; NULL: none
    const char *examples; // lines to type; NULL: none
    // Does a file that begins with these bytes look like one? size: at most VG_FORMAT_HEAD; there may be zero
    // bytes among them. Strict: a file of another format must not look like it.
    bool (*sniff)(const char *head, int64_t size);
} vg_format;

// A table is an array of pointers to rows, closed by NULL.

// The format called so; NULL when there is none.
const vg_format *vg_format_named(const vg_format *const *table, const char *name);

// The format of a file: the first that its bytes look like, else the first that has its ending. size may be
// that of the whole file. NULL when no row knows it.
const vg_format *vg_format_of(const vg_format *const *table, const char *path, const char *bytes,
                              int64_t size);

// Does the path end as files of this format do ("mine.CSV" too)?
bool vg_format_has_ending(const vg_format *format, const char *path);

// "tum (.csv), xodr (.xodr .xml)": for messages.
void vg_format_list(const vg_format *const *table, vg_text *out);
// "  tum  (.csv)  what the summary says", a line a row: for help.
void vg_format_help(const vg_format *const *table, vg_text *out);

#ifdef __cplusplus
}
#endif
#endif
