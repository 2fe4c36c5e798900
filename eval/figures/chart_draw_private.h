// eval/figures/chart_draw_private.h -- the layers of a map. Private to eval/figures.
#ifndef VG_EVAL_FIGURES_CHART_DRAW_PRIVATE_H
#define VG_EVAL_FIGURES_CHART_DRAW_PRIVATE_H

#include "eval/figures/canvas.h"
#include "eval/figures/chart_private.h"
#include "eval/figures/map_trace.h"

// Each draws one layer; errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_chart_draw_road(const vg_chart *chart, vg_canvas *canvas, vg_diag *diag);
VG_NODISCARD vg_err vg_chart_draw_curvature(const vg_chart *chart, vg_canvas *canvas, double tightest,
                                            vg_diag *diag);
VG_NODISCARD vg_err vg_chart_draw_traces(const vg_chart *chart, vg_canvas *canvas, const vg_map_trace *traces,
                                         int32_t count, vg_diag *diag);
VG_NODISCARD vg_err vg_chart_draw_line(const vg_chart *chart, vg_canvas *canvas, const vg_map_trace *trace,
                                       vg_ink ink, vg_diag *diag);

// Where cars left the road.
typedef struct vg_chart_exits {
    vg_map_trace places;
    const vg_role *roles;           // [places.count] colours; NULL: VG_ROLE_EXIT
    const char *road;               // the road's name, for a page with a player; NULL: no dot can be played
    const vg_map_episode *episodes; // [places.count]; NULL: no dot can be played
} vg_chart_exits;
void vg_chart_draw_exits(const vg_chart *chart, vg_canvas *canvas, const vg_chart_exits *exits,
                         double radius);
// "seed 1003:5;training=2", as a page names an episode. Returns buffer[VG_CHART_EPISODE].
enum { VG_CHART_EPISODE = 320 };
char *vg_chart_episode(const char *road, vg_map_episode episode, char *buffer);
void vg_chart_draw_start(const vg_chart *chart, vg_canvas *canvas);

#endif
