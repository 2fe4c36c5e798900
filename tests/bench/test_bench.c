#include <string.h>

#include "bench/bench.h"
#include "bench/operations.h"
#include "tests/check.h"

static vg_diag diag;

// Pieces that record when they ran and on how many threads.
static char order[64];
static vg_err open_noted(int32_t threads, void **state, double *work, vg_diag *ignored) {
    (void)ignored;
    static int32_t open[4];
    open[threads] = threads;
    *state = &open[threads];
    *work = 10;
    return VG_OK;
}
static vg_err run_first(void *state, vg_diag *ignored) {
    (void)ignored;
    strcat(order, *(int32_t *)state > 1 ? "A" : "a");
    return VG_OK;
}
static vg_err run_second(void *state, vg_diag *ignored) {
    (void)state, (void)ignored;
    strcat(order, "b");
    return VG_OK;
}
static vg_err run_bad(void *state, vg_diag *out) {
    (void)state;
    return vg_fail(out, VG_ERR_POLICY, "no");
}
static void close_noted(void *state) { *(int32_t *)state = 0; }

static const bench_case first = {
    .name = "first", .unit = "steps", .open = open_noted, .run = run_first, .close = close_noted, .goal = 5};
static const bench_case second = {.name = "second",
                                  .unit = "steps",
                                  .open = open_noted,
                                  .run = run_second,
                                  .close = close_noted,
                                  .with = "first",
                                  .wanted = 0.5,
                                  .alone = true};
static const bench_case bad = {
    .name = "bad", .unit = "steps", .open = open_noted, .run = run_bad, .close = close_noted};

START_TEST(measures_in_turn) {
    const bench_case *both[] = {&first, &second};
    bench_plan plan = {.threads = 2, .repeats = 3, .seconds = 1, .fixed = 1};
    bench_result results[4];
    int32_t count = 0;
    ck_ok(bench_measure(&plan, both, 2, results, &count, &diag));
    ck_assert_int_eq(count, 3);
    ck_assert_str_eq(order, "aAbaAbaAb"); // one of each, three times; `second` has no threads
    ck_assert(results[1].piece == &first && results[1].threads == 2 && results[2].piece == &second);
    for (int32_t i = 0; i < count; i++)
        ck_assert(results[i].least <= results[i].median && results[i].median <= results[i].most);
    bench_results_free(results, count);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(compares_repeat_by_repeat) {
    double a[] = {10, 40, 90}, b[] = {10, 20, 30};
    bench_result results[] = {{.piece = &first, .values = a, .repeats = 3, .threads = 1},
                              {.piece = &second, .values = b, .repeats = 3, .threads = 1},
                              {.piece = &first, .values = b, .repeats = 3, .threads = 2}};
    bench_pair pairs[BENCH_PAIRS_MOST];
    ck_assert_int_eq(bench_pairs(results, 3, pairs), 2);
    // Beside its peer: 1, 2 and 3 times as fast. The ratio of the medians would also be 40 / 20, but not
    // those of the ends.
    ck_assert_str_eq(bench_beside(&pairs[0]), "second");
    ck_assert(pairs[0].least == 1 && pairs[0].median == 2 && pairs[0].most == 3 && pairs[0].wanted == 0.5);
    ck_assert_str_eq(bench_beside(&pairs[1]), "1 thread");
    ck_assert(pairs[1].median == 0.5 && pairs[1].wanted == 1.9);
    // Of seconds, less is faster.
    bench_case slow = first;
    slow.lower = true;
    results[0].piece = &slow;
    bench_pair pair = {.of = &results[0], .beside = &results[1]};
    ck_assert(bench_compare(&pair) && pair.median == 0.5);
}
END_TEST

START_TEST(writes_rows_for_pieces_and_pairs) {
    double a[] = {4}, b[] = {8};
    bench_result results[] = {
        {.piece = &first,
         .median = 4,
         .least = 4,
         .most = 4,
         .values = a,
         .repeats = 1,
         .threads = 1,
         .share = 1},
        {.piece = &second, .median = 8, .least = 8, .most = 8, .values = b, .repeats = 1, .threads = 1}};
    vg_text csv = {0};
    bench_csv(results, 2, "here", &csv);
    ck_assert(!csv.failed);
    ck_assert_ptr_nonnull(strstr(csv.bytes, ",here,"));
    ck_assert_ptr_nonnull(strstr(csv.bytes, ",1,first,,steps/s,4,4,4,5,1,1.00\n"));
    ck_assert_ptr_nonnull(strstr(csv.bytes, ",1,second,,steps/s,8,8,8,,1,0.00\n"));
    ck_assert_ptr_nonnull(strstr(csv.bytes, ",1,first,second,x,0.5,0.5,0.5,0.5,1,1.00\n"));
    vg_text_free(&csv);
}
END_TEST

START_TEST(refuses_and_passes_on) {
    const bench_case *pieces[] = {&first, &bad};
    bench_plan plan = {.threads = 1, .repeats = 2, .fixed = 1};
    bench_result results[4];
    int32_t count = 0;
    ck_fails(bench_measure(&plan, pieces, 2, results, &count, &diag), VG_ERR_POLICY, "no");
    bench_results_free(results, count);
    plan.repeats = 0;
    ck_fails(bench_measure(&plan, pieces, 1, results, &count, &diag), VG_ERR_ARGUMENT, "0 repeats on 1");
    plan.repeats = 1, plan.threads = 2, plan.cpu = true;
    ck_fails(bench_measure(&plan, pieces, 1, results, &count, &diag), VG_ERR_ARGUMENT, "2 threads");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(reads_operations) {
    bench_operations rows[BENCH_OPERATIONS_MOST];
    int32_t count = 0;
    ck_ok(bench_operations_read(VG_ROOT "/bench/operations.csv", rows, &count, &diag));
    ck_assert_int_gt(count, 2);
    // Each names an existing piece.
    for (int32_t i = 0; i < count; i++) {
        bool known = false;
        for (int k = 0; k < BENCH_PIECES_MOST; k++)
            known |= strcmp(bench_pieces[k]->name, rows[i].piece) == 0;
        ck_assert_msg(known, "no piece is called %s", rows[i].piece);
        ck_assert(rows[i].instructions > 0 && rows[i].divisions <= rows[i].flops);
    }
}
END_TEST

// A peer comes after the piece with which it is measured, or after other peers of that piece.
START_TEST(lists_peers_behind_their_pieces) {
    for (int i = 0; i < BENCH_PIECES_MOST; i++) {
        if (!bench_pieces[i]->with) continue;
        ck_assert_int_gt(i, 0);
        const bench_case *before = bench_pieces[i - 1];
        ck_assert_msg(strcmp(before->name, bench_pieces[i]->with) == 0 ||
                          (before->with && strcmp(before->with, bench_pieces[i]->with) == 0),
                      "%s stands behind %s", bench_pieces[i]->name, before->name);
    }
}
END_TEST

CK_MAIN("bench", measures_in_turn, compares_repeat_by_repeat, writes_rows_for_pieces_and_pairs,
        refuses_and_passes_on, reads_operations, lists_peers_behind_their_pieces)
