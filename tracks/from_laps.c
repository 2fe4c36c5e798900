#include "tracks/from_laps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "tracks/borders.h"

enum { LEAST_SAMPLES = 5, ROUNDS = 4, PARTS = 300, TOGETHER = 8, ASIDE = 5 }; // points: sharp turns; mending
static const double SPACING_MOST = 5, SPACING_LEAST = 0.05, SHORTEST = 2;     // m, of points; of a road
static const double FAR = 0.05; // of the road's extent: samples farther from the line are no lap
static const double GAP = 3;    // of a lap's mean step: over more it has lost its samples
static const double NOISES = 8; // standard deviations of a position between points
static const double TAPER = 0.05, WHOLE = 0.95; // of the road: so near its ends a lap counts less; a round
static const double SHARP = -0.34;              // cosine of a turn that no line of points makes
static const double STEEP = 0.25;               // m of the mean's offset for each metre along the line

vg_from_laps_def vg_from_laps_default(void) {
    return (vg_from_laps_def){.file = "laps", .width = 10, .margin = 1};
}

typedef struct maker {
    const vg_from_laps_def *def;
    vg_diag *diag;
    double extent, spacing; // m: the diagonal of the box around the first lap; between the line's points
    bool closed;
    vg_track line; // the centreline so far
    double *sum, *weight, *most,
        *least; // [line.count] of the samples' offsets, the outermost ones; one block
    vg_from_laps_report report;
} maker;

// --- the first guess ---------------------------------------------------------------------------------------

static double distance(const vg_points *p, int32_t i, int32_t j) {
    double dx = p->x[i] - p->x[j], dy = p->y[i] - p->y[j];
    return sqrt(dx * dx + dy * dy);
}

static double extent_of(const vg_points *p) {
    double low[2] = {p->x[0], p->y[0]}, high[2] = {p->x[0], p->y[0]};
    for (int32_t i = 1; i < p->count; i++) {
        low[0] = fmin(low[0], p->x[i]), high[0] = fmax(high[0], p->x[i]);
        low[1] = fmin(low[1], p->y[i]), high[1] = fmax(high[1], p->y[i]);
    }
    return sqrt((high[0] - low[0]) * (high[0] - low[0]) + (high[1] - low[1]) * (high[1] - low[1]));
}

// Does a position lie off the ones before and behind it, as a lost fix does?
static bool is_spike(const vg_points *lap, int32_t i, double step) {
    int32_t before = i > 0 ? i - 1 : i + 1, after = i + 1 < lap->count ? i + 1 : i - 1;
    double near = fmin(distance(lap, i, before), distance(lap, i, after));
    return near > 8 * step && near > 4 * distance(lap, before, after);
}

// Points at least `apart` from the one kept before: a car that stands, or noise where it is slow, is no line.
static vg_err thin(const vg_points *lap, double apart, vg_points *out, vg_diag *diag) {
    double step = vg_points_length(lap, false) / (lap->count - 1);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < lap->count && !err; i++) {
        int32_t last = out->count - 1;
        if (is_spike(lap, i, step)) continue;
        double dx = last < 0 ? INFINITY : lap->x[i] - out->x[last],
               dy = last < 0 ? 0 : lap->y[i] - out->y[last];
        if (sqrt(dx * dx + dy * dy) >= apart) err = vg_points_add(out, lap->x[i], lap->y[i], diag);
    }
    return err;
}

// The cosine of the turn from one chord to another.
static double turn(const vg_points *p, int32_t a, int32_t b, int32_t c, int32_t d) {
    double dot = (p->x[b] - p->x[a]) * (p->x[d] - p->x[c]) + (p->y[b] - p->y[a]) * (p->y[d] - p->y[c]);
    double sizes = distance(p, a, b) * distance(p, c, d);
    return sizes > 0 ? dot / sizes : 1;
}

static bool is_sharp(const vg_points *p, int32_t i) {
    return i > 0 && i + 1 < p->count && turn(p, i - 1, i, i, i + 1) < SHARP;
}

