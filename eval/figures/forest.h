// eval/figures/forest.h -- estimates and their intervals, one below the other.
#ifndef VG_EVAL_FIGURES_FOREST_H
#define VG_EVAL_FIGURES_FOREST_H

#include "eval/figures/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_forest_row {
    const char *label;    // name of the policy or recipe
    double estimate;      // NaN: none; the row says "no data"
    double low, high;     // its interval; NaN: none
    const double *values; // [value_count] each training seed's own; NULL when the count is 0
    int32_t value_count;
    vg_role role; // VG_ROLE_NONE: VG_ROLE_SERIES_0
} vg_forest_row;

enum { VG_FOREST_ROWS = 64 };

// Everything is borrowed. Start from vg_forest_default().
typedef struct vg_forest_figure {
    const char *title, *subtitle; // NULL: none
    const vg_forest_row *rows;    // [row_count], 1 to 64, from the top
    int32_t row_count;
    const char *x_label;     // NULL (default): none
    bool percent;            // 0.25 is shown as "25 %"; default true
    double floor;            // a dashed line, such as the human's or the expert's value; NaN (default): none
    const char *floor_label; // NULL (default): none
} vg_forest_figure;
vg_forest_figure vg_forest_default(void);

// The height that the rows need, canvas units; for a page.
double vg_forest_height(const vg_forest_figure *figure);

// A row has a dot at the estimate, a bar for the interval, a small tick for each seed, and its numbers at the
// right. The axis begins at 0 if no value is below 0. picture NULL: vg_picture_default(). A canvas height of
// 0, or no picture: the height that the rows need. Errors: VG_ERR_ARGUMENT (no rows, or more than 64), those
// of vg_picture_write.
VG_NODISCARD vg_err vg_forest_write(const vg_forest_figure *figure, const char *path,
                                    const vg_picture *picture, vg_diag *diag);

// The paint function of this figure, for vg_picture_svg in a page.
vg_err vg_forest_paint(vg_canvas *canvas, const void *vg_forest_figure_, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
