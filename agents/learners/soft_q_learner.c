#include "agents/learners/soft_q_learner.h"

#include <math.h>
#include <string.h>

#include "agents/nets/soft_value.h"
#include "agents/rewards/constant.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const float FIRST_OUTPUTS = 0.1f; // the first policy is close to the uniform one

typedef struct soft_q_learner {
    vg_run run;
    const vg_soft_q_config *config;
    const vg_soft_q_method *method;
    vg_imitation_head head;
    vg_imitation im; // its network is Q
    vg_imitation_origin origin;
    vg_action_grid grid;
    vg_replay_buffer shown, own; // rows of the logs; of the learner
    vg_occupancy driven;         // how the demonstrator drives
    vg_policy *policy;           // as it will be written
    vg_driving *driving;
    vg_soft_q soft;
    double best_cost; // of the selected weights; infinite: none selected yet

    float *seen, *last, *actions, *rewards; // [n_envs] as vg_step has them
    float *before, *after;                  // [n_envs][width] sensed before and after the actions
    uint8_t *ending;
    float *lanes_in, *lanes_q; // [n_envs] the network's inputs and outputs

    vg_soft_q_batch batch;
    float *rows,
        *inputs; // [2 batch_size][width] as sensed; [4 batch_size][stride] as the network is given them
    int32_t *taken;
    float *goes_on;
} soft_q_learner;

// --- opening -----------------------------------------------------------------------------------------------

// The rows of the logs, with no reward but with stalls. The dataset says whether the logs are of one car and
// one clock, and gives the normaliser.
static vg_err read_logs(soft_q_learner *l, vg_diag *diag) {
    const vg_learner_def *def = l->run.def;
    vg_dataset_def rows = vg_dataset_default();
    vg_constant_def nothing = vg_constant_default();
    vg_dataset *data = NULL;
    vg_reward *reward = NULL;
    rows.sense = l->im.sense, rows.validation = 0;
    nothing.value = 0;
    vg_err err = vg_dataset_read(&rows, def->logs, def->log_count, &data, diag);
    if (!err) err = vg_occupancy_add_logs(&l->driven, def->logs, def->log_count, diag);
    if (!err) err = vg_constant_create(&nothing, &reward, diag);
    if (!err) {
        vg_occupancy_sort(&l->driven);
        reward->stall = vg_generator_stall(&l->driven);
        l->origin.car = def->car ? *def->car : *vg_dataset_car(data);
        l->origin.data = vg_dataset_hash(data);
        vg_dataset_clock(data, &l->origin.tick_num, &l->origin.tick_den, &l->origin.ticks_per_action);
        vg_rows all = vg_dataset_train(data);
        vg_imitation_scale(&l->im, &l->origin.car, &all);
        err = vg_replay_buffer_read(&l->shown, def->logs, def->log_count, l->im.sense, reward, diag);
    }
    vg_reward_destroy(reward);
    vg_dataset_destroy(data);
    return err;
}

static vg_err open_driving(soft_q_learner *l, vg_diag *diag) {
    const vg_soft_q_config *c = l->config;
    vg_driving_def driving = vg_generator_driving(&l->run, &l->origin, l->im.sense);
    driving.cars = (int32_t)c->n_envs, driving.start_spread = (float)c->start_spread;
    driving.stall = vg_generator_stall(&l->driven), driving.slow = c->slow_start_fraction;
    vg_err err = vg_driving_create(&driving, &l->driving, diag);
    const int64_t n = c->n_envs, width = l->im.width, cells = vg_action_grid_cells(&l->grid);
    l->seen = vg_new(float, n *width), l->last = vg_new(float, n *width);
    l->before = vg_new(float, n *width), l->after = vg_new(float, n *width);
    l->actions = vg_new(float, n *VG_CAR_ACTIONS), l->rewards = vg_new(float, n);
    l->ending = vg_new(uint8_t, n);
    l->lanes_in = vg_new(float, n *vg_net_stride(l->im.width)), l->lanes_q = vg_new(float, n *cells);
    bool whole = l->seen && l->last && l->before && l->after && l->actions && l->rewards && l->ending &&
                 l->lanes_in && l->lanes_q;
    if (!err && !whole) err = vg_fail_memory(diag);
    // No more rows than will be driven.
    const int64_t driven = c->rounds * c->n_envs * c->n_steps;
    l->own.width = l->im.width;
    return err ? err
               : vg_replay_buffer_bound(&l->own, driven < c->buffer_size ? driven : c->buffer_size, diag);
}

