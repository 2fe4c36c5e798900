// agents/planner/line_piece_private.h -- the loops over the eight unknowns of a piece; line_piece_hot.c has
// them for each level of x86-64.
#ifndef VG_AGENTS_PLANNER_LINE_PIECE_PRIVATE_H
#define VG_AGENTS_PLANNER_LINE_PIECE_PRIVATE_H

#include "agents/planner/line_piece.h"
#include "sim/base/level.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_line_kernel {
    // piece and beyond may be NULL; without beyond, bounds are not read.
    void (*measure)(const vg_line_view *line, const vg_line_bounds *bounds, int32_t i, vg_line_piece *piece,
                    vg_dual *beyond);
    double (*bend)(const vg_line_view *line, int32_t i, double *chord);
    void (*add_terms)(const vg_line_terms *terms, const int32_t unknown[8], double *gradient,
                      vg_band *hessian);
} vg_line_kernel;

VG_HOT_DECLARE(vg_line_kernel, vg_line_kernel);

#ifdef __cplusplus
}
#endif
#endif
