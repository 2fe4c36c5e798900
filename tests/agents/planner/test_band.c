#include "agents/planner/band.h"

#include <math.h>
#include <string.h>

#include "sim/base/random.h"
#include "tests/check.h"

static vg_diag diag;
enum { N = 23, W = 5 };

// Diagonally dominant, so positive definite; and its inverse and determinant by elimination.
static double full[N][N], inverse[N][N], log_det;

static void make(vg_band *band) {
    ck_ok(vg_band_open(N, W, band, &diag));
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++) {
            vg_draw at = {.seed = 3, .stream = VG_STREAM_TABLE, .step = (uint32_t)(N * i + j)};
            double value = i - j > W ? 0 : vg_random_uniform(&at) - 0.5;
            full[i][j] = full[j][i] = i == j ? value + 4 : value;
            if (i - j <= W) *vg_band_at(band, i, j) = full[i][j];
        }
    double work[N][N];
    memcpy(work, full, sizeof work);
    memset(inverse, 0, sizeof inverse);
    log_det = 0;
    for (int i = 0; i < N; i++) inverse[i][i] = 1;
    for (int p = 0; p < N; p++) {
        double pivot = work[p][p];
        log_det += log(pivot);
        for (int j = 0; j < N; j++) work[p][j] /= pivot, inverse[p][j] /= pivot;
        for (int i = 0; i < N; i++) {
            double share = work[i][p];
            for (int j = 0; j < N && i != p; j++)
                work[i][j] -= share * work[p][j], inverse[i][j] -= share * inverse[p][j];
        }
    }
}

START_TEST(solves_and_inverts) {
    vg_band band, z;
    double x[N], b[N], form = 0;
    make(&band);
    ck_ok(vg_band_open(N, W, &z, &diag));
    for (int i = 0; i < N; i++) x[i] = b[i] = i - 7.5;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) form += x[i] * full[i][j] * x[j];
    ck_assert_double_eq_tol(vg_band_form(&band, x), form, 1e-9);
    ck_assert_int_eq(vg_band_factor(&band), -1);
    vg_band_solve(&band, x);
    vg_band_inverse(&band, &z);
    ck_assert_double_eq_tol(vg_band_log_det(&band), log_det, 1e-11);
    for (int i = 0; i < N; i++) {
        double want = 0;
        for (int j = 0; j < N; j++) want += inverse[i][j] * b[j];
        ck_assert_double_eq_tol(x[i], want, 1e-11);
        for (int j = i < W ? 0 : i - W; j <= i; j++)
            ck_assert_double_eq_tol(*vg_band_at(&z, i, j), inverse[i][j], 1e-12);
    }
    vg_band_close(&band), vg_band_close(&z);
}
END_TEST

START_TEST(sums_and_traces) {
    vg_band a, b;
    double trace = 0;
    make(&a);
    ck_ok(vg_band_open(N, W, &b, &diag));
    vg_band_add(&b, -2, &a);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) trace += full[i][j] * full[j][i];
    ck_assert_double_eq_tol(vg_band_product(&a, &b), -2 * trace, 1e-9);
    vg_band_clear(&b);
    ck_assert(vg_band_product(&b, &b) == 0);
    vg_band_close(&a), vg_band_close(&b);
}
END_TEST

START_TEST(says_which_row_is_not_positive) {
    vg_band band;
    make(&band);
    *vg_band_at(&band, 9, 9) = -1;
    ck_assert_int_eq(vg_band_factor(&band), 9);
    vg_band_close(&band);
    make(&band);
    *vg_band_at(&band, 4, 4) = NAN;
    ck_assert_int_eq(vg_band_factor(&band), 4);
    vg_band_close(&band);
}
END_TEST

CK_MAIN("band", solves_and_inverts, sums_and_traces, says_which_row_is_not_positive)
