#include "eval/stats/chain.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"

double vg_chain_cost(double leave, double back, int64_t steps) {
    // P(off after t steps) = leave / (leave + back) (1 - (1 - leave - back)^t)
    double both = leave + back, rate = vg_log1p(-both), sum = 0;
    if (both == 0) return 0;
    for (int64_t t = 1; t <= steps; t++) sum -= vg_expm1((double)t * rate);
    return leave / both * sum;
}

vg_synthetic_def vg_synthetic_def_default(void) {
    return (vg_synthetic_def){.seeds = 10,
                              .units = 64,
                              .each = 16,
                              .rate = 0.3,
                              .horizon = 60,
                              .seed_sd = 0.8,
                              .unit_sd = 0.6,
                              .cell_sd = 0.4};
}

// --- truths ------------------------------------------------------------------------------------------------

static double effects_sd(const vg_synthetic_def *def) {
    double of_seeds = def->seeds == 1 ? 0 : def->seed_sd;
    return sqrt(of_seeds * of_seeds + def->unit_sd * def->unit_sd + def->cell_sd * def->cell_sd);
}

// The mean of 1 - exp(-e^(log_hazard + sd z)) over normal z, by the trapezoid rule, which for a normal's
// tails converges faster than any power of the step.
static double departed_mean(double log_hazard, double sd) {
    double sum = 0, weight = 0;
    for (int i = -64; i <= 64; i++) {
        double z = i / 8.0, w = vg_exp(-z * z / 2);
        sum -= w * vg_expm1(-vg_exp(log_hazard + sd * z));
        weight += w;
    }
    return sum / weight;
}

// The log of the expected number of departures within the horizon, before effects, that makes the rate.
static double log_hazard(const vg_synthetic_def *def) {
    double sd = effects_sd(def), low = -60, high = 60;
    while (high - low > 1e-12) {
        double middle = (low + high) / 2;
        if (departed_mean(middle, sd) < def->rate)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

double vg_synthetic_departed(const vg_synthetic_def *def, double t) {
    return departed_mean(log_hazard(def) + vg_ln(t / def->horizon), effects_sd(def));
}

double vg_synthetic_quantile(const vg_synthetic_def *def, double q) {
    double sd = effects_sd(def);
    return vg_exp(sqrt(1 + sd * sd) * vg_normal_quantile(q));
}

// --- draws -------------------------------------------------------------------------------------------------

enum { SEED_EFFECT, UNIT_EFFECT, CELL_EFFECT, DRIVE };

// Two effects: on the hazard and on the drift.
static void effects(const vg_synthetic_def *def, uint32_t kind, uint32_t index, double sd, double out[2]) {
    vg_draw at = {.seed = def->seed,
                  .stream = VG_STREAM_CHAIN,
                  .entity = kind,
                  .episode = index,
                  .step = kind == UNIT_EFFECT ? 0 : def->arm};
    vg_random_normal2(&at, out);
    out[0] *= sd, out[1] *= sd;
}

static void draw_cell(const vg_synthetic_def *def, int64_t cell, double hazard, double shift, vg_life *lives,
                      float *drift) {
    for (int64_t i = cell * def->each; i < (cell + 1) * def->each; i++) {
        uint32_t bits[4];
        vg_draw at = {.seed = def->seed,
                      .stream = VG_STREAM_CHAIN,
                      .entity = DRIVE,
                      .episode = (uint32_t)i,
                      .step = def->arm};
        vg_random_bits(&at, bits);
        if (lives) {
            double time = -vg_ln(vg_random_unit(bits[0], bits[1])) / hazard * def->horizon;
            lives[i] = time <= def->horizon ? (vg_life){time, true} : (vg_life){def->horizon, false};
        }
        if (drift) drift[i] = (float)vg_exp(shift + vg_normal_quantile(vg_random_unit(bits[2], bits[3])));
    }
}

vg_err vg_synthetic_draw(const vg_synthetic_def *def, vg_life *lives, float *drift, vg_diag *diag) {
    if (def->seeds < 1 || def->units < 1 || def->each < 1 ||
        (double)def->seeds * def->units * def->each >= 0x1p32 || !(def->rate > 0 && def->rate < 1) ||
        !(def->horizon > 0) || !(def->seed_sd >= 0) || !(def->unit_sd >= 0) || !(def->cell_sd >= 0))
        return vg_fail(
            diag, VG_ERR_ARGUMENT,
            "a study of %d x %d x %d drives at rate %g, expected 1 to 2^32 and a rate within (0, 1)",
            def->seeds, def->units, def->each, def->rate);
    double base = log_hazard(def);
    for (int32_t s = 0; s < def->seeds; s++) {
        double of_seed[2], of_unit[2], of_cell[2];
        effects(def, SEED_EFFECT, (uint32_t)s, def->seeds == 1 ? 0 : def->seed_sd, of_seed);
        for (int32_t u = 0; u < def->units; u++) {
            int64_t cell = (int64_t)s * def->units + u;
            effects(def, UNIT_EFFECT, (uint32_t)u, def->unit_sd, of_unit);
            effects(def, CELL_EFFECT, (uint32_t)cell, def->cell_sd, of_cell);
            draw_cell(def, cell, vg_exp(base + of_seed[0] + of_unit[0] + of_cell[0]),
                      of_seed[1] + of_unit[1] + of_cell[1], lives, drift);
        }
    }
    return VG_OK;
}
