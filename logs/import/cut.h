// logs/import/cut.h -- a drive of several laps as laps: by the file's own numbers, or where it crosses a
// line.
#ifndef VG_LOGS_IMPORT_CUT_H
#define VG_LOGS_IMPORT_CUT_H

#include "logs/import/clean.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a lap is cut by. X(NAME, word, meaning)
#define VG_CUT_BYS(X)                                                                                        \
    X(AUTO, "auto", "the file's laps, where it has several; else the start line")                            \
    X(LAP, "lap", "the file's laps")                                                                         \
    X(LINE, "line", "crossings of the start line")                                                           \
    X(NONE, "none", "nothing: a drive stays whole")

typedef enum vg_cut_by {
#define X(name, ...) VG_CUT_##name,
    VG_CUT_BYS(X)
#undef X
} vg_cut_by;
const char *vg_cut_word(int32_t i); // NULL past the last

// What a piece is. X(NAME, tag of its episode, meaning)
#define VG_PIECES(X)                                                                                         \
    X(WHOLE, "", "a whole lap, or a drive that was not cut")                                                 \
    X(OUT, "out-lap", "the part before the first whole lap")                                                 \
    X(IN, "in-lap", "the part after the last whole lap")                                                     \
    X(PART, "part-lap", "another part: shorter than a lap")

typedef enum vg_piece_kind {
#define X(name, ...) VG_PIECE_##name,
    VG_PIECES(X)
#undef X
} vg_piece_kind;
const char *vg_piece_tag(vg_piece_kind kind);

// A piece shares its last sample with the first of the next, so that nothing is missing between them.
typedef struct vg_piece {
    int32_t first, count; // samples
    int32_t number;       // its lap in the file; else counted from 1; 0: the drive was not cut
    vg_piece_kind kind;
} vg_piece;

// A start line, from one point to another, m; a lap crosses it always in the same direction.
typedef struct vg_start_line {
    double x[2], y[2];
} vg_start_line;

// Start from zero.
typedef struct vg_cut_def {
    vg_cut_by by;
    const vg_road *road;       // its start line and its length; NULL: none
    const vg_start_line *line; // default NULL: that of a closed road
} vg_cut_def;

// Cut a drive. A short rest before the first or behind the last line (under a tenth of a lap) stays with its
// lap, and a drive without one whole lap between lines stays whole. *out is [*count], the caller's (vg_free).
// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_cut(const vg_cut_def *def, const vg_cleaned *samples, int32_t count, vg_piece **out,
                           int32_t *pieces, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
