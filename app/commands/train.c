#include "app/commands/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agents/learners/registry.h"
#include "agents/policy/policy_file.h"
#include "agents/rewards/driving.h"
#include "agents/rewards/reward_file.h"
#include "agents/rewards/reward_open.h"
#include "agents/training/checkpoint.h"
#include "agents/training/rounds.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/ranks.h"
#include "app/cli/roads.h"
#include "app/cli/terms.h"
#include "app/commands/event_file.h"
#include "app/commands/train_sight.h"
#include "app/commands/train_story.h"
#include "logs/store/log_roads.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/car.h"

// Checks which options the user gave.
static vg_err load_roads(const vg_list *names, vg_log_roads *out, vg_diag *diag) {
    if (!(out->roads = vg_new(vg_road *, names->count))) return vg_fail_memory(diag);
    for (; out->count < names->count; out->count++) {
        vg_err err = vg_road_load_said(names->items[out->count], &out->roads[out->count], diag);
        if (err) return err;
    }
    return VG_OK;
}

// A learner that drives while it learns drives on the roads of the logs, unless --roads is given.
static bool drives_on_logs(const vg_train_options *o, const vg_learner *learner) {
    bool drives = learner->needs & VG_LEARNER_ROADS || (learner->needs & VG_LEARNER_EITHER && o->expert);
    return drives && o->roads.count == 0 && o->logs.count > 0;
}

// What observes a training while it runs.
typedef struct onlooker {
    vg_progress progress;
    json_t *record; // a JSON object for each round
    bool failed;    // memory ran out
    const vg_learner *learner;
    int32_t diagnosis;    // the state of the terminal's own diag
    vg_rounds rounds;     // set if --record names a file
    vg_event_file events; // set if --events names a folder
} onlooker;

// Of ranks other than 0, which tell nothing, but know the numbers as rank 0 does.
static bool keep_on(void *context, int64_t done, int64_t total) {
    (void)context, (void)done, (void)total;
    return !vg_interrupted();
}

static void hear_round(void *context, const vg_learner_round *round) { (void)context, (void)round; }

// Called after every piece of work: updates the bar, and checks whether Ctrl-C was pressed.
static bool watch(void *context, int64_t done, int64_t total) {
    onlooker *at = context;
    at->progress.total = total;
    vg_progress_update(&at->progress, done);
    return !vg_interrupted();
}

static json_t *number_or_null(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static void note_round(void *context, const vg_learner_round *round) {
    onlooker *at = context;
    json_t *row = json_object();
    at->failed |= json_object_set_new(row, "round", json_integer(round->round + 1)) != 0;
    for (int32_t i = 0; i < round->count; i++)
        at->failed |= json_object_set_new(row, round->names[i], number_or_null(round->values[i])) != 0;
    at->failed |= json_array_append_new(at->record, row) != 0;
    const char *trouble = at->learner->diagnose ? at->learner->diagnose(round, &at->diagnosis) : NULL;
    if (trouble) vg_say_warning("round %d: %s", round->round + 1, trouble);
    if (at->rounds.path) vg_rounds_write(&at->rounds, round);
    if (at->events.path) vg_event_file_round(&at->events, round);
}

// A column of the printed record: its key, its heading, its format; percent: times 100.
static const struct {
    const char *key, *heading, *format;
    bool percent;
} columns[] = {{"labels", "labels", "%10.0f", false},     {"off_road", "off-road", "%9.1f%%", true},
               {"stalled", "stalled", "%9.1f%%", true},   {"success", "success", "%9.1f%%", true},
               {"drift", "drift/m", "%10.3f", false},     {"departures_per_lap", "off/lap", "%10.3f", false},
               {"seconds_off", "s off", "%10.1f", false}, {"held_out_loss", "held out", "%10.3g", false}};
enum { COLUMNS = sizeof columns / sizeof *columns };

// What the rounds say of a reward that was learned from comparisons: of the last one, the rest is in --json.
static void print_comparisons(const json_t *record, int64_t best) {
    static const struct {
        const char *key, *text;
        double scale;
    } lines[] = {
        {"noise_rank", "noise ranks the drives by %.2f (Kendall's tau; 1: always as it should)\n", 1},
        {"train_accuracy", "%.1f %% of the snippets trained on are ranked rightly\n", 100},
        {"held_out_accuracy", "%.1f %% of the held-out snippets\n", 100},
        {"held_out_lap_accuracy", "%.1f %% of the held-out laps, by their mean reward\n", 100}};
    const json_t *first = json_array_get(record, 0);
    int64_t begin = json_integer_value(json_object_get(first, "round"));
    const json_t *row = json_array_get(record, (size_t)(best >= begin ? best - begin : 0));
    if (!json_object_get(row, "train_accuracy")) return;
    const char *heading = "ranking";
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const json_t *cell = json_object_get(row, lines[i].key);
        if (!json_is_real(cell)) continue;
        vg_print("%-12s", heading);
        vg_print(lines[i].text, json_real_value(cell) * lines[i].scale);
        heading = "";
    }
}

