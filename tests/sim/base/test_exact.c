#include "sim/base/exact.h"

#include <math.h>
#include <mpfr.h>
#include <string.h>

#include "sim/base/level.h"
#include "tests/golden.h"

// Points per function, unless the environment variable VERGE_EXACT_POINTS asks for more: then the errors
// found are printed too. docs/exact.md has the results of a long run.
enum { POINTS = 3000, GOLDEN_POINTS = 1000, LANES = 1003 };

typedef int (*reference)(mpfr_t result, const mpfr_t x, mpfr_rnd_t round);

typedef struct row {
    const char *name;
    float (*single)(float);    // one of these two is
    double (*twofold)(double); // the function
    reference reference;
    double least, most; // where it is tested
    double bound;       // ulp
} row;

// Phi(x), rounded correctly enough: mpfr keeps the relative precision of erfc, however small it is.
static int normal_cdf(mpfr_t result, const mpfr_t x, mpfr_rnd_t round) {
    mpfr_t root;
    mpfr_init2(root, mpfr_get_prec(result) + 64);
    mpfr_sqrt_ui(root, 2, round);
    mpfr_div(root, x, root, round);
    mpfr_neg(root, root, round);
    mpfr_erfc(result, root, round);
    mpfr_clear(root);
    return mpfr_div_2ui(result, result, 1, round);
}

// Newton's method on Phi from below 1/2, where Phi is relative; must end at a root.
static int normal_quantile(mpfr_t result, const mpfr_t p, mpfr_rnd_t round) {
    mpfr_t tail, x, cdf, density;
    mpfr_inits2(mpfr_get_prec(result), tail, x, cdf, density, (mpfr_ptr)0);
    int upper = mpfr_cmp_d(p, 0.5) > 0;
    if (upper)
        mpfr_ui_sub(tail, 1, p, round);
    else
        mpfr_set(tail, p, round);
    mpfr_set_d(x, vg_normal_quantile(mpfr_get_d(tail, round)), round);
    for (int i = 0; i < 4; i++) {
        normal_cdf(cdf, x, round);
        mpfr_sub(cdf, cdf, tail, round);
        mpfr_sqr(density, x, round);
        mpfr_div_si(density, density, -2, round);
        mpfr_exp(density, density, round);
        mpfr_div_d(density, density, 2.5066282746310002, round); // sqrt(2 pi), near enough for Newton
        mpfr_div(cdf, cdf, density, round);
        mpfr_sub(x, x, cdf, round);
    }
    normal_cdf(cdf, x, round);
    mpfr_sub(cdf, cdf, tail, round);
    if (!mpfr_zero_p(cdf)) ck_assert_int_lt(mpfr_get_exp(cdf), mpfr_get_exp(tail) - 100);
    mpfr_set(result, x, round);
    if (upper) mpfr_neg(result, result, round);
    mpfr_clears(tail, x, cdf, density, (mpfr_ptr)0);
    return 0;
}

