// sim/world_private.h -- a world's columns, for the files of sim/ that run once per tick.
#ifndef VG_SIM_WORLD_PRIVATE_H
#define VG_SIM_WORLD_PRIVATE_H

#include <string.h>

#include "sim/base/level.h"
#include "sim/car_tick.h"
#include "sim/road_private.h"
#include "sim/world.h"

// Cars are processed in blocks of this size: small enough that a block's columns stay in the first-level
// cache.
enum { VG_WORLD_BLOCK = 64 };

// No obstacle is nearer than this to where the middle of the rear axle was, beyond what the body reaches; so
// until it has moved that far there is no need to look.
typedef struct vg_world_clearance {
    double x, y, square; // m, m, m^2; 0: look
} vg_world_clearance;

struct vg_world {
    vg_world_view view; // its pointers are the columns below, const
#define X(type, name, unit, label) type *name;
    VG_STATE_COLUMNS(X)
#undef X
    float *command;  // [count][2] as given
    float *reaching; // [count][2] as it reaches the actuators; the same array where no car has a delay
    float *live;     // 1 moves, 0 has ended
    float *off_now;  // off_road, as a lane of the tick's loops
    float *rough;    // 1 on the surface off the road: more than a shoulder beyond an edge
    float *shoulder; // m, the car's
    float *lateral;
    double *progress;
    double *
        milestone; // progress at which something is due: the next lap, or just before the end of an open road
    int32_t *tick, *off_since, *off_ticks, *departures, *laps, *lap_tick, *lap_start, *limit_ticks;
    int32_t *lap_off; // off_ticks at the start of the lap under way
    int32_t *hit_since, *collisions;
    int32_t *lap_hits; // collisions at the start of the lap under way
    uint8_t *events, *off_road, *terminated, *truncated, *colliding;
    vg_world_clearance *clearance; // [count]

    int32_t *run_end;     // [count] the first car after i that is of another kind
    const vg_road **road; // [count], and of each what a tick needs, one lane a car:
    double *road_length, *road_spacing, *road_inverse;
    double *road_round; // amount subtracted at the end: the length of a closed road, else 0
    int32_t *road_last; // the last segment
    const vg_road_segment **segments;
    vg_car_tick_constants *limits; // [count]
    vg_state *final;               // [count]
    float *delay_line;             // [count][delay_most][2], a ring a car
    int32_t *delay_at;             // [count] the ring's oldest entry
    int32_t delay_most;
    float *gust; // [count] rad/s, yaw rate of the gusts; NULL until the first vg_world_gust

    vg_car *cars;    // [car_count]
    int32_t *car_of; // [count]
    int32_t count, car_count, tick_num, tick_den, ticks_per_action, horizon, threads;
    bool stop_off_road, corners;
    bool obstructed; // there is an obstacle on a road
    bool windy;      // gust holds the rates of the last vg_world_gust
    const struct vg_world_kernel *kernel;
};

// Is car i beyond an edge? By its body's corners or by the middle of its rear axle, as the world's definition
// says.
bool vg_world_beyond(const vg_world *world, int32_t i);
// Is the middle of its rear axle on the surface off the road?
bool vg_world_rough(const vg_world *world, int32_t i);

// Does the body of car i touch an obstacle? By the clearance where that tells.
bool vg_world_touches(vg_world *world, int32_t i);

// What a tick does to cars [begin, end), end - begin <= VG_WORLD_BLOCK; compiled once an x86 level.
typedef struct vg_world_kernel {
    void (*move)(vg_world *world, int32_t begin, int32_t end);
    // Find s and offset again and count the tick. off[i - begin] becomes 1 for a car beyond an edge;
    // notable[i - begin] becomes nonzero where note_tick must look: the foot point is in doubt, an edge was
    // crossed, a milestone was reached.
    void (*project)(vg_world *world, int32_t begin, int32_t end, float *off, float *notable);
} vg_world_kernel;

// Is any of n non-negative numbers not 0?
static inline bool vg_any_above_zero(const float *values, int32_t n) {
    uint32_t bits = 0;
    for (int32_t k = 0; k < n; k++) {
        uint32_t word;
        memcpy(&word, values + k, sizeof word);
        bits |= word;
    }
    return bits;
}

VG_HOT_DECLARE(vg_world_kernel, vg_world_kernel_table);

#endif
