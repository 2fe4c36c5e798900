// verge bench gate: how often a gate gives a wrong answer, measured where the truth is known.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/terms.h"
#include "eval/gate/evidence.h"
#include "eval/gate/redo.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

typedef struct gate_options {
    int64_t comparisons, passes;
    const char *gate, *policy, *suite;
} gate_options;

// What a scenario requires: that a share is at most, or at least, some value.
typedef enum aim { FALSE_ALARM, FALSE_BOTH, POWER } aim;

enum { OFF_ROAD, DRIFT }; // index into VG_GATE_METRICS

typedef struct scenario {
    const char *truth;
    double rate;             // of the baseline
    double over, drift_over; // how far beyond the margin; NaN: unchanged
    int32_t metric;
    aim aim;
    bool sequential;
} scenario;

static const scenario scenarios[] = {
    {"nothing changed", 0.02, NAN, NAN, OFF_ROAD, FALSE_ALARM, false},
    {"nothing changed", 0.1, NAN, NAN, OFF_ROAD, FALSE_ALARM, false},
    {"nothing changed", 0.3, NAN, NAN, OFF_ROAD, FALSE_ALARM, false},
    {"off-road worse by the margin", 0.02, 0, NAN, OFF_ROAD, FALSE_BOTH, false},
    {"off-road worse by the margin", 0.1, 0, NAN, OFF_ROAD, FALSE_BOTH, false},
    {"off-road worse by the margin", 0.3, 0, NAN, OFF_ROAD, FALSE_BOTH, false},
    {"drift worse by the margin", 0.02, NAN, 0, DRIFT, FALSE_BOTH, false},
    {"off-road worse by the margin + 5 points", 0.02, 0.05, NAN, OFF_ROAD, POWER, false},
    {"off-road worse by the margin + 5 points", 0.05, 0.05, NAN, OFF_ROAD, POWER, false},
    {"off-road worse by the margin + 5 points", 0.1, 0.05, NAN, OFF_ROAD, POWER, false},
    {"off-road worse by the margin + 5 points", 0.3, 0.05, NAN, OFF_ROAD, POWER, false},
    {"drift worse by the margin + 10 %", 0.02, NAN, 0.1, DRIFT, POWER, false},
    {"nothing changed, --run", 0.1, NAN, NAN, OFF_ROAD, FALSE_ALARM, true},
    {"off-road worse by the margin, --run", 0.1, 0, NAN, OFF_ROAD, FALSE_BOTH, true},
    {"off-road worse by the margin + 5 points, --run", 0.1, 0.05, NAN, OFF_ROAD, POWER, true},
    {"off-road worse by the margin + 5 points, --run", 0.3, 0.05, NAN, OFF_ROAD, POWER, true},
};
enum { SCENARIOS = sizeof scenarios / sizeof *scenarios, ROWS = SCENARIOS + 1 };

typedef struct row {
    scenario what;
    vg_evidence found;
    bool ok;
} row;

// --- made-up evidence -------------------------------------------------------------------------------------

// The measured share is itself uncertain. The answer is "no" only if the whole interval of the share lies
// above the level.
static bool within(const vg_estimate *share, double level) { return share->low <= level; }

static bool is_ok(const row *r, double alpha) {
    const vg_evidence *e = &r->found;
    if (r->what.aim == POWER) return e->regressed.value >= 0.9;
    if (r->what.aim == FALSE_ALARM) return within(&e->regressed, alpha);
    return within(&e->metric_regressed, alpha) && within(&e->metric_passed, alpha);
}

static vg_err run_scenario(const vg_call *call, const vg_gate_config *gate, int i, row *out, vg_diag *diag) {
    const gate_options *o = call->options;
    vg_margin margins[VG_GATE_METRIC_COUNT];
    vg_evidence_def def = vg_evidence_def_default();
    out->what = scenarios[i];
    vg_err err = vg_gate_margins(gate, margins, diag);
    if (err) return err;
    def.rate = out->what.rate, def.sequential = out->what.sequential;
    if (!isnan(out->what.over))
        def.rise = out->what.over + margins[OFF_ROAD].fixed + margins[OFF_ROAD].share * def.rate;
    if (!isnan(out->what.drift_over)) def.drift_rise = out->what.drift_over + margins[DRIFT].share;
    def.comparisons = (int32_t)o->comparisons, def.threads = (int32_t)call->threads;
    def.seed = call->seed, def.gate = gate, def.stop = vg_interrupted;
    err = vg_evidence_made_up(&def, out->what.metric, &out->found, diag);
    if (!err) out->ok = is_ok(out, gate->alpha);
    return err;
}

