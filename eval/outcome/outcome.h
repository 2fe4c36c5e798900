// eval/outcome/outcome.h -- the outcome of an evaluation or a study: the data from which result.json,
// episodes.csv, junit.xml and the page are written. Everything is borrowed.
#ifndef VG_EVAL_OUTCOME_OUTCOME_H
#define VG_EVAL_OUTCOME_OUTCOME_H

#include "eval/score/analysis.h"
#include "eval/score/human_likeness.h"
#include "eval/score/reward_score.h"
#include "eval/score/suite.h"

#ifdef __cplusplus
extern "C" {
#endif

// The cost of training one seed of an arm, as the mean over its seeds.
typedef struct vg_outcome_training {
    double labels;      // rows learned from
    double queries;     // labels requested from an expert during training
    double actions;     // driven in the simulator during training
    double seconds_off; // s off the road during training
} vg_outcome_training;

// The training records of an arm's seeds, round by round.
typedef struct vg_outcome_record {
    char (*names)[64];                 // [name_count]
    int32_t name_count, seeds, rounds; // rounds: the most of any seed
    double *values;                    // [name][seed][round]; NaN: not measured, or no such round
} vg_outcome_record;

// One row of the table.
typedef struct vg_outcome_arm {
    const char *label; // label, such as "bc 2, zscore"
    const char *kind;  // "expert", "policy" or a learner's name, such as "bc"
    const char
        *source; // the name that the user gave; in a study its settings, "demonstrations=2 scaling=zscore"
    const char *sense; // NULL: an expert
    double budget;     // labels it was trained with; NaN: not trained here
    double shown;      // demonstrations or laps it was given (vg_outcome.shown_unit); NaN: not trained here
    vg_outcome_training training;
    const vg_outcome_record *record; // NULL: none
    const char *group;               // arms that differ only in budget share a group; "": none
    vg_arm arm;
    vg_analysis analysis;
    bool taught_here;                        // trained on a road that is scored
    const vg_human_likeness *human_likeness; // [arm.seed_count] distances to the laps learned from; NULL: not
                                             // learned from laps, or not trained here
    const vg_reward_score *reward;           // under the study's true reward; NULL: it has none
} vg_outcome_arm;

// The log's own drive as the floor. It is scored first.
typedef struct vg_outcome_floor {
    const char *label; // "human: krp_essay_AS", the log's name
    int32_t laps;
    int32_t laps_off; // episodes with a departure
    double outside;   // share of ticks beyond an edge
    double departures_per_km;
    double drift_50, drift_90, drift_99; // m, |offset - reference's|, as of the arms; NaN: the
                                         // laps' road is not scored, and the reference is not known there
    double mean_speed;                   // m/s
} vg_outcome_floor;

// The difference a - b of success or of a primary cost, paired by road and start. Holm's correction is over
// all comparisons of the outcome.
typedef struct vg_outcome_pair {
    int32_t a, b;         // indices of the arms
    const char *metric;   // "success", "off_road", "stalled", "excess"
    vg_difference result; // improvement: P(a is better), which of success is P(a's is more)
    double p_holm;
} vg_outcome_pair;

typedef struct vg_outcome {
    const char *kind;          // "evaluation" or "study"
    const char *name;          // name of the study or of the suite
    const char *about;         // one line; may be ""
    const char *command;       // the command line
    const char *configuration; // YAML with all keys: the suite's, and the study's
    const vg_suite *suite;
    uint64_t study_hash;   // 0: not a study
    const char *reference; // "pursuit", "centreline", "human line"
    const char
        *shown_unit; // unit of what arms were given: "demonstrations", "laps"; NULL if no arm was given any
    const vg_outcome_floor *floors;
    int32_t floor_count;
    const vg_outcome_arm *arms;
    int32_t arm_count;
    const vg_outcome_pair *pairs;
    int32_t pair_count;
    const struct vg_claims *claims; // eval/outcome/claims.h; NULL: none
    const struct vg_report_player
        *player; // eval/report/player.h: what the page plays episodes with; NULL: nothing
} vg_outcome;

#ifdef __cplusplus
}
#endif
#endif
