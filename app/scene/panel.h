// app/scene/panel.h -- boxes, text and bars over the scene. By Cairo and Pango, in units.
#ifndef VG_APP_SCENE_PANEL_H
#define VG_APP_SCENE_PANEL_H

#include <math.h>

#include "eval/figures/palette.h"

struct _cairo;

// The part of the text that is placed at the point.
typedef enum vg_panel_align { VG_PANEL_LEFT, VG_PANEL_MIDDLE, VG_PANEL_RIGHT } vg_panel_align;

// Start from zero; size is needed.
typedef struct vg_panel_type {
    double size; // units an em
    bool bold;
    bool digits; // digits of one width, so that a changing number does not move
    vg_panel_align align;
    uint32_t colour; // 0xrrggbb; 0: white
    double opacity;  // 0 means 1
} vg_panel_type;

// One line, its baseline at (x, y). Returns its width in units.
double vg_panel_text(struct _cairo *cairo, double x, double y, const char *text, vg_panel_type type);
double vg_panel_text_width(struct _cairo *cairo, const char *text, vg_panel_type type);

// A dark box with round corners that lets a little of the scene through.
void vg_panel_box(struct _cairo *cairo, double x, double y, double width, double height, double radius,
                  double opacity);

// How much larger than plain everything is in an area of width x height units: 1 up to 1600 x 900.
static inline double vg_panel_grown(double width, double height) {
    return fmax(1, fmin(width / 1600, height / 900));
}

// Begins a box in the middle of an area; it is smaller if it would not fit, and larger in a large area. Until
// cairo_restore its upper left corner is (0, 0), and lengths are the box's own units.
void vg_panel_card(struct _cairo *cairo, double area_width, double area_height, double width, double height);

// The path of a rectangle with round corners, to be filled or stroked.
void vg_panel_round(struct _cairo *cairo, double x, double y, double width, double height, double radius);

// Sets the source colour: 0xrrggbb.
void vg_panel_colour(struct _cairo *cairo, uint32_t rgb, double opacity);

#endif
