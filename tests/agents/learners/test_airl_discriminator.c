#include "agents/learners/airl_discriminator.h"

#include <math.h>
#include <string.h>

#include "agents/irl/planning.h"
#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

// --- rows at random ----------------------------------------------------------------------------------------

enum { G_INPUTS = 4, H_INPUTS = 3, BATCH = 24 };

typedef struct rows {
    float g[BATCH * 16], h[BATCH * 16], next[BATCH * 16], goes_on[BATCH], log_prob[BATCH];
    vg_airl_side side;
} rows;

static void draw(rows *r, uint64_t seed) {
    int64_t g = vg_net_stride(G_INPUTS), h = vg_net_stride(H_INPUTS);
    *r = (rows){0};
    ck_assert(g <= 16 && h <= 16);
    for (uint32_t i = 0; i < BATCH; i++) {
        double normal[2];
        for (uint32_t k = 0; k < G_INPUTS; k++) {
            vg_random_normal2(&(vg_draw){.seed = seed, .entity = i, .step = k}, normal);
            r->g[i * g + k] = (float)normal[0];
            if (k < H_INPUTS) r->h[i * h + k] = (float)normal[0], r->next[i * h + k] = (float)normal[1];
        }
        r->goes_on[i] = i % 4 ? 1 : 0;
        r->log_prob[i] = (float)normal[1];
    }
    r->side = (vg_airl_side){r->g, r->h, r->next, r->goes_on, r->log_prob, BATCH};
}

static vg_airl_discriminator *make(double penalty, int32_t threads) {
    vg_airl_discriminator_def def = vg_airl_discriminator_default();
    vg_airl_discriminator *d;
    def.g.inputs = G_INPUTS, def.g.hidden_count = 1, def.g.hidden[0] = 7;
    def.h.inputs = H_INPUTS, def.h.hidden_count = 1, def.h.hidden[0] = 6;
    def.batch = BATCH, def.penalty = penalty, def.seed = 3, def.threads = threads, def.discount = 0.9;
    ck_ok(vg_airl_discriminator_create(&def, &d, &diag));
    return d;
}

// The whole loss against finite differences, by the parameters of both networks.
START_TEST(differentiates_its_loss) {
    rows expert, learner;
    draw(&expert, 1), draw(&learner, 2);
    for (int k = 0; k < 2; k++) {
        vg_airl_discriminator *d = make(k ? 0.7 : 0, 1);
        float gradient[2][128], scrap[2][128];
        vg_airl_discriminator_loss(d, &expert.side, &learner.side, gradient[0], gradient[1]);
        for (int of_h = 0; of_h < 2; of_h++) {
            int64_t count;
            float *p = vg_airl_discriminator_parameters(d, of_h, &count);
            double worst = 0, length = 0;
            for (int64_t i = 0; i < count; i++) {
                float kept = p[i], step = 1.0f / 256;
                double value[2];
                for (int side = 0; side < 2; side++) {
                    p[i] = kept + (side ? step : -step);
                    vg_airl_discriminator_restored(d);
                    value[side] =
                        vg_airl_discriminator_loss(d, &expert.side, &learner.side, scrap[0], scrap[1]);
                }
                p[i] = kept;
                vg_airl_discriminator_restored(d);
                worst =
                    fmax(worst, fabs((value[1] - value[0]) / (2 * (double)step) - (double)gradient[of_h][i]));
                length = fmax(length, fabs((double)gradient[of_h][i]));
            }
            ck_assert_msg(worst < 0.002 * (1 + length) && length > 0.01, "of h %d: off by %g of %g", of_h,
                          worst, length);
        }
        vg_airl_discriminator_destroy(d);
    }
}
END_TEST