// The sharp turns at `first` and close behind it: the last of them.
static int32_t last_sharp(const vg_points *p, int32_t first) {
    int32_t last = first;
    for (int32_t i = first + 1; i < p->count && i <= last + TOGETHER; i++)
        if (is_sharp(p, i)) last = i;
    return last;
}

// Does the line go on in its direction, once some points around first .. last are left out? Then they are
// first .. last.
static bool goes_on(const vg_points *p, int32_t *first, int32_t *last) {
    for (int32_t k = 1; k <= ASIDE; k++) {
        int32_t a = *first - k, b = *last + k;
        if (a < 1 || b + 1 >= p->count) return false;
        if (turn(p, a - 1, a, a, b) <= 0 || turn(p, a, b, b, b + 1) <= 0) continue;
        *first = a + 1, *last = b - 1;
        return true;
    }
    return false;
}

static void keep(vg_points *p, int32_t first, int32_t count) {
    memmove(p->x, p->x + first, (size_t)count * sizeof *p->x);
    memmove(p->y, p->y + first, (size_t)count * sizeof *p->y);
    p->count = count;
}

static void leave_out(vg_points *p, int32_t first, int32_t last) {
    for (int32_t i = last + 1; i < p->count; i++) {
        p->x[first + i - last - 1] = p->x[i];
        p->y[first + i - last - 1] = p->y[i];
    }
    p->count -= last - first + 1;
}

// A car that stands while its fixes wander makes a knot in the line: it is left out. One that turns on the
// spot makes two lines of one: the one of more points is kept.
static void untangle(const maker *m, vg_points *p) {
    int32_t all = p->count, begin = 0, best = 0, most = 0, pieces = 1;
    for (int32_t i = 1; i < p->count; i++) {
        if (!is_sharp(p, i)) continue;
        int32_t first = i, last = last_sharp(p, i);
        if (first > begin + ASIDE && goes_on(p, &first, &last)) {
            leave_out(p, first, last);
            i = first - 1;
            continue;
        }
        if (i - begin + 1 > most) best = begin, most = i - begin + 1;
        pieces += last - begin > TOGETHER && p->count - last > TOGETHER;
        begin = i = last;
    }
    if (p->count - begin > most) best = begin, most = p->count - begin;
    keep(p, best, most);
    if (pieces > 1)
        vg_track_warn(m->def->warnings,
                      "%s: the car turns back on the spot: the road is the longest way without, %.0f %% of "
                      "all",
                      m->def->file, 100.0 * most / all);
}

// Where the line has come back to its start: the number of points of one time round; 0 if it never does.
static int32_t find_return(const vg_points *p, double extent) {
    double near = 0.04 * extent, step = vg_points_length(p, false) / (p->count - 1);
    near = fmax(near, 2 * step);
    bool away = false;
    int32_t best = 0;
    for (int32_t i = 1; i < p->count; i++) {
        double off = distance(p, i, 0);
        if (off > 2 * near) away = true;
        if (best && off > near) break;
        if (!away || off > near) continue;
        double along =
            (p->x[i] - p->x[i - 1]) * (p->x[1] - p->x[0]) + (p->y[i] - p->y[i - 1]) * (p->y[1] - p->y[0]);
        if (along <= 0.5 * distance(p, i, i - 1) * distance(p, 1, 0)) continue;
        if (!best || off < distance(p, best, 0)) best = i;
    }
    if (!best) return 0;
    // Not past the start, nor so near before it that the line would bend there.
    while (best > 3 &&
           ((p->x[best] - p->x[0]) * (p->x[1] - p->x[0]) + (p->y[best] - p->y[0]) * (p->y[1] - p->y[0]) > 0 ||
            distance(p, best, 0) < 0.5 * step))
        best--;
    return best + 1;
}

static vg_err fail(const maker *m, const char *text) {
    return vg_fail_at(m->diag, VG_ERR_FORMAT, m->def->file, 0, NULL, "%s", text);
}

