// app/view/heat.h -- the whole road: where one group drifts on it, and where along it each group drifts.
#ifndef VG_APP_VIEW_HEAT_H
#define VG_APP_VIEW_HEAT_H

#include "app/scene/scene.h"
#include "app/view/layout.h"
#include "app/view/model.h"

typedef struct vg_heat vg_heat; // opaque

// The view is borrowed until destroy. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_heat_create(const vg_view *view, vg_heat **out, vg_diag *diag);
void vg_heat_destroy(vg_heat *heat); // NULL is fine

// Draws into the layout's scene: the map of one group's drives, and a strip for each group on its road. They
// are drawn once and stored. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_heat_paint(vg_heat *heat, const vg_scene_picture *picture, const vg_layout *layout,
                                  vg_theme theme, int32_t group, vg_diag *diag);

#endif
