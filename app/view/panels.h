// app/view/panels.h -- the panels below the road: every car's offset over time, the followed group's
// quantiles of drift, and survival. All share the time axis of the view, so that one cursor runs through
// them.
//
// The parts that do not move are drawn once and stored; a frame copies them and draws the cursor.
#ifndef VG_APP_VIEW_PANELS_H
#define VG_APP_VIEW_PANELS_H

#include "app/scene/scene.h"
#include "app/view/layout.h"
#include "app/view/model.h"

typedef struct vg_panels vg_panels; // opaque

// The view is borrowed until destroy. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_panels_create(const vg_view *view, vg_panels **out, vg_diag *diag);
void vg_panels_destroy(vg_panels *panels); // NULL is fine

// Draws the panels for a layout, a theme and a followed car; does nothing if they are drawn already. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_panels_prepare(vg_panels *panels, const vg_layout *layout, double scale,
                                      vg_theme theme, int32_t followed, vg_diag *diag);
// Copies the strip into a picture of the layout's size.
void vg_panels_copy(const vg_panels *panels, const vg_scene_picture *picture);
// Draws the cursor, and the values of the curves at t, on top. User space is the picture's units.
void vg_panels_cursor(const vg_panels *panels, struct _cairo *cairo, double t);

// The box that a panel's time axis spans, in the picture's units; width 0: the panel is not shown.
vg_view_box vg_panels_plot(const vg_panels *panels, vg_view_panel panel);

#endif