// The centreline through points, resampled evenly along a spline.
static vg_err set_line(maker *m, const vg_points *points) {
    vg_track track = {0};
    vg_road *road = NULL;
    vg_err err = vg_track_alloc(points->count, &track, m->diag);
    if (err) return err;
    for (int32_t i = 0; i < points->count; i++) vg_track_add(&track, points->x[i], points->y[i], 1, 1);
    track.closed = m->closed;
    vg_track_free(&m->line);
    err = vg_track_road(&track, &road, m->diag);
    if (!err) err = vg_track_sample(road, fmin(m->spacing, vg_road_get(road).length / 8), &m->line, m->diag);
    vg_road_destroy(road);
    vg_track_free(&track);
    return err;
}

static vg_err check_points(const maker *m, const vg_points *points) {
    double length = points->count > 1 ? vg_points_length(points, false) : 0;
    if (length < SHORTEST)
        return vg_fail_at(
            m->diag, VG_ERR_FORMAT, m->def->file, 0, NULL,
            "the first lap is %.2g m long, all its positions lie within %.2g m: the car stands; "
            "expected a drive of at least %g m",
            length, m->extent, SHORTEST);
    if (points->count < LEAST_SAMPLES) return fail(m, "too few positions for a line; expected at least 5");
    return VG_OK;
}

static vg_err guess_line(maker *m) {
    const vg_points *lap = &m->def->laps[0];
    if (lap->count < LEAST_SAMPLES) return fail(m, "too few positions for a line; expected at least 5");
    m->extent = extent_of(lap);
    if (!(m->extent > 0)) return fail(m, "the car stands still in the first lap");
    m->spacing = fmax(fmin(SPACING_MOST, 2 * m->extent / PARTS), SPACING_LEAST);
    m->spacing = fmax(m->spacing, fmin(SPACING_MOST, NOISES * m->def->noise));
    vg_points points = {0};
    vg_err err = thin(lap, m->spacing, &points, m->diag);
    if (!err) untangle(m, &points);
    if (!err) err = check_points(m, &points);
    int32_t round = err || m->def->shape == VG_LAPS_OPEN ? 0 : find_return(&points, m->extent);
    if (!err && m->def->shape == VG_LAPS_CLOSED && round < LEAST_SAMPLES)
        err = fail(m, "the first lap does not come back to its start, so the road cannot be closed");
    m->closed = round >= LEAST_SAMPLES;
    if (m->closed) points.count = round;
    if (!err) err = set_line(m, &points);
    vg_points_free(&points);
    return err;
}

// --- samples on the line -----------------------------------------------------------------------------------

static vg_err clear_sums(maker *m) {
    int64_t n = m->line.count;
    vg_free(m->sum);
    m->sum = vg_new(double, 4 * n);
    if (!m->sum) return vg_fail_memory(m->diag);
    m->weight = m->sum + n, m->most = m->sum + 2 * n, m->least = m->sum + 3 * n;
    for (int64_t i = 0; i < n; i++) m->most[i] = -INFINITY, m->least[i] = INFINITY;
    m->report.samples = 0;
    m->report.spread = m->report.spread_most = 0;
    return VG_OK;
}

static void add_at(maker *m, double at, double offset, double weight) {
    int32_t n = m->line.count, i = (int32_t)at, j = i + 1;
    double share = at - i;
    if (m->closed)
        i %= n, j %= n;
    else
        i = i < n ? i : n - 1, j = j < n ? j : n - 1;
    m->sum[i] += weight * (1 - share) * offset, m->weight[i] += weight * (1 - share);
    m->sum[j] += weight * share * offset, m->weight[j] += weight * share;
    m->most[i] = fmax(m->most[i], offset), m->most[j] = fmax(m->most[j], offset);
    m->least[i] = fmin(m->least[i], offset), m->least[j] = fmin(m->least[j], offset);
}

