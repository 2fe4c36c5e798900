// app/view/logs.h -- reads drives from logs.
#ifndef VG_APP_VIEW_LOGS_H
#define VG_APP_VIEW_LOGS_H

#include "app/view/model.h"
#include "logs/store/edit.h"

// Which episodes of the logs are shown.
typedef struct vg_view_choice {
    vg_log_pick pick; // of every log; count 0: all
    const char *road; // only those on the road of this name; NULL: on any
    bool stems; // there are several logs: name each driver after its file, and a log may have no episode
                // on that road
} vg_view_choice;

// Adds a log's episodes, and the roads that they are on. Episodes that do not fit as
// cars (VG_VIEW_CARS) still count in curves, and add to *hidden. Errors: those of vg_log_open; VG_ERR_FORMAT
// (no episodes, or none with a tick), VG_ERR_NOT_FOUND (no such episode, none on that road), VG_ERR_MISMATCH
// (on more than VG_VIEW_ROADS roads: says which, and how to choose).
VG_NODISCARD vg_err vg_view_add_log(vg_view *view, const char *path, const vg_view_choice *choice,
                                    int32_t *hidden, vg_diag *diag);

// The name of "logs/bc.vlog" is "bc". Used for policies too. out[64].
void vg_view_stem(const char *path, char *out);

#endif
