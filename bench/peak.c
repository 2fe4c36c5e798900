// bench/peak.c -- the limits of one core: its clock, multiply-adds, reads from each cache, and the cost of
// fetching and division. Each is a loop that does nothing else, compiled for the level that verge runs at.
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "bench/bench.h"
#include "sim/base/blocks.h"
#include "sim/base/level.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// Enough chains to hide the latency of their operations, few enough for sixteen registers.
enum { CHAINS = 12, READERS = 8, STEPS = 4096, FETCHED = 8, TABLE_ROWS = 512 };

typedef struct peak {
    int64_t count; // floats
    float *values;
    int32_t *index; // [STEPS] rows of the table
    float sink[64];
    uint64_t sum;
} peak;

typedef float wide
    __attribute__((vector_size(32), aligned(4), may_alias)); // eight cars, as the hot loops have

typedef int32_t wide_bits __attribute__((vector_size(32), aligned(4), may_alias));

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

// Defines a loop for every level: NAME_base, NAME_v3, NAME_v4, with vectors of type `vec`.
typedef float vec_base __attribute__((vector_size(16), aligned(4), may_alias));
typedef float vec_v3 __attribute__((vector_size(32), aligned(4), may_alias));
typedef float vec_v4 __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t bits_base __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t bits_v3 __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t bits_v4 __attribute__((vector_size(64), aligned(4), may_alias));

#define FMA_base(a, b, c) ((a) * (b) + (c))
#define FMA_v3(a, b, c)   ((vec_v3)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define FMA_v4(a, b, c)   ((vec_v4)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))

