// sim/sense_hot.c -- the loops that evaluate a sense.
#include <string.h>

#include "sim/lanes_private.h"
#include "sim/sense_private.h"

enum { BLOCK = VG_WORLD_BLOCK };

// The place of each car of a block on its road: the segment's number, and the share of the segment that is
// behind the car, in [0, 1).
typedef struct stations {
    int32_t segment[BLOCK];
    float share[BLOCK];
} stations;

static __attribute__((noinline)) void find_stations(int32_t n, const double *restrict s,
                                                    const double *restrict inverse,
                                                    const int32_t *restrict last, stations *restrict found) {
    for (int32_t k = 0; k < n; k++) {
        double at = s[k] * inverse[k];
        int32_t segment = (int32_t)at;
        segment = segment < last[k] ? segment : last[k];
        found->segment[k] = segment;
        found->share[k] = (float)(at - segment);
    }
}

// --- along the road --------------------------------------------------------------------------------------

static __attribute__((noinline)) void head_errors(int32_t n, const double *restrict yaw,
                                                  const double *restrict spacing, const float *restrict share,
                                                  const vg_road_heading *restrict at,
                                                  float *restrict errors) {
    for (int32_t k = 0; k < n; k++) {
        float t = share[k] * (float)spacing[k];
        double error = yaw[k] - at[k].heading - (double)(t * (at[k].slope + t * at[k].curvature));
        error = error > VG_PI ? error - 2 * VG_PI : error;
        error = error < -VG_PI ? error + 2 * VG_PI : error;
        errors[k] = (float)error;
    }
}

static void observe_heading(const vg_world *w, int32_t begin, int32_t n, const stations *at, float *out) {
    vg_road_heading headings[BLOCK];
    for (int32_t k = 0; k < n; k++) headings[k] = w->road[begin + k]->headings[at->segment[k]];
    head_errors(n, w->yaw + begin, w->road_spacing + begin, at->share, headings, out);
}

// Eight look-aheads: their segments, and the share of each that is behind. Beyond the end of an open road
// they stay at the end; on a closed road they go round, several times if needed.
static inline vg_lane8 look_ahead(const vg_road *road, int32_t here, float share, vg_lane8 ahead,
                                  int32_t segment[8]) {
    int32_t n = road->segment_count;
    vg_lane8 p = share + ahead * (float)road->inverse_spacing;
    vg_lane8 end = (vg_lane8){0} + (float)(n - here);
    p = road->view.closed ? p : vg_choose8(p < end, p, end);
    vg_mask8 whole = __builtin_convertvector(p, vg_mask8), next = here + whole, beyond = next >= n;
    if (road->view.closed) {
        next -= beyond & n;
        if (vg_any8(next >= n)) next %= n;
    } else {
        whole += beyond & (n - 1 - next);
        next += beyond & (n - 1 - next);
    }
    memcpy(segment, &next, sizeof next);
    return p - __builtin_convertvector(whole, vg_lane8);
}

static inline vg_lane8 distances(const vg_sense *sense, int32_t first, float speed) {
    return vg_load8(sense->metres + first) + vg_load8(sense->seconds + first) * speed;
}

// One row of eight look-aheads per car, for as many as there are.
typedef struct look_aheads {
    int32_t segment[BLOCK][8];
    float share[BLOCK][8];
} look_aheads;

static inline void look_ahead_all(const vg_sense *sense, int32_t first, const vg_world *w, int32_t begin,
                                  int32_t n, const stations *at, look_aheads *l) {
    for (int32_t k = 0; k < n; k++) {
        vg_lane8 metres = distances(sense, first, w->speed[begin + k]);
        vg_lane8 share = look_ahead(w->road[begin + k], at->segment[k], at->share[k], metres, l->segment[k]);
        vg_store8(l->share[k], share);
    }
}

