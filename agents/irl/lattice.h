// agents/irl/lattice.h -- a stage lattice on a road: a drive as a path through stations, each with 21
// offsets, 7 slopes and 16 speeds. On it the best drive of a reward, and how likely a driver of it takes any
// other one, are found exactly, over all drives at once: no local optimum, no sampling.
//
// Stations lie 5 to 15 m apart. A state is where the car is across the road (an offset, from edge to edge),
// how many offsets it moved since the last station (its slope, -3 to 3), and its speed. An action changes
// slope and speed by -1, 0 or 1 step each: 9 actions. So one step's curvature and acceleration are known
// exactly: the curvature from three offsets in a row, the acceleration from two speeds. What is not known is
// the acceleration before. So jerks, and the change of curvature, are counted as from a car that drove on
// beside the road at a steady speed: a step that asks for more than that pays for it.
//
// Features are those of agents/rewards/driving.h, by its function; the reward of a step is r = -sum theta_k
// f_k. With one step's features as a sum of products of (offset, slope, turn) and (speed, change of speed), a
// pass costs few operations an action. Speeds are shares of a pace, which differs along the road: so that the
// same 16 steps fit a hairpin and a straight.
//
// The backward pass in log space is Ziebart 2010, "Modeling purposeful adaptive behavior with the principle
// of maximum causal entropy", chapter 6: V(s) = log sum over a of e^(r(s, a) + V(s')), at temperature 1.
// Actions have one outcome, so that it is the partition function of Ziebart et al. 2008 too. No discount.
#ifndef VG_AGENTS_IRL_LATTICE_H
#define VG_AGENTS_IRL_LATTICE_H

#include "agents/rewards/driving.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_lattice vg_lattice; // opaque, immutable, shared by threads

enum {
    VG_LATTICE_OFFSETS = 21,
    VG_LATTICE_SLOPES = 7,
    VG_LATTICE_SPEEDS = 16,
    VG_LATTICE_ACTIONS = 9,
    VG_LATTICE_STATES = 21 * 7 * 16,
};

// State and action as numbers. slope -3 to 3; turn and push -1, 0 or 1.
static inline int32_t vg_lattice_state(int32_t offset, int32_t slope, int32_t speed) {
    return (offset * VG_LATTICE_SLOPES + slope + 3) * VG_LATTICE_SPEEDS + speed;
}
static inline int32_t vg_lattice_action(int32_t turn, int32_t push) { return (turn + 1) * 3 + push + 1; }
static inline int32_t vg_lattice_offset(int32_t state) {
    return state / (VG_LATTICE_SLOPES * VG_LATTICE_SPEEDS);
}
static inline int32_t vg_lattice_slope(int32_t state) {
    return state / VG_LATTICE_SPEEDS % VG_LATTICE_SLOPES - 3;
}
static inline int32_t vg_lattice_speed(int32_t state) { return state % VG_LATTICE_SPEEDS; }
// The state after an action; -1: it leads out of the lattice.
int32_t vg_lattice_next(int32_t state, int32_t action);

// Start from zero, then set road and car. Borrowed until create returns.
typedef struct vg_lattice_def {
    const vg_road *road;
    const vg_car *car;
    double spacing;     // m between stations, wanted; 0 (default): 10 m on a road of 8 m and with the root
                        // of its width, 5 to 15 m, times the car's scale
    const double *pace; // [stations] m/s, above 0, that speeds are shares of; NULL: vg_careful_speed
    double slowest, fastest; // shares of the pace, 0.05 to 10; default 0.6 and 1.6
} vg_lattice_def;

// Stations that a lattice of this spacing has, and the spacing that divides the road evenly.
int32_t vg_lattice_stations(const vg_lattice_def *def, double *spacing);

// Errors: VG_ERR_ARGUMENT (a road shorter than 8 stations, or with more than VG_LATTICE_STATIONS_MOST; a
// pace, a share or a spacing out of range), VG_ERR_MEMORY.
enum { VG_LATTICE_STATIONS_MOST = 100000 };
VG_NODISCARD vg_err vg_lattice_create(const vg_lattice_def *def, vg_lattice **out, vg_diag *diag);
void vg_lattice_destroy(vg_lattice *lattice); // NULL is fine

