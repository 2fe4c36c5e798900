#include "eval/gate/paired.h"

#include <math.h>
#include <stdlib.h>

#include "eval/stats/student.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { ENTITY_DRAWN = 4, ENTITY_TURNED = 5 }; // of stream BOOTSTRAP

static void draw_row(vg_resampling *r, uint64_t seed, int32_t row) {
    vg_draw at = {.seed = seed, .stream = VG_STREAM_BOOTSTRAP, .episode = (uint32_t)row};
    uint32_t bits[4];
    for (int32_t i = 0; i < r->units; i++) {
        if (i % 4 == 0) at.entity = ENTITY_DRAWN, at.draw = (uint32_t)i / 4, vg_random_bits(&at, bits);
        r->drawn[(int64_t)row * r->units + i] = (uint16_t)((uint64_t)bits[i % 4] * (uint32_t)r->units >> 32);
    }
    for (int32_t i = 0; i < r->units; i++) {
        if (i % 128 == 0) at.entity = ENTITY_TURNED, at.draw = (uint32_t)i / 128, vg_random_bits(&at, bits);
        r->turned[(int64_t)row * r->units + i] = bits[i % 128 / 32] >> i % 32 & 1;
    }
}

vg_err vg_resampling_draw(int32_t units, int32_t count, uint64_t seed, vg_resampling *out, vg_diag *diag) {
    *out = (vg_resampling){.units = units, .count = count};
    if (units < 2 || units > VG_RESAMPLING_UNITS_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d roads (or starts on one road), expected 2 to %d", units,
                       VG_RESAMPLING_UNITS_MOST);
    out->drawn = vg_new(uint16_t, (int64_t)units * count);
    out->turned = vg_new(uint8_t, (int64_t)units * count);
    if (!out->drawn || !out->turned) {
        vg_resampling_free(out);
        return vg_fail_memory(diag);
    }
    for (int32_t i = 0; i < count; i++) draw_row(out, seed, i);
    return VG_OK;
}

void vg_resampling_free(vg_resampling *r) {
    vg_free(r->drawn);
    vg_free(r->turned);
    *r = (vg_resampling){0};
}

static double ratio(double off, double error) {
    if (error > 0) return off / error;
    return off > 0 ? HUGE_VAL : off < 0 ? -HUGE_VAL : 0;
}

static double error_of(double sum, double squares, double n) {
    double variance = (squares - sum * sum / n) / (n - 1) / n;
    return variance > 0 ? sqrt(variance) : 0;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

vg_err vg_paired_of(const vg_resampling *r, const double *values, vg_paired *out, vg_diag *diag) {
    double n = r->units, sum = 0, squares = 0;
    *out = (vg_paired){.df = n - 1, .count = r->count};
    double *off = vg_new(double, r->units);
    out->t = vg_new(double, r->count);
    if (!out->t || !off) {
        vg_free(off);
        vg_paired_free(out);
        return vg_fail_memory(diag);
    }
    for (int32_t i = 0; i < r->units; i++) out->mean += values[i] / n;
    for (int32_t i = 0; i < r->units; i++) {
        off[i] = values[i] - out->mean;
        sum += off[i], squares += off[i] * off[i];
    }
    out->error = error_of(sum, squares, n);
    // A spread as small as the rounding error of equal values counts as zero.
    if (out->error < 1e-14 * fabs(out->mean)) out->error = 0;
    for (int32_t k = 0; k < r->count; k++) {
        const uint16_t *drawn = r->drawn + (int64_t)k * r->units;
        sum = squares = 0;
        for (int32_t i = 0; i < r->units; i++) sum += off[drawn[i]], squares += off[drawn[i]] * off[drawn[i]];
        double error = error_of(sum, squares, n);
        if (error < 1e-6 * out->error) error = 0; // same tolerance as above
        out->t[k] = out->error > 0 ? ratio(sum / n, error) : 0;
    }
    int32_t bare = 0;
    for (int32_t k = 0; k < r->count; k++) bare += isinf(out->t[k]) != 0;
    out->thin = bare * 100 > r->count;
    qsort(out->t, (size_t)out->count, sizeof *out->t, ascending);
    vg_free(off);
    return VG_OK;
}

void vg_paired_free(vg_paired *p) {
    vg_free(p->t);
    *p = (vg_paired){0};
}

// How many of t are below x, or at it.
static int32_t up_to(const vg_paired *p, double x, bool with) {
    int32_t low = 0, high = p->count;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (p->t[middle] < x || (with && p->t[middle] == x))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double larger(double a, double b) { return a > b ? a : b; }

double vg_paired_above(const vg_paired *p, double d) {
    double t = ratio(p->mean - d, p->error);
    if (!(p->error > 0)) return t > 0 ? 0 : 1;
    double drawn = (1.0 + p->count - up_to(p, t, false)) / (1.0 + p->count);
    return larger(p->thin ? 0 : drawn, vg_student_cdf(-t, p->df));
}

double vg_paired_below(const vg_paired *p, double d) {
    double t = ratio(p->mean - d, p->error);
    if (!(p->error > 0)) return t <= 0 ? 0 : 1; // every road has the same value, at most d
    double drawn = (1.0 + up_to(p, t, true)) / (1.0 + p->count);
    return larger(p->thin ? 0 : drawn, vg_student_cdf(t, p->df));
}

// The t that this share of the resamples lies beyond, or Student's t, whichever is farther out. A level finer
// than the resamples allow has no bound.
static double reach(const vg_paired *p, double level, bool above) {
    int32_t beyond =
        (int32_t)floor(level * (1.0 + p->count)) - 1; // how many more extreme values are still few enough
    if (beyond < 0) return HUGE_VAL;
    double drawn = above ? p->t[p->count - 1 - beyond] : -p->t[beyond];
    return larger(p->thin ? 0 : drawn, -vg_student_quantile(level, p->df));
}

double vg_paired_low(const vg_paired *p, double level) {
    return p->error > 0 ? p->mean - reach(p, level, true) * p->error : p->mean;
}

double vg_paired_high(const vg_paired *p, double level) {
    return p->error > 0 ? p->mean + reach(p, level, false) * p->error : p->mean;
}

double vg_paired_exact(const vg_resampling *r, const double *values) {
    double total = 0, slack = 0;
    int32_t as_large = 0;
    for (int32_t i = 0; i < r->units; i++) total += values[i], slack += fabs(values[i]);
    slack *= 1e-13; // allows for rounding: the sums are added in another order
    for (int32_t k = 0; k < r->count; k++) {
        const uint8_t *turned = r->turned + (int64_t)k * r->units;
        double sum = 0;
        for (int32_t i = 0; i < r->units; i++) sum += turned[i] ? -values[i] : values[i];
        as_large += sum >= total - slack;
    }
    return (1.0 + as_large) / (1.0 + r->count);
}
