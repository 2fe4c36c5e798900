#include "agents/experts/detour.h"

#include <math.h>
#include <stddef.h>

// The largest second derivative of the quintic from 0 to 1: 10 / sqrt(3).
#define QUINTIC_BEND 5.7735026918962576

enum { INTERVALS = VG_DETOUR_MOST * 2 };
static const double SIGHT_SECONDS = 5, SIGHT = 40; // how far ahead groups are looked for
static const double TIE = 0.01;                    // m: ways that are as near as the other
static const double CRAWL = 1;                     // m/s, before what can hardly be passed

// The offsets of the rear axle that obstacles leave no room for.
typedef struct group {
    double from, to; // m ahead
    double low[INTERVALS], high[INTERVALS];
    int32_t count;
} group;

typedef struct body {
    double front, back, half; // m, from the rear axle to the bumpers; half the width
    double left, right;       // m, to the edges
    double clearance;
    double offset; // m, the car's own
} body;

// The free offset nearest to `wish` on the wanted side of the group. *room: the piece of free offsets it is
// in.
typedef struct choice {
    bool found;
    double offset, room[2];
} choice;

static void take_room(const body *b, vg_side side, double low, double high, choice *best) {
    if (high < low) return;
    double offset = fmin(high, fmax(low, 0));
    bool better = !best->found;
    if (!better && side == VG_SIDE_LEFT) better = low > best->room[1];
    if (!better && side == VG_SIDE_RIGHT) better = high < best->room[0];
    if (!better && side == VG_SIDE_NEAREST) {
        double gain = fabs(best->offset - b->offset) - fabs(offset - b->offset);
        better = gain > TIE || (gain > -TIE && offset > best->offset);
    }
    if (better) *best = (choice){true, offset, {low, high}};
}

// Look through what is free between the edges, from right to left.
static choice choose_with(const group *g, const body *b, vg_side side, double clearance) {
    choice best = {0};
    double edge = b->half + fmin(clearance, 0.2), least = -b->right + edge, most = b->left - edge;
    double margin = b->half + clearance, at = least;
    while (at <= most) {
        double next = most, beyond = INFINITY; // the first obstacle at or after `at`, and where it ends
        for (int32_t k = 0; k < g->count; k++) {
            double low = g->low[k] - margin, high = g->high[k] + margin;
            if (high <= at || low >= next) continue;
            next = low, beyond = high;
        }
        if (isinf(beyond)) next = most;
        take_room(b, side, at, next, &best);
        if (isinf(beyond)) break;
        at = fmax(at, beyond);
    }
    return best;
}

static choice choose(const group *g, const body *b, vg_side side) {
    choice best = {0};
    double clearance = b->clearance;
    for (int tries = 0; tries < 4 && !best.found; tries++, clearance *= 0.5)
        best = choose_with(g, b, side, clearance);
    return best;
}

// The length of a swerve by `across` at a speed, and no sharper than half of what the wheels can steer.
static double ramp_length(const vg_car *car, const vg_detour_def *def, double across, double speed) {
    double sharpest = 0.5 * (double)car->steer_max / (double)car->wheelbase;
    double bend = fmin(sharpest, def->lateral / fmax(speed * speed, 0.01));
    return sqrt(QUINTIC_BEND * fabs(across) / bend);
}

static void add_to_group(group *g, const vg_road_ahead_of *o, double from, double to) {
    if (g->count == 0) g->from = from, g->to = to;
    g->from = fmin(g->from, from), g->to = fmax(g->to, to);
    if (g->count == INTERVALS) return;
    g->low[g->count] = o->obstacle->right, g->high[g->count] = o->obstacle->left;
    g->count++;
}

// So slow that the car can still move out of the way of a group that it has not reached.
static double speed_for(const group *g, const body *b, const choice *c, const vg_detour_def *def) {
    double low = c->room[0], high = c->room[1];
    double slack = fmin(0.5 * b->clearance, 0.5 * (high - low));
    double missing = fmax(low - slack - b->offset, b->offset - high - slack);
    if (missing <= 0 || g->to - def->reach < 0) return INFINITY;
    return fmax(CRAWL, fmax(0, g->from) / sqrt(QUINTIC_BEND * missing / (2 * def->lateral)));
}

