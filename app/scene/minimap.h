// app/scene/minimap.h -- the whole road in a corner, drawn once and stored. Internal to app/scene.
#ifndef VG_APP_SCENE_MINIMAP_H
#define VG_APP_SCENE_MINIMAP_H

#include "app/scene/scene_car.h"
#include "sim/road.h"

struct _cairo;
struct _cairo_surface;

typedef struct vg_minimap_box {
    double x, y, width, height; // units
    double scale;               // pixels a unit
} vg_minimap_box;

// Start from zero.
typedef struct vg_minimap {
    struct _cairo_surface *kept;
    vg_minimap_box box;     // size and scale of the stored picture
    double left, top, zoom; // a point of the world is at ((x - left) * zoom, (top - y) * zoom) in the box
} vg_minimap;

void vg_minimap_draw(vg_minimap *map, const vg_road_view *road, struct _cairo *cairo,
                     const vg_minimap_box *box, const vg_scene_car *cars, int32_t count);
void vg_minimap_close(vg_minimap *map);

#endif
