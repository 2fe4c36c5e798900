// verge eval: drive policies on a suite's roads and score how they drift.
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/ranks.h"
#include "app/cli/terms.h"
#include "app/commands/outcome_files.h"
#include "eval/outcome/evaluation.h"
#include "eval/outcome/result.h"
#include "sim/base/memory.h"

typedef struct eval_options {
    vg_list roads;
    const char *suite, *car, *out;
    const char *starts, *horizon, *start_spread; // as typed: the suite's own keys check these values
} eval_options;

// One policy of the run.
typedef struct driven {
    vg_policy *policy;
    char label[VG_KEY_TEXT_SIZE];
} driven;

// Everything that a run of the command owns.
typedef struct eval {
    const vg_call *call;
    const eval_options *options;
    int32_t count; // policies
    driven *drives;
    vg_evaluated *policies; // the same, for the evaluation
    vg_suite suite;
    vg_policy *expert;
    vg_reference *reference;
    vg_evaluation evaluation;
    vg_text command;
    vg_ranks ranks;
} eval;

// --- preparing the drivers ---------------------------------------------------------------------------------

static vg_err load_policies(eval *e, vg_diag *diag) {
    e->drives = vg_new(driven, e->count);
    e->policies = vg_new(vg_evaluated, e->count);
    if (!e->drives || !e->policies) return vg_fail_memory(diag);
    vg_policy_terms terms = vg_terms_named();
    vg_err err = VG_OK;
    for (int32_t p = 0; p < e->count && !err; p++) {
        const char *source = e->call->operands.items[p];
        err = vg_evaluation_label(source, e->drives[p].label, diag);
        if (err) return err;
        for (int32_t q = 0; q < p; q++)
            if (strcmp(e->drives[p].label, e->drives[q].label) == 0)
                return vg_fail(diag, VG_ERR_ARGUMENT,
                               "two policies are called '%s'; rename a file, or give an expert a setting",
                               e->drives[p].label);
        err = vg_policy_open(source, &terms, &e->drives[p].policy, diag);
        e->policies[p] = (vg_evaluated){e->drives[p].policy, e->drives[p].label, source};
    }
    return err;
}

// --- the suite ---------------------------------------------------------------------------------------------

static vg_err refuse(const char *flag, vg_diag *diag) {
    return vg_fail(diag, VG_ERR_ARGUMENT, "the suite sets --%s: leave it out, or write a suite of your own",
                   flag);
}

static vg_err check_flags(const eval *e, vg_diag *diag) {
    const eval_options *o = e->options;
    if (!o->suite == !o->roads.count)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%s",
                       o->suite ? "--suite and --road both given, expected one of them"
                                : "neither --suite nor --road given, expected one of them");
    if (!o->suite) return VG_OK;
    if (o->starts) return refuse("starts", diag);
    if (o->start_spread) return refuse("start-spread", diag);
    if (o->horizon) return refuse("horizon", diag);
    return e->call->seed == 1 ? VG_OK : refuse("seed", diag);
}

static vg_err set_key(vg_suite_config *config, const char *key, const char *value, const char *flag,
                      vg_diag *diag) {
    return value ? vg_config_set(&vg_suite_schema, config, key, value, flag, 0, diag) : VG_OK;
}

// Builds a suite from the flags: its roads are scored, and none is for training.
static vg_err flags_suite(const eval *e, vg_suite_config *config, vg_diag *diag) {
    const eval_options *o = e->options;
    vg_config_default(&vg_suite_schema, config);
    vg_text roads = {0};
    vg_err err = VG_OK;
    for (int32_t i = 0; i < o->roads.count && !err; i++) {
        const char *road = o->roads.items[i];
        if (strchr(road, ','))
            err = vg_fail(diag, VG_ERR_ARGUMENT, "--road '%.200s' has a comma in its name, expected none",
                          road);
        vg_text_add(&roads, "%s%s", i ? ", " : "", road);
    }
    if (!err && roads.failed) err = vg_fail_memory(diag);
    if (!err) err = set_key(config, "test", roads.bytes, "--road", diag);
    vg_text_free(&roads);
    if (!err) err = set_key(config, "sample_interval", "0.5", "sample_interval", diag);
    if (!err)
        err =
            set_key(config, "start_spread", o->start_spread ? o->start_spread : "0", "--start-spread", diag);
    if (!err) err = set_key(config, "starts", o->starts, "--starts", diag);
    if (!err) err = set_key(config, "horizon", o->horizon, "--horizon", diag);
    config->seed = (int64_t)e->call->seed;
    return err;
}

// Without --car and --suite, the car is the one that the first policy with a known car was trained for.
static void take_car(eval *e) {
    const vg_car *own = NULL;
    for (int32_t p = e->count - 1; p >= 0; p--)
        if (e->drives[p].policy->car) own = e->drives[p].policy->car;
    if (!own) return;
    e->suite.car = *own;
    snprintf(e->suite.config.car, sizeof e->suite.config.car, "%s", own->name);
}

