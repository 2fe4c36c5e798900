// verge import: human telemetry to a log. The table of formats gives one subcommand a row; behind them stand
// the formats of other tools.
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/cli/args.h"
#include "app/cli/fonts.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/roads.h"
#include "app/commands/export_data.h"
#include "app/commands/import_onnx.h"
#include "eval/report/import_page.h"
#include "logs/import/import_file.h"
#include "logs/import/make_road.h"
#include "logs/store/edit.h"
#include "sim/base/memory.h"
#include "tracks/formats.h"

typedef struct options {
    const char *road, *make_road, *car, *out, *map, *tags, *start_line, *report;
    bool reverse, align, strict;
    int32_t speed, cut;
    double bridge, width;
} options;

// What came of the files, one report each.
typedef struct work {
    const vg_call *call;
    const options *o;
    const vg_lap_format *format;
    vg_import_file_def def;
    vg_import_file_report *reports; // [files]
    vg_road *road;
    vg_track track; // of a road that is made
    const vg_track_format *track_format;
    vg_from_laps_report made;
    vg_car car;
    vg_start_line line;
    vg_log *log;
    int32_t laps, bad;
    vg_warnings warnings; // said, and kept for the report
    vg_text told;
    vg_diag last; // the last of the bad ones: told when it is clear what became of the others
} work;

// --- what is printed -------------------------------------------------------------------------------------

// "lap.csv", "session.csv lap 2", "day.csv drive 1 lap 2 (out-lap)".
static void name_lap(const char *file, const vg_import_file_report *r, const vg_import_file_lap *lap,
                     char *out, size_t size) {
    int32_t drive = r->drives[lap->drive].number;
    char which[40] = "", number[40] = "";
    if (drive) snprintf(which, sizeof which, " drive %d", drive);
    if (lap->piece.number || lap->piece.kind) snprintf(number, sizeof number, " lap %d", lap->piece.number);
    const char *tag = vg_piece_tag(lap->piece.kind);
    snprintf(out, size, "%s%s%s%s%s%s", file, which, number, *tag ? " (" : "", tag, *tag ? ")" : "");
}

static void add_row(vg_table *table, const char *file, const vg_import_file_report *r,
                    const vg_import_file_lap *lap) {
    const vg_fit_measure *m = &lap->report.measure;
    char name[400];
    name_lap(file, r, lap, name, sizeof name);
    vg_table_cell(table, "%s", name);
    vg_table_cell(table, "%d", m->samples);
    vg_table_cell(table, "%.2f", m->duration);
    vg_table_cell(table, "%.3f", m->rms);
    vg_table_cell(table, "%.3f", m->p95);
    vg_table_cell(table, "%.3f", m->worst);
    vg_table_cell(table, "%lld", (long long)lap->worst_row);
    vg_table_cell(table, "%.3f", r->drives[lap->drive].clean.sd_usual);
    vg_table_cell(table, "%.4f", m->steer_rate);
    vg_table_cell(table, "%.4f", m->path_rate);
    vg_table_cell(table, "%.1f", 100 * lap->report.place.inside);
    vg_table_cell(table, "%.3f", lap->report.place.progress / 1000);
}

static vg_err print_table(const work *w, vg_diag *diag) {
    static const char *const titles[] = {"lap",         "samples", "s",        "rms m",
                                         "95% m",       "worst m", "at row",   "known to m",
                                         "steer rad/s", "path's",  "inside %", "km"};
    vg_table table;
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; i < w->call->operands.count; i++)
        for (int32_t k = 0; k < w->reports[i].lap_count; k++)
            add_row(&table, w->call->operands.items[i], &w->reports[i], &w->reports[i].laps[k]);
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static json_t *json_of_lap(const char *file, const vg_import_file_report *r, const vg_import_file_lap *l) {
    const vg_fit_measure *m = &l->report.measure;
    const vg_lap_place *p = &l->report.place;
    const vg_clean_report *c = &r->drives[l->drive].clean;
    return json_pack("{ss sI si sf sf sf sf sI sf sf sf sf si si si ss sf sf si sf}", "file", file, "episode",
                     (json_int_t)l->report.episode, "samples", m->samples, "duration_s", m->duration,
                     "distance_rms_m", m->rms, "distance_p95_m", m->p95, "distance_worst_m", m->worst,
                     "worst_row", (json_int_t)l->worst_row, "steer_rate_rad_s", m->steer_rate,
                     "path_steer_rate_rad_s", m->path_rate, "inside", p->inside, "progress_m", p->progress,
                     "ticks", l->report.ticks, "drive", r->drives[l->drive].number, "lap", l->piece.number,
                     "kind", vg_piece_tag(l->piece.kind), "noise_m", c->smoothing.noise, "sd_usual_m",
                     c->sd_usual, "bridges", c->bridges, "bridged_s", c->bridged);
}

