#include "bench/openblas.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

enum { ROW_MAJOR = 101, AS_IT_IS = 111 }; // constants of cblas.h

typedef void (*cblas_sgemm_fn)(int order, int trans_a, int trans_b, int m, int n, int k, float alpha,
                               const float *a, int lda, const float *b, int ldb, float beta, float *c,
                               int ldc);

static cblas_sgemm_fn cblas_sgemm;

static void multiply(int m, int n, int k, const float *a, const float *b, float *c) {
    cblas_sgemm(ROW_MAJOR, AS_IT_IS, AS_IT_IS, m, n, k, 1, a, k, b, n, 0, c, n);
}

static void *symbol(void *library, const char *name) { return library ? dlsym(library, name) : NULL; }

bench_sgemm bench_openblas(void) {
    if (!cblas_sgemm) {
        void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
        void *found = symbol(library, "cblas_sgemm"), *limit = symbol(library, "openblas_set_num_threads");
        void (*set_threads)(int) = NULL;
        memcpy(&cblas_sgemm, &found, sizeof found);
        memcpy(&set_threads, &limit, sizeof limit);
        if (set_threads) set_threads(1);
    }
    return cblas_sgemm ? multiply : NULL;
}

const char *bench_openblas_missing(void) {
    return bench_openblas() ? NULL : "there is no libopenblas.so.0 (Debian: libopenblas0-serial)";
}
