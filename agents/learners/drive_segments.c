#include "agents/learners/drive_segments.h"

#include <string.h>

#include "agents/rl/gaussian_policy.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

vg_err vg_drive_segments_open(vg_drive_segments *s, const vg_reward_input *input, int32_t actor_inputs,
                              int32_t steps, int64_t room, vg_diag *diag) {
    bool failed = false;
    s->input = input, s->steps = steps, s->room = room;
    s->stride = vg_net_stride(input->count), s->actor_stride = vg_net_stride(actor_inputs);
#define X(name, floats) failed |= !(s->name = vg_new(float, room *(floats)));
    VG_DRIVE_SEGMENTS(X)
#undef X
    s->density = vg_new(float, room *steps);
    return failed || !s->density ? vg_fail_memory(diag) : VG_OK;
}

void vg_drive_segments_free(vg_drive_segments *s) {
#define X(name, floats) vg_free(s->name);
    VG_DRIVE_SEGMENTS(X)
#undef X
    vg_free(s->density);
    *s = (vg_drive_segments){0};
}

// Step t of segment j.
static void put(vg_drive_segments *s, int64_t j, int32_t t, const float *sensed, const float *action,
                const float *actor) {
    int64_t row = j * s->steps + t;
    vg_reward_input_row(s->input, sensed, action, s->rows + row * s->stride);
    memcpy(s->inputs + row * s->actor_stride, actor, sizeof(float) * (size_t)s->actor_stride);
    memcpy(s->actions + row * VG_CAR_ACTIONS, action, sizeof(float) * VG_CAR_ACTIONS);
}

// Segment j has `live` steps; those behind them are nothing.
static void end(vg_drive_segments *s, int64_t j, int32_t live) {
    int64_t rows = s->steps - live, at = j * s->steps + live;
    s->live[j] = (float)live;
    memset(s->rows + at * s->stride, 0, sizeof(float) * (size_t)(rows * s->stride));
    memset(s->inputs + at * s->actor_stride, 0, sizeof(float) * (size_t)(rows * s->actor_stride));
    memset(s->actions + at * VG_CAR_ACTIONS, 0, sizeof(float) * (size_t)(rows * VG_CAR_ACTIONS));
}

int64_t vg_drive_segments_put_round(vg_drive_segments *s, int64_t first, int64_t most,
                                    const vg_rollout_buffer *x) {
    int64_t count = 0;
    for (int64_t lane = 0; lane < x->lanes; lane++) {
        int32_t t = 0; // of the segment under way
        for (int64_t r = lane * x->steps; r < (lane + 1) * x->steps && count < most; r++) {
            put(s, first + count, t++, x->seen + r * x->observation, x->action + r * x->actions,
                x->inputs + r * x->stride);
            if (t == s->steps || x->ending[r] == VG_ENDING_TERMINATED) end(s, first + count++, t), t = 0;
            if (x->ending[r]) t = 0;
        }
    }
    return count;
}

// Put the segments of one episode of the logs at `first`, and return how many they are. actor: the inputs of
// its first row.
static int64_t cut_episode(vg_drive_segments *s, int64_t first, const vg_rows *rows,
                           const vg_rows_episode *episode, const float *actor) {
    int32_t t = 0;
    int64_t count = 0;
    for (int64_t i = 0; i < episode->count && first + count < s->room; i++) {
        int64_t r = episode->first + i;
        bool last = i == episode->count - 1 && episode->end == VG_ROW_TERMINATED;
        put(s, first + count, t++, rows->inputs + r * rows->width, rows->actions + r * VG_CAR_ACTIONS,
            actor + i * s->actor_stride);
        if (t == s->steps || last) end(s, first + count++, t), t = 0;
    }
    return count;
}

vg_err vg_drive_segments_of_logs(vg_drive_segments *s, const vg_generator *generator,
                                 const vg_reward_input *input, int32_t steps, vg_diag *diag) {
    vg_rows parts[VG_GENERATOR_PARTS];
    int64_t room = 0, count = 0, longest = 0, stride = vg_net_stride(generator->im.width), shown = 0;
    vg_generator_rows(generator, parts);
    for (int p = 0; p < VG_GENERATOR_PARTS; p++)
        for (int64_t e = 0; e < parts[p].episode_count; e++) {
            room += parts[p].episodes[e].count / steps + 1;
            if (parts[p].episodes[e].count > longest) longest = parts[p].episodes[e].count;
        }
    if (longest < steps)
        return vg_fail(
            diag, VG_ERR_FORMAT,
            "the longest demonstration has %lld actions, a segment has %d: set segment_steps to less",
            (long long)longest, steps);
    vg_err err = vg_drive_segments_open(s, input, generator->im.width, steps, room, diag);
    for (int p = 0; p < VG_GENERATOR_PARTS && !err; shown += parts[p++].count)
        for (int64_t e = 0; e < parts[p].episode_count; e++)
            count += cut_episode(s, count, &parts[p], &parts[p].episodes[e],
                                 generator->shown.inputs + (shown + parts[p].episodes[e].first) * stride);
    s->room = count;
    return err;
}

// --- densities ---------------------------------------------------------------------------------------------

void vg_drive_segments_densities(vg_drive_segments *s, int64_t first, int64_t count, vg_gradient *workspace,
                                 const vg_network *policy, double *out) {
    int64_t at = first * s->steps;
    if (count) // a batch has a row at least
        vg_gaussian_log_probs(workspace, policy, s->inputs + at * s->actor_stride,
                              s->actions + at * VG_CAR_ACTIONS, count * s->steps, s->density + at);
    for (int64_t j = 0; j < count; j++) {
        const float *density = s->density + at + j * s->steps;
        out[j] = 0;
        for (int32_t t = 0; t < (int32_t)s->live[first + j]; t++) out[j] += (double)density[t];
    }
}

double vg_prior_log_prob(const float *action, double std) {
    double sum = 0;
    for (int k = 0; k < VG_CAR_ACTIONS; k++) sum += (double)action[k] * (double)action[k];
    return -0.5 * sum / (std * std) - VG_CAR_ACTIONS * (vg_ln(std) + 0.9189385332046727); // log(2 pi) / 2
}

void vg_drive_segments_prior(const vg_drive_segments *s, int64_t first, int64_t count, double std,
                             double *out) {
    for (int64_t j = 0; j < count; j++) {
        const float *actions = s->actions + (first + j) * s->steps * VG_CAR_ACTIONS;
        out[j] = 0;
        for (int32_t t = 0; t < (int32_t)s->live[first + j]; t++)
            out[j] += vg_prior_log_prob(actions + t * VG_CAR_ACTIONS, std);
    }
}
