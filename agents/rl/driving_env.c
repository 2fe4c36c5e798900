#include "agents/rl/driving_env.h"

#include <math.h>
#include <string.h>

#include "agents/drive/pace.h"
#include "agents/drive/rollout.h"
#include "agents/drive/stepper.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// GRID: metres between two places where a drive may start.
enum { GRID = 4, SPEED_CHUNK = 64 };

// What every lane remembers. X(type, name)
#define LANES(X)                                                                                             \
    X(int32_t, road_of)                                                                                      \
    X(double, s)         /* m, before the step */                                                            \
    X(double, values)    /* the reward's, of the step */                                                     \
    X(uint32_t, starts)  /* of this round */                                                                 \
    X(int32_t, slow)     /* actions in a row below the stall speed */                                        \
    X(int32_t, age)      /* actions of the episode */                                                        \
    X(uint8_t, terminal) /* the action ended in a terminal state */                                          \
    X(uint8_t, ended)    /* the episode has ended, and no next one has begun */

typedef struct lanes {
#define X(type, name) type *name;
    LANES(X)
#undef X
} lanes;

// The cars of one block.
typedef struct cell {
    vg_stepper stepper; // without a world: not opened yet
    vg_driver expert;   // zero without an expert
    vg_world_view view;
    int32_t count;
    lanes of; // each [count], within those of the environment
    uint32_t round;
    float *before;  // [count][size of the reward's sense] sensed before the action; NULL: it has no sense
    float *after;   // the same after it; NULL: the reward does not look after it
    float *scratch; // the reward's
} cell;

struct vg_driving {
    vg_driving_def def;
    vg_environment env;
    cell *cells;        // [blocks]
    lanes of;           // each [cars]
    float *before;      // [cars][size of the reward's sense]
    float *after;       // the same, or NULL
    float *scratch;     // [blocks][the reward's scratch], or NULL
    float *speeds;      // [GRID apart] start speeds of all roads
    int64_t *speeds_at; // [road_count + 1] where each road's speeds begin
    int32_t patience;   // consecutive actions below the stall speed that end an episode
    int32_t horizon;    // actions of an episode; 0: no end
};

vg_driving_def vg_driving_default(void) {
    return (vg_driving_def){
        .tick_num = 1, .tick_den = 60, .ticks_per_action = 3, .cars = 32, .start_spread = 0.3f, .block = 4};
}

// --- starts ------------------------------------------------------------------------------------------------

// The range of starts on a road: all of a closed road, the first half of an open one.
static int64_t places(const vg_road *road) {
    vg_road_view view = vg_road_get(road);
    int64_t count = (int64_t)(view.length * (view.closed ? 1 : 0.5) / GRID);
    return count > 1 ? count : 1;
}

static vg_err measure_speeds(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)block;
    const vg_driving *d = context;
    int32_t road = 0;
    for (int64_t i = begin; i < end; i++) {
        while (i >= d->speeds_at[road + 1]) road++;
        d->speeds[i] =
            vg_careful_speed(d->def.roads[road], d->def.car, (double)((i - d->speeds_at[road]) * GRID));
    }
    return VG_OK;
}

// The place on the grid, or the next one with free road before it, as where a rollout's episodes start.
static int64_t clear_place(const vg_driving *d, const vg_car *car, int32_t road, int64_t place) {
    const vg_road *r = d->def.roads[road];
    if (vg_road_get(r).obstacle_count == 0) return place;
    double speed = (double)d->speeds[d->speeds_at[road] + place];
    double s = vg_road_clear(r, (double)(place * GRID), (double)car->length,
                             3 * speed + 20 * (double)vg_car_scale(car));
    int64_t next = (int64_t)ceil(s / GRID), last = d->speeds_at[road + 1] - d->speeds_at[road] - 1;
    return next < last ? next : last;
}

static vg_start draw_start(const vg_driving *d, const cell *c, int32_t lane, int32_t i) {
    vg_draw at = {d->def.seed, VG_STREAM_START, (uint32_t)lane, c->round, c->of.starts[i], 0};
    double u[5];
    for (uint32_t k = 0; k < 5; k++) at.draw = k, u[k] = vg_random_uniform(&at);
    int32_t road = c->of.road_of[i];
    int64_t first = d->speeds_at[road], place = (int64_t)(u[0] * (double)(d->speeds_at[road + 1] - first));
    place = clear_place(d, d->def.car, road, place);
    double s = (double)(place * GRID), spread = (double)d->def.start_spread;
    vg_road_point here = vg_road_at(d->def.roads[road], s);
    double low = 0.9 * here.right < spread ? -0.9 * here.right : -spread;
    double high = 0.9 * here.left < spread ? 0.9 * here.left : spread;
    double factor = u[3] < d->def.slow ? 0.25 + 0.75 * u[4] : 1;
    return (vg_start){s, (float)(low + (high - low) * u[1]), (float)(0.04 * spread * (2 * u[2] - 1)),
                      (float)(factor * (double)d->speeds[first + place])};
}

