// app/window/pick_loop.h -- the loop of the menu before `verge drive`: input into moves, the menu into
// frames.
#ifndef VG_APP_WINDOW_PICK_LOOP_H
#define VG_APP_WINDOW_PICK_LOOP_H

#include "app/drive/menu.h"
#include "app/window/window.h"

// Everything is borrowed.
typedef struct vg_pick_def {
    vg_window *window;
    vg_menu *menu;
    const char *shots; // prefix of the names of pictures that F12 saves
    bool (*stop)(void);
} vg_pick_def;

// Shows the menu, over the chosen road with the chosen car at its start, until it is accepted or cancelled;
// closing the window cancels. Errors: VG_ERR_INTERRUPTED, VG_ERR_MEMORY, those of vg_window_present.
VG_NODISCARD vg_err vg_pick_run(const vg_pick_def *def, vg_diag *diag);

#endif
