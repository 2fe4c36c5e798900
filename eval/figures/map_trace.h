// eval/figures/map_trace.h -- the path of a car along a road, as maps take it.
#ifndef VG_EVAL_FIGURES_MAP_TRACE_H
#define VG_EVAL_FIGURES_MAP_TRACE_H

#include <stdint.h>

// The path of a car or of a reference. A NaN in either column interrupts the line.
typedef struct vg_map_trace {
    const double *s;     // [count] m along the road; wrapped on a closed road
    const float *offset; // [count] m, positive left
    int64_t count;
} vg_map_trace;

// An episode that a page can play.
typedef struct vg_map_episode {
    int32_t start, training; // start on the road, from 0; training seed of its driver, from 1
} vg_map_episode;

#endif