// Borrowed. Station i is at arc length i * spacing; a closed road's station `count` is station 0.
typedef struct vg_lattice_view {
    int32_t count; // stations; an open road has count - 1 steps, a closed one as many as one likes
    bool closed;
    double spacing;
    const double *offsets; // [count][VG_LATTICE_OFFSETS] m, rising from the right edge to the left one
    const double *speeds;  // [count][VG_LATTICE_SPEEDS] m/s, rising
} vg_lattice_view;
vg_lattice_view vg_lattice_get(const vg_lattice *lattice);

// The features of one action, by vg_driving_features; false: it leads out of the lattice.
bool vg_lattice_features(const vg_lattice *lattice, int32_t station, int32_t state, int32_t action,
                         double f[VG_DRIVING_COUNT]);

// A drive's stations: `steps` steps from station `first`.
typedef struct vg_lattice_span {
    int32_t first, steps;
} vg_lattice_span;

// What is planned for.
typedef struct vg_lattice_reward {
    double theta[VG_DRIVING_COUNT]; // finite; of any sign
    const double *extra; // [steps + 1][VG_LATTICE_OFFSETS][VG_LATTICE_SPEEDS] added to the reward of being at
                         // an offset and a speed, but for that of the start; finite; NULL: none
    int32_t threads;     // 0: one per core; the result does not depend on it
} vg_lattice_reward;

// A value below this is that of a state from which every drive leaves the lattice.
#define VG_LATTICE_DEAD (-1e25)

// Backward: values [steps + 1][VG_LATTICE_STATES], 0 at the last station. Soft: V = log sum e^Q. Hard: V =
// max Q, and the best action of each state into best [steps][VG_LATTICE_STATES], of equal ones the first.
// Errors: VG_ERR_ARGUMENT (a span outside of the road; a weight that is not finite, or so large that a value
// is beyond 1e20: with its feature and number), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lattice_soft(const vg_lattice *lattice, vg_lattice_span span,
                                    const vg_lattice_reward *reward, double *values, vg_diag *diag);
VG_NODISCARD vg_err vg_lattice_hard(const vg_lattice *lattice, vg_lattice_span span,
                                    const vg_lattice_reward *reward, double *values, uint8_t *best,
                                    vg_diag *diag);

// Forward: what a soft driver meets that starts as `start` [VG_LATTICE_STATES] says (0 or more, any sum; at
// states that are not dead), by the values of vg_lattice_soft for the same reward. features: the expected
// sums of the features; visits [steps + 1][VG_LATTICE_STATES]: how often each state is met, or NULL. Errors:
// VG_ERR_ARGUMENT (a start at a dead state), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lattice_occupancy(const vg_lattice *lattice, vg_lattice_span span,
                                         const vg_lattice_reward *reward, const double *values,
                                         const double *start, double features[VG_DRIVING_COUNT],
                                         double *visits, vg_diag *diag);

// The best drive from a state, into path [steps + 1]. Errors: VG_ERR_ARGUMENT (a dead state).
VG_NODISCARD vg_err vg_lattice_best_path(vg_lattice_span span, const double *values, const uint8_t *best,
                                         int32_t start, int32_t *path, vg_diag *diag);

// The features of a path; each state must follow on the one before (asserted).
void vg_lattice_path_features(const vg_lattice *lattice, vg_lattice_span span, const int32_t *path,
                              double features[VG_DRIVING_COUNT]);

// What a projection lost.
typedef struct vg_lattice_loss {
    double offset_rms, offset_most; // m
    double speed_rms, speed_most;   // m/s
} vg_lattice_loss;

// The path nearest to a drive with these offsets (m) and speeds (m/s) [steps + 1] at its stations: that with
// the least sum of squared distances in steps of the lattice, found over all paths; where two are about equal
// the one that turns and pushes less. Errors: VG_ERR_ARGUMENT (a span outside of the road, a number that is
// not finite), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lattice_project(const vg_lattice *lattice, vg_lattice_span span, const double *offsets,
                                       const double *speeds, int32_t *path, vg_lattice_loss *loss,
                                       vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
