#include "agents/rl/actor_critic.h"

#include <math.h>

#include "agents/rl/gaussian_policy.h"
#include "sim/base/blocks.h"
#include "sim/base/exact.h"

// In the order of the choice's words.
enum { UPDATE_PPO, UPDATE_TRPO };

static vg_err make_update(vg_actor_critic *r, vg_diag *diag) {
    const vg_actor_critic_config *c = &r->def.config;
    double least = vg_ln(c->noise_least < c->noise ? c->noise_least : c->noise);
    vg_gaussian_set(r->policy, vg_ln(c->noise));
    if (c->update == UPDATE_TRPO) {
        vg_trpo_def def = vg_trpo_default();
        def.kl = c->trust, def.entropy = c->entropy, def.log_std_least = least;
        return vg_trpo_create(&def, r->policy, r->rollout_buffer.rows, &r->trpo, diag);
    }
    vg_ppo_def def = vg_ppo_default();
    def.rate = c->policy_rate, def.clip = c->ratio_clip, def.entropy = c->entropy;
    def.norm = c->gradient_clip, def.kl_stop = c->kl_stop, def.epochs = c->passes, def.batch = c->minibatch;
    def.log_std_least = least, def.seed = r->def.seed;
    return vg_ppo_create(&def, r->policy, r->rollout_buffer.rows, &r->ppo, diag);
}

vg_err vg_actor_critic_create(const vg_actor_critic_def *def, vg_mlp *policy, vg_actor_critic *out,
                              vg_diag *diag) {
    *out = (vg_actor_critic){.def = *def, .policy = policy};
    const vg_actor_critic_config *c = &def->config;
    vg_critic_def critic = {.shape = *vg_mlp_shape(policy),
                            .rate = c->value_rate,
                            .norm = c->gradient_clip,
                            .epochs = c->passes,
                            .batch = c->minibatch,
                            .seed = def->seed};
    vg_err err = vg_rollout_buffer_create(def->env, (int32_t)c->steps, &out->rollout_buffer, diag);
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

void vg_actor_critic_list(vg_actor_critic *r, vg_checkpoint_list *kept) {
    vg_checkpoint_list_int(kept, "round", &r->round);
    vg_checkpoint_list_double(kept, "variance", &r->variance);
    vg_checkpoint_list_floats(kept, "policy", vg_mlp_parameters(r->policy), vg_mlp_count(r->policy));
    vg_critic_keep(&r->critic, kept);
    if (r->def.config.update == UPDATE_PPO) vg_ppo_keep(&r->ppo, kept);
}

vg_err vg_actor_critic_drive(vg_actor_critic *r, vg_diag *diag) {
    return vg_rollout_buffer_collect(&r->rollout_buffer, r->def.env, r->policy, &r->def.scaler, r->def.seed,
                                     (uint32_t)r->round, r->def.threads, diag);
}

// The variance of the discounted sums of rewards so far in an episode (Engstrom et al. 2020, "Implementation
// matters in deep policy gradients", reward scaling), a fifth of it renewed each round.
static void scale_rewards(vg_actor_critic *r, double *absorbing) {
    vg_rollout_buffer *x = &r->rollout_buffer;
    double sum = 0, squares = 0, so_far = 0, discount = r->def.config.discount;
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
    if (r->round < r->def.config.settle) {
        vg_gaussian now = vg_gaussian_of(r->policy);
        l->out->change.entropy = vg_gaussian_entropy(&now);
        return VG_OK;
    }
    if (r->def.config.update == UPDATE_TRPO)
        return vg_trpo_update(&r->trpo, r->policy, &r->rollout_buffer, &r->def.guide, &l->out->change, diag);
    return vg_ppo_update(&r->ppo, r->policy, &r->rollout_buffer, &r->def.guide, (uint32_t)r->round, l->share,
                         &l->out->change, diag);
}

vg_err vg_actor_critic_learn(vg_actor_critic *r, double absorbing, vg_actor_critic_round *out,
                             vg_diag *diag) {
    const vg_actor_critic_config *c = &r->def.config;
    vg_rollout_buffer *x = &r->rollout_buffer;
    double forever = absorbing / (1 - c->discount);
    *out = (vg_actor_critic_round){0};
    for (int64_t row = 0; row < x->rows; row++) {
        out->reward += (double)x->rewards[row] / (double)x->rows;
        out->terminated += x->ending[row] == VG_ENDING_TERMINATED;
    }
    if (c->scale_rewards) scale_rewards(r, &forever);
    vg_err err = vg_rollout_buffer_values(x, r->critic.value, forever, r->def.threads, diag);
    if (err) return err;
    vg_rollout_buffer_advantages(x, c->discount, c->lambda, c->normalise);
    learning l = {.r = r, .out = out, .share = c->anneal ? 1 - (double)r->round / (double)c->rounds : 1};
    err = vg_blocks_run(2, 1, r->def.threads, learn_one, &l);
    if (err && diag) *diag = l.diags[l.diags[0].code == err ? 0 : 1];
    r->round++;
    return err;
}
