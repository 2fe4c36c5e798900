#include "agents/experts/reaction.h"

#include <math.h>

#include "tests/check.h"

static const vg_episode_key key = {.seed = 5, .entity = 2, .episode = 3};

// 0.3 s at 10 Hz: what comes out is what went in three actions ago, at first the first.
START_TEST(acts_on_what_it_decided_then) {
    vg_reaction reaction;
    vg_reaction_def def = {.reaction = 0.3, .spread = 0, .time = 1, .period = 0.1};
    vg_reaction_reset(&reaction, &key);
    for (int i = 0; i < 300; i++) {
        float decided[VG_CAR_ACTIONS] = {(float)i, (float)-i};
        ck_assert(vg_reaction_step(&reaction, &def, decided) == 0);
        float then = (float)(i < 3 ? 0 : i - 3);
        ck_assert(decided[0] == then && decided[1] == -then);
    }
}
END_TEST

START_TEST(forgets_at_a_reset) {
    vg_reaction reaction;
    vg_reaction_def def = {.reaction = 0.2, .spread = 1, .time = 1, .period = 0.1};
    double shakes[2][4];
    for (int episode = 0; episode < 2; episode++) {
        vg_reaction_reset(&reaction, &key);
        for (int i = 0; i < 4; i++) {
            float decided[VG_CAR_ACTIONS] = {(float)(10 * episode + i), 0};
            shakes[episode][i] = vg_reaction_step(&reaction, &def, decided);
            if (i == 0) ck_assert(decided[0] == (float)(10 * episode));
        }
    }
    ck_assert_mem_eq(shakes[0], shakes[1], sizeof shakes[0]);
}
END_TEST

// Stationary: the same spread at the first action and later; neighbours correlate by exp(-period / time).
START_TEST(shakes_as_the_process_does) {
    enum { EPISODES = 4000, STEPS = 20 };
    vg_reaction_def def = {.reaction = 0, .spread = 0.3, .time = 0.5, .period = 0.1};
    double first = 0, last = 0, product = 0;
    for (uint32_t e = 0; e < EPISODES; e++) {
        vg_reaction reaction;
        vg_episode_key own = {.seed = 9, .entity = e};
        vg_reaction_reset(&reaction, &own);
        double before = 0, shake = 0;
        for (int i = 0; i < STEPS; i++) {
            float decided[VG_CAR_ACTIONS] = {0};
            before = shake;
            shake = vg_reaction_step(&reaction, &def, decided);
            if (i == 0) first += shake * shake;
        }
        last += shake * shake;
        product += shake * before;
    }
    double variance = 0.3 * 0.3, slack = 5 * sqrt(2.0 / EPISODES);
    ck_assert_double_eq_tol(first / EPISODES / variance, 1, slack);
    ck_assert_double_eq_tol(last / EPISODES / variance, 1, slack);
    ck_assert_double_eq_tol(product / EPISODES / variance, exp(-0.2), slack);
}
END_TEST

CK_MAIN("reaction", acts_on_what_it_decided_then, forgets_at_a_reset, shakes_as_the_process_does)
