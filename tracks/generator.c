#include "tracks/generator.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tracks/corners.h"
#include "tracks/islands.h"
#include "tracks/near.h"
#include "tracks/survey.h"

static const vg_key keys[] = {
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_DOUBLE, offsetof(vg_generator, field), unit, least, most, standard, NULL, help},
    VG_GENERATOR_FIELDS(X)
#undef X
};
const vg_schema vg_generator_schema = {"generator", keys, sizeof keys / sizeof *keys, NULL};

vg_generator vg_generator_default(void) {
    vg_generator settings = {.seed = 1};
    vg_config_default(&vg_generator_schema, &settings);
    return settings;
}

enum { ATTEMPTS = 200, CORNERS_MOST = 4096 };

// A road under construction. Corners are in first[0..count); there is a copy to go back to.
typedef struct maker {
    const vg_generator *settings;
    vg_draw at;         // the next draw
    double target;      // m, the length wanted
    double tight;       // m, the initial radius of corners
    double clear;       // m between centrelines of two parts of the road
    vg_corner *corners; // [CORNERS_MOST]
    vg_corner *kept;    // [CORNERS_MOST]
    int32_t count, kept_count;
    vg_track trace; // scratch: the points of the road
    vg_near *near;
} maker;

static double roll(maker *m) {
    double u = vg_random_uniform(&m->at);
    m->at.draw++;
    return u;
}

static double between(maker *m, double low, double high) { return low + (high - low) * roll(m); }

static vg_corners road_of(const maker *m) {
    return (vg_corners){m->corners, m->count, true, m->settings->ease};
}

// A bend too slight for its radius would be shorter than a few points of the road, so it gets a larger
// radius.
static double radius_for(const maker *m, double turn) {
    double least = 5 * m->settings->spacing / (turn * (1 + m->settings->ease));
    return fmax(m->tight, least);
}

// Decides which points of a trace are two parts of the road, and how far apart they must be.
typedef struct apart {
    const vg_track *trace;
    double clear;
    int32_t least, most; // bounds of the number of points between two points that are in different parts:
                         // neither in one curve nor round the start
} apart;

static apart keep_apart(const vg_track *trace, double length, double clear) {
    apart a = {trace, clear, 1, trace->count - 1};
    double spacing = length / trace->count, whole = trace->count * spacing;
    double bend = VG_PI / 2 * clear + 2 * spacing;
    while (a.least <= a.most && a.least * spacing <= bend) a.least++;
    while (a.most >= a.least && whole - a.most * spacing <= bend) a.most--;
    return a;
}

static bool stay_apart(void *context, int32_t i, int32_t from, int32_t to) {
    const apart *a = context;
    const double *x = a->trace->x, *y = a->trace->y;
    if (from < i - a->most) from = i - a->most;
    if (to > i - a->least + 1) to = i - a->least + 1;
    int32_t touching = 0;
    for (int32_t j = from; j < to; j++) {
        double dx = x[i] - x[j], dy = y[i] - y[j];
        touching += !(dx * dx + dy * dy >= a->clear * a->clear);
    }
    return touching == 0;
}

// Can all corners be rounded, is the road at most `longest` long, and do all its parts keep their distance?
// *length is its length.
static bool is_sound(maker *m, double longest, double *length) {
    for (int32_t i = 0; i < m->count; i++) {
        vg_corners road = road_of(m);
        double turn = fabs(vg_corner_turn(&road, i));
        if (turn < 0.12 || turn > 2.9) return false;
        m->corners[i].radius = fmax(m->corners[i].radius, radius_for(m, turn));
    }
    vg_corners road = road_of(m);
    int32_t tight;
    *length = vg_corners_length(&road, &tight);
    if (tight >= 0 || *length > longest) return false;
    double spacing = fmin(m->clear / 3, 6);
    int32_t points = vg_corners_points(&road, *length, spacing);
    if (points > m->trace.capacity) return false;
    m->trace.count = 0;
    vg_corners_trace(&road, *length, spacing, &m->trace);
    apart context = keep_apart(&m->trace, *length, m->clear);
    return vg_near_pairs(m->near, m->trace.x, m->trace.y, points, m->clear, stay_apart, &context);
}

static void keep(maker *m) {
    memcpy(m->kept, m->corners, (size_t)m->count * sizeof *m->corners);
    m->kept_count = m->count;
}

static void go_back(maker *m) {
    memcpy(m->corners, m->kept, (size_t)m->kept_count * sizeof *m->corners);
    m->count = m->kept_count;
}

