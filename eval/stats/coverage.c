#include "eval/stats/coverage.h"

#include <math.h>
#include <stdlib.h>

#include "eval/stats/share.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { TIMES = 4, BLOCK = 5, RESAMPLES = 400 };
enum { OF_RATE, OF_DIFFERENCE, OF_DRIFT, OF_SURVIVAL = OF_DRIFT + 3, VALUES = OF_SURVIVAL + TIMES };

static const double shares[TIMES] = {0.125, 0.25, 0.5, 1}; // of the horizon

vg_coverage_def vg_coverage_def_default(void) {
    return (vg_coverage_def){
        .study = vg_synthetic_def_default(), .studies = 400, .drift = true, .compare = true};
}

// What one block of studies counts; combined in block order.
typedef struct tally {
    int64_t asked, below, above; // truths; below or above their interval
    int64_t bounded, found;      // intervals with two ends; that exclude 0
    double width;
} tally;

typedef struct run {
    const vg_coverage_def *def;
    vg_synthetic_def study, other;
    double constants[2], times[TIMES], departed[TIMES], drift[3], difference;
    double *estimates; // [VALUES][studies]
    tally *tallies;    // [blocks][VG_COVERAGE_COUNT]
} run;

// Memory of one block.
typedef struct workspace {
    vg_life *lives;
    float *drift;
    double *cells, *others;
    int32_t *drawn; // [seeds + seeds * units]
} workspace;

static void count(tally *t, double truth, const vg_estimate *interval) {
    t->asked++;
    t->below += truth < interval->low ? 1 : 0, t->above += truth > interval->high ? 1 : 0;
    t->found += interval->low > 0 || interval->high < 0;
    if (isnan(interval->high - interval->low)) return;
    t->bounded++, t->width += interval->high - interval->low;
}

static void departed_cells(const vg_synthetic_def *d, const vg_life *lives, double *cells) {
    for (int64_t c = 0; c < (int64_t)d->seeds * d->units; c++) {
        int32_t gone = 0;
        for (int32_t k = 0; k < d->each; k++) gone += lives[c * d->each + k].cause == VG_CAUSE_OFF_ROAD;
        cells[c] = (double)gone / d->each;
    }
}

// --- what not to do ----------------------------------------------------------------------------------------

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Which of n each of `count` draws takes; four draws a call of the generator.
static void draw_some(uint64_t seed, uint32_t entity, uint32_t resample, int32_t n, int32_t count,
                      int32_t *out) {
    uint32_t bits[4];
    for (int32_t i = 0; i < count; i++) {
        if (i % 4 == 0)
            vg_random_bits(&(vg_draw){.seed = seed,
                                      .stream = VG_STREAM_BOOTSTRAP,
                                      .entity = entity,
                                      .episode = resample,
                                      .draw = (uint32_t)i / 4},
                           bits);
        out[i] = (int32_t)((uint64_t)bits[i % 4] * (uint32_t)n >> 32);
    }
}

// Percentiles of resampled means: seeds drawn, and units drawn once for all of them (crossed) or anew for
// each (nested). drawn: [seeds + seeds * units], for what is drawn.
static vg_estimate percentile(const vg_crossed *t, bool nested, uint64_t seed, int32_t *drawn) {
    double means[RESAMPLES];
    int32_t *units = drawn + t->seeds;
    for (uint32_t i = 0; i < RESAMPLES; i++) {
        double sum = 0;
        draw_some(seed, 2, i, t->seeds, t->seeds, drawn);
        draw_some(seed, 3, i, t->units, nested ? t->seeds * t->units : t->units, units);
        for (int32_t s = 0; s < t->seeds; s++) {
            const double *row = t->cells + (int64_t)drawn[s] * t->units;
            const int32_t *at = nested ? units + (int64_t)s * t->units : units;
            for (int32_t u = 0; u < t->units; u++) sum += row[at[u]];
        }
        means[i] = sum / ((double)t->seeds * t->units);
    }
    qsort(means, RESAMPLES, sizeof *means, ascending);
    return (vg_estimate){NAN, means[RESAMPLES / 40 - 1], means[RESAMPLES * 39 / 40]};
}

// --- studies -----------------------------------------------------------------------------------------------

