// agents/training/imitation.h -- what all imitation learners share: a sense, scaled inputs, a network fitted
// to (sense, action) rows, and the policy file.
#ifndef VG_AGENTS_TRAINING_IMITATION_H
#define VG_AGENTS_TRAINING_IMITATION_H

#include "agents/policy/policy_file.h"
#include "agents/training/supervised.h"
#include "logs/store/dataset.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// The keys of every imitation learner; a learner adds its own behind them. X(field, type, unit, least, most,
// default, choices, help). VG_NETWORK_KEYS_SCALED and _SIZED: the same with a learner's own defaults of
// `scaling` and `hidden_sizes`.
#define VG_NETWORK_KEYS(X)                  VG_NETWORK_KEYS_SCALED(X, "physical")
#define VG_NETWORK_KEYS_SCALED(X, standard) VG_NETWORK_KEYS_SIZED(X, standard, "64,64")
#define VG_NETWORK_KEYS_SIZED(X, standard, sizes)                                                            \
    X(sense, TEXT, "", 0, 255, VG_SENSE_DEFAULT, NULL, "what the policy is shown")                           \
    X(scaling, CHOICE, "", 0, 0, standard, "physical|zscore",                                                \
      "inputs by fixed scales, or by mean and standard deviation of the first rows")                         \
    X(scaling_rows, INT, "rows", 0, 1e12, "0", NULL,                                                         \
      "zscore: number of first rows that give mean and deviation; 0: all")                                   \
    X(scaling_cap, DOUBLE, "1", 0, 1e6, "3", NULL,                                                           \
      "zscore: scales are at most so many times the physical ones; 0: no limit")                             \
    X(hidden_sizes, TEXT, "", 0, 63, sizes, NULL, "units of each hidden layer; none: a linear policy")       \
    X(activation, CHOICE, "", 0, 0, "tanh", "tanh|relu", "activation of the hidden layers")
// For learners that clone actions: what these mean (agents/policy/action_space.h).
#define VG_ACTION_SPACE_KEY(X)                                                                               \
    X(action_space, CHOICE, "", 0, VG_CHOICE_NEWER, "direct", VG_ACTION_SPACE_CHOICES,                       \
      "what is learned: the actions, or the setpoints of a low-level controller that would act so")
// The group `bc.`: how the network is fitted to rows.
#define VG_BC_KEYS(X)                                                                                        \
    X(loss, CHOICE, "", 0, 0, "mse", "mse|gaussian",                                                         \
      "squared error, or negative log likelihood of a Gaussian")                                             \
    VG_FIT_KEYS(X)
// The same for a learner with a loss of its own, and with its own defaults of `n_epochs` and `patience`.
#define VG_FIT_KEYS(X) VG_FIT_KEYS_OF(X, "200", "20")
#define VG_FIT_KEYS_OF(X, epochs, epochs_without)                                                            \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of Adam")                               \
    X(weight_decay, DOUBLE, "1", 0, 1, "0", NULL, "shrinks weights by learning_rate * weight_decay a step")  \
    X(max_grad_norm, DOUBLE, "1", 0, 1e6, "0", NULL, "longer gradients are cut to this norm; 0: never")      \
    X(batch_size, INT, "rows", 1, 1000000, "256", NULL, "rows of one gradient step")                         \
    X(n_epochs, INT, "1", 1, 1000000, epochs, NULL, "passes over the rows, at most")                         \
    X(patience, INT, "epochs", 0, 1000000, epochs_without, NULL,                                             \
      "early stopping: epochs without a better validation loss; 0: never")                                   \
    X(validation_fraction, DOUBLE, "1", 0, 0.9, "0.2", NULL,                                                 \
      "share held out: whole episodes, or stretches of those longer than 20 s")                              \
    X(checkpoint_every, INT, "steps", 1, 1000000000, "2000", NULL, "gradient steps between checkpoints")

// A learner's configuration begins with it.
typedef struct vg_imitation_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_NETWORK_KEYS(X)
    struct {
        VG_BC_KEYS(X)
    } bc;
    VG_ACTION_SPACE_KEY(X) // of learners without the key: 0, direct
#undef X
} vg_imitation_config;

// For a schema's check_text: `sense` and `hidden_sizes`.
VG_NODISCARD vg_err vg_imitation_check_text(const vg_key *key, const char *value, vg_diag *diag);

struct vg_imitation;

// A head of a learner's own, and the loss that its network is fitted by. Everything is borrowed.
typedef struct vg_imitation_head {
    const vg_head *head;
    const void *hyperparameters; // laid out by the head's schema
    // A row of the network's inputs is n_obs_steps rows sensed; of its targets, chunk_size actions.
    vg_window window;
    // Targets are rows of [chunk_size][VG_CAR_ACTIONS]; `parts` is the number of actions that are no padding,
    // which stand first.
    vg_loss_fn loss;
    vg_fill_fn fill; // fills what stands after the history in a row of inputs; NULL: nothing does
    // Create the network that is trained, all zero. NULL: a multilayer perceptron with the head's inputs and
    // outputs. Errors: its own.
    vg_err (*network)(const void *context, const struct vg_imitation *im, vg_network **out, vg_diag *diag);
    // Create the network that drives from the one that was trained. NULL: it is the same. Errors: its own.
    vg_err (*driver)(const void *context, const vg_network *trained, vg_network **out, vg_diag *diag);
    const void *context; // of `loss`, `fill`, `network` and `driver`; must not change
    uint64_t content;    // hash of what decides `loss` beside the head's hyperparameters; 0: nothing
    double ema_power;    // of the fit (vg_supervised_def)
} vg_imitation_head;

