// agents/policy/exec_policy.h -- a policy that is another program, in any language: `exec:CMD`.
//
// CMD is started once, by `sh -c`, and asked over its stdin and stdout, in frames: 4 bytes of length, then so
// many bytes; all numbers little-endian. It begins by sending one frame of text, lines `key=value`:
//     verge=1                   the version of this protocol
//     sense=offset,heading,...  what it is to be shown (sim/sense.h)
//     name=...                  for messages; may be left out
//     tick=1/60                 and ticks_per_action=3: the clock it was made for; may be left out
// Then it is sent frames that begin with two uint32, what is asked and the number of the drive:
//     0 open    uint32 cars                                      a drive begins; no answer
//     1 reset   uint32 car, entity, episode; uint64 seed         a car begins an episode; no answer
//     2 act     uint32 cars, width; float32 [cars][width]        to be answered by float32 [cars][2]
//     3 close                                                    a drive is over; no answer
// A policy that remembers nothing passes over all but act. stdin ends where the run does. Several drives are
// under way at once, one question at a time. docs/examples/exec_policy.py is a whole policy.
#ifndef VG_AGENTS_POLICY_EXEC_POLICY_H
#define VG_AGENTS_POLICY_EXEC_POLICY_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_EXEC_VERSION = 1 };

// stop is asked while it is awaited; NULL: never. Its hash is 0: verge cannot know what a command does.
// Errors: VG_ERR_ARGUMENT (an empty command), those of vg_foreign_policy_start.
VG_NODISCARD vg_err vg_exec_policy_start(const char *command, bool (*stop)(void), vg_policy **out,
                                         vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
