// eval/figures/drift_private.h -- code that the funnels over time and over distance share. Private to
// eval/figures.
#ifndef VG_EVAL_FIGURES_DRIFT_PRIVATE_H
#define VG_EVAL_FIGURES_DRIFT_PRIVATE_H

#include "eval/figures/axes.h"
#include "eval/figures/drift.h"

// Axes that include every quantile, with space for the names.
vg_axes vg_drift_axes(vg_canvas *canvas, const vg_drift_figure *figure);
// The nested bands and lines of the first series. zeros: [its count] zeros.
void vg_drift_draw_bands(const vg_axes *axes, vg_canvas *canvas, const vg_drift_figure *figure,
                         const double *zeros);
// Names the quantiles of one series, or names each of several series.
void vg_drift_name(vg_axes *axes, const vg_drift_figure *figure);

#endif
