// app/web/no_programs.c -- policies that are programs or shared libraries: a page can start neither.
#include <stddef.h>

#include "agents/policy/exec_policy.h"
#include "agents/policy/so_policy.h"

static vg_err refuse(const char *what, vg_policy **out, vg_diag *diag) {
    if (out) *out = NULL;
    return vg_fail(diag, VG_ERR_ARGUMENT,
                   "'%.200s' is a program, and a page in a browser starts none: use verge view", what);
}

vg_err vg_exec_policy_start(const char *command, bool (*stop)(void), vg_policy **out, vg_diag *diag) {
    (void)stop;
    return refuse(command, out, diag);
}

vg_err vg_so_policy_hash(const char *path, uint64_t *out, vg_diag *diag) {
    *out = 0;
    return refuse(path, NULL, diag);
}

vg_err vg_so_policy_load(const char *path, bool (*stop)(void), vg_policy **out, vg_diag *diag) {
    (void)stop;
    return refuse(path, out, diag);
}