static void observe_curvature(const vg_sense *sense, const vg_sense_part *part, const vg_world *w,
                              int32_t begin, int32_t n, const stations *at, float *out) {
    look_aheads l;
    for (int32_t first = 0; first < part->count; first += 8) {
        int32_t count = part->count - first < 8 ? part->count - first : 8;
        look_ahead_all(sense, part->first + first, w, begin, n, at, &l);
        for (int32_t k = 0; k < n; k++) {
            vg_lane8 here, next;
            vg_pairs8(w->road[begin + k]->curvature, l.segment[k], &here, &next);
            vg_lane8 curvature = here + (next - here) * vg_load8(l.share[k]);
            float *to = out + (int64_t)k * sense->size + first;
            if (count == 8)
                vg_store8(to, curvature);
            else
                for (int32_t j = 0; j < count; j++) to[j] = curvature[j];
        }
    }
}

static void observe_width(const vg_sense *sense, const vg_sense_part *part, const vg_world *w, int32_t begin,
                          int32_t n, const stations *at, float *out) {
    look_aheads l;
    for (int32_t first = 0; first < part->count; first += 8) {
        int32_t count = part->count - first < 8 ? part->count - first : 8;
        look_ahead_all(sense, part->first + first, w, begin, n, at, &l);
        for (int32_t k = 0; k < n; k++)
            for (int32_t j = 0; j < count; j++) {
                const vg_road *road = w->road[begin + k];
                const vg_road_segment *g = &road->segments[l.segment[k][j]];
                float t = l.share[k][j] * (float)road->spacing;
                float *to = out + (int64_t)k * sense->size + 2 * (first + j);
                to[0] = g->left + t * g->left_slope;
                to[1] = g->right + t * g->right_slope;
            }
    }
}

// --- lidar -----------------------------------------------------------------------------------------------

// The angle of (x, y) in [-pi, pi] to 2e-6. (Odd polynomial for the arc tangent on [0, 1]: Hastings 1955.)
static inline vg_lane8 angle8(vg_lane8 x, vg_lane8 y) {
    vg_lane8 ax = vg_abs8(x), ay = vg_abs8(y);
    vg_mask8 steep = ay > ax;
    vg_lane8 large = vg_choose8(steep, ay, ax), small = vg_choose8(steep, ax, ay);
    vg_lane8 r = small / (large + 1e-20f), z = r * r;
    vg_lane8 a = 0.05265332f + z * -0.01172120f;
    a = 0.19354346f + z * (-0.11643287f + z * a);
    a = r * (0.99997726f + z * (-0.33262347f + z * a));
    a = vg_choose8(steep, 1.5707964f - a, a);
    a = vg_choose8(x < 0.0f, 3.1415927f - a, a);
    return vg_choose8(y < 0.0f, -a, a);
}

_Static_assert(VG_EDGE_PIECES + 1 == 8, "the nodes of a stretch of edge fill eight lanes");

// The geometry around one car, in its own frame: x points forward.
typedef struct scan {
    const vg_sense *sense;
    double x, y;
    float east, north; // the same, relative to the road's first node
    float nose_x, nose_y, range;
    float behind; // how many of its radii a stretch may be behind the car: 1, or any number if a beam points
                  // back
    int32_t beams;
    vg_lane8 *best; // [beams] nearest hit so far; each lane is a chord of a stretch
} scan;

// Test beams from .. to against the chords of a stretch. A beam crosses a chord whose ends are on different
// sides of it; both chords that meet in a node use the same side for it.
static inline void scan_stretch(const scan *s, const vg_road_edge *edge, int32_t from, int32_t to) {
    float dx = (float)(edge->x - s->x), dy = (float)(edge->y - s->y);
    vg_lane8 ex = dx + vg_load8(edge->dx), ey = dy + vg_load8(edge->dy);
    vg_lane8 x = s->nose_x * ex + s->nose_y * ey, y = s->nose_x * ey - s->nose_y * ex;
    for (int32_t b = from; b <= to; b++) {
        float ux = s->sense->beam_x[b], uy = s->sense->beam_y[b];
        vg_lane8 side = ux * y - uy * x, along = ux * x + uy * y;
        vg_lane8 next_side = VG_NEXT8(side), next_along = VG_NEXT8(along);
        vg_lane8 way = (side * next_along - next_side * along) / (side - next_side);
        vg_mask8 hit = ((side >= 0.0f) ^ (next_side >= 0.0f)) & (way >= 0.0f) & (way < s->best[b]);
        s->best[b] = vg_choose8(hit, way, s->best[b]);
    }
}

