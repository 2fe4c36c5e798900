#include "logs/import/place.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

enum { POINTS = 400, STARTS = 96, BEST = 6, ROUNDS = 40 };
#define SHORTEST    20.0 // m
#define AS_NEAR     1.02 // times the distance of the nearest placing, and
#define AS_NEAR_TOO 0.01 // m more: as near
#define ELSEWHERE   5.0  // m between the starts of a drive: two placings
#define EXPLAINS    0.9  // share of the samples between the edges, of a factor or a mirror that explains

// The drive thinned to points at equal ways, and where on the road each is thought to be.
typedef struct shape {
    double x[POINTS], y[POINTS], way[POINTS];
    int32_t count;
    double length;
} shape;

typedef struct guess {
    double start, off; // m along the road; rms
    int direction;
    vg_placing by;
} guess;

static void turn(const vg_placing *by, double x, double y, double *to_x, double *to_y) {
    double s, c;
    vg_sincos(by->turn, &s, &c);
    *to_x = c * x - s * y + by->move_x, *to_y = s * x + c * y + by->move_y;
}

static double step(const vg_cleaned *s, int32_t i) {
    double dx = s[i].value.x - s[i - 1].value.x, dy = s[i].value.y - s[i - 1].value.y;
    return sqrt(dx * dx + dy * dy);
}

// At most one lap of the drive.
static void thin(const vg_road *road, const vg_cleaned *s, int32_t count, shape *out) {
    vg_road_view v = vg_road_get(road);
    double whole = 0, way = 0;
    for (int32_t i = 1; i < count; i++) whole += step(s, i);
    if (whole > v.length) whole = v.length;
    double apart = whole / POINTS;
    for (int32_t i = 0; i < count && out->count < POINTS; i++) {
        if (i) way += step(s, i);
        if (way < out->count * apart) continue;
        out->x[out->count] = s[i].value.x, out->y[out->count] = s[i].value.y;
        out->way[out->count++] = way;
    }
    out->length = out->count ? out->way[out->count - 1] : 0;
}

// The turn and the move that bring the points nearest to their places on the road, and how near.
static void fit(const shape *p, const double *x, const double *y, vg_placing *out) {
    double mx = 0, my = 0, rx = 0, ry = 0, dot = 0, cross = 0, sum = 0;
    for (int32_t i = 0; i < p->count; i++) mx += p->x[i], my += p->y[i], rx += x[i], ry += y[i];
    mx /= p->count, my /= p->count, rx /= p->count, ry /= p->count;
    for (int32_t i = 0; i < p->count; i++) {
        double ax = p->x[i] - mx, ay = p->y[i] - my, bx = x[i] - rx, by = y[i] - ry;
        dot += ax * bx + ay * by, cross += ax * by - ay * bx;
    }
    *out = (vg_placing){.turn = vg_atan2(cross, dot)};
    double to_x, to_y;
    turn(out, mx, my, &to_x, &to_y);
    out->move_x = rx - to_x, out->move_y = ry - to_y;
    for (int32_t i = 0; i < p->count; i++) {
        turn(out, p->x[i], p->y[i], &to_x, &to_y);
        sum += (to_x - x[i]) * (to_x - x[i]) + (to_y - y[i]) * (to_y - y[i]);
    }
    out->off = sqrt(sum / p->count);
}

static void lay(const vg_road *road, const shape *p, guess *g) {
    double x[POINTS], y[POINTS];
    for (int32_t i = 0; i < p->count; i++) {
        vg_road_point at = vg_road_at(road, vg_road_wrap(road, g->start + g->direction * p->way[i]));
        x[i] = at.x, y[i] = at.y;
    }
    fit(p, x, y, &g->by);
    g->off = g->by.off;
}

// Nearest points instead of equal ways. On a drive around a closed road both ends are tied to each other.
static void refine(const vg_road *road, const shape *p, guess *g) {
    double x[POINTS], y[POINTS], s[POINTS];
    for (int32_t i = 0; i < p->count; i++) s[i] = vg_road_wrap(road, g->start + g->direction * p->way[i]);
    for (int round = 0; round < ROUNDS; round++) {
        double before = g->by.off;
        for (int32_t i = 0; i < p->count; i++) {
            double at_x, at_y;
            turn(&g->by, p->x[i], p->y[i], &at_x, &at_y);
            s[i] = vg_road_project(road, at_x, at_y, s[i]).s;
            vg_road_point at = vg_road_at(road, s[i]);
            x[i] = at.x, y[i] = at.y;
        }
        fit(p, x, y, &g->by);
        if (round && fabs(before - g->by.off) < 1e-6) break;
    }
    g->off = g->by.off;
}

static void keep(guess best[BEST], const guess *g) {
    int at = BEST;
    while (at > 0 && !(best[at - 1].off <= g->off)) at--;
    for (int k = BEST - 1; k > at; k--) best[k] = best[k - 1];
    if (at < BEST) best[at] = *g;
}

