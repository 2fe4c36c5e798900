// eval/stats/growth_law.h -- does a cost grow exponentially or polynomially with the horizon, or can these
// data not tell?
//
// A smooth deterministic clone of continuous actions may err exponentially more in the horizon T than on its
// data (Simchowitz, Pfrommer & Jadbabaie 2025, arXiv 2503.09722); with a stable loop beneath, or with the
// right data, by no more than a polynomial (Zhang et al. 2026, arXiv 2507.09061). Two laws of two parameters
// each are fitted to the cumulated cost J by least squares of its logarithm:
//
//     polynomial   ln J = ln c + p ln T
//     exponential  ln J = ln c + ln((exp(lambda T) - 1) / lambda), lambda >= 0; lambda = 0 is J = c T
//
// The evidence is ln(residuals of the polynomial / residuals of the exponential): above 0 the exponential
// fits better. Seeds and units are resampled together, crossed (the pigeonhole bootstrap of
// eval/stats/crossed.h), the means of each resample fitted anew, and the interval holds the middle 95 % of
// the resamples.
//
//     exponential   the evidence's interval is above 0, and lambda's lower end makes at least one e-folding
//     polynomial    the evidence's interval is below 0; or lambda's upper end makes less than one e-folding
//                   over the whole range: an exponential as slow as that is a polynomial's equal there
//     cannot tell   neither, or fewer than VG_LAW_LEAST horizons with a cost, or a single cell
//
// A cost that is bounded at each moment cannot grow for long: only horizons by which at most 30 % of the
// episodes have departed are fitted. The verdict is about that range, which is reported with it.
#ifndef VG_EVAL_STATS_GROWTH_LAW_H
#define VG_EVAL_STATS_GROWTH_LAW_H

#include "eval/stats/compounding.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_LAW_LEAST = 5, VG_LAW_RESAMPLES = 1000 };

// X(name, words)
#define VG_GROWTH_VERDICTS(X)                                                                                \
    X(CANNOT_TELL, "cannot tell")                                                                            \
    X(POLYNOMIAL, "polynomial")                                                                              \
    X(EXPONENTIAL, "exponential")

typedef enum vg_growth_verdict {
#define X(name, words) VG_GROWTH_##name,
    VG_GROWTH_VERDICTS(X)
#undef X
} vg_growth_verdict;
const char *vg_growth_verdict_words(vg_growth_verdict verdict);

typedef struct vg_growth_law {
    vg_growth_verdict verdict;
    vg_estimate order;    // p
    vg_estimate rate;     // 1/s, lambda
    vg_estimate evidence; // 1
    double from, to;      // s, the horizons that were fitted; NaN: too few
} vg_growth_law;

// Of a law without data: cannot tell, all NaN.
vg_growth_law vg_growth_law_none(void);

// def as for vg_growth_fit; its `departures` are not looked at. seed: of the bootstrap's draws. Errors:
// VG_ERR_ARGUMENT (no horizons or cells), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_growth_law_test(const vg_growth_def *def, uint64_t seed, vg_growth_law *out,
                                       vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
