// eval/figures/map_trace.h -- a way along a road, as maps are given it.
#ifndef VG_EVAL_FIGURES_MAP_TRACE_H
#define VG_EVAL_FIGURES_MAP_TRACE_H

#include <stdint.h>

// One car's way, or a reference's. A NaN in either column parts the line.
typedef struct vg_map_trace {
    const double *s;     // [count] m along the road; wrapped on a closed road
    const float *offset; // [count] m, positive left
    int64_t count;
} vg_map_trace;

#endif