// A polygon around the origin, stretched and uneven, whose length is about `share` of the target.
static void draw_polygon(maker *m, double share) {
    m->count = 3 + (int32_t)(4 * roll(m));
    double stretch = vg_exp(between(m, -0.6, 0.6)), size = share * m->target / (2 * VG_PI);
    for (int32_t i = 0; i < m->count; i++) {
        double angle = 2 * VG_PI * (i + between(m, -0.3, 0.3)) / m->count, far = size * between(m, 0.75, 1.3);
        m->corners[i] = (vg_corner){far * stretch * vg_cos(angle), far / stretch * vg_sin(angle), m->tight,
                                    m->settings->width};
    }
}

static double side_length(const maker *m, int32_t i) {
    const vg_corner *a = &m->corners[i], *b = &m->corners[(i + 1) % m->count];
    return sqrt((b->x - a->x) * (b->x - a->x) + (b->y - a->y) * (b->y - a->y));
}

// Draw a side to grow from, longer sides with higher probability. The longest side may be excluded, as the
// road's straight.
static int32_t choose_side(maker *m, bool spare_longest) {
    int32_t longest = 0;
    double sum = 0;
    for (int32_t i = 0; i < m->count; i++) {
        if (side_length(m, i) > side_length(m, longest)) longest = i;
        sum += side_length(m, i);
    }
    bool spare = spare_longest && side_length(m, longest) < 0.3 * m->target;
    if (spare) sum -= side_length(m, longest);
    double pick = roll(m) * sum;
    int32_t last = 0;
    for (int32_t i = 0; i < m->count; i++) {
        if (spare && i == longest) continue;
        last = i;
        pick -= side_length(m, i);
        if (pick <= 0) break;
    }
    return last;
}

// Insert n corners behind corner i. local[k] is (distance along the side from i, distance to its left), in
// metres.
static void insert(maker *m, int32_t i, const double (*local)[2], int32_t n) {
    vg_corner a = m->corners[i], b = m->corners[(i + 1) % m->count];
    double length = side_length(m, i), ux = (b.x - a.x) / length, uy = (b.y - a.y) / length;
    memmove(m->corners + i + 1 + n, m->corners + i + 1, (size_t)(m->count - i - 1) * sizeof a);
    for (int32_t k = 0; k < n; k++)
        m->corners[i + 1 + k] =
            (vg_corner){a.x + ux * local[k][0] - uy * local[k][1], a.y + uy * local[k][0] + ux * local[k][1],
                        m->tight, m->settings->width};
    m->count += n;
}

// Add one feature to side i; its size uses `room` more metres of road.
static void push_out(maker *m, int32_t i, double room) {
    const vg_generator *g = m->settings;
    double length = side_length(m, i), at = between(m, 0.25, 0.75) * length, sign = roll(m) < 0.5 ? -1 : 1;
    double kind = roll(m) * (0.7 + 1.6 * g->hairpins + 1.2 * g->chicanes),
           unit = fmax(m->tight, m->clear / 2);
    if (kind < 1.6 * g->hairpins) { // out and back
        double tall = sign * fmin(between(m, 4, 18) * unit, fmax(room / 2, 4 * unit)),
               foot = between(m, 1.2, 3) * unit;
        double lean = between(m, -0.6, 0.6) * fabs(tall);
        insert(m, i, (const double[][2]){{at - foot, 0}, {at + lean, tall}, {at + foot, 0}}, 3);
    } else if (kind < 1.6 * g->hairpins + 1.2 * g->chicanes) { // a quick shift to the side, and a slow return
        double over = sign * between(m, 1, 3) * unit, along = fabs(over) * between(m, 0.6, 1.6);
        insert(m, i, (const double[][2]){{at - along / 2, -over / 2}, {at + along / 2, over / 2}}, 2);
    } else { // a bump, or a notch
        insert(m, i,
               (const double[][2]){{at, sign * between(m, 0.2, 0.75) * fmin(length, fmax(room, 6 * unit))}},
               1);
    }
}

// Add features to a sound polygon until it is about as long as wanted. Returns its length.
static double grow(maker *m, double length) {
    int32_t tries = 80 + (int32_t)(m->target / (2 * m->tight));
    bool spare_longest = roll(m) < m->settings->straights;
    double enough = m->target * between(m, 0.93, 0.99);
    keep(m);
    for (int32_t k = 0; k < tries && length < enough && m->count + 3 <= CORNERS_MOST; k++) {
        double grown;
        m->at.step++;
        m->at.draw = 0;
        push_out(m, choose_side(m, spare_longest), m->target - length);
        if (is_sound(m, m->target, &grown)) {
            length = grown;
            keep(m);
        } else {
            go_back(m);
        }
    }
    return length;
}