static vg_err print_json(const work *w, vg_diag *diag) {
    json_t *laps = json_array();
    for (int32_t i = 0; i < w->call->operands.count; i++)
        for (int32_t k = 0; k < w->reports[i].lap_count; k++)
            json_array_append_new(
                laps, json_of_lap(w->call->operands.items[i], &w->reports[i], &w->reports[i].laps[k]));
    return vg_print_json(json_pack("{ss ss ss si so}", "log", w->o->out, "road",
                                   w->o->road ? w->o->road : w->o->make_road, "car", w->o->car, "left_out",
                                   w->bad, "laps", laps),
                         diag);
}

// --- the work --------------------------------------------------------------------------------------------

static void warn(void *context, const char *text) {
    work *w = context;
    vg_warnings_said.warn(vg_warnings_said.context, text);
    vg_text_add(&w->told, "%s\n", text);
}

// A lap or a file that could not be taken. One that is alone is the command's own error.
static void told(void *context, const vg_diag *diag) {
    work *w = context;
    char text[1024];
    vg_text_add(&w->told, "left out: %s\n", vg_diag_format(diag, text, sizeof text));
    if (w->bad++) vg_say_diag(&w->last);
    w->last = *diag;
}

static vg_err import_files(work *w, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < w->call->operands.count && !err; i++) {
        err = vg_interrupt_check(diag);
        w->def.framed = w->o->make_road && i == 0;
        if (!err)
            err = vg_import_file(&w->def, w->format, w->call->operands.items[i], w->o->map, &w->reports[i],
                                 diag);
        w->laps += w->reports[i].lap_count;
    }
    return err;
}

// The log, begun when the first lap is ready.
static vg_err get_log(void *context, vg_log **out, vg_diag *diag) {
    work *w = context;
    vg_err err = w->log ? VG_OK : vg_log_create(w->o->out, vg_call_overwrite(w->call), &w->log, diag);
    *out = w->log;
    return err;
}

// The road that was made becomes a file when there are laps on it: what is refused leaves nothing, so that
// the same command can be tried again with another car.
static vg_err keep_road(work *w, vg_diag *diag) {
    const char *path = w->o->make_road;
    if (!path) return VG_OK;
    vg_err err = vg_track_write_file(&w->track, w->track_format, path, vg_call_overwrite(w->call), diag);
    if (!err)
        vg_say("%s: %.0f m, %s, from %d round%s of these laps", path, w->made.length,
               w->track.closed ? "closed" : "open", w->made.rounds, w->made.rounds == 1 ? "" : "s");
    return err;
}

// Take what is good, or nothing.
static vg_err import_all(work *w, int *status, vg_diag *diag) {
    vg_err err = import_files(w, diag);
    bool nothing = w->bad && (!w->laps || w->o->strict);
    if (!err && !nothing) err = keep_road(w, diag);
    if (!err && !nothing)
        err = vg_log_close(w->log, diag);
    else
        vg_log_discard(w->log);
    if (err) return err;
    if (nothing) {
        if (w->laps)
            vg_say_warning("%d laps were good, and left out for the others' sake (--strict)", w->laps);
        if (diag) *diag = w->last;
        return w->last.code;
    }
    if (!w->bad) return VG_OK;
    vg_say_diag(&w->last);
    vg_say_warning("%d of %d laps or files left out; the others are in %s", w->bad, w->bad + w->laps,
                   w->o->out);
    *status = 1;
    return VG_OK;
}

static vg_err take_line(work *w, vg_diag *diag) {
    const char *at = w->o->start_line;
    double v[4];
    char *end = NULL;
    for (int i = 0; at && i < 4; i++) {
        v[i] = strtod(at, &end);
        bool last = i == 3;
        if (end == at || *end != (last ? 0 : ',') || !(v[i] >= -1e7 && v[i] <= 1e7))
            return vg_fail(diag, VG_ERR_ARGUMENT, "--start-line is '%.60s'; expected X,Y,X,Y in metres",
                           w->o->start_line);
        at = end + !last;
    }
    if (!at) return VG_OK;
    w->line = (vg_start_line){{v[0], v[2]}, {v[1], v[3]}};
    if (v[0] == v[2] && v[1] == v[3])
        return vg_fail(diag, VG_ERR_ARGUMENT, "--start-line is '%.60s'; expected two places",
                       w->o->start_line);
    w->def.line = &w->line;
    return VG_OK;
}

