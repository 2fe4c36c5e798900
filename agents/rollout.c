#include "agents/rollout.h"

#include <math.h>
#include <string.h>

#include "sim/base/blocks.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// Episodes a block: one world, one driver, one thread for the whole horizon.
enum { BLOCK = 64 };

vg_rollout_def vg_rollout_def_default(void) {
    return (vg_rollout_def){.starts = 16, .horizon = 60, .trace = true};
}

// The least of `square` and the squared speeds from which every bend in one direction (+1: ahead) is reached
// with a change of speed of `rate`.
static double limit_by_bends(const vg_road *road, double s, double direction, double grip, double rate,
                             double square) {
    double length = vg_road_get(road).length;
    for (double away = 0; 2 * rate * away < square && away < length; away += 1) {
        double curvature = fabs(vg_road_at(road, s + direction * away).curvature);
        double there = grip / (curvature > 1e-6 ? curvature : 1e-6) + 2 * rate * away;
        if (there < square) square = there;
    }
    return square;
}

float vg_rollout_start_speed(const vg_road *road, const vg_car *car, double s) {
    double grip = 0.5 * (car->lateral_max > 0 ? car->lateral_max : car->brake_max);
    double square = (double)car->speed_max * car->speed_max;
    square = limit_by_bends(road, s, 1, grip, 0.5 * car->brake_max, square);
    return (float)sqrt(limit_by_bends(road, s, -1, grip, 0.5 * car->accel_max, square));
}

// What all blocks share.
typedef struct run {
    const vg_rollout_def *def;
    const vg_car *car;
    int32_t tick_num, tick_den, k, actions;
    vg_rollout *out;
    vg_diag *diags; // [blocks]
} run;

// One block's own.
typedef struct cell {
    const run *run;
    int64_t begin;
    int32_t count;
    vg_world *world;
    vg_driver driver;
    vg_world_view view;
    float *commands;       // [count][2]
    int32_t *restarts;     // [count]
    double *drift, *speed; // [count] sums before the first departure
    int32_t *road_of;      // [count]
    int32_t *lap_start;    // [count] tick at which the lap under way began
} cell;

static vg_start draw_start(const run *r, int64_t episode, vg_episode *row) {
    const vg_rollout_def *def = r->def;
    const vg_road *road = def->roads[row->road];
    vg_draw at = {.seed = def->seed, .stream = VG_STREAM_START, .entity = (uint32_t)episode};
    double u[3];
    for (int i = 0; i < 3; i++) at.draw = (uint32_t)i, u[i] = vg_random_uniform(&at);
    // Spread evenly over the road, a random place in each share; an open road leaves its second half to
    // drive.
    double share = ((double)(episode % def->starts) + u[0]) / def->starts;
    vg_road_view view = vg_road_get(road);
    double room = def->spread, s = share * view.length * (view.closed ? 1 : 0.5);
    vg_road_point here = vg_road_at(road, s);
    double low = -fmin(room, 0.9 * here.right),
           high = fmin(room, 0.9 * here.left); // a start stands on the road
    row->start_s = s;
    row->start_offset = (float)(low + (high - low) * u[1]);
    row->start_heading = (float)(0.04 * def->spread * (2 * u[2] - 1));
    row->start_speed = vg_rollout_start_speed(road, r->car, s);
    return (vg_start){s, row->start_offset, row->start_heading, row->start_speed};
}

static vg_err open_cell(cell *c, const run *r, int64_t begin, int64_t end, vg_diag *diag) {
    *c = (cell){.run = r, .begin = begin, .count = (int32_t)(end - begin)};
    c->commands = vg_new(float, 2 * c->count);
    c->restarts = vg_new(int32_t, c->count);
    c->road_of = vg_new(int32_t, c->count);
    c->lap_start = vg_new(int32_t, c->count);
    c->drift = vg_new(double, c->count);
    c->speed = vg_new(double, c->count);
    if (!c->commands || !c->restarts || !c->road_of || !c->lap_start || !c->drift || !c->speed)
        return vg_fail_memory(diag);
    for (int32_t i = 0; i < c->count; i++) c->road_of[i] = (int32_t)((begin + i) / r->def->starts);
    vg_world_def def = vg_world_default();
    def.count = c->count;
    def.tick_num = r->tick_num, def.tick_den = r->tick_den, def.ticks_per_action = r->k;
    def.roads = r->def->roads, def.road_count = r->def->road_count, def.road_of = c->road_of;
    def.cars = r->car, def.car_count = 1;
    def.threads = 1;
    vg_err err = vg_world_create(&def, &c->world, diag);
    if (err) return err;
    c->view = vg_world_get(c->world);
    return vg_driver_open(r->def->policy, c->count, &c->driver, diag);
}

