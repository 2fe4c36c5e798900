#include "agents/learners/gail_state.h"

#include <math.h>
#include <string.h>

#include "agents/rl/gaussian_policy.h"
#include "sim/base/memory.h"

enum { INPUT_SENSE_ACTION = 0 };

// --- the discriminator's rows ------------------------------------------------------------------------------

// Value i of the discriminator's input, before scaling.
static float disc_value(const vg_gail *g, const float *sensed, const float *action, int32_t i) {
    if (i >= g->im.width) {
        float value = action[i - g->im.width];
        return value < -1 ? -1 : value > 1 ? 1 : value;
    }
    if (!g->curvature[i] || g->speed_at < 0) return sensed[i];
    return sensed[i] * sensed[g->speed_at] * sensed[g->speed_at];
}

void vg_gail_discriminator_row(const vg_gail *g, const float *sensed, const float *action, float *row) {
    for (int32_t i = 0; i < g->disc_inputs; i++)
        row[i] = (disc_value(g, sensed, action, i) - g->disc_mean[i]) * g->disc_scale[i];
}

static vg_err look_at_sense(vg_gail *g, vg_diag *diag) {
    char name[48];
    if (!(g->curvature = vg_new(uint8_t, g->im.width))) return vg_fail_memory(diag);
    g->speed_at = -1;
    for (int32_t i = 0; i < g->im.width; i++) {
        vg_sense_column(g->im.sense, i, name);
        if (strcmp(name, "speed") == 0) g->speed_at = i;
        g->curvature[i] = strncmp(name, "curvature@", 10) == 0;
    }
    return VG_OK;
}

// The least deviation that value i is scaled by: a share of its physical scale.
static double least_deviation(const vg_gail *g, const float *physical, int32_t i) {
    double scale = i < g->im.width ? (double)physical[i] : 1;
    if (i < g->im.width && g->curvature[i] && g->speed_at >= 0) return g->config->disc.min_std * 9.81;
    return g->config->disc.min_std / scale;
}

// Mean and deviation of the demonstrations' values. The least deviation stops the discriminator from using
// values that hardly vary.
static vg_err scale_discriminator(vg_gail *g, const vg_rows *parts, vg_diag *diag) {
    int32_t width = g->im.width;
    g->disc_mean = vg_new(float, width + VG_CAR_ACTIONS);
    g->disc_scale = vg_new(float, width + VG_CAR_ACTIONS);
    if (!g->disc_mean || !g->disc_scale) return vg_fail_memory(diag);
    vg_sense_physical(g->im.sense, &g->origin.car, g->disc_scale);
    for (int32_t i = 0; i < width + VG_CAR_ACTIONS; i++) {
        double sum = 0, squares = 0, count = (double)(parts[0].count + parts[1].count);
        for (int pass = 0; pass < 2; pass++)
            for (int p = 0; p < 2; p++)
                for (int64_t r = 0; r < parts[p].count; r++) {
                    double value = (double)disc_value(g, parts[p].inputs + r * width,
                                                      parts[p].actions + r * VG_CAR_ACTIONS, i);
                    double away = value - sum / count;
                    if (pass)
                        squares += away * away;
                    else
                        sum += value;
                }
        double least = least_deviation(g, g->disc_scale, i), deviation = sqrt(squares / count);
        if (deviation < least) deviation = least;
        g->disc_mean[i] = (float)(sum / count);
        g->disc_scale[i] = (float)(1 / (deviation > 1e-6 ? deviation : 1e-6));
    }
    return VG_OK;
}

static vg_err make_discriminator(vg_gail *g, vg_diag *diag) {
    const vg_gail_config *c = g->config;
    vg_rows parts[] = {vg_dataset_train(g->data), vg_dataset_validation(g->data)};
    vg_err err = look_at_sense(g, diag);
    if (!err) err = scale_discriminator(g, parts, diag);
    if (err) return err;
    g->disc_inputs = g->im.width + (c->disc.input == INPUT_SENSE_ACTION ? VG_CAR_ACTIONS : 0);
    g->stride = vg_net_stride(g->disc_inputs);
    g->expert_rows = parts[0].count + parts[1].count;
    g->expert = vg_new(float, g->expert_rows * g->stride);
    g->replay = vg_new(float, c->disc.replay_rounds * g->learner.rollout_buffer.rows * g->stride);
    g->f = vg_new(float, g->learner.rollout_buffer.rows);
    g->terminations = vg_new(float, c->disc.replay_rounds);
    if (!g->expert || !g->replay || !g->f || !g->terminations) return vg_fail_memory(diag);
    float *row = g->expert;
    for (int p = 0; p < 2; p++)
        for (int64_t r = 0; r < parts[p].count; r++, row += g->stride)
            vg_gail_discriminator_row(g, parts[p].inputs + r * g->im.width,
                                      parts[p].actions + r * VG_CAR_ACTIONS, row);
    vg_discriminator_def def = vg_discriminator_default();
    def.shape.inputs = g->disc_inputs;
    def.shape.hidden[0] = def.shape.hidden[1] = (int32_t)c->disc.hidden_size;
    def.rate = c->disc.learning_rate, def.decay = c->disc.weight_decay, def.batch = c->disc.batch_size,
    def.label = c->disc.expert_label;
    def.smooth = (vg_smoothing)c->disc.regularization, def.penalty = c->disc.gradient_penalty,
    def.slope = c->disc.gradient_target;
    def.bound = c->disc.spectral_norm, def.seed = g->run.def->seed, def.threads = g->run.def->threads;
    return vg_discriminator_create(&def, &g->discriminator, diag);
}

