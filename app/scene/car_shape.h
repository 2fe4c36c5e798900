// app/scene/car_shape.h -- a car from above, drawn by its dimensions. Internal to app/scene.
#ifndef VG_APP_SCENE_CAR_SHAPE_H
#define VG_APP_SCENE_CAR_SHAPE_H

#include "app/scene/scene_car.h"

struct _cairo;

// User space: m, the middle of the rear axle at the origin, ahead is x, left is y.
void vg_car_shape_draw(struct _cairo *cairo, const vg_scene_car *car);
void vg_car_shape_shadow(struct _cairo *cairo, const vg_scene_car *car);

#endif
