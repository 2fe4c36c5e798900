// Implicit Q-learning.
//
//   Kostrikov, Nair & Levine 2021, "Offline reinforcement learning with implicit Q-learning",
//   arXiv 2110.06169. A value that is the maximum over all actions trusts Q where the logs have no action,
//   and there Q is wrong. The value here is an expectile of Q over the actions that the logs do have: for an
//   expectile near 1, the best of what was tried. So Q is never asked about anything else.
//
// Their algorithm 1; the code below follows these steps:
//
//     L_V(psi) = E[L2^tau(Q_target(s, a) - V(s))], L2^tau(u) = |tau - 1(u < 0)| u^2         equation (5)
//     L_Q(theta) = E[(r + gamma V(s') - Q(s, a))^2]                                         equation (6)
//     L_pi(phi) = -E[exp(beta (Q_target(s, a) - V(s))) log pi(a | s)]                       equation (7)
//     Q_target follows Q by steps of alpha (the key `tau`)
//
// Their defaults: tau 0.7 (`expectile`), beta 3 (`temperature`), weights at most 100, two Q of which the
// smaller counts, discount 0.99, steps of 0.005 for the target, Adam at 3e-4, the policy's by a cosine to 0.
// In the authors' program V is fitted first, the policy's weights are of the new V, and Q comes last; so
// here.
//
// With the key `return_steps` Q is fitted to returns of so many actions; the paper's are of one.
//
// Where this differs: the policy's mean is not squashed by tanh (an action is clamped to [-1, 1]); networks
// are of 64, 64 units instead of 256, 256; there are 30,000 steps, not a million; rewards are divided by
// their mean size (the paper divides by the range of the returns, which two like laps do not have).
#include "agents/learners/iql.h"

#include "agents/rl/gaussian_policy.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {VG_NETWORK_KEYS(VG_OFFLINE_ROW_FIT) VG_OFFLINE_KEYS(VG_OFFLINE_ROW)
#define X(...) VG_KEY_ROW(vg_iql_config, , "", __VA_ARGS__)
                                  VG_IQL_KEYS(X)
