// agents/policy/subprocess.h -- another program, spoken to in frames over pipes: 4 bytes of length,
// little-endian, then so many bytes.
//
// It is started by verge-policy-host (app/policy_host.c), which lies beside libverge in a build tree and in
// libexec/verge once installed. However this process ends, what was started ends with it.
#ifndef VG_AGENTS_POLICY_SUBPROCESS_H
#define VG_AGENTS_POLICY_SUBPROCESS_H

#include <stdbool.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_subprocess {
    int32_t pid;        // 0: none
    int to, from, life; // pipes; closing life ends it and all it started
    bool (*stop)(void);
} vg_subprocess;

// What went wrong with it, to follow its name.
typedef char vg_subprocess_trouble[120];

// Seconds that a foreign policy may take for an answer: 10, or what the environment variable
// VERGE_POLICY_TIMEOUT says (0.1 to 86400). Errors: VG_ERR_ARGUMENT (it says something else).
VG_NODISCARD vg_err vg_policy_timeout(double *seconds, vg_diag *diag);

// Start `sh -c WHAT` (kind "exec") or a host for the plug-in at the path WHAT (kind "so"); what it writes to
// stderr is the user's to see. stop is asked some 20 times a second while it is awaited; NULL: never.
// Errors: VG_ERR_IO.
VG_NODISCARD vg_err vg_subprocess_start(const char *kind, const char *what, bool (*stop)(void),
                                        vg_subprocess *out, vg_diag *diag);
// Close its pipes, give it `patience` seconds to end by itself, and end it and what it started. Zeroed is
// fine.
void vg_subprocess_stop(vg_subprocess *subprocess, double patience);

// Both within `seconds`. Errors: VG_ERR_POLICY with the trouble, VG_ERR_INTERRUPTED (stop said so).
VG_NODISCARD vg_err vg_subprocess_send(vg_subprocess *subprocess, const void *bytes, int64_t size,
                                       double seconds, vg_subprocess_trouble trouble);
// A frame of at most `room` bytes; *size is how many there were, where they were more nothing else is read.
VG_NODISCARD vg_err vg_subprocess_receive(vg_subprocess *subprocess, void *bytes, int64_t room, int64_t *size,
                                          double seconds, vg_subprocess_trouble trouble);

// Wait until it ends by itself. Then it is gone, as after vg_subprocess_stop. Errors: VG_ERR_POLICY with the
// trouble (an exit status that is not 0, a signal, `seconds` that were not enough), VG_ERR_INTERRUPTED.
VG_NODISCARD vg_err vg_subprocess_finish(vg_subprocess *subprocess, double seconds,
                                         vg_subprocess_trouble trouble);

// Whether it has said more than was received.
bool vg_subprocess_waits(const vg_subprocess *subprocess);

#ifdef __cplusplus
}
#endif
#endif
