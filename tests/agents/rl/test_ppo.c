#include "agents/rl/ppo.h"

#include <math.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "agents/rl/gaussian_policy.h"
#include "agents/rl/trpo.h"
#include "sim/base/memory.h"
#include "tests/check.h"

static vg_diag diag;

enum { LANES = 3, STEPS = 30, SEEN = 3, ACTIONS = 2, ROWS = LANES * STEPS };

static float draw(uint32_t entity, uint32_t step) {
    return (float)(2 * vg_random_uniform(&(vg_draw){.seed = 5, .entity = entity, .step = step}) - 1);
}

static vg_network *make_policy(void) {
    vg_mlp_def def = {.inputs = SEEN,
                      .outputs = ACTIONS,
                      .hidden = {7},
                      .hidden_count = 1,
                      .activation = VG_ACTIVATION_TANH,
                      .log_std = true};
    vg_network *policy;
    ck_ok(vg_mlp_create(&def, &policy, &diag));
    vg_network_init(policy, 1);
    return policy;
}

// Rows as if driven by the policy, but with probabilities that differ by `apart`, up and down; some beyond
// any clip.
static vg_rollout_buffer make_rows(const vg_network *policy, double apart) {
    vg_environment env = {.count = LANES, .block = 1, .observation = SEEN, .actions = ACTIONS};
    vg_rollout_buffer x;
    ck_ok(vg_rollout_buffer_create(&env, STEPS, &x, &diag));
    float *scratch = vg_new(float, vg_network_scratch(policy, false));
    vg_gaussian g = vg_gaussian_of(policy);
    for (int64_t r = 0; r < ROWS; r++) {
        for (uint32_t i = 0; i < SEEN; i++) x.inputs[r * x.stride + i] = draw(1, (uint32_t)r * SEEN + i);
        memcpy(vg_network_inputs(policy, scratch), x.inputs + r * x.stride, sizeof(float) * (size_t)x.stride);
        vg_network_forward(policy, 1, scratch);
        memcpy(x.mean + r * ACTIONS, vg_network_outputs(policy, scratch), sizeof(float) * ACTIONS);
        vg_gaussian_sample(&g, x.mean + r * ACTIONS, (vg_draw){.seed = 8, .step = (uint32_t)r},
                           x.action + r * ACTIONS);
        x.log_prob[r] = (float)(vg_gaussian_log_prob(&g, x.mean + r * ACTIONS, x.action + r * ACTIONS) +
                                apart * (double)draw(2, (uint32_t)r));
        x.advantages[r] = draw(3, (uint32_t)r);
    }
    vg_free(scratch);
    return x;
}

// The loss of PPO (clip > 0) or of TRPO's surrogate, in double: eq. 7 with the entropy bonus.
static double plain(const vg_network *policy, const double *p, const vg_rollout_buffer *x, double clip,
                    double entropy) {
    double loss = 0;
    const double *bias = p + 7 * SEEN, *head = bias + 7, *head_bias = head + 7 * ACTIONS,
                 *log_std = head_bias + ACTIONS;
    ck_assert_int_eq(vg_network_count(policy), 7 * SEEN + 7 + 7 * ACTIONS + 2 * ACTIONS);
    for (int64_t r = 0; r < ROWS; r++) {
        double hidden[7], log_prob = 0;
        for (int o = 0; o < 7; o++) {
            double sum = bias[o];
            for (int i = 0; i < SEEN; i++) sum += p[o * SEEN + i] * (double)x->inputs[r * x->stride + i];
            hidden[o] = tanh(sum);
        }
        for (int a = 0; a < ACTIONS; a++) {
            double mean = head_bias[a];
            for (int o = 0; o < 7; o++) mean += head[a * 7 + o] * hidden[o];
            double away = ((double)x->action[r * ACTIONS + a] - mean) / exp(log_std[a]);
            log_prob -= 0.5 * away * away + log_std[a] + 0.5 * log(2 * M_PI);
            loss -= entropy * (log_std[a] + 0.5 * log(2 * M_PI * M_E)) / ROWS;
        }
        double ratio = exp(log_prob - (double)x->log_prob[r]), advantage = (double)x->advantages[r];
        double cut = fmin(fmax(ratio, 1 - clip), 1 + clip);
        loss -= (clip > 0 ? fmin(ratio * advantage, cut * advantage) : ratio * advantage) / ROWS;
    }
    return loss;
}

