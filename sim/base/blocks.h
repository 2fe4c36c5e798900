// sim/base/blocks.h -- parallel work in fixed blocks. The only file that knows OpenMP.
//
// A block's bounds depend on count and size alone, never on the number of threads. So a caller that keeps one
// result per block and combines them in block order gets the same bits at any thread count.
#ifndef VG_SIM_BASE_BLOCKS_H
#define VG_SIM_BASE_BLOCKS_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Work on elements [begin, end) of block number `block`. May run on any thread.
typedef vg_err (*vg_block_fn)(void *context, int64_t block, int64_t begin, int64_t end);

// Cut [0, count) into blocks of `size` (>= 1; the last may be shorter) and run fn on each, on `threads`
// threads (0: one per core). A call inside a run on several threads works on the calling thread, block after
// block; so does one in a child of fork whose parent has used threads here. Returns the error of the first
// failed block in block order, which is the same at any number of threads. Blocks after a failed one may be
// skipped. count 0 does nothing.
VG_NODISCARD vg_err vg_blocks_run(int64_t count, int64_t size, int32_t threads, vg_block_fn fn,
                                  void *context);

// Number of blocks that vg_blocks_run makes of count elements.
static inline int64_t vg_blocks_count(int64_t count, int64_t size) { return (count + size - 1) / size; }

// Threads that 0 stands for: the processors that this process may use, and of those no more than its
// container's quota of time keeps busy (sim/base/cpu_quota.h).
int32_t vg_blocks_threads(void);

#ifdef __cplusplus
}
#endif
#endif
