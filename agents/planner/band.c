#include "agents/planner/band.h"

#include <assert.h>
#include <string.h>

#include "agents/planner/band_private.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static int64_t size_of(const vg_band *band) { return (int64_t)band->count * (band->width + 1); }

vg_err vg_band_open(int32_t count, int32_t width, vg_band *out, vg_diag *diag) {
    assert(width >= 0 && width <= VG_BAND_WIDEST);
    *out = (vg_band){.count = count, .width = width};
    out->values = vg_new(double, size_of(out));
    return out->values ? VG_OK : vg_fail_memory(diag);
}

void vg_band_close(vg_band *band) {
    vg_free(band->values);
    *band = (vg_band){0};
}

void vg_band_clear(vg_band *band) { memset(band->values, 0, sizeof(double) * (size_t)size_of(band)); }

void vg_band_add(vg_band *out, double scale, const vg_band *in) {
    for (int64_t k = 0, n = size_of(out); k < n; k++) out->values[k] += scale * in->values[k];
}

double vg_band_product(const vg_band *a, const vg_band *b) {
    int32_t w = a->width;
    double diagonal = 0, beside = 0;
    for (int32_t i = 0; i < a->count; i++) {
        const double *x = a->values + (int64_t)i * (w + 1), *y = b->values + (int64_t)i * (w + 1);
        for (int32_t k = 0; k < w; k++) beside += x[k] * y[k];
        diagonal += x[w] * y[w];
    }
    return diagonal + 2 * beside;
}

double vg_band_form(const vg_band *band, const double *x) {
    int32_t w = band->width;
    double sum = 0;
    for (int32_t i = 0; i < band->count; i++) {
        const double *row = band->values + (int64_t)i * (w + 1);
        double beside = 0;
        for (int32_t j = i < w ? 0 : i - w; j < i; j++) beside += row[j - i + w] * x[j];
        sum += x[i] * (2 * beside + row[w] * x[i]);
    }
    return sum;
}

int32_t vg_band_factor(vg_band *band) {
    return VG_HOT_PICK(vg_band_kernel)->factor(band->values, band->count, band->width);
}

void vg_band_solve(const vg_band *factor, double *x) {
    int32_t w = factor->width, n = factor->count;
    for (int32_t i = 0; i < n; i++) {
        const double *row = factor->values + (int64_t)i * (w + 1) + w - i;
        double sum = x[i];
        for (int32_t j = i < w ? 0 : i - w; j < i; j++) sum -= row[j] * x[j];
        x[i] = sum / row[i];
    }
    for (int32_t i = n - 1; i >= 0; i--) {
        const double *row = factor->values + (int64_t)i * (w + 1) + w - i;
        x[i] /= row[i];
        for (int32_t j = i < w ? 0 : i - w; j < i; j++) x[j] -= row[j] * x[i];
    }
}

double vg_band_log_det(const vg_band *factor) {
    double sum = 0;
    for (int32_t i = 0; i < factor->count; i++) sum += vg_ln(*vg_band_at(factor, i, i));
    return 2 * sum;
}

// Z = A^-1 with A = L L': for i >= j, Z(i, j) = ((i == j) / L(j, j) - sum over k > j of L(k, j) Z(k, i)) /
// L(j, j), where k runs to j + width only.
void vg_band_inverse(const vg_band *factor, vg_band *inverse) {
    int32_t w = factor->width, n = factor->count;
    for (int32_t j = n - 1; j >= 0; j--) {
        int32_t last = j + w < n - 1 ? j + w : n - 1;
        double pivot = *vg_band_at(factor, j, j);
        for (int32_t i = last; i >= j; i--) {
            double sum = i == j ? 1 / pivot : 0;
            for (int32_t k = j + 1; k <= last; k++)
                sum -= *vg_band_at(factor, k, j) * *vg_band_at(inverse, k, i);
            *vg_band_at(inverse, i, j) = sum / pivot;
        }
    }
}
