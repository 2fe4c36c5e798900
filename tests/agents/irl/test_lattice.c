#include "agents/irl/lattice.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/random.h"
#include "tests/check.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/out_of_memory.h"
#include "tracks/library.h"

enum { STATES = VG_LATTICE_STATES, COUNT = VG_DRIVING_COUNT };

static const double THETA[COUNT] = {0.9, 0.4, 0.3, 0.2, 0.1, 0.05, 0.07, 30};

static vg_lattice *open_lattice(const char *name) {
    vg_diag diag = {0};
    vg_road *road;
    vg_lattice *lattice;
    vg_car car = vg_car_default();
    ck_ok(vg_track_load(name, &road, &diag));
    ck_ok(vg_lattice_create(&(vg_lattice_def){.road = road, .car = &car}, &lattice, &diag));
    vg_road_destroy(road);
    return lattice;
}

static vg_lattice_reward reward_of(const double *theta) {
    vg_lattice_reward reward = {.threads = 1};
    memcpy(reward.theta, theta, sizeof reward.theta);
    return reward;
}

static double *new_values(int32_t steps) { return vg_new(double, (int64_t)(steps + 1) * STATES); }

// All drives from a state, one by one.
typedef struct every {
    const vg_lattice *lattice;
    vg_lattice_span span;
    const double *theta, *extra;
    double total, features[COUNT]; // sum of e^r over drives, and of e^r times their features
    double best;
} every;

static void drive_on(every *e, int32_t i, int32_t state, double r, const double *sofar) {
    if (i == e->span.steps) {
        double share = exp(r);
        e->total += share;
        e->best = fmax(e->best, r);
        for (int k = 0; k < COUNT; k++) e->features[k] += share * sofar[k];
        return;
    }
    for (int32_t a = 0; a < VG_LATTICE_ACTIONS; a++) {
        double f[COUNT], more = r;
        if (!vg_lattice_features(e->lattice, e->span.first + i, state, a, f)) continue;
        int32_t next = vg_lattice_next(state, a);
        for (int k = 0; k < COUNT; k++) more -= e->theta[k] * f[k], f[k] += sofar[k];
        if (e->extra)
            more += e->extra[((i + 1) * VG_LATTICE_OFFSETS + vg_lattice_offset(next)) * VG_LATTICE_SPEEDS +
                             vg_lattice_speed(next)];
        drive_on(e, i + 1, next, more, f);
    }
}

static every enumerate(const vg_lattice *lattice, vg_lattice_span span, const double *theta,
                       const double *extra, int32_t start) {
    every e = {.lattice = lattice, .span = span, .theta = theta, .extra = extra, .best = -INFINITY};
    drive_on(&e, 0, start, 0, (double[COUNT]){0});
    for (int k = 0; k < COUNT; k++) e.features[k] /= e.total;
    return e;
}

// Over the whole of e.g. the closed road's seam, at edges, and with rewards of places.
static void compare(const vg_lattice *lattice, vg_lattice_span span, int32_t start, const double *extra) {
    vg_diag diag = {0};
    vg_lattice_reward reward = reward_of(THETA);
    double *values = new_values(span.steps), *begin = vg_new(double, STATES), features[COUNT];
    uint8_t *best = vg_new(uint8_t, span.steps * STATES);
    int32_t path[16];
    reward.extra = extra;
    every e = enumerate(lattice, span, THETA, extra, start);
    ck_ok(vg_lattice_soft(lattice, span, &reward, values, &diag));
    ck_assert_double_eq_tol(values[start], log(e.total), 1e-12);
    begin[start] = 1;
    ck_ok(vg_lattice_occupancy(lattice, span, &reward, values, begin, features, NULL, &diag));
    for (int k = 0; k < COUNT; k++)
        ck_assert_double_eq_tol(features[k], e.features[k], 1e-12 * (1 + e.features[k]));
    ck_ok(vg_lattice_hard(lattice, span, &reward, values, best, &diag));
    ck_assert_double_eq_tol(values[start], e.best, 1e-12);
    ck_ok(vg_lattice_best_path(span, values, best, start, path, &diag));
    vg_lattice_path_features(lattice, span, path, features);
    double r = 0;
    for (int k = 0; k < COUNT; k++) r -= THETA[k] * features[k];
    if (!extra) ck_assert_double_eq_tol(r, e.best, 1e-12);
    vg_free(values);
    vg_free(begin);
    vg_free(best);
}

