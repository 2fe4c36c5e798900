#include "agents/planner/plan.h"

#include <math.h>
#include <string.h>

#include "agents/planner/pace_limit.h"
#include "sim/base/memory.h"

enum { BEYOND = 3 };                              // stations behind either end of an open road
static const double WALLS[] = {1, 10, 100, 1000}; // weight of the squared excess over limits, stage by stage
enum { STAGES = sizeof WALLS / sizeof *WALLS };
static const double SPRING = 1e-3; // holds what no piece decides: the outermost stations of an open road

typedef struct measured {
    vg_line_piece piece;
    vg_dual beyond[VG_LINE_LIMITS];
} measured;

typedef struct planner {
    const vg_plan_def *def;
    vg_stations stations;
    int32_t first, end; // pieces
    measured *pieces;   // [count] of the line whose cost was last asked for
    double theta[VG_DRIVING_COUNT];
    double wall;      // of this stage
    int32_t *unknown; // [2 count] where offset and speed of a station stand; -1: fixed
    int32_t unknowns;
    double *offset, *speed; // [count]
    double *tried;          // [2 count] the same after a step
    double *gradient, *way; // [unknowns]
    vg_band hessian, factor;
    vg_band brake; // what a step is damped by: see damp
    double damping;
} planner;

vg_plan_def vg_plan_default(const vg_road *road, const vg_car *car, const double *theta) {
    double scale = (double)vg_car_scale(car);
    return (vg_plan_def){.road = road,
                         .car = car,
                         .theta = theta,
                         .spacing = VG_STATION_SPACING * scale,
                         .bounds = {.grip = 0.9, .margin = 0.5 * scale, .slowest = scale},
                         .steps = 300};
}

// --- cost --------------------------------------------------------------------------------------------------

static void unknowns_of(const planner *p, int32_t i, int32_t out[8]) {
    int32_t at[4];
    vg_line_stations(&p->stations, i, at);
    for (int32_t k = 0; k < 4; k++)
        out[2 * k] = p->unknown[2 * at[k]], out[2 * k + 1] = p->unknown[2 * at[k] + 1];
}

static double spring(const planner *p, int32_t a, int32_t b, const double *values, int32_t part,
                     double *gradient, vg_band *hessian) {
    vg_line_terms terms = {.count = 0};
    vg_dual apart = vg_dual_of(values[b] - values[a]);
    apart.d[0] = -1, apart.d[1] = 1;
    const int32_t unknown[8] = {p->unknown[2 * a + part], p->unknown[2 * b + part], -1, -1, -1, -1, -1, -1};
    double cost = vg_line_power(SPRING, 2, &apart, &terms);
    if (gradient) vg_line_add_terms(&terms, unknown, gradient, hessian);
    return cost;
}

static double cost_of_ends(const planner *p, const double *offset, const double *speed, double *gradient,
                           vg_band *hessian) {
    int32_t last = p->stations.count - 1;
    double cost = 0;
    if (p->stations.closed) return 0;
    for (int32_t part = 0; part < 2; part++)
        for (int32_t k = 0; k < 2; k++) {
            const double *values = part ? speed : offset;
            cost += spring(p, k, k + 1, values, part, gradient, hessian);
            cost += spring(p, last - k, last - k - 1, values, part, gradient, hessian);
        }
    return cost;
}

// What makes a step leave the range in which the squares hold: large changes of the accelerations and of the
// speed. A change of the offset alone matters little: a line may move as a whole. (Damping each unknown by
// its own diagonal, as Marquardt did, would hold a line in place, for its diagonal is that of wiggles.)
static void damp(planner *p, const vg_line_view *line, const vg_line_piece *piece, int32_t i,
                 const int32_t unknown[8]) {
    int32_t at[4];
    vg_line_stations(&p->stations, i, at);
    vg_dual speed = vg_dual_variable(0, 3, 1 / line->speed[at[1]]);
    vg_dual offset = vg_dual_variable(0, 2, 0.03 / p->stations.left[at[1]]);
    vg_line_terms terms = {.count = 0};
    for (int32_t k = VG_DRIVING_lateral_acceleration; k <= VG_DRIVING_longitudinal_acceleration; k++)
        vg_line_power(piece->metres, 2, &piece->share[k], &terms);
    vg_line_power(piece->metres, 2, &speed, &terms);
    vg_line_power(piece->metres, 2, &offset, &terms);
    vg_line_add_terms(&terms, unknown, NULL, &p->brake);
}

