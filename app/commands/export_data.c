#include "app/commands/export_data.h"

#include <stddef.h>
#include <string.h>

#include "agents/rewards/logged.h"
#include "agents/rewards/progress.h"
#include "agents/rewards/reward_file.h"
#include "app/cli/output.h"
#include "logs/export/csv_table.h"
#include "logs/export/minari.h"
#include "logs/export/robomimic.h"

typedef struct options {
    const char *sense, *reward, *id, *author, *car, *out;
    vg_list roads;
    double validation;
    bool ticks;
} options;

#define FLAG_SENSE                                                                                           \
    {                                                                                                        \
        "sense", VG_FLAG_TEXT, offsetof(options, sense), "S", .standard = VG_SENSE_DEFAULT,                  \
                                                              .help = "what the observations show"           \
    }
#define FLAG_REWARD                                                                                          \
    {                                                                                                        \
        "reward", VG_FLAG_TEXT, offsetof(options, reward), "FILE",                                           \
            .standard = "progress",                                                                          \
            .help = "the reward of each action: progress (built in), or a reward file"                       \
    }

// What an export works with.
typedef struct source {
    vg_sense *sense;
    vg_reward *reward;
} source;

static vg_err open_source(const options *o, source *s, vg_diag *diag) {
    vg_progress_def progress = vg_progress_default();
    vg_err err = vg_sense_create(o->sense, &s->sense, diag);
    if (err || !o->reward) return err;
    if (strcmp(o->reward, "progress") == 0) return vg_progress_create(&progress, &s->reward, diag);
    return vg_reward_load(o->reward, &s->reward, diag);
}

static void close_source(source *s) {
    vg_sense_destroy(s->sense);
    vg_reward_destroy(s->reward);
}

// --- Minari -----------------------------------------------------------------------------------------------

static vg_err run_minari(const vg_call *call, int *status, vg_diag *diag) {
    const options *o = call->options;
    source s = {0};
    vg_minari_report report;
    (void)status;
    const char *slash = strrchr(o->out, '/');
    vg_err err = open_source(o, &s, diag);
    if (!err) {
        const vg_minari_def def = {.sense = s.sense,
                                   .id = o->id   ? o->id
                                         : slash ? slash + 1
                                                 : o->out,
                                   .rewards = vg_rewards_logged,
                                   .rewards_context = s.reward,
                                   .reward = strcmp(o->reward, "progress") ? o->reward : NULL,
                                   .author = o->author,
                                   .roads = o->roads.items,
                                   .road_count = o->roads.count,
                                   .car = o->car};
        err = vg_minari_write(&def, call->operands.items, call->operands.count, o->out,
                              vg_call_overwrite(call), &report, diag);
        if (!err)
            vg_say("wrote %s: %s, %lld episodes, %lld steps", o->out, def.id, (long long)report.episodes,
                   (long long)report.steps);
    }
    close_source(&s);
    if (err) return err;
    if (report.unknown_road[0])
        vg_say_warning("no road '%s' in the library or among --roads: the environment that Minari "
                       "recovers drives the suite's roads",
                       report.unknown_road);
    if (report.unknown_car)
        vg_say_warning("the logs' car is neither a preset nor that of --car: the environment that Minari "
                       "recovers drives the suite's car");
    return VG_OK;
}

static const vg_flag minari_flags[] = {
    FLAG_SENSE,
    FLAG_REWARD,
    {"id", VG_FLAG_TEXT, offsetof(options, id), "ID",
     .help = "the data set's id in Minari, such as verge/laps-v0; without it, the folder's name, which then "
             "ends in a version, as laps-v0"},
    {"roads", VG_FLAG_LIST, offsetof(options, roads), "ROAD",
     .help = "files of the logs' roads, by which the environment finds them; verge's own need none"},
    {"car", VG_FLAG_TEXT, offsetof(options, car), "CAR",
     .help = "the file of the logs' car, by which the environment finds it; presets need none"},
    {"author", VG_FLAG_TEXT, offsetof(options, author), "NAME", .help = "who made it"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "DIR", .required = true, .help = "the folder to write"},
};

