#include "logs/import/smoother.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

// The state: x, its velocity and acceleration, and the same of y.
enum { STATE = 6, AXIS = 3, FEWEST = 6, PASSES = 4 };

#define NOISE_LEAST   1e-4  // m: coordinates are written with so many digits
#define SD_LEAST      1e-5  // m: rounding leaves no less
#define SPEED_LEAST   0.02  // m/s, the same for a speed
#define HEADING_LEAST 0.002 // rad
#define HEADING_MOST  0.1   // rad: beyond it the path knows better
#define SLOW          1.0   // m/s: below it a direction says nothing
#define STILL         0.3   // m/s: a speed below it says that the car stands, within this
#define FAR           3.0   // standard deviations beyond which a measurement counts less
// Where the first position, velocity and acceleration may be, standard deviations, before any fix.
static const double prior[AXIS] = {1e5, 200, 50};
// Innovations are compared from here on: those before place the car and are no test of the model.
enum { BURN = 3 };

// The noise that a step of `dt` adds to position, velocity and acceleration, for a jerk of density 1.
static void add_jerk(double p[AXIS][AXIS], double q, double dt) {
    double d2 = dt * dt, d3 = d2 * dt;
    p[0][0] += q * d2 * d3 / 20;
    p[0][1] += q * d2 * d2 / 8, p[1][0] = p[0][1];
    p[0][2] += q * d3 / 6, p[2][0] = p[0][2];
    p[1][1] += q * d3 / 3;
    p[1][2] += q * d2 / 2, p[2][1] = p[1][2];
    p[2][2] += q * dt;
}

static void move(double p[AXIS][AXIS], double m[2][AXIS], double dt) {
    double h = dt * dt / 2;
    for (int a = 0; a < 2; a++) m[a][0] += dt * m[a][1] + h * m[a][2], m[a][1] += dt * m[a][2];
    for (int c = 0; c < AXIS; c++) p[0][c] += dt * p[1][c] + h * p[2][c], p[1][c] += dt * p[2][c];
    for (int r = 0; r < AXIS; r++) p[r][0] += dt * p[r][1] + h * p[r][2], p[r][1] += dt * p[r][2];
}

// --- how likely a ratio of jerk to noise is --------------------------------------------------------------

// Twice the negative log-likelihood per fix of a ratio (jerk density over the noise's variance), at the best
// scale; *scale is that variance. Both coordinates have the same covariance.
static double unlikely(const vg_motion_point *s, int32_t count, double ratio, double *scale) {
    double p[AXIS][AXIS] = {{0}}, m[2][AXIS] = {{0}}, sum = 0, logs = 0, before = 0;
    int32_t seen = 0;
    for (int32_t i = 0; i < count; i++) {
        if (isnan(s[i].x)) continue;
        double fix[2] = {s[i].x, s[i].y};
        if (!seen) {
            for (int a = 0; a < 2; a++) m[a][0] = fix[a];
            for (int r = 0; r < AXIS; r++) p[r][r] = prior[r] * prior[r] * 1e4;
            p[0][0] = 1;
        } else {
            move(p, m, s[i].t - before);
            add_jerk(p, ratio, s[i].t - before);
            double spread = p[0][0] + 1 / s[i].weight, gain[AXIS], row[AXIS];
            for (int r = 0; r < AXIS; r++) gain[r] = p[r][0] / spread, row[r] = p[0][r];
            double off[2] = {fix[0] - m[0][0], fix[1] - m[1][0]};
            if (seen > BURN) sum += (off[0] * off[0] + off[1] * off[1]) / spread, logs += 2 * vg_ln(spread);
            for (int r = 0; r < AXIS; r++) {
                for (int a = 0; a < 2; a++) m[a][r] += gain[r] * off[a];
                for (int c = 0; c < AXIS; c++) p[r][c] -= gain[r] * row[c];
            }
        }
        before = s[i].t;
        seen++;
    }
    double used = 2.0 * (seen - 1 - BURN);
    *scale = sum / used;
    return vg_ln(*scale + 1e-30) + logs / used;
}

