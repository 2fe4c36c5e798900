// app/commands/info_log.h -- facts about a log: its episodes, and that every row of it can be read.
#ifndef VG_APP_COMMANDS_INFO_LOG_H
#define VG_APP_COMMANDS_INFO_LOG_H

#include "app/cli/facts.h"

// Errors: those of reading the log. Facts added before the error stay.
VG_NODISCARD vg_err vg_info_log(const char *path, vg_facts *facts, vg_diag *diag);

#endif
