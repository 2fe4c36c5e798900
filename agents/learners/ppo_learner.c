#include "agents/learners/ppo_learner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/learners/bc.h"
#include "agents/rewards/progress.h"
#include "agents/rl/driving_env.h"
#include "agents/training/run.h"
#include "logs/store/log.h"
#include "sim/base/memory.h"

// All rows but `algorithm`.
#define ROW(...)            VG_KEY_ROW(vg_ppo_config, , "", __VA_ARGS__)
#define ROW_RL(...)         VG_KEY_ROW(vg_ppo_config, rl., "", __VA_ARGS__)
#define ROW_PPO(...)        VG_KEY_ROW(vg_ppo_config, rl.ppo., "ppo.", __VA_ARGS__)
#define ROW_TRPO(...)       VG_KEY_ROW(vg_ppo_config, rl.trpo., "trpo.", __VA_ARGS__)
#define ROW_CRITIC(...)     VG_KEY_ROW(vg_ppo_config, rl.critic., "critic.", __VA_ARGS__)
#define ROW_REWARD(...)     VG_KEY_ROW(vg_ppo_config, reward., "reward.", __VA_ARGS__)
#define ROW_VALIDATION(...) VG_KEY_ROW(vg_ppo_config, validation., "validation.", __VA_ARGS__)
#define LAST_ROWS                                                                                            \
    VG_PPO_UPDATE_KEYS(ROW_PPO)                                                                              \
    VG_TRPO_UPDATE_KEYS(ROW_TRPO)                                                                            \
    VG_CRITIC_KEYS(ROW_CRITIC)                                                                               \
    VG_PPO_REWARD_KEYS(ROW_REWARD)                                                                           \
    VG_PPO_VALIDATION_KEYS(ROW_VALIDATION)

