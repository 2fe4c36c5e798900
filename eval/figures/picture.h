// eval/figures/picture.h -- writes a drawing to a file: PNG or SVG, by the path's extension.
#ifndef VG_EVAL_FIGURES_PICTURE_H
#define VG_EVAL_FIGURES_PICTURE_H

#include "eval/figures/canvas.h"

#ifdef __cplusplus
extern "C" {
#endif

// Draws a figure, including the paper. Its errors are its own.
typedef vg_err (*vg_paint_fn)(vg_canvas *canvas, const void *figure, vg_diag *diag);

// Options that all figures share. Start from vg_picture_default().
typedef struct vg_picture {
    vg_canvas_def canvas; // default 800 x 500 units, of 2 pixels each; theme light; title, desc: the figure's
    const vg_png_text *texts; // [count] provenance, stored in the file; NULL when count is 0
    int32_t count;
    vg_overwrite overwrite; // default VG_KEEP
} vg_picture;
vg_picture vg_picture_default(void);

// The given picture, or the default if it is NULL; adds a title and a description if it has none.
vg_picture vg_picture_titled(const vg_picture *given, const char *title, const char *desc);
// Fills the canvas with paper.
void vg_paint_paper(vg_canvas *canvas);

// Draws a figure to path, which ends in ".png" or ".svg"; the file is written whole or not at all. Errors:
// VG_ERR_ARGUMENT (another extension; sizes), those of vg_file_write and of the figure.
VG_NODISCARD vg_err vg_picture_write(const vg_picture *picture, vg_paint_fn paint, const void *figure,
                                     const char *path, vg_diag *diag);

// Appends a figure as SVG, e.g. to a page with canvas.embedded set. Errors: VG_ERR_MEMORY and the figure's.
VG_NODISCARD vg_err vg_picture_svg(const vg_picture *picture, vg_paint_fn paint, const void *figure,
                                   vg_text *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
