// verge bench score: compares the scorer with known truths.
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

// Slopes of the exact curves, computed apart from this program. The tolerance is half of the last digit
// given.
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

// Drives that leave with probability 1e-2 a step and stay off. Two in five are gone by the first horizon, so
// that no slope may be fitted. A step is a second.
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

// Training seeds x roads x starts, and how the seeds differ. Rows that are `promised` can fail. The other
// rows are cases in which no method can hold its level: the seeds are so skewed or scattered, or one in ten
// is broken, that few seeds show too little of the distribution.
static const struct kind {
    int32_t seeds, units, each;
    vg_seed_kind seeds_are;
    double sd;
    bool promised;
} kinds[] = {
    {10, 64, 16, VG_SEEDS_NORMAL, 0.8, true},  {10, 64, 16, VG_SEEDS_NORMAL, 1.5, true},
    {10, 64, 16, VG_SEEDS_NORMAL, 2.5, false}, {10, 64, 16, VG_SEEDS_SKEWED, 0.8, false},
    {10, 64, 16, VG_SEEDS_SKEWED, 1.5, false}, {10, 64, 16, VG_SEEDS_BROKEN, 0.8, false},
    {10, 16, 16, VG_SEEDS_NORMAL, 0.8, true},  {10, 16, 16, VG_SEEDS_NORMAL, 1.5, true},
    {3, 64, 16, VG_SEEDS_NORMAL, 0.8, true},   {3, 64, 16, VG_SEEDS_NORMAL, 1.5, false},
    {1, 64, 16, VG_SEEDS_NORMAL, 0, true},
};
static const double rates[] = {0.3, 0.05, 0.01, 0.001};
enum {
    KINDS = sizeof kinds / sizeof *kinds,
    RATES = sizeof rates / sizeof *rates,
    STUDIES = KINDS * RATES + 1, // the last one: 20 against 2 %
};

typedef struct setting {
    const struct kind *kind;
    double rate, other; // other 0: half the rate
} setting;

static setting setting_at(int i) {
    if (i == KINDS * RATES) return (setting){&kinds[0], 0.2, 0.02};
    return (setting){&kinds[i / RATES], rates[i % RATES], 0};
}

// A row fails if the interval of its share lies below 92 %. The percentile intervals are shown for comparison
// and cannot fail.
static bool judged(int i, int kind) {
    return setting_at(i).kind->promised && kind != VG_COVERAGE_CROSSED && kind != VG_COVERAGE_NESTED;
}
static bool holds(const struct vg_coverage_kind *k) { return isnan(k->held.value) || k->held.high >= 0.92; }

static vg_err run_coverage(const vg_call *call, vg_coverage out[STUDIES], vg_diag *diag) {
    vg_coverage_def def = vg_coverage_def_default();
    def.studies = (int32_t)((const score_options *)call->options)->studies;
    def.threads = (int32_t)call->threads;
    def.study.seed = call->seed;
    vg_progress progress;
    vg_progress_begin(&progress, "scoring", "studies", (int64_t)STUDIES * def.studies);
    vg_err err = VG_OK;
    for (int i = 0; i < STUDIES && !err; i++) {
        setting at = setting_at(i);
        def.study.seeds = at.kind->seeds, def.study.units = at.kind->units, def.study.each = at.kind->each;
        def.study.kind = at.kind->seeds_are, def.study.seed_sd = at.kind->sd;
        def.study.rate = at.rate, def.other_rate = at.other;
        def.drift = i % RATES == 0 && at.other == 0 && at.kind->promised; // it does not depend on the rate
        def.compare = i == 0;
        err = vg_coverage_run(&def, &out[i], diag);
        if (!err) err = vg_interrupt_check(diag);
        vg_progress_update(&progress, (int64_t)(i + 1) * def.studies);
    }
    vg_progress_end(&progress);
    return err;
}

static void print_row(vg_table *table, int i, int kind, const struct vg_coverage_kind *k) {
    setting at = setting_at(i);
    bool metres = kind >= VG_COVERAGE_DRIFT_50 && kind <= VG_COVERAGE_DRIFT_99;
    double by = metres ? 1 : 100;
    vg_table_cell(table, "%d x %d x %d", at.kind->seeds, at.kind->units, at.kind->each);
    if (at.kind->seeds == 1)
        vg_table_cell(table, "-");
    else
        vg_table_cell(table, "%s %g", vg_seed_kind_name(at.kind->seeds_are), at.kind->sd);
    vg_table_cell(table, "%g", 100 * at.rate);
    if (at.other > 0)
        vg_table_cell(table, "%s to %g", k->name, 100 * at.other);
    else
        vg_table_cell(table, "%s", k->name);
    vg_table_cell(table, "%.1f", 100 * k->held.value);
    vg_table_cell(table, "%.1f", 100 * k->below);
    vg_table_cell(table, "%.1f", 100 * k->above);
    vg_table_cell(table, "%.3g", by * k->width);
    vg_table_cell(table, "%.3g", by * k->oracle);
    if (kind == VG_COVERAGE_DIFFERENCE)
        vg_table_cell(table, "%.1f", 100 * k->found);
    else
        vg_table_cell(table, "-");
    vg_table_cell(table, "%s", !judged(i, kind) ? "-" : holds(k) ? "ok" : "no");
}

