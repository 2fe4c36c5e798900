#include "agents/rl/driving_env.h"

#include <string.h>

#include "agents/drive/disturbance.h"
#include "agents/drive/rollout.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// BLOCK: cars of one world. GRID: metres between two places to start from.
enum { BLOCK = 4, GRID = 4, SPEED_CHUNK = 64 };

// The cars of one block.
typedef struct cell {
    vg_world *world; // NULL: not yet
    vg_world_view view;
    int32_t count, road_of[BLOCK];
    double s[BLOCK];        // m, before the step
    uint32_t starts[BLOCK]; // of this round
    float gust[BLOCK];      // rad/s
    bool calm[BLOCK];       // its first gust is still to come
    int32_t slow[BLOCK];    // actions in a row below the stall speed
    uint32_t round, step;
    float *before; // [count][size of the reward's sense] sensed before the action; NULL: it has none
} cell;

struct vg_driving {
    vg_driving_def def;
    vg_environment env;
    cell *cells;        // [blocks]
    float *speeds;      // start speeds of all roads, GRID apart
    int64_t *speeds_at; // [road_count + 1] where a road's begin
    vg_disturbance_process process;
    vg_car car;       // with the disturbance's delay
    int32_t patience; // actions in a row below the stall speed that end an episode
    float *blur;      // [observation] of the sense's noise
};

vg_driving_def vg_driving_default(void) {
    return (vg_driving_def){.tick_num = 1, .tick_den = 60, .ticks_per_action = 3, .cars = 32, .spread = 0.3f};
}

// --- starts ------------------------------------------------------------------------------------------------

// Places to start from on a road: all of a closed one, the first half of an open one.
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
            vg_rollout_start_speed(d->def.roads[road], d->def.car, (double)((i - d->speeds_at[road]) * GRID));
    }
    return VG_OK;
}

static vg_start draw_start(const vg_driving *d, const cell *c, int32_t lane, int32_t i) {
    vg_draw at = {d->def.seed, VG_STREAM_START, (uint32_t)lane, c->round, c->starts[i], 0};
    double u[5];
    for (uint32_t k = 0; k < 5; k++) at.draw = k, u[k] = vg_random_uniform(&at);
    int32_t road = c->road_of[i];
    int64_t first = d->speeds_at[road], place = (int64_t)(u[0] * (double)(d->speeds_at[road + 1] - first));
    double s = (double)(place * GRID), spread = (double)d->def.spread;
    vg_road_point here = vg_road_at(d->def.roads[road], s);
    double low = 0.9 * here.right < spread ? -0.9 * here.right : -spread;
    double high = 0.9 * here.left < spread ? 0.9 * here.left : spread;
    double factor = u[3] < d->def.slow ? 0.25 + 0.75 * u[4] : 1;
    return (vg_start){s, (float)(low + (high - low) * u[1]), (float)(0.04 * spread * (2 * u[2] - 1)),
                      (float)(factor * (double)d->speeds[first + place])};
}

static vg_err start(vg_driving *d, cell *c, int64_t block, int32_t i) {
    vg_start start = draw_start(d, c, (int32_t)(block * BLOCK) + i, i);
    vg_err err = vg_world_reset(c->world, &i, &start, 1);
    c->s[i] = start.s;
    c->starts[i]++;
    c->calm[i] = true;
    c->slow[i] = 0;
    return err;
}

// --- disturbance
// -----------------------------------------------------------------------------------------------

static vg_episode_key key_of(const vg_driving *d, const cell *c, int64_t lane) {
    return (vg_episode_key){.seed = d->def.seed, .entity = (uint32_t)lane, .episode = c->round};
}

static void sense(const vg_driving *d, const cell *c, int64_t block, float *seen) {
    int32_t width = d->env.observation;
    vg_sense_observe(d->def.sense, c->world, seen);
    for (int32_t i = 0; i < c->count && d->def.disturbance.observation_noise > 0; i++) {
        vg_episode_key key = key_of(d, c, block * BLOCK + i);
        vg_disturbance_observation(d->blur, width, &key, c->step, seen + (int64_t)i * width);
    }
}

static vg_err blow(vg_driving *d, cell *c, int64_t block) {
    if (d->def.disturbance.gust == 0) return VG_OK;
    for (int32_t i = 0; i < c->count; i++) {
        vg_episode_key key = key_of(d, c, block * BLOCK + i);
        c->gust[i] = vg_disturbance_gust(&d->process, &key, c->step, c->calm[i], c->gust[i]);
        c->calm[i] = false;
    }
    return vg_world_gust(c->world, c->gust);
}

// --- rounds ------------------------------------------------------------------------------------------------

static vg_err make_world(const vg_driving *d, cell *c, vg_diag *diag) {
    vg_world_def def = vg_world_default();
    def.count = c->count;
    def.tick_num = d->def.tick_num, def.tick_den = d->def.tick_den;
    def.ticks_per_action = d->def.ticks_per_action;
    def.roads = d->def.roads, def.road_count = d->def.road_count, def.road_of = c->road_of;
    def.cars = &d->car, def.car_count = 1;
    def.threads = 1;
    vg_world_destroy(c->world);
    vg_err err = vg_world_create(&def, &c->world, diag);
    if (err) return err;
    c->view = vg_world_get(c->world);
    // The first gust takes room: now, not in a step.
    return d->def.disturbance.gust > 0 && vg_world_gust(c->world, c->gust) ? vg_fail_memory(diag) : VG_OK;
}

