// Places a road in a box; it is drawn wider than it is if that helps.
#include "eval/figures/chart_private.h"

#include <math.h>
#include <stdlib.h>

#include "eval/figures/ticks.h"
#include "sim/base/memory.h"

enum { SAMPLES = 512 };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *values, int32_t count, double p) {
    qsort(values, (size_t)count, sizeof *values, by_value);
    return values[(int32_t)(p * (count - 1))];
}

// How close the road comes to another stretch of itself, in metres: a low quantile over samples, so that a
// road that crosses itself, at few places, still leaves room. Infinite if the road never comes close to
// itself.
static double clearance(const vg_road_view *road, double *scratch) {
    int32_t count = road->count < SAMPLES ? road->count : SAMPLES;
    for (int32_t a = 0; a < count; a++) scratch[a] = INFINITY;
    for (int32_t a = 0; a < count; a++) { // in squares, and each pair once
        int32_t i = (int32_t)((int64_t)a * road->count / count);
        for (int32_t b = 0; b < a; b++) {
            int32_t j = (int32_t)((int64_t)b * road->count / count);
            double along = (i - j) * road->spacing, dx = road->x[i] - road->x[j],
                   dy = road->y[i] - road->y[j];
            if (road->closed && along > road->length - along) along = road->length - along;
            double apart = dx * dx + dy * dy;
            if (along * along <= 9 * apart)
                continue; // around a bend the road is at most pi / 2 times as long
            if (apart < scratch[a]) scratch[a] = apart;
            if (apart < scratch[b]) scratch[b] = apart;
        }
    }
    return sqrt(quantile(scratch, count, 0.08));
}

static double median_width(const vg_road_view *road, double *scratch) {
    int32_t count = road->count < SAMPLES ? road->count : SAMPLES;
    for (int32_t a = 0; a < count; a++) {
        int32_t i = (int32_t)((int64_t)a * road->count / count);
        scratch[a] = road->left[i] + road->right[i];
    }
    return quantile(scratch, count, 0.5);
}

// Radius of the tight bends: 3 of 100 samples bend tighter.
static double tight_radius(const vg_road_view *road, double *scratch) {
    int32_t count = road->count < SAMPLES ? road->count : SAMPLES, used = 0;
    for (int32_t a = 0; a < count; a++) {
        int32_t i = (int32_t)((int64_t)a * road->count / count);
        if (!road->closed && (i == 0 || i == road->count - 1)) continue;
        int32_t before = i > 0 ? i - 1 : road->count - 1, after = i + 1 < road->count ? i + 1 : 0;
        double ax = road->x[i] - road->x[before], ay = road->y[i] - road->y[before];
        double bx = road->x[after] - road->x[i], by = road->y[after] - road->y[i];
        scratch[used++] = fabs(atan2(ax * by - ay * bx, ax * bx + ay * by)) / road->spacing;
    }
    return used > 0 ? 1 / fmax(quantile(scratch, used, 0.97), 1e-9) : INFINITY;
}

// The largest round factor that does not exceed most.
static double friendly(double most) {
    static const double factors[] = {100, 80, 60, 50, 40, 30, 25, 20, 15, 12, 10, 8, 6, 5, 4, 3, 2.5, 2, 1.5};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        if (factors[i] <= most) return factors[i];
    return 1;
}

