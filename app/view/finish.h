// app/view/finish.h -- the last step of a model, once its sources have filled it.
#ifndef VG_APP_VIEW_FINISH_H
#define VG_APP_VIEW_FINISH_H

#include "app/view/model.h"

// Departures, duration, and curves where no source gave any. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_view_finish(vg_view *view, vg_diag *diag);

#endif
