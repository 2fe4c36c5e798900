// sim/sense_hot.c -- the loops that evaluate a sense.
#include <string.h>

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

// The station `count` look-aheads further on. Look-aheads beyond the end of an open road stay at the end; on
// a closed road they go round, more than once if need be.
static inline void look_ahead(const vg_road *road, station at, const float *metres, const float *seconds,
                              float speed, int32_t count, int32_t *segment, float *share) {
    int32_t n = road->segment_count;
    float inverse = (float)road->inverse_spacing;
    if (!road->view.closed) {
        for (int32_t j = 0; j < count; j++) {
            float p = at.share + (metres[j] + seconds[j] * speed) * inverse;
            p = p < (float)(n - at.segment) ? p : (float)(n - at.segment);
            int32_t whole = (int32_t)p;
            int32_t last = at.segment + whole < n ? whole : n - 1 - at.segment;
            segment[j] = at.segment + last;
            share[j] = p - (float)last;
        }
        return;
    }
    for (int32_t j = 0; j < count; j++) {
        float p = at.share + (metres[j] + seconds[j] * speed) * inverse;
        int32_t whole = (int32_t)p, next = at.segment + whole;
        next = next >= n ? next - n : next;
        segment[j] = next;
        share[j] = p - (float)whole;
    }
    for (int32_t j = 0; j < count; j++)
        if (segment[j] >= n) segment[j] %= n;
}

static void observe_curvature(const vg_sense *sense, const vg_sense_part *part, const vg_road *road,
                              station at, float speed, float *restrict out) {
    int32_t segment[VG_SENSE_MOST];
    float share[VG_SENSE_MOST];
    look_ahead(road, at, sense->metres + part->first, sense->seconds + part->first, speed, part->count,
               segment, share);
    const float *curvature = road->curvature;
    for (int32_t j = 0; j < part->count; j++) {
        float here = curvature[segment[j]], next = curvature[segment[j] + 1];
        out[j] = here + (next - here) * share[j];
    }
}

static void observe_width(const vg_sense *sense, const vg_sense_part *part, const vg_road *road, station at,
                          float speed, float *out) {
    int32_t segment[VG_SENSE_MOST];
    float share[VG_SENSE_MOST];
    look_ahead(road, at, sense->metres + part->first, sense->seconds + part->first, speed, part->count,
               segment, share);
    for (int32_t j = 0; j < part->count; j++) {
        const vg_road_segment *g = &road->segments[segment[j]];
        float t = share[j] * (float)road->spacing;
        out[2 * j] = g->left + t * g->left_slope;
        out[2 * j + 1] = g->right + t * g->right_slope;
    }
}

// --- lidar -----------------------------------------------------------------------------------------------

// Eight lanes, of whatever registers the level has. (Compilers unroll loops of eight before they see lanes in
// them.) All functions on them are inlined, so that how they would be passed does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"
typedef float lane8 __attribute__((vector_size(32)));
typedef int32_t mask8 __attribute__((vector_size(32)));

