#include "agents/rl/actor_critic.h"

#include <math.h>

#include "agents/rl/gaussian_policy.h"
#include "sim/base/blocks.h"
#include "sim/base/exact.h"

static vg_err make_update(vg_actor_critic *r, vg_diag *diag) {
    const vg_actor_critic_config *c = &r->def.config;
    double least = vg_ln(c->action_std_min < c->action_std_init ? c->action_std_min : c->action_std_init);
    vg_gaussian_set(r->policy, vg_ln(c->action_std_init));
    if (c->algorithm == VG_ALGORITHM_TRPO) {
        vg_trpo_def def = vg_trpo_default();
        def.kl = c->trpo.max_kl, def.entropy = c->ent_coef, def.log_std_least = least;
        return vg_trpo_create(&def, r->policy, r->rollout_buffer.rows, &r->trpo, diag);
    }
    vg_ppo_def def = vg_ppo_default();
    def.rate = c->ppo.learning_rate, def.clip = c->ppo.clip_range, def.entropy = c->ent_coef;
    def.norm = c->max_grad_norm, def.kl_stop = c->ppo.target_kl, def.epochs = c->ppo.n_epochs,
    def.batch = c->ppo.batch_size;
    def.log_std_least = least, def.seed = r->def.seed;
    return vg_ppo_create(&def, r->policy, r->rollout_buffer.rows, &r->ppo, diag);
}

vg_err vg_actor_critic_create(const vg_actor_critic_def *def, vg_network *policy, vg_actor_critic *out,
                              vg_diag *diag) {
    *out = (vg_actor_critic){.def = *def, .policy = policy};
    const vg_actor_critic_config *c = &def->config;
    vg_critic_def critic = {.like = policy,
                            .rate = c->critic.learning_rate,
                            .norm = c->max_grad_norm,
                            .epochs = c->ppo.n_epochs,
                            .batch = c->ppo.batch_size,
                            .seed = def->seed};
    vg_err err = vg_rollout_buffer_create(def->env, (int32_t)c->n_steps, &out->rollout_buffer, diag);
    out->rollout_buffer.ranks = def->ranks;
    if (!err) err = vg_critic_create(&critic, out->rollout_buffer.rows, &out->critic, diag);
    if (!err) err = make_update(out, diag);
    if (err) vg_actor_critic_destroy(out);
    return err;
}

void vg_actor_critic_destroy(vg_actor_critic *r) {
    vg_rollout_buffer_destroy(&r->rollout_buffer);
    vg_critic_destroy(&r->critic);
    vg_ppo_destroy(&r->ppo);
    vg_trpo_destroy(&r->trpo);
    *r = (vg_actor_critic){0};
}

void vg_actor_critic_state(vg_actor_critic *r, vg_checkpoint *state) {
    vg_checkpoint_int(state, "round", &r->round);
    vg_checkpoint_double(state, "variance", &r->variance);
    vg_checkpoint_floats(state, "policy", vg_network_parameters(r->policy), vg_network_count(r->policy));
    vg_critic_state(&r->critic, state);
    if (r->def.config.algorithm == VG_ALGORITHM_PPO) vg_ppo_state(&r->ppo, state);
}

vg_err vg_actor_critic_drive(vg_actor_critic *r, vg_diag *diag) {
    return vg_rollout_buffer_collect(&r->rollout_buffer, r->def.env, r->policy, &r->def.scaler, r->def.seed,
                                     (uint32_t)r->round, r->def.threads, diag);
}

// The variance of an episode's discounted sums of rewards so far (Engstrom et al. 2020, "Implementation
// matters in deep policy gradients", reward scaling). Each round replaces a fifth of it.
static void scale_rewards(vg_actor_critic *r, double *absorbing) {
    vg_rollout_buffer *x = &r->rollout_buffer;
    double sum = 0, squares = 0, so_far = 0, discount = r->def.config.gamma;
    for (int64_t row = 0; row < x->rows; row++) {
        so_far = discount * so_far + (double)x->rewards[row];
        if (x->ending[row] == VG_ENDING_TERMINATED) so_far += *absorbing;
        sum += so_far, squares += so_far * so_far;
        if (x->ending[row]) so_far = 0;
    }
    double mean = sum / (double)x->rows, variance = squares / (double)x->rows - mean * mean;
    r->variance = r->round == 0 ? variance : 0.8 * r->variance + 0.2 * variance;
    float scale = (float)(1 / (sqrt(r->variance > 0 ? r->variance : 0) + 1e-6));
    for (int64_t row = 0; row < x->rows; row++) x->rewards[row] *= scale;
    *absorbing *= (double)scale;
}

typedef struct learning {
    vg_actor_critic *r;
    vg_actor_critic_round *out;
    double share;
    vg_diag diags[2];
} learning;

// The policy and the critic: two blocks of work.
static vg_err learn_one(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)begin, (void)end;
    learning *l = context;
    vg_actor_critic *r = l->r;
    vg_diag *diag = &l->diags[block];
    if (block == 1)
        return vg_critic_fit(&r->critic, &r->rollout_buffer, (uint32_t)r->round, l->share,
                             &l->out->value_loss, diag);
    if (r->round < r->def.config.critic.warmup) {
        vg_gaussian now = vg_gaussian_of(r->policy);
        l->out->change.entropy = vg_gaussian_entropy(&now);
        return VG_OK;
    }
    if (r->def.config.algorithm == VG_ALGORITHM_TRPO)
        return vg_trpo_update(&r->trpo, r->policy, &r->rollout_buffer, &r->def.guide, &l->out->change, diag);
    return vg_ppo_update(&r->ppo, r->policy, &r->rollout_buffer, &r->def.guide, (uint32_t)r->round, l->share,
                         &l->out->change, diag);
}

vg_err vg_actor_critic_learn(vg_actor_critic *r, double absorbing, vg_actor_critic_round *out,
                             vg_diag *diag) {
    const vg_actor_critic_config *c = &r->def.config;
    vg_rollout_buffer *x = &r->rollout_buffer;
    double forever = absorbing / (1 - c->gamma);
    *out = (vg_actor_critic_round){0};
    for (int64_t row = 0; row < x->rows; row++) {
        out->reward += (double)x->rewards[row] / (double)x->rows;
        out->terminated += x->ending[row] == VG_ENDING_TERMINATED;
    }
    if (c->normalize_reward) scale_rewards(r, &forever);
    vg_err err = vg_rollout_buffer_values(x, r->critic.value, forever, r->def.threads, diag);
    if (err) return err;
    vg_rollout_buffer_advantages(x, c->gamma, c->gae_lambda, c->normalize_advantage);
    learning l = {
        .r = r, .out = out, .share = c->anneal_learning_rate ? 1 - (double)r->round / (double)c->rounds : 1};
    err = vg_blocks_run(2, 1, r->def.threads, learn_one, &l);
    if (err && diag) *diag = l.diags[l.diags[0].code == err ? 0 : 1];
    r->round++;
    return err;
}
