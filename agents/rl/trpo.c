#include "agents/rl/trpo.h"

#include <math.h>
#include <string.h>

#include "agents/rl/gaussian_policy.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

vg_trpo_def vg_trpo_default(void) {
    return (vg_trpo_def){.kl = 0.01,
                         .damping = 0.1,
                         .conjugate = 10,
                         .backtracks = 10,
                         .fisher_skip = 4,
                         .log_std_least = -4,
                         .log_std_most = 1};
}

vg_err vg_trpo_create(const vg_trpo_def *def, const vg_network *policy, int64_t rows, vg_trpo *out,
                      vg_diag *diag) {
    *out = (vg_trpo){.def = *def, .count = vg_network_count(policy)};
    if (!vg_network_shape_of(policy)->log_std || !(def->kl > 0) || def->conjugate < 1 || def->fisher_skip < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a policy with log_std, a kl above 0 and steps of 1 or more are needed");
    vg_err err = vg_gradient_create(policy, VG_LOSS_OWN, rows, 1, &out->workspace, diag);
    if (!err) err = vg_gradient_create(policy, VG_LOSS_MSE, rows, 1, &out->guide_room, diag);
    if (!err) err = vg_tangent_create(policy, &out->tangent, diag);
    if (!err) {
        out->scratch = vg_new(float, vg_network_scratch(policy, true));
        out->gradient = vg_new(float, 4 * out->count);
        out->step = vg_new(double, 4 * out->count);
        if (!out->scratch || !out->gradient || !out->step) err = vg_fail_memory(diag);
    }
    if (err) {
        vg_trpo_destroy(out);
        return err;
    }
    out->product = out->gradient + out->count, out->direction = out->product + out->count;
    out->old = out->direction + out->count;
    out->residual = out->step + out->count, out->along = out->residual + out->count;
    out->image = out->along + out->count;
    return VG_OK;
}

void vg_trpo_destroy(vg_trpo *trpo) {
    vg_gradient_destroy(trpo->workspace);
    vg_gradient_destroy(trpo->guide_room);
    vg_tangent_destroy(trpo->tangent);
    vg_free(trpo->scratch);
    vg_free(trpo->gradient);
    vg_free(trpo->step);
    *trpo = (vg_trpo){0};
}

// --- the surrogate -----------------------------------------------------------------------------------------

typedef struct surrogate {
    const vg_rollout_buffer *x;
    const vg_guide *guide;
    double entropy;
    vg_gaussian old, now;
    double kl; // mean over the rows, when no gradient is wanted; rows are processed in order
} surrogate;

// Minus the mean of pi(a | s) / pi_old(a | s) A (eq. 14), minus the entropy bonus.
static double surrogate_loss(void *context, const vg_loss_rows *rows) {
    surrogate *o = context;
    const vg_rollout_buffer *x = o->x;
    double share = 1.0 / (double)x->rows, loss = 0;
    for (int32_t i = 0; i < rows->count; i++) {
        int64_t r = rows->begin + i;
        const float *mean = rows->y + i * rows->stride, *action = x->action + r * x->actions;
        double log_ratio = vg_gaussian_log_prob(&o->now, mean, action) - (double)x->log_prob[r];
        double gain = share * vg_exp(log_ratio < 20 ? log_ratio : 20) * (double)x->advantages[r];
        loss -= gain;
        if (rows->deltas)
            vg_gaussian_backward(&o->now, mean, action, -gain, rows->deltas + i * rows->stride,
                                 rows->by_log_std);
        else
            o->kl += share * vg_gaussian_kl(&o->old, x->mean + r * x->actions, &o->now, mean);
    }
    for (int32_t a = 0; a < rows->width; a++) rows->by_log_std[a] -= o->entropy * share * rows->count;
    return loss - o->entropy * share * rows->count * vg_gaussian_entropy(&o->now);
}

static double measure(vg_trpo *t, const vg_network *policy, surrogate *o, float *gradient) {
    o->now = vg_gaussian_of(policy);
    o->kl = 0;
    vg_batch batch = {.inputs = o->x->inputs, .count = o->x->rows, .own = surrogate_loss, .context = o};
    double loss = vg_gradient_run(t->workspace, policy, &batch, gradient);
    if (!o->guide || !(o->guide->weight > 0)) return loss;
    double away = vg_gradient_run(t->guide_room, policy, &o->guide->rows, gradient ? t->product : NULL);
    for (int64_t i = 0; gradient && i < vg_network_weight_count(policy); i++)
        gradient[i] += (float)o->guide->weight * t->product[i];
    return loss + o->guide->weight * away;
}

// --- the Fisher matrix -------------------------------------------------------------------------------------

// KL's Hessian by the mean is 1 / variance, by log_std 2; with the network's Jacobian J: J' diag(1 / var) J.
void vg_trpo_fisher(vg_trpo *t, const vg_network *policy, const vg_rollout_buffer *x, const double *vector,
                    double *product) {
    vg_gaussian g = vg_gaussian_of(policy);
    int64_t weights = vg_network_weight_count(policy), rows = (x->rows - 1) / t->def.fisher_skip + 1;
    int64_t stride = vg_net_stride(x->actions);
    for (int64_t i = 0; i < t->count; i++) t->direction[i] = (float)vector[i];
    vg_tangent_take(t->tangent, policy);
    vg_tangent_aim(t->tangent, t->direction);
    for (int64_t first = 0; first < rows; first += VG_NETWORK_BLOCK) {
        int32_t count = (int32_t)(rows - first < VG_NETWORK_BLOCK ? rows - first : VG_NETWORK_BLOCK);
        float *inputs = vg_network_inputs(policy, t->scratch),
              *deltas = vg_network_deltas(policy, t->scratch);
        for (int32_t i = 0; i < count; i++)
            memcpy(inputs + i * x->stride, x->inputs + (first + i) * t->def.fisher_skip * x->stride,
                   sizeof(float) * (size_t)x->stride);
        vg_network_forward(policy, count, t->scratch);
        const float *moved = vg_tangent_push(t->tangent, count, t->scratch);
        for (int32_t i = 0; i < count; i++)
            for (int32_t a = 0; a < x->actions; a++)
                deltas[i * stride + a] = (float)((double)moved[i * stride + a] * g.inverse[a] / (double)rows);
        vg_network_backward(policy, count, t->scratch, first > 0, t->product);
    }
    for (int64_t i = 0; i < weights; i++) product[i] = (double)t->product[i] + t->def.damping * vector[i];
    for (int64_t i = weights; i < t->count; i++) product[i] = (2 + t->def.damping) * vector[i];
}

static double dot(const double *a, const double *b, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += a[i] * b[i];
    return sum;
}

// step = F^-1 times minus the loss's gradient, by conjugate gradient (Hestenes & Stiefel 1952). Returns the
// number of its steps.
static int64_t solve(vg_trpo *t, const vg_network *policy, const vg_rollout_buffer *x) {
    for (int64_t i = 0; i < t->count; i++) {
        t->step[i] = 0;
        t->residual[i] = t->along[i] = -(double)t->gradient[i];
    }
    double square = dot(t->residual, t->residual, t->count), begin = square;
    int64_t n = 0;
    for (; n < t->def.conjugate && square > 1e-10 * begin; n++) {
        vg_trpo_fisher(t, policy, x, t->along, t->image);
        double far = square / dot(t->along, t->image, t->count);
        for (int64_t i = 0; i < t->count; i++) {
            t->step[i] += far * t->along[i];
            t->residual[i] -= far * t->image[i];
        }
        double next = dot(t->residual, t->residual, t->count);
        for (int64_t i = 0; i < t->count; i++) t->along[i] = t->residual[i] + next / square * t->along[i];
        square = next;
    }
    return n;
}

static void move(vg_trpo *t, vg_network *policy, double scale) {
    float *parameters = vg_network_parameters(policy);
    for (int64_t i = 0; i < t->count; i++) parameters[i] = (float)((double)t->old[i] + scale * t->step[i]);
    vg_network_hold_log_std(policy, t->def.log_std_least, t->def.log_std_most);
    vg_network_pack(policy);
}

vg_err vg_trpo_update(vg_trpo *t, vg_network *policy, const vg_rollout_buffer *x, const vg_guide *guide,
                      vg_policy_change *change, vg_diag *diag) {
    surrogate o = {.x = x, .guide = guide, .entropy = t->def.entropy, .old = vg_gaussian_of(policy)};
    *change = (vg_policy_change){0};
    double before = measure(t, policy, &o, t->gradient);
    if (!isfinite(before))
        return vg_fail(diag, VG_ERR_POLICY, "the training diverged: the surrogate is %g", before);
    memcpy(t->old, vg_network_read(policy), sizeof(float) * (size_t)t->count);
    change->steps = solve(t, policy, x);
    vg_trpo_fisher(t, policy, x, t->step, t->image);
    double curve = dot(t->step, t->image, t->count); // s' F s: the KL is half of it
    double scale = curve > 0 ? sqrt(2 * t->def.kl / curve) : 0;
    bool served = false;
    for (int64_t i = 0; i <= t->def.backtracks && scale > 0 && !served; i++, scale *= 0.5) {
        move(t, policy, scale);
        double after = measure(t, policy, &o, NULL);
        served = after < before && o.kl <= t->def.kl;
        change->surrogate = before - after;
        change->kl = o.kl;
    }
    if (!served) {
        move(t, policy, 0);
        change->surrogate = change->kl = 0;
    }
    vg_gaussian now = vg_gaussian_of(policy);
    change->entropy = vg_gaussian_entropy(&now);
    return VG_OK;
}
