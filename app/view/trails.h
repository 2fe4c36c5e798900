// app/view/trails.h -- the trails of the cars on the road, and the places where they left it.
#ifndef VG_APP_VIEW_TRAILS_H
#define VG_APP_VIEW_TRAILS_H

#include "app/scene/scene.h"
#include "app/view/layout.h"
#include "app/view/model.h"

typedef struct vg_trails vg_trails; // opaque

// The view is borrowed until destroy. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_trails_create(const vg_view *view, vg_trails **out, vg_diag *diag);
void vg_trails_destroy(vg_trails *trails); // NULL is fine

// Draws the trails up to t of the cars on a road, between begin and end of the scene's frame. heat: whole
// trails, coloured by |offset| against the half width; else the last seconds, coloured by driver. Departures
// up to t are crosses.
void vg_trails_draw(vg_trails *trails, vg_scene *scene, int32_t road, double t, bool heat);

// The key of the heat colours, at the scene's foot.
void vg_trails_key(struct _cairo *cairo, const vg_layout *layout);

#endif
