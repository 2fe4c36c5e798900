// eval/figures/map_furniture_private.h -- the parts around a map. Private to eval/figures.
#ifndef VG_EVAL_FIGURES_MAP_FURNITURE_PRIVATE_H
#define VG_EVAL_FIGURES_MAP_FURNITURE_PRIVATE_H

#include "eval/figures/canvas.h"
#include "eval/figures/chart_private.h"

#define VG_MAP_MARGIN 22.0
#define VG_MAP_FOOT   44.0
#define VG_MAP_NOTE   ((vg_type){.size = 10.5, .role = VG_ROLE_MUTED})

// Title and subtitle, NULL: none; returns the y below them.
double vg_map_draw_head(vg_canvas *canvas, const char *title, const char *subtitle);
// North, the scale and the factor by which the road is drawn wider, at the foot's left.
void vg_map_draw_scale(const vg_chart *chart, vg_canvas *canvas);
// A scale bar of at most `most` units, its left end at (x, y); returns the x behind it.
double vg_chart_draw_scale(const vg_chart *chart, vg_canvas *canvas, double x, double y, double most);
void vg_chart_draw_north(vg_canvas *canvas, double x, double y);
// The ramp between two labels, its right end at x; returns the x before it.
double vg_map_draw_ramp(vg_canvas *canvas, double x, double y, const char *low, const char *high);

// "850 m", "1.2 km". buffer[48]. Returns buffer.
char *vg_map_distance(double metres, char *buffer);

#endif
