// Conservative Q-learning.
//
//   Kumar, Zhou, Tucker & Levine 2020, "Conservative Q-learning for offline reinforcement learning",
//   arXiv 2006.04779. A policy that takes the action which Q likes best takes those of which Q is wrong, as
//   the logs do not have them. So Q is pushed down where it is large, and up on the logs' actions: the
//   policy's value by such a Q is below its true value (their theorem 3.2).
//
// Their CQL(H), equation (4), with soft actor-critic (Haarnoja et al. 2018, arXiv 1812.05905) as the learner
// of the policy; the code below follows these steps:
//
//     y = r + gamma min(Q'1, Q'2)(s', a'), a' ~ pi(s')
//     Q1, Q2: minimise (Q(s, a) - y)^2 + w (log int exp Q(s, a~) da~ - Q(s, a))          w: the key
//                                                                           `conservative_weight`
//     pi: minimise beta log pi(a~ | s) - min(Q1, Q2)(s, a~), a~ ~ pi(s)
//     beta: rises where the entropy -log pi is below `target_entropy`, and else falls
//     the targets follow by tau
//
// The integral is estimated by importance sampling (their appendix F): the mean of exp(Q(s, a~)) / p(a~) over
// N actions each of the uniform density p = 1/4, of pi(s) and, as in the authors' program, of pi(s').
//
// An action is tanh(u), u ~ N(m, sigma^2), with m and sigma outputs of the network; so
// log pi(a | s) = log N(u; m, sigma^2) - sum log(1 - a^2). The policy is written with a head of one Gaussian
// and drives by tanh(m).
//
// Their defaults (of d3rlpy): w = 5, N = 10, discount 0.99, tau 0.005, Adam at 3e-4 for Q and 1e-4 for the
// policy and the temperature.
//
// Where this differs: minibatches of 64 rows, not 256, and 20,000 steps, not a million; networks are of 64,
// 64 units instead of 256, 256; sigma = softplus(output) + 0.01. w is fixed: their Lagrange multiplier is
// left out.
#include "agents/learners/cql.h"

#include "agents/nets/log_space.h"
#include "agents/policy/head_gmm.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {VG_NETWORK_KEYS_SCALED(VG_OFFLINE_ROW_FIT, "zscore")
                                  VG_OFFLINE_KEYS_OF(VG_OFFLINE_ROW, "20", "64")
#define X(...) VG_KEY_ROW(vg_cql_config, , "", __VA_ARGS__)
                                      VG_CQL_KEYS(X)
#undef X
};
const vg_schema vg_cql_schema = {"cql", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { Q_LOSS, CONSERVATIVE_LOSS, Q, POLICY_LOSS, ENTROPY, TEMPERATURE };
static const char *const names[] = {"q_loss",      "conservative_loss", "q",
                                    "policy_loss", "entropy",           "temperature"};

static const double LEAST_STD = 0.01;
static const double HALF_LOG_TAU = 0.9189385332046727; // log(2 pi) / 2
static const double LOG_2 = 0.6931471805599453;
static const float LOG_UNIFORM = -1.3862943611198906f; // two actions in [-1, 1]: a density of 1/4

// --- actions of the policy ---------------------------------------------------------------------------------

// u ~ N(mean, std^2), before tanh.
typedef struct squashed {
    double mean[VG_CAR_ACTIONS], std[VG_CAR_ACTIONS], log_std[VG_CAR_ACTIONS];
} squashed;

static squashed squashed_of(const float *outputs) {
    squashed s;
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
        s.mean[a] = (double)outputs[1 + a];
        s.std[a] = vg_softplus((double)outputs[1 + VG_CAR_ACTIONS + a]) + LEAST_STD;
        s.log_std[a] = vg_ln(s.std[a]);
    }
    return s;
}

