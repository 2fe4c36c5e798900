// bench/roofline.h -- what limits a piece, and how far it is from its limit. Williams, Waterman & Patterson
// 2009, "Roofline: an insightful visual performance model for multicore architectures".
//
// Everything is in cycles, because the clock changes from second to second and counts in cycles do not: every
// piece is measured in turn with peak-clock, repeat by repeat.
#ifndef VG_BENCH_ROOFLINE_H
#define VG_BENCH_ROOFLINE_H

#include "bench/bench.h"
#include "bench/operations.h"

// The most that a core does in a cycle. X(name, piece, name in tables)
#define BENCH_ROOFS(X)                                                                                       \
    X(FLOPS, peak_flops, "flops")                                                                            \
    X(L1, peak_l1, "L1")                                                                                     \
    X(L2, peak_l2, "L2")                                                                                     \
    X(DIVIDE, peak_divide, "divisions")                                                                      \
    X(ISSUE, peak_issue, "issue")
typedef enum bench_roof {
#define X(name, piece, word) BENCH_ROOF_##name,
    BENCH_ROOFS(X)
#undef X
        BENCH_ROOF_COUNT
} bench_roof;
const char *bench_roof_name(bench_roof roof);

typedef struct bench_roofs {
    double clock;                       // cycles/s
    double per_cycle[BENCH_ROOF_COUNT]; // flops, bytes, bytes, divisions, instructions
} bench_roofs;

typedef struct bench_share {
    const bench_case *piece;
    bench_operations of;            // for one unit of work
    double cycles;                  // cycles that a unit takes
    double share[BENCH_ROOF_COUNT]; // share of these cycles that one roof alone would take
    bench_roof bound;               // index of the largest of these shares: the piece's limit
} bench_share;

// Errors: those of bench_measure.
VG_NODISCARD vg_err bench_roofs_measure(const bench_plan *plan, bench_roofs *out, vg_diag *diag);
// Errors: VG_ERR_ARGUMENT (no piece has that name), those of bench_measure.
VG_NODISCARD vg_err bench_share_measure(const bench_plan *plan, const bench_roofs *roofs,
                                        const bench_operations *of, bench_share *out, vg_diag *diag);

#endif