START_TEST(every_drive_of_a_short_road_is_counted_once) {
    vg_lattice *lattice = open_lattice("hairpins"), *open = open_lattice("narrow");
    vg_lattice_view view = vg_lattice_get(lattice);
    double extra[6 * VG_LATTICE_OFFSETS * VG_LATTICE_SPEEDS];
    for (int i = 0; i < (int)(sizeof extra / sizeof *extra); i++)
        extra[i] = vg_random_uniform(&(vg_draw){.seed = 1, .stream = VG_STREAM_TABLE, .entity = (uint32_t)i});
    compare(lattice, (vg_lattice_span){5, 5}, vg_lattice_state(10, 0, 8), NULL);
    compare(lattice, (vg_lattice_span){5, 5}, vg_lattice_state(10, 0, 8), extra);
    compare(lattice, (vg_lattice_span){view.count - 2, 4}, vg_lattice_state(4, -1, 3),
            extra);                                                                // over its seam
    compare(lattice, (vg_lattice_span){17, 4}, vg_lattice_state(20, 0, 15), NULL); // at the edges
    compare(lattice, (vg_lattice_span){17, 4}, vg_lattice_state(2, 1, 0), NULL);
    compare(open, (vg_lattice_span){0, 4}, vg_lattice_state(12, 2, 7), extra);
    vg_lattice_destroy(lattice);
    vg_lattice_destroy(open);
}
END_TEST

START_TEST(without_a_reward_drives_are_counted) {
    vg_diag diag = {0};
    vg_lattice *lattice = open_lattice("chicane");
    double none[COUNT] = {0}, *values = new_values(3);
    vg_lattice_reward reward = reward_of(none);
    ck_ok(vg_lattice_soft(lattice, (vg_lattice_span){0, 3}, &reward, values, &diag));
    ck_assert_double_eq_tol(values[vg_lattice_state(10, 0, 8)], 3 * log(9), 1e-14); // T log sum of e^0
    vg_free(values);
    vg_lattice_destroy(lattice);
}
END_TEST

START_TEST(the_gradient_is_what_is_expected) {
    vg_diag diag = {0};
    vg_lattice *lattice = open_lattice("chicane");
    vg_lattice_span span = {3, 60};
    double *values = new_values(span.steps), *begin = vg_new(double, STATES), features[COUNT];
    int32_t start = vg_lattice_state(8, 0, 6);
    vg_lattice_reward reward = reward_of(THETA);
    begin[start] = 1;
    ck_ok(vg_lattice_soft(lattice, span, &reward, values, &diag));
    ck_ok(vg_lattice_occupancy(lattice, span, &reward, values, begin, features, NULL, &diag));
    for (int k = 0; k < COUNT; k++) {
        double step = 1e-5 * THETA[k], value[2];
        for (int side = 0; side < 2; side++) {
            vg_lattice_reward moved = reward_of(THETA);
            moved.theta[k] += side ? step : -step;
            ck_ok(vg_lattice_soft(lattice, span, &moved, values, &diag));
            value[side] = values[start];
        }
        ck_assert_double_eq_tol((value[1] - value[0]) / (2 * step), -features[k], 1e-6 * (1 + features[k]));
    }
    vg_free(values);
    vg_free(begin);
    vg_lattice_destroy(lattice);
}
END_TEST

// Nobody is lost on the way, nobody counts less later, and where a drive ends in a dead state nobody goes.
START_TEST(visits_keep_their_number) {
    vg_diag diag = {0};
    vg_lattice *lattice = open_lattice("hairpins");
    vg_lattice_span span = {0, 40};
    double *values = new_values(span.steps), *visits = new_values(span.steps),
           *begin = vg_new(double, STATES);
    double features[COUNT], again[COUNT];
    vg_lattice_reward reward = reward_of(THETA);
    begin[vg_lattice_state(10, 0, 8)] = 3, begin[vg_lattice_state(3, 1, 2)] = 1;
    ck_ok(vg_lattice_soft(lattice, span, &reward, values, &diag));
    ck_ok(vg_lattice_occupancy(lattice, span, &reward, values, begin, features, visits, &diag));
    ck_ok(vg_lattice_occupancy(lattice, span, &reward, values, begin, again, NULL, &diag));
    for (int k = 0; k < COUNT; k++) ck_assert_double_eq(features[k], again[k]);
    for (int32_t i = 0; i <= span.steps; i++) {
        double sum = 0;
        for (int32_t s = 0; s < STATES; s++) {
            double n = visits[i * STATES + s];
            ck_assert(isfinite(values[i * STATES + s]) && n >= 0);
            if (values[i * STATES + s] < VG_LATTICE_DEAD) ck_assert_double_eq(n, 0);
            sum += n;
        }
        ck_assert_double_eq_tol(sum, 4, 1e-9);
    }
    int32_t dead = vg_lattice_state(20, 3, 5);
    ck_assert_double_lt(values[dead], VG_LATTICE_DEAD);
    begin[dead] = 1;
    ck_fails(vg_lattice_occupancy(lattice, span, &reward, values, begin, features, NULL, &diag),
             VG_ERR_ARGUMENT, "every drive from offset 20, slope 3, speed 5 leaves");
    vg_free(values);
    vg_free(visits);
    vg_free(begin);
    vg_lattice_destroy(lattice);
}
END_TEST

