#include "sim/base/blocks.h"

#include <omp.h>
#include <stdatomic.h>

int32_t vg_blocks_threads(void) { return omp_get_num_procs(); }

static vg_err run_serial(int64_t count, int64_t size, vg_block_fn fn, void *context) {
    vg_err err = VG_OK;
    for (int64_t begin = 0, block = 0; begin < count && !err; begin += size, block++)
        err = fn(context, block, begin, begin + size < count ? begin + size : count);
    return err;
}

vg_err vg_blocks_run(int64_t count, int64_t size, int32_t threads, vg_block_fn fn, void *context) {
    int64_t blocks = vg_blocks_count(count, size);
    if (threads <= 0) threads = vg_blocks_threads();
    if (threads > blocks) threads = (int32_t)blocks;
    if (threads <= 1 || omp_in_parallel()) return run_serial(count, size, fn, context);

    // The lowest failed block decides, whichever thread met it first: block number << 8 | error.
    _Atomic int64_t failed = INT64_MAX;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int64_t block = 0; block < blocks; block++) {
        if (block > atomic_load_explicit(&failed, memory_order_relaxed) >> 8) continue;
        int64_t begin = block * size;
        vg_err err = fn(context, block, begin, begin + size < count ? begin + size : count);
        if (!err) continue;
        int64_t mine = block << 8 | (int64_t)err, seen = atomic_load(&failed);
        while (mine < seen && !atomic_compare_exchange_weak(&failed, &seen, mine)) {
        }
    }
    int64_t first = atomic_load(&failed);
    return first == INT64_MAX ? VG_OK : (vg_err)(first & 0xff);
}
