// app/commands/export_data.h -- the children of `verge export` that write logs, and of `verge import` that
// read them again.
#ifndef VG_APP_COMMANDS_EXPORT_DATA_H
#define VG_APP_COMMANDS_EXPORT_DATA_H

#include "app/cli/args.h"

extern const vg_command vg_command_export_minari, vg_command_export_robomimic, vg_command_export_csv,
    vg_command_import_minari;

#endif
