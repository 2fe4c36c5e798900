#include "agents/learners/guided_cost.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { INPUTS = 3, STEPS = 6, SHOWN = 5, DRIVEN = 7, STRIDE_MOST = 16 };

// --- segments at random ------------------------------------------------------------------------------------

typedef struct side {
    float rows[DRIVEN * STEPS * STRIDE_MOST], live[DRIVEN];
    double log_ratio[DRIVEN];
    vg_segments segments;
} side;

static void fill(side *s, uint64_t seed, int64_t count) {
    *s = (side){0};
    ck_assert(vg_net_stride(INPUTS) <= STRIDE_MOST);
    for (uint32_t j = 0; j < count; j++) {
        double normal[2];
        for (uint32_t k = 0; k < STEPS * INPUTS; k++) {
            vg_random_normal2(&(vg_draw){.seed = seed, .entity = j, .step = k}, normal);
            s->rows[(j * STEPS + k / INPUTS) * vg_net_stride(INPUTS) + k % INPUTS] = (float)(2 * normal[0]);
        }
        s->live[j] = j % 3 == 2 ? 4 : STEPS; // some terminate
        s->log_ratio[j] = normal[1];
    }
    s->segments = (vg_segments){s->rows, s->live, s->log_ratio, count, NULL};
}

static vg_guided_cost *make(double lcr, double mono, int32_t threads) {
    vg_guided_cost_def def = vg_guided_cost_default();
    vg_guided_cost *c;
    def.shape.inputs = INPUTS, def.shape.hidden_count = 1, def.shape.hidden[0] = 7;
    def.steps = STEPS, def.demos = SHOWN, def.samples = DRIVEN, def.seed = 3, def.threads = threads;
    def.lcr = lcr, def.mono = mono, def.rate = 0.01;
    ck_ok(vg_guided_cost_create(&def, &c, &diag));
    int64_t count;
    float *absorbing, *p = vg_guided_cost_parameters(c, &count, &absorbing);
    for (int64_t i = 0; i < count; i++) p[i] *= 4; // steep enough for `mono` to matter
    absorbing[0] = -0.3f;
    vg_guided_cost_restored(c);
    return c;
}

static double loss_of(vg_guided_cost *c, const side *shown, const side *driven, float *gradient, double *by) {
    double loss;
    ck_ok(vg_guided_cost_loss(c, &shown->segments, &driven->segments, &loss, gradient, by, &diag));
    return loss;
}

// The whole loss, alone and with either regulariser, against finite differences.
START_TEST(differentiates_its_loss) {
    static side shown, driven;
    fill(&shown, 1, SHOWN), fill(&driven, 2, DRIVEN);
    static const double weights[][2] = {{0, 0}, {3, 0}, {0, 3}};
    for (int k = 0; k < 3; k++) {
        vg_guided_cost *c = make(weights[k][0], weights[k][1], 1);
        int64_t count;
        float *absorbing, *p = vg_guided_cost_parameters(c, &count, &absorbing), gradient[128], scrap[128];
        double by, ignored, worst = 0, length = 0, h = 1.0 / 512;
        double here = loss_of(c, &shown, &driven, gradient, &by);
        for (int64_t i = 0; i <= count; i++) {
            float *at = i < count ? &p[i] : absorbing, kept = *at;
            double value[2], found = i < count ? (double)gradient[i] : by;
            for (int s = 0; s < 2; s++) {
                *at = kept + (s ? (float)h : (float)-h);
                vg_guided_cost_restored(c);
                value[s] = loss_of(c, &shown, &driven, scrap, &ignored);
            }
            *at = kept;
            worst = fmax(worst, fabs((value[1] - value[0]) / (2 * h) - found)),
            length = fmax(length, fabs(found));
        }
        ck_assert_msg(worst < 0.003 * (1 + length) && length > 0.1, "%d: off by %g of %g", k, worst, length);
        if (k) {
            vg_guided_cost *plain = make(0, 0, 1);
            ck_assert_double_gt(here, loss_of(plain, &shown, &driven, scrap, &ignored) + 0.01);
            vg_guided_cost_destroy(plain);
        }
        vg_guided_cost_destroy(c);
    }
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    static side shown, driven;
    double first[SHOWN], returns[SHOWN];
    fill(&shown, 1, SHOWN), fill(&driven, 2, DRIVEN);
    for (int32_t threads = 1; threads <= 3; threads++) {
        vg_guided_cost *c = make(0.1, 0.1, threads);
        vg_guided_cost_step out;
        for (uint32_t i = 0; i < 10; i++)
            ck_ok(vg_guided_cost_learn(c, &shown.segments, &driven.segments, 0, i, &out, &diag));
        vg_guided_cost_returns(c, &shown.segments, threads == 1 ? first : returns);
        if (threads > 1) ck_assert_mem_eq(returns, first, sizeof first);
        vg_guided_cost_destroy(c);
    }
}
END_TEST

