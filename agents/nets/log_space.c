#include "agents/nets/log_space.h"

#include <math.h>

#include "sim/base/exact.h"

double vg_softplus(double x) { return (x > 0 ? x : 0) + vg_log1p(vg_exp(x > 0 ? -x : x)); }

double vg_log_sum_exp(const double *x, int64_t count) {
    double most = -INFINITY, sum = 0;
    for (int64_t i = 0; i < count; i++)
        if (x[i] > most) most = x[i];
    if (!isfinite(most)) return most;
    for (int64_t i = 0; i < count; i++) sum += vg_exp(x[i] - most);
    return most + vg_ln(sum);
}
