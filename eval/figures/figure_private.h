// eval/figures/figure_private.h -- code that several figures share. Private to eval/figures.
#ifndef VG_EVAL_FIGURES_FIGURE_PRIVATE_H
#define VG_EVAL_FIGURES_FIGURE_PRIVATE_H

#include "eval/figures/axes.h"

// Errors: VG_ERR_ARGUMENT (not 1 to `most` of `what`).
vg_err vg_figure_check(int32_t count, int32_t most, const char *what, vg_diag *diag);

// The text, or "" for NULL.
const char *vg_figure_text(const char *text);

// The last of values [count] that has a position on the axis; NaN: none has.
double vg_figure_last(const vg_axis *axis, const double *values, int64_t count);

// Fixes the open ends of a range a share of the range beyond the data, so that dots do not touch the frame.
void vg_figure_pad(vg_axis *axis, double share);

// Names a series beside its last value. A series without values is named at the plot's foot, as "no data" if
// it has no note.
void vg_figure_name(vg_axes *axes, const double *y, int64_t count, const char *label, const char *note,
                    vg_role role);
// Reserves space for such a name.
void vg_figure_name_room(vg_axes *axes, const double *y, int64_t count, const char *label, const char *note);

#endif