static vg_err begin(void *context, int64_t block, uint32_t round, float *seen, vg_diag *diag) {
    vg_driving *d = context;
    cell *c = &d->cells[block];
    bool moved = !c->world;
    c->round = round, c->step = 0;
    for (int32_t i = 0; i < c->count; i++) {
        int64_t lane = block * BLOCK + i;
        int32_t road = (int32_t)((lane + (int64_t)round * d->def.cars) % d->def.road_count);
        moved |= road != c->road_of[i];
        c->road_of[i] = road;
        c->starts[i] = 0;
    }
    vg_err err = moved ? make_world(d, c, diag) : VG_OK;
    for (int32_t i = 0; i < c->count && !err; i++) err = start(d, c, block, i);
    if (!err) sense(d, c, block, seen);
    return err;
}

static vg_ending ending(const vg_driving *d, cell *c, int32_t i) {
    c->slow[i] = (double)c->view.speed[i] < d->def.stall ? c->slow[i] + 1 : 0;
    if (c->view.terminated[i] || c->slow[i] >= d->patience) return VG_ENDING_TERMINATED;
    return c->view.truncated[i] ? VG_ENDING_TRUNCATED : VG_ENDING_NONE;
}

// The reward of the actions just driven, from what was sensed before them.
static void reward(const vg_driving *d, const cell *c, const float *actions, vg_step *out) {
    const vg_reward *reward = d->def.reward;
    double values[BLOCK] = {0};
    vg_reward_view view = {c->count, c->world, c->s, c->before, actions};
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
    float commands[BLOCK * 2];
    memcpy(commands, actions, sizeof(float) * 2 * (size_t)c->count);
    for (int32_t i = 0; i < c->count && d->def.disturbance.actuation_noise > 0; i++) {
        vg_episode_key key = key_of(d, c, block * BLOCK + i);
        vg_disturbance_actuation(&d->process, &key, c->step, commands + 2 * i);
    }
    if (c->before) vg_sense_observe(d->def.reward->sense, c->world, c->before);
    vg_err err = blow(d, c, block);
    if (!err) err = vg_world_step(c->world, commands);
    if (err) return vg_fail(diag, err, "an action is no number");
    c->step++;
    sense(d, c, block, out->seen);
    bool ended = false;
    for (int32_t i = 0; i < c->count; i++) out->ending[i] = (uint8_t)ending(d, c, i);
    reward(d, c, commands, out);
    for (int32_t i = 0; i < c->count && !err; i++) {
        c->s[i] = c->view.s[i];
        if (!out->ending[i]) continue;
        memcpy(out->last + i * width, out->seen + i * width, sizeof(float) * (size_t)width);
        err = start(d, c, block, i);
        ended = true;
    }
    if (ended) sense(d, c, block, out->seen);
    return err;
}

// --- life --------------------------------------------------------------------------------------------------

static vg_err check(const vg_driving_def *def, vg_diag *diag) {
    if (def->road_count < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "no roads to drive on");
    if (def->cars < 1 || def->cars >= 1 << 24 || !(def->spread >= 0 && def->spread <= 20))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d cars with a spread of %g m, expected 1 or more and 0 to 20 m", def->cars,
                       (double)def->spread);
    return vg_car_check(def->car, diag);
}

vg_err vg_driving_create(const vg_driving_def *def, vg_driving **out, vg_diag *diag) {
    *out = NULL;
    double tick = (double)def->tick_num / def->tick_den, action = tick * def->ticks_per_action;
    vg_disturbance_process process;
    vg_err err = check(def, diag);
    if (!err) err = vg_disturbance_process_make(&def->disturbance, tick, action, &process, diag);
    if (err) return err;
    vg_driving *d = vg_new(vg_driving, 1);
    if (!d) return vg_fail_memory(diag);
    d->def = *def;
    d->process = process;
    d->env = (vg_environment){.count = def->cars,
                              .block = BLOCK,
                              .observation = vg_sense_size(def->sense),
                              .actions = 2,
                              .context = d,
                              .begin = begin,
                              .step = step};
    int64_t blocks = vg_blocks_count(def->cars, BLOCK);
    d->car = vg_disturbance_car(&process, def->car, tick);
    d->patience = (int32_t)(1 / action + 0.5);
    d->blur = vg_new(float, d->env.observation);
    if (d->blur) vg_disturbance_observation_scale(&process, def->sense, def->car, d->blur);
    d->cells = vg_new(cell, blocks);
    bool failed = false;
    d->speeds_at = vg_new(int64_t, def->road_count + 1);
    if (d->cells && d->speeds_at && d->blur) {
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
        vg_world_destroy(d->cells[b].world), vg_free(d->cells[b].before);
    vg_free(d->cells);
    vg_free(d->blur);
    vg_free(d->speeds);
    vg_free(d->speeds_at);
    vg_free(d);
}

const vg_environment *vg_driving_environment(const vg_driving *driving) { return &driving->env; }
