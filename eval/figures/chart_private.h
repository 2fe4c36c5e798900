// eval/figures/chart_private.h -- a road placed on the canvas. Private to eval/figures.
#ifndef VG_EVAL_FIGURES_CHART_PRIVATE_H
#define VG_EVAL_FIGURES_CHART_PRIVATE_H

#include "sim/road.h"

typedef struct vg_box {
    double x, y, width, height; // canvas units
} vg_box;

// A road in a box. Positions are in canvas units.
typedef struct vg_chart {
    const vg_road_view *road;
    double scale; // canvas units a metre
    double widen; // >= 1
    double middle_x, middle_y, at_x,
        at_y;     // the point of the world, in metres, that is drawn at the canvas point at_x, at_y
    double width; // drawn width at the median width, canvas units
} vg_chart;

// widen as in vg_map_figure; if it is chosen automatically, the road is drawn about `wanted` units wide.
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
// Whether the point to the left of the road at s lies farther from the middle of the map than the point to
// the right.
bool vg_chart_left_is_outside(const vg_chart *chart, vg_spot spot);

#endif
