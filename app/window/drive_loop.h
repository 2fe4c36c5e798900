// app/window/drive_loop.h -- the loop of `verge drive`: turns time into ticks, keys into actions, states into
// frames.
#ifndef VG_APP_WINDOW_DRIVE_LOOP_H
#define VG_APP_WINDOW_DRIVE_LOOP_H

#include "app/drive/rival.h"
#include "app/window/speaker.h"
#include "app/window/window.h"

// Everything is borrowed.
typedef struct vg_drive_def {
    vg_window *window;
    const vg_road *road;
    vg_session *session;
    vg_recorder *recorder;     // NULL: nothing is recorded by one
    const vg_journal *journal; // the session's, whose state is shown where there is no recorder; NULL: none
    vg_speaker *speaker;       // NULL: no sound
    vg_rival *rival;           // NULL: none
    const char *race;          // its name
    const char *policy;        // the name shown; NULL: none
    const char *suite;         // name of the suite whose disturbance is used; NULL: still air
    vg_feel feel;
    vg_camera_mode camera;
    bool paused;    // at first
    double seconds; // s of driving until it ends; 0: when the user quits
    bool tell; // print on stdout after each tick: the ticks driven, and how many of them are safe on disk
    const char *shots; // prefix of the names of pictures that F12 saves
    bool (*stop)(void);
} vg_drive_def;

typedef struct vg_drive vg_drive; // opaque

VG_NODISCARD vg_err vg_drive_open(const vg_drive_def *def, vg_drive **out, vg_diag *diag);
void vg_drive_close(vg_drive *drive); // NULL is fine

// One frame: the ticks that are due, and a picture. *over: the user ended it, the window was closed or the
// time is over. Errors: VG_ERR_POLICY, VG_ERR_IO, the error with which the recorder failed.
VG_NODISCARD vg_err vg_drive_frame(vg_drive *drive, bool *over, vg_diag *diag);
// The clock begins now, for the first frame and for the first one after a time without frames. A drive that
// the user ended goes on.
void vg_drive_begin(vg_drive *drive);
bool vg_drive_stands(const vg_drive *drive); // paused, or something is shown for which the drive waits

// Drives until the user ends it, the window is closed or the time is over. *card: whether a user is there to
// see the end card. Errors: VG_ERR_INTERRUPTED, VG_ERR_POLICY, VG_ERR_IO, the error with which the recorder
// failed.
VG_NODISCARD vg_err vg_drive_run(vg_drive *drive, bool *card, vg_diag *diag);

// Shows the end card over the last state until a key is pressed.
VG_NODISCARD vg_err vg_drive_card(vg_drive *drive, const char *title, const char *const *lines, int32_t count,
                                  vg_diag *diag);

// Saves the last state as a PNG. Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_drive_shoot(vg_drive *drive, const char *path, vg_overwrite overwrite, vg_diag *diag);

#endif