static vg_err open_q(soft_q_learner *l, vg_diag *diag) {
    const vg_soft_q_config *c = l->config;
    const int64_t n = 2 * c->batch_size, stride = vg_net_stride(l->im.width);
    const vg_soft_q_def def = {.net = l->im.net,
                               .most = n,
                               .rate = c->learning_rate,
                               .gamma = c->gamma,
                               .temperature = c->head.temperature,
                               .tau = c->tau,
                               .target = l->method->target};
    vg_network_shrink_outputs(l->im.net, FIRST_OUTPUTS);
    vg_err err = vg_soft_q_open(&l->soft, &def, diag);
    if (err) return err;
    l->rows = vg_new(float, n * l->im.width), l->inputs = vg_new(float, 2 * n * stride);
    l->taken = vg_new(int32_t, n), l->goes_on = vg_new(float, n);
    if (!l->rows || !l->inputs || !l->taken || !l->goes_on) return vg_fail_memory(diag);
    l->batch = (vg_soft_q_batch){.count = n,
                                 .experts = c->batch_size,
                                 .inputs = l->inputs,
                                 .next = l->inputs + n * stride,
                                 .taken = l->taken,
                                 .goes_on = l->goes_on};
    return VG_OK;
}

static vg_err restore(soft_q_learner *l, vg_diag *diag) {
    vg_checkpoint *state = &l->run.state;
    vg_soft_q_state(&l->soft, state);
    vg_replay_buffer_state(&l->own, "own", state);
    vg_checkpoint_double(state, "best.cost", &l->best_cost);
    vg_checkpoint_int(state, "steps", &l->run.report.steps);
    vg_checkpoint_int(state, "actions", &l->run.report.actions);
    vg_err err = vg_run_identify(&l->run, &l->origin.car, l->origin.data, diag);
    if (!err) err = vg_run_restore(&l->run, diag);
    if (err) return err;
    if (!l->run.resumed) vg_run_select(&l->run, 0);
    if (!l->run.resumed) return VG_OK;
    vg_soft_q_restored(&l->soft);
    return vg_replay_buffer_restored(&l->own, diag);
}

static vg_err open_all(soft_q_learner *l, const vg_learner *learner, const vg_learner_def *def,
                       vg_diag *diag) {
    l->run.rounds = l->config->rounds, l->run.watches_rounds = true;
    l->best_cost = INFINITY;
    l->head =
        (vg_imitation_head){.head = &vg_head_soft_q, .hyperparameters = &l->config->head, .window = {1, 1}};
    l->origin =
        (vg_imitation_origin){.learner = learner->name, .schema = learner->schema, .config = def->config};
    vg_err err = vg_run_open(&l->run, learner, def, diag);
    if (!err) err = vg_imitation_open_head(&l->im, &l->config->fit, &l->head, def->seed, diag);
    if (err) return err;
    vg_soft_q_grid(&l->config->head, &l->grid);
    err = read_logs(l, diag);
    if (!err) err = open_driving(l, diag);
    if (!err) err = open_q(l, diag);
    // The target network's weights are a running mean of Q's: it drives with less of the noise of single
    // steps.
    if (!err) err = vg_run_select_from(&l->run, l->soft.target, diag);
    if (!err) err = vg_imitation_policy(&l->im, &l->origin, l->soft.target, &l->policy, diag);
    return err ? err : restore(l, diag);
}

static void close_all(soft_q_learner *l) {
    vg_soft_q_close(&l->soft);
    vg_driving_destroy(l->driving);
    vg_policy_destroy(l->policy);
    vg_replay_buffer_free(&l->shown), vg_replay_buffer_free(&l->own);
    vg_occupancy_free(&l->driven);
    vg_imitation_close(&l->im);
    vg_free(l->seen), vg_free(l->last), vg_free(l->before), vg_free(l->after);
    vg_free(l->actions), vg_free(l->rewards), vg_free(l->ending), vg_free(l->lanes_in), vg_free(l->lanes_q);
    vg_free(l->rows), vg_free(l->inputs), vg_free(l->taken), vg_free(l->goes_on);
    vg_run_close(&l->run);
}