#undef X
};
const vg_schema vg_iql_schema = {"iql", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { VALUE_LOSS, Q_LOSS, POLICY_LOSS, VALUE, ADVANTAGE, WEIGHT };
static const char *const names[] = {"value_loss", "q_loss", "policy_loss", "value", "advantage", "weight"};

// --- the three losses --------------------------------------------------------------------------------------

// Equation (5): of a place too low by u > 0 tau counts, of one too high 1 - tau.
static double expectile_loss(void *context, const vg_loss_rows *rows) {
    const vg_iql *iql = context;
    const double tau = iql->config->expectile;
    double sum = 0;
    for (int32_t r = 0; r < rows->count; r++) {
        double u = (double)iql->least[rows->begin + r] - (double)rows->y[r * rows->stride];
        double share = (u < 0 ? 1 - tau : tau) / rows->total;
        sum += share * u * u;
        if (rows->deltas) rows->deltas[r * rows->stride] = (float)(-2 * share * u);
    }
    return sum;
}

// Equation (7).
static double weighted_loss(void *context, const vg_loss_rows *rows) {
    const vg_iql *iql = context;
    const vg_gaussian g = vg_gaussian_of(iql->policy.net);
    double sum = 0;
    for (int32_t r = 0; r < rows->count; r++) {
        const float *action = rows->batch->targets + (rows->begin + r) * rows->width;
        const float *mean = rows->y + r * rows->stride;
        double weight = -(double)iql->weights[rows->begin + r] / rows->total;
        sum += weight * vg_gaussian_log_prob(&g, mean, action);
        if (rows->deltas)
            vg_gaussian_backward(&g, mean, action, weight, rows->deltas + r * rows->stride, rows->by_log_std);
    }
    return sum;
}

// exp(beta A), with the new V. Notes the sizes of the advantages and the weights.
static void weigh(vg_iql *iql, const vg_minibatch *b, double *numbers) {
    const vg_iql_config *c = iql->config;
    const double n = (double)b->count;
    vg_gradient_outputs(iql->value.workspace, iql->value.net, b->inputs, b->count, iql->values);
    for (int64_t i = 0; i < b->count; i++) {
        double advantage = (double)iql->least[i] - (double)iql->values[i];
        double weight = vg_exp(c->temperature * advantage);
        if (weight > c->weight_most) weight = c->weight_most;
        iql->weights[i] = (float)weight;
        numbers[VALUE] += (double)iql->values[i] / n;
        numbers[ADVANTAGE] += vg_abs(advantage) / n;
        numbers[WEIGHT] += weight / n;
    }
}

void vg_iql_step(vg_iql *iql, const vg_minibatch *b, double share, double numbers[VG_IQL_NUMBERS]) {
    const vg_offline_config *c = &iql->config->offline;
    vg_twin_q_values(&iql->q, true, b->pairs, b->count, iql->least);
    const vg_batch states = {.inputs = b->inputs, .count = b->count, .own = expectile_loss, .context = iql};
    numbers[VALUE_LOSS] += vg_trained_net_step(&iql->value, &states);

    weigh(iql, b, numbers);
    const vg_batch shown = {
        .inputs = b->inputs, .targets = b->actions, .count = b->count, .own = weighted_loss, .context = iql};
    iql->policy.adam.def.rate = c->learning_rate * share;
    numbers[POLICY_LOSS] +=
        vg_gradient_run(iql->policy.workspace, iql->policy.net, &shown, iql->policy.gradient);
    vg_adam_step(&iql->policy.adam, iql->policy.gradient, vg_network_parameters(iql->policy.net));
    vg_network_hold_log_std(iql->policy.net, -5, 2); // as the authors' program does
    vg_network_pack(iql->policy.net);

    vg_gradient_outputs(iql->value.workspace, iql->value.net, b->next, b->count, iql->values);
    for (int64_t i = 0; i < b->count; i++)
        iql->targets[i] = b->rewards[i] + (float)c->gamma * b->goes_on[i] * iql->values[i];
    numbers[Q_LOSS] += vg_twin_q_fit(&iql->q, b->pairs, iql->targets, b->count);
    vg_twin_q_follow(&iql->q, c->tau);
}

// --- life --------------------------------------------------------------------------------------------------

vg_err vg_iql_open(vg_iql *iql, const vg_iql_config *config, vg_network *policy, uint64_t seed,
                   vg_diag *diag) {
    const vg_offline_config *c = &config->offline;
    const int32_t width = vg_network_shape_of(policy)->inputs;
    const int64_t rows = c->batch_size;
    const vg_twin_q_def q = {
        .like = policy, .width = width, .rate = c->learning_rate, .seed = seed, .most = rows};
    iql->config = config;
    vg_err err = vg_twin_q_create(&q, &iql->q, diag);
    if (!err)
        err = vg_trained_net_open(&iql->value, policy, width, 1, vg_random_seed(seed, 12), VG_LOSS_OWN,
                                  c->learning_rate, rows, diag);
    if (!err) err = vg_trained_net_borrow(&iql->policy, policy, VG_LOSS_OWN, c->learning_rate, rows, diag);
    if (err) return err;
    iql->least = vg_new(float, rows), iql->values = vg_new(float, rows);
    iql->targets = vg_new(float, rows), iql->weights = vg_new(float, rows);
    bool whole = iql->least && iql->values && iql->targets && iql->weights;
    return whole ? VG_OK : vg_fail_memory(diag);
}

void vg_iql_close(vg_iql *iql) {
    vg_twin_q_destroy(&iql->q);
    vg_trained_net_close(&iql->value);
    vg_trained_net_close(&iql->policy);
    vg_free(iql->least), vg_free(iql->values), vg_free(iql->targets), vg_free(iql->weights);
    *iql = (vg_iql){0};
}

// --- as a learner ------------------------------------------------------------------------------------------

static void step(void *context, const vg_minibatch *batch, int64_t number, double *numbers) {
    vg_iql *iql = context;
    const vg_offline_config *c = &iql->config->offline;
    double done = (double)number / ((double)c->rounds * (double)c->n_steps), pi = 3.14159265358979323846;
    vg_iql_step(iql, batch, iql->config->anneal_learning_rate ? 0.5 * (1 + vg_cos(pi * done)) : 1, numbers);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    vg_offline offline = {0};
    vg_iql iql = {0};
    vg_checkpoint *state = &offline.run.state;
    vg_err err = vg_offline_open(&offline, &vg_learner_iql, def, NULL, true, diag);
    if (!err) err = vg_iql_open(&iql, def->config, offline.im.net, def->seed, diag);
    if (!err) {
        vg_trained_net_state(&iql.policy, "policy", state);
        vg_trained_net_state(&iql.value, "value", state);
        vg_twin_q_state(&iql.q, state);
        err = vg_offline_restore(&offline, diag);
    }
    if (!err) vg_network_pack(iql.value.net), vg_twin_q_pack(&iql.q);
    if (!err) err = vg_offline_rounds(&offline, step, &iql, names, VG_IQL_NUMBERS, diag);
    if (!err) err = vg_offline_finish(&offline, diag);
    *report = offline.run.report;
    vg_iql_close(&iql);
    vg_offline_close(&offline);
    return err;
}

const vg_learner vg_learner_iql = {
    .name = "iql",
    .schema = &vg_iql_schema,
    .config_size = sizeof(vg_iql_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_REWARD,
    .round = "round",
    .summary = "offline reinforcement learning: the best of what the drivers of the logs did (IQL)",
    .details =
        "Learns from logs and a reward, without driving: how much each action was worth, and to clone "
        "those that were worth more than usual (Kostrikov, Nair & Levine 2021). It pays off where good, "
        "noisy and bad drivers are mixed; from one good driver it is a clone. Without --reward it is "
        "rewarded for progress, and pays for leaving the road. The last weights are kept. The same input "
        "gives the same bytes, also when stopped and resumed.",
    .examples = "verge train iql --logs good.vlog noisy.vlog bad.vlog --out iql.safetensors\n"
                "verge train iql --logs all.vlog --reward why.safetensors --out iql.safetensors\n"
                "verge train iql --logs all.vlog --out iql.safetensors --set return_steps=40 temperature=0.1",
    .diagnose = vg_offline_diagnose,
    .train = train};
