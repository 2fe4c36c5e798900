// agents/drive/rollout.h -- policies driving in worlds: many episodes in parallel, each measured from its
// first tick.
//
// Three costs are measured and kept apart:
//   (a) absorbing: 0 until the first departure, 1 ever after; the time of that departure is enough.
//   (b) bounded excess offset: clip((|d| - |d_E|) / half width, 0, 1), where d_E is the reference's offset at
//       the same arc length, and 1 while off the road. Not absorbing: the car drives on and may come back.
//   (c) departures: a car that leaves the road is put back onto the centreline where it left, at the speed it
//       had (Ross, Gordon & Bagnell 2011).
// A collision with an obstacle counts as a departure does in all of this but the number of departures: (a) is
// 1 from then on, (b) is 1 while they touch, and for (c) the car is put back onto the centreline beyond the
// obstacle. So "before the first departure" means: or before a collision.
//
// Until its first departure a drive is the same for all three. Episodes that depart are driven a second time
// for (b), without being put back, with the same draws and without a restart of the policy; the trace and all
// other columns are those of the first drive.
//
// Each episode ends in one outcome. Off the road: it left within the horizon. Collision: it hit an obstacle
// before it left; in the same tick, it left. Stalled: it did neither, but
// for 5 s together it got on along the road at under 2 m/s and at under half of the reference's speed at that
// place; the stall counts from the end of these 5 s, so that waiting before a bend is none. Or it needed 10 s
// for 10 m of road that it had not driven before (it circles, or hops now and then), where the reference
// needs under half as long. Else on the road. Progress is compared with the reference's pace
// (agents/drive/pace.h) from the same start: without a reference, or where it has no speeds, with the careful
// driver's. A success is on the road to the end and made at least 0.8 of that progress. The driving score is
// composed as CARLA's (route completion times infraction penalty; carla.org, Leaderboard 2.0) and nuPlan's
// (Caesar et al. 2021: progress along the expert's route, times 0 for leaving the drivable area or making no
// progress).
//
// An obstacle is passed when the rear axle gets past its middle along the road, at an action's end; on the
// left if the car's offset is then greater than the obstacle's.
//
// Cost (b) is taken after each action. Accelerations are those at the actions (lateral: as driven in the
// action's last tick, which the tyres may have cut; longitudinal: speed gained in an action) and jerks their
// differences over an action. A tick is at the limit where the tyres could not give what was asked for. A
// reversal of the steering is one by more than half a degree (0.0087 rad) at the front wheels between its
// turning points, as found at the actions. The action in which a car departs counts in neither.
#ifndef VG_AGENTS_DRIVE_ROLLOUT_H
#define VG_AGENTS_DRIVE_ROLLOUT_H

#include "agents/drive/disturbance.h"
#include "sim/base/ranks.h"

