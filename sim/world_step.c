// sim/world_step.c -- an action, tick by tick: the work around the loops of world_hot.c.
#include <math.h>
#include <string.h>

#include "sim/base/blocks.h"
#include "sim/base/memory.h"
#include "sim/world_private.h"

static void pass_delay(vg_world *w, int32_t begin, int32_t end) {
    if (w->delay_most == 0) return;
    for (int32_t i = begin; i < end; i++) {
        int32_t delay = w->limits[i].delay;
        if (delay == 0) {
            memcpy(w->reaching + 2 * i, w->command + 2 * i, 2 * sizeof(float));
        } else if (w->live[i] != 0) {
            float *slot = w->delay_line + 2 * ((int64_t)i * w->delay_most + w->delay_at[i]);
            memcpy(w->reaching + 2 * i, slot, 2 * sizeof(float));
            memcpy(slot, w->command + 2 * i, 2 * sizeof(float));
            w->delay_at[i] = (w->delay_at[i] + 1) % delay;
        }
    }
}

static void end_episode(vg_world *w, int32_t i, uint8_t *how) {
    *how = 1;
    w->live[i] = 0;
}

static void note_edge(vg_world *w, int32_t i, bool off) {
    w->events[i] |= off ? VG_EVENT_OFF : VG_EVENT_BACK;
    w->off_road[i] = off;
    w->off_now[i] = off;
    if (!off) return;
    w->departures[i]++;
    if (w->off_since[i] < 0) w->off_since[i] = w->tick[i];
    if (w->stop_off_road) end_episode(w, i, &w->terminated[i]);
}

static void note_contact(vg_world *w, int32_t i, bool touches) {
    w->colliding[i] = touches;
    if (!touches) return;
    w->events[i] |= VG_EVENT_COLLISION;
    w->collisions[i]++;
    if (w->hit_since[i] < 0) w->hit_since[i] = w->tick[i];
    if (w->stop_off_road) end_episode(w, i, &w->terminated[i]);
}

static void note_milestone(vg_world *w, int32_t i) {
    const vg_road *road = w->road[i];
    if (road->view.closed) {
        w->milestone[i] += road->length;
        w->lap_start[i] = w->tick[i];
        bool clean = w->off_ticks[i] == w->lap_off[i] && w->collisions[i] == w->lap_hits[i];
        w->lap_off[i] = w->off_ticks[i], w->lap_hits[i] = w->collisions[i];
        if (!clean) return; // a lap counts only on the road, and without a collision
        w->laps[i]++;
        w->lap_tick[i] = w->tick[i];
        w->events[i] |= VG_EVENT_LAP;
    } else if (w->s[i] >= road->length - 1e-6) {
        w->events[i] |= VG_EVENT_FINISH;
        end_episode(w, i, &w->truncated[i]);
    }
}

static void note_tick(vg_world *w, int32_t i, bool off, bool touches) {
    if (off != w->off_road[i]) note_edge(w, i, off);
    if (w->live[i] != 0 && touches != w->colliding[i]) note_contact(w, i, touches);
    // What ended the episode is checked first: a car that departs or collides in the tick of the finish has
    // not finished.
    if (w->live[i] != 0 && w->progress[i] >= w->milestone[i]) note_milestone(w, i);
}

// The gusts turn the cars that are live.
static void pass_gust(int32_t n, double dt, const float *restrict live, const float *restrict gust,
                      double *restrict yaw) {
    for (int32_t i = 0; i < n; i++) {
        double rate = (double)(live[i] * gust[i]), turned = yaw[i] + rate * dt;
        turned = turned > VG_PI ? turned - 2 * VG_PI : turned;
        turned = turned < -VG_PI ? turned + 2 * VG_PI : turned;
        yaw[i] = rate != 0 ? turned : yaw[i];
    }
}

// The place that was found for the middle of the rear axle, found again for the body.
static void look_at_corners(vg_world *w, int32_t begin, int32_t end, float *off, float *notable) {
    for (int32_t i = begin; i < end; i++) {
        if (w->live[i] == 0) continue;
        bool axle = off[i - begin] != 0, body = vg_world_beyond(w, i);
        w->off_ticks[i] += body - axle;
        off[i - begin] = body;
        notable[i - begin] = body != w->off_road[i] || w->progress[i] >= w->milestone[i];
    }
}

