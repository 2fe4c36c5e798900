// eval/study/study_private.h -- the inside of a study, shared by the files that make its data, train its
// cells and score it.
#ifndef VG_EVAL_STUDY_STUDY_PRIVATE_H
#define VG_EVAL_STUDY_STUDY_PRIVATE_H

#include <pthread.h>

#include "agents/drive/recorded_starts.h"
#include "agents/learners/registry.h"
#include "agents/rewards/driving.h"
#include "eval/outcome/claims.h"
#include "eval/rewards/drive_features.h"
#include "eval/study/study.h"
#include "sim/base/spill.h"

enum { VG_STUDY_PATH = 1400, VG_STUDY_OUT = 1000, VG_STUDY_BUDGET_NAME = 60 };

// A recipe: an expert, or a learner with a budget and settings.
typedef struct vg_study_arm {
    char *label;               // "bc 2, scaling=zscore"
    char *recipe;              // the cells' seeds derive from it; for an expert its text
    char *group;               // label without the budget; "": none
    char *source;              // its settings as text
    const vg_learner *learner; // NULL: an expert
    void *config;              // the learner's configuration
    char *given;               // reward that the learner maximises, as vg_reward_open takes it; NULL: its own
    const vg_learner *then;    // learns a policy from the reward that `learner` found; NULL: none
    void *then_config;         // its configuration
    int32_t budget;            // index into the study's budgets; -1: an expert
    vg_suite_config *taught;   // disturbance while collecting; NULL: still air
    vg_suite_config *scored;   // disturbance and starts while scoring; NULL: the suite's
    uint64_t hash;             // hash of the recipe's text, from which the training seeds derive
    uint64_t cells;            // of all that decides its cells: what they are called by
    int32_t seeds;             // training seeds; 1 for an expert
    int32_t first_cell;        // index of its first training seed's; -1: an expert
} vg_study_arm;

// One level of data: a number of demonstrations, laps or drivers.
typedef struct vg_study_budget {
    char name[64];                  // "2", "all": at most VG_STUDY_BUDGET_NAME bytes
    char teacher[VG_KEY_TEXT_SIZE]; // expert that demonstrates and labels; with laps it only labels
    int32_t count;                  // demonstrations or laps
    int32_t seeds;                  // the most training seeds of an arm that learns from it
} vg_study_budget;

// How a training seed drove.
typedef struct vg_study_driven {
    vg_rollout rollout; // its trace lies in `traces`, once it is with rank 0
    vg_spill traces;
    double *open_error;                 // [episodes]; NULL: not measured
    double drive_seconds, open_seconds; // of processors
} vg_study_driven;

struct vg_study {
    vg_study_def def;
    vg_study_config config;
    char name[VG_KEY_TEXT_SIZE];
    vg_text configuration; // all keys: the study's, then the suite's
    uint64_t hash;
    vg_suite suite;         // that is scored
    vg_suite train_suite;   // zero without one
    const vg_suite *taught; // the one that is learned from: one of these two
    vg_road *laps_road;
    char (*lap_files)[VG_STUDY_PATH]; // [lap_count], in the order they are learned from
    int32_t lap_count;
    int32_t *lap_driver;      // [lap_count] index into config.drivers, 0 without drivers
    vg_study_budget *budgets; // [budget_count]
    int32_t budget_count;
    int32_t crossed_budgets; // number of budgets that all learners take; they come first
    vg_study_arm *arms;      // [arm_count]
    int32_t arm_count, cell_count;
    int32_t most_seeds;           // training seeds of the arm that has most
    vg_folder_claim folder_claim; // of OUT
    char folder[VG_STUDY_PATH];   // OUT/cells-HASH
    uint64_t *log_hashes; // [budget_count][most_seeds], of what the cells learn from, once the logs are made
    // Scoring.
    vg_outcome outcome;
    vg_outcome_arm *rows;              // [arm_count]
    vg_arm_seed **seeds;               // [arm_count][seeds]
    vg_study_driven **driven;          // [arm_count][seeds] what they point into
    vg_outcome_record *records;        // [arm_count]
    vg_human_likeness *human_likeness; // [all arms' seeds, one arm behind the other]
    vg_occupancy human;                // how the laps are driven
    vg_recorded_starts *recorded;      // states of the laps, if the suite starts from them
    vg_reward *truth;                  // the true reward, of kind "driving"; NULL: none
    int32_t best, worst;               // arms whose regrets are 0 and 1; worst -1: none
    vg_drive_features *features;       // [all arms' seeds, one arm behind the other][episodes], with a truth
    vg_reward_score *reward_scores;    // [arm_count], with a truth
    vg_outcome_floor floor;
    vg_outcome_pair *pairs;
    int32_t pair_count;
    vg_claims claims;
    int64_t done;
    int32_t trained, taken; // cells that were trained, that were taken from the cache
    vg_study_times times;
    pthread_mutex_t *progress_lock; // protects progress and counts
};