// What a piece adds, also to terms, unless these are NULL.
static double cost_of_piece(const planner *p, const measured *m, vg_line_terms *terms) {
    double cost = 0;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        if (p->theta[k] > 0) cost += vg_line_feature(&m->piece, k, p->theta[k], terms);
    for (int32_t k = 0; k < VG_LINE_LIMITS; k++)
        if (m->beyond[k].v > 0) cost += vg_line_power(p->wall * m->piece.metres, 2, &m->beyond[k], terms);
    return cost;
}

// The cost of a line, whose pieces are kept for slopes_of.
static double cost_of(planner *p, const double *offset, const double *speed) {
    vg_line_view line = {&p->stations, p->def->car, offset, speed};
    double cost = cost_of_ends(p, offset, speed, NULL, NULL);
    for (int32_t i = p->first; i < p->end; i++) {
        measured *m = &p->pieces[i];
        vg_line_piece_and_limits(&line, &p->def->bounds, i, &m->piece, m->beyond);
        cost += cost_of_piece(p, m, NULL);
    }
    return cost;
}

// Gradient, Hessian and brake of the planner's line, whose cost was the last that was asked for.
static void slopes_of(planner *p) {
    vg_line_view line = {&p->stations, p->def->car, p->offset, p->speed};
    memset(p->gradient, 0, sizeof(double) * (size_t)p->unknowns);
    vg_band_clear(&p->hessian);
    vg_band_clear(&p->brake);
    cost_of_ends(p, p->offset, p->speed, p->gradient, &p->hessian);
    for (int32_t i = p->first; i < p->end; i++) {
        vg_line_terms terms = {.count = 0};
        int32_t unknown[8];
        unknowns_of(p, i, unknown);
        cost_of_piece(p, &p->pieces[i], &terms);
        vg_line_add_terms(&terms, unknown, p->gradient, &p->hessian);
        damp(p, &line, &p->pieces[i].piece, i, unknown);
    }
}

// --- steps -------------------------------------------------------------------------------------------------

// The damped step into p->way; false where the damped Hessian is not positive definite.
static bool find_way(planner *p) {
    memcpy(p->factor.values, p->hessian.values,
           sizeof(double) * (size_t)p->unknowns * (size_t)(p->hessian.width + 1));
    vg_band_add(&p->factor, p->damping, &p->brake);
    for (int32_t i = 0; i < p->unknowns; i++) *vg_band_at(&p->factor, i, i) *= 1 + 1e-12;
    if (vg_band_factor(&p->factor) >= 0) return false;
    for (int32_t i = 0; i < p->unknowns; i++) p->way[i] = -p->gradient[i];
    vg_band_solve(&p->factor, p->way);
    return true;
}

// Offsets and speeds after `share` of the way: a speed at most halves or doubles.
static void try_way(planner *p, double share) {
    int32_t n = p->stations.count;
    for (int32_t i = 0; i < n; i++) {
        int32_t offset = p->unknown[2 * i], speed = p->unknown[2 * i + 1];
        double v = p->speed[i], faster = speed < 0 ? v : v + share * p->way[speed];
        p->tried[i] = p->offset[i] + (offset < 0 ? 0 : share * p->way[offset]);
        p->tried[n + i] = fmax(v / 2, fmin(2 * v, faster));
    }
}

