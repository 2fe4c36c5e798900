#include "agents/policy_open.h"

#include <string.h>

#include "agents/experts/expert.h"
#include "agents/policy/exec_policy.h"
#include "agents/policy/policy_file.h"
#include "agents/policy/so_policy.h"

vg_err vg_policy_open(const char *name_or_path, vg_policy **out, vg_diag *diag) {
    if (strncmp(name_or_path, "exec:", 5) == 0) return vg_exec_policy_start(name_or_path + 5, out, diag);
    if (strncmp(name_or_path, "so:", 3) == 0) return vg_so_policy_load(name_or_path + 3, out, diag);
    if (vg_expert_known(name_or_path)) return vg_expert_create(name_or_path, out, diag);
    vg_err err = vg_policy_load(name_or_path, out, diag);
    char names[VG_EXPERT_NAMES];
    // A bare word was meant as a name: say which there are.
    if (err == VG_ERR_NOT_FOUND && !strpbrk(name_or_path, "./"))
        return vg_fail(diag, err, "no expert and no file '%.60s'; experts are %s", name_or_path,
                       vg_expert_names(names));
    return err;
}
