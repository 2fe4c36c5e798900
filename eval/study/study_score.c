// Scores a study's arms.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/outcome/pairs.h"
#include "eval/study/study_private.h"
#include "sim/base/memory.h"

// The cost of its trainings, as the mean over its seeds.
static vg_err sum_reports(const vg_study *s, const vg_study_arm *arm, vg_outcome_training *out,
                          vg_diag *diag) {
    *out = (vg_outcome_training){0};
    for (int32_t k = 0; k < arm->seeds; k++) {
        vg_learner_report report;
        vg_err err = vg_study_cell_report(s, arm, k, &report, diag);
        if (err) return err;
        out->labels += (double)report.labels / arm->seeds;
        out->queries += (double)report.queries / arm->seeds;
        out->actions += (double)report.actions / arm->seeds;
        out->seconds_off += report.seconds_off / arm->seeds;
    }
    return VG_OK;
}

// Every learner has a key with this name.
static const char *sense_of(const vg_study_arm *arm) {
    const vg_key *key = vg_config_key(arm->learner->schema, "sense");
    return key ? (const char *)arm->config + key->at : NULL;
}

static vg_err score_arm(vg_study *s, int32_t i, vg_diag *diag) {
    const vg_study_arm *arm = &s->arms[i];
    vg_outcome_arm *row = &s->rows[i];
    vg_err err = VG_OK;
    *row = (vg_outcome_arm){.label = arm->label,
                            .kind = arm->learner ? arm->learner->name : "expert",
                            .source = arm->source,
                            .sense = arm->learner ? sense_of(arm) : NULL,
                            .budget = NAN,
                            .shown = NAN,
                            .group = arm->group};
    if (arm->learner) {
        err = sum_reports(s, arm, &row->training, diag);
        if (err) return err;
        row->budget = row->training.labels;
        row->shown = s->budgets[arm->budget].count;
        err = vg_study_read_record(s, arm, &s->records[i], diag);
        if (err) return err;
        if (s->records[i].rounds) row->record = &s->records[i];
    }
    row->arm = (vg_arm){.label = arm->label,
                        .seeds = s->seeds[i],
                        .seed_count = arm->seeds,
                        .roads = s->suite.test.count,
                        .starts = (int32_t)s->suite.config.starts,
                        .horizon = s->suite.config.horizon,
                        .draws = (uint64_t)s->config.seed};
    for (int32_t r = 0; s->laps_road && arm->learner && r < s->suite.test.count; r++)
        row->taught_here |= vg_road_hash(s->suite.test.roads[r]) == vg_road_hash(s->laps_road);
    err = vg_study_compare_human(s, i, diag);
    return err ? err : vg_analysis_run(&row->arm, s->def.threads, &row->analysis, diag);
}

static vg_err make_reference(vg_study *s, vg_policy **expert, vg_reference **out, vg_diag *diag) {
    const char *name = s->suite.config.reference;
    s->outcome.reference = name[0] ? name : "centreline";
    s->outcome.shown_unit = s->config.laps[0] ? "laps" : "demonstrations";
    if (strcmp(name, "human") == 0) {
        if (s->laps_road) return vg_study_human_line(s, out, diag);
        return vg_fail_at(diag, VG_ERR_FORMAT, s->suite.name, 0, "reference",
                          "is 'human', but the study has no laps");
    }
    if (!name[0]) return VG_OK;
    vg_err err = vg_policy_open(name, &s->def.terms, expert, diag);
    return err ? err : vg_suite_reference(&s->suite, *expert, s->def.threads, s->def.stop, out, diag);
}

// Compares every arm with the first. If that is an expert, the learners' arms are also compared with the
// first learner's.
static vg_err compare(vg_study *s, vg_diag *diag) {
    if (s->arm_count < 2) return VG_OK;
    int32_t learner = 0;
    uint64_t draws = (uint64_t)s->config.seed;
    while (learner < s->arm_count && !s->arms[learner].learner) learner++;
    s->pairs = vg_new(vg_outcome_pair, 2 * VG_PAIR_METRICS * (int64_t)s->arm_count);
    vg_err err = s->pairs ? VG_OK : vg_fail_memory(diag);
    for (int32_t i = 1; i < s->arm_count && !err; i++)
        err = vg_outcome_compare(s->rows, i, 0, draws, s->pairs, &s->pair_count, diag);
    for (int32_t i = learner + 1; learner > 0 && i < s->arm_count && !err; i++)
        err = vg_outcome_compare(s->rows, i, learner, draws, s->pairs, &s->pair_count, diag);
    if (!err) err = vg_outcome_correct(s->pairs, s->pair_count, diag);
    s->outcome.pairs = s->pairs;
    s->outcome.pair_count = s->pair_count;
    return err;
}

