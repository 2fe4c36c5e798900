// verge train: logs in, a policy file out.
#include <stddef.h>

#include "agents/learners/bc.h"
#include "agents/learners/dagger.h"
#include "agents/learners/dart.h"
#include "agents/learners/gail.h"
#include "agents/learners/hg_dagger.h"
#include "agents/learners/ppo_learner.h"
#include "app/commands/train.h"

// The first so many are those of a learner that only reads logs, that also drives, that also asks.
enum { FLAGS_LOGS = 3, FLAGS_ROADS = 8, FLAGS_EXPERT = 9 };
static const vg_flag flags[FLAGS_EXPERT] = {
    {"logs", VG_FLAG_LIST, offsetof(vg_train_options, logs), "LOG...", .help = "what to learn from"},
    {"out", VG_FLAG_TEXT, offsetof(vg_train_options, out), "POLICY", .required = true,
     .help = "policy file to write"},
    {"resume", VG_FLAG_SWITCH, offsetof(vg_train_options, resume),
     .help = "go on where a stopped training left its checkpoint"},
    {"roads", VG_FLAG_LIST, offsetof(vg_train_options, roads), "R...",

     .help = "where to drive while learning; none: where the logs were driven"},
    {"valid", VG_FLAG_LIST, offsetof(vg_train_options, valid), "R...",
     .help = "where the best round is chosen; none: where it learns"},
    {"car", VG_FLAG_TEXT, offsetof(vg_train_options, car), "C",
     .help = "which car to drive: a preset or a file; none: that of the logs, else the sedan"},
    {"record", VG_FLAG_TEXT, offsetof(vg_train_options, record), "JSONL",
     .help = "file for the rounds' numbers, a JSON line each"},
    {"events", VG_FLAG_TEXT, offsetof(vg_train_options, events), "DIR",
     .help = "folder for the same as a TensorBoard event file"},
    {"expert", VG_FLAG_TEXT, offsetof(vg_train_options, expert), "E", .help = "who is asked what to do"},
};

static const vg_command bc = {
    .name = "bc",
    .summary = "behavioural cloning: do as the driver of the logs did",
    .synopsis =
        "--logs LOG... --out POLICY [--config Y] [--set KEY=VALUE...] [--seed N] [--resume] [--force]",
    .details =
        "Fits a network to the (sense, action) pairs of the logs and keeps the weights with the least\n"
        "loss on the episodes held out (Pomerleau 1989). The same logs, configuration and seed give the\n"
        "same bytes, whatever the number of threads and however often the training was stopped. While it\n"
        "runs, POLICY.checkpoint holds what --resume needs.",
    .examples =
        "verge train bc --logs kart.vlog --out kart-bc.safetensors --seed 1\n"
        "verge train bc --logs a.vlog b.vlog --out bc.safetensors --set scaling=zscore --set epochs=500",
    .flags = flags,
    .flag_count = FLAGS_LOGS,
    .options_size = sizeof(vg_train_options) + sizeof(vg_bc_config),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .schema = &vg_bc_schema,
    .config_at = offsetof(vg_train_options, config),
    .run = vg_train_run,
};

static const char interactive_synopsis[] =
    "[--logs LOG...] --roads R... --expert E --out POLICY [--valid R...] [--config Y] [--set KEY=VALUE...]\n"
    "  [--seed N] [--resume] [--force]";

static const vg_command dart = {
    .name = "dart",
    .summary = "cloning of an expert whose actions are disturbed while it demonstrates",
    .synopsis = interactive_synopsis,
    .details =
        "Adds Gaussian noise to what the expert does, so that it shows how it recovers, and learns from "
        "what\n"
        "it meant to do (Laskey et al. 2017). The noise is shaped and sized like the learner's own error on\n"
        "demonstrations held out, found anew each round; or of one size (noise=isotropic); or none. Logs, "
        "if\n"
        "given, are the first round. The same input gives the same bytes, also when stopped and resumed.",
    .examples =
        "verge train dart --logs demo.vlog --roads train-1 train-2 --expert pursuit --out dart.safetensors\n"
        "verge train dart --roads train-1 --expert pursuit --out iso.safetensors --set noise=isotropic",
    .flags = flags,
    .flag_count = FLAGS_EXPERT,
    .options_size = sizeof(vg_train_options) + sizeof(vg_dart_config),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .schema = &vg_dart_schema,
    .config_at = offsetof(vg_train_options, config),
    .run = vg_train_run,
};

