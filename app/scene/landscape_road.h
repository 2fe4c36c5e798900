// app/scene/landscape_road.h -- the road of a tile: verges, gravel, kerbs, asphalt, paint, boards. Internal
// to app/scene.
#ifndef VG_APP_SCENE_LANDSCAPE_ROAD_H
#define VG_APP_SCENE_LANDSCAPE_ROAD_H

#include "app/scene/landscape.h"

// m: the most that gravel lies beyond an edge.
#define VG_LANDSCAPE_GRAVEL 9.0

// m: how far gravel lies beyond the edge on a side (1: left, -1: right): on the outside of tight bends, wider
// the tighter. curvature: 1/m, > 0 to the left.
double vg_landscape_gravel(double curvature, int side);

void vg_landscape_road(const vg_tile *tile);

#endif