// The rounds of learners that drive. A resumed training shows only the rounds since the resume.
static void print_record(const json_t *record, const char *round) {
    if (!json_object_get(json_array_get(record, 0), "off_road")) return;
    vg_print("%5s", round);
    for (int c = 0; c < COLUMNS; c++) vg_print("%10s", columns[c].heading);
    vg_print("\n");
    for (size_t i = 0; i < json_array_size(record); i++) {
        const json_t *row = json_array_get(record, i);
        if (json_is_null(json_object_get(row, "off_road"))) continue; // this round drove nowhere
        vg_print("%5lld", (long long)json_integer_value(json_object_get(row, "round")));
        for (int c = 0; c < COLUMNS; c++) {
            const json_t *cell = json_object_get(row, columns[c].key);
            if (json_is_real(cell))
                vg_print(columns[c].format, json_real_value(cell) * (columns[c].percent ? 100 : 1));
            else
                vg_print("%10s", "-");
        }
        vg_print("\n");
    }
}

// A checkpoint of an unfinished training exists: the user must choose.
static vg_err check_outputs(const vg_train_options *o, const char *checkpoint, vg_overwrite overwrite,
                            vg_diag *diag) {
    vg_err err = vg_file_may_write(o->out, overwrite, diag);
    if (!err && o->policy) err = vg_file_may_write(o->policy, overwrite, diag);
    if (!err && o->reward_out) err = vg_file_may_write(o->reward_out, overwrite, diag);
    if (!err && o->record) err = vg_file_may_write(o->record, overwrite, diag);
    if (err) return err;
    bool there = vg_file_may_write(checkpoint, VG_KEEP, NULL) == VG_ERR_EXISTS;
    if (o->resume && !there)
        return vg_fail_at(
            diag, VG_ERR_NOT_FOUND, checkpoint, 0, NULL,
            "there is no checkpoint to resume from: a training removes it when it is finished, and has "
            "none before its first; leave out --resume to begin anew");
    if (!there || overwrite != VG_KEEP) return VG_OK;
    return vg_fail_at(diag, VG_ERR_EXISTS, checkpoint, 0, NULL,
                      "the checkpoint of a stopped training; --resume continues it, --force starts anew");
}

static const char *or_none(double loss, char *buffer) {
    if (!(loss < INFINITY)) return "none";
    snprintf(buffer, 32, "%.6g", loss);
    return buffer;
}

// Check that the file can be read, and take its hash; the weights of a driving reward, else zeros.
static vg_err read_output(const char *path, const vg_learner *learner, char hash[17],
                          vg_driving_reward_def *weights, vg_diag *diag) {
    vg_policy *policy = NULL;
    vg_reward *reward = NULL;
    bool rewards = learner->writes == VG_WRITES_REWARD;
    vg_err err = rewards ? vg_reward_load(path, &reward, diag) : vg_policy_load(path, &policy, diag);
    if (err) return err;
    vg_hash_format(rewards ? reward->hash : policy->hash, hash);
    const vg_driving_reward_def *found = rewards ? vg_driving_reward_of(reward) : NULL;
    *weights = found ? *found : (vg_driving_reward_def){0};
    vg_policy_destroy(policy);
    vg_reward_destroy(reward);
    return VG_OK;
}

