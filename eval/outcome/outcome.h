// eval/outcome/outcome.h -- what an evaluation or a study came to: what result.json, episodes.csv, junit.xml
// and the page are written from. Everything is borrowed.
#ifndef VG_EVAL_OUTCOME_OUTCOME_H
#define VG_EVAL_OUTCOME_OUTCOME_H

#include "eval/score/analysis.h"
#include "eval/score/human_likeness.h"
#include "eval/score/suite.h"

#ifdef __cplusplus
extern "C" {
#endif

// What training one seed of an arm took, on the mean over its seeds.
typedef struct vg_outcome_training {
    double labels;      // rows learned from
    double queries;     // labels an expert was asked for meanwhile
    double actions;     // driven in the simulator meanwhile
    double seconds_off; // s off the road meanwhile
} vg_outcome_training;

// The training records of an arm's seeds, round by round.
typedef struct vg_outcome_record {
    char (*names)[64];                 // [name_count]
    int32_t name_count, seeds, rounds; // rounds: the most of any seed
    double *values;                    // [name][seed][round]; NaN: not measured, or no such round
} vg_outcome_record;

// One row of the table.
typedef struct vg_outcome_arm {
    const char *label;  // "bc 2, zscore"
    const char *kind;   // "expert", "policy" or a learner's word, "bc"
    const char *source; // as the user named it; a study's: its settings, "demonstrations=2 scaling=zscore"
    const char *sense;  // NULL: an expert
    double budget;      // labels it was trained with; NaN: not trained here
    double shown;       // demonstrations or laps it was given (vg_outcome.shown_unit); NaN: likewise
    vg_outcome_training training;
    const vg_outcome_record *record; // NULL: none
    const char *group;               // arms that differ in budget only share it; "" : none
    vg_arm arm;
    vg_analysis analysis;
    bool taught_here; // trained on a road that is scored
    const vg_human_likeness
        *human_likeness; // [arm.seed_count] to the laps learned from; NULL: of no laps, or elsewhere
} vg_outcome_arm;

// The log's own drive, scored first: the floor.
typedef struct vg_outcome_floor {
    const char *label; // "human: krp_essay_AS", the log's name
    int32_t laps;
    int32_t laps_off; // with a departure
    double outside;   // share of ticks beyond an edge
    double departures_per_km;
    double drift_50, drift_90, drift_99; // m, |offset| from the centreline
    double mean_speed;                   // m/s
} vg_outcome_floor;

// a - b of a primary cost, paired by road and start. Holm over all comparisons of the outcome.
typedef struct vg_outcome_pair {
    int32_t a, b;       // arms
    const char *metric; // "off_road"
    vg_difference result;
    double p_holm;
} vg_outcome_pair;

typedef struct vg_outcome {
    const char *kind;          // "evaluation" or "study"
    const char *name;          // the study's or the suite's
    const char *about;         // one line; may be ""
    const char *command;       // the line to type
    const char *configuration; // resolved, YAML: the suite's, and the study's
    const vg_suite *suite;
    uint64_t study_hash;    // 0: no study
    const char *reference;  // "pursuit", "centreline", "human line"
    const char *shown_unit; // what arms were shown: "demonstrations", "laps"; NULL where none was shown any
    const vg_outcome_floor *floors;
    int32_t floor_count;
    const vg_outcome_arm *arms;
    int32_t arm_count;
    const vg_outcome_pair *pairs;
    int32_t pair_count;
    const struct vg_claims *claims; // eval/outcome/claims.h; NULL: none
} vg_outcome;

#ifdef __cplusplus
}
#endif
#endif
