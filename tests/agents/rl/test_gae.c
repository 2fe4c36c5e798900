#include "agents/rl/gae.h"

#include <math.h>

#include "tests/check.h"

enum { N = VG_ENDING_NONE, DIED = VG_ENDING_TERMINATED, CUT = VG_ENDING_TRUNCATED, MOST = 4 };

// By hand, gamma = 0.5, lambda = 0.5 (so gamma lambda = 0.25), rewards 1, 2, 3, values 4, 2, 8.
typedef struct worked {
    const char *what;
    float next[MOST];
    uint8_t ending[MOST];
    double advantages[MOST];
} worked;

static const worked cases[] = {
    // errors: 1 + 1 - 4 = -2; 2 + 4 - 2 = 4; 3 + 5 - 8 = 0 with 10 seen last.
    {"cut at the end: what was last seen counts", {2, 8, 10}, {N, N, CUT}, {-2 + 0.25 * 4, 4, 0}},
    // The last error is 3 - 8 = -5.
    {"died at the end: nothing follows",
     {2, 8, 0},
     {N, N, DIED},
     {-2 + 0.25 * (4 - 0.25 * 5), 4 - 0.25 * 5, -5}},
    // An absorbing state worth -6 follows: 3 - 3 - 8 = -8.
    {"died into an absorbing state",
     {2, 8, -6},
     {N, N, DIED},
     {-2 + 0.25 * (4 - 0.25 * 8), 4 - 0.25 * 8, -8}},
    // The second step ends the episode, the third is another's: nothing of it reaches back.
    // Its own advantage is 3 + 9 - 8 = 4; a quarter of that would be 1 more at the step before.
    {"died in the middle", {2, 0, 18}, {N, DIED, CUT}, {-2 + 0.25 * 0, 2 - 2, 4}},
    {"cut in the middle", {2, 6, 18}, {N, CUT, CUT}, {-2 + 0.25 * 3, 2 + 3 - 2, 4}},
};

START_TEST(follows_cases_worked_by_hand) {
    static const float rewards[] = {1, 2, 3}, values[] = {4, 2, 8};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float advantages[MOST], returns[MOST];
        vg_gae_lane lane = {3, rewards, values, cases[i].next, cases[i].ending};
        vg_gae(&lane, 0.5, 0.5, advantages, returns);
        for (int t = 0; t < 3; t++) {
            ck_assert_msg(advantages[t] == (float)cases[i].advantages[t], "%s, step %d: %g, by hand %g",
                          cases[i].what, t, (double)advantages[t], cases[i].advantages[t]);
            ck_assert(returns[t] == advantages[t] + values[t]);
        }
    }
}
END_TEST

// lambda 1: the discounted rewards less the value; lambda 0: the error of one step (Schulman 2016, eqs. 17,
// 18).
START_TEST(has_its_two_ends) {
    static const float rewards[] = {1, -2, 0.5f, 3}, values[] = {0.25f, -1, 2, 1}, next[] = {-1, 2, 1, 5};
    static const uint8_t ending[] = {N, N, N, CUT};
    vg_gae_lane lane = {4, rewards, values, next, ending};
    float advantages[4], returns[4];
    double gamma = 0.9, sum = 0, power = 1;
    vg_gae(&lane, gamma, 1, advantages, returns);
    for (int t = 0; t < 4; t++, power *= gamma) sum += power * (double)rewards[t];
    sum += power * (double)next[3];
    ck_assert_double_eq_tol((double)returns[0], sum, 1e-6);
    vg_gae(&lane, gamma, 0, advantages, returns);
    for (int t = 0; t < 4; t++)
        ck_assert_double_eq_tol((double)returns[t], (double)rewards[t] + gamma * (double)next[t], 1e-6);
}
END_TEST

CK_MAIN("gae", follows_cases_worked_by_hand, has_its_two_ends)