// The beams that may meet each of eight stretches: from .. to; empty if none.
typedef struct fan {
    int32_t from[8], to[8];
} fan;

// The least distance of the origin from the line from (ax, ay) to (bx, by), to 8 % and never too large.
static inline vg_lane8 away8(vg_lane8 ax, vg_lane8 ay, vg_lane8 bx, vg_lane8 by) {
    vg_lane8 dx = bx - ax, dy = by - ay, zero = {0};
    vg_lane8 t = -(ax * dx + ay * dy) / (dx * dx + dy * dy + 1e-9f);
    t = vg_least8(vg_most8(t, zero), zero + 1.0f);
    vg_lane8 x = vg_abs8(ax + t * dx), y = vg_abs8(ay + t * dy);
    return 0.9999f * vg_most8(vg_most8(x, y), 0.7071f * (x + y));
}

static inline vg_mask8 number_of(const scan *s, vg_lane8 angle) {
    vg_lane8 number = (angle - s->sense->first_beam) * s->sense->beams_a_radian, zero = {0};
    number = vg_least8(vg_most8(number, zero - 1.0f), zero + (float)s->beams);
    return __builtin_convertvector(number + 1.0f, vg_mask8); // rounded down, and 1
}

// A stretch lies between the angles of its ends, but for its deviation from the line between them. Returns
// false if no beam meets any.
static inline bool spread_fan(const scan *s, const vg_road *road, int64_t row, fan *f) {
    vg_lane8 wx = vg_load8(road->edge_x + row) - s->east, wy = vg_load8(road->edge_y + row) - s->north;
    vg_lane8 x = s->nose_x * wx + s->nose_y * wy, y = s->nose_x * wy - s->nose_y * wx;
    vg_lane8 radius = vg_load8(road->edge_radius + row), reach = s->range + radius;
    vg_mask8 near = (x * x + y * y <= reach * reach) & (x >= -s->behind * radius);
    if (!vg_any8(near)) return false;
    vg_lane8 hx = vg_load8(road->edge_half_x + row), hy = vg_load8(road->edge_half_y + row);
    vg_lane8 half_x = s->nose_x * hx + s->nose_y * hy, half_y = s->nose_x * hy - s->nose_y * hx;
    vg_lane8 ax = x - half_x, ay = y - half_y, bx = x + half_x, by = y + half_y;
    vg_lane8 stray = vg_load8(road->edge_stray + row), away = away8(ax, ay, bx, by);
    near &= (away <= s->range + stray) & (vg_most8(ax, bx) >= -s->behind * stray);
    vg_lane8 a = angle8(ax, ay), b = angle8(bx, by), share = stray / (away + 1e-9f);
    vg_lane8 beside = 1.5708f * share + 1e-4f; // not less than the arc sine of the share
    vg_lane8 low = vg_least8(a, b) - beside, high = vg_most8(a, b) + beside;
    // around the car, or straight behind it: any beam may meet it
    vg_mask8 any = (share >= 1.0f) | (high - low > 3.1415926f) | (low < -3.1415926f) | (high > 3.1415926f);
    vg_mask8 from = ~any & number_of(s, low), to = number_of(s, high) - 1;
    vg_mask8 last = (vg_mask8){0} + (s->beams - 1), beyond = any | (to > last);
    to = (beyond & last) | (~beyond & to);
    to = (near & to) | (~near & -1);
    memcpy(f->from, &from, sizeof from);
    memcpy(f->to, &to, sizeof to);
    return true;
}

static void scan_stretches(const scan *s, const vg_road *road, int32_t side, int32_t first, int32_t last) {
    int64_t row = (int64_t)side * road->edge_count;
    fan f;
    for (int32_t at = first; at <= last; at += 8) {
        if (!spread_fan(s, road, row + at, &f)) continue;
        for (int32_t j = 0; j < 8 && at + j <= last; j++)
            if (f.from[j] <= f.to[j]) scan_stretch(s, &road->edges[row + at + j], f.from[j], f.to[j]);
    }
}

