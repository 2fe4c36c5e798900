#include "sim/base/exact.h"

// A sum of two doubles that is not rounded to one, |low| <= ulp(high) / 2.
typedef struct pair {
    double high, low;
} pair;

// Exact sum, for |a| >= |b| or a = 0 (Dekker 1971).
static pair sum_of(double a, double b) {
    double sum = a + b;
    return (pair){sum, (a - sum) + b};
}

// Exact product, by splitting (Dekker 1971), without a fused multiply-add. Needs |a|, |b| < 2^990 and a
// product above 2^-960.
static pair product_of(double a, double b) {
    double ca = a * 0x1.0000002p27, cb = b * 0x1.0000002p27;
    double ah = ca - (ca - a), bh = cb - (cb - b);
    double al = a - ah, bl = b - bh, product = a * b;
    return (pair){product, ((ah * bh - product) + ah * bl + al * bh) + al * bl};
}

static pair multiply(pair a, pair b) {
    pair p = product_of(a.high, b.high);
    return sum_of(p.high, p.low + (a.high * b.low + a.low * b.high));
}

static pair divide(pair a, pair b) {
    double q = a.high / b.high;
    pair back = product_of(q, b.high);
    return sum_of(q, (((a.high - back.high) - back.low) + (a.low - q * b.low)) / b.high);
}

// 2/pi, binary digits after the point.
static const uint64_t two_over_pi[19] = {
    0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
    0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
    0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab};

// 64 digits of 2/pi from digit `from` on (0 is the first after the point).
static uint64_t digits_at(int from) {
    int word = from >> 6, shift = from & 63;
    if (from < 0) return two_over_pi[0] >> -from; // from > -64
    return shift ? two_over_pi[word] << shift | two_over_pi[word + 1] >> (64 - shift) : two_over_pi[word];
}

// Payne & Hanek 1983: of the product x 2/pi, compute only the digits that matter modulo 4, and 190 below the
// point.
uint64_t vg_reduce_large(double x, double *r, double *tail) {
    uint64_t bits = vg_bits_of_double(x);
    int exponent = (int)(bits >> 52 & 0x7ff) - 1075; // x = +-whole 2^exponent
    uint64_t whole = (bits & 0xfffffffffffffu) | 0x10000000000000u;
    *r = *tail = x - x;
    if (exponent == 0x7ff - 1075) return 0; // NaN and infinities

    // The digits from weight 2 on, times whole, modulo 2^192: 2 digits of quadrant, 190 of fraction.
    int from = exponent - 2;
    unsigned __int128 low = (unsigned __int128)whole * digits_at(from + 128);
    unsigned __int128 middle = (unsigned __int128)whole * digits_at(from + 64) + (uint64_t)(low >> 64);
    uint64_t top = whole * digits_at(from) + (uint64_t)(middle >> 64);
    uint64_t words[3] = {top << 2 | (uint64_t)middle >> 62, (uint64_t)middle << 2 | (uint64_t)low >> 62,
                         (uint64_t)low << 2};
    uint64_t quadrant = top >> 62;
    int above_half = words[0] >> 63;
    if (above_half) { // to the nearest multiple: 1 - fraction
        quadrant++;
        for (int i = 0; i < 3; i++) words[i] = ~words[i];
    }
    // The fraction's first 106 significant digits; a double never comes nearer to a multiple than 2^-62.
    int shift = words[0] ? __builtin_clzll(words[0]) : 64;
    if (shift == 64) words[0] = words[1], words[1] = words[2], words[2] = 0;
    int part = shift & 63;
    uint64_t first = part ? words[0] << part | words[1] >> (64 - part) : words[0];
    uint64_t second = part ? words[1] << part | words[2] >> (64 - part) : words[1];
    double unit = vg_power_of_2(-shift + VG_ROUNDER);
    pair fraction = {(double)(first >> 11) * 0x1p-53 * unit,
                     (double)((first & 0x7ff) << 42 | second >> 22) * 0x1p-106 * unit};
    pair angle = multiply(fraction, (pair){0x1.921fb54442d18p0, 0x1.1a62633145c07p-54});
    int negative = (x < 0) != above_half;
    *r = negative ? -angle.high : angle.high;
    *tail = negative ? -angle.low : angle.low;
    return x < 0 ? -quadrant : quadrant;
}

