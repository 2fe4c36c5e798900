// app/view/open.h -- makes a model of what the command line requests: logs, results, or policies on a suite
// or a road.
#ifndef VG_APP_VIEW_OPEN_H
#define VG_APP_VIEW_OPEN_H

#include "app/view/model.h"
#include "app/view/request.h"

// *hidden: the number of episodes or arms that cannot be shown as well. On failure *out is zero. Errors:
// VG_ERR_ARGUMENT (options that do not go together), those of the files.
VG_NODISCARD vg_err vg_view_open(const vg_view_request *request, vg_view *out, int32_t *hidden,
                                 vg_diag *diag);

#endif
