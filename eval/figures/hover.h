// eval/figures/hover.h -- values that a page shows where a pointer rests on a plot.
#ifndef VG_EVAL_FIGURES_HOVER_H
#define VG_EVAL_FIGURES_HOVER_H

#include "eval/figures/axes.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_HOVER_SLICES = 24, VG_HOVER_TEXT = 160 };

// What is known at point `at` of the plot's x, in a line; empty: nothing.
typedef void (*vg_hover_say)(const void *context, int64_t at, char text[VG_HOVER_TEXT]);

// Covers the plot with at most VG_HOVER_SLICES upright slices that cannot be seen, one at each point of x
// [count] or at every few of them; a slice's title is what `say` tells of its point. Draw it last. In pixels
// it has no effect.
void vg_hover(const vg_axes *axes, vg_canvas *canvas, const double *x, int64_t count, vg_hover_say say,
              const void *context);

#ifdef __cplusplus
}
#endif
#endif