// --- learning ----------------------------------------------------------------------------------------------

// Rows of a buffer, drawn with replacement, as rows [first, first + count) of the batch.
static void draw_rows(soft_q_learner *l, const vg_replay_buffer *from, vg_draw at, int64_t first,
                      int64_t count) {
    const int32_t width = l->im.width;
    const int64_t stride = vg_net_stride(width), all = l->batch.count;
    float *sensed = l->rows;
    for (int parts = 0; parts < 2; parts++) {
        for (int64_t i = 0; i < count; i++) {
            at.draw = (uint32_t)(first + i);
            const int64_t r = (int64_t)vg_random_below(&at, (uint64_t)from->count);
            memcpy(sensed + i * width, (parts ? from->next : from->seen) + r * width,
                   sizeof(float) * (size_t)width);
            if (parts) continue;
            uint32_t bits[4];
            vg_random_bits(&at, bits); // the first two words said which row
            const double u[] = {vg_random_unit(bits[2], 0), vg_random_unit(bits[3], 0)};
            l->taken[first + i] = vg_action_grid_cell(&l->grid, from->actions + r * VG_CAR_ACTIONS, u);
            l->goes_on[first + i] = from->ending[r] == VG_ENDING_TERMINATED ? 0 : 1;
        }
        vg_network_scale(sensed, count, width, l->im.mean, l->im.scale,
                         l->inputs + (parts * all + first) * stride);
    }
}

static vg_err learn(soft_q_learner *l, double *numbers, double *loss, vg_diag *diag) {
    const int64_t n = l->batch.experts, number = l->run.report.steps++; // listed for checkpoints
    const vg_draw at = {.seed = l->run.def->seed,
                        .stream = VG_STREAM_REPLAY,
                        .episode = (uint32_t)(number >> 32),
                        .step = (uint32_t)number};
    draw_rows(l, &l->shown, at, 0, n);
    draw_rows(l, &l->own, at, n, l->batch.count - n);
    const double value = vg_soft_q_step(&l->soft, &l->batch, l->method->loss, l->method->context, numbers);
    *loss += value;
    if (isfinite(value)) return VG_OK;
    return vg_fail(diag, VG_ERR_POLICY, "the training diverged: the loss is %g; try a smaller learning rate",
                   value);
}

// --- driving -----------------------------------------------------------------------------------------------

// Draw an action for each car from the policy; the mean of the policy's entropy is added to *entropy.
static void draw_actions(soft_q_learner *l, int64_t t, double *entropy) {
    const int32_t n = (int32_t)l->config->n_envs, cells = vg_action_grid_cells(&l->grid);
    const double temperature = l->config->head.temperature;
    float policy[VG_SOFT_Q_CELLS_MOST];
    vg_network_scale(l->seen, n, l->im.width, l->im.mean, l->im.scale, l->lanes_in);
    vg_gradient_outputs(l->soft.q.workspace, l->im.net, l->lanes_in, n, l->lanes_q);
    for (int32_t i = 0; i < n; i++) {
        const vg_draw at = {.seed = l->run.def->seed,
                            .stream = VG_STREAM_EXPLORE,
                            .entity = (uint32_t)i,
                            .episode = (uint32_t)l->run.round,
                            .step = (uint32_t)t};
        const float *q = l->lanes_q + (int64_t)i * cells;
        const double value = vg_soft_value(q, cells, temperature, policy);
        double mean = 0; // of Q under the policy: V = mean + T (entropy - log n)
        for (int32_t a = 0; a < cells; a++) mean += (double)policy[a] * (double)q[a];
        *entropy += ((value - mean) / temperature + vg_ln(cells)) / n;
        vg_action_grid_action(&l->grid, vg_soft_draw(policy, cells, vg_random_uniform(&at)),
                              l->actions + i * VG_CAR_ACTIONS);
    }
}

