// logs/import/smoother.h -- the motion behind noisy fixes: a Kalman smoother on position, speed and heading
// together, whose noise is estimated from the fixes themselves.
//
// The model: each coordinate's acceleration wanders as a random walk (white jerk of one density, m^2/s^5),
// and a fix is the position plus white noise of one standard deviation. The ratio of the two is the one at
// which the fixes are most likely (the likelihood of the filter's innovations), and its scale follows from
// them (Harvey 1989, section 3.4). Then a filter runs forward and a smoother backward (Rauch, Tung & Striebel
// 1965). Fixes that lie beyond three standard deviations count less (Huber), and so does what a speed or a
// heading says against the path. What it cannot know: an error that moves slowly, as a receiver's drift does,
// looks like driving.
#ifndef VG_LOGS_IMPORT_SMOOTHER_H
#define VG_LOGS_IMPORT_SMOOTHER_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// A moment: what was measured then (NaN: not measured), and what is found.
typedef struct vg_motion_point {
    double t;              // s, rises from moment to moment
    double x, y;           // m, both or neither
    double speed, heading; // m/s >= 0; rad
    // Found by vg_smooth: position, velocity, acceleration, and the standard deviation of the position (the
    // root of the mean variance of the two coordinates) and of the speed.
    double at[2], velocity[2], acceleration[2];
    double sd, speed_sd;
    double weight; // of the fix, 1 usual, towards 0 for one that lies far out; 0 without a fix
} vg_motion_point;

// What was estimated.
typedef struct vg_smoothed {
    double noise;         // m, standard deviation of a fix, each coordinate
    double jerk;          // m^2/s^5, density of the white jerk
    double speed_noise;   // m/s; NaN: no speeds, or they were left out
    double heading_noise; // rad; NaN: likewise (also where it is over 0.1 rad: the path knows better)
    int32_t fixes;        // moments with a position
    int32_t far;          // of these, counted at less than a half
} vg_smoothed;

// Find the motion. Speeds and headings are used where given; a caller who doubts them sets them to NaN.
// Errors: VG_ERR_ARGUMENT (fewer than 6 fixes, time that does not rise, a value that is not finite),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_smooth(vg_motion_point *moments, int32_t count, vg_smoothed *out, vg_diag *diag);

// Only the noise of the positions as they stand, to compare two readings of the same rows. Errors: as
// vg_smooth.
VG_NODISCARD vg_err vg_smooth_noise(vg_motion_point *moments, int32_t count, double *noise, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