// What to do with the output.
static void print_next(const char *path, const vg_learner *learner, const vg_driving_reward_def *weights) {
    vg_text word = {0};
    vg_text_word(&word, path);
    const char *file = word.failed ? "" : word.bytes;
    bool rewards = learner->writes == VG_WRITES_REWARD, driving = weights->theta[VG_DRIVING_time] > 0;
    for (int32_t k = 0; k < VG_DRIVING_COUNT && driving; k++)
        vg_print("%s%-26s %.4g\n", k ? "            " : "weights     ", vg_driving_name(k),
                 weights->theta[k]);
    if (driving)
        vg_print("next        verge record planner:reward=%s --road R --out LOG   drive by it\n", file);
    else if (rewards)
        vg_print("next        verge train ppo --reward %s --roads R --out POLICY   drive by it\n", file);
    else
        vg_print("next        verge eval %s --road R --out DIR   how it drives\n", file);
    vg_text_free(&word);
}

static void print_report(const vg_learner *learner, const vg_learner_report *r, const json_t *record) {
    char train[32], valid[32];
    vg_print("rows        %lld of %lld episode%s, %lld held out\n", (long long)(r->labels + r->held_out_rows),
             (long long)r->episodes, r->episodes == 1 ? "" : "s", (long long)r->held_out_rows);
    print_record(record, learner->round);
    print_comparisons(record, r->best_round);
    if (r->actions > 0)
        vg_print("simulator   %lld actions driven, %.1f s of them off the road, %lld labels asked\n",
                 (long long)r->actions, r->seconds_off, (long long)r->queries);
    vg_print("%ss%*s%lld, ", learner->round, (int)(11 - strlen(learner->round)), "", (long long)r->rounds);
    if (r->best_round > 0)
        vg_print("the weights of %s %lld are kept\n", learner->round, (long long)r->best_round);
    else
        vg_print("none is better than the weights it began with\n");
    if (r->train_loss < INFINITY || r->held_out_loss < INFINITY) // else it has none to tell: GAIL, PPO
        vg_print("loss        %s in training, %s on what was held out\n", or_none(r->train_loss, train),
                 r->held_out_rows ? or_none(r->held_out_loss, valid) : "nothing");
}

static vg_err summarise(const vg_call *call, const vg_learner *learner, const vg_learner_report *r,
                        const json_t *record, vg_diag *diag) {
    const vg_train_options *o = call->options;
    const char *kind = learner->writes == VG_WRITES_REWARD ? "reward" : "policy";
    vg_driving_reward_def weights;
    char hash[17];
    vg_err err = read_output(o->out, learner, hash, &weights, diag);
    if (err) return err;
    // What is written beside it, where it is asked for.
    const char *too = o->policy ? "policy" : "reward", *beside = o->policy ? o->policy : o->reward_out;
    if (call->json)
        return vg_print_json(
            json_pack("{ss ss sI sI sI sI sI sf sI ss sI sI so so sO ss*}", kind, o->out, "hash", hash,
                      "rows", (json_int_t)r->labels, "validation_rows", (json_int_t)r->held_out_rows,
                      "episodes", (json_int_t)r->episodes, "queries", (json_int_t)r->queries, "actions",
                      (json_int_t)r->actions, "seconds_off", r->seconds_off, "steps", (json_int_t)r->steps,
                      "round", learner->round, "rounds", (json_int_t)r->rounds, "best_round",
                      (json_int_t)r->best_round, "train_loss", number_or_null(r->train_loss),
                      "validation_loss", number_or_null(r->held_out_loss), "record", record, too, beside),
            diag);
    print_report(learner, r, record);
    vg_print("%s      %s, hash %s\n", kind, o->out, hash);
    if (beside) vg_print("%s      %s\n", too, beside);
    print_next(o->out, learner, &weights);
    return VG_OK;
}