vg_err vg_chart_fit(vg_chart *chart, const vg_road_view *road, vg_box box, double widen, double wanted,
                    vg_diag *diag) {
    *chart = (vg_chart){.road = road};
    if (!road || road->count < 2)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a map needs a road of 2 nodes or more");
    double least_x = INFINITY, most_x = -INFINITY, least_y = INFINITY, most_y = -INFINITY;
    for (int32_t i = 0; i < road->count; i++) {
        least_x = fmin(least_x, road->x[i]), most_x = fmax(most_x, road->x[i]);
        least_y = fmin(least_y, road->y[i]), most_y = fmax(most_y, road->y[i]);
    }
    double across = most_x - least_x, up = most_y - least_y;
    if (!(across + up > 0 && across + up < 1e9))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a map needs a road with an extent, this one has %g x %g m",
                       across, up);
    double *scratch = vg_new(double, SAMPLES);
    if (!scratch) return vg_fail_memory(diag);
    double metres = median_width(road, scratch), room = clearance(road, scratch);
    double bend = tight_radius(road, scratch);
    vg_free(scratch);

    double first = fmin(box.width / fmax(across, 1e-9), box.height / fmax(up, 1e-9));
    // The width at which a tight bend just does not tie a knot; but a road is never drawn thinner than 0.4 of
    // wanted for this reason.
    double most = fmin(wanted / (first * metres), fmax(2.5 * bend / metres, 0.4 * wanted / (first * metres)));
    most = fmin(most, 0.62 * room / metres);
    chart->widen = widen >= 1 ? widen : first * metres >= 0.6 * wanted ? 1 : friendly(most);
    double margin =
        2; // canvas units of road beyond the centreline; the fit itself changes it, so two rounds are needed
    for (int32_t i = 0; i < 3; i++) {
        chart->scale = fmin(fmax(box.width - 2 * margin, 1) / fmax(across, 1e-9),
                            fmax(box.height - 2 * margin, 1) / fmax(up, 1e-9));
        chart->width = metres * chart->widen * chart->scale;
        margin = 0.5 * chart->width + 2;
    }
    chart->middle_x = 0.5 * (least_x + most_x);
    chart->middle_y = 0.5 * (least_y + most_y);
    chart->at_x = box.x + 0.5 * box.width;
    chart->at_y = box.y + 0.5 * box.height;
    return VG_OK;
}

// The node before s and the position between it and the next node; s is wrapped or clamped.
static int32_t node_at(const vg_road_view *road, double s, double *share) {
    if (road->closed) s -= road->length * floor(s / road->length);
    double at = s / road->spacing;
    int32_t last = road->closed ? road->count - 1 : road->count - 2;
    int32_t i = at > 0 ? at < last ? (int32_t)at : last : 0;
    *share = fmin(fmax(at - i, 0), 1);
    return i;
}

vg_spot vg_chart_at(const vg_chart *chart, double s, double offset) {
    const vg_road_view *road = chart->road;
    double share, x = 0, y = 0, nx = 0, ny = 0, half = 0;
    int32_t first = node_at(road, s, &share);
    for (int32_t k = 0; k < 2; k++) {
        int32_t i = first + k < road->count ? first + k : 0;
        double weight = k ? share : 1 - share, left = road->left[i];
        x += weight * road->x[i];
        y += weight * road->y[i];
        nx += weight * (road->left_x[i] - road->x[i]) / left;
        ny += weight * (road->left_y[i] - road->y[i]) / left;
        half += weight * (offset >= 0 ? left : road->right[i]);
    }
    double length = sqrt(nx * nx + ny * ny), level = fabs(offset) / half;
    if (length > 0) nx /= length, ny /= length;
    // A point beyond an edge keeps its true distance from the edge.
    double drawn =
        level <= 1 ? chart->widen * offset : copysign(fabs(offset) + (chart->widen - 1) * half, offset);
    return (vg_spot){.x = chart->at_x + (x + nx * drawn - chart->middle_x) * chart->scale,
                     .y = chart->at_y - (y + ny * drawn - chart->middle_y) * chart->scale,
                     .nx = nx,
                     .ny = -ny,
                     .level = level};
}

double vg_chart_half(const vg_chart *chart, double s, bool left) {
    const vg_road_view *road = chart->road;
    double share;
    int32_t i = node_at(road, s, &share);
    return (left ? road->left[i] : road->right[i]) * chart->widen * chart->scale;
}

bool vg_chart_left_is_outside(const vg_chart *chart, vg_spot spot) {
    return spot.nx * (spot.x - chart->at_x) + spot.ny * (spot.y - chart->at_y) >= 0;
}
