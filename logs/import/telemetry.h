// logs/import/telemetry.h -- the content of a recorded lap's file: columns with units. A format reads its
// file into columns. Conversion of units, required columns and ranges are decided here, once for all formats.
#ifndef VG_LOGS_IMPORT_TELEMETRY_H
#define VG_LOGS_IMPORT_TELEMETRY_H

#include "logs/import/import.h"
#include "sim/base/format.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a column may mean. X(NAME, its name in the csv format, unit, field of vg_log_sample, least, most,
// whether a lap must have it, what is expected); least and most are in that unit.
#define VG_QUANTITIES(X)                                                                                     \
    X(TIME, "t_s", "s", t, -1e12, 1e12, true, "seconds")                                                     \
    X(X, "x_m", "m", x, -1e7, 1e7, true, "metres, at most 1e7 either way")                                   \
    X(Y, "y_m", "m", y, -1e7, 1e7, true, "metres, at most 1e7 either way")                                   \
    X(HEADING, "heading_rad", "rad", heading, -1e4, 1e4, true, "radians, at most 1e4 either way")            \
    X(SPEED, "speed_mps", "m/s", speed, 0, 1000, true, "0 to 1000 m/s (the car does not reverse)")           \
    X(STEER, "steer", "rad", steer, -1e4, 1e4, false,                                                        \
      "radians of the steering wheel, at most 1e4 either way")                                               \
    X(THROTTLE, "throttle", "1", throttle, 0, 1, false, "0 to 1")                                            \
    X(BRAKE, "brake", "1", brake, 0, 1, false, "0 to 1")

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
    size_t at;        // of the value in vg_log_sample
    double least, most;
    bool required; // a lap must have it
    const char *expected;
} vg_quantity_info;
const vg_quantity_info *vg_quantity_get(vg_quantity quantity);
// The quantity with this name; VG_QUANTITY_COUNT if there is none.
vg_quantity vg_quantity_named(const char *name);

// Units that a column may have. X(name, what it measures, factor to the quantity's unit)
#define VG_UNITS(X)                                                                                          \
    X("s", "s", 1)                                                                                           \
    X("ms", "s", 1e-3)                                                                                       \
    X("m", "m", 1)                                                                                           \
    X("km", "m", 1000)                                                                                       \
    X("ft", "m", 0.3048)                                                                                     \
    X("rad", "rad", 1)                                                                                       \
    X("deg", "rad", 0.017453292519943295)                                                                    \
    X("m/s", "m/s", 1)                                                                                       \
    X("km/h", "m/s", 1 / 3.6)                                                                                \
    X("mph", "m/s", 0.44704)                                                                                 \
    X("kn", "m/s", 1852.0 / 3600)                                                                            \
    X("1", "1", 1)                                                                                           \
    X("%", "1", 0.01)

typedef struct vg_telemetry_column {
    vg_quantity quantity;
    const char *unit; // a name in VG_UNITS that measures the quantity
    char name[48];    // its name in the file, for messages
    double *values;   // [rows], finite
} vg_telemetry_column;

// Zero-initialise; vg_telemetry_free when done.
typedef struct vg_telemetry {
    const char *file; // for messages; borrowed
    int32_t count;    // columns; at most one per quantity
    vg_telemetry_column columns[VG_QUANTITY_COUNT];
    int32_t rows, capacity;
    int64_t first_line; // of the first row in the file; the others follow, one per line
} vg_telemetry;

// Add a column without rows, in the quantity's unit until the caller sets another.
vg_telemetry_column *vg_telemetry_add(vg_telemetry *telemetry, vg_quantity quantity, const char *name);
// Memory for `rows` rows in every column. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_telemetry_reserve(vg_telemetry *telemetry, int32_t rows, vg_diag *diag);
void vg_telemetry_free(vg_telemetry *telemetry); // a zeroed one is fine

// The samples of a lap, in SI units; a value is NaN if the file has no column for it. On failure *out is
// zeroed. Errors: VG_ERR_FORMAT with row and column (a column missing, a unit that does not measure the
// column's quantity, a value out of range, time that does not rise, no rows), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_telemetry_lap(const vg_telemetry *telemetry, vg_lap *out, vg_diag *diag);

// --- formats
// -------------------------------------------------------------------------------------------------

// Input of a reader.
typedef struct vg_telemetry_source {
    const char *bytes; // [size], followed by a zero byte
    int64_t size;
    const char *file;            // its path, or a name for messages
    const vg_warnings *warnings; // for suspicious things that are accepted; may be NULL
} vg_telemetry_source;

// A row of the table in logs/import/lap_formats.h.
typedef struct vg_lap_format {
    vg_format about; // first
    // Sets out->file, columns and rows. On failure *out is zeroed. Errors: VG_ERR_FORMAT with file, row and
    // column, VG_ERR_MEMORY.
    vg_err (*read)(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag);
} vg_lap_format;

#ifdef __cplusplus
}
#endif
#endif