static void close_cell(cell *c) {
    vg_driver_close(&c->driver);
    vg_world_destroy(c->world);
    vg_free(c->commands);
    vg_free(c->restarts);
    vg_free(c->road_of);
    vg_free(c->lap_start);
    vg_free(c->drift);
    vg_free(c->speed);
}

static vg_err begin_episodes(cell *c) {
    for (int32_t i = 0; i < c->count; i++) {
        vg_episode *row = &c->run->out->episodes[c->begin + i];
        *row = (vg_episode){.road = c->road_of[i], .off_time = -1, .off_s = -1, .lap_time = -1};
        vg_start start = draw_start(c->run, c->begin + i, row);
        vg_err err = vg_world_reset(c->world, &i, &start, 1);
        if (err) return err;
        vg_driver_reset(&c->driver, i, &(vg_episode_key){c->run->def->seed, (uint32_t)(c->begin + i), 0});
    }
    return VG_OK;
}

static void keep_trace(cell *c, int32_t sample) {
    vg_rollout *out = c->run->out;
    if (!out->trace) return;
    for (int32_t i = 0; i < c->count; i++) {
        vg_road_point here = vg_road_at(vg_world_road(c->world, i), c->view.s[i]);
        float offset = c->view.offset[i];
        out->trace[(c->begin + i) * out->samples + sample] = (vg_trace_point){
            .s = (float)c->view.s[i],
            .offset = offset,
            .speed = c->view.speed[i],
            .edge = (float)(offset > 0 ? here.left : here.right),
            .departed = out->episodes[c->begin + i].off_time >= 0,
            .ended = c->view.truncated[i],
        };
    }
}

// A car that just left: note it, put it back and let the policy start anew.
static vg_err restart(cell *c, int32_t i, int32_t ticks_done) {
    vg_episode *row = &c->run->out->episodes[c->begin + i];
    double tick = (double)c->run->tick_num / c->run->tick_den;
    int32_t since = c->view.tick[i] % c->run->k; // 0: it left on the action's last tick
    row->departures++;
    row->distance += c->view.progress[i];
    if (row->off_time < 0) {
        row->off_time = (ticks_done + (since ? since : c->run->k)) * tick;
        row->off_s = c->view.s[i];
        row->distance_on = c->view.progress[i];
    }
    vg_start start = {.s = c->view.s[i], .speed = c->view.speed[i]};
    vg_err err = vg_world_reset(c->world, &i, &start, 1);
    if (err) return err;
    uint32_t episode = (uint32_t)++c->restarts[i];
    vg_driver_reset(&c->driver, i, &(vg_episode_key){c->run->def->seed, (uint32_t)(c->begin + i), episode});
    return VG_OK;
}

static vg_err measure(cell *c, int32_t ticks_done) {
    double tick = (double)c->run->tick_num / c->run->tick_den;
    for (int32_t i = 0; i < c->count; i++) {
        vg_episode *row = &c->run->out->episodes[c->begin + i];
        if (row->duration > 0) continue; // the open road has ended
        if (row->off_time < 0) {
            double drift = fabs((double)c->view.offset[i]);
            c->drift[i] += drift;
            c->speed[i] += c->view.speed[i];
            if (drift > row->max_drift) row->max_drift = drift;
            if (c->view.laps[i] > row->laps) {
                double lap = (c->view.lap_tick[i] - c->lap_start[i]) * tick;
                if (row->lap_time < 0 || lap < row->lap_time) row->lap_time = lap;
                row->laps = c->view.laps[i];
                c->lap_start[i] = c->view.lap_tick[i];
            }
        }
        if (c->view.terminated[i]) {
            vg_err err = restart(c, i, ticks_done);
            if (err) return err;
        } else if (c->view.truncated[i]) {
            row->duration = (ticks_done + c->run->k) * tick;
        }
    }
    return VG_OK;
}

static void end_episodes(cell *c) {
    double action = (double)c->run->tick_num / c->run->tick_den * c->run->k;
    for (int32_t i = 0; i < c->count; i++) {
        vg_episode *row = &c->run->out->episodes[c->begin + i];
        row->distance += c->view.progress[i];
        if (row->off_time < 0) row->distance_on = row->distance;
        if (row->duration == 0) row->duration = c->run->actions * action;
        double on = floor((row->off_time < 0 ? row->duration : row->off_time) / action + 0.999);
        row->mean_drift = c->drift[i] / (on > 1 ? on : 1);
        row->mean_speed = c->speed[i] / (on > 1 ? on : 1);
    }
}

