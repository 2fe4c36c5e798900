// eval/figures/scatter.h -- one measure against another, as a line through points or as single dots.
//
// A line: the rate of departures against the budget of labels. Dots: the drift of the closed loop against the
// error on held-out data, a dot for each training seed.
#ifndef VG_EVAL_FIGURES_SCATTER_H
#define VG_EVAL_FIGURES_SCATTER_H

#include "eval/figures/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_scatter_series {
    const char *label;   // name of the learner
    const double *x, *y; // [count]; not shown: NaN, and on a log axis values of 0 or less; joined: x rises
    const double *low, *high; // [count] an interval of y; NaN: none there; NULL: no intervals
    int64_t count;
} vg_scatter_series;

// Everything is borrowed. Start from vg_scatter_default().
typedef struct vg_scatter_figure {
    const char *title, *subtitle;    // NULL: none
    const vg_scatter_series *series; // [series_count], 1 to 8
    int32_t series_count;
    const char *x_label, *y_label; // NULL (default): none
    bool log_x, log_y;             // axes logarithmic or not; default true, false
    bool percent_x, percent_y;     // 0.25 is shown as "25 %"; default false
    bool joined;  // true: a line through each series, named at its end; default false: dots and a legend
    double level; // a dashed level at this y, such as the human's; NaN (default): none
    const char *level_label; // NULL (default): none
} vg_scatter_figure;
vg_scatter_figure vg_scatter_default(void);

// A linear axis begins at 0 if no value is below 0. Joined series are drawn 2.5 units apart at each x, so
// that bars do not hide one another. picture NULL: vg_picture_default(). Errors: VG_ERR_ARGUMENT (no series,
// or more than 8), those of vg_picture_write.
VG_NODISCARD vg_err vg_scatter_write(const vg_scatter_figure *figure, const char *path,
                                     const vg_picture *picture, vg_diag *diag);

// The paint function of this figure, for vg_picture_svg in a page.
vg_err vg_scatter_paint(vg_canvas *canvas, const void *vg_scatter_figure_, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
