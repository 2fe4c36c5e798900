#include "agents/rl/actor_critic.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "agents/rl/gaussian_policy.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/linear_quadratic.h"
#include "tests/scratch.h"

static vg_diag diag;

// A learner on the linear system.
typedef struct made {
    lq_system lq;
    vg_network *policy;
    vg_actor_critic r;
    float *scratch;
} made;

static const float mean[] = {0, 0}, scale[] = {1, 1};

static void make(made *m, int32_t update, int32_t threads, int64_t rounds) {
    vg_actor_critic_def def = {.scaler = {mean, scale, 10}, .seed = 1, .threads = threads};
    def.config = (vg_actor_critic_config){.algorithm = update,
                                          .rounds = rounds,
                                          .n_steps = 60,
                                          .gamma = LQ_DISCOUNT,
                                          .gae_lambda = 0.95,
                                          .ppo.learning_rate = 0.003,
                                          .critic.learning_rate = 0.003,
                                          .anneal_learning_rate = true,
                                          .ppo.n_epochs = 8,
                                          .ppo.batch_size = 192,
                                          .ppo.clip_range = 0.2,
                                          .ppo.target_kl = 0.05,
                                          .trpo.max_kl = 0.02,
                                          .max_grad_norm = 0.5,
                                          .action_std_init = 0.4,
                                          .action_std_min = 0.1,
                                          .normalize_reward = true,
                                          .normalize_advantage = true};
    lq_open(&m->lq);
    def.env = &m->lq.env;
    vg_mlp_def shape = {.inputs = 2,
                        .outputs = 1,
                        .hidden = {24, 24},
                        .hidden_count = 2,
                        .activation = VG_ACTIVATION_TANH,
                        .log_std = true};
    ck_ok(vg_mlp_create(&shape, &m->policy, &diag));
    vg_network_init(m->policy, 1);
    m->scratch = vg_new(float, vg_network_scratch(m->policy, false));
    ck_ok(vg_actor_critic_create(&def, m->policy, &m->r, &diag));
}

static void free_made(made *m) {
    vg_actor_critic_destroy(&m->r);
    vg_network_destroy(m->policy);
    vg_free(m->scratch);
}

static double push(const void *context, const double state[2]) {
    const made *m = context;
    for (int k = 0; k < 2; k++) vg_network_inputs(m->policy, m->scratch)[k] = (float)state[k];
    vg_network_forward(m->policy, 1, m->scratch);
    return (double)vg_network_outputs(m->policy, m->scratch)[0];
}

static void learn(made *m, int64_t rounds) {
    for (int64_t i = 0; i < rounds; i++) {
        vg_actor_critic_round round;
        ck_ok(vg_actor_critic_drive(&m->r, &diag));
        ck_ok(vg_actor_critic_learn(&m->r, 0, &round, &diag));
    }
}

static uint64_t hash_of(const made *m) {
    uint64_t hash = vg_hash_float(0, vg_network_read(m->policy), vg_network_count(m->policy));
    return vg_hash_float(hash, vg_network_read(m->r.critic.value), vg_network_count(m->r.critic.value));
}

static void finds_the_optimum(int32_t update) {
    made m;
    double gain[2];
    lq_riccati(gain);
    make(&m, update, 1, 200);
    double best = lq_cost(lq_best_push, gain), before = lq_cost(push, &m);
    learn(&m, 200);
    double after = lq_cost(push, &m);
    ck_assert_msg(after < 1.05 * best, "cost %g, Riccati's %g, at first %g", after, best, before);
    ck_assert(before > 2 * best && after > 0.999 * best);
    free_made(&m);
}

// Within 5 % of the cost of the Riccati equation's solution.
START_TEST(ppo_finds_the_optimum) {
    ck_long();
    finds_the_optimum(0);
}
END_TEST
START_TEST(trpo_finds_the_optimum) {
    ck_long();
    finds_the_optimum(1);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    for (int32_t update = 0; update <= 1; update++)
        for (int32_t threads = 1; threads <= 3; threads++) {
            made m;
            make(&m, update, threads, 4);
            learn(&m, 2);
            ck_golden(update ? "actor_critic/trpo" : "actor_critic/ppo", hash_of(&m));
            free_made(&m);
        }
}
END_TEST

START_TEST(same_bits_at_any_level) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        for (int32_t update = 0; update <= 1; update++) {
            made m;
            make(&m, update, 1, 4);
            learn(&m, 1);
            ck_golden(update ? "actor_critic/trpo-short" : "actor_critic/ppo-short", hash_of(&m));
            free_made(&m);
        }
    }
}
END_TEST

// The listed state is all that a round needs of the rounds before it.
START_TEST(goes_on_from_what_it_keeps) {
    for (int32_t update = 0; update <= 1; update++) {
        made whole, first, second;
        const char *path = scratch("reinforce.checkpoint");
        make(&whole, update, 1, 6), make(&first, update, 1, 6), make(&second, update, 2, 6);
        learn(&whole, 5);
        learn(&first, 2);
        vg_checkpoint kept = {0}, again = {0};
        vg_actor_critic_state(&first.r, &kept);
        ck_ok(vg_checkpoint_write(&kept, path, "test", 7, &diag));
        vg_actor_critic_state(&second.r, &again);
        ck_ok(vg_checkpoint_read(&again, path, "test", 7, &diag));
        vg_network_pack(second.policy), vg_network_pack(second.r.critic.value);
        learn(&second, 3);
        ck_assert(hash_of(&whole) == hash_of(&second));
        ck_fails(vg_checkpoint_read(&again, path, "test", 8, &diag), VG_ERR_MISMATCH, "another training");
        free_made(&whole), free_made(&first), free_made(&second);
        unlink(path);
    }
}
END_TEST

CK_MAIN("reinforce", ppo_finds_the_optimum, trpo_finds_the_optimum, same_bits_at_any_thread_count,
        same_bits_at_any_level, goes_on_from_what_it_keeps)
