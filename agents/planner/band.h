// agents/planner/band.h -- symmetric matrices whose entries are 0 but for a band about the diagonal: their
// Cholesky factor, solutions, determinant, and the entries of the inverse within the band.
//
// Storage: entry (i, j) with i >= j >= i - width is at values[i * (width + 1) + j - i + width]. All work is
// O(count width^2). The selected inverse is that of Takahashi, Fagan & Chin 1973: the band of the inverse
// follows from the band of the factor alone, from the last row upward.
#ifndef VG_AGENTS_PLANNER_BAND_H
#define VG_AGENTS_PLANNER_BAND_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_BAND_WIDEST = 31 };

typedef struct vg_band {
    int32_t count, width; // rows; entries of a row left of the diagonal, 0 to VG_BAND_WIDEST
    double *values;       // [count][width + 1]
} vg_band;

// All zero. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_band_open(int32_t count, int32_t width, vg_band *out, vg_diag *diag);
void vg_band_close(vg_band *band); // a zeroed one is fine
void vg_band_clear(vg_band *band);

// The entry (i, j) and (j, i); |i - j| <= width.
static inline double *vg_band_at(const vg_band *band, int32_t i, int32_t j) {
    int32_t row = i > j ? i : j, column = i > j ? j : i;
    return &band->values[(int64_t)row * (band->width + 1) + column - row + band->width];
}

// out += scale * in; both of one shape.
void vg_band_add(vg_band *out, double scale, const vg_band *in);
// sum over all i, j of a(i, j) b(i, j): the trace of a b.
double vg_band_product(const vg_band *a, const vg_band *b);
// x' A x.
double vg_band_form(const vg_band *band, const double *x);

// A = L L'; the band becomes L. Returns the row whose pivot is not above 0 (A is not positive definite; the
// band is spoiled), or -1.
int32_t vg_band_factor(vg_band *band);
// Of a factor: x = A^-1 x; log det A.
void vg_band_solve(const vg_band *factor, double *x);
double vg_band_log_det(const vg_band *factor);
// Of a factor: the entries of A^-1 within the band. inverse: of the same shape.
void vg_band_inverse(const vg_band *factor, vg_band *inverse);

#ifdef __cplusplus
}
#endif
#endif