// Widen the curves, one after another, as far as the settings want it and the neighbours allow it.
static double widen(maker *m, double length) {
    const vg_generator *g = m->settings;
    for (int32_t i = 0; i < m->count; i++) {
        m->at.step++;
        m->at.draw = 0;
        vg_corners road = road_of(m);
        double turn = fabs(vg_corner_turn(&road, i)), reach = vg_corner_reach(turn, g->ease);
        int32_t before = (i + m->count - 1) % m->count, after = (i + 1) % m->count;
        double reach_before = vg_corner_reach(fabs(vg_corner_turn(&road, before)), g->ease);
        double reach_after = vg_corner_reach(fabs(vg_corner_turn(&road, after)), g->ease);
        double room = fmin(side_length(m, before) - m->corners[before].radius * reach_before,
                           side_length(m, i) - m->corners[after].radius * reach_after);
        double share = 1 - 0.7 * g->straights * roll(m), widest = share * room / reach;
        bool sweeper = roll(m) < g->sweepers * (turn < 2 ? 1 : 0.3);
        double wanted = sweeper ? widest * between(m, 0.6, 1) : m->tight * vg_exp(1.2 * roll(m) * roll(m));
        if (!(fmin(wanted, widest) > m->corners[i].radius)) continue;
        double grown;
        m->corners[i].radius = fmin(fmin(wanted, widest), 100 * m->tight);
        if (is_sound(m, INFINITY, &grown)) {
            length = grown;
            keep(m);
        } else {
            go_back(m);
        }
    }
    return length;
}

// Begin in the middle of the longest straight, in a random direction, and scale up to the target.
static void finish(maker *m, double length) {
    vg_corners road = road_of(m);
    int32_t best = 0;
    double longest = -1, scale = m->target / length;
    for (int32_t i = 0; i < m->count; i++) {
        int32_t next = (i + 1) % m->count;
        double free = side_length(m, i);
        free -= m->corners[i].radius * vg_corner_reach(fabs(vg_corner_turn(&road, i)), road.ease);
        free -= m->corners[next].radius * vg_corner_reach(fabs(vg_corner_turn(&road, next)), road.ease);
        if (free > longest) {
            longest = free;
            best = i;
        }
    }
    bool reverse = roll(m) < 0.5;
    for (int32_t k = 0; k < m->count; k++) {
        int32_t from = reverse ? best - k : best + 1 + k;
        vg_corner c = m->kept[(from + 2 * m->count) % m->count];
        c.width = m->settings->width + between(m, -1, 1) * m->settings->width_change;
        m->corners[k] = (vg_corner){c.x * scale, c.y * scale, c.radius * scale, c.width};
    }
}

static double point_spacing(const vg_generator *g) { return fmin(g->spacing, g->radius_least / 4); }

static vg_err trace_points(const maker *m, vg_track *out, vg_diag *diag) {
    vg_corners road = road_of(m);
    double spacing = point_spacing(m->settings), length = vg_corners_length(&road, NULL);
    vg_err err = vg_track_alloc(vg_corners_points(&road, length, spacing), out, diag);
    if (err) return err;
    vg_corners_trace(&road, length, spacing, out);
    vg_track_round(out);
    return VG_OK;
}

// Check the guarantees on the road as a car will drive it.
static vg_err keeps_promise(const vg_generator *g, const vg_road *road, bool *kept, vg_diag *diag) {
    vg_survey survey;
    vg_err err = vg_survey_road(road, &survey, diag);
    if (err) return err;
    *kept = survey.radius_least >= g->radius_least && survey.folds == 0 && survey.crossings == 0 &&
            survey.gap >= fmin(g->gap, VG_SURVEY_SIGHT) && survey.length >= g->length_least &&
            survey.length <= g->length_most;
    return VG_OK;
}

// *road stays NULL if the attempt failed.
static vg_err attempt(maker *m, uint32_t number, vg_track *out, vg_road **road, vg_diag *diag) {
    const vg_generator *g = m->settings;
    double length;
    bool kept = false;
    m->at = (vg_draw){.seed = g->seed, .stream = VG_STREAM_ROAD, .episode = number};
    // The spline through the points is a little more curved than the line that the points follow, where that
    // is not eased.
    m->tight = (1.06 + 0.01 * number) * g->radius_least;
    // The spline through the points is not quite as long as the line that the points follow, so stay away
    // from the ends of the range.
    m->target = between(m, 1.004 * g->length_least, 0.996 * g->length_most);
    // A small road cannot grow from a small polygon, so later attempts begin with a larger one.
    draw_polygon(m, fmin(between(m, 0.4, 0.8) + 0.01 * number, 1));
    if (!is_sound(m, m->target, &length)) return VG_OK;
    length = grow(m, length);
    finish(m, widen(m, length));
    vg_err err = trace_points(m, out, diag);
    snprintf(out->name, sizeof out->name, "generated-%llu", (unsigned long long)g->seed);
    if (!err) err = vg_track_road(out, road, diag);
    if (!err) err = keeps_promise(g, *road, &kept, diag);
    if (err || !kept) {
        vg_track_free(out);
        vg_road_destroy(*road);
        *road = NULL;
    }
    return err;
}

