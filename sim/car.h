// sim/car.h -- a kinematic bicycle about the rear axle, its limits, and the grip that it drives on.
//
// One tick of dt seconds, from the command (steering target u0 and acceleration u1, each in [-1, 1]) as it
// was given `delay` ago, at speed v:
//     steer  += clamp((u0 * steer_max - steer) * (1 - exp(-dt / steer_lag)), +-steer_rate * dt)
//     accel  += (target - accel) * (1 - exp(-dt / accel_lag))
//               where target = u1 * accel_max for u1 > 0, u1 * brake_max otherwise
//     asked   = (min(accel, power / v), v^2 tan(steer) / wheelbase), along and across
//     grip    = lateral_max + downforce * v^2 across, and longitudinal_max / lateral_max times that along
//     ax      = asked along; both parts are cut in proportion where `asked` lies outside the friction ellipse
//     v'      = clamp(v + (ax - rolling - drag * v^2) * dt, 0, speed_max)
//     ds      = (v + v') / 2 * dt
//     kappa   = tan(steer) / wheelbase, held within what the ellipse leaves across beside ax, over v'^2
//     yaw    += kappa * ds
// and (x, y) moves along the exact arc of that length and turn. So a car that asks for too much runs wide: it
// drives less curvature than its wheels point at. Off the road (more than `shoulder` beyond an edge) the grip
// across is offroad_grip at every speed, and offroad_rolling is added to rolling. A lag of 0 follows at once.
// The car does not reverse.
//
// Sources: Polack et al. 2017 for the range in which a kinematic bicycle is valid; Rajamani 2012, chapters 4
// and 13, and Milliken & Milliken 1995, chapter 9, for the friction ellipse and for drag. docs/cars.md says
// where the numbers of the presets come from.
#ifndef VG_SIM_CAR_H
#define VG_SIM_CAR_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Values of an action: the steering target and the acceleration, each in [-1, 1] of the car's limits.
enum { VG_CAR_ACTIONS = 2 };

// X(field, unit, least, most, default, help)
#define VG_CAR_BODY_FIELDS(X)                                                                                \
    X(wheelbase, "m", 0.05, 20, "2.7", "distance between the axles")                                         \
    X(steer_max, "rad", 0.01, 1.2, "0.6", "steering limit of the front wheels, either side")                 \
    X(steer_rate, "rad/s", 0.01, 100, "0.8", "fastest change of the steering")                               \
    X(steer_lag, "s", 0, 2, "0.1", "time constant of the steering actuator; 0: none")                        \
    X(accel_max, "m/s^2", 0.01, 200, "4", "acceleration at full throttle")                                   \
    X(brake_max, "m/s^2", 0.01, 200, "8", "deceleration at full brake")                                      \
    X(accel_lag, "s", 0, 2, "0.15", "time constant of drive and brakes; 0: none")                            \
    X(speed_max, "m/s", 0.1, 200, "55", "speed cap")                                                         \
    X(lateral_max, "m/s^2", 0, 200, "8.5", "grip across: the car runs wide beyond it; 0: no limit")          \
    X(delay, "s", 0, 2, "0", "delay between command and actuator, rounded to whole ticks")                   \
    X(length, "m", 0.05, 30, "4.7", "body, bumper to bumper")                                                \
    X(width, "m", 0.02, 10, "1.85", "body")                                                                  \
    X(rear_overhang, "m", 0, 10, "1.0", "rear axle to rear bumper")

// 0 in each of these means a car as it was before they came: logs and policies written then have none.
#define VG_CAR_GRIP_FIELDS(X)                                                                                \
    X(longitudinal_max, "m/s^2", 0, 200, "9.5", "grip along; 0, or lateral_max 0: no friction ellipse")      \
    X(downforce, "1/m", 0, 1, "0", "grip across gained for each (m/s)^2; along in proportion")               \
    X(power, "W/kg", 0, 10000, "75", "acceleration is at most power / speed; 0: no limit")                   \
    X(rolling, "m/s^2", 0, 10, "0.11", "rolling resistance")                                                 \
    X(drag, "1/m", 0, 0.1, "0.00025", "resistance of the air: drag * speed^2")                               \
    X(shoulder, "m", 0, 50, "0.9", "how far beyond an edge the surface off the road begins")                 \
    X(offroad_grip, "m/s^2", 0, 200, "3.5", "grip across off the road, at every speed; 0: as on it")         \
    X(offroad_rolling, "m/s^2", 0, 50, "2.5", "rolling resistance that is added off the road")

#define VG_CAR_FIELDS(X) VG_CAR_BODY_FIELDS(X) VG_CAR_GRIP_FIELDS(X)

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

// A preset by name ("sedan", "kart", "formula" ...: what assets/cars/ holds, compiled in) or a YAML file by
// path. Errors: VG_ERR_NOT_FOUND with the names there are, and those of vg_config_read.
VG_NODISCARD vg_err vg_car_load(const char *name_or_path, vg_car *car, vg_diag *diag);

// The i-th preset's name, in alphabetical order, into buffer[64]; NULL past the last.
const char *vg_car_name(int32_t i, char *buffer);

// Every field within the range of the table? Errors: VG_ERR_ARGUMENT naming the field.
VG_NODISCARD vg_err vg_car_check(const vg_car *car, vg_diag *diag);

// Over all fields but the name. The grip fields count where one of them is not 0, so that the cars of older
// logs keep their hashes.
uint64_t vg_car_hash(const vg_car *car);

// Set every grip field to 0.
void vg_car_clear_grip(vg_car *car);

// The scale of a model car, (0, 1]: its wheelbase in metres, 1 for all from 1 m on. Distances that suit cars
// of full size (how far ahead to steer for, what an offset is measured by) are multiplied by it.
float vg_car_scale(const vg_car *car);

// The friction ellipse's half axes on the road at a speed, m/s^2: across and along. INFINITY: no limit.
double vg_car_grip_across(const vg_car *car, double speed);
double vg_car_grip_along(const vg_car *car, double speed);

// How much of `along` (m/s^2 of drive > 0 or brakes < 0) the tyres give beside an acceleration of `across`
// (m/s^2) on the road: |result| <= |along|. Half axes are scaled by `share`, (0, 1].
double vg_car_grip_beside(const vg_car *car, double speed, double share, double across, double along);

#ifdef __cplusplus
}
#endif
#endif