// The action to these normals; its log density is returned. log(1 - tanh(u)^2) is written so that it does not
// lose digits where tanh(u) is near 1.
static double act(const squashed *s, const double normal[VG_CAR_ACTIONS], float action[VG_CAR_ACTIONS]) {
    double log_density = 0;
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
        double u = s->mean[a] + s->std[a] * normal[a];
        action[a] = (float)vg_tanh(u);
        log_density -= 0.5 * normal[a] * normal[a] + s->log_std[a] + HALF_LOG_TAU;
        log_density -= 2 * (LOG_2 - u - vg_softplus(-2 * u));
    }
    return log_density;
}

// Draw `which` of a row of the batch: 3 samples + 2 of them are used.
static vg_draw draw_of(const vg_cql *cql, int64_t number, int64_t row, int32_t which) {
    return (vg_draw){.seed = cql->seed,
                     .stream = VG_STREAM_REPLAY,
                     .entity = 1,
                     .episode = (uint32_t)(number >> 32),
                     .step = (uint32_t)number,
                     .draw = (uint32_t)row * (uint32_t)(3 * cql->samples + 2) + (uint32_t)which};
}

static double act_by(const squashed *s, vg_draw at, float action[VG_CAR_ACTIONS]) {
    double normal[2];
    vg_random_normal2(&at, normal);
    return act(s, normal, action);
}

// --- samples and targets -----------------------------------------------------------------------------------

static int32_t group_of(const vg_cql *cql) { return 3 * cql->samples + 1; }
static int32_t groups_of(const vg_cql *cql) { return VG_NETWORK_BLOCK / group_of(cql); } // of a block

// The place in `pairs` of a row of the batch.
static int64_t place_of(const vg_cql *cql, int64_t row) {
    return row / groups_of(cql) * VG_NETWORK_BLOCK + row % groups_of(cql) * group_of(cql);
}

// The pair that the log has, and the samples in the same state.
static void fill_group(vg_cql *cql, const vg_minibatch *b, int64_t number, int64_t row) {
    const squashed of[] = {squashed_of(cql->here + row * VG_CQL_OUTPUTS),
                           squashed_of(cql->ahead + row * VG_CQL_OUTPUTS)};
    const int64_t place = place_of(cql, row), stride = b->pair_stride;
    for (int32_t k = -1; k < 3 * cql->samples; k++) {
        const int64_t at = place + 1 + k;
        float action[VG_CAR_ACTIONS];
        vg_net_copy_row(cql->pairs + at * stride, b->pairs + row * stride, stride);
        if (k < 0) continue;
        vg_draw draw = draw_of(cql, number, row, k);
        if (k < cql->samples) {
            uint32_t bits[4];
            vg_random_bits(&draw, bits);
            for (int32_t a = 0; a < VG_CAR_ACTIONS; a++)
                action[a] = (float)(2 * vg_random_unit(bits[2 * a], bits[2 * a + 1]) - 1);
            cql->log_density[at] = LOG_UNIFORM;
        } else {
            cql->log_density[at] = (float)act_by(&of[k >= 2 * cql->samples], draw, action);
        }
        vg_pair_put(cql->pairs, stride, b->width, at, action);
    }
}

void vg_cql_sample(vg_cql *cql, const vg_minibatch *b, int64_t number) {
    const vg_cql_config *c = cql->config;
    const double temperature = c->soft_q_backup ? vg_exp((double)cql->log_temperature) : 0;
    vg_gradient_outputs(cql->policy.workspace, cql->policy.net, b->inputs, b->count, cql->here);
    vg_gradient_outputs(cql->policy.workspace, cql->policy.net, b->next, b->count, cql->ahead);
    for (int64_t i = 0; i < b->count; i++) {
        const squashed s = squashed_of(cql->ahead + i * VG_CQL_OUTPUTS);
        float action[VG_CAR_ACTIONS];
        double log_density = act_by(&s, draw_of(cql, number, i, 3 * cql->samples), action);
        vg_pair_put(b->next_pairs, b->pair_stride, b->width, i, action);
        cql->targets[i] = (float)(-temperature * log_density);
        fill_group(cql, b, number, i);
    }
    vg_twin_q_values(&cql->q, true, b->next_pairs, b->count, cql->least);
    for (int64_t i = 0; i < b->count; i++)
        cql->targets[i] =
            b->rewards[i] + (float)c->offline.gamma * b->goes_on[i] * (cql->least[i] + cql->targets[i]);
}