static void add_sample(maker *m, double at, double offset, double weight) {
    add_at(m, at, offset, weight);
    m->report.samples++;
    m->report.spread += offset * offset;
    m->report.spread_most = fmax(m->report.spread_most, fabs(offset));
}

// Where samples are farther apart than the line's points, the lap also counts at the points between two of
// them: else a point would lie where the one lap runs that happens to have a sample there, and the next point
// where another does. `from` and `by`: place of the earlier sample and the way to the later one, in points.
static void add_between(maker *m, double from, double by, double offset, double change, double weight) {
    int32_t parts = (int32_t)ceil(by);
    for (int32_t k = 1; k < parts; k++) add_at(m, from + by * k / parts, offset + change * k / parts, weight);
}

// How much a sample counts: less near the ends of its lap, so that the mean does not jump where a lap begins
// or ends. A lap that goes all the way round a closed road ends where it began, and leaves no step.
static double taper(double before, double behind, const vg_road_view *road) {
    if (road->closed && before + behind > WHOLE * road->length) return 1;
    double share = fmin(before, behind) / (TAPER * road->length);
    return fmin(1, fmax(1e-3, share));
}

// Place a lap's samples, each from where the one before lay.
static double add_lap(maker *m, const vg_road *road, const vg_points *lap) {
    vg_road_view view = vg_road_get(road);
    double pieces = m->closed ? m->line.count : m->line.count - 1, s = 0, offset = 0, driven = 0, way = 0;
    double all = vg_points_length(lap, false), gap = lap->count > 1 ? GAP * all / (lap->count - 1) : 0;
    bool placed = false;
    for (int32_t i = 0; i < lap->count; i++) {
        if (i) way += distance(lap, i - 1, i);
        vg_road_place place = placed ? vg_road_project(road, lap->x[i], lap->y[i], s)
                                     : vg_road_locate(road, lap->x[i], lap->y[i]);
        if (fabs(place.offset) > FAR * m->extent) { // or it lost its way: look everywhere
            place = vg_road_locate(road, lap->x[i], lap->y[i]);
            placed = false;
            if (fabs(place.offset) > FAR * m->extent) continue;
        }
        // Before and behind an open road there is no line to be off.
        if (!view.closed && (place.s <= 0 || place.s >= view.length) && i > 0 && i + 1 < lap->count) continue;
        double by = placed ? vg_road_between(road, s, place.s) : 0, points = pieces / view.length;
        double weight = taper(way, all - way, &view);
        if (by > 0 && by < gap)
            add_between(m, s * points, by * points, offset, place.offset - offset, weight);
        driven += by;
        s = place.s, offset = place.offset;
        placed = true;
        add_sample(m, s * points, offset, weight);
    }
    return driven / view.length;
}

// Fill points without a sample from their neighbours on both sides.
static void fill_gaps(maker *m, double *offset) {
    int32_t n = m->line.count;
    for (int32_t i = 0; i < n; i++) {
        if (m->weight[i] > 0) continue;
        double value[2] = {0, 0}, away[2] = {0, 0};
        for (int side = 0; side < 2; side++)
            for (int32_t k = 1; k < n && away[side] == 0; k++) {
                int32_t j = side ? i + k : i - k;
                if (m->closed) j = (j + n) % n;
                if (j < 0 || j >= n) break;
                if (m->weight[j] > 0) value[side] = m->sum[j] / m->weight[j], away[side] = k;
            }
        if (away[0] > 0 && away[1] > 0)
            offset[i] = (value[0] * away[1] + value[1] * away[0]) / (away[0] + away[1]);
        else
            offset[i] = away[0] > 0 ? value[0] : value[1];
    }
}

