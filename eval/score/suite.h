// eval/score/suite.h -- a suite: the roads, starts, disturbance and scoring under which results are compared.
//
// Roads are split into training, validation and test. Each entry of a split is a library name ("test-1"), a
// file ("roads/mine.csv") or generated roads ("seeds 1001..1064"). A road may be in one split only, and once;
// roads are compared by content, not by name. The suite's hash covers everything that influences a score: the
// test roads' geometry, starts, horizon, disturbance and scoring. It does not cover the suite's path, name or
// version.
#ifndef VG_EVAL_SCORE_SUITE_H
#define VG_EVAL_SCORE_SUITE_H

#include "agents/drive/reference.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_SUITE_KEYS(X)                                                                                     \
    X(version, INT, "", 1, 1000000, "1", NULL, "counts the suite's own changes: a new one is another suite") \
    X(about, TEXT, "", 0, 255, "", NULL, "what it is for, one line")                                         \
    X(car, TEXT, "", 1, 255, "sedan", NULL, "preset or YAML file")                                           \
    X(train, LIST, "", 0, 0, "", NULL, "roads that demonstrations are recorded on")                          \
    X(validation, LIST, "", 0, 0, "", NULL, "roads that checkpoints are chosen on")                          \
    X(test, LIST, "", 0, 0, "", NULL, "roads that are scored: names, files, 'seeds A..B'")                   \
    X(road_length, DOUBLE, "m", 400, 100000, "3000", NULL, "length of generated roads, within 2 %")          \
    X(road_radius, DOUBLE, "m", 3, 1000, "15", NULL, "least radius of generated roads")                      \
    X(road_width, DOUBLE, "m", 0.5, 50, "5", NULL, "half width of generated roads")                          \
    X(road_islands, DOUBLE, "1/km", 0, 20, "0", NULL, "round islands on the centreline of generated roads")  \
    X(starts, INT, "1", 1, 65536, "16", NULL, "episodes a road")                                             \
    X(start_spread, DOUBLE, "m", 0, 20, "0.3", NULL,                                                         \
      "starts: offset uniform in +-this, heading in +-0.04 rad/m of it")                                     \
    X(start_states, CHOICE, "", 0, 0, "generated", "generated|recorded",                                     \
      "starts: at a careful driver's speed, or in states of a study's laps, on their road")                  \
    X(horizon, DOUBLE, "s", 1, 86400, "60", NULL, "length of an episode")                                    \
    X(sample_interval, DOUBLE, "s", 0.05, 3600, "1", NULL,                                                   \
      "time between the samples that drift and errors are taken at")                                         \
    X(seed, INT, "", 0, 9e18, "1", NULL, "of starts and disturbance")                                        \
    X(reference, TEXT, "", 0, 255, "pursuit", NULL,                                                          \
      "whose offset drift is counted from: an expert; empty: the centreline")                                \
    X(costs, CHOICE, "", 0, 0, "all", "all|departures|absorbing",                                            \
      "costs measured: all three; (a) and (c); (a) only")                                                    \
    X(off_road_point, CHOICE, "", 0, 0, "rear_axle", "rear_axle|corners",                                    \
      "what must stay on the road: the rear axle's middle, or the body")                                     \
    VG_DISTURBANCE_KEYS(X) // gust, gust_time, actuation_noise, observation_noise, delay

typedef struct vg_suite_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_SUITE_KEYS(X)
#undef X
} vg_suite_config;

extern const vg_schema vg_suite_schema;

// One of the three splits.
typedef struct vg_split {
    vg_road **roads;                 // [count]; NULL if vg_suite_build_scored did not need the split
    char (*names)[VG_KEY_TEXT_SIZE]; // [count] names as in reports
    int32_t count;
} vg_split;

