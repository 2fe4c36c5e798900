// bench/operations.h -- the operations in a unit of work of a piece, as counted by script/operations.
#ifndef VG_BENCH_OPERATIONS_H
#define VG_BENCH_OPERATIONS_H

#include "sim/base/error.h"

// Counts for one unit of work. X(column, what)
#define BENCH_OPERATIONS(X)                                                                                  \
    X(instructions, "instructions")                                                                          \
    X(flops, "additions, multiplications, divisions and roots of each lane; a multiply-add is two")          \
    X(divisions, "of these, divisions and roots")                                                            \
    X(bytes, "bytes read and written by instructions")                                                       \
    X(bytes_l2, "bytes that missed a first-level cache of 32 KB")

typedef struct bench_operations {
    char piece[32], unit[32];
#define X(column, what) double column;
    BENCH_OPERATIONS(X)
#undef X
} bench_operations;

enum { BENCH_OPERATIONS_MOST = 32 };

// A CSV with the header piece,unit and the columns above, into rows[BENCH_OPERATIONS_MOST]. Errors: those of
// vg_file_read; VG_ERR_FORMAT with the line.
VG_NODISCARD vg_err bench_operations_read(const char *path, bench_operations *rows, int32_t *count,
                                          vg_diag *diag);

#endif