// f is g + gamma h(s') - h(s), without h(s') at an end.
START_TEST(judges_by_g_and_a_potential_that_is_0_at_the_end) {
    rows r;
    vg_airl_discriminator *d = make(0, 1);
    float f[BATCH], moved[BATCH];
    draw(&r, 4);
    vg_airl_discriminator_judge(d, &r.side, f);
    int64_t count;
    float *h = vg_airl_discriminator_parameters(d, true, &count);
    h[count - 1] += 2; // the bias: h is 2 more everywhere
    vg_airl_discriminator_restored(d);
    vg_airl_discriminator_judge(d, &r.side, moved);
    for (int i = 0; i < BATCH; i++)
        ck_assert_double_eq_tol((double)(moved[i] - f[i]), i % 4 ? 0.9 * 2 - 2 : -2, 1e-5);
    vg_airl_discriminator_destroy(d);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    rows expert, learner;
    float first[BATCH], f[BATCH];
    draw(&expert, 1), draw(&learner, 2);
    for (int32_t threads = 1; threads <= 3; threads++) {
        vg_airl_discriminator *d = make(0.1, threads);
        vg_discriminator_step out;
        for (uint32_t i = 0; i < 20; i++)
            ck_ok(vg_airl_discriminator_learn(d, &expert.side, &learner.side, 0, i, &out, &diag));
        vg_airl_discriminator_judge(d, &expert.side, threads == 1 ? first : f);
        if (threads > 1) ck_assert_mem_eq(f, first, sizeof f);
        vg_airl_discriminator_destroy(d);
    }
}
END_TEST

START_TEST(refuses_what_is_out_of_range) {
    vg_airl_discriminator_def def = vg_airl_discriminator_default();
    vg_airl_discriminator *d;
    def.g.inputs = 2, def.h.inputs = 2, def.discount = 1;
    ck_fails(vg_airl_discriminator_create(&def, &d, &diag), VG_ERR_ARGUMENT, "a discount of 1");
    def.discount = 0.9, def.label = 0.3;
    ck_fails(vg_airl_discriminator_create(&def, &d, &diag), VG_ERR_ARGUMENT, "a label in [0.5, 1]");
    def.label = 1, def.penalty = 1, def.h.hidden_count = 0;
    ck_assert(vg_airl_discriminator_create(&def, &d, &diag) == VG_ERR_ARGUMENT && !d);
    def.h.hidden_count = 2;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_airl_discriminator_create(&def, &d, &diag);
        ck_assert(!turn.err == !!d);
        vg_airl_discriminator_destroy(d);
    }
}
END_TEST

// --- a table ----------------------------------------------------------------------------------------------

enum { STATES = 7, ACTIONS = 3, ROWS = 40000, ROUNDS = 60, STEPS = 40 };
static const double GAMMA = 0.9, reward[STATES + 1] = {-0.8, -2.2, -1, -0.2, -1.5, -0.5, -1.8, 0};

// A ring of states: left, stay, right. With an end, `right` of the last state leads to it.
static void make_ring(vg_mdp *mdp, bool ends) {
    ck_ok(vg_mdp_begin(mdp, STATES + ends, ACTIONS, GAMMA, &diag));
    for (int s = 0; s < STATES; s++)
        for (int a = 0; a < ACTIONS; a++) {
            bool out = ends && s == STATES - 1 && a == 2;
            ck_ok(vg_mdp_add(mdp, out ? STATES : (s + a - 1 + STATES) % STATES, 1, &diag));
            vg_mdp_end_pair(mdp);
        }
    for (int a = 0; a < ACTIONS && ends; a++) vg_mdp_end_pair(mdp);
    if (ends) mdp->start[STATES] = 0;
    for (int s = 0; s < STATES; s++) mdp->start[s] = 1.0 / STATES;
    ck_ok(vg_mdp_check(mdp, &diag));
}

// Transitions of one driver of the table, as often as it makes them.
typedef struct drive {
    float *g, *next, *goes_on, *log_prob;
    vg_airl_side side;
} drive;

static void make_drive(drive *d) {
    int64_t stride = vg_net_stride(STATES);
    d->g = vg_new(float, ROWS *stride), d->next = vg_new(float, ROWS *stride);
    d->goes_on = vg_new(float, ROWS), d->log_prob = vg_new(float, ROWS);
    d->side = (vg_airl_side){d->g, d->g, d->next, d->goes_on, d->log_prob, 0};
}

static void free_drive(drive *d) {
    vg_free(d->g), vg_free(d->next), vg_free(d->goes_on), vg_free(d->log_prob);
}

