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

// --- along the road
// ----------------------------------------------------------------------------------------------

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

// --- lidar
// -------------------------------------------------------------------------------------------------------

typedef struct scan {
    float ux[VG_BEAMS_MOST], uy[VG_BEAMS_MOST]; // beams in the world's frame
    float best[VG_BEAMS_MOST];                  // nearest hit so far
    uint8_t maybe[VG_BEAMS_MOST];
    int32_t beams; // padded to a multiple of 8
    float nose_x, nose_y;
    bool half_plane; // no beam looks backwards
    double x, y;
} scan;

// The nearest crossing of beam u with the chords through points p, or `best` where none is nearer. Lanes are
// chords.
static inline float cross_chords(float ux, float uy, const float *restrict px, const float *restrict py,
                                 float best) {
    float hit[VG_EDGE_PIECES];
    for (int32_t j = 0; j < VG_EDGE_PIECES; j++) {
        float side0 = ux * py[j] - uy * px[j], side1 = ux * py[j + 1] - uy * px[j + 1];
        float along0 = ux * px[j] + uy * py[j], along1 = ux * px[j + 1] + uy * py[j + 1];
        float t =
            (side0 * along1 - side1 * along0) / (side0 - side1); // NaN for a chord along the beam: no hit
        t = side0 * side1 <= 0.0f ? t : best;
        t = t >= 0.0f ? t : best;
        hit[j] = t < best ? t : best;
    }
    for (int32_t width = VG_EDGE_PIECES / 2; width > 0; width /= 2)
        for (int32_t j = 0; j < width; j++) hit[j] = hit[j] < hit[j + width] ? hit[j] : hit[j + width];
    return hit[0];
}

static void scan_edge(scan *restrict s, const vg_road_edge *edge, float range) {
    float cx = (float)(edge->x - s->x), cy = (float)(edge->y - s->y), r = edge->radius, reach = range + r;
    if (cx * cx + cy * cy > reach * reach) return;
    if (s->half_plane && s->nose_x * cx + s->nose_y * cy < -r) return;
    // Which beams may meet the circle nearer than what they have met already?
    int32_t beams = s->beams;
    for (int32_t b = 0; b < beams; b++) {
        float side = s->ux[b] * cy - s->uy[b] * cx, along = s->ux[b] * cx + s->uy[b] * cy;
        s->maybe[b] = (side <= r) & (side >= -r) & (along >= -r) & (along - r <= s->best[b]);
    }
    float px[VG_EDGE_PIECES + 1], py[VG_EDGE_PIECES + 1];
    for (int32_t j = 0; j <= VG_EDGE_PIECES; j++) px[j] = cx + edge->dx[j], py[j] = cy + edge->dy[j];
    for (int32_t first = 0; first < beams; first += 8) {
        uint64_t eight;
        memcpy(&eight, s->maybe + first, sizeof eight);
        if (!eight) continue;
        for (int32_t b = first; b < first + 8; b++)
            if (s->maybe[b]) s->best[b] = cross_chords(s->ux[b], s->uy[b], px, py, s->best[b]);
    }
}

// Edges are looked at from the car outwards, so that later ones are mostly ruled out by what is hit already.
// Only the car's own branch is seen: 2 ranges of arc length either way, more than a beam can gain on the
// inside of a bend.
static void observe_lidar(const vg_sense *sense, const vg_sense_part *part, const vg_world *w, int32_t i,
                          float *out) {
    const vg_road *road = w->road[i];
    scan s = {
        .beams = sense->beams_padded, .x = w->x[i], .y = w->y[i], .half_plane = part->degrees <= 180.0f};
    vg_sincosf((float)w->yaw[i], &s.nose_y, &s.nose_x);
    for (int32_t b = 0; b < s.beams; b++) {
        s.ux[b] = s.nose_x * sense->beam_x[b] - s.nose_y * sense->beam_y[b];
        s.uy[b] = s.nose_y * sense->beam_x[b] + s.nose_x * sense->beam_y[b];
        s.best[b] = part->range;
    }
    int32_t edges = road->edge_count, here = station_of(road, w->s[i]).segment / VG_EDGE_PIECES;
    int32_t window = (int32_t)(2.0f * part->range * (float)road->inverse_spacing) / VG_EDGE_PIECES + 2;
    bool closed = road->view.closed;
    int32_t ahead = closed ? edges / 2 : edges - 1 - here, behind = closed ? (edges - 1) / 2 : here;
    if (ahead > window) ahead = window;
    if (behind > window) behind = window;
    for (int32_t k = 0; k <= (ahead > behind ? ahead : behind); k++) {
        for (int32_t side = 0; side < 2; side++) {
            const vg_road_edge *row = road->edges + (int64_t)side * edges;
            int32_t front = here + k, back = here - k;
            if (k <= ahead) scan_edge(&s, &row[front < edges ? front : front - edges], part->range);
            if (k > 0 && k <= behind) scan_edge(&s, &row[back >= 0 ? back : back + edges], part->range);
        }
    }
    memcpy(out, s.best, (size_t)part->count * sizeof *out);
}

// --- a block of cars
// ---------------------------------------------------------------------------------------------

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
