// tests/agents/learners/soft_q_case.h -- what SQIL and IQ-Learn are held to alike: the slopes of their
// losses, and a small training.
#ifndef VG_TESTS_AGENTS_LEARNERS_SOFT_Q_CASE_H
#define VG_TESTS_AGENTS_LEARNERS_SOFT_Q_CASE_H

#include <math.h>

#include "agents/learners/soft_q_learner.h"
#include "agents/nets/soft_value.h"
#include "tests/interactive.h"
#include "tests/levels.h"

// --- slopes ------------------------------------------------------------------------------------------------

enum { TABLE_ROWS = 6, TABLE_EXPERTS = 2, TABLE_ACTIONS = 4, TABLE_CELLS = TABLE_ROWS * TABLE_ACTIONS };

// Rows of which the second and the last terminated, with tables of their own for Q(s, .) and Q(s', .).
typedef struct table {
    float q[TABLE_CELLS], next[TABLE_CELLS];
    double absorbing, absorbing_next;
    bool target; // else the absorbing rates are one number
} table;

static inline double table_loss(const table *t, vg_soft_q_loss loss, const void *context,
                                vg_soft_q_slopes *slopes) {
    static const int32_t taken[TABLE_ROWS] = {0, 3, 1, 1, 2, 0};
    static const float goes_on[TABLE_ROWS] = {1, 0, 1, 1, 1, 0};
    float value[TABLE_ROWS], next_value[TABLE_ROWS], policy[TABLE_CELLS], next_policy[TABLE_CELLS];
    double numbers[VG_SOFT_Q_NUMBERS_MOST] = {0};
    vg_soft_q_rows x = {.count = TABLE_ROWS,
                        .experts = TABLE_EXPERTS,
                        .actions = TABLE_ACTIONS,
                        .gamma = 0.75,
                        .temperature = 0.5,
                        .q = t->q,
                        .taken = taken,
                        .goes_on = goes_on,
                        .next = t->next,
                        .value = value,
                        .policy = policy,
                        .next_value = next_value,
                        .next_policy = next_policy,
                        .absorbing = t->absorbing,
                        .absorbing_next = t->target ? t->absorbing_next : t->absorbing};
    for (int i = 0; i < TABLE_ROWS; i++) {
        const int at = i * TABLE_ACTIONS;
        value[i] = (float)vg_soft_value(t->q + at, TABLE_ACTIONS, x.temperature, policy + at);
        next_value[i] = (float)vg_soft_value(t->next + at, TABLE_ACTIONS, x.temperature, next_policy + at);
        if (goes_on[i] == 0) next_value[i] = (float)(x.absorbing_next / (1 - x.gamma));
    }
    memset(slopes->by_q, 0, sizeof(float) * TABLE_CELLS);
    if (slopes->by_next) memset(slopes->by_next, 0, sizeof(float) * TABLE_CELLS);
    slopes->by_absorbing = 0;
    return loss(context, &x, slopes, numbers);
}

// Central differences by each value of Q(s, .), by those of Q(s', .) where the loss looks through them, and
// by the absorbing rate.
static inline void soft_q_slopes_are_right(vg_soft_q_loss loss, const void *context, bool target) {
    float by_q[TABLE_CELLS], by_next[TABLE_CELLS], ignored[2][TABLE_CELLS];
    vg_soft_q_slopes slopes = {by_q, target ? NULL : by_next, 0};
    vg_soft_q_slopes unused = {ignored[0], target ? NULL : ignored[1], 0};
    table t = {.absorbing = -0.4, .absorbing_next = 0.3, .target = target};
    for (int i = 0; i < TABLE_CELLS; i++) {
        t.q[i] = 0.1f * (float)(i * 7 % 13 - 6);
        t.next[i] = 0.1f * (float)(i * 5 % 11 - 5);
    }
    (void)table_loss(&t, loss, context, &slopes);
    for (int part = 0; part < (target ? 1 : 2); part++)
        for (int i = 0; i < TABLE_CELLS; i++) {
            float *value = part ? &t.next[i] : &t.q[i];
            const float was = *value, h = 1.0f / 128;
            *value = was + h;
            double up = table_loss(&t, loss, context, &unused);
            *value = was - h;
            double slope = (up - table_loss(&t, loss, context, &unused)) / (2 * (double)h);
            *value = was;
            ck_assert_double_eq_tol((double)(part ? by_next : by_q)[i], slope, 1e-4 * (1 + fabs(slope)));
        }
    t.absorbing += 1e-3;
    double up = table_loss(&t, loss, context, &unused);
    t.absorbing -= 2e-3;
    double slope = (up - table_loss(&t, loss, context, &unused)) / 2e-3;
    ck_assert_double_eq_tol(slopes.by_absorbing, slope, 1e-3 * (1 + fabs(slope)));
}

// --- as a learner ------------------------------------------------------------------------------------------

static inline interactive_case *soft_q_begin(const vg_learner *learner, int32_t runs, double seconds) {
    // Fewer rows are kept than are driven.
    static const char *const settings[][2] = {{"rounds", "8"},
                                              {"n_envs", "3"},
                                              {"n_steps", "20"},
                                              {"n_updates", "1"},
                                              {"batch_size", "9"},
                                              {"buffer_size", "250"},
                                              {"steer_levels", "5"},
                                              {"accel_levels", "3"},
                                              {"validation.every", "3"},
                                              {"validation.n_episodes", "4"},
                                              {"validation.seconds", "4"},
                                              {"checkpoint_every", "2"}};
    interactive_case *c = interactive_begin(learner);
    interactive_from_demo(c, runs, seconds);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        interactive_set(c, settings[i][0], settings[i][1]);
    return c;
}

static inline void soft_q_is_one_path(const vg_learner *learner, const char *golden) {
    interactive_case *c = soft_q_begin(learner, 2, 6);
    interactive_is_one_path(c, golden, 7);
    ck_assert_int_eq(c->log.rounds, 8);
    ck_assert_int_eq(c->report.actions, 8 * 3 * 20);
    ck_assert_int_eq(c->report.steps, 8 * 20);
    ck_assert(interactive_value(c, 7, "entropy") < log2(15) * 0.6931472 + 1e-6);
    interactive_end(c);
}

static inline void soft_q_at_levels(const vg_learner *learner, const char *golden) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        interactive_case *c = soft_q_begin(learner, 2, 4);
        interactive_set(c, "rounds", "2");
        ck_ok(interactive_train(c));
        ck_golden(golden, interactive_hash(c));
        interactive_end(c);
    }
}

// What a user can give wrongly, and a training that diverges.
static inline void soft_q_refuses(const vg_learner *learner) {
    interactive_case *c = soft_q_begin(learner, 1, 4);
    interactive_set(c, "steer_levels", "6");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "steer_levels: 6 levels, expected an odd number");
    interactive_set(c, "steer_levels", "5");
    c->def.road_count = 0;
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT, "roads");
    c->def.road_count = 2, c->def.log_count = 0;
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT, "learns from logs");
    c->def.log_count = 1;
    interactive_set(c, "learning_rate", "1");
    interactive_set(c, "temperature", "0.000001");
    interactive_set(c, "gamma", "0.99999");
    interactive_set(c, "tau", "1");
    interactive_set(c, "activation", "relu");
    interactive_set(c, "n_updates", "300");
    vg_err err = interactive_train(c);
    ck_assert_msg(err == VG_OK || (err == VG_ERR_POLICY && strstr(diag.text, "smaller learning rate")), "%s",
                  diag.text);
    if (err) ck_assert(access(c->out, F_OK) != 0);
    interactive_end(c);
}

#endif
