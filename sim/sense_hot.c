// sim/sense_hot.c -- the loops that evaluate a sense.
#include <string.h>

#include "sim/lanes_private.h"
#include "sim/sense_private.h"

// Where a car stands on its road: the segment's number, and the share of it that lies behind, in [0, 1).
typedef struct station {
    int32_t segment;
    float share;
} station;

static inline station station_of(const vg_road *road, double s) {
    double at = s * road->inverse_spacing;
    int32_t segment = (int32_t)at;
    if (segment >= road->segment_count) segment = road->segment_count - 1;
    return (station){segment, (float)(at - segment)};
}

// --- along the road --------------------------------------------------------------------------------------

static inline float heading_error(const vg_road *road, station at, double yaw) {
    const vg_road_heading *h = &road->headings[at.segment];
    float t = at.share * (float)road->spacing;
    double error = yaw - h->heading - (double)(t * (h->slope + t * h->bend));
    error = error > VG_PI ? error - 2 * VG_PI : error;
    error = error < -VG_PI ? error + 2 * VG_PI : error;
    return (float)error;
}

// Eight look-aheads: their segments, and the share of each that lies behind. Beyond the end of an open road
// they stay at the end; on a closed road they go round, more than once if need be.
static inline vg_lane8 look_ahead(const vg_road *road, station at, vg_lane8 ahead, int32_t segment[8]) {
    int32_t n = road->segment_count;
    vg_lane8 p = at.share + ahead * (float)road->inverse_spacing;
    vg_lane8 end = (vg_lane8){0} + (float)(n - at.segment);
    p = road->view.closed ? p : vg_choose8(p < end, p, end);
    vg_mask8 whole = __builtin_convertvector(p, vg_mask8), next = at.segment + whole, beyond = next >= n;
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

static void observe_curvature(const vg_sense *sense, const vg_sense_part *part, const vg_road *road,
                              station at, float speed, float *out) {
    for (int32_t first = 0; first < part->count; first += 8) {
        int32_t segment[8], count = part->count - first < 8 ? part->count - first : 8;
        vg_lane8 share = look_ahead(road, at, distances(sense, part->first + first, speed), segment);
        vg_lane8 here, next;
        for (int32_t j = 0; j < 8; j++) {
            here[j] = road->curvature[segment[j]];
            next[j] = road->curvature[segment[j] + 1];
        }
        vg_lane8 curvature = here + (next - here) * share;
        if (count == 8)
            memcpy(out + first, &curvature, sizeof curvature);
        else
            for (int32_t j = 0; j < count; j++) out[first + j] = curvature[j];
    }
}

static void observe_width(const vg_sense *sense, const vg_sense_part *part, const vg_road *road, station at,
                          float speed, float *out) {
    for (int32_t first = 0; first < part->count; first += 8) {
        int32_t segment[8], count = part->count - first < 8 ? part->count - first : 8;
        vg_lane8 share = look_ahead(road, at, distances(sense, part->first + first, speed), segment);
        for (int32_t j = 0; j < count; j++) {
            const vg_road_segment *g = &road->segments[segment[j]];
            float t = share[j] * (float)road->spacing;
            out[2 * (first + j)] = g->left + t * g->left_slope;
            out[2 * (first + j) + 1] = g->right + t * g->right_slope;
        }
    }
}

// --- lidar -----------------------------------------------------------------------------------------------

// The angle of (x, y) in [-pi, pi] to 2e-6. It only tells which beams a chord lies under, and both chords
// that meet in a node take the same value for it. (Odd polynomial for the arc tangent on [0, 1]: Hastings
// 1955.)
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

enum { STRETCHES = 8, NODES = 8 * STRETCHES, CROSSINGS = 64 };

// One car's look around, in its own frame: x along its nose.
typedef struct scan {
    const vg_sense *sense;
    double x, y;
    float nose_x, nose_y, range;
    int32_t beams;
    bool half_plane; // no beam looks backwards
    float *best;     // [beams] nearest hit so far
} scan;

// Nodes of edges, eight a stretch: where they are, at what angle, and the number of the beam before each.
typedef struct nodes {
    float x[NODES], y[NODES], angle[NODES];
    int32_t beam[NODES], crossed[NODES], count; // crossed: -1 where the chord to the next node has a beam
} nodes;

static inline void add_stretch(const scan *s, const vg_road_edge *edge, nodes *n) {
    float dx = (float)(edge->x - s->x), dy = (float)(edge->y - s->y);
    vg_lane8 ex = dx + vg_load8(edge->dx), ey = dy + vg_load8(edge->dy);
    vg_lane8 x = s->nose_x * ex + s->nose_y * ey, y = s->nose_x * ey - s->nose_y * ex;
    vg_lane8 angle = angle8(x, y);
    vg_lane8 number = (angle - s->sense->first_beam) * s->sense->beams_a_radian;
    vg_lane8 least = (vg_lane8){0} - 1.0f, most = (vg_lane8){0} + ((float)s->beams + 1.0f);
    number = vg_choose8(number < least, least, number); // before the first beam, or beyond the last
    number = vg_choose8(number > most, most, number);
    vg_mask8 beam = __builtin_convertvector(number + 1.0f, vg_mask8) - 1; // rounded down
    vg_store8(n->x + n->count, x);
    vg_store8(n->y + n->count, y);
    vg_store8(n->angle + n->count, angle);
    vg_mask8 crossed = beam != __builtin_shufflevector(beam, beam, 1, 2, 3, 4, 5, 6, 7, 7);
    memcpy(n->beam + n->count, &beam, sizeof beam);
    memcpy(n->crossed + n->count, &crossed, sizeof crossed);
    n->count += 8;
}

// Pairs of a beam and the chord that may stop it.
typedef struct crossings {
    float ux[CROSSINGS], uy[CROSSINGS], x0[CROSSINGS], y0[CROSSINGS], x1[CROSSINGS], y1[CROSSINGS];
    int32_t beam[CROSSINGS], count;
} crossings;

static void settle_crossings(const scan *s, crossings *c) {
    float t[CROSSINGS];
    for (int32_t first = 0; first < c->count; first += 8) {
        vg_lane8 ux = vg_load8(c->ux + first), uy = vg_load8(c->uy + first);
        vg_lane8 x0 = vg_load8(c->x0 + first), y0 = vg_load8(c->y0 + first);
        vg_lane8 x1 = vg_load8(c->x1 + first), y1 = vg_load8(c->y1 + first);
        vg_lane8 side0 = ux * y0 - uy * x0, side1 = ux * y1 - uy * x1;
        vg_lane8 along0 = ux * x0 + uy * y0, along1 = ux * x1 + uy * y1;
        vg_lane8 way = (side0 * along1 - side1 * along0) / (side0 - side1); // NaN for a chord along the beam
        vg_store8(t + first, vg_choose8(way >= 0.0f, way, (vg_lane8){0} + s->range));
    }
    for (int32_t k = 0; k < c->count; k++) {
        float best = s->best[c->beam[k]];
        s->best[c->beam[k]] = t[k] < best ? t[k] : best;
    }
    c->count = 0;
}

// Chord k against beams low .. high.
static inline void add_crossings(const scan *s, const nodes *n, int32_t k, int32_t low, int32_t high,
                                 crossings *c) {
    low = low < 0 ? 0 : low;
    high = high < s->beams ? high : s->beams - 1;
    for (int32_t b = low; b <= high; b++) {
        if (c->count == CROSSINGS) settle_crossings(s, c);
        int32_t i = c->count++;
        c->ux[i] = s->sense->beam_x[b], c->uy[i] = s->sense->beam_y[b];
        c->x0[i] = n->x[k], c->y0[i] = n->y[k];
        c->x1[i] = n->x[k + 1], c->y1[i] = n->y[k + 1];
        c->beam[i] = b;
    }
}

// A chord is crossed by the beams between its ends'. Most have none: those are passed over without a branch.
static void cross_chords(const scan *s, const nodes *n) {
    int32_t chords[NODES], count = 0;
    for (int32_t first = 0; first < n->count; first += 8)
        for (int32_t k = first; k < first + VG_EDGE_PIECES; k++) {
            chords[count] = k;
            count -= n->crossed[k];
        }
    crossings c;
    c.count = 0;
    for (int32_t i = 0; i < count; i++) {
        int32_t k = chords[i], a = n->beam[k], b = n->beam[k + 1], low = a < b ? a : b, high = a < b ? b : a;
        float turn = n->angle[k + 1] - n->angle[k];
        if (turn < 3.1415927f && turn > -3.1415927f) {
            add_crossings(s, n, k, low + 1, high, &c);
        } else { // it passes behind the car
            add_crossings(s, n, k, 0, low, &c);
            add_crossings(s, n, k, high + 1, s->beams - 1, &c);
        }
    }
    settle_crossings(s, &c);
}

// The stretches first .. last of one side that lie in reach, eight at a time.
static void scan_stretches(const scan *s, const vg_road *road, int32_t side, int32_t first, int32_t last) {
    int64_t row = (int64_t)side * road->edge_count;
    float x = (float)(s->x - road->segments[0].x), y = (float)(s->y - road->segments[0].y);
    float behind = s->half_plane ? 1.0f : 1e9f; // how much further back than its circle a stretch may lie
    nodes n;
    for (int32_t at = first; at <= last; at += STRETCHES) {
        vg_lane8 dx = vg_load8(road->edge_x + row + at) - x, dy = vg_load8(road->edge_y + row + at) - y;
        vg_lane8 radius = vg_load8(road->edge_radius + row + at), reach = s->range + radius;
        vg_mask8 near =
            (dx * dx + dy * dy <= reach * reach) & (s->nose_x * dx + s->nose_y * dy >= -behind * radius);
        if (!vg_any8(near)) continue;
        int32_t look[STRETCHES], count = last - at < STRETCHES - 1 ? last - at + 1 : STRETCHES;
        memcpy(look, &near, sizeof look);
        n.count = 0;
        for (int32_t j = 0; j < count; j++)
            if (look[j]) add_stretch(s, &road->edges[row + at + j], &n);
        cross_chords(s, &n);
    }
}

// Only the car's own branch is seen: 2 ranges of arc length either way, more than a beam gains on the inside
// of a bend.
static void observe_lidar(const vg_sense *sense, const vg_sense_part *part, const vg_world *w, int32_t i,
                          float *out) {
    const vg_road *road = w->road[i];
    scan s = {
        .sense = sense, .x = w->x[i], .y = w->y[i], .range = part->range, .beams = part->count, .best = out};
    s.half_plane = part->degrees <= 180.0f;
    vg_sincosf((float)w->yaw[i], &s.nose_y, &s.nose_x);
    for (int32_t b = 0; b < s.beams; b++) out[b] = part->range;
    int32_t edges = road->edge_count, here = station_of(road, w->s[i]).segment / VG_EDGE_PIECES;
    int32_t window = (int32_t)(2.0f * part->range * (float)road->inverse_spacing) / VG_EDGE_PIECES + 2;
    bool whole = 2 * window + 1 >= edges, closed = road->view.closed;
    int32_t first = whole ? 0 : here - window, last = whole ? edges - 1 : here + window;
    for (int32_t side = 0; side < 2; side++) {
        if (closed && first < 0) scan_stretches(&s, road, side, first + edges, edges - 1);
        scan_stretches(&s, road, side, first > 0 ? first : 0, last < edges ? last : edges - 1);
        if (closed && last >= edges) scan_stretches(&s, road, side, 0, last - edges);
    }
}

// --- a block of cars -------------------------------------------------------------------------------------

// One feature of one car that needs the road.
static inline void observe_road(const vg_sense *sense, const vg_sense_part *part, const vg_world *w,
                                int32_t i, float *out) {
    const vg_road *road = w->road[i];
    station at = station_of(road, w->s[i]);
    if (part->feature == VG_FEATURE_heading) *out = heading_error(road, at, w->yaw[i]);
    if (part->feature == VG_FEATURE_curvature) observe_curvature(sense, part, road, at, w->speed[i], out);
    if (part->feature == VG_FEATURE_width) observe_width(sense, part, road, at, w->speed[i], out);
    if (part->feature == VG_FEATURE_lidar) observe_lidar(sense, part, w, i, out);
}

static void copy_column(const float *from, int32_t n, int32_t width, int32_t stride, float *out) {
    for (int32_t k = 0; k < n; k++)
        for (int32_t j = 0; j < width; j++) out[(int64_t)k * stride + j] = from[k * width + j];
}

static void observe(const vg_sense *sense, const vg_world *w, int32_t begin, int32_t end, float *out) {
    int32_t n = end - begin, stride = sense->size;
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
        case VG_FEATURE_curvature:
        case VG_FEATURE_width:
        case VG_FEATURE_lidar:
            for (int32_t k = 0; k < n; k++)
                observe_road(sense, part, w, begin + k, column + (int64_t)k * stride);
            break;
        case VG_FEATURE_COUNT: break;
        }
    }
}

const vg_sense_kernel VG_HOT_NAME(vg_sense_kernel_table) = {observe};
