// app/cli/roads.h -- loads roads by library name or path, as every command does. Warnings about a road go to
// stderr.
#ifndef VG_APP_CLI_ROADS_H
#define VG_APP_CLI_ROADS_H

#include "tracks/track.h"

// Errors: those of vg_track_load.
VG_NODISCARD vg_err vg_road_load_said(const char *name_or_path, vg_road **out, vg_diag *diag);

// Warnings go to vg_say_warning.
extern const vg_warnings vg_warnings_said;

#endif
