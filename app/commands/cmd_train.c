// verge train: logs in, a policy file out. Its subcommands are the learners of agents/learners/registry.h.
#include <stddef.h>

#include "agents/learners/registry.h"
#include "app/commands/commands.h"
#include "app/commands/train.h"

// In the order of what takes them: any learner, one that drives, one that asks an expert.
enum { FLAGS_ANY = 3, FLAGS_ROADS = 8, FLAGS_EXPERT = 9 };
static const vg_flag flags[FLAGS_EXPERT] = {
    {"logs", VG_FLAG_LIST, offsetof(vg_train_options, logs), "LOG...", .help = "what to learn from"},
    {"out", VG_FLAG_TEXT, offsetof(vg_train_options, out), "POLICY", .required = true,
     .help = "policy file to write"},
    {"resume", VG_FLAG_SWITCH, offsetof(vg_train_options, resume),
     .help = "go on from the checkpoint of a training that was stopped"},
    {"roads", VG_FLAG_LIST, offsetof(vg_train_options, roads), "R...",
     .help = "where to drive while learning; without: where the logs were driven"},
    {"valid", VG_FLAG_LIST, offsetof(vg_train_options, valid), "R...",
     .help = "validation roads, on which the best round is selected; without: where it learns"},
    {"car", VG_FLAG_TEXT, offsetof(vg_train_options, car), "C",
     .help = "car to drive: a preset or a file; without: that of the logs, else the sedan"},
    {"record", VG_FLAG_TEXT, offsetof(vg_train_options, record), "JSONL",
     .help = "file for the numbers of each round, a JSON object a line"},
    {"events", VG_FLAG_TEXT, offsetof(vg_train_options, events), "DIR",
     .help = "folder for the same numbers as a TensorBoard event file"},
    {"expert", VG_FLAG_TEXT, offsetof(vg_train_options, expert), "E",
     .help = "expert that is asked what to do"},
};

#define COMMON "[--config Y] [--set KEY=VALUE...] [--seed N] [--resume] [--force]"

static const char *synopsis_of(unsigned needs) {
    if (needs & VG_LEARNER_EITHER)
        return "[--logs LOG...] --roads R... --expert E --out POLICY [--valid R...] " COMMON "\n"
               "--logs LOG... --out POLICY " COMMON;
    if (needs & VG_LEARNER_EXPERT)
        return "[--logs LOG...] --roads R... --expert E --out POLICY [--valid R...] " COMMON;
    if (needs & VG_LEARNER_LOGS && needs & VG_LEARNER_ROADS)
        return "--logs LOG... [--roads R...] --out POLICY [--valid R...] " COMMON;
    return needs & VG_LEARNER_ROADS ? "--roads R... --out POLICY [--valid R...] [--car C] " COMMON
                                    : "--logs LOG... --out POLICY " COMMON;
}

static int32_t flag_count(unsigned needs) {
    if (needs & (VG_LEARNER_EXPERT | VG_LEARNER_EITHER)) return FLAGS_EXPERT;
    return needs & VG_LEARNER_ROADS ? FLAGS_ROADS : FLAGS_ANY;
}

void vg_train_commands_make(vg_train_commands *out) {
    const vg_learner *learner;
    int32_t count = 0;
    for (; count < VG_LEARNER_MOST && (learner = vg_learner_at(count)); count++) {
        out->learners[count] = (vg_command){
            .name = learner->name,
            .summary = learner->summary,
            .synopsis = synopsis_of(learner->needs),
            .details = learner->details,
            .examples = learner->examples,
            .flags = flags,
            .flag_count = flag_count(learner->needs),
            .options_size = sizeof(vg_train_options) + learner->config_size,
            .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
            .schema = learner->schema,
            .config_at = offsetof(vg_train_options, config),
            .run = vg_train_run,
        };
        out->children[count] = &out->learners[count];
    }
    out->children[count] = NULL;
    out->command = vg_command_train;
    out->command.children = out->children;
}

const vg_command vg_command_train = {
    .name = "train",
    .summary = "logs in, a policy file out",
    .synopsis = "LEARNER --logs LOG... --out POLICY",
};