#define LOOPS(level, target)                                                                                 \
    target static void flops_##level(peak *p) {                                                              \
        vec_##level a = *(vec_##level *)p->values, b = *(vec_##level *)(p->values + 16), s[CHAINS];          \
        UNROLL for (int c = 0; c < CHAINS; c++) s[c] = a * (float)c;                                         \
        for (int i = 0; i < STEPS; i++)                                                                      \
            UNROLL for (int c = 0; c < CHAINS; c++) s[c] = FMA_##level(s[c], a, b);                          \
        UNROLL for (int c = 1; c < CHAINS; c++) s[0] += s[c];                                                \
        *(vec_##level *)p->sink = s[0];                                                                      \
    }                                                                                                        \
    target static void chain_##level(peak *p) {                                                              \
        vec_##level a = *(vec_##level *)p->values, b = *(vec_##level *)(p->values + 16), s = b;              \
        for (int i = 0; i < STEPS; i++) s = FMA_##level(s, a, b);                                            \
        *(vec_##level *)p->sink = s;                                                                         \
    }                                                                                                        \
    target static void divide_##level(peak *p) {                                                             \
        vec_##level a = *(vec_##level *)p->values, s[READERS];                                               \
        UNROLL for (int c = 0; c < READERS; c++) s[c] = a + (float)c;                                        \
        for (int i = 0; i < STEPS; i++) UNROLL for (int c = 0; c < READERS; c++) s[c] = a / s[c];            \
        UNROLL for (int c = 1; c < READERS; c++) s[0] += s[c];                                               \
        *(vec_##level *)p->sink = s[0];                                                                      \
    }                                                                                                        \
    target static void read_##level(peak *p) {                                                               \
        enum { LANES = sizeof(bits_##level) / sizeof(float) };                                               \
        bits_##level s[READERS] = {0};                                                                       \
        for (int64_t i = 0; i < p->count; i += READERS * LANES)                                              \
            UNROLL for (int c = 0; c < READERS; c++) s[c] |= *(bits_##level *)(p->values + i + c * LANES);   \
        UNROLL for (int c = 1; c < READERS; c++) s[0] |= s[c];                                               \
        *(bits_##level *)p->sink = s[0];                                                                     \
    }                                                                                                        \
    target static void fetch_##level(peak *p) {                                                              \
        wide_bits s = {0};                                                                                   \
        for (int i = 0; i < STEPS; i += FETCHED) {                                                           \
            wide r[FETCHED], t[FETCHED];                                                                     \
            UNROLL for (int k = 0; k < FETCHED; k++) r[k] =                                                  \
                *(wide *)(p->values + FETCHED * p->index[i + k]);                                            \
            TRANSPOSE(r, t)                                                                                  \
            UNROLL for (int k = 0; k < FETCHED; k++) s |= (wide_bits)r[k];                                   \
        }                                                                                                    \
        *(wide_bits *)p->sink = s;                                                                           \
    }                                                                                                        \
    static const peak_loops loops_##level = {flops_##level,  chain_##level,                                  \
                                             divide_##level, read_##level,                                   \
                                             fetch_##level,  sizeof(vec_##level) / sizeof(float)};

// Transposes eight rows of eight floats into columns.
#define LOW   0, 8, 1, 9, 4, 12, 5, 13
#define HIGH  2, 10, 3, 11, 6, 14, 7, 15
#define LEFT  0, 1, 8, 9, 4, 5, 12, 13
#define RIGHT 2, 3, 10, 11, 6, 7, 14, 15
#define TRANSPOSE(r, t)                                                                                      \
    UNROLL for (int k = 0; k < FETCHED; k += 2) {                                                            \
        t[k] = __builtin_shufflevector(r[k], r[k + 1], LOW);                                                 \
        t[k + 1] = __builtin_shufflevector(r[k], r[k + 1], HIGH);                                            \
    }                                                                                                        \
    UNROLL for (int k = 0; k < FETCHED; k += 4) {                                                            \
        r[k] = __builtin_shufflevector(t[k], t[k + 2], LEFT);                                                \
        r[k + 1] = __builtin_shufflevector(t[k], t[k + 2], RIGHT);                                           \
        r[k + 2] = __builtin_shufflevector(t[k + 1], t[k + 3], LEFT);                                        \
        r[k + 3] = __builtin_shufflevector(t[k + 1], t[k + 3], RIGHT);                                       \
    }                                                                                                        \
    UNROLL for (int k = 0; k < 4; k++) {                                                                     \
        t[k] = __builtin_shufflevector(r[k], r[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);                            \
        t[k + 4] = __builtin_shufflevector(r[k], r[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);                      \
    }                                                                                                        \
    UNROLL for (int k = 0; k < FETCHED; k++) r[k] = t[k];

typedef struct peak_loops {
    void (*flops)(peak *), (*chain)(peak *), (*divide)(peak *), (*read)(peak *), (*fetch)(peak *);
    int32_t lanes;
} peak_loops;

LOOPS(base, )
#if defined(__x86_64__)
LOOPS(v3, __attribute__((target("avx2,fma"))))
LOOPS(v4, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))))
#endif

static const peak_loops *loops(void) {
#if defined(__x86_64__)
    if (vg_level_now() == VG_LEVEL_V4) return &loops_v4;
    if (vg_level_now() == VG_LEVEL_V3) return &loops_v3;
#endif
    return &loops_base;
}

// One for each thread, so that threads share nothing.
typedef struct peaks {
    void (*loop)(peak *);
    int32_t threads, runs;
    peak each[];
} peaks;

static void peaks_close(void *state) {
    peaks *all = state;
    for (int32_t i = 0; i < all->threads; i++) {
        vg_free(all->each[i].values);
        vg_free(all->each[i].index);
    }
    vg_free(all);
}

static vg_err fill(peak *p, int64_t count, vg_diag *diag) {
    p->count = count;
    p->values = vg_new(float, count);
    p->index = vg_new(int32_t, STEPS);
    if (!p->values || !p->index) return vg_fail_memory(diag);
    for (int64_t i = 0; i < count; i++) p->values[i] = 0.5f + 0.25f * (float)(i % 2);
    for (int32_t i = 0; i < STEPS; i++) {
        vg_draw at = {.seed = 1, .step = (uint32_t)i};
        p->index[i] = (int32_t)vg_random_below(&at, TABLE_ROWS);
    }
    return VG_OK;
}

static vg_err peaks_open(void (*loop)(peak *), int64_t count, int32_t runs, int32_t threads, void **state,
                         vg_diag *diag) {
    peaks *all = vg_alloc(1, sizeof(peaks) + (size_t)threads * sizeof(peak));
    if (!all) return vg_fail_memory(diag);
    all->loop = loop, all->threads = threads, all->runs = runs;
    vg_err err = VG_OK;
    for (int32_t i = 0; i < threads && !err; i++) err = fill(&all->each[i], count, diag);
    if (err)
        peaks_close(all);
    else
        *state = all;
    return err;
}

static vg_err run_one(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)begin, (void)end;
    peaks *all = context;
    for (int32_t i = 0; i < all->runs; i++) {
        all->loop(&all->each[block]);
        __asm__ volatile("" : : "r"(&all->each[block]) : "memory");
    }
    return VG_OK;
}