// All cars act once, and their rows are kept.
static vg_err act(soft_q_learner *l, int64_t t, double *entropy, vg_diag *diag) {
    const vg_soft_q_config *c = l->config;
    const int64_t width = l->im.width;
    const size_t row = sizeof(float) * (size_t)width;
    vg_step step = {l->seen, l->last, l->rewards, l->ending};
    draw_actions(l, t, entropy);
    memcpy(l->before, l->seen, row * (size_t)c->n_envs);
    vg_err err =
        vg_environment_step(vg_driving_environment(l->driving), l->run.def->threads, l->actions, &step, diag);
    if (err) return err;
    for (int64_t i = 0; i < c->n_envs; i++) {
        memcpy(l->after + i * width, (l->ending[i] ? l->last : l->seen) + i * width, row);
        if (t == c->n_steps - 1 && !l->ending[i]) l->ending[i] = VG_ENDING_TRUNCATED;
    }
    l->run.report.actions += c->n_envs;
    return vg_replay_buffer_add(&l->own, c->n_envs, l->before, l->actions, l->rewards, l->after, l->ending,
                                diag);
}

// --- rounds ------------------------------------------------------------------------------------------------

static vg_err validate(soft_q_learner *l, vg_diag *diag) {
    const vg_soft_q_config *c = l->config;
    const int64_t number = l->run.round + 1;
    vg_selection driven = vg_selection_none;
    if (number % c->validation.every == 0 || number == l->run.rounds) {
        vg_selection_def how = vg_generator_validation(&l->run, c->validation.n_episodes,
                                                       c->validation.seconds, c->start_spread);
        how.shown = &l->driven;
        vg_err err = vg_run_validate(&l->run, &how, l->policy, &driven, diag);
        if (err) return err;
        const double cost = vg_generator_cost(&driven);
        if (cost < l->best_cost) {
            l->best_cost = cost;
            vg_run_select(&l->run, number);
        }
    }
    vg_run_note_driving(&l->run, &driven);
    vg_run_note(&l->run, "distance", driven.distance);
    return VG_OK;
}

static vg_err one_round(soft_q_learner *l, vg_diag *diag) {
    const vg_soft_q_config *c = l->config;
    const vg_soft_q_method *m = l->method;
    const double steps = (double)(c->n_steps * c->n_updates);
    double numbers[VG_SOFT_Q_NUMBERS_MOST] = {0}, loss = 0, entropy = 0;
    int64_t terminated = 0;
    if (c->anneal_learning_rate)
        l->soft.q.adam.def.rate = l->soft.absorbing_adam.def.rate =
            c->learning_rate * (1 - (double)l->run.round / (double)l->run.rounds);
    vg_err err = vg_environment_begin(vg_driving_environment(l->driving), (uint32_t)l->run.round,
                                      l->run.def->threads, l->seen, diag);
    for (int64_t t = 0; t < c->n_steps && !err; t++) {
        err = act(l, t, &entropy, diag);
        for (int64_t i = 0; i < c->n_envs && !err; i++) terminated += l->ending[i] == VG_ENDING_TERMINATED;
        for (int64_t u = 0; u < c->n_updates && !err; u++) err = learn(l, numbers, &loss, diag);
    }
    if (!err) err = validate(l, diag);
    if (err) return err;
    vg_run_note(&l->run, "loss", loss / steps);
    for (int32_t i = 0; i < m->count; i++) vg_run_note(&l->run, m->names[i], numbers[i] / steps);
    vg_run_note(&l->run, "absorbing", (double)l->soft.absorbing / (1 - c->gamma));
    vg_run_note(&l->run, "entropy", entropy / (double)c->n_steps);
    vg_run_note(&l->run, "terminations", (double)terminated);
    vg_run_note(&l->run, "actions", (double)l->run.report.actions);
    return vg_run_end_round(&l->run, c->checkpoint_every, diag);
}

vg_err vg_soft_q_train(const vg_learner *learner, const vg_learner_def *def, const vg_soft_q_method *method,
                       vg_learner_report *report, vg_diag *diag) {
    soft_q_learner *l = vg_new(soft_q_learner, 1);
    if (!l) return vg_fail_memory(diag);
    l->config = def->config, l->method = method;
    vg_err err = open_all(l, learner, def, diag);
    while (!err && l->run.round < l->run.rounds) err = one_round(l, diag);
    if (!err) err = vg_run_finish(&l->run, &l->im, &l->origin, diag);
    l->run.report.labels = l->shown.count, l->run.report.episodes = l->shown.episodes;
    *report = l->run.report;
    close_all(l);
    vg_free(l);
    return err;
}