// A road of the laps themselves.
static vg_err make_road(work *w, vg_diag *diag) {
    const options *o = w->o;
    vg_make_road_def def = vg_make_road_default();
    def.format = w->format, def.files = w->call->operands.items, def.count = w->call->operands.count;
    def.map = o->map, def.clean = w->def.clean;
    def.road.width = o->width, def.road.warnings = &w->warnings;
    vg_err err = vg_track_format_to_write(o->make_road, &w->track_format, diag);
    if (!err) err = vg_file_may_write(o->make_road, vg_call_overwrite(w->call), diag);
    if (!err) err = vg_make_road(&def, &w->track, &w->made, diag);
    if (!err) vg_track_name_by_file(&w->track, o->make_road);
    return err ? err : vg_track_road(&w->track, &w->road, diag);
}

static vg_err open_road(work *w, vg_diag *diag) {
    if (!w->o->road == !w->o->make_road)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "expected either --road ROAD, or --make-road FILE to make one of the laps");
    if (w->o->make_road) return make_road(w, diag);
    vg_err err = vg_road_load_said(w->o->road, &w->road, diag);
    if (err || !w->o->reverse) return err;
    vg_road *reversed;
    err = vg_road_reversed(w->road, &reversed, diag);
    if (err) return err;
    vg_road_destroy(w->road);
    w->road = reversed;
    return VG_OK;
}

static vg_err prepare(work *w, vg_diag *diag) {
    const options *o = w->o;
    vg_err err = vg_car_load(o->car, &w->car, diag);
    if (!err && o->tags) err = vg_log_check_tags(o->tags, diag);
    if (!err) err = take_line(w, diag);
    if (!err) err = vg_file_may_write(o->out, vg_call_overwrite(w->call), diag);
    char page[1024];
    if (o->report) snprintf(page, sizeof page, "%.1000s/index.html", o->report);
    if (!err && o->report) err = vg_file_may_write(page, vg_call_overwrite(w->call), diag);
    if (!err && !(w->reports = vg_new(vg_import_file_report, w->call->operands.count)))
        err = vg_fail_memory(diag);
    w->warnings = (vg_warnings){.warn = warn, .context = w};
    w->def.import.car = &w->car, w->def.import.warnings = &w->warnings;
    if (o->tags) w->def.import.tags = o->tags;
    w->def.clean.speed = (vg_clean_speed)o->speed, w->def.clean.bridge = o->bridge;
    w->def.cut = (vg_cut_by)o->cut, w->def.align = o->align;
    if (!err) err = open_road(w, diag);
    w->def.import.road = w->road;
    w->def.bad = told, w->def.log = get_log, w->def.context = w;
    return err;
}

#ifdef VG_WITH_FIGURES
static vg_err write_report(const work *w, vg_diag *diag) {
    vg_say_without_fonts();
    if (w->told.failed) return vg_fail_memory(diag);
    const vg_import_page page = {.log = w->o->out,
                                 .road = w->road,
                                 .files = w->call->operands.items,
                                 .reports = w->reports,
                                 .count = w->call->operands.count,
                                 .told = w->told.bytes ? w->told.bytes : ""};
    return vg_import_page_write(&page, w->o->report, vg_call_overwrite(w->call), diag);
}
#else
static vg_err write_report(const work *w, vg_diag *diag) {
    (void)w;
    return vg_fail(diag, VG_ERR_ARGUMENT,
                   "this build cannot draw a report: it was made without figures (Cairo)");
}
#endif

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    // The command is a row of the table: its name is the format's name.
    work w = {.call = call,
              .o = call->options,
              .def = vg_import_file_default(),
              .format = (const vg_lap_format *)vg_format_named(vg_lap_formats, call->command->name)};
    vg_err err = prepare(&w, diag);
    if (!err) err = import_all(&w, status, diag);
    if (!err && w.o->report) err = write_report(&w, diag);
    if (!err) err = call->json ? print_json(&w, diag) : print_table(&w, diag);
    for (int32_t i = 0; w.reports && i < call->operands.count; i++) vg_import_file_free(&w.reports[i]);
    vg_free(w.reports);
    vg_text_free(&w.told);
    vg_track_free(&w.track);
    vg_road_destroy(w.road);
    return err;
}

