// app/view/curves.h -- curves of a group's drives over time: survival, and quantiles of drift.
#ifndef VG_APP_VIEW_CURVES_H
#define VG_APP_VIEW_CURVES_H

#include "app/view/model.h"

// Computed from the group's own drives. Survival is the Kaplan-Meier estimate, with an interval from
// VG_VIEW_BANDED drives on. Drift is |offset| as a share of the half width, 1 once the car has left the road.
// A drive that ends without a departure no longer counts. Errors: VG_ERR_MEMORY.
enum { VG_VIEW_BANDED = 8 };
VG_NODISCARD vg_err vg_view_curves_make(vg_view_group *group, vg_diag *diag);

// The last point at or before t; 0 before the first. For curves with points.
int32_t vg_view_curves_at(const vg_view_curves *curves, double t);

#endif
