// sim/world.h -- N cars stepped together; one car is N = 1.
#ifndef VG_SIM_WORLD_H
#define VG_SIM_WORLD_H

#include "sim/car.h"
#include "sim/road.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_world vg_world; // opaque, owned by the caller

// Start from vg_world_default(). Copied by create, so it may be a local.
typedef struct vg_world_def {
    int32_t count;               // cars, >= 1, default 1
    int32_t tick_num, tick_den;  // physics tick in seconds, default 1/60
    int32_t ticks_per_action;    // k >= 1, default 3
    const vg_road *const *roads; // [road_count], borrowed, must outlive the world
    int32_t road_count;          // >= 1
    const int32_t *road_of;      // [count], index into roads; NULL: all 0
    const vg_car *cars;          // [car_count], copied; NULL: one sedan
    int32_t car_count;
    const int32_t *car_of; // [count]; NULL: all 0
    bool stop_off_road; // a departure or a collision terminates the episode, default true; a car that is not
                        // stopped drives on as if nothing was there
    bool corners;       // off the road: any corner of the body beyond an edge; default false: the middle of
                        // the rear axle
    int32_t horizon;    // ticks until an episode is truncated; 0 (default): none
    int32_t threads;    // 0: one per core (default); results do not depend on it
} vg_world_def;
vg_world_def vg_world_default(void);

// The simulation state: what a log stores and a replay compares. X(type, name, unit, label)
#define VG_STATE_COLUMNS(X)                                                                                  \
    X(double, x, "m", "east")                                                                                \
    X(double, y, "m", "north")                                                                               \
    X(double, yaw, "rad", "heading")                                                                         \
    X(double, s, "m", "arc length")                                                                          \
    X(float, offset, "m", "offset to the left")                                                              \
    X(float, speed, "m/s", "speed")                                                                          \
    X(float, steer, "rad", "steering angle")                                                                 \
    X(float, accel, "m/s^2", "acceleration")

// One car's state, as a row.
typedef struct vg_state {
#define X(type, name, unit, label) type name;
    VG_STATE_COLUMNS(X)
#undef X
} vg_state;

// What happened to a car in the last step or tick, as bits.
typedef enum vg_event {
    VG_EVENT_OFF = 1,  // left the road
    VG_EVENT_BACK = 2, // came back onto it
    VG_EVENT_LAP = 4,  // passed its own starting arc length, a whole length further on, and was never off the
                       // road since it passed it last
    VG_EVENT_FINISH = 8,     // reached the end of an open road
    VG_EVENT_COLLISION = 16, // its body began to touch an obstacle
} vg_event;

// Borrowed columns, each [count]; valid until destroy, their contents until the next step or reset.
typedef struct vg_world_view {
    int32_t count;
#define X(type, name, unit, label) const type *name;
    VG_STATE_COLUMNS(X)
#undef X
    const float *command;      // [count][2] the last action as given, clamped
    const double *progress;    // m of arc length since reset
    const int32_t *tick;       // ticks since reset
    const int32_t *off_since;  // tick of the first departure since reset, -1: none yet
    const int32_t *off_ticks;  // ticks spent off the road since reset
    const int32_t *departures; // times it left the road since reset
    const int32_t *laps;     // laps done since reset, of which no tick was off the road and none hit anything
    const int32_t *lap_tick; // tick at which the last of them ended, 0: none
    const int32_t *lap_start;   // tick at which the lap under way began; the start, or the last time round
    const float *lateral;       // m/s^2 across at the end of the last tick, as driven; to the left
    const int32_t *limit_ticks; // ticks since reset in which the tyres could not give what was asked for
    const int32_t *hit_since;   // tick of the first collision since reset, -1: none yet
    const int32_t *collisions;  // times it began to touch an obstacle since reset
    const uint8_t *colliding;   // 1 while its body touches an obstacle
    const uint8_t *events;      // bits of vg_event in the last step or tick
    const uint8_t *off_road;    // 1 while beyond an edge
    const uint8_t *terminated;  // 1 once the car has died (off the road or a collision, if stop_off_road)
    const uint8_t *truncated;   // 1 once the horizon or the end of an open road was met
} vg_world_view;