typedef struct vg_suite {
    char name[VG_KEY_TEXT_SIZE]; // "standard"
    vg_suite_config config;
    vg_car car;
    vg_split train, validation, test;
    const struct vg_recorded_starts
        *recorded; // borrowed; of the laps' road, if start_states is recorded; NULL
} vg_suite;

// Reads a configuration: a shipped suite by name ("smoke", "standard", "disturbed", "long", ...) or a YAML
// file by path. Errors: VG_ERR_NOT_FOUND with the names of the shipped suites, and those of vg_config_read.
VG_NODISCARD vg_err vg_suite_read(const char *name_or_path, vg_suite_config *out, char name[VG_KEY_TEXT_SIZE],
                                  vg_diag *diag);

// The folder of a suite's file, which its relative paths are taken from, into folder[VG_SUITE_FOLDER]; "":
// the working folder. path may be NULL. Errors: VG_ERR_ARGUMENT (longer than fits).
enum { VG_SUITE_FOLDER = 768 };
VG_NODISCARD vg_err vg_suite_folder(const char *path, char folder[VG_SUITE_FOLDER], vg_diag *diag);

// Make the roads. folder: what relative paths of roads and of the car are taken from; NULL: the working
// folder. Errors: VG_ERR_FORMAT (an empty test split; an entry that is none), VG_ERR_MISMATCH (a road twice),
// those of the roads' readers, of the generator and of vg_car_load. On failure *out is zero.
VG_NODISCARD vg_err vg_suite_build(const vg_suite_config *config, const char *name, const char *folder,
                                   int32_t threads, vg_suite *out, vg_diag *diag);
// The same, for callers that only score: if all test roads are generated, the generated roads of the other
// splits are not made, since their seeds show whether roads are the same.
VG_NODISCARD vg_err vg_suite_build_scored(const vg_suite_config *config, const char *name, const char *folder,
                                          int32_t threads, vg_suite *out, vg_diag *diag);
void vg_suite_free(vg_suite *suite); // zeroed is fine

vg_disturbance vg_suite_disturbance(const vg_suite_config *config);
// Reads only the disturbance of a shipped suite or a file, without making its roads. Errors: those of
// vg_suite_read.
VG_NODISCARD vg_err vg_suite_read_disturbance(const char *name_or_path, vg_disturbance *out, vg_diag *diag);
// The i-th road of a split's list: as a list of its own ("seeds 1003") and with its name in reports ("seed
// 1003"). False past the last; a malformed entry is passed on unchanged. item and name: [VG_KEY_TEXT_SIZE].
bool vg_suite_item(const char *list, int32_t i, char *item, char *name);

// The def of a rollout on the test roads; the caller sets policy and reference.
vg_rollout_def vg_suite_rollout(const vg_suite *suite);

// Drives the expert from whose offset drift is measured (vg_reference_drive). Only two episodes a road are
// driven, because along a road its states repeat; with one road, all starts. stop: as vg_rollout_def has it.
// Errors: those of vg_reference_drive.
VG_NODISCARD vg_err vg_suite_reference(const vg_suite *suite, const vg_policy *expert, int32_t threads,
                                       bool (*stop)(void), vg_reference **out, vg_diag *diag);

// vg_reference_open_loop on that reference, into error[test roads][starts]: each road's two episodes
// alternate. Errors: its.
VG_NODISCARD vg_err vg_suite_open_loop(const vg_suite *suite, const vg_reference *reference,
                                       const vg_policy *policy, int32_t threads, double *error,
                                       vg_diag *diag);

// Does it start from recorded states, which only a study's laps have? Then the suite cannot be driven without
// them: VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_suite_check_starts(const vg_suite_config *config, const char *name, vg_diag *diag);

// A hash over everything that influences a score.
uint64_t vg_suite_hash(const vg_suite *suite);

// The i-th shipped name of suites into buffer[64]; NULL past the last. Shipped studies are not counted.
const char *vg_suite_name(int32_t i, char *buffer);

#ifdef __cplusplus
}
#endif
#endif
