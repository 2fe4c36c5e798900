// logs/fit/car_fit.h -- the limits of a car, from laps that were driven with it.
//
// A drive is cut into windows of 0.2 s (of model cars shorter, by the root of their scale); each has a speed
// and the mean accelerations along and across, from the positions in time alone. What drive or brakes gave is
// the acceleration along plus the resistances of the base car. Each limit is a high quantile of what was
// driven:
//     grip across      the 0.95 quantile regression (Koenker & Bassett 1978) of the acceleration across, made
//                      larger by what the ellipse gave along, on 1 and speed^2
//     grip along       the 0.95 quantile of braking over that grip, on straights and in curves
//     pedals, power    the 0.98 quantile of drive, of brakes, and of drive times speed
// A limit counts as reached if the car came within 5 % of it at three places or more, a second apart. A limit
// that was not reached is a lower bound: the fitted car keeps the base car's, or takes what was seen if that
// is more. What laps cannot tell: a driver who always stops at a margin of their own looks like a car at its
// limit; whether brakes or tyres held where the car braked straight; sizes, lags and resistances.
#ifndef VG_LOGS_FIT_CAR_FIT_H
#define VG_LOGS_FIT_CAR_FIT_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(key of vg_car, unit)
#define VG_CAR_FIT_LIMITS(X)                                                                                 \
    X(lateral_max, "m/s^2")                                                                                  \
    X(downforce, "1/m")                                                                                      \
    X(longitudinal_max, "m/s^2")                                                                             \
    X(accel_max, "m/s^2")                                                                                    \
    X(brake_max, "m/s^2")                                                                                    \
    X(power, "W/kg")                                                                                         \
    X(speed_max, "m/s")                                                                                      \
    X(steer_max, "rad")

typedef enum vg_car_fit_key {
#define X(key, unit) VG_CAR_FIT_##key,
    VG_CAR_FIT_LIMITS(X)
#undef X
        VG_CAR_FIT_COUNT
} vg_car_fit_key;

// "lateral_max", "m/s^2".
const char *vg_car_fit_name(vg_car_fit_key key);
const char *vg_car_fit_unit(vg_car_fit_key key);

typedef struct vg_car_fit_limit {
    double seen;        // the quantile
    int32_t places;     // where the car came within 5 % of it
    bool reached;       // else `seen` is a lower bound
    double base, value; // the base car's, and the fitted car's
} vg_car_fit_limit;

// A window of a drive.
typedef struct vg_car_window {
    double time, length;  // s, its middle; how long it is; episodes follow one another with a gap
    double speed;         // m/s, mean
    double along, across; // m/s^2, means; across is positive to the left
} vg_car_window;

// Windows of any number of drives. Start from {0}.
typedef struct vg_car_evidence {
    vg_car_window *windows; // [count], in order of time
    int64_t count, capacity;
    double end; // s, the time of the last window's end
} vg_car_evidence;
void vg_car_evidence_free(vg_car_evidence *evidence);

// Cut a drive with `car`, one row a tick of `tick` seconds, into windows and add them. Those off the road, or
// in which a gust blew, are left out. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_car_evidence_add(vg_car_evidence *evidence, const vg_car *car, const vg_road *road,
                                        const vg_log_step *steps, int64_t count, double tick, vg_diag *diag);
// All episodes of a log. Errors: those of vg_log_steps.
VG_NODISCARD vg_err vg_car_evidence_add_log(vg_car_evidence *evidence, vg_log *log, vg_diag *diag);

typedef struct vg_car_fit {
    vg_car car; // the base car with the fitted limits, within the ranges of its table
    vg_car_fit_limit limits[VG_CAR_FIT_COUNT];
} vg_car_fit;

// Errors: VG_ERR_ARGUMENT (less than 5 s of driving faster than 0.5 m/s), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_car_fit_limits(const vg_car_evidence *evidence, const vg_car *base, vg_car_fit *out,
                                      vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
