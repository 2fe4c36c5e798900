// agents/learners/generator.h -- the generator of an adversarial learner: a policy that is cloned from logs
// and then improved by reinforcement learning, by rewards that the learner finds itself. GAIL, AIRL and
// guided cost learning share it.
//
// A round: vg_actor_critic_drive; the learner sets rollout_buffer.rewards; vg_actor_critic_learn. The round
// that drives best on the validation roads is selected.
#ifndef VG_AGENTS_LEARNERS_GENERATOR_H
#define VG_AGENTS_LEARNERS_GENERATOR_H

#include "agents/rl/actor_critic.h"
#include "agents/rl/driving_env.h"
#include "agents/training/run.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_GENERATOR_KEYS(X)                                                                                 \
    X(warm_start, BOOL, "", 0, 0, "true", NULL, "begin with a clone of the logs")                            \
    X(bc_coef, DOUBLE, "1", 0, 1e6, "0.1", NULL,                                                             \
      "weight of the squared error on the logs, beside the reward")                                          \
    VG_GENERATOR_START_KEYS(X)
#define VG_GENERATOR_START_KEYS(X)                                                                           \
    X(start_spread, DOUBLE, "m", 0, 20, "0.3", NULL, "starts: offset uniform in +-start_spread")             \
    X(slow_start_fraction, DOUBLE, "1", 0, 1, "0.25", NULL,                                                  \
      "share of the starts that are slower, by up to 4 times")
#define VG_GENERATOR_CHECKPOINT_KEYS(X)                                                                      \
    X(checkpoint_every, INT, "rounds", 1, 1000000, "20", NULL, "rounds between checkpoints")
// The group `validation.`: the drives by which a round's weights are selected.
#define VG_GENERATOR_VALIDATION_KEYS(X)                                                                      \
    X(every, INT, "rounds", 1, 1000000, "5", NULL, "rounds between two validations")                         \
    X(n_episodes, INT, "1", 1, 100000, "48", NULL, "drives, as many on each validation road; at least one")  \
    X(seconds, DOUBLE, "s", 1, 3600, "60", NULL, "length of a validation drive")

// An adversarial learner's configuration begins with it.
typedef struct vg_generator_config {
    vg_imitation_config fit; // first, as with every imitator
    vg_actor_critic_config rl;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_GENERATOR_KEYS(X)
    VG_GENERATOR_CHECKPOINT_KEYS(X)
    struct {
        VG_GENERATOR_VALIDATION_KEYS(X)
    } validation;
#undef X
} vg_generator_config;

// Its rows for a learner's table of keys, in three parts, between which the learner puts its own.
#define VG_GENERATOR_ROW(...)        VG_KEY_ROW(vg_generator_config, , "", __VA_ARGS__)
#define VG_GENERATOR_ROW_FIT(...)    VG_KEY_ROW(vg_generator_config, fit., "", __VA_ARGS__)
#define VG_GENERATOR_ROW_BC(...)     VG_KEY_ROW(vg_generator_config, fit.bc., "bc.", __VA_ARGS__)
#define VG_GENERATOR_ROW_RL(...)     VG_KEY_ROW(vg_generator_config, rl., "", __VA_ARGS__)
#define VG_GENERATOR_ROW_PPO(...)    VG_KEY_ROW(vg_generator_config, rl.ppo., "ppo.", __VA_ARGS__)
#define VG_GENERATOR_ROW_TRPO(...)   VG_KEY_ROW(vg_generator_config, rl.trpo., "trpo.", __VA_ARGS__)
#define VG_GENERATOR_ROW_CRITIC(...) VG_KEY_ROW(vg_generator_config, rl.critic., "critic.", __VA_ARGS__)
#define VG_GENERATOR_ROW_VALIDATION(...)                                                                     \
    VG_KEY_ROW(vg_generator_config, validation., "validation.", __VA_ARGS__)
#define VG_GENERATOR_ROWS                                                                                    \
    VG_NETWORK_KEYS_SCALED(VG_GENERATOR_ROW_FIT, "zscore")                                                   \
    VG_BC_KEYS(VG_GENERATOR_ROW_BC)                                                                          \
    VG_ACTOR_CRITIC_KEYS(VG_GENERATOR_ROW_RL)                                                                \
    VG_PPO_UPDATE_KEYS(VG_GENERATOR_ROW_PPO)                                                                 \
    VG_TRPO_UPDATE_KEYS(VG_GENERATOR_ROW_TRPO)                                                               \
    VG_CRITIC_KEYS(VG_GENERATOR_ROW_CRITIC)                                                                  \
    VG_GENERATOR_KEYS(VG_GENERATOR_ROW)