static const vg_flag flags[] = {
    {"road", VG_FLAG_TEXT, offsetof(options, road), "ROAD",
     .help = "the road the laps were driven on: a name or a file"},
    {"make-road", VG_FLAG_TEXT, offsetof(options, make_road), "FILE",
     .help = "where there is no road: make one of these laps, write it to FILE and use it (see verge track "
             "from-laps)"},
    {"width", VG_FLAG_DOUBLE, offsetof(options, width), "M", .least = 1, .most = 2000, .standard = "12",
     .help = "width of the road that is made"},
    {"car", VG_FLAG_TEXT, offsetof(options, car), "CAR", .required = true,
     .help = "the car that will follow the laps: a preset or a file"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "LOG", .required = true, .help = "the log to write"},
    {"tags", VG_FLAG_TEXT, offsetof(options, tags), "TAGS",
     .help = "comma-separated tags, stored with every lap"},
    {"reverse", VG_FLAG_SWITCH, offsetof(options, reverse),
     .help = "turn the road round first: for laps driven against its direction"},
    {"align", VG_FLAG_SWITCH, offsetof(options, align),
     .help =
         "lay drives that are not on the road onto it, turned and moved, never scaled (those of latitude and "
         "longitude are in any case)"},
    {"speed", VG_FLAG_CHOICE, offsetof(options, speed), "HOW", .standard = "as-is",
     .choice = vg_clean_speed_word,
     .help = "a speed column that disagrees with the path: refused where it is more than 3 % off (as-is), "
             "divided "
             "by its scale and moved by its lag (fix), left out (none)"},
    {"bridge", VG_FLAG_DOUBLE, offsetof(options, bridge), "S", 0, 60, "0",
     .help = "bridge gaps up to S seconds by a model of motion; they are no data for training"},
    {"cut", VG_FLAG_CHOICE, offsetof(options, cut), "BY", .standard = "auto", .choice = vg_cut_word,
     .help = "what cuts a drive into laps: the file's numbers of laps, else the start line (auto)"},
    {"start-line", VG_FLAG_TEXT, offsetof(options, start_line), "X,Y,X,Y",
     .help = "cut where a drive crosses this line instead of the road's, m"},
    {"map", VG_FLAG_TEXT, offsetof(options, map), "YAML", .help = "a column map, for formats that take one"},
    {"report", VG_FLAG_TEXT, offsetof(options, report), "DIR",
     .help = "write a page with pictures of what was read, changed and found"},
    {"strict", VG_FLAG_SWITCH, offsetof(options, strict), .help = "take all laps or none"},
};

// The part of the help that holds for every format. It follows the format's own help.
static void explain(vg_text *out) {
    vg_text_add(
        out, "%s",
        "Five steps: the file is read; its rows are cleaned; a drive that is not in the road's frame is "
        "laid onto the road (--align, and always for latitude and longitude); a drive of several laps is "
        "cut into laps, of which an out-lap, an in-lap and a part-lap are tagged so; and the actions are "
        "found whose simulation follows each lap. Each lap is an episode of the log.\n\n"
        "Cleaning tells all that it changes, with rows: times that stand still or run back (mended within "
        "1 s, else refused), positions written more often than measured (thinned), lost fixes and single "
        "wild speeds (left out), speeds a little below 0, clock jitter. Fixes that are noisy by more than "
        "0.03 m are smoothed, with speeds and headings as far as they agree; the noise is estimated. A "
        "slow drift of a receiver cannot be seen in one drive, and stays.\n\n"
        "What is good is taken, and everything that is not is told with its row; the exit status is then "
        "1. With --strict it is all or nothing.\n\n"
        "Prints for each lap how far the simulated car is from the samples at equal time (root mean "
        "square, 95th percentile, worst, and the row of the worst); the root mean square of the "
        "steering rate found, beside that of the path's own curvature; the standard deviation of "
        "the cleaned positions, as far as noise goes; and the share of samples between the edges. Refuses a "
        "lap that the car's limits cannot follow within 0.15 m (95 % of "
        "the samples) and 0.5 m (all samples), in proportion more where the fixes are noisy, and names the "
        "row and the limit.\n\n"
        "Measured steering and pedals are stored with the samples and never replayed.");
}

// Makes a command of the i-th format of laps, and behind those, the other formats' own.
static bool format_command(int32_t i, vg_made_command *out) {
    static const vg_command *const others[] = {&vg_command_import_minari, &vg_command_import_onnx};
    const vg_lap_format *format = vg_lap_format_at(i);
    if (!format) {
        int32_t laps = 0;
        while (vg_lap_format_at(laps)) laps++;
        if (i < laps || i - laps >= (int32_t)(sizeof others / sizeof *others)) return false;
        out->command = *others[i - laps];
        return true;
    }
    out->command = (vg_command){
        .name = format->about.name,
        .summary = format->about.summary,
        .synopsis = "FILE... --road ROAD --car CAR --out LOG\nFILE... --make-road FILE --car CAR --out LOG",
        .details = format->about.help,
        .more = explain,
        .examples = format->about.examples,
        VG_FLAGS(flags),
        .options_size = sizeof(options),
        .least_operands = 1,
        .most_operands = -1,
        .once = true,
        .takes = VG_TAKES_FORCE | VG_TAKES_JSON,
        .run = run,
    };
    return true;
}

const vg_command vg_command_import = {
    .name = "import",
    .summary = "human telemetry to a log, a model to a policy",
    .synopsis = "FORMAT FILE... --road ROAD --car CAR --out LOG\nminari DIR --out LOG\nonnx X.onnx --sense S "
                "--out POLICY",
    .child = format_command,
};
