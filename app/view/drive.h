// app/view/drive.h -- policies driven from one start, and from a road's other starts for the curves.
#ifndef VG_APP_VIEW_DRIVE_H
#define VG_APP_VIEW_DRIVE_H

#include "app/view/model.h"

enum { VG_VIEW_STARTS = 32 }; // of a road at most

typedef struct vg_view_driver {
    char label[64];
    vg_policy *policy; // owned by who made it
} vg_view_driver;

// Drive every start of road number `road` (but VG_VIEW_STARTS at most, with `start` among them) by every
// driver; a car each shows start `start`. The road is the
// model's, and where the def has others they are not needed; the def's roads and policy are ignored. Errors:
// VG_ERR_ARGUMENT (more drivers than VG_VIEW_GROUPS, a label twice), those of vg_redrive_run.
VG_NODISCARD vg_err vg_view_drive_all(vg_view *view, const vg_rollout_def *def, int32_t road, int32_t start,
                                      const vg_view_driver *drivers, int32_t count, vg_diag *diag);

// Start every driver where the first car of the model started, with its car, for as long as all are shown.
// Errors: as vg_view_drive_all; VG_ERR_MISMATCH (that car is not on the road at its start).
VG_NODISCARD vg_err vg_view_drive_beside(vg_view *view, const vg_view_driver *drivers, int32_t count,
                                         int32_t threads, vg_diag *diag);

#endif
