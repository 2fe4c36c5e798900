// verge train: reads logs, writes a policy or a reward file. Its subcommands are the learners of
// agents/learners/registry.h.
#include <stddef.h>

#include "agents/learners/registry.h"
#include "app/commands/commands.h"
#include "app/commands/train.h"

#define AT(field) offsetof(vg_train_options, field)
// Beside the needs: a learner that writes a reward.
enum { REWARDS = 1 << 30 };

// A flag, and the needs that give it to a learner: a learner that has one of them has the flag. 0: every
// learner has it. But none that has one of `without`.
static const struct {
    unsigned needs, without;
    vg_flag flag;
} flags[] = {
    {0, 0, {"logs", VG_FLAG_LIST, AT(logs), "LOG...", .help = "logs to learn from", .repeats = true}},
    {0, 0, {"out", VG_FLAG_TEXT, AT(out), "POLICY", .required = true, .help = "policy file to write"}},
    {0,
     VG_LEARNER_ANEW,
     {"resume", VG_FLAG_SWITCH, AT(resume),
      .help = "continue from the checkpoint of a training that was stopped"}},
    {VG_LEARNER_ROADS | VG_LEARNER_EITHER,
     0,
     {"roads", VG_FLAG_LIST, AT(roads), "R...",
      .help = "roads to drive on while learning; without it, the roads of the logs"}},
    {VG_LEARNER_ROADS | VG_LEARNER_EITHER,
     0,
     {"valid", VG_FLAG_LIST, AT(valid), "R...",
      .help = "validation roads, on which the best round is selected; without it, the training roads"}},
    {VG_LEARNER_ROADS | VG_LEARNER_EITHER,
     0,
     {"car", VG_FLAG_TEXT, AT(car), "C",
      .help = "car to drive: a preset or a file; without it, the car of the logs, else the sedan"}},
    {VG_LEARNER_ROADS | VG_LEARNER_EITHER | VG_LEARNER_REWARD | REWARDS,
     VG_LEARNER_ONE_FIT,
     {"record", VG_FLAG_TEXT, AT(record), "JSONL",
      .help = "file for the numbers of each round, one JSON object a line"}},
    {VG_LEARNER_ROADS | VG_LEARNER_EITHER | VG_LEARNER_REWARD | REWARDS,
     VG_LEARNER_ONE_FIT,
     {"events", VG_FLAG_TEXT, AT(events), "DIR",
      .help = "folder for the same numbers as a TensorBoard event file"}},
    {VG_LEARNER_EXPERT | VG_LEARNER_EITHER,
     0,
     {"expert", VG_FLAG_TEXT, AT(expert), "E", .help = "expert that labels the states"}},
    {VG_LEARNER_REWARD,
     0,
     {"reward", VG_FLAG_TEXT, AT(reward), "REWARD",
      .help = "reward to learn from: a file, progress, constant or driving; without it progress, or that of "
              "the keys reward.*"}},
    {VG_LEARNER_POLICY_TOO,
     0,
     {"policy", VG_FLAG_TEXT, AT(policy), "POLICY", .help = "file for the policy that is trained along"}},
    {VG_LEARNER_REWARD_TOO,
     0,
     {"reward-out", VG_FLAG_TEXT, AT(reward_out), "REWARD",
      .help = "file for the last round's discriminator, as a reward that others can learn from"}},
};
#undef AT
_Static_assert(sizeof flags / sizeof *flags <= VG_MADE_FLAGS, "raise VG_MADE_FLAGS");

#define KEYS   "[--config Y] [--set KEY=VALUE...] [--seed N] "
#define COMMON KEYS "[--resume] [--force]"

static const char *synopsis_of(unsigned needs, vg_learner_writes writes) {
    if (needs & VG_LEARNER_ANEW) return "--logs LOG... --out REWARD " KEYS "[--force]";
    if (writes == VG_WRITES_REWARD)
        return needs & VG_LEARNER_ROADS ? "--logs LOG... [--roads R...] --out REWARD " COMMON
                                        : "--logs LOG... --out REWARD " COMMON;
    if (needs & VG_LEARNER_EITHER)
        return "[--logs LOG...] --roads R... --expert E --out POLICY [--valid R...] " COMMON "\n"
               "--logs LOG... --out POLICY " COMMON;
    if (needs & VG_LEARNER_EXPERT)
        return "[--logs LOG...] --roads R... --expert E --out POLICY [--valid R...] " COMMON;
    if (needs & VG_LEARNER_LOGS && needs & VG_LEARNER_ROADS)
        return "--logs LOG... [--roads R...] --out POLICY [--valid R...] " COMMON;
    if (needs & VG_LEARNER_LOGS && needs & VG_LEARNER_REWARD)
        return "--logs LOG... [--reward REWARD] --out POLICY " COMMON;
    return needs & VG_LEARNER_ROADS
               ? "--roads R... --out POLICY [--valid R...] [--car C] [--reward REWARD] " COMMON
               : "--logs LOG... --out POLICY " COMMON;
}

static int32_t list_flags(unsigned needs, vg_learner_writes writes, vg_flag out[VG_MADE_FLAGS]) {
    int32_t count = 0;
    if (writes == VG_WRITES_REWARD) needs |= REWARDS;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if ((flags[i].needs && !(flags[i].needs & needs)) || flags[i].without & needs) continue;
        vg_flag *flag = &out[count++];
        *flag = flags[i].flag;
        if (flag->required && writes == VG_WRITES_REWARD)
            flag->value = "REWARD", flag->help = "reward file to write";
    }
    return count;
}

// Makes a command of the i-th learner.
static bool learner_command(int32_t i, vg_made_command *out) {
    const vg_learner *learner = vg_learner_at(i);
    if (!learner) return false;
    out->command = (vg_command){
        .name = learner->name,
        .summary = learner->summary,
        .synopsis = synopsis_of(learner->needs, learner->writes),
        .details = learner->details,
        .examples = learner->examples,
        .flags = out->flags,
        .flag_count = list_flags(learner->needs, learner->writes, out->flags),
        .options_size = sizeof(vg_train_options) + learner->config_size,
        .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
        .schema = learner->schema,
        .config_at = offsetof(vg_train_options, config),
        .run = vg_train_run,
    };
    return true;
}

const vg_command vg_command_train = {
    .name = "train",
    .summary = "train a policy from logs or on roads",
    .synopsis = "LEARNER --logs LOG... --out POLICY",
    .child = learner_command,
};
