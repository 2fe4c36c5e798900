// eval/score/arm_growth.h -- how an arm's costs grow with the horizon, from one set of drives.
#ifndef VG_EVAL_SCORE_ARM_GROWTH_H
#define VG_EVAL_SCORE_ARM_GROWTH_H

#include "eval/score/arm.h"
#include "eval/stats/compounding.h"
#include "eval/stats/growth_law.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_LAW_HORIZONS = 12 };

typedef struct vg_arm_growth {
    double horizons[VG_HORIZONS_MOST]; // s: the arm's horizon, halved repeatedly, in whole samples
    int32_t count;
    vg_growth a, b; // of costs (a) and (b)
    // Of cost (b), at VG_LAW_HORIZONS equal steps up to the last horizon by which at most 30 % have departed.
    vg_growth_law law;
} vg_arm_growth;

// has_b: cost (b) was measured; else b is empty. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_arm_growth_fit(const vg_arm_table *table, bool has_b, vg_arm_growth *out);

#ifdef __cplusplus
}
#endif
#endif
