// tests/check.h -- what every test file needs on top of Check.
#ifndef VG_TESTS_CHECK_H
#define VG_TESTS_CHECK_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/error.h"
#include "sim/base/memory.h"

// The call must give VG_OK; otherwise its diagnostic is shown. Needs a `vg_diag diag` in scope.
#define ck_ok(call)                                                                                          \
    do {                                                                                                     \
        vg_err ck_err_ = (call);                                                                             \
        char ck_text_[1024];                                                                                 \
        if (ck_err_) ck_abort_msg("%s: %s", #call, vg_diag_format(&diag, ck_text_, sizeof ck_text_));        \
    } while (0)

// The call must give this error, with `part` in its formatted diagnostic.
#define ck_fails(call, err, part)                                                                            \
    do {                                                                                                     \
        diag = (vg_diag){0};                                                                                 \
        ck_assert_int_eq((call), (err));                                                                     \
        ck_assert_int_eq(diag.code, (err));                                                                  \
        char ck_text_[1024];                                                                                 \
        vg_diag_format(&diag, ck_text_, sizeof ck_text_);                                                    \
        if (!strstr(ck_text_, (part))) ck_abort_msg("\"%s\" does not say \"%s\"", ck_text_, (part));         \
    } while (0)

// Leave a test that finds where long computations end up: a sanitizer looks at each access, and the other
// tests of the file do the same ones in fewer steps. The builds without it run these tests.
#ifdef VG_SANITIZED
#define CK_SANITIZED 1
#else
#define CK_SANITIZED 0
#endif
#define ck_long()                                                                                            \
    do {                                                                                                     \
        if (CK_SANITIZED && !getenv("VERGE_THOROUGH")) return;                                               \
    } while (0)

// Run test functions, each in its own process; the exit status.
static inline int ck_run(const char *title, const TTest *const *tests, size_t count) {
    Suite *suite = suite_create(title);
    for (size_t i = 0; i < count; i++) {
        TCase *tcase = tcase_create(tests[i]->name);
        tcase_set_timeout(tcase, 600);
        tcase_add_test(tcase, tests[i]);
        suite_add_tcase(suite, tcase);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}

// Define main: run the test functions named.
#define CK_MAIN(title, ...)                                                                                  \
    int main(void) {                                                                                         \
        const TTest *const tests[] = {__VA_ARGS__};                                                          \
        return ck_run(title, tests, sizeof tests / sizeof *tests);                                           \
    }

#endif
