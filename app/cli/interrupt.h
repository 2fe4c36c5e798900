// app/cli/interrupt.h -- Ctrl-C. Long loops call vg_interrupt_check; a second Ctrl-C ends the program at
// once.
#ifndef VG_APP_CLI_INTERRUPT_H
#define VG_APP_CLI_INTERRUPT_H

#include "sim/base/error.h"

// From this call on SIGINT, SIGTERM and SIGHUP (unless it is ignored, as by nohup) set the flag, and a file
// that would grow beyond its limit is an error.
void vg_interrupt_install(void);

bool vg_interrupted(void);

// VG_ERR_INTERRUPTED if the flag is set, else VG_OK: err = vg_interrupt_check(diag).
VG_NODISCARD vg_err vg_interrupt_check(vg_diag *diag);

#endif