static void look_at_obstacles(vg_world *w, int32_t begin, int32_t end, bool *touch, float *notable) {
    for (int32_t i = begin; i < end; i++) {
        bool touches = w->live[i] != 0 && w->road[i]->obstacle_count > 0 && vg_world_touches(w, i);
        touch[i - begin] = touches;
        if (w->live[i] != 0 && touches != w->colliding[i]) notable[i - begin] = 1;
    }
}

static void tick_block(vg_world *w, int32_t begin, int32_t end) {
    float off[VG_WORLD_BLOCK], notable[VG_WORLD_BLOCK];
    bool touch[VG_WORLD_BLOCK];
    pass_delay(w, begin, end);
    w->kernel->move(w, begin, end);
    if (w->windy)
        pass_gust(end - begin, (double)w->tick_num / w->tick_den, w->live + begin, w->gust + begin,
                  w->yaw + begin);
    w->kernel->project(w, begin, end, off, notable);
    if (w->corners) look_at_corners(w, begin, end, off, notable);
    if (w->obstructed) look_at_obstacles(w, begin, end, touch, notable);
    bool look = vg_any_above_zero(notable, end - begin);
    for (int32_t i = begin; look && i < end; i++)
        if (notable[i - begin] != 0) note_tick(w, i, off[i - begin] != 0, w->obstructed && touch[i - begin]);
    if (w->horizon > 0)
        for (int32_t i = begin; i < end; i++)
            if (w->tick[i] >= w->horizon && w->live[i] != 0) end_episode(w, i, &w->truncated[i]);
}

typedef struct work {
    vg_world *world;
    int32_t ticks;
} work;

static vg_err run_block(void *context, int64_t block, int64_t begin, int64_t end) {
    (void)block;
    const work *job = context;
    memset(job->world->events + begin, 0, (size_t)(end - begin));
    for (int32_t t = 0; t < job->ticks; t++) tick_block(job->world, (int32_t)begin, (int32_t)end);
    return VG_OK;
}

static vg_err run_ticks(vg_world *w, int32_t ticks) {
    return vg_blocks_run(w->count, VG_WORLD_BLOCK, w->threads, run_block, &(work){w, ticks});
}

static void set_commands(int32_t count, const float *restrict actions, const float *restrict live,
                         float *restrict command) {
    for (int32_t i = 0; i < count; i++) {
        float steering = vg_clampf(actions[2 * i], -1, 1),
              acceleration = vg_clampf(actions[2 * i + 1], -1, 1);
        command[2 * i] = live[i] != 0 ? steering : command[2 * i];
        command[2 * i + 1] = live[i] != 0 ? acceleration : command[2 * i + 1];
    }
}

vg_err vg_world_command(vg_world *w, const float *actions) {
    int32_t nans = 0;
    for (int64_t i = 0; i < 2 * (int64_t)w->count; i++) nans |= actions[i] != actions[i];
    if (nans) return VG_ERR_ARGUMENT;
    set_commands(w->count, actions, w->live, w->command);
    return VG_OK;
}

vg_err vg_world_gust(vg_world *w, const float *rates) {
    // A turn of at most half a circle a tick, so that yaw is wrapped by one step.
    double most = VG_PI * w->tick_den / w->tick_num;
    for (int32_t i = 0; rates && i < w->count; i++)
        if (!(fabs((double)rates[i]) <= most)) return VG_ERR_ARGUMENT;
    if (rates && !w->gust && !(w->gust = vg_new(float, w->count))) return VG_ERR_MEMORY;
    if (rates) memcpy(w->gust, rates, (size_t)w->count * sizeof *rates);
    w->windy = rates;
    return VG_OK;
}

vg_err vg_world_tick(vg_world *w) { return run_ticks(w, 1); }

vg_err vg_world_step(vg_world *w, const float *actions) {
    vg_err err = vg_world_command(w, actions);
    return err ? err : run_ticks(w, w->ticks_per_action);
}
