// bench/openblas.h -- OpenBLAS for comparison, if the machine has it. It is opened at run time, so that verge
// does not depend on it.
#ifndef VG_BENCH_OPENBLAS_H
#define VG_BENCH_OPENBLAS_H

// c[m][n] = a[m][k] * b[k][n], rows close to one another; on one thread.
typedef void (*bench_sgemm)(int m, int n, int k, const float *a, const float *b, float *c);

// NULL if there is none.
bench_sgemm bench_openblas(void);
// Why there is none; NULL if there is one.
const char *bench_openblas_missing(void);

#endif
