// eval/figures/growth.h -- how a policy's cost grows with the horizon, and whether faster than in proportion.
#ifndef VG_EVAL_FIGURES_GROWTH_H
#define VG_EVAL_FIGURES_GROWTH_H

#include "eval/figures/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

// Cost J(T) summed up to each horizon T.
typedef struct vg_growth_series {
    const char *label;        // name of the policy
    const char *note;         // "b 0.012 (0.008 to 0.016)", "no fit"; NULL: none
    const double *t, *cost;   // [count] s, rising and above 0; cost at that horizon; 0 or NaN: not shown
    const double *low, *high; // [count] an interval; NaN: no interval there; NULL: no intervals
    int64_t count;
} vg_growth_series;

// Everything is borrowed. Start from vg_growth_default().
typedef struct vg_growth_figure {
    const char *title, *subtitle;   // NULL: none
    const vg_growth_series *series; // [series_count], 1 to 8
    int32_t series_count;
    const char *x_label, *y_label; // default "horizon T (s)", "cost J(T)"
    bool guides;                   // dotted lines of slope 1 and 2 from the series' beginning; default true
} vg_growth_figure;
vg_growth_figure vg_growth_default(void);

// Each series is a line with dots, both axes logarithmic, with a bar for each interval; its label and note
// are beside its end. An interval that reaches below a tenth of the least cost is cut at the plot's foot.
// Several series are drawn 3 units apart at each horizon, so that bars do not hide one another. picture NULL:
// vg_picture_default(). Errors: VG_ERR_ARGUMENT (no series, or more than 8), those of vg_picture_write.
VG_NODISCARD vg_err vg_growth_write(const vg_growth_figure *figure, const char *path,
                                    const vg_picture *picture, vg_diag *diag);

// The paint function of this figure, for vg_picture_svg in a page.
vg_err vg_growth_paint(vg_canvas *canvas, const void *vg_growth_figure_, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