#define SINGLE(stem, ...)                                                                                    \
    { "vg_" #stem "f", vg_##stem##f, NULL, mpfr_##stem, __VA_ARGS__ }
#define DOUBLE(stem, ...)                                                                                    \
    { "vg_" #stem, NULL, vg_##stem, mpfr_##stem, __VA_ARGS__ }

// The bounds that docs/exact.md and exact.h promise.
static const row rows[] = {
    SINGLE(sin, -4, 4, 1.6),
    SINGLE(sin, -8192, 8192, 1.6),
    SINGLE(cos, -4, 4, 1.6),
    SINGLE(cos, -8192, 8192, 1.6),
    SINGLE(tan, -1.5708, 1.5708, 3.0),
    SINGLE(tan, -8192, 8192, 3.4),
    SINGLE(atan, -3.4e38, 3.4e38, 2.3),
    SINGLE(exp, -103.9, 88.72, 1.1),
    {"vg_lnf", vg_lnf, NULL, mpfr_log, 0, 3.4e38, 0.9},
    SINGLE(tanh, -3.4e38, 3.4e38, 2.0),
    DOUBLE(sin, -4, 4, 0.9),
    DOUBLE(sin, -1e5, 1e5, 0.9),
    DOUBLE(sin, -1.7e308, 1.7e308, 0.9),
    DOUBLE(cos, -4, 4, 0.9),
    DOUBLE(cos, -1e5, 1e5, 0.9),
    DOUBLE(cos, -1.7e308, 1.7e308, 0.9),
    DOUBLE(tan, -1.5, 1.5, 1.1),
    DOUBLE(tan, -1.7e308, 1.7e308, 1.1),
    DOUBLE(atan, -1.7e308, 1.7e308, 1.2),
    DOUBLE(asin, -1, 1, 1.9),
    DOUBLE(acos, -1, 1, 2.6),
    DOUBLE(exp, -745.1, 709.78, 1.0),
    DOUBLE(expm1, -1.7e308, 709.78, 1.2),
    {"vg_ln", NULL, vg_ln, mpfr_log, 0, 1.7e308, 0.9},
    DOUBLE(log1p, -1, 1.7e308, 0.9),
    DOUBLE(tanh, -1.7e308, 1.7e308, 2.1),
    {"vg_normal_cdf", NULL, vg_normal_cdf, normal_cdf, -2, 2, 4.5},
    {"vg_normal_cdf", NULL, vg_normal_cdf, normal_cdf, -38.4, 38.4, 4.5},
    {"vg_normal_quantile", NULL, vg_normal_quantile, normal_quantile, 1e-300, 1 - 0x1p-53, 8},
};

enum { ROWS = sizeof rows / sizeof *rows };

// --- points --------------------------------------------------------------------------------------------

// Sebastiano Vigna's splitmix64, so that these tests do not depend on random.h.
static uint64_t next_bits(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static double next_unit(uint64_t *state) { return (double)(next_bits(state) >> 11) * 0x1p-53; }

// Of each four points: one uniform in the range, one of any magnitude, one near 1, one structured.
static double point(const row *r, int i, uint64_t *state) {
    double low = r->single ? -149 : -1074, high = r->single ? 128 : 1024, unit = next_unit(state), x;
    double sign = next_bits(state) & 1 ? -1 : 1;
    switch (i % 4) {
    case 0: x = (1 - unit) * r->least + unit * r->most; break;
    case 1: x = sign * ldexp(1 + next_unit(state), (int)(low + unit * (high - low))); break;
    case 2: x = 1 + sign * ldexp(1 + next_unit(state), (int)(-53 * unit)); break;
    default: { // near multiples of pi/4, of 1/8, and powers of 2
        int k = i / 4 % 3, n = i / 12;
        x = sign * (k == 0   ? n * (VG_PI / 4)
                    : k == 1 ? n * 0.125
                             : ldexp(1, n % (int)(high - low) + (int)low));
        if (r->single) x = (float)x;
        int steps = (int)(unit * 5) - 2;
        for (; steps > 0; steps--) x = r->single ? (double)nextafterf((float)x, 1e30f) : nextafter(x, 1e300);
        for (; steps < 0; steps++)
            x = r->single ? (double)nextafterf((float)x, -1e30f) : nextafter(x, -1e300);
    }
    }
    if (!(x >= r->least && x <= r->most)) x = (1 - unit) * r->least + unit * r->most;
    return r->single ? (double)(float)x : x;
}

static double call(const row *r, double x) { return r->single ? (double)r->single((float)x) : r->twofold(x); }

// --- errors --------------------------------------------------------------------------------------------

// |got - exact| in units of the last place that `exact` has in the format.
static double ulp_error(double got, const mpfr_t exact, int single) {
    int digits = single ? 24 : 53, least_exponent = single ? -125 : -1021;
    double rounded = single ? (double)mpfr_get_flt(exact, MPFR_RNDN) : mpfr_get_d(exact, MPFR_RNDN);
    if (got == rounded && (got == 0 || isinf(got))) return 0;
    if (!isfinite(got) || !isfinite(rounded)) return INFINITY;
    long exponent = mpfr_zero_p(exact) ? least_exponent : mpfr_get_exp(exact);
    if (exponent < least_exponent) exponent = least_exponent;
    mpfr_t difference;
    mpfr_init2(difference, 64);
    mpfr_sub_d(difference, exact, got, MPFR_RNDN);
    mpfr_mul_2si(difference, difference, digits - exponent, MPFR_RNDN);
    double error = fabs(mpfr_get_d(difference, MPFR_RNDN));
    mpfr_clear(difference);
    return error;
}

static int points_wanted(void) {
    const char *wish = getenv("VERGE_EXACT_POINTS");
    return wish ? atoi(wish) : POINTS;
}

static void judge(const char *name, double least, double most, double worst, double at, double bound) {
    if (getenv("VERGE_EXACT_POINTS"))
        printf("%-20s [%g, %g]: %.3f ulp at %a\n", name, least, most, worst, at), fflush(stdout);
    if (!(worst <= bound)) ck_abort_msg("%s: %.3f ulp at %a, bound %g", name, worst, at, bound);
}

START_TEST(one_argument_within_bounds) {
    mpfr_t x, exact;
    mpfr_inits2(200, x, exact, (mpfr_ptr)0);
    for (int k = 0; k < ROWS; k++) {
        const row *r = &rows[k];
        double worst = 0, at = 0;
        uint64_t state = 1;
        for (int i = 0; i < points_wanted(); i++) {
            double p = point(r, i, &state);
            mpfr_set_d(x, p, MPFR_RNDN);
            r->reference(exact, x, MPFR_RNDN);
            double error = ulp_error(call(r, p), exact, r->single != NULL);
            if (!(error <= worst)) worst = error, at = p;
        }
        judge(r->name, r->least, r->most, worst, at, r->bound);
    }
    mpfr_clears(x, exact, (mpfr_ptr)0);
}
END_TEST

// Every kind of pair: of one magnitude, and of any.
static void pair_of(int i, uint64_t *state, int reach, double *a, double *b) {
    double *out[] = {a, b}, e = i % 3 == 0 ? reach : 2;
    for (int k = 0; k < 2; k++) {
        double exponent = (2 * next_unit(state) - 1) * e;
        *out[k] = ldexp(2 * next_unit(state) - 1, (int)exponent);
    }
}

static void check_pairs(const char *name, int single, int reach, double bound) {
    mpfr_t x, y, exact;
    mpfr_inits2(200, x, y, exact, (mpfr_ptr)0);
    double worst = 0, at = 0;
    uint64_t state = 2;
    int power = strcmp(name, "vg_pow") == 0;
    for (int i = 0; i < 4 * points_wanted(); i++) {
        double a, b, got;
        pair_of(i, &state, reach, &a, &b);
        if (power) { // results over the whole range of exponents, and bases near 1
            a = i % 4 ? fabs(a) : 1 + next_unit(&state) * ldexp(1, -i % 50);
            b = i % 2 ? b : (2 * next_unit(&state) - 1) * 745 / fabs(log(a));
        }
        if (single) a = (float)a, b = (float)b;
        mpfr_set_d(x, a, MPFR_RNDN);
        mpfr_set_d(y, b, MPFR_RNDN);
        if (power)
            mpfr_pow(exact, x, y, MPFR_RNDN);
        else
            mpfr_atan2(exact, x, y, MPFR_RNDN);
        got = power ? vg_pow(a, b) : single ? (double)vg_atan2f((float)a, (float)b) : vg_atan2(a, b);
        double error = ulp_error(got, exact, single);
        if (!(error <= worst)) worst = error, at = a;
    }
    judge(name, -ldexp(1, reach), ldexp(1, reach), worst, at, bound);
    mpfr_clears(x, y, exact, (mpfr_ptr)0);
}

START_TEST(two_arguments_within_bounds) {
    check_pairs("vg_atan2f", 1, 126, 2.3);
    check_pairs("vg_atan2", 0, 1020, 1.2);
    check_pairs("vg_pow", 0, 300, 1.0);
}
END_TEST

// --- special values ------------------------------------------------------------------------------------

static int same(double a, double b) { return (a != a && b != b) || (a == b && !signbit(a) == !signbit(b)); }

START_TEST(special_values_of_one_argument) {
    const double inf = INFINITY, nan = NAN, tiny = 0x1p-1074, small = 0x1p-149;
    // at 0, -0, inf, -inf; NaN gives NaN always
    static const struct {
        const char *name;
        double zero, minus_zero, infinity, minus_infinity;
    } cases[] = {
        {"vg_sin", 0, -0.0, NAN, NAN},
        {"vg_cos", 1, 1, NAN, NAN},
        {"vg_tan", 0, -0.0, NAN, NAN},
        {"vg_atan", 0, -0.0, VG_PI / 2, -VG_PI / 2},
        {"vg_asin", 0, -0.0, NAN, NAN},
        {"vg_acos", VG_PI / 2, VG_PI / 2, NAN, NAN},
        {"vg_exp", 1, 1, INFINITY, 0},
        {"vg_expm1", 0, -0.0, INFINITY, -1},
        {"vg_ln", -INFINITY, -INFINITY, INFINITY, NAN},
        {"vg_log1p", 0, -0.0, INFINITY, NAN},
        {"vg_tanh", 0, -0.0, 1, -1},
        {"vg_normal_cdf", 0.5, 0.5, 1, 0},
        {"vg_normal_quantile", -INFINITY, -INFINITY, NAN, NAN},
    };
    int met = 0;
    for (int k = 0; k < ROWS; k++)
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
            const row *r = &rows[k];
            size_t length = strlen(cases[c].name);
            if (strncmp(r->name, cases[c].name, length) != 0 || (r->name[length] && r->name[length] != 'f'))
                continue;
            met++;
            const double in[] = {0, -0.0, inf, -inf, nan};
            const double out[] = {cases[c].zero, cases[c].minus_zero, cases[c].infinity,
                                  cases[c].minus_infinity, nan};
            for (int i = 0; i < 5; i++) {
                double want = r->single ? (double)(float)out[i] : out[i], got = call(r, in[i]);
                if (!same(got, want)) ck_abort_msg("%s(%g): %a, not %a", r->name, in[i], got, want);
            }
            double least = r->single ? small : tiny; // odd functions keep the least number
            if (cases[c].zero == 0)
                ck_assert_msg(same(call(r, least), least) && same(call(r, -least), -least), "%s", r->name);
        }
    ck_assert_int_eq(met, ROWS);
    ck_assert(same(vg_ln(-1), nan) && same(vg_lnf(-1), nan) && same(vg_ln(1), 0) && same(vg_lnf(1), 0));
    ck_assert(same(vg_log1p(-1), -inf) && same(vg_log1p(-2), nan) && same(vg_acos(1), 0));
    ck_assert(same(vg_exp(710), inf) && same(vg_exp(-746), 0) && same(vg_expf(89), inf));
    ck_assert(same(vg_expf(-104), 0) && same(vg_expm1(710), inf) && same(vg_asin(1.5), nan));
    ck_assert(same(vg_normal_quantile(1), inf) && same(vg_normal_quantile(1.5), nan));
    ck_assert(same(vg_normal_quantile(0.5), 0) && same(vg_normal_cdf(40), 1) && same(vg_normal_cdf(-40), 0));
}
END_TEST

START_TEST(special_values_of_atan2) {
    const double values[] = {0,        -0.0,      1,   -1,        2.5,
                             INFINITY, -INFINITY, NAN, 0x1p-1074, 0x1.fffffffffffffp1023};
    for (int i = 0; i < 10; i++)
        for (int j = 0; j < 10; j++) {
            double y = values[i], x = values[j], want = atan2(y, x);
            double got = vg_atan2(y, x);
            if (!same(got, want) && !(fabs(got - want) <= 4e-16))
                ck_abort_msg("atan2(%g, %g): %a, not %a", y, x, got, want);
            float yf = (float)y, xf = (float)x, gotf = vg_atan2f(yf, xf), wantf = (float)atan2(yf, xf);
            if (!same((double)gotf, (double)wantf) && !(fabsf(gotf - wantf) <= 3e-7f))
                ck_abort_msg("atan2f(%g, %g): %a, not %a", y, x, (double)gotf, (double)wantf);
        }
    ck_assert(same(vg_atan2(-0.0, 1), -0.0) && same(vg_atan2(-0.0, -1), -VG_PI) && same(vg_atan2(0, 0), 0));
    ck_assert_float_eq(vg_atan2f(0x1.fffffep127f, 0x1.fffffep127f), (float)(VG_PI / 4));
}
END_TEST

// All pairs of C17 F.10.4.4, against libm, whose special cases are exact.
START_TEST(special_values_of_pow) {
    const double values[] = {0,          -0.0,     1,   -1,       2,         -2,     0.5,       -0.5,
                             3,          -3,       1.5, -1.5,     1e300,     -1e300, 1e-300,    0x1p53,
                             0x1p53 + 2, 0x1.8p52, -7,  INFINITY, -INFINITY, NAN,    0x1p-1074, 1e5};
    int count = sizeof values / sizeof *values;
    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++) {
            double x = values[i], y = values[j], want = pow(x, y), got = vg_pow(x, y);
            if (!same(got, want) && !(fabs(got / want - 1) < 3e-16))
                ck_abort_msg("pow(%a, %a): %a, not %a", x, y, got, want);
        }
    for (int n = -30; n <= 30; n++) ck_assert(same(vg_pow(2, n), ldexp(1, n))); // exact cases are exact
    for (int n = 0; n <= 22; n++)
        ck_assert(same(vg_pow(10, n),
                       strtod((char[8]){'1', 'e', (char)('0' + n / 10), (char)('0' + n % 10)}, NULL)));
}
END_TEST

// A network's backward pass relies on 1 - tanh^2.
START_TEST(tanh_stays_within_one) {
    for (uint32_t bits = vg_bits_of_float(0.25f); bits <= vg_bits_of_float(32); bits += 11) {
        float x = vg_float_of_bits(bits);
        if (!(vg_tanhf(x) <= 1 && vg_tanhf(-x) >= -1)) ck_abort_msg("tanhf(%a)", (double)x);
        if (!(vg_tanh((double)x) <= 1)) ck_abort_msg("tanh(%a)", (double)x);
    }
    ck_assert_float_eq(vg_tanhf(9.1f), 1);
    ck_assert_double_eq(vg_tanh(20), 1);
}
END_TEST

START_TEST(floors) {
    const struct {
        float x;
        int32_t whole;
    } cases[] = {{0, 0},
                 {-0.0f, 0},
                 {0.99999994f, 0},
                 {1, 1},
                 {-1, -1},
                 {-0x1p-149f, -1},
                 {-1.5f, -2},
                 {8388607.5f, 8388607},
                 {-8388607.5f, -8388608},
                 {-0x1p31f, INT32_MIN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(vg_floorf_int(cases[i].x), cases[i].whole);
        ck_assert_int_eq(vg_floor_int((double)cases[i].x), cases[i].whole);
    }
}
END_TEST

// --- the same bits -------------------------------------------------------------------------------------

// One loop a function, as callers write it, at the build's level and (v3) with AVX2 and FMA to hand.
#if defined(__x86_64__)
#define LOOP(f)                                                                                              \
    static void loop_##f(const float *restrict x, float *restrict y) {                                       \
        for (int i = 0; i < LANES; i++) y[i] = vg_##f(x[i]);                                                 \
    }                                                                                                        \
    __attribute__((target("avx2,fma"))) static void loop_v3_##f(const float *restrict x,                     \
                                                                float *restrict y) {                         \
        for (int i = 0; i < LANES; i++) y[i] = vg_##f(x[i]);                                                 \
    }
