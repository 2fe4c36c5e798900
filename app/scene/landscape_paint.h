// app/scene/landscape_paint.h -- paints a whole tile of the landscape. Internal to app/scene.
#ifndef VG_APP_SCENE_LANDSCAPE_PAINT_H
#define VG_APP_SCENE_LANDSCAPE_PAINT_H

#include "app/scene/landscape.h"

// Paint tile (i, j): the world from x = i * VG_TILE / density eastwards and from y = -j * VG_TILE / density
// southwards, density pixels a metre, into pixels with `stride` words from row to row. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_landscape_paint(const vg_landscape *landscape, double density, int32_t i, int32_t j,
                                       uint32_t *pixels, int64_t stride, vg_diag *diag);

#endif
