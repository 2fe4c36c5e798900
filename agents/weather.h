// agents/weather.h -- what is done to the car and to what it senses while it drives.
#ifndef VG_AGENTS_WEATHER_H
#define VG_AGENTS_WEATHER_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Each on its own. All 0 by default: still air. Drawn from the streams GUST, ACTION_NOISE and SENSE_NOISE by
// episode and action: the same for every policy. An expert looks at the world: what it senses has no noise to
// be given, and it knows of the delay.
typedef struct vg_weather {
    float gust;         // rad/s, standard deviation of a yaw rate the air adds; Ornstein-Uhlenbeck
    float gust_time;    // s, its time constant, > 0 where gust is not 0
    float action_noise; // standard deviation added to both actions, in [-1, 1] units, anew each action
    float sense_noise;  // standard deviation added to every sensed value, in units of its physical scale
    float delay;        // s, more actuator delay than the car's own, rounded to whole ticks
} vg_weather;

#ifdef __cplusplus
}
#endif
#endif
