// eval/rewards/driving_coverage.h -- the features of rewards of kind "driving" on pieces of road that cover
// how a car can drive: the distribution on which such rewards are compared.
//
// These rewards are paid by the metre, so their decisions follow each other along the road, not in time: a
// state is an offset, a speed and the accelerations across and along at a station, and a step is the piece to
// the next one, 5 m on. (In steps of time `time` would be the same for every action, and so without any
// meaning for EPIC.) States are drawn uniformly: offsets within 0.9 of a half width of 5 m, speeds of 5 to
// 30 m/s (at most the car's), accelerations within the car's limits. A step has the means of both states and
// jerks by their difference. A drive ends, so nothing is discounted.
#ifndef VG_EVAL_REWARDS_DRIVING_COVERAGE_H
#define VG_EVAL_REWARDS_DRIVING_COVERAGE_H

#include "agents/rewards/driving.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_DRIVING_STATES = 192 };

// Second moments of the canonical features over all pairs of states.
typedef struct vg_driving_spread {
    double moments[VG_DRIVING_COUNT][VG_DRIVING_COUNT];
} vg_driving_spread;

// seed: of the draws. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_driving_coverage(const vg_car *car, uint64_t seed, vg_driving_spread *out,
                                        vg_diag *diag);

// The correlation of the canonical rewards of two sets of weights; NaN where either has none that counts.
double vg_driving_correlation(const vg_driving_spread *spread, const double a[VG_DRIVING_COUNT],
                              const double b[VG_DRIVING_COUNT]);

// The share of each feature in a reward: its weight times its deviation, by the length of all of them.
void vg_driving_directions(const vg_driving_spread *spread, const double theta[VG_DRIVING_COUNT],
                           double out[VG_DRIVING_COUNT]);

#ifdef __cplusplus
}
#endif
#endif
