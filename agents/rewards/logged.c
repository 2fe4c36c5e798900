#include "agents/rewards/logged.h"

#include <string.h>

#include "sim/base/memory.h"

enum { BATCH = 256 }; // actions judged at once, each as a car of a world

typedef struct judging {
    const vg_reward *reward;
    const vg_log_episode *episode;
    const vg_log_step *steps;
    vg_road *road;
    vg_world *world;
    int32_t width;         // values that the reward senses
    float *before, *after; // [BATCH][width]
    float *scratch;
    double s[BATCH], values[BATCH];
    float actions[VG_CAR_ACTIONS * BATCH];
} judging;

static vg_err open_world(judging *j, vg_log *log, vg_diag *diag) {
    vg_car car;
    vg_err err = vg_log_road(log, j->episode->road, &j->road, diag);
    if (!err) err = vg_log_car(log, j->episode->car, &car, diag);
    if (err) return err;
    const vg_road *roads[] = {j->road};
    vg_world_def def = vg_world_default();
    def.count = BATCH, def.threads = 1;
    def.tick_num = j->episode->tick_num, def.tick_den = j->episode->tick_den;
    def.ticks_per_action = j->episode->ticks_per_action;
    def.roads = roads, def.road_count = 1;
    def.cars = &car, def.car_count = 1;
    err = vg_world_create(&def, &j->world, diag);
    if (err) return err;
    j->width = j->reward->sense ? vg_sense_size(j->reward->sense) : 0;
    j->before = vg_new(float, (int64_t)BATCH * j->width);
    j->after = vg_new(float, (int64_t)BATCH * j->width);
    j->scratch = vg_new(float, j->reward->scratch);
    return j->before && j->after && j->scratch ? VG_OK : vg_fail_memory(diag);
}

// Place the states at these ticks.
static vg_err place(judging *j, vg_log *log, const int64_t *ticks, int32_t count, vg_diag *diag) {
    const vg_log_episode *e = j->episode;
    for (int32_t i = 0; i < count; i++) {
        int64_t tick = ticks[i];
        const vg_state *state = tick < e->ticks ? &j->steps[tick].state : &e->final;
        if (vg_world_set(j->world, i, state, tick ? j->steps[tick - 1].command : e->previous, NULL))
            return vg_fail_at(diag, VG_ERR_FORMAT, vg_log_path(log), tick + 1, "step",
                              "of episode %lld is not a state that a car on its road can have",
                              (long long)e->id);
    }
    return VG_OK;
}

static vg_err judge(judging *j, vg_log *log, const vg_logged_actions *a, int64_t first, int32_t count,
                    float *rewards, vg_diag *diag) {
    const vg_reward *reward = j->reward;
    vg_err err = place(j, log, a->from + first, count, diag);
    if (err) return err;
    vg_world_view cars = vg_world_get(j->world);
    for (int32_t i = 0; i < count; i++) {
        j->s[i] = cars.s[i];
        memcpy(j->actions + VG_CAR_ACTIONS * i, j->steps[a->from[first + i]].command,
               sizeof(float) * VG_CAR_ACTIONS);
    }
    if (j->width) vg_sense_observe(reward->sense, j->world, j->before);
    err = place(j, log, a->to + first, count, diag);
    if (err) return err;
    if (j->width && reward->looks_after) vg_sense_observe(reward->sense, j->world, j->after);
    const uint8_t *terminal = a->terminal + first;
    const vg_reward_view view = {.count = count,
                                 .world = j->world,
                                 .s = j->s,
                                 .observed = j->width ? j->before : NULL,
                                 .actions = j->actions,
                                 .observed_after = j->width && reward->looks_after ? j->after : NULL,
                                 .terminal = terminal,
                                 .scratch = j->scratch};
    reward->ops->evaluate(reward, &view, j->values);
    for (int32_t i = 0; i < count; i++)
        rewards[i] = (float)(terminal[i] ? j->values[i] + reward->terminal : j->values[i]);
    return VG_OK;
}

vg_err vg_rewards_between(const vg_reward *reward, vg_log *log, const vg_log_episode *episode,
                          const vg_log_step *steps, const vg_logged_actions *actions, float *rewards,
                          vg_diag *diag) {
    judging *j = vg_new(judging, 1);
    if (!j) return vg_fail_memory(diag);
    j->reward = reward, j->episode = episode, j->steps = steps;
    vg_err err = open_world(j, log, diag);
    for (int64_t i = 0; i < actions->count && !err; i += BATCH) {
        int64_t left = actions->count - i;
        err = judge(j, log, actions, i, left < BATCH ? (int32_t)left : BATCH, rewards + i, diag);
    }
    vg_world_destroy(j->world);
    vg_road_destroy(j->road);
    vg_free(j->before);
    vg_free(j->after);
    vg_free(j->scratch);
    vg_free(j);
    return err;
}

vg_err vg_rewards_logged(const void *reward, vg_log *log, const vg_log_episode *episode,
                         vg_trajectory *trajectory, vg_diag *diag) {
    int64_t count = trajectory->count, ticks;
    vg_log_step *steps = NULL;
    int64_t *from = vg_new(int64_t, count), *to = vg_new(int64_t, count);
    uint8_t *terminal = vg_new(uint8_t, count);
    vg_err err = from && to && terminal ? VG_OK : vg_fail_memory(diag);
    if (!err) err = vg_log_steps(log, episode->id, &steps, &ticks, diag);
    for (int64_t i = 0; i < count && !err; i++) {
        from[i] = i * episode->ticks_per_action;
        to[i] = from[i] + episode->ticks_per_action;
        if (to[i] > episode->ticks) to[i] = episode->ticks;
        terminal[i] = trajectory->terminated && i + 1 == count;
    }
    const vg_logged_actions actions = {count, from, to, terminal};
    if (!err) err = vg_rewards_between(reward, log, episode, steps, &actions, trajectory->rewards, diag);
    vg_free(from);
    vg_free(to);
    vg_free(terminal);
    vg_free(steps);
    return err;
}
