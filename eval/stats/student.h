// eval/stats/student.h -- Student's t distribution, by exact.h: the same bits everywhere.
#ifndef VG_EVAL_STATS_STUDENT_H
#define VG_EVAL_STATS_STUDENT_H

#ifdef __cplusplus
extern "C" {
#endif

// The distribution function and its inverse; df > 0 degrees of freedom, p in [0, 1] (0 and 1: the
// infinities). Relative error of the nearer tail below 1e-11. NaN for what is out of range.
double vg_student_cdf(double t, double df);
double vg_student_quantile(double p, double df);

#ifdef __cplusplus
}
#endif
#endif