static void compare(const vg_network *policy, const double *parameters, const vg_rollout_buffer *x,
                    double clip, double entropy, const float *gradient) {
    int64_t count = vg_network_count(policy);
    double *moved = vg_new(double, count), step = 1e-6;
    memcpy(moved, parameters, sizeof(double) * (size_t)count);
    for (int64_t i = 0; i < count; i++) {
        moved[i] = parameters[i] + step;
        double up = plain(policy, moved, x, clip, entropy);
        moved[i] = parameters[i] - step;
        double slope = (up - plain(policy, moved, x, clip, entropy)) / (2 * step);
        moved[i] = parameters[i];
        ck_assert_msg(fabs(slope - (double)gradient[i]) < 2e-5 * (1 + fabs(slope)),
                      "parameter %d: %g, by differences %g", (int)i, (double)gradient[i], slope);
    }
    vg_free(moved);
}

START_TEST(differentiates_the_clipped_objective) {
    vg_network *policy = make_policy();
    vg_rollout_buffer x = make_rows(policy, 0.6);
    int64_t count = vg_network_count(policy);
    double *parameters = vg_new(double, count);
    for (int64_t i = 0; i < count; i++) parameters[i] = (double)vg_network_read(policy)[i];
    vg_ppo_def def = vg_ppo_default();
    def.epochs = 1, def.batch = ROWS, def.entropy = 0.3;
    vg_ppo ppo;
    vg_policy_change change;
    ck_ok(vg_ppo_create(&def, policy, ROWS, &ppo, &diag));
    int64_t allocations = vg_memory_count();
    ck_ok(vg_ppo_update(&ppo, policy, &x, NULL, 0, 1, &change, &diag));
    ck_assert(vg_memory_count() == allocations);
    ck_assert(change.clipped > 0.1 && change.clipped < 0.9);
    compare(policy, parameters, &x, def.clip, def.entropy, ppo.gradient);
    vg_ppo_destroy(&ppo);
    vg_rollout_buffer_destroy(&x);
    vg_network_destroy(policy);
    vg_free(parameters);
}
END_TEST

START_TEST(differentiates_trpos_surrogate) {
    vg_network *policy = make_policy();
    vg_rollout_buffer x = make_rows(policy, 0.6);
    int64_t count = vg_network_count(policy);
    double *parameters = vg_new(double, count);
    for (int64_t i = 0; i < count; i++) parameters[i] = (double)vg_network_read(policy)[i];
    vg_trpo_def def = vg_trpo_default();
    def.entropy = 0.3;
    vg_trpo trpo;
    vg_policy_change change;
    ck_ok(vg_trpo_create(&def, policy, ROWS, &trpo, &diag));
    ck_ok(vg_trpo_update(&trpo, policy, &x, NULL, &change, &diag));
    compare(policy, parameters, &x, 0, def.entropy, trpo.gradient);
    ck_assert(change.surrogate > 0 && change.kl > 0 && change.kl <= def.kl);
    vg_trpo_destroy(&trpo);
    vg_rollout_buffer_destroy(&x);
    vg_network_destroy(policy);
    vg_free(parameters);
}
END_TEST

// The curvature of few rows, and a step so large that the KL is no parabola: the first length is beyond the
// trust region, and is halved until it is within.
START_TEST(trpo_stays_within_its_region) {
    for (int skip = 1; skip <= 45; skip += 11) {
        vg_network *policy = make_policy();
        vg_rollout_buffer x = make_rows(policy, 0);
        vg_trpo_def def = vg_trpo_default();
        def.kl = 0.5, def.fisher_skip = skip, def.damping = 1e-3;
        vg_trpo trpo;
        vg_policy_change change;
        ck_ok(vg_trpo_create(&def, policy, ROWS, &trpo, &diag));
        ck_ok(vg_trpo_update(&trpo, policy, &x, NULL, &change, &diag));
        ck_assert_msg(change.kl <= def.kl, "every %d-th row: KL %g", skip, change.kl);
        ck_assert(change.kl > 0 && change.surrogate > 0);
        vg_trpo_destroy(&trpo);
        vg_rollout_buffer_destroy(&x);
        vg_network_destroy(policy);
    }
}
END_TEST