static vg_err print_coverage(const vg_coverage coverage[STUDIES], vg_diag *diag) {
    static const char *const titles[] = {"seeds x roads x starts",
                                         "seeds are",
                                         "rate",
                                         "interval of",
                                         "held",
                                         "below",
                                         "above",
                                         "width",
                                         "oracle",
                                         "found",
                                         "ok"};
    vg_table table = {0};
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int i = 0; i < STUDIES; i++)
        for (int kind = 0; kind < VG_COVERAGE_COUNT; kind++)
            if (!isnan(coverage[i].kinds[kind].held.value))
                print_row(&table, i, kind, &coverage[i].kinds[kind]);
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

// --- the command -------------------------------------------------------------------------------------------

static bool all_ok(const chain_row chains[CHAINS], const vg_coverage coverage[STUDIES]) {
    bool ok = true;
    for (int i = 0; i < CHAINS; i++) ok &= chains[i].ok;
    for (int i = 0; i < STUDIES; i++)
        for (int kind = 0; kind < VG_COVERAGE_COUNT; kind++)
            ok &= !judged(i, kind) || holds(&coverage[i].kinds[kind]);
    return ok;
}

static json_t *number(double value) { return isnan(value) ? json_null() : json_real(value); }

static json_t *row_json(int i, int kind, const struct vg_coverage_kind *k) {
    setting at = setting_at(i);
    json_t *ok = judged(i, kind) ? json_boolean(holds(k)) : json_null();
    return json_pack("{si si si ss sf sf so ss so so so so so so so so so}", "seeds", at.kind->seeds, "roads",
                     at.kind->units, "starts", at.kind->each, "seeds_are",
                     vg_seed_kind_name(at.kind->seeds_are), "seed_sd", at.kind->sd, "rate", at.rate,
                     "other_rate", number(at.other > 0 ? at.other : NAN), "interval_of", k->name, "held",
                     number(k->held.value), "low", number(k->held.low), "high", number(k->held.high), "below",
                     number(k->below), "above", number(k->above), "width", number(k->width), "oracle",
                     number(k->oracle), "found", number(kind == VG_COVERAGE_DIFFERENCE ? k->found : NAN),
                     "ok", ok);
}

static vg_err print_json(const vg_call *call, const chain_row rows[CHAINS],
                         const vg_coverage coverage[STUDIES], vg_diag *diag) {
    const score_options *options = call->options;
    json_t *chains = json_array(), *shares = json_array();
    for (const chain_row *r = rows; r < rows + CHAINS; r++)
        json_array_append_new(chains, json_pack("{ss so so sb}", "chain", r->name, "slope", number(r->slope),
                                                "known", number(r->known), "ok", r->ok));
    for (int i = 0; i < STUDIES; i++)
        for (int kind = 0; kind < VG_COVERAGE_COUNT; kind++)
            if (!isnan(coverage[i].kinds[kind].held.value))
                json_array_append_new(shares, row_json(i, kind, &coverage[i].kinds[kind]));
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
    printf("\nof %lld studies each: %% of 95 %% intervals that contained the truth, and of truths below and "
           "above theirs; width of\nintervals and of an oracle's (shares in points, drift in m); %% of "
           "differences found\n",
           (long long)options->studies);
    return print_coverage(coverage, diag);
}

static const vg_flag flags[] = {
    {"studies", VG_FLAG_INT, offsetof(score_options, studies), "N", 1, 1000000, "400",
     .help = "made-up studies for each row of settings"},
};

const vg_command vg_command_bench_score = {
    .name = "score",
    .summary = "whether the scorer finds known truths",
    .synopsis = "[--studies N] [--seed N] [--threads N] [--json]",
    .details =
        "Prints two tables. The first is about chains whose cost is known: the fitted slope beside the known "
        "one, and a check that a sampled chain in which too many drives leave the road gets no fit. The "
        "second is about made-up studies of crossed seeds and roads: how many of the 95 % intervals contain "
        "the truth, and how wide they are beside those of an oracle, which knows how estimates scatter from "
        "study to study. Seeds differ by a normal distribution of the given deviation (of the log hazard), "
        "or by a skewed one, or one seed in ten is broken. A row fails (`no`) if Wilson's interval of its "
        "share lies below 92 %. Rows with - cannot fail: either their seeds are so skewed or scattered that "
        "ten seeds show too little of the distribution, or they are the two percentile intervals, which are "
        "shown for comparison only. The exit status is 1 if a row fails.",
    .examples = "verge bench score\nverge bench score --studies 100 --json",
    VG_FLAGS(flags),
    .options_size = sizeof(score_options),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_JSON,
    .run = run,
};