static vg_err drifts(const run *r, int64_t at, workspace *w, tally *tallies, vg_diag *diag) {
    static const double wanted[] = {0.5, 0.9, 0.99};
    const vg_synthetic_def *d = &r->study;
    vg_estimate drift[3];
    vg_err err = vg_crossed_quantiles(w->drift, d->seeds, d->units, d->each, wanted, 3, drift, diag);
    for (int q = 0; q < 3 && !err; q++) {
        count(&tallies[VG_COVERAGE_DRIFT_50 + q], r->drift[q], &drift[q]);
        r->estimates[(OF_DRIFT + q) * (int64_t)r->def->studies + at] = drift[q].value;
    }
    return err;
}

static vg_err survivals(const run *r, int64_t at, workspace *w, tally *tallies, vg_diag *diag) {
    const vg_synthetic_def *d = &r->study;
    vg_estimate band[TIMES];
    vg_lives lives = {w->lives, d->seeds, d->units, d->each, d->horizon};
    vg_err err = vg_survival_curve(&lives, r->times, TIMES, band, diag);
    for (int k = 0; k < TIMES && !err; k++) {
        count(&tallies[VG_COVERAGE_SURVIVAL], 1 - r->departed[k], &band[k]);
        r->estimates[(OF_SURVIVAL + k) * (int64_t)r->def->studies + at] = band[k].value;
    }
    return err;
}

static vg_err one_study(const run *r, int64_t at, workspace *w, tally *tallies, vg_diag *diag) {
    vg_synthetic_def def = r->study, other = r->other;
    vg_estimate found;
    double p;
    vg_err err;
    def.seed = other.seed = vg_random_seed(r->study.seed, (uint64_t)at);
    if ((err = vg_synthetic_draw(&other, w->lives, NULL, diag))) return err;
    departed_cells(&other, w->lives, w->others);
    if ((err = vg_synthetic_draw(&def, w->lives, w->drift, diag))) return err;
    departed_cells(&def, w->lives, w->cells);
    vg_crossed mine = {w->cells, def.seeds, def.units, def.each}, its = mine;
    its.cells = w->others;
    if ((err = vg_crossed_share(&mine, &found, diag))) return err;
    count(&tallies[VG_COVERAGE_RATE], r->departed[TIMES - 1], &found);
    r->estimates[OF_RATE * (int64_t)r->def->studies + at] = found.value;
    if ((err = vg_crossed_share_difference(&mine, &its, &found, &p, diag))) return err;
    count(&tallies[VG_COVERAGE_DIFFERENCE], r->difference, &found);
    r->estimates[OF_DIFFERENCE * (int64_t)r->def->studies + at] = found.value;
    if (r->def->drift) err = drifts(r, at, w, tallies, diag);
    if (!err) err = survivals(r, at, w, tallies, diag);
    for (int nested = 0; nested < 2 && r->def->compare && !err; nested++) {
        found = percentile(&mine, nested, def.seed, w->drawn);
        count(&tallies[VG_COVERAGE_CROSSED + nested], r->departed[TIMES - 1], &found);
    }
    return err;
}

static vg_err block_of_studies(void *context, int64_t block, int64_t begin, int64_t end) {
    const run *r = context;
    const vg_synthetic_def *def = &r->def->study;
    int64_t size = (int64_t)def->seeds * def->units;
    workspace w = {vg_new(vg_life, size * def->each), vg_new(float, size * def->each), vg_new(double, size),
                   vg_new(double, size), vg_new(int32_t, size + def->seeds)};
    vg_err err = w.lives && w.drift && w.cells && w.others && w.drawn ? VG_OK : VG_ERR_MEMORY;
    for (int64_t i = begin; !err && i < end; i++)
        err = one_study(r, i, &w, r->tallies + block * VG_COVERAGE_COUNT, NULL);
    vg_free(w.lives), vg_free(w.drift), vg_free(w.cells), vg_free(w.others);
    vg_free(w.drawn);
    return err;
}

// --- the whole ---------------------------------------------------------------------------------------------

// From the 2.5th to the 97.5th percentile of one value's estimates. Sorts them.
static double spread_of(double *estimates, int32_t n) {
    double ends[2];
    qsort(estimates, (size_t)n, sizeof *estimates, ascending);
    for (int k = 0; k < 2; k++) {
        double rank = (k ? 0.975 : 0.025) * (n - 1);
        int32_t at = (int32_t)rank, next = at + 1 < n ? at + 1 : at;
        ends[k] = estimates[at] + (rank - at) * (estimates[next] - estimates[at]);
    }
    return ends[1] - ends[0];
}

