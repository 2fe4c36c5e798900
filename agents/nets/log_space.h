// agents/nets/log_space.h -- sums of exponentials that do not overflow.
#ifndef VG_AGENTS_NETS_LOG_SPACE_H
#define VG_AGENTS_NETS_LOG_SPACE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// log(1 + e^x): of a logit f, -log(1 - D) is softplus(f), and -log D is softplus(-f).
double vg_softplus(double x);

// log(sum of e^x[i]), summed in order; -INFINITY where count is 0 or every x is -INFINITY.
double vg_log_sum_exp(const double *x, int64_t count);

#ifdef __cplusplus
}
#endif
#endif
