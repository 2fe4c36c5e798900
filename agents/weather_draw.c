#include "agents/weather_draw.h"

#include <math.h>

#include "sim/base/exact.h"

vg_err vg_weather_check(const vg_weather *w, double tick, vg_diag *diag) {
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

vg_car vg_weather_car(const vg_weather *w, const vg_car *car, double tick) {
    vg_car driven = *car;
    if (w->delay > 0) { // whole ticks of the car's own, and whole ticks more
        double ticks = floor(car->delay / tick + 0.5) + floor(w->delay / tick + 0.5);
        driven.delay = (float)(ticks * tick);
    }
    return driven;
}

vg_wind vg_weather_wind(const vg_weather *w, double action) {
    if (w->gust == 0) return (vg_wind){0};
    double keep = vg_exp(-action / w->gust_time);
    return (vg_wind){keep, w->gust * sqrt(1 - keep * keep), w->gust};
}

float vg_wind_blow(const vg_wind *wind, vg_draw at, bool first, float gust) {
    double normal[2];
    vg_random_normal2(&at, normal);
    return first ? (float)(wind->begin * normal[0]) : (float)(wind->keep * gust + wind->fresh * normal[0]);
}

void vg_weather_blur(const vg_weather *w, const vg_sense *sense, const vg_car *car, float *blur) {
    vg_sense_physical(sense, car, blur);
    for (int32_t k = 0; k < vg_sense_size(sense); k++) blur[k] = w->sense_noise / blur[k];
}

void vg_weather_sense(const float *blur, int32_t size, vg_draw at, float *row) {
    double normal[2];
    for (int32_t k = 0; k < size; k++) {
        at.draw = (uint32_t)(k / 2);
        if (k % 2 == 0) vg_random_normal2(&at, normal);
        row[k] += blur[k] * (float)normal[k % 2];
    }
}

void vg_weather_shake(const vg_weather *w, vg_draw at, float command[2]) {
    double normal[2];
    vg_random_normal2(&at, normal);
    for (int k = 0; k < 2; k++) command[k] += (float)((double)w->action_noise * normal[k]);
}