double vg_tan(double x) {
    if (vg_abs(x) < 0x1p-27) return x;
    double r, tail;
    uint64_t quadrant = vg_reduce(x, &r, &tail);
    pair sine = sum_of(r, vg_sine_rest(r, tail));
    pair cosine = sum_of(1 - 0.5 * (r * r), vg_cosine_rest(r, tail));
    if (quadrant & 1) return -divide(cosine, sine).high;
    return divide(sine, cosine).high;
}

// (atan(t) / t - 1) / t^2 for |t| <= tan(pi/8), z = t^2.
static double atan_tail(double z) {
    static const double c[] = {-0x1.39b571eaf17abp-6, 0x1.412ff8ed2a9c8p-5,  -0x1.a0880440d55f1p-5,
                               0x1.dfe2ebe99b2b4p-5,  -0x1.10fa460dd6e79p-4, 0x1.3b125f7f3f52p-4,
                               -0x1.745d0b01be884p-4, 0x1.c71c71844817bp-4,  -0x1.2492492434992p-3,
                               0x1.999999999932ep-3,  -0x1.5555555555555p-2};
    double sum = c[0];
    for (int i = 1; i < 11; i++) sum = c[i] + z * sum;
    return sum;
}

double vg_atan2(double y, double x) {
    if (x != x || y != y) return x + y;
    double ax = vg_abs(x), ay = vg_abs(y);
    double small = ax > ay ? ay : ax, large = ax > ay ? ax : ay;
    double infinity = __builtin_inf();
    if (large == infinity) small = small == infinity, large = 1;
    if (large == 0) large = 1;
    double scale = large > 0x1p900 ? 0x1p-200 : large < 0x1p-800 ? 0x1p200 : 1;
    small *= scale, large *= scale;
    // The angle from the nearer axis: atan(small / large), or pi/4 less the rest when it is above pi/8.
    int wide = small > 0x1.a827999fcef32p-2 * large;
    pair t = {small / large, 0}; // enough where the remainder of the quotient would underflow
    if (wide)
        t = divide(sum_of(-large, small), sum_of(large, small));
    else if (t.high > 0x1p-500)
        t = divide((pair){small, 0}, (pair){large, 0});
    double z = t.high * t.high;
    double angle = t.high + (t.high * z * atan_tail(z) + t.low);
    // Reflect into the octant: k pi/4 +- angle.
    int k = wide, back = vg_bits_of_double(x) >> 63, steep = ay > ax;
    if (steep) k = 2 - k;
    if (back) k = 4 - k;
    if (steep != back) angle = -angle;
    return vg_copysign(k * 0x1.921fb54442d18p-1 + (k * 0x1.1a62633145c07p-55 + angle), y);
}

double vg_atan(double x) { return vg_atan2(x, 1); }

double vg_asin(double x) { return vg_atan2(x, __builtin_sqrt((1 - x) * (1 + x))); }

double vg_acos(double x) { return 2 * vg_atan2(__builtin_sqrt(1 - x), __builtin_sqrt(1 + x)); }

// x = n ln(2) + r, and e^r - 1 = r - rest.
typedef struct growth {
    double n, r, rest;
} growth;

static growth growth_of(double x) {
    double n = (x * 0x1.71547652b82fep0 + VG_ROUNDER) - VG_ROUNDER;
    double high = x - n * 0x1.62e42feep-1, low = n * 0x1.a39ef35793c76p-33;
    double r = high - low;
    return (growth){n, r, (low - (high - r)) - r * r * vg_exp_tail(r)};
}

double vg_expm1(double x) {
    if (x < -40) x = -40;
    if (x > 710) x = 710;
    growth g = growth_of(x);
    if (g.n == 0) return g.r - g.rest;
    // 2^n (r - rest) + (2^n - 1), computed as half, so that 2^n does not overflow
    double half = vg_power_of_2(g.n - 1 + VG_ROUNDER), ones = half - 0.5;
    double a = half * g.r;
    pair sum = g.n == 1 ? sum_of(a, ones) : sum_of(ones, a);
    return 2 * (sum.high + (sum.low - half * g.rest));
}

