// app/commands/laps_points.h -- the positions of recorded laps, for roads that are made of them.
#ifndef VG_APP_COMMANDS_LAPS_POINTS_H
#define VG_APP_COMMANDS_LAPS_POINTS_H

#include "app/cli/args.h"
#include "tracks/points.h"

// Laps of some files; zero-initialise, vg_laps_points_free when done. A file gives one lap, or one for each
// drive in it.
typedef struct vg_laps_points {
    vg_points *laps; // [count]
    int32_t count, capacity;
    bool geodetic;              // latitudes and longitudes: x east, y north of this place
    double latitude, longitude; // deg
} vg_laps_points;

// Add the laps of a file in any telemetry format. Latitudes and longitudes become metres on a plane that
// touches the earth at the first place of the first file. Errors: those of vg_telemetry_read; VG_ERR_FORMAT
// (no positions), VG_ERR_MISMATCH (metres here, degrees in the file before).
VG_NODISCARD vg_err vg_laps_points_read(const char *path, vg_laps_points *out, vg_diag *diag);
void vg_laps_points_free(vg_laps_points *points);

#endif
