// app/web/compat/omp.h -- OpenMP of a browser's page: one thread.
#ifndef VG_APP_WEB_COMPAT_OMP_H
#define VG_APP_WEB_COMPAT_OMP_H

static inline int omp_get_num_procs(void) { return 1; }
static inline int omp_in_parallel(void) { return 0; }

#endif
