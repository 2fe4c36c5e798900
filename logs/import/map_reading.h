// logs/import/map_reading.h -- a text file on its way through a column map: what the parts of the reader
// share. import_map.h is the front.
#ifndef VG_LOGS_IMPORT_MAP_READING_H
#define VG_LOGS_IMPORT_MAP_READING_H

#include "logs/import/column_map.h"
#include "logs/import/field.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_MAP_COLUMNS_MOST = 1024, VG_MAP_LAPS_MOST = 4096, VG_MAP_UNITS_MOST = 5 };

// A column of the file that is one of the telemetry's.
typedef struct vg_map_taken {
    int column;                           // of the file
    int place;                            // of the telemetry
    int letter;                           // the column of a position's letter N, S, E, W; -1: none
    bool fix;                             // only taken from rows with a new fix
    bool told;                            // the file tells the unit
    double most;                          // a greater number is not measured
    const char *units[VG_MAP_UNITS_MOST]; // that it may be in; NULL behind the last
} vg_map_taken;

// Large: on the heap. map_header.c fills it up to the first row.
typedef struct vg_map_reading {
    const vg_column_map *map;
    const vg_telemetry_source *source;
    vg_telemetry *out;
    const char *at, *end; // what is still to be read
    int64_t line;         // number of the last line that was cut
    const char *text;     // where that line begins
    char separator, decimal;
    int count; // fields of that line; the first VG_MAP_COLUMNS_MOST are kept
    vg_field fields[VG_MAP_COLUMNS_MOST];

    int columns;         // of the file
    int64_t header_line; // 0: there is none
    vg_field names[VG_MAP_COLUMNS_MOST], units[VG_MAP_COLUMNS_MOST], sources[VG_MAP_COLUMNS_MOST];
    int taken_count, time, fix; // time: its index in `taken`; fix: a column of the file, -1: none
    vg_map_taken taken[VG_QUANTITY_COUNT];
    bool counted;  // times are numbers that do not count from 1970
    bool letters;  // positions have letters
    int exchanged; // 1: they say that each is in the other's column; -1: that it is in its own; 0: nothing
    int lap_place; // of the telemetry's column that lap ends fill; -1: none
    int lap_end_count;
    double lap_ends[VG_MAP_LAPS_MOST]; // s
} vg_map_reading;

// Cut the next line that is neither blank nor a comment; false: there is none.
bool vg_map_next_line(vg_map_reading *r);

// Find the header and bind the columns. Errors: VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_map_header(vg_map_reading *r, vg_diag *diag);
// Look at the first rows for letters beside positions and decimal commas.
void vg_map_peek(vg_map_reading *r);
// Tell of the columns that are not a lap's.
void vg_map_tell_left_out(const vg_map_reading *r);
// Read the rows behind it. Errors: VG_ERR_FORMAT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_map_rows(vg_map_reading *r, vg_diag *diag);
// Put the rows of each drive together, in the order of time, where they are not. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_map_gather(vg_map_reading *r, vg_diag *diag);
// Bring times to seconds that go on, and positions to degrees; of the units that a column may be in, choose
// those by which speeds agree with positions; and say so. Errors: those of vg_globe_settle.
VG_NODISCARD vg_err vg_map_settle_units(vg_map_reading *r, vg_diag *diag);

// Is the field one of a list's items, whatever its case?
bool vg_map_listed(const char *list, const vg_field *field);

#ifdef __cplusplus
}
#endif
#endif
