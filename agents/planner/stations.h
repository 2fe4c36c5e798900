// agents/planner/stations.h -- places along a road at which a line is known by its offset and its speed.
#ifndef VG_AGENTS_PLANNER_STATIONS_H
#define VG_AGENTS_PLANNER_STATIONS_H

#include "sim/road.h"

#ifdef __cplusplus
extern "C" {
#endif

// m between stations, for cars of full size.
#define VG_STATION_SPACING 5.0

typedef struct vg_stations {
    int32_t count;
    bool closed;             // station `count` is station 0 again
    double spacing;          // m of the road between two
    double *x, *y;           // [count] m, on the centreline
    double *left_x, *left_y; // [count] the direction to the left, length 1
    double *left, *right;    // [count] m, half widths
} vg_stations;

// How many stations fill a road, about `spacing` apart: a closed road has station k at k length / count, an
// open one at k length / (count - 1).
int32_t vg_stations_count(const vg_road *road, double spacing);

// Stations of the whole road, about `spacing` apart. With `beyond` > 0, an open road has as many more at
// either end, as if it went straight on. Errors: VG_ERR_ARGUMENT (fewer than VG_STATIONS_LEAST), or
// VG_ERR_MEMORY.
enum { VG_STATIONS_LEAST = 8 };
VG_NODISCARD vg_err vg_stations_open(const vg_road *road, double spacing, int32_t beyond, vg_stations *out,
                                     vg_diag *diag);
// `count` stations of them from `first` on, as an open chain; a closed road may be gone round more than once.
// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_stations_cut(const vg_stations *all, int64_t first, int32_t count, vg_stations *out,
                                    vg_diag *diag);
void vg_stations_close(vg_stations *stations); // a zeroed one is fine

#ifdef __cplusplus
}
#endif
#endif
