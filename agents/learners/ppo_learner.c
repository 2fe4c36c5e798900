#include "agents/learners/ppo_learner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/rl/driving_env.h"
#include "agents/training/imitation.h"
#include "agents/training/selection.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_ppo_config, , "", __VA_ARGS__)
    VG_PPO_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_ppo_config, rl., "", __VA_ARGS__)
        VG_ACTOR_CRITIC_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_ppo_config, rl.ppo., "ppo.", __VA_ARGS__)
            VG_PPO_UPDATE_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_ppo_config, rl.trpo., "trpo.", __VA_ARGS__)
                VG_TRPO_UPDATE_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_ppo_config, rl.critic., "critic.", __VA_ARGS__)
                    VG_CRITIC_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_ppo_config, reward., "reward.", __VA_ARGS__)
                        VG_PPO_REWARD_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_ppo_config, validation., "validation.", __VA_ARGS__)
                            VG_PPO_VALIDATION_KEYS(X)
#undef X
};
const vg_schema vg_ppo_schema = {"ppo", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

static const char KIND[] = "verge-ppo-checkpoint";

enum { SCALING_PHYSICAL, SCALING_RUNNING };

// A training under way.
typedef struct state {
    const vg_learner_def *def;
    const vg_ppo_config *config;
    vg_imitation_config fit; // the sense and the network, as an imitator would say them
    vg_imitation im;
    vg_imitation_origin origin;
    vg_policy *policy;
    vg_driving *driving;
    vg_actor_critic learner;
    float *variance; // [width] of what was seen
    int64_t seen;    // rows so far
    int64_t best_round, steps;
    double best_off_road, best_reward;
    float *best_weights;
    uint64_t identity;
} state;

// --- opening -----------------------------------------------------------------------------------------------

static vg_err open_network(state *s, vg_diag *diag) {
    const vg_ppo_config *c = s->config;
    snprintf(s->fit.sense, sizeof s->fit.sense, "%s", c->sense);
    snprintf(s->fit.hidden_sizes, sizeof s->fit.hidden_sizes, "%s", c->hidden_sizes);
    s->fit.activation = c->activation;
    s->fit.bc.loss = 1;                             // gaussian: the network has deviations
    s->fit.scaling = c->scaling == SCALING_RUNNING; // zscore, as a policy file calls it
    vg_err err = vg_imitation_open(&s->im, &s->fit, s->def->seed, diag);
    if (err) return err;
    s->origin = (vg_imitation_origin){.learner = "ppo", .schema = &vg_ppo_schema, .config = c};
    s->origin.car = s->def->car ? *s->def->car : vg_car_default();
    s->origin.tick_num = 1, s->origin.tick_den = 60, s->origin.ticks_per_action = 3;
    vg_sense_physical(s->im.sense, &s->origin.car, s->im.scale); // to begin with, and a mean of 0
    // Small last weights: it begins by doing next to nothing, whatever it sees.
    vg_mlp_tensor head = vg_mlp_tensor_at(s->im.mlp, 2 * (vg_mlp_layers(s->im.mlp) - 1));
    for (int64_t i = 0; i < head.count; i++) vg_mlp_parameters(s->im.mlp)[head.at + i] *= 0.01f;
    vg_mlp_pack(s->im.mlp);
    s->variance = vg_new(float, s->im.width);
    s->best_weights = vg_new(float, vg_mlp_count(s->im.mlp));
    if (!s->variance || !s->best_weights) return vg_fail_memory(diag);
    return vg_imitation_policy(&s->im, &s->origin, s->im.mlp, &s->policy, diag);
}

static vg_err open_learner(state *s, vg_diag *diag) {
    const vg_learner_def *def = s->def;
    const vg_ppo_config *c = s->config;
    vg_driving_def driving = vg_driving_default();
    driving.roads = def->roads, driving.road_count = def->road_count;
    driving.car = &s->origin.car, driving.sense = s->im.sense;
    driving.cars = (int32_t)c->rl.n_envs, driving.spread = (float)c->start_spread;
    driving.progress = c->reward.progress, driving.offset = c->reward.offset,
    driving.off_road = c->reward.off_road;
    driving.disturbance = def->disturbance, driving.seed = def->seed, driving.threads = def->threads;
    vg_err err = vg_driving_create(&driving, &s->driving, diag);
    if (err) return err;
    vg_actor_critic_def learn = {.config = c->rl,
                                 .env = vg_driving_environment(s->driving),
                                 .scaler = {s->im.mean, s->im.scale, 10},
                                 .seed = def->seed,
                                 .threads = def->threads};
    return vg_actor_critic_create(&learn, s->im.mlp, &s->learner, diag);
}

static vg_err identify(state *s, vg_diag *diag) {
    vg_text config = {0};
    vg_config_write_yaml(&vg_ppo_schema, s->config, &config);
    bool failed = config.failed;
    int64_t whole[] = {(int64_t)s->def->seed, (int64_t)vg_car_hash(&s->origin.car)};
    if (!failed) s->identity = vg_hash_int(vg_hash_text(0, config.bytes), whole, 2);
    vg_text_free(&config);
    if (failed) return vg_fail_memory(diag);
    const float *disturbance = &s->def->disturbance.gust;
    s->identity = vg_hash_float(s->identity, disturbance, sizeof s->def->disturbance / sizeof *disturbance);
    for (int32_t i = 0; i < s->def->road_count; i++)
        s->identity = vg_hash_int(s->identity, &(int64_t){(int64_t)vg_road_hash(s->def->roads[i])}, 1);
    for (int32_t i = 0; i < s->def->valid_count; i++)
        s->identity = vg_hash_int(s->identity, &(int64_t){(int64_t)vg_road_hash(s->def->valid[i])}, 1);
    s->origin.data = s->identity;
    return VG_OK;
}

// --- checkpoints -------------------------------------------------------------------------------------------

static void list_kept(state *s, vg_checkpoint_list *kept) {
    vg_actor_critic_list(&s->learner, kept);
    vg_checkpoint_list_floats(kept, "mean", s->im.mean, s->im.width);
    vg_checkpoint_list_floats(kept, "scale", s->im.scale, s->im.width);
    vg_checkpoint_list_floats(kept, "variance", s->variance, s->im.width);
    vg_checkpoint_list_floats(kept, "best", s->best_weights, vg_mlp_count(s->im.mlp));
    vg_checkpoint_list_int(kept, "seen", &s->seen);
    vg_checkpoint_list_int(kept, "best.round", &s->best_round);
    vg_checkpoint_list_int(kept, "steps", &s->steps);
    vg_checkpoint_list_double(kept, "best.off_road", &s->best_off_road);
    vg_checkpoint_list_double(kept, "best.reward", &s->best_reward);
}

static vg_err save(state *s, vg_diag *diag) {
    if (!s->def->checkpoint) return VG_OK;
    vg_checkpoint_list kept = {0};
    list_kept(s, &kept);
    return vg_checkpoint_list_write(&kept, s->def->checkpoint, KIND, s->identity, diag);
}

static vg_err restore(state *s, vg_diag *diag) {
    vg_checkpoint_list kept = {0};
    list_kept(s, &kept);
    if (!s->def->resume || !s->def->checkpoint) return VG_OK;
    vg_err err = vg_checkpoint_list_read(&kept, s->def->checkpoint, KIND, s->identity, diag);
    if (err == VG_ERR_NOT_FOUND) return VG_OK; // stopped before the first checkpoint
    if (err) return err;
    vg_mlp_pack(s->im.mlp);
    vg_mlp_pack(s->learner.critic.value);
    return VG_OK;
}

// --- rounds ------------------------------------------------------------------------------------------------

// Mean and variance of all rows seen so far, a round's added to those before (Chan, Golub & LeVeque 1979).
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
    const vg_learner_def *def = s->def;
    vg_selection_def selection = {.roads = def->valid_count ? def->valid : def->roads,
                                  .road_count = def->valid_count ? def->valid_count : def->road_count,
                                  .starts = (int32_t)s->config->validation.starts_per_road,
                                  .seconds = s->config->validation.seconds,
                                  .spread = (float)s->config->start_spread,
                                  .disturbance = def->disturbance,
                                  .seed = vg_random_seed(def->seed, 3),
                                  .threads = def->threads};
    vg_err err = vg_selection_measure(&selection, s->policy, out, diag);
    if (err) return err;
    bool better = s->best_round == 0 || out->off_road < s->best_off_road ||
                  (out->off_road == s->best_off_road && reward > s->best_reward);
    if (!better) return VG_OK;
    s->best_off_road = out->off_road, s->best_reward = reward;
    s->best_round = s->learner.round;
    memcpy(s->best_weights, vg_mlp_read(s->im.mlp), sizeof(float) * (size_t)vg_mlp_count(s->im.mlp));
    return VG_OK;
}

