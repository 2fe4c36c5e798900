// agents/planner/demonstrations.h -- the drives of logs as lines: offset and speed at stations of their road.
#ifndef VG_AGENTS_PLANNER_DEMONSTRATIONS_H
#define VG_AGENTS_PLANNER_DEMONSTRATIONS_H

#include "agents/planner/stations.h"
#include "sim/car.h"

#ifdef __cplusplus
extern "C" {
#endif

// A stretch of a drive, at most once round the road.
typedef struct vg_demonstration {
    vg_stations stations; // an open chain, cut from the road's
    int64_t first; // the road's number of its first station; on a closed road it counts on, round by round
    int32_t road, car;      // which of those below
    int32_t log, episode;   // where it comes from
    double *offset, *speed; // [stations.count] m, m/s
} vg_demonstration;

typedef struct vg_demonstrations {
    vg_road **roads;       // [road_count] each once, by content
    vg_stations *stations; // [road_count] of them
    int32_t road_count;
    vg_car *cars; // [car_count] each once
    int32_t car_count;
    vg_demonstration *items; // [count] in the order of the logs
    int32_t count, room;
    int64_t rows, used; // ticks in the logs; those between the stations of `items`
    int32_t episodes;
    uint64_t hash; // of the episodes
} vg_demonstrations;

// Start from zero. Borrowed until the reading returns.
typedef struct vg_demonstrations_def {
    const char *const *paths; // [path_count] logs
    int32_t path_count;
    double spacing; // m between stations
} vg_demonstrations_def;

// Between two ticks a line goes straight. A stretch ends where a car stands (below VG_DEMONSTRATION_SLOWEST),
// goes backward, is beyond twice the half width, or where a recording has a gap; and after once round.
// Stretches of fewer than VG_STATIONS_LEAST stations are left out. Errors: VG_ERR_MISMATCH where none is
// left, with the longest in metres; VG_ERR_MEMORY; those of vg_log_open and vg_stations_open.
#define VG_DEMONSTRATION_SLOWEST 0.5 // m/s
VG_NODISCARD vg_err vg_demonstrations_read(const vg_demonstrations_def *def, vg_demonstrations *out,
                                           vg_diag *diag);
void vg_demonstrations_close(vg_demonstrations *demonstrations); // a zeroed one is fine

#ifdef __cplusplus
}
#endif
#endif
