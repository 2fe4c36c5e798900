#include "agents/nets/architecture.h"

#include "agents/nets/mlp.h"
#include "agents/nets/network_private.h"
#include "agents/nets/transformer.h"

// A new kind is one row here.
static const vg_network_kind *const kinds[] = {&vg_mlp_kind, &vg_transformer_kind};
enum { KINDS = sizeof kinds / sizeof *kinds };

const char *vg_architecture_name(int32_t i) { return i >= 0 && i < KINDS ? kinds[i]->name : NULL; }

static vg_err find(const char *name, const vg_network_kind **out, vg_diag *diag) {
    const char *names[KINDS];
    for (int32_t i = 0; i < KINDS; i++) {
        *out = kinds[i];
        names[i] = kinds[i]->name;
        if (strcmp(names[i], name) == 0) return VG_OK;
    }
    *out = NULL;
    return vg_fail_unknown(diag, "architecture", name, names, KINDS);
}

vg_err vg_architecture_schema(const char *name, const vg_schema **out, vg_diag *diag) {
    const vg_network_kind *kind;
    vg_err err = find(name, &kind, diag);
    *out = err ? NULL : kind->schema;
    return err;
}

vg_err vg_architecture_create(const char *name, const vg_network_shape *shape, const void *hyperparameters,
                              vg_network **out, vg_diag *diag) {
    const vg_network_kind *kind;
    *out = NULL;
    vg_err err = find(name, &kind, diag);
    return err ? err : kind->create(shape, hyperparameters, out, diag);
}
