// agents/experts/pursuit_hot.c -- the loops of the speed plan. Lanes are cars, or steps of one plan; no sum
// runs over lanes.
#include <math.h>
#include <string.h>

#include "agents/experts/pursuit_private.h"

enum { CARS = VG_PLAN_CARS, STEPS = VG_PLAN_STEPS };

// fmax and fmin of numbers, without the calls that NaN handling costs.
static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

static void bounds(double s, double step, double spacing, int32_t *restrict low, int32_t *restrict high) {
    for (int32_t j = 0; j <= STEPS; j++) {
        double node = (s + j * step) / spacing;
        low[j] = (int32_t)floor(node);
        high[j] = (int32_t)ceil(node);
    }
}

static void curvatures(const float *restrict curvature, const int32_t *restrict low,
                       const int32_t *restrict high, float *restrict out) {
    int32_t most =
        0; // nodes after the first; the same number for all steps, so that the loop's end is predictable
    for (int32_t j = 0; j < STEPS; j++) most = high[j + 1] - low[j] > most ? high[j + 1] - low[j] : most;
    for (int32_t j = 0; j < STEPS; j++) {
        float sharpest = fabsf(curvature[low[j]]);
        for (int32_t k = 1; k <= most; k++) {
            int32_t node = low[j] + k < high[j + 1] ? low[j] + k : high[j + 1];
            float here = fabsf(curvature[node]);
            sharpest = here > sharpest ? here : sharpest;
        }
        out[j] = sharpest;
    }
}

// The speed at a step's beginning, from that at its end. hold is what curvatures are taken with there, brake
// what is counted on, step the length.
static inline double slow_down(double next, double curvature, double hold, double brake, double step,
                               double most) {
    double share = curvature * next * next / hold, left = brake * sqrt(larger(0, 1 - share * share));
    return smaller(most, sqrt(next * next + 2 * left * step));
}

static void sweep(vg_plan *plan) {
    double next[CARS], here[CARS];
    memcpy(here, plan->most, sizeof here);
    for (int32_t j = STEPS - 1; j >= 0; j--) {
        const float *restrict curvature = plan->curvature[j];
        memcpy(next, here, sizeof next);
        int64_t fast = 0;
        for (int32_t i = 0; i < CARS; i++) {
            double hold = plan->lateral[i] + plan->downforce[i] * (next[i] * next[i]);
            double brake = smaller(plan->brake[i], plan->along[i] * hold);
            here[i] = slow_down(next[i], curvature[i], hold, brake, plan->step[i], plan->most[i]);
            fast |= (curvature[i] - plan->downforce[i]) * here[i] * here[i] > plan->lateral[i];
        }
        for (int32_t i = 0; i < CARS && fast; i++) {
            double bend = curvature[i] - plan->downforce[i];
            if (bend * here[i] * here[i] > plan->lateral[i]) here[i] = sqrt(plan->lateral[i] / bend);
        }
    }
    for (int32_t i = 0; i < CARS; i++) {
        plan->here[i] = here[i];
        plan->push[i] = (next[i] * next[i] - here[i] * here[i]) / (2 * plan->step[i]);
    }
}

const vg_plan_kernel VG_HOT_NAME(vg_plan_kernel_table) = {bounds, curvatures, sweep};