// What rank 0 makes of all drives.
static vg_err judge_all(vg_study *s, const vg_reference *reference, vg_diag *diag) {
    vg_err err = vg_study_floor(s, reference, diag);
    for (int32_t i = 0; i < s->arm_count && !err; i++) {
        double begin = vg_study_process_seconds();
        err = score_arm(s, i, diag);
        vg_study_rest(s, i);
        vg_study_note_time(s, VG_STUDY_WORK_judge, s->arms[i].label, 0, vg_study_process_seconds() - begin);
    }
    double begin = vg_study_process_seconds();
    if (!err) err = vg_study_score_rewards(s, diag);
    if (!err) err = compare(s, diag);
    if (!err) err = vg_study_judge(s, diag);
    vg_study_note_time(s, VG_STUDY_WORK_judge, "", 0, vg_study_process_seconds() - begin);
    return err;
}

vg_err vg_study_score(vg_study *s, const vg_outcome **out, vg_diag *diag) {
    vg_policy *expert = NULL;
    vg_reference *reference = NULL;
    s->rows = vg_new(vg_outcome_arm, s->arm_count);
    s->seeds = vg_new(vg_arm_seed *, s->arm_count);
    s->driven = vg_new(vg_study_driven *, s->arm_count);
    s->records = vg_new(vg_outcome_record, s->arm_count);
    if (!s->rows || !s->seeds || !s->driven || !s->records) return vg_fail_memory(diag);
    s->outcome.kind = "study";
    s->outcome.name = s->name;
    s->outcome.about = s->config.about;
    s->outcome.command = s->def.command;
    s->outcome.configuration = s->configuration.bytes;
    s->outcome.suite = &s->suite;
    s->outcome.study_hash = s->hash;
    s->outcome.arms = s->rows;
    s->outcome.arm_count = s->arm_count;
    vg_err err = vg_study_take_starts(s, diag);
    if (!err) err = vg_study_open_features(s, diag);
    double begin = vg_study_process_seconds();
    if (!err) err = make_reference(s, &expert, &reference, diag);
    vg_study_note_time(s, VG_STUDY_WORK_reference, "", 0, vg_study_process_seconds() - begin);
    err = vg_ranks_agree(s->def.ranks, err, diag);
    if (!err) err = vg_study_drive_all(s, reference, diag);
    bool first = vg_ranks_first(s->def.ranks);
    if (!err && first) err = judge_all(s, reference, diag);
    vg_reference_destroy(reference);
    vg_policy_destroy(expert);
    *out = !err && first ? &s->outcome : NULL;
    return err;
}

void vg_study_free_scores(vg_study *s) {
    for (int32_t i = 0; i < s->arm_count; i++) {
        vg_study_driven *room = s->driven ? s->driven[i] : NULL;
        for (int32_t k = 0; room && k < s->arms[i].seeds; k++) vg_study_free_driven(&room[k]);
        vg_free(room);
        if (s->seeds) vg_free(s->seeds[i]);
        if (s->rows) vg_analysis_free(&s->rows[i].analysis);
        if (s->records) vg_study_free_record(&s->records[i]);
        if (s->reward_scores) vg_reward_score_free(&s->reward_scores[i]);
    }
    vg_free(s->driven);
    vg_study_times_free(&s->times);
    vg_free(s->records);
    vg_free(s->features);
    vg_free(s->reward_scores);
    vg_free(s->human_likeness);
    vg_occupancy_free(&s->human);
    vg_recorded_starts_destroy(s->recorded);
    s->recorded = NULL, s->suite.recorded = NULL;
    vg_free(s->seeds);
    vg_free(s->rows);
    vg_free(s->pairs);
    vg_claims_free(&s->claims);
}
