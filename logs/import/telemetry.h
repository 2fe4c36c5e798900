// logs/import/telemetry.h -- the content of a recorded drive's file: columns with units, as the file has
// them. A format reads its file into columns and judges nothing. Units and ranges are decided here, once for
// all formats.
#ifndef VG_LOGS_IMPORT_TELEMETRY_H
#define VG_LOGS_IMPORT_TELEMETRY_H

#include "logs/import/import.h"
#include "sim/base/format.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a column may mean. X(NAME, its name in the csv format, unit, least, most, what is expected); least and
// most are in that unit.
//
// TIME starts anywhere; every row has one. X and Y are a plane of metres, x east, y north, which is the
// road's frame or can be laid onto it; LATITUDE and LONGITUDE are of WGS 84. HEADING is counter-clockwise
// from +x (east). ACCURACY is the receiver's own idea of the error of a fix (one standard deviation or
// whatever else it calls accuracy). LAP numbers the laps of one drive, in which the car goes on from one lap
// to the next. DRIVE numbers drives that have nothing to do with each other: cars in one recording, or
// episodes; its rows are together, and time may start again with each.
#define VG_QUANTITIES(X)                                                                                     \
    X(TIME, "t_s", "s", -1e12, 1e12, "seconds")                                                              \
    X(X, "x_m", "m", -1e7, 1e7, "metres, at most 1e7 either way")                                            \
    X(Y, "y_m", "m", -1e7, 1e7, "metres, at most 1e7 either way")                                            \
    X(LATITUDE, "latitude_deg", "deg", -90, 90, "degrees, -90 to 90")                                        \
    X(LONGITUDE, "longitude_deg", "deg", -360, 360, "degrees, -360 to 360")                                  \
    X(HEADING, "heading_rad", "rad", -1e4, 1e4, "radians, at most 1e4 either way")                           \
    X(SPEED, "speed_mps", "m/s", 0, 1000, "0 to 1000 m/s (the car does not reverse)")                        \
    X(STEER, "steer", "rad", -1e4, 1e4, "radians of the steering wheel, at most 1e4 either way")             \
    X(THROTTLE, "throttle", "1", 0, 1, "0 to 1")                                                             \
    X(BRAKE, "brake", "1", 0, 1, "0 to 1")                                                                   \
    X(ACCURACY, "accuracy_m", "m", 0, 1e9, "metres, 0 or more")                                              \
    X(LAP, "lap", "1", -1e9, 1e9, "a whole number")                                                          \
    X(DRIVE, "drive", "1", -1e9, 1e9, "a whole number")

typedef enum vg_quantity {
#define X(name, ...) VG_QUANTITY_##name,
    VG_QUANTITIES(X)
#undef X
        VG_QUANTITY_COUNT
} vg_quantity;

// The properties of a quantity.
typedef struct vg_quantity_info {
    const char *name; // in the csv format: "speed_mps"
    const char *unit; // unit of its values
    double least, most;
    const char *expected;
} vg_quantity_info;
const vg_quantity_info *vg_quantity_get(vg_quantity quantity);
// The quantity with this name; VG_QUANTITY_COUNT if there is none.
vg_quantity vg_quantity_named(const char *name);

// Units that a column may have. X(name, the quantity's unit, factor to it, what is added then)
#define VG_UNITS(X)                                                                                          \
    X("s", "s", 1, 0)                                                                                        \
    X("ms", "s", 1e-3, 0)                                                                                    \
    X("us", "s", 1e-6, 0)                                                                                    \
    X("ns", "s", 1e-9, 0)                                                                                    \
    X("min", "s", 60, 0)                                                                                     \
    X("d", "s", 86400, 0)                                                                                    \
    X("m", "m", 1, 0)                                                                                        \
    X("dm", "m", 0.1, 0)                                                                                     \
    X("cm", "m", 0.01, 0)                                                                                    \
    X("mm", "m", 1e-3, 0)                                                                                    \
    X("km", "m", 1000, 0)                                                                                    \
    X("ft", "m", 0.3048, 0)                                                                                  \
    X("mi", "m", 1609.344, 0)                                                                                \
    X("deg", "deg", 1, 0)                                                                                    \
    X("rad", "deg", 57.295779513082320877, 0)                                                                \
    X("arcmin", "deg", 1 / 60.0, 0)                                                                          \
    X("arcmin west", "deg", -1 / 60.0, 0)                                                                    \
    X("1e-6 deg", "deg", 1e-6, 0)                                                                            \
    X("1e-7 deg", "deg", 1e-7, 0)                                                                            \
    X("rad", "rad", 1, 0)                                                                                    \
    X("deg", "rad", 0.017453292519943295, 0)                                                                 \
    X("deg clockwise", "rad", -0.017453292519943295, 0)                                                      \
    X("compass deg", "rad", -0.017453292519943295, 1.5707963267948966)                                       \
    X("compass rad", "rad", -1, 1.5707963267948966)                                                          \
    X("m/s", "m/s", 1, 0)                                                                                    \
    X("cm/s", "m/s", 0.01, 0)                                                                                \
    X("km/h", "m/s", 1 / 3.6, 0)                                                                             \
    X("mph", "m/s", 0.44704, 0)                                                                              \
    X("kn", "m/s", 1852.0 / 3600, 0)                                                                         \
    X("ft/s", "m/s", 0.3048, 0)                                                                              \
    X("1", "1", 1, 0)                                                                                        \
    X("%", "1", 0.01, 0)

