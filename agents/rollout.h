// agents/rollout.h -- policies let loose in worlds: many episodes in parallel, each measured from its first
// tick.
//
// Every episode runs the whole horizon. A car that leaves the road is put back onto the centreline where it
// left, at the speed it had (Ross, Gordon & Bagnell 2011 count departures so); what an absorbing cost needs
// is the time of the first departure. So one rollout serves both, and neither is mixed with the other.
#ifndef VG_AGENTS_ROLLOUT_H
#define VG_AGENTS_ROLLOUT_H

#include "agents/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_rollout_def_default(). Episode e runs on road e / starts, from start e % starts.
typedef struct vg_rollout_def {
    const vg_policy *policy;
    const vg_road *const *roads; // [road_count], borrowed until the run returns
    int32_t road_count;          // >= 1
    const vg_car *car;           // NULL: the policy's own, else the sedan
    int32_t starts;              // episodes a road, default 16
    float spread;   // m, 0 (default) to 20: offsets are uniform in +-spread, but within 0.9 of the width;
                    // headings in +-spread * 0.04 rad
    double horizon; // s, default 60, rounded to whole actions
    int32_t tick_num, tick_den, ticks_per_action; // 0: the policy's own, else 1/60 s and 3
    uint64_t seed;                                // starts and the policy's noise
    bool trace;                                   // keep where every car was, default true
    int32_t threads;                              // 0: one a core; results do not depend on it
    bool (*stop)(void); // asked now and then: true ends the run with VG_ERR_INTERRUPTED; NULL: never
} vg_rollout_def;
vg_rollout_def vg_rollout_def_default(void);

// What an episode was, one row each. X(type, name, unit, text)
#define VG_EPISODE_COLUMNS(X)                                                                                \
    X(int32_t, road, "1", "index into the roads")                                                            \
    X(double, start_s, "m", "where it started along the road")                                               \
    X(float, start_offset, "m", "offset at the start")                                                       \
    X(float, start_heading, "rad", "heading against the road's at the start")                                \
    X(float, start_speed, "m/s", "speed at the start")                                                       \
    X(double, off_time, "s", "time of the first departure; -1: none")                                        \
    X(double, off_s, "m", "arc length of the first departure; -1: none")                                     \
    X(int32_t, departures, "1", "departures, each followed by a reset onto the centreline")                  \
    X(double, distance, "m", "progress along the road over the whole horizon")                               \
    X(double, distance_on, "m", "progress before the first departure")                                       \
    X(double, mean_drift, "m", "mean |offset| before the first departure")                                   \
    X(double, max_drift, "m", "largest |offset| before the first departure")                                 \
    X(double, mean_speed, "m/s", "mean speed before the first departure")                                    \
    X(int32_t, laps, "1", "laps done before the first departure")                                            \
    X(double, lap_time, "s", "time of the best of these laps; -1: none")                                     \
    X(double, duration, "s", "horizon, or the time at which an open road ended")

typedef struct vg_episode {
#define X(type, name, unit, text) type name;
    VG_EPISODE_COLUMNS(X)
#undef X
} vg_episode;

// One sample of a trace, before each action and once after the last.
typedef struct vg_trace_point {
    float s, offset, speed; // m, m, m/s
    float edge;             // m, half width on the side of the offset
    bool departed;          // the first departure has been: a car that counts as at the edge
    bool ended;             // an open road has ended
} vg_trace_point;

typedef struct vg_rollout {
    int32_t count;         // episodes
    int32_t samples;       // points a trace: actions + 1; 0 without trace
    double sample_seconds; // time between two points
    double tick_seconds;
    vg_episode *episodes;  // [count]
    vg_trace_point *trace; // [count][samples] or NULL
    int64_t actions;       // asked of the policy, over all episodes
} vg_rollout;

// Errors: VG_ERR_ARGUMENT, VG_ERR_MISMATCH (a clock that is not the policy's), VG_ERR_POLICY (NaN;
// diag names the policy, the episode and the time), VG_ERR_MEMORY, VG_ERR_INTERRUPTED. On failure *out is
// zero.
VG_NODISCARD vg_err vg_rollout_run(const vg_rollout_def *def, vg_rollout *out, vg_diag *diag);
void vg_rollout_free(vg_rollout *rollout);

// The speed a careful driver has at s: with half of the car's grip, brakes and drive, the highest that lets
// him slow down for every bend ahead and that he can have reached since the last one (a forward and a
// backward pass).
float vg_rollout_start_speed(const vg_road *road, const vg_car *car, double s);

#ifdef __cplusplus
}
#endif
#endif
