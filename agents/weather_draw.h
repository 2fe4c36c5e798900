// agents/weather_draw.h -- the weather, drawn: what it adds to a car's turning, actions and sense.
#ifndef VG_AGENTS_WEATHER_DRAW_H
#define VG_AGENTS_WEATHER_DRAW_H

#include "agents/weather.h"
#include "sim/base/random.h"
#include "sim/sense.h"

#ifdef __cplusplus
extern "C" {
#endif

// tick: s. Errors: VG_ERR_ARGUMENT (out of range, or too strong for the tick).
VG_NODISCARD vg_err vg_weather_check(const vg_weather *weather, double tick, vg_diag *diag);

// The car with the weather's delay.
vg_car vg_weather_car(const vg_weather *weather, const vg_car *car, double tick);

// gust' = keep * gust + fresh * normal, the exact discretisation (Gillespie 1996, eq. 1.9).
typedef struct vg_wind {
    double keep, fresh, begin; // begin: the stationary deviation
} vg_wind;
vg_wind vg_weather_wind(const vg_weather *weather, double action); // s between two actions
// The next gust of a drive, rad/s; first: it begins, in its stationary spread. `at` is of stream GUST.
float vg_wind_blow(const vg_wind *wind, vg_draw at, bool first, float gust);

// The deviation of each sensed value's noise, [vg_sense_size].
void vg_weather_blur(const vg_weather *weather, const vg_sense *sense, const vg_car *car, float *blur);
// Add it to a row of `size` values. `at` is of stream SENSE_NOISE.
void vg_weather_sense(const float *blur, int32_t size, vg_draw at, float *row);

// Add noise to a command. `at` is of stream ACTION_NOISE.
void vg_weather_shake(const vg_weather *weather, vg_draw at, float command[2]);

#ifdef __cplusplus
}
#endif
#endif