// The likeliest ratio: over a grid of decades, then by thirds between the neighbours of the best.
static void estimate(const vg_motion_point *s, int32_t count, vg_smoothed *out) {
    enum { LOW = -4, HIGH = 12 }; // powers of ten
    double best = INFINITY, low = LOW, high = HIGH, scale;
    for (int power = LOW; power <= HIGH; power++) {
        double cost = unlikely(s, count, vg_pow(10, power), &scale);
        if (cost < best) best = cost, low = power - 1, high = power + 1;
    }
    for (int i = 0; i < 12; i++) {
        double a = low + (high - low) / 3, b = high - (high - low) / 3;
        if (unlikely(s, count, vg_pow(10, a), &scale) < unlikely(s, count, vg_pow(10, b), &scale))
            high = b;
        else
            low = a;
    }
    double ratio = vg_pow(10, (low + high) / 2);
    unlikely(s, count, ratio, &scale);
    out->noise = sqrt(scale);
    out->jerk = ratio * scale;
    if (out->noise < NOISE_LEAST) out->noise = NOISE_LEAST;
}

// --- the smoother ----------------------------------------------------------------------------------------

typedef struct belief {
    double mean[STATE], spread[STATE][STATE];
} belief;

static void predict(belief *b, double q, double dt) {
    double h = dt * dt / 2;
    for (int o = 0; o < STATE; o += AXIS) {
        double *m = b->mean + o;
        m[0] += dt * m[1] + h * m[2], m[1] += dt * m[2];
        for (int c = 0; c < STATE; c++) {
            b->spread[o][c] += dt * b->spread[o + 1][c] + h * b->spread[o + 2][c];
            b->spread[o + 1][c] += dt * b->spread[o + 2][c];
        }
    }
    for (int r = 0; r < STATE; r++)
        for (int o = 0; o < STATE; o += AXIS) {
            double *row = b->spread[r] + o;
            row[0] += dt * row[1] + h * row[2], row[1] += dt * row[2];
        }
    for (int o = 0; o < STATE; o += AXIS) {
        double p[AXIS][AXIS] = {{0}};
        add_jerk(p, q, dt);
        for (int r = 0; r < AXIS; r++)
            for (int c = 0; c < AXIS; c++) b->spread[o + r][o + c] += p[r][c];
    }
}

// Take in a measurement of a * state[i] + b * state[j].
static void measure(belief *b, int i, double a, int j, double c, double value, double variance) {
    double cross[STATE];
    for (int r = 0; r < STATE; r++) cross[r] = a * b->spread[r][i] + c * b->spread[r][j];
    double spread = a * cross[i] + c * cross[j] + variance;
    double off = value - a * b->mean[i] - c * b->mean[j];
    for (int r = 0; r < STATE; r++) {
        b->mean[r] += cross[r] / spread * off;
        for (int k = 0; k <= r; k++)
            b->spread[r][k] = b->spread[k][r] = b->spread[r][k] - cross[r] * cross[k] / spread;
    }
}

// The measurements of a moment. Speed and heading are linear along the direction found by the pass before.
static void take(belief *b, const vg_motion_point *s, const vg_smoothed *by, bool directed) {
    if (!isnan(s->x)) {
        double variance = by->noise * by->noise / s->weight;
        measure(b, 0, 1, 0, 0, s->x, variance);
        measure(b, AXIS, 1, AXIS, 0, s->y, variance);
    }
    if (!directed) return;
    double speed = sqrt(s->velocity[0] * s->velocity[0] + s->velocity[1] * s->velocity[1]);
    double along[2] = {s->velocity[0] / speed, s->velocity[1] / speed};
    if (!isnan(by->speed_noise) && !isnan(s->speed)) {
        double sd = by->speed_noise,
               off = vg_abs(s->speed - speed) / (FAR * sqrt(sd * sd + s->speed_sd * s->speed_sd));
        if (off > 1) sd *= off;
        if (s->speed < STILL) {
            for (int v = 1; v < STATE; v += AXIS) measure(b, v, 1, v, 0, 0, sd * sd + STILL * STILL);
        } else if (speed > SLOW) {
            measure(b, 1, along[0], AXIS + 1, along[1], s->speed, sd * sd);
        }
    }
    if (isnan(by->heading_noise) || isnan(s->heading) || !(speed > SLOW)) return;
    double sine, cosine;
    vg_sincos(s->heading, &sine, &cosine);
    double sd = by->heading_noise, off = vg_abs(along[1] * cosine - along[0] * sine) / (FAR * sd);
    if (along[0] * cosine + along[1] * sine < 0.5) return; // the other way round
    if (off > 1) sd *= off;
    measure(b, 1, -sine, AXIS + 1, cosine, 0, sd * sd * speed * speed);
}

