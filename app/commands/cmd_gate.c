// verge gate: pass, regressed or inconclusive.
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/terms.h"
#include "app/commands/gate_output.h"
#include "app/commands/gate_recipes.h"
#include "eval/gate/redo.h"
#include "sim/base/memory.h"

typedef struct gate_options {
    const char *gate, *policy, *baseline_policy;
    const char *run;
    bool recipe;
    const char *junit, *out;
    int64_t passes; // 0: the gate's own
} gate_options;

// Everything that a run of the command owns.
typedef struct gate {
    const vg_call *call;
    const gate_options *options;
    vg_gate_config config;
    vg_drives baseline, result;
    vg_judgement judgement;
    // For a sequential gate only.
    vg_suite suite;
    vg_policy *policy, *before, *expert;
    vg_reference *reference;
} gate;

static vg_gate_places places_of(const gate *g) {
    vg_policy_terms of_file = vg_terms_of_file(g->call);
    return (vg_gate_places){.junit = g->options->junit,
                            .folder = g->options->out,
                            .overwrite = vg_call_overwrite(g->call),
                            .json = g->call->json,
                            .result = g->options->run ? vg_terms_named() : of_file,
                            .baseline = of_file};
}

// --- options ----------------------------------------------------------------------------------------------

static vg_err check_flags(const gate *g, vg_diag *diag) {
    const gate_options *o = g->options;
    int32_t files = g->call->operands.count;
    if (o->run && o->recipe)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "--run drives a policy and --recipe compares two studies: give only one of them");
    if (files != (o->run ? 1 : 2))
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d files, expected %s", files,
                       o->run ? "BASELINE alone beside --run" : "BASELINE and RESULT");
    if (o->recipe && o->out)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "--out works only for policies; with --recipe use --json and --junit");
    if (o->passes && !o->run) return vg_fail(diag, VG_ERR_ARGUMENT, "--passes needs --run");
    return VG_OK;
}

static vg_err read_config(gate *g, vg_diag *diag) {
    vg_err err = vg_gate_config_read(g->options->gate, &g->config, diag);
    if (!err && g->options->passes) g->config.passes = g->options->passes;
    return err;
}

// --- two files --------------------------------------------------------------------------------------------

static vg_err judge_files(gate *g, vg_diag *diag) {
    const vg_list *files = &g->call->operands;
    vg_gate_levels levels = vg_gate_levels_once(g->config.alpha);
    vg_err err = vg_drives_read(files->items[0], g->options->baseline_policy, &g->baseline, diag);
    if (!err) err = vg_drives_read(files->items[1], g->options->policy, &g->result, diag);
    if (!err) err = vg_drives_check_pair(&g->baseline, &g->result, diag);
    if (!err)
        err = vg_judge(&g->baseline, &g->result, &g->config, &levels, g->call->seed, &g->judgement, diag);
    return err;
}

// --- sequential -------------------------------------------------------------------------------------------

static vg_err open_run(gate *g, vg_diag *diag) {
    const gate_options *o = g->options;
    int32_t threads = (int32_t)g->call->threads;
    vg_policy_terms named = vg_terms_named(), of_file = vg_terms_of_file(g->call);
    vg_err err = vg_drives_read(g->call->operands.items[0], o->baseline_policy, &g->baseline, diag);
    if (!err) err = vg_policy_may_open(g->baseline.source, of_file.trust, diag); // who may drive later passes
    if (!err) err = vg_drives_suite(&g->baseline, threads, &g->suite, diag);
    const char *reference = g->suite.config.reference;
    if (!err && reference[0]) err = vg_policy_open(reference, &of_file, &g->expert, diag);
    if (!err) err = vg_policy_open(o->run, &named, &g->policy, diag);
    if (!err && reference[0])
        err = vg_suite_reference(&g->suite, g->expert, threads, vg_interrupted, &g->reference, diag);
    return err;
}

static vg_err drive(const gate *g, const vg_policy *policy, const char *label, const char *source,
                    int32_t pass, vg_drives *out, vg_diag *diag) {
    vg_redo redo = {.like = &g->baseline,
                    .suite = &g->suite,
                    .reference = g->reference,
                    .policy = policy,
                    .label = label,
                    .source = source,
                    .seed = g->baseline.seed + pass,
                    .threads = (int32_t)g->call->threads,
                    .stop = vg_interrupted};
    return vg_drives_again(&redo, out, diag);
}

// The file holds the baseline's first pass. Its policy drives the later ones.
static vg_err add_pass(gate *g, int32_t pass, vg_diag *diag) {
    vg_drives own = {0}, other = {0};
    const char *source = g->options->run, *slash = strrchr(source, '/');
    const char *name = slash ? slash + 1 : source, *extension = strstr(name, ".safetensors");
    char label[VG_DRIVE_TEXT];
    vg_name_of(label, sizeof label, name, extension ? (size_t)(extension - name) : strlen(name));
    vg_err err = drive(g, g->policy, label, source, pass, &own, diag);
    if (err) return err;
    if (pass == 0) {
        g->result = own;
        return vg_drives_check_pair(&g->baseline, &g->result, diag);
    }
    vg_policy_terms of_file = vg_terms_of_file(g->call);
    if (!g->before) err = vg_drives_policy(&g->baseline, &of_file, &g->before, diag);
    if (!err) err = drive(g, g->before, g->baseline.label, g->baseline.source, pass, &other, diag);
    if (!err) err = vg_drives_append(&g->result, &own, diag);
    if (!err) err = vg_drives_append(&g->baseline, &other, diag);
    vg_drives_free(&own);
    vg_drives_free(&other);
    return err;
}

