// verge bench sizes: the same work at many sizes, to see whether any cost grows faster than in proportion.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/fonts.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "bench/sizes.h"
#include "eval/figures/scatter.h"
#include "sim/base/version.h"

typedef struct options {
    double seconds, most;
    int64_t repeats, threads;
    const char *out;
    bool cpu;
} options;

enum { SERIES = 4, SIZES_MOST = 12 };
static const bench_series *const all[SERIES] = {&bench_series_cars, &bench_series_train, &bench_series_infer,
                                                &bench_series_labels};

// One measured series: its sizes up to the largest one requested.
typedef struct curve {
    const bench_series *series;
    int32_t count;
    double time[SIZES_MOST];   // s a unit
    double scaled[SIZES_MOST]; // cost divided by the series' divisor
    double memory[SIZES_MOST]; // most bytes in use; NaN: not measured
} curve;

// A single run that takes at least this long counts without a second one.
static const double LONG = 1.0;
// The most that a unit may cost, relative to the least cost at a smaller size, to be called linear. The clock
// alone changes by a quarter.
static const double LINEAR = 1.25;

// --- measuring --------------------------------------------------------------------------------------------

// Peak memory from now on, if the system lets verge reset the counter; otherwise since the program began.
static void forget_memory(void) {
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (!file) return;
    fputs("5", file);
    fclose(file);
}

static double peak_memory(void) {
    char line[256];
    double kilobytes = NAN;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %lf kB", &kilobytes) == 1) break;
    if (file) fclose(file);
    return 1024 * kilobytes;
}

static vg_err measure_once(const bench_plan *plan, const bench_case *piece, double *rate, double *lasted,
                           vg_diag *diag) {
    bench_result results[2] = {0};
    int32_t measured = 0;
    double began = bench_now();
    vg_err err = bench_measure(plan, &piece, 1, results, &measured, diag);
    if (!err) *rate = results[measured - 1].median;
    *lasted = bench_now() - began;
    bench_results_free(results, measured);
    return err;
}

static vg_err measure_size(const options *o, curve *c, int32_t i, vg_diag *diag) {
    const bench_series *series = c->series;
    bench_plan plan = {
        .threads = (int32_t)o->threads, .repeats = 1, .seconds = o->seconds, .fixed = 1, .cpu = o->cpu};
    double rate = 0, lasted = 0;
    forget_memory();
    vg_err err = measure_once(&plan, &series->cases[i], &rate, &lasted, diag);
    c->memory[i] = series->memory ? peak_memory() : NAN;
    plan.repeats = (int32_t)o->repeats, plan.fixed = 0;
    if (!err && lasted < LONG) err = measure_once(&plan, &series->cases[i], &rate, &lasted, diag);
    c->time[i] = 1 / rate;
    c->scaled[i] = c->time[i] / (series->per ? series->per[i] : 1);
    return err ? err : vg_interrupt_check(diag);
}

static vg_err measure(const options *o, curve curves[], int32_t count, vg_diag *diag) {
    vg_err err = VG_OK;
    vg_progress progress;
    int32_t done = 0, total = 0;
    for (int32_t k = 0; k < count; k++) total += curves[k].series->count;
    vg_progress_begin(&progress, "measuring", "sizes", total);
    for (curve *c = curves; c < curves + count && !err; c++)
        for (int32_t i = 0; i < c->series->count && !err; i++) {
            vg_progress_update(&progress, ++done);
            if (c->series->sizes[i] > o->most) continue;
            err = measure_size(o, c, i, diag);
            c->count = i + 1;
        }
    vg_progress_end(&progress);
    return err;
}

// --- output -----------------------------------------------------------------------------------------------

// A unit's cost at size i, relative to the least cost at a smaller size.
static double beside_smaller(const curve *c, int32_t i) {
    double least = c->scaled[0];
    for (int32_t k = 1; k < i; k++) least = fmin(least, c->scaled[k]);
    return c->scaled[i] / least;
}

