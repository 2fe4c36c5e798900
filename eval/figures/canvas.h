// eval/figures/canvas.h -- a small canvas with two backends: pixels (Cairo and Pango) and SVG (written by
// verge itself).
//
// y points down. Lengths are canvas units; a unit is `scale` pixels in a PNG and 1/96 inch in a page. Colours
// are roles (palette.h). An error sticks: later drawing has no effect and `finish` reports the error, so that
// drawing code needs no checks. Identical calls give identical bytes.
#ifndef VG_EVAL_FIGURES_CANVAS_H
#define VG_EVAL_FIGURES_CANVAS_H

#include "eval/figures/palette.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_canvas vg_canvas; // opaque, owned by the caller

typedef struct vg_canvas_def {
    double width, height; // canvas units, in [1, 10000]
    vg_theme theme;       // default VG_THEME_LIGHT
    const char *title;    // title: what the figure shows, in a few words; NULL: none
    const char *desc;     // a sentence or two for readers who cannot see it; NULL: none
    double scale;         // pixels a unit, pixels only; in (0, 16], default 2; at most 2^26 pixels in all
    const char *id;       // SVG only: prefix of every id, so it must be unique in a page; default "vg"
    bool embedded;        // SVG only: for a page that has vg_palette_css; leaves out the XML declaration
} vg_canvas_def;
vg_canvas_def vg_canvas_default(void);

// A key and a value that record the origin of a picture. Key: 1 to 79 letters, digits, blanks, '-', '_';
// value: UTF-8.
typedef struct vg_png_text {
    const char *key, *value;
} vg_png_text;

// Pixels, top row first; each a 0xAARRGGBB word in the machine's byte order, alpha premultiplied.
typedef struct vg_image {
    int32_t width, height;
    int64_t stride; // words from one row to the next
    const uint32_t *pixels;
} vg_image;

// Errors of both: VG_ERR_ARGUMENT (sizes), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_canvas_svg(const vg_canvas_def *def, vg_canvas **out, vg_diag *diag);
VG_NODISCARD vg_err vg_canvas_cairo(const vg_canvas_def *def, vg_canvas **out, vg_diag *diag);
void vg_canvas_destroy(vg_canvas *canvas); // NULL is fine

// Has this machine a font? Without one pixels hold no text (a box for every letter would be no better): say
// so.
bool vg_canvas_has_fonts(void);

// The SVG document, with texts (NULL when count is 0) as its metadata. Once.
// Errors: VG_ERR_MEMORY, now or while drawing.
VG_NODISCARD vg_err vg_canvas_svg_finish(vg_canvas *canvas, const vg_png_text *texts, int32_t count,
                                         vg_text *out, vg_diag *diag);
// The pixels drawn so far, borrowed until destroy. Errors: VG_ERR_MEMORY, now or while drawing.
VG_NODISCARD vg_err vg_canvas_cairo_image(vg_canvas *canvas, vg_image *out, vg_diag *diag);

double vg_canvas_width(const vg_canvas *canvas);
double vg_canvas_height(const vg_canvas *canvas);

// Sets the transform: later points are drawn at (x * sx + dx, y * sy + dy). Widths and text sizes stay canvas
// units.
typedef struct vg_transform {
    double sx, sy, dx, dy;
} vg_transform;
void vg_canvas_set_transform(vg_canvas *canvas, vg_transform transform);
vg_transform vg_canvas_get_transform(const vg_canvas *canvas); // at first {1, 1, 0, 0}

// Build the current path. A point with a NaN or an infinity is left out.
void vg_move(vg_canvas *canvas, double x, double y);
void vg_line(vg_canvas *canvas, double x, double y);
void vg_curve(vg_canvas *canvas, double x1, double y1, double x2, double y2, double x, double y);
void vg_close(vg_canvas *canvas);
void vg_rect(vg_canvas *canvas, double x, double y, double width, double height);
void vg_circle(vg_canvas *canvas, double x, double y, double radius); // radius in canvas units
// A line through all points; a point is left out if this moves the line by less than 0.06 units. A NaN
// interrupts it.
void vg_polyline(vg_canvas *canvas, const double *x, const double *y, int64_t count, bool close);

typedef enum vg_cap { VG_CAP_BUTT, VG_CAP_ROUND } vg_cap;
typedef enum vg_join { VG_JOIN_ROUND, VG_JOIN_MITER } vg_join;

// How to paint a path: filled (nonzero), then stroked.
typedef struct vg_ink {
    vg_role fill, stroke;
    double fill_opacity, stroke_opacity; // opacity in (0, 1]; 0 means 1
    double width;                        // width of the stroke
    double dash, gap;                    // both 0: solid
    vg_cap cap;
    vg_join join;
} vg_ink;

// Paint the current path and begin a new one.
void vg_draw(vg_canvas *canvas, vg_ink ink);

typedef enum vg_anchor { VG_ANCHOR_START, VG_ANCHOR_MIDDLE, VG_ANCHOR_END } vg_anchor;

// How to set text.
typedef struct vg_type {
    double size;      // canvas units an em
    bool bold;        // semi-bold
    vg_anchor anchor; // the part of the text that is placed at the point
    double angle;     // degrees, clockwise
    vg_role role;     // VG_ROLE_NONE: VG_ROLE_TEXT
    vg_role halo;     // colour of an outline behind the letters, VG_ROLE_NONE: none
} vg_type;

// One line of text, its baseline at (x, y). Bytes that are not UTF-8, and control characters, are shown as
// U+FFFD.
void vg_write(vg_canvas *canvas, double x, double y, const char *text, vg_type type);

// The same, but cut short with an ellipsis if it would be wider than `width`.
void vg_write_within(vg_canvas *canvas, double x, double y, double width, const char *text, vg_type type);

// Width of a text for layout, by a table of the preferred font's advances; the same for every backend.
double vg_write_width(const char *text, double size, bool bold);
// Height of a capital, in ems: to centre text on y, write it at y + 0.5 * VG_CAP_HEIGHT * size.
#define VG_CAP_HEIGHT 0.727

// A part of the picture: class and title are for pages and readers, clip bounds the drawing in it.
typedef struct vg_group {
    const char *name;    // class; also the id, after the def's id, so no other group may have it; NULL: none
    const char *title;   // shown on hover; NULL: none
    const char *episode; // SVG only: a click plays it in a page with a player ("ROAD:START"); NULL: none
    bool clip;           // clip to the rectangle below
    double x, y, clip_width, clip_height; // clip rectangle, in the current transform
} vg_group;
void vg_group_begin(vg_canvas *canvas, vg_group group);
void vg_group_end(vg_canvas *canvas); // restores the transform from before begin

#ifdef __cplusplus
}
#endif
#endif
