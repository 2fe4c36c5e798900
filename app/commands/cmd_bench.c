// verge bench: how fast verge is on this machine. `verge bench score` is in app/commands/cmd_bench_score.c.
#include <stdio.h>
#include <string.h>

#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "bench/bench.h"
#include "sim/base/level.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

typedef struct bench_options {
    double seconds;
    int64_t repeats, threads, pieces;
    const char *csv;
    bool list, cpu;
} bench_options;

// Whether `name` names the piece. If no piece has that name, it may be the part of names before a '-':
// "matrix", "train", "peak".
static bool names_piece(const char *word, const bench_case *piece) {
    size_t length = strlen(word);
    if (strcmp(word, piece->name) == 0) return true;
    for (int i = 0; i < BENCH_PIECES_MOST; i++)
        if (strcmp(word, bench_pieces[i]->name) == 0) return false;
    return strncmp(word, piece->name, length) == 0 && piece->name[length] == '-';
}

static bool wanted(const vg_list *names, const bench_case *piece) {
    for (int32_t i = 0; i < names->count; i++)
        if (names_piece(names->items[i], piece)) return true;
    return names->count == 0;
}

static vg_err check_names(const vg_list *names, vg_diag *diag) {
    for (int32_t i = 0; i < names->count; i++) {
        bool known = false;
        for (int j = 0; j < BENCH_PIECES_MOST; j++) {
            const bench_case *piece = bench_pieces[j];
            const char *missing = piece->missing ? piece->missing() : NULL;
            known |= names_piece(names->items[i], piece);
            if (missing && strcmp(names->items[i], piece->name) == 0)
                return vg_fail(diag, VG_ERR_ARGUMENT, "%s cannot be measured here: %s", piece->name, missing);
        }
        if (!known)
            return vg_fail(diag, VG_ERR_ARGUMENT, "no piece is called '%s'; see verge bench --list",
                           names->items[i]);
    }
    return VG_OK;
}

// Collects pieces to measure in turn: the one at *next and, unless instructions are counted, the piece it is
// compared with. Moves *next on.
static int32_t take_group(const bench_options *options, const vg_list *names, int32_t *next,
                          const bench_case *group[BENCH_PIECES_MOST]) {
    const bench_case *head = bench_pieces[*next];
    int32_t count = 0;
    bool with_peers = wanted(names, head) && options->pieces == 0;
    if (wanted(names, head)) group[count++] = head;
    for ((*next)++; *next < BENCH_PIECES_MOST; (*next)++) {
        const bench_case *peer = bench_pieces[*next];
        if (!peer->with || strcmp(peer->with, head->name) != 0) break;
        if (!with_peers && !wanted(names, peer)) continue;
        const char *missing = peer->missing ? peer->missing() : NULL;
        if (missing)
            vg_say_warning("skipped %s: %s", peer->name, missing);
        else
            group[count++] = peer;
    }
    return count;
}

