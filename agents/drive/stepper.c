#include "agents/drive/stepper.h"

#include "sim/base/memory.h"

vg_stepper_def vg_stepper_default(void) { return (vg_stepper_def){.world = vg_world_default()}; }

// --- open ------------------------------------------------------------------------------------------------

static vg_err open_world(const vg_stepper_def *def, vg_stepper *s, vg_car *car, vg_diag *diag) {
    vg_world_def world = def->world;
    double tick = (double)world.tick_num / world.tick_den;
    vg_err err = vg_disturbance_process_make(&def->disturbance, tick, tick * world.ticks_per_action,
                                             &s->process, diag);
    if (err) return err;
    *car = def->car ? *def->car : vg_car_default();
    *car = vg_disturbance_car(&s->process, car, tick);
    world.cars = car, world.car_count = 1, world.car_of = NULL;
    err = vg_world_create(&world, &s->world, diag);
    s->count = world.count;
    return err;
}

static vg_err open_lanes(vg_stepper *s, vg_diag *diag) {
    s->lanes = vg_new(vg_stepper_lane, s->count);
    s->actions = vg_new(float, VG_CAR_ACTIONS *(int64_t)s->count);
    s->gust = vg_new(float, s->count);
    if (!s->lanes || !s->actions || !s->gust) return vg_fail_memory(diag);
    // The first gust allocates memory in the world: do it now, not in a step.
    if (s->process.disturbance.gust > 0 && vg_world_gust(s->world, s->gust)) return vg_fail_memory(diag);
    if (s->process.disturbance.actuation_noise == 0) return VG_OK;
    s->noise = vg_new(float, VG_CAR_ACTIONS *(int64_t)s->count);
    s->commands = vg_new(float, VG_CAR_ACTIONS *(int64_t)s->count);
    return s->noise && s->commands ? VG_OK : vg_fail_memory(diag);
}

static vg_err open_sense(vg_stepper *s, const vg_car *car, vg_diag *diag) {
    if (!s->sense || s->process.disturbance.observation_noise == 0) return VG_OK;
    if (!(s->scale = vg_new(float, vg_sense_size(s->sense)))) return vg_fail_memory(diag);
    vg_disturbance_observation_scale(&s->process, s->sense, car, s->scale);
    return VG_OK;
}

vg_err vg_stepper_open(const vg_stepper_def *def, vg_stepper *out, vg_diag *diag) {
    vg_car car;
    *out = (vg_stepper){.sense = def->policy ? def->policy->sense : def->sense};
    vg_err err = open_world(def, out, &car, diag);
    if (!err) err = open_lanes(out, diag);
    if (!err) err = open_sense(out, &car, diag);
    if (!err && def->policy) err = vg_driver_open(def->policy, out->count, &out->driver, diag);
    if (err) vg_stepper_close(out);
    return err;
}

void vg_stepper_close(vg_stepper *s) {
    vg_driver_close(&s->driver);
    vg_world_destroy(s->world);
    vg_free(s->lanes);
    vg_free(s->actions);
    vg_free(s->gust);
    vg_free(s->noise);
    vg_free(s->commands);
    vg_free(s->scale);
    *s = (vg_stepper){0};
}

// --- begin -----------------------------------------------------------------------------------------------

vg_err vg_stepper_put(vg_stepper *s, int32_t i, const vg_start *start, const vg_episode_key *key) {
    vg_err err = vg_world_reset(s->world, &i, start, 1);
    if (!err && s->driver.policy) vg_driver_reset(&s->driver, i, key);
    return err;
}

vg_err vg_stepper_begin(vg_stepper *s, int32_t i, const vg_start *start, const vg_episode_key *key) {
    vg_err err = vg_stepper_put(s, i, start, key);
    if (!err) s->lanes[i] = (vg_stepper_lane){.key = *key, .gusts_begin = true};
    return err;
}

void vg_stepper_renew_gust(vg_stepper *s, int32_t i) { s->lanes[i].gusts_begin = true; }

// --- an action -------------------------------------------------------------------------------------------

void vg_stepper_observe(const vg_stepper *s, float *rows) {
    if (!s->sense) return;
    vg_sense_observe(s->sense, s->world, rows);
    if (!s->scale) return;
    int32_t size = vg_sense_size(s->sense);
    for (int32_t i = 0; i < s->count; i++) {
        const vg_stepper_lane *lane = &s->lanes[i];
        vg_disturbance_observation(s->scale, size, &lane->key, lane->action, rows + (int64_t)i * size);
    }
}

vg_err vg_stepper_act(vg_stepper *s) {
    vg_stepper_observe(s, s->driver.observed);
    return vg_driver_decide(&s->driver, s->world, s->actions);
}

vg_err vg_stepper_draw(vg_stepper *s) {
    const bool gusts = s->process.disturbance.gust > 0;
    for (int32_t i = 0; i < s->count; i++) {
        vg_stepper_lane *lane = &s->lanes[i];
        if (s->noise)
            vg_disturbance_actuation(&s->process, &lane->key, lane->action, s->noise + VG_CAR_ACTIONS * i);
        if (gusts)
            s->gust[i] =
                vg_disturbance_gust(&s->process, &lane->key, lane->action, lane->gusts_begin, s->gust[i]);
        lane->gusts_begin = false;
        lane->action++;
    }
    return gusts ? vg_world_gust(s->world, s->gust) : VG_OK;
}

// The actions with their noise.
static const float *with_noise(const vg_stepper *s, const float *actions) {
    if (!s->noise) return actions;
    for (int64_t i = 0; i < VG_CAR_ACTIONS * (int64_t)s->count; i++)
        s->commands[i] = actions[i] + s->noise[i];
    return s->commands;
}

vg_err vg_stepper_command(vg_stepper *s, const float *actions) {
    return vg_world_command(s->world, with_noise(s, actions));
}

vg_err vg_stepper_step(vg_stepper *s, const float *actions) {
    vg_err err = vg_stepper_draw(s);
    return err ? err : vg_world_step(s->world, with_noise(s, actions));
}