#ifdef __cplusplus
extern "C" {
#endif

struct vg_reference;       // agents/drive/reference.h
struct vg_recorded_starts; // agents/drive/recorded_starts.h

// The costs that are measured. ALL: all three. DEPARTURES: (a) and (c). ABSORBING: only (a); the car stops at
// its first departure, and departures is 1.
typedef enum vg_costs { VG_COSTS_ALL, VG_COSTS_DEPARTURES, VG_COSTS_ABSORBING } vg_costs;

// Start from vg_rollout_def_default(). Episode e runs on road e / starts, from start e % starts.
typedef struct vg_rollout_def {
    const vg_policy *policy;
    const vg_road *const *roads; // [road_count], borrowed until the run returns
    int32_t road_count;          // >= 1
    const vg_car *car;           // NULL: the policy's car, else the sedan
    int32_t starts;              // episodes per road, default 16
    const vg_start *given;       // [road_count * starts] starts of the episodes; NULL (default): drawn
    // On the road that these are of, episodes start in recorded states, to which start_spread is added. NULL
    // (default), and on all other roads: near the centreline, at the speed of a careful driver
    const struct vg_recorded_starts *recorded;
    float start_spread; // m, 0 (default) to 20: offsets are uniform in +-start_spread, but within 0.9 of the
                        // width; headings are uniform in +-start_spread * 0.04 rad
    double horizon;     // s, default 60, rounded to whole actions
    int32_t tick_num, tick_den, ticks_per_action; // 0: the policy's, else 1/60 s and 3
    uint64_t seed;                                // starts, the policy's noise, the disturbance
    bool by_road; // true: an episode's draws are keyed by its road's content and the number of its start, so
                  // that they do not depend on the other roads; no road may be listed twice. false (default):
                  // by the episode's number e
    bool trace;   // record where every car was, default true
    double sample_interval; // s between two points of a trace, rounded to whole actions; 0 (default): every
                            // action. A rest of the horizon shorter than that has no point
    vg_disturbance disturbance; // default: none
    vg_costs costs;             // default VG_COSTS_ALL
    bool
        corners; // off the road: any corner of the body beyond an edge; default false: the rear axle's middle
    const struct vg_reference *reference; // NULL (default): the centreline, and no labels
    int32_t threads;                      // 0: one per core; results do not depend on it
    // Who drives blocks of episodes too: all call with the same def, and only rank 0 has the whole rollout
    // then. NULL (default): this process alone, which also one that is watched must be
    const vg_ranks *ranks;
    // With ranks: what the policy keeps by itself of the episodes [first, first + count) goes to rank 0 with
    // them. Both may be called from any thread. NULL (default): nothing.
    void (*pack)(void *context, int64_t first, int64_t count, vg_text *out);
    vg_err (*unpack)(void *context, int64_t first, int64_t count, const char *bytes, int64_t size,
                     vg_diag *diag);
    void *pack_context;
    bool (*stop)(void); // called now and then: true ends the run with VG_ERR_INTERRUPTED; NULL: never
} vg_rollout_def;
vg_rollout_def vg_rollout_def_default(void);

typedef enum vg_outcome_kind {
    VG_OUTCOME_ON_ROAD,
    VG_OUTCOME_OFF_ROAD,
    VG_OUTCOME_STALLED,
    VG_OUTCOME_COLLISION,
    VG_OUTCOME_COUNT
} vg_outcome_kind;
const char *vg_outcome_word(vg_outcome_kind outcome); // "on_road", "off_road", "stalled", "collision"

// The share of the reference's progress that a success makes at least (nuPlan and Waymax judge likewise).
#define VG_SUCCESS_PROGRESS 0.8

// Columns of an episode, one row each. X(type, name, unit, text)
#define VG_EPISODE_COLUMNS(X)                                                                                \
    X(int32_t, road, "1", "index into the roads")                                                            \
    X(double, start_s, "m", "where it started along the road")                                               \
    X(float, start_offset, "m", "offset at the start")                                                       \
    X(float, start_heading, "rad", "heading against the road's at the start")                                \
    X(float, start_speed, "m/s", "speed at the start")                                                       \
    X(vg_outcome_kind, outcome, "1", "how it ended: on_road, off_road, stalled or collision")                \
    X(int32_t, success, "1", "1: on the road to the end with a progress_ratio of at least 0.8")              \
    X(double, progress_ratio, "1",                                                                           \
      "progress before the first departure over the reference's from the same start in the whole horizon")   \
    X(double, driving_score, "1",                                                                            \
      "progress_ratio, at most 1; 0 after leaving the road, a collision or stalling")                        \
    X(double, off_time, "s", "time of the first departure; -1: none")                                        \
    X(double, off_s, "m", "arc length of the first departure or collision; -1: none")                        \
    X(double, stall_time, "s", "time at which it had stalled, before a departure; -1: never")                \
    X(int32_t, departures, "1", "departures, each followed by a reset onto the centreline")                  \
    X(double, distance, "m", "progress along the road over the whole horizon")                               \
    X(double, distance_on, "m", "progress before the first departure")                                       \
    X(double, mean_drift, "m", "mean |offset| before the first departure")                                   \
    X(double, max_drift, "m", "largest |offset| before the first departure")                                 \
    X(double, mean_speed, "m/s", "mean speed before the first departure")                                    \
    X(int32_t, laps, "1", "laps done before the first departure")                                            \
    X(double, lap_time, "s", "time of the best of these laps; -1: none")                                     \
    X(double, duration, "s", "horizon, or the time at which an open road ended")                             \
    X(double, excess, "1",                                                                                   \
      "mean of cost (b), bounded excess offset, until the horizon or the road's end; -1: not measured")      \
    X(double, action_error, "1",                                                                             \
      "mean |action - expert's|^2 on its own states, at each sample before the first departure; -1: no "     \
      "expert "                                                                                              \
      "asked")                                                                                               \
    X(double, jerk_lateral, "m/s^3", "root mean square before the first departure")                          \
    X(double, jerk_longitudinal, "m/s^3", "root mean square before the first departure")                     \
    X(double, lateral_acceleration_99, "m/s^2",                                                              \
      "99th percentile of |lateral acceleration| before the first departure, within 0.05; -1: no whole "     \
      "action")                                                                                              \
    X(double, at_limit_share, "1",                                                                           \
      "share of the ticks before the first departure at the limit of the tyres; -1: no whole action")        \
    X(double, reversals, "1/min", "reversals of the steering a minute before the first departure")           \
    X(double, completion, "1", "share of the road's length driven before the first departure, at most 1")    \
    X(double, collision_time, "s", "time of the first collision, before a departure; -1: none")              \
    X(int32_t, collisions, "1",                                                                              \
      "collisions, each followed by a reset onto the centreline, beyond the obstacle")                       \
    X(int32_t, passed, "1", "obstacles passed before the first departure or collision")                      \
    X(int32_t, passed_left, "1", "of these, how many with the car to their left")

typedef struct vg_episode {
#define X(type, name, unit, text) type name;
    VG_EPISODE_COLUMNS(X)
#undef X
} vg_episode;

// Did it leave the road or collide? When it first did, s; -1: it did not. (Whichever came first has a time.)
static inline bool vg_episode_failed(const vg_episode *e) {
    return e->off_time >= 0 || e->collision_time > 0;
}
static inline double vg_episode_failed_at(const vg_episode *e) {
    return e->off_time >= 0 ? e->off_time : e->collision_time > 0 ? e->collision_time : -1;
}

// A hash over a row that goes on from h. The columns of collisions and passes count only where there was one:
// rows without one keep the hash they had before these columns.
uint64_t vg_episode_hash(uint64_t h, const vg_episode *row);

// One sample of a trace: at the start, then every `sample_interval` seconds.
typedef struct vg_trace_point {
    float s, offset, speed; // m, m, m/s
    float edge;             // m, half width on the side of the offset
    float reference;        // m, the reference's signed offset at s
    float progress;         // m driven along the road since the start, before the first departure
    float expected;         // m the reference would have made since the start
    float excess;           // s, cost (b) summed up so far; -1: not measured
    bool departed;          // true after the first departure: the car counts as at the edge
    bool ended;             // true after the end of an open road
} vg_trace_point;

// Where a car was: at its start, after each action, and at each departure.
typedef struct vg_moment {
    double t;       // s since the start
    vg_state state; // at t
    uint8_t events; // bits of vg_event since the moment before
    bool put_back;  // true: the car did not drive here; it was put back onto the centreline after a departure
} vg_moment;

typedef struct vg_rollout {
    int32_t count;         // episodes
    int32_t samples;       // points a trace; 0 without trace
    double sample_seconds; // time between two points
    double tick_seconds;
    vg_episode *episodes;  // [count]
    vg_trace_point *trace; // [count][samples] or NULL
    int64_t actions;       // actions that the policy gave, over all episodes and drives
    double action_seconds; // time between two actions
} vg_rollout;

// Errors: VG_ERR_ARGUMENT, VG_ERR_MISMATCH (a clock that differs from the policy's, a road that the policy
// does not know), VG_ERR_POLICY (NaN; diag names the policy, the episode and the time), VG_ERR_MEMORY,
// VG_ERR_INTERRUPTED. On failure *out is zero.
VG_NODISCARD vg_err vg_rollout_run(const vg_rollout_def *def, vg_rollout *out, vg_diag *diag);
void vg_rollout_free(vg_rollout *rollout);

// Who looks on at the first drive. Called from the block's thread; an episode belongs to one block. Either
// function may be NULL.
typedef struct vg_rollout_watch {
    const vg_policy *labeller; // an expert that gives labels, or NULL
    // The state, the last command and the labeller's label at each sample of an episode before its first
    // departure and its end.
    void (*sample)(void *context, int64_t episode, int32_t sample, const vg_state *state,
                   const float command[VG_CAR_ACTIONS], const float label[VG_CAR_ACTIONS]);
    // The state at the start, after each action, at a departure within one, and where the car was put back.
    void (*moment)(void *context, int64_t episode, const vg_moment *moment);
    void *context;
} vg_rollout_watch;

// As vg_rollout_run; `watch` (NULL: none) sees the first drive.
VG_NODISCARD vg_err vg_rollout_run_watched(const vg_rollout_def *def, const vg_rollout_watch *watch,
                                           vg_rollout *out, vg_diag *diag);

// Where the episodes start: into starts[road_count * starts]. The def's policy is needed only if it has no
// car.
void vg_rollout_starts(const vg_rollout_def *def, vg_start *starts);

#ifdef __cplusplus
}
#endif
#endif
