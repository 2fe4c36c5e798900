// app/scene/panel.h -- what is laid over the scene: boxes, text, bars. By Cairo and Pango, in units.
#ifndef VG_APP_SCENE_PANEL_H
#define VG_APP_SCENE_PANEL_H

#include "eval/figures/palette.h"

struct _cairo;

// Which part of the text stands at the point.
typedef enum vg_panel_align { VG_PANEL_LEFT, VG_PANEL_MIDDLE, VG_PANEL_RIGHT } vg_panel_align;

// Start from zero; size is needed.
typedef struct vg_panel_type {
    double size; // units an em
    bool bold;
    bool digits; // figures of one width, so that a number that changes stands still
    vg_panel_align align;
    uint32_t colour; // 0xrrggbb; 0: white
    double opacity;  // 0 stands for 1
} vg_panel_type;

// One line, its baseline at (x, y). Returns its width in units.
double vg_panel_text(struct _cairo *cairo, double x, double y, const char *text, vg_panel_type type);
double vg_panel_text_width(struct _cairo *cairo, const char *text, vg_panel_type type);

// A dark box with round corners that lets a little of the scene through.
void vg_panel_box(struct _cairo *cairo, double x, double y, double width, double height, double radius,
                  double opacity);

// Begin a box in the middle of an area, smaller where it would not fit: from here on its upper left corner is
// (0, 0) and it has its own units. cairo_restore ends it.
void vg_panel_card(struct _cairo *cairo, double area_width, double area_height, double width, double height);

// The path of a rectangle with round corners, for who fills or strokes it.
void vg_panel_round(struct _cairo *cairo, double x, double y, double width, double height, double radius);

// Set the source: 0xrrggbb.
void vg_panel_colour(struct _cairo *cairo, uint32_t rgb, double opacity);

#endif
