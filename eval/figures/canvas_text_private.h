// eval/figures/canvas_text_private.h -- the letters of the canvas of pixels: by Pango (canvas_text.c); in a
// page, where the calls of Cairo are answered by an HTML canvas, by the browser (app/web/letters.c). Internal
// to eval/figures.
#ifndef VG_EVAL_FIGURES_CANVAS_TEXT_PRIVATE_H
#define VG_EVAL_FIGURES_CANVAS_TEXT_PRIVATE_H

#include <cairo.h>

#include "eval/figures/canvas_private.h"

struct _cairo;

typedef struct vg_canvas_letters vg_canvas_letters; // opaque

// NULL: this machine has no font.
vg_canvas_letters *vg_canvas_letters_open(void);
void vg_canvas_letters_close(vg_canvas_letters *letters); // NULL is fine
// One line, clean, its baseline at (x, y).
void vg_canvas_letters_write(const vg_canvas_letters *letters, struct _cairo *cairo, vg_theme theme, double x,
                             double y, const char *text, const vg_type *type);

static inline void vg_canvas_cairo_colour(cairo_t *cairo, vg_theme theme, vg_role role, double opacity) {
    uint32_t rgb = vg_role_colour(role, theme);
    cairo_set_source_rgba(cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0,
                          opacity);
}

#endif
