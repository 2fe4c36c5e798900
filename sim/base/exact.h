// sim/base/exact.h -- elementary functions from IEEE operations only: the same bits on every CPU and
// compiler.
//
// They use no libm and no fused multiply-add. The float functions have no branches, so that a loop over lanes
// vectorises and every lane gives the result of the scalar call. Compile with -ffp-contract=off. The error
// bounds are in units in the last place (ulp) of the exact result, over all arguments unless a range is
// given; they are measured against MPFR and asserted by tests/sim/base/test_exact.c (docs/exact.md has the
// table). Special values (signed zeros, infinities, NaN, subnormals) are those of C17 Annex F.
#ifndef VG_SIM_BASE_EXACT_H
#define VG_SIM_BASE_EXACT_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VG_PI 3.14159265358979323846

// --- bits ----------------------------------------------------------------------------------------------

static inline uint32_t vg_bits_of_float(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float vg_float_of_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t vg_bits_of_double(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double vg_double_of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline float vg_absf(float x) { return vg_float_of_bits(vg_bits_of_float(x) & 0x7fffffffu); }
static inline float vg_copysignf(float x, float sign) {
    return vg_float_of_bits((vg_bits_of_float(x) & 0x7fffffffu) | (vg_bits_of_float(sign) & 0x80000000u));
}
static inline double vg_abs(double x) { return vg_double_of_bits(vg_bits_of_double(x) & INT64_MAX); }
static inline double vg_copysign(double x, double sign) {
    return vg_double_of_bits((vg_bits_of_double(x) & INT64_MAX) |
                             (vg_bits_of_double(sign) & (uint64_t)INT64_MIN));
}

// The largest integer <= x, for -2^31 <= x < 2^31. It vectorises without SSE4.1, which floorf does not.
static inline int32_t vg_floorf_int(float x) {
    int32_t whole = (int32_t)x;
    return whole - (x < (float)whole);
}
static inline int32_t vg_floor_int(double x) {
    int32_t whole = (int32_t)x;
    return whole - (x < (double)whole);
}

// Adding one of these rounds |x| < 2^22 (2^51) to the nearest integer, which is then in the lowest bits.
#define VG_ROUNDERF 0x1.8p23f
#define VG_ROUNDER  0x1.8p52

// 2^n of n + VG_ROUNDERF or n + VG_ROUNDER, where 2^n is a normal number.
static inline float vg_power_of_2f(float rounded) {
    return vg_float_of_bits((vg_bits_of_float(rounded) << 23) + 0x3f800000u);
}
static inline double vg_power_of_2(double rounded) {
    return vg_double_of_bits((vg_bits_of_double(rounded) << 52) + 0x3ff0000000000000u);
}

// --- float ---------------------------------------------------------------------------------------------

// Sine and cosine, <= 1.6 ulp for |x| <= 8192 rad. Beyond that the result has the same bits everywhere but no
// meaning. There are two steps, to be run in a loop each: the chain of operations for one number is longer
// than a processor's reorder window, so many numbers are computed faster in parallel.

// x = n pi/2 + r - rest; rounded is n + VG_ROUNDERF. (pi/2 is in four parts; n times each of the first three
// is exact. Keeping `rest` apart also keeps the sign of a zero.)
static inline float vg_sincosf_reduce(float x, float *rest, float *rounded) {
    *rounded = x * 0x1.45f306p-1f + VG_ROUNDERF;
    float n = *rounded - VG_ROUNDERF;
    float high = (x - n * 0x1.92p0f) - n * 0x1.fb4p-12f; // exact
    float third = n * 0x1.444p-24f;
    float near = high - third;
    float low = n * 0x1.68c234p-39f - ((high - near) - third);
    float r = near - low;
    *rest = low - (near - r);
    return r;
}

static inline void vg_sincosf_of(float r, float rest, float rounded, float *sine, float *cosine) {
    float z = r * r;
    float s = r - (rest + r * z * (0x1.555552p-3f + z * (-0x1.110c24p-7f + z * 0x1.9ac6fcp-13f)));
    float c = (1 - 0.5f * z) + z * z * (0x1.555554p-5f + z * (-0x1.6c12cep-10f + z * 0x1.9bd67p-16f));
    uint32_t quadrant = vg_bits_of_float(rounded);
    float even = quadrant & 1 ? c : s, odd = quadrant & 1 ? s : c;
    *sine = vg_float_of_bits(vg_bits_of_float(even) ^ (quadrant & 2) << 30);
    *cosine = vg_float_of_bits(vg_bits_of_float(odd) ^ ((quadrant + 1) & 2) << 30);
}

static inline void vg_sincosf(float x, float *sine, float *cosine) {
    float rest, rounded, r = vg_sincosf_reduce(x, &rest, &rounded);
    vg_sincosf_of(r, rest, rounded, sine, cosine);
}

static inline float vg_sinf(float x) {
    float sine, cosine;
    vg_sincosf(x, &sine, &cosine);
    return sine;
}

static inline float vg_cosf(float x) {
    float sine, cosine;
    vg_sincosf(x, &sine, &cosine);
    return cosine;
}

// Tangent, <= 3 ulp for |x| <= pi/2, 3.4 for |x| <= 8192.
static inline float vg_tanf(float x) {
    float sine, cosine;
    vg_sincosf(x, &sine, &cosine);
    return sine / cosine;
}

// The angle of the vector (x, y) in [-pi, pi], <= 2.3 ulp.
static inline float vg_atan2f(float y, float x) {
    float ax = vg_absf(x), ay = vg_absf(y);
    float small = ax > ay ? ay : ax, large = ax > ay ? ax : ay; // a NaN remains in one of them
    float scale = large > 0x1p125f ? 0x1p-2f : 1.0f;            // avoids overflow of the sum
    small *= scale, large *= scale;
    small = large > 0x1p127f ? (small > 0x1p127f ? 1.0f : small * 0) : small; // infinities
    large = large > 0x1p127f ? 1.0f : large == 0 ? 1.0f : large;
    // The angle from the nearer axis: atan(small / large), or pi/4 less the rest when above pi/8.
    int wide = small > 0x1.a8279ap-2f * large;
    float t = (wide ? small - large : small) / (wide ? small + large : large);
    float z = t * t;
    float angle =
        t + t * z *
                (-0x1.555554p-2f +
                 z * (0x1.99972cp-3f + z * (-0x1.241f98p-3f + z * (0x1.b802fp-4f + z * -0x1.08197cp-4f))));
    // Reflect into the octant: k pi/4 +- angle.
    float k = wide ? 1.0f : 0.0f;
    k = ay > ax ? 2 - k : k;
    angle = ay > ax ? -angle : angle;
    int back = (vg_bits_of_float(x) >> 31) != 0;
    k = back ? 4 - k : k;
    angle = back ? -angle : angle;
    return vg_copysignf(k * 0x1.921fbp-1f + (k * 0x1.5110b4p-23f + angle), y);
}

// Arc tangent, <= 2.3 ulp.
static inline float vg_atanf(float x) { return vg_atan2f(x, 1); }

// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2.
static inline float vg_exp_tailf(float r) {
    return 0.5f +
           r * (0x1.555556p-3f +
                r * (0x1.5554e8p-5f + r * (0x1.1110ep-7f + r * (0x1.6d444ap-10f + r * 0x1.a125f6p-13f))));
}

// e^x, <= 1.1 ulp.
static inline float vg_expf(float x) {
    x = x < -104 ? -104 : x;
    x = x > 89 ? 89 : x;
    float n = (x * 0x1.715476p0f + VG_ROUNDERF) - VG_ROUNDERF;
    float r = (x - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
    float e = 1 + (r + r * r * vg_exp_tailf(r));
    float half = n * 0.5f + VG_ROUNDERF; // in two steps: 2^n itself may be subnormal or too large
    float rest = (n - (half - VG_ROUNDERF)) + VG_ROUNDERF;
    return e * vg_power_of_2f(half) * vg_power_of_2f(rest);
}

// The natural logarithm, <= 0.9 ulp.
static inline float vg_lnf(float x) {
    int subnormal = x < 0x1p-126f;
    float scaled = subnormal ? x * 0x1p23f : x;
    // x = 2^n (1 + f), with 1 + f in [sqrt(1/2), sqrt(2))
    uint32_t bits = vg_bits_of_float(scaled) - 0x3f3504f3u;
    float n = (float)((int32_t)bits >> 23) - (subnormal ? 23.0f : 0.0f);
    float f = vg_float_of_bits((bits & 0x7fffffu) + 0x3f3504f3u) - 1;
    float s = f / (2 + f), z = s * s, half_square = 0.5f * f * f;
    float tail = z * (0x1.555556p-1f + z * (0x1.9999eep-2f + z * (0x1.245b28p-2f + z * 0x1.de0b02p-3f)));
    float y = n * 0x1.62e4p-1f - ((half_square - (s * (half_square + tail) + n * 0x1.7f7d1cp-20f)) - f);
    float infinity = __builtin_inff();
    y = x == infinity ? x : y;
    y = x == 0 ? -infinity : y;
    return x >= 0 ? y : __builtin_nanf("");
}

// Hyperbolic tangent, <= 2 ulp, never beyond +-1. With a = -2 |x| and e^a = 2^n (1 + p): tanh |x| = (1 - e^a)
// / (1 + e^a); both sums are ordered so that they round once where it matters. There are three steps, to be
// run in a loop each: the chain for one number is longer than a processor's reorder window, so many numbers
// are computed faster in parallel.

// The rest of a beyond n ln 2, and n + VG_ROUNDERF.
static inline float vg_tanhf_reduce(float x, float *rounded) {
    float a = -2 * vg_absf(x);
    a = a < -20 ? -20 : a;
    *rounded = a * 0x1.715476p0f + VG_ROUNDERF;
    float n = *rounded - VG_ROUNDERF;
    return (a - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
}

// e^r - 1 for |r| <= ln(2) / 2.
static inline float vg_tanhf_power(float r) { return r + r * r * vg_exp_tailf(r); }

static inline float vg_tanhf_quotient(float less_one, float rounded, float x) {
    float power = vg_power_of_2f(rounded), p = power * less_one;
    return vg_copysignf((p + (power - 1)) / (p + (power + 1)), x);
}

static inline float vg_tanhf(float x) {
    float rounded, r = vg_tanhf_reduce(x, &rounded);
    return vg_tanhf_quotient(vg_tanhf_power(r), rounded, x);
}

// --- double --------------------------------------------------------------------------------------------

// The quadrant (its lowest two bits), and x - n pi/2 as r + *tail, for any finite x with |x| > 2^20; NaN for
// the others. vg_sincos uses it for large x.
uint64_t vg_reduce_large(double x, double *r, double *tail);

// The quadrant and x - n pi/2 as *r + *tail, |*r| <= pi/4.
static inline uint64_t vg_reduce(double x, double *r, double *tail) {
    if (!(vg_abs(x) <= 0x1p20)) return vg_reduce_large(x, r, tail);
    double rounded = x * 0x1.45f306dc9c883p-1 + VG_ROUNDER;
    double n = rounded - VG_ROUNDER;
    double high = x - n * 0x1.921fb544p0; // exact, as is n times the second part
    double second = n * 0x1.0b4611a6p-34;
    double rest = high - second;
    double low = n * 0x1.3198a2e037073p-69 - ((high - rest) - second);
    *r = rest - low;
    *tail = (rest - *r) - low;
    return vg_bits_of_double(rounded);
}

// sin(r + tail) = r + vg_sine_rest, cos(r + tail) = (1 - r^2 / 2) + vg_cosine_rest, for |r| <= pi/4.
static inline double vg_sine_rest(double r, double tail) {
    double z = r * r;
    double p = 0x1.1111111110ba5p-7 +
               z * (-0x1.a01a019e8069ap-13 +
                    z * (0x1.71de3792528abp-19 + z * (-0x1.ae60069ee3ecfp-26 + z * 0x1.5e09858a97437p-33)));
    return -((z * (0.5 * tail - r * z * p) - tail) + r * z * 0x1.5555555555555p-3);
}

static inline double vg_cosine_rest(double r, double tail) {
    double z = r * r;
    double p =
        0x1.5555555555555p-5 +
        z * (-0x1.6c16c16c1696p-10 +
             z * (0x1.a01a019f4d0fp-16 +
                  z * (-0x1.27e4fa15bdc69p-22 + z * (0x1.1eeb66b6cb12cp-29 + z * -0x1.907c0e977e8bdp-37))));
    double half = 0.5 * z;
    return ((1 - (1 - half)) - half) + (z * z * p - r * tail);
}

// Sine and cosine, <= 0.9 ulp for any x.
static inline void vg_sincos(double x, double *sine, double *cosine) {
    double r, tail;
    uint64_t quadrant = vg_reduce(x, &r, &tail);
    double s = r + vg_sine_rest(r, tail), c = (1 - 0.5 * (r * r)) + vg_cosine_rest(r, tail);
    double even = quadrant & 1 ? c : s, odd = quadrant & 1 ? s : c;
    *sine = quadrant & 2 ? -even : even;
    *cosine = (quadrant + 1) & 2 ? -odd : odd;
}

static inline double vg_sin(double x) {
    double sine, cosine;
    vg_sincos(x, &sine, &cosine);
    return sine;
}

static inline double vg_cos(double x) {
    double sine, cosine;
    vg_sincos(x, &sine, &cosine);
    return cosine;
}

// (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2.
static inline double vg_exp_tail(double r) {
    double z = r * r; // in two chains, for speed
    double even = 0x1.5555555555556p-5 +
                  z * (0x1.6c16c16c162bp-10 +
                       z * (0x1.a01a01a6ec522p-16 + z * (0x1.27e4db25ce3adp-22 + z * 0x1.1f7385560be05p-29)));
    double odd = 0x1.5555555555557p-3 +
                 z * (0x1.111111111009cp-7 +
                      z * (0x1.a01a01ac0a9eep-13 + z * (0x1.71de01c3fc936p-19 + z * 0x1.af4ecd2129492p-26)));
    return 0.5 + (r * odd + z * even);
}

// e^(x + tail), |tail| <= 2^-14: tail is the caller's rounding error.
static inline double vg_exp_sum(double x, double tail) {
    x = x < -746 ? -746 : x;
    x = x > 710 ? 710 : x;
    double n = (x * 0x1.71547652b82fep0 + VG_ROUNDER) - VG_ROUNDER;
    double high = x - n * 0x1.62e42feep-1, low = n * 0x1.a39ef35793c76p-33 - tail;
    double r = high - low;
    double e = 1 + (r + (r * r * vg_exp_tail(r) + ((high - r) - low)));
    double half = n * 0.5 + VG_ROUNDER; // in two steps: 2^n itself may be subnormal or too large
    double rest = (n - (half - VG_ROUNDER)) + VG_ROUNDER;
    return e * vg_power_of_2(half) * vg_power_of_2(rest);
}

// e^x, <= 1 ulp.
static inline double vg_exp(double x) { return vg_exp_sum(x, 0); }

// n ln(2) + ln(1 + f) + low, for 1 + f in [sqrt(1/2), sqrt(2)].
static inline double vg_log_near(double n, double f, double low) {
    double s = f / (2 + f), z = s * s, half_square = 0.5 * f * f;
    double w = z * z; // in two chains, for speed
    double even = 0x1.5555555555555p-1 +
                  w * (0x1.249249247513dp-2 + w * (0x1.745cf7c1d5dafp-3 + w * 0x1.0fb77bcdefa76p-3));
    double odd = 0x1.9999999999a43p-2 +
                 w * (0x1.c71c7204621fep-3 + w * (0x1.3b1c79943fca2p-3 + w * 0x1.0c4d8297b1431p-3));
    double tail = z * (even + z * odd);
    low += s * (half_square + tail) + n * 0x1.a39ef35793c76p-33;
    return n * 0x1.62e42feep-1 - ((half_square - low) - f);
}

// The natural logarithm, <= 0.9 ulp. It is not called vg_log, because that is the log store of
// logs/store/log.h.
static inline double vg_ln(double x) {
    int subnormal = x < 0x1p-1022;
    double scaled = subnormal ? x * 0x1p52 : x;
    uint64_t bits = vg_bits_of_double(scaled) - 0x3fe6a09e667f3bcdu; // x = 2^n (1 + f)
    double n = (double)(int32_t)((int64_t)bits >> 52) - (subnormal ? 52.0 : 0.0);
    double f = vg_double_of_bits((bits & 0xfffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1;
    double y = vg_log_near(n, f, 0), infinity = __builtin_inf();
    y = x == infinity ? x : y;
    y = x == 0 ? -infinity : y;
    return x >= 0 ? y : __builtin_nan("");
}

double vg_tan(double x);             // <= 1.1 ulp for any x
double vg_atan(double x);            // <= 1.2 ulp
double vg_atan2(double y, double x); // <= 1.2 ulp; the angle of the vector (x, y) in [-pi, pi]
double vg_asin(double x);            // <= 1.9 ulp
double vg_acos(double x);            // <= 2.6 ulp
double vg_expm1(double x);           // <= 1.2 ulp; e^x - 1
double vg_log1p(double x);           // <= 0.9 ulp; ln(1 + x)
double vg_tanh(double x);            // <= 2.1 ulp
double vg_pow(double x, double y);   // <= 1 ulp

// The standard normal distribution function, <= 4.5 ulp. For 1 - cdf(x) use cdf(-x), which keeps its
// precision.
double vg_normal_cdf(double x);

// Its inverse (Wichura 1988, algorithm AS 241), <= 8 ulp. For 0 and 1: the infinities; outside [0, 1]: NaN.
double vg_normal_quantile(double p);

#ifdef __cplusplus
}
#endif
#endif
