#include "eval/outcome/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/experts/expert.h"
#include "eval/outcome/json.h"
#include "eval/outcome/pairs.h"
#include "sim/base/memory.h"

// What a policy's arm borrows.
struct vg_evaluation_drive {
    vg_rollout rollout;
    double *open_error;
    vg_arm_seed seed;
};

vg_err vg_evaluation_label(const char *source, char label[VG_KEY_TEXT_SIZE], vg_diag *diag) {
    json_t *written = json_string(source); // as the result will store it
    json_decref(written);
    if (!written)
        return vg_fail(diag, VG_ERR_ARGUMENT, "policy '%s': its name is not UTF-8; rename it", source);
    const char *slash = vg_expert_known(source) ? NULL : strrchr(source, '/'); // a setting may be a path
    const char *name = slash ? slash + 1 : source;
    const char *extension = strstr(name, ".safetensors");
    size_t length = extension ? (size_t)(extension - name) : strlen(name);
    if (length >= VG_KEY_TEXT_SIZE)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "policy '%.60s...': its name has %zu bytes, expected at most %d; use a shorter one",
                       name, length, VG_KEY_TEXT_SIZE - 1);
    vg_name_of(label, VG_KEY_TEXT_SIZE, name, length);
    for (char *c = label; *c; c++)
        if (strchr(" /:*?\"<>|\\", *c)) *c = '_';
    return VG_OK;
}

static vg_err drive_one(const vg_evaluation_def *def, vg_evaluation *e, int32_t p, vg_diag *diag) {
    const vg_evaluated *driver = &def->policies[p];
    const vg_suite_config *c = &def->suite->config;
    vg_evaluation_drive *d = &e->drives[p];
    vg_outcome_arm *row = &e->arms[p];
    vg_rollout_def rollout = vg_suite_rollout(def->suite);
    rollout.reference = def->reference;
    rollout.threads = def->threads;
    rollout.ranks = def->ranks;
    rollout.stop = def->stop;
    rollout.policy = driver->policy;
    vg_err err = vg_rollout_run(&rollout, &d->rollout, diag);
    if (!err && !vg_ranks_first(def->ranks)) return VG_OK; // rank 0 has it all
    if (!err && vg_reference_expert(def->reference)) {
        d->open_error = vg_new(double, d->rollout.count);
        err = d->open_error ? vg_suite_open_loop(def->suite, def->reference, driver->policy, def->threads,
                                                 d->open_error, diag)
                            : vg_fail_memory(diag);
    }
    if (err) return err;
    const vg_sense *sense = driver->policy->sense;
    d->seed = (vg_arm_seed){
        .hash = driver->policy->hash, .rollout = &d->rollout, .open_error = d->open_error, .held_out = NAN};
    *row = (vg_outcome_arm){.label = driver->label,
                            .kind = sense ? "policy" : "expert",
                            .source = driver->source,
                            .sense = sense ? vg_sense_text(sense) : NULL,
                            .budget = NAN,
                            .shown = NAN,
                            .group = "",
                            .arm = {.label = driver->label,
                                    .seeds = &d->seed,
                                    .seed_count = 1,
                                    .roads = def->suite->test.count,
                                    .starts = (int32_t)c->starts,
                                    .horizon = c->horizon,
                                    .draws = (uint64_t)c->seed}};
    return vg_analysis_run(&row->arm, def->threads, &row->analysis, diag);
}

// Compares each policy with the first one.
static vg_err compare_all(const vg_evaluation_def *def, vg_evaluation *e, vg_diag *diag) {
    vg_err err = VG_OK;
    int32_t *count = &e->outcome.pair_count;
    for (int32_t p = 1; p < def->count && !err; p++)
        err = vg_outcome_compare(e->arms, p, 0, (uint64_t)def->suite->config.seed, e->pairs, count, diag);
    return err ? err : vg_outcome_correct(e->pairs, *count, diag);
}

vg_err vg_evaluation_run(const vg_evaluation_def *def, vg_evaluation *out, vg_diag *diag) {
    const vg_suite_config *config = &def->suite->config;
    *out = (vg_evaluation){.outcome = {.kind = "evaluation",
                                       .name = def->suite->name,
                                       .about = config->about,
                                       .command = "",
                                       .suite = def->suite,
                                       .reference = def->reference ? config->reference : "centreline",
                                       .arm_count = def->count}};
    out->drives = vg_new(vg_evaluation_drive, def->count);
    out->outcome.arms = out->arms = vg_new(vg_outcome_arm, def->count);
    out->outcome.pairs = out->pairs = vg_new(vg_outcome_pair, VG_PAIR_METRICS * (int64_t)def->count);
    vg_config_write_yaml(&vg_suite_schema, config, &out->configuration);
    out->outcome.configuration = out->configuration.bytes;
    bool whole = out->drives && out->arms && out->pairs && !out->configuration.failed;
    vg_err err = whole ? VG_OK : vg_fail_memory(diag);
    for (int32_t p = 0; p < def->count && !err; p++) {
        err = vg_ranks_agree(def->ranks, drive_one(def, out, p, diag), diag);
        if (!err && def->driven) def->driven(def->context, p + 1);
    }
    if (!err && vg_ranks_first(def->ranks)) err = compare_all(def, out, diag);
    if (err) vg_evaluation_free(out);
    return err;
}

void vg_evaluation_free(vg_evaluation *e) {
    for (int32_t p = 0; p < e->outcome.arm_count; p++) {
        if (e->arms) vg_analysis_free(&e->arms[p].analysis);
        if (!e->drives) continue;
        vg_rollout_free(&e->drives[p].rollout);
        vg_free(e->drives[p].open_error);
    }
    vg_text_free(&e->configuration);
    vg_free(e->drives);
    vg_free(e->arms);
    vg_free(e->pairs);
    *e = (vg_evaluation){0};
}