float *vg_gail_round_rows(const vg_gail *g) {
    return g->replay +
           g->run.round % g->config->disc.replay_rounds * g->learner.rollout_buffer.rows * g->stride;
}

// --- opening -----------------------------------------------------------------------------------------------

static vg_err read_logs(vg_gail *g, vg_diag *diag) {
    const vg_learner_def *def = g->run.def;
    vg_err err = vg_imitation_open(&g->im, &g->config->fit, def->seed, diag);
    if (err) return err;
    vg_dataset_def data = vg_imitation_dataset(&g->config->fit, def->seed, g->im.sense);
    err = vg_dataset_read(&data, def->logs, def->log_count, &g->data, diag);
    if (err) return err;
    g->origin = (vg_imitation_origin){.learner = "gail", .schema = &vg_gail_schema, .config = g->config};
    g->origin.car = def->car ? *def->car : *vg_dataset_car(g->data);
    g->origin.data = vg_dataset_hash(g->data);
    vg_dataset_clock(g->data, &g->origin.tick_num, &g->origin.tick_den, &g->origin.ticks_per_action);
    err = vg_occupancy_add_logs(&g->driven, def->logs, def->log_count, diag);
    if (err) return err;
    vg_occupancy_sort(&g->driven);
    if (g->driven.of[VG_OCCUPANCY_SPEED].count)
        g->stall = 0.5 * (double)g->driven.of[VG_OCCUPANCY_SPEED].values[0];
    vg_rows train = vg_dataset_train(g->data);
    vg_imitation_scale(&g->im, &g->origin.car, &train);
    return vg_run_identify(&g->run, &g->origin.car, g->origin.data, diag);
}

// The clone has no pieces of work of its own: it can be stopped, but leaves no checkpoint.
static bool watch_clone(void *context, const vg_supervised_status *status) {
    const vg_learner_def *def = context;
    (void)status;
    return !def->watch || def->watch(def->context, 0, 0);
}

// The actor: the imitator's network with standard deviations.
static vg_err make_actor(vg_gail *g, bool fresh, vg_diag *diag) {
    vg_err err = VG_OK;
    if (g->config->warm_start && fresh) {
        vg_fit_def fit = {.data = g->data,
                          .seed = g->run.def->seed,
                          .threads = g->run.def->threads,
                          .watch = watch_clone,
                          .watch_context = (void *)g->run.def};
        vg_supervised_status cloned = {0};
        err = vg_imitation_fit(&g->im, &fit, g->im.net, &cloned, diag);
        g->run.report.steps = cloned.step;
        if (err) return err;
    }
    vg_network_shape shape = *vg_network_shape_of(g->im.net);
    shape.log_std = true;
    err = vg_network_create_like(g->im.net, &shape, &g->actor, diag);
    if (err) return err;
    memcpy(vg_network_parameters(g->actor), vg_network_read(g->im.net),
           sizeof(float) * (size_t)vg_network_weight_count(g->actor));
    vg_network_pack(g->actor);
    err = vg_run_select_from(&g->run, g->actor, diag);
    return err ? err : vg_imitation_policy(&g->im, &g->origin, g->actor, &g->policy, diag);
}