// Begin a drive in lane i. The first drive of a round begins the draws of the disturbance, with the lane and
// the round as their episode. Later drives continue these draws from action to action, but their gusts begin
// anew.
static vg_err start(vg_driving *d, cell *c, int64_t block, int32_t i) {
    const vg_episode_key key = {d->def.seed, (uint32_t)(block * d->def.block + i), c->round};
    const vg_start start = draw_start(d, c, (int32_t)key.entity, i);
    bool first = c->of.starts[i]++ == 0;
    c->of.s[i] = start.s;
    c->of.slow[i] = c->of.age[i] = 0;
    c->of.ended[i] = 0;
    if (c->expert.policy) vg_driver_reset(&c->expert, i, &key);
    if (first) return vg_stepper_begin(&c->stepper, i, &start, &key);
    vg_stepper_renew_gust(&c->stepper, i);
    return vg_stepper_put(&c->stepper, i, &start, NULL);
}

// --- rounds ------------------------------------------------------------------------------------------------

static vg_err open_stepper(const vg_driving *d, cell *c, vg_diag *diag) {
    vg_stepper_def def = vg_stepper_default();
    def.world.count = c->count;
    def.world.tick_num = d->def.tick_num, def.world.tick_den = d->def.tick_den;
    def.world.ticks_per_action = d->def.ticks_per_action;
    def.world.roads = d->def.roads, def.world.road_count = d->def.road_count;
    def.world.road_of = c->of.road_of;
    def.world.threads = 1;
    def.car = d->def.car, def.disturbance = d->def.disturbance, def.sense = d->def.sense;
    vg_driver_close(&c->expert);
    vg_stepper_close(&c->stepper);
    vg_err err = vg_stepper_open(&def, &c->stepper, diag);
    if (!err) c->view = vg_world_get(c->stepper.world);
    if (!err && d->def.expert) err = vg_driver_open(d->def.expert, c->count, &c->expert, diag);
    return err;
}

static vg_err begin(void *context, int64_t block, uint32_t round, float *seen, vg_diag *diag) {
    vg_driving *d = context;
    cell *c = &d->cells[block];
    bool moved = !c->stepper.world;
    c->round = round;
    for (int32_t i = 0; i < c->count; i++) {
        int64_t lane = block * d->def.block + i;
        int32_t road = (int32_t)((lane + (int64_t)round * d->def.cars) % d->def.road_count);
        moved |= road != c->of.road_of[i];
        c->of.road_of[i] = road;
        c->of.starts[i] = 0;
    }
    vg_err err = moved ? open_stepper(d, c, diag) : VG_OK;
    for (int32_t i = 0; i < c->count && !err; i++) err = start(d, c, block, i);
    if (!err) vg_stepper_observe(&c->stepper, seen);
    return err;
}

static vg_ending ending(const vg_driving *d, cell *c, int32_t i) {
    c->of.slow[i] = (double)c->view.speed[i] < d->def.stall ? c->of.slow[i] + 1 : 0;
    if (c->view.terminated[i] || c->of.slow[i] >= d->patience) return VG_ENDING_TERMINATED;
    bool over = d->horizon && ++c->of.age[i] >= d->horizon;
    return c->view.truncated[i] || over ? VG_ENDING_TRUNCATED : VG_ENDING_NONE;
}

// The reward of the actions just driven, as commanded with their noise, and of what was sensed before them.
static vg_err reward(const vg_driving *d, const cell *c, vg_step *out, vg_diag *diag) {
    const vg_reward *reward = d->def.reward;
    double *values = c->of.values; // zeros without a reward
    for (int32_t i = 0; i < c->count; i++) c->of.terminal[i] = out->ending[i] == VG_ENDING_TERMINATED;
    vg_reward_view view = {.count = c->count,
                           .world = c->stepper.world,
                           .s = c->of.s,
                           .observed = c->before,
                           .actions = c->view.command,
                           .observed_after = c->after,
                           .terminal = c->of.terminal,
                           .scratch = c->scratch};
    if (c->after) vg_sense_observe(reward->sense, c->stepper.world, c->after);
    if (reward) reward->ops->evaluate(reward, &view, values);
    for (int32_t i = 0; i < c->count; i++)
        out->rewards[i] = (float)(reward && c->of.terminal[i] ? values[i] + reward->terminal : values[i]);
    for (int32_t i = 0; i < c->count; i++)
        if (!isfinite(out->rewards[i]))
            return vg_fail(diag, VG_ERR_POLICY,
                           "a reward of kind '%s' pays %g for an action, expected what a float can hold",
                           reward->kind, reward->terminal * c->of.terminal[i] + values[i]);
    return VG_OK;
}

