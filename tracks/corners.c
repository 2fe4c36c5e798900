#include "tracks/corners.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "tracks/formats/csv.h"

typedef struct vec {
    double x, y;
} vec;

// A point of a clothoid that starts straight: the distances along and to the side, `length` metres on, where
// it has turned by `angle`, at most pi/2 (the power series of the Fresnel integrals: Abramowitz & Stegun
// 1964, 7.3.11 and 7.3.13).
static vec clothoid(double length, double angle) {
    double term = 1, along = 0, aside = 0;
    for (int n = 0; n < 24; n += 2) {
        along += term / (2 * n + 1);
        term *= angle / (n + 1);
        aside += term / (2 * n + 3);
        term *= -angle / (n + 2);
        if (fabs(term) < 0x1p-60 * aside) break; // this term and later ones change neither sum
    }
    return (vec){length * along, length * aside};
}

// A corner's curve, of radius 1, and the data that its halves share.
typedef struct bend {
    double turn;         // rad, positive to the left
    double length;       // of its first clothoid ...
    double angle;        // ... its turn ...
    vec end;             // ... and its end
    double sine, cosine; // of the angle
} bend;

static bend bend_of(double turn, double ease) {
    bend b = {.turn = turn, .length = ease * fabs(turn)};
    b.angle = b.length / 2;
    b.end = clothoid(b.length, b.angle);
    vg_sincos(b.angle, &b.sine, &b.cosine);
    return b;
}

// The point `s` metres into the first half of a curve, relative to its beginning.
static vec half_bend(const bend *b, double s) {
    if (s <= b->length) return clothoid(s, b->angle * (s / b->length) * (s / b->length));
    double sine, cosine;
    vg_sincos(b->angle + (s - b->length), &sine, &cosine);
    return (vec){b->end.x + (sine - b->sine), b->end.y + (b->cosine - cosine)};
}

static double curve_length(double turn, double ease) { return turn * (1 + ease); }

static double bend_reach(const bend *b, double ease) {
    double turn = fabs(b->turn);
    vec apex = half_bend(b, curve_length(turn, ease) / 2);
    return apex.x + apex.y * vg_tan(turn / 2);
}

double vg_corner_reach(double turn, double ease) {
    bend b = bend_of(turn, ease);
    return bend_reach(&b, ease);
}

// The straight from corner i to the next: its direction and length.
static vec direction(const vg_corners *road, int32_t i, double *length) {
    const vg_corner *a = &road->corners[i], *b = &road->corners[i + 1 < road->count ? i + 1 : 0];
    double dx = b->x - a->x, dy = b->y - a->y, d = sqrt(dx * dx + dy * dy);
    if (length) *length = d;
    return d > 0 ? (vec){dx / d, dy / d} : (vec){0, 0};
}

double vg_corner_turn(const vg_corners *road, int32_t i) {
    if (!road->closed && (i == 0 || i == road->count - 1)) return 0;
    vec in = direction(road, i > 0 ? i - 1 : road->count - 1, NULL), out = direction(road, i, NULL);
    return vg_atan2(in.x * out.y - in.y * out.x, in.x * out.x + in.y * out.y);
}

// The length that corner i takes from its straights, and the length of its curve; also its bend, unless NULL.
static double corner_room(const vg_corners *road, int32_t i, double *curve, bend *out) {
    bend b = bend_of(vg_corner_turn(road, i), road->ease);
    double turn = fabs(b.turn), radius = road->corners[i].radius;
    *curve = radius * curve_length(turn, road->ease);
    if (out) *out = b;
    return turn > 0 ? radius * bend_reach(&b, road->ease) : 0;
}

double vg_corners_length(const vg_corners *road, int32_t *tight) {
    double sum = 0, curve;
    if (tight) *tight = -1;
    double first = corner_room(road, 0, &curve, NULL), before = first, first_curve = curve;
    sum += first_curve;
    int32_t straights = road->closed ? road->count : road->count - 1;
    for (int32_t i = 0; i < straights; i++) {
        bool last = i + 1 == road->count;
        double length, room = last ? first : corner_room(road, i + 1, &curve, NULL);
        direction(road, i, &length);
        // A turn of pi would need an infinite length.
        if (!(before + room <= length) && tight && *tight < 0) *tight = i;
        sum += length - before - room + (last ? 0 : curve);
        before = room;
    }
    return sum;
}

int32_t vg_corners_points(const vg_corners *road, double length, double spacing) {
    return (int32_t)fmin(ceil(length / spacing), 1 << 24) + !road->closed;
}

// A leg of the road: from apex i to apex i + 1, or half of that.
typedef struct leg {
    int32_t from, to; // corners
    vec in;           // direction
    bend bend_from, bend_to;
    double curve_from, curve_to, room_from, room_to, straight;
} leg;

