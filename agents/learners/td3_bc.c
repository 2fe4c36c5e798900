// TD3+BC.
//
//   Fujimoto & Gu 2021, "A minimalist approach to offline reinforcement learning", arXiv 2106.06860. Two
//   changes make TD3 (Fujimoto, van Hoof & Meger 2018) an offline learner: the squared error on the logs
//   stands beside Q in the actor's objective, and states are normalised.
//
// The code below follows these steps, in each of which a minibatch (s, a, r, s') is drawn:
//
//     a' = clip(pi'(s') + clip(noise, -c, c), -1, 1)          target policy smoothing
//     y = r + gamma min(Q'1(s', a'), Q'2(s', a'))             the smaller of two target networks
//     Q1, Q2: minimise (Q(s, a) - y)^2
//     every d steps:
//         pi: maximise lambda Q1(s, pi(s)) - (pi(s) - a)^2, lambda = alpha / mean |Q1(s, pi(s))|
//         the targets follow by tau
//
// Their defaults: alpha 2.5, noise 0.2 within c = 0.5, d = 2, tau 0.005, Adam at 3e-4, 256 rows, z-scored
// states (the key `scaling`), discount 0.99.
//
// Where this differs: the actor's output is not squashed by tanh. It is clamped to [-1, 1] where Q is asked
// and where it drives; beyond that Q's slope does not count where it would push further out, so that the
// squared error brings the actor back. Networks are of 64, 64 units instead of 256, 256; there are 30,000
// steps, not a million.
#include "agents/learners/td3_bc.h"

#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {VG_NETWORK_KEYS_SCALED(VG_OFFLINE_ROW_FIT, "zscore")
                                  VG_OFFLINE_KEYS(VG_OFFLINE_ROW)
#define X(...) VG_KEY_ROW(vg_td3_bc_config, , "", __VA_ARGS__)
                                      VG_TD3_BC_KEYS(X)
#undef X
};
const vg_schema vg_td3_bc_schema = {"td3-bc", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { Q_LOSS, Q_SIZE, POLICY_LOSS, LAMBDA };
static const char *const names[] = {"q_loss", "q", "policy_loss", "lambda"};

static double clip(double x, double most) { return x > most ? most : x < -most ? -most : x; }

// --- Q -----------------------------------------------------------------------------------------------------

// a': the target policy's action with noise of its own.
static void smooth(vg_td3_bc *td3, const vg_minibatch *b, int64_t number) {
    const vg_td3_bc_config *c = td3->config;
    vg_gradient_outputs(td3->policy.workspace, td3->target, b->next, b->count, td3->actions);
    vg_draw at = {.seed = td3->seed,
                  .stream = VG_STREAM_REPLAY,
                  .entity = 1,
                  .episode = (uint32_t)(number >> 32),
                  .step = (uint32_t)number};
    for (int64_t i = 0; i < b->count; i++) {
        double noise[2];
        float action[VG_CAR_ACTIONS];
        at.draw = (uint32_t)i;
        vg_random_normal2(&at, noise);
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++)
            action[a] = (float)clip(clip((double)td3->actions[i * VG_CAR_ACTIONS + a], 1) +
                                        clip(c->policy_noise * noise[a], c->noise_clip),
                                    1);
        vg_pair_put(b->next_pairs, b->pair_stride, b->width, i, action);
    }
}

static void fit_q(vg_td3_bc *td3, const vg_minibatch *b, int64_t number, double *numbers) {
    const float gamma = (float)td3->config->offline.gamma;
    smooth(td3, b, number);
    vg_twin_q_values(&td3->q, true, b->next_pairs, b->count, td3->least);
    for (int64_t i = 0; i < b->count; i++)
        td3->targets[i] = b->rewards[i] + gamma * b->goes_on[i] * td3->least[i];
    numbers[Q_LOSS] += vg_twin_q_fit(&td3->q, b->pairs, td3->targets, b->count);
}

// --- the actor ---------------------------------------------------------------------------------------------

// The squared error, whose derivatives are those of VG_LOSS_MSE to the bit, and the slopes of lambda Q.
static double actor_loss(void *context, const vg_loss_rows *rows) {
    const vg_td3_bc *td3 = context;
    const double outputs = rows->total * VG_CAR_ACTIONS;
    const float share = (float)(2.0 / outputs);
    double sum = 0;
    for (int32_t r = 0; r < rows->count; r++)
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
            int64_t at = (rows->begin + r) * VG_CAR_ACTIONS + a;
            float error = rows->y[r * rows->stride + a] - rows->batch->targets[at];
            sum += (double)error * (double)error / outputs;
            if (rows->deltas)
                rows->deltas[r * rows->stride + a] = error * share - td3->slopes[at] / (float)rows->total;
        }
    return sum;
}

// The slopes of lambda Q1 by the actor's outputs; lambda is returned.
static double follow_q(vg_td3_bc *td3, const vg_minibatch *b, double *size) {
    double sum = 0;
    vg_gradient_outputs(td3->policy.workspace, td3->policy.net, b->inputs, b->count, td3->actions);
    for (int64_t i = 0; i < b->count; i++) {
        float action[VG_CAR_ACTIONS];
        vg_net_copy_row(td3->pairs + i * b->pair_stride, b->pairs + i * b->pair_stride, b->pair_stride);
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++)
            action[a] = (float)clip((double)td3->actions[i * VG_CAR_ACTIONS + a], 1);
        vg_pair_put(td3->pairs, b->pair_stride, b->width, i, action);
    }
    vg_twin_q_slopes(&td3->q, true, td3->pairs, b->count, td3->least, td3->slopes);
    for (int64_t i = 0; i < b->count; i++) sum += vg_abs((double)td3->least[i]);
    *size = sum / (double)b->count;
    double lambda = *size > 0 ? td3->config->alpha / *size : 0;
    for (int64_t i = 0; i < b->count * VG_CAR_ACTIONS; i++) {
        float y = td3->actions[i], slope = td3->slopes[i];
        bool out = (y >= 1 && slope > 0) || (y <= -1 && slope < 0);
        td3->slopes[i] = out ? 0 : (float)(lambda * (double)slope);
    }
    return lambda;
}

