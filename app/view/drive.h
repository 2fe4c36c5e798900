// app/view/drive.h -- drives policies from one start, and from a road's other starts for the curves.
#ifndef VG_APP_VIEW_DRIVE_H
#define VG_APP_VIEW_DRIVE_H

#include "app/view/model.h"

enum { VG_VIEW_STARTS = 32 }; // most starts of a road

typedef struct vg_view_driver {
    char label[64];
    vg_policy *policy; // owned by the caller
} vg_view_driver;

// Drives every start of the model's first road (VG_VIEW_STARTS at most, with `start` among them) with every
// driver; one car for each driver shows start `start`. The def's own roads and policy are ignored; so that
// drives are those of a scored suite, it is by_road, as a suite's is. Errors: VG_ERR_ARGUMENT (more drivers
// than VG_VIEW_GROUPS, a label twice), those of vg_redrive_run.
VG_NODISCARD vg_err vg_view_drive_all(vg_view *view, const vg_rollout_def *def, int32_t start,
                                      const vg_view_driver *drivers, int32_t count, vg_diag *diag);

// Starts every driver at the start of the model's first car, with its car, for as long as the shown drives
// last. Errors: as vg_view_drive_all; VG_ERR_MISMATCH (that car is not on the road at its start).
VG_NODISCARD vg_err vg_view_drive_beside(vg_view *view, const vg_view_driver *drivers, int32_t count,
                                         int32_t threads, vg_diag *diag);

#endif