#else
#define LOOP(f)                                                                                              \
    static void loop_##f(const float *restrict x, float *restrict y) {                                       \
        for (int i = 0; i < LANES; i++) y[i] = vg_##f(x[i]);                                                 \
    }                                                                                                        \
    static void loop_v3_##f(const float *restrict x, float *restrict y) { loop_##f(x, y); }
#endif

static float atan2_with_3f(float y) { return vg_atan2f(y, 3); }
#define vg_atan2_with_3f atan2_with_3f
LOOP(sinf)
LOOP(cosf)
LOOP(tanf)
LOOP(atanf)
LOOP(atan2_with_3f)
LOOP(expf)
LOOP(lnf)
LOOP(tanhf)

START_TEST(lanes_give_the_scalar_bits) {
    static const struct {
        float (*scalar)(float);
        void (*loop)(const float *restrict, float *restrict);
        void (*loop_v3)(const float *restrict, float *restrict);
    } cases[] = {
        {vg_sinf, loop_sinf, loop_v3_sinf},    {vg_cosf, loop_cosf, loop_v3_cosf},
        {vg_tanf, loop_tanf, loop_v3_tanf},    {vg_atanf, loop_atanf, loop_v3_atanf},
        {vg_expf, loop_expf, loop_v3_expf},    {vg_lnf, loop_lnf, loop_v3_lnf},
        {vg_tanhf, loop_tanhf, loop_v3_tanhf}, {atan2_with_3f, loop_atan2_with_3f, loop_v3_atan2_with_3f}};
    static float x[LANES], y[LANES];
    uint64_t state = 3;
    for (int i = 0; i < LANES; i++) // every kind of float, most of them of ordinary size
        x[i] = i % 4 ? (float)(20 * next_unit(&state) - 8) : vg_float_of_bits((uint32_t)next_bits(&state));
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        float (*volatile scalar)(float) = cases[k].scalar;
        for (int v3 = 0; v3 <= (vg_level_best() >= VG_LEVEL_V3); v3++) {
            (v3 ? cases[k].loop_v3 : cases[k].loop)(x, y);
            for (int i = 0; i < LANES; i++) {
                float want = scalar(x[i]);
                if (!same((double)y[i], (double)want))
                    ck_abort_msg("case %zu, v3 %d: f(%a) is %a in a loop, %a alone", k, v3, (double)x[i],
                                 (double)y[i], (double)want);
            }
        }
    }
}
END_TEST

