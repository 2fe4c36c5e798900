// verge study: train many policies, score all of them, write one report.
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/ranks.h"
#include "app/cli/roads.h"
#include "app/cli/terms.h"
#include "app/commands/outcome_files.h"
#include "eval/outcome/result.h"
#include "eval/study/study.h"
#include "sim/base/file.h"

typedef struct study_options {
    const char *out, *data, *cache, *times;
    bool resume;
    vg_ranks ranks;
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

static void say_counts(const vg_study *study) {
    int32_t trained, taken;
    vg_study_counts(study, &trained, &taken);
    vg_say("cells: %d trained, %d from the cache", trained, taken);
}

static void add_time(vg_text *csv, const char *work, const vg_study_time *time) {
    char seconds[32];
    vg_text_add(csv, "%s,\"%s\",%d,%s\n", work, time->arm, time->seed,
                vg_format_double(time->seconds, seconds));
}

// The times as a file, a row for each piece of work, and as a table of sums. report: what the pictures and
// the page took.
static vg_err tell_times(const vg_study *study, const vg_study_time *report, const char *path, bool quiet,
                         vg_diag *diag) {
    static const char *const titles[] = {"work", "pieces", "s of a core", "s a piece", "share"};
    double sums[VG_STUDY_WORK_COUNT + 1] = {0}, all = report->seconds;
    int64_t counts[VG_STUDY_WORK_COUNT + 1] = {0};
    const vg_study_times *times = vg_study_times_of(study);
    vg_text csv = {0};
    vg_table table = {0};
    vg_text_add(&csv, "work,arm,seed,seconds\n");
    for (int64_t i = 0; i < times->count; i++) {
        const vg_study_time *time = &times->items[i];
        add_time(&csv, vg_study_work_name(time->work), time);
        sums[time->work] += time->seconds, counts[time->work]++, all += time->seconds;
    }
    add_time(&csv, "report", report);
    sums[VG_STUDY_WORK_COUNT] = report->seconds, counts[VG_STUDY_WORK_COUNT] = 1;
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int w = 0; w <= VG_STUDY_WORK_COUNT; w++) {
        vg_table_cell(&table, "%s",
                      w < VG_STUDY_WORK_COUNT ? vg_study_work_name((vg_study_work)w) : "report");
        vg_table_cell(&table, "%lld", (long long)counts[w]);
        vg_table_cell(&table, "%.1f", sums[w]);
        vg_table_cell(&table, "%.3f", counts[w] ? sums[w] / (double)counts[w] : 0);
        vg_table_cell(&table, "%.1f %%", 100 * sums[w] / all);
    }
    vg_err err =
        csv.failed ? vg_fail_memory(diag) : vg_file_write(path, csv.bytes, csv.size, VG_REPLACE, diag);
    if (!err && !quiet) vg_print("\n");
    if (!err && !quiet) err = vg_table_print(&table, diag);
    vg_table_free(&table);
    vg_text_free(&csv);
    return err;
}

static vg_err finish(const vg_call *call, const vg_study *study, const vg_outcome *outcome, const char *out,
                     vg_diag *diag) {
    const study_options *o = call->options;
    double begin = vg_study_process_seconds();
    vg_err err = vg_outcome_write(outcome, out, VG_REPLACE, diag);
    if (!err) err = call->json ? print_json(outcome, diag) : vg_outcome_print_table(outcome, diag);
    if (!err) vg_say("%s: " VG_OUTCOME_FILES, out);
    if (!err && o->cache) say_counts(study);
    vg_study_time report = {VG_STUDY_WORK_COUNT, "", 0, vg_study_process_seconds() - begin};
    if (!err && o->times) err = tell_times(study, &report, o->times, call->json, diag);
    return err;
}

// Runs one study into `out`.
static vg_err run_one(const vg_call *call, const char *path, const char *out, vg_diag *diag) {
    const study_options *o = call->options;
    vg_text command = {0};
    vg_text_add(&command, "verge study ");
    vg_text_word(&command, path);
    if (o->data) vg_text_add(&command, " --data ");
    if (o->data) vg_text_word(&command, o->data);
    vg_progress progress = {0};
    vg_study_def def = {.path = path,
                        .data = o->data,
                        .out = out,
                        .command = command.bytes,
                        .cache = o->cache,
                        .ranks = &o->ranks,
                        .resume = o->resume,
                        .force = call->force,
                        .threads = (int32_t)call->threads,
                        .terms = vg_terms_of_file(call),
                        .warnings = &vg_warnings_said,
                        .stop = vg_interrupted,
                        .progress = show,
                        .context = &progress};
    vg_study *study = NULL;
    const vg_outcome *outcome = NULL;
    vg_err err = command.failed ? vg_fail_memory(diag) : vg_study_open(&def, &study, diag);
    if (err) {
        vg_text_free(&command);
        return err;
    }
    if (vg_ranks_first(&o->ranks)) vg_progress_begin(&progress, "study", "cells", vg_study_total(study));
    err = vg_study_train(study, diag);
    if (!err) err = vg_study_score(study, &outcome, diag);
    vg_progress_end(&progress);
    if (!err && outcome) err = finish(call, study, outcome, out, diag);
    err = vg_ranks_agree(&o->ranks, err, diag); // others wait here for rank 0, which alone has the outcome
    vg_study_close(study);
    vg_text_free(&command);
    return err;
}

