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

const char *vg_seed_kind_name(vg_seed_kind kind) {
    static const char *const names[] = {
#define X(name, key, text) key,
        VG_SEED_KINDS(X)
#undef X
    };
    return names[kind];
}

// --- truths ------------------------------------------------------------------------------------------------

static const double broken_log_hazard = 1, broken_share = 0.1, broken_below = -1.2815515655446004;

static double seed_sd(const vg_synthetic_def *def) { return def->seeds == 1 ? 0 : def->seed_sd; }

static double effects_sd(const vg_synthetic_def *def, bool of_seeds) {
    double sd = of_seeds ? seed_sd(def) : 0;
    return sqrt(sd * sd + def->unit_sd * def->unit_sd + def->cell_sd * def->cell_sd);
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

// The same with a seed's effect of seed_sd (x - 1), x exponential; by Simpson's rule to x = 30.
static double departed_mean_skewed(const vg_synthetic_def *def, double log_hazard) {
    enum { STEPS = 240 };
    double sum = 0, step = 30.0 / STEPS, sd = effects_sd(def, false);
    for (int i = 0; i <= STEPS; i++) {
        double x = step * i, weight = i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2;
        sum += weight * vg_exp(-x) * departed_mean(log_hazard + def->seed_sd * (x - 1), sd);
    }
    return sum * step / 3;
}

// Over seeds that are not broken.
static double departed_sound(const vg_synthetic_def *def, double log_hazard) {
    if (def->kind == VG_SEEDS_SKEWED && def->seeds > 1) return departed_mean_skewed(def, log_hazard);
    return departed_mean(log_hazard, effects_sd(def, true));
}

double vg_synthetic_constant(const vg_synthetic_def *def) {
    double low = -60, high = 60;
    while (high - low > 1e-12) {
        double middle = (low + high) / 2;
        if (departed_sound(def, middle) < def->rate)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static double constant_of(const vg_synthetic_def *def) {
    return def->constant ? *def->constant : vg_synthetic_constant(def);
}

double vg_synthetic_departed(const vg_synthetic_def *def, double t) {
    double later = vg_ln(t / def->horizon), sound = departed_sound(def, constant_of(def) + later);
    if (def->kind != VG_SEEDS_BROKEN || def->seeds == 1) return sound;
    double broken = departed_mean(broken_log_hazard + later, effects_sd(def, false));
    return (1 - broken_share) * sound + broken_share * broken;
}

double vg_synthetic_quantile(const vg_synthetic_def *def, double q) {
    double sd = effects_sd(def, true);
    return vg_exp(sqrt(1 + sd * sd) * vg_normal_quantile(q));
}

// --- draws -------------------------------------------------------------------------------------------------

enum { SEED_EFFECT, UNIT_EFFECT, CELL_EFFECT, DRIVE, SEED_KIND };

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

// A seed's log hazard, and its effect on the drift.
static void seed_effects(const vg_synthetic_def *def, uint32_t index, double constant, double out[2]) {
    double other[2];
    effects(def, SEED_EFFECT, index, 1, out);
    effects(def, SEED_KIND, index, 1, other);
    bool broken = def->kind == VG_SEEDS_BROKEN && def->seeds > 1 && other[0] < broken_below;
    double effect = def->kind == VG_SEEDS_SKEWED ? -vg_ln(vg_normal_cdf(out[0])) - 1 : out[0];
    out[0] = broken ? broken_log_hazard : constant + seed_sd(def) * effect;
    out[1] *= seed_sd(def);
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
            lives[i] = time <= def->horizon ? (vg_life){time, VG_CAUSE_OFF_ROAD}
                                            : (vg_life){def->horizon, VG_CAUSE_NONE};
        }
        if (drift) drift[i] = (float)vg_exp(shift + vg_normal_quantile(vg_random_unit(bits[2], bits[3])));
    }
}

vg_err vg_synthetic_draw(const vg_synthetic_def *def, vg_life *lives, float *drift, vg_diag *diag) {
    if (def->seeds < 1 || def->units < 1 || def->each < 1 ||
        (double)def->seeds * def->units * def->each >= 0x1p32 || !(def->rate > 0 && def->rate < 1) ||
        !(def->horizon > 0) || !(def->seed_sd >= 0) || (int)def->kind < 0 ||
        def->kind >= VG_SEED_KIND_COUNT || !(def->unit_sd >= 0) || !(def->cell_sd >= 0))
        return vg_fail(
            diag, VG_ERR_ARGUMENT,
            "a study of %d x %d x %d drives at rate %g, expected 1 to 2^32 and a rate within (0, 1)",
            def->seeds, def->units, def->each, def->rate);
    double constant = constant_of(def);
    for (int32_t s = 0; s < def->seeds; s++) {
        double of_seed[2], of_unit[2], of_cell[2];
        seed_effects(def, (uint32_t)s, constant, of_seed);
        for (int32_t u = 0; u < def->units; u++) {
            int64_t cell = (int64_t)s * def->units + u;
            effects(def, UNIT_EFFECT, (uint32_t)u, def->unit_sd, of_unit);
            effects(def, CELL_EFFECT, (uint32_t)cell, def->cell_sd, of_cell);
            draw_cell(def, cell, vg_exp(of_seed[0] + of_unit[0] + of_cell[0]),
                      of_seed[1] + of_unit[1] + of_cell[1], lives, drift);
        }
    }
    return VG_OK;
}
