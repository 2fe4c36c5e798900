#include "sim/road_spline.h"

#include <math.h>

#include "sim/base/memory.h"

// Second derivatives m[0..n) of the periodic interpolating spline: cyclic tridiagonal system, Sherman &
// Morrison.
static void solve_periodic(int32_t n, const double *h, const double *p, double *m, double *scratch) {
    double *diagonal = scratch, *u = scratch + n, *right = m;
    double corner = h[n - 1], gamma = -2 * (h[n - 1] + h[0]);
    for (int32_t i = 0; i < n; i++) {
        int32_t before = (i + n - 1) % n, after = (i + 1) % n;
        diagonal[i] = 2 * (h[before] + h[i]);
        right[i] = 6 * ((p[after] - p[i]) / h[i] - (p[i] - p[before]) / h[before]);
        u[i] = 0;
    }
    diagonal[0] -= gamma;
    diagonal[n - 1] -= corner * corner / gamma;
    u[0] = gamma;
    u[n - 1] = corner;
    for (int32_t i = 1; i < n; i++) {
        double factor = h[i - 1] / diagonal[i - 1];
        diagonal[i] -= factor * h[i - 1];
        right[i] -= factor * right[i - 1];
        u[i] -= factor * u[i - 1];
    }
    right[n - 1] /= diagonal[n - 1];
    u[n - 1] /= diagonal[n - 1];
    for (int32_t i = n - 2; i >= 0; i--) {
        right[i] = (right[i] - h[i] * right[i + 1]) / diagonal[i];
        u[i] = (u[i] - h[i] * u[i + 1]) / diagonal[i];
    }
    double share = (right[0] + right[n - 1] * corner / gamma) / (1 + u[0] + u[n - 1] * corner / gamma);
    for (int32_t i = 0; i < n; i++) m[i] -= share * u[i];
}

// The natural spline through n points: m[0] = m[n - 1] = 0.
static void solve_natural(int32_t n, const double *h, const double *p, double *m, double *scratch) {
    double *diagonal = scratch;
    m[0] = m[n - 1] = 0;
    for (int32_t i = 1; i < n - 1; i++) {
        diagonal[i] = 2 * (h[i - 1] + h[i]);
        m[i] = 6 * ((p[i + 1] - p[i]) / h[i] - (p[i] - p[i - 1]) / h[i - 1]);
        if (i == 1) continue;
        double factor = h[i - 1] / diagonal[i - 1];
        diagonal[i] -= factor * h[i - 1];
        m[i] -= factor * m[i - 1];
    }
    for (int32_t i = n - 2; i >= 1; i--) m[i] = (m[i] - h[i] * m[i + 1]) / diagonal[i];
}

static void set_pieces(const vg_spline *sp, const double *p, const double *m, int32_t n, double *b, double *c,
                       double *d) {
    for (int32_t i = 0; i < sp->pieces; i++) {
        int32_t next = (i + 1) % n;
        double h = sp->width[i];
        b[i] = (p[next] - p[i]) / h - h * (2 * m[i] + m[next]) / 6;
        c[i] = m[i] / 2;
        d[i] = (m[next] - m[i]) / (6 * h);
    }
}

vg_err vg_spline_create(const double *x, const double *y, int32_t n, bool closed, vg_spline *out,
                        vg_diag *diag) {
    int32_t pieces = closed ? n : n - 1;
    double *block = vg_new(double, (int64_t)10 * n);
    if (!block) return vg_fail_memory(diag);
    *out = (vg_spline){.pieces = pieces,
                       .block = block,
                       .width = block,
                       .bx = block + n,
                       .cx = block + 2 * (int64_t)n,
                       .dx = block + 3 * (int64_t)n,
                       .by = block + 4 * (int64_t)n,
                       .cy = block + 5 * (int64_t)n,
                       .dy = block + 6 * (int64_t)n};
    double *m = block + 7 * (int64_t)n, *scratch = block + 8 * (int64_t)n;
    for (int32_t i = 0; i < pieces; i++) {
        double dx = x[(i + 1) % n] - x[i], dy = y[(i + 1) % n] - y[i];
        out->width[i] = sqrt(dx * dx + dy * dy);
    }
    void (*solve)(int32_t, const double *, const double *, double *, double *) =
        closed ? solve_periodic : solve_natural;
    solve(n, out->width, x, m, scratch);
    set_pieces(out, x, m, n, out->bx, out->cx, out->dx);
    solve(n, out->width, y, m, scratch);
    set_pieces(out, y, m, n, out->by, out->cy, out->dy);
    return VG_OK;
}

double vg_spline_rate(const vg_spline *sp, int32_t i, double v) {
    double x = sp->bx[i] + v * (2 * sp->cx[i] + v * 3 * sp->dx[i]);
    double y = sp->by[i] + v * (2 * sp->cy[i] + v * 3 * sp->dy[i]);
    return sqrt(x * x + y * y);
}

// Arc length of piece i over [from, to]: Gauss & Legendre, five points.
static double short_arc(const vg_spline *sp, int32_t i, double from, double to) {
    static const double place[2] = {0.5384693101056831, 0.9061798459386640};
    static const double weight[3] = {0.5688888888888889, 0.4786286704993665, 0.2369268850561891};
    double half = (to - from) / 2, middle = (from + to) / 2;
    double sum = weight[0] * vg_spline_rate(sp, i, middle);
    for (int k = 0; k < 2; k++)
        sum += weight[k + 1] * (vg_spline_rate(sp, i, middle - half * place[k]) +
                                vg_spline_rate(sp, i, middle + half * place[k]));
    return sum * half;
}

double vg_spline_arc(const vg_spline *sp, int32_t i, double from, double to) {
    int32_t parts = 1 + (int32_t)((to - from) / 4);
    double sum = 0;
    for (int32_t k = 0; k < parts; k++)
        sum += short_arc(sp, i, from + (to - from) * k / parts, from + (to - from) * (k + 1) / parts);
    return sum;
}

void vg_spline_destroy(vg_spline *spline) { vg_free(spline->block); }
