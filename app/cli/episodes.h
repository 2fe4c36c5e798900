// app/cli/episodes.h -- options that the commands about logs share: --episode N..., and the path of the
// result.
#ifndef VG_APP_CLI_EPISODES_H
#define VG_APP_CLI_EPISODES_H

#include "app/cli/args.h"
#include "logs/store/edit.h"

// Reads the numbers of --episode into *pick (vg_free its episodes). *given is false if the flag was not used.
VG_NODISCARD vg_err vg_episodes_parse(const vg_list *list, vg_log_pick *pick, bool *given, vg_diag *diag);

// The path of an edited log: --out, or the log itself, which needs --force.
VG_NODISCARD vg_err vg_episodes_out(const vg_call *call, const char *log, const char **out, vg_diag *diag);

#endif
