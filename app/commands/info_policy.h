// app/commands/info_policy.h -- facts about a policy file: its metadata, its tensors, and that all of it can
// be read.
#ifndef VG_APP_COMMANDS_INFO_POLICY_H
#define VG_APP_COMMANDS_INFO_POLICY_H

#include "app/cli/facts.h"

// Errors: those of reading the file. Facts added before the error stay.
VG_NODISCARD vg_err vg_info_policy(const char *path, vg_facts *facts, vg_diag *diag);

#endif
