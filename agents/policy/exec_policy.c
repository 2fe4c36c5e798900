#include "agents/policy/exec_policy.h"

#include <string.h>

#include "agents/policy/foreign_policy.h"

vg_err vg_exec_policy_start(const char *command, bool (*stop)(void), vg_policy **out, vg_diag *diag) {
    *out = NULL;
    if (!command[strspn(command, " \t\n")])
        return vg_fail(diag, VG_ERR_ARGUMENT, "'exec:' names no program, expected exec:CMD");
    vg_foreign_def def = {.kind = "exec", .what = command, .stop = stop};
    return vg_foreign_policy_start(&def, out, diag);
}
