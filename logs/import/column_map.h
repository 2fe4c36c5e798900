// logs/import/column_map.h -- which column of a text file is what: a YAML file of names, units and the shape
// of the file. Every text format that verge knows is one of them, in assets/formats/: copy the nearest and
// change it.
//
//     separator: semicolon
//     time: {names: [Zeit, Time], unit: ms}
//     x: {names: [East], unit: m}
//     y: {names: [North], unit: m}
//     speed: {names: ["Speed@gps", Speed], unit: km/h}
#ifndef VG_LOGS_IMPORT_COLUMN_MAP_H
#define VG_LOGS_IMPORT_COLUMN_MAP_H

#include "logs/import/telemetry.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VG_MAP_KEYS(X)                                                                                       \
    X(separator, CHOICE, "", 0, 0, "auto", "auto|comma|semicolon|tab|blank",                                 \
      "between fields; auto: by the header's line; blank: any run of blanks")                                \
    X(decimal, CHOICE, "", 0, 0, "auto", "auto|point|comma",                                                 \
      "decimal sign; auto: a point, or a comma too where the separator is none")                             \
    X(comment, TEXT, "", 0, 16, "#", NULL, "a line that begins so is left out; empty: none is")              \
    X(skip_rows, INT, "1", 0, 1e6, "0", NULL, "lines to leave out at the beginning")                         \
    X(header, BOOL, "", 0, 0, "true", NULL,                                                                  \
      "a line names the columns; false: names are their numbers, 1 on")                                      \
    X(header_after, TEXT, "", 0, 64, "", NULL, "the line before the header, as in \"[column names]\"")       \
    X(rows_after, TEXT, "", 0, 64, "", NULL, "the line before the first row, as in \"[data]\"")              \
    X(units_row, CHOICE, "", 0, 0, "auto", "auto|yes|no",                                                    \
      "a row of units is below the header; auto: if there is no number in it")                               \
    X(source_row, BOOL, "", 0, 0, "false", NULL,                                                             \
      "a row of sources is below that: a column is then called name@source, too")                            \
    X(missing, LIST, "", 0, 0, "", NULL,                                                                     \
      "what else than nothing, nan, na, n/a, null, none and - means: not measured")                          \
    X(lap_ends, TEXT, "", 0, 64, "", NULL,                                                                   \
      "a line above the header that begins so lists the times of lap ends")                                  \
    X(others, CHOICE, "", 0, 0, "tell", "tell|ignore", "columns that are left out: warn of them or not")

// X(QUANTITY, key)
#define VG_MAP_COLUMNS(X)                                                                                    \
    X(TIME, time)                                                                                            \
    X(X, x)                                                                                                  \
    X(Y, y)                                                                                                  \
    X(LATITUDE, latitude)                                                                                    \
    X(LONGITUDE, longitude)                                                                                  \
    X(HEADING, heading)                                                                                      \
    X(SPEED, speed)                                                                                          \
    X(STEER, steer)                                                                                          \
    X(THROTTLE, throttle)                                                                                    \
    X(BRAKE, brake)                                                                                          \
    X(ACCURACY, accuracy)                                                                                    \
    X(LAP, lap)                                                                                              \
    X(DRIVE, drive)

// What the map says of one quantity. The first of the names that the file has is its column: whatever its
// case, with or without a unit in brackets behind it ("Speed (km/h)"). If the file gives a unit, in brackets
// or in its row of units, that one is taken; else the map's. Of several units the one is taken that makes
// speeds agree with positions.
typedef struct vg_map_column {
    char names[VG_KEY_LIST_SIZE]; // default: none, the quantity is not in the file
    char unit[VG_KEY_LIST_SIZE];  // default: that of the quantity. Of time also: date, hhmmss; of
                                  // latitude and longitude: ddmm
    double most;                  // as the file writes it; a greater value is not measured. Default 1e300
} vg_map_column;

typedef struct vg_column_map {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_MAP_KEYS(X)
#undef X
    vg_map_column columns[VG_QUANTITY_COUNT];
    // The column that says whether a row's position is a new fix, and its values where it is. In other rows
    // `of` (keys as above) is what the receiver, or its program, repeated or made up. Default: every row is
    // one.
    struct {
        char names[VG_KEY_LIST_SIZE], values[VG_KEY_LIST_SIZE], of[VG_KEY_LIST_SIZE];
        bool filled;         // positions between fixes are filled in, unmarked (logs/import/fix_filled.h)
        bool times_by_speed; // the times of fixes jitter: take them from the speeds (logs/import/fix_times.h)
    } fix;
    char file[256]; // for messages
} vg_column_map;

enum { VG_MAP_COMMA = 1, VG_MAP_SEMICOLON, VG_MAP_TAB, VG_MAP_BLANK }; // separator; 0: auto
enum { VG_MAP_POINT = 1, VG_MAP_DECIMAL_COMMA };                       // decimal; 0: auto
enum { VG_MAP_YES = 1, VG_MAP_NO };                                    // units_row; 0: auto

extern const vg_schema vg_column_map_schema;

// A map by the name of one of verge's own ("vbox": assets/formats/vbox.yaml) or by the path of a file. Large:
// keep it on the heap. Errors: VG_ERR_NOT_FOUND, those of vg_config_read, VG_ERR_FORMAT (no names for the
// time, or for a position; a unit that does not measure its quantity).
VG_NODISCARD vg_err vg_column_map_load(const char *name_or_path, vg_column_map *map, vg_diag *diag);

// The unit of verge as which a file's spelling of one ("Km/h", "degrees") is understood for a quantity whose
// unit in the map is `expected` ("" or NULL: the quantity's); NULL if it is none.
const char *vg_map_unit(vg_quantity quantity, const char *spelling, int64_t size, const char *expected);

#ifdef __cplusplus
}
#endif
#endif
