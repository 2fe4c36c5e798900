// agents/learners/absorbing.h -- the absorbing state, in which an episode is for ever after it terminated
// (Kostrikov et al. 2019, "Discriminator-actor-critic", section 4.2): what a discriminator would say of it
// can be computed and needs no network.
#ifndef VG_AGENTS_LEARNERS_ABSORBING_H
#define VG_AGENTS_LEARNERS_ABSORBING_H

#ifdef __cplusplus
extern "C" {
#endif

// The share of one side's rows that are in the absorbing state. It goes on for ever, so that, discounted, a
// termination counts as 1 / (1 - discount) rows there.
double vg_absorbing_share(double terminations, double rows, double discount);

// The logit of a discriminator there. expert and learner: the share of each side's rows that are in it (0 to
// 1). The optimum is known: with labels y (0.5 to 1) and 1 - y,
//     f = log((y expert + (1 - y) learner) / ((1 - y) expert + y learner)),
// +-1e6 where that is infinite, and 0 where both shares are 0.
double vg_absorbing_logit(double label, double expert, double learner);

#ifdef __cplusplus
}
#endif
#endif
