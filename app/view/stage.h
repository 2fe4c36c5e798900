// app/view/stage.h -- one picture of a view: the road with its cars (several roads: side by side, each with a
// camera of its own), the panels below, the foot with the time.
#ifndef VG_APP_VIEW_STAGE_H
#define VG_APP_VIEW_STAGE_H

#include "app/scene/scene.h"
#include "app/view/layout.h"
#include "app/view/model.h"
#include "app/view/timeline.h"

typedef struct vg_stage vg_stage; // opaque; one thread at a time

// The options of the view. Start from vg_stage_look_default().
typedef struct vg_stage_look {
    vg_theme theme;        // of the panels below the road; default light
    int32_t followed;      // index of the followed car, default 0
    vg_camera_mode camera; // which direction is up, default chase
    bool fit;              // true: all cars of a road are seen; default false: the followed car
    double magnify;        // zoom factor, default 1
    bool heat; // true: whole trails, coloured by drift; default false: the last seconds, coloured by driver
    bool
        map; // true: the whole road, and where the followed group drifts, instead of the scene; default false
    bool sides; // true: cars 0 and 1, on one road, side by side, each in a scene of its own; default false
    const struct vg_reward_heat
        *reward; // [roads of the view] painted on each; borrowed; NULL (default): none
    bool help;   // true: show the keys, over everything; default false
} vg_stage_look;
vg_stage_look vg_stage_look_default(void);

// The view is borrowed until destroy. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_stage_create(const vg_view *view, vg_stage **out, vg_diag *diag);
void vg_stage_destroy(vg_stage *stage); // NULL is fine

// Paints the whole picture at the timeline's time. dt: s since the last picture, for the camera's motion;
// below 0: the camera jumps to its target. Errors: VG_ERR_ARGUMENT (a picture too small), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_stage_paint(vg_stage *stage, const vg_scene_picture *picture,
                                   const vg_timeline *timeline, const vg_stage_look *look, double dt,
                                   vg_diag *diag);

// What is at a point of the last picture. CAR: *car is its index. TIME: *t is the time there.
typedef enum vg_stage_hit { VG_HIT_NONE, VG_HIT_BUTTON, VG_HIT_TIME, VG_HIT_CAR } vg_stage_hit;
vg_stage_hit vg_stage_under(const vg_stage *stage, double x, double y, const vg_timeline *timeline, double *t,
                            int32_t *car);
// The time for a pointer at x, during a drag that began as VG_HIT_TIME at (from_x, from_y).
double vg_stage_drag(const vg_stage *stage, double from_x, double from_y, double x,
                     const vg_timeline *timeline);

#endif
