// agents/learners/transitions.h -- what was sensed, done and sensed next, as the networks of an adversarial
// learner are shown it: rows of the demonstrator's or of the learner's driving.
#ifndef VG_AGENTS_LEARNERS_TRANSITIONS_H
#define VG_AGENTS_LEARNERS_TRANSITIONS_H

#include "agents/learners/airl_discriminator.h"
#include "agents/learners/generator.h"
#include "agents/rewards/reward_input.h"

#ifdef __cplusplus
extern "C" {
#endif

// The arrays. X(name, floats of a row)
#define VG_TRANSITIONS(X)                                                                                    \
    X(g, t->g_stride)                                                                                        \
    X(h, t->h_stride)                                                                                        \
    X(next, t->h_stride)                                                                                     \
    X(goes_on, 1)                                                                                            \
    X(log_prob, 1)                                                                                           \
    X(inputs, t->actor_stride)                                                                               \
    X(actions, VG_CAR_ACTIONS)

// Start from zero; free it after an error too.
typedef struct vg_transitions {
    const vg_reward_input *input;             // borrowed
    int64_t g_stride, h_stride, actor_stride; // floats of a row for g, for h, for the actor
    int64_t room;                             // rows
#define X(name, floats) float *name;
    VG_TRANSITIONS(X) // as vg_airl_side has them; inputs: as the actor is given them
#undef X
} vg_transitions;

// Room for rows that are shown by `input`, and to an actor with that many inputs. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_transitions_open(vg_transitions *t, const vg_reward_input *input, int32_t actor_inputs,
                                        int64_t room, vg_diag *diag);
void vg_transitions_free(vg_transitions *t);

// One transition as row i. next: NULL where the episode terminated; actor: the actor's input.
void vg_transitions_put(vg_transitions *t, int64_t i, const float *sensed, const float *action,
                        const float *next, const float *actor);
// Put a round of driving at rows [first, first + x->rows).
void vg_transitions_put_round(vg_transitions *t, int64_t first, const vg_rollout_buffer *x);
// The demonstrations: every transition whose end is known. *out is opened for them. Errors: VG_ERR_FORMAT
// (there is none), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_transitions_demonstrated(const vg_generator *generator, const vg_reward_input *input,
                                                vg_transitions *out, vg_diag *diag);

// Rows [first, first + count).
vg_airl_side vg_transitions_side(const vg_transitions *t, int64_t first, int64_t count);
// List the arrays of a checkpoint as "NAME.g" ...
void vg_transitions_state(vg_transitions *t, const char *name, vg_checkpoint *state);

#ifdef __cplusplus
}
#endif
#endif