typedef struct vg_telemetry_column {
    vg_quantity quantity;
    const char *unit;     // a name in VG_UNITS that measures the quantity
    char name[48];        // its name in the file, for messages
    double *values;       // [rows], as the file has them, in `unit`; NaN: nothing was measured in this row
    double factor, shift; // to the quantity's unit; set by vg_telemetry_prepare
} vg_telemetry_column;

// Zero-initialise; vg_telemetry_free when done.
typedef struct vg_telemetry {
    const char *file; // for messages; borrowed
    int32_t count;    // columns; at most one per quantity
    vg_telemetry_column columns[VG_QUANTITY_COUNT];
    int32_t rows, capacity;
    int64_t *lines; // [rows] of each row in the file, or its number among the samples of a file without lines
    double epoch;   // Unix time of the time 0, whole seconds; 0: unknown
} vg_telemetry;

// Add a column without rows, in the quantity's unit until the caller sets another.
vg_telemetry_column *vg_telemetry_add(vg_telemetry *telemetry, vg_quantity quantity, const char *name);
// Memory for `rows` rows in every column and in `lines`. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_telemetry_reserve(vg_telemetry *telemetry, int32_t rows, vg_diag *diag);
// Leave out the columns in which nothing was measured.
void vg_telemetry_drop_empty(vg_telemetry *telemetry);
void vg_telemetry_free(vg_telemetry *telemetry); // a zeroed one is fine

// Look up the unit of every column and set its factor and shift. Readers need not call it. Errors:
// VG_ERR_FORMAT with the column (a unit that does not measure the column's quantity, two columns for one
// quantity).
VG_NODISCARD vg_err vg_telemetry_prepare(vg_telemetry *telemetry, vg_diag *diag);
// The column of a quantity; NULL if the file has none.
const vg_telemetry_column *vg_telemetry_find(const vg_telemetry *telemetry, vg_quantity quantity);
// A value in the quantity's unit (vg_telemetry_prepare before); NaN: nothing was measured.
static inline double vg_telemetry_value(const vg_telemetry_column *column, int32_t row) {
    return column->values[row] * column->factor + column->shift;
}

// The samples of a file that is one lap in the road's frame, in SI units; a value is NaN if the file has no
// column for it. Rows without a position are left out. On failure *out is zeroed. Errors: VG_ERR_FORMAT with
// row and column (no x and y, no heading, no speed or a row without it, those of vg_telemetry_prepare, a
// value out of range, time that does not rise, no rows), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_telemetry_lap(vg_telemetry *telemetry, vg_lap *out, vg_diag *diag);

// --- formats ----------------------------------------------------------------------------------------------

// Input of a reader.
typedef struct vg_telemetry_source {
    const char *bytes; // [size], followed by a zero byte
    int64_t size;
    const char *file;            // its path, or a name for messages
    const char *map;             // path of a column map; NULL: the format's own columns
    const vg_warnings *warnings; // for suspicious things that are accepted; may be NULL
} vg_telemetry_source;

// A row of the table in logs/import/lap_formats.h.
typedef struct vg_lap_format {
    vg_format about; // first
    bool takes_map;  // a column map may say what the columns are
    // Sets out->file, columns and rows. On failure *out is zeroed. Errors: VG_ERR_FORMAT with file, row and
    // column, VG_ERR_MEMORY.
    vg_err (*read)(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag);
} vg_lap_format;

#ifdef __cplusplus
}
#endif
#endif
