// agents/irl/lattice_private.h -- the tables of a lattice and the loops over its states; lattice_hot.c
// implements these.
//
// A row is a pair (offset, slope); a way is a row and a turn. The features of an action are products of what
// belongs to its way and what belongs to its push and speed:
//     time = length T, lateral acceleration = bend L, lateral jerk = change J, curvature change = change C,
// and those along the road and of the place belong to one side alone.
#ifndef VG_AGENTS_IRL_LATTICE_PRIVATE_H
#define VG_AGENTS_IRL_LATTICE_PRIVATE_H

#include "agents/irl/lattice.h"
#include "sim/base/level.h"

enum {
    VG_LATTICE_ROWS = VG_LATTICE_OFFSETS * VG_LATTICE_SLOPES,
    VG_LATTICE_WAYS = VG_LATTICE_ROWS * 3,
    VG_LATTICE_PADDED = VG_LATTICE_SPEEDS + 2,
    VG_LATTICE_BLOCK = 7, // offsets of a block of parallel work
    VG_LATTICE_BLOCKS = VG_LATTICE_OFFSETS / VG_LATTICE_BLOCK,
};

typedef double vg_lattice_pushes[3][VG_LATTICE_SPEEDS];

// One station.
typedef struct vg_lattice_station {
    double way[VG_LATTICE_WAYS][3];      // length, bend, change
    double place[VG_LATTICE_OFFSETS][2]; // features offset and edge
    vg_lattice_pushes push[6];           // T, L, J, C; longitudinal acceleration and jerk
} vg_lattice_station;

struct vg_lattice {
    vg_lattice_view view;
    double *offsets, *speeds;
    double *curvature; // [count] 1/m, of the centreline
    double *widths;    // [count][2] m, right and left
    vg_car car;
    vg_lattice_station *stations;  // [count]
    double most[VG_DRIVING_COUNT]; // no action has more of a feature
};

// One step of a pass: -r = length a + bend b + change c + d + place.
typedef struct vg_lattice_step {
    const vg_lattice_station *station;
    vg_lattice_pushes a, b, c, d;
    double place[VG_LATTICE_OFFSETS];
    double next[VG_LATTICE_ROWS][VG_LATTICE_PADDED]; // values at the next station; CANNOT before and behind
} vg_lattice_step;

#define VG_LATTICE_CANNOT (-1e30)

// The feature sums of a forward step over one block, lane by lane.
typedef struct vg_lattice_sums {
    double lanes[VG_DRIVING_COUNT][VG_LATTICE_SPEEDS];
} vg_lattice_sums;

typedef struct vg_lattice_kernel {
    // Values of the rows of offsets [begin, end).
    void (*soft)(const vg_lattice_step *step, int32_t begin, int32_t end, double *values);
    void (*hard)(const vg_lattice_step *step, int32_t begin, int32_t end, double *values, uint8_t *best);
    // The visits of the next station's rows of offsets [begin, end), from the visits and values here.
    void (*forward)(const vg_lattice_step *step, int32_t begin, int32_t end, const double *values,
                    const double *visits, double *next_visits, vg_lattice_sums *sums);
} vg_lattice_kernel;

VG_HOT_DECLARE(vg_lattice_kernel, vg_lattice_kernel_table);

#endif
