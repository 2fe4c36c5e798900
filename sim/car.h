// sim/car.h -- a kinematic bicycle about the rear axle, and its limits.
//
// One tick of dt seconds, from the command (steering target u0 and acceleration u1, each in [-1, 1]) as it
// was given `delay` ago:
//     steer  += clamp((u0 * steer_max - steer) * (1 - exp(-dt / steer_lag)), +-steer_rate * dt)
//     accel  += (target - accel) * (1 - exp(-dt / accel_lag))
//               where target = u1 * accel_max for u1 > 0, u1 * brake_max otherwise
//     speed'  = clamp(speed + accel * dt, 0, speed_max)
//     ds      = (speed + speed') / 2 * dt
//     kappa   = tan(steer) / wheelbase, held within +-lateral_max / speed'^2 where lateral_max > 0
//     yaw    += kappa * ds
// and (x, y) moves along the exact arc of that length and turn. A lag of 0 follows at once. The car does not
// reverse. (Polack et al. 2017 for the model's range of validity.)
#ifndef VG_SIM_CAR_H
#define VG_SIM_CAR_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Values of an action: the steering target and the acceleration, each in [-1, 1] of the car's limits.
enum { VG_CAR_ACTIONS = 2 };

// X(field, unit, least, most, default, help)
#define VG_CAR_FIELDS(X)                                                                                     \
    X(wheelbase, "m", 0.3, 20, "2.7", "distance between the axles")                                          \
    X(steer_max, "rad", 0.01, 1.2, "0.6", "steering limit of the front wheels, either side")                 \
    X(steer_rate, "rad/s", 0.01, 100, "0.8", "fastest change of the steering")                               \
    X(steer_lag, "s", 0, 2, "0.1", "time constant of the steering actuator; 0: none")                        \
    X(accel_max, "m/s^2", 0.01, 200, "4", "acceleration at full throttle")                                   \
    X(brake_max, "m/s^2", 0.01, 200, "8", "deceleration at full brake")                                      \
    X(accel_lag, "s", 0, 2, "0.15", "time constant of drive and brakes; 0: none")                            \
    X(speed_max, "m/s", 0.1, 200, "55", "speed cap")                                                         \
    X(lateral_max, "m/s^2", 0, 200, "0", "cap on speed^2 * curvature: the car runs wide; 0: none")           \
    X(delay, "s", 0, 2, "0", "delay between command and actuator, rounded to whole ticks")                   \
    X(length, "m", 0.1, 30, "4.7", "body, bumper to bumper")                                                 \
    X(width, "m", 0.1, 10, "1.85", "body")                                                                   \
    X(rear_overhang, "m", 0, 10, "1.0", "rear axle to rear bumper")

typedef struct vg_car {
    char name[256]; // "sedan"
#define X(field, unit, least, most, standard, help) float field;
    VG_CAR_FIELDS(X)
#undef X
} vg_car;

// A car as a table of keys (sim/base/config.h): its YAML file, and its text in policies and logs.
extern const struct vg_schema vg_car_schema;

// The sedan.
vg_car vg_car_default(void);

// A preset by name ("sedan", "kart", "formula"; what assets/cars/ holds, compiled in) or a YAML file by path.
// Errors: VG_ERR_NOT_FOUND with the names there are, and those of vg_config_read.
VG_NODISCARD vg_err vg_car_load(const char *name_or_path, vg_car *car, vg_diag *diag);

// Every field within the range of the table? Errors: VG_ERR_ARGUMENT naming the field.
VG_NODISCARD vg_err vg_car_check(const vg_car *car, vg_diag *diag);

// Over all fields but the name.
uint64_t vg_car_hash(const vg_car *car);

#ifdef __cplusplus
}
#endif
#endif