// Create a world; every car is on the centreline at s = 0. On failure *out is NULL, nothing leaks and diag
// (may be NULL) says what was wrong. Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_world_create(const vg_world_def *def, vg_world **out, vg_diag *diag);
void vg_world_destroy(vg_world *world);

vg_world_view vg_world_get(const vg_world *world);
// The state of car i now, as a row.
vg_state vg_world_state(const vg_world *world, int32_t i);
// The state of car i when its last episode ended, that is just before its last reset (or now, if it was never
// reset).
vg_state vg_world_final(const vg_world *world, int32_t i);
const vg_road *vg_world_road(const vg_world *world, int32_t i);
const vg_car *vg_world_car(const vg_world *world, int32_t i);
double vg_world_tick_seconds(const vg_world *world);
int32_t vg_world_ticks_per_action(const vg_world *world);
int32_t vg_world_threads(const vg_world *world);

// Where an episode starts.
typedef struct vg_start {
    double s;      // m along the road
    float offset;  // m to the left
    float heading; // rad against the road's own
    float speed;   // m/s, clamped to the car's cap
} vg_start;

// Reset `count` cars: cars[i] to starts[i]; cars NULL: all, in order. Steering, acceleration and the delay
// line become zero. Errors: VG_ERR_ARGUMENT (an index out of range, a value that is not finite); then nothing
// was changed.
VG_NODISCARD vg_err vg_world_reset(vg_world *world, const int32_t *cars, const vg_start *starts,
                                   int32_t count);

// Put car i into a given state, as a replay does, and begin an episode there. The state is used unchanged: a
// run that continues from a logged state gives the logged bits. command is the last action given, [2], or
// NULL for zeros; delay_line is [delay ticks][2] of commands under way, oldest first, or NULL for zeros.
// Errors: VG_ERR_ARGUMENT (i out of range, a value that is not finite, yaw beyond +-4, s not on the road);
// then nothing was changed.
VG_NODISCARD vg_err vg_world_set(vg_world *world, int32_t i, const vg_state *state, const float *command,
                                 const float *delay_line);

// The delay of car i in ticks, which is the number of rows of its delay line; and the line, oldest first,
// into out [delay][2].
int32_t vg_world_delay(const vg_world *world, int32_t i);
void vg_world_delay_line(const vg_world *world, int32_t i, float *out);

// Advance by one action: k ticks. actions is [count][2]: steering target and acceleration, each in [-1, 1] of
// the car's limits; clamped. A terminated or truncated car does not change. Events are found at every tick; a
// collision by the car's whole body. A car that leaves the road in a tick in which it also touches an
// obstacle has left the road: with stop_off_road it has not collided. A
// NaN gives VG_ERR_ARGUMENT and leaves the state unchanged. Never allocates.
VG_NODISCARD vg_err vg_world_step(vg_world *world, const float *actions);

// Set gusts: from now on every tick adds rates[i] (rad/s) times the tick to the yaw of car i after it has
// moved, if it is live. rates is [count], copied; NULL: no gusts. A reset does not change the gusts. A rate
// that is not 0 counts in the hash. Errors, which change nothing: VG_ERR_ARGUMENT (a NaN, more than half a
// turn per tick), VG_ERR_MEMORY (the first call allocates).
VG_NODISCARD vg_err vg_world_gust(vg_world *world, const float *rates);

// The same tick by tick: set the command, then tick. k calls of tick after one of command give the bits of
// one step.
VG_NODISCARD vg_err vg_world_command(vg_world *world, const float *actions);
VG_NODISCARD vg_err vg_world_tick(vg_world *world);

// Hash over the whole state of every car.
uint64_t vg_world_hash(const vg_world *world);

#ifdef __cplusplus
}
#endif
#endif
