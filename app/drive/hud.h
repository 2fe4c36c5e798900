// app/drive/hud.h -- what `verge drive` draws over the road: numbers, bars, cards. It only paints.
#ifndef VG_APP_DRIVE_HUD_H
#define VG_APP_DRIVE_HUD_H

#include "app/drive/session.h"
#include "app/scene/scene.h"

typedef struct vg_hud {
    const vg_session_view *session;
    const vg_road *road;
    const vg_car *car;
    double tick_seconds;
    vg_state shown; // the state to draw, between two ticks
    vg_raw raw;
    vg_hand hand;
    double steer_rate;       // steering rate, times the usual
    const char *policy;      // the policy that may also drive; NULL: none
    const char *camera;      // "chase"
    const char *disturbance; // the suite's name; NULL: still air
    bool recording;
    vg_recorder_state record;
    bool held_up;      // the clock waits until the recorder's queue has space
    const char *toast; // a line shown for some time; "": none
    double toast_opacity;
    bool paused, help;
    const char *asked, *trouble; // calibration: what to do; why the last step failed. NULL: none
} vg_hud;

// Draws the display during the drive.
void vg_hud_draw(vg_scene *scene, const vg_hud *hud);

// Draws the end: a title and lines below it. Lines that begin with "$ " are shown as commands to type.
void vg_hud_card(vg_scene *scene, const char *title, const char *const *lines, int32_t count);

// Where the map is in a window of width x height units: the upper right corner.
vg_view_box vg_hud_map(double width, double height);

// "1:23.456" of ticks; "-:--.---" for 0.
char *vg_hud_time(int64_t ticks, double tick_seconds, char buffer[24]);

#endif
