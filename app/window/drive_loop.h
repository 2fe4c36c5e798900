// app/window/drive_loop.h -- the loop of `verge drive`: time into ticks, keys into wishes, states into
// frames.
#ifndef VG_APP_WINDOW_DRIVE_LOOP_H
#define VG_APP_WINDOW_DRIVE_LOOP_H

#include "app/drive/session.h"
#include "app/window/window.h"

// Everything is borrowed.
typedef struct vg_drive_def {
    vg_window *window;
    const vg_road *road;
    vg_session *session;
    vg_recorder *recorder; // NULL: nothing is recorded
    const char *policy;    // the name shown; NULL: none
    const char *suite;     // whose disturbance it is; NULL: still air
    vg_feel feel;
    vg_camera_mode camera;
    double seconds;    // of driving until it ends by itself; 0: when the driver says so
    bool tell;         // on stdout after each tick: ticks driven, and of those the safe ones
    const char *shots; // where F12 puts pictures: what their names begin with
    bool (*stop)(void);
} vg_drive_def;

typedef struct vg_drive vg_drive; // opaque

VG_NODISCARD vg_err vg_drive_open(const vg_drive_def *def, vg_drive **out, vg_diag *diag);
void vg_drive_close(vg_drive *drive); // NULL is fine

// Drive until the driver ends it, the window is closed or the time is over. *card: the driver is still there,
// to be shown a card. Errors: VG_ERR_INTERRUPTED, VG_ERR_POLICY, VG_ERR_IO, what the recorder failed with.
VG_NODISCARD vg_err vg_drive_run(vg_drive *drive, bool *card, vg_diag *diag);

// Show the end card over the last state until a key is pressed.
VG_NODISCARD vg_err vg_drive_card(vg_drive *drive, const char *title, const char *const *lines, int32_t count,
                                  vg_diag *diag);

// The last state again, as a PNG. Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_drive_shoot(vg_drive *drive, const char *path, vg_overwrite overwrite, vg_diag *diag);

#endif
