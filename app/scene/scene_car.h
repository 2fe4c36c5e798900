// app/scene/scene_car.h -- how a car is drawn in the scene.
#ifndef VG_APP_SCENE_SCENE_CAR_H
#define VG_APP_SCENE_SCENE_CAR_H

#include "eval/figures/palette.h"
#include "sim/car.h"

// How one car is drawn. All fields but the car may be zero.
typedef struct vg_scene_car {
    const vg_car *car; // its dimensions, borrowed for the call
    double x, y, yaw;  // m, m, rad: the middle of the rear axle
    double steer;      // rad, angle of the front wheels
    bool braking;      // brake lights
    vg_role colour;    // colour of the body; VG_ROLE_NONE: VG_ROLE_SERIES_0
    const char *label; // label beside it; NULL: none
    double opacity;    // opacity, 0 means 1; below 1 it is a ghost: translucent, without a shadow
    bool marked;       // a ring around it, to mark the followed car
} vg_scene_car;

#endif
