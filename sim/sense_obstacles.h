// sim/sense_obstacles.h -- what a driver senses of obstacles: the nearest ahead, and those in a lidar's
// beams.
#ifndef VG_SIM_SENSE_OBSTACLES_H
#define VG_SIM_SENSE_OBSTACLES_H

#include "sim/world.h"

enum { VG_SENSE_OBSTACLES = 16, VG_OBSTACLE_VALUES = 3 };
#define VG_OBSTACLE_SIGHT 100.0 // m, of cars of full size

// The `count` nearest ahead of car i, or beside it as long as its tail has not passed their end: along,
// across and radius of each into out[count * VG_OBSTACLE_VALUES].
void vg_sense_nearest(const vg_world *world, int32_t i, int32_t count, float *out);

// Shorten beams[count] of car i, m, that an obstacle ends: beam b looks along (x[b], y[b]) in the car's
// frame. On the car's own branch, as for the edges.
void vg_sense_cut_beams(const vg_world *world, int32_t i, const float *x, const float *y, int32_t count,
                        float range, float *beams);

#endif