static vg_err print_curve(const curve *c, vg_diag *diag) {
    static const char *const titles[] = {"size", "ns a unit", "by parameters", "beside the least of smaller",
                                         "memory"};
    vg_table table = {0};
    vg_print("%s: %s\n", c->series->name, c->series->help);
    vg_table_begin(&table, 5, titles);
    for (int32_t i = 0; i < c->count; i++) {
        vg_table_cell(&table, "%.0f", c->series->sizes[i]);
        vg_table_cell(&table, "%.1f", 1e9 * c->time[i]);
        vg_table_cell(&table, c->series->per ? "%.3f" : "-", 1e9 * c->scaled[i]);
        vg_table_cell(&table, "%.2f", beside_smaller(c, i));
        vg_table_cell(&table, isnan(c->memory[i]) ? "-" : "%.0f MB", c->memory[i] / 1e6);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    int32_t worse = 0, last = c->count - 1;
    for (int32_t i = 1; i < c->count; i++) worse += beside_smaller(c, i) > LINEAR;
    if (worse)
        vg_print(
            "%s: worse than linear at %d of %d sizes; at the largest a unit costs %.2f times the least\n\n",
            c->series->name, worse, c->count, beside_smaller(c, last));
    else
        vg_print("%s: nothing worse than linear\n\n", c->series->name);
    return err;
}

static vg_err print_json(const curve *curves, int32_t count, vg_diag *diag) {
    json_t *list = json_array();
    for (const curve *c = curves; c < curves + count; c++)
        for (int32_t i = 0; i < c->count; i++)
            json_array_append_new(list,
                                  json_pack("{ss ss sf sf sf so}", "series", c->series->name, "unit",
                                            c->series->unit, "size", c->series->sizes[i], "seconds",
                                            c->time[i], "beside_smaller", beside_smaller(c, i), "bytes",
                                            isnan(c->memory[i]) ? json_null() : json_real(c->memory[i])));
    return vg_print_json(json_pack("{ss so}", "version", VG_VERSION, "sizes", list), diag);
}

// --- drawing ----------------------------------------------------------------------------------------------

// Series that share a size share a picture.
static const struct drawing {
    const char *name, *title, *subtitle, *y_label;
    const bench_series *series[2];
} drawings[] = {
    {"sizes-cars",
     "Time of a car's action by cars in a world",
     "sense, act, 3 ticks",
     "ns a car-action",
     {&bench_series_cars}},
    {"sizes-nets",
     "Time of a sample and parameter by a network's width",
     "train: gradient and Adam step in batches of 256; infer: answers for 64 cars at a time",
     "ns a sample and parameter",
     {&bench_series_train, &bench_series_infer}},
    {"sizes-labels",
     "Time of a label by labels",
     "one epoch of cloning, from rows to a policy file",
     "ns a label",
     {&bench_series_labels}},
};
enum { DRAWINGS = sizeof drawings / sizeof *drawings };

static vg_err drawing_path(const options *o, const struct drawing *d, char path[600], vg_diag *diag) {
    if (snprintf(path, 600, "%s/%s.png", o->out, d->name) < 600) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "--out is too long");
}

// Fills the curves of a drawing; only measured series count.
static int32_t curves_of(const struct drawing *d, const curve *curves, int32_t count, const curve *found[2]) {
    int32_t n = 0;
    for (const curve *c = curves; c < curves + count; c++)
        if (c->series == d->series[0] || c->series == d->series[1]) found[n++] = c;
    return n;
}

static vg_err draw(const options *o, const struct drawing *d, const curve *const *curves, int32_t count,
                   vg_overwrite overwrite, vg_diag *diag) {
    vg_scatter_series lines[2];
    double ns[2][SIZES_MOST];
    char path[600];
    for (int32_t k = 0; k < count; k++) {
        for (int32_t i = 0; i < curves[k]->count; i++) ns[k][i] = 1e9 * curves[k]->scaled[i];
        lines[k] = (vg_scatter_series){.label = curves[k]->series->name,
                                       .x = curves[k]->series->sizes,
                                       .y = ns[k],
                                       .count = curves[k]->count};
    }
    vg_scatter_figure figure = vg_scatter_default();
    figure.title = d->title, figure.subtitle = d->subtitle;
    figure.series = lines, figure.series_count = count;
    figure.x_label = curves[0]->series->size, figure.y_label = d->y_label;
    figure.log_y = figure.joined = true;
    vg_picture picture = vg_picture_default();
    picture.canvas.height = 360, picture.overwrite = overwrite;
    vg_err err = drawing_path(o, d, path, diag);
    return err ? err : vg_scatter_write(&figure, path, &picture, diag);
}

