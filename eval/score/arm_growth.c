#include "eval/score/arm_growth.h"

#include <math.h>

#include "sim/base/memory.h"

enum { HORIZON_HALVINGS = 7 };

static vg_growth no_growth(void) {
    vg_growth none = {.overall = vg_estimate_none, .a = vg_estimate_none, .b = vg_estimate_none, .b_p = NAN};
    for (int32_t k = 0; k < VG_HORIZONS_MOST; k++) none.cost[k] = none.slope[k] = vg_estimate_none;
    return none;
}

// Halves the arm's horizon repeatedly, in whole samples; at[] receives the sample with which each horizon
// ends.
static void set_horizons(const vg_arm_table *t, int32_t *at, vg_arm_growth *out) {
    for (int32_t k = HORIZON_HALVINGS; k >= 0; k--) {
        double wanted = floor(t->arm->horizon / (1 << k) / t->sample_seconds + 0.5);
        if (wanted > t->samples - 1) wanted = t->samples - 1;
        int32_t n = (int32_t)wanted, last = out->count - 1;
        if (n < 2 || (last >= 0 && n <= at[last])) continue;
        at[out->count] = n;
        out->horizons[out->count++] = n * t->sample_seconds;
    }
}

static double cost_at(const vg_arm_table *t, bool b, int32_t seed, int32_t e, int32_t sample) {
    if (b) return (double)vg_arm_trace(t, seed, e)[sample].excess;
    double gone = vg_episode_failed_at(vg_arm_episode(t, seed, e)), now = sample * t->sample_seconds;
    return gone >= 0 && gone < now ? now - gone : 0;
}

// The mean cost of each cell at each horizon, the share that has departed by then, and how many episodes had
// by the last.
static int64_t fill(const vg_arm_table *t, const double *horizons, const int32_t *at, int32_t count, bool b,
                    double *costs, double *off) {
    int64_t departed = 0;
    for (int32_t k = 0; k < count; k++) {
        departed = 0;
        for (int32_t c = 0; c < vg_arm_cells(t); c++) {
            double sum = 0;
            for (int32_t j = 0; j < t->each; j++) {
                int32_t seed = c / t->units, e = c % t->units * t->each + j;
                double gone = vg_episode_failed_at(vg_arm_episode(t, seed, e));
                departed += gone >= 0 && gone <= horizons[k];
                sum += cost_at(t, b, seed, e, at[k]);
            }
            costs[(int64_t)k * vg_arm_cells(t) + c] = sum / t->each;
        }
        off[k] = (double)departed / ((double)vg_arm_cells(t) * t->each);
    }
    return departed;
}

static vg_err growth(const vg_arm_table *t, const vg_arm_growth *of, const int32_t *at, bool b, double *costs,
                     vg_growth *out) {
    double off[VG_HORIZONS_MOST];
    int64_t departed = fill(t, of->horizons, at, of->count, b, costs, off);
    vg_growth_def def = {.horizons = of->horizons,
                         .count = of->count,
                         .costs = costs,
                         .seeds = t->seeds,
                         .units = t->units,
                         .off = off,
                         .departures = departed};
    return vg_growth_fit(&def, t->arm->draws, out, t->diag);
}

// The last sample by which at most 30 % of the episodes have departed.
static int32_t last_sample(const vg_arm_table *t) {
    int32_t last = t->samples - 1;
    double episodes = (double)vg_arm_cells(t) * t->each;
    for (int32_t low = 0, high = last; low < high;) { // departures only grow
        int32_t middle = (low + high + 1) / 2;
        int64_t departed = 0;
        for (int32_t s = 0; s < t->seeds; s++)
            for (int32_t e = 0; e < vg_arm_episodes(t); e++) {
                double off_time = vg_arm_episode(t, s, e)->off_time;
                departed += off_time >= 0 && off_time <= middle * t->sample_seconds;
            }
        if ((double)departed <= 0.3 * episodes)
            low = middle;
        else
            high = middle - 1;
        last = low;
    }
    return last;
}

static vg_err law(const vg_arm_table *t, double *costs, vg_growth_law *out) {
    double horizons[VG_LAW_HORIZONS], off[VG_LAW_HORIZONS];
    int32_t at[VG_LAW_HORIZONS], last = last_sample(t);
    if (last < 2 * VG_LAW_HORIZONS) return VG_OK; // too short a time to tell anything
    for (int32_t k = 0; k < VG_LAW_HORIZONS; k++) {
        at[k] = last * (k + 1) / VG_LAW_HORIZONS;
        horizons[k] = at[k] * t->sample_seconds;
    }
    fill(t, horizons, at, VG_LAW_HORIZONS, true, costs, off);
    vg_growth_def def = {.horizons = horizons,
                         .count = VG_LAW_HORIZONS,
                         .costs = costs,
                         .seeds = t->seeds,
                         .units = t->units,
                         .off = off};
    return vg_growth_law_test(&def, t->arm->draws, out, t->diag);
}

vg_err vg_arm_growth_fit(const vg_arm_table *t, bool has_b, vg_arm_growth *out) {
    int32_t at[VG_HORIZONS_MOST];
    *out = (vg_arm_growth){.a = no_growth(), .b = no_growth(), .law = vg_growth_law_none()};
    set_horizons(t, at, out);
    if (out->count < 2) return VG_OK; // too short to show how the cost grows
    double *costs = vg_new(double, (int64_t)VG_HORIZONS_MOST *vg_arm_cells(t));
    if (!costs) return vg_fail_memory(t->diag);
    vg_err err = growth(t, out, at, false, costs, &out->a);
    if (!err && has_b) err = growth(t, out, at, true, costs, &out->b);
    if (!err && has_b) err = law(t, costs, &out->law);
    vg_free(costs);
    return err;
}