// Soft values are above hard ones, and the same for an agent that is nearly certain.
START_TEST(a_certain_driver_is_the_best_one) {
    vg_diag diag = {0};
    vg_lattice *lattice = open_lattice("hairpins");
    vg_lattice_span span = {0, vg_lattice_get(lattice).count};
    double *soft = new_values(span.steps), *hard = new_values(span.steps);
    uint8_t *best = vg_new(uint8_t, (int64_t)span.steps * STATES);
    double cold[COUNT];
    int32_t start = vg_lattice_state(10, 0, 8);
    for (int k = 0; k < COUNT; k++) cold[k] = 1e4 * THETA[k];
    vg_lattice_reward warm = reward_of(THETA), sure = reward_of(cold);
    ck_ok(vg_lattice_soft(lattice, span, &warm, soft, &diag));
    ck_ok(vg_lattice_hard(lattice, span, &warm, hard, best, &diag));
    ck_assert_double_gt(soft[start], hard[start] + 10);
    ck_ok(vg_lattice_soft(lattice, span, &sure, soft, &diag));
    ck_assert_double_eq_tol(soft[start] / 1e4, hard[start], 0.05);
    vg_free(soft);
    vg_free(hard);
    vg_free(best);
    vg_lattice_destroy(lattice);
}
END_TEST

static uint64_t passes_hash(int32_t threads) {
    vg_diag diag = {0};
    vg_lattice *lattice = open_lattice("chicane");
    vg_lattice_span span = {0, 30};
    double *values = new_values(span.steps), *visits = new_values(span.steps),
           *begin = vg_new(double, STATES);
    double features[COUNT];
    uint8_t *best = vg_new(uint8_t, span.steps * STATES);
    vg_lattice_reward reward = reward_of(THETA);
    reward.threads = threads;
    begin[vg_lattice_state(10, 0, 8)] = 1;
    ck_ok(vg_lattice_soft(lattice, span, &reward, values, &diag));
    ck_ok(vg_lattice_occupancy(lattice, span, &reward, values, begin, features, visits, &diag));
    uint64_t h = vg_hash_double(vg_hash_double(0, values, 31 * STATES), visits, 31 * STATES);
    ck_ok(vg_lattice_hard(lattice, span, &reward, values, best, &diag));
    h = vg_hash_double(vg_hash_double(h, values, 31 * STATES), features, COUNT);
    vg_free(values);
    vg_free(visits);
    vg_free(begin);
    vg_free(best);
    vg_lattice_destroy(lattice);
    return h;
}

START_TEST(same_bits_at_any_thread_count_and_level) {
    for (int32_t threads = 1; threads <= 3; threads++) ck_golden("lattice/passes", passes_hash(threads));
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++)
        ck_golden("lattice/passes", passes_hash(1));
}
END_TEST