enum { EVENTS_MOST = 900 }; // bytes of a folder's name, so that its file's has room

// Short episodes are held out whole, so of two of them one.
static void warn_of_few(const vg_learner *learner, const vg_learner_report *r) {
    const double SHARE = 1. / 3; // of the rows
    double all = (double)(r->labels + r->held_out_rows);
    if ((double)r->held_out_rows <= SHARE * all || !vg_config_key(learner->schema, "bc.validation_fraction"))
        return;
    vg_say_warning(
        "%.0f %% of the rows were held out, because short episodes are held out whole, and nothing of them "
        "was learned: log more episodes, or learn from all, by --set bc.validation_fraction=0",
        100 * (double)r->held_out_rows / all);
}

// With its record and its summary.
static vg_err train_told(const vg_call *call, const vg_learner *learner, vg_learner_def *def, vg_diag *diag) {
    const vg_train_options *o = call->options;
    char events[1024];
    onlooker at = {.record = json_array(), .learner = learner};
    if (!at.record) return vg_fail_memory(diag);
    at.rounds = (vg_rounds){.path = o->record, .diag = diag};
    if (o->events) {
        vg_event_file_name(o->events, events);
        at.events = (vg_event_file){.path = events, .diag = diag};
    }
    vg_learner_report report = {0};
    def->watch = watch, def->on_round = note_round, def->context = &at;
    vg_progress_begin(&at.progress, "training", "steps", 0);
    vg_err err = learner->train(def, &report, diag);
    vg_progress_end(&at.progress);
    vg_err recorded = vg_rounds_end(&at.rounds), noted = vg_event_file_end(&at.events);
    if (!err) err = recorded ? recorded : noted;
    if (err == VG_ERR_INTERRUPTED && vg_file_may_write(def->checkpoint, VG_KEEP, NULL) == VG_ERR_EXISTS)
        err = vg_fail(diag, err, "stopped after %lld steps; the same command with --resume continues",
                      (long long)report.steps);
    if (!err && at.failed) err = vg_fail_memory(diag);
    if (!err) err = summarise(call, learner, &report, at.record, diag);
    if (!err) warn_of_few(learner, &report);
    json_decref(at.record);
    return err;
}

static vg_err train_silently(const vg_learner *learner, vg_learner_def *def, vg_diag *diag) {
    vg_learner_report report = {0};
    def->watch = keep_on, def->on_round = hear_round;
    return learner->train(def, &report, diag);
}

