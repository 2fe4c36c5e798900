// verge bench score: the scorer against truths that are known.
#include <math.h>
#include <stdio.h>

#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "eval/stats/compounding.h"
#include "eval/stats/coverage.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "sim/base/version.h"

typedef struct score_options {
    int64_t studies;
} score_options;

// --- chains ------------------------------------------------------------------------------------------------

enum { HORIZONS = 7, CHAINS = 4 };

static const double horizons[HORIZONS] = {50, 100, 200, 400, 800, 1600, 3200}; // steps

// Slopes of the exact curves, worked out apart from this program; within: half of the last digit given.
static const struct truth {
    const char *name, *known;
    double leave, back, slope, within;
} truths[CHAINS - 1] = {
    {"leaves with 1e-5 a step, for good", "1.994", 1e-5, 0, 1.994, 0.0005},
    {"leaves with 1e-2 a step, for good", "1.35", 1e-2, 0, 1.35, 0.005},
    {"leaves with 1e-3, returns with 0.5", "1.00", 1e-3, 0.5, 1.00, 0.005},
};

typedef struct chain_row {
    const char *name, *known_text;
    double slope, known; // NaN: no fit
    bool ok;
} chain_row;

static chain_row exact_chain(const struct truth *truth) {
    double costs[HORIZONS];
    for (int k = 0; k < HORIZONS; k++)
        costs[k] = vg_chain_cost(truth->leave, truth->back, (int64_t)horizons[k]);
    double slope = vg_growth_slope(horizons, costs, HORIZONS);
    return (chain_row){truth->name, truth->known, slope, truth->slope,
                       fabs(slope - truth->slope) <= truth->within};
}

// Drives that leave with 1e-2 a step, for good: two in five are gone by the first horizon, so that no slope
// may be fitted. A step is a second.
static vg_err sampled_chain(uint64_t seed, chain_row *out, vg_diag *diag) {
    enum { SEEDS = 10, UNITS = 64, EACH = 16, CELLS = SEEDS * UNITS };
    double off[HORIZONS] = {0}, *costs = vg_new(double, HORIZONS *CELLS);
    if (!costs) return vg_fail_memory(diag);
    vg_growth_def def = {horizons, HORIZONS, costs, SEEDS, UNITS, off, 0};
    for (uint32_t i = 0; i < CELLS * EACH; i++) {
        double u = vg_random_uniform(&(vg_draw){.seed = seed, .stream = VG_STREAM_CHAIN, .episode = i});
        double left = ceil(vg_ln(u) / vg_log1p(-0.01)); // the first step off the road
        def.departures += left <= horizons[HORIZONS - 1];
        for (int k = 0; k < HORIZONS; k++) {
            if (left > horizons[k]) continue;
            costs[k * CELLS + (int)i / EACH] += (horizons[k] - left + 1) / EACH;
            off[k] += 1.0 / (CELLS * EACH);
        }
    }
    vg_growth growth;
    vg_err err = vg_growth_fit(&def, seed, &growth, diag);
    vg_free(costs);
    if (err) return err;
    bool fit = false;
    for (int k = 0; k + 1 < HORIZONS; k++) fit |= growth.fit[k];
    double slope = growth.overall.value;
    *out = (chain_row){"leaves with 1e-2 a step, sampled", "no fit", slope, NAN, !fit && isnan(slope)};
    return VG_OK;
}

static vg_err run_chains(uint64_t seed, chain_row rows[CHAINS], vg_diag *diag) {
    for (int i = 0; i < CHAINS - 1; i++) rows[i] = exact_chain(&truths[i]);
    return sampled_chain(seed, &rows[CHAINS - 1], diag);
}

