// app/commands/cmd_reward_laps.h -- verge reward laps.
#ifndef VG_APP_COMMANDS_CMD_REWARD_LAPS_H
#define VG_APP_COMMANDS_CMD_REWARD_LAPS_H

#include "app/cli/args.h"

extern const vg_command vg_command_reward_laps;

#endif
