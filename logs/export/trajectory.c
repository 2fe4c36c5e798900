#include "logs/export/trajectory.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"

enum { BATCH = 256 }; // states sensed at once, each as a car of a world

typedef struct posing {
    const vg_log_episode *episode;
    const vg_log_step *steps;
    const vg_sense *sense;
    vg_road *road;
    vg_world *world;
    float *seen; // [BATCH][width]
} posing;

// A world in which logged states are placed.
static vg_err open_world(posing *p, vg_log *log, vg_diag *diag) {
    vg_car car;
    vg_err err = vg_log_road(log, p->episode->road, &p->road, diag);
    if (!err) err = vg_log_car(log, p->episode->car, &car, diag);
    if (err) return err;
    const vg_road *roads[] = {p->road};
    vg_world_def def = vg_world_default();
    def.count = BATCH, def.threads = 1;
    def.tick_num = p->episode->tick_num, def.tick_den = p->episode->tick_den;
    def.ticks_per_action = p->episode->ticks_per_action;
    def.roads = roads, def.road_count = 1;
    def.cars = &car, def.car_count = 1;
    return vg_world_create(&def, &p->world, diag);
}

// The state at action i, and the command in force before it. i = number of actions: the final state.
static vg_err place(const posing *p, int32_t car, int64_t i) {
    const vg_log_episode *e = p->episode;
    int64_t tick = i * e->ticks_per_action;
    const vg_state *state = tick < e->ticks ? &p->steps[tick].state : &e->final;
    if (tick > e->ticks) tick = e->ticks;
    return vg_world_set(p->world, car, state, tick ? p->steps[tick - 1].command : e->previous, NULL);
}

// Sense the states first .. first + count - 1, at most BATCH of them.
static vg_err observe(const posing *p, vg_log *log, int64_t first, int32_t count, vg_trajectory *out,
                      vg_diag *diag) {
    for (int32_t i = 0; i < count; i++) {
        vg_err err = place(p, i, first + i);
        if (err == VG_ERR_MEMORY) return vg_fail_memory(diag);
        if (err)
            return vg_fail_at(
                diag, VG_ERR_FORMAT, vg_log_path(log), (first + i) * p->episode->ticks_per_action + 1, "step",
                "of episode %lld is not a state that a car on its road can have", (long long)p->episode->id);
    }
    vg_sense_observe(p->sense, p->world, p->seen);
    memcpy(out->observations + first * out->width, p->seen, sizeof(float) * (size_t)(count * out->width));
    return VG_OK;
}

static void take_actions(const posing *p, vg_trajectory *out) {
    for (int64_t i = 0; i < out->count; i++) {
        const vg_log_step *step = &p->steps[i * p->episode->ticks_per_action];
        for (int a = 0; a < 2; a++) {
            out->actions[2 * i + a] = step->command[a];
            out->labels[2 * i + a] = step->has_label ? step->label[a] : NAN;
        }
        out->who[i] = (uint8_t)step->who;
        out->bridged[i] = step->bridged;
    }
}

static vg_err make(const vg_log_episode *e, const vg_sense *sense, vg_trajectory *out, vg_diag *diag) {
    int64_t k = e->ticks_per_action, actions = (e->ticks + k - 1) / k;
    out->observed = actions + e->has_final;
    out->count = out->observed ? out->observed - 1 : 0;
    out->width = vg_sense_size(sense);
    out->terminated = vg_end_terminated(e->end) && e->has_final && out->count;
    out->observations = vg_new(float, out->observed * out->width);
    out->actions = vg_new(float, 2 * out->count);
    out->labels = vg_new(float, 2 * out->count);
    out->rewards = vg_new(float, out->count);
    out->who = vg_new(uint8_t, out->count);
    out->bridged = vg_new(uint8_t, out->count);
    bool whole = out->observations && out->actions && out->labels && out->rewards && out->who && out->bridged;
    return whole ? VG_OK : vg_fail_memory(diag);
}

vg_err vg_trajectory_read(vg_log *log, const vg_log_episode *episode, const vg_sense *sense,
                          vg_trajectory *out, vg_diag *diag) {
    posing p = {.episode = episode, .sense = sense};
    vg_log_step *steps = NULL;
    int64_t ticks;
    *out = (vg_trajectory){0};
    vg_err err = vg_log_steps(log, episode->id, &steps, &ticks, diag);
    p.steps = steps;
    if (!err) err = make(episode, sense, out, diag);
    if (!err) err = open_world(&p, log, diag);
    if (!err && !(p.seen = vg_new(float, (int64_t)BATCH * out->width))) err = vg_fail_memory(diag);
    for (int64_t i = 0; i < out->observed && !err; i += BATCH) {
        int64_t left = out->observed - i;
        err = observe(&p, log, i, left < BATCH ? (int32_t)left : BATCH, out, diag);
    }
    if (!err) take_actions(&p, out);
    if (err) vg_trajectory_free(out);
    vg_world_destroy(p.world);
    vg_road_destroy(p.road);
    vg_free(p.seen);
    vg_free(steps);
    return err;
}

void vg_trajectory_free(vg_trajectory *t) {
    vg_free(t->observations);
    vg_free(t->actions);
    vg_free(t->labels);
    vg_free(t->rewards);
    vg_free(t->who);
    vg_free(t->bridged);
    *t = (vg_trajectory){0};
}