static const vg_command dagger = {
    .name = "dagger",
    .summary = "the learner drives, the expert says what it would have done there",
    .synopsis = interactive_synopsis,
    .details =
        "Round by round the learner drives, the expert labels every state it comes to, and the network is\n"
        "fitted to all labels so far (Ross, Gordon & Bagnell 2011). The round that drives best on the\n"
        "validation roads is kept. Logs, if given, are the first round; else the expert drives it. The same\n"
        "input gives the same bytes, also when stopped and resumed.",
    .examples = "verge train dagger --logs demo.vlog --roads train-1 train-2 --expert pursuit --out "
                "dagger.safetensors\n"
                "verge train dagger --roads train-1 --expert pursuit --out dagger.safetensors --set "
                "labels=6000 --set "
                "rounds=5",
    .flags = flags,
    .flag_count = FLAGS_EXPERT,
    .options_size = sizeof(vg_train_options) + sizeof(vg_dagger_config),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .schema = &vg_dagger_schema,
    .config_at = offsetof(vg_train_options, config),
    .run = vg_train_run,
};

static const vg_command hg_dagger = {
    .name = "hg-dagger",
    .summary = "the learner drives until the expert takes the wheel: labels only from then on",
    .synopsis = "[--logs LOG...] --roads R... --expert E --out POLICY [--valid R...] [--config Y] "
                "[--set KEY=VALUE...]\n  [--seed N] [--resume] [--force]\n"
                "--logs LOG... --out POLICY",
    .details =
        "The expert takes over when the car is about to leave the road and hands back once it is well "
        "again;\n"
        "what it does in between is what is learned (Kelly et al. 2019). Without --expert the logs hold a\n"
        "person's takeovers, and only what the person did is learned. Several networks give a measure of\n"
        "doubt, and the doubt at the takeovers a threshold, told with the rounds. The same input gives the\n"
        "same bytes, also when stopped and resumed.",
    .examples = "verge train hg-dagger --roads train-1 train-2 --expert pursuit --out hg.safetensors\n"
                "verge train hg-dagger --logs taken-over.vlog --out hg.safetensors",
    .flags = flags,
    .flag_count = FLAGS_EXPERT,
    .options_size = sizeof(vg_train_options) + sizeof(vg_hg_dagger_config),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .schema = &vg_hg_dagger_schema,
    .config_at = offsetof(vg_train_options, config),
    .run = vg_train_run,
};

static const vg_command gail = {
    .name = "gail",
    .summary = "from the log and the simulator alone: be where the driver was, as a discriminator sees it",
    .synopsis = "--logs LOG... --roads R... --out POLICY [--valid R...] [--config Y] [--set KEY=VALUE...]\n"
                "  [--seed N] [--resume] [--force]",
    .details =
        "Begins with a clone of the logs, then drives on the roads and is rewarded for what a "
        "discriminator,\n"
        "trained along, takes for the driver of the logs (Ho & Ermon 2016). Nobody is asked. The round that\n"
        "drives best on the validation roads is kept. The same input gives the same bytes, also when "
        "stopped\n"
        "and resumed.",
    .examples = "verge train gail --logs demo.vlog --roads train-1 train-2 --out gail.safetensors\n"
                "verge train gail --logs demo.vlog --roads train-1 --valid train-2 --out gail.safetensors "
                "--set update=trpo",
    .flags = flags,
    .flag_count = FLAGS_ROADS,
    .options_size = sizeof(vg_train_options) + sizeof(vg_gail_config),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .schema = &vg_gail_schema,
    .config_at = offsetof(vg_train_options, config),
    .run = vg_train_run,
};

static const vg_command ppo = {
    .name = "ppo",
    .summary = "no log: learn to drive from a plain reward for progress on the road",
    .synopsis =
        "--roads R... --out POLICY [--valid R...] [--car C] [--config Y] [--set KEY=VALUE...] [--seed N]\n"
        "  [--resume] [--force]",
    .details =
        "Drives, is rewarded for progress and punished for leaving the middle of the road and the road "
        "itself,\n"
        "and improves by proximal policy optimisation (Schulman et al. 2017) or, with update=trpo, in trust\n"
        "regions (Schulman et al. 2015). The same input gives the same bytes, also when stopped and resumed.",
    .examples =
        "verge train ppo --roads train-1 train-2 --out ppo.safetensors\n"
        "verge train ppo --roads train-1 --valid train-2 --car kart --out ppo.safetensors --set rounds=200",
    .flags = flags,
    .flag_count = FLAGS_ROADS,
    .options_size = sizeof(vg_train_options) + sizeof(vg_ppo_config),
    .takes = VG_TAKES_SEED | VG_TAKES_THREADS | VG_TAKES_FORCE | VG_TAKES_JSON,
    .schema = &vg_ppo_schema,
    .config_at = offsetof(vg_train_options, config),
    .run = vg_train_run,
};

static const vg_command *const learners[] = {&bc, &dart, &dagger, &hg_dagger, &gail, &ppo, NULL};

const vg_command vg_command_train = {
    .name = "train",
    .summary = "logs in, a policy file out",
    .synopsis = "LEARNER --logs LOG... --out POLICY",
    .children = learners,
};
