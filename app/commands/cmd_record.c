// verge record: drive without a window and keep the log.
#include <stdio.h>
#include <time.h>

#include "agents/drive/record.h"
#include "app/cli/args.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/roads.h"
#include "app/cli/terms.h"
#include "eval/score/suite.h"
#include "logs/store/edit.h"

typedef struct options {
    const char *road, *car, *suite, *out, *tags;
    int64_t laps, episodes;
    double start_spread, longest;
    bool labels;
} options;

// The table of laps, or the same as JSON.
typedef struct sink {
    vg_table table;
    json_t *laps;
    vg_progress progress;
    int64_t count, unfinished;
    bool json;
} sink;

static void on_lap(void *context, const vg_record_lap *lap) {
    sink *s = context;
    s->count++;
    s->unfinished += lap->end != VG_END_FINISH;
    vg_progress_update(&s->progress, s->count);
    if (s->json) {
        json_array_append_new(s->laps,
                              json_pack("{si ss sf sf sf sf}", "run", lap->run, "end", vg_end_word(lap->end),
                                        "seconds", lap->seconds, "speed_mean", lap->mean_speed, "drift_mean",
                                        lap->drift, "drift_most", lap->drift_most));
        return;
    }
    vg_table_cell(&s->table, "%lld", (long long)s->count - 1);
    vg_table_cell(&s->table, "%d", lap->run);
    vg_table_cell(&s->table, "%s", vg_end_word(lap->end));
    vg_table_cell(&s->table, "%.2f", lap->seconds);
    vg_table_cell(&s->table, "%.1f", lap->mean_speed);
    vg_table_cell(&s->table, "%.2f", lap->drift);
    vg_table_cell(&s->table, "%.2f", lap->drift_most);
}

static vg_err print(sink *s, const char *path, const char *driver, vg_diag *diag) {
    if (s->json)
        return vg_print_json(json_pack("{ss ss sO}", "log", path, "driver", driver, "episodes", s->laps),
                             diag);
    vg_err err = vg_table_print(&s->table, diag);
    if (!err && s->unfinished)
        vg_say_warning("%s: %lld of %lld episodes did not finish", path, (long long)s->unfinished,
                       (long long)s->count);
    return err;
}

static vg_err record(const options *o, vg_record_def *def, vg_overwrite overwrite, sink *s, vg_diag *diag) {
    vg_log *log;
    vg_err err = vg_log_create(o->out, overwrite, &log, diag);
    if (err) return err;
    vg_progress_begin(&s->progress, "driving", "laps", o->laps * o->episodes);
    err = vg_record_run(def, log, on_lap, s, diag);
    vg_progress_end(&s->progress);
    if (!err) return vg_log_close(log, diag);
    vg_log_discard(log);
    return err;
}

