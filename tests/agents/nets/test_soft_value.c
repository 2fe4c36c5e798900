#include "agents/nets/soft_value.h"

#include <math.h>

#include "tests/check.h"

enum { ACTIONS = 105 };

// Values that look drawn, of size `scale`.
static void fill(float *q, int32_t count, double scale, double phase) {
    for (int32_t a = 0; a < count; a++) q[a] = (float)(scale * sin(phase + 1.7 * a + 0.01 * a * a));
}

// T (log of the mean of exp(Q / T)), in long double, without the shift by the greatest.
static double by_definition(const float *q, int32_t count, double temperature) {
    long double sum = 0;
    for (int32_t a = 0; a < count; a++) sum += expl((long double)q[a] / (long double)temperature);
    return (double)((long double)temperature * logl(sum / count));
}

START_TEST(the_soft_value_is_that_of_its_definition) {
    static const double temperatures[] = {0.01, 0.1, 1, 30};
    static const int32_t counts[] = {1, 2, 7, ACTIONS};
    for (size_t t = 0; t < 4; t++)
        for (size_t c = 0; c < 4; c++) {
            float q[ACTIONS], policy[ACTIONS];
            fill(q, counts[c], 3, (double)t);
            double value = vg_soft_value(q, counts[c], temperatures[t], policy);
            double expected = by_definition(q, counts[c], temperatures[t]);
            ck_assert_double_eq_tol(value, expected, 1e-6 * (1 + fabs(expected)));
            for (int32_t a = 0; a < counts[c]; a++) {
                double p = exp(((double)q[a] - expected) / temperatures[t]) / counts[c];
                ck_assert_double_eq_tol((double)policy[a], p, 3e-6 * (1 + p / temperatures[t]));
            }
        }
}
END_TEST

// It is the greatest, over all policies, of the mean value less T times the divergence from the uniform one.
START_TEST(its_policy_attains_it) {
    enum { FEW = 4 };
    const double temperature = 0.4;
    float q[FEW] = {0.3f, -0.2f, 1.1f, 0.9f}, policy[FEW];
    double value = vg_soft_value(q, FEW, temperature, policy);
    for (int other = 0; other < 20; other++) {
        double p[FEW], sum = 0, worth = 0;
        for (int a = 0; a < FEW; a++)
            sum += p[a] = (double)policy[a] * exp(0.1 * other * cos(1.3 * a * other));
        for (int a = 0; a < FEW; a++) {
            p[a] /= sum;
            worth += p[a] * ((double)q[a] - temperature * log(p[a] * FEW));
        }
        if (other == 0)
            ck_assert_double_eq_tol(worth, value, 1e-6);
        else
            ck_assert_double_lt(worth, value);
    }
}
END_TEST

START_TEST(its_slope_is_the_policy) {
    float q[ACTIONS], policy[ACTIONS], ignored[ACTIONS];
    fill(q, ACTIONS, 2, 0.5);
    vg_soft_value(q, ACTIONS, 0.5, policy);
    for (int32_t a = 0; a < ACTIONS; a += 8) {
        const float was = q[a], h = 1.0f / 64;
        q[a] = was + h;
        double up = vg_soft_value(q, ACTIONS, 0.5, ignored);
        q[a] = was - h;
        double slope = (up - vg_soft_value(q, ACTIONS, 0.5, ignored)) / (2 * (double)h);
        q[a] = was;
        ck_assert_double_eq_tol((double)policy[a], slope, 2e-4);
    }
}
END_TEST

// No reward is no value, whatever the number of actions; and great values neither overflow nor vanish.
START_TEST(zeros_are_worth_nothing_and_great_values_what_they_are) {
    float q[ACTIONS] = {0}, policy[ACTIONS];
    for (int32_t n = 1; n <= ACTIONS; n += 26)
        ck_assert_double_eq_tol(vg_soft_value(q, n, 1, policy), 0, 1e-7);
    for (int sign = -1; sign <= 1; sign += 2) {
        for (int32_t a = 0; a < ACTIONS; a++) q[a] = (float)sign * 1e6f;
        q[7] += 1;
        ck_assert_double_eq_tol(vg_soft_value(q, ACTIONS, 1e-3, policy), sign * 1e6 + 1, 0.1);
        ck_assert_float_eq_tol(policy[7], 1, 1e-6f);
    }
    q[3] = NAN;
    ck_assert(isnan(vg_soft_value(q, ACTIONS, 1, policy)));
}
END_TEST

START_TEST(draws_go_by_the_weights) {
    enum { TIMES = 1000 };
    const float weights[] = {1, 0, 2, 5};
    int times[4] = {0};
    for (int i = 0; i < TIMES; i++) times[vg_soft_draw(weights, 4, (i + 0.5) / TIMES)]++;
    ck_assert(times[0] == 125 && times[1] == 0 && times[2] == 250 && times[3] == 625);
    ck_assert_int_eq(vg_soft_greatest((float[]){1, 3, 2, 3}, 4), 1);
}
END_TEST

CK_MAIN("soft_value", the_soft_value_is_that_of_its_definition, its_policy_attains_it,
        its_slope_is_the_policy, zeros_are_worth_nothing_and_great_values_what_they_are,
        draws_go_by_the_weights)