static void tell(const state *s, int64_t round, const vg_actor_critic_round *r, const vg_selection *driven) {
    if (!s->def->on_round) return;
    static const char *const names[] = {"off_road", "drift",      "reward",       "kl",
                                        "entropy",  "value_loss", "terminations", "actions"};
    double values[] = {driven->off_road,
                       driven->drift,
                       r->reward,
                       r->change.kl,
                       r->change.entropy,
                       r->value_loss,
                       (double)r->terminated,
                       (double)((round + 1) * s->learner.rollout_buffer.rows)};
    s->def->on_round(s->def->context,
                     &(vg_learner_round){(int32_t)round, sizeof values / sizeof *values, names, values});
}

static vg_err one_round(state *s, vg_diag *diag) {
    int64_t round = s->learner.round, rounds = s->config->rl.rounds;
    vg_actor_critic_round learned;
    vg_selection driven = {.off_road = NAN, .drift = NAN};
    vg_err err = vg_actor_critic_drive(&s->learner, diag);
    if (!err) err = vg_actor_critic_learn(&s->learner, 0, &learned, diag);
    if (err) return err;
    s->steps += learned.change.steps;
    if ((round + 1) % s->config->validation.every == 0 || round + 1 == rounds)
        err = validate(s, learned.reward, &driven, diag);
    if (err) return err;
    if (s->config->scaling == SCALING_RUNNING) scale_inputs(s);
    tell(s, round, &learned, &driven);
    bool stop = s->def->watch && !s->def->watch(s->def->context, round + 1, rounds);
    if (stop || (round + 1) % s->config->checkpoint_every == 0) err = save(s, diag);
    if (!err && stop && round + 1 < rounds)
        err = vg_fail(diag, VG_ERR_INTERRUPTED, "stopped after round %lld", (long long)(round + 1));
    return err;
}

