// verge bench roofline: what limits each piece, and how far each piece is from its limit.
#include <stdio.h>

#include "app/cli/args.h"
#include "app/cli/fonts.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/commands/roofline_figure.h"
#include "sim/base/level.h"
#include "sim/base/version.h"

typedef struct options {
    const char *operations, *out;
    double seconds;
    int64_t repeats;
} options;

static vg_err measure(const options *o, bench_roofs *roofs, bench_share *shares, int32_t *count,
                      vg_diag *diag) {
    bench_operations rows[BENCH_OPERATIONS_MOST];
    bench_plan plan = {.threads = 1, .repeats = (int32_t)o->repeats, .seconds = o->seconds, .cpu = true};
    vg_err err = bench_operations_read(o->operations, rows, count, diag);
    if (err) return err;
    vg_progress progress;
    vg_progress_begin(&progress, "measuring", "pieces", *count + 1);
    err = bench_roofs_measure(&plan, roofs, diag);
    for (int32_t i = 0; i < *count && !err; i++) {
        vg_progress_update(&progress, i + 1);
        err = bench_share_measure(&plan, roofs, &rows[i], &shares[i], diag);
        if (!err) err = vg_interrupt_check(diag);
    }
    vg_progress_end(&progress);
    return err;
}

static vg_err print_roofs(const bench_roofs *roofs, vg_diag *diag) {
    static const char *const titles[] = {"one core's limits", "a cycle"};
    vg_table table = {0};
    char machine[64];
    vg_print("%s, level %s, clock %.2f GHz as measured\n", bench_machine(machine),
             vg_level_name(vg_level_now()), roofs->clock / 1e9);
    vg_table_begin(&table, 2, titles);
    for (int i = 0; i < BENCH_ROOF_COUNT; i++) {
        static const char *const what[BENCH_ROOF_COUNT] = {"flops", "bytes of L1 read", "bytes of L2 read",
                                                           "divisions", "instructions"};
        vg_table_cell(&table, "%s", what[i]);
        vg_table_cell(&table, "%.1f", roofs->per_cycle[i]);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    vg_print("\n");
    return err;
}

// The share of its time that a piece would need if this roof were the only limit, in %.
static vg_err print_shares(const bench_share *shares, int32_t count, vg_diag *diag) {
    static const char *const titles[] = {"piece",       "a",       "instr.",  "flops", "bytes",
                                         "bytes L2",    "cycles",  "% flops", "% L1",  "% L2",
                                         "% divisions", "% issue", "bound"};
    vg_table table = {0};
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (const bench_share *s = shares; s < shares + count; s++) {
        vg_table_cell(&table, "%s", s->of.piece);
        vg_table_cell(&table, "%s", s->of.unit);
        vg_table_cell(&table, "%.4g", s->of.instructions);
        vg_table_cell(&table, "%.4g", s->of.flops);
        vg_table_cell(&table, "%.4g", s->of.bytes);
        vg_table_cell(&table, "%.4g", s->of.bytes_l2);
        vg_table_cell(&table, "%.4g", s->cycles);
        for (int i = 0; i < BENCH_ROOF_COUNT; i++) vg_table_cell(&table, "%.0f", 100 * s->share[i]);
        vg_table_cell(&table, "%s", bench_roof_name(s->bound));
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err print_json(const bench_roofs *roofs, const bench_share *shares, int32_t count, vg_diag *diag) {
    json_t *roof = json_object(), *rows = json_array();
    for (int i = 0; i < BENCH_ROOF_COUNT; i++)
        json_object_set_new(roof, bench_roof_name((bench_roof)i), json_real(roofs->per_cycle[i]));
    for (const bench_share *s = shares; s < shares + count; s++) {
        json_t *share = json_object();
        for (int i = 0; i < BENCH_ROOF_COUNT; i++)
            json_object_set_new(share, bench_roof_name((bench_roof)i), json_real(s->share[i]));
        json_array_append_new(rows, json_pack("{ss ss sf so ss}", "piece", s->of.piece, "unit", s->of.unit,
                                              "cycles", s->cycles, "share", share, "bound",
                                              bench_roof_name(s->bound)));
    }
    return vg_print_json(json_pack("{ss sf so so}", "version", VG_VERSION, "clock", roofs->clock, "per_cycle",
                                   roof, "pieces", rows),
                         diag);
}

static vg_err draw(const vg_call *call, const bench_roofs *roofs, const bench_share *shares, int32_t count,
                   vg_diag *diag) {
    const options *o = call->options;
    char machine[64], subtitle[128];
    snprintf(subtitle, sizeof subtitle, "%s, level %s, one core", bench_machine(machine),
             vg_level_name(vg_level_now()));
    vg_roofline_figure figure = {roofs, shares, count, subtitle};
    vg_picture picture = vg_picture_default();
    picture.canvas.height = 560, picture.overwrite = vg_call_overwrite(call);
    vg_say_without_fonts();
    return vg_roofline_write(&figure, o->out, &picture, diag);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const options *o = call->options;
    bench_roofs roofs;
    bench_share shares[BENCH_OPERATIONS_MOST];
    int32_t count = 0;
    vg_err err = o->out ? vg_file_may_write(o->out, vg_call_overwrite(call), diag) : VG_OK;
    if (!err) err = measure(o, &roofs, shares, &count, diag);
    if (!err && o->out) err = draw(call, &roofs, shares, count, diag);
    if (err) return err;
    if (call->json) return print_json(&roofs, shares, count, diag);
    err = print_roofs(&roofs, diag);
    return err ? err : print_shares(shares, count, diag);
}

static const vg_flag flags[] = {
    {"operations", VG_FLAG_TEXT, offsetof(options, operations), "FILE", .standard = "bench/operations.csv",
     .help = "file with the operations of each piece, written by script/operations"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "FILE",
     .help = "draw the roofs into this file: .png or .svg"},
    {"seconds", VG_FLAG_DOUBLE, offsetof(options, seconds), "S", 0.001, 60, "0.1",
     .help = "seconds a repeat"},
    {"repeats", VG_FLAG_INT, offsetof(options, repeats), "N", 1, 1000, "7",
     .help = "number of repeats; the median is printed"},
};

const vg_command vg_command_bench_roofline = {
    .name = "roofline",
    .summary = "what limits each piece, and how far the piece is from it",
    .synopsis = "[--operations FILE] [--out FILE] [--seconds S] [--repeats N]",
    .details = "Measures how much one core can do in a cycle (the peak- pieces), and each piece of FILE in "
               "turn with the clock. A share is the time that one roof alone would require, in % of the time "
               "that the piece takes; the largest share is the piece's limit. The rest up to 100 % is "
               "waiting for earlier results, or work that no roof here counts. Times are the processor's, so "
               "that other programs on the machine matter little.",
    .examples = "verge bench roofline\nverge bench roofline --out roofline.png --force",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .takes = VG_TAKES_JSON | VG_TAKES_FORCE,
    .run = run,
};
