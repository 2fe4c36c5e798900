// agents/policy/subprocess.h -- another program, spoken to in frames over pipes: 4 bytes of length,
// little-endian, then so many bytes.
#ifndef VG_AGENTS_POLICY_SUBPROCESS_H
#define VG_AGENTS_POLICY_SUBPROCESS_H

#include <stdbool.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_subprocess {
    int32_t pid;  // 0: none
    int to, from; // pipes
} vg_subprocess;

// What went wrong with it, to follow its name.
typedef char vg_subprocess_trouble[120];

// Start `sh -c command`; what it writes to stderr is the user's to see. Errors: VG_ERR_IO.
VG_NODISCARD vg_err vg_subprocess_start(const char *command, vg_subprocess *out, vg_diag *diag);
// Close its pipes, give it `patience` seconds to end by itself, and end it and what it started. Zeroed is
// fine.
void vg_subprocess_stop(vg_subprocess *subprocess, double patience);

// Both within `seconds`. Errors: VG_ERR_POLICY with the trouble.
VG_NODISCARD vg_err vg_subprocess_send(vg_subprocess *subprocess, const void *bytes, int64_t size,
                                       double seconds, vg_subprocess_trouble trouble);
// A frame of at most `room` bytes; *size is how many there were, where they were more nothing else is read.
VG_NODISCARD vg_err vg_subprocess_receive(vg_subprocess *subprocess, void *bytes, int64_t room, int64_t *size,
                                          double seconds, vg_subprocess_trouble trouble);

// Whether it has said more than was received.
bool vg_subprocess_waits(const vg_subprocess *subprocess);

#ifdef __cplusplus
}
#endif
#endif
