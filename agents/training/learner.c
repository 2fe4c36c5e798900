#include "agents/training/learner.h"

#include <string.h>

vg_err vg_learner_check_config(const vg_learner *learner, const void *config, vg_diag *diag) {
    return learner->check ? learner->check(config, diag) : VG_OK;
}

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
    return vg_learner_check_config(learner, def->config, diag);
}

const char *vg_learner_diagnosis(const vg_learner_round *round, const char *name, const char *const *texts,
                                 int32_t *last) {
    int32_t before = *last;
    for (int32_t i = 0; i < round->count; i++)
        if (strcmp(round->names[i], name) == 0) *last = (int32_t)round->values[i];
    return *last != before ? texts[*last] : NULL;
}

void vg_learner_place_rows(const vg_learner_def *def, vg_dataset_def *rows) {
    rows->folder = def->folder;
    if (def->row_memory) rows->memory = def->row_memory;
}