// Lanes whose episode ended in the step before begin their next one in this step.
static vg_err begin_late(vg_driving *d, cell *c, int64_t block, vg_step *out, bool *moved) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < c->count && !err; i++) {
        if (!c->of.ended[i]) continue;
        out->ending[i] = VG_ENDING_NONE;
        out->rewards[i] = 0;
        err = start(d, c, block, i);
        *moved = true;
    }
    return err;
}

// Note the episodes that have ended, and begin the next ones where that is done in the same step.
static vg_err end_episodes(vg_driving *d, cell *c, int64_t block, vg_step *out, bool *moved) {
    int64_t width = d->env.observation;
    vg_err err = VG_OK;
    for (int32_t i = 0; i < c->count && !err; i++) {
        c->of.s[i] = c->view.s[i];
        if (!out->ending[i]) continue;
        memcpy(out->last + i * width, out->seen + i * width, sizeof(float) * (size_t)width);
        c->of.ended[i] = 1;
        if (d->def.autoreset != VG_AUTORESET_SAME_STEP) continue;
        err = start(d, c, block, i);
        *moved = true;
    }
    return err;
}

static vg_err step(void *context, int64_t block, const float *actions, vg_step *out, vg_diag *diag) {
    vg_driving *d = context;
    cell *c = &d->cells[block];
    bool moved = false;
    if (c->before) vg_sense_observe(d->def.reward->sense, c->stepper.world, c->before);
    vg_err err = vg_stepper_step(&c->stepper, actions);
    if (err) return vg_fail(diag, err, "an action is not a number");
    vg_stepper_observe(&c->stepper, out->seen);
    for (int32_t i = 0; i < c->count; i++) out->ending[i] = (uint8_t)ending(d, c, i);
    err = reward(d, c, out, diag);
    if (!err) err = begin_late(d, c, block, out, &moved);
    if (!err) err = end_episodes(d, c, block, out, &moved);
    if (moved) vg_stepper_observe(&c->stepper, out->seen);
    return err;
}

vg_err vg_driving_restart(vg_driving *d, const uint8_t *which, float *seen, vg_diag *diag) {
    int64_t blocks = vg_blocks_count(d->def.cars, d->def.block);
    for (int64_t b = 0; b < blocks; b++) {
        cell *c = &d->cells[b];
        int64_t first = b * d->def.block;
        if (!c->stepper.world) return vg_fail(diag, VG_ERR_ARGUMENT, "no round was begun: begin one first");
        for (int32_t i = 0; i < c->count; i++) {
            vg_err err = which[first + i] ? start(d, c, b, i) : VG_OK;
            if (err) return vg_fail(diag, err, "car %lld cannot be put at its start", (long long)first + i);
        }
        vg_stepper_observe(&c->stepper, seen + first * d->env.observation);
    }
    return VG_OK;
}

vg_err vg_driving_label(const vg_driving *d, float *actions, vg_diag *diag) {
    if (!d->def.expert) return vg_fail(diag, VG_ERR_ARGUMENT, "the environment has no expert to ask");
    for (int64_t b = 0; b < vg_blocks_count(d->def.cars, d->def.block); b++) {
        const cell *c = &d->cells[b];
        if (!c->stepper.world) return vg_fail(diag, VG_ERR_ARGUMENT, "no round was begun: begin one first");
        vg_err err =
            vg_driver_label(&c->expert, c->stepper.world, actions + b * d->def.block * VG_CAR_ACTIONS);
        if (err) return vg_fail(diag, err, "'%s' cannot be asked for a label", d->def.expert->name);
    }
    return VG_OK;
}

const vg_world *vg_driving_world(const vg_driving *d, int32_t lane, int32_t *car) {
    *car = lane % d->def.block;
    return d->cells[lane / d->def.block].stepper.world;
}

void vg_driving_reseed(vg_driving *d, uint64_t seed) { d->def.seed = seed; }

bool vg_driving_ended(const vg_driving *d, int32_t lane) { return d->of.ended[lane]; }

// --- life --------------------------------------------------------------------------------------------------