static const vg_key keys[] = {VG_PPO_KEYS(ROW) VG_ACTOR_CRITIC_KEYS(ROW_RL) LAST_ROWS};
const vg_schema vg_ppo_schema = {"ppo", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

// The same without the choice of an algorithm.
static const vg_key trpo_keys[] = {VG_PPO_KEYS(ROW) VG_ACTOR_CRITIC_OTHER_KEYS(ROW_RL) LAST_ROWS};
const vg_schema vg_trpo_schema = {"trpo", trpo_keys, sizeof trpo_keys / sizeof *trpo_keys,
                                  vg_imitation_check_text};

enum { SCALING_PHYSICAL, SCALING_RUNNING };
enum { WARM_NONE, WARM_BC };

// The state of a training.
typedef struct state {
    vg_run run;
    const vg_ppo_config *config;
    vg_imitation_config fit; // the sense and the network, in an imitation learner's terms
    vg_imitation im;
    vg_imitation_origin origin;
    vg_policy *policy;
    vg_reward *progress; // the learner's own reward
    vg_driving *driving;
    vg_actor_critic learner;
    float *variance;                  // [width] of all rows so far
    int64_t seen;                     // rows so far
    uint64_t cloned;                  // hash of the rows of the warm start; 0: none
    double best_driving, best_reward; // of the selected weights
} state;

// --- the warm start ----------------------------------------------------------------------------------------

// Can be stopped, but leaves no checkpoint: a training that is stopped here clones again.
static bool watch_clone(void *context, const vg_supervised_status *status) {
    const vg_learner_def *def = context;
    (void)status;
    return !def->watch || def->watch(def->context, 0, 0);
}

static vg_err fit_clone(state *s, vg_imitation *clone, vg_dataset *data, vg_diag *diag) {
    const vg_learner_def *def = s->run.def;
    vg_rows rows = vg_dataset_train(data);
    const vg_car *car = vg_dataset_car(data);
    int32_t num, den, k;
    vg_dataset_clock(data, &num, &den, &k);
    if (vg_car_hash(car) != vg_car_hash(&s->origin.car))
        return vg_fail_at(diag, VG_ERR_MISMATCH, def->logs[0], 0, "car",
                          "was driven in '%s', not in the '%s' that is to be driven", car->name,
                          s->origin.car.name);
    if ((int64_t)num * s->origin.tick_den != (int64_t)s->origin.tick_num * den ||
        k != s->origin.ticks_per_action)
        return vg_fail_at(diag, VG_ERR_MISMATCH, def->logs[0], 0, "tick",
                          "an action every %d ticks of %d/%d s, expected every %d of %d/%d s", k, num, den,
                          s->origin.ticks_per_action, s->origin.tick_num, s->origin.tick_den);
    vg_fit_def fit = {.data = data,
                      .seed = def->seed,
                      .threads = def->threads,
                      .watch = watch_clone,
                      .watch_context = (void *)(uintptr_t)def};
    vg_supervised_status status = {0};
    vg_imitation_scale(clone, car, &rows);
    vg_err err = vg_imitation_fit(clone, &fit, clone->net, &status, diag);
    if (err) return err;
    s->run.report.steps = status.step;
    s->run.report.labels = rows.count;
    s->run.report.held_out_rows = vg_dataset_validation(data).count;
    s->run.report.episodes = vg_dataset_episodes(data);
    memcpy(vg_network_parameters(s->im.net), vg_network_read(clone->net),
           sizeof(float) * (size_t)vg_network_weight_count(s->im.net));
    vg_network_pack(s->im.net);
    return VG_OK;
}

// The policy begins with the weights of a clone; how widely it explores is as ever. A checkpoint has the
// weights, so to go on from one nothing is cloned.
static vg_err warm_start(state *s, vg_diag *diag) {
    const vg_learner_def *def = s->run.def;
    if (s->config->warm_start == WARM_NONE) return VG_OK;
    if (def->log_count < 1)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "warm_start", "bc, but there is no log to clone");
    vg_imitation_config config = {0};
    vg_config_default(&vg_bc_schema, &config);
    snprintf(config.sense, sizeof config.sense, "%s", s->fit.sense);
    snprintf(config.hidden_sizes, sizeof config.hidden_sizes, "%s", s->fit.hidden_sizes);
    config.activation = s->fit.activation;
    vg_imitation clone = {0};
    vg_dataset *data = NULL;
    vg_err err = vg_imitation_open(&clone, &config, def->seed, diag);
    if (!err) {
        vg_dataset_def rows = vg_imitation_dataset(&config, def->seed, clone.sense);
        vg_learner_place_rows(def, &rows);
        err = vg_dataset_read(&rows, def->logs, def->log_count, &data, diag);
    }
    if (!err) s->cloned = vg_dataset_hash(data);
    bool resumes =
        def->resume && def->checkpoint && vg_file_may_write(def->checkpoint, VG_KEEP, NULL) == VG_ERR_EXISTS;
    if (!err && !resumes) err = fit_clone(s, &clone, data, diag);
    vg_dataset_destroy(data);
    vg_imitation_close(&clone);
    return err;
}

// --- opening -----------------------------------------------------------------------------------------------

// The car to drive: the one asked for, else that of the logs, else the default.
static vg_err find_car(const vg_learner_def *def, vg_car *car, vg_diag *diag) {
    vg_log *log = NULL;
    vg_log_episode first;
    *car = def->car ? *def->car : vg_car_default();
    if (def->car || def->log_count < 1) return VG_OK;
    vg_err err = vg_log_open(def->logs[0], &log, diag);
    if (!err) err = vg_log_episode_at(log, 0, &first, diag);
    if (!err) err = vg_log_car(log, first.car, car, diag);
    vg_log_discard(log);
    return err;
}