static vg_err train(const vg_call *call, const vg_learner *learner, vg_learner_def *def, vg_diag *diag) {
    const vg_train_options *o = call->options;
    const bool first = vg_ranks_first(def->ranks);
    const vg_warnings *warnings = first ? &vg_warnings_said : NULL;
    char checkpoint[1024];
    vg_text story = {0};
    vg_name_claim claim = {0};
    snprintf(checkpoint, sizeof checkpoint, "%s.checkpoint", o->out);
    if (o->events && strlen(o->events) > EVENTS_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--events is longer than %d bytes", EVENTS_MOST);
    vg_err err = check_outputs(o, checkpoint, def->overwrite, diag);
    if (!err && first) err = vg_file_claim_name(o->out, &claim, diag);
    def->checkpoint = checkpoint;
    if (!err) err = vg_train_story(learner, def, warnings, &story, diag);
    if (!err && !o->resume) err = vg_train_sight(learner, def, warnings, diag);
    if (!err && o->resume) err = vg_checkpoint_check_story(checkpoint, story.bytes, diag);
    def->story = story.bytes;
    err = vg_ranks_agree(def->ranks, err, diag); // of the errors so far one is told
    if (!err) err = first ? train_told(call, learner, def, diag) : train_silently(learner, def, diag);
    vg_text_free(&story);
    vg_file_leave_name(&claim);
    return err;
}

// The discount that a built-in reward is made for: the learner's.
static double discount_of(const vg_learner *learner, const void *config) {
    const vg_key *key = vg_config_key(learner->schema, "gamma");
    char text[VG_KEY_LIST_SIZE];
    double discount = 0;
    return key && vg_parse_double(vg_config_value(key, config, text), &discount) ? discount : 0;
}

// The folder of a file, or the nearest one above that exists already.
static void folder_of(const char *path, char folder[1024]) {
    snprintf(folder, 1024, "%s", path);
    for (char *slash; (slash = strrchr(folder, '/'));) {
        slash[slash == folder] = 0; // the root stays
        if (access(folder, X_OK) == 0 || slash == folder) return;
    }
    snprintf(folder, 1024, ".");
}

// With what the command line names.
static vg_err open_and_train(const vg_call *call, const vg_learner *learner, const vg_ranks *ranks,
                             vg_diag *diag) {
    const vg_train_options *o = call->options;
    vg_log_roads roads = {0}, valid = {0};
    vg_policy_terms terms = vg_terms_named();
    vg_policy *expert = NULL;
    vg_reward *reward = NULL;
    vg_car car;
    char folder[1024];
    folder_of(o->out, folder);
    vg_overwrite overwrite = o->resume ? VG_REPLACE : vg_call_overwrite(call);
    vg_err err = vg_file_may_write(o->out, overwrite, diag);
    if (!err && drives_on_logs(o, learner))
        err = vg_log_roads_read(o->logs.items, o->logs.count, &roads, diag);
    else if (!err)
        err = load_roads(&o->roads, &roads, diag);
    if (!err) err = load_roads(&o->valid, &valid, diag);
    if (!err && o->car) err = vg_car_load(o->car, &car, diag);
    if (!err && o->expert) err = vg_policy_open(o->expert, &terms, &expert, diag);
    if (!err && o->reward) err = vg_reward_open(o->reward, discount_of(learner, o->config), &reward, diag);
    if (!err) {
        vg_learner_def def = {.config = o->config,
                              .seed = call->seed,
                              .logs = o->logs.items,
                              .log_count = o->logs.count,
                              .roads = (const vg_road *const *)roads.roads,
                              .road_count = roads.count,
                              .valid = (const vg_road *const *)valid.roads,
                              .valid_count = valid.count,
                              .expert = expert,
                              .reward = reward,
                              .car = o->car ? &car : NULL,
                              .threads = (int32_t)call->threads,
                              .resume = o->resume,
                              .out = o->out,
                              .policy = o->policy,
                              .reward_out = o->reward_out,
                              .overwrite = overwrite,
                              .folder = folder,
                              .ranks = ranks};
        err = train(call, learner, &def, diag);
    } else {
        err = vg_ranks_agree(ranks, err, diag); // the others wait in train
    }
    vg_policy_destroy(expert);
    vg_reward_destroy(reward);
    vg_log_roads_free(&valid);
    vg_log_roads_free(&roads);
    return err;
}

vg_err vg_train_run(const vg_call *call, int *status, vg_diag *diag) {
    (void)status;
    const vg_learner *learner;
    vg_ranks ranks;
    vg_err err = vg_ranks_open(&ranks, diag);
    if (err) return err;
    const bool first = vg_ranks_first(&ranks);
    err = vg_learner_find(call->command->name, &learner, diag);
    if (!err && learner->needs & VG_LEARNER_SPREADS) {
        err = open_and_train(call, learner, &ranks, diag);
    } else if (!err && first) {
        if (vg_ranks_many(&ranks))
            vg_say_warning("%s does not drive while it trains, or not among ranks: rank 0 trains alone, the "
                           "others wait",
                           learner->name);
        err = open_and_train(call, learner, NULL, diag);
    }
    return vg_ranks_close(&ranks, err, diag);
}