// The leg that begins in corner i. `before` is the leg that ends there, or NULL.
static leg leg_at(const vg_corners *road, int32_t i, const leg *before) {
    leg at = {.from = i, .to = i + 1 < road->count ? i + 1 : 0};
    double length;
    at.in = direction(road, i, &length);
    if (before)
        at.room_from = before->room_to, at.curve_from = before->curve_to, at.bend_from = before->bend_to;
    else
        at.room_from = corner_room(road, at.from, &at.curve_from, &at.bend_from);
    at.room_to = corner_room(road, at.to, &at.curve_to, &at.bend_to);
    at.straight = length - at.room_from - at.room_to;
    return at;
}

static double leg_length(const leg *at) { return at->curve_from / 2 + at->straight + at->curve_to / 2; }

// The point s metres after the apex at which the leg begins.
static vec leg_point(const vg_corners *road, const leg *at, double s) {
    bool leaving = s<at->curve_from / 2, arriving = s> at->curve_from / 2 + at->straight;
    const vg_corner *a = &road->corners[at->from], *b = &road->corners[at->to];
    if (!leaving && !arriving) {
        double along = at->room_from + (s - at->curve_from / 2);
        return (vec){a->x + along * at->in.x, a->y + along * at->in.y};
    }
    // Both halves of a corner are the same curve, seen from its straight: along it, and to the side towards
    // the curve's inside.
    const vg_corner *corner = leaving ? a : b;
    const bend *curve = leaving ? &at->bend_from : &at->bend_to;
    double back = leaving ? 1 : -1;
    double into = leaving ? at->curve_from / 2 - s : s - at->curve_from / 2 - at->straight;
    vec local = half_bend(curve, into / corner->radius);
    double along = back * ((leaving ? at->room_from : at->room_to) - corner->radius * local.x);
    double aside = (curve->turn > 0 ? 1 : -1) * corner->radius * local.y;
    return (vec){corner->x + along * at->in.x - aside * at->in.y,
                 corner->y + along * at->in.y + aside * at->in.x};
}

void vg_corners_trace(const vg_corners *road, double length, double spacing, vg_track *out) {
    int32_t points = vg_corners_points(road, length, spacing), pieces = road->closed ? points : points - 1;
    int32_t i = road->closed ? road->count - 1 : 0;
    leg at = leg_at(road, i, NULL);
    // A closed road begins in the middle of its last straight.
    double begin = road->closed ? -(at.curve_from / 2 + at.straight / 2) : 0;
    for (int32_t k = 0; k < points; k++) {
        double s = length * k / pieces - begin, whole;
        while (s > (whole = leg_length(&at)) && (road->closed || at.to + 1 < road->count)) {
            begin += whole;
            s -= whole;
            at = leg_at(road, at.to, &at);
        }
        vec p = leg_point(road, &at, fmin(s, whole));
        double u = fmin(s / whole, 1), ease = u * u * (3 - 2 * u);
        double a = road->corners[at.from].width, b = road->corners[at.to].width, width = a + (b - a) * ease;
        vg_track_add(out, p.x, p.y, width, width);
    }
}

static vg_err check_fit(const vg_corners *road, const vg_track *recipe, vg_diag *diag) {
    int32_t tight;
    double length, curve, next_curve;
    (void)vg_corners_length(road, &tight);
    if (tight < 0) return VG_OK;
    int32_t next = tight + 1 < road->count ? tight + 1 : 0;
    (void)direction(road, tight, &length);
    return vg_fail_at(
        diag, VG_ERR_FORMAT, recipe->file, recipe->line[tight], "radius_m",
        "the curve here and the next (line %lld) need %.2f m and %.2f m of the %.2f m between their corners",
        (long long)recipe->line[next], corner_room(road, tight, &curve, NULL),
        corner_room(road, next, &next_curve, NULL), length);
}

vg_err vg_corners_read(const char *path, double ease, double spacing, vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    vg_track recipe;
    vg_err err = vg_csv_read_corners(path, &recipe, diag);
    if (err) return err;
    vg_corner *corners = vg_new(vg_corner, recipe.count);
    if (!corners) {
        err = vg_fail_memory(diag);
        goto end;
    }
    for (int32_t i = 0; i < recipe.count; i++) {
        corners[i] = (vg_corner){recipe.x[i], recipe.y[i], recipe.right[i], recipe.left[i]};
        spacing = fmin(spacing, fmax(corners[i].radius / 4, 0.1)); // a tight curve needs closer points
    }
    vg_corners road = {corners, recipe.count, recipe.closed, ease};
    err = check_fit(&road, &recipe, diag);
    double length = vg_corners_length(&road, NULL);
    if (!err) err = vg_track_alloc(vg_corners_points(&road, length, spacing), out, diag);
    if (!err) {
        vg_corners_trace(&road, length, spacing, out);
        vg_track_round(out);
        out->closed = recipe.closed;
        memcpy(out->name, recipe.name, sizeof out->name);
    }
end:
    vg_free(corners);
    vg_track_free(&recipe);
    return err;
}
