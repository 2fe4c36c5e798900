// Inverse soft Q-learning.
//
//   Garg, Chakraborty, Cundy, Song & Ermon 2021, "IQ-Learn: Inverse soft-Q learning for imitation", NeurIPS,
//   arXiv 2106.12142. Adversarial imitation looks for a reward and for a policy. For a given Q the reward is
//   r(s, a) = Q(s, a) - gamma E V(s'), and the policy is the softmax of Q; so one network can be both, and
//   there is no discriminator and no adversary.
//
// Maximise, with the chi-square divergence, their equation (10) in its form for online learning:
//
//     J(Q) = E_expert[r] - E[V(s) - gamma V(s')] - 1 / (4 alpha) E[r^2],     r = Q(s, a) - gamma V(s')
//
// The second term is the value of the policy at the start, (1 - gamma) E V(s_0), written as a telescoping sum
// over the states of any rows; here over those of the logs and of the learner, half of each, as in the
// authors' program (`loss: value`). The third regularises rewards. On the logs' rows alone a reward of the
// learner's own rows is unbounded below; so it is taken on both (in the authors' program `regularize`), and
// rewards stay within +-2 alpha.
//
// After a termination there is an absorbing state, in which V = Q is one learned number (agents/rl/soft_q.h).
// It counts in each of the three terms. (The authors' program gives it the value 0, by which ending is as
// good as the sum of all rewards to come is bad.)
//
// Where this differs: V is measured from the uniform policy's (agents/nets/soft_value.h); several cars drive,
// and each action of all of them is followed by several gradient steps.
#include "agents/learners/iq_learn.h"

static const vg_key keys[] = {VG_SOFT_Q_NETWORK_ROWS("0.02")
#define X(...) VG_KEY_ROW(vg_iq_learn_config, , "", __VA_ARGS__)
                                  VG_IQ_LEARN_KEYS(X)
#undef X
                                      VG_SOFT_Q_ROWS};
const vg_schema vg_iq_learn_schema = {"iq-learn", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

static const char *const names[] = {"reward_expert", "reward_own"};

enum { ROWS_BOTH, ROWS_EXPERT };

// Weights of a row in the means of the three terms.
typedef struct shares {
    double reward, value, square;
} shares;

static shares shares_of(const vg_iq_learn_config *config, const vg_soft_q_rows *x, bool expert) {
    const double experts = 1 / (double)x->experts, all = 1 / (double)x->count;
    const double one = expert ? experts : 0;
    return (shares){.reward = one,
                    .value = config->value_rows == ROWS_BOTH ? all : one,
                    .square = (config->regularize == ROWS_BOTH ? all : one) / (4 * config->alpha)};
}

// -J of the absorbing state that a row led to. There Q = V, and both terms have the reward.
static double absorb(const vg_soft_q_rows *x, const shares *w, vg_soft_q_slopes *slopes) {
    const double absorbed = vg_soft_q_absorbed(x->gamma), scale = 1 / (1 - x->gamma);
    const double reward = scale * (x->absorbing - x->gamma * x->absorbing_next);
    const double by_reward = absorbed * (w->value - w->reward + 2 * w->square * reward);
    // Where the next value is no target, the reward is the rate itself.
    slopes->by_absorbing += by_reward * (slopes->by_next ? 1 : scale);
    return absorbed * ((w->value - w->reward) * reward + w->square * reward * reward);
}

double vg_iq_learn_loss(const void *context, const vg_soft_q_rows *x, vg_soft_q_slopes *slopes,
                        double *numbers) {
    double loss = 0;
    for (int64_t i = 0; i < x->count; i++) {
        const bool expert = i<x->experts, goes_on = x->goes_on[i]> 0;
        const shares w = shares_of(context, x, expert);
        const int64_t row = i * x->actions, at = row + x->taken[i];
        const double next = x->gamma * (double)x->next_value[i], reward = (double)x->q[at] - next;
        const double by_reward = 2 * w.square * reward - w.reward;
        for (int32_t a = 0; a < x->actions; a++)
            slopes->by_q[row + a] = (float)(w.value * (double)x->policy[row + a]);
        slopes->by_q[at] += (float)by_reward;
        loss += w.square * reward * reward - w.reward * reward + w.value * ((double)x->value[i] - next);
        numbers[expert ? 0 : 1] += reward / (double)(expert ? x->experts : x->count - x->experts);
        if (!goes_on) loss += absorb(x, &w, slopes);
        if (!slopes->by_next) continue;
        const double by_next = -x->gamma * (by_reward + w.value);
        for (int32_t a = 0; goes_on && a < x->actions; a++)
            slopes->by_next[row + a] = (float)(by_next * (double)x->next_policy[row + a]);
        if (!goes_on) slopes->by_absorbing += by_next / (1 - x->gamma);
    }
    return loss;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_iq_learn_config *config = def->config;
    const vg_soft_q_method method = {.loss = vg_iq_learn_loss,
                                     .context = config,
                                     .names = names,
                                     .count = VG_IQ_LEARN_NUMBERS,
                                     .target = config->use_target};
    return vg_soft_q_train(&vg_learner_iq_learn, def, &method, report, diag);
}

const vg_learner vg_learner_iq_learn = {
    .name = "iq-learn",
    .schema = &vg_iq_learn_schema,
    .config_size = sizeof(vg_iq_learn_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ROADS,
    .round = "round",
    .summary = "imitation from logs and the simulator: one Q is both the reward and the policy (IQ-Learn)",
    .details =
        "Drives on the roads, and learns a soft Q on a grid of actions whose own rewards, Q(s, a) - gamma "
        "V(s'), are high on rows of the logs and low on the learner's own, with a chi-square regularisation "
        "on both (Garg et al. 2021). It needs no expert to ask, no reward and no discriminator. The round "
        "that drives best on the validation roads is kept. The same input gives the same bytes, also when "
        "stopped and resumed.",
    .examples = "verge train iq-learn --logs demo.vlog --roads train-1 train-2 --out iq.safetensors\n"
                "verge train iq-learn --logs demo.vlog --out iq.safetensors --set temperature=0.05",
    .train = train};