// A drive on the lattice is its own projection; one a little beside it has the same; what is lost is told.
START_TEST(a_drive_is_projected) {
    vg_diag diag = {0};
    vg_lattice *lattice = open_lattice("hairpins");
    vg_lattice_view view = vg_lattice_get(lattice);
    vg_lattice_span span = {view.count - 20, 40};
    double offsets[41], speeds[41], *values = new_values(span.steps);
    uint8_t *best = vg_new(uint8_t, span.steps * STATES);
    int32_t path[41], found[41];
    vg_lattice_loss loss;
    vg_lattice_reward reward = reward_of(THETA);
    ck_ok(vg_lattice_hard(lattice, span, &reward, values, best, &diag));
    ck_ok(vg_lattice_best_path(span, values, best, vg_lattice_state(10, 0, 8), path, &diag));
    for (int32_t i = 0; i <= 40; i++) {
        int32_t station = (span.first + i) % view.count, v = vg_lattice_speed(path[i]);
        const double *speed = view.speeds + station * VG_LATTICE_SPEEDS;
        offsets[i] = view.offsets[station * VG_LATTICE_OFFSETS + vg_lattice_offset(path[i])] + 0.01 * (i % 3);
        speeds[i] = speed[v] + 0.1 * (speed[1] - speed[0]);
    }
    ck_ok(vg_lattice_project(lattice, span, offsets, speeds, found, &loss, &diag));
    for (int32_t i = 0; i <= 40; i++)
        ck_assert_int_eq(vg_lattice_offset(found[i]), vg_lattice_offset(path[i]));
    for (int32_t i = 0; i <= 40; i++) ck_assert_int_eq(vg_lattice_speed(found[i]), vg_lattice_speed(path[i]));
    for (int32_t i = 1; i <= 40; i++) ck_assert_int_eq(found[i], path[i]);
    ck_assert_double_eq_tol(loss.offset_most, 0.02, 1e-9);
    ck_assert_double_lt(loss.offset_rms, 0.02);
    ck_assert_double_gt(loss.speed_rms, 0.01);
    offsets[7] += 100; // off the road, and back: the path stays on it, and the loss says so
    ck_ok(vg_lattice_project(lattice, span, offsets, speeds, found, &loss, &diag));
    ck_assert_double_gt(loss.offset_most, 90);
    offsets[7] = NAN;
    ck_fails(vg_lattice_project(lattice, span, offsets, speeds, found, &loss, &diag), VG_ERR_ARGUMENT,
             "an offset of nan m");
    vg_free(values);
    vg_free(best);
    vg_lattice_destroy(lattice);
}
END_TEST

START_TEST(what_is_wrong_is_told) {
    vg_diag diag = {0};
    vg_road *road;
    vg_lattice *lattice;
    vg_car car = vg_car_default();
    ck_ok(vg_track_load("narrow", &road, &diag));
    vg_lattice_def def = {.road = road, .car = &car, .spacing = 1e6};
    ck_fails(vg_lattice_create(&def, &lattice, &diag), VG_ERR_ARGUMENT, "expected 8 to");
    def.spacing = NAN;
    ck_fails(vg_lattice_create(&def, &lattice, &diag), VG_ERR_ARGUMENT, "spacing");
    def.spacing = 0, def.slowest = 2, def.fastest = 1;
    ck_fails(vg_lattice_create(&def, &lattice, &diag), VG_ERR_ARGUMENT, "from 2 to 1 of the pace");
    def.slowest = def.fastest = 0;
    double spacing, *pace = vg_new(double, vg_lattice_stations(&def, &spacing));
    def.pace = pace;
    ck_fails(vg_lattice_create(&def, &lattice, &diag), VG_ERR_ARGUMENT, "the pace at station 0 is 0");
    def.pace = NULL;
    for (oom turn = {.least = 5, .share = 5, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_lattice_create(&def, &lattice, &diag);
        if (!turn.err) vg_lattice_destroy(lattice);
    }
    ck_ok(vg_lattice_create(&def, &lattice, &diag));
    double *values = new_values(4);
    vg_lattice_reward reward = reward_of(THETA);
    ck_fails(vg_lattice_soft(lattice, (vg_lattice_span){-1, 4}, &reward, values, &diag), VG_ERR_ARGUMENT,
             "4 steps from station -1");
    reward.theta[VG_DRIVING_offset] = NAN;
    ck_fails(vg_lattice_soft(lattice, (vg_lattice_span){0, 4}, &reward, values, &diag), VG_ERR_ARGUMENT,
             "offset: a weight of nan");
    reward.theta[VG_DRIVING_offset] = 1e30;
    ck_fails(vg_lattice_soft(lattice, (vg_lattice_span){0, 4}, &reward, values, &diag), VG_ERR_ARGUMENT,
             "values beyond 1e20");
    reward.theta[VG_DRIVING_offset] = 0;
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_lattice_soft(lattice, (vg_lattice_span){0, 4}, &reward, values, &diag),
                     VG_ERR_MEMORY);
    vg_memory_fail_never();
    vg_free(values);
    vg_free(pace);
    vg_lattice_destroy(lattice);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("lattice", every_drive_of_a_short_road_is_counted_once, without_a_reward_drives_are_counted,
        the_gradient_is_what_is_expected, visits_keep_their_number, a_certain_driver_is_the_best_one,
        same_bits_at_any_thread_count_and_level, a_drive_is_projected, what_is_wrong_is_told)
