// app/commands/info.h -- facts about a file, for `verge info`: what it is, where it came from, whether it is
// sound.
#ifndef VG_APP_COMMANDS_INFO_H
#define VG_APP_COMMANDS_INFO_H

#include "app/cli/facts.h"

// Finds out what the file at path is, and adds facts about it. "kind" comes first, and is added even if the
// file then proves unsound. Errors: those of the kind's reader; VG_ERR_FORMAT if it is of no kind that verge
// knows.
VG_NODISCARD vg_err vg_info_file(const char *path, vg_facts *facts, vg_diag *diag);

#endif
