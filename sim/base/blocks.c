#include "sim/base/blocks.h"

#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>

#include "sim/base/cpu_quota.h"

// What a container leaves is asked once; results do not depend on it.
static atomic_int_least32_t quota = -1;

int32_t vg_blocks_threads(void) {
    int32_t processors = omp_get_num_procs(), most = atomic_load_explicit(&quota, memory_order_relaxed);
    if (most < 0) atomic_store_explicit(&quota, most = vg_cpu_quota(""), memory_order_relaxed);
    return most > 0 && most < processors ? most : processors;
}

// OpenMP's threads do not live on in a child of fork, where a parallel region would wait for them for ever:
// the child of a process that has used them works alone. Results are the same.
#ifdef _OPENMP
static atomic_bool watched;
static atomic_bool forked;

static void note_fork(void) { atomic_store(&forked, true); }

static bool has_threads(void) {
    if (!atomic_load(&watched) && !atomic_exchange(&watched, true) && pthread_atfork(NULL, NULL, note_fork)) {
        atomic_store(&watched, false); // out of memory: a later run asks again
        return false;
    }
    return !atomic_load(&forked);
}
#else
static bool has_threads(void) { return false; }
#endif

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
    if (threads <= 1 || omp_in_parallel() || !has_threads()) return run_serial(count, size, fn, context);

    // The lowest failed block gives the error, whichever thread failed first: block number << 8 | error.
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
