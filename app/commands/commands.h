// app/commands/commands.h -- the subcommands, in the order of the help. Each is defined in
// app/commands/cmd_X.c. A command that this build leaves out (`drive` without SDL2) is a weak reference and
// stays null.
#ifndef VG_APP_COMMANDS_COMMANDS_H
#define VG_APP_COMMANDS_COMMANDS_H

#include "app/cli/args.h"

#define VG_COMMANDS(X)                                                                                       \
    X(drive)                                                                                                 \
    X(view)                                                                                                  \
    X(record)                                                                                                \
    X(replay)                                                                                                \
    X(track)                                                                                                 \
    X(car)                                                                                                   \
    X(suite)                                                                                                 \
    X(import)                                                                                                \
    X(log)                                                                                                   \
    X(export)                                                                                                \
    X(train)                                                                                                 \
    X(eval)                                                                                                  \
    X(study)                                                                                                 \
    X(cache)                                                                                                 \
    X(gate)                                                                                                  \
    X(baseline)                                                                                              \
    X(info)                                                                                                  \
    X(irl)                                                                                                   \
    X(reward)                                                                                                \
    X(bench)

#define X(name) extern const vg_command vg_command_##name __attribute__((weak));
VG_COMMANDS(X)
#undef X

#endif
