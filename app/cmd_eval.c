// verge eval: let policies loose on roads and score how they drift.
#include <stdio.h>
#include <string.h>

#include "agents/find.h"
#include "app/args.h"
#include "app/interrupt.h"
#include "app/output.h"
#include "app/roads.h"
#include "app/score_figures.h"
#include "sim/base/memory.h"

#ifdef VG_WITH_FIGURES
#define WITH_PICTURES ", maps, drift and alive as PNG and SVG"
#else
#define WITH_PICTURES "; no pictures, since this build was made without Cairo"
#endif

typedef struct eval_options {
    vg_list roads;
    const char *car, *out;
    int64_t starts;
    double horizon, spread;
} eval_options;

// All that a run of the command owns.
typedef struct eval {
    const vg_call *call;
    const eval_options *options;
    int32_t policy_count, road_count;
    vg_policy **policies;
    char (*labels)[64];
    vg_road **roads;
    vg_car car;
    vg_rollout_def def;
    vg_rollout *rollouts;
    vg_score *scores;
    vg_result_policy *rows;
} eval;

// "out/kart-bc.safetensors" is called "kart-bc"; what a file name cannot hold becomes '_'.
static void set_label(char label[64], const char *source) {
    const char *slash = strrchr(source, '/'), *name = slash ? slash + 1 : source;
    snprintf(label, 64, "%s", name);
    char *extension = strstr(label, ".safetensors");
    if (extension) *extension = 0;
    for (char *c = label; *c; c++)
        if (strchr(" :*?\"<>|\\", *c)) *c = '_';
}

static vg_err load(eval *e, vg_diag *diag) {
    e->policies = vg_new(vg_policy *, e->policy_count);
    e->labels = vg_alloc(e->policy_count, sizeof *e->labels);
    e->roads = vg_new(vg_road *, e->road_count);
    e->rollouts = vg_new(vg_rollout, e->policy_count);
    e->scores = vg_new(vg_score, e->policy_count);
    e->rows = vg_new(vg_result_policy, e->policy_count);
    if (!e->policies || !e->labels || !e->roads || !e->rollouts || !e->scores || !e->rows)
        return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < e->road_count && !err; i++)
        err = vg_road_load_said(e->options->roads.items[i], &e->roads[i], diag);
    for (int32_t p = 0; p < e->policy_count && !err; p++) {
        const char *source = e->call->operands.items[p];
        set_label(e->labels[p], source);
        for (int32_t q = 0; q < p; q++)
            if (strcmp(e->labels[p], e->labels[q]) == 0)
                return vg_fail(diag, VG_ERR_ARGUMENT, "two policies are called '%s'; rename one",
                               e->labels[p]);
        err = vg_policy_find(source, &e->policies[p], diag);
    }
    return err;
}

// The car: --car, else what the first policy that knows was trained for, else the sedan. It must suit all.
static vg_err choose_car(eval *e, vg_diag *diag) {
    const vg_policy *knows = NULL;
    for (int32_t p = e->policy_count - 1; p >= 0; p--)
        if (e->policies[p]->car) knows = e->policies[p];
    e->car = knows ? *knows->car : vg_car_default();
    vg_err err = e->options->car ? vg_car_load(e->options->car, &e->car, diag) : VG_OK;
    for (int32_t p = 0; p < e->policy_count && !err; p++) {
        const vg_car *own = e->policies[p]->car;
        if (own && vg_car_hash(own) != vg_car_hash(&e->car))
            vg_say_warning("policy '%s' was trained for the car '%s', and drives '%s' here", e->labels[p],
                           own->name, e->car.name);
    }
    return err;
}

static vg_err drive(eval *e, vg_diag *diag) {
    vg_progress progress = {0};
    vg_progress_begin(&progress, "driving", "policies", e->policy_count);
    vg_err err = VG_OK;
    for (int32_t p = 0; p < e->policy_count && !err; p++) {
        e->def.policy = e->policies[p];
        err = vg_rollout_run(&e->def, &e->rollouts[p], diag);
        if (!err) err = vg_score_rollout(&e->rollouts[p], &e->scores[p], diag);
        e->rows[p] = (vg_result_policy){e->labels[p], e->call->operands.items[p], e->policies[p],
                                        &e->rollouts[p], &e->scores[p]};
        vg_progress_update(&progress, p + 1);
    }
    vg_progress_end(&progress);
    return err;
}

static void cell_or_none(vg_table *table, const char *format, double value) {
    if (value < 0)
        vg_table_cell(table, "%s", "-");
    else
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        vg_table_cell(table, format, value);
#pragma GCC diagnostic pop
}

