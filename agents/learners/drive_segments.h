// agents/learners/drive_segments.h -- drives cut into segments of equal length, for guided cost learning. An
// episode is cut from its beginning; what is left at its end is a segment only where the episode terminated
// (it goes on in the absorbing state), and is dropped else.
#ifndef VG_AGENTS_LEARNERS_DRIVE_SEGMENTS_H
#define VG_AGENTS_LEARNERS_DRIVE_SEGMENTS_H

#include "agents/learners/generator.h"
#include "agents/learners/guided_cost.h"
#include "agents/rewards/reward_input.h"

#ifdef __cplusplus
extern "C" {
#endif

// The arrays. X(name, floats of a segment)
#define VG_DRIVE_SEGMENTS(X)                                                                                 \
    X(rows, s->steps * s->stride)                                                                            \
    X(live, 1)                                                                                               \
    X(inputs, s->steps * s->actor_stride)                                                                    \
    X(actions, s->steps *VG_CAR_ACTIONS)

// Start from zero; free it after an error too.
typedef struct vg_drive_segments {
    const vg_reward_input *input; // borrowed
    int32_t steps;
    int64_t stride, actor_stride; // floats of a row for the reward, for the actor
    int64_t room;                 // segments
#define X(name, floats) float *name;
    VG_DRIVE_SEGMENTS(X) // rows: what the reward is shown; inputs: as the actor is given them
#undef X
    float *density; // [room * steps] of vg_drive_segments_densities
} vg_drive_segments;

// Room for that many segments of `steps` steps. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_drive_segments_open(vg_drive_segments *s, const vg_reward_input *input,
                                           int32_t actor_inputs, int32_t steps, int64_t room, vg_diag *diag);
void vg_drive_segments_free(vg_drive_segments *s);

// Put the segments of a round of driving at [first, first + most), and return how many they are; what is
// beyond is left out.
int64_t vg_drive_segments_put_round(vg_drive_segments *s, int64_t first, int64_t most,
                                    const vg_rollout_buffer *x);
// Open it for the demonstrations; its room is then the number of their segments. Errors: VG_ERR_FORMAT,
// saying how long the longest demonstration is, where none is as long as a segment; VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_drive_segments_of_logs(vg_drive_segments *s, const vg_generator *generator,
                                              const vg_reward_input *input, int32_t steps, vg_diag *diag);

// log density of the actions of segments [first, first + count) under a policy. An action in the absorbing
// state has no effect; it counts as drawn from the prior, and so for 0 here, as for 0 in
// vg_drive_segments_prior. workspace: of the policy, with VG_LOSS_OWN.
void vg_drive_segments_densities(vg_drive_segments *s, int64_t first, int64_t count, vg_gradient *workspace,
                                 const vg_network *policy, double *out);
// The same of a driver who wants nothing: actions of mean 0 and this standard deviation, whatever is sensed.
void vg_drive_segments_prior(const vg_drive_segments *s, int64_t first, int64_t count, double std,
                             double *out);
// log density of one action of that driver.
double vg_prior_log_prob(const float *action, double std);

#ifdef __cplusplus
}
#endif
#endif
