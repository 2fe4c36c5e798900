#include "agents/rl/gaussian_policy.h"

#include "sim/base/exact.h"

static const double HALF_LOG_TAU = 0.9189385332046727; // log(2 pi) / 2

vg_gaussian vg_gaussian_of(const vg_network *net) {
    vg_gaussian g = {.count = vg_network_shape_of(net)->outputs};
    const float *log_std = vg_network_read(net) + vg_network_weight_count(net);
    for (int32_t i = 0; i < g.count; i++) {
        g.log_std[i] = (double)log_std[i];
        g.std[i] = vg_exp(g.log_std[i]);
        g.inverse[i] = vg_exp(-2 * g.log_std[i]);
        g.constant += g.log_std[i] + HALF_LOG_TAU;
    }
    return g;
}

double vg_gaussian_log_prob(const vg_gaussian *g, const float *mean, const float *action) {
    double sum = 0;
    for (int32_t i = 0; i < g->count; i++) {
        double away = (double)action[i] - (double)mean[i];
        sum += away * away * g->inverse[i];
    }
    return -0.5 * sum - g->constant;
}

typedef struct asking {
    vg_gaussian gaussian;
    const float *actions;
    float *out;
} asking;

static double ask(void *context, const vg_loss_rows *rows) {
    const asking *a = context;
    for (int32_t i = 0; i < rows->count; i++)
        a->out[rows->begin + i] = (float)vg_gaussian_log_prob(
            &a->gaussian, rows->y + i * rows->stride, a->actions + (rows->begin + i) * a->gaussian.count);
    return 0;
}

void vg_gaussian_log_probs(vg_gradient *workspace, const vg_network *net, const float *inputs,
                           const float *actions, int64_t count, float *out) {
    asking a = {vg_gaussian_of(net), actions, out};
    vg_batch batch = {.inputs = inputs, .count = count, .own = ask, .context = &a};
    (void)vg_gradient_run(workspace, net, &batch, NULL);
}

double vg_gaussian_entropy(const vg_gaussian *g) { return g->constant + 0.5 * g->count; }

double vg_gaussian_kl(const vg_gaussian *old, const float *old_mean, const vg_gaussian *now,
                      const float *mean) {
    double sum = 0;
    for (int32_t i = 0; i < old->count; i++) {
        double away = (double)old_mean[i] - (double)mean[i];
        sum += now->log_std[i] - old->log_std[i] - 0.5 +
               0.5 * now->inverse[i] * (old->std[i] * old->std[i] + away * away);
    }
    return sum;
}

void vg_gaussian_sample(const vg_gaussian *g, const float *mean, vg_draw at, float *action) {
    double normal[2] = {0};
    for (int32_t i = 0; i < g->count; i++) {
        if (i % 2 == 0) vg_random_normal2(&at, normal), at.draw++;
        action[i] = (float)((double)mean[i] + g->std[i] * normal[i % 2]);
    }
}

void vg_gaussian_backward(const vg_gaussian *g, const float *mean, const float *action, double weight,
                          float *by_mean, double *by_log_std) {
    for (int32_t i = 0; i < g->count; i++) {
        double away = (double)action[i] - (double)mean[i];
        by_mean[i] = (float)(weight * away * g->inverse[i]);
        if (by_log_std) by_log_std[i] += weight * (away * away * g->inverse[i] - 1);
    }
}

void vg_gaussian_set(vg_network *net, double log_std) { vg_network_hold_log_std(net, log_std, log_std); }