// --- driven evidence --------------------------------------------------------------------------------------

static vg_err drive_pool(const vg_call *call, vg_suite *suite, vg_policy **policy, vg_drives *pool,
                         vg_progress *progress, vg_diag *diag) {
    const gate_options *o = call->options;
    vg_suite_config *config = vg_new(vg_suite_config, 1);
    char name[VG_KEY_TEXT_SIZE];
    vg_policy_terms terms = vg_terms_named();
    vg_drives frame = {0}, pass;
    vg_err err = config ? vg_policy_open(o->policy, &terms, policy, diag) : vg_fail_memory(diag);
    if (!err) err = vg_suite_read(o->suite, config, name, diag);
    if (!err) err = vg_suite_build_scored(config, name, NULL, (int32_t)call->threads, suite, diag);
    if (!err) err = vg_drives_frame(suite, &frame, diag);
    vg_redo redo = {.like = &frame,
                    .suite = suite,
                    .policy = *policy,
                    .label = o->policy,
                    .source = o->policy,
                    .threads = (int32_t)call->threads,
                    .stop = vg_interrupted};
    for (int64_t p = 0; p < o->passes && !err; p++) {
        redo.seed = suite->config.seed + p;
        err = vg_drives_again(&redo, &pass, diag);
        if (!err && p == 0) {
            *pool = pass;
        } else if (!err) {
            err = vg_drives_append(pool, &pass, diag);
            vg_drives_free(&pass);
        }
        vg_progress_update(progress, p + 1);
    }
    vg_drives_free(&frame);
    vg_free(config);
    return err;
}

static double rate_of(const vg_drives *d) {
    double off = 0;
    for (int32_t i = 0; i < vg_drives_count(d); i++) off += !isnan(d->rows[i].off_time);
    return off / vg_drives_count(d);
}

static vg_err run_driven(const vg_call *call, const vg_gate_config *gate, row *out, vg_progress *progress,
                         vg_diag *diag) {
    const gate_options *o = call->options;
    vg_suite suite = {0};
    vg_policy *policy = NULL;
    vg_drives pool = {0};
    vg_evidence_def def = vg_evidence_def_default();
    out->what = (scenario){"nothing changed, driven", NAN, NAN, NAN, OFF_ROAD, FALSE_ALARM, false};
    def.comparisons = (int32_t)o->comparisons, def.threads = (int32_t)call->threads;
    def.seed = call->seed, def.gate = gate, def.stop = vg_interrupted;
    vg_err err = drive_pool(call, &suite, &policy, &pool, progress, diag);
    if (!err) err = vg_evidence_driven(&def, &pool, OFF_ROAD, &out->found, diag);
    if (!err) out->what.rate = rate_of(&pool), out->ok = is_ok(out, gate->alpha);
    vg_drives_free(&pool);
    vg_policy_destroy(policy);
    vg_suite_free(&suite);
    return err;
}

// --- output -----------------------------------------------------------------------------------------------

static void cell_share(vg_table *table, const vg_estimate *e) {
    vg_table_cell(table, "%.1f (%.1f to %.1f)", 100 * e->value, 100 * e->low, 100 * e->high);
}

static const char *aim_text(const row *r, double alpha, char text[64]) {
    if (r->what.aim == POWER)
        snprintf(text, 64, "regressed at least 90");
    else if (r->what.aim == FALSE_ALARM)
        snprintf(text, 64, "regressed at most %.3g", 100 * alpha);
    else
        snprintf(text, 64, "%s: either at most %.3g", vg_gate_metric_at(r->what.metric).name, 100 * alpha);
    return text;
}

