#include "agents/drive/disturbance.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"

static vg_err check(const vg_disturbance *w, double tick, vg_diag *diag) {
    if (!(w->gust >= 0 && w->gust <= 10) || (w->gust > 0 && !(w->gust_time > 0 && w->gust_time <= 86400)))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "gusts of %g rad/s that last %g s, expected 0 to 10 rad/s and a time above 0",
                       (double)w->gust, (double)w->gust_time);
    if (!(w->action_noise >= 0 && w->action_noise <= 10) || !(w->sense_noise >= 0 && w->sense_noise <= 10))
        return vg_fail(diag, VG_ERR_ARGUMENT, "noise of %g on actions and %g on the sense, expected 0 to 10",
                       (double)w->action_noise, (double)w->sense_noise);
    if (!(w->delay >= 0 && w->delay <= 2))
        return vg_fail(diag, VG_ERR_ARGUMENT, "%g s more of delay, expected 0 to 2 s", (double)w->delay);
    if (w->gust * tick > 0.2) // of 13 standard deviations none is half a turn a tick
        return vg_fail(diag, VG_ERR_ARGUMENT, "gusts of %g rad/s are too strong for ticks of %g s",
                       (double)w->gust, tick);
    return VG_OK;
}

vg_err vg_disturbance_process_make(const vg_disturbance *w, double tick, double action,
                                   vg_disturbance_process *out, vg_diag *diag) {
    *out = (vg_disturbance_process){.disturbance = *w};
    vg_err err = check(w, tick, diag);
    if (err || w->gust == 0) return err;
    // The exact discretisation (Gillespie 1996, eq. 1.9).
    out->keep = vg_exp(-action / w->gust_time);
    out->fresh = w->gust * sqrt(1 - out->keep * out->keep);
    return VG_OK;
}

vg_car vg_disturbance_car(const vg_disturbance_process *process, const vg_car *car, double tick) {
    vg_car driven = *car;
    if (process->disturbance.delay > 0) { // whole ticks of the car's own, and whole ticks more
        double ticks = floor(car->delay / tick + 0.5) + floor(process->disturbance.delay / tick + 0.5);
        driven.delay = (float)(ticks * tick);
    }
    return driven;
}

static vg_draw draw_at(const vg_episode_key *key, uint32_t step, vg_stream stream) {
    return (vg_draw){key->seed, stream, key->entity, key->episode, step, 0};
}

float vg_disturbance_gust(const vg_disturbance_process *process, const vg_episode_key *key, uint32_t step,
                          bool begins, float before) {
    double normal[2];
    const vg_draw at = draw_at(key, step, VG_STREAM_GUST);
    vg_random_normal2(&at, normal);
    // Begun in its stationary spread.
    return begins ? (float)(process->disturbance.gust * normal[0])
                  : (float)(process->keep * before + process->fresh * normal[0]);
}

void vg_disturbance_actuation(const vg_disturbance_process *process, const vg_episode_key *key, uint32_t step,
                              float action[2]) {
    double normal[2];
    const vg_draw at = draw_at(key, step, VG_STREAM_ACTION_NOISE);
    vg_random_normal2(&at, normal);
    for (int k = 0; k < 2; k++) action[k] += (float)(process->disturbance.action_noise * normal[k]);
}

void vg_disturbance_observation_scale(const vg_disturbance_process *process, const vg_sense *sense,
                                      const vg_car *car, float *scale) {
    vg_sense_physical(sense, car, scale);
    for (int32_t k = 0; k < vg_sense_size(sense); k++) scale[k] = process->disturbance.sense_noise / scale[k];
}

void vg_disturbance_observation(const float *scale, int32_t size, const vg_episode_key *key, uint32_t step,
                                float *row) {
    double normal[2];
    vg_draw at = draw_at(key, step, VG_STREAM_SENSE_NOISE);
    for (int32_t k = 0; k < size; k++) {
        at.draw = (uint32_t)(k / 2);
        if (k % 2 == 0) vg_random_normal2(&at, normal);
        row[k] += scale[k] * (float)normal[k % 2];
    }
}