static vg_err open_network(state *s, vg_diag *diag) {
    const vg_ppo_config *c = s->config;
    snprintf(s->fit.sense, sizeof s->fit.sense, "%s", c->sense);
    snprintf(s->fit.hidden_sizes, sizeof s->fit.hidden_sizes, "%s", c->hidden_sizes);
    s->fit.activation = c->activation;
    s->fit.bc.loss = 1;                             // gaussian: the network has deviations
    s->fit.scaling = c->scaling == SCALING_RUNNING; // a policy file calls it zscore
    vg_err err = vg_imitation_open(&s->im, &s->fit, s->run.def->seed, diag);
    if (err) return err;
    s->origin =
        (vg_imitation_origin){.learner = s->run.learner->name, .schema = s->run.learner->schema, .config = c};
    err = find_car(s->run.def, &s->origin.car, diag);
    if (err) return err;
    s->origin.tick_num = 1, s->origin.tick_den = 60, s->origin.ticks_per_action = 3;
    vg_sense_physical(s->im.sense, &s->origin.car, s->im.scale); // the initial scale; the mean is 0
    // Small last weights: at first its actions are close to zero for any input.
    vg_network_shrink_outputs(s->im.net, 0.01f);
    err = warm_start(s, diag);
    if (err) return err;
    if (!(s->variance = vg_new(float, s->im.width))) return vg_fail_memory(diag);
    err = vg_run_select_from(&s->run, s->im.net, diag);
    return err ? err : vg_imitation_policy(&s->im, &s->origin, s->im.net, &s->policy, diag);
}

static const vg_reward *reward_of(const state *s) {
    return s->run.def->reward ? s->run.def->reward : s->progress;
}

static vg_err open_reward(state *s, vg_diag *diag) {
    const vg_ppo_config *c = s->config;
    const vg_reward *given = s->run.def->reward;
    if (given && given->discount != c->rl.gamma)
        return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "gamma",
                          "is %g, but the reward was made for %g; set gamma=%g", c->rl.gamma, given->discount,
                          given->discount);
    if (given) return VG_OK;
    vg_progress_def def = {.progress = c->reward.progress,
                           .offset = c->reward.offset,
                           .off_road = c->reward.off_road,
                           .discount = c->rl.gamma};
    return vg_progress_create(&def, &s->progress, diag);
}

static vg_err open_learner(state *s, vg_diag *diag) {
    const vg_learner_def *def = s->run.def;
    const vg_ppo_config *c = s->config;
    vg_driving_def driving = vg_driving_default();
    driving.roads = def->roads, driving.road_count = def->road_count;
    driving.car = &s->origin.car, driving.sense = s->im.sense;
    driving.cars = (int32_t)c->rl.n_envs, driving.start_spread = (float)c->start_spread;
    driving.reward = reward_of(s);
    driving.stall = c->stall > 0 ? c->stall : driving.reward->stall;
    driving.disturbance = def->disturbance, driving.seed = def->seed, driving.threads = def->threads;
    vg_err err = vg_driving_create(&driving, &s->driving, diag);
    if (err) return err;
    vg_actor_critic_def learn = {.config = c->rl,
                                 .env = vg_driving_environment(s->driving),
                                 .scaler = {s->im.mean, s->im.scale, 10},
                                 .seed = def->seed,
                                 .threads = def->threads,
                                 .ranks = def->ranks};
    return vg_actor_critic_create(&learn, s->im.net, &s->learner, diag);
}

// --- checkpoints -------------------------------------------------------------------------------------------

static void list_state(state *s) {
    vg_checkpoint *all = &s->run.state;
    vg_actor_critic_state(&s->learner, all);
    vg_checkpoint_floats(all, "mean", s->im.mean, s->im.width);
    vg_checkpoint_floats(all, "scale", s->im.scale, s->im.width);
    vg_checkpoint_floats(all, "variance", s->variance, s->im.width);
    vg_checkpoint_int(all, "seen", &s->seen);
    vg_checkpoint_int(all, "steps", &s->run.report.steps);
    vg_checkpoint_double(all, "best.driving_score", &s->best_driving);
    vg_checkpoint_double(all, "best.reward", &s->best_reward);
}

