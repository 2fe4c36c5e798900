// app/view/controls.h -- what keys and the mouse do to a view: its time, and how it is looked at. It knows no
// window: the window of `verge view` and a page in a browser both use it.
#ifndef VG_APP_VIEW_CONTROLS_H
#define VG_APP_VIEW_CONTROLS_H

#include "app/view/stage.h"
#include "app/window/events.h"

// What a key asks of who owns the window.
typedef enum vg_wish { VG_WISH_NOTHING, VG_WISH_SNAPSHOT, VG_WISH_FULLSCREEN, VG_WISH_CLOSE } vg_wish;

typedef struct vg_controls {
    const vg_view *view; // borrowed
    vg_stage_look look;
    vg_timeline timeline;
    vg_wish wish;          // of the last key; the owner sets it back
    double from_x, from_y; // where a drag of the time began
    bool dragging, jumped; // jumped: the next picture does not follow from the last
} vg_controls;

vg_controls vg_controls_make(const vg_view *view, const vg_stage_look *look); // at 0 s, playing

void vg_controls_press(vg_controls *controls, const vg_press *press);
// The mouse over the stage's last picture.
void vg_controls_point(vg_controls *controls, const vg_stage *stage, const vg_input *input);
// After dt s of real time. Returns the dt for vg_stage_paint: -1 where the camera jumps.
double vg_controls_advance(vg_controls *controls, double dt);

#endif