// Reports that one piece of work is done.
void vg_study_progress(vg_study *study);
// How a cell came about, and what it took; its count, with its progress and its time.
typedef enum vg_study_made { VG_STUDY_FOUND, VG_STUDY_TRAINED, VG_STUDY_TAKEN } vg_study_made;
typedef struct vg_study_done {
    vg_study_made made;
    double seconds;
} vg_study_done;
void vg_study_count(vg_study *study, int64_t cell, const vg_study_done *done);
// The first of the arms that share a cell, and which of its training seeds it is.
const vg_study_arm *vg_study_cell_arm(const vg_study *study, int64_t cell, int32_t *seed);
// Notes a piece of work.
void vg_study_note_time(vg_study *study, vg_study_work work, const char *arm, int32_t seed, double seconds);
// "stopped", if the caller asks for it.
VG_NODISCARD vg_err vg_study_check_stop(const vg_study *study, vg_diag *diag);

// A name for a file: the first bytes of a text that a file's name may hold, and a hash that distinguishes it
// from others: "bc-2-0123456789abcdef". Returns buffer.
enum { VG_STUDY_SLUG = 80 };
char *vg_study_slug(const char *text, uint64_t hash, char buffer[VG_STUDY_SLUG]);
void vg_study_log_path(const vg_study *study, int32_t budget, int32_t seed, char path[VG_STUDY_PATH]);
// vg_study_log_path: the log from which training seed `seed` of budget `budget` learns. vg_study_make_logs
// makes the missing logs. Errors: also VG_ERR_MISMATCH, if an existing log is not the one of that budget and
// seed.
VG_NODISCARD vg_err vg_study_make_logs(vg_study *study, vg_diag *diag);
uint64_t vg_study_log_hash(const vg_study *study, const vg_study_arm *arm, int32_t seed);

// Compares an arm's driving with the human's, if the road of the laps is scored; writes into its row.
VG_NODISCARD vg_err vg_study_compare_human(vg_study *study, int32_t arm, vg_diag *diag);

// Opens the policy of a training seed, or the expert that an arm is.
VG_NODISCARD vg_err vg_study_load_policy(const vg_study *study, const vg_study_arm *arm, int32_t seed,
                                         vg_policy **out, vg_diag *diag);
// The def of an arm's rollout, with its own disturbance if it has one.
vg_rollout_def vg_study_rollout(const vg_study *study, const vg_study_arm *arm);

// The file of the reward that a cell learned: of a learner that writes rewards, or of one that writes one too
// and is followed by `then`. False: there is none.
bool vg_study_reward_path(const vg_study *study, const vg_study_arm *arm, int32_t seed,
                          char path[VG_STUDY_PATH]);

// Opens the reward that an arm's learner is given; NULL: none. Errors: those of vg_reward_open.
VG_NODISCARD vg_err vg_study_given_reward(const vg_study_arm *arm, vg_reward **out, vg_diag *diag);
// Opens the true reward, and finds the best and the worst arm. The arms must have been listed.
VG_NODISCARD vg_err vg_study_open_truth(vg_study *study, vg_diag *diag);
// Memory for the features of all drives; does nothing without a true reward.
VG_NODISCARD vg_err vg_study_open_features(vg_study *study, vg_diag *diag);
// The features of the drives of an arm's seed, [episodes]; NULL without a true reward.
vg_drive_features *vg_study_features(const vg_study *study, int32_t arm, int32_t seed);
// Scores all arms under the true reward; does nothing without one.
VG_NODISCARD vg_err vg_study_score_rewards(vg_study *study, vg_diag *diag);

