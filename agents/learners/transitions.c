#include "agents/learners/transitions.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"

vg_err vg_transitions_open(vg_transitions *t, const vg_reward_input *input, int32_t actor_inputs,
                           int64_t room, vg_diag *diag) {
    bool failed = false;
    t->input = input, t->room = room;
    t->g_stride = vg_net_stride(input->count), t->h_stride = vg_net_stride(input->sensed);
    t->actor_stride = vg_net_stride(actor_inputs);
#define X(name, floats) failed |= !(t->name = vg_new(float, room *(floats)));
    VG_TRANSITIONS(X)
#undef X
    return failed ? vg_fail_memory(diag) : VG_OK;
}

void vg_transitions_free(vg_transitions *t) {
#define X(name, floats) vg_free(t->name);
    VG_TRANSITIONS(X)
#undef X
    *t = (vg_transitions){0};
}

void vg_transitions_put(vg_transitions *t, int64_t i, const float *sensed, const float *action,
                        const float *next, const float *actor) {
    vg_reward_input_row(t->input, sensed, action, t->g + i * t->g_stride);
    vg_reward_input_state(t->input, sensed, t->h + i * t->h_stride);
    if (next)
        vg_reward_input_state(t->input, next, t->next + i * t->h_stride);
    else
        memset(t->next + i * t->h_stride, 0, sizeof(float) * (size_t)t->h_stride);
    t->goes_on[i] = next ? 1 : 0;
    memcpy(t->inputs + i * t->actor_stride, actor, sizeof(float) * (size_t)t->actor_stride);
    memcpy(t->actions + i * VG_CAR_ACTIONS, action, sizeof(float) * VG_CAR_ACTIONS);
}

void vg_transitions_put_round(vg_transitions *t, int64_t first, const vg_rollout_buffer *x) {
    int64_t width = x->observation;
    for (int64_t r = 0; r < x->rows; r++) {
        const float *next = x->ending[r] == VG_ENDING_NONE         ? x->seen + (r + 1) * width
                            : x->ending[r] == VG_ENDING_TERMINATED ? NULL
                                                                   : x->last + r * width;
        vg_transitions_put(t, first + r, x->seen + r * width, x->action + r * x->actions, next,
                           x->inputs + r * x->stride);
    }
}

vg_err vg_transitions_demonstrated(const vg_generator *generator, const vg_reward_input *input,
                                   vg_transitions *out, vg_diag *diag) {
    vg_rows parts[VG_GENERATOR_PARTS];
    int64_t stride = vg_net_stride(generator->im.width), count = 0, shown = 0;
    vg_generator_rows(generator, parts);
    vg_err err = vg_transitions_open(out, input, generator->im.width, parts[0].count + parts[1].count, diag);
    for (int p = 0; p < VG_GENERATOR_PARTS && !err; p++)
        for (int64_t r = 0; r < parts[p].count; r++, shown++) {
            vg_transition at = vg_rows_transition(&parts[p], r);
            if (!at.next && !at.terminated) continue;
            vg_transitions_put(out, count++, at.input, at.action, at.terminated ? NULL : at.next,
                               generator->shown.inputs + shown * stride);
        }
    out->room = count;
    if (!err && count == 0)
        err = vg_fail(diag, VG_ERR_FORMAT, "no action of the logs is followed by a state");
    return err;
}

vg_airl_side vg_transitions_side(const vg_transitions *t, int64_t first, int64_t count) {
    return (vg_airl_side){.g = t->g + first * t->g_stride,
                          .h = t->h + first * t->h_stride,
                          .next = t->next + first * t->h_stride,
                          .goes_on = t->goes_on + first,
                          .log_prob = t->log_prob + first,
                          .count = count};
}

void vg_transitions_state(vg_transitions *t, const char *name, vg_checkpoint *state) {
    char key[VG_CHECKPOINT_NAME];
#define X(array, floats)                                                                                     \
    snprintf(key, sizeof key, "%.20s.%s", name, #array);                                                     \
    vg_checkpoint_floats(state, key, t->array, t->room *(floats));
    VG_TRANSITIONS(X)
#undef X
}
