// agents/irl/lattice_path.c -- single drives on a lattice: the best one, and the one nearest to a real drive.
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "agents/irl/lattice_private.h"
#include "sim/base/memory.h"

enum { OFFSETS = VG_LATTICE_OFFSETS, SPEEDS = VG_LATTICE_SPEEDS, STATES = VG_LATTICE_STATES };

vg_err vg_lattice_best_path(vg_lattice_span span, const double *values, const uint8_t *best, int32_t start,
                            int32_t *path, vg_diag *diag) {
    if (values[start] < VG_LATTICE_DEAD)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "every drive from offset %d, slope %d, speed %d leaves the lattice; expected a start "
                       "from which one stays",
                       vg_lattice_offset(start), vg_lattice_slope(start), vg_lattice_speed(start));
    path[0] = start;
    for (int32_t i = 0; i < span.steps; i++)
        path[i + 1] = vg_lattice_next(path[i], best[(int64_t)i * STATES + path[i]]);
    return VG_OK;
}

static int32_t action_between(int32_t from, int32_t to) {
    return vg_lattice_action(vg_lattice_slope(to) - vg_lattice_slope(from),
                             vg_lattice_speed(to) - vg_lattice_speed(from));
}

void vg_lattice_path_features(const vg_lattice *l, vg_lattice_span span, const int32_t *path,
                              double features[VG_DRIVING_COUNT]) {
    double f[VG_DRIVING_COUNT];
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) features[k] = 0;
    for (int32_t i = 0; i < span.steps; i++) {
        int32_t action = action_between(path[i], path[i + 1]);
        bool follows = action >= 0 && action < VG_LATTICE_ACTIONS &&
                       vg_lattice_next(path[i], action) == path[i + 1] &&
                       vg_lattice_features(l, span.first + i, path[i], action, f);
        assert(follows);
        (void)follows;
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) features[k] += f[k];
    }
}

// --- projection --------------------------------------------------------------------------------------------

// Where x lies among rising numbers, in steps; outside of them by the last step.
static double place_among(const double *rising, int32_t count, double x) {
    int32_t i = 0;
    while (i < count - 2 && x > rising[i + 1]) i++;
    return i + (x - rising[i]) / fmax(rising[i + 1] - rising[i], 1e-9);
}

// A best path of all: for each state the least cost of a way to it, and the action that came there.
typedef struct nearest {
    double *cost;  // [2][STATES]
    uint8_t *came; // [steps + 1][STATES]
} nearest;

static const double CHANGE = 0.05; // of a turn or push by one step, in squared steps of the lattice

static double miss(int32_t state, double offset, double speed) {
    double across = vg_lattice_offset(state) - offset, faster = vg_lattice_speed(state) - speed;
    return across * across + faster * faster;
}

static void advance(const double *from, double *to, uint8_t *came) {
    for (int32_t s = 0; s < STATES; s++) to[s] = INFINITY;
    for (int32_t s = 0; s < STATES; s++)
        for (int32_t a = 0; a < VG_LATTICE_ACTIONS && isfinite(from[s]); a++) {
            int32_t next = vg_lattice_next(s, a);
            double cost = from[s] + CHANGE * (abs(a / 3 - 1) + abs(a % 3 - 1));
            if (next >= 0 && cost < to[next]) to[next] = cost, came[next] = (uint8_t)a;
        }
}

static int32_t before(int32_t state, int32_t action) {
    int32_t offset = vg_lattice_offset(state) - vg_lattice_slope(state);
    return vg_lattice_state(offset, vg_lattice_slope(state) - (action / 3 - 1),
                            vg_lattice_speed(state) - (action % 3 - 1));
}

static void sum_loss(const vg_lattice *l, vg_lattice_span span, const double *offsets, const double *speeds,
                     const int32_t *path, vg_lattice_loss *loss) {
    *loss = (vg_lattice_loss){0};
    for (int32_t i = 0; i <= span.steps; i++) {
        int32_t station = (span.first + i) % l->view.count;
        double across = fabs(l->view.offsets[station * OFFSETS + vg_lattice_offset(path[i])] - offsets[i]);
        double faster = fabs(l->view.speeds[station * SPEEDS + vg_lattice_speed(path[i])] - speeds[i]);
        loss->offset_rms += across * across, loss->speed_rms += faster * faster;
        loss->offset_most = fmax(loss->offset_most, across),
        loss->speed_most = fmax(loss->speed_most, faster);
    }
    loss->offset_rms = sqrt(loss->offset_rms / (span.steps + 1));
    loss->speed_rms = sqrt(loss->speed_rms / (span.steps + 1));
}

static void find_nearest(const vg_lattice *l, vg_lattice_span span, const double *offsets,
                         const double *speeds, const nearest *n, int32_t *path) {
    double *here = n->cost, *next = n->cost + STATES;
    for (int32_t s = 0; s < STATES; s++) here[s] = 0;
    for (int32_t i = 0; i <= span.steps; i++) {
        int32_t station = (span.first + i) % l->view.count;
        double offset = place_among(l->view.offsets + station * OFFSETS, OFFSETS, offsets[i]);
        double speed = place_among(l->view.speeds + station * SPEEDS, SPEEDS, speeds[i]);
        if (i) {
            advance(here, next, n->came + (int64_t)i * STATES);
            double *swap = here;
            here = next, next = swap;
        }
        for (int32_t s = 0; s < STATES; s++) here[s] += miss(s, offset, speed);
    }
    int32_t best = 0;
    for (int32_t s = 0; s < STATES; s++)
        if (here[s] < here[best]) best = s;
    for (int32_t i = span.steps; i >= 0; i--) {
        path[i] = best;
        if (i) best = before(best, n->came[(int64_t)i * STATES + best]);
    }
}

vg_err vg_lattice_project(const vg_lattice *l, vg_lattice_span span, const double *offsets,
                          const double *speeds, int32_t *path, vg_lattice_loss *loss, vg_diag *diag) {
    if (span.first < 0 || span.first >= l->view.count || span.steps < 1 ||
        (!l->view.closed && span.first + span.steps >= l->view.count))
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d steps from station %d of %d; expected a drive on the road",
                       span.steps, span.first, l->view.count);
    for (int32_t i = 0; i <= span.steps; i++)
        if (!isfinite(offsets[i]) || !isfinite(speeds[i]))
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "an offset of %g m and a speed of %g m/s at station %d; expected finite numbers",
                           offsets[i], speeds[i], span.first + i);
    nearest n = {.cost = vg_new(double, 2 * STATES),
                 .came = vg_new(uint8_t, (int64_t)(span.steps + 1) * STATES)};
    vg_err err = n.cost && n.came ? VG_OK : vg_fail_memory(diag);
    if (!err) {
        find_nearest(l, span, offsets, speeds, &n, path);
        sum_loss(l, span, offsets, speeds, path, loss);
    }
    vg_free(n.cost);
    vg_free(n.came);
    return err;
}
