// app/view/finish.h -- the last step in making a model, after its sources have filled it.
#ifndef VG_APP_VIEW_FINISH_H
#define VG_APP_VIEW_FINISH_H

#include "app/view/model.h"

// Finds departures and the duration, and computes curves that no source gave. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_view_finish(vg_view *view, vg_diag *diag);

#endif
