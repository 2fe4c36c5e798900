// eval/stats/quantile.h -- order statistics and quantiles of numbers, without sorting all of them.
#ifndef VG_EVAL_STATS_QUANTILE_H
#define VG_EVAL_STATS_QUANTILE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The k-th smallest, 0 <= k < n, of values that are not NaN. Moves them: it then stands at values[k], with
// none larger before it and none smaller behind it. Takes time like n (Hoare's selection).
float vg_select(float *values, int64_t n, int64_t k);

// The q-quantile, q in [0, 1], of n >= 1 values that are not NaN: type 7 (Hyndman & Fan 1996). Moves them.
double vg_quantile(float *values, int64_t n, double q);

#ifdef __cplusplus
}
#endif
#endif