static uint64_t extend(uint64_t hash, double value) { // FNV-1a
    uint64_t bits = value != value ? 0x7ff8000000000000 : vg_bits_of_double(value);
    for (int i = 0; i < 8; i++) hash = (hash ^ (bits >> 8 * i & 0xff)) * 0x100000001b3;
    return hash;
}

// No compiler, flag or CPU may move a bit.
START_TEST(golden) {
    uint64_t hash = 0xcbf29ce484222325, state = 4;
    for (int k = 0; k < ROWS; k++)
        for (int i = 0; i < GOLDEN_POINTS; i++)
            hash = extend(hash, call(&rows[k], point(&rows[k], i, &state)));
    for (int i = 0; i < GOLDEN_POINTS; i++) {
        double a, b;
        pair_of(i, &state, 100, &a, &b);
        hash = extend(hash, vg_atan2(a, b));
        hash = extend(hash, (double)vg_atan2f((float)a, (float)b));
        hash = extend(hash, vg_pow(vg_abs(a), b));
    }
    ck_golden("exact/all", hash);
}
END_TEST

CK_MAIN("exact", one_argument_within_bounds, two_arguments_within_bounds, special_values_of_one_argument,
        special_values_of_atan2, special_values_of_pow, tanh_stays_within_one, floors,
        lanes_give_the_scalar_bits, golden)