static vg_err check(const vg_driving_def *def, vg_diag *diag) {
    if (def->road_count < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "no roads to drive on");
    if (def->cars < 1 || def->cars >= 1 << 24 || !(def->start_spread >= 0 && def->start_spread <= 20))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d cars with a spread of %g m, expected 1 or more and 0 to 20 m", def->cars,
                       (double)def->start_spread);
    if (def->block < 1 || def->block > 1024)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d cars a block, expected 1 to 1024", def->block);
    if (!(def->horizon >= 0 && def->horizon <= 86400))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a horizon of %g s, expected 0 to 86400", def->horizon);
    if (def->expert) {
        vg_err err = vg_policy_check_roads(def->expert, def->roads, def->road_count, diag);
        if (err) return err;
    }
    return vg_car_check(def->car, diag);
}

// Room for all lanes, and each block's share of it.
static bool make_lanes(vg_driving *d) {
    int64_t blocks = vg_blocks_count(d->def.cars, d->def.block), width = 0;
    bool whole = (d->cells = vg_new(cell, blocks));
#define X(type, name) whole = whole && (d->of.name = vg_new(type, d->def.cars));
    LANES(X)
#undef X
    const vg_reward *reward = d->def.reward;
    int64_t work = reward ? reward->scratch : 0;
    if (reward && reward->sense) width = vg_sense_size(reward->sense);
    if (whole && width) whole = (d->before = vg_new(float, d->def.cars *width));
    if (whole && width && reward->looks_after) whole = (d->after = vg_new(float, d->def.cars *width));
    if (whole && work) whole = (d->scratch = vg_new(float, blocks *work));
    for (int64_t b = 0; b < blocks && whole; b++) {
        int64_t first = b * d->def.block, rest = d->def.cars - first;
        cell *c = &d->cells[b];
        c->count = rest < d->def.block ? (int32_t)rest : d->def.block;
#define X(type, name) c->of.name = d->of.name + first;
        LANES(X)
#undef X
        c->before = width ? d->before + first * width : NULL;
        c->after = d->after ? d->after + first * width : NULL;
        c->scratch = work ? d->scratch + b * work : NULL;
    }
    return whole;
}

static bool make_speeds(vg_driving *d) {
    if (!(d->speeds_at = vg_new(int64_t, d->def.road_count + 1))) return false;
    for (int32_t r = 0; r < d->def.road_count; r++)
        d->speeds_at[r + 1] = d->speeds_at[r] + places(d->def.roads[r]);
    return (d->speeds = vg_new(float, d->speeds_at[d->def.road_count]));
}

vg_err vg_driving_create(const vg_driving_def *def, vg_driving **out, vg_diag *diag) {
    *out = NULL;
    double tick = (double)def->tick_num / def->tick_den, action = tick * def->ticks_per_action;
    vg_disturbance_process process; // only to check it
    vg_err err = check(def, diag);
    if (!err) err = vg_disturbance_process_make(&def->disturbance, tick, action, &process, diag);
    if (err) return err;
    vg_driving *d = vg_new(vg_driving, 1);
    if (!d) return vg_fail_memory(diag);
    d->def = *def;
    d->env = (vg_environment){.count = def->cars,
                              .block = def->block,
                              .observation = vg_sense_size(def->sense),
                              .actions = VG_CAR_ACTIONS,
                              .context = d,
                              .begin = begin,
                              .step = step};
    d->patience = (int32_t)(1 / action + 0.5);
    d->horizon = (int32_t)(def->horizon / action + 0.5);
    if (def->horizon > 0 && d->horizon < 1) d->horizon = 1;
    if (!make_lanes(d) || !make_speeds(d)) {
        vg_driving_destroy(d);
        return vg_fail_memory(diag);
    }
    *out = d;
    return vg_blocks_run(d->speeds_at[def->road_count], SPEED_CHUNK, def->threads, measure_speeds, d);
}

void vg_driving_destroy(vg_driving *d) {
    if (!d) return;
    for (int64_t b = 0; d->cells && b < vg_blocks_count(d->def.cars, d->def.block); b++)
        vg_driver_close(&d->cells[b].expert), vg_stepper_close(&d->cells[b].stepper);
#define X(type, name) vg_free(d->of.name);
    LANES(X)
#undef X
    vg_free(d->before);
    vg_free(d->after);
    vg_free(d->scratch);
    vg_free(d->cells);
    vg_free(d->speeds);
    vg_free(d->speeds_at);
    vg_free(d);
}

const vg_environment *vg_driving_environment(const vg_driving *driving) { return &driving->env; }