// Only the car's own branch is sensed: 2 ranges of arc length either way, which is more than a beam gains on
// the inside of a curve.
static void observe_lidar(const vg_sense *sense, const vg_sense_part *part, const vg_world *w, int32_t i,
                          int32_t segment, float *out) {
    vg_lane8 best[VG_BEAMS_MOST + 7], far = (vg_lane8){0} + part->range;
    const vg_road *road = w->road[i];
    scan s = {
        .sense = sense, .x = w->x[i], .y = w->y[i], .range = part->range, .beams = part->count, .best = best};
    s.east = (float)(s.x - road->segments[0].x), s.north = (float)(s.y - road->segments[0].y);
    s.behind = part->degrees <= 180.0f ? 1.0f : 1e9f;
    vg_sincosf((float)w->yaw[i], &s.nose_y, &s.nose_x);
    for (int32_t b = 0; b < s.beams + 7; b++) best[b] = far;
    int32_t edges = road->edge_count, here = segment / VG_EDGE_PIECES;
    int32_t window = (int32_t)(2.0f * part->range * (float)road->inverse_spacing) / VG_EDGE_PIECES + 2;
    bool whole = 2 * window + 1 >= edges, closed = road->view.closed;
    int32_t first = whole ? 0 : here - window, last = whole ? edges - 1 : here + window;
    for (int32_t side = 0; side < 2; side++) {
        if (closed && first < 0) scan_stretches(&s, road, side, first + edges, edges - 1);
        scan_stretches(&s, road, side, first > 0 ? first : 0, last < edges ? last : edges - 1);
        if (closed && last >= edges) scan_stretches(&s, road, side, 0, last - edges);
    }
    for (int32_t b = 0; b < s.beams; b += 8) {
        vg_lane8 chord[8], least;
        vg_transpose8(best + b, chord);
        least = chord[0];
        for (int32_t k = 1; k < VG_EDGE_PIECES; k++) least = vg_least8(least, chord[k]);
        if (s.beams - b >= 8)
            vg_store8(out + b, least);
        else
            for (int32_t k = b; k < s.beams; k++) out[k] = least[k - b];
    }
}

// --- a block of cars -------------------------------------------------------------------------------------

static void copy_column(const float *from, int32_t n, int32_t width, int32_t stride, float *out) {
    for (int32_t k = 0; k < n; k++)
        for (int32_t j = 0; j < width; j++) out[(int64_t)k * stride + j] = from[k * width + j];
}

static void observe(const vg_sense *sense, const vg_world *w, int32_t begin, int32_t end, float *out) {
    int32_t n = end - begin, stride = sense->size;
    float headings[BLOCK];
    stations at;
    find_stations(n, w->s + begin, w->road_inverse + begin, w->road_last + begin, &at);
    for (int32_t p = 0; p < sense->part_count; p++) {
        const vg_sense_part *part = &sense->parts[p];
        float *column = out + part->column;
        switch (part->feature) {
        case VG_FEATURE_offset: copy_column(w->offset + begin, n, 1, stride, column); break;
        case VG_FEATURE_speed: copy_column(w->speed + begin, n, 1, stride, column); break;
        case VG_FEATURE_steer: copy_column(w->steer + begin, n, 1, stride, column); break;
        case VG_FEATURE_accel: copy_column(w->accel + begin, n, 1, stride, column); break;
        case VG_FEATURE_previous: copy_column(w->command + 2 * begin, n, 2, stride, column); break;
        case VG_FEATURE_heading:
            observe_heading(w, begin, n, &at, headings);
            copy_column(headings, n, 1, stride, column);
            break;
        case VG_FEATURE_curvature: observe_curvature(sense, part, w, begin, n, &at, column); break;
        case VG_FEATURE_width: observe_width(sense, part, w, begin, n, &at, column); break;
        case VG_FEATURE_lidar:
            for (int32_t k = 0; k < n; k++)
                observe_lidar(sense, part, w, begin + k, at.segment[k], column + (int64_t)k * stride);
            break;
        case VG_FEATURE_obstacles: // by sense_obstacles.c
        case VG_FEATURE_COUNT: break;
        }
    }
}

const vg_sense_kernel VG_HOT_NAME(vg_sense_kernel_table) = {observe};
