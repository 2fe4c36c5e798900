// agents/rewards/driving.h -- a reward by which people drive: time, comfort and the place on the road, each
// with a weight (the features as in Kuderer, Gulati & Burgard 2015, "Learning driving styles for autonomous
// vehicles from demonstration", ICRA).
//
//     r = - sum_k theta_k f_k
//
// Every feature is a cost, so every weight is 0 or more. Time counts in seconds. The others are integrated
// over metres of road, never over time: else whoever drives faster would pay less for the same bend. The
// weight of time must be above 0: without it a car that stands still for ever pays nothing, and the reward
// of a drive from here to there is unbounded above. With theta_time = 1 a weight is what a driver would give
// for a metre with that feature at 1, in seconds.
//
// Accelerations and jerks are divided by the car's own limits, curvature by the sharpest turn that its
// steering can make, offsets by the half width of the road on that side. So one reward fits cars and roads of
// many kinds; but metres are metres: weights from model cars do not fit cars of full size, nor the reverse.
#ifndef VG_AGENTS_REWARDS_DRIVING_H
#define VG_AGENTS_REWARDS_DRIVING_H

#include "agents/rewards/reward.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(name, power, unit, help): the value is metres * x^power, but for time.
#define VG_DRIVING_FEATURES(X)                                                                               \
    X(time, 1, "s", "seconds")                                                                               \
    X(lateral_acceleration, 2, "m", "(acceleration across / grip across)^2")                                 \
    X(longitudinal_acceleration, 2, "m", "(acceleration along / the best of brakes and tyres)^2")            \
    X(lateral_jerk, 2, "m/s^2", "(change of the acceleration across per second / grip across)^2")            \
    X(longitudinal_jerk, 2, "m/s^2", "(change of the acceleration along per second / the same limit)^2")     \
    X(offset, 2, "m", "(offset from the centreline / half width)^2")                                         \
    X(edge, 4, "m", "(offset from the centreline / half width)^4: a gentle wall at the edge")                \
    X(curvature_change, 2, "1/m", "(change of the path's curvature per metre / sharpest curvature)^2")

typedef enum vg_driving_feature {
#define X(name, power, unit, help) VG_DRIVING_##name,
    VG_DRIVING_FEATURES(X)
#undef X
        VG_DRIVING_COUNT
} vg_driving_feature;

const char *vg_driving_name(int32_t feature); // "time"; NULL past the last
const char *vg_driving_unit(int32_t feature); // of the feature's integral
const char *vg_driving_help(int32_t feature);
int32_t vg_driving_power(int32_t feature); // 1, 2 or 4

// What divides accelerations (m/s^2) and curvatures (1/m): of a car at a speed. All are above 0 and finite:
// for a car without a limit of grip across, brake_max stands in.
typedef struct vg_driving_limits {
    double lateral, longitudinal, curvature;
} vg_driving_limits;
vg_driving_limits vg_driving_limits_of(const vg_car *car, double speed);
// The same without the curvature, whose tangent takes longer than all else; and the curvature.
vg_driving_limits vg_driving_grip_of(const vg_car *car, double speed);
double vg_driving_sharpest(const vg_car *car);

// A short piece of a drive.
typedef struct vg_driving_segment {
    double metres, seconds;       // along the road, and how long it took
    double lateral, longitudinal; // m/s^2
    double lateral_jerk;          // m/s^3
    double longitudinal_jerk;     // m/s^3
    double offset, half_width;    // m, the half width on the offset's side
    double curvature_change;      // 1/m^2, of the driven path
} vg_driving_segment;

// The piece between two states of a car that are `seconds` > 0 apart, and the limits at its mean speed: the
// metres of road (0 where it went backwards); the acceleration across is v^2 times the curvature of the
// steering, held within the grip; the one along is what drive and brakes give less rolling and air; the
// offset is that at the end. Of `from` only s, speed, steer and accel are read.
vg_driving_segment vg_driving_between(const vg_car *car, const vg_road *road, const vg_state *from,
                                      const vg_state *to, double seconds, vg_driving_limits *limits);

// What is raised to its power in each feature: acceleration / limit ...; x[VG_DRIVING_time] = seconds.
void vg_driving_shares(const vg_driving_limits *limits, const vg_driving_segment *segment,
                       double x[VG_DRIVING_COUNT]);
// The features of the piece: metres * x^power, and the seconds. All are 0 or more.
void vg_driving_features(const vg_driving_limits *limits, const vg_driving_segment *segment,
                         double f[VG_DRIVING_COUNT]);

// Start from vg_driving_reward_default().
typedef struct vg_driving_reward_def {
    double theta[VG_DRIVING_COUNT]; // default: time 1, the others as a calm driver; see the source
    double pay;                     // for each metre along the road, 1/m, default 0; see below
    double temperature; // how far from the best its drivers stray: p(drive) ~ e^(r / temperature); > 0,
                        // default 1; learned by maximum entropy, it does not change what is best
    double car_scale;   // (0, 1]: vg_car_scale of the cars it was made with, default 1
    double discount;    // default 0.99
    double off_road;    // subtracted where the car leaves the road, default 10
    double absorbing;   // of each action after that, default -0.5: worse than driving on, since every drive
                        // costs something
} vg_driving_reward_def;
vg_driving_reward_def vg_driving_reward_default(void);

// As a reward of actions: pay * metres - sum_k theta_k f_k, of the piece between the states before and after
// it (vg_driving_between). Over a fixed road the pay is a constant. Over a fixed time it is not: time itself
// is the same for all then, and without pay the best is to stand still. So a reward for reinforcement
// learning needs it; with pay at the cost of a metre of the best drive, the best drive is worth 0 and all
// others less. What was before the action it knows from its sense, "speed,steer,accel". Errors:
// VG_ERR_ARGUMENT naming the value (a weight below 0 or not finite, a weight of time of 0, a value out of
// range); VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_driving_reward_create(const vg_driving_reward_def *def, vg_reward **out,
                                             vg_diag *diag);

// What it was made from; NULL where the reward is of another kind.
const vg_driving_reward_def *vg_driving_reward_of(const vg_reward *reward);

// Was it made with cars of about this size? Errors: VG_ERR_MISMATCH, with both scales.
VG_NODISCARD vg_err vg_driving_reward_fits(const vg_driving_reward_def *def, const vg_car *car,
                                           vg_diag *diag);

// For the table of agents/rewards/reward_file.c. Errors: VG_ERR_FORMAT naming a weight that is missing, or
// features that this verge does not have.
struct vg_safetensors;
VG_NODISCARD vg_err vg_driving_reward_read(const struct vg_safetensors *file, const char *path,
                                           vg_reward **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
