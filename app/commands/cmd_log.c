// verge log: list what logs hold, and edit them to keep the good laps.
#include <math.h>

#include "app/cli/episodes.h"
#include "app/cli/output.h"
#include "logs/store/edit.h"
#include "logs/store/log_summary.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// The options of all log commands. Each command lists the flags that it takes.
typedef struct options {
    vg_list episodes;
    int64_t episode;
    double from, to;
    const char *add, *remove, *out;
} options;

#define FLAG(title, kind, field, ...)                                                                        \
    { .name = title, .type = VG_FLAG_##kind, .at = offsetof(options, field), __VA_ARGS__ }
#define FLAG_OUT                                                                                             \
    FLAG("out", TEXT, out, .value = "LOG",                                                                   \
         .help = "write the result to this file; without it, LOG itself is replaced, which needs --force")

// The last step of each editing command.
static vg_err wrote(vg_err err, const char *out) {
    if (!err) vg_say("wrote %s", out);
    return err;
}

// --- list ------------------------------------------------------------------------------------------------

typedef struct entry {
    vg_log_episode episode;
    char road[256], car[VG_KEY_TEXT_SIZE];
    double seconds, length; // s; m, of the road
    vg_log_summary summary;
    uint64_t hash; // of the episode's content; only for JSON
} entry;

static vg_err read_entry(vg_log *log, int32_t index, entry *out, vg_diag *diag) {
    vg_log_episode *e = &out->episode;
    vg_road *road = NULL;
    vg_car car;
    vg_err err = vg_log_episode_at(log, index, e, diag);
    if (!err) err = vg_log_road(log, e->road, &road, diag);
    if (!err) err = vg_log_car(log, e->car, &car, diag);
    if (!err) {
        snprintf(out->road, sizeof out->road, "%s", vg_road_get(road).name);
        snprintf(out->car, sizeof out->car, "%s", car.name);
        out->length = vg_road_get(road).length;
        out->seconds = (double)e->ticks * e->tick_num / e->tick_den;
    }
    vg_road_destroy(road);
    return err ? err : vg_log_summarise(log, index, &out->summary, diag);
}

// "human", or "policy 75 %, human 25 %": who drove, the most first.
static const char *who_drove(const vg_log_summary *s, char text[96]) {
    int n = 0;
    bool named[VG_WHO_COUNT] = {0};
    text[0] = '\0';
    for (int k = 0; k < VG_WHO_COUNT; k++) {
        int most = -1;
        for (int i = 0; i < VG_WHO_COUNT; i++)
            if (!named[i] && s->share[i] > 0 && (most < 0 || s->share[i] > s->share[most])) most = i;
        if (most < 0) break;
        named[most] = true;
        if (s->share[most] > 1 - 1e-9)
            n += snprintf(text + n, 96 - (size_t)n, "%s", vg_who_word((vg_who)most));
        else
            n += snprintf(text + n, 96 - (size_t)n, "%s%s %.0f %%", k ? ", " : "", vg_who_word((vg_who)most),
                          100 * s->share[most]);
    }
    return text;
}

static json_t *json_of_summary(const vg_log_summary *s) {
    json_t *who = json_object();
    for (int i = 0; i < VG_WHO_COUNT; i++)
        json_object_set_new(who, vg_who_word((vg_who)i), json_real(s->share[i]));
    return json_pack("{si so si si sf so}", "laps", (int)s->laps, "best_lap_s",
                     s->laps ? json_real(s->best_lap) : json_null(), "departures", (int)s->departures,
                     "collisions", (int)s->collisions, "worst_offset_m", s->worst_offset, "who", who);
}

static json_t *json_of_seed(uint64_t seed) {
    char text[32];
    if (seed <= INT64_MAX) return json_integer((json_int_t)seed);
    snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
    return json_string(text);
}

static json_t *json_of_entry(const entry *x, int32_t index) {
    const vg_log_episode *e = &x->episode;
    char hash[17], own[17];
    json_t *all =
        json_pack("{si ss ss ss ss* sf sI ss ss sf ss si si si so ss ss ss}", "episode", index, "hash",
                  vg_hash_format(x->hash, own), "policy", e->policy, "tags", e->tags, "policy_hash",
                  e->policy_hash ? vg_hash_format(e->policy_hash, hash) : NULL, "seconds", x->seconds,
                  "ticks", (json_int_t)e->ticks, "end", vg_end_word(e->end), "road", x->road, "road_m",
                  x->length, "car", x->car, "tick_num", (int)e->tick_num, "tick_den", (int)e->tick_den,
                  "ticks_per_action", (int)e->ticks_per_action, "seed", json_of_seed(e->seed), "version",
                  e->version, "started", e->started, "source", e->source);
    json_t *summary = json_of_summary(&x->summary);
    if (all && summary) json_object_update(all, summary);
    json_decref(summary);
    return all;
}

static vg_err list_log(const char *path, bool json, json_t *logs, vg_table *table, vg_diag *diag) {
    vg_log *log;
    int32_t count = 0;
    json_t *episodes = json ? json_array() : NULL;
    vg_err err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_count(log, &count, diag);
    for (int32_t i = 0; i < count && !err; i++) {
        entry x;
        char who[96];
        err = read_entry(log, i, &x, diag);
        if (!err && json) err = vg_log_episode_hash(log, i, &x.hash, diag);
        if (err) break;
        if (json) {
            if (json_array_append_new(episodes, json_of_entry(&x, i))) err = vg_fail_memory(diag);
            continue;
        }
        vg_table_cell(table, "%s", path);
        vg_table_cell(table, "%d", i);
        vg_table_cell(table, "%s", x.episode.policy);
        vg_table_cell(table, "%s", who_drove(&x.summary, who));
        vg_table_cell(table, "%s", x.road);
        vg_table_cell(table, "%s", x.car);
        vg_table_cell(table, "%.2f", x.seconds);
        vg_table_cell(table, x.summary.laps ? "%.2f" : "-", x.summary.best_lap);
        vg_table_cell(table, "%d", (int)x.summary.departures);
        vg_table_cell(table, "%.2f", x.summary.worst_offset);
        vg_table_cell(table, "%s", vg_end_word(x.episode.end));
        vg_table_cell(table, "%s", x.episode.tags);
        vg_table_cell(table, "%s", x.episode.source);
    }
    vg_log_discard(log);
    if (!err && json && json_array_append_new(logs, json_pack("{ss sO}", "log", path, "episodes", episodes)))
        err = vg_fail_memory(diag);
    json_decref(episodes);
    return err;
}

static vg_err run_list(const vg_call *call, int *status, vg_diag *diag) {
    static const char *const titles[] = {"log",   "episode",    "policy",         "who", "road", "car",   "s",
                                         "lap s", "departures", "worst offset m", "end", "tags", "source"};
    (void)status;
    json_t *logs = call->json ? json_array() : NULL;
    vg_table table = {0};
    vg_err err = VG_OK;
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; i < call->operands.count && !err; i++)
        err = list_log(call->operands.items[i], call->json, logs, &table, diag);
    if (!err && call->json) {
        err = vg_print_json(logs, diag);
        logs = NULL;
    } else if (!err) {
        err = vg_table_print(&table, diag);
    }
    json_decref(logs);
    vg_table_free(&table);
    return err;
}

