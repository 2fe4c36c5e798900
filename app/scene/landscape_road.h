// app/scene/landscape_road.h -- the road of a tile: verges, gravel, kerbs, asphalt, paint, boards. Internal
// to app/scene.
#ifndef VG_APP_SCENE_LANDSCAPE_ROAD_H
#define VG_APP_SCENE_LANDSCAPE_ROAD_H

#include "app/scene/landscape.h"

void vg_landscape_road(const vg_tile *tile);

#endif
