// eval/figures/map_private.h -- a road placed on the canvas, and the pieces of a map. Private to
// eval/figures.
#ifndef VG_EVAL_FIGURES_MAP_PRIVATE_H
#define VG_EVAL_FIGURES_MAP_PRIVATE_H

#include "eval/figures/map.h"

typedef struct vg_box {
    double x, y, width, height; // canvas units
} vg_box;

// A road in a box. Places are in canvas units.
typedef struct vg_chart {
    const vg_road_view *road;
    double scale;                          // canvas units a metre
    double widen;                          // >= 1
    double middle_x, middle_y, at_x, at_y; // metres shown at the canvas point at_x, at_y
    double width;                          // drawn width at the median, canvas units
} vg_chart;

// widen as in vg_map_figure; where it is chosen, the road comes out about `wanted` units wide.
// Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_chart_fit(vg_chart *chart, const vg_road_view *road, vg_box box, double widen,
                                 double wanted, vg_diag *diag);

typedef struct vg_spot {
    double x, y;   // canvas
    double nx, ny; // unit vector to the road's left, on the canvas
    double level;  // |offset| / half width on that side
} vg_spot;
vg_spot vg_chart_at(const vg_chart *chart, double s, double offset);
// Canvas units from the centreline to an edge at arc length s.
double vg_chart_half(const vg_chart *chart, double s, bool left);
// Whether the point left of the road at s lies further from the middle of the map than the one right of it.
bool vg_chart_left_is_outside(const vg_chart *chart, vg_spot spot);

// Each draws one layer; errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_chart_draw_road(const vg_chart *chart, vg_canvas *canvas, vg_diag *diag);
VG_NODISCARD vg_err vg_chart_draw_curvature(const vg_chart *chart, vg_canvas *canvas, double tightest,
                                            vg_diag *diag);
VG_NODISCARD vg_err vg_chart_draw_traces(const vg_chart *chart, vg_canvas *canvas, const vg_map_trace *traces,
                                         int32_t count, vg_diag *diag);
VG_NODISCARD vg_err vg_chart_draw_line(const vg_chart *chart, vg_canvas *canvas, const vg_map_trace *trace,
                                       vg_ink ink, vg_diag *diag);
void vg_chart_draw_exits(const vg_chart *chart, vg_canvas *canvas, const vg_map_figure *figure,
                         double radius);
void vg_chart_draw_start(const vg_chart *chart, vg_canvas *canvas);

// Furniture.
#define VG_MAP_MARGIN 22.0
#define VG_MAP_FOOT   44.0
#define VG_MAP_NOTE   ((vg_type){.size = 10.5, .role = VG_ROLE_MUTED})

// Title and subtitle, NULL: none; returns the y below them.
double vg_map_draw_head(vg_canvas *canvas, const char *title, const char *subtitle);
// North, the scale and how much wider the road is drawn, at the foot's left.
void vg_map_draw_scale(const vg_chart *chart, vg_canvas *canvas);
// A scale bar of at most `most` units, its left end at (x, y); returns the x behind it.
double vg_chart_draw_scale(const vg_chart *chart, vg_canvas *canvas, double x, double y, double most);
void vg_chart_draw_north(vg_canvas *canvas, double x, double y);
// The ramp between two labels, its right end at x; returns the x before it.
double vg_map_draw_ramp(vg_canvas *canvas, double x, double y, const char *low, const char *high);

// "850 m", "1.2 km". buffer[48]. Returns buffer.
char *vg_map_distance(double metres, char *buffer);

#endif
