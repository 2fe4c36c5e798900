// app/view/legend.h -- boxes over the scene: title and cars, tags beside the cars, the keys.
#ifndef VG_APP_VIEW_LEGEND_H
#define VG_APP_VIEW_LEGEND_H

#include "app/scene/scene.h"
#include "app/view/layout.h"
#include "app/view/model.h"

// The box at the top left: one row for each car, in the layout's rows.
void vg_legend_draw(const vg_view *view, struct _cairo *cairo, const vg_layout *layout, int32_t followed,
                    double t);
// The name beside each car on the followed one's road; names are moved apart if they would cover one another.
void vg_legend_tags(const vg_view *view, vg_scene *scene, int32_t followed, double t);
// Of one of several roads side by side: its name and length, the car and the driver that lead there, and each
// car's speed and laps.
void vg_legend_road(const vg_view *view, vg_scene *scene, int32_t lead, double t);
// Of one of two cars side by side: which side it is, how fast it drives, and whether it left the road.
void vg_legend_side(const vg_view *view, vg_scene *scene, int32_t car, double t);
// Over two sides: the title, and which key means which is better.
void vg_legend_ask(const vg_view *view, struct _cairo *cairo, const vg_layout *layout);
// The list of keys, over everything.
void vg_legend_help(struct _cairo *cairo, const vg_layout *layout);

// "0:07.25". buffer[32]. Returns buffer.
char *vg_legend_time(double t, char *buffer);

#endif
