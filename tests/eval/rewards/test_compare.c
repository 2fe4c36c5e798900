// Also of eval/rewards/coverage.c: rewards that differ by what does not change the best policy, and by more.
#include "eval/rewards/compare.h"

#include <math.h>
#include <string.h>

#include "agents/rewards/linear.h"
#include "agents/rewards/progress.h"
#include "sim/base/hash.h"
#include "tests/golden.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

static const float mean[] = {0, 10}, scale[] = {0.2f, 0.1f};

static vg_reward *linear(float offset, float speed, float steering, float bias) {
    float weights[] = {offset, speed};
    vg_linear_def def = {.sense = "offset,speed",
                         .mean = mean,
                         .scale = scale,
                         .weights = weights,
                         .action_weights = {steering, 0},
                         .bias = bias,
                         .discount = 0.9};
    vg_reward *reward;
    ck_ok(vg_linear_create(&def, &reward, &diag));
    return reward;
}

static vg_reward_comparison compare(const vg_reward *a, const vg_reward *b) {
    vg_coverage coverage = vg_coverage_default();
    vg_reward_comparison out;
    coverage.places = 16, coverage.threads = 1;
    ck_ok(vg_reward_compare(&coverage, a, b, &out, &diag));
    return out;
}

// A linear reward with potential shaping by offset^2 + speed.
typedef struct shaped {
    vg_reward base;
    vg_reward *inner;
    double size;
} shaped;

static double potential(float offset, float speed) { return (double)offset * (double)offset + (double)speed; }

static void evaluate_shaped(const vg_reward *reward, const vg_reward_view *view, double *out) {
    const shaped *s = (const shaped *)reward;
    vg_world_view after = vg_world_get(view->world);
    s->inner->ops->evaluate(s->inner, view, out);
    for (int32_t i = 0; i < view->count; i++) {
        const float *before = view->observed + 2 * i;
        out[i] += s->size * (reward->discount * potential(after.offset[i], after.speed[i]) -
                             potential(before[0], before[1]));
    }
}

static const vg_reward_ops shaped_ops = {.evaluate = evaluate_shaped};

START_TEST(equal_up_to_scale_constant_and_shaping) {
    vg_reward *a = linear(-1, 0.5f, -0.3f, 0), *b = linear(-2, 1, -0.6f, 7), *c = linear(1, -0.5f, 0.3f, 0);
    vg_reward_comparison same = compare(a, b), opposite = compare(a, c);
    ck_assert_double_le(same.epic, 1e-6);
    ck_assert_double_eq_tol(same.cosine, 1, 1e-6);
    ck_assert_double_ge(opposite.epic, 1 - 1e-12);
    ck_assert_double_eq_tol(opposite.cosine, -1, 1e-12);
    ck_assert(!same.driving);
    shaped s = {{.ops = &shaped_ops, .kind = "shaped", .sense = a->sense, .discount = 0.9}, a, 5};
    ck_assert_double_le(compare(a, &s.base).epic, 1e-6);
    ck_assert(isnan(compare(a, &s.base).cosine));
    vg_reward_destroy(a), vg_reward_destroy(b), vg_reward_destroy(c);
}
END_TEST

// A reward of offsets and one of steering have nothing in common: sqrt(1/2), but for the draws.
START_TEST(unrelated_rewards_and_constants) {
    vg_reward *offset = linear(1, 0, 0, 0), *steering = linear(0, 0, 1, 0), *constant = linear(0, 0, 0, 3);
    vg_reward_comparison unrelated = compare(offset, steering);
    ck_assert_double_eq_tol(unrelated.epic, sqrt(0.5), 0.05);
    ck_assert_double_eq(unrelated.cosine, 0);
    ck_assert(isnan(compare(offset, constant).epic) && isnan(compare(offset, constant).cosine));
    vg_reward_destroy(offset), vg_reward_destroy(steering), vg_reward_destroy(constant);
}
END_TEST

static vg_reward *driving(double time, double jerk, double edge) {
    vg_driving_reward_def def = vg_driving_reward_default();
    vg_reward *reward;
    def.theta[VG_DRIVING_time] = time;
    def.theta[VG_DRIVING_lateral_jerk] = jerk;
    def.theta[VG_DRIVING_edge] = edge;
    ck_ok(vg_driving_reward_create(&def, &reward, &diag));
    return reward;
}

