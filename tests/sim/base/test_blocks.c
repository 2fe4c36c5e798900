#include "sim/base/blocks.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"

enum { COUNT = 100003, SIZE = 128, BLOCKS = (COUNT + SIZE - 1) / SIZE };

// --- one hash at any number of threads ---------------------------------------------------------------------

typedef struct sums {
    float of_block[BLOCKS];
    atomic_int visits[COUNT];
} sums;

// A sum whose value depends on its order, because of rounding.
static vg_err sum_block(void *context, int64_t block, int64_t begin, int64_t end) {
    sums *s = context;
    float sum = 0;
    for (int64_t i = begin; i < end; i++) {
        atomic_fetch_add(&s->visits[i], 1);
        sum += 1.0f / (float)(i % 977 + 1);
    }
    s->of_block[block] = sum;
    return VG_OK;
}

static float sum_at(int32_t threads, sums *s) {
    memset(s, 0, sizeof *s);
    ck_assert_int_eq(vg_blocks_run(COUNT, SIZE, threads, sum_block, s), VG_OK);
    for (int i = 0; i < COUNT; i++)
        if (atomic_load(&s->visits[i]) != 1) ck_abort_msg("%d threads: element %d", threads, i);
    float sum = 0;
    for (int b = 0; b < BLOCKS; b++) sum += s->of_block[b];
    return sum;
}

START_TEST(same_bits_at_any_number_of_threads) {
    static sums s;
    float one = sum_at(1, &s);
    static const int32_t threads[] = {2, 3, 0, 64};
    for (int i = 0; i < 4; i++) {
        float sum = sum_at(threads[i], &s);
        ck_assert_msg(memcmp(&sum, &one, sizeof sum) == 0, "%d threads: %a, not %a", threads[i], (double)sum,
                      (double)one);
    }
}
END_TEST

// --- bounds ----------------------------------------------------------------------------------------------

typedef struct bounds {
    int64_t begin[8], end[8];
    atomic_int calls;
} bounds;

static vg_err note_bounds(void *context, int64_t block, int64_t begin, int64_t end) {
    bounds *b = context;
    atomic_fetch_add(&b->calls, 1);
    b->begin[block] = begin, b->end[block] = end;
    return VG_OK;
}

START_TEST(bounds_do_not_depend_on_threads) {
    for (int32_t threads = 1; threads <= 3; threads++) {
        bounds b = {.calls = 0};
        ck_assert_int_eq(vg_blocks_run(10, 4, threads, note_bounds, &b), VG_OK);
        ck_assert_int_eq(atomic_load(&b.calls), 3);
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(b.begin[i], 4 * i);
            ck_assert_int_eq(b.end[i], i < 2 ? 4 * i + 4 : 10);
        }
    }
}
END_TEST

START_TEST(nothing_to_do) {
    bounds b = {.calls = 0};
    for (int32_t threads = 0; threads <= 3; threads++)
        ck_assert_int_eq(vg_blocks_run(0, 4, threads, note_bounds, &b), VG_OK);
    ck_assert_int_eq(atomic_load(&b.calls), 0);
    ck_assert_int_eq(vg_blocks_count(0, 4), 0);
    ck_assert_int_eq(vg_blocks_count(8, 4), 2);
    ck_assert_int_eq(vg_blocks_count(9, 4), 3);
    ck_assert_int_ge(vg_blocks_threads(), 1);
}
END_TEST

// --- errors ----------------------------------------------------------------------------------------------

typedef struct failures {
    vg_err of_block[64];
    atomic_int waiting; // when this is set, the later block fails first
} failures;

static vg_err fail_some(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)begin, (void)end;
    failures *f = context;
    if (f->of_block[block] == VG_ERR_FORMAT) atomic_store(&f->waiting, 0);
    // The first failing block waits for the later one, if there are threads for both.
    for (int i = 0; f->of_block[block] == VG_ERR_IO && i < 100000000 && atomic_load(&f->waiting); i++) {
    }
    return f->of_block[block];
}

START_TEST(the_first_failed_block_in_order_decides) {
    for (int32_t threads = 1; threads <= 3; threads++) {
        failures f = {.waiting = threads > 1};
        f.of_block[7] = VG_ERR_IO;
        f.of_block[8] = VG_ERR_FORMAT;
        f.of_block[63] = VG_ERR_MEMORY;
        ck_assert_int_eq(vg_blocks_run(64, 1, threads, fail_some, &f), VG_ERR_IO);
    }
    failures last = {.of_block = {[63] = VG_ERR_MEMORY}};
    for (int32_t threads = 1; threads <= 3; threads++)
        ck_assert_int_eq(vg_blocks_run(64, 1, threads, fail_some, &last), VG_ERR_MEMORY);
}
END_TEST

// --- nested ----------------------------------------------------------------------------------------------

typedef struct inner {
    int64_t next;
    bool in_order;
} inner;

static vg_err follow(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)begin, (void)end;
    inner *in = context;
    in->in_order &= block == in->next++; // no lock: an inner run stays on its thread
    return block == 5 ? VG_ERR_LIMIT : VG_OK;
}

static vg_err run_inside(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)begin, (void)end;
    inner in = {.in_order = true};
    vg_err err = vg_blocks_run(100, 10, 3, follow, &in);
    ((bool *)context)[block] = err == VG_ERR_LIMIT && in.in_order && in.next == 6;
    return VG_OK;
}

START_TEST(inside_another_run_it_stays_on_its_thread) {
    for (int32_t threads = 2; threads <= 3; threads++) {
        bool good[20] = {false};
        ck_assert_int_eq(vg_blocks_run(20, 1, threads, run_inside, good), VG_OK);
        for (int i = 0; i < 20; i++) ck_assert_msg(good[i], "%d threads: block %d", threads, i);
    }
}
END_TEST

// --- a fork ----------------------------------------------------------------------------------------------

START_TEST(a_child_of_fork_works_alone) {
    for (int twice = 0; twice < 2; twice++) {
        bounds b = {.calls = 0};
        ck_assert_int_eq(vg_blocks_run(10, 4, 3, note_bounds, &b), VG_OK);
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) { // it may not use Check; without an end it is killed
            alarm(20);
            bounds own = {.calls = 0};
            vg_err err = vg_blocks_run(10, 4, 3, note_bounds, &own);
            _exit(!err && atomic_load(&own.calls) == 3 && own.end[2] == 10 ? 0 : 1);
        }
        int status = -1;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
    }
}
END_TEST

CK_MAIN("blocks", same_bits_at_any_number_of_threads, bounds_do_not_depend_on_threads, nothing_to_do,
        the_first_failed_block_in_order_decides, inside_another_run_it_stays_on_its_thread,
        a_child_of_fork_works_alone)
