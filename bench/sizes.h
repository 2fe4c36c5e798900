// bench/sizes.h -- the same work at many sizes, to see whether any cost grows faster than in proportion.
#ifndef VG_BENCH_SIZES_H
#define VG_BENCH_SIZES_H

#include "bench/bench.h"

// Pieces of one kind, from small to large.
typedef struct bench_series {
    const char *name;     // "cars"
    const char *help;     // what a unit of it is, one line
    const char *size;     // what the size counts: "cars", "units in a hidden layer"
    const char *unit;     // unit of the time: "car-action"
    const double *per;    // [count] divisors of a unit's time, such as parameters; NULL: none
    const char *per_unit; // what the divisor counts: "parameter"
    const bench_case *cases;
    const double *sizes; // [count]
    int32_t count;
    bool memory; // also report the most memory that it took
} bench_series;

extern const bench_series bench_series_cars, bench_series_train, bench_series_infer, bench_series_labels;

#endif
