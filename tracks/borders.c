#include "tracks/borders.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"

enum { MOST_STEPS = 20000, BAND_LEAST = 100, BAND_MOST = 2000, SAMPLES = 200 };

typedef struct ladder {
    vg_points left, right; // evenly spaced, running the same way
    vg_points middle;      // of the rungs
    bool closed;
    double width, step;   // m: mean distance of the borders, spacing of the points
    int32_t rows, across; // rungs end at left[0 .. rows], right[0 .. across]
} ladder;

static double distance(const vg_points *a, int32_t i, const vg_points *b, int32_t j) {
    double dx = a->x[i] - b->x[j], dy = a->y[i] - b->y[j];
    return sqrt(dx * dx + dy * dy);
}

static int32_t nearest(const vg_points *points, double x, double y) {
    int32_t best = 0;
    double least = INFINITY;
    for (int32_t i = 0; i < points->count; i++) {
        double dx = points->x[i] - x, dy = points->y[i] - y, square = dx * dx + dy * dy;
        if (square < least) least = square, best = i;
    }
    return best;
}

// --- preparing ---------------------------------------------------------------------------------------------

// The mean distance of one border's points from the other border.
static vg_err measure_width(const vg_borders *borders, bool closed, double *width, vg_diag *diag) {
    vg_points few, many = {0};
    double length = vg_points_length(&borders->left, closed);
    vg_err err = vg_points_even(&borders->left, closed, length / SAMPLES, &few, diag);
    if (err) return err;
    length = vg_points_length(&borders->right, closed);
    err = vg_points_even(&borders->right, closed, length / (20.0 * SAMPLES), &many, diag);
    *width = 0;
    for (int32_t i = 0; i < few.count && !err; i++)
        *width += distance(&few, i, &many, nearest(&many, few.x[i], few.y[i])) / few.count;
    vg_points_free(&few);
    vg_points_free(&many);
    return err;
}

static double area(const vg_points *points) {
    double sum = 0;
    for (int32_t i = 0; i < points->count; i++) {
        int32_t j = (i + 1) % points->count;
        sum += (points->x[i] - points->x[0]) * (points->y[j] - points->y[0]) -
               (points->x[j] - points->x[0]) * (points->y[i] - points->y[0]);
    }
    return sum;
}

// Begin a closed line at another of its points.
static vg_err rotate(vg_points *points, int32_t first, vg_diag *diag) {
    vg_points turned = {0};
    vg_err err = VG_OK;
    for (int32_t i = 0; i < points->count && !err; i++) {
        int32_t from = (first + i) % points->count;
        err = vg_points_add(&turned, points->x[from], points->y[from], diag);
    }
    vg_points_free(points);
    *points = turned;
    return err;
}

static vg_err align(ladder *l, vg_diag *diag) {
    vg_points *a = &l->left, *b = &l->right;
    if (!l->closed) {
        double same = distance(a, 0, b, 0) + distance(a, a->count - 1, b, b->count - 1);
        double other = distance(a, 0, b, b->count - 1) + distance(a, a->count - 1, b, 0);
        if (other < same) vg_points_reverse(b);
        return VG_OK;
    }
    if ((area(a) > 0) != (area(b) > 0)) vg_points_reverse(b);
    return rotate(b, nearest(b, a->x[0], a->y[0]), diag);
}

static vg_err prepare(const vg_borders *borders, const char *file, ladder *l, vg_diag *diag) {
    int32_t least = l->closed ? 3 : 2;
    if (borders->left.count < least || borders->right.count < least)
        return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL,
                          "borders of %d and %d points; expected at least %d each", borders->left.count,
                          borders->right.count, least);
    double length =
        fmax(vg_points_length(&borders->left, l->closed), vg_points_length(&borders->right, l->closed));
    if (!(length > 0)) return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "borders without a length");
    vg_err err = measure_width(borders, l->closed, &l->width, diag);
    if (!err && !(l->width > 1e-6 * length))
        err = vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "both borders lie at one place");
    if (err) return err;
    l->step = fmax(fmin(l->width / 6, length / 50), length / MOST_STEPS);
    err = vg_points_even(&borders->left, l->closed, l->step, &l->left, diag);
    if (!err) err = vg_points_even(&borders->right, l->closed, l->step, &l->right, diag);
    if (!err) err = align(l, diag);
    l->rows = l->left.count - !l->closed;
    l->across = l->right.count - !l->closed;
    return err;
}

// --- rungs -------------------------------------------------------------------------------------------------

