#include "agents/planner/laplace.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

enum { GIVEN = 3, WIDTH = 7 }; // stations at either end; unknowns that a piece joins, less one

static vg_err reserve(vg_laplace *l, int32_t stations, vg_diag *diag) {
    int32_t n = l->unknowns = 2 * (stations - 2 * GIVEN);
    l->gradients = vg_new(double, (VG_DRIVING_COUNT + 2) * (int64_t)n);
    if (!l->gradients) return vg_fail_memory(diag);
    l->gradient = l->gradients + VG_DRIVING_COUNT * (int64_t)n, l->way = l->gradient + n;
    vg_err err = vg_band_open(n, WIDTH, &l->factor, diag);
    if (!err) err = vg_band_open(n, WIDTH, &l->inverse, diag);
    for (int32_t k = 0; k < VG_DRIVING_COUNT && !err; k++)
        err = vg_band_open(n, WIDTH, &l->hessians[k], diag);
    return err;
}

void vg_laplace_close(vg_laplace *l) {
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) vg_band_close(&l->hessians[k]);
    vg_band_close(&l->factor);
    vg_band_close(&l->inverse);
    vg_free(l->gradients);
    *l = (vg_laplace){0};
}

static void add_piece(vg_laplace *l, const vg_line_view *line, int32_t i) {
    vg_line_piece piece;
    int32_t unknown[8], n = l->unknowns;
    for (int32_t k = 0; k < 8; k++) {
        int32_t at = 2 * (i - 1 - GIVEN) + k;
        unknown[k] = at >= 0 && at < n ? at : -1;
    }
    vg_line_piece_at(line, i, &piece);
    l->metres += piece.metres;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        l->features[k] +=
            vg_line_add_feature(&piece, k, 1, unknown, l->gradients + (int64_t)k * n, &l->hessians[k]);
}

vg_err vg_laplace_open(const vg_demonstration *shown, const vg_car *car, vg_laplace *out, vg_diag *diag) {
    *out = (vg_laplace){0};
    vg_err err = reserve(out, shown->stations.count, diag);
    vg_line_view line = {&shown->stations, car, shown->offset, shown->speed};
    int32_t first, end;
    vg_line_pieces(line.stations, &first, &end);
    for (int32_t i = first; i < end && !err; i++) add_piece(out, &line, i);
    for (int32_t k = 0; k < VG_DRIVING_COUNT && !err; k++)
        if (!isfinite(out->features[k]))
            err = vg_fail(diag, VG_ERR_ARGUMENT, "%s of the demonstration is not finite", vg_driving_name(k));
    if (err) vg_laplace_close(out);
    return err;
}

static double dot(const double *x, const double *y, int32_t count) {
    double sum = 0;
    for (int32_t i = 0; i < count; i++) sum += x[i] * y[i];
    return sum;
}

bool vg_laplace_value(vg_laplace *l, const double *theta, double *value, double *gradient, double *misfit,
                      int32_t *row) {
    int32_t n = l->unknowns;
    vg_band_clear(&l->factor);
    memset(l->gradient, 0, sizeof(double) * (size_t)n);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        const double *of = l->gradients + (int64_t)k * n;
        if (theta[k] == 0) continue;
        vg_band_add(&l->factor, theta[k], &l->hessians[k]);
        for (int32_t i = 0; i < n; i++) l->gradient[i] += theta[k] * of[i];
    }
    *row = vg_band_factor(&l->factor);
    if (*row >= 0) return false;
    memcpy(l->way, l->gradient, sizeof(double) * (size_t)n);
    vg_band_solve(&l->factor, l->way);
    vg_band_inverse(&l->factor, &l->inverse);
    double miss = dot(l->gradient, l->way, n);
    if (misfit) *misfit = miss;
    *value = -0.5 * miss + 0.5 * vg_band_log_det(&l->factor) - 0.5 * n * vg_ln(2 * 3.14159265358979323846);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        gradient[k] = -dot(l->gradients + (int64_t)k * n, l->way, n) +
                      0.5 * vg_band_form(&l->hessians[k], l->way) +
                      0.5 * vg_band_product(&l->inverse, &l->hessians[k]);
    return isfinite(*value);
}
