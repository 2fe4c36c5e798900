// verge bench: how fast, here. `verge bench score` is app/cmd_bench_score.c.
#include <stdio.h>
#include <string.h>

#include "app/args.h"
#include "app/interrupt.h"
#include "app/output.h"
#include "bench/bench.h"
#include "sim/base/level.h"
#include "sim/base/version.h"

typedef struct bench_options {
    double seconds;
    int64_t repeats, threads, pieces;
    const char *csv;
    bool list;
} bench_options;

static const bench_case *const pieces[] = {
    &bench_motion,     &bench_action, &bench_lidar,  &bench_train_64, &bench_train_256,
    &bench_train_4096, &bench_infer,  &bench_dagger, &bench_gail,     &bench_gail_imitation};
enum { PIECES = sizeof pieces / sizeof *pieces };

static bool wanted(const vg_list *names, const char *name) {
    for (int32_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0) return true;
    return names->count == 0;
}

static vg_err check_names(const vg_list *names, vg_diag *diag) {
    for (int32_t i = 0; i < names->count; i++) {
        int known = 0;
        for (int j = 0; j < PIECES; j++) known += strcmp(names->items[i], pieces[j]->name) == 0;
        if (!known)
            return vg_fail(diag, VG_ERR_ARGUMENT, "no piece is called '%s'; see verge bench --list",
                           names->items[i]);
    }
    return VG_OK;
}

static vg_err print_list(vg_diag *diag) {
    static const char *const titles[] = {"piece", "what"};
    vg_table table = {0};
    vg_table_begin(&table, 2, titles);
    for (int i = 0; i < PIECES; i++) {
        vg_table_cell(&table, "%s", pieces[i]->name);
        vg_table_cell(&table, "%s", pieces[i]->help);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err print_results(const bench_result *results, int32_t count, vg_diag *diag) {
    static const char *const titles[] = {"piece", "median", "least", "most", "unit", "goal"};
    vg_table table = {0};
    vg_table_begin(&table, 6, titles);
    for (const bench_result *r = results; r < results + count; r++) {
        char number[32];
        bool lower = r->piece->lower;
        vg_table_cell(&table, "%s", r->piece->name);
        vg_table_cell(&table, "%s", bench_format(r->median, lower, number));
        vg_table_cell(&table, "%s", bench_format(r->least, lower, number));
        vg_table_cell(&table, "%s", bench_format(r->most, lower, number));
        vg_table_cell(&table, lower ? "s" : "%s/s", r->piece->unit);
        vg_table_cell(&table, "%s", r->piece->goal > 0 ? bench_format(r->piece->goal, lower, number) : "-");
    }
    for (const bench_result *r = results; r < results + count; r++)
        if (r->share < 0.9)
            vg_say_warning("%s had %.0f %% of a core: the machine is busy and the numbers are too low",
                           r->piece->name, 100 * r->share);
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err print_json(const bench_result *results, int32_t count, const char *machine, int64_t threads,
                         vg_diag *diag) {
    json_t *rows = json_array();
    for (const bench_result *r = results; r < results + count; r++)
        json_array_append_new(rows,
                              json_pack("{ss ss sf sf sf si sf}", "piece", r->piece->name, "unit",
                                        r->piece->lower ? "s" : r->piece->unit, "median", r->median, "least",
                                        r->least, "most", r->most, "repeats", r->repeats, "cpu", r->share));
    return vg_print_json(json_pack("{ss ss ss sI so}", "version", VG_VERSION, "machine", machine, "level",
                                   vg_level_name(vg_level_now()), "threads", (json_int_t)threads, "results",
                                   rows),
                         diag);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const bench_options *options = call->options;
    bench_result results[PIECES];
    int32_t count = 0, threads = (int32_t)options->threads;
    char machine[64];
    bench_machine(machine);
    if (options->list) return print_list(diag);
    vg_err err = check_names(&call->operands, diag);
    if (!err && options->csv) err = vg_file_may_write(options->csv, vg_call_overwrite(call), diag);
    for (int i = 0; i < PIECES && !err; i++) {
        if (!wanted(&call->operands, pieces[i]->name)) continue;
        err = bench_measure(pieces[i], threads, options->seconds, (int32_t)options->repeats, options->pieces,
                            &results[count++], diag);
        if (!err) err = vg_interrupt_check(diag);
    }
    if (err) return err;
    if (options->csv) {
        vg_text csv = {0};
        bench_csv(results, count, machine, threads, &csv);
        err = csv.failed ? vg_fail_memory(diag)
                         : vg_file_write(options->csv, csv.bytes, csv.size, vg_call_overwrite(call), diag);
        vg_text_free(&csv);
        if (err) return err;
    }
    if (call->json) return print_json(results, count, machine, options->threads, diag);
    printf("%s, level %s, %d thread%s\n", machine, vg_level_name(vg_level_now()), threads,
           threads == 1 ? "" : "s");
    return print_results(results, count, diag);
}

static const vg_flag flags[] = {
    {"seconds", VG_FLAG_DOUBLE, offsetof(bench_options, seconds), "S", 0.001, 60, "0.2",
     .help = "seconds a repeat"},
    {"repeats", VG_FLAG_INT, offsetof(bench_options, repeats), "N", 1, 1000, "7",
     .help = "repeats, of which the median is told"},
    {"threads", VG_FLAG_INT, offsetof(bench_options, threads), "N", 1, 1024, "1", .help = "threads to use"},
    {"pieces", VG_FLAG_INT, offsetof(bench_options, pieces), "N", 0, 1e9, "0",
     .help = "pieces a repeat, exactly, for who counts instructions; 0: as many as --seconds hold"},
    {"csv", VG_FLAG_TEXT, offsetof(bench_options, csv), "FILE", .help = "write the results there too"},
    {"list", VG_FLAG_SWITCH, offsetof(bench_options, list), .help = "say which pieces there are"},
};

extern const vg_command vg_command_bench_score; // app/cmd_bench_score.c
extern const vg_command vg_command_bench_gate;  // app/cmd_bench_gate.c
#ifdef VG_WITH_FIGURES
extern const vg_command vg_command_bench_frame; // app/cmd_bench_frame.c
#endif

const vg_command vg_command_bench = {
    .name = "bench",
    .summary = "how fast, here; and whether the scorer is right",
    .synopsis = "[PIECE...] [--seconds S] [--repeats N] [--threads N] [--csv FILE]\n"
                "score [--studies N] [--threads N]\n"
                "gate [--comparisons N] [--threads N]\n"
                "frame [--frames N] [--width N] [--height N]",
    .details =
        "Runs pieces of fixed work, each for some time, again and again, and prints the median beside\n"
        "the least and the most. A goal is what one core of a machine of 2023 should reach.",
    .examples = "verge bench\nverge bench motion lidar --csv speed.csv",
    VG_FLAGS(flags),
    .options_size = sizeof(bench_options),
    .most_operands = -1,
    .takes = VG_TAKES_JSON | VG_TAKES_FORCE,
    .children =
        (const vg_command *const[]){
            &vg_command_bench_score,
            &vg_command_bench_gate,
#ifdef VG_WITH_FIGURES
            &vg_command_bench_frame,
#endif
            NULL,
        },
    .run = run,
};
