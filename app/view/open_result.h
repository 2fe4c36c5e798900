// app/view/open_result.h -- drives an episode of a result again, with the result's own policies.
#ifndef VG_APP_VIEW_OPEN_RESULT_H
#define VG_APP_VIEW_OPEN_RESULT_H

#include "app/view/model.h"
#include "app/view/request.h"

// choose: the request's --episode is meant for results. If the model has a road, that road is used. Errors:
// those of result_file.h and of vg_view_drive_all; VG_ERR_MISMATCH (the result does not have the model's
// road).
VG_NODISCARD vg_err vg_view_add_result(const vg_view_request *request, const char *path, bool choose,
                                       vg_view *view, int32_t *hidden, vg_diag *diag);

#endif