static const vg_command command_list = {
    .name = "list",
    .summary = "list the episodes of logs, one a row",
    .synopsis = "LOG... [--json]",
    .details = "lap s: the fastest lap that was driven whole and on the road, to within one action. "
               "departures: how often the car "
               "left the road. worst offset m: the largest distance from the centreline. who: who drove, by "
               "share of the time.",
    .examples = "verge log list mine.vlog\nverge log drop mine.vlog --episode 3 --out good.vlog",
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = -1,
    .takes = VG_TAKES_JSON,
    .run = run_list,
};

// --- cut -------------------------------------------------------------------------------------------------

static vg_err run_cut(const vg_call *call, int *status, vg_diag *diag) {
    options *o = call->options;
    const char *log = call->operands.items[0];
    (void)status;
    vg_err err = vg_episodes_out(call, log, &o->out, diag);
    if (err) return err;
    double to = o->to > 0 ? o->to : INFINITY;
    err = vg_log_cut(log, (int32_t)o->episode, o->from, to, o->out, vg_call_overwrite(call), diag);
    return wrote(err, o->out);
}

static const vg_flag cut_flags[] = {
    FLAG("episode", INT, episode, .value = "N", .least = 0, .most = INT32_MAX, .standard = "0",
         .help = "number of the episode, as in `verge log list`"),
    FLAG("from", DOUBLE, from, .value = "S", .least = 0, .most = 1e9, .standard = "0",
         .help = "first second to keep"),
    FLAG("to", DOUBLE, to, .value = "S", .least = 0, .most = 1e9, .standard = "0",
         .help = "last second to keep; 0: to the end"),
    FLAG_OUT,
};