static vg_err finish(state *s, vg_diag *diag) {
    memcpy(vg_mlp_parameters(s->im.mlp), s->best_weights, sizeof(float) * (size_t)vg_mlp_count(s->im.mlp));
    vg_mlp_pack(s->im.mlp);
    vg_err err = vg_imitation_write(&s->im, &s->origin, s->im.mlp, s->def->out, s->def->overwrite, diag);
    if (!err && s->def->checkpoint) vg_file_discard(s->def->checkpoint);
    return err;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    state s = {.def = def, .config = def->config};
    *report = (vg_learner_report){0};
    vg_err err = vg_learner_check(&vg_learner_ppo, def, diag);
    if (!err) err = vg_file_may_write(def->out, def->overwrite, diag);
    if (!err) err = vg_config_check(&vg_ppo_schema, def->config, diag);
    if (!err) err = open_network(&s, diag);
    if (!err) err = open_learner(&s, diag);
    if (!err) err = identify(&s, diag);
    if (!err) err = restore(&s, diag);
    while (!err && s.learner.round < s.config->rl.rounds) err = one_round(&s, diag);
    if (!err) err = finish(&s, diag);
    *report = (vg_learner_report){.steps = s.steps,
                                  .rounds = s.learner.round,
                                  .best_round = s.best_round,
                                  .actions = s.learner.round * s.learner.rollout_buffer.rows,
                                  .train_loss = NAN,
                                  .held_out_loss = NAN};
    vg_actor_critic_destroy(&s.learner);
    vg_driving_destroy(s.driving);
    vg_policy_destroy(s.policy);
    vg_imitation_close(&s.im);
    vg_free(s.variance);
    vg_free(s.best_weights);
    return err;
}

const vg_learner vg_learner_ppo = {
    .name = "ppo",
    .schema = &vg_ppo_schema,
    .config_size = sizeof(vg_ppo_config),
    .needs = VG_LEARNER_ROADS,
    .round = "round",
    .summary = "no logs: learn to drive from a plain reward for progress on the road",
    .details = "Is rewarded for progress along the road, and less for driving far from its middle; "
               "leaving the road costs most. It improves by proximal policy optimisation (Schulman et "
               "al. 2017) or, with algorithm=trpo, in trust regions (Schulman et al. 2015). The same "
               "input gives the same bytes, also when stopped and resumed.",
    .examples =
        "verge train ppo --roads train-1 train-2 --out ppo.safetensors\n"
        "verge train ppo --roads train-1 --valid train-2 --car kart --out ppo.safetensors --set rounds=200",
    .train = train};
