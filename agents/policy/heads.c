#include "agents/policy/heads.h"

#include "agents/policy/head_chunk.h"
#include "agents/policy/head_denoise.h"
#include "agents/policy/head_gmm.h"
#include "agents/policy/head_mean.h"
#include "agents/policy/head_soft_q.h"

// A new head is one row here.
static const vg_head *const heads[] = {&vg_head_mean,      &vg_head_gaussian, &vg_head_gmm,   &vg_head_chunk,
                                       &vg_head_diffusion, &vg_head_flow,     &vg_head_soft_q};
enum { HEADS = sizeof heads / sizeof *heads };

const vg_head *vg_head_at(int32_t i) { return i >= 0 && i < HEADS ? heads[i] : NULL; }

const vg_head *vg_head_default(const vg_network *net) {
    return vg_network_shape_of(net)->log_std ? &vg_head_gaussian : &vg_head_mean;
}

vg_err vg_head_find(const char *name, const vg_head **out, vg_diag *diag) {
    const char *names[HEADS];
    for (int32_t i = 0; i < HEADS; i++) {
        *out = heads[i];
        names[i] = heads[i]->name;
        if (strcmp(names[i], name) == 0) return VG_OK;
    }
    *out = NULL;
    return vg_fail_unknown(diag, "head", name, names, HEADS);
}

vg_err vg_head_check(const vg_head *head, const void *hyperparameters, const vg_network *net, int32_t sensed,
                     vg_diag *diag) {
    vg_err err = head->check ? head->check(hyperparameters, diag) : VG_OK;
    if (err) return err;
    const vg_network_shape *shape = vg_network_shape_of(net);
    int32_t inputs = vg_head_inputs(head, hyperparameters, sensed), outputs = head->outputs(hyperparameters);
    if (shape->inputs != inputs || shape->outputs != outputs)
        return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "sense",
                          "a network of %d inputs and %d outputs for a sense of %d values and the head '%s', "
                          "which ask for %d inputs and %d outputs",
                          shape->inputs, shape->outputs, sensed, head->name, inputs, outputs);
    if (shape->log_std == head->log_std) return VG_OK;
    return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "head", "the head '%s' needs a network %s log_std",
                      head->name, head->log_std ? "with" : "without");
}