static vg_err restore(state *s, vg_diag *diag) {
    list_state(s);
    vg_err err = vg_run_identify(&s->run, &s->origin.car, s->cloned, diag);
    s->origin.data = s->run.identity;
    if (!err) err = vg_run_restore(&s->run, diag);
    if (err || !s->run.resumed) return err;
    vg_network_pack(s->im.net);
    vg_network_pack(s->learner.critic.value);
    return VG_OK;
}

// --- rounds ------------------------------------------------------------------------------------------------

// Mean and variance of all rows so far, with this round's rows added (Chan, Golub & LeVeque 1979).
static void scale_inputs(state *s) {
    const vg_rollout_buffer *x = &s->learner.rollout_buffer;
    double old = (double)s->seen, fresh = (double)x->rows, all = old + fresh;
    for (int32_t i = 0; i < s->im.width; i++) {
        double sum = 0, squares = 0;
        for (int64_t r = 0; r < x->rows; r++) sum += (double)x->seen[r * s->im.width + i];
        double mean = sum / fresh;
        for (int64_t r = 0; r < x->rows; r++) {
            double away = (double)x->seen[r * s->im.width + i] - mean;
            squares += away * away;
        }
        double apart = mean - (double)s->im.mean[i];
        double variance =
            s->seen ? (old * (double)s->variance[i] + squares + apart * apart * old * fresh / all) / all
                    : squares / fresh;
        s->variance[i] = (float)variance;
        s->im.mean[i] = (float)(s->seen ? (double)s->im.mean[i] + apart * fresh / all : mean);
        s->im.scale[i] = (float)(1 / (sqrt(variance) + 1e-4));
    }
    s->seen += x->rows;
}

static vg_err validate(state *s, double reward, vg_selection *out, vg_diag *diag) {
    vg_selection_def how = {.starts = (int32_t)s->config->validation.starts_per_road,
                            .seconds = s->config->validation.seconds,
                            .start_spread = (float)s->config->start_spread,
                            .seed = vg_random_seed(s->run.def->seed, 3)};
    vg_err err = vg_run_validate(&s->run, &how, s->policy, out, diag);
    if (err) return err;
    bool better = s->run.report.best_round == 0 || out->driving_score > s->best_driving ||
                  (out->driving_score == s->best_driving && reward > s->best_reward);
    if (!better) return VG_OK;
    s->best_driving = out->driving_score, s->best_reward = reward;
    vg_run_select(&s->run, s->run.round + 1);
    return VG_OK;
}

static void note(state *s, const vg_actor_critic_round *r, const vg_selection *driven) {
    vg_run *run = &s->run;
    vg_run_note_driving(run, driven);
    vg_run_note(run, "reward", r->reward);
    vg_run_note(run, "kl", r->change.kl);
    vg_run_note(run, "entropy", r->change.entropy);
    vg_run_note(run, "value_loss", r->value_loss);
    vg_run_note(run, "terminations", (double)r->terminated);
    vg_run_note(run, "actions", (double)run->report.actions);
}

static vg_err one_round(state *s, vg_diag *diag) {
    vg_actor_critic_round learned;
    vg_selection driven = vg_selection_none;
    int64_t number = s->run.round + 1;
    vg_err err = vg_actor_critic_drive(&s->learner, diag);
    if (!err) err = vg_actor_critic_learn(&s->learner, reward_of(s)->absorbing, &learned, diag);
    if (err) return err;
    s->run.report.steps += learned.change.steps;
    s->run.report.actions = number * s->learner.rollout_buffer.rows;
    if (number % s->config->validation.every == 0 || number == s->run.rounds)
        err = validate(s, learned.reward, &driven, diag);
    if (err) return err;
    if (s->config->scaling == SCALING_RUNNING) scale_inputs(s);
    note(s, &learned, &driven);
    return vg_run_end_round(&s->run, s->config->checkpoint_every, diag);
}