// Invert a positive definite matrix by Cholesky, in place of a general solver: X = B A^-1 for symmetric A.
static bool divide(const double a[STATE][STATE], double b[STATE][STATE]) {
    double l[STATE][STATE] = {{0}};
    for (int r = 0; r < STATE; r++)
        for (int c = 0; c <= r; c++) {
            double sum = a[r][c];
            for (int k = 0; k < c; k++) sum -= l[r][k] * l[c][k];
            if (r == c && !(sum > 0)) return false;
            l[r][c] = r == c ? sqrt(sum) : sum / l[c][c];
        }
    for (int row = 0; row < STATE; row++) {
        double *x = b[row];
        for (int r = 0; r < STATE; r++) {
            for (int k = 0; k < r; k++) x[r] -= l[r][k] * x[k];
            x[r] /= l[r][r];
        }
        for (int r = STATE; r-- > 0;) {
            for (int k = r + 1; k < STATE; k++) x[r] -= l[k][r] * x[k];
            x[r] /= l[r][r];
        }
    }
    return true;
}

// One step backward: what is known of a moment from the moments after it, too. `after` is smoothed.
static void smooth_back(belief *now, const belief *after, double q, double dt) {
    belief next = *now;
    predict(&next, q, dt);
    // gain = spread F' next^-1; the columns of spread F' are those of the prediction without its noise.
    double gain[STATE][STATE], h = dt * dt / 2;
    for (int r = 0; r < STATE; r++)
        for (int o = 0; o < STATE; o += AXIS) {
            const double *row = now->spread[r] + o;
            gain[r][o] = row[0] + dt * row[1] + h * row[2];
            gain[r][o + 1] = row[1] + dt * row[2];
            gain[r][o + 2] = row[2];
        }
    if (!divide(next.spread, gain)) return;
    double part[STATE][STATE];
    for (int r = 0; r < STATE; r++) {
        for (int c = 0; c < STATE; c++) now->mean[r] += gain[r][c] * (after->mean[c] - next.mean[c]);
        for (int c = 0; c < STATE; c++) {
            part[r][c] = 0;
            for (int k = 0; k < STATE; k++)
                part[r][c] += gain[r][k] * (after->spread[k][c] - next.spread[k][c]);
        }
    }
    for (int r = 0; r < STATE; r++)
        for (int c = 0; c <= r; c++) {
            double sum = now->spread[r][c];
            for (int k = 0; k < STATE; k++) sum += part[r][k] * gain[c][k];
            now->spread[r][c] = now->spread[c][r] = sum;
        }
}

// What is believed of a moment, as its fields.
static void tell(const belief *b, vg_motion_point *s) {
    for (int a = 0; a < 2; a++) {
        s->at[a] = b->mean[a * AXIS];
        s->velocity[a] = b->mean[a * AXIS + 1];
        s->acceleration[a] = b->mean[a * AXIS + 2];
    }
    double position = (b->spread[0][0] + b->spread[AXIS][AXIS]) / 2;
    double vx = s->velocity[0], vy = s->velocity[1], v2 = vx * vx + vy * vy;
    double along = (vx * vx * b->spread[1][1] + 2 * vx * vy * b->spread[1][AXIS + 1] +
                    vy * vy * b->spread[AXIS + 1][AXIS + 1]);
    s->sd = sqrt(position > SD_LEAST * SD_LEAST ? position : SD_LEAST * SD_LEAST);
    s->speed_sd = sqrt(v2 > 0 && along > 0 ? along / v2 : b->spread[1][1] > 0 ? b->spread[1][1] : 0);
}

static void run(vg_motion_point *s, int32_t count, const vg_smoothed *by, bool directed, belief *room) {
    int32_t first = 0;
    while (isnan(s[first].x)) first++;
    belief b = {.mean = {[0] = s[first].x, [AXIS] = s[first].y}};
    for (int r = 0; r < STATE; r++) b.spread[r][r] = prior[r % AXIS] * prior[r % AXIS];
    for (int32_t i = 0; i < count; i++) {
        if (i) predict(&b, by->jerk, s[i].t - s[i - 1].t);
        take(&b, &s[i], by, directed);
        room[i] = b;
    }
    for (int32_t i = count - 1; i-- > 0;) smooth_back(&room[i], &room[i + 1], by->jerk, s[i + 1].t - s[i].t);
    for (int32_t i = 0; i < count; i++) tell(&room[i], &s[i]);
}

// --- weights and the other noises ------------------------------------------------------------------------