static vg_err add_islands(const vg_generator *g, vg_track *track, vg_road **road, vg_diag *diag) {
    vg_err err = vg_track_add_islands(track, *road, g->islands, g->seed, diag);
    vg_road_destroy(*road);
    *road = NULL;
    return err ? err : vg_track_road(track, road, diag);
}

static vg_err check_settings(const vg_generator *g, vg_diag *diag) {
    const double values[] = {
#define X(field, unit, least, most, standard, help) g->field,
        VG_GENERATOR_FIELDS(X)
#undef X
    };
    for (int32_t i = 0; i < vg_generator_schema.count; i++) {
        const vg_key *key = &keys[i];
        if (!(values[i] >= key->least && values[i] <= key->most))
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, key->name, "%g is not between %g and %g %s",
                              values[i], key->least, key->most, key->unit);
    }
    if (g->length_most < g->length_least)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "length_most",
                          "%g m is less than length_least, %g m", g->length_most, g->length_least);
    if (g->width_change > 0.6 * g->width)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "width_change",
                          "%g m is more than 0.6 of width, %g m", g->width_change, g->width);
    if (g->radius_least < 1.2 * (g->width + g->width_change))
        return vg_fail_at(
            diag, VG_ERR_ARGUMENT, NULL, 0, "radius_least",
            "%g m: the edges would fold; expected at least %g m, 1.2 times the largest half width",
            g->radius_least, 1.2 * (g->width + g->width_change));
    double unit = fmax(g->radius_least, g->width + g->width_change + g->gap / 2);
    if (g->length_least < 12 * unit)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "length_least",
                          "%g m is too short for such radii, widths and gaps; expected at least %g m",
                          g->length_least, 12 * unit);
    return VG_OK;
}

static vg_err open_maker(const vg_generator *settings, maker *m, vg_diag *diag) {
    *m = (maker){.settings = settings};
    m->clear = 2 * (settings->width + settings->width_change) + settings->gap + 1;
    int32_t points = 16 + (int32_t)(1.1 * settings->length_most / fmin(m->clear / 3, 6));
    m->corners = vg_new(vg_corner, CORNERS_MOST);
    m->kept = vg_new(vg_corner, CORNERS_MOST);
    if (!m->corners || !m->kept) return vg_fail_memory(diag);
    vg_err err = vg_track_alloc(points, &m->trace, diag);
    return err ? err : vg_near_create(points, &m->near, diag);
}

static void close_maker(maker *m) {
    vg_free(m->corners);
    vg_free(m->kept);
    vg_track_free(&m->trace);
    vg_near_destroy(m->near);
}

static vg_err make(const vg_generator *settings, vg_track *out, vg_road **road, vg_diag *diag) {
    *out = (vg_track){0};
    *road = NULL;
    vg_err err = check_settings(settings, diag);
    if (err) return err;
    maker m;
    err = open_maker(settings, &m, diag);
    for (uint32_t i = 0; i < ATTEMPTS && !err && !*road; i++) err = attempt(&m, i, out, road, diag);
    close_maker(&m);
    if (!err && *road && settings->islands > 0 && (err = add_islands(settings, out, road, diag)))
        vg_track_free(out);
    if (!err && !*road)
        err = vg_fail(diag, VG_ERR_ARGUMENT,
                      "no road found for these settings in %d attempts: lengthen it, or lower radius_least, "
                      "width or gap",
                      ATTEMPTS);
    return err;
}

vg_err vg_track_generate(const vg_generator *settings, vg_track *out, vg_diag *diag) {
    vg_road *road;
    vg_err err = make(settings, out, &road, diag);
    vg_road_destroy(road);
    return err;
}

vg_err vg_road_generate(const vg_generator *settings, vg_road **out, vg_diag *diag) {
    vg_track track;
    vg_err err = make(settings, &track, out, diag);
    vg_track_free(&track);
    return err;
}
