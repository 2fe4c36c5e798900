// app/view/open_suite.h -- policies on a suite's road, or on a single road.
#ifndef VG_APP_VIEW_OPEN_SUITE_H
#define VG_APP_VIEW_OPEN_SUITE_H

#include "app/view/drive.h"
#include "app/view/request.h"

// Opens the policies of a list and names each after its file, or after its expert. The caller closes *out,
// also on error. Errors: those of vg_policy_open.
VG_NODISCARD vg_err vg_view_drivers_open(const vg_list *policies, vg_view_driver **out, vg_diag *diag);
void vg_view_drivers_close(vg_view_driver *drivers, int32_t count);

// Errors: those of vg_suite_read, vg_suite_build and vg_view_drive_all; VG_ERR_NOT_FOUND (no such road or
// start in the suite).
VG_NODISCARD vg_err vg_view_add_suite(const vg_view_request *request, vg_view *view, vg_diag *diag);

#endif