static void weigh(vg_motion_point *s, int32_t count, vg_smoothed *by) {
    by->far = 0;
    for (int32_t i = 0; i < count; i++) {
        if (isnan(s[i].x)) continue;
        double dx = s[i].x - s[i].at[0], dy = s[i].y - s[i].at[1];
        // Where the fix itself decided, its residual has less than the noise's variance.
        double variance = by->noise * by->noise / s[i].weight - s[i].sd * s[i].sd;
        double least = 0.01 * by->noise * by->noise;
        double d = sqrt((dx * dx + dy * dy) / (variance > least ? variance : least) / s[i].weight);
        s[i].weight = d > FAR ? FAR * FAR / (d * d) : 1;
        if (s[i].weight < 1e-6) s[i].weight = 1e-6;
        by->far += s[i].weight < 0.5;
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Standard deviation of values of mean 0 by their median size, which far values do not move.
static double robust(double *sizes, int32_t count) {
    if (count < FEWEST) return NAN;
    qsort(sizes, (size_t)count, sizeof *sizes, ascending);
    return 1.4826 * sizes[count / 2];
}

// How far speeds and headings are from the path's own, less what the path does not know itself.
static void compare(const vg_motion_point *s, int32_t count, vg_smoothed *by, double *room) {
    int32_t used = 0;
    double known = 0;
    for (int32_t i = 0; i < count; i++) {
        if (isnan(s[i].speed)) continue;
        double v = sqrt(s[i].velocity[0] * s[i].velocity[0] + s[i].velocity[1] * s[i].velocity[1]);
        known += s[i].speed_sd * s[i].speed_sd;
        room[used++] = vg_abs(s[i].speed - v);
    }
    double sd = robust(room, used);
    by->speed_noise = isnan(sd) ? NAN : sqrt(fmax(sd * sd - known / used, SPEED_LEAST * SPEED_LEAST));
    used = 0, known = 0;
    for (int32_t i = 0; i < count; i++) {
        double v = sqrt(s[i].velocity[0] * s[i].velocity[0] + s[i].velocity[1] * s[i].velocity[1]), sine,
               cosine;
        if (isnan(s[i].heading) || !(v > 3 * SLOW)) continue;
        vg_sincos(s[i].heading, &sine, &cosine);
        known += s[i].speed_sd * s[i].speed_sd / (v * v); // the first pass knows both directions alike
        room[used++] = (vg_abs(s[i].velocity[1] * cosine - s[i].velocity[0] * sine)) / v +
                       (s[i].velocity[0] * cosine + s[i].velocity[1] * sine < 0);
    }
    sd = robust(room, used);
    by->heading_noise = isnan(sd) ? NAN : sqrt(fmax(sd * sd - known / used, HEADING_LEAST * HEADING_LEAST));
    if (!(by->heading_noise < HEADING_MOST)) by->heading_noise = NAN;
}

static vg_err check(vg_motion_point *s, int32_t count, vg_smoothed *out, vg_diag *diag) {
    for (int32_t i = 0; i < count; i++) {
        bool fix = !isnan(s[i].x);
        if (!isfinite(s[i].t) || (i && !(s[i].t > s[i - 1].t)) || isinf(s[i].x) || isinf(s[i].y) ||
            isnan(s[i].y) == fix || isinf(s[i].speed) || isinf(s[i].heading))
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, i + 1, NULL,
                              "a moment whose time does not rise, or with a value that is not finite");
        s[i].weight = fix;
        out->fixes += fix;
    }
    if (out->fixes >= FEWEST) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "%d fixes; expected at least %d", out->fixes, FEWEST);
}

vg_err vg_smooth_noise(vg_motion_point *moments, int32_t count, double *noise, vg_diag *diag) {
    vg_smoothed by = {0};
    vg_err err = check(moments, count, &by, diag);
    if (!err) estimate(moments, count, &by);
    *noise = by.noise;
    return err;
}

vg_err vg_smooth(vg_motion_point *moments, int32_t count, vg_smoothed *out, vg_diag *diag) {
    *out = (vg_smoothed){.speed_noise = NAN, .heading_noise = NAN};
    vg_err err = check(moments, count, out, diag);
    if (err) return err;
    belief *beliefs = vg_new(belief, count);
    double *room = vg_new(double, count);
    if (!beliefs || !room) err = vg_fail_memory(diag);
    // The first pass knows positions alone; what it finds tells how far the speeds and headings can be
    // trusted.
    for (int pass = 0; !err && pass < PASSES; pass++) {
        if (pass < PASSES - 1) estimate(moments, count, out);
        run(moments, count, out, pass > 0, beliefs);
        if (pass == 0) compare(moments, count, out, room);
        if (pass < PASSES - 2) weigh(moments, count, out);
    }
    vg_free(beliefs);
    vg_free(room);
    return err;
}