#define VG_GENERATOR_CHECKPOINT_ROWS VG_GENERATOR_CHECKPOINT_KEYS(VG_GENERATOR_ROW)
#define VG_GENERATOR_VALIDATION_ROWS VG_GENERATOR_VALIDATION_KEYS(VG_GENERATOR_ROW_VALIDATION)

// Start from zero; close it after an error too.
typedef struct vg_generator {
    vg_run run;
    const vg_generator_config *config;
    vg_imitation im; // the sense, the normaliser, and the clone it begins with
    vg_imitation_origin origin;
    vg_dataset *data;
    vg_network *actor; // the clone's weights and log_std
    vg_policy *policy; // acts by its mean
    vg_driving *driving;
    vg_actor_critic learner;
    vg_batch shown;      // the demonstrations, all rows, as input for the actor
    vg_occupancy driven; // how the demonstrator drives
    double stall;        // m/s: a car slower than this, half of the demonstrator's lowest speed, is stalled
    double best_cost;    // of the selected weights; infinite: none selected yet
    vg_gradient *workspace; // of the error on the demonstrations
} vg_generator;

// Read the logs, clone them, create everything, and list the state for checkpoints; then the learner lists
// its own and calls vg_generator_restore. def->config begins with a vg_generator_config. Errors: those of
// vg_learner's train.
VG_NODISCARD vg_err vg_generator_open(vg_generator *g, const vg_learner *learner, const vg_learner_def *def,
                                      vg_diag *diag);
void vg_generator_close(vg_generator *g);
// Continue from the checkpoint, if it is there and the definition asks for it; run.resumed tells. Errors:
// those of vg_run_restore.
VG_NODISCARD vg_err vg_generator_restore(vg_generator *g, vg_diag *diag);

// All rows of the demonstrations: those to train on, then those held out. Borrowed.
enum { VG_GENERATOR_PARTS = 2 };
void vg_generator_rows(const vg_generator *g, vg_rows parts[VG_GENERATOR_PARTS]);

// Car and clock of the demonstrations and the seed of the training, for drives of `run` on its roads. car and
// sense are borrowed.
vg_driving_def vg_generator_driving(const vg_run *run, const vg_imitation_origin *origin,
                                    const vg_sense *sense);
// Half of the lowest speed of a driver: a car slower than this is stalled. 0 where it has not driven.
double vg_generator_stall(const vg_occupancy *driven);
// What a round is selected by, the less the better: what the driving score falls short of 1, plus the
// distance to the demonstrator's driving. So a policy that crawls along is not selected for staying on the
// road.
static inline double vg_generator_cost(const vg_selection *driven) {
    return 1 - driven->driving_score + driven->distance;
}
// The drives that it is selected by, for n_episodes on all validation roads together; `shown` is set by the
// caller.
vg_selection_def vg_generator_validation(const vg_run *run, int64_t n_episodes, double seconds,
                                         double start_spread);

// How the policy drives on the validation roads.
typedef struct vg_generator_drive {
    vg_selection driven;
    double error; // mean squared error of the actions on the demonstrations
} vg_generator_drive;
extern const vg_generator_drive vg_generator_not_driven; // all NaN

// Before the first round: drive the clone there, unless the training was resumed. Where a drive is better
// than ever by vg_generator_cost, the actor's weights are selected. Errors: those of vg_run_validate.
VG_NODISCARD vg_err vg_generator_begin(vg_generator *g, vg_diag *diag);
// After the update of the round under way: count its actions, and validate where it is time to. Errors: the
// same.
VG_NODISCARD vg_err vg_generator_end_update(vg_generator *g, vg_generator_drive *out, vg_diag *diag);

// Note how it drove, `distance` and `error`.
void vg_generator_note(vg_generator *g, const vg_generator_drive *drive);
// Note the numbers of the update: kl, entropy, reward, value_loss, terminations, actions.
void vg_generator_note_update(vg_generator *g, const vg_actor_critic_round *round);

// Is no entropy left, every standard deviation at its minimum?
bool vg_generator_frozen(const vg_generator *g, const vg_actor_critic_round *round);
#define VG_GENERATOR_FROZEN_TEXT                                                                             \
    "no entropy is left, every standard deviation is at its minimum: try a larger action_std_min or "        \
    "ent_coef"
// Fill run.report's counts of rows, episodes and actions.
void vg_generator_report(vg_generator *g);

#ifdef __cplusplus
}
#endif
#endif