static vg_err print_list(vg_diag *diag) {
    static const char *const titles[] = {"piece", "what"};
    vg_table table = {0};
    vg_table_begin(&table, 2, titles);
    for (int i = 0; i < BENCH_PIECES_MOST; i++) {
        vg_table_cell(&table, "%s", bench_pieces[i]->name);
        vg_table_cell(&table, "%s", bench_pieces[i]->help);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static void warn_of_others(const bench_result *results, int32_t count) {
    const bench_result *least = NULL;
    int32_t disturbed = 0, single = 0;
    for (const bench_result *r = results; r < results + count; r++) {
        if (r->threads > 1) continue;
        single++;
        disturbed += r->share < 0.9;
        if (!least || r->share < least->share) least = r;
    }
    if (disturbed)
        vg_say_warning("the machine is busy and the numbers are too low (see --cpu): %d of %d had less than "
                       "90 %% of a core, "
                       "%s %.0f %%",
                       disturbed, single, least->piece->name, 100 * least->share);
}

static vg_err print_results(const bench_result *results, int32_t count, vg_diag *diag) {
    static const char *const titles[] = {"piece", "threads", "median", "least", "most", "unit", "goal"};
    vg_table table = {0};
    vg_table_begin(&table, 7, titles);
    for (const bench_result *r = results; r < results + count; r++) {
        char number[32];
        bool lower = r->piece->lower, goal = r->piece->goal > 0 && r->threads == 1;
        vg_table_cell(&table, "%s", r->piece->name);
        vg_table_cell(&table, "%d", r->threads);
        vg_table_cell(&table, "%s", bench_format(r->median, lower, number));
        vg_table_cell(&table, "%s", bench_format(r->least, lower, number));
        vg_table_cell(&table, "%s", bench_format(r->most, lower, number));
        vg_table_cell(&table, lower ? "s" : "%s/s", r->piece->unit);
        vg_table_cell(&table, "%s", goal ? bench_format(r->piece->goal, lower, number) : "-");
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static vg_err print_pairs(const bench_pair *pairs, int32_t count, vg_diag *diag) {
    static const char *const titles[] = {"piece", "threads", "times as fast as", "median", "least",
                                         "most",  "goal"};
    vg_table table = {0};
    vg_table_begin(&table, 7, titles);
    for (const bench_pair *p = pairs; p < pairs + count; p++) {
        vg_table_cell(&table, "%s", p->of->piece->name);
        vg_table_cell(&table, "%d", p->of->threads);
        vg_table_cell(&table, "%s", bench_beside(p));
        vg_table_cell(&table, "%.2f", p->median);
        vg_table_cell(&table, "%.2f", p->least);
        vg_table_cell(&table, "%.2f", p->most);
        vg_table_cell(&table, p->wanted > 0 ? "%.2f" : "-", p->wanted);
    }
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static json_t *json_results(const bench_result *results, int32_t count) {
    json_t *rows = json_array();
    for (const bench_result *r = results; r < results + count; r++)
        json_array_append_new(rows,
                              json_pack("{ss si ss sf sf sf si sf sf}", "piece", r->piece->name, "threads",
                                        r->threads, "unit", r->piece->lower ? "s" : r->piece->unit, "median",
                                        r->median, "least", r->least, "most", r->most, "repeats", r->repeats,
                                        "cpu", r->share, "work", r->work * (double)r->pieces));
    return rows;
}

static json_t *json_pairs(const bench_pair *pairs, int32_t count) {
    json_t *rows = json_array();
    for (const bench_pair *p = pairs; p < pairs + count; p++)
        json_array_append_new(rows,
                              json_pack("{ss si ss sf sf sf sf}", "piece", p->of->piece->name, "threads",
                                        p->of->threads, "beside", bench_beside(p), "ratio", p->median,
                                        "least", p->least, "most", p->most, "wanted", p->wanted));
    return rows;
}

static vg_err tell(const vg_call *call, const bench_result *results, int32_t count, vg_diag *diag) {
    const bench_options *options = call->options;
    char machine[64];
    bench_machine(machine);
    const char *level = vg_level_name(vg_level_now());
    bench_pair *pairs = vg_new(bench_pair, BENCH_PAIRS_MOST);
    int32_t paired = pairs ? bench_pairs(results, count, pairs) : -1;
    vg_err err = paired < 0 ? vg_fail_memory(diag) : VG_OK;
    if (!err && call->json)
        err = vg_print_json(json_pack("{ss ss ss so so}", "version", VG_VERSION, "machine", machine, "level",
                                      level, "results", json_results(results, count), "ratios",
                                      json_pairs(pairs, paired)),
                            diag);
    else if (!err) {
        if (!options->cpu) warn_of_others(results, count);
        vg_print("%s, level %s\n", machine, level);
        err = print_results(results, count, diag);
        if (!err && paired > 0) vg_print("\n");
        if (!err && paired > 0) err = print_pairs(pairs, paired, diag);
    }
    vg_free(pairs);
    return err;
}

static vg_err keep(const vg_call *call, const bench_result *results, int32_t count, vg_diag *diag) {
    const bench_options *options = call->options;
    char machine[64];
    vg_text csv = {0};
    bench_csv(results, count, bench_machine(machine), &csv);
    vg_err err = csv.failed ? vg_fail_memory(diag)
                            : vg_file_write(options->csv, csv.bytes, csv.size, vg_call_overwrite(call), diag);
    vg_text_free(&csv);
    return err;
}

static vg_err measure(const vg_call *call, bench_result *results, int32_t *count, vg_diag *diag) {
    const bench_options *options = call->options;
    bench_plan plan = {.threads = (int32_t)options->threads,
                       .repeats = (int32_t)options->repeats,
                       .seconds = options->seconds,
                       .fixed = options->pieces,
                       .cpu = options->cpu};
    vg_err err = VG_OK;
    vg_progress progress;
    vg_progress_begin(&progress, "measuring", "pieces", BENCH_PIECES_MOST);
    for (int32_t next = 0; next < BENCH_PIECES_MOST && !err;) {
        const bench_case *group[BENCH_PIECES_MOST];
        int32_t size = take_group(options, &call->operands, &next, group), more = 0;
        if (size) err = bench_measure(&plan, group, size, results + *count, &more, diag);
        *count += more;
        if (!err) err = vg_interrupt_check(diag);
        vg_progress_update(&progress, next);
    }
    vg_progress_end(&progress);
    return err;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const bench_options *options = call->options;
    if (options->list) return print_list(diag);
    bench_result results[2 * BENCH_PIECES_MOST];
    int32_t count = 0;
    vg_err err = check_names(&call->operands, diag);
    if (!err && options->csv) err = vg_file_may_write(options->csv, vg_call_overwrite(call), diag);
    if (!err) err = measure(call, results, &count, diag);
    if (!err && options->csv) err = keep(call, results, count, diag);
    if (!err) err = tell(call, results, count, diag);
    bench_results_free(results, count);
    return err;
}

static const vg_flag flags[] = {
    {"seconds", VG_FLAG_DOUBLE, offsetof(bench_options, seconds), "S", 0.001, 60, "0.2",
     .help = "seconds a repeat"},
    {"repeats", VG_FLAG_INT, offsetof(bench_options, repeats), "N", 1, 1000, "7",
     .help = "number of repeats; the median is printed"},
    {"threads", VG_FLAG_INT, offsetof(bench_options, threads), "N", 1, 1024, "1",
     .help = "thread count to measure in addition to one thread"},
    {"pieces", VG_FLAG_INT, offsetof(bench_options, pieces), "N", 0, 1e9, "0",
     .help = "exact number of pieces a repeat, for counting instructions; 0: as many as fit into --seconds"},
    {"cpu", VG_FLAG_SWITCH, offsetof(bench_options, cpu),
     .help = "measure the processor's time, not the wall clock's, for a busy machine; on one thread only"},
    {"csv", VG_FLAG_TEXT, offsetof(bench_options, csv), "FILE",
     .help = "also write the results to this file"},
    {"list", VG_FLAG_SWITCH, offsetof(bench_options, list), .help = "list the pieces"},
};

extern const vg_command vg_command_bench_score; // app/commands/cmd_bench_score.c
extern const vg_command vg_command_bench_gate;  // app/commands/cmd_bench_gate.c
#ifdef VG_WITH_FIGURES
extern const vg_command vg_command_bench_frame;    // app/commands/cmd_bench_frame.c
extern const vg_command vg_command_bench_sizes;    // app/commands/cmd_bench_sizes.c
extern const vg_command vg_command_bench_roofline; // app/commands/cmd_bench_roofline.c
#endif

const vg_command vg_command_bench = {
    .name = "bench",
    .summary = "how fast verge is here, and whether the scorer and the gate are right",
    .synopsis = "[PIECE...] [--seconds S] [--repeats N] [--threads N] [--csv FILE]\n"
                "score [--studies N] [--threads N]\n"
                "gate [--comparisons N] [--threads N]\n"
                "frame [--frames N] [--width N] [--height N]\n"
                "sizes [SERIES...] [--most SIZE] [--out DIR]\n"
                "roofline [--operations FILE] [--out FILE]",
    .details =
        "Runs pieces of fixed work, each for some time and several times, and prints the median, the least "
        "and the most. A piece may be named by the part before a '-' (matrix, train, peak). Pieces that are "
        "compared are measured in turn, repeat by repeat. A second table gives the median of the ratios of "
        "the repeats: a piece beside its peer (OpenBLAS, if there is a libopenblas.so.0), or beside the "
        "piece that bounds it; with --threads also each piece on that many threads beside one thread. Goals "
        "are aims for one core of a machine of 2023, and for ratios.",
    .examples = "verge bench\nverge bench matrix --threads 2\nverge bench motion lidar --csv speed.csv",
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
            &vg_command_bench_sizes,
            &vg_command_bench_roofline,
#endif
            NULL,
        },
    .run = run,
};
