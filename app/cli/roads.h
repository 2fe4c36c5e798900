// app/cli/roads.h -- loads roads by library name or path, as every command does. Warnings about a road go to
// stderr.
#ifndef VG_APP_CLI_ROADS_H
#define VG_APP_CLI_ROADS_H

#include "app/cli/args.h"
#include "tracks/track_format.h"

// Errors: those of vg_track_load.
VG_NODISCARD vg_err vg_road_load_said(const char *name_or_path, vg_road **out, vg_diag *diag);

// The same with choices; the points too, if track is not NULL (vg_track_free them). Errors: also those of
// vg_track_read_as.
VG_NODISCARD vg_err vg_road_load_said_as(const vg_track_options *options, const char *name_or_path,
                                         vg_track *track, vg_road **out, vg_diag *diag);

// Flags for what a road's file leaves open; `at` is where a command's options hold a vg_track_options.
#define VG_ROAD_FLAGS(options_type, at)                                                                      \
    {"width",                                                                                                \
     VG_FLAG_DOUBLE,                                                                                         \
     offsetof(options_type, at) + offsetof(vg_track_options, width),                                         \
     "M",                                                                                                    \
     .least = 0,                                                                                             \
     .most = 2000,                                                                                           \
     .standard = "0",                                                                                        \
     .help = "width of the road, both halves: of a line without widths, or instead of the file's; 0: the "   \
             "file's"},                                                                                      \
        {"route", VG_FLAG_TEXT, offsetof(options_type, at) + offsetof(vg_track_options, route), "IDS",       \
         .help = "which part of a map, by the ids of its roads or lanelets: docs/roads.md"},                 \
    {                                                                                                        \
        "lanes", VG_FLAG_TEXT, offsetof(options_type, at) + offsetof(vg_track_options, lanes), "LANES",      \
            .help = "which lanes of a map's roads: docs/roads.md"                                            \
    }

// Warnings go to vg_say_warning.
extern const vg_warnings vg_warnings_said;

#endif
