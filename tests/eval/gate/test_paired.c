#include "eval/gate/paired.h"

#include <math.h>

#include "eval/stats/student.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

static void draw_values(uint64_t seed, int32_t n, double shift, double *values) {
    for (int32_t i = 0; i < n; i++) {
        double z[2];
        vg_random_normal2(
            &(vg_draw){.seed = seed, .stream = VG_STREAM_CHAIN, .entity = 42, .episode = (uint32_t)i}, z);
        values[i] = shift + z[0];
    }
}

START_TEST(knows_mean_and_error) {
    const double values[] = {1, 2, 3, 6};
    vg_resampling r;
    vg_paired p;
    ck_ok(vg_resampling_draw(4, 500, 1, &r, &diag));
    ck_ok(vg_paired_of(&r, values, &p, &diag));
    ck_assert_double_eq(p.mean, 3);
    ck_assert_double_eq_tol(p.error, sqrt(14.0 / 3 / 4), 1e-15);
    for (int i = 1; i < p.count; i++) ck_assert(p.t[i - 1] <= p.t[i]);
    // The p is never smaller than Student's t gives.
    ck_assert_double_ge(vg_paired_above(&p, 0), vg_student_cdf(-3 / p.error, 3));
    ck_assert_double_ge(vg_paired_below(&p, 9), vg_student_cdf(-6 / p.error, 3));
    vg_paired_free(&p);
    vg_resampling_free(&r);
}
END_TEST

// The bound at a level is where p equals that level.
START_TEST(bounds_and_ps_agree) {
    enum { N = 20 };
    double values[N];
    draw_values(1, N, 0.3, values);
    vg_resampling r;
    vg_paired p;
    ck_ok(vg_resampling_draw(N, 2000, 1, &r, &diag));
    ck_ok(vg_paired_of(&r, values, &p, &diag));
    for (double level = 0.002; level < 0.2; level *= 2) {
        double low = vg_paired_low(&p, level), high = vg_paired_high(&p, level);
        ck_assert_double_le(vg_paired_above(&p, low - 1e-9), level);
        ck_assert_double_gt(vg_paired_above(&p, low + 0.02), level);
        ck_assert_double_le(vg_paired_below(&p, high + 1e-9), level);
        ck_assert_double_gt(vg_paired_below(&p, high - 0.02), level);
    }
    ck_assert(isinf(vg_paired_low(&p, 1e-6))); // finer than 2,000 resamples allow
    vg_paired_free(&p);
    vg_resampling_free(&r);
}
END_TEST

START_TEST(equal_values_have_no_error) {
    const double values[] = {0.1, 0.1, 0.1};
    vg_resampling r;
    vg_paired p;
    ck_ok(vg_resampling_draw(3, 200, 1, &r, &diag));
    ck_ok(vg_paired_of(&r, values, &p, &diag));
    ck_assert_double_eq(p.error, 0);
    ck_assert_double_eq(vg_paired_low(&p, 0.05), p.mean);
    ck_assert_double_eq(vg_paired_above(&p, 0), 0);
    ck_assert_double_eq(vg_paired_above(&p, 0.2), 1);
    ck_assert_double_eq(vg_paired_below(&p, 0.2), 0);
    vg_paired_free(&p);
    vg_resampling_free(&r);
}
END_TEST

// One road of 40 has another value: a third of the resamples have no standard error, so Student's t decides.
START_TEST(thin_values_are_students) {
    double values[40] = {0};
    values[7] = 1;
    vg_resampling r;
    vg_paired p;
    ck_ok(vg_resampling_draw(40, 1000, 1, &r, &diag));
    ck_ok(vg_paired_of(&r, values, &p, &diag));
    ck_assert(p.thin);
    double reach = -vg_student_quantile(0.05, 39);
    ck_assert_double_eq_tol(vg_paired_high(&p, 0.05), 1.0 / 40 + reach / 40, 1e-12);
    ck_assert_double_eq_tol(vg_paired_below(&p, vg_paired_high(&p, 0.05)), 0.05, 1e-9);
    ck_assert_double_eq_tol(vg_paired_above(&p, vg_paired_low(&p, 0.05)), 0.05, 1e-9);
    vg_paired_free(&p);
    vg_resampling_free(&r);
}
END_TEST

