#include "sim/base/memory.h"

#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

static bool all_zero(const void *block, size_t size) {
    const char *bytes = block;
    for (size_t i = 0; i < size; i++)
        if (bytes[i]) return false;
    return true;
}

START_TEST(is_zeroed_and_aligned) {
    int64_t live = vg_memory_live(), made = vg_memory_count();
    for (int64_t count = 0; count < 300; count += 7) {
        double *x = vg_new(double, count);
        ck_assert_ptr_nonnull(x);
        ck_assert_uint_eq((uintptr_t)x % 64, 0);
        ck_assert(all_zero(x, (size_t)count * sizeof *x));
        memset(x, 0xff, (size_t)count * sizeof *x);
        vg_free(x);
    }
    vg_free(NULL);
    ck_assert_int_eq(vg_memory_live(), live);
    ck_assert_int_eq(vg_memory_count(), made + 43);
}
END_TEST

START_TEST(refuses_sizes_that_overflow) {
    int64_t live = vg_memory_live();
    ck_assert_ptr_null(vg_alloc(-1, 1));
    ck_assert_ptr_null(vg_alloc(INT64_MIN, 8));
    ck_assert_ptr_null(vg_alloc(INT64_MAX, 3));        // the product overflows
    ck_assert_ptr_null(vg_alloc(2, SIZE_MAX / 2 + 1)); // to exactly 0
    ck_assert_ptr_null(vg_alloc(1, SIZE_MAX));         // the rounding up would
    ck_assert_ptr_null(vg_alloc(1, SIZE_MAX - 64));
    ck_assert_ptr_null(vg_alloc(INT64_MAX, 1)); // no object is so large
    ck_assert_int_eq(vg_memory_live(), live);
}
END_TEST

START_TEST(grows_and_shrinks) {
    int32_t *x = vg_new(int32_t, 10);
    ck_assert_ptr_nonnull(x);
    for (int i = 0; i < 10; i++) x[i] = i + 1;
    x = vg_realloc(x, 10, 1000, sizeof *x);
    ck_assert_ptr_nonnull(x);
    for (int i = 0; i < 10; i++) ck_assert_int_eq(x[i], i + 1);
    ck_assert(all_zero(x + 10, 990 * sizeof *x));
    x = vg_realloc(x, 1000, 3, sizeof *x);
    ck_assert_ptr_nonnull(x);
    for (int i = 0; i < 3; i++) ck_assert_int_eq(x[i], i + 1);
    // a failure leaves the block as it was
    int64_t live = vg_memory_live();
    ck_assert_ptr_null(vg_realloc(x, 3, INT64_MAX, sizeof *x));
    ck_assert_int_eq(vg_memory_live(), live);
    ck_assert_int_eq(x[2], 3);
    vg_free(x);
    int32_t *fresh = vg_realloc(NULL, 0, 4, sizeof *fresh);
    ck_assert(fresh && all_zero(fresh, 4 * sizeof *fresh));
    vg_free(fresh);
}
END_TEST

START_TEST(copies_texts) {
    char *copy = vg_strdup("verge");
    ck_assert_str_eq(copy, "verge");
    vg_free(copy);
    copy = vg_strdup("");
    ck_assert_str_eq(copy, "");
    vg_free(copy);
    vg_memory_fail_after(1);
    ck_assert_ptr_null(vg_strdup("x"));
    vg_memory_fail_never();
}
END_TEST

START_TEST(fails_the_nth_and_all_after_it) {
    int64_t live = vg_memory_live();
    for (int n = 1; n <= 5; n++) {
        void *blocks[8];
        vg_memory_fail_after(n);
        for (int i = 0; i < 8; i++) blocks[i] = vg_alloc(1, 1);
        vg_memory_fail_never();
        for (int i = 0; i < 8; i++) {
            ck_assert_int_eq(blocks[i] != NULL, i < n - 1);
            vg_free(blocks[i]);
        }
        void *after = vg_alloc(1, 1);
        ck_assert_ptr_nonnull(after);
        vg_free(after);
    }
    ck_assert_int_eq(vg_memory_live(), live);
}
END_TEST

START_TEST(counts_what_lives) {
    int64_t live = vg_memory_live();
    void *a = vg_alloc(3, 8), *b = vg_alloc(0, 8);
    ck_assert_int_eq(vg_memory_live(), live + 2);
    a = vg_realloc(a, 3, 5, 8);
    ck_assert_int_eq(vg_memory_live(), live + 2);
    vg_free(a);
    vg_free(b);
    ck_assert_int_eq(vg_memory_live(), live);
}
END_TEST

// The idiom by which the other tests let allocations fail finds each way to do it wrong.
START_TEST(a_wrong_turn_is_found) {
    char text[200];
    int64_t live = vg_memory_live();
    const oom right = {.err = VG_ERR_MEMORY, .n = 2, .made = 2, .live = live};
    oom wrong = right;
    ck_assert(oom_holds(&right, text));
    wrong.err = VG_OK; // a failed allocation that is not told
    ck_assert(!oom_holds(&wrong, text) && strstr(text, "expected \"out of memory\""));
    wrong.spares = true; // fine where the work can do without it
    ck_assert(oom_holds(&wrong, text));
    wrong = right, wrong.made = 1; // told without one
    ck_assert(!oom_holds(&wrong, text) && strstr(text, "expected \"no error\""));
    vg_diag diag = {0};
    wrong = right, wrong.diag = &diag; // without a diagnostic
    ck_assert(!oom_holds(&wrong, text) && strstr(text, "the diagnostic is of \"no error\""));
    diag.code = VG_ERR_MEMORY;
    ck_assert(oom_holds(&wrong, text));
    wrong = right, wrong.live--;
    ck_assert(!oom_holds(&wrong, text) && strstr(text, "1 blocks are left"));
    wrong = (oom){.n = 1, .live = live}; // nothing is allocated
    ck_assert(!oom_holds(&wrong, text) && strstr(text, "found 0 allocations; expected 1 or more"));
    wrong.n = 6, wrong.made = 5, wrong.least = 6;
    ck_assert(!oom_holds(&wrong, text) && strstr(text, "expected 6 or more"));
    wrong.least = 5;
    ck_assert(oom_holds(&wrong, text));
}
END_TEST

START_TEST(each_allocation_fails_in_turn) {
    static const int64_t each[] = {1, 2, 3, 4, 5, 6}, fewer[] = {1, 2, 4, 7};
    for (int k = 0; k < 2; k++) {
        int turns = 0;
        for (oom turn = {.share = k ? 2 : 0, .later = k}; oom_next(&turn); turns++) {
            void *blocks[6] = {k ? vg_alloc(1, 1) : NULL};
            ck_assert_int_eq(turn.n, k ? fewer[turns] : each[turns]);
            if (k) oom_start(&turn);
            for (int i = 1; i < 6; i++) blocks[i] = vg_alloc(1, 1);
            ck_assert_int_eq(blocks[5] != NULL, turn.n > 5);
            turn.err = blocks[5] ? VG_OK : VG_ERR_MEMORY;
            if (k) oom_stop(&turn), vg_free(vg_alloc(1, 1));
            for (int i = 0; i < 6; i++) vg_free(blocks[i]);
        }
        ck_assert_int_eq(turns, k ? 4 : 6);
    }
}
END_TEST

CK_MAIN("memory", is_zeroed_and_aligned, refuses_sizes_that_overflow, grows_and_shrinks, copies_texts,
        fails_the_nth_and_all_after_it, counts_what_lives, a_wrong_turn_is_found,
        each_allocation_fails_in_turn)
