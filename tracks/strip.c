#include "tracks/strip.h"

#include <math.h>
#include <stdio.h>

#include "sim/base/memory.h"

enum { MOST = 1 << 24 };
static const double TAPER = 0.1;     // how fast an edge may come in where a lane ends: 1 m in 10
static const double LEFT_OVER = 0.3; // of the width, at least

vg_err vg_strip_add(vg_strip *strip, const double left[2], const double right[2], vg_diag *diag) {
    if (strip->count == strip->capacity) {
        int32_t room = strip->capacity ? 2 * strip->capacity : 1024;
        vg_strip_pair *fresh =
            room <= MOST ? vg_realloc(strip->pairs, strip->count, room, sizeof *fresh) : NULL;
        if (!fresh) return vg_fail_memory(diag);
        strip->pairs = fresh;
        strip->capacity = room;
    }
    strip->pairs[strip->count++] = (vg_strip_pair){{left[0], left[1]}, {right[0], right[1]}, false};
    return VG_OK;
}

void vg_strip_free(vg_strip *strip) {
    vg_free(strip->pairs);
    *strip = (vg_strip){0};
}

void vg_strip_reverse(vg_strip *strip, int32_t first) {
    for (int32_t i = first, j = strip->count - 1; i < j; i++, j--) {
        vg_strip_pair keep = strip->pairs[i];
        strip->pairs[i] = strip->pairs[j];
        strip->pairs[j] = keep;
    }
}

void vg_strip_joint(vg_strip *strip, int32_t first) {
    if (first < strip->count) strip->pairs[first].joint = true;
}

// --- steps of the edges -----------------------------------------------------------------------------------

static double distance(const double a[2], const double b[2]) {
    return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]));
}

// How far an edge steps outwards from pair i to i + 1, seen across the road; inwards negative.
static double step_out(const vg_strip *strip, int32_t i, bool left) {
    const vg_strip_pair *a = &strip->pairs[i], *b = a + 1;
    double width = distance(a->left, a->right);
    if (!(width > 0)) return 0;
    double nx = (a->left[0] - a->right[0]) / width, ny = (a->left[1] - a->right[1]) / width;
    const double *p = left ? a->left : a->right, *q = left ? b->left : b->right;
    double across = (q[0] - p[0]) * nx + (q[1] - p[1]) * ny;
    return left ? across : -across;
}

// Pull an edge in by `by` at pair i, and by less and less away from it, in one direction.
static void pull(const vg_strip *strip, double *in, int32_t i, int way, double by) {
    for (; i >= 0 && i < strip->count && by > 0; i += way) {
        in[i] = fmax(in[i], by);
        int32_t next = i + way;
        if (next < 0 || next >= strip->count) return;
        double ahead[2], here[2];
        for (int k = 0; k < 2; k++) {
            here[k] = 0.5 * (strip->pairs[i].left[k] + strip->pairs[i].right[k]);
            ahead[k] = 0.5 * (strip->pairs[next].left[k] + strip->pairs[next].right[k]);
        }
        by -= TAPER * distance(here, ahead);
    }
}

static void draw_in(vg_strip_pair *pair, double left, double right) {
    double width = distance(pair->left, pair->right), most = (1 - LEFT_OVER) * width, sum = left + right;
    if (!(width > 0) || sum == 0) return;
    if (sum > most) left *= most / sum, right *= most / sum;
    for (int k = 0; k < 2; k++) {
        double across = (pair->right[k] - pair->left[k]) / width;
        pair->left[k] += left * across;
        pair->right[k] -= right * across;
    }
}

// A road that gets wider does so behind the joint, one that gets narrower before it.
static vg_err draw_out_steps(vg_strip *strip, vg_diag *diag) {
    double *in = vg_new(double, 2 * (int64_t)strip->count);
    if (!in) return vg_fail_memory(diag);
    for (int32_t i = 0; i + 1 < strip->count; i++) {
        if (!strip->pairs[i + 1].joint) continue;
        for (int side = 0; side < 2; side++) {
            double out = step_out(strip, i, side == 0), *column = in + (int64_t)side * strip->count;
            if (out > 0.01) pull(strip, column, i + 1, 1, out);
            if (out < -0.01) pull(strip, column, i, -1, -out);
        }
    }
    for (int32_t i = 0; i < strip->count; i++) draw_in(&strip->pairs[i], in[i], in[strip->count + i]);
    vg_free(in);
    return VG_OK;
}

// --- the road ----------------------------------------------------------------------------------------------

static void add_middle(const vg_strip_pair *pair, double step, vg_track *out) {
    double x = 0.5 * (pair->left[0] + pair->right[0]), y = 0.5 * (pair->left[1] + pair->right[1]);
    double half = 0.5 * distance(pair->left, pair->right);
    int32_t last = out->count - 1;
    if (last >= 0) {
        double dx = x - out->x[last], dy = y - out->y[last], away = sqrt(dx * dx + dy * dy);
        if (away < (pair->joint ? 0.45 : 0.02) * step) return;
    }
    vg_track_add(out, x, y, half, half);
}

// Do the ends of the track meet, in the same direction?
static bool ends_meet(const vg_track *t, double step) {
    int32_t n = t->count;
    double dx = t->x[0] - t->x[n - 1], dy = t->y[0] - t->y[n - 1];
    double along =
        (t->x[1] - t->x[0]) * (t->x[n - 1] - t->x[n - 2]) + (t->y[1] - t->y[0]) * (t->y[n - 1] - t->y[n - 2]);
    return n > 8 && sqrt(dx * dx + dy * dy) < 0.15 * step && along > 0;
}

vg_err vg_strip_track(vg_strip *strip, bool closed, double step, const char *file, vg_track *out,
                      vg_diag *diag) {
    *out = (vg_track){0};
    vg_err err = draw_out_steps(strip, diag);
    if (!err) err = vg_track_alloc(strip->count, out, diag);
    if (err) return err;
    for (int32_t i = 0; i < strip->count; i++) add_middle(&strip->pairs[i], step, out);
    if (out->count < 3) {
        err = vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "%d points; expected at least 3", out->count);
        vg_track_free(out);
        return err;
    }
    snprintf(out->file, sizeof out->file, "%s", file);
    out->closed = ends_meet(out, step) || (closed && !vg_track_is_lane(out));
    if (out->closed) { // an end at the first point is that point again
        int32_t last = out->count - 1;
        double dx = out->x[last] - out->x[0], dy = out->y[last] - out->y[0];
        if (sqrt(dx * dx + dy * dy) < 0.45 * step && out->count > 3) out->count--;
    }
    return VG_OK;
}