// --- Q -----------------------------------------------------------------------------------------------------

// log int exp Q - Q(s, a), where y are a group's values; its derivatives, times share, are added to deltas.
static double conservative(const vg_cql *cql, const vg_loss_rows *rows, int32_t first, double share) {
    const int32_t count = 3 * cql->samples;
    const float *log_density = cql->log_density + rows->begin + first + 1;
    double terms[3 * VG_CQL_SAMPLES_MOST] = {0};
    for (int32_t k = 0; k < count; k++)
        terms[k] = (double)rows->y[(first + 1 + k) * rows->stride] - (double)log_density[k];
    double all = vg_log_sum_exp(terms, count);
    if (rows->deltas) {
        rows->deltas[first * rows->stride] -= (float)share;
        for (int32_t k = 0; k < count; k++)
            rows->deltas[(first + 1 + k) * rows->stride] = (float)(share * vg_exp(terms[k] - all));
    }
    return all - vg_ln(count) - (double)rows->y[first * rows->stride];
}

static double critic_loss(void *context, const vg_loss_rows *rows) {
    vg_cql *cql = context;
    const int64_t count = cql->config->offline.batch_size;
    const double n = (double)count, weight = cql->config->conservative_weight;
    const int64_t begin = rows->begin / VG_NETWORK_BLOCK * groups_of(cql);
    double sum = 0;
    for (int32_t r = 0; rows->deltas && r < rows->count; r++) rows->deltas[r * rows->stride] = 0;
    for (int32_t g = 0; g < groups_of(cql) && begin + g < count; g++) {
        const int32_t first = g * group_of(cql);
        const float error = rows->y[first * rows->stride] - cql->targets[begin + g];
        if (rows->deltas) rows->deltas[first * rows->stride] = error * (float)(2 / n);
        sum += (double)error * (double)error / n;
        if (cql->samples == 0) continue;
        double gap = conservative(cql, rows, first, weight / n);
        cql->gap += gap / n; // one thread has all blocks
        sum += weight * gap / n;
    }
    return sum;
}

vg_batch vg_cql_critic_batch(vg_cql *cql) {
    return (vg_batch){.inputs = cql->pairs, .count = cql->rows, .own = critic_loss, .context = cql};
}

// --- the policy --------------------------------------------------------------------------------------------

// The derivatives of beta log pi - Q by a row's outputs, at a fixed normal draw. By u, log pi has 2 a, and Q
// its slope times 1 - a^2; u has 1 by the mean and the normal by the deviation, and log pi also
// -1 / deviation by the latter.
static void slopes_of(const float *outputs, const squashed *s, const double *normal, const float *action,
                      const float *slopes, double temperature, double share, float *deltas) {
    deltas[0] = 0;
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
        double tanh_u = (double)action[a], raw = (double)outputs[1 + VG_CAR_ACTIONS + a];
        double by_u = temperature * 2 * tanh_u - (1 - tanh_u * tanh_u) * (double)slopes[a];
        double by_std = by_u * normal[a] - temperature / s->std[a];
        deltas[1 + a] = (float)(share * by_u);
        deltas[1 + VG_CAR_ACTIONS + a] = (float)(share * by_std * vg_exp(-vg_softplus(-raw)));
    }
}