static vg_err peaks_run(void *state, vg_diag *diag) {
    (void)diag;
    peaks *all = state;
    return vg_blocks_run(all->threads, 1, all->threads, run_one, all);
}

// Each addition waits for the one before: one cycle each.
static void count_cycles(peak *p) {
    uint64_t sum = p->sum, one = (uint64_t)p->count;
    for (int i = 0; i < STEPS; i += 16)
        UNROLL for (int k = 0; k < 16; k++)
#if defined(__x86_64__)
            __asm__ volatile("add %1, %0" : "+r"(sum) : "r"(one));
#elif defined(__aarch64__)
            __asm__ volatile("add %0, %0, %1" : "+r"(sum) : "r"(one));
#else
            sum += one;
#endif
    p->sum = sum;
}

// As many instructions at once as the core takes in: integer operations in chains of one cycle each, and
// nothing else. Eight a round, which is more than processors of today take in.
static void issue(peak *p) {
    uint64_t a = p->sum, b = a, c = a, d = a, one = (uint64_t)p->count;
    for (int i = 0; i < STEPS; i += 16)
        UNROLL for (int k = 0; k < 16; k++)
#if defined(__x86_64__)
            __asm__ volatile("add %4, %0\n\tnop\n\tadd %4, %1\n\tnop\n\t"
                             "add %4, %2\n\tnop\n\tadd %4, %3\n\tnop" : "+r"(a),
                             "+r"(b), "+r"(c), "+r"(d) : "r"(one));
#else
            a += one,
            b += one, c += one, d += one, a ^= b, b ^= c, c ^= d,
            d ^= a; // eight, if no assembler is known
#endif
    p->sum = a + b + c + d;
}
enum { ISSUED = 8 };

enum { SMALL = 4096, L1 = 4096, L2 = 65536, MEMORY = 1 << 25 }; // floats: 16 KB, 256 KB, 128 MB
#define BYTES(count) (sizeof(float) * (double)(count))

static void flops(peak *p) { loops()->flops(p); }
static void chain(peak *p) { loops()->chain(p); }
static void read_all(peak *p) { loops()->read(p); }
static void fetch(peak *p) { loops()->fetch(p); }
static void divide(peak *p) { loops()->divide(p); }

#define PEAK(NAME, LOOP, COUNT, RUNS, WORK, UNIT, HELP)                                                      \
    static vg_err NAME##_open(int32_t threads, void **state, double *work, vg_diag *diag) {                  \
        *work = (double)(RUNS)*threads * (WORK);                                                             \
        return peaks_open(LOOP, COUNT, RUNS, threads, state, diag);                                          \
    }                                                                                                        \
    const bench_case bench_peak_##NAME = {.name = "peak-" #NAME,                                             \
                                          .unit = UNIT,                                                      \
                                          .help = HELP,                                                      \
                                          .open = NAME##_open,                                               \
                                          .run = peaks_run,                                                  \
                                          .close = peaks_close};

PEAK(clock, count_cycles, SMALL, 512, STEPS, "cycles",
     "this core at most: additions of whole numbers, each waiting for the one before")
PEAK(issue, issue, SMALL, 512, (double)STEPS *ISSUED, "instructions",
     "instructions that wait for next to nothing")
PEAK(flops, flops, SMALL, 128, 2.0 * STEPS * CHAINS * loops()->lanes, "flop",
     "multiply-adds of whole vectors that wait for nothing")
PEAK(chain, chain, SMALL, 128, STEPS, "steps", "multiply-adds, each waiting for the one before")
PEAK(l1, read_all, L1, 8192, BYTES(L1), "B", "reads of 16 KB, again and again: the first-level cache")
PEAK(l2, read_all, L2, 256, BYTES(L2), "B", "reads of 256 KB: the second-level cache")
PEAK(memory, read_all, MEMORY, 1, BYTES(MEMORY), "B", "reads of 128 MB")
PEAK(fetch, fetch, FETCHED *TABLE_ROWS, 256, STEPS, "rows",
     "rows of 8 floats at random places of 16 KB, turned into columns eight at a time")
PEAK(divide, divide, SMALL, 32, (double)STEPS *READERS *loops()->lanes, "divisions",
     "divisions of whole vectors that wait for nothing")
