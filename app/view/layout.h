// app/view/layout.h -- the position of everything in the picture of `verge view`, in units. It draws nothing.
#ifndef VG_APP_VIEW_LAYOUT_H
#define VG_APP_VIEW_LAYOUT_H

#include <stdint.h>

#include "app/scene/box.h"

// The panels below the road.
typedef enum vg_view_panel { VG_PANEL_OFFSET, VG_PANEL_DRIFT, VG_PANEL_ALIVE, VG_PANEL_COUNT } vg_view_panel;

enum { VG_LAYOUT_ROWS = 16 };

typedef struct vg_layout {
    double width, height;
    vg_view_box scene;                  // the road, at the top
    vg_view_box strip;                  // all panels
    vg_view_box panels[VG_PANEL_COUNT]; // panels without space have no width
    vg_view_box bar;                    // the foot: button, time, track
    vg_view_box button, track;          // the play button; the track that scrubs the time
    vg_view_box legend;                 // title and cars, on the scene
    vg_view_box rows[VG_LAYOUT_ROWS];   // [row_count] one row for each car, within the legend
    int32_t row_count;
    vg_view_box minimap;
} vg_layout;

// The least size of a picture, units.
enum { VG_LAYOUT_LEAST_WIDTH = 480, VG_LAYOUT_LEAST_HEIGHT = 320 };

vg_layout vg_layout_make(double width, double height, int32_t cars);

// The part of the scene that is free for cars: beside the legend and the minimap, or below them, or, where
// that leaves less than a third, all of it; without a margin at the edges.
vg_view_box vg_layout_free(const vg_layout *layout);

// Of a scene of that size, one of several side by side, in its own units: the box with the facts of its road
// and its cars, and the k-th car's row in it; rows beyond the returned layout's row_count do not fit.
typedef struct vg_side_layout {
    vg_view_box box, minimap; // a minimap without space has no width
    int32_t row_count;
} vg_side_layout;
vg_side_layout vg_layout_side(double width, double height, int32_t cars);
vg_view_box vg_layout_side_free(double width, double height, int32_t cars); // as vg_layout_free
vg_view_box vg_layout_side_row(const vg_side_layout *layout, int32_t k);

#endif
