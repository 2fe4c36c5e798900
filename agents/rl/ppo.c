#include "agents/rl/ppo.h"

#include <math.h>

#include "agents/rl/gaussian_policy.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

// The guide uses one row for this many rows of the round: it only pulls the policy and need not be exact.
enum { GUIDE_SHARE = 4 };

static int64_t guide_rows(int64_t rows) { return rows < GUIDE_SHARE ? 1 : rows / GUIDE_SHARE; }

vg_ppo_def vg_ppo_default(void) {
    return (vg_ppo_def){.rate = 3e-4,
                        .clip = 0.2,
                        .norm = 0.5,
                        .kl_stop = 0.03,
                        .epochs = 10,
                        .batch = 64,
                        .log_std_least = -4,
                        .log_std_most = 1};
}

vg_err vg_ppo_create(const vg_ppo_def *def, const vg_network *policy, int64_t rows, vg_ppo *out,
                     vg_diag *diag) {
    *out = (vg_ppo){.def = *def};
    if (!vg_network_shape_of(policy)->log_std || def->batch < 1 || def->epochs < 1 || !(def->clip > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a policy with log_std, batch and epochs of 1 or more and a clip above 0 are needed");
    vg_adam_def adam = vg_adam_default();
    adam.rate = def->rate;
    adam.epsilon = 1e-5;
    adam.clip = def->norm;
    vg_err err = vg_adam_create(&adam, vg_network_count(policy), &out->adam, diag);
    int64_t most = def->batch < rows ? def->batch : rows;
    if (!err) err = vg_gradient_create(policy, VG_LOSS_OWN, most, 1, &out->workspace, diag);
    if (!err) err = vg_gradient_create(policy, VG_LOSS_MSE, guide_rows(most), 1, &out->guide_room, diag);
    if (!err) {
        out->guided = vg_new(float, vg_network_count(policy));
        out->guide_order = vg_new(int64_t, guide_rows(most));
        out->gradient = vg_new(float, vg_network_count(policy));
        out->away = vg_new(double, rows);
        out->beyond = vg_new(uint8_t, rows);
        out->order = vg_new(int64_t, rows);
        if (!out->guided || !out->guide_order || !out->gradient || !out->away || !out->beyond || !out->order)
            err = vg_fail_memory(diag);
    }
    if (err) vg_ppo_destroy(out);
    return err;
}

void vg_ppo_destroy(vg_ppo *ppo) {
    vg_adam_destroy(&ppo->adam);
    vg_gradient_destroy(ppo->workspace);
    vg_gradient_destroy(ppo->guide_room);
    vg_free(ppo->guided);
    vg_free(ppo->guide_order);
    vg_free(ppo->gradient);
    vg_free(ppo->away);
    vg_free(ppo->beyond);
    vg_free(ppo->order);
    *ppo = (vg_ppo){0};
}

void vg_ppo_state(vg_ppo *ppo, vg_checkpoint *c) { vg_checkpoint_adam(c, "policy", &ppo->adam); }

// What the loss of a minibatch needs beside the rows.
typedef struct objective {
    vg_ppo *ppo;
    const vg_rollout_buffer *x;
    const int64_t *order; // of the minibatch
    int64_t count;        // its rows
    vg_gaussian now;
} objective;

// Minus the clipped objective (eq. 7), minus the entropy bonus of eq. 9.
static double clipped_loss(void *context, const vg_loss_rows *rows) {
    const objective *o = context;
    const vg_ppo_def *def = &o->ppo->def;
    const vg_rollout_buffer *x = o->x;
    double share = 1.0 / (double)o->count, loss = 0;
    for (int32_t i = 0; i < rows->count; i++) {
        int64_t r = o->order[rows->begin + i];
        const float *mean = rows->y + i * rows->stride, *action = x->action + r * x->actions;
        double log_ratio = vg_gaussian_log_prob(&o->now, mean, action) - (double)x->log_prob[r];
        double ratio = vg_exp(log_ratio < 20 ? log_ratio : 20), advantage = (double)x->advantages[r];
        bool held = advantage >= 0 ? ratio > 1 + def->clip : ratio < 1 - def->clip;
        double counted = !held ? ratio : advantage >= 0 ? 1 + def->clip : 1 - def->clip;
        loss -= share * counted * advantage;
        o->ppo->away[r] = ratio - 1 - log_ratio;
        o->ppo->beyond[r] = held;
        if (rows->deltas)
            vg_gaussian_backward(&o->now, mean, action, held ? 0 : -share * ratio * advantage,
                                 rows->deltas + i * rows->stride, rows->by_log_std);
    }
    for (int32_t a = 0; a < rows->width; a++) rows->by_log_std[a] -= def->entropy * share * rows->count;
    return loss - def->entropy * share * rows->count * vg_gaussian_entropy(&o->now);
}

// Add the guide's gradient over `count` of its rows.
static double follow(vg_ppo *ppo, const vg_network *policy, const vg_guide *guide, vg_draw at,
                     int64_t count) {
    vg_batch batch = guide->rows;
    batch.count = count, batch.order = ppo->guide_order;
    for (int64_t i = 0; i < count; i++) {
        at.step = (uint32_t)i;
        ppo->guide_order[i] = (int64_t)vg_random_below(&at, (uint64_t)guide->rows.count);
    }
    double loss = vg_gradient_run(ppo->guide_room, policy, &batch, ppo->guided);
    float weight = (float)guide->weight;
    for (int64_t i = 0; i < vg_network_weight_count(policy); i++) ppo->gradient[i] += weight * ppo->guided[i];
    return guide->weight * loss;
}

static vg_err step(vg_ppo *ppo, vg_network *policy, const vg_rollout_buffer *x, const vg_guide *guide,
                   vg_draw at, int64_t first, vg_diag *diag) {
    int64_t left = x->rows - first, count = left < ppo->def.batch ? left : ppo->def.batch;
    objective o = {ppo, x, ppo->order + first, count, vg_gaussian_of(policy)};
    vg_batch batch = {
        .inputs = x->inputs, .order = ppo->order + first, .count = count, .own = clipped_loss, .context = &o};
    double loss = vg_gradient_run(ppo->workspace, policy, &batch, ppo->gradient);
    if (guide && guide->weight > 0) loss += follow(ppo, policy, guide, at, guide_rows(count));
    if (!isfinite(loss))
        return vg_fail(diag, VG_ERR_POLICY,
                       "the training diverged: the policy's loss is %g; try a smaller "
                       "learning rate",
                       loss);
    vg_adam_step(&ppo->adam, ppo->gradient, vg_network_parameters(policy));
    vg_network_hold_log_std(policy, ppo->def.log_std_least, ppo->def.log_std_most);
    vg_network_pack(policy);
    return VG_OK;
}

vg_err vg_ppo_update(vg_ppo *ppo, vg_network *policy, const vg_rollout_buffer *x, const vg_guide *guide,
                     uint32_t round, double share, vg_policy_change *change, vg_diag *diag) {
    *change = (vg_policy_change){0};
    ppo->adam.def.rate = ppo->def.rate * share;
    for (int64_t epoch = 0; epoch < ppo->def.epochs; epoch++) {
        vg_draw at = {ppo->def.seed, VG_STREAM_SHUFFLE, 1, round, 0, (uint32_t)epoch};
        vg_random_shuffle(at, x->rows, ppo->order);
        for (int64_t first = 0; first < x->rows; first += ppo->def.batch) {
            vg_draw of_step = {ppo->def.seed, VG_STREAM_SHUFFLE, 3, round, 0, (uint32_t)change->steps};
            vg_err err = step(ppo, policy, x, guide, of_step, first, diag);
            if (err) return err;
            change->steps++;
        }
        // The KL is measured by each minibatch before its step (Schulman 2020, "Approximating KL divergence",
        // k3).
        double away = 0, beyond = 0;
        for (int64_t r = 0; r < x->rows; r++) away += ppo->away[r], beyond += ppo->beyond[r];
        change->kl = away / (double)x->rows;
        change->clipped = beyond / (double)x->rows;
        if (ppo->def.kl_stop > 0 && change->kl > ppo->def.kl_stop) break;
    }
    vg_gaussian now = vg_gaussian_of(policy);
    change->entropy = vg_gaussian_entropy(&now);
    return VG_OK;
}