// The table of the least sums: of a row only the columns near the diagonal are kept.
typedef struct table {
    int32_t rows, across, band, wide; // wide = 2 band + 1
    double *sum;                      // [2][wide]: this row and the one before
    char *step;                       // [rows + 1][wide]: 'l', 'r', 'b' (both): how a rung was reached
} table;

static int32_t table_first(const table *t, int32_t row) {
    return (int32_t)((int64_t)row * t->across / t->rows) - t->band;
}

static double table_sum(const table *t, int32_t row, int32_t column) {
    int32_t at = column - table_first(t, row);
    return row < 0 || column < 0 || at < 0 || at >= t->wide ? INFINITY
                                                            : t->sum[(int64_t)(row & 1) * t->wide + at];
}

static void fill_row(const ladder *l, table *t, int32_t row) {
    double *sums = t->sum + (int64_t)(row & 1) * t->wide;
    char *steps = t->step + (int64_t)row * t->wide;
    int32_t first = table_first(t, row);
    for (int32_t k = 0; k < t->wide; k++) {
        int32_t column = first + k;
        sums[k] = INFINITY;
        if (column < 0 || column > t->across) continue;
        double rung = distance(&l->left, row % l->left.count, &l->right, column % l->right.count);
        double both = table_sum(t, row - 1, column - 1), left = table_sum(t, row - 1, column);
        double right = k > 0 ? sums[k - 1] : INFINITY;
        double best = fmin(both, fmin(left, right));
        if (row == 0 && column == 0) best = 0;
        sums[k] = best + rung;
        steps[k] = best == both ? 'b' : best == left ? 'l' : 'r';
    }
}

// The middles of the rungs, from the last to the first, then turned round.
static vg_err follow(ladder *l, const table *t, vg_diag *diag) {
    int32_t row = t->rows, column = t->across;
    vg_err err = VG_OK;
    while (!err) {
        int32_t i = row % l->left.count, j = column % l->right.count;
        if (!(l->closed && row == t->rows && column == t->across)) // the first one again
            err = vg_points_add(&l->middle, (l->left.x[i] + l->right.x[j]) / 2,
                                (l->left.y[i] + l->right.y[j]) / 2, diag);
        if (row == 0 && column == 0) break;
        char step = t->step[(int64_t)row * t->wide + column - table_first(t, row)];
        if (step != 'r') row--;
        if (step != 'l') column--;
        if (row < 0 || column < 0) break;
    }
    vg_points_reverse(&l->middle);
    return err;
}

static vg_err find_rungs(ladder *l, vg_diag *diag) {
    table t = {.rows = l->rows, .across = l->across};
    t.band = l->across / 6;
    if (t.band < BAND_LEAST) t.band = BAND_LEAST;
    if (t.band > BAND_MOST) t.band = BAND_MOST;
    // Where one border is much shorter, a row's columns move on by more than one.
    t.band += 2 * (l->across / l->rows + 1);
    t.wide = 2 * t.band + 1;
    t.sum = vg_new(double, 2 * (int64_t)t.wide);
    t.step = vg_new(char, ((int64_t)t.rows + 1) * t.wide);
    vg_err err = t.sum && t.step ? VG_OK : vg_fail_memory(diag);
    for (int32_t row = 0; row <= t.rows && !err; row++) fill_row(l, &t, row);
    if (!err) err = follow(l, &t, diag);
    vg_free(t.sum);
    vg_free(t.step);
    return err;
}

// --- from the middles to a road ----------------------------------------------------------------------------

// One pass of (1 2 1) / 4; the ends of an open line stay.
static void smooth(vg_points *points, bool closed) {
    int32_t n = points->count;
    double *columns[2] = {points->x, points->y};
    for (int c = 0; c < 2; c++) {
        double *v = columns[c], first = v[0], before = closed ? v[n - 1] : v[0];
        for (int32_t i = 0; i < n; i++) {
            double here = v[i], after = i + 1 < n ? v[i + 1] : first;
            if (closed || (i > 0 && i + 1 < n)) v[i] = (before + 2 * here + after) / 4;
            before = here;
        }
    }
}

// The distance from (x, y) along a direction to the border's pieces near the one at `at`; the border's
// nearest point where none of them is met.
static double cast(const vg_points *border, bool closed, int32_t at, int32_t reach, const double from[2],
                   const double way[2]) {
    double best = INFINITY, least = INFINITY;
    for (int32_t k = at - reach; k <= at + reach; k++) {
        int32_t n = border->count, i = closed ? (k % n + n) % n : k, j = closed ? (i + 1) % n : i + 1;
        if (i < 0 || j >= n) continue;
        double ax = border->x[i] - from[0], ay = border->y[i] - from[1];
        double dx = border->x[j] - border->x[i], dy = border->y[j] - border->y[i];
        least = fmin(least, sqrt(ax * ax + ay * ay));
        double cross = way[0] * dy - way[1] * dx;
        if (fabs(cross) < 1e-12) continue;
        double along = (ax * dy - ay * dx) / cross, share = (ax * way[1] - ay * way[0]) / cross;
        // An open border goes on straight behind its ends.
        double from_share = i == 0 && !closed ? -INFINITY : -1e-9;
        double to_share = j == n - 1 && !closed ? INFINITY : 1 + 1e-9;
        if (share >= from_share && share <= to_share && along > 0) best = fmin(best, along);
    }
    return best <= 2 * least ? best : least;
}