// One stage: until steps help by less than a share `enough` of the cost.
static bool descend(planner *p, double enough, int32_t *steps) {
    int32_t n = p->stations.count, few = 0;
    double cost = cost_of(p, p->offset, p->speed);
    slopes_of(p);
    for (; *steps < p->def->steps; ++*steps) {
        if (p->damping > 1e9) return true;
        bool found = find_way(p);
        if (found) try_way(p, 1);
        double then = found ? cost_of(p, p->tried, p->tried + n) : INFINITY;
        if (!(then < cost)) {
            p->damping *= 8;
            continue;
        }
        memcpy(p->offset, p->tried, sizeof(double) * (size_t)n);
        memcpy(p->speed, p->tried + n, sizeof(double) * (size_t)n);
        few = cost - then < enough * cost ? few + 1 : 0;
        p->damping = fmax(p->damping / 5, 1e-9);
        cost = then;
        if (few == 2) return true;
        slopes_of(p);
    }
    return false;
}

// --- opening -----------------------------------------------------------------------------------------------

static vg_err check(const vg_plan_def *def, vg_diag *diag) {
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        if (!(def->theta[k] >= 0) || isinf(def->theta[k]))
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, vg_driving_name(k),
                              "a weight of %g, expected 0 or more, and finite", def->theta[k]);
    if (def->theta[VG_DRIVING_time] > 0) return VG_OK;
    return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "time",
                      "a weight of 0: the reward is unbounded above; expected above 0");
}

// Numbers the unknowns so that neighbours stay near each other: on a closed road from both ends inward.
static int32_t number(planner *p) {
    int32_t n = p->stations.count, next = 0;
    for (int32_t k = 0; k < n; k++) {
        int32_t i = !p->stations.closed ? k : k % 2 ? n - 1 - k / 2 : k / 2;
        p->unknown[2 * i] = next++;
        p->unknown[2 * i + 1] = p->def->hold ? -1 : next++;
    }
    p->unknowns = next;
    return p->stations.closed ? 13 : 7;
}

static vg_err reserve(planner *p, vg_diag *diag) {
    int64_t n = p->stations.count;
    p->unknown = vg_new(int32_t, 2 * n);
    p->offset = vg_new(double, 4 * n); // and what follows, behind it
    p->gradient = vg_new(double, 4 * n);
    p->pieces = vg_new(measured, n);
    if (!p->unknown || !p->offset || !p->gradient || !p->pieces) return vg_fail_memory(diag);
    p->speed = p->offset + n, p->tried = p->offset + 2 * n, p->way = p->gradient + 2 * n;
    int32_t width = number(p);
    vg_err err = vg_band_open(p->unknowns, width, &p->hessian, diag);
    if (!err) err = vg_band_open(p->unknowns, width, &p->brake, diag);
    return err ? err : vg_band_open(p->unknowns, width, &p->factor, diag);
}

// The centreline, at 0.8 of what the car can do on it.
static vg_err begin(planner *p, vg_diag *diag) {
    int32_t n = p->stations.count;
    int32_t more = p->stations.closed ? 0 : BEYOND;
    vg_line_view line = {&p->stations, p->def->car, p->offset, p->speed};
    for (int32_t i = 0; i < n; i++) p->offset[i] = 0, p->speed[i] = (double)p->def->car->speed_max;
    vg_err err = p->def->hold ? VG_OK : vg_pace_limit(&line, &p->def->bounds, p->speed, diag);
    for (int32_t i = 0; i < n && !err; i++) {
        int32_t own = i - more < 0 ? 0 : i - more >= n - 2 * more ? n - 2 * more - 1 : i - more;
        double v = p->def->hold ? p->def->hold[own] : 0.8 * p->speed[i];
        p->speed[i] = fmax(v, 1.5 * p->def->bounds.slowest);
    }
    return err;
}

static vg_err open(planner *p, const vg_plan_def *def, vg_diag *diag) {
    *p = (planner){.def = def};
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) p->theta[k] = def->theta[k] / def->theta[VG_DRIVING_time];
    vg_err err = vg_stations_open(def->road, def->spacing, BEYOND, &p->stations, diag);
    if (!err) vg_line_pieces(&p->stations, &p->first, &p->end);
    if (!err) err = reserve(p, diag);
    return err ? err : begin(p, diag);
}

