// app/scene/scene_car.h -- a car as the scene shows it.
#ifndef VG_APP_SCENE_SCENE_CAR_H
#define VG_APP_SCENE_SCENE_CAR_H

#include "eval/figures/palette.h"
#include "sim/car.h"

// How one car is shown. Zero is fine for everything but the car.
typedef struct vg_scene_car {
    const vg_car *car; // its dimensions, borrowed for the call
    double x, y, yaw;  // m, m, rad: the middle of the rear axle
    double steer;      // rad, the front wheels
    bool braking;      // its lights
    vg_role colour;    // of the body; VG_ROLE_NONE: VG_ROLE_SERIES_0
    const char *label; // shown beside it; NULL: none
    double opacity;    // 0 stands for 1; below 1 it is a ghost: see-through, without a shadow
    bool marked;       // a ring around it, as for the one that is followed
} vg_scene_car;

#endif