// v' F v is twice the KL that a small step along v makes, over its square; and F is symmetric.
START_TEST(multiplies_by_the_fisher_matrix) {
    vg_network *policy = make_policy(), *moved = make_policy();
    vg_rollout_buffer x = make_rows(policy, 0);
    int64_t count = vg_network_count(policy);
    double *u = vg_new(double, count), *v = vg_new(double, count), *fu = vg_new(double, count),
           *fv = vg_new(double, count);
    vg_trpo_def def = vg_trpo_default();
    def.damping = 0, def.fisher_skip = 1;
    vg_trpo trpo;
    ck_ok(vg_trpo_create(&def, policy, ROWS, &trpo, &diag));
    double step = 1.0 / 256, kl = 0, vfv = 0, ufv = 0, vfu = 0;
    for (int64_t i = 0; i < count; i++) {
        u[i] = (double)draw(6, (uint32_t)i), v[i] = (double)draw(7, (uint32_t)i);
        vg_network_parameters(moved)[i] += (float)(step * v[i]);
    }
    vg_network_pack(moved);
    vg_trpo_fisher(&trpo, policy, &x, u, fu);
    vg_trpo_fisher(&trpo, policy, &x, v, fv);
    for (int64_t i = 0; i < count; i++) vfv += v[i] * fv[i], ufv += u[i] * fv[i], vfu += v[i] * fu[i];
    float *scratch = vg_new(float, vg_network_scratch(policy, false));
    vg_gaussian old = vg_gaussian_of(policy), now = vg_gaussian_of(moved);
    for (int64_t r = 0; r < ROWS; r++) {
        memcpy(vg_network_inputs(moved, scratch), x.inputs + r * x.stride, sizeof(float) * (size_t)x.stride);
        vg_network_forward(moved, 1, scratch);
        kl += vg_gaussian_kl(&old, x.mean + r * ACTIONS, &now, vg_network_outputs(moved, scratch)) / ROWS;
    }
    ck_assert_double_eq_tol(2 * kl / (step * step), vfv, 0.03 * vfv);
    ck_assert_double_eq_tol(ufv, vfu, 1e-4 * vfv);
    vg_trpo_destroy(&trpo);
    vg_rollout_buffer_destroy(&x);
    vg_network_destroy(policy), vg_network_destroy(moved);
    vg_free(u), vg_free(v), vg_free(fu), vg_free(fv), vg_free(scratch);
}
END_TEST

// If there is nothing to gain, both only keep near the guide.
START_TEST(follows_a_guide) {
    for (int trust = 0; trust <= 1; trust++) {
        vg_network *policy = make_policy();
        vg_rollout_buffer x = make_rows(policy, 0);
        memset(x.advantages, 0, sizeof(float) * ROWS);
        float *targets = vg_new(float, ROWS *ACTIONS);
        for (int i = 0; i < ROWS * ACTIONS; i++) targets[i] = x.mean[i] + 0.3f;
        vg_guide guide = {{.inputs = x.inputs, .targets = targets, .count = ROWS}, 1};
        vg_gradient *room;
        ck_ok(vg_gradient_create(policy, VG_LOSS_MSE, ROWS, 1, &room, &diag));
        double before = vg_gradient_run(room, policy, &guide.rows, NULL);
        vg_ppo_def def = vg_ppo_default();
        vg_ppo ppo;
        vg_trpo_def region = vg_trpo_default();
        vg_trpo trpo;
        vg_policy_change change;
        ck_ok(vg_ppo_create(&def, policy, ROWS, &ppo, &diag));
        ck_ok(vg_trpo_create(&region, policy, ROWS, &trpo, &diag));
        if (trust)
            ck_ok(vg_trpo_update(&trpo, policy, &x, &guide, &change, &diag));
        else
            ck_ok(vg_ppo_update(&ppo, policy, &x, &guide, 0, 1, &change, &diag));
        double after = vg_gradient_run(room, policy, &guide.rows, NULL);
        ck_assert_msg(after < 0.95 * before, "trust region %d: error %g, before %g", trust, after, before);
        vg_ppo_destroy(&ppo), vg_trpo_destroy(&trpo);
        vg_gradient_destroy(room);
        vg_rollout_buffer_destroy(&x);
        vg_network_destroy(policy);
        vg_free(targets);
    }
}
END_TEST

CK_MAIN("ppo", differentiates_the_clipped_objective, differentiates_trpos_surrogate,
        trpo_stays_within_its_region, multiplies_by_the_fisher_matrix, follows_a_guide)