static void finish_group(const vg_car *car, const group *g, const body *b, const vg_detour_def *def,
                         double speed, vg_detour *out) {
    if (g->count == 0 || out->count == VG_DETOUR_MOST) return;
    choice c = choose(g, b, def->side);
    if (!c.found) c.offset = c.room[0] = c.room[1] = b->offset;
    if (out->count == 0 || !(out->speed < INFINITY)) out->speed = fmin(out->speed, speed_for(g, b, &c, def));
    out->passes[out->count++] =
        (vg_detour_pass){g->from, g->to, c.offset, ramp_length(car, def, c.offset, speed)};
}

void vg_detour_plan(const vg_world *world, int32_t i, const vg_state *state, const vg_detour_def *def,
                    vg_detour *out) {
    out->count = 0, out->speed = INFINITY;
    const vg_road *road = vg_world_road(world, i);
    const vg_car *car = vg_world_car(world, i);
    double speed = (double)state->speed, sight = SIGHT_SECONDS * speed + SIGHT;
    vg_road_ahead_of found[INTERVALS];
    int32_t n = vg_road_ahead(road, state->s, sight, sight, INTERVALS, found);
    if (n == 0) return;
    vg_road_point here = vg_road_at(road, state->s);
    body b = {.back = (double)car->rear_overhang, .half = 0.5 * (double)car->width, .left = here.left};
    b.front = (double)car->length - b.back, b.right = here.right;
    b.clearance = def->clearance, b.offset = (double)vg_world_get(world).offset[i];
    group g = {.count = 0};
    for (int32_t k = 0; k < n; k++) {
        double from = found[k].along - found[k].obstacle->before - b.front - 0.5 * def->reach;
        double to = found[k].along + found[k].obstacle->after + b.back;
        if (g.count && from > g.to) finish_group(car, &g, &b, def, speed, out), g.count = 0;
        vg_road_point there = vg_road_at(road, found[k].obstacle->s);
        b.left = there.left, b.right = there.right;
        add_to_group(&g, &found[k], from, to + def->reach);
    }
    finish_group(car, &g, &b, def, speed, out);
}

// --- along the way ---------------------------------------------------------------------------------------

static double blend(double from, double to, double share) {
    double u = fmin(1, fmax(0, share));
    return from + (to - from) * (u * u * u * (10 + u * (6 * u - 15)));
}

// A stretch of the way: from one offset to another over [begin, begin + length].
typedef struct swerve {
    double begin, length, from, to;
} swerve;

// The swerve at `ahead`, or the kept offset: then its length is 0.
static swerve swerve_at(const vg_detour *d, double ahead) {
    int32_t k = 0;
    while (k < d->count && d->passes[k].to < ahead) k++;
    const vg_detour_pass *next = k < d->count ? &d->passes[k] : NULL,
                         *last = k > 0 ? &d->passes[k - 1] : NULL;
    if (next && ahead >= next->from) return (swerve){ahead, 0, next->offset, next->offset};
    double gap = next && last ? next->from - last->to : INFINITY;
    if (next && last && gap < next->ramp + last->ramp)
        return (swerve){last->to, gap, last->offset, next->offset};
    if (next && ahead > next->from - next->ramp)
        return (swerve){next->from - next->ramp, next->ramp, 0, next->offset};
    if (last && ahead < last->to + last->ramp) return (swerve){last->to, last->ramp, last->offset, 0};
    return (swerve){ahead, 0, 0, 0};
}

double vg_detour_offset(const vg_detour *d, double ahead) {
    swerve s = swerve_at(d, ahead);
    return s.length > 0 ? blend(s.from, s.to, (ahead - s.begin) / s.length) : s.to;
}

double vg_detour_bend(const vg_detour *d, double ahead) {
    swerve s = swerve_at(d, ahead);
    return s.length > 0 ? QUINTIC_BEND * fabs(s.to - s.from) / (s.length * s.length) : 0;
}