// All demonstrations, as the actor is given them, and the workspace for its error on them.
static vg_err show(vg_gail *g, vg_diag *diag) {
    vg_rows parts[] = {vg_dataset_train(g->data), vg_dataset_validation(g->data)};
    int64_t count = parts[0].count + parts[1].count, stride = vg_net_stride(g->im.width), at = 0;
    float *inputs = vg_new(float, count *stride), *actions = vg_new(float, count *VG_CAR_ACTIONS);
    g->shown = (vg_batch){.inputs = inputs, .targets = actions, .count = count};
    if (!inputs || !actions) return vg_fail_memory(diag);
    for (int p = 0; p < 2; at += parts[p++].count) {
        vg_network_scale(parts[p].inputs, parts[p].count, g->im.width, g->im.mean, g->im.scale,
                         inputs + at * stride);
        memcpy(actions + at * VG_CAR_ACTIONS, parts[p].actions,
               sizeof(float) * (size_t)(parts[p].count * VG_CAR_ACTIONS));
    }
    return vg_gradient_create(g->actor, VG_LOSS_MSE, count, g->run.def->threads, &g->workspace, diag);
}

static vg_err make_learner(vg_gail *g, vg_diag *diag) {
    const vg_learner_def *def = g->run.def;
    const vg_gail_config *c = g->config;
    vg_driving_def driving = vg_driving_default();
    driving.roads = def->roads, driving.road_count = def->road_count;
    driving.car = &g->origin.car, driving.sense = g->im.sense;
    driving.tick_num = g->origin.tick_num, driving.tick_den = g->origin.tick_den;
    driving.ticks_per_action = g->origin.ticks_per_action;
    driving.stall = g->stall, driving.slow = c->slow_start_fraction;
    driving.cars = (int32_t)c->rl.n_envs, driving.start_spread = (float)c->start_spread;
    driving.disturbance = def->disturbance, driving.seed = def->seed, driving.threads = def->threads;
    vg_err err = vg_driving_create(&driving, &g->driving, diag);
    if (err) return err;
    vg_actor_critic_def learn = {.config = c->rl,
                                 .env = vg_driving_environment(g->driving),
                                 .scaler = {g->im.mean, g->im.scale, 1e6f},
                                 .guide = {g->shown, c->bc_coef},
                                 .seed = def->seed,
                                 .threads = def->threads};
    return vg_actor_critic_create(&learn, g->actor, &g->learner, diag);
}

// --- checkpoints -------------------------------------------------------------------------------------------

static void list_state(vg_gail *g) {
    vg_checkpoint *state = &g->run.state;
    int64_t rounds = g->config->disc.replay_rounds;
    vg_actor_critic_state(&g->learner, state);
    vg_discriminator_state(g->discriminator, state);
    vg_checkpoint_floats(state, "replay", g->replay, rounds * g->learner.rollout_buffer.rows * g->stride);
    vg_checkpoint_floats(state, "terminations", g->terminations, rounds);
    vg_checkpoint_double(state, "best.cost", &g->best_cost);
    vg_checkpoint_int(state, "pinned", &g->pinned);
    vg_checkpoint_int(state, "steps", &g->run.report.steps);
}

static vg_err restore(vg_gail *g, vg_diag *diag) {
    list_state(g);
    vg_err err = vg_run_restore(&g->run, diag);
    if (err || !g->run.resumed) return err;
    vg_network_pack(g->actor);
    vg_network_pack(g->learner.critic.value);
    vg_discriminator_restored(g->discriminator);
    return VG_OK;
}

vg_err vg_gail_open(vg_gail *g, const vg_learner *learner, const vg_learner_def *def, vg_diag *diag) {
    g->config = def->config;
    g->best_cost = INFINITY;
    g->run.rounds = g->config->rl.rounds;
    g->run.watches_rounds = true;
    // A checkpoint holds the actor, so no clone is needed.
    bool resume =
        def->resume && def->checkpoint && vg_file_may_write(def->checkpoint, VG_KEEP, NULL) == VG_ERR_EXISTS;
    vg_err err = vg_run_open(&g->run, learner, def, diag);
    if (!err) err = read_logs(g, diag);
    if (!err) err = make_actor(g, !resume, diag);
    if (!err) err = show(g, diag);
    if (!err) err = make_learner(g, diag);
    if (!err) err = make_discriminator(g, diag);
    return err ? err : restore(g, diag);
}

void vg_gail_close(vg_gail *g) {
    vg_discriminator_destroy(g->discriminator);
    vg_actor_critic_destroy(&g->learner);
    vg_driving_destroy(g->driving);
    vg_policy_destroy(g->policy);
    vg_network_destroy(g->actor);
    vg_dataset_destroy(g->data);
    vg_imitation_close(&g->im);
    vg_gradient_destroy(g->workspace);
    vg_free((float *)g->shown.inputs);
    vg_free((float *)g->shown.targets);
    vg_free(g->curvature);
    vg_free(g->disc_mean);
    vg_free(g->disc_scale);
    vg_free(g->expert);
    vg_free(g->replay);
    vg_free(g->f);
    vg_free(g->terminations);
    vg_occupancy_free(&g->driven);
    vg_run_close(&g->run);
}
