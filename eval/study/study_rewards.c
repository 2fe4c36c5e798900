// A study's rewards: the true one, by which all arms' drives are judged, and those that arms have learned.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/rewards/reward_file.h"
#include "agents/rewards/reward_open.h"
#include "eval/rewards/compare.h"
#include "eval/rewards/regret.h"
#include "eval/stats/statistics.h"
#include "eval/study/study_private.h"
#include "sim/base/memory.h"

// --- the true reward ---------------------------------------------------------------------------------------

vg_err vg_study_given_reward(const vg_study_arm *arm, vg_reward **out, vg_diag *diag) {
    const vg_key *gamma = vg_config_key(arm->learner->schema, "gamma");
    double discount = 0.99;
    *out = NULL;
    if (!arm->given) return VG_OK;
    if (gamma && gamma->type == VG_KEY_DOUBLE)
        memcpy(&discount, (const char *)arm->config + gamma->at, sizeof discount);
    return vg_reward_open(arm->given, discount, out, diag);
}

static vg_err find_arm(const vg_study *s, const char *label, const char *key, int32_t *out, vg_diag *diag) {
    for (int32_t i = 0; i < s->arm_count; i++)
        if (strcmp(s->arms[i].label, label) == 0) {
            *out = i;
            return VG_OK;
        }
    return vg_fail_at(diag, VG_ERR_FORMAT, s->def.path, 0, key, "there is no arm with the label '%.120s'",
                      label);
}

static vg_err load_truth(vg_study *s, vg_diag *diag) {
    vg_err err = vg_reward_open(s->config.true_reward, 0.99, &s->truth, diag);
    if (err) return err;
    return vg_driving_reward_of(s->truth)
               ? VG_OK
               : vg_fail_at(diag, VG_ERR_FORMAT, s->config.true_reward, 0, "true_reward",
                            "is of kind '%s', expected 'driving': no other reward can be planned for, so its "
                            "best drive is not known",
                            s->truth->kind);
}

vg_err vg_study_open_truth(vg_study *s, vg_diag *diag) {
    s->worst = -1;
    bool named = s->config.best_arm[0] || s->config.worst_arm[0];
    if (!s->config.true_reward[0])
        return named ? vg_fail_at(diag, VG_ERR_FORMAT, s->def.path, 0, "true_reward",
                                  "is missing: best_arm and worst_arm are best and worst by it")
                     : VG_OK;
    vg_err err = load_truth(s, diag);
    if (!err && s->config.best_arm[0]) err = find_arm(s, s->config.best_arm, "best_arm", &s->best, diag);
    if (!err && s->config.worst_arm[0]) err = find_arm(s, s->config.worst_arm, "worst_arm", &s->worst, diag);
    return err;
}

// --- the drives --------------------------------------------------------------------------------------------

static int64_t episodes_of(const vg_study *s) {
    return (int64_t)s->suite.test.count * s->suite.config.starts;
}

vg_err vg_study_open_features(vg_study *s, vg_diag *diag) {
    int64_t seeds = 0;
    if (!s->truth) return VG_OK;
    for (int32_t i = 0; i < s->arm_count; i++) seeds += s->arms[i].seeds;
    s->features = vg_new(vg_drive_features, seeds * episodes_of(s));
    s->reward_scores = vg_new(vg_reward_score, s->arm_count);
    return s->features && s->reward_scores ? VG_OK : vg_fail_memory(diag);
}

vg_drive_features *vg_study_features(const vg_study *s, int32_t arm, int32_t seed) {
    int64_t before = seed;
    if (!s->features) return NULL;
    for (int32_t i = 0; i < arm; i++) before += s->arms[i].seeds;
    return s->features + before * episodes_of(s);
}

static vg_err table_of(const vg_study *s, int32_t arm, vg_drive_table *out, vg_diag *diag) {
    const vg_outcome_arm *row = &s->rows[arm];
    const vg_drive_features **drives = vg_new(const vg_drive_features *, s->arms[arm].seeds);
    *out = (vg_drive_table){drives,
                            s->arms[arm].seeds,
                            row->analysis.units,
                            row->analysis.each,
                            s->suite.config.horizon,
                            row->arm.seeds[0].rollout->action_seconds};
    if (!drives) return vg_fail_memory(diag);
    for (int32_t k = 0; k < s->arms[arm].seeds; k++) drives[k] = vg_study_features(s, arm, k);
    return VG_OK;
}

static void close_table(vg_drive_table *table) { vg_free((void *)(uintptr_t)table->drives); }

// --- scores ------------------------------------------------------------------------------------------------

static vg_err new_cells(vg_reward_score *score, vg_reward_metric metric, int64_t count, vg_diag *diag) {
    return (score->cells[metric] = vg_new(double, count)) ? VG_OK : vg_fail_memory(diag);
}

