// app/scene/landscape_trees.h -- the trees of a tile. Internal to app/scene.
#ifndef VG_APP_SCENE_LANDSCAPE_TREES_H
#define VG_APP_SCENE_LANDSCAPE_TREES_H

#include "app/scene/landscape.h"

void vg_landscape_trees(const vg_tile *tile);

#endif