// Hold the change of offsets from point to point to STEEP: the middle between the largest line of that slope
// below them and the smallest above. Offsets that change more slowly stay. Two sweeps each way close a loop.
static void hold_slope(const maker *m, double *offset, double *below, double *above, double step) {
    int32_t n = m->line.count, rounds = m->closed ? 2 : 1;
    memcpy(below, offset, (size_t)n * sizeof *below);
    memcpy(above, offset, (size_t)n * sizeof *above);
    for (int32_t k = m->closed ? 0 : 1; k < rounds * n; k++) {
        int32_t i = k % n, before = (i + n - 1) % n, j = n - 1 - i, behind = (j + 1) % n;
        below[i] = fmin(below[i], below[before] + STEEP * step);
        above[i] = fmax(above[i], above[before] - STEEP * step);
        below[j] = fmin(below[j], below[behind] + STEEP * step);
        above[j] = fmax(above[j], above[behind] - STEEP * step);
    }
    for (int32_t i = 0; i < n; i++) offset[i] = (below[i] + above[i]) / 2;
}

// Move the line by the mean offsets, smoothed a little.
static vg_err move_line(maker *m, const vg_road *road) {
    int32_t n = m->line.count;
    double pieces = m->closed ? n : n - 1, length = vg_road_get(road).length;
    double *offset = vg_new(double, 3 * (int64_t)n);
    vg_points points = {0};
    if (!offset) return vg_fail_memory(m->diag);
    for (int32_t i = 0; i < n; i++) offset[i] = m->weight[i] > 0 ? m->sum[i] / m->weight[i] : 0;
    fill_gaps(m, offset);
    hold_slope(m, offset, offset + n, offset + 2 * (int64_t)n, length / pieces);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < n && !err; i++) {
        int32_t a = i > 0 ? i - 1 : m->closed ? n - 1 : 0, b = i + 1 < n ? i + 1 : m->closed ? 0 : n - 1;
        double moved = (offset[a] + 2 * offset[i] + offset[b]) / 4;
        vg_road_point at = vg_road_at(road, length * i / pieces);
        double edge[2];
        vg_sincos(at.heading, &edge[0], &edge[1]);
        err = vg_points_add(&points, at.x - moved * edge[0], at.y + moved * edge[1], m->diag);
    }
    vg_free(offset);
    if (!err) err = set_line(m, &points);
    vg_points_free(&points);
    return err;
}

// Place all samples on the line; with `move` it then moves to their mean.
static vg_err place_all(maker *m, bool move) {
    vg_road *road;
    vg_err err = clear_sums(m);
    if (!err) err = vg_track_road(&m->line, &road, m->diag);
    if (err) return err;
    double rounds = 0;
    for (int32_t i = 0; i < m->def->lap_count; i++) {
        double driven = add_lap(m, road, &m->def->laps[i]);
        rounds += driven < 0.5 ? 1 : floor(driven + 0.5);
    }
    m->report.rounds = (int32_t)fmin(rounds, 1e9);
    m->report.length = vg_road_get(road).length;
    if (m->report.samples) m->report.spread = sqrt(m->report.spread / (double)m->report.samples);
    if (move) err = move_line(m, road);
    vg_road_destroy(road);
    return err;
}

// --- edges -------------------------------------------------------------------------------------------------

// The largest of some values around a point, of those that were seen.
static double around(const maker *m, const double *values, int32_t i, double sign) {
    int32_t n = m->line.count;
    double most = 0;
    for (int32_t k = -2; k <= 2; k++) {
        int32_t j = m->closed ? (i + k + n) % n : i + k;
        if (j >= 0 && j < n && isfinite(values[j])) most = fmax(most, sign * values[j]);
    }
    return most;
}

static void set_edges(maker *m) {
    vg_track *line = &m->line;
    for (int32_t i = 0; i < line->count; i++) {
        bool said = m->def->width > 0;
        line->left[i] = said ? m->def->width / 2 : around(m, m->most, i, 1) + m->def->margin;
        line->right[i] = said ? m->def->width / 2 : around(m, m->least, i, -1) + m->def->margin;
    }
    vg_track_round(line);
}

