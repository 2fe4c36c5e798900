// tests/linear_quadratic.h -- a linear system with quadratic cost as an environment, whose best policy is
// known.
//
// A unit mass that is pushed: position and speed, x' = x + h v, v' = v + h u; cost x^2 + 0.1 v^2 + 0.1 u^2
// per action, discounted. Episodes begin in +-1 and never end by themselves.
#ifndef VG_TESTS_LINEAR_QUADRATIC_H
#define VG_TESTS_LINEAR_QUADRATIC_H

#include "agents/rl/environment.h"
#include "sim/base/random.h"

enum { LQ_LANES = 32, LQ_BLOCK = 8 };
static const double LQ_H = 0.2, LQ_Q[2] = {1, 0.1}, LQ_R = 0.1, LQ_DISCOUNT = 0.95;

typedef struct lq_system {
    double state[LQ_LANES][2];
    vg_environment env;
} lq_system;

static inline double lq_step(double state[2], double push) {
    double cost = LQ_Q[0] * state[0] * state[0] + LQ_Q[1] * state[1] * state[1] + LQ_R * push * push;
    state[0] += LQ_H * state[1];
    state[1] += LQ_H * push;
    return cost;
}

static inline vg_err lq_begin(void *context, int64_t block, uint32_t round, float *seen, vg_diag *diag) {
    (void)diag;
    lq_system *lq = context;
    for (int i = 0; i < LQ_BLOCK; i++)
        for (int k = 0; k < 2; k++) {
            vg_draw at = {
                .seed = 1, .entity = (uint32_t)(block * LQ_BLOCK + i), .episode = round, .draw = (uint32_t)k};
            double value = 2 * vg_random_uniform(&at) - 1;
            lq->state[block * LQ_BLOCK + i][k] = value;
            seen[2 * i + k] = (float)value;
        }
    return VG_OK;
}

static inline vg_err lq_act(void *context, int64_t block, const float *actions, vg_step *out, vg_diag *diag) {
    (void)diag;
    lq_system *lq = context;
    for (int i = 0; i < LQ_BLOCK; i++) {
        double *state = lq->state[block * LQ_BLOCK + i];
        out->rewards[i] = (float)-lq_step(state, (double)actions[i]);
        out->ending[i] = VG_ENDING_NONE;
        for (int k = 0; k < 2; k++) out->seen[2 * i + k] = (float)state[k];
    }
    return VG_OK;
}

static inline void lq_open(lq_system *lq) {
    *lq = (lq_system){.env = {.count = LQ_LANES,
                              .block = LQ_BLOCK,
                              .observation = 2,
                              .actions = 1,
                              .context = lq,
                              .begin = lq_begin,
                              .step = lq_act}};
}

// The best gain: push = -gain . state, by iterating the discounted Riccati equation.
static inline void lq_riccati(double gain[2]) {
    double p[2][2] = {{0}};
    const double a[2][2] = {{1, LQ_H}, {0, 1}}, b[2] = {0, LQ_H}, g = LQ_DISCOUNT;
    for (int n = 0; n < 2000; n++) {
        double pa[2][2], pb[2], bpa[2] = {0}, bpb = 0, next[2][2];
        for (int i = 0; i < 2; i++) {
            pb[i] = p[i][0] * b[0] + p[i][1] * b[1];
            for (int j = 0; j < 2; j++) pa[i][j] = p[i][0] * a[0][j] + p[i][1] * a[1][j];
        }
        for (int i = 0; i < 2; i++) bpb += b[i] * pb[i];
        for (int j = 0; j < 2; j++) bpa[j] = b[0] * pa[0][j] + b[1] * pa[1][j];
        for (int j = 0; j < 2; j++) gain[j] = g * bpa[j] / (LQ_R + g * bpb);
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 2; j++)
                next[i][j] = (i == j ? LQ_Q[i] : 0) + g * (a[0][i] * pa[0][j] + a[1][i] * pa[1][j]) -
                             g * bpa[i] * gain[j];
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 2; j++) p[i][j] = next[i][j];
    }
}

// The discounted cost of a policy, mean over a grid of starts.
static inline double lq_cost(double (*push)(const void *policy, const double state[2]), const void *policy) {
    double sum = 0;
    for (int n = 0; n < 81; n++) {
        double state[2] = {(n % 9 - 4) / 4.0, (n / 9 - 4) / 4.0}, weight = 1;
        for (int t = 0; t < 300; t++, weight *= LQ_DISCOUNT)
            sum += weight * lq_step(state, push(policy, state));
    }
    return sum / 81;
}

static inline double lq_best_push(const void *gain, const double state[2]) {
    const double *k = gain;
    return -k[0] * state[0] - k[1] * state[1];
}

#endif