static double share_inside(const vg_road *road, const vg_placing *by, const vg_cleaned *s, int32_t count) {
    int32_t inside = 0, tried = 0, every = count / 2000 + 1;
    for (int32_t i = 0; i < count; i += every, tried++) {
        double x, y;
        turn(by, s[i].value.x, s[i].value.y, &x, &y);
        vg_road_place at = vg_road_locate(road, x, y);
        vg_road_point edge = vg_road_at(road, at.s);
        inside += at.offset <= edge.left && -at.offset <= edge.right;
    }
    return tried ? (double)inside / tried : 0;
}

// Is `a` the better one of two that are as near?
static bool likelier(const guess *a, const guess *b) {
    if (a->direction != b->direction) return a->direction > 0;
    return fabs(a->by.turn) < fabs(b->by.turn);
}

// Where two placings bring the drive's first point: how far apart.
static double between(const shape *p, const vg_placing *a, const vg_placing *b) {
    double ax, ay, bx, by;
    turn(a, p->x[0], p->y[0], &ax, &ay);
    turn(b, p->x[0], p->y[0], &bx, &by);
    return sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by));
}

static void choose(const shape *p, const guess best[BEST], vg_placing *out) {
    double nearest = INFINITY;
    for (int k = 0; k < BEST; k++) nearest = fmin(nearest, best[k].off);
    nearest = AS_NEAR * nearest + AS_NEAR_TOO;
    const guess *chosen = NULL;
    for (int k = 0; k < BEST; k++)
        if (best[k].off <= nearest && (!chosen || likelier(&best[k], chosen))) chosen = &best[k];
    *out = chosen->by;
    out->backwards = chosen->direction < 0;
    for (int k = 0; k < BEST; k++) {
        if (!(best[k].off <= nearest) || out->twin || between(p, &best[k].by, &chosen->by) < ELSEWHERE)
            continue;
        out->twin = true, out->twin_turn = best[k].by.turn;
    }
}

vg_err vg_place_find(const vg_road *road, const vg_cleaned *samples, int32_t count, vg_placing *out,
                     vg_diag *diag) {
    *out = (vg_placing){0};
    shape *p = vg_new(shape, 1);
    if (!p) return vg_fail_memory(diag);
    thin(road, samples, count, p);
    vg_road_view v = vg_road_get(road);
    double length = p->length;
    if (length < SHORTEST || p->count < 8) {
        vg_free(p);
        return vg_fail(diag, VG_ERR_MISMATCH,
                       "it is too short to be laid onto a road: %.1f m; expected at least %g", length,
                       SHORTEST);
    }
    guess best[BEST];
    for (int k = 0; k < BEST; k++) best[k] = (guess){.off = INFINITY};
    // On an open road a drive that fits into it begins where it can also end.
    double room = v.closed ? v.length : fmax(0, v.length - p->length);
    for (int direction = -1; direction <= 1; direction += 2)
        for (int k = 0; k < STARTS; k++) {
            guess g = {.start = room * k / STARTS + (!v.closed && direction < 0 ? v.length - room : 0),
                       .direction = direction};
            lay(road, p, &g);
            keep(best, &g);
        }
    for (int k = 0; k < BEST; k++) refine(road, p, &best[k]);
    choose(p, best, out);
    out->inside = share_inside(road, out, samples, count);
    vg_free(p);
    return VG_OK;
}

vg_err vg_place_explain(const vg_road *road, const vg_cleaned *samples, int32_t count, vg_place_hint *hint,
                        bool *found, vg_diag *diag) {
    static const vg_place_hint hints[] = {{1, true},    {0.3048, false}, {1 / 0.3048, false},
                                          {0.1, false}, {10, false},     {0.01, false},
                                          {100, false}, {1e-3, false},   {1e3, false}};
    double way = 0, most = EXPLAINS, length = vg_road_get(road).length;
    *found = false;
    vg_cleaned *other = vg_new(vg_cleaned, count);
    if (!other) return vg_fail_memory(diag);
    for (int32_t i = 1; i < count; i++) way += step(samples, i);
    vg_err err = VG_OK;
    for (size_t k = 0; k < sizeof hints / sizeof *hints && err != VG_ERR_MEMORY; k++) {
        // What is shrunk to a spot lies on every road.
        if (hints[k].factor != 1 && hints[k].factor * way < 0.8 * length) continue;
        for (int32_t i = 0; i < count; i++) {
            other[i] = samples[i];
            other[i].value.x *= hints[k].mirrored ? -1 : hints[k].factor;
            other[i].value.y *= hints[k].factor;
        }
        vg_placing p;
        err = vg_place_find(road, other, count, &p, diag);
        if (err || p.inside < most) continue;
        most = p.inside, *hint = hints[k], *found = true;
    }
    vg_free(other);
    return err == VG_ERR_MEMORY ? err : VG_OK;
}

void vg_place_apply(const vg_placing *placing, vg_cleaned *samples, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        vg_cleaned *s = &samples[i];
        turn(placing, s->value.x, s->value.y, &s->value.x, &s->value.y);
        turn(placing, s->raw_x, s->raw_y, &s->raw_x, &s->raw_y);
        s->value.heading += placing->turn;
    }
}