static vg_err run(const vg_call *call, int *status, vg_diag *diag) {
    static const char *const titles[] = {"episode", "run", "end", "seconds", "m/s", "drift m", "worst m"};
    (void)status;
    const options *o = call->options;
    sink s = {.json = call->json, .laps = call->json ? json_array() : NULL};
    vg_policy_terms terms = vg_terms_named();
    vg_policy *policy = NULL;
    vg_road *road = NULL;
    vg_car car;
    char started[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    vg_table_begin(&s.table, 7, titles);
    vg_record_def def = vg_record_default();
    vg_err err = vg_file_may_write(o->out, vg_call_overwrite(call), diag);
    if (!err) err = vg_log_check_tags(o->tags, diag);
    if (!err) err = vg_policy_open(call->operands.items[0], &terms, &policy, diag);
    if (!err) err = vg_road_load_said(o->road, &road, diag);
    if (!err && o->car) err = vg_car_load(o->car, &car, diag);
    if (!err && o->suite) err = vg_suite_read_disturbance(o->suite, &def.disturbance, diag);
    if (err) goto end;
    def.policy = policy;
    // An expert's settings are part of its name.
    def.name = policy->sense ? policy->name : call->operands.items[0];
    def.road = road;
    def.car = o->car ? &car : NULL;
    def.laps = (int32_t)o->laps;
    def.runs = (int32_t)o->episodes;
    def.start_spread = (float)o->start_spread;
    def.longest = o->longest;
    def.seed = call->seed;
    def.labels = o->labels;
    def.started = started;
    def.tags = o->tags;
    def.stop = vg_interrupted;
    err = record(o, &def, vg_call_overwrite(call), &s, diag);
    if (!err) err = print(&s, o->out, def.name, diag);
end:
    vg_policy_destroy(policy);
    vg_road_destroy(road);
    vg_table_free(&s.table);
    json_decref(s.laps);
    return err;
}

static const vg_flag flags[] = {
    {"road", VG_FLAG_TEXT, offsetof(options, road), "R", .required = true,
     .help = "a name from the library, or a file"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "LOG", .required = true, .help = "log to write"},
    {"car", VG_FLAG_TEXT, offsetof(options, car), "C",
     .help = "preset or YAML; default: the policy's own, else sedan"},
    {"suite", VG_FLAG_TEXT, offsetof(options, suite), "S",
     .help = "drive with this suite's disturbance: its name or a YAML file"},
    {"laps", VG_FLAG_INT, offsetof(options, laps), "N", .least = 1, .most = 100000, .standard = "1",
     .help = "laps a run; each lap is an episode"},
    {"episodes", VG_FLAG_INT, offsetof(options, episodes), "N", .least = 1, .most = 100000, .standard = "1",
     .help = "number of runs; each has its own start and its own noise"},
    {"start-spread", VG_FLAG_DOUBLE, offsetof(options, start_spread), "M", .least = 0, .most = 20,
     .standard = "0",
     .help =
         "starts are uniform within this distance of the centreline, headings within 0.04 rad a metre of it"},
    {"longest", VG_FLAG_DOUBLE, offsetof(options, longest), "S", .least = 1, .most = 86400, .standard = "600",
     .help = "a lap ends, unfinished, after this many seconds"},
    {"labels", VG_FLAG_SWITCH, offsetof(options, labels),
     .help = "also store what the expert would do without noise"},
    {"tags", VG_FLAG_TEXT, offsetof(options, tags), "A,B", .standard = "", .help = "tags for the episodes"},
};

const vg_command vg_command_record = {
    .name = "record",
    .summary = "drive without a window",
    .synopsis = "EXPERT|POLICY --road R --out LOG [--laps N] [--car C] [--suite S]",
    .details =
        "An EXPERT is `pursuit`, `pursuit-noisy` (late and shaky), `human_model` (a model of a person), "
        "`line_follower:log=LOG` (drives as the driver of a log did, on that road) or "
        "`planner:reward=FILE` (plans by a reward). Settings may follow a "
        "colon, or come from a YAML file: `human_model:config=driver.yaml,noise=0.1`. docs/experts.md lists "
        "all settings. A POLICY is a file.\n\n"
        "A run starts at the road's beginning, at the speed that a careful driver has there. Each lap "
        "becomes an episode; episodes are cut at the first action behind the start line. A run ends if the "
        "car leaves the road, and its last episode says so.\n\n"
        "--suite uses the suite's disturbance and nothing else of the suite. The log stores what acted: the "
        "gust of each tick, the noise in the command, and the delay in the car. With noise on the actions, "
        "the label of each row is the action without the noise.",
    .examples = "verge record pursuit-noisy --road train-1 --laps 5 --out laps.vlog\n"
                "verge record human_model --road train-1 --laps 3 --out model.vlog\n"
                "verge record pursuit --road train-1 --suite disturbed --out gusts.vlog\n"
                "verge record pursuit:lateral=0.4 --road hairpins --car kart --laps 2 --out kart.vlog",
    VG_FLAGS(flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_SEED | VG_TAKES_FORCE | VG_TAKES_JSON,
    .run = run,
};
