#include "bench/roofline.h"

#include <string.h>

const char *bench_roof_name(bench_roof roof) {
    static const char *const names[] = {
#define X(name, piece, word) word,
        BENCH_ROOFS(X)
#undef X
    };
    return names[roof];
}

// Cycles a unit of a piece's work takes, over the repeats.
typedef struct cycles {
    double least, median;
    double clock; // cycles/s
} cycles;

static vg_err count_cycles(const bench_plan *plan, const bench_case *piece, cycles *out, vg_diag *diag) {
    const bench_case *both[] = {&bench_peak_clock, piece};
    bench_result results[4] = {0};
    int32_t measured = 0;
    vg_err err = bench_measure(plan, both, 2, results, &measured, diag);
    if (!err) {
        bench_pair pair = {.of = &results[0], .beside = &results[1]};
        if (!bench_compare(&pair)) err = vg_fail_memory(diag);
        *out = (cycles){pair.least, pair.median, results[0].median};
    }
    bench_results_free(results, measured);
    return err;
}

vg_err bench_roofs_measure(const bench_plan *plan, bench_roofs *out, vg_diag *diag) {
    static const bench_case *const peaks[] = {
#define X(name, piece, word) &bench_##piece,
        BENCH_ROOFS(X)
#undef X
    };
    vg_err err = VG_OK;
    for (int i = 0; i < BENCH_ROOF_COUNT && !err; i++) {
        cycles found = {1, 1, 1};
        err = count_cycles(plan, peaks[i], &found, diag);
        out->per_cycle[i] = 1 / found.least; // a roof is the best that was reached
        out->clock = found.clock;
    }
    return err;
}

static const bench_case *find(const char *name) {
    for (int i = 0; i < BENCH_PIECES_MOST; i++)
        if (strcmp(bench_pieces[i]->name, name) == 0) return bench_pieces[i];
    return NULL;
}

vg_err bench_share_measure(const bench_plan *plan, const bench_roofs *roofs, const bench_operations *of,
                           bench_share *out, vg_diag *diag) {
    *out = (bench_share){.piece = find(of->piece), .of = *of};
    if (!out->piece)
        return vg_fail(diag, VG_ERR_ARGUMENT, "no piece is called '%s'; see verge bench --list", of->piece);
    cycles found;
    vg_err err = count_cycles(plan, out->piece, &found, diag);
    if (err) return err;
    out->cycles = found.median;
    const double counts[BENCH_ROOF_COUNT] = {[BENCH_ROOF_FLOPS] = of->flops,
                                             [BENCH_ROOF_L1] = of->bytes,
                                             [BENCH_ROOF_L2] = of->bytes_l2,
                                             [BENCH_ROOF_DIVIDE] = of->divisions,
                                             [BENCH_ROOF_ISSUE] = of->instructions};
    for (int i = 0; i < BENCH_ROOF_COUNT; i++) {
        out->share[i] = counts[i] / roofs->per_cycle[i] / out->cycles;
        if (out->share[i] > out->share[out->bound]) out->bound = (bench_roof)i;
    }
    return VG_OK;
}
