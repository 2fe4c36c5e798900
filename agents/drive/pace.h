// agents/drive/pace.h -- how fast a reference drives along a road, place by place. An episode's progress is
// compared with what the reference would have made from the same start, and an episode has stalled where it
// gets on far more slowly.
#ifndef VG_AGENTS_DRIVE_PACE_H
#define VG_AGENTS_DRIVE_PACE_H

#include "sim/car.h"
#include "tracks/track.h"

#ifdef __cplusplus
extern "C" {
#endif

// Zero-initialise; vg_pace_free when done. speed NULL: not known.
typedef struct vg_pace {
    float *speed; // [count] m/s, > 0; speed[k] at arc length k / bins_a_metre
    int32_t count;
    double bins_a_metre, length; // length: of the road, m
    bool closed;
} vg_pace;

// A road's bins, about one a metre (on roads of model cars one a node), all zero. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_pace_open(const vg_road *road, int32_t count, vg_pace *out, vg_diag *diag);
void vg_pace_free(vg_pace *pace);
float vg_pace_at(const vg_pace *pace, double s);

// The speed of a careful driver at s. It uses half of the car's grip, brakes and drive: the speed is the
// highest from which it can slow down for every curvature ahead, and that it can have reached since the last
// one (a forward and a backward pass).
float vg_careful_speed(const vg_road *road, const vg_car *car, double s);
// The careful driver's pace, within 2 % of the above: where nobody drove for the reference. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_pace_careful(const vg_road *road, const vg_car *car, vg_pace *out, vg_diag *diag);

// A drive at this pace: from s at `speed`, which rises by at most `accel` (m/s^2) to the pace. An open road's
// end stops it.
typedef struct vg_pace_drive {
    const vg_pace *pace;
    double s, progress; // m
    float speed, accel;
} vg_pace_drive;
void vg_pace_step(vg_pace_drive *drive, double seconds);

#ifdef __cplusplus
}
#endif
#endif
