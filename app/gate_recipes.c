#include "app/gate_recipes.h"

vg_err vg_gate_recipes(const vg_call *call, const vg_gate_config *config, const char *before,
                       const char *after, int *status, vg_diag *diag) {
    (void)call, (void)config, (void)before, (void)after, (void)status;
    return vg_fail(diag, VG_ERR_ARGUMENT, "not yet");
}
