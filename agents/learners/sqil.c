// Soft Q imitation learning.
//
//   Reddy, Dragan & Levine 2020, "SQIL: Imitation learning via reinforcement learning with sparse rewards",
//   ICLR, arXiv 1905.11108. A clone learns nothing about states that the log does not have. This learner is
//   rewarded with 1 for what is in the logs and with 0 for what it did itself, and learns by soft Q-learning:
//   so it also learns to come back to states from which it can go on as the logs do. There is no
//   discriminator.
//
// Their algorithm 1; the code below and soft_q_learner.c follow these steps:
//
//     initialise the replay buffer of the demonstrations; the learner's own is empty
//     repeat
//         theta <- theta - eta grad (delta^2(demonstrations, 1) + lambda_samp delta^2(own, 0))
//         act once in the environment by pi(a|s) ~ exp Q(s, a), and keep the transition as own
//
//     delta^2(D, r) = mean over D of (Q(s, a) - (r + gamma log sum_a' exp Q(s', a')))^2         equation (1)
//
// With as many own rows as demonstrated ones in each step.
//
// Where this differs: the soft value has a temperature, and is measured from the uniform policy's
// (agents/nets/soft_value.h), so that rewards of 0 for ever are worth 0; Q(s', .) is a target network's;
// after a termination there is an absorbing state, whose worth is learned (agents/rl/soft_q.h): its rows have
// a reward of 1 where a demonstrator ended there, and of 0 where the learner did. Several cars drive, and
// each action of all of them is followed by several gradient steps.
#include "agents/learners/sqil.h"

static const vg_key keys[] = {VG_SOFT_Q_NETWORK_ROWS("0.05")
#define X(...) VG_KEY_ROW(vg_sqil_config, , "", __VA_ARGS__)
                                  VG_SQIL_KEYS(X)
#undef X
                                      VG_SOFT_Q_ROWS};
const vg_schema vg_sqil_schema = {"sqil", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

static const char *const names[] = {"q_expert", "q_own"};

// Equation (1), and the same of the absorbing state for each row that terminated.
double vg_sqil_loss(const void *context, const vg_soft_q_rows *x, vg_soft_q_slopes *slopes, double *numbers) {
    const vg_sqil_config *config = context;
    const double absorbed = vg_soft_q_absorbed(x->gamma);
    double loss = 0;
    for (int64_t i = 0; i < x->count; i++) {
        const bool expert = i < x->experts;
        const double reward = expert ? 1 : 0, side = (double)(expert ? x->experts : x->count - x->experts);
        const double share = (expert ? 1 : config->own_weight) / side;
        const int64_t at = i * x->actions + x->taken[i];
        const double error = (double)x->q[at] - (reward + x->gamma * (double)x->next_value[i]);
        slopes->by_q[at] = (float)(2 * share * error);
        loss += share * error * error;
        numbers[expert ? 0 : 1] += (double)x->q[at] / side;
        if (x->goes_on[i] > 0) continue;
        const double scale = 1 / (1 - x->gamma);
        const double stays = scale * x->absorbing - (reward + x->gamma * scale * x->absorbing_next);
        slopes->by_absorbing += 2 * share * absorbed * scale * stays;
        loss += share * absorbed * stays * stays;
    }
    return loss;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_soft_q_method method = {.loss = vg_sqil_loss,
                                     .context = def->config,
                                     .names = names,
                                     .count = VG_SQIL_NUMBERS,
                                     .target = true};
    return vg_soft_q_train(&vg_learner_sqil, def, &method, report, diag);
}

const vg_learner vg_learner_sqil = {
    .name = "sqil",
    .schema = &vg_sqil_schema,
    .config_size = sizeof(vg_sqil_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ROADS,
    .round = "round",
    .summary = "imitation from logs and the simulator: Q-learning, rewarded for what the logs have (SQIL)",
    .details =
        "Drives on the roads, and learns by soft Q-learning on a grid of actions, with a reward of 1 for "
        "rows "
        "of the logs and 0 for its own (Reddy, Dragan & Levine 2020). So it returns to states where it can "
        "do "
        "as the logs do. It needs no expert to ask, no reward and no discriminator. The round that drives "
        "best on the validation roads is kept. The same input gives the same bytes, also when stopped and "
        "resumed.",
    .examples = "verge train sqil --logs demo.vlog --roads train-1 train-2 --out sqil.safetensors\n"
                "verge train sqil --logs demo.vlog --out sqil.safetensors --set temperature=0.05",
    .train = train};
