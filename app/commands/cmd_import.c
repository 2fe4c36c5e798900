// verge import: human telemetry to a log. The table of formats gives one subcommand a row.
#include <stddef.h>

#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/roads.h"
#include "logs/import/lap_formats.h"
#include "logs/store/edit.h"
#include "sim/base/memory.h"

typedef struct options {
    const char *road, *car, *out, *tags;
} options;

static vg_err print_table(const vg_list *files, const vg_import_report *reports, vg_diag *diag) {
    static const char *const titles[] = {"lap",    "samples",     "s",      "rms m",    "95% m", "worst m",
                                         "at row", "steer rad/s", "path's", "inside %", "km"};
    vg_table table;
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; i < files->count; i++) {
        const vg_fit_measure *m = &reports[i].measure;
        const vg_lap_place *p = &reports[i].place;
        vg_table_cell(&table, "%s", files->items[i]);
        vg_table_cell(&table, "%d", m->samples);
        vg_table_cell(&table, "%.2f", m->duration);
        vg_table_cell(&table, "%.3f", m->rms);
        vg_table_cell(&table, "%.3f", m->p95);
        vg_table_cell(&table, "%.3f", m->worst);
        vg_table_cell(&table, "%d", m->worst_sample);
        vg_table_cell(&table, "%.4f", m->steer_rate);
        vg_table_cell(&table, "%.4f", m->path_rate);
        vg_table_cell(&table, "%.1f", 100 * p->inside);
        vg_table_cell(&table, "%.3f", p->progress / 1000);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err print_json(const options *o, const vg_list *files, const vg_import_report *reports,
                         vg_diag *diag) {
    json_t *laps = json_array();
    for (int32_t i = 0; i < files->count; i++) {
        const vg_fit_measure *m = &reports[i].measure;
        const vg_lap_place *p = &reports[i].place;
        json_t *lap = json_pack("{ss sI si sf sf sf sf si sf sf sf sf si}", "file", files->items[i],
                                "episode", (json_int_t)reports[i].episode, "samples", m->samples,
                                "duration_s", m->duration, "distance_rms_m", m->rms, "distance_p95_m", m->p95,
                                "distance_worst_m", m->worst, "worst_row", m->worst_sample,
                                "steer_rate_rad_s", m->steer_rate, "path_steer_rate_rad_s", m->path_rate,
                                "inside", p->inside, "progress_m", p->progress, "ticks", reports[i].ticks);
        json_array_append_new(laps, lap);
    }
    return vg_print_json(
        json_pack("{ss ss ss so}", "log", o->out, "road", o->road, "car", o->car, "laps", laps), diag);
}

static vg_err import_all(const vg_call *call, const vg_lap *laps, vg_import_def *def,
                         vg_import_report *reports, vg_diag *diag) {
    const options *o = call->options;
    vg_err err = vg_log_create(o->out, vg_call_overwrite(call), &def->log, diag);
    if (err) return err;
    for (int32_t i = 0; i < call->operands.count && !err; i++) {
        err = vg_interrupt_check(diag);
        if (!err) err = vg_import_lap(def, &laps[i], &reports[i], diag);
        // The row of the file, not the number of the sample.
        if (!err) {
            vg_fit_measure *m = &reports[i].measure;
            m->worst_sample = (int32_t)vg_lap_row(&laps[i], m->worst_sample);
        }
    }
    if (!err) return vg_log_close(def->log, diag);
    vg_log_discard(def->log);
    return err;
}

// Read all files before the log is begun, so that a bad one among many is reported at once and no log is left
// behind.
static vg_err read_all(const vg_list *files, const vg_lap_format *format, const vg_road *road, vg_lap *laps,
                       vg_diag *diag) {
    vg_err err = VG_OK;
    vg_lap_place place;
    for (int32_t i = 0; i < files->count && !err; i++) {
        err = vg_lap_read(format, files->items[i], &vg_warnings_said, &laps[i], diag);
        if (!err) err = vg_lap_locate(&laps[i], road, &place, diag);
        if (!err) err = vg_lap_check(&laps[i], NULL, diag); // vg_import_lap reports the warnings
    }
    return err;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const options *o = call->options;
    // The command is a row of the table: its name is the format's name.
    const vg_lap_format *format = (const vg_lap_format *)vg_format_named(vg_lap_formats, call->command->name);
    const vg_list *files = &call->operands;
    vg_import_def def = vg_import_default();
    vg_car car;
    vg_road *road = NULL;
    vg_import_report *reports = NULL;
    vg_lap *laps = NULL;
    vg_err err = vg_car_load(o->car, &car, diag);
    if (!err && o->tags) err = vg_log_check_tags(o->tags, diag);
    if (!err) err = vg_file_may_write(o->out, vg_call_overwrite(call), diag);
    if (!err) err = vg_road_load_said(o->road, &road, diag);
    if (!err && !(reports = vg_new(vg_import_report, files->count))) err = vg_fail_memory(diag);
    if (!err && !(laps = vg_new(vg_lap, files->count))) err = vg_fail_memory(diag);
    if (!err) err = read_all(files, format, road, laps, diag);
    def.road = road, def.car = &car, def.warnings = &vg_warnings_said;
    if (o->tags) def.tags = o->tags;
    if (!err) err = import_all(call, laps, &def, reports, diag);
    if (!err) err = call->json ? print_json(o, files, reports, diag) : print_table(files, reports, diag);
    for (int32_t i = 0; laps && i < files->count; i++) vg_lap_free(&laps[i]);
    vg_free(laps);
    vg_free(reports);
    vg_road_destroy(road);
    return err;
}

static const vg_flag flags[] = {
    {"road", VG_FLAG_TEXT, offsetof(options, road), "ROAD", .required = true,
     .help = "the road the laps were driven on: a name or a file"},
    {"car", VG_FLAG_TEXT, offsetof(options, car), "CAR", .required = true,
     .help = "the car that will follow the laps: a preset or a file"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "LOG", .required = true, .help = "the log to write"},
    {"tags", VG_FLAG_TEXT, offsetof(options, tags), "TAGS",
     .help = "comma-separated tags, stored with every lap"},
};

// The part of the help that holds for every format. It follows the format's own help.
static void explain(vg_text *out) {
    vg_text_add(out, "%s",
                "Finds the actions whose simulation follows each lap over its whole length, and writes them "
                "as a log with one episode a lap. It writes all laps or none.\n\n"
                "Prints for each lap how far the simulated car is from the samples at equal time (root mean "
                "square, 95th percentile, worst, and the row of the worst); the root mean square of the "
                "steering rate found, beside that of the path's own curvature; and the share of samples "
                "between the edges. Refuses a lap that the car's limits cannot follow within 0.15 m (95 % of "
                "the samples) and 0.5 m (all samples), and names the row and the limit.\n\n"
                "Measured steering and pedals are stored with the samples and never replayed.");
}

// Makes a command of the i-th format.
static bool format_command(int32_t i, vg_made_command *out) {
    const vg_lap_format *format = vg_lap_format_at(i);
    if (!format) return false;
    out->command = (vg_command){
        .name = format->about.name,
        .summary = format->about.summary,
        .synopsis = "FILE... --road ROAD --car CAR --out LOG",
        .details = format->about.help,
        .more = explain,
        .examples = format->about.examples,
        VG_FLAGS(flags),
        .options_size = sizeof(options),
        .least_operands = 1,
        .most_operands = -1,
        .takes = VG_TAKES_FORCE | VG_TAKES_JSON,
        .run = run,
    };
    return true;
}

const vg_command vg_command_import = {
    .name = "import",
    .summary = "human telemetry to a log",
    .synopsis = "FORMAT FILE... --road ROAD --car CAR --out LOG",
    .child = format_command,
};
