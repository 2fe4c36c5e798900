#include "agents/drive/disturbance.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/random.h"

static const vg_key keys[] = {
#define X(field, type, unit, least, most, standard, choices, help)                                           \
    {#field, VG_KEY_FLOAT, offsetof(vg_disturbance, field), unit, least, most, standard, choices, help},
    VG_DISTURBANCE_KEYS(X)
#undef X
};
const vg_schema vg_disturbance_schema = {"disturbance", keys, sizeof keys / sizeof *keys, NULL};

uint64_t vg_disturbance_hash(uint64_t h, const vg_disturbance *disturbance) {
    const float fields[] = {
#define X(field, type, unit, least, most, standard, choices, help) disturbance->field,
        VG_DISTURBANCE_KEYS(X)
#undef X
    };
    return vg_hash_float(h, fields, sizeof fields / sizeof *fields);
}

static vg_err check(const vg_disturbance *disturbance, double tick, vg_diag *diag) {
    vg_disturbance checked = *disturbance;
    if (checked.gust == 0) checked.gust_time = 1; // without gusts it has no meaning
    vg_err err = vg_config_check(&vg_disturbance_schema, &checked, diag);
    if (err) return err;
    if (checked.gust * tick >
        0.2) // a gust within 13 standard deviations turns the car less than half a turn in a tick
        return vg_fail(diag, VG_ERR_ARGUMENT, "gusts of %g rad/s are too strong for ticks of %g s",
                       (double)checked.gust, tick);
    return VG_OK;
}

vg_err vg_disturbance_process_make(const vg_disturbance *disturbance, double tick, double action,
                                   vg_disturbance_process *out, vg_diag *diag) {
    *out = (vg_disturbance_process){.disturbance = *disturbance};
    vg_err err = check(disturbance, tick, diag);
    if (err || disturbance->gust == 0) return err;
    // The exact discretisation (Gillespie 1996, eq. 1.9).
    out->keep = vg_exp(-action / disturbance->gust_time);
    out->fresh = disturbance->gust * sqrt(1 - out->keep * out->keep);
    return VG_OK;
}

vg_car vg_disturbance_car(const vg_disturbance_process *process, const vg_car *car, double tick) {
    vg_car driven = *car;
    if (process->disturbance.delay > 0) { // the car's own delay plus the disturbance's, in whole ticks
        double ticks = floor(car->delay / tick + 0.5) + floor(process->disturbance.delay / tick + 0.5);
        driven.delay = (float)(ticks * tick);
        snprintf(driven.name, sizeof driven.name, "%.200s, late by %g s", car->name,
                 (double)process->disturbance.delay);
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
    // The gust begins with a draw from its stationary distribution.
    return begins ? (float)(process->disturbance.gust * normal[0])
                  : (float)(process->keep * before + process->fresh * normal[0]);
}

void vg_disturbance_actuation(const vg_disturbance_process *process, const vg_episode_key *key, uint32_t step,
                              float noise[VG_CAR_ACTIONS]) {
    double normal[2];
    const vg_draw at = draw_at(key, step, VG_STREAM_ACTUATION_NOISE);
    vg_random_normal2(&at, normal);
    for (int k = 0; k < 2; k++) noise[k] = (float)(process->disturbance.actuation_noise * normal[k]);
}

void vg_disturbance_observation_scale(const vg_disturbance_process *process, const vg_sense *sense,
                                      const vg_car *car, float *scale) {
    vg_sense_physical(sense, car, scale);
    for (int32_t k = 0; k < vg_sense_size(sense); k++)
        scale[k] = process->disturbance.observation_noise / scale[k];
}

void vg_disturbance_observation(const float *scale, int32_t size, const vg_episode_key *key, uint32_t step,
                                float *row) {
    double normal[2];
    vg_draw at = draw_at(key, step, VG_STREAM_OBSERVATION_NOISE);
    for (int32_t k = 0; k < size; k++) {
        at.draw = (uint32_t)(k / 2);
        if (k % 2 == 0) vg_random_normal2(&at, normal);
        row[k] += scale[k] * (float)normal[k % 2];
    }
}