static double oracle_of(const run *r, int kind) {
    static const int first[] = {OF_RATE,      OF_DIFFERENCE, OF_DRIFT, OF_DRIFT + 1,
                                OF_DRIFT + 2, OF_SURVIVAL,   OF_RATE,  OF_RATE};
    int values = kind == VG_COVERAGE_SURVIVAL ? TIMES : 1;
    int32_t n = r->def->studies;
    double sum = 0;
    for (int k = 0; k < values; k++) sum += spread_of(r->estimates + (first[kind] + k) * (int64_t)n, n);
    return sum / values;
}

static tally tally_of(const run *r, int64_t blocks, int kind) {
    tally sum = {0};
    for (int64_t b = 0; b < blocks; b++) {
        const tally *t = &r->tallies[b * VG_COVERAGE_COUNT + kind];
        sum.asked += t->asked, sum.below += t->below, sum.above += t->above;
        sum.bounded += t->bounded, sum.found += t->found, sum.width += t->width;
    }
    return sum;
}

static void summarise(const run *r, int64_t blocks, vg_coverage *out) {
    static const char *const names[][2] = {
#define X(name, key, text) {key, text},
        VG_COVERAGES(X)
#undef X
    };
    for (int kind = 0; kind < VG_COVERAGE_COUNT; kind++) {
        tally sum = tally_of(r, blocks, kind);
        struct vg_coverage_kind *k = &out->kinds[kind];
        *k = (struct vg_coverage_kind){
            names[kind][0], names[kind][1], vg_estimate_none, NAN, NAN, NAN, NAN, NAN};
        if (sum.asked == 0) continue;
        double n = (double)sum.asked;
        k->held = vg_wilson((double)(sum.asked - sum.below - sum.above) / n, r->def->studies);
        k->below = (double)sum.below / n, k->above = (double)sum.above / n;
        k->found = (double)sum.found / n, k->oracle = oracle_of(r, kind);
        if (sum.bounded) k->width = sum.width / (double)sum.bounded;
    }
}

static void know_truths(run *r) {
    const vg_synthetic_def *d = &r->study;
    r->constants[0] = vg_synthetic_constant(&r->study);
    r->constants[1] = vg_synthetic_constant(&r->other);
    r->study.constant = &r->constants[0], r->other.constant = &r->constants[1];
    for (int k = 0; k < TIMES; k++) {
        r->times[k] = shares[k] * d->horizon;
        r->departed[k] = vg_synthetic_departed(d, r->times[k]);
    }
    r->difference = r->departed[TIMES - 1] - vg_synthetic_departed(&r->other, d->horizon);
    r->drift[0] = vg_synthetic_quantile(d, 0.5);
    r->drift[1] = vg_synthetic_quantile(d, 0.9);
    r->drift[2] = vg_synthetic_quantile(d, 0.99);
}

vg_err vg_coverage_run(const vg_coverage_def *def, vg_coverage *out, vg_diag *diag) {
    if (def->studies < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d studies, expected at least one", def->studies);
    run r = {.def = def, .study = def->study, .other = def->study};
    r.other.rate = def->other_rate > 0 ? def->other_rate : def->study.rate / 2;
    r.other.arm = def->study.arm + 1;
    vg_synthetic_def one = def->study; // so that a wrong shape is reported with its reason
    one.seeds = one.seeds > 1 ? 1 : one.seeds, one.units = one.units > 1 ? 1 : one.units;
    vg_err err = vg_synthetic_draw(&one, NULL, NULL, diag);
    if (err) return err;
    know_truths(&r);
    int64_t blocks = vg_blocks_count(def->studies, BLOCK);
    r.tallies = vg_new(tally, blocks * VG_COVERAGE_COUNT);
    r.estimates = vg_new(double, VALUES *(int64_t)def->studies);
    err = r.tallies && r.estimates ? vg_blocks_run(def->studies, BLOCK, def->threads, block_of_studies, &r)
                                   : VG_ERR_MEMORY;
    if (!err) summarise(&r, blocks, out);
    vg_free(r.tallies), vg_free(r.estimates);
    if (err == VG_ERR_MEMORY) return vg_fail_memory(diag);
    return err ? vg_fail(diag, err, "a study could not be scored") : VG_OK;
}
