// agents/policy/head_chunk.h -- a head whose network gives a chunk of actions, for now and the next steps.
//
// Zhao et al. 2023, "Learning fine-grained bimanual manipulation with low-cost hardware" (ACT), sections IV-A
// and IV-B; the names are LeRobot's. Two ways to drive a chunk:
//   without temporal ensembling, n_action_steps of it are driven, then the network is asked again (LeRobot's
//   default, too);
//   with it, the network is asked at every action, and the action is the weighted mean of all chunks that
//   have an opinion on it: w_i = exp(-m i), i = 0 the oldest.
#ifndef VG_AGENTS_POLICY_HEAD_CHUNK_H
#define VG_AGENTS_POLICY_HEAD_CHUNK_H

#include "agents/policy/head.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_CHUNK_KEYS(X)                                                                                     \
    X(n_obs_steps, INT, "1", 1, 64, "1", NULL, "rows sensed that the network is shown, the last is now's")   \
    X(chunk_size, INT, "actions", 1, 500, "20", NULL, "actions that the network gives at once")              \
    X(n_action_steps, INT, "actions", 0, 500, "0", NULL,                                                     \
      "actions driven of a chunk before the network is asked again; 0: up to 8, or 1 with ensembling")       \
    X(temporal_ensemble, BOOL, "", 0, 0, "false", NULL,                                                      \
      "drive the weighted mean of all chunks so far that have an action for now")                            \
    X(temporal_ensemble_coeff, DOUBLE, "1", 0, 100, "0.01", NULL,                                            \
      "m of the weights exp(-m i), i = 0 the oldest chunk; 0: a plain mean")                                 \
    X(action_repeat, INT, "1", 1, 500, "1", NULL,                                                            \
      "chunk_size 1 only: the action is held so many times (a control, to tell chunks from holding)")

typedef struct vg_chunk_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_CHUNK_KEYS(X)
#undef X
} vg_chunk_config;

// Do the keys fit together? Errors: VG_ERR_MISMATCH naming the key.
VG_NODISCARD vg_err vg_chunk_check(const vg_chunk_config *config, vg_diag *diag);

extern const vg_head vg_head_chunk;

#ifdef __cplusplus
}
#endif
#endif
