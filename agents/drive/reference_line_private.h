// agents/drive/reference_line_private.h -- a reference's lines, for the files that make and read them.
#ifndef VG_AGENTS_DRIVE_REFERENCE_LINE_PRIVATE_H
#define VG_AGENTS_DRIVE_REFERENCE_LINE_PRIVATE_H

#include "agents/drive/reference_line.h"

// One road's line: offset[k] at arc length k / bins_a_metre; NULL: the centreline. Its pace has as many bins.
typedef struct vg_line {
    float *offset; // [count]
    int32_t count;
    double bins_a_metre;
    bool closed;
    vg_pace pace;
} vg_line;

// The first member of the struct that reference.c makes.
struct vg_reference {
    vg_line *lines; // [road_count]
    int32_t road_count;
    const vg_policy *expert; // NULL: the reference has only lines
};

#endif