// Steps raise the demonstrations above what was drawn, and lower the end that nobody demonstrated.
START_TEST(prefers_what_was_shown) {
    static side shown, driven;
    fill(&shown, 1, SHOWN), fill(&driven, 2, DRIVEN);
    for (int j = 0; j < SHOWN; j++) shown.live[j] = STEPS;
    vg_guided_cost *c = make(0, 0, 1);
    vg_guided_cost_step first, last;
    ck_ok(vg_guided_cost_learn(c, &shown.segments, &driven.segments, 0, 0, &first, &diag));
    for (uint32_t i = 1; i < 200; i++)
        ck_ok(vg_guided_cost_learn(c, &shown.segments, &driven.segments, 0, i, &last, &diag));
    ck_assert_double_gt(last.shown - last.driven, first.shown - first.driven + 0.5);
    ck_assert_double_lt(vg_guided_cost_absorbing(c), -0.3);
    vg_guided_cost_destroy(c);
}
END_TEST

// --- the partition function --------------------------------------------------------------------------------

START_TEST(knows_weights_and_their_effective_number) {
    const double returns[] = {0, 0, 0, 0}, even[] = {-3, -3, -3, -3}, one[] = {50, 0, 0, -4};
    double weights[4], log_z, ess;
    ck_ok(vg_log_partition(returns, even, 4, &log_z, weights, &ess, &diag));
    ck_assert_double_eq_tol(log_z, -3, 1e-12);
    ck_assert_double_eq_tol(ess, 4, 1e-12);
    for (int j = 0; j < 4; j++) ck_assert_double_eq_tol(weights[j], 0.25, 1e-12);
    ck_ok(vg_log_partition(returns, one, 4, &log_z, weights, &ess, &diag));
    ck_assert_double_eq_tol(log_z, 50 - log(4), 1e-9);
    ck_assert_double_eq_tol(ess, 1, 1e-9);
    const double density[] = {-800, -801, 5}, share[] = {0.25, 0.75, 0};
    ck_assert_double_eq_tol(vg_log_mixture(density, share, 3), -800 + log(0.25 + 0.75 * exp(-1)), 1e-12);
    ck_assert(vg_log_mixture(density, (double[]){0, 0, 0}, 3) == -INFINITY);
}
END_TEST

START_TEST(an_overflow_is_an_error_with_its_number) {
    const double large[] = {800, 1}, zero[] = {0, 0}, wrong[] = {NAN, 0}, endless[] = {INFINITY, 0};
    double log_z, ess;
    ck_fails(vg_log_partition(large, zero, 2, &log_z, NULL, &ess, &diag), VG_ERR_POLICY,
             "the partition function overflows: log Z is 799.307, expected at most 709.78");
    ck_fails(vg_log_partition(wrong, zero, 2, &log_z, NULL, &ess, &diag), VG_ERR_POLICY, "log Z is nan");
    ck_fails(vg_log_partition(endless, zero, 2, &log_z, NULL, &ess, &diag), VG_ERR_POLICY, "log Z is inf");
    static side shown, driven;
    fill(&shown, 1, SHOWN), fill(&driven, 2, DRIVEN);
    vg_guided_cost *c = make(0, 0, 1);
    int64_t count;
    float *absorbing, *p = vg_guided_cost_parameters(c, &count, &absorbing);
    p[count - 1] = 1000; // r is 1000 everywhere
    vg_guided_cost_restored(c);
    vg_guided_cost_step out;
    ck_fails(vg_guided_cost_learn(c, &shown.segments, &driven.segments, 0, 0, &out, &diag), VG_ERR_POLICY,
             "cost.weight_decay");
    vg_guided_cost_destroy(c);
}
END_TEST

