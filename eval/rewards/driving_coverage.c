#include "eval/rewards/driving_coverage.h"

#include <math.h>

#include "eval/rewards/epic.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { N = VG_DRIVING_STATES, PAIRS = N * N };
enum { DRAW_OFFSET, DRAW_SPEED, DRAW_LATERAL, DRAW_LONGITUDINAL, DRAW_JERKS, DRAW_CHANGE = DRAW_JERKS + 2 };

static const double metres = 5, half_width = 5, offset_most = 0.9, speed_least = 5, speed_most = 30;
static const double jerk_most = 1;      // limits a second
static const double change_most = 0.05; // of the sharpest curvature, a metre

// A state, and the action that leads to it from any other; as shares of what the car can.
typedef struct state {
    double offset, speed;              // m, m/s
    double lateral, longitudinal;      // of the limits
    double jerks[2], curvature_change; // of the limits a second, of the sharpest curvature a metre
} state;

static double uniform(uint64_t seed, int32_t i, uint32_t what, double least, double most) {
    vg_draw draw = {seed, VG_STREAM_START, 0, (uint32_t)i, what, 0};
    return least + vg_random_uniform(&draw) * (most - least);
}

static state draw_state(const vg_car *car, uint64_t seed, int32_t i) {
    double fastest = fmin(speed_most, (double)car->speed_max);
    return (state){
        .offset = uniform(seed, i, DRAW_OFFSET, -offset_most * half_width, offset_most * half_width),
        .speed = uniform(seed, i, DRAW_SPEED, fmin(speed_least, fastest / 2), fastest),
        .lateral = uniform(seed, i, DRAW_LATERAL, -1, 1),
        .longitudinal = uniform(seed, i, DRAW_LONGITUDINAL, -1, 1),
        .jerks = {uniform(seed, i, DRAW_JERKS, -jerk_most, jerk_most),
                  uniform(seed, i, DRAW_JERKS + 1, -jerk_most, jerk_most)},
        .curvature_change = uniform(seed, i, DRAW_CHANGE, -change_most, change_most),
    };
}

static void features_of(const vg_car *car, const state *from, const state *to, double f[VG_DRIVING_COUNT]) {
    double speed = (from->speed + to->speed) / 2;
    vg_driving_limits limits = vg_driving_limits_of(car, speed);
    double lateral = fmin(limits.lateral, limits.curvature * speed * speed);
    vg_driving_segment segment = {
        .metres = metres,
        .seconds = metres / speed,
        .lateral = to->lateral * lateral,
        .longitudinal = to->longitudinal * limits.longitudinal,
        .lateral_jerk = to->jerks[0] * limits.lateral,
        .longitudinal_jerk = to->jerks[1] * limits.longitudinal,
        .offset = (from->offset + to->offset) / 2,
        .half_width = half_width,
        .curvature_change = to->curvature_change * limits.curvature,
    };
    vg_driving_features(&limits, &segment, f);
}

vg_err vg_driving_coverage(const vg_car *car, uint64_t seed, vg_driving_spread *out, vg_diag *diag) {
    state *states = vg_new(state, N);
    double *tables = vg_new(double, VG_DRIVING_COUNT *PAIRS), *means = vg_new(double, N);
    *out = (vg_driving_spread){0};
    if (states && tables && means) {
        for (int32_t i = 0; i < N; i++) states[i] = draw_state(car, seed, i);
        for (int32_t at = 0; at < PAIRS; at++) {
            double f[VG_DRIVING_COUNT];
            features_of(car, &states[at / N], &states[at % N], f);
            for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) tables[k * PAIRS + at] = f[k];
        }
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) vg_epic_canonicalise(tables + k * PAIRS, N, 1, means);
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
            for (int32_t l = 0; l < VG_DRIVING_COUNT; l++)
                for (int32_t at = 0; at < PAIRS; at++)
                    out->moments[k][l] += tables[k * PAIRS + at] * tables[l * PAIRS + at] / PAIRS;
    }
    vg_err err = states && tables && means ? VG_OK : vg_fail_memory(diag);
    vg_free(states);
    vg_free(tables);
    vg_free(means);
    return err;
}

static double product(const vg_driving_spread *spread, const double *a, const double *b) {
    double sum = 0;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        for (int32_t l = 0; l < VG_DRIVING_COUNT; l++) sum += a[k] * spread->moments[k][l] * b[l];
    return sum;
}

double vg_driving_correlation(const vg_driving_spread *spread, const double a[VG_DRIVING_COUNT],
                              const double b[VG_DRIVING_COUNT]) {
    double aa = product(spread, a, a), bb = product(spread, b, b);
    if (!(aa > 0) || !(bb > 0)) return NAN;
    double r = product(spread, a, b) / (sqrt(aa) * sqrt(bb));
    return r > 1 ? 1 : r < -1 ? -1 : r;
}

void vg_driving_directions(const vg_driving_spread *spread, const double theta[VG_DRIVING_COUNT],
                           double out[VG_DRIVING_COUNT]) {
    double squares = 0;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        out[k] = theta[k] * sqrt(spread->moments[k][k]);
        squares += out[k] * out[k];
    }
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) out[k] /= squares > 0 ? sqrt(squares) : 1;
}
