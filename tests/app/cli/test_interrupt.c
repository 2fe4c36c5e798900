#include "app/cli/interrupt.h"

#include <signal.h>
#include <string.h>

#include "tests/check.h"

static vg_diag diag;

START_TEST(a_signal_raises_the_flag) {
    vg_interrupt_install();
    ck_assert(!vg_interrupted());
    ck_ok(vg_interrupt_check(&diag));
    raise(SIGINT);
    ck_assert(vg_interrupted());
    ck_fails(vg_interrupt_check(&diag), VG_ERR_INTERRUPTED, "interrupted");
}
END_TEST

START_TEST(a_second_one_ends_the_program) {
    vg_interrupt_install();
    raise(SIGTERM);
    ck_assert(vg_interrupted());
    struct sigaction now;
    sigaction(SIGTERM, NULL, &now);
    ck_assert(now.sa_handler == SIG_DFL);
    sigaction(SIGXFSZ, NULL, &now); // a file at its limit does not end it
    ck_assert(now.sa_handler == SIG_IGN);
}
END_TEST

CK_MAIN("interrupt", a_signal_raises_the_flag, a_second_one_ends_the_program)