// Is there a study to go on with?
static bool is_begun(const char *folder) {
    char path[1100];
    snprintf(path, sizeof path, "%.1000s/study.yaml", folder);
    return vg_file_may_write(path, VG_KEEP, NULL) == VG_ERR_EXISTS;
}

static vg_err fail_nothing(const char *folder, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, folder, 0, NULL,
                      "there is no study to resume: leave out --resume to begin one");
}

// The parts of a study, each into a folder of its own below `out`.
static vg_err run_parts(const vg_call *call, const vg_study_config *config, vg_diag *diag) {
    const study_options *o = call->options;
    char part[VG_KEY_TEXT_SIZE], name[VG_KEY_TEXT_SIZE], out[1024];
    vg_err err =
        call->json ? vg_fail(diag, VG_ERR_ARGUMENT, "--json tells of one study: run its parts") : VG_OK;
    bool begun = !o->resume;
    for (int32_t i = 0; vg_config_item(config->parts, i, part) && !err && !begun; i++) {
        vg_study_config own;
        err = vg_study_read(part, &own, name, diag);
        snprintf(out, sizeof out, "%.700s/%.300s", o->out, name);
        begun = !err && is_begun(out);
    }
    if (!err && !begun) return fail_nothing(o->out, diag);
    for (int32_t i = 0; vg_config_item(config->parts, i, part) && !err; i++) {
        vg_study_config own;
        err = vg_study_read(part, &own, name, diag);
        if (!err && own.parts[0])
            err = vg_fail_at(diag, VG_ERR_FORMAT, part, 0, "parts", "a part has no parts of its own");
        if (err) break;
        if (snprintf(out, sizeof out, "%s/%s", o->out, name) >= (int)sizeof out)
            return vg_fail(diag, VG_ERR_ARGUMENT, "--out is longer than a path may be");
        if (vg_ranks_first(&o->ranks)) vg_print("%s%s: %s\n\n", i ? "\n" : "", name, own.about);
        fflush(stdout);
        err = run_one(call, part, out, diag);
    }
    return err;
}

static vg_err run_all(const vg_call *call, vg_diag *diag) {
    const study_options *o = call->options;
    vg_study_config config;
    char name[VG_KEY_TEXT_SIZE];
    vg_err err = vg_study_read(call->operands.items[0], &config, name, diag);
    if (err) return err;
    if (!config.parts[0] && o->resume && !is_begun(o->out)) return fail_nothing(o->out, diag);
    return config.parts[0] ? run_parts(call, &config, diag)
                           : run_one(call, call->operands.items[0], o->out, diag);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    study_options *o = call->options;
    (void)status;
    vg_err err = vg_ranks_open(&o->ranks, diag);
    return err ? err : vg_ranks_close(&o->ranks, run_all(call, diag), diag);
}

static const vg_flag flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(study_options, out), "DIR", .required = true,
     .help = "folder for cells, result.json, episodes.csv, junit.xml, figures and index.html"},
    {"data", VG_FLAG_TEXT, offsetof(study_options, data), "DIR",
     .help = "folder that relative paths of roads, cars and laps start from; default: the working folder"},
    {"cache", VG_FLAG_TEXT, offsetof(study_options, cache), "DIR",
     .help = "folder of trained cells that studies share: what is in it is not trained again"},
    {"times", VG_FLAG_TEXT, offsetof(study_options, times), "FILE",
     .help = "CSV file for the processor time of each piece of work; a table of it is printed"},
    {"resume", VG_FLAG_SWITCH, offsetof(study_options, resume),
     .help = "continue a stopped run of the same study"},
};

const vg_command vg_command_study = {
    .name = "study",
    .summary = "train many policies, score all of them, write one report",
    .synopsis = "STUDY --out DIR [--data DIR] [--cache DIR] [--times FILE]\n      [--resume] [--force]",
    .details =
        "A study is a YAML file: learners, label budgets and factors, each trained with several "
        "training seeds and scored on one suite (see docs/study.md). Human laps, if the study has "
        "some, are scored first as the floor. Every cell is written when it is finished: a study that "
        "was stopped anywhere continues with --resume and ends with the same bytes, whatever the "
        "number of threads. If the study, the suite or a lap was edited in between, --resume refuses, "
        "so that cells of two studies are never mixed. With --cache, a cell of the same configuration, "
        "data and program that any study has trained is taken from the cache; results are the same.",
    .examples = "verge study assets/studies/demo.yaml --out out/study\n"
                "verge study assets/studies/human-kart.yaml --data laps --out out/kart",
    VG_FLAGS(flags),
    .options_size = sizeof(study_options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON | VG_TAKES_EXEC,
    .run = run,
};