static void fill(drive *d, const vg_mdp *mdp, const double *policy, const double *present) {
    double occupancy[STATES + 1], total = 0;
    int64_t stride = vg_net_stride(STATES), count = 0;
    ck_ok(vg_mdp_occupancy(mdp, policy, NULL, 1e-9, occupancy, &diag));
    for (int s = 0; s < STATES; s++) total += occupancy[s];
    memset(d->g, 0, sizeof(float) * (size_t)(ROWS * stride));
    memset(d->next, 0, sizeof(float) * (size_t)(ROWS * stride));
    for (int s = 0; s < STATES; s++)
        for (int a = 0; a < ACTIONS; a++) {
            double p = policy[s * ACTIONS + a];
            int32_t next = mdp->next[mdp->first[s * ACTIONS + a]];
            for (int64_t n = (int64_t)(ROWS * p * occupancy[s] / total); n > 0; n--, count++) {
                d->g[count * stride + s] = 1;
                if (next < STATES) d->next[count * stride + next] = 1;
                d->goes_on[count] = next < STATES;
                d->log_prob[count] = (float)log(present[s * ACTIONS + a]);
            }
        }
    d->side.count = count;
}

// g of every state: linear in one number a state.
static void read_table(vg_airl_discriminator *d, double *table) {
    int64_t count;
    const float *p = vg_airl_discriminator_parameters(d, false, &count);
    for (int s = 0; s < STATES; s++) table[s] = (double)p[s] + (double)p[count - 1];
}

// The whole of AIRL on a table: the learner begins at random, and is always the (soft) best for a reward that
// follows the learned one in small steps, as a policy does: with whole steps both go in circles. table: g at
// the end, as the mean of the last half of the rounds.
static void learn_table(bool ends, double *table) {
    vg_mdp mdp = {0};
    double values[STATES + 1] = {0}, expert[(STATES + 1) * ACTIONS], policy[(STATES + 1) * ACTIONS];
    drive driven, shown;
    vg_airl_discriminator *d;
    vg_airl_discriminator_def def = vg_airl_discriminator_default();
    def.g.inputs = def.h.inputs = STATES, def.g.hidden_count = def.h.hidden_count = 0;
    def.discount = GAMMA, def.batch = 1024, def.label = 1, def.rate = 0.02, def.threads = 1;
    memset(table, 0, sizeof(double) * STATES);
    make_ring(&mdp, ends);
    make_drive(&driven), make_drive(&shown);
    ck_ok(vg_airl_discriminator_create(&def, &d, &diag));
    ck_ok(vg_mdp_soft_values(&mdp, reward, VG_BACKUP_CAUSAL, 1e-10, values, expert, &diag));
    double learned[STATES + 1] = {0};
    for (uint32_t round = 0; round < ROUNDS; round++) {
        memset(values, 0, sizeof values);
        ck_ok(vg_mdp_soft_values(&mdp, learned, VG_BACKUP_CAUSAL, 1e-10, values, policy, &diag));
        fill(&driven, &mdp, policy, policy), fill(&shown, &mdp, expert, policy);
        vg_discriminator_step out;
        for (uint32_t i = 0; i < STEPS; i++)
            ck_ok(vg_airl_discriminator_learn(d, &shown.side, &driven.side, round, i, &out, &diag));
        double now[STATES];
        read_table(d, now);
        for (int s = 0; s < STATES; s++) {
            learned[s] += 0.2 * (now[s] - learned[s]);
            if (round >= ROUNDS / 2) table[s] += now[s] / (ROUNDS / 2);
        }
    }
    vg_airl_discriminator_destroy(d);
    free_drive(&driven), free_drive(&shown);
    vg_mdp_destroy(&mdp);
}

// Moves that never end leave a constant open; the rest is the reward.
START_TEST(finds_the_reward_of_a_table_up_to_a_constant) {
    ck_long();
    double table[STATES], constant = 0;
    learn_table(false, table);
    for (int s = 0; s < STATES; s++) constant += (table[s] - reward[s]) / STATES;
    for (int s = 0; s < STATES; s++)
        ck_assert_msg(fabs(table[s] - reward[s] - constant) < 0.03, "g(%d) = %g, reward %g, constant %g", s,
                      table[s], reward[s], constant);
}
END_TEST

// Where episodes end the potential is fixed there, and so is the constant: it is 0.
START_TEST(finds_the_reward_itself_where_episodes_end) {
    ck_long();
    double table[STATES];
    learn_table(true, table);
    for (int s = 0; s < STATES; s++)
        ck_assert_msg(fabs(table[s] - reward[s]) < 0.03, "g(%d) = %g, reward %g", s, table[s], reward[s]);
}
END_TEST

CK_MAIN("airl_discriminator", differentiates_its_loss, judges_by_g_and_a_potential_that_is_0_at_the_end,
        same_bits_at_any_thread_count, refuses_what_is_out_of_range,
        finds_the_reward_of_a_table_up_to_a_constant, finds_the_reward_itself_where_episodes_end)
