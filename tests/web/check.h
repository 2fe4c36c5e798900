// tests/web/check.h -- as much of Check as the tests of goldens need, without processes, for WebAssembly. A
// failure ends the program.
#ifndef VG_TESTS_WEB_CHECK_H
#define VG_TESTS_WEB_CHECK_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct TTest {
    const char *name;
    void (*run)(int i);
} TTest;

#define START_TEST(test)                                                                                     \
    static void test##_run(int);                                                                             \
    static const TTest test##_row = {#test, test##_run};                                                     \
    static const TTest *const test = &test##_row;                                                            \
    static void test##_run(int _i) {                                                                         \
        (void)_i;
#define END_TEST }

#define ck_abort_msg(...) (printf("%s:%d: ", __FILE__, __LINE__), printf(__VA_ARGS__), puts(""), exit(1))
#define ck_assert(a)                                                                                         \
    do                                                                                                       \
        if (!(a)) ck_abort_msg("%s", #a);                                                                    \
    while (0)
#define ck_assert_msg(a, ...)                                                                                \
    do                                                                                                       \
        if (!(a)) ck_abort_msg(__VA_ARGS__);                                                                 \
    while (0)
#define ck_assert_number(a, op, b)                                                                           \
    do {                                                                                                     \
        __auto_type ck_a_ = (a);                                                                             \
        __auto_type ck_b_ = (b);                                                                             \
        if (!(ck_a_ op ck_b_))                                                                               \
            ck_abort_msg("%s %s %s: %.17g, %.17g", #a, #op, #b, (double)ck_a_, (double)ck_b_);               \
    } while (0)
#define ck_assert_int_eq(a, b)    ck_assert_number((int64_t)(a), ==, (int64_t)(b))
#define ck_assert_int_ne(a, b)    ck_assert_number((int64_t)(a), !=, (int64_t)(b))
#define ck_assert_int_gt(a, b)    ck_assert_number((int64_t)(a), >, (int64_t)(b))
#define ck_assert_int_ge(a, b)    ck_assert_number((int64_t)(a), >=, (int64_t)(b))
#define ck_assert_int_lt(a, b)    ck_assert_number((int64_t)(a), <, (int64_t)(b))
#define ck_assert_int_le(a, b)    ck_assert_number((int64_t)(a), <=, (int64_t)(b))
#define ck_assert_uint_eq(a, b)   ck_assert_number((uint64_t)(a), ==, (uint64_t)(b))
#define ck_assert_uint_ne(a, b)   ck_assert_number((uint64_t)(a), !=, (uint64_t)(b))
#define ck_assert_uint_lt(a, b)   ck_assert_number((uint64_t)(a), <, (uint64_t)(b))
#define ck_assert_double_eq(a, b) ck_assert_number((double)(a), ==, (double)(b))
#define ck_assert_double_lt(a, b) ck_assert_number((double)(a), <, (double)(b))
#define ck_assert_double_le(a, b) ck_assert_number((double)(a), <=, (double)(b))
#define ck_assert_double_gt(a, b) ck_assert_number((double)(a), >, (double)(b))
#define ck_assert_double_ge(a, b) ck_assert_number((double)(a), >=, (double)(b))
#define ck_assert_double_eq_tol(a, b, tol)                                                                   \
    ck_assert_number(fabs((double)(a) - (double)(b)), <=, (double)(tol))
#define ck_assert_float_eq(a, b)          ck_assert_number((float)(a), ==, (float)(b))
#define ck_assert_float_lt(a, b)          ck_assert_number((float)(a), <, (float)(b))
#define ck_assert_float_le(a, b)          ck_assert_number((float)(a), <=, (float)(b))
#define ck_assert_float_ge(a, b)          ck_assert_number((float)(a), >=, (float)(b))
#define ck_assert_float_eq_tol(a, b, tol) ck_assert_number(fabs((double)((a) - (b))), <=, (double)(tol))
#define ck_assert_ptr_null(a)             ck_assert((a) == NULL)
#define ck_assert_ptr_nonnull(a)          ck_assert((a) != NULL)
#define ck_assert_str_eq(a, b)            ck_assert(strcmp((a), (b)) == 0)
#define ck_assert_mem_eq(a, b, size)      ck_assert(memcmp((a), (b), (size)) == 0)

// Of Check's runner: tests in the order in which they were added.
typedef struct Suite {
    const TTest *tests[64];
    int count;
} Suite;
typedef Suite TCase;
typedef Suite SRunner;
enum { CK_NORMAL };

static inline Suite *suite_create(const char *name) {
    (void)name;
    return calloc(1, sizeof(Suite));
}
static inline TCase *tcase_create(const char *name) { return suite_create(name); }
static inline void tcase_set_timeout(TCase *tcase, double seconds) { (void)tcase, (void)seconds; }
static inline void tcase_add_test(TCase *tcase, const TTest *test) { tcase->tests[tcase->count++] = test; }
static inline void suite_add_tcase(Suite *suite, TCase *tcase) {
    for (int i = 0; i < tcase->count; i++) suite->tests[suite->count++] = tcase->tests[i];
    free(tcase);
}
static inline SRunner *srunner_create(Suite *suite) { return suite; }
// VERGE_ONLY: the tests whose name has this word; the others are left out.
static inline void srunner_run_all(SRunner *runner, int how) {
    (void)how;
    const char *only = getenv("VERGE_ONLY");
    for (int i = 0; i < runner->count; i++) {
        if (only && !strstr(runner->tests[i]->name, only)) continue;
        runner->tests[i]->run(0);
        printf("ok %s\n", runner->tests[i]->name);
    }
}
static inline int srunner_ntests_failed(SRunner *runner) { return runner->count == 0; }
static inline void srunner_free(SRunner *runner) { free(runner); }

#endif
