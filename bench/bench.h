// bench/bench.h -- how fast verge is here: pieces of fixed work, repeated, with medians, each measured in
// turn with its peers.
//
// A machine's clock and its other load change from minute to minute, so the ratio of two numbers means
// something only if both were measured at the same time. So a piece is measured together with those that name
// it in `with`, one repeat of each in turn, and the reported ratio is the median of the repeats' ratios.
#ifndef VG_BENCH_BENCH_H
#define VG_BENCH_BENCH_H

#include "sim/base/text.h"

// A piece of work to measure. open prepares it and returns its amount of work; run does it once.
typedef struct bench_case {
    const char *name; // "motion"
    const char *unit; // unit of the work, e.g. "car-ticks": results are given per second
    const char *help; // one line
    double goal;      // goal, work/s on one core, or seconds if `lower`; 0: none
    bool lower;       // the result is seconds for one piece, less is better
    vg_err (*open)(int32_t threads, void **state, double *work, vg_diag *diag);
    vg_err (*run)(void *state, vg_diag *diag);
    void (*close)(void *state);
    const char *with; // the piece with which it is compared, as that piece's peer or limit; NULL: none
    double wanted;    // the share of this piece's speed that the other should reach; 0: none
    bool alone;       // does not share its work among threads
    const char *(*missing)(void); // why it cannot run here, or NULL if it can; NULL function: it always can
} bench_case;

// Every piece is named bench_X. A peer comes after the piece with which it is measured.
#define BENCH_MATRICES(X, width) X(width, 64) X(width, 256) X(width, 1024) X(width, 4096)
#define BENCH_MATRIX_PIECES(width, rows)                                                                     \
    BENCH_PIECE(matrix_##width##_##rows)                                                                     \
    BENCH_PIECE(openblas_##width##_##rows)
#define BENCH_PIECES                                                                                         \
    BENCH_PIECE(motion)                                                                                      \
    BENCH_PIECE(action)                                                                                      \
    BENCH_PIECE(lidar)                                                                                       \
    BENCH_PIECE(closed_loop)                                                                                 \
    BENCH_PIECE(infer)                                                                                       \
    BENCH_PIECE(products)                                                                                    \
    BENCH_PIECE(train_64)                                                                                    \
    BENCH_PIECE(train_256)                                                                                   \
    BENCH_PIECE(train_4096)                                                                                  \
    BENCH_PIECE(train_chunk)                                                                                 \
    BENCH_PIECE(train_transformer)                                                                           \
    BENCH_PIECE(train_denoiser)                                                                              \
    BENCH_PIECE(drive_diffusion)                                                                             \
    BENCH_MATRICES(BENCH_MATRIX_PIECES, 64)                                                                  \
    BENCH_MATRICES(BENCH_MATRIX_PIECES, 128)                                                                 \
    BENCH_MATRICES(BENCH_MATRIX_PIECES, 256)                                                                 \
    BENCH_PIECE(peak_clock)                                                                                  \
    BENCH_PIECE(peak_issue)                                                                                  \
    BENCH_PIECE(peak_flops)                                                                                  \
    BENCH_PIECE(peak_chain)                                                                                  \
    BENCH_PIECE(peak_l1)                                                                                     \
    BENCH_PIECE(peak_l2)                                                                                     \
    BENCH_PIECE(peak_memory)                                                                                 \
    BENCH_PIECE(peak_fetch)                                                                                  \
    BENCH_PIECE(peak_divide)                                                                                 \
    BENCH_PIECE(lap_csv)                                                                                     \
    BENCH_PIECE(dagger)                                                                                      \
    BENCH_PIECE(gail)                                                                                        \
    BENCH_PIECE(gail_imitation)

#define BENCH_PIECE(name) extern const bench_case bench_##name;
BENCH_PIECES
#undef BENCH_PIECE
#define BENCH_PIECE(name) +1
enum { BENCH_PIECES_MOST = 0 BENCH_PIECES };
#undef BENCH_PIECE

// All pieces as a list.
extern const bench_case *const bench_pieces[BENCH_PIECES_MOST];

// Options. Pieces are run for about `seconds` in each of `repeats` repeats, after one that does not count. If
// `fixed` is not 0, exactly `fixed` pieces are run a repeat, and there is no warm-up. With more than one
// thread each piece is also measured on one thread, in turn; an `alone` piece is not measured on more.
typedef struct bench_plan {
    int32_t threads, repeats; // >= 1
    double seconds;
    int64_t fixed;
    bool cpu; // use the processor's time, not the wall clock's: for a busy machine, and on one thread only
} bench_plan;

typedef struct bench_result {
    const bench_case *piece;
    double median, least, most; // work/s, or seconds
    double *values;             // [repeats] in the order measured
    int32_t repeats, threads;
    int64_t pieces; // runs within a repeat
    double work;    // units of work in one
    double share;   // cores' worth of CPU that it had; if this is much below `threads`, the machine was busy
} bench_result;

// Measures pieces in turn into results, at most twice `count`; *measured is their number. Free them by
// bench_results_free, also after an error. Errors: those of the pieces; VG_ERR_ARGUMENT (repeats or threads <
// 1).
VG_NODISCARD vg_err bench_measure(const bench_plan *plan, const bench_case *const *pieces, int32_t count,
                                  bench_result *results, int32_t *measured, vg_diag *diag);
void bench_results_free(bench_result *results, int32_t count);
vg_err bench_run_pieces(const bench_case *piece, void *state, int64_t pieces, double *seconds, vg_diag *diag);

// Two results that were measured in turn: the median, least and most of the repeats' ratios, above 1 where
// `of` is faster. `beside` is a peer, a limit, or the same piece on one thread.
typedef struct bench_pair {
    const bench_result *of, *beside;
    double median, least, most;
    double wanted; // the wanted ratio; 0: none
} bench_pair;
enum { BENCH_PAIRS_MOST = 4 * BENCH_PIECES_MOST };
// Computes how many times as fast `of` was. False: no memory.
bool bench_compare(bench_pair *pair);
// All wanted pairs among results, in their order, into pairs[BENCH_PAIRS_MOST]. Returns their number; -1: no
// memory.
int32_t bench_pairs(const bench_result *results, int32_t count, bench_pair *pairs);
// The name of `beside` in a table: "openblas-64-64", "1 thread".
const char *bench_beside(const bench_pair *pair);

// A result for people: "152.3 M" a second, or "0.0420" seconds. Returns buffer.
char *bench_format(double value, bool seconds, char buffer[32]);

// CSV with a header: one row for each result, then one for each pair, with unit "x". machine is a word, such
// as bench_machine gives.
void bench_csv(const bench_result *results, int32_t count, const char *machine, vg_text *out);

// This machine's CPU as one lower-case word, into buffer[64]. Returns buffer.
char *bench_machine(char *buffer);

// Seconds of a monotonic clock.
double bench_now(void);

#endif
