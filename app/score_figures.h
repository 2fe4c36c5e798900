// app/score_figures.h -- the pictures that `verge eval` leaves beside its result.
#ifndef VG_APP_SCORE_FIGURES_H
#define VG_APP_SCORE_FIGURES_H

#include "eval/result.h"
#include "sim/base/file.h"

// Into `folder`: map-LABEL.png and .svg for each policy, drift.png and .svg, alive.png and .svg. command is
// the line that made them, for the provenance. A build without figures says so once and writes none. Errors:
// those of vg_picture_write.
VG_NODISCARD vg_err vg_score_figures(const vg_result *result, const char *folder, const char *command,
                                     vg_overwrite overwrite, vg_diag *diag);

#endif
