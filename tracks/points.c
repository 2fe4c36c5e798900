#include "tracks/points.h"

#include <math.h>

#include "sim/base/memory.h"

enum { FIRST = 256, MOST = 1 << 24 };

vg_err vg_points_add(vg_points *points, double x, double y, vg_diag *diag) {
    if (points->count == points->capacity) {
        int32_t room = points->capacity ? 2 * points->capacity : FIRST;
        double *fresh = room <= MOST ? vg_new(double, 2 * (int64_t)room) : NULL;
        if (!fresh) return vg_fail_memory(diag);
        for (int32_t i = 0; i < points->count; i++) {
            fresh[i] = points->x[i];
            fresh[room + i] = points->y[i];
        }
        vg_free(points->x);
        points->x = fresh;
        points->y = fresh + room;
        points->capacity = room;
    }
    points->x[points->count] = x;
    points->y[points->count++] = y;
    return VG_OK;
}

void vg_points_free(vg_points *points) {
    vg_free(points->x);
    *points = (vg_points){0};
}

void vg_points_reverse(vg_points *points) {
    for (int32_t i = 0, j = points->count - 1; i < j; i++, j--) {
        double x = points->x[i], y = points->y[i];
        points->x[i] = points->x[j];
        points->y[i] = points->y[j];
        points->x[j] = x;
        points->y[j] = y;
    }
}

static double step(const vg_points *points, int32_t i, int32_t j) {
    double dx = points->x[j] - points->x[i], dy = points->y[j] - points->y[i];
    return sqrt(dx * dx + dy * dy);
}

double vg_points_length(const vg_points *points, bool closed) {
    double length = 0;
    for (int32_t i = 1; i < points->count; i++) length += step(points, i - 1, i);
    return closed && points->count > 1 ? length + step(points, points->count - 1, 0) : length;
}

bool vg_points_meet(const vg_points *points) {
    double longest = 0;
    for (int32_t i = 1; i < points->count; i++) longest = fmax(longest, step(points, i - 1, i));
    return points->count >= 3 && step(points, points->count - 1, 0) <= 1.5 * longest;
}

vg_err vg_points_even(const vg_points *points, bool closed, double spacing, vg_points *out, vg_diag *diag) {
    *out = (vg_points){0};
    double length = vg_points_length(points, closed), pieces = ceil(length / spacing);
    if (!(length > 0) || !(pieces < MOST))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a line of %d points that is %g m long", points->count, length);
    int32_t count = (int32_t)pieces + !closed, at = 0, ends = points->count - !closed;
    double begin = 0, here = step(points, 0, 1 % points->count);
    vg_err err = VG_OK;
    for (int32_t k = 0; k < count && !err; k++) {
        double wanted = length * k / pieces;
        while (at + 1 < ends && wanted > begin + here) {
            begin += here;
            at++;
            here = step(points, at, (at + 1) % points->count);
        }
        double share = here > 0 ? (wanted - begin) / here : 0;
        share = share < 0 ? 0 : share > 1 ? 1 : share;
        int32_t next = (at + 1) % points->count;
        err = vg_points_add(out, points->x[at] + share * (points->x[next] - points->x[at]),
                            points->y[at] + share * (points->y[next] - points->y[at]), diag);
    }
    if (err) vg_points_free(out);
    return err;
}