double vg_log1p(double x) {
    if (!(x > -1) || x > 0x1p60) return vg_ln(1 + x);
    if (vg_abs(x) < 0x1p-54) return x;
    // 1 + x = u + lost = 2^n (1 + f) + lost
    double u = 1 + x, lost = x < 1 ? x - (u - 1) : 1 - (u - x);
    uint64_t bits = vg_bits_of_double(u) - 0x3fe6a09e667f3bcdu;
    double n = (double)(int32_t)((int64_t)bits >> 52);
    double f = n == 0 ? x : vg_double_of_bits((bits & 0xfffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1;
    return vg_log_near(n, f, n == 0 ? 0 : lost / u);
}

double vg_tanh(double x) {
    double a = vg_abs(x);
    if (a > 22) a = 22; // the result is nearer to 1 than any other double
    growth g = growth_of(-2 * a);
    double power = vg_power_of_2(g.n + VG_ROUNDER), p = power * (g.r - g.rest);
    return vg_copysign((p + (power - 1)) / (p + (power + 1)), x);
}

// ln(x) to some 2^-66 of itself, for a normal x > 0. Terms: 2 atanh(s) = 2 s + s^3 (2/3 + ...), s = f / (2 +
// f).
static pair log_pair(double x, double n) {
    uint64_t bits = vg_bits_of_double(x) - 0x3fe6a09e667f3bcdu;
    n += (double)(int32_t)((int64_t)bits >> 52);
    double f = vg_double_of_bits((bits & 0xfffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1;
    pair s = divide((pair){f, 0}, sum_of(2, f));
    pair z = multiply(s, s);
    static const double c[] = {0x1.e0b2fadc317e7p-4, 0x1.df700c050c69dp-4, 0x1.11190514d902bp-3,
                               0x1.3b1394b0a7753p-3, 0x1.745d177d4ef6cp-3, 0x1.c71c71c6e78a1p-3,
                               0x1.249249249252cp-2, 0x1.999999999999ap-2};
    double sum = c[0];
    for (int i = 1; i < 8; i++) sum = c[i] + z.high * sum;
    pair factor = sum_of(0x1.5555555555555p-1, z.high * sum);
    factor.low += 0x1.5555555555555p-55;
    pair cube = multiply(s, multiply(z, factor));
    pair near = sum_of(2 * s.high, cube.high);
    near.low += 2 * s.low + cube.low;
    pair all = sum_of(n * 0x1.62e42fefa3p-1, near.high);
    return sum_of(all.high, all.low + (near.low + n * 0x1.3de6af278ece6p-42));
}

static int is_odd(double y) { return vg_abs(y) < 0x1p53 && ((int64_t)y & 1) && (double)(int64_t)y == y; }
static int is_whole(double y) { return vg_abs(y) >= 0x1p53 || (double)(int64_t)y == y; }

double vg_pow(double x, double y) {
    double infinity = __builtin_inf(), ax = vg_abs(x), ay = vg_abs(y);
    if (y == 0 || x == 1) return 1;
    if (x != x || y != y) return x + y;
    double sign = vg_bits_of_double(x) >> 63 && is_odd(y) ? -1 : 1;
    if (ax == 0 || ax == infinity) return sign * ((ax == 0) == (y < 0) ? infinity : 0);
    if (ay == infinity) return ax == 1 ? 1 : (ax > 1) == (y > 0) ? infinity : 0;
    if (x < 0 && !is_whole(y)) return __builtin_nan("");
    if (ay > 0x1p70) y = vg_copysign(0x1p70, y); // the result overflows or vanishes anyway, unless ax is 1
    pair log = ax < 0x1p-1022 ? log_pair(ax * 0x1p52, -52) : log_pair(ax, 0);
    pair product = product_of(y, log.high);
    double high = product.high, low = product.low + y * log.low;
    if (high > 710 || high < -746) low = 0;
    return sign * vg_exp_sum(high, low);
}

// Mills' ratio (1 - cdf) / density, over sqrt(2 pi), is P((x - 5) / (x + 5)) / (x + 5): a fit for 0 <= x
// <= 39.
static double upper_tail(double x) {
    static const double c[] = {
        -0x1.a397ed7719499p-32, -0x1.3f1a1f1afa304p-30, 0x1.313b2a0d09987p-29, 0x1.72fe74371fc82p-27,
        -0x1.25f8b412cdb42p-27, -0x1.2d422be3e72a3p-24, 0x1.592046569c07ep-25, 0x1.d4772f51512p-22,
        -0x1.673ef5ca91651p-22, -0x1.73e13a7eebb7bp-19, 0x1.0b14870d680c8p-18, 0x1.17df18b48c12bp-16,
        -0x1.a1700f97933d8p-15, -0x1.f214934cc2997p-15, 0x1.1daf1ad402a68p-11, -0x1.a2503777d193ep-11,
        -0x1.88590e97fa725p-9,  0x1.54b4d4f48a95dp-6,   -0x1.1b1c254ca42c5p-4, 0x1.51f6329f01ba3p-3,
        -0x1.410ed5f875946p-2,  0x1.fb31653876f89p-2,   -0x1.54ad03f27ca18p-1, 0x1.89d3abe1f95aep-1};
    double t = (x - 5) / (x + 5), sum = c[0];
    for (int i = 1; i < 24; i++) sum = c[i] + t * sum;
    double head = vg_double_of_bits(vg_bits_of_double(x) & ~(uint64_t)0x7ffffff); // its square is exact
    return vg_exp_sum(-0.5 * (head * head), -0.5 * ((x - head) * (x + head))) * (sum / (x + 5));
}

double vg_normal_cdf(double x) {
    static const double c[] = {-0x1.7b332eda6b1d8p-43, 0x1.5fea26ba20a11p-38,  -0x1.f04ca46814f37p-34,
                               0x1.3873229507644p-29,  -0x1.622231bc35915p-25, 0x1.658a1ff8ad1bcp-21,
                               -0x1.3ce8fabab0155p-17, 0x1.e42b0d51f1229p-14,  -0x1.37403f6ba0d0bp-10,
                               0x1.46d04297691d3p-7,   -0x1.1058377e2ceep-4,   0x1.9884533d43651p-2};
    if (x != x) return x;
    double a = vg_abs(x);
    if (a < 1) { // 1/2 and an odd series
        double sum = c[0];
        for (int i = 1; i < 12; i++) sum = c[i] + x * x * sum;
        return 0.5 + x * sum;
    }
    double tail = upper_tail(a < 39 ? a : 39);
    return x < 0 ? tail : 1 - tail;
}

static double ratio(const double top[8], const double bottom[8], double r) {
    double a = top[7], b = bottom[7];
    for (int i = 6; i >= 0; i--) a = a * r + top[i], b = b * r + bottom[i];
    return a / b;
}

double vg_normal_quantile(double p) {
    static const double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {1.0,
                                4.2313330701600911252e+1,
                                6.8718700749205790830e+2,
                                5.3941960214247511077e+3,
                                2.1213794301586595867e+4,
                                3.9307895800092710610e+4,
                                2.8729085735721942674e+4,
                                5.2264952788528545610e+3};
    static const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                5.76949722146069140550e0,  3.64784832476320460504e0,
                                1.27045825245236838258e0,  2.41780725177450611770e-1,
                                2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[8] = {1.0,
                                2.05319162663775882187e0,
                                1.67638483018380384940e0,
                                6.89767334985100004550e-1,
                                1.48103976427480074590e-1,
                                1.51986665636164571966e-2,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9};
    static const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                1.78482653991729133580e0,  2.96560571828504891230e-1,
                                2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};
    if (!(p >= 0 && p <= 1)) return __builtin_nan("");
    if (p == 0 || p == 1) return p ? __builtin_inf() : -__builtin_inf();
    double q = p - 0.5;
    if (vg_abs(q) <= 0.425) return q * ratio(a, b, 0.180625 - q * q);
    double r = __builtin_sqrt(-vg_ln(q < 0 ? p : 1 - p));
    double x = r <= 5 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5);
    return q < 0 ? -x : x;
}
