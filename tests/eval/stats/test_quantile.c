#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/stats/quantile.h"
#include "sim/base/random.h"
#include "tests/check.h"

enum { N = 1000 };

static int ascending(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

// Orders that are hard for selection: sorted either way, all the same, two values, an organ pipe; and drawn.
static float value_of(int order, int32_t i) {
    switch (order) {
    case 0: return (float)i;
    case 1: return (float)(N - i);
    case 2: return 3;
    case 3: return (float)(i % 2);
    case 4: return (float)(i < N / 2 ? i : N - i);
    default: return (float)vg_random_uniform(&(vg_draw){.seed = 1, .episode = (uint32_t)i});
    }
}

START_TEST(selects_as_sorting_does) {
    float values[N], sorted[N];
    for (int order = 0; order < 6; order++) {
        for (int32_t i = 0; i < N; i++) sorted[i] = value_of(order, i);
        qsort(sorted, N, sizeof *sorted, ascending);
        for (int32_t k = 0; k < N; k += k < 10 || k > N - 10 ? 1 : 37) {
            for (int32_t i = 0; i < N; i++) values[i] = value_of(order, i);
            ck_assert(vg_select(values, N, k) == sorted[k] && values[k] == sorted[k]);
            int32_t wrong = 0;
            for (int32_t i = 0; i < N; i++) wrong += i < k ? values[i] > values[k] : values[i] < values[k];
            ck_assert_int_eq(wrong, 0);
            qsort(values, N, sizeof *values, ascending);
            ck_assert_mem_eq(values, sorted, sizeof values); // none is lost
        }
    }
}
END_TEST

START_TEST(quantiles_by_hand) {
    float values[] = {4, 1, 3, 2}, one[] = {7};
    ck_assert_double_eq(vg_quantile(values, 4, 0), 1);
    ck_assert_double_eq(vg_quantile(values, 4, 0.5), 2.5);
    ck_assert_double_eq_tol(vg_quantile(values, 4, 0.9), 3.7, 1e-12);
    ck_assert_double_eq(vg_quantile(values, 4, 1), 4);
    ck_assert_double_eq(vg_quantile(one, 1, 0.99), 7);
}
END_TEST

CK_MAIN("quantile", selects_as_sorting_does, quantiles_by_hand)