static inline lane8 load8(const float *p) {
    lane8 v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline lane8 choose8(mask8 mask, lane8 yes, lane8 no) {
    return (lane8)((mask & (mask8)yes) | (~mask & (mask8)no));
}

static inline lane8 abs8(lane8 v) { return (lane8)((mask8)v & 0x7fffffff); }

// The angle of (x, y) in [-pi, pi] to 2e-6. It only tells which beams a chord lies under, and both chords
// that meet in a node take the same value for it. (Odd polynomial for the arc tangent on [0, 1]: Hastings
// 1955.)
static inline lane8 angle8(lane8 x, lane8 y) {
    lane8 ax = abs8(x), ay = abs8(y);
    mask8 steep = ay > ax;
    lane8 large = choose8(steep, ay, ax), small = choose8(steep, ax, ay);
    lane8 r = small / (large + 1e-20f), z = r * r;
    lane8 a = 0.05265332f + z * -0.01172120f;
    a = 0.19354346f + z * (-0.11643287f + z * a);
    a = r * (0.99997726f + z * (-0.33262347f + z * a));
    a = choose8(steep, 1.5707964f - a, a);
    a = choose8(x < 0.0f, 3.1415927f - a, a);
    return choose8(y < 0.0f, -a, a);
}

_Static_assert(VG_EDGE_PIECES + 1 == 8, "the nodes of a stretch of edge fill eight lanes");

// One car's look around, in its own frame: x along its nose.
typedef struct scan {
    const vg_sense *sense;
    double x, y;
    float nose_x, nose_y, range;
    int32_t beams;
    bool half_plane; // no beam looks backwards
    float *best;     // [beams] nearest hit so far
} scan;

// Beams [low, high] against the chord from (x0, y0) to (x1, y1).
static inline void cross_beams(const scan *s, int32_t low, int32_t high, float x0, float y0, float x1,
                               float y1) {
    low = low < 0 ? 0 : low;
    high = high < s->beams ? high : s->beams - 1;
    for (int32_t b = low; b <= high; b++) {
        float ux = s->sense->beam_x[b], uy = s->sense->beam_y[b];
        float side0 = ux * y0 - uy * x0, side1 = ux * y1 - uy * x1;
        float along0 = ux * x0 + uy * y0, along1 = ux * x1 + uy * y1;
        float t =
            (side0 * along1 - side1 * along0) / (side0 - side1); // NaN for a chord along the beam: no hit
        if (t >= 0.0f && t < s->best[b]) s->best[b] = t;
    }
}

// A stretch of edge: number the beam that each node lies behind; a chord is crossed by the beams between its
// ends'.
static void scan_edge(const scan *s, const vg_road_edge *edge) {
    float dx = (float)(edge->x - s->x), dy = (float)(edge->y - s->y), reach = s->range + edge->radius;
    if (dx * dx + dy * dy > reach * reach) return;
    if (s->half_plane && s->nose_x * dx + s->nose_y * dy < -edge->radius) return;
    lane8 ex = dx + load8(edge->dx), ey = dy + load8(edge->dy);
    lane8 x = s->nose_x * ex + s->nose_y * ey, y = s->nose_x * ey - s->nose_y * ex;
    lane8 angle = angle8(x, y);
    lane8 number = (angle - s->sense->first_beam) * s->sense->beams_a_radian;
    lane8 least = (lane8){0} - 1.0f, most = (lane8){0} + ((float)s->beams + 1.0f);
    number = choose8(number < least, least, number); // before the first beam, or beyond the last
    number = choose8(number > most, most, number);
    mask8 behind = __builtin_convertvector(number + 1.0f, mask8) - 1; // rounded down
    float px[8], py[8], theta[8];
    int32_t at[8];
    memcpy(px, &x, sizeof px);
    memcpy(py, &y, sizeof py);
    memcpy(at, &behind, sizeof at);
    memcpy(theta, &angle, sizeof theta);
    for (int32_t j = 0; j < VG_EDGE_PIECES; j++) {
        if (at[j] == at[j + 1]) continue;
        int32_t low = at[j] < at[j + 1] ? at[j] : at[j + 1], high = at[j] < at[j + 1] ? at[j + 1] : at[j];
        float turn = theta[j + 1] - theta[j];
        if (turn < 3.1415927f && turn > -3.1415927f) {
            cross_beams(s, low + 1, high, px[j], py[j], px[j + 1], py[j + 1]);
        } else { // it passes behind the car
            cross_beams(s, 0, low, px[j], py[j], px[j + 1], py[j + 1]);
            cross_beams(s, high + 1, s->beams - 1, px[j], py[j], px[j + 1], py[j + 1]);
        }
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
    bool closed = road->view.closed;
    int32_t ahead = closed ? edges / 2 : edges - 1 - here, behind = closed ? (edges - 1) / 2 : here;
    ahead = ahead < window ? ahead : window;
    behind = behind < window ? behind : window;
    for (int32_t k = -behind; k <= ahead; k++) {
        int32_t at = here + k;
        at = at < 0 ? at + edges : at < edges ? at : at - edges;
        scan_edge(&s, &road->edges[at]);
        scan_edge(&s, &road->edges[edges + at]);
    }
}

// --- a block of cars -------------------------------------------------------------------------------------

static void observe_part(const vg_sense *sense, const vg_sense_part *part, const vg_world *w, int32_t i,
                         station at, float *out) {
    switch (part->feature) {
    case VG_FEATURE_offset: *out = w->offset[i]; break;
    case VG_FEATURE_heading: *out = heading_error(w->road[i], at, w->yaw[i]); break;
    case VG_FEATURE_speed: *out = w->speed[i]; break;
    case VG_FEATURE_steer: *out = w->steer[i]; break;
    case VG_FEATURE_accel: *out = w->accel[i]; break;
    case VG_FEATURE_previous: memcpy(out, w->command + 2 * i, 2 * sizeof *out); break;
    case VG_FEATURE_curvature: observe_curvature(sense, part, w->road[i], at, w->speed[i], out); break;
    case VG_FEATURE_width: observe_width(sense, part, w->road[i], at, w->speed[i], out); break;
    case VG_FEATURE_lidar: observe_lidar(sense, part, w, i, out); break;
    case VG_FEATURE_COUNT: break;
    }
}

static void observe(const vg_sense *sense, const vg_world *w, int32_t begin, int32_t end, float *out) {
    for (int32_t i = begin; i < end; i++) {
        station at = station_of(w->road[i], w->s[i]);
        float *row = out + (int64_t)(i - begin) * sense->size;
        for (int32_t p = 0; p < sense->part_count; p++)
            observe_part(sense, &sense->parts[p], w, i, at, row + sense->parts[p].column);
    }
}

const vg_sense_kernel VG_HOT_NAME(vg_sense_kernel_table) = {observe};
