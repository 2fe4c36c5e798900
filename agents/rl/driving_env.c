#include "agents/rl/driving_env.h"

#include <string.h>

#include "agents/drive/pace.h"
#include "agents/drive/rollout.h"
#include "agents/drive/stepper.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// BLOCK: cars of one world. GRID: metres between two places where a drive may start.
enum { BLOCK = 4, GRID = 4, SPEED_CHUNK = 64 };

// The cars of one block.
typedef struct cell {
    vg_stepper stepper; // without a world: not opened yet
    vg_world_view view;
    int32_t count, road_of[BLOCK];
    double s[BLOCK];        // m, before the step
    uint32_t starts[BLOCK]; // of this round
    int32_t slow[BLOCK];    // actions in a row below the stall speed
    uint32_t round;
    float *
        before; // [count][size of the reward's sense] sensed before the action; NULL: the reward has no sense
} cell;

struct vg_driving {
    vg_driving_def def;
    vg_environment env;
    cell *cells;        // [blocks]
    float *speeds;      // [GRID apart] start speeds of all roads
    int64_t *speeds_at; // [road_count + 1] where each road's speeds begin
    int32_t patience;   // consecutive actions below the stall speed that end an episode
};

vg_driving_def vg_driving_default(void) {
    return (vg_driving_def){
        .tick_num = 1, .tick_den = 60, .ticks_per_action = 3, .cars = 32, .start_spread = 0.3f};
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

static vg_start draw_start(const vg_driving *d, const cell *c, int32_t lane, int32_t i) {
    vg_draw at = {d->def.seed, VG_STREAM_START, (uint32_t)lane, c->round, c->starts[i], 0};
    double u[5];
    for (uint32_t k = 0; k < 5; k++) at.draw = k, u[k] = vg_random_uniform(&at);
    int32_t road = c->road_of[i];
    int64_t first = d->speeds_at[road], place = (int64_t)(u[0] * (double)(d->speeds_at[road + 1] - first));
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
    const vg_episode_key key = {d->def.seed, (uint32_t)(block * BLOCK + i), c->round};
    const vg_start start = draw_start(d, c, (int32_t)key.entity, i);
    bool first = c->starts[i]++ == 0;
    c->s[i] = start.s;
    c->slow[i] = 0;
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
    def.world.road_of = c->road_of;
    def.world.threads = 1;
    def.car = d->def.car, def.disturbance = d->def.disturbance, def.sense = d->def.sense;
    vg_stepper_close(&c->stepper);
    vg_err err = vg_stepper_open(&def, &c->stepper, diag);
    if (!err) c->view = vg_world_get(c->stepper.world);
    return err;
}

static vg_err begin(void *context, int64_t block, uint32_t round, float *seen, vg_diag *diag) {
    vg_driving *d = context;
    cell *c = &d->cells[block];
    bool moved = !c->stepper.world;
    c->round = round;
    for (int32_t i = 0; i < c->count; i++) {
        int64_t lane = block * BLOCK + i;
        int32_t road = (int32_t)((lane + (int64_t)round * d->def.cars) % d->def.road_count);
        moved |= road != c->road_of[i];
        c->road_of[i] = road;
        c->starts[i] = 0;
    }
    vg_err err = moved ? open_stepper(d, c, diag) : VG_OK;
    for (int32_t i = 0; i < c->count && !err; i++) err = start(d, c, block, i);
    if (!err) vg_stepper_observe(&c->stepper, seen);
    return err;
}

static vg_ending ending(const vg_driving *d, cell *c, int32_t i) {
    c->slow[i] = (double)c->view.speed[i] < d->def.stall ? c->slow[i] + 1 : 0;
    if (c->view.terminated[i] || c->slow[i] >= d->patience) return VG_ENDING_TERMINATED;
    return c->view.truncated[i] ? VG_ENDING_TRUNCATED : VG_ENDING_NONE;
}

// The reward of the actions just driven, as commanded with their noise, and of what was sensed before them.
static void reward(const vg_driving *d, const cell *c, vg_step *out) {
    const vg_reward *reward = d->def.reward;
    double values[BLOCK] = {0};
    vg_reward_view view = {c->count, c->stepper.world, c->s, c->before, c->view.command};
    if (reward) reward->ops->evaluate(reward, &view, values);
    for (int32_t i = 0; i < c->count; i++) {
        bool terminal = reward && out->ending[i] == VG_ENDING_TERMINATED;
        out->rewards[i] = (float)(terminal ? values[i] + reward->terminal : values[i]);
    }
}

static vg_err step(void *context, int64_t block, const float *actions, vg_step *out, vg_diag *diag) {
    vg_driving *d = context;
    cell *c = &d->cells[block];
    int64_t width = d->env.observation;
    if (c->before) vg_sense_observe(d->def.reward->sense, c->stepper.world, c->before);
    vg_err err = vg_stepper_step(&c->stepper, actions);
    if (err) return vg_fail(diag, err, "an action is not a number");
    vg_stepper_observe(&c->stepper, out->seen);
    bool ended = false;
    for (int32_t i = 0; i < c->count; i++) out->ending[i] = (uint8_t)ending(d, c, i);
    reward(d, c, out);
    for (int32_t i = 0; i < c->count && !err; i++) {
        c->s[i] = c->view.s[i];
        if (!out->ending[i]) continue;
        memcpy(out->last + i * width, out->seen + i * width, sizeof(float) * (size_t)width);
        err = start(d, c, block, i);
        ended = true;
    }
    if (ended) vg_stepper_observe(&c->stepper, out->seen);
    return err;
}

// --- life --------------------------------------------------------------------------------------------------

static vg_err check(const vg_driving_def *def, vg_diag *diag) {
    if (def->road_count < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "no roads to drive on");
    if (def->cars < 1 || def->cars >= 1 << 24 || !(def->start_spread >= 0 && def->start_spread <= 20))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d cars with a spread of %g m, expected 1 or more and 0 to 20 m", def->cars,
                       (double)def->start_spread);
    return vg_car_check(def->car, diag);
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
                              .block = BLOCK,
                              .observation = vg_sense_size(def->sense),
                              .actions = VG_CAR_ACTIONS,
                              .context = d,
                              .begin = begin,
                              .step = step};
    int64_t blocks = vg_blocks_count(def->cars, BLOCK);
    d->patience = (int32_t)(1 / action + 0.5);
    d->cells = vg_new(cell, blocks);
    bool failed = false;
    d->speeds_at = vg_new(int64_t, def->road_count + 1);
    if (d->cells && d->speeds_at) {
        for (int64_t b = 0; b < blocks; b++)
            d->cells[b].count = (int32_t)(def->cars - b * BLOCK < BLOCK ? def->cars - b * BLOCK : BLOCK);
        for (int64_t b = 0; b < blocks && def->reward && def->reward->sense; b++) {
            d->cells[b].before = vg_new(float, d->cells[b].count *vg_sense_size(def->reward->sense));
            if (!d->cells[b].before) failed = true;
        }
        for (int32_t r = 0; r < def->road_count; r++)
            d->speeds_at[r + 1] = d->speeds_at[r] + places(def->roads[r]);
        d->speeds = vg_new(float, d->speeds_at[def->road_count]);
    }
    if (!d->speeds || failed) {
        vg_driving_destroy(d);
        return vg_fail_memory(diag);
    }
    *out = d;
    return vg_blocks_run(d->speeds_at[def->road_count], SPEED_CHUNK, def->threads, measure_speeds, d);
}

void vg_driving_destroy(vg_driving *d) {
    if (!d) return;
    for (int64_t b = 0; d->cells && b < vg_blocks_count(d->def.cars, BLOCK); b++)
        vg_stepper_close(&d->cells[b].stepper), vg_free(d->cells[b].before);
    vg_free(d->cells);
    vg_free(d->speeds);
    vg_free(d->speeds_at);
    vg_free(d);
}

const vg_environment *vg_driving_environment(const vg_driving *driving) { return &driving->env; }
