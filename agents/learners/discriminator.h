// agents/learners/discriminator.h -- a network that tells the demonstrator's driving from the learner's; its
// output is the learner's reward.
//
// D(s, a) = 1 / (1 + exp(-f)) is the probability that the demonstrator drove, f the network's output. It is
// trained by cross-entropy (Ho & Ermon 2016, eq. 16 without the entropy term; their D is the probability of
// the learner). Without label smoothing its optimum is f = log(p_demonstrator / p_learner) (Goodfellow et al.
// 2014, prop. 1).
#ifndef VG_AGENTS_LEARNERS_DISCRIMINATOR_H
#define VG_AGENTS_LEARNERS_DISCRIMINATOR_H

#include "agents/nets/adam.h"
#include "agents/nets/mlp.h"
#include "agents/nets/penalty.h"
#include "agents/training/checkpoint.h"
#include "sim/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

// Keys of the group `disc.` that adversarial learners share. X(field, type, unit, least, most, default,
// choices, help)
#define VG_DISCRIMINATOR_FIRST_KEYS(X)                                                                       \
    X(input, CHOICE, "", 0, 0, "sense", "sense-action|sense", "what the discriminator is shown")             \
    X(hidden_size, INT, "1", 1, 4096, "64", NULL, "units of each of its two hidden layers")                  \
    X(learning_rate, DOUBLE, "1", 1e-8, 1, "0.001", NULL, "step size of its Adam")                           \
    X(weight_decay, DOUBLE, "1", 0, 100, "0", NULL,                                                          \
      "shrinks weights by learning_rate * weight_decay a step")                                              \
    X(n_updates, INT, "1", 1, 100000, "20", NULL, "gradient steps a round")                                  \
    X(batch_size, INT, "rows", 1, 1000000, "256", NULL, "rows of each side in a gradient step")              \
    X(min_std, DOUBLE, "1", 0, 10, "0.1", NULL,                                                              \
      "inputs are scaled by their deviation, at least by this share of the physical scale")                  \
    X(expert_label, DOUBLE, "1", 0.5, 1, "0.9", NULL,                                                        \
      "label smoothing: the demonstrator's label; the learner's is 1 - expert_label")
#define VG_DISCRIMINATOR_PENALTY_KEYS(X)                                                                     \
    X(gradient_penalty, DOUBLE, "1", 0, 1e6, "0.1", NULL, "weight of the penalty")
#define VG_DISCRIMINATOR_REPLAY_KEYS(X)                                                                      \
    X(replay_rounds, INT, "rounds", 1, 1000, "4", NULL,                                                      \
      "number of last rounds that the learner's rows are drawn from")
// The value of `input` that shows the action, too.
enum { VG_DISCRIMINATOR_SENSE_ACTION = 0 };

// How the network's slope is limited.
typedef enum vg_smoothing {
    VG_SMOOTHING_PENALTY, // a penalty on its gradient (agents/nets/penalty.h), at points between rows of both
                          // sides
    VG_SMOOTHING_SPECTRAL, // the largest singular value of every layer is `bound` (Miyato et al. 2018)
    VG_SMOOTHING_NONE,
} vg_smoothing;

// Start from vg_discriminator_default().
typedef struct vg_discriminator_def {
    vg_mlp_def shape;      // set its inputs; create sets 1 output, tanh and no log_std; default 64, 64
    double rate;           // of Adam, default 3e-4
    double decay;          // of its weights, default 0
    int64_t batch;         // rows of each side in a step, default 256
    double label;          // the demonstrator's label, 0.5 to 1, default 0.9; the learner's is 1 - label
    vg_smoothing smooth;   // default the penalty
    double penalty, slope; // weight of the penalty, default 1; the slope it asks for, default 0
    double bound;          // of the spectral norm, default 1
    uint64_t seed;         // of the weights and the draws of rows
    int32_t threads;       // 0: one per core
} vg_discriminator_def;
vg_discriminator_def vg_discriminator_default(void);

typedef struct vg_discriminator vg_discriminator; // opaque

// Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_discriminator_create(const vg_discriminator_def *def, vg_discriminator **out,
                                            vg_diag *diag);
void vg_discriminator_destroy(vg_discriminator *d);
void vg_discriminator_state(vg_discriminator *d, vg_checkpoint *state);
// Call it after a checkpoint was read into it.
void vg_discriminator_restored(vg_discriminator *d);

// Rows of one side, vg_net_stride(inputs) apart, zero beyond the width.
typedef struct vg_side {
    const float *rows;
    int64_t count; // >= 1
} vg_side;

// Results of a step: means over the rows that it drew.
typedef struct vg_discriminator_step {
    double loss;                        // cross-entropy, both sides
    double penalty;                     // weight included
    double right_expert, right_learner; // share of each side's rows that were classified correctly
} vg_discriminator_step;

// sum += share * step.
void vg_discriminator_step_add(vg_discriminator_step *sum, const vg_discriminator_step *step, double share);
// Was it right about more than 99 % of both sides in this round and in the 19 before? Then its rewards no
// longer guide. `rounds` counts them; start from 0.
bool vg_discriminator_pinned(const vg_discriminator_step *round, int64_t *rounds);

// One gradient step on `batch` rows of each side, drawn with the numbers of (round, step) from stream
// DISCRIMINATOR. Errors: VG_ERR_POLICY (the loss is not finite).
VG_NODISCARD vg_err vg_discriminator_learn(vg_discriminator *d, const vg_side *expert, const vg_side *learner,
                                           uint32_t round, uint32_t step, vg_discriminator_step *out,
                                           vg_diag *diag);

// The network that gives f, as it is now.
const vg_network *vg_discriminator_network(const vg_discriminator *d);
// f of rows, [count]. Never allocates.
void vg_discriminator_judge(const vg_discriminator *d, const float *rows, int64_t count, float *f);
// For tests: the whole loss of given rows of both sides, `batch` rows each; the gradient by the network's
// parameters; and those parameters.
double vg_discriminator_loss(vg_discriminator *d, const float *expert, const float *learner, float *gradient);
float *vg_discriminator_parameters(vg_discriminator *d, int64_t *count);

#ifdef __cplusplus
}
#endif
#endif