// --- a table -----------------------------------------------------------------------------------------------

// A ring of states: left, stay, right, from state 0. Two drivers, each with its own habits.
enum { STATES = 5, ACTIONS = 3, WALK = 5, EACH = 6000 };
static const double habit[2][STATES][ACTIONS] = {
    {{0.6, 0.2, 0.2}, {0.1, 0.8, 0.1}, {1 / 3., 1 / 3., 1 / 3.}, {0.2, 0.3, 0.5}, {0.5, 0.25, 0.25}},
    {{0.1, 0.2, 0.7}, {0.4, 0.2, 0.4}, {0.1, 0.1, 0.8}, {0.6, 0.2, 0.2}, {0.2, 0.6, 0.2}}};

static int move(int s, int a) { return (s + a - 1 + STATES) % STATES; }

// log of Z = sum over all walks of p0 e^R, p0 uniform: by enumeration.
static double enumerate(const double *reward) {
    double z = 0;
    for (int code = 0; code < 243; code++) {
        double sum = 0;
        for (int t = 0, s = 0, rest = code; t < WALK; t++, rest /= ACTIONS)
            sum += reward[s], s = move(s, rest % ACTIONS);
        z += exp(sum) / 243;
    }
    return log(z);
}

// The estimate from walks of both drivers; each alone would be far off where it hardly goes.
START_TEST(estimates_the_partition_function_of_a_table) {
    static const double reward[STATES] = {0.5, 1.5, -2, 2, -1}, share[2] = {0.5, 0.5};
    static double returns[2 * EACH], log_ratio[2 * EACH];
    for (uint32_t j = 0; j < 2 * EACH; j++) {
        double density[2] = {0};
        returns[j] = 0;
        for (int t = 0, s = 0; t < WALK; t++) {
            double u = vg_random_uniform(&(vg_draw){.seed = 9, .entity = j, .step = (uint32_t)t}), p = 0;
            int a = 0;
            while (a < ACTIONS - 1 && (p += habit[j % 2][s][a]) < u) a++;
            for (int k = 0; k < 2; k++) density[k] += log(habit[k][s][a]);
            returns[j] += reward[s], s = move(s, a);
        }
        log_ratio[j] = -WALK * log(ACTIONS) - vg_log_mixture(density, share, 2);
    }
    double log_z, ess;
    ck_ok(vg_log_partition(returns, log_ratio, 2 * EACH, &log_z, NULL, &ess, &diag));
    ck_assert_double_eq_tol(log_z, enumerate(reward), 0.03);
    ck_assert(ess > 1000 && ess < 2 * EACH);
}
END_TEST

START_TEST(refuses_what_is_out_of_range) {
    vg_guided_cost_def def = vg_guided_cost_default();
    vg_guided_cost *c;
    def.shape.inputs = INPUTS, def.steps = 2;
    ck_fails(vg_guided_cost_create(&def, &c, &diag), VG_ERR_ARGUMENT, "segments of 2 steps");
    def.steps = 10;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_guided_cost_create(&def, &c, &diag);
        ck_assert(!turn.err == !!c);
        vg_guided_cost_destroy(c);
    }
}
END_TEST

CK_MAIN("guided_cost", differentiates_its_loss, same_bits_at_any_thread_count, prefers_what_was_shown,
        knows_weights_and_their_effective_number, an_overflow_is_an_error_with_its_number,
        estimates_the_partition_function_of_a_table, refuses_what_is_out_of_range)