static vg_err print_table(const eval *e, vg_diag *diag) {
    static const char *const titles[] = {"policy",   "off-road", "first off", "off/km",   "drift 50",
                                         "drift 90", "drift 99", "speed",     "progress", "best lap"};
    vg_table table = {0};
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t p = 0; p < e->policy_count; p++) {
        const vg_score *s = &e->scores[p];
        vg_table_cell(&table, "%s", e->labels[p]);
        vg_table_cell(&table, "%.1f %%", 100 * s->off_road);
        cell_or_none(&table, "%.1f s", s->off_time);
        vg_table_cell(&table, "%.2f", s->departures_per_km);
        vg_table_cell(&table, "%.2f m", s->drift_50);
        vg_table_cell(&table, "%.2f m", s->drift_90);
        vg_table_cell(&table, "%.2f m", s->drift_99);
        vg_table_cell(&table, "%.1f m/s", s->mean_speed);
        vg_table_cell(&table, "%.0f m", s->progress);
        cell_or_none(&table, "%.2f s", s->best_lap);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

// The line to type, without --out and --force, so that a picture's provenance does not depend on where it
// lies.
static void command_line(const eval *e, char *line, size_t size) {
    size_t used = (size_t)snprintf(line, size, "verge eval");
    for (int32_t p = 0; p < e->policy_count && used < size; p++)
        used += (size_t)snprintf(line + used, size - used, " %s", e->call->operands.items[p]);
    if (used < size) used += (size_t)snprintf(line + used, size - used, " --road");
    for (int32_t i = 0; i < e->road_count && used < size; i++)
        used += (size_t)snprintf(line + used, size - used, " %s", e->options->roads.items[i]);
    if (used < size)
        snprintf(line + used, size - used, " --car %s --starts %d --spread %g --horizon %g --seed %llu",
                 e->car.name, e->def.starts, (double)e->def.spread, e->def.horizon,
                 (unsigned long long)e->def.seed);
}

static vg_err write_result(const eval *e, vg_diag *diag) {
    char path[1200], command[1024];
    vg_overwrite overwrite = vg_call_overwrite(e->call);
    vg_result result = {.def = &e->def,
                        .car = &e->car,
                        .road_sources = e->options->roads.items,
                        .policies = e->rows,
                        .policy_count = e->policy_count};
    vg_text text = {0};
    vg_err err = vg_result_write(&result, &text, diag);
    if (!err && e->options->out) {
        command_line(e, command, sizeof command);
        err = vg_file_make_folder(e->options->out, diag);
        if (!err) err = vg_score_figures(&result, e->options->out, command, overwrite, diag);
        // Last, so that a result.json means that all of it is there.
        snprintf(path, sizeof path, "%s/result.json", e->options->out);
        if (!err) err = vg_file_write(path, text.bytes, text.size, overwrite, diag);
    }
    if (!err) err = e->call->json ? vg_print_text(&text, diag) : print_table(e, diag);
    vg_text_free(&text);
    if (!err && e->options->out) vg_say("%s: result.json" WITH_PICTURES, e->options->out);
    return err;
}

static void free_eval(eval *e) {
    for (int32_t p = 0; p < e->policy_count; p++) {
        if (e->policies) vg_policy_destroy(e->policies[p]);
        if (e->rollouts) vg_rollout_free(&e->rollouts[p]);
        if (e->scores) vg_score_free(&e->scores[p]);
    }
    for (int32_t i = 0; e->roads && i < e->road_count; i++) vg_road_destroy(e->roads[i]);
    vg_free(e->policies);
    vg_free(e->labels);
    vg_free(e->roads);
    vg_free(e->rollouts);
    vg_free(e->scores);
    vg_free(e->rows);
}

// Before an hour of driving rather than after it.
static vg_err check_out(const eval *e, vg_diag *diag) {
    char path[1200];
    if (!e->options->out) return VG_OK;
    if (snprintf(path, sizeof path, "%s/result.json", e->options->out) >= (int)sizeof path - 100)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--out is longer than a path may be");
    return vg_file_may_write(path, vg_call_overwrite(e->call), diag);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const eval_options *options = call->options;
    eval e = {.call = call,
              .options = options,
              .policy_count = call->operands.count,
              .road_count = options->roads.count};
    vg_err err = check_out(&e, diag);
    if (!err) err = load(&e, diag);
    if (!err) err = choose_car(&e, diag);
    if (!err) {
        e.def = vg_rollout_def_default();
        e.def.roads = (const vg_road *const *)e.roads, e.def.road_count = e.road_count;
        e.def.car = &e.car;
        e.def.starts = (int32_t)options->starts;
        e.def.spread = (float)options->spread, e.def.horizon = options->horizon;
        e.def.seed = call->seed, e.def.threads = (int32_t)call->threads;
        e.def.stop = vg_interrupted;
        err = drive(&e, diag);
    }
    if (!err) err = write_result(&e, diag);
    free_eval(&e);
    return err;
}

static const vg_flag flags[] = {
    {"road", VG_FLAG_LIST, offsetof(eval_options, roads), "ROAD...", .required = true,
     .help = "library names or CSV files; every policy drives every road"},
    {"out", VG_FLAG_TEXT, offsetof(eval_options, out), "DIR",
     .help = "folder for result.json and the pictures; none: only the table"},
    {"car", VG_FLAG_TEXT, offsetof(eval_options, car), "CAR",
     .help = "preset or YAML file; default: the policy's own, else sedan"},
    {"starts", VG_FLAG_INT, offsetof(eval_options, starts), "N", 1, 1000000, "16",
     .help = "episodes a road, spread evenly along it"},
    {"spread", VG_FLAG_DOUBLE, offsetof(eval_options, spread), "M", 0, 20, "0",
     .help = "start offsets uniform in +-M metres, headings in +-0.04 M rad"},
    {"horizon", VG_FLAG_DOUBLE, offsetof(eval_options, horizon), "S", 0.05, 86400, "60",
     .help = "seconds an episode lasts"},
};

const vg_command vg_command_eval = {
    .name = "eval",
    .summary = "let policies loose on roads and score how they drift",
    .synopsis = "POLICY|EXPERT... --road ROAD... [--out DIR]",
    .details =
        "Every policy drives every road from the same starts, for the whole horizon. A car that leaves the\n"
        "road is put back onto the centreline: `off-road` is the share of episodes with a departure, "
        "`off/km`\n"
        "the departures a kilometre. Drift is |offset| at its 50th, 90th and 99th percentile; a departed\n"
        "car counts as at the edge. See docs/result.md for result.json.",
    .examples = "verge eval kart-bc.safetensors pursuit --road test-1 test-2 --starts 32 --out out/eval",
    VG_FLAGS(flags),
    .options_size = sizeof(eval_options),
    .least_operands = 1,
    .most_operands = -1,
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .run = run,
};