static vg_err drive_cell(cell *c, vg_diag *diag) {
    const run *r = c->run;
    vg_err err = begin_episodes(c);
    keep_trace(c, 0);
    for (int32_t t = 0; t < r->actions && !err; t++) {
        if (r->def->stop && r->def->stop()) return vg_fail(diag, VG_ERR_INTERRUPTED, "stopped");
        err = vg_driver_act(&c->driver, c->world, c->commands);
        if (!err) err = vg_world_step(c->world, c->commands);
        if (err)
            return vg_fail(diag, err == VG_ERR_ARGUMENT ? VG_ERR_POLICY : err,
                           "policy '%s' gave no action that is a number, in episodes %lld to %lld at %.2f s",
                           r->def->policy->name, (long long)c->begin, (long long)(c->begin + c->count - 1),
                           t * r->out->sample_seconds);
        err = measure(c, t * r->k);
        keep_trace(c, t + 1);
    }
    if (!err) end_episodes(c);
    return err;
}

static vg_err run_block(void *context, int64_t block, int64_t begin, int64_t end) {
    run *r = context;
    cell c;
    vg_err err = open_cell(&c, r, begin, end, &r->diags[block]);
    if (!err) err = drive_cell(&c, &r->diags[block]);
    close_cell(&c);
    return err;
}

static vg_err check_def(const vg_rollout_def *def, run *r, vg_diag *diag) {
    const vg_policy *p = def->policy;
    if (def->road_count < 1 || def->starts < 1 || (int64_t)def->road_count * def->starts >= 1 << 24)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d roads with %d starts each, expected at least 1 and together under 2^24",
                       def->road_count, def->starts);
    if (!(def->horizon > 0 && def->horizon <= 86400) || !(def->spread >= 0 && def->spread <= 20))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "horizon %g s and spread %g m, expected up to 86400 s and 0 to 20 m", def->horizon,
                       def->spread);
    r->tick_num = def->tick_num ? def->tick_num : p->tick_num ? p->tick_num : 1;
    r->tick_den = def->tick_den ? def->tick_den : p->tick_den ? p->tick_den : 60;
    r->k = def->ticks_per_action ? def->ticks_per_action : p->ticks_per_action ? p->ticks_per_action : 3;
    r->car = def->car ? def->car : p->car;
    if (p->tick_num &&
        (p->tick_num != r->tick_num || p->tick_den != r->tick_den || p->ticks_per_action != r->k))
        return vg_fail(diag, VG_ERR_MISMATCH,
                       "policy '%s' acts every %d ticks of %d/%d s, not every %d of %d/%d s", p->name,
                       p->ticks_per_action, p->tick_num, p->tick_den, r->k, r->tick_num, r->tick_den);
    double action = (double)r->tick_num / r->tick_den * r->k;
    r->actions = (int32_t)(def->horizon / action + 0.5);
    if (r->actions < 1) r->actions = 1;
    return VG_OK;
}

vg_err vg_rollout_run(const vg_rollout_def *def, vg_rollout *out, vg_diag *diag) {
    *out = (vg_rollout){0};
    run r = {.def = def, .out = out};
    vg_car sedan = vg_car_default();
    vg_err err = check_def(def, &r, diag);
    if (err) return err;
    if (!r.car) r.car = &sedan;
    out->count = def->road_count * def->starts;
    out->tick_seconds = (double)r.tick_num / r.tick_den;
    out->sample_seconds = out->tick_seconds * r.k;
    out->samples = def->trace ? r.actions + 1 : 0;
    out->actions = (int64_t)out->count * r.actions;
    int64_t blocks = vg_blocks_count(out->count, BLOCK);
    out->episodes = vg_new(vg_episode, out->count);
    out->trace = def->trace ? vg_new(vg_trace_point, (int64_t)out->count * out->samples) : NULL;
    r.diags = vg_new(vg_diag, blocks);
    if (!out->episodes || !r.diags || (def->trace && !out->trace)) err = vg_fail_memory(diag);
    if (!err) err = vg_blocks_run(out->count, BLOCK, def->threads, run_block, &r);
    for (int64_t b = 0; err && diag && r.diags && b < blocks; b++)
        if (r.diags[b].code == err) {
            *diag = r.diags[b];
            break;
        }
    vg_free(r.diags);
    if (err) vg_rollout_free(out);
    return err;
}

void vg_rollout_free(vg_rollout *rollout) {
    vg_free(rollout->episodes);
    vg_free(rollout->trace);
    *rollout = (vg_rollout){0};
}
