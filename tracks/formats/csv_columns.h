// tracks/formats/csv_columns.h -- what the columns of a road's table mean, by their names or, without a
// header, by their numbers.
#ifndef VG_TRACKS_FORMATS_CSV_COLUMNS_H
#define VG_TRACKS_FORMATS_CSV_COLUMNS_H

#include "sim/base/csv_lines.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_CSV_COLUMNS = 32 };

// X(ROLE, what it is, for messages)
#define VG_CSV_ROLES(X)                                                                                      \
    X(X, "x_m")                                                                                              \
    X(Y, "y_m")                                                                                              \
    X(RIGHT, "w_right_m")                                                                                    \
    X(LEFT, "w_left_m")                                                                                      \
    X(WIDTH, "width_m")                                                                                      \
    X(LEFT_X, "left_x_m")                                                                                    \
    X(LEFT_Y, "left_y_m")                                                                                    \
    X(RIGHT_X, "right_x_m")                                                                                  \
    X(RIGHT_Y, "right_y_m")

typedef enum vg_csv_role {
#define X(role, name) VG_CSV_##role,
    VG_CSV_ROLES(X)
#undef X
        VG_CSV_ROLE_COUNT
} vg_csv_role;

typedef struct vg_csv_columns {
    int count;                      // of all columns, the ones left out too
    int at[VG_CSV_ROLE_COUNT];      // the column with this role; -1: none
    double scale[VG_CSV_COLUMNS];   // from its unit to metres
    char names[VG_CSV_COLUMNS][40]; // as they stand in the file, or made up where there is no header
    bool sides_unknown;             // borders are called inner and outer
    char separator;                 // ' ': any number of blanks
} vg_csv_columns;

// Cut a line in place into fields: blanks and quotes around them are taken off, and a separator between
// quotes is part of its field. An empty field behind the last separator does not count. Returns how many
// there are, of which the first VG_CSV_COLUMNS are kept.
int vg_csv_fields(char *text, char separator, char **fields);

// The separator of a line: a tab, ';', ',' or blanks, whichever comes first in this order and leaves two
// fields or more.
char vg_csv_separator(const char *text);

// A number with a decimal point or, where the comma is not the separator, a decimal comma.
bool vg_csv_number(char *field, char separator, double *value);

// Take a line for a header: are there columns of a line's x and y, or of both borders'? The name of each may
// be written in capitals or small, with its unit: "X [m]", "x_cm". Changes text. With `twice`, if it is not
// NULL, the name of a second column for one role is told ("" if there is none).
bool vg_csv_header_columns(char *text, vg_csv_columns *out, char twice[40]);

// Without a header, by the lines from this one on, of which some 60 are looked at: two columns are x and y;
// three are those but for the one that does not change (a height); four and more are x, y, right and left, or
// a raceline if the first column is the arc length of the next two. false: its first line is no row of two
// numbers or more.
bool vg_csv_guess_columns(const vg_csv_lines *from, vg_csv_columns *out);

#ifdef __cplusplus
}
#endif
#endif
