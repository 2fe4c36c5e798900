// app/drive/hud.h -- what `verge drive` lays over the road: numbers, bars, cards. Paints only.
#ifndef VG_APP_DRIVE_HUD_H
#define VG_APP_DRIVE_HUD_H

#include "app/drive/session.h"
#include "app/scene/scene.h"

typedef struct vg_hud {
    const vg_session_view *session;
    const vg_road *road;
    const vg_car *car;
    double tick_seconds;
    vg_state shown; // the state that is drawn, between two ticks
    vg_raw raw;
    vg_hand hand;
    double steer_rate;       // times the usual
    const char *policy;      // who else may drive; NULL: nobody
    const char *camera;      // "chase"
    const char *disturbance; // the suite's name; NULL: still air
    bool recording;
    vg_recorder_state record;
    bool held_up;      // time stands still until the recorder has room
    const char *toast; // a line for a while; "": none
    double toast_opacity;
    bool paused, help;
    const char *asked, *trouble; // calibration: what to do; why not yet. NULL: none
} vg_hud;

// While driving.
void vg_hud_draw(vg_scene *scene, const vg_hud *hud);

// At the end: a title and lines below it, of which those that begin with "$ " are shown as to be typed.
void vg_hud_card(vg_scene *scene, const char *title, const char *const *lines, int32_t count);

// Side of the map in the upper right corner, of a window `width` units wide.
double vg_hud_map_side(double width);

// "1:23.456" of ticks; "-:--.---" for 0.
char *vg_hud_time(int64_t ticks, double tick_seconds, char buffer[24]);

#endif
