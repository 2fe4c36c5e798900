#include "agents/training/learner.h"

vg_err vg_learner_check(const vg_learner *learner, const vg_learner_def *def, vg_diag *diag) {
    unsigned needs = learner->needs;
    if (needs & VG_LEARNER_EITHER && !def->expert && def->log_count < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%s needs an expert and roads, or logs with a person's takeovers", learner->name);
    if (needs & VG_LEARNER_EITHER && def->expert) needs |= VG_LEARNER_ROADS | VG_LEARNER_EXPERT;
    if (needs & VG_LEARNER_LOGS && def->log_count < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%s learns from logs: give one or more", learner->name);
    if (needs & VG_LEARNER_ROADS && def->road_count < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%s drives while it learns: give roads to drive on",
                       learner->name);
    if (needs & VG_LEARNER_EXPERT && (!def->expert || !def->expert->ops->label))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%s asks an expert for labels while it learns: give an expert that gives labels",
                       learner->name);
    return VG_OK;
}
