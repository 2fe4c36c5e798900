// agents/irl/lattice_passes.c -- backward and forward passes over a lattice, station by station.
#include <math.h>
#include <string.h>

#include "agents/irl/lattice_private.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

enum { ROWS = VG_LATTICE_ROWS, SPEEDS = VG_LATTICE_SPEEDS, STATES = VG_LATTICE_STATES };

// One station's share of a pass; `step` and what the kernel reads and writes.
typedef struct pass {
    const vg_lattice *lattice;
    const vg_lattice_reward *reward;
    const vg_lattice_kernel *kernel;
    vg_lattice_step step;
    double *values; // at the station
    uint8_t *best;  // NULL: soft
    const double *visits;
    double *next_visits;
    vg_lattice_sums sums[VG_LATTICE_BLOCKS];
} pass;

static vg_err check(const vg_lattice *l, vg_lattice_span span, const vg_lattice_reward *reward,
                    vg_diag *diag) {
    vg_lattice_view view = vg_lattice_get(l);
    if (span.first < 0 || span.first >= view.count || span.steps < 1 ||
        span.steps > VG_LATTICE_STATIONS_MOST || (!view.closed && span.first + span.steps >= view.count))
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d steps from station %d of %d; expected a drive on the road",
                       span.steps, span.first, view.count);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        if (!(fabs(reward->theta[k]) * l->most[k] * span.steps <= 1e20))
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, vg_driving_name(k),
                              "a weight of %g on up to %g a step over %d steps: values beyond 1e20",
                              reward->theta[k], l->most[k], span.steps);
    return VG_OK;
}

static pass *open_pass(const vg_lattice *l, const vg_lattice_reward *reward, vg_diag *diag) {
    pass *p = vg_new(pass, 1);
    if (!p) {
        (void)vg_fail_memory(diag);
        return NULL;
    }
    p->lattice = l, p->reward = reward;
    p->kernel = VG_HOT_PICK(vg_lattice_kernel_table);
    return p;
}

// The weighted tables of step `i` of the span, and the values after it.
static void load(pass *p, vg_lattice_span span, int32_t i, const double *next) {
    vg_lattice_step *step = &p->step;
    const double *theta = p->reward->theta, *extra = p->reward->extra;
    const vg_lattice_station *at = &p->lattice->stations[(span.first + i) % p->lattice->view.count];
    step->station = at;
    for (int32_t push = 0; push < 3; push++)
        for (int32_t v = 0; v < SPEEDS; v++) {
            step->a[push][v] = theta[VG_DRIVING_time] * at->push[0][push][v];
            step->b[push][v] = theta[VG_DRIVING_lateral_acceleration] * at->push[1][push][v];
            step->c[push][v] = theta[VG_DRIVING_lateral_jerk] * at->push[2][push][v] +
                               theta[VG_DRIVING_curvature_change] * at->push[3][push][v];
            step->d[push][v] = theta[VG_DRIVING_longitudinal_acceleration] * at->push[4][push][v] +
                               theta[VG_DRIVING_longitudinal_jerk] * at->push[5][push][v];
        }
    for (int32_t o = 0; o < VG_LATTICE_OFFSETS; o++)
        step->place[o] =
            theta[VG_DRIVING_offset] * at->place[o][0] + theta[VG_DRIVING_edge] * at->place[o][1];
    for (int32_t row = 0; row < ROWS; row++) {
        double *to = step->next[row];
        to[0] = to[SPEEDS + 1] = VG_LATTICE_CANNOT;
        memcpy(to + 1, next + row * SPEEDS, SPEEDS * sizeof *to);
        if (!extra) continue;
        const double *more =
            extra + ((int64_t)(i + 1) * VG_LATTICE_OFFSETS + row / VG_LATTICE_SLOPES) * SPEEDS;
        for (int32_t v = 0; v < SPEEDS; v++) to[v + 1] += more[v];
    }
}