static vg_err build_suite(eval *e, vg_diag *diag) {
    const eval_options *o = e->options;
    vg_suite_config config;
    char name[VG_KEY_TEXT_SIZE] = "ad hoc", folder[VG_SUITE_FOLDER] = "", car[VG_KEY_TEXT_SIZE];
    vg_err err = o->suite ? vg_suite_read(o->suite, &config, name, diag) : flags_suite(e, &config, diag);
    if (!err) err = vg_suite_check_starts(&config, name, diag);
    if (!err) err = vg_suite_folder(o->suite, folder, diag);
    // A path in --car is relative to the working folder; a path in a suite is relative to the suite.
    if (!err && o->car) {
        snprintf(car, sizeof car, "%s", config.car);
        err = set_key(&config, "car", "sedan", "--car", diag);
    }
    if (!err)
        err = vg_suite_build_scored(&config, name, folder[0] ? folder : NULL, (int32_t)e->call->threads,
                                    &e->suite, diag);
    if (!err && o->car) {
        err = vg_car_load(o->car, &e->suite.car, diag);
        if (!err) err = set_key(&e->suite.config, "car", o->car, "--car", diag);
        if (!err && o->suite && strcmp(car, o->car) != 0)
            vg_say_warning(
                "the suite '%s' is driven with '%s' instead of '%s': its hash differs from the suite's own",
                name, o->car, car);
    } else if (!err && !o->suite) {
        take_car(e);
    }
    for (int32_t p = 0; p < e->count && !err; p++) {
        const vg_car *own = e->drives[p].policy->car;
        if (own && vg_car_hash(own) != vg_car_hash(&e->suite.car))
            vg_say_warning("policy '%s' was trained for the car '%s', and drives '%s' here",
                           e->drives[p].label, own->name, e->suite.car.name);
    }
    return err;
}

// --- driving -----------------------------------------------------------------------------------------------

// A suite's reference must stay on every road. With --road, a reference that leaves a road is replaced by the
// centreline.
static vg_err take_reference(eval *e, vg_diag *diag) {
    char *name = e->suite.config.reference;
    if (!name[0]) return VG_OK;
    vg_diag own = {0};
    vg_policy_terms terms = vg_terms_of_file(e->call);
    vg_err err = vg_policy_open(name, &terms, &e->expert, diag);
    if (err) return err;
    err = vg_suite_reference(&e->suite, e->expert, (int32_t)e->call->threads, vg_interrupted, &e->reference,
                             &own);
    if (err == VG_ERR_POLICY && !e->options->suite) {
        vg_say_warning("'%s' itself leaves one of these roads: drift is measured from the centreline", name);
        name[0] = 0;
        return VG_OK;
    }
    if (err && diag) *diag = own;
    return err;
}

static void show_progress(void *context, int32_t count) { vg_progress_update(context, count); }

static vg_err drive(eval *e, vg_diag *diag) {
    vg_progress progress = {0};
    if (vg_ranks_first(&e->ranks)) vg_progress_begin(&progress, "driving", "policies", e->count);
    vg_err err = take_reference(e, diag);
    vg_evaluation_def def = {.suite = &e->suite,
                             .policies = e->policies,
                             .count = e->count,
                             .reference = e->reference,
                             .threads = (int32_t)e->call->threads,
                             .ranks = &e->ranks,
                             .stop = vg_interrupted,
                             .driven = show_progress,
                             .context = &progress};
    err = vg_ranks_agree(&e->ranks, err, diag);
    if (!err) err = vg_evaluation_run(&def, &e->evaluation, diag);
    vg_progress_end(&progress);
    return err;
}

// --- output ------------------------------------------------------------------------------------------------

static void add_word(eval *e, const char *before, const char *word) {
    vg_text_add(&e->command, "%s", before);
    vg_text_word(&e->command, word);
}

// The line to type, without --out and --force, so that a picture's provenance does not depend on where it
// lies.
static void set_command(eval *e) {
    const eval_options *o = e->options;
    const vg_suite_config *c = &e->suite.config;
    char spread[32], horizon[32];
    vg_text_add(&e->command, "verge eval");
    for (int32_t p = 0; p < e->count; p++) add_word(e, " ", e->call->operands.items[p]);
    if (o->suite) add_word(e, " --suite ", o->suite);
    for (int32_t i = 0; i < o->roads.count; i++) add_word(e, i ? " " : " --road ", o->roads.items[i]);
    if (o->car) add_word(e, " --car ", o->car);
    if (!o->suite)
        vg_text_add(&e->command, " --starts %lld --start-spread %s --horizon %s --seed %lld",
                    (long long)c->starts, vg_format_double(c->start_spread, spread),
                    vg_format_double(c->horizon, horizon), (long long)c->seed);
}

