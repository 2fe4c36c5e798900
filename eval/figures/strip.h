// eval/figures/strip.h -- how far cars drift along each of many roads: one strip of colours for each road.
#ifndef VG_EVAL_FIGURES_STRIP_H
#define VG_EVAL_FIGURES_STRIP_H

#include "eval/figures/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_strip_row {
    const char *label;   // name of the road
    const char *note;    // text at the right, such as "3 of 16 left"; NULL: none
    double length;       // m, above 0
    const double *drift; // [count] mean |drift| as a share of the half width, in equal bins along the road;
                         // NaN: not driven
    int64_t count;
    const double *exits; // [exit_count] m along the road, where cars left it
    int64_t exit_count;
} vg_strip_row;

enum { VG_STRIP_ROWS = 64 };

// Everything is borrowed. Start from vg_strip_default().
typedef struct vg_strip_figure {
    const char *title, *subtitle; // NULL: none
    const vg_strip_row *rows;     // [row_count], 1 to 64, from the top
    int32_t row_count;
    bool metres;            // x is metres, so that strips are as long as their roads; default false: shares
    double most;            // the drift at the ramp's end, default 1
    const char *low, *high; // labels of the ramp's ends, default "centre", "edge"
} vg_strip_figure;
vg_strip_figure vg_strip_default(void);

// The height that the rows need, canvas units; for a page.
double vg_strip_height(const vg_strip_figure *figure);

// picture NULL: vg_picture_default(). A canvas height of 0, or no picture: the height that the rows need.
// Errors: VG_ERR_ARGUMENT (no rows, or more than 64; a length that is not above 0), those of
// vg_picture_write.
VG_NODISCARD vg_err vg_strip_write(const vg_strip_figure *figure, const char *path, const vg_picture *picture,
                                   vg_diag *diag);

// The paint function of this figure, for vg_picture_svg in a page.
vg_err vg_strip_paint(vg_canvas *canvas, const void *vg_strip_figure_, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
