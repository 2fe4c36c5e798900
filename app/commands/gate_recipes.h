// app/commands/gate_recipes.h -- `verge gate --recipe`: the learner gate.
#ifndef VG_APP_COMMANDS_GATE_RECIPES_H
#define VG_APP_COMMANDS_GATE_RECIPES_H

#include "app/cli/args.h"
#include "eval/gate/judge.h"

// Compares an arm of the study's result call->operands[1] with an arm of operands[0]. Labels may be NULL if a
// study has one learner. junit: path for JUnit XML, or NULL. *status is the verdict's. Errors: those of
// vg_recipes_read and vg_recipes_judge.
VG_NODISCARD vg_err vg_gate_recipes(const vg_call *call, const vg_gate_config *config, const char *before,
                                    const char *after, const char *junit, int *status, vg_diag *diag);

#endif