// The border's point nearest to a place, looked for from the last one on.
static int32_t advance(const vg_points *border, bool closed, int32_t at, int32_t reach, double x, double y) {
    int32_t best = at;
    double least = INFINITY;
    for (int32_t k = at - reach; k <= at + reach; k++) {
        int32_t n = border->count, i = closed ? (k % n + n) % n : k;
        if (i < 0 || i >= n) continue;
        double dx = border->x[i] - x, dy = border->y[i] - y;
        if (dx * dx + dy * dy < least) least = dx * dx + dy * dy, best = i;
    }
    return best;
}

// +1 where the left border lies to the left of the middles, all in all; -1 else.
static int side_of(const ladder *l, const vg_points *line) {
    double sum = 0;
    for (int32_t i = 1; i < line->count; i++) {
        int32_t at = nearest(&l->left, line->x[i], line->y[i]);
        sum += (line->x[i] - line->x[i - 1]) * (l->left.y[at] - line->y[i]) -
               (line->y[i] - line->y[i - 1]) * (l->left.x[at] - line->x[i]);
        i += line->count / SAMPLES;
    }
    return sum >= 0 ? 1 : -1;
}

static void add_points(const ladder *l, const vg_points *line, int side, vg_track *out) {
    int32_t n = line->count, reach = (int32_t)(3 * l->width / l->step) + 4;
    const vg_points *borders[2] = {side > 0 ? &l->left : &l->right, side > 0 ? &l->right : &l->left};
    int32_t at[2] = {nearest(borders[0], line->x[0], line->y[0]),
                     nearest(borders[1], line->x[0], line->y[0])};
    for (int32_t i = 0; i < n; i++) {
        int32_t before = i > 0 ? i - 1 : l->closed ? n - 1 : 0;
        int32_t after = i + 1 < n ? i + 1 : l->closed ? 0 : n - 1;
        double tx = line->x[after] - line->x[before], ty = line->y[after] - line->y[before];
        double length = sqrt(tx * tx + ty * ty), from[2] = {line->x[i], line->y[i]}, wide[2];
        for (int b = 0; b < 2; b++) {
            double sign = b ? -1 : 1, way[2] = {-sign * ty / length, sign * tx / length};
            at[b] = advance(borders[b], l->closed, at[b], reach, from[0], from[1]);
            wide[b] = fmax(cast(borders[b], l->closed, at[b], reach, from, way), 1e-3 * l->width);
        }
        vg_track_add(out, from[0], from[1], wide[1], wide[0]);
    }
}

static vg_err make_track(ladder *l, bool sides_unknown, vg_track *out, vg_diag *diag) {
    vg_points line;
    double spacing = fmax(l->step, l->width / 3);
    if (spacing > vg_points_length(&l->middle, l->closed) / 8)
        spacing = vg_points_length(&l->middle, l->closed) / 8;
    for (int k = 0; k < 4; k++) smooth(&l->middle, l->closed);
    vg_err err = vg_points_even(&l->middle, l->closed, spacing, &line, diag);
    if (err) return err;
    for (int k = 0; k < 2; k++) smooth(&line, l->closed);
    int side = side_of(l, &line);
    if (side < 0 && !sides_unknown) {
        vg_points_reverse(&line);
        side = 1;
    }
    err = vg_track_alloc(line.count, out, diag);
    if (!err) {
        out->closed = l->closed;
        add_points(l, &line, side, out);
    }
    vg_points_free(&line);
    return err;
}

vg_err vg_track_between(const vg_borders *borders, bool closed, const char *file, vg_track *out,
                        vg_diag *diag) {
    *out = (vg_track){0};
    ladder l = {.closed = closed};
    vg_err err = prepare(borders, file, &l, diag);
    if (!err) err = find_rungs(&l, diag);
    if (!err) err = make_track(&l, borders->sides_unknown, out, diag);
    vg_points_free(&l.left);
    vg_points_free(&l.right);
    vg_points_free(&l.middle);
    return err;
}
