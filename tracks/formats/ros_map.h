// tracks/formats/ros_map.h -- occupancy maps of ROS (map_server), as F1TENTH has its tracks: a YAML file with
// `image`, `resolution`, `origin`, `negate`, `occupied_thresh` and `free_thresh`, and a picture (PNG or PGM)
// beside it.
//
// The track is the largest stretch of free space; its outer border and that of the largest island within it
// are the borders of the road, which runs to the left (counter-clockwise; `--reverse` for the other way).
// Errors: VG_ERR_FORMAT where no island is (no loop).
#ifndef VG_TRACKS_FORMATS_ROS_MAP_H
#define VG_TRACKS_FORMATS_ROS_MAP_H

#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const vg_track_format vg_track_format_ros_map;

#ifdef __cplusplus
}
#endif
#endif