const vg_command vg_command_export_minari = {
    .name = "minari",
    .summary = "logs as a Minari data set",
    .synopsis = "LOG... --out DIR [--id ID] [--sense S] [--reward FILE]",
    .details = "Writes DIR/data, which minari.MinariDataset(\"DIR/data\") loads as it is, and "
               "minari.load_dataset(ID) where DIR "
               "is ID in Minari's folder of data sets. Each episode of the logs is an episode there, with an "
               "observation "
               "more than actions. The actions are those that were driven; infos have the expert's label "
               "(expert_action, NaN "
               "where it was not asked), who drove (0 policy, 1 expert, 2 human) and where a gap of a "
               "recording was bridged. "
               "recover_environment() gives verge/Drive-v0 with the logs' sense, car and roads.\n\n"
               "Every value of the logs is in it, too (in each episode's group `log`, which Minari passes "
               "over), so that "
               "`verge import minari` makes the log again.",
    .examples = "verge export minari laps.vlog --out ~/.minari/datasets/verge/laps-v0 --id verge/laps-v0",
    VG_FLAGS(minari_flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = -1,
    .takes = VG_TAKES_FORCE,
    .run = run_minari,
};

// --- robomimic --------------------------------------------------------------------------------------------

static vg_err run_robomimic(const vg_call *call, int *status, vg_diag *diag) {
    const options *o = call->options;
    source s = {0};
    int64_t demos;
    (void)status;
    vg_err err = open_source(o, &s, diag);
    if (!err) {
        vg_robomimic_def def = vg_robomimic_default();
        def.sense = s.sense, def.rewards = vg_rewards_logged, def.rewards_context = s.reward;
        def.reward = strcmp(o->reward, "progress") ? o->reward : NULL;
        def.validation = o->validation, def.seed = call->seed;
        err = vg_robomimic_write(&def, call->operands.items, call->operands.count, o->out,
                                 vg_call_overwrite(call), &demos, diag);
    }
    close_source(&s);
    if (!err) vg_say("wrote %s: %lld demonstrations", o->out, (long long)demos);
    return err;
}

static const vg_flag robomimic_flags[] = {
    FLAG_SENSE,
    FLAG_REWARD,
    {"validation", VG_FLAG_DOUBLE, offsetof(options, validation), "SHARE", 0, 0.9, "0.1",
     .help = "share of the demonstrations that are held out, whole (mask/valid)"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "X.hdf5", .required = true, .help = "the file to write"},
};

const vg_command vg_command_export_robomimic = {
    .name = "robomimic",
    .summary = "logs as a data set of robomimic",
    .synopsis = "LOG... --out X.hdf5 [--sense S] [--reward FILE] [--validation SHARE]",
    .details = "Writes one HDF5 file with a demonstration for each episode: actions as driven, obs and "
               "next_obs with a data "
               "set for each feature of the sense (offset, heading, ...), rewards, dones, states, and the "
               "masks train and "
               "valid. A gap of an imported recording is left out, and parts the demonstration.",
    .examples = "verge export robomimic laps.vlog --out laps.hdf5",
    VG_FLAGS(robomimic_flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = -1,
    .takes = VG_TAKES_FORCE | VG_TAKES_SEED,
    .run = run_robomimic,
};

// --- CSV --------------------------------------------------------------------------------------------------

static vg_err run_csv(const vg_call *call, int *status, vg_diag *diag) {
    const options *o = call->options;
    source s = {0};
    int64_t rows;
    (void)status;
    vg_err err = open_source(o, &s, diag);
    if (!err) {
        const vg_csv_def def = {
            .ticks = o->ticks, .sense = s.sense, .rewards = vg_rewards_logged, .rewards_context = s.reward};
        err = vg_csv_write(&def, call->operands.items, call->operands.count, o->out, vg_call_overwrite(call),
                           &rows, diag);
    }
    close_source(&s);
    if (!err) vg_say("wrote %s: %lld rows", o->out, (long long)rows);
    return err;
}

static const vg_flag csv_flags[] = {
    FLAG_SENSE,
    FLAG_REWARD,
    {"ticks", VG_FLAG_SWITCH, offsetof(options, ticks),
     .help = "a row for each tick instead of each action, with the log's own columns"},
    {"out", VG_FLAG_TEXT, offsetof(options, out), "X.csv", .required = true, .help = "the table to write"},
};

const vg_command vg_command_export_csv = {
    .name = "csv",
    .summary = "logs as a table of text",
    .synopsis = "LOG... --out X.csv [--sense S] [--reward FILE] [--ticks]",
    .details =
        "A row for each action: episode (numbered through all logs), action, t (s), what was sensed before "
        "it, steer and "
        "accel as driven, the expert's label where it was asked, who drove, whether a gap of a recording was "
        "bridged "
        "there, the reward, terminated, truncated. With --ticks a row for each tick, with the columns of the "
        "log. Numbers are the shortest that read back to the same bits.",
    .examples =
        "verge export csv laps.vlog --out laps.csv\n"
        "python3 -c 'import pandas; print(pandas.read_csv(\"laps.csv\", float_precision=\"round_trip\"))'",
    VG_FLAGS(csv_flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = -1,
    .takes = VG_TAKES_FORCE,
    .run = run_csv,
};

// --- and back ---------------------------------------------------------------------------------------------

static vg_err run_import(const vg_call *call, int *status, vg_diag *diag) {
    const options *o = call->options;
    int64_t episodes;
    (void)status;
    vg_err err = vg_minari_read(call->operands.items[0], o->out, vg_call_overwrite(call), &episodes, diag);
    if (!err) vg_say("wrote %s: %lld episodes", o->out, (long long)episodes);
    return err;
}

static const vg_flag import_flags[] = {
    {"out", VG_FLAG_TEXT, offsetof(options, out), "LOG", .required = true, .help = "the log to write"},
};

const vg_command vg_command_import_minari = {
    .name = "minari",
    .summary = "a Minari data set that verge wrote, to a log again",
    .synopsis = "DIR --out LOG",
    .details =
        "Makes the log again of which `verge export minari` made the data set, with every value; the content "
        "of each "
        "episode is compared with its hash. Episodes that other programs added are refused, for they have "
        "observations, but not the car's states.",
    .examples = "verge import minari ~/.minari/datasets/verge/laps-v0 --out laps.vlog",
    VG_FLAGS(import_flags),
    .options_size = sizeof(options),
    .least_operands = 1,
    .most_operands = 1,
    .takes = VG_TAKES_FORCE,
    .run = run_import,
};