static const vg_command command_cut = {
    .name = "cut",
    .summary = "keep a part of an episode",
    .synopsis = "LOG --episode N [--from S] [--to S] [--out LOG]",
    .details = "Replaces the episode by a part of it. The part starts in the state that the car had there, "
               "with the delayed commands of that moment, and replays to the same bits. The ends are moved "
               "to the nearest action. Other episodes do not change.",
    .examples = "verge log cut lap.vlog --from 2.5 --to 60 --out good.vlog",
    VG_FLAGS(cut_flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_FORCE,
    .edits = true,
    .run = run_cut,
};

// --- drop ------------------------------------------------------------------------------------------------

static vg_err run_drop(const vg_call *call, int *status, vg_diag *diag) {
    options *o = call->options;
    const char *log = call->operands.items[0];
    vg_log_pick pick;
    bool given;
    (void)status;
    vg_err err = vg_episodes_out(call, log, &o->out, diag);
    if (!err) err = vg_episodes_parse(&o->episodes, &pick, &given, diag);
    if (err) return err;
    err = vg_log_drop(log, &pick, o->out, vg_call_overwrite(call), diag);
    vg_free((int32_t *)pick.episodes);
    return wrote(err, o->out);
}

static const vg_flag drop_flags[] = {
    FLAG("episode", LIST, episodes, .value = "N", .required = true,
         .help = "numbers of the episodes to leave out"),
    FLAG_OUT,
};

static const vg_command command_drop = {
    .name = "drop",
    .summary = "leave episodes out",
    .synopsis = "LOG --episode N... [--out LOG]",
    .examples = "verge log drop laps.vlog --episode 0 3 --out good.vlog",
    VG_FLAGS(drop_flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_FORCE,
    .edits = true,
    .run = run_drop,
};

// --- merge -----------------------------------------------------------------------------------------------

static vg_err run_merge(const vg_call *call, int *status, vg_diag *diag) {
    const options *o = call->options;
    (void)status;
    vg_err err =
        vg_log_merge(call->operands.items, call->operands.count, o->out, vg_call_overwrite(call), diag);
    return wrote(err, o->out);
}

static const vg_flag merge_flags[] = {
    FLAG("out", TEXT, out, .value = "LOG", .required = true, .help = "write the result to this file"),
};

static const vg_command command_merge = {
    .name = "merge",
    .summary = "all episodes of several logs in one",
    .synopsis = "LOG... --out LOG",
    VG_FLAGS(merge_flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = -1,
    .once = true,
    .takes = VG_TAKES_FORCE,
    .run = run_merge,
};

// --- tag -------------------------------------------------------------------------------------------------

static vg_err run_tag(const vg_call *call, int *status, vg_diag *diag) {
    options *o = call->options;
    const char *log = call->operands.items[0];
    vg_log_pick pick;
    bool given;
    (void)status;
    if (!o->add && !o->remove) return vg_fail(diag, VG_ERR_ARGUMENT, "nothing to do: give --add or --remove");
    vg_err err = vg_episodes_out(call, log, &o->out, diag);
    if (!err) err = vg_episodes_parse(&o->episodes, &pick, &given, diag);
    if (err) return err;
    err = vg_log_tag(log, given ? &pick : NULL, o->add ? o->add : "", o->remove ? o->remove : "", o->out,
                     vg_call_overwrite(call), diag);
    vg_free((int32_t *)pick.episodes);
    return wrote(err, o->out);
}

static const vg_flag tag_flags[] = {
    FLAG("add", TEXT, add, .value = "TAG,...", .help = "tags to add: letters, digits and -_.:"),
    FLAG("remove", TEXT, remove, .value = "TAG,...", .help = "tags to remove"),
    FLAG("episode", LIST, episodes, .value = "N", .help = "numbers of the episodes; without it, all"),
    FLAG_OUT,
};

static const vg_command command_tag = {
    .name = "tag",
    .summary = "add and remove tags of episodes",
    .synopsis = "LOG [--add TAG,...] [--remove TAG,...] [--episode N...] [--out LOG]",
    .examples = "verge log tag laps.vlog --add clean,fast --episode 1 2 --force",
    VG_FLAGS(tag_flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_FORCE,
    .edits = true,
    .run = run_tag,
};

static const vg_command *const children[] = {&command_list,  &command_cut, &command_drop,
                                             &command_merge, &command_tag, NULL};

const vg_command vg_command_log = {
    .name = "log",
    .summary = "list logs and keep the good laps",
    .synopsis = "list|cut|drop|merge|tag LOG...",
    .children = children,
};
