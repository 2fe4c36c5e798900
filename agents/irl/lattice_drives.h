// agents/irl/lattice_drives.h -- recorded laps as drives on lattices, and what planning for a reward makes of
// the same starts: what inverse reinforcement learning on roads is given.
//
// Each road and car of the logs has a lattice, whose pace is the mean speed of the laps there. A drive is cut
// at the start line of a closed road, where the driver or the recording left off (off the road by half its
// width, slower than 1 m/s, backwards, a bridged gap), and is read off where it passes stations; each piece
// becomes the path nearest to it. Pieces over the same stations are a group: one pass serves all of them.
#ifndef VG_AGENTS_IRL_LATTICE_DRIVES_H
#define VG_AGENTS_IRL_LATTICE_DRIVES_H

#include "agents/irl/lattice.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_lattice_group {
    const vg_lattice *lattice; // borrowed from the drives
    vg_lattice_span span;
    int32_t count;                     // drives
    int32_t *paths;                    // [count][steps + 1]
    double *starts;                    // [VG_LATTICE_STATES] how many drives start there
    double features[VG_DRIVING_COUNT]; // the sum of all drives, on the lattice
} vg_lattice_group;

typedef struct vg_lattice_drives {
    vg_lattice_group *groups; // [group_count]
    int32_t group_count;
    vg_lattice **lattices; // [lattice_count]
    int32_t lattice_count;
    int64_t episodes, drives, steps;   // of the logs; pieces; their steps
    double metres;                     // of road
    double seconds, left_out;          // s, of all that was recorded, and of that what is in no drive
    double features[VG_DRIVING_COUNT]; // the sum of all drives, on the lattice
    double recorded[VG_DRIVING_COUNT]; // the same as recorded, from action to action
    vg_lattice_loss loss;              // what the lattice lost of the drives
    double car_scale;                  // vg_car_scale of the first car
    uint64_t hash;                     // of all that was read off
} vg_lattice_drives;

// Start from vg_lattice_drives_default().
typedef struct vg_lattice_drives_def {
    const char *const *logs; // [log_count]
    int32_t log_count;
    double spacing;          // m; as vg_lattice_def
    double slowest, fastest; // shares of the laps' mean speed, default 0.7 and 1.3; wider where a lap is
    int32_t least_steps;     // a shorter piece is left out, default 10
} vg_lattice_drives_def;
vg_lattice_drives_def vg_lattice_drives_default(void);

// Errors: VG_ERR_FORMAT (no drive is long enough: with what was found), VG_ERR_MISMATCH (cars of different
// scale), those of vg_log_open, vg_lattice_create, VG_ERR_MEMORY. Free it in any case.
VG_NODISCARD vg_err vg_lattice_drives_read(const vg_lattice_drives_def *def, vg_lattice_drives *out,
                                           vg_diag *diag);
void vg_lattice_drives_free(vg_lattice_drives *drives);

// What soft drivers of the reward would do from all starts: the sum of log Z (values of the starts) and of
// the expected features, over all drives. Errors: those of vg_lattice_soft and vg_lattice_occupancy.
VG_NODISCARD vg_err vg_lattice_drives_expect(const vg_lattice_drives *drives,
                                             const double theta[VG_DRIVING_COUNT], int32_t threads,
                                             double *log_z, double features[VG_DRIVING_COUNT], vg_diag *diag);

// What the best drivers of the reward would do from all starts: sums over all drives. margin: how much a
// step's loss is added to its reward while it is planned (loss-augmented planning); 0: none.
typedef struct vg_lattice_planned {
    double features[VG_DRIVING_COUNT];
    double reward; // - theta features
    double loss;   // the sum of the steps' losses
} vg_lattice_planned;
VG_NODISCARD vg_err vg_lattice_drives_plan(const vg_lattice_drives *drives,
                                           const double theta[VG_DRIVING_COUNT], double margin,
                                           int32_t threads, vg_lattice_planned *planned, vg_diag *diag);

// The loss of being at an offset and speed where the drive is at another: 0 at its own place, 1 from 5
// offsets or 4 speeds on.
double vg_lattice_step_loss(int32_t offset, int32_t speed, int32_t driven);

#ifdef __cplusplus
}
#endif
#endif
