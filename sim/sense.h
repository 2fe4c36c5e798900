// sim/sense.h -- what a driver senses: a named list of features, described by a short string.
//
//     offset,heading,speed,curvature@0:3:6:9:12:16:20:26        look-ahead in metres
//     offset,heading,speed,curvature@0s:0.25s:0.5s:1s:2s        look-ahead in seconds of travel
//     speed,lidar@32x180deg:50m                                 32 beams over 180 degrees, 50 m
//
// Features, version 1 (frozen: a change of meaning is a new name):
//   offset      m, positive left                     1 value
//   heading     rad, yaw against the road's          1
//   speed       m/s                                  1
//   steer       rad, of the front wheels             1
//   accel       m/s^2, as the actuator has it        1
//   width       m, left then right, here             2
//   curvature@A:B:...  1/m ahead at metres, or seconds of travel with an s      1 each
//   width@A:B:...      m ahead, left then right      2 each
//   previous    the last action, in [-1, 1]          2
//   lidar@NxDEGdeg:Rm  m to the road's edge, at most R: N >= 1 beams spread over DEG about the nose, from
//   right
//                      to left     N. An obstacle ends a beam, too
//   obstacles@N 3 values each for the nearest 1 to 16 ahead, in their order along the road, up to 100 m (of
//   model cars less, with their scale): along, m of arc length to its middle; across, m from the car to its
//   middle, positive left; radius, m, of the circle that holds it. One that the car is beside still counts,
//   with along below 0, until the car's tail has passed its end. Where there are fewer: along is that 100 m,
//   across and radius are 0      3 N
#ifndef VG_SIM_SENSE_H
#define VG_SIM_SENSE_H

#include "sim/world.h"

// What learners are shown by default. The road is shown over seconds of travel, not over metres, because a
// braking distance grows with the square of the speed: a driver who uses half of the sedan's brakes for a
// bend of 15 m radius has to begin 31 m before it at 15 m/s (2.0 s), 88 m at 25 m/s (3.5 s) and 125 m at 30
// m/s (4.2 s). A policy that sees less enters bends too fast, whatever it is taught.
#define VG_SENSE_DEFAULT "offset,heading,speed,curvature@0s:0.25s:0.5s:1s:1.5s:2s:3s:4s"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_sense vg_sense; // opaque, immutable

enum { VG_SENSE_MOST = 512 }; // values a sense may have

// Errors: VG_ERR_FORMAT (an unknown feature, with the known ones; a look-ahead that is not a number; a
// feature given twice; more than VG_SENSE_MOST values), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_sense_create(const char *text, vg_sense **out, vg_diag *diag);
void vg_sense_destroy(vg_sense *sense);

// Values per car.
int32_t vg_sense_size(const vg_sense *sense);
// The text in its canonical spelling (parses to the same sense).
const char *vg_sense_text(const vg_sense *sense);
// "curvature@3" for column i, into buffer[48]. Returns buffer.
char *vg_sense_column(const vg_sense *sense, int32_t i, char *buffer);

// How far ahead along the road a car at this speed is shown anything, m: the farthest look-ahead, the lidar's
// range, or that of obstacles. 0: only what is here.
double vg_sense_sight(const vg_sense *sense, double speed);

// What each car of the world senses now: out is [count][size]. Never allocates. Runs in parallel over blocks
// of cars, with the world's threads. A car off the road senses what a car at that place would.
void vg_sense_observe(const vg_sense *sense, const vg_world *world, float *out);

// The `physical` normaliser: a fixed scale for each column, [size]; a value is multiplied by it. It depends
// on the sense and the car only: offset / 5 m, heading / 1 rad, speed / cap, steer / limit, curvature * 20 m,
// width / 5 m, lidar / range, an obstacle's along / 25 m, across and radius / 5 m, actions unchanged. For
// model cars the 5 m, 20 m and 25 m shrink with the car (vg_car_scale).
void vg_sense_physical(const vg_sense *sense, const vg_car *car, float *scale);

// The least and the largest value that each column can have, [size] each: heading +-pi, speed 0 to the cap,
// steer
// +-its limit, width 0 or more, the last action +-1, lidar 0 to its range, an obstacle's along up to 100 m
// and its radius 0 or more; offset, accel and curvature have no bound
// (+-INFINITY), for roads and surfaces differ. Noise on what is sensed is not in it.
void vg_sense_bounds(const vg_sense *sense, const vg_car *car, float *low, float *high);

#ifdef __cplusplus
}
#endif
#endif