static vg_drive_features whole_seed(const vg_drive_table *table, int32_t seed) {
    vg_drive_features sum = {0};
    for (int32_t e = 0; e < table->units * table->each; e++)
        vg_drive_features_add(&sum, &table->drives[seed][e]);
    return sum;
}

static vg_drive_features whole_arm(const vg_drive_table *table) {
    vg_drive_features sum = {0};
    for (int32_t k = 0; k < table->seeds; k++) {
        vg_drive_features one = whole_seed(table, k);
        vg_drive_features_add(&sum, &one);
    }
    return sum;
}

static vg_err score_drives(const vg_study *s, const vg_drive_table *best, const vg_drive_table *worst,
                           const vg_drive_table *arm, vg_reward_score *out, vg_diag *diag) {
    const vg_driving_reward_def *truth = vg_driving_reward_of(s->truth);
    int64_t cells = (int64_t)arm->seeds * arm->units;
    vg_err err = new_cells(out, VG_REWARD_excess_cost, cells, diag);
    if (!err) err = new_cells(out, VG_REWARD_feature_error, arm->seeds, diag);
    if (!err && worst) err = new_cells(out, VG_REWARD_regret, cells, diag);
    if (err) return err;
    vg_excess_cost_cells(truth, best, arm, out->cells[VG_REWARD_excess_cost]);
    vg_drive_features target = whole_arm(best);
    for (int32_t k = 0; k < arm->seeds; k++) {
        vg_drive_features own = whole_seed(arm, k);
        out->cells[VG_REWARD_feature_error][k] = vg_drive_feature_error(&own, &target);
    }
    return worst ? vg_regret_cells(truth, best, worst, arm, out->cells[VG_REWARD_regret], diag) : VG_OK;
}

static vg_err compare_learned(const vg_study *s, int32_t i, vg_reward_score *out, vg_diag *diag) {
    const vg_study_arm *arm = &s->arms[i];
    char path[VG_STUDY_PATH];
    vg_coverage coverage = vg_coverage_default();
    coverage.car = s->taught->car, coverage.threads = s->def.threads;
    if (!vg_study_reward_path(s, arm, 0, path)) return VG_OK;
    vg_err err = new_cells(out, VG_REWARD_epic, arm->seeds, diag);
    if (!err) err = new_cells(out, VG_REWARD_cosine, arm->seeds, diag);
    for (int32_t k = 0; k < arm->seeds && !err; k++) {
        vg_reward *learned = NULL;
        vg_reward_comparison comparison;
        vg_study_reward_path(s, arm, k, path);
        err = vg_reward_load(path, &learned, diag);
        if (!err) err = vg_reward_compare(&coverage, s->truth, learned, &comparison, diag);
        vg_reward_destroy(learned);
        if (err) break;
        out->cells[VG_REWARD_epic][k] = comparison.epic;
        out->cells[VG_REWARD_cosine][k] = comparison.cosine;
    }
    return err;
}

static vg_err estimate_all(const vg_study *s, int32_t i, vg_reward_score *score, vg_diag *diag) {
    const vg_analysis *a = &s->rows[i].analysis;
    vg_err err = VG_OK;
    for (int32_t m = 0; m < VG_REWARD_METRIC_COUNT && !err; m++) {
        bool by_unit = vg_reward_metric_by_unit(m), whole = score->cells[m];
        vg_crossed table = {score->cells[m], a->seeds, by_unit ? a->units : 1, by_unit ? a->each : 1};
        score->estimates[m] = vg_estimate_none;
        for (int32_t c = 0; whole && c < table.seeds * table.units; c++) whole = isfinite(table.cells[c]);
        if (whole)
            err = vg_crossed_mean(&table, vg_reward_metric_scale(m), (uint64_t)s->config.seed,
                                  &score->estimates[m], diag);
    }
    return err;
}

vg_err vg_study_score_rewards(vg_study *s, vg_diag *diag) {
    vg_drive_table best = {0}, worst = {0};
    if (!s->truth) return VG_OK;
    vg_err err = table_of(s, s->best, &best, diag);
    if (!err && s->worst >= 0) err = table_of(s, s->worst, &worst, diag);
    for (int32_t i = 0; i < s->arm_count && !err; i++) {
        vg_drive_table arm;
        vg_reward_score *score = &s->reward_scores[i];
        err = table_of(s, i, &arm, diag);
        if (!err) err = score_drives(s, &best, s->worst >= 0 ? &worst : NULL, &arm, score, diag);
        if (!err) err = compare_learned(s, i, score, diag);
        if (!err) err = estimate_all(s, i, score, diag);
        s->rows[i].reward = score;
        close_table(&arm);
    }
    close_table(&best);
    close_table(&worst);
    return err;
}