static vg_err judge_run(gate *g, vg_diag *diag) {
    vg_gate_levels levels[VG_LOOKS_MOST];
    vg_progress progress = {0};
    vg_err err = open_run(g, diag);
    if (!err) err = vg_gate_levels_spent(&g->config, levels, diag);
    vg_progress_begin(&progress, "driving", "passes", g->config.passes);
    for (int32_t pass = 0; pass < g->config.passes && !err; pass++) {
        err = add_pass(g, pass, diag);
        if (!err)
            err = vg_judge(&g->baseline, &g->result, &g->config, &levels[pass], g->call->seed, &g->judgement,
                           diag);
        vg_progress_update(&progress, pass + 1);
        if (!err && g->judgement.verdict != VG_INCONCLUSIVE) break;
    }
    vg_progress_end(&progress);
    return err;
}

// --- the command ------------------------------------------------------------------------------------------

static void free_gate(gate *g) {
    vg_drives_free(&g->baseline);
    vg_drives_free(&g->result);
    vg_reference_destroy(g->reference);
    vg_policy_destroy(g->policy);
    vg_policy_destroy(g->before);
    vg_policy_destroy(g->expert);
    vg_suite_free(&g->suite);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    gate *g = vg_new(gate, 1);
    if (!g) return vg_fail_memory(diag);
    g->call = call, g->options = call->options;
    vg_gate_places places = places_of(g);
    vg_err err = check_flags(g, diag);
    if (!err) err = vg_gate_may_write(&places, diag);
    if (!err) err = read_config(g, diag);
    if (!err && g->options->recipe) {
        err = vg_gate_recipes(call, &g->config, g->options->baseline_policy, g->options->policy,
                              g->options->junit, status, diag);
    } else if (!err) {
        err = g->options->run ? judge_run(g, diag) : judge_files(g, diag);
        vg_gate_report report;
        if (!err) report = vg_gate_report_of(&g->baseline, &g->result, &g->judgement, g->options->gate);
        if (!err) err = vg_gate_print(&report, &places, diag);
        if (!err) *status = vg_verdict_status(g->judgement.verdict);
    }
    free_gate(g);
    vg_free(g);
    return err;
}

static const vg_flag flags[] = {
    {"gate", VG_FLAG_TEXT, offsetof(gate_options, gate), "GATE", .standard = "standard",
     .help = "margins: a shipped gate's name (standard, smoke) or a YAML file"},
    {"policy", VG_FLAG_TEXT, offsetof(gate_options, policy), "LABEL",
     .help = "which policy (with --recipe: which arm) of RESULT, if it has several"},
    {"baseline-policy", VG_FLAG_TEXT, offsetof(gate_options, baseline_policy), "LABEL",
     .help = "which policy or arm of the baseline, if it has several"},
    {"run", VG_FLAG_TEXT, offsetof(gate_options, run), "POLICY",
     .help = "in place of RESULT: drive this policy, pass after pass under new seeds, the baseline's policy "
             "beside it, until the gate can decide"},
    {"passes", VG_FLAG_INT, offsetof(gate_options, passes), "N", 1, VG_LOOKS_MOST,
     .help = "with --run: the most passes, instead of the gate's own limit"},
    {"recipe", VG_FLAG_SWITCH, offsetof(gate_options, recipe),
     .help = "compare recipes over their training seeds; both files are results of studies"},
    {"junit", VG_FLAG_TEXT, offsetof(gate_options, junit), "FILE", .help = "write JUnit XML there"},
    {"out", VG_FLAG_TEXT, offsetof(gate_options, out), "DIR",
     .help = "folder for gate.json, gate.md, junit.xml, and a page with pictures of the worst episodes, "
             "before and after"},
};

const vg_command vg_command_gate = {
    .name = "gate",
    .summary = "is it worse than before? pass, regressed or inconclusive",
    .synopsis = "BASELINE RESULT [--gate GATE] [--out DIR]\n"
                "BASELINE --run POLICY [--passes N]\n"
                "--recipe BASELINE RESULT [--policy ARM] [--baseline-policy ARM]",
    .details =
        "Compares the episodes of RESULT (a folder that `verge eval` wrote, or its result.json) one by one "
        "with those of BASELINE (the same, or a baseline of `verge baseline update`). Suite, car, tick, "
        "seeds and scoring must be the same; otherwise the gate refuses and names the difference. A metric "
        "has regressed if its whole interval lies beyond its margin, and passes if its whole interval lies "
        "within the margin; otherwise it is inconclusive. Exit status: 0 pass, 1 regressed, 3 inconclusive, "
        "2 usage or bad input, 4 a run failed.\n\n"
        "Which form to use: BASELINE RESULT compares two policies, and says whether the new file may replace "
        "the old one. --run answers the same question, and drives until it can decide. --recipe compares two "
        "recipes, and says whether the new way of training gives worse policies. One policy of each recipe "
        "cannot show that, because results scatter with the training seed: --recipe needs two studies with "
        "many seeds, and prints first how many seeds show how large a change. Use --run for a checkpoint, "
        "and --recipe for a change of the learner, its data or its settings. See docs/gate.md.\n\n"
        "Under GitHub Actions (GITHUB_ACTIONS, GITHUB_STEP_SUMMARY) it also writes annotations and the "
        "summary of the step.",
    .examples =
        "verge gate baseline.json out/eval --out out/gate\n"
        "verge gate baseline.json --run new.safetensors\n"
        "verge gate --recipe out/study-main out/study-branch --policy 'bc 2' --baseline-policy 'bc 2'",
    VG_FLAGS(flags),
    .options_size = sizeof(gate_options),
    .least_operands = 1,
    .most_operands = 2,
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON | VG_TAKES_EXEC,
    .run = run,
};
