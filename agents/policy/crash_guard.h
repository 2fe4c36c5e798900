// agents/policy/crash_guard.h -- a call into foreign code that may crash or hang.
//
// While it runs, signals of a crash (SEGV, BUS, FPE, ILL, ABRT) and of a timer that this thread's call has
// armed lead back to the caller. What the code held (a lock, memory) stays held: it is not to be called
// again, and the run is to end. The handlers are the process's; they are set by the first guard and pass what
// is not theirs on to whoever was there before.
#ifndef VG_AGENTS_POLICY_CRASH_GUARD_H
#define VG_AGENTS_POLICY_CRASH_GUARD_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Run fn(context) for at most `seconds` of real time. trouble: [80], what happened: "crashed (SIGSEGV)", "did
// not answer within 10 s". Errors: VG_ERR_POLICY.
VG_NODISCARD vg_err vg_crash_guard_run(void (*fn)(void *context), void *context, double seconds,
                                       char trouble[80]);

// Seconds that a foreign policy may take for an answer: 10, or what the environment variable
// VERGE_POLICY_TIMEOUT says (0.1 to 86400). Errors: VG_ERR_ARGUMENT (it says something else).
VG_NODISCARD vg_err vg_policy_timeout(double *seconds, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
