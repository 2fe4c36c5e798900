// agents/planner/band_private.h -- the loops over a band; band_hot.c has them for each level of x86-64.
#ifndef VG_AGENTS_PLANNER_BAND_PRIVATE_H
#define VG_AGENTS_PLANNER_BAND_PRIVATE_H

#include "agents/planner/band.h"
#include "sim/base/level.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_band_kernel {
    int32_t (*factor)(double *values, int32_t count, int32_t width);
} vg_band_kernel;

VG_HOT_DECLARE(vg_band_kernel, vg_band_kernel);

#ifdef __cplusplus
}
#endif
#endif
