// agents/learners/guided_cost.h -- the reward of guided cost learning (Finn, Levine & Abbeel 2016, "Guided
// cost learning: deep inverse optimal control via policy optimization", ICML): maximum entropy with a network
// as the reward and a partition function that is estimated from samples.
//
// A segment tau of a drive has `steps` steps, and R(tau) is the sum of its rewards. Drivers are taken to
// drive tau with the density p0(tau) e^R(tau) / Z, where p0 is how somebody drives who wants nothing. The
// loss is the negative log likelihood of the demonstrations,
//
//     - mean of R over the demonstrated segments + log Z,
//     Z = E_q[p0 / q e^R], estimated by the mean over segments that were drawn from q,
//
// with q the mixture of everything that drew segments, all in the log domain. The gradient weighs each drawn
// segment by its share w of the sum. The effective sample size is 1 / sum of w^2: how many segments the
// estimate rests on.
//
// Two regularisers, as in the paper, here of the reward (the negative cost): `lcr`, the local constant rate,
// of all segments: the mean of ((r_t+1 - r_t) - (r_t - r_t-1))^2; `mono`, of the demonstrated ones, which
// says that the reward does not fall by more than 1 in a step: the mean of max(0, r_t-1 - r_t - 1)^2.
//
// A segment in which an episode terminated goes on in the absorbing state, whose reward is one more
// parameter. Nothing here knows cars.
#ifndef VG_AGENTS_LEARNERS_GUIDED_COST_H
#define VG_AGENTS_LEARNERS_GUIDED_COST_H

#include "agents/nets/adam.h"
#include "agents/nets/mlp.h"
#include "agents/training/checkpoint.h"

#ifdef __cplusplus
extern "C" {
#endif

// The largest log Z: beyond it Z is no longer a number.
#define VG_LOG_Z_MOST 709.78

// Estimate log Z of `count` segments: returns [count] is R, log_ratio [count] is log p0 - log q. weights
// (NULL: not wanted) [count] get their shares, whose sum is 1; *ess the effective sample size, 1 to count.
// Errors: VG_ERR_POLICY with log Z, where it overflows or is not a number.
VG_NODISCARD vg_err vg_log_partition(const double *returns, const double *log_ratio, int64_t count,
                                     double *log_z, double *weights, double *ess, vg_diag *diag);
// log q of one segment: log sum of share[k] e^log_density[k], over the samplers; a share of 0 counts nothing.
double vg_log_mixture(const double *log_density, const double *share, int32_t samplers);

// Start from vg_guided_cost_default().
typedef struct vg_guided_cost_def {
    vg_mlp_def shape;       // set its inputs; create sets 1 output, tanh and no log_std; default 64, 64
    int32_t steps;          // of a segment, >= 3, default 50
    int64_t demos, samples; // segments of a gradient step, default 16, 32; the demonstrated ones count in Z,
                            // too
    double rate;            // of Adam, default 1e-3; ten times as large for the absorbing reward
    double decay;           // of the weights, default 0
    double lcr, mono;       // weights of the regularisers, default 0
    uint64_t seed;          // of the weights and the draws of segments
    int32_t threads;        // 0: one per core
} vg_guided_cost_def;
vg_guided_cost_def vg_guided_cost_default(void);

typedef struct vg_guided_cost vg_guided_cost; // opaque

// Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_guided_cost_create(const vg_guided_cost_def *def, vg_guided_cost **out, vg_diag *diag);
void vg_guided_cost_destroy(vg_guided_cost *c);
void vg_guided_cost_state(vg_guided_cost *c, vg_checkpoint *state);
void vg_guided_cost_restored(vg_guided_cost *c); // after a checkpoint was read into it
const vg_network *vg_guided_cost_network(const vg_guided_cost *c);
double vg_guided_cost_absorbing(const vg_guided_cost *c);

// Some segments. Rows are vg_net_stride(inputs) apart, zero beyond the width.
typedef struct vg_segments {
    const float *rows;       // [count][steps]
    const float *live;       // [count] steps before the episode terminated; `steps` where it did not
    const double *log_ratio; // [count] log p0 - log q
    int64_t count;           // >= 1
    const int64_t *order;    // [count] where each is in the arrays; NULL: one after another
} vg_segments;

// Results of a step.
typedef struct vg_guided_cost_step {
    double loss;    // the negative log likelihood of a segment, without the regularisers
    double penalty; // the regularisers, weights included
    double log_z, ess;
    double shown, driven; // mean reward of a step, of the demonstrated segments and of the drawn ones
} vg_guided_cost_step;

// One gradient step on segments of each side, drawn with the numbers of (round, step) from stream
// DISCRIMINATOR. Errors: those of vg_log_partition.
VG_NODISCARD vg_err vg_guided_cost_learn(vg_guided_cost *c, const vg_segments *shown,
                                         const vg_segments *driven, uint32_t round, uint32_t step,
                                         vg_guided_cost_step *out, vg_diag *diag);
// R of segments that are one after another, [count]. Never allocates.
void vg_guided_cost_returns(vg_guided_cost *c, const vg_segments *segments, double *returns);
// r of rows, [count].
void vg_guided_cost_rewards(vg_guided_cost *c, const float *rows, int64_t count, float *rewards);

// For tests: the whole loss of the first segments of each side, its gradient by the network's parameters and
// by the absorbing reward, and those parameters. Errors: those of vg_log_partition.
VG_NODISCARD vg_err vg_guided_cost_loss(vg_guided_cost *c, const vg_segments *shown,
                                        const vg_segments *driven, double *loss, float *gradient,
                                        double *by_absorbing, vg_diag *diag);
float *vg_guided_cost_parameters(vg_guided_cost *c, int64_t *count, float **absorbing);

#ifdef __cplusplus
}
#endif
#endif
