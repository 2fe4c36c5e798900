#include "agents/learners/generator.h"

#include <math.h>
#include <string.h>

#include "agents/rl/gaussian_policy.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

// --- opening -----------------------------------------------------------------------------------------------

static vg_err read_logs(vg_generator *g, vg_diag *diag) {
    const vg_learner_def *def = g->run.def;
    vg_err err = vg_imitation_open(&g->im, &g->config->fit, def->seed, diag);
    if (err) return err;
    vg_dataset_def data = vg_imitation_dataset(&g->config->fit, def->seed, g->im.sense);
    err = vg_dataset_read(&data, def->logs, def->log_count, &g->data, diag);
    if (err) return err;
    g->origin = (vg_imitation_origin){
        .learner = g->run.learner->name, .schema = g->run.learner->schema, .config = def->config};
    g->origin.car = def->car ? *def->car : *vg_dataset_car(g->data);
    g->origin.data = vg_dataset_hash(g->data);
    vg_dataset_clock(g->data, &g->origin.tick_num, &g->origin.tick_den, &g->origin.ticks_per_action);
    err = vg_occupancy_add_logs(&g->driven, def->logs, def->log_count, diag);
    if (err) return err;
    vg_occupancy_sort(&g->driven);
    g->stall = vg_generator_stall(&g->driven);
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
static vg_err make_actor(vg_generator *g, bool fresh, vg_diag *diag) {
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

void vg_generator_rows(const vg_generator *g, vg_rows parts[VG_GENERATOR_PARTS]) {
    parts[0] = vg_dataset_train(g->data), parts[1] = vg_dataset_validation(g->data);
}

// All demonstrations, as the actor is given them, and the workspace for its error on them.
static vg_err show(vg_generator *g, vg_diag *diag) {
    vg_rows parts[VG_GENERATOR_PARTS];
    vg_generator_rows(g, parts);
    int64_t count = parts[0].count + parts[1].count, stride = vg_net_stride(g->im.width), at = 0;
    float *inputs = vg_new(float, count *stride), *actions = vg_new(float, count *VG_CAR_ACTIONS);
    g->shown = (vg_batch){.inputs = inputs, .targets = actions, .count = count};
    if (!inputs || !actions) return vg_fail_memory(diag);
    for (int p = 0; p < VG_GENERATOR_PARTS; at += parts[p++].count) {
        vg_network_scale(parts[p].inputs, parts[p].count, g->im.width, g->im.mean, g->im.scale,
                         inputs + at * stride);
        memcpy(actions + at * VG_CAR_ACTIONS, parts[p].actions,
               sizeof(float) * (size_t)(parts[p].count * VG_CAR_ACTIONS));
    }
    return vg_gradient_create(g->actor, VG_LOSS_MSE, count, g->run.def->threads, &g->workspace, diag);
}

vg_driving_def vg_generator_driving(const vg_run *run, const vg_imitation_origin *origin,
                                    const vg_sense *sense) {
    const vg_learner_def *def = run->def;
    vg_driving_def driving = vg_driving_default();
    driving.roads = def->roads, driving.road_count = def->road_count;
    driving.car = &origin->car, driving.sense = sense;
    driving.tick_num = origin->tick_num, driving.tick_den = origin->tick_den;
    driving.ticks_per_action = origin->ticks_per_action;
    driving.disturbance = def->disturbance, driving.seed = def->seed, driving.threads = def->threads;
    return driving;
}

double vg_generator_stall(const vg_occupancy *driven) {
    return driven->of[VG_OCCUPANCY_SPEED].count ? 0.5 * (double)driven->of[VG_OCCUPANCY_SPEED].values[0] : 0;
}

static vg_err make_learner(vg_generator *g, vg_diag *diag) {
    const vg_learner_def *def = g->run.def;
    const vg_generator_config *c = g->config;
    vg_driving_def driving = vg_generator_driving(&g->run, &g->origin, g->im.sense);
    driving.stall = g->stall, driving.slow = c->slow_start_fraction;
    driving.cars = (int32_t)c->rl.n_envs, driving.start_spread = (float)c->start_spread;
    vg_err err = vg_driving_create(&driving, &g->driving, diag);
    if (err) return err;
    vg_actor_critic_def learn = {.config = c->rl,
                                 .env = vg_driving_environment(g->driving),
                                 .scaler = {g->im.mean, g->im.scale, 1e6f},
                                 .guide = {g->shown, c->bc_coef},
                                 .seed = def->seed,
                                 .threads = def->threads,
                                 .ranks = def->ranks};
    return vg_actor_critic_create(&learn, g->actor, &g->learner, diag);
}

vg_err vg_generator_open(vg_generator *g, const vg_learner *learner, const vg_learner_def *def,
                         vg_diag *diag) {
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
    if (err) return err;
    vg_actor_critic_state(&g->learner, &g->run.state);
    vg_checkpoint_double(&g->run.state, "best.cost", &g->best_cost);
    vg_checkpoint_int(&g->run.state, "steps", &g->run.report.steps);
    return VG_OK;
}

void vg_generator_close(vg_generator *g) {
    vg_actor_critic_destroy(&g->learner);
    vg_driving_destroy(g->driving);
    vg_policy_destroy(g->policy);
    vg_network_destroy(g->actor);
    vg_dataset_destroy(g->data);
    vg_imitation_close(&g->im);
    vg_gradient_destroy(g->workspace);
    vg_free((float *)g->shown.inputs);
    vg_free((float *)g->shown.targets);
    vg_occupancy_free(&g->driven);
    vg_run_close(&g->run);
}

vg_err vg_generator_restore(vg_generator *g, vg_diag *diag) {
    vg_err err = vg_run_restore(&g->run, diag);
    if (err || !g->run.resumed) return err;
    vg_network_pack(g->actor);
    vg_network_pack(g->learner.critic.value);
    return VG_OK;
}

// --- selection ---------------------------------------------------------------------------------------------

const vg_generator_drive vg_generator_not_driven = {.driven = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN},
                                                    .error = NAN};

vg_selection_def vg_generator_validation(const vg_run *run, int64_t n_episodes, double seconds,
                                         double start_spread) {
    const vg_learner_def *def = run->def;
    int32_t roads = def->valid_count ? def->valid_count : def->road_count;
    int64_t each = n_episodes / roads;
    return (vg_selection_def){.starts = (int32_t)(each > 1 ? each : 1),
                              .seconds = seconds,
                              .start_spread = (float)start_spread,
                              .seed = vg_random_seed(def->seed, 3)};
}

// Drive on the validation roads; where it is better than ever by vg_generator_cost, the actor's weights are
// selected as those of `round` (1-based, 0 for the clone).
static vg_err validate(vg_generator *g, int64_t round, vg_generator_drive *out, vg_diag *diag) {
    vg_selection_def how = vg_generator_validation(&g->run, g->config->validation.n_episodes,
                                                   g->config->validation.seconds, g->config->start_spread);
    how.shown = &g->driven;
    vg_err err = vg_run_validate(&g->run, &how, g->policy, &out->driven, diag);
    if (err) return err;
    out->error = vg_gradient_run(g->workspace, g->actor, &g->shown, NULL);
    double cost = vg_generator_cost(&out->driven);
    if (!(cost < g->best_cost)) return VG_OK;
    g->best_cost = cost;
    vg_run_select(&g->run, round);
    return VG_OK;
}

vg_err vg_generator_end_update(vg_generator *g, vg_generator_drive *out, vg_diag *diag) {
    int64_t number = g->run.round + 1;
    g->run.report.actions = number * g->learner.rollout_buffer.rows;
    if (number % g->config->validation.every != 0 && number != g->run.rounds) return VG_OK;
    return validate(g, number, out, diag);
}

vg_err vg_generator_begin(vg_generator *g, vg_diag *diag) {
    vg_generator_drive clone;
    return isinf(g->best_cost) ? validate(g, 0, &clone, diag) : VG_OK;
}

// --- what it reports ---------------------------------------------------------------------------------------

void vg_generator_note(vg_generator *g, const vg_generator_drive *drive) {
    vg_run_note_driving(&g->run, &drive->driven);
    vg_run_note(&g->run, "distance", drive->driven.distance);
    vg_run_note(&g->run, "error", drive->error);
}

void vg_generator_note_update(vg_generator *g, const vg_actor_critic_round *round) {
    vg_run_note(&g->run, "kl", round->change.kl);
    vg_run_note(&g->run, "entropy", round->change.entropy);
    vg_run_note(&g->run, "reward", round->reward);
    vg_run_note(&g->run, "value_loss", round->value_loss);
    vg_run_note(&g->run, "terminations", (double)round->terminated);
    vg_run_note(&g->run, "actions", (double)g->run.report.actions);
}

bool vg_generator_frozen(const vg_generator *g, const vg_actor_critic_round *round) {
    const vg_actor_critic_config *c = &g->config->rl;
    double least =
        2 * (vg_ln(c->action_std_min < c->action_std_init ? c->action_std_min : c->action_std_init) +
             1.4189385332046727);
    return c->action_std_min < c->action_std_init && round->change.entropy < least + 1e-3;
}

void vg_generator_report(vg_generator *g) {
    vg_learner_report *report = &g->run.report;
    report->rounds = g->run.round;
    report->actions = g->run.round * g->learner.rollout_buffer.rows;
    if (!g->data) return;
    report->labels = vg_dataset_train(g->data).count;
    report->held_out_rows = vg_dataset_validation(g->data).count;
    report->episodes = vg_dataset_episodes(g->data);
}