static void close_planner(planner *p) {
    vg_stations_close(&p->stations);
    vg_band_close(&p->hessian);
    vg_band_close(&p->factor);
    vg_band_close(&p->brake);
    vg_free(p->unknown);
    vg_free(p->offset);
    vg_free(p->gradient);
    vg_free(p->pieces);
}

// --- the plan ----------------------------------------------------------------------------------------------

static double largest_excess(const planner *p) {
    vg_line_view line = {&p->stations, p->def->car, p->offset, p->speed};
    double most = 0;
    for (int32_t i = p->first; i < p->end; i++) {
        vg_dual beyond[VG_LINE_LIMITS];
        vg_line_limits_at(&line, &p->def->bounds, i, beyond);
        for (int32_t k = 0; k < VG_LINE_LIMITS; k++) most = fmax(most, beyond[k].v);
    }
    return most;
}

static vg_err hold_to_limits(planner *p, vg_diag *diag) {
    const vg_line_bounds *bounds = &p->def->bounds;
    vg_line_view line = {&p->stations, p->def->car, p->offset, p->speed};
    for (int32_t i = 0; i < p->stations.count; i++) {
        double left = vg_line_edge(bounds, p->stations.left[i]);
        double right = vg_line_edge(bounds, p->stations.right[i]);
        p->offset[i] = fmax(-right, fmin(left, p->offset[i]));
        p->speed[i] = fmax(p->speed[i], bounds->slowest);
    }
    return p->def->hold ? VG_OK : vg_pace_limit(&line, bounds, p->speed, diag);
}

static void sum_features(const planner *p, vg_plan *out) {
    vg_line_view line = {&p->stations, p->def->car, p->offset, p->speed};
    int32_t more = p->stations.closed ? 0 : BEYOND;
    int32_t pieces = p->stations.closed ? p->stations.count : out->count - 1;
    for (int32_t i = 0; i < pieces; i++) {
        vg_line_piece piece;
        vg_line_piece_at(&line, more + i, &piece);
        out->metres += piece.metres;
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
            out->features[k] += vg_line_add_feature(&piece, k, 1, NULL, NULL, NULL);
    }
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) out->cost += p->def->theta[k] * out->features[k];
}

static vg_err take(const planner *p, vg_plan *out, vg_diag *diag) {
    int32_t more = p->stations.closed ? 0 : BEYOND, n = p->stations.count - 2 * more;
    out->count = n, out->closed = p->stations.closed, out->spacing = p->stations.spacing;
    if (!(out->offset = vg_new(double, 2 * (int64_t)n))) return vg_fail_memory(diag);
    out->speed = out->offset + n;
    memcpy(out->offset, p->offset + more, sizeof(double) * (size_t)n);
    memcpy(out->speed, p->speed + more, sizeof(double) * (size_t)n);
    sum_features(p, out);
    if (isfinite(out->cost) && isfinite(out->cost / p->def->theta[VG_DRIVING_time])) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "the cost of the plan is not finite");
}

vg_err vg_plan_make(const vg_plan_def *def, vg_plan *out, vg_diag *diag) {
    planner p;
    *out = (vg_plan){0};
    vg_err err = check(def, diag);
    if (err) return err;
    err = open(&p, def, diag);
    for (int32_t stage = 0; stage < STAGES && !err; stage++) {
        p.wall = WALLS[stage], p.damping = 1e-3;
        out->settled = descend(&p, stage == STAGES - 1 ? 1e-7 : 1e-4, &out->steps);
    }
    if (!err) out->beyond = largest_excess(&p);
    if (!err) err = hold_to_limits(&p, diag);
    if (!err) err = take(&p, out, diag);
    close_planner(&p);
    if (err) vg_plan_close(out);
    return err;
}

void vg_plan_close(vg_plan *plan) {
    vg_free(plan->offset);
    *plan = (vg_plan){0};
}
