#include "agents/nets/soft_value.h"

#include "sim/base/exact.h"

// An action so far below the best, in temperatures, has no share: e^-60 is lost in the sum, and multiplying
// by numbers that are nearly subnormal is slow.
static const float LEAST = -60;

double vg_soft_value(const float *q, int32_t count, double temperature, float *policy) {
    const float inverse = (float)(1 / temperature);
    float most = q[0];
    double sum = 0;
    for (int32_t a = 1; a < count; a++) most = q[a] > most ? q[a] : most;
    for (int32_t a = 0; a < count; a++) {
        const float below = (q[a] - most) * inverse, share = vg_expf(below);
        policy[a] = below < LEAST ? 0 : share;
    }
    for (int32_t a = 0; a < count; a++) sum += (double)policy[a];
    const float share = (float)(1 / sum);
    for (int32_t a = 0; a < count; a++) policy[a] *= share;
    return (double)most + temperature * (vg_ln(sum) - vg_ln(count));
}

int32_t vg_soft_draw(const float *weights, int32_t count, double u) {
    double sum = 0, so_far = 0;
    for (int32_t i = 0; i < count; i++) sum += (double)weights[i];
    for (int32_t i = 0; i < count; i++) {
        so_far += (double)weights[i];
        if (so_far > u * sum) return i;
    }
    return vg_soft_greatest(weights, count);
}

int32_t vg_soft_greatest(const float *values, int32_t count) {
    int32_t best = 0;
    for (int32_t i = 1; i < count; i++)
        if (values[i] > values[best]) best = i;
    return best;
}