static vg_err print_json(const vg_outcome *outcome, vg_diag *diag) {
    vg_text text = {0};
    vg_err err = vg_result_json(outcome, true, &text, diag);
    if (!err) err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

static vg_err tell(eval *e, vg_diag *diag) {
    const eval_options *o = e->options;
    set_command(e);
    if (e->command.failed) return vg_fail_memory(diag);
    vg_outcome outcome = e->evaluation.outcome;
    outcome.command = e->command.bytes;
    vg_err err = o->out ? vg_outcome_write(&outcome, o->out, vg_call_overwrite(e->call), diag) : VG_OK;
    if (!err) err = e->call->json ? print_json(&outcome, diag) : vg_outcome_print_table(&outcome, diag);
    if (!err && o->out) vg_say("%s: " VG_OUTCOME_FILES, o->out);
    return err;
}

static void free_eval(eval *e) {
    vg_evaluation_free(&e->evaluation);
    for (int32_t p = 0; e->drives && p < e->count; p++) vg_policy_destroy(e->drives[p].policy);
    vg_reference_destroy(e->reference);
    vg_policy_destroy(e->expert);
    vg_suite_free(&e->suite);
    vg_text_free(&e->command);
    vg_free(e->drives);
    vg_free(e->policies);
}

// Before an hour of driving rather than after it. One rank for all.
static vg_err claim_folder(const eval *e, vg_folder_claim *claim, vg_diag *diag) {
    if (!e->options->out || !vg_ranks_first(&e->ranks)) return VG_OK;
    vg_err err = vg_outcome_may_write(e->options->out, vg_call_overwrite(e->call), diag);
    return err ? err : vg_file_claim_folder(e->options->out, claim, diag);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    eval e = {.call = call, .options = call->options, .count = call->operands.count};
    vg_folder_claim claim = {0};
    vg_err err = check_flags(&e, diag);
    if (!err) err = vg_ranks_open(&e.ranks, diag);
    if (err) return err;
    err = claim_folder(&e, &claim, diag);
    if (!err) err = load_policies(&e, diag);
    if (!err) err = build_suite(&e, diag);
    err = vg_ranks_agree(&e.ranks, err, diag);
    if (!err) err = drive(&e, diag);
    if (!err && vg_ranks_first(&e.ranks)) err = tell(&e, diag);
    vg_file_leave_folder(&claim);
    free_eval(&e);
    return vg_ranks_close(&e.ranks, err, diag);
}

static const vg_flag flags[] = {
    {"suite", VG_FLAG_TEXT, offsetof(eval_options, suite), "SUITE",
     .help = "a shipped suite's name or a YAML file: roads, starts, disturbance and scoring"},
    {"road", VG_FLAG_LIST, offsetof(eval_options, roads), "ROAD...",
     .help = "instead of a suite: names from the library, or files; every policy drives every road"},
    {"out", VG_FLAG_TEXT, offsetof(eval_options, out), "DIR",
     .help = "folder for result.json, episodes.csv, junit.xml, the page and pictures; without it, only the "
             "table is printed"},
    {"car", VG_FLAG_TEXT, offsetof(eval_options, car), "CAR",
     .help = "preset or YAML file; default: the suite's; with --road the policy's own, else sedan"},
    {"starts", VG_FLAG_TEXT, offsetof(eval_options, starts), "N",
     .help = "with --road: episodes a road, spread evenly along it; default 16"},
    {"start-spread", VG_FLAG_TEXT, offsetof(eval_options, start_spread), "M",
     .help = "with --road: start offsets are uniform in +-M metres, headings in +-0.04 M rad; default 0"},
    {"horizon", VG_FLAG_TEXT, offsetof(eval_options, horizon), "S",
     .help = "with --road: length of an episode in seconds; default 60"},
};

const vg_command vg_command_eval = {
    .name = "eval",
    .summary = "drive policies on roads and score how they drift",
    .synopsis =
        "POLICY|EXPERT... --suite SUITE [--car CAR] [--out DIR]\nPOLICY|EXPERT... --road ROAD... [--out DIR]",
    .details =
        "A POLICY is a file, exec:CMD (a program) or so:PATH (a shared library); docs/gate.md describes "
        "both. Every policy drives every road from the same starts for the whole horizon, and three costs "
        "are measured: `off-road`, the share of episodes with a departure; `excess`, the distance beyond the "
        "reference's offset, as a share of the half width; `off/km`, departures a kilometre, where the car "
        "is put back onto the centreline after each one.\n\n"
        "Drift is |offset - reference's offset| at its 50th, 90th and 99th percentile. A departed car counts "
        "as at the edge, and `edge` marks a quantile that such cars determine. Brackets are 95 % intervals "
        "over roads (over starts if there is a single road). If no car left the road, `below` gives the "
        "upper bound by the rule of three. Each policy is compared with the first one. With --suite, the "
        "seed and the starts are the suite's. docs/result.md describes result.json.",
    .examples = "verge eval kart-bc.safetensors pursuit --suite standard --out out/eval\n"
                "verge eval kart-bc.safetensors pursuit --road test-1 test-2 --starts 32 --out out/eval",
    VG_FLAGS(flags),
    .options_size = sizeof(eval_options),
    .least_operands = 1,
    .most_operands = -1,
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON | VG_TAKES_EXEC,
    .run = run,
};
