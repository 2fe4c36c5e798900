// sim/road_project.c -- finds the position of a point relative to a road.
#include <math.h>

#include "sim/road_private.h"

// The point seen from segment i at t: the derivative of half the squared distance, and its own derivative.
typedef struct foot {
    double ex, ey;    // from the centreline to the point
    double tx, ty;    // C'(t)
    double slope;     // -(e . C')
    double curvature; // C' . C' - e . C''
} foot;

static foot foot_at(const vg_road_segment *g, double x, double y, double t) {
    double c1x = g->c1x, c1y = g->c1y, c2x = g->c2x, c2y = g->c2y, c3x = g->c3x, c3y = g->c3y;
    foot f = {.ex = x - g->x - t * (c1x + t * (c2x + t * c3x)),
              .ey = y - g->y - t * (c1y + t * (c2y + t * c3y)),
              .tx = c1x + t * (2 * c2x + t * 3 * c3x),
              .ty = c1y + t * (2 * c2y + t * 3 * c3y)};
    f.slope = -(f.ex * f.tx + f.ey * f.ty);
    f.curvature = f.tx * f.tx + f.ty * f.ty - f.ex * (2 * c2x + 6 * t * c3x) - f.ey * (2 * c2y + 6 * t * c3y);
    return f;
}

static double foot_offset(const foot *f) {
    return (f->tx * f->ey - f->ty * f->ex) / sqrt(f->tx * f->tx + f->ty * f->ty);
}

static vg_road_place place_at(const vg_road *road, int32_t segment, double t, const foot *f) {
    return (vg_road_place){vg_road_wrap(road, segment * road->spacing + t), foot_offset(f)};
}

typedef struct candidate {
    int32_t segment;
    double t, square; // squared distance
} candidate;

// Find where in [low, high] of a segment the distance is least, given that it has at most one minimum there.
static double least_between(const vg_road_segment *g, double x, double y, double low, double high) {
    if (foot_at(g, x, y, low).slope >= 0) return low; // the distance grows from there on, or is constant
    if (foot_at(g, x, y, high).slope <= 0) return high;
    double t = 0.5 * (low + high);
    for (int k = 0; k < 60; k++) { // Newton's method, kept inside a shrinking bracket
        foot f = foot_at(g, x, y, t);
        if (f.slope < 0)
            low = t;
        else
            high = t;
        double next = f.curvature > 0 ? t - f.slope / f.curvature : low;
        if (!(next > low && next < high)) next = 0.5 * (low + high);
        if (fabs(next - t) < 1e-12) break;
        t = next;
    }
    return t;
}

// Improve *best by a segment. Close to a centre of curvature the distance may have several minima within a
// segment, but not within a quarter of it.
static void try_segment(const vg_road *road, int32_t i, double x, double y, candidate *best) {
    const vg_road_segment *g = &road->segments[i];
    double quarter = 0.25 * road->spacing;
    for (int k = 0; k < 4; k++) {
        double t = least_between(g, x, y, k * quarter, k < 3 ? (k + 1) * quarter : road->spacing);
        foot f = foot_at(g, x, y, t);
        double square = f.ex * f.ex + f.ey * f.ey;
        if (square < best->square) *best = (candidate){i, t, square};
    }
}

static double node_distance(const vg_road *road, int32_t node, double x, double y) {
    double dx = x - road->view.x[node], dy = y - road->view.y[node];
    return sqrt(dx * dx + dy * dy);
}

// The best of `count` segments from `first` on, around a closed road. A segment whose ends are at distances a
// and b holds nothing nearer than (a + b - its length) / 2; its length exceeds the spacing by far less than a
// thousandth.
static vg_road_place search(const vg_road *road, double x, double y, int32_t first, int32_t count) {
    int32_t nodes = road->view.count, segments = road->segment_count;
    double nearest = INFINITY, longest = 1.001 * road->spacing;
    for (int32_t k = 0; k <= count; k++) {
        double here = node_distance(road, (first + k) % nodes, x, y);
        if (here < nearest) nearest = here;
    }
    candidate best = {.segment = first, .square = INFINITY};
    double after = node_distance(road, first % nodes, x, y);
    for (int32_t k = 0; k < count; k++) {
        double here = after;
        after = node_distance(road, (first + k + 1) % nodes, x, y);
        if (here + after - longest <= 2 * nearest) try_segment(road, (first + k) % segments, x, y, &best);
    }
    foot f = foot_at(&road->segments[best.segment], x, y, best.t);
    return place_at(road, best.segment, best.t, &f);
}

vg_road_place vg_road_locate(const vg_road *road, double x, double y) {
    return search(road, x, y, 0, road->segment_count);
}

static vg_road_place search_near(const vg_road *road, double x, double y, double near_s) {
    int32_t segments = road->segment_count, reach = (int32_t)(VG_ROAD_REACH * road->inverse_spacing) + 1;
    int32_t first = (int32_t)(near_s * road->inverse_spacing) - reach, count = 2 * reach + 1;
    if (count >= segments) return vg_road_locate(road, x, y);
    if (first < 0) first = road->view.closed ? first + segments : 0;
    if (!road->view.closed && first + count > segments) first = segments - count;
    return search(road, x, y, first, count);
}

vg_road_place vg_road_project(const vg_road *road, double x, double y, double near_s) {
    double s = vg_road_wrap(road, near_s);
    for (int k = 0; k < 6; k++) { // Newton's method, across as many segments as needed
        int32_t i = (int32_t)(s * road->inverse_spacing);
        if (i >= road->segment_count) i = road->segment_count - 1;
        const vg_road_segment *g = &road->segments[i];
        double t = s - i * road->spacing;
        foot f = foot_at(g, x, y, t);
        double offset = foot_offset(&f);
        if (!(f.curvature > 0.05 && offset < g->reach_left && offset > -g->reach_right)) break;
        double step = -f.slope / f.curvature;
        if (fabs(step) < 1e-9) return place_at(road, i, t, &f);
        if (fabs(step) > 4) break;
        double moved = vg_road_wrap(road, s + step);
        if (moved == s) return place_at(road, i, t, &f); // limited to the end of an open road
        s = moved;
    }
    return search_near(road, x, y, vg_road_wrap(road, near_s));
}