// Draws every picture that has data. Before anything is measured it only checks that the files may be
// written.
static vg_err draw_all(const options *o, const curve *curves, int32_t count, bool ask, vg_overwrite overwrite,
                       vg_diag *diag) {
    vg_err err = VG_OK;
    if (o->out && !ask) vg_say_without_fonts();
    for (const struct drawing *d = drawings; o->out && d < drawings + DRAWINGS && !err; d++) {
        const curve *found[2];
        char path[600];
        int32_t n = curves_of(d, curves, count, found);
        if (n == 0) continue;
        if (ask && !(err = drawing_path(o, d, path, diag))) err = vg_file_may_write(path, overwrite, diag);
        if (!ask) err = draw(o, d, found, n, overwrite, diag);
    }
    return err;
}

// --- the command ------------------------------------------------------------------------------------------

static bool wanted(const vg_list *names, const bench_series *series) {
    for (int32_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], series->name) == 0) return true;
    return names->count == 0;
}

static vg_err check_names(const vg_list *names, vg_diag *diag) {
    for (int32_t i = 0; i < names->count; i++) {
        bool known = false;
        for (int k = 0; k < SERIES; k++) known |= strcmp(names->items[i], all[k]->name) == 0;
        if (!known)
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "no series is called '%s', expected cars, train, infer or labels",
                           names->items[i]);
    }
    return VG_OK;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const options *o = call->options;
    vg_overwrite overwrite = vg_call_overwrite(call);
    curve curves[SERIES];
    int32_t count = 0;
    for (int k = 0; k < SERIES; k++)
        if (wanted(&call->operands, all[k])) curves[count++] = (curve){.series = all[k]};
    vg_err err = check_names(&call->operands, diag);
    if (!err) err = draw_all(o, curves, count, true, overwrite, diag);
    if (!err) err = measure(o, curves, count, diag);
    if (!err) err = draw_all(o, curves, count, false, overwrite, diag);
    if (err) return err;
    if (call->json) return print_json(curves, count, diag);
    for (int32_t k = 0; k < count && !err; k++) err = print_curve(&curves[k], diag);
    return err;
}

static const vg_flag flags[] = {
    {"seconds", VG_FLAG_DOUBLE, offsetof(options, seconds), "S", 0.001, 60, "0.1",
     .help = "seconds a repeat"},
    {"repeats", VG_FLAG_INT, offsetof(options, repeats), "N", 1, 1000, "5",
     .help = "number of repeats; the median is printed; work that takes over a second is run once"},
    {"most", VG_FLAG_DOUBLE, offsetof(options, most), "SIZE", 1, 1e9, "1e7",
     .help = "leave out larger sizes"},
    {"threads", VG_FLAG_INT, offsetof(options, threads), "N", 1, 1024, "1", .help = "number of threads"},
    {"cpu", VG_FLAG_SWITCH, offsetof(options, cpu),
     .help = "measure the processor's time, not the wall clock's, for a busy machine; on one thread only"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "DIR", .help = "draw sizes-*.png into this folder"},
};

const vg_command vg_command_bench_sizes = {
    .name = "sizes",
    .summary = "whether a cost grows faster than in proportion to the size",
    .synopsis = "[SERIES...] [--most SIZE] [--out DIR] [--seconds S] [--repeats N]",
    .details =
        "Runs the same work at many sizes: cars (1 to a million in a world; cost of a car's action), train "
        "and infer (networks of 16 to 512 units; cost of a sample, by the network's parameters), and labels "
        "(2 to ten million; cost of a label in one epoch of cloning, and the memory used). Each cost is "
        "compared with the least cost at a smaller size: above 1.25 it is called worse than linear.",
    .examples = "verge bench sizes\nverge bench sizes cars --out docs/images --force",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .most_operands = -1,
    .takes = VG_TAKES_JSON | VG_TAKES_FORCE,
    .run = run,
};