// Of the 2^3 sign choices for three equal values, one in eight gives a sum as large.
START_TEST(turns_signs) {
    const double values[] = {1, 1, 1}, zeros[] = {0, 0, 0}, down[] = {-1, -1, -1};
    vg_resampling r;
    ck_ok(vg_resampling_draw(3, 8000, 5, &r, &diag));
    ck_assert_double_eq_tol(vg_paired_exact(&r, values), 1.0 / 8, 0.02);
    ck_assert_double_eq(vg_paired_exact(&r, zeros), 1);
    ck_assert_double_eq(vg_paired_exact(&r, down), 1);
    vg_resampling_free(&r);
}
END_TEST

// Phipson & Smyth (2010): the data themselves are one of the resamples, so no p is 0, nor is any finer than
// 1 / (1 + resamples).
START_TEST(the_data_count_as_a_resample) {
    enum { N = 40, RESAMPLES = 199 };
    double same[N], apart[N];
    vg_resampling r;
    vg_paired p;
    for (int i = 0; i < N; i++) same[i] = 1, apart[i] = 1000 + i % 3;
    ck_ok(vg_resampling_draw(N, RESAMPLES, 2, &r, &diag));
    ck_assert_double_eq(vg_paired_exact(&r, same), 1.0 / (1 + RESAMPLES)); // all 40 signs unturned: 2^-40
    ck_ok(vg_paired_of(&r, apart, &p, &diag));
    ck_assert_double_eq(vg_paired_above(&p, 0), 1.0 / (1 + RESAMPLES));
    ck_assert_double_eq(vg_paired_below(&p, 3000), 1.0 / (1 + RESAMPLES));
    ck_assert_double_eq(vg_paired_below(&p, 0), 1);
    vg_paired_free(&p);
    vg_resampling_free(&r);
}
END_TEST

START_TEST(same_seed_same_bits) {
    vg_resampling a, b;
    ck_ok(vg_resampling_draw(7, 300, 9, &a, &diag));
    ck_ok(vg_resampling_draw(7, 300, 9, &b, &diag));
    ck_assert_mem_eq(a.drawn, b.drawn, 7 * 300 * sizeof *a.drawn);
    ck_assert_mem_eq(a.turned, b.turned, 7 * 300);
    for (int i = 0; i < 7 * 300; i++) ck_assert(a.drawn[i] < 7 && a.turned[i] < 2);
    vg_resampling_free(&a);
    vg_resampling_free(&b);
    ck_fails(vg_resampling_draw(1, 300, 9, &a, &diag), VG_ERR_ARGUMENT, "1 roads");
}
END_TEST

START_TEST(holds_its_level) {
    enum { STUDIES = 1500, N = 12 };
    int above = 0, below = 0, exact = 0;
    vg_resampling r;
    ck_ok(vg_resampling_draw(N, 400, 3, &r, &diag));
    for (uint64_t s = 0; s < STUDIES; s++) {
        double values[N];
        vg_paired p;
        draw_values(100 + s, N, 0, values);
        ck_ok(vg_paired_of(&r, values, &p, &diag));
        above += vg_paired_above(&p, 0) <= 0.05, below += vg_paired_below(&p, 0) <= 0.05;
        exact += vg_paired_exact(&r, values) <= 0.05;
        vg_paired_free(&p);
    }
    vg_resampling_free(&r);
    double most = STUDIES * 0.05 + 3 * sqrt(STUDIES * 0.0475);
    ck_assert_double_le(above, most);
    ck_assert_double_le(below, most);
    ck_assert_double_le(exact, most);
    ck_assert_int_gt(exact, STUDIES / 50);
}
END_TEST

START_TEST(out_of_memory_is_told) {
    const double values[] = {1, 2};
    for (oom turn = {.least = 2}; oom_next(&turn);) {
        vg_resampling r;
        turn.err = vg_resampling_draw(2, 200, 1, &r, NULL);
        if (!turn.err) vg_resampling_free(&r);
    }
    vg_resampling r;
    vg_paired p;
    ck_ok(vg_resampling_draw(2, 200, 1, &r, &diag));
    for (oom turn = {.least = 2}; oom_next(&turn);) {
        turn.err = vg_paired_of(&r, values, &p, NULL);
        if (!turn.err) vg_paired_free(&p);
    }
    vg_resampling_free(&r);
}
END_TEST

CK_MAIN("paired", knows_mean_and_error, bounds_and_ps_agree, equal_values_have_no_error,
        thin_values_are_students, turns_signs, the_data_count_as_a_resample, same_seed_same_bits,
        holds_its_level, out_of_memory_is_told)
