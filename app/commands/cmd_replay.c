// verge replay: simulate a log's episodes again from their commands and compare every bit.
#include "app/cli/episodes.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "logs/store/replay.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

typedef struct options {
    vg_list episodes;
    bool verify;
} options;

typedef struct sink {
    json_t *episodes;
    vg_table table;
    int64_t differing;
} sink;

// Prints both values so that a reader can see the difference: the shortest decimals that read back to the
// same bits.
static char *number(double value, char *buffer) {
    return (double)(float)value == value ? vg_format_float((float)value, buffer)
                                         : vg_format_double(value, buffer);
}

static vg_err note(const char *path, int32_t index, const vg_replay_report *r, bool json, sink *sink,
                   vg_diag *diag) {
    char hash[17], logged[32], simulated[32];
    bool same = r->first_differing < 0;
    sink->differing += !same;
    vg_hash_format(r->hash, hash);
    if (!same)
        vg_say("%s: episode %d: tick %lld: %s: logged %s, simulated %s", path, index,
               (long long)r->first_differing, r->column, number(r->logged, logged),
               number(r->simulated, simulated));
    if (!json) {
        vg_table_cell(&sink->table, "%d", index);
        vg_table_cell(&sink->table, "%lld", (long long)r->ticks);
        vg_table_cell(&sink->table, "%s", hash);
        vg_table_cell(&sink->table, "%s", same ? "same bits" : "differs");
        return VG_OK;
    }
    json_t *row = json_pack("{si sI ss sb}", "episode", index, "ticks", (json_int_t)r->ticks, "hash", hash,
                            "same", same);
    if (!same && row)
        json_object_set_new(row, "differs",
                            json_pack("{sI ss sf sf}", "tick", (json_int_t)r->first_differing, "column",
                                      r->column, "logged", r->logged, "simulated", r->simulated));
    return json_array_append_new(sink->episodes, row) ? vg_fail_memory(diag) : VG_OK;
}

static vg_err replay_one(vg_log *log, int32_t index, bool json, sink *sink, vg_diag *diag) {
    vg_log_episode episode;
    vg_replay_report report;
    vg_err err = vg_log_episode_at(log, index, &episode, diag);
    if (!err) err = vg_replay_episode(log, &episode, &report, diag);
    return err ? err : note(vg_log_path(log), index, &report, json, sink, diag);
}

static vg_err print(const char *path, bool json, sink *sink, vg_diag *diag) {
    if (!json) return vg_table_print(&sink->table, diag);
    return vg_print_json(json_pack("{ss sI sO}", "log", path, "differing", (json_int_t)sink->differing,
                                   "episodes", sink->episodes),
                         diag);
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    static const char *const titles[] = {"episode", "ticks", "hash", "replay"};
    const options *o = call->options;
    const char *path = call->operands.items[0];
    vg_log *log = NULL;
    vg_log_pick pick;
    bool given;
    int32_t count = 0;
    sink sink = {.episodes = call->json ? json_array() : NULL};
    vg_table_begin(&sink.table, sizeof titles / sizeof *titles, titles);
    vg_err err = vg_episodes_parse(&o->episodes, &pick, &given, diag);
    if (!err) err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_count(log, &count, diag);
    if (given) count = pick.count;
    for (int32_t i = 0; i < count && !err; i++) {
        err = vg_interrupt_check(diag);
        if (!err) err = replay_one(log, given ? pick.episodes[i] : i, call->json, &sink, diag);
    }
    if (!err) err = print(path, call->json, &sink, diag);
    if (!err && o->verify && sink.differing) *status = 1;
    vg_log_discard(log);
    vg_free((int32_t *)pick.episodes);
    json_decref(sink.episodes);
    vg_table_free(&sink.table);
    return err;
}

static const vg_flag flags[] = {
    {.name = "verify",
     .type = VG_FLAG_SWITCH,
     .at = offsetof(options, verify),
     .help = "exit with 1 if a bit differs"},
    {.name = "episode",
     .type = VG_FLAG_LIST,
     .at = offsetof(options, episodes),
     .value = "N",
     .help = "numbers of the episodes, as in `verge log list`; without it, all"},
};

const vg_command vg_command_replay = {
    .name = "replay",
    .summary = "simulate a log again from its commands",
    .synopsis = "LOG [--verify] [--episode N...] [--json]",
    .details = "Compares every state with the logged one, bit by bit. Names the first difference by its tick "
               "and column, with both values.",
    .examples = "verge replay kart.vlog --verify",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_JSON,
    .run = run,
};