static vg_err train_by(const vg_learner *learner, const vg_learner_def *def, vg_learner_report *report,
                       vg_diag *diag) {
    state s = {.config = def->config};
    s.run.rounds = s.config->rl.rounds, s.run.watches_rounds = true;
    vg_err err = vg_run_open(&s.run, learner, def, diag);
    if (!err) err = open_network(&s, diag);
    if (!err) err = open_reward(&s, diag);
    if (!err) err = open_learner(&s, diag);
    if (!err) err = restore(&s, diag);
    while (!err && s.run.round < s.run.rounds) err = one_round(&s, diag);
    if (!err) err = vg_run_finish(&s.run, &s.im, &s.origin, diag);
    s.run.report.rounds = s.run.round;
    s.run.report.actions = s.run.round * s.learner.rollout_buffer.rows;
    *report = s.run.report;
    vg_actor_critic_destroy(&s.learner);
    vg_driving_destroy(s.driving);
    vg_reward_destroy(s.progress);
    vg_policy_destroy(s.policy);
    vg_imitation_close(&s.im);
    vg_run_close(&s.run);
    vg_free(s.variance);
    return err;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    return train_by(&vg_learner_ppo, def, report, diag);
}

static vg_err check(const void *settings, vg_diag *diag) {
    const vg_ppo_config *config = settings;
    if (config->warm_start == WARM_NONE || config->scaling == SCALING_PHYSICAL) return VG_OK;
    return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "warm_start",
                      "bc, but the inputs' scale moves with scaling=running: set scaling=physical");
}

static vg_err train_trpo(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    vg_ppo_config config = *(const vg_ppo_config *)def->config;
    vg_learner_def trpo = *def;
    config.rl.algorithm = VG_ALGORITHM_TRPO, trpo.config = &config;
    return train_by(&vg_learner_trpo, &trpo, report, diag);
}

const vg_learner vg_learner_ppo = {
    .name = "ppo",
    .schema = &vg_ppo_schema,
    .config_size = sizeof(vg_ppo_config),
    .needs = VG_LEARNER_ROADS | VG_LEARNER_REWARD | VG_LEARNER_SPREADS,
    .round = "round",
    .summary = "no logs: learn to drive from a plain reward for progress on the road",
    .details = "Is rewarded for progress along the road, and less for driving far from its middle; "
               "leaving the road costs most. It improves by proximal policy optimisation (Schulman et "
               "al. 2017) or, with algorithm=trpo, in trust regions (Schulman et al. 2015). The same "
               "input gives the same bytes, also when stopped and resumed.",
    .examples =
        "verge train ppo --roads train-1 train-2 --out ppo.safetensors\n"
        "verge train ppo --roads train-1 --valid train-2 --car kart --out ppo.safetensors --set rounds=200\n"
        "verge train ppo --roads train-1 --reward why.safetensors --out ppo.safetensors\n"
        "verge train ppo --logs demo.vlog --roads train-1 train-2 --out warm.safetensors --set warm_start=bc",
    .check = check,
    .train = train};

const vg_learner vg_learner_trpo = {
    .name = "trpo",
    .schema = &vg_trpo_schema,
    .config_size = sizeof(vg_ppo_config),
    .needs = VG_LEARNER_ROADS | VG_LEARNER_REWARD,
    .round = "round",
    .summary = "as ppo, but improved in trust regions",
    .details = "Learns from the same rewards as ppo, by trust region policy optimisation (Schulman et al. "
               "2015): `ppo` with algorithm=trpo, by the name it is known by. The keys ppo.n_epochs and "
               "ppo.batch_size are the critic's; of the others in the group ppo. none is used. The same "
               "input gives the same bytes, also when stopped and resumed.",
    .examples = "verge train trpo --roads train-1 train-2 --out trpo.safetensors\n"
                "verge train trpo --roads train-1 --reward why.safetensors --out trpo.safetensors",
    .check = check,
    .train = train_trpo};
