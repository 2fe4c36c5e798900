#include "app/cli/interrupt.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t raised;

static void raise_flag(int number) {
    (void)number;
    raised = 1;
}

void vg_interrupt_install(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = raise_flag;
    action.sa_flags = (int)SA_RESETHAND; // a call that waits (for a pipe to be opened) comes back at once
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    // A terminal that closes, or a connection that breaks, ends the program as Ctrl-C does; nohup's does not.
    struct sigaction before;
    if (!sigaction(SIGHUP, NULL, &before) && before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, NULL);
    signal(SIGXFSZ, SIG_IGN); // so that a file at its size limit is an error, like a full disk
}

bool vg_interrupted(void) { return raised; }

vg_err vg_interrupt_check(vg_diag *diag) {
    return raised ? vg_fail(diag, VG_ERR_INTERRUPTED, "interrupted") : VG_OK;
}
