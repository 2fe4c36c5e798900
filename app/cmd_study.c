// verge study: train many, score all, one report.
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "app/args.h"
#include "app/interrupt.h"
#include "app/outcome_files.h"
#include "app/output.h"
#include "app/roads.h"
#include "eval/result.h"
#include "eval/study.h"

typedef struct study_options {
    const char *out, *data;
    bool resume;
} study_options;

static void show(void *context, int64_t done, int64_t total) {
    vg_progress *progress = context;
    progress->total = total;
    vg_progress_update(progress, done);
}

static vg_err print_json(const vg_outcome *outcome, vg_diag *diag) {
    vg_text text = {0};
    vg_err err = vg_result_json(outcome, false, &text, diag);
    if (!err) err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const study_options *o = call->options;
    char command[1024];
    snprintf(command, sizeof command, "verge study %s%s%s", call->operands.items[0],
             o->data ? " --data " : "", o->data ? o->data : "");
    vg_progress progress = {0};
    vg_study_def def = {.path = call->operands.items[0],
                        .data = o->data,
                        .out = o->out,
                        .command = command,
                        .resume = o->resume,
                        .force = call->force,
                        .threads = (int32_t)call->threads,
                        .warnings = &vg_warnings_said,
                        .stop = vg_interrupted,
                        .progress = show,
                        .context = &progress};
    vg_study *study = NULL;
    const vg_outcome *outcome = NULL;
    vg_err err = vg_study_open(&def, &study, diag);
    if (err) return err;
    vg_progress_begin(&progress, "study", "cells", vg_study_total(study));
    err = vg_study_train(study, diag);
    if (!err) err = vg_study_score(study, &outcome, diag);
    vg_progress_end(&progress);
    if (!err) err = vg_outcome_write(outcome, o->out, VG_REPLACE, diag);
    if (!err) err = call->json ? print_json(outcome, diag) : vg_outcome_print_table(outcome, diag);
    if (!err) vg_say("%s: " VG_OUTCOME_FILES, o->out);
    vg_study_close(study);
    return err;
}

static const vg_flag flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(study_options, out), "DIR", .required = true,
     .help = "folder for cells, result.json, episodes.csv, junit.xml, figures and index.html"},
    {"data", VG_FLAG_TEXT, offsetof(study_options, data), "DIR",
     .help = "folder that relative paths of roads, cars and laps start from; default: the working folder"},
    {"resume", VG_FLAG_SWITCH, offsetof(study_options, resume),
     .help = "go on with what a stopped run of the same study left"},
};

const vg_command vg_command_study = {
    .name = "study",
    .summary = "train many, score all, one report",
    .synopsis = "STUDY --out DIR [--data DIR] [--resume] [--force]",
    .details =
        "A study is a YAML file: learners, label budgets and factors, each trained over several training\n"
        "seeds and scored on one suite (docs/study.md). Human laps are scored first, as the floor. Every\n"
        "cell is written whole when it is finished: a study that was stopped anywhere goes on by --resume\n"
        "and ends with the same bytes, whatever the number of threads. A study, suite or lap that was\n"
        "edited in between is refused: cells of two studies are never mixed.",
    .examples = "verge study assets/suites/demo.yaml --out out/study\n"
                "verge study assets/suites/human-kart.yaml --data laps --out out/kart",
    VG_FLAGS(flags),
    .options_size = sizeof(study_options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .run = run,
};
