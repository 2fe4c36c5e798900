// agents/rewards/network_reward.h -- a reward given by neural networks, as adversarial inverse reinforcement
// learning (Fu, Luo & Levine 2018), guided cost learning (Finn, Levine & Abbeel 2016) and preferences (Brown
// et al. 2019) learn it, or as a discriminator gives it:
//
//     r = form(mean over the members of g(s[, a])) + gamma * h(s') - h(s)
//
// h is the potential: 0 where an episode terminates, so that a sum of it over an episode depends on the
// beginning alone, and the best policy is the same with and without it (Ng, Harada & Russell 1999, "Policy
// invariance under reward transformations"). s and s' are scaled by the same normaliser.
#ifndef VG_AGENTS_REWARDS_NETWORK_REWARD_H
#define VG_AGENTS_REWARDS_NETWORK_REWARD_H

#include "agents/nets/network.h"
#include "agents/rewards/reward.h"
#include "agents/rewards/reward_input.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_NETWORK_REWARD_MEMBERS = 16 };

// X(constant, word, the reward as a function of f). Of a discriminator f is the logit of D, the probability
// that the demonstrator drove.
#define VG_REWARD_FORMS(X)                                                                                   \
    X(SOFTPLUS, "softplus", "-log(1-D), always positive: Ho & Ermon's, with the labels swapped")             \
    X(LOGSIGMOID, "logsigmoid", "log(D), below 0")                                                           \
    X(LOGIT, "logit", "log(D)-log(1-D): f itself, of either sign")

typedef enum vg_reward_form {
#define X(name, word, text) VG_REWARD_##name,
    VG_REWARD_FORMS(X)
#undef X
} vg_reward_form;

// The reward that f gives; f is first cut to +-limit.
double vg_reward_of(vg_reward_form form, double f, double limit);

// Start from vg_network_reward_default(). Everything is copied.
typedef struct vg_network_reward_def {
    const vg_reward_input *input; // what the networks are shown, with its normaliser
    const vg_network *const *g;   // [members], all of one shape: input->count inputs, one output
    int32_t members;              // 1 .. VG_NETWORK_REWARD_MEMBERS
    const vg_network *h;          // input->sensed inputs, one output; NULL (default): no potential
    vg_reward_form form;          // default VG_REWARD_LOGIT: the mean of g itself
    double clip;                  // the mean of g is cut to +-clip; 0 (default): it is not
    double discount;              // default 0.99
    double terminal, absorbing;   // default 0
} vg_network_reward_def;
vg_network_reward_def vg_network_reward_default(void);

// Errors: VG_ERR_ARGUMENT naming what is out of range or does not fit the input, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_network_reward_create(const vg_network_reward_def *def, vg_reward **out,
                                             vg_diag *diag);

// Its parts, borrowed. For a reward of this kind only.
const vg_reward_input *vg_network_reward_input(const vg_reward *reward);
const vg_network *vg_network_reward_member(const vg_reward *reward, int32_t i); // NULL past the last
const vg_network *vg_network_reward_potential(const vg_reward *reward);         // NULL: it has none

// For the table of agents/rewards/reward_file.c.
struct vg_safetensors;
VG_NODISCARD vg_err vg_network_reward_read(const struct vg_safetensors *file, const char *path,
                                           vg_reward **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