static vg_err print_rows(const row *rows, double alpha, vg_diag *diag) {
    static const char *const titles[] = {"truth",    "off-road", "regressed", "pass", "its metric regressed",
                                         "its pass", "passes",   "aim",       "ok"};
    vg_table table = {0};
    char text[64];
    vg_table_begin(&table, 9, titles);
    for (const row *r = rows; r < rows + ROWS; r++) {
        vg_table_cell(&table, "%s", r->what.truth);
        vg_table_cell(&table, "%.1f %%", 100 * r->what.rate);
        cell_share(&table, &r->found.regressed);
        cell_share(&table, &r->found.passed);
        cell_share(&table, &r->found.metric_regressed);
        cell_share(&table, &r->found.metric_passed);
        vg_table_cell(&table, "%.1f", r->found.passes);
        vg_table_cell(&table, "%s", aim_text(r, alpha, text));
        vg_table_cell(&table, "%s", r->ok ? "ok" : "no");
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static json_t *share_json(const vg_estimate *e) {
    return json_pack("{sf sf sf}", "value", e->value, "low", e->low, "high", e->high);
}

static vg_err print_json(const vg_call *call, const row *rows, bool ok, vg_diag *diag) {
    json_t *list = json_array();
    for (const row *r = rows; r < rows + ROWS; r++)
        json_array_append_new(
            list,
            json_pack("{ss sf sb so so ss so so sf sb}", "truth", r->what.truth, "off_road", r->what.rate,
                      "sequential", r->what.sequential, "regressed", share_json(&r->found.regressed), "pass",
                      share_json(&r->found.passed), "metric", vg_gate_metric_at(r->what.metric).name,
                      "metric_regressed", share_json(&r->found.metric_regressed), "metric_pass",
                      share_json(&r->found.metric_passed), "passes", r->found.passes, "ok", r->ok));
    const gate_options *o = call->options;
    return vg_print_json(json_pack("{ss sI sI so sb}", "version", VG_VERSION, "seed", (json_int_t)call->seed,
                                   "comparisons", (json_int_t)o->comparisons, "scenarios", list, "ok", ok),
                         diag);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    const gate_options *o = call->options;
    vg_gate_config gate;
    row rows[ROWS];
    vg_progress progress;
    bool ok = true;
    vg_err err = vg_gate_config_read(o->gate, &gate, diag);
    vg_progress_begin(&progress, "comparing", "pieces", o->passes + SCENARIOS);
    if (!err) err = run_driven(call, &gate, &rows[0], &progress, diag);
    for (int i = 0; i < SCENARIOS && !err; i++) {
        err = run_scenario(call, &gate, i, &rows[i + 1], diag);
        vg_progress_update(&progress, o->passes + i + 1);
    }
    vg_progress_end(&progress);
    if (err) return err;
    for (int i = 0; i < ROWS; i++) ok = ok && rows[i].ok;
    if (!ok) *status = 1;
    if (call->json) return print_json(call, rows, ok, diag);
    vg_print("%% of %lld comparisons, with 95 %% intervals\n", (long long)o->comparisons);
    return print_rows(rows, gate.alpha, diag);
}

static const vg_flag flags[] = {
    {"comparisons", VG_FLAG_INT, offsetof(gate_options, comparisons), "N", 1, 1000000, "1000",
     .help = "pairs a row"},
    {"gate", VG_FLAG_TEXT, offsetof(gate_options, gate), "GATE", .standard = "standard",
     .help = "the gate whose margins are used: a shipped gate's name or a YAML file"},
    {"policy", VG_FLAG_TEXT, offsetof(gate_options, policy), "POLICY",
     .standard = "pursuit-noisy:noise=0.8,reaction=0.3", .help = "policy that drives for the first row"},
    {"suite", VG_FLAG_TEXT, offsetof(gate_options, suite), "SUITE", .standard = "standard",
     .help = "suite on which it drives"},
    {"passes", VG_FLAG_INT, offsetof(gate_options, passes), "N", 2, 100, "6",
     .help = "how often it drives the suite, each time under another seed; starts are drawn from all these "
             "drives"},
};

const vg_command vg_command_bench_gate = {
    .name = "gate",
    .summary = "how often a gate gives a wrong answer",
    .synopsis = "[--comparisons N] [--gate GATE] [--policy POLICY] [--suite SUITE] [--passes N] [--json]",
    .details =
        "Compares pairs of results whose truth is known, of the standard suite's size. The first row is "
        "driven: one policy against itself from other starts, so that nothing changed and no two results are "
        "the same. The other rows are made up (see eval/gate/evidence.h). If nothing changed, a gate may "
        "answer regressed in a share alpha of the comparisons. If a metric is worse by exactly its margin, "
        "the metric may be called regressed in a share alpha, and may pass in a share alpha. If it is worse "
        "by more, the gate must answer regressed in 90 %. A share fails (`no`) only if its whole 95 % "
        "interval lies beyond the limit. The exit status is 1 if a row fails.",
    .examples = "verge bench gate\nverge bench gate --comparisons 200 --json",
    VG_FLAGS(flags),
    .options_size = sizeof(gate_options),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_JSON,
    .run = run,
};
