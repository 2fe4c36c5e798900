// app/cli/episodes.h -- what the commands about logs share: --episode N..., and where the result goes.
#ifndef VG_APP_CLI_EPISODES_H
#define VG_APP_CLI_EPISODES_H

#include "app/cli/args.h"
#include "logs/store/edit.h"

// The numbers of --episode into *pick (vg_free its episodes); false in *given when the flag was not used.
VG_NODISCARD vg_err vg_episodes_parse(const vg_list *list, vg_log_pick *pick, bool *given, vg_diag *diag);

// Where an edited log goes: --out, or the log itself, which takes --force.
VG_NODISCARD vg_err vg_episodes_out(const vg_call *call, const char *log, const char **out, vg_diag *diag);

#endif
