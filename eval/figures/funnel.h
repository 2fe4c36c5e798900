// eval/figures/funnel.h -- how far cars drift over the distance they have driven, and where they leave the
// road.
#ifndef VG_EVAL_FIGURES_FUNNEL_H
#define VG_EVAL_FIGURES_FUNNEL_H

#include "eval/figures/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

// Everything is borrowed. Start from vg_funnel_default().
typedef struct vg_funnel_figure {
    const char *title, *subtitle; // NULL: none
    // Quantiles of |drift| over all cars, by distance driven; a departed car counts as at the edge.
    const double *distance;        // [count] m, rising
    const double *q50, *q90, *q99; // [count] in the figure's unit; NaN: unknown
    int64_t count;
    const double *exits; // [exit_count] m driven when a car left the road: dots at the edge
    int64_t exit_count;
    double edge;    // position of the road's edge, in the figure's unit; default 1; 0: not drawn
    bool share;     // the unit is the half width, shown in percent; default true; false: m
    int32_t colour; // as that of the series with this index; default 0
    const char *x_label, *y_label; // default "distance driven (m)", "drift, share of the half width"
} vg_funnel_figure;
vg_funnel_figure vg_funnel_default(void);

// Nested bands up to the quantiles 50, 90 and 99. A quantile that departed cars pin at the edge is not drawn
// there but named "at edge". picture NULL: vg_picture_default(). Errors: VG_ERR_ARGUMENT (a negative count),
// VG_ERR_MEMORY, those of vg_picture_write.
VG_NODISCARD vg_err vg_funnel_write(const vg_funnel_figure *figure, const char *path,
                                    const vg_picture *picture, vg_diag *diag);

// The paint function of this figure, for vg_picture_svg in a page.
vg_err vg_funnel_paint(vg_canvas *canvas, const void *vg_funnel_figure_, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
