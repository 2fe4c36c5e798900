// eval/figures/map.h -- maps: a road, and the drift of cars drawn on it.
//
// North is up. At a map's scale a long road would be as thin as a hair, so road and offsets are drawn wider
// than they are if that helps, at most until the road would touch itself; the map says by how much. So cars
// are given by arc length and offset, not by x and y.
#ifndef VG_EVAL_FIGURES_MAP_H
#define VG_EVAL_FIGURES_MAP_H

#include "eval/figures/map_trace.h"
#include "eval/figures/picture.h"
#include "sim/road.h"

#ifdef __cplusplus
extern "C" {
#endif

// Everything is borrowed. Start from vg_map_default().
typedef struct vg_map_figure {
    const char *title, *subtitle; // NULL: none
    const vg_road_view *road;     // vg_road_get(); needs every column but curvature
    const vg_map_trace *traces;   // [trace_count], coloured by |offset| against the half width on that side
    int32_t trace_count;
    const double *exit_s; // [exit_count] where cars left the road, drawn as dots
    const float *exit_offset;
    int32_t exit_count;
    const vg_role *exit_roles; // [exit_count] colours of the dots; NULL: one for all
    // For a page with a player: a click on a dot plays its episode, and one on the title the one below. NULL:
    // no click does anything.
    const char *plays;                   // the road's name in the suite
    const vg_map_episode *exit_episodes; // [exit_count], where there are exits
    vg_map_episode title_episode;        // default {0, 1}
    const vg_map_trace *reference;       // the expert's or human's line; NULL: none
    const char *reference_label;         // default "reference"
    double widen; // factor by which the road is drawn wider; 0 (default): chosen automatically; 1: to scale
    bool plain;   // without scale and keys, for a small map among others; default false
} vg_map_figure;
vg_map_figure vg_map_default(void);

// Writes one map to a .png or .svg. picture NULL: vg_picture_default(). Errors: VG_ERR_ARGUMENT (a road of
// fewer than 2 nodes, or without extent), those of vg_picture_write.
VG_NODISCARD vg_err vg_map_write(const vg_map_figure *figure, const char *path, const vg_picture *picture,
                                 vg_diag *diag);

// Many roads in one picture; each map's title and subtitle are above it.
typedef struct vg_map_page {
    const char *title, *subtitle;
    const vg_map_figure *maps; // [count]
    int32_t count;             // >= 1
    int32_t columns;           // 0 (default): chosen automatically
} vg_map_page;

// picture NULL: vg_picture_default(). A canvas height of 0, or no picture: the height that the rows need.
// Errors: as vg_map_write.
VG_NODISCARD vg_err vg_map_page_write(const vg_map_page *page, const char *path, const vg_picture *picture,
                                      vg_diag *diag);

// A road without cars. Start from vg_map_road_default().
typedef struct vg_map_road_figure {
    const char *title, *subtitle; // subtitle NULL: length, widths and the tightest bend
    const vg_road_view *road;
    bool curvature;       // colour the road by how tight it bends; needs the curvature column; default true
    bool nodes;           // a dot at each node, or at every few nodes if they are dense; default false
    bool distances;       // distance marks along the road; default true
    const int32_t *folds; // [fold_count] nodes where an edge runs backwards (vg_road_fold)
    int32_t fold_count;
    double widen; // as in vg_map_figure
} vg_map_road_figure;
vg_map_road_figure vg_map_road_default(void);

// Errors: as vg_map_write.
VG_NODISCARD vg_err vg_map_road_write(const vg_map_road_figure *figure, const char *path,
                                      const vg_picture *picture, vg_diag *diag);

// The paint functions of these figures, for vg_picture_svg in a page.
vg_err vg_map_paint(vg_canvas *canvas, const void *vg_map_figure_, vg_diag *diag);
vg_err vg_map_page_paint(vg_canvas *canvas, const void *vg_map_page_, vg_diag *diag);
vg_err vg_map_road_paint(vg_canvas *canvas, const void *vg_map_road_figure_, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