double vg_cql_policy_loss(vg_cql *cql, const vg_minibatch *b, int64_t number, double *entropy, double *q) {
    const double n = (double)b->count, temperature = vg_exp((double)cql->log_temperature);
    double log_density = 0;
    vg_gradient_outputs(cql->policy.workspace, cql->policy.net, b->inputs, b->count, cql->here);
    for (int64_t i = 0; i < b->count; i++) {
        const squashed s = squashed_of(cql->here + i * VG_CQL_OUTPUTS);
        float action[VG_CAR_ACTIONS];
        log_density += act_by(&s, draw_of(cql, number, i, 3 * cql->samples + 1), action) / n;
        vg_net_copy_row(cql->own + i * b->pair_stride, b->pairs + i * b->pair_stride, b->pair_stride);
        vg_pair_put(cql->own, b->pair_stride, b->width, i, action);
    }
    vg_twin_q_slopes(&cql->q, false, cql->own, b->count, cql->least, cql->slopes);
    *entropy = -log_density, *q = 0;
    for (int64_t i = 0; i < b->count; i++) {
        const float *outputs = cql->here + i * VG_CQL_OUTPUTS;
        const squashed s = squashed_of(outputs);
        const vg_draw at = draw_of(cql, number, i, 3 * cql->samples + 1);
        double normal[2];
        vg_random_normal2(&at, normal);
        slopes_of(outputs, &s, normal, cql->own + i * b->pair_stride + b->width,
                  cql->slopes + i * VG_CAR_ACTIONS, temperature, 1 / n, cql->deltas + i * VG_CQL_OUTPUTS);
        *q += (double)cql->least[i] / n;
    }
    return temperature * log_density - *q;
}

void vg_cql_step(vg_cql *cql, const vg_minibatch *b, int64_t number, double numbers[VG_CQL_NUMBERS]) {
    const vg_cql_config *c = cql->config;
    double entropy, q;
    cql->gap = 0;
    vg_cql_sample(cql, b, number);
    const vg_batch batch = vg_cql_critic_batch(cql);
    double loss = vg_twin_q_fit_own(&cql->q, (const vg_batch[]){batch, batch});
    numbers[Q_LOSS] += loss - c->conservative_weight * 0.5 * cql->gap;
    numbers[CONSERVATIVE_LOSS] += 0.5 * cql->gap;

    numbers[POLICY_LOSS] += vg_cql_policy_loss(cql, b, number, &entropy, &q);
    vg_gradient_by_outputs(cql->policy.workspace, cql->policy.net, b->inputs, b->count, cql->deltas,
                           cql->policy.gradient);
    vg_trained_net_descend(&cql->policy);
    numbers[Q] += q, numbers[ENTROPY] += entropy;
    numbers[TEMPERATURE] += vg_exp((double)cql->log_temperature);
    const float slope = (float)(entropy - c->target_entropy);
    if (c->temp_learning_rate > 0) vg_adam_step(&cql->temper, &slope, &cql->log_temperature);
    vg_twin_q_follow(&cql->q, c->offline.tau);
}

// --- life --------------------------------------------------------------------------------------------------

static vg_err make_room(vg_cql *cql, int32_t width, vg_diag *diag) {
    const int64_t rows = cql->config->offline.batch_size, stride = vg_net_stride(width + VG_CAR_ACTIONS);
    cql->pairs = vg_new(float, cql->rows *stride), cql->log_density = vg_new(float, cql->rows);
    cql->here = vg_new(float, rows *VG_CQL_OUTPUTS), cql->ahead = vg_new(float, rows *VG_CQL_OUTPUTS);
    cql->own = vg_new(float, rows *stride), cql->deltas = vg_new(float, rows *VG_CQL_OUTPUTS);
    cql->targets = vg_new(float, rows), cql->least = vg_new(float, rows);
    cql->slopes = vg_new(float, 2 * rows * VG_CAR_ACTIONS);
    bool whole = cql->pairs && cql->log_density && cql->here && cql->ahead && cql->own && cql->deltas &&
                 cql->targets && cql->least && cql->slopes;
    return whole ? VG_OK : vg_fail_memory(diag);
}