static void fit_actor(vg_td3_bc *td3, const vg_minibatch *b, double *numbers) {
    const double times = (double)td3->config->policy_delay; // so that means over all steps are right
    double size, lambda = follow_q(td3, b, &size);
    const vg_batch shown = {
        .inputs = b->inputs, .targets = b->actions, .count = b->count, .own = actor_loss, .context = td3};
    numbers[POLICY_LOSS] += times * vg_trained_net_step(&td3->policy, &shown);
    numbers[Q_SIZE] += times * size, numbers[LAMBDA] += times * lambda;
    vg_twin_q_follow(&td3->q, td3->config->offline.tau);
    vg_polyak_step(td3->target, td3->policy.net, td3->config->offline.tau);
}

void vg_td3_bc_step(vg_td3_bc *td3, const vg_minibatch *b, int64_t number,
                    double numbers[VG_TD3_BC_NUMBERS]) {
    fit_q(td3, b, number, numbers);
    if ((number + 1) % td3->config->policy_delay == 0) fit_actor(td3, b, numbers);
}

// --- life --------------------------------------------------------------------------------------------------

vg_err vg_td3_bc_open(vg_td3_bc *td3, const vg_td3_bc_config *config, vg_network *policy, uint64_t seed,
                      vg_diag *diag) {
    const vg_offline_config *c = &config->offline;
    const int64_t rows = c->batch_size;
    const int32_t width = vg_network_shape_of(policy)->inputs;
    const vg_twin_q_def q = {
        .like = policy, .width = width, .rate = c->learning_rate, .seed = seed, .most = rows};
    td3->config = config, td3->seed = seed;
    vg_err err = vg_twin_q_create(&q, &td3->q, diag);
    if (!err) err = vg_trained_net_borrow(&td3->policy, policy, VG_LOSS_OWN, c->learning_rate, rows, diag);
    if (!err) err = vg_network_create_like(policy, vg_network_shape_of(policy), &td3->target, diag);
    if (err) return err;
    vg_network_take(td3->target, vg_network_read(policy));
    td3->actions = vg_new(float, rows *VG_CAR_ACTIONS), td3->slopes = vg_new(float, rows *VG_CAR_ACTIONS);
    td3->least = vg_new(float, rows), td3->targets = vg_new(float, rows);
    td3->pairs = vg_new(float, rows *vg_net_stride(width + VG_CAR_ACTIONS));
    bool whole = td3->actions && td3->slopes && td3->least && td3->targets && td3->pairs;
    return whole ? VG_OK : vg_fail_memory(diag);
}

void vg_td3_bc_close(vg_td3_bc *td3) {
    vg_twin_q_destroy(&td3->q);
    vg_trained_net_close(&td3->policy);
    vg_network_destroy(td3->target);
    vg_free(td3->actions), vg_free(td3->slopes), vg_free(td3->least);
    vg_free(td3->targets), vg_free(td3->pairs);
    *td3 = (vg_td3_bc){0};
}

// --- as a learner ------------------------------------------------------------------------------------------

static void step(void *context, const vg_minibatch *batch, int64_t number, double *numbers) {
    vg_td3_bc_step(context, batch, number, numbers);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    vg_offline offline = {0};
    vg_td3_bc td3 = {0};
    vg_checkpoint *state = &offline.run.state;
    vg_err err = vg_offline_open(&offline, &vg_learner_td3_bc, def, NULL, false, diag);
    if (!err) err = vg_td3_bc_open(&td3, def->config, offline.im.net, def->seed, diag);
    if (!err) {
        vg_trained_net_state(&td3.policy, "policy", state);
        vg_checkpoint_floats(state, "policy.target", vg_network_parameters(td3.target),
                             vg_network_count(td3.target));
        vg_twin_q_state(&td3.q, state);
        err = vg_offline_restore(&offline, diag);
    }
    if (!err) vg_network_pack(td3.target), vg_twin_q_pack(&td3.q);
    if (!err) err = vg_offline_rounds(&offline, step, &td3, names, VG_TD3_BC_NUMBERS, diag);
    if (!err) err = vg_offline_finish(&offline, diag);
    *report = offline.run.report;
    vg_td3_bc_close(&td3);
    vg_offline_close(&offline);
    return err;
}

const vg_learner vg_learner_td3_bc = {
    .name = "td3-bc",
    .schema = &vg_td3_bc_schema,
    .config_size = sizeof(vg_td3_bc_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_REWARD,
    .round = "round",
    .summary = "offline reinforcement learning: follow Q, but stay near the logs (TD3+BC)",
    .details =
        "Learns from logs and a reward, without driving: two networks for what an action is worth, and a "
        "policy that takes the action they like best while the squared error on the logs holds it back "
        "(Fujimoto & Gu 2021). With alpha=0 it is behavioural cloning. Without --reward it is rewarded for "
        "progress, and pays for leaving the road. The last weights are kept. The same input gives the "
        "same bytes, also when stopped and resumed.",
    .examples = "verge train td3-bc --logs good.vlog noisy.vlog bad.vlog --out td3bc.safetensors\n"
                "verge train td3-bc --logs all.vlog --reward why.safetensors --out td3bc.safetensors\n"
                "verge train td3-bc --logs all.vlog --out td3bc.safetensors --set alpha=1",
    .diagnose = vg_offline_diagnose,
    .train = train};
