// app/commands/score_figures.h -- the pictures of a result.
#ifndef VG_APP_COMMANDS_SCORE_FIGURES_H
#define VG_APP_COMMANDS_SCORE_FIGURES_H

#include "eval/outcome/outcome.h"
#include "sim/base/file.h"

// Writes into `folder`: map-LABEL.png and .svg for each of the first 8 arms; drift.png and .svg; alive.png
// and .svg. A build without figures writes none. Errors: those of vg_picture_write.
VG_NODISCARD vg_err vg_score_figures(const vg_outcome *outcome, const char *folder, vg_overwrite overwrite,
                                     vg_diag *diag);

#endif
