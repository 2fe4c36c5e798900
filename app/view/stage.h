// app/view/stage.h -- one picture of a view: the road with its cars, the panels under it, the foot with the
// time.
#ifndef VG_APP_VIEW_STAGE_H
#define VG_APP_VIEW_STAGE_H

#include "app/scene/scene.h"
#include "app/view/layout.h"
#include "app/view/model.h"
#include "app/view/timeline.h"

typedef struct vg_stage vg_stage; // opaque; one thread at a time

// How it is looked at. Start from vg_stage_look_default().
typedef struct vg_stage_look {
    vg_theme theme;        // of what stands under the road; default light
    int32_t followed;      // car, default 0
    vg_camera_mode camera; // default chase
    double magnify;        // default 1
    bool heat; // trails in the colours of drift, whole; default false: the last seconds, by driver
    bool map;  // the whole road instead of the scene: where the followed group drifts; default false
    bool help; // the keys, over everything; default false
} vg_stage_look;
vg_stage_look vg_stage_look_default(void);

// The view is borrowed until destroy. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_stage_create(const vg_view *view, vg_stage **out, vg_diag *diag);
void vg_stage_destroy(vg_stage *stage); // NULL is fine

// Paint the whole picture at the timeline's time. dt: s since the last one, for the camera's motion; below 0:
// it is there at once. Errors: VG_ERR_ARGUMENT (a picture too small), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_stage_paint(vg_stage *stage, const vg_scene_picture *picture,
                                   const vg_timeline *timeline, const vg_stage_look *look, double dt,
                                   vg_diag *diag);

// What stands under a point of the last picture. CAR: *car is it. TIME: *t is the time there.
typedef enum vg_stage_hit { VG_HIT_NONE, VG_HIT_BUTTON, VG_HIT_TIME, VG_HIT_CAR } vg_stage_hit;
vg_stage_hit vg_stage_under(const vg_stage *stage, double x, double y, const vg_timeline *timeline, double *t,
                            int32_t *car);
// The time that a pointer at x means while it drags what began as VG_HIT_TIME at (from_x, from_y).
double vg_stage_drag(const vg_stage *stage, double from_x, double from_y, double x,
                     const vg_timeline *timeline);

#endif