static vg_err backward_block(void *context, int64_t block, int64_t begin, int64_t end) {
    pass *p = context;
    (void)block;
    if (p->best)
        p->kernel->hard(&p->step, (int32_t)begin, (int32_t)end, p->values, p->best);
    else
        p->kernel->soft(&p->step, (int32_t)begin, (int32_t)end, p->values);
    return VG_OK;
}

static vg_err backward(const vg_lattice *l, vg_lattice_span span, const vg_lattice_reward *reward,
                       double *values, uint8_t *best, vg_diag *diag) {
    vg_err err = check(l, span, reward, diag);
    if (err) return err;
    pass *p = open_pass(l, reward, diag);
    if (!p) return VG_ERR_MEMORY;
    memset(values + (int64_t)span.steps * STATES, 0, STATES * sizeof *values);
    for (int32_t i = span.steps - 1; i >= 0 && !err; i--) {
        p->values = values + (int64_t)i * STATES, p->best = best ? best + (int64_t)i * STATES : NULL;
        load(p, span, i, p->values + STATES);
        err = vg_blocks_run(VG_LATTICE_OFFSETS, VG_LATTICE_BLOCK, reward->threads, backward_block, p);
    }
    vg_free(p);
    return err;
}

vg_err vg_lattice_soft(const vg_lattice *l, vg_lattice_span span, const vg_lattice_reward *reward,
                       double *values, vg_diag *diag) {
    return backward(l, span, reward, values, NULL, diag);
}

vg_err vg_lattice_hard(const vg_lattice *l, vg_lattice_span span, const vg_lattice_reward *reward,
                       double *values, uint8_t *best, vg_diag *diag) {
    return backward(l, span, reward, values, best, diag);
}

// --- forward -----------------------------------------------------------------------------------------------

static vg_err forward_block(void *context, int64_t block, int64_t begin, int64_t end) {
    pass *p = context;
    p->kernel->forward(&p->step, (int32_t)begin, (int32_t)end, p->values, p->visits, p->next_visits,
                       &p->sums[block]);
    return VG_OK;
}

static void add_sums(pass *p, double features[VG_DRIVING_COUNT]) {
    for (int32_t block = 0; block < VG_LATTICE_BLOCKS; block++)
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
            for (int32_t v = 0; v < SPEEDS; v++) features[k] += p->sums[block].lanes[k][v];
}

static vg_err check_start(const double *values, const double *start, vg_diag *diag) {
    for (int32_t s = 0; s < STATES; s++)
        if (start[s] > 0 && values[s] < VG_LATTICE_DEAD)
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "every drive from offset %d, slope %d, speed %d leaves the lattice; expected a "
                           "start from which one stays",
                           vg_lattice_offset(s), vg_lattice_slope(s), vg_lattice_speed(s));
    return VG_OK;
}

vg_err vg_lattice_occupancy(const vg_lattice *l, vg_lattice_span span, const vg_lattice_reward *reward,
                            const double *values, const double *start, double features[VG_DRIVING_COUNT],
                            double *visits, vg_diag *diag) {
    vg_err err = check(l, span, reward, diag);
    if (!err) err = check_start(values, start, diag);
    if (err) return err;
    pass *p = open_pass(l, reward, diag);
    double *two = vg_new(double, 2 * STATES);
    if (!p || !two) err = vg_fail_memory(diag);
    double *here = visits ? visits : two;
    if (!err) memcpy(here, start, STATES * sizeof *here);
    memset(features, 0, VG_DRIVING_COUNT * sizeof *features);
    for (int32_t i = 0; i < span.steps && !err; i++) {
        p->values = (double *)(uintptr_t)(values + (int64_t)i * STATES);
        p->visits = here;
        p->next_visits = visits ? here + STATES : here == two ? two + STATES : two;
        load(p, span, i, p->values + STATES);
        memset(p->sums, 0, sizeof p->sums);
        err = vg_blocks_run(VG_LATTICE_OFFSETS, VG_LATTICE_BLOCK, reward->threads, forward_block, p);
        add_sums(p, features);
        here = p->next_visits;
    }
    vg_free(p);
    vg_free(two);
    return err;
}
