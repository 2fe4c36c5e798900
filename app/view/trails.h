// app/view/trails.h -- where the cars have been: their ways on the road, and where they left it.
#ifndef VG_APP_VIEW_TRAILS_H
#define VG_APP_VIEW_TRAILS_H

#include "app/scene/scene.h"
#include "app/view/layout.h"
#include "app/view/model.h"

typedef struct vg_ways vg_ways; // opaque

// The view is borrowed until destroy. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_ways_create(const vg_view *view, vg_ways **out, vg_diag *diag);
void vg_ways_destroy(vg_ways *ways); // NULL is fine

// Up to t, between begin and end of the scene's frame. heat: all of them, coloured by |offset| against the
// half width; else the last seconds, coloured by driver. Departures up to t are crosses.
void vg_ways_draw(vg_ways *ways, vg_scene *scene, double t, bool heat);

// What the colours of heat are, at the scene's foot.
void vg_ways_key(struct _cairo *cairo, const vg_layout *layout);

#endif