// Drives all arms, among all ranks: into seeds and driven, on rank 0.
VG_NODISCARD vg_err vg_study_drive_all(vg_study *study, const vg_reference *reference, vg_diag *diag);
void vg_study_free_driven(vg_study_driven *driven);
// The traces of an arm are not looked at for now: their memory is given back.
void vg_study_rest(const vg_study *study, int32_t arm);

void vg_study_free_scores(vg_study *study);
// Reads the training records of an arm; they stay empty if its learner has none.
VG_NODISCARD vg_err vg_study_read_record(const vg_study *study, const vg_study_arm *arm,
                                         vg_outcome_record *out, vg_diag *diag);
void vg_study_free_record(vg_outcome_record *record);

VG_NODISCARD vg_err vg_study_check_claims(const vg_study *study, vg_diag *diag);
// Decides the study's claims, each by its number.
VG_NODISCARD vg_err vg_study_judge(vg_study *study, vg_diag *diag);

// Lists the study's budgets, with space for one more for each arm. The laps must have been found.
VG_NODISCARD vg_err vg_study_list_budgets(vg_study *study, vg_diag *diag);
// Lists experts, learners x factors x budgets, arms. The suite and the budgets must exist.
VG_NODISCARD vg_err vg_study_list_arms(vg_study *study, vg_diag *diag);
void vg_study_free_arm(vg_study_arm *arm);
// Expert i of the list, where a ';' stands for a comma, which a list item cannot hold. False past the last.
bool vg_study_expert_at(const vg_study *study, int32_t i, char expert[VG_KEY_TEXT_SIZE]);
// Can everybody drive who demonstrates? Several cannot be asked by the learner: which of them would it be?
// learner NULL: nobody asks.
VG_NODISCARD vg_err vg_study_check_teacher(const vg_study *study, const char *teacher,
                                           const vg_learner *learner, vg_diag *diag);
// Driver i of a teacher: "pursuit|pursuit-noisy" are two, who demonstrate in turn. False past the last.
bool vg_study_driver(const char *teacher, int32_t i, char driver[VG_KEY_TEXT_SIZE]);
// Finds the budget of that name and teacher, and adds it if it is missing; -1: it is malformed.
int32_t vg_study_find_budget(vg_study *study, const char *name, const char *teacher);

int32_t vg_study_largest(const vg_study *study); // the budget with the most demonstrations

// An expert in the form that vg_policy_open takes: a line_follower without a log is given the laps of a
// budget.
bool vg_study_follows_laps(const vg_study *study, const char *text); // whether it is such an expert
void vg_study_expert(const vg_study *study, const char *text, int32_t budget,
                     char out[VG_STUDY_PATH + VG_KEY_TEXT_SIZE]);

// Finds the lap files, in alphabetical order, and their drivers.
VG_NODISCARD vg_err vg_study_find_laps(vg_study *study, vg_diag *diag);

// The human's own drive as a floor, with its drift from the reference that all arms are measured from; the
// mean of the laps as a line for the test roads; and the states of the laps, if the suite starts from them.
VG_NODISCARD vg_err vg_study_floor(vg_study *study, const vg_reference *reference, vg_diag *diag);
VG_NODISCARD vg_err vg_study_take_starts(vg_study *study, vg_diag *diag);
VG_NODISCARD vg_err vg_study_human_line(const vg_study *study, vg_reference **out, vg_diag *diag);

// The policy file of a cell, and the files that say how it was made.
void vg_study_cell_path(const vg_study *study, const vg_study_arm *arm, int32_t seed, const char *extension,
                        char path[VG_STUDY_PATH]);
uint64_t vg_study_cell_seed(const vg_study *study, const vg_study_arm *arm, int32_t seed);
// Reads the cost and the results of a finished cell's training. Errors: VG_ERR_NOT_FOUND (not finished),
// VG_ERR_FORMAT, VG_ERR_MISMATCH (the cell, its policy or its rounds are of another recipe).
VG_NODISCARD vg_err vg_study_cell_report(const vg_study *study, const vg_study_arm *arm, int32_t seed,
                                         vg_learner_report *report, vg_diag *diag);

#endif