static vg_err print_chains(const chain_row rows[CHAINS], vg_diag *diag) {
    static const char *const titles[] = {"chain", "slope", "known", "ok"};
    vg_table table = {0};
    vg_table_begin(&table, 4, titles);
    for (const chain_row *r = rows; r < rows + CHAINS; r++) {
        vg_table_cell(&table, "%s", r->name);
        if (isnan(r->slope))
            vg_table_cell(&table, "no fit");
        else
            vg_table_cell(&table, "%.3f", r->slope);
        vg_table_cell(&table, "%s", r->known_text);
        vg_table_cell(&table, "%s", r->ok ? "ok" : "no");
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

// --- coverage ----------------------------------------------------------------------------------------------

// Training seeds x roads x starts: the standard suite with ten seeds and with one policy, and the long suite.
static const struct shape { int32_t seeds, units, each; } shapes[] = {{10, 64, 16}, {1, 64, 16}, {10, 16, 8}};
static const double rates[] = {0.02, 0.3};
enum {
    SHAPES = sizeof shapes / sizeof *shapes,
    RATES = sizeof rates / sizeof *rates,
    STUDIES = SHAPES * RATES,
};

// The percentile intervals are shown for comparison, not judged.
static bool judged(int kind) { return kind != VG_COVERAGE_CROSSED && kind != VG_COVERAGE_NESTED; }
static bool holds(double held) { return held >= 0.93 && held <= 0.97; }

static vg_err run_coverage(const vg_call *call, vg_coverage out[STUDIES], vg_diag *diag) {
    vg_coverage_def def = vg_coverage_def_default();
    def.studies = (int32_t)((const score_options *)call->options)->studies;
    def.threads = (int32_t)call->threads;
    def.study.seed = call->seed;
    vg_progress progress;
    vg_progress_begin(&progress, "scoring", "studies", (int64_t)STUDIES * def.studies);
    vg_err err = VG_OK;
    for (int i = 0; i < STUDIES && !err; i++) {
        const struct shape *shape = &shapes[i / RATES];
        def.study.seeds = shape->seeds, def.study.units = shape->units, def.study.each = shape->each;
        def.study.rate = rates[i % RATES];
        err = vg_coverage_run(&def, &out[i], diag);
        if (!err) err = vg_interrupt_check(diag);
        vg_progress_update(&progress, (int64_t)(i + 1) * def.studies);
    }
    vg_progress_end(&progress);
    return err;
}

static vg_err print_coverage(const vg_coverage coverage[STUDIES], vg_diag *diag) {
    static const char *const titles[] = {
        "seeds x roads x starts", "rate", "interval of", "held", "low", "high", "ok"};
    vg_table table = {0};
    vg_table_begin(&table, 7, titles);
    for (int i = 0; i < STUDIES; i++) {
        const struct shape *shape = &shapes[i / RATES];
        for (int kind = 0; kind < VG_COVERAGE_COUNT; kind++) {
            const vg_estimate *held = &coverage[i].kinds[kind].held;
            vg_table_cell(&table, "%d x %d x %d", shape->seeds, shape->units, shape->each);
            vg_table_cell(&table, "%g", rates[i % RATES]);
            vg_table_cell(&table, "%s", coverage[i].kinds[kind].name);
            vg_table_cell(&table, "%.1f", 100 * held->value);
            vg_table_cell(&table, "%.1f", 100 * held->low);
            vg_table_cell(&table, "%.1f", 100 * held->high);
            vg_table_cell(&table, "%s", !judged(kind) ? "-" : holds(held->value) ? "ok" : "no");
        }
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

// --- the whole ---------------------------------------------------------------------------------------------

static bool all_ok(const chain_row chains[CHAINS], const vg_coverage coverage[STUDIES]) {
    bool ok = true;
    for (int i = 0; i < CHAINS; i++) ok &= chains[i].ok;
    for (int i = 0; i < STUDIES; i++)
        for (int kind = 0; kind < VG_COVERAGE_COUNT; kind++)
            ok &= !judged(kind) || holds(coverage[i].kinds[kind].held.value);
    return ok;
}

static json_t *number(double value) { return isnan(value) ? json_null() : json_real(value); }

static vg_err print_json(const vg_call *call, const chain_row rows[CHAINS],
                         const vg_coverage coverage[STUDIES], vg_diag *diag) {
    const score_options *options = call->options;
    json_t *chains = json_array(), *shares = json_array();
    for (const chain_row *r = rows; r < rows + CHAINS; r++)
        json_array_append_new(chains, json_pack("{ss so so sb}", "chain", r->name, "slope", number(r->slope),
                                                "known", number(r->known), "ok", r->ok));
    for (int i = 0; i < STUDIES; i++)
        for (int kind = 0; kind < VG_COVERAGE_COUNT; kind++) {
            const struct shape *shape = &shapes[i / RATES];
            const struct vg_coverage_kind *k = &coverage[i].kinds[kind];
            json_t *ok = judged(kind) ? json_boolean(holds(k->held.value)) : json_null();
            json_array_append_new(shares,
                                  json_pack("{si si si sf ss so so so so so so so}", "seeds", shape->seeds,
                                            "roads", shape->units, "starts", shape->each, "rate",
                                            rates[i % RATES], "interval_of", k->name, "held",
                                            number(k->held.value), "low", number(k->held.low), "high",
                                            number(k->held.high), "below", number(k->below), "above",
                                            number(k->above), "width", number(k->width), "ok", ok));
        }
    return vg_print_json(json_pack("{ss sI sI so so sb}", "version", VG_VERSION, "seed",
                                   (json_int_t)call->seed, "studies", (json_int_t)options->studies, "chains",
                                   chains, "coverage", shares, "ok", all_ok(rows, coverage)),
                         diag);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    const score_options *options = call->options;
    chain_row chains[CHAINS];
    vg_coverage coverage[STUDIES];
    vg_err err = run_chains(call->seed, chains, diag);
    if (!err) err = run_coverage(call, coverage, diag);
    if (err) return err;
    if (!all_ok(chains, coverage)) *status = 1;
    if (call->json) return print_json(call, chains, coverage, diag);
    printf("slope of log cost over log horizon, 50 to 3200 steps\n");
    if ((err = print_chains(chains, diag))) return err;
    printf("\nintervals that held the truth, %% of %lld studies; 93 to 97 is ok\n",
           (long long)options->studies);
    return print_coverage(coverage, diag);
}

static const vg_flag flags[] = {
    {"studies", VG_FLAG_INT, offsetof(score_options, studies), "N", 1, 1000000, "2000",
     .help = "made-up studies for each shape and rate"},
};

const vg_command vg_command_bench_score = {
    .name = "score",
    .summary = "whether the scorer finds what is known",
    .synopsis = "[--studies N] [--seed N] [--threads N] [--json]",
    .details =
        "Two tables. Chains whose cost is known: the slope found beside the known one, and that a sampled\n"
        "chain of which too many drives leave the road gets no fit. Made-up studies of crossed seeds and\n"
        "roads: how many of the 95 % intervals hold the truth, with Wilson's interval of that share. The "
        "two\n"
        "percentile intervals are what not to do: they are shown, not judged. Exit status 1 where something\n"
        "is no. With few studies the shares are rough, and some will be.",
    .examples = "verge bench score\nverge bench score --studies 100 --json",
    VG_FLAGS(flags),
    .options_size = sizeof(score_options),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_JSON,
    .run = run,
};
