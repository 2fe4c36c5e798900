// sim/base/ranks.h -- pieces of work handed out among processes ("ranks"), on one machine or many.
//
// Rank 0 hands out the numbers of the pieces, one at a time, to whoever is free, and works itself beside
// that. So a slow rank does less, and no rank waits until the last piece. What a piece comes to must not
// depend on who does it. How messages travel is a table of three functions: those of MPI are in app/mpi,
// those of the tests are queues; here nothing else is known of them.
#ifndef VG_SIM_BASE_RANKS_H
#define VG_SIM_BASE_RANKS_H

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Messages arrive whole, and those of one sender in the order in which they were sent. One thread of a rank
// calls at a time. tag: 0 to 15.
typedef struct vg_ranks_transport {
    vg_err (*send)(void *state, int32_t to, int32_t tag, const void *bytes, int64_t size, vg_diag *diag);
    // Is there a message from anybody? Does not wait.
    bool (*poll)(void *state, int32_t *from, int32_t *tag, int64_t *size);
    vg_err (*receive)(void *state, int32_t from, int32_t tag, void *bytes, int64_t size, vg_diag *diag);
} vg_ranks_transport;

// The ranks of one run, as each of them sees it. NULL, or a count of 1: there is but one process. A process
// has one at most, and all ranks make the same calls on it in the same order.
typedef struct vg_ranks {
    int32_t rank, count;
    const vg_ranks_transport *transport;
    void *state; // the transport's
} vg_ranks;

static inline bool vg_ranks_many(const vg_ranks *ranks) { return ranks && ranks->count > 1; }
static inline bool vg_ranks_first(const vg_ranks *ranks) { return !ranks || ranks->rank == 0; }

// Does piece number `piece`. On a rank other than 0, `result` takes bytes for rank 0; else it is NULL. May
// run on several threads at once. diag is the piece's own.
typedef vg_err (*vg_piece_fn)(void *context, int64_t piece, vg_text *result, vg_diag *diag);
// On rank 0: what a piece came to on another rank. One call at a time, beside pieces of its own that run.
typedef vg_err (*vg_result_fn)(void *context, int64_t piece, const char *bytes, int64_t size, vg_diag *diag);

// Runs the pieces 0 to count - 1, on `threads` threads of each rank (0: one per core); lower numbers begin
// first. Returns on all ranks when all is done, with the same error and diagnosis: that of the lowest piece
// that failed; after a failure no more are begun. result may be NULL where pieces write nothing to their
// result. Errors: those of the functions, VG_ERR_MEMORY, VG_ERR_IO (of the transport).
VG_NODISCARD vg_err vg_ranks_run(const vg_ranks *ranks, int64_t count, int32_t threads, vg_piece_fn piece,
                                 vg_result_fn result, void *context, vg_diag *diag);

// Waits for all ranks. Where any of them comes with an error, all return that of the lowest such rank, and
// its diagnosis.
VG_NODISCARD vg_err vg_ranks_agree(const vg_ranks *ranks, vg_err err, vg_diag *diag);

// The bitwise or, over all ranks, of `count` numbers: gathers what each has found, where others have 0.
VG_NODISCARD vg_err vg_ranks_merge(const vg_ranks *ranks, uint64_t *values, int64_t count, vg_diag *diag);

// Rank 0's bytes, on all ranks: `size` is the same on all. Errors: VG_ERR_IO (of the transport),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_ranks_share(const vg_ranks *ranks, void *bytes, int64_t size, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