START_TEST(driving_rewards_are_compared_by_the_metre) {
    vg_driving_reward_def twice = vg_driving_reward_default();
    vg_reward *a = driving(1, 0.01, 0.01), *b, *wary = driving(1, 0.01, 10), *slow = driving(0.1, 0.01, 0.01);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) twice.theta[k] *= 2;
    ck_ok(vg_driving_reward_create(&twice, &b, &diag));
    vg_reward_comparison same = compare(a, b), edge = compare(a, wary), time = compare(a, slow);
    ck_assert(same.driving);
    ck_assert_double_le(same.epic, 1e-7);
    ck_assert_double_eq_tol(same.cosine, 1, 1e-12);
    // The wary one's fear of the edge is nearly all of it.
    ck_assert_double_ge(edge.epic, 0.5);
    ck_assert_double_ge(edge.directions[1][VG_DRIVING_edge], 0.9);
    ck_assert_double_ge(time.epic, 0.05);
    ck_assert_double_le(time.epic, edge.epic);
    vg_reward_destroy(a), vg_reward_destroy(b), vg_reward_destroy(wary), vg_reward_destroy(slow);
}
END_TEST

// One weight at a time: the correlation of two features is that of their moments.
START_TEST(the_moments_are_those_of_the_features) {
    vg_car car = vg_car_default();
    vg_driving_spread spread;
    ck_ok(vg_driving_coverage(&car, 1, &spread, &diag));
    double a[VG_DRIVING_COUNT] = {1}, b[VG_DRIVING_COUNT] = {0}, none[VG_DRIVING_COUNT] = {0};
    b[VG_DRIVING_edge] = 1;
    double(*m)[VG_DRIVING_COUNT] = spread.moments;
    double wanted = m[0][VG_DRIVING_edge] / sqrt(m[0][0] * m[VG_DRIVING_edge][VG_DRIVING_edge]);
    ck_assert_double_eq_tol(vg_driving_correlation(&spread, a, b), wanted, 1e-12);
    ck_assert_double_le(fabs(wanted), 0.1); // offset and speed are drawn apart
    ck_assert(isnan(vg_driving_correlation(&spread, a, none)));
    ck_golden("rewards/driving_coverage", vg_hash_bytes(0, &spread, sizeof spread));
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    vg_progress_def def = vg_progress_default();
    vg_reward *reward;
    ck_ok(vg_progress_create(&def, &reward, &diag));
    for (int32_t threads = 1; threads <= 3; threads++) {
        vg_coverage coverage = vg_coverage_default();
        double *out;
        coverage.places = 5, coverage.states = 7, coverage.threads = threads;
        ck_ok(vg_coverage_evaluate(&coverage, reward, &out, &diag));
        ck_golden("rewards/coverage", vg_hash_bytes(0, out, sizeof *out * 5 * 7 * 7));
        vg_free(out);
    }
    vg_reward_destroy(reward);
}
END_TEST

static void evaluate_broken(const vg_reward *reward, const vg_reward_view *view, double *out) {
    (void)reward;
    for (int32_t i = 0; i < view->count; i++) out[i] = i == 3 ? NAN : 1;
}
static const vg_reward_ops broken_ops = {.evaluate = evaluate_broken};

START_TEST(refusals) {
    vg_reward broken = {.ops = &broken_ops, .kind = "broken", .discount = 0.9};
    vg_reward *good = linear(1, 0, 0, 0);
    vg_coverage coverage = vg_coverage_default();
    vg_reward_comparison out;
    coverage.places = 2, coverage.states = 8, coverage.threads = 1;
    ck_fails(vg_reward_compare(&coverage, good, &broken, &out, &diag), VG_ERR_POLICY,
             "'broken' is not finite");
    coverage.states = 1;
    ck_fails(vg_reward_compare(&coverage, good, good, &out, &diag), VG_ERR_ARGUMENT, "states: 1, expected 2");
    coverage.states = 8, coverage.places = 5000;
    ck_fails(vg_reward_compare(&coverage, good, good, &out, &diag), VG_ERR_ARGUMENT, "places: 5000");
    vg_reward_destroy(good);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    vg_reward *good = linear(1, 0, 0, 0), *a = driving(1, 1, 1);
    const vg_reward *rewards[2] = {good, a};
    vg_coverage coverage = vg_coverage_default();
    vg_reward_comparison out;
    coverage.places = 2, coverage.states = 4, coverage.threads = 1;
    for (int k = 0; k < 2; k++)
        for (oom turn = {.share = 8, .diag = &diag}; oom_next(&turn);)
            turn.err = vg_reward_compare(&coverage, rewards[k], rewards[k], &out, &diag);
    vg_reward_destroy(good), vg_reward_destroy(a);
}
END_TEST

CK_MAIN("compare", equal_up_to_scale_constant_and_shaping, unrelated_rewards_and_constants,
        driving_rewards_are_compared_by_the_metre, the_moments_are_those_of_the_features,
        same_bits_at_any_thread_count, refusals, every_allocation_may_fail)