vg_err vg_cql_open(vg_cql *cql, const vg_cql_config *config, vg_network *policy, uint64_t seed,
                   vg_diag *diag) {
    const vg_offline_config *c = &config->offline;
    const int64_t rows = c->batch_size;
    const int32_t width = vg_network_shape_of(policy)->inputs;
    vg_adam_def temper = vg_adam_default();
    if (vg_network_shape_of(policy)->outputs != VG_CQL_OUTPUTS)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a policy of %d outputs, expected %d",
                       vg_network_shape_of(policy)->outputs, VG_CQL_OUTPUTS);
    cql->config = config, cql->seed = seed;
    cql->log_temperature = (float)vg_ln(config->initial_temperature);
    cql->samples = config->conservative_weight > 0 ? (int32_t)config->n_action_samples : 0;
    cql->rows = cql->samples ? (rows + groups_of(cql) - 1) / groups_of(cql) * VG_NETWORK_BLOCK : rows;
    if (config->temp_learning_rate > 0) temper.rate = config->temp_learning_rate;
    const vg_twin_q_def q = {.like = policy,
                             .width = width,
                             .rate = c->learning_rate,
                             .seed = seed,
                             .most = rows,
                             .loss = VG_LOSS_OWN};
    vg_err err = vg_twin_q_create(&q, &cql->q, diag);
    if (!err)
        err =
            vg_trained_net_borrow(&cql->policy, policy, VG_LOSS_OWN, config->actor_learning_rate, rows, diag);
    if (!err) err = vg_adam_create(&temper, 1, &cql->temper, diag);
    return err ? err : make_room(cql, width, diag);
}

void vg_cql_close(vg_cql *cql) {
    vg_twin_q_destroy(&cql->q);
    vg_trained_net_close(&cql->policy);
    vg_adam_destroy(&cql->temper);
    vg_free(cql->pairs), vg_free(cql->log_density), vg_free(cql->here), vg_free(cql->ahead);
    vg_free(cql->own), vg_free(cql->targets), vg_free(cql->least), vg_free(cql->slopes);
    vg_free(cql->deltas);
    *cql = (vg_cql){0};
}

// --- as a learner ------------------------------------------------------------------------------------------

static void step(void *context, const vg_minibatch *batch, int64_t number, double *numbers) {
    vg_cql_step(context, batch, number, numbers);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_gmm_config gmm = {
        .n_obs_steps = 1, .num_modes = 1, .min_std = LEAST_STD, .low_noise_eval = true};
    const vg_imitation_head head = {.head = &vg_head_gmm, .hyperparameters = &gmm, .window = {1, 1}};
    vg_offline offline = {0};
    vg_cql cql = {0};
    vg_checkpoint *state = &offline.run.state;
    vg_err err = vg_offline_open(&offline, &vg_learner_cql, def, &head, false, diag);
    if (!err) err = vg_cql_open(&cql, def->config, offline.im.net, def->seed, diag);
    if (!err) {
        vg_trained_net_state(&cql.policy, "policy", state);
        vg_twin_q_state(&cql.q, state);
        vg_checkpoint_floats(state, "temperature", &cql.log_temperature, 1);
        vg_checkpoint_adam(state, "temperature", &cql.temper);
        err = vg_offline_restore(&offline, diag);
    }
    if (!err) vg_twin_q_pack(&cql.q);
    if (!err) err = vg_offline_rounds(&offline, step, &cql, names, VG_CQL_NUMBERS, diag);
    if (!err) err = vg_offline_finish(&offline, diag);
    *report = offline.run.report;
    vg_cql_close(&cql);
    vg_offline_close(&offline);
    return err;
}

const vg_learner vg_learner_cql = {
    .name = "cql",
    .schema = &vg_cql_schema,
    .config_size = sizeof(vg_cql_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_REWARD,
    .round = "round",
    .summary = "offline reinforcement learning: distrust actions that the logs do not have (CQL)",
    .details =
        "Learns from logs and a reward, without driving: two networks for what an action is worth, pushed "
        "down on actions that the logs do not have, and a policy that follows them by soft actor-critic "
        "(Kumar et al. 2020). Without --reward it is rewarded for progress, and pays for leaving the road. "
        "The last weights are kept. The same input gives the same bytes, also when stopped and resumed.",
    .examples = "verge train cql --logs good.vlog noisy.vlog bad.vlog --out cql.safetensors\n"
                "verge train cql --logs all.vlog --reward why.safetensors --out cql.safetensors\n"
                "verge train cql --logs all.vlog --out cql.safetensors --set conservative_weight=10",
    .diagnose = vg_offline_diagnose,
    .train = train};