// What the edges are worth.
static void warn_edges(const maker *m) {
    const vg_from_laps_def *def = m->def;
    const vg_from_laps_report *r = &m->report;
    char laps[32];
    snprintf(laps, sizeof laps, r->rounds == 1 ? "one lap" : "%d laps", r->rounds);
    if (def->width > 0)
        vg_track_warn(
            def->warnings,
            "%s: a road from %s: its edges are %.4g m to either side of the %s because you said so; "
            "where the real ones are is not known",
            def->file, laps, def->width / 2, r->rounds == 1 ? "lap" : "laps' mean");
    else if (r->rounds == 1)
        vg_track_warn(
            def->warnings,
            "%s: a road from one lap: its edges are that lap and %.4g m to either side; a lap uses a "
            "part of the road, so the real edges are wider, most of all on straights",
            def->file, def->margin);
    else
        vg_track_warn(
            def->warnings,
            "%s: a road from %s: its edges are the outermost of them and %.4g m; where all take one "
            "line (they spread by %.2g m rms) the real edges are wider",
            def->file, laps, def->margin, r->spread);
}

static vg_err make(maker *m) {
    const vg_from_laps_def *def = m->def;
    if (def->lap_count < 1) return fail(m, "no laps");
    if (!(def->width >= 0 && def->width <= 2000) || !(def->margin >= 0 && def->margin <= 1000) ||
        (def->width == 0 && def->margin == 0))
        return vg_fail(
            m->diag, VG_ERR_ARGUMENT,
            "a width of %g m with a margin of %g m; expected one of them above 0, at most 2000 and "
            "1000 m",
            def->width, def->margin);
    vg_err err = guess_line(m);
    for (int32_t i = 0; i < ROUNDS && !err; i++) err = place_all(m, true);
    if (!err) err = place_all(m, false);
    if (err) return err;
    m->report.laps = def->lap_count;
    m->report.closed = m->closed;
    m->report.spacing = m->spacing;
    set_edges(m);
    return VG_OK;
}

vg_err vg_track_from_laps(const vg_from_laps_def *def, vg_track *out, vg_from_laps_report *report,
                          vg_diag *diag) {
    maker m = {.def = def, .diag = diag};
    vg_road *road = NULL;
    *out = (vg_track){0};
    vg_err err = make(&m);
    if (!err) err = vg_track_road(&m.line, &road, diag);
    vg_road_destroy(road);
    vg_free(m.sum);
    if (err) {
        vg_track_free(&m.line);
        return err;
    }
    warn_edges(&m);
    if (report) *report = m.report;
    *out = m.line;
    return VG_OK;
}

vg_err vg_track_from_border_laps(const vg_from_laps_def *left, const vg_from_laps_def *right, vg_track *out,
                                 vg_from_laps_report *report, vg_diag *diag) {
    const vg_from_laps_def *defs[2] = {left, right};
    vg_from_laps_report reports[2] = {0};
    vg_track lines[2] = {0};
    vg_err err = VG_OK;
    *out = (vg_track){0};
    for (int i = 0; i < 2 && !err; i++) {
        vg_from_laps_def def = *defs[i];
        def.warnings = NULL;
        def.width = 1;
        err = vg_track_from_laps(&def, &lines[i], &reports[i], diag);
    }
    if (!err && lines[0].closed != lines[1].closed)
        err = vg_fail(diag, VG_ERR_MISMATCH, "the %s border comes back to its start, the other does not",
                      lines[0].closed ? "left" : "right");
    if (!err) {
        const vg_borders borders = {
            {lines[0].x, lines[0].y, lines[0].count, 0}, {lines[1].x, lines[1].y, lines[1].count, 0}, false};
        err = vg_track_between(&borders, lines[0].closed, left->file, out, diag);
    }
    if (!err) {
        vg_track_round(out);
        reports[0].laps += reports[1].laps;
        reports[0].rounds += reports[1].rounds;
        reports[0].samples += reports[1].samples;
        if (report) *report = reports[0];
    }
    for (int i = 0; i < 2; i++) vg_track_free(&lines[i]);
    return err;
}