// A network that is being trained. Start from zero; close it after an error too.
typedef struct vg_imitation {
    const vg_imitation_config *config; // borrowed
    const vg_imitation_head *own;      // borrowed; NULL: `bc.loss` says which head and which loss
    uint64_t seed;
    vg_sense *sense;
    int32_t width; // values of the sense
    bool scaled;
    float *mean, *scale; // [width] the normaliser: (value - mean) * scale
    vg_network *net;
} vg_imitation;

// Create the sense and the network; its weights are drawn from the seed. Errors: VG_ERR_FORMAT (sense,
// hidden), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_imitation_open(vg_imitation *im, const vg_imitation_config *config, uint64_t seed,
                                      vg_diag *diag);
// The same with a head of the learner's own (NULL: as above). Errors: VG_ERR_MISMATCH (its hyperparameters do
// not fit together) too.
VG_NODISCARD vg_err vg_imitation_open_head(vg_imitation *im, const vg_imitation_config *config,
                                           const vg_imitation_head *own, uint64_t seed, vg_diag *diag);
void vg_imitation_close(vg_imitation *im);

// A multilayer perceptron with the configuration's hidden layers, all zero. Errors: VG_ERR_FORMAT
// (hidden_sizes), VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_imitation_perceptron(const vg_imitation_config *config, const vg_network_shape *shape,
                                            vg_network **out, vg_diag *diag);
// Another network of the same shape, all zero: for ensembles.
VG_NODISCARD vg_err vg_imitation_network(const vg_imitation *im, vg_network **out, vg_diag *diag);

// What the configuration's network decides on.
const vg_action_space *vg_imitation_action_space(const vg_imitation_config *config);

// The definition of the dataset that a configuration asks for, its actions in the action space. sense is
// borrowed.
vg_dataset_def vg_imitation_dataset(const vg_imitation_config *config, uint64_t seed, const vg_sense *sense);

// Set the normaliser, once for the whole training: `physical` for the car, or from the first `scaling_rows`
// of these rows (0: all of them), each scale at most `scaling_cap` times the physical one (0: no limit).
void vg_imitation_scale(vg_imitation *im, const vg_car *car, const vg_rows *rows);

// Can these rows be fitted? Errors: VG_ERR_MISMATCH (another width; a chunk is longer than the shortest
// episode), VG_ERR_FORMAT (only one row).
VG_NODISCARD vg_err vg_imitation_check_rows(const vg_imitation *im, const vg_dataset *data, vg_diag *diag);

// Called once a network is fitted, with the rows held out, as it is given them; with the training rows if
// nothing is held out. Of rows that lie in a file it is given the first 65,536. Errors: its own.
typedef vg_err (*vg_fit_inspect)(void *context, const vg_network *net, const vg_batch *rows, vg_diag *diag);

// Start from zero.
typedef struct vg_fit_def {
    const vg_dataset *data;
    int64_t steps;   // exactly this many gradient steps; 0: as the configuration's epochs and patience say
    uint64_t seed;   // of the shuffles
    int32_t threads; // 0: one per core
    vg_supervised_watch watch; // NULL: not asked
    void *watch_context;
    const char *checkpoint; // of this fit; it stays when the fit is done. NULL: none
    const char *story;      // of the checkpoint (vg_checkpoint_put_story), or NULL
    bool resume;            // go on from it if it is there
    vg_fit_inspect inspect; // NULL: not asked
    void *inspect_context;
} vg_fit_def;

// Fit a network of im's shape to the dataset's rows, scaled, from the weights it has. *status (may be NULL)
// says how it went, also after an error. Errors: those of vg_imitation_check_rows, vg_supervised_create,
// vg_supervised_restore, vg_supervised_run and inspect.
VG_NODISCARD vg_err vg_imitation_fit(const vg_imitation *im, const vg_fit_def *def, vg_network *net,
                                     vg_supervised_status *status, vg_diag *diag);

// Where a policy came from.
typedef struct vg_imitation_origin {
    const char *learner; // "bc"
    const vg_schema *schema;
    const void *config; // laid out by the schema
    vg_car car;
    int32_t tick_num, tick_den, ticks_per_action;
    uint64_t data; // content hash of the rows
} vg_imitation_origin;

// Write net, which has im's inputs and outputs, as a policy. Errors: those of vg_policy_write.
VG_NODISCARD vg_err vg_imitation_write(const vg_imitation *im, const vg_imitation_origin *origin,
                                       const vg_network *net, const char *path, vg_overwrite overwrite,
                                       vg_diag *diag);

// A policy that acts by net: later changes of net change the policy. im and net are borrowed until it is
// destroyed. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_imitation_policy(const vg_imitation *im, const vg_imitation_origin *origin,
                                        vg_network *net, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
