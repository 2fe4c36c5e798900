// eval/rewards/driving_coverage.h -- the features of rewards of kind "driving" on pieces of road that cover
// how a car can drive: the distribution on which such rewards are compared.
//
// These rewards are paid by the metre, so their decisions follow each other along the road, not in time: a
// state is an offset and a speed at a station, an action is how the piece to the next one, 5 m on, is driven.
// (In steps of time `time` would be the same for every action, and so without any meaning for EPIC.) All is
// drawn uniformly and apart: offsets within 0.9 of a half width of 5 m, speeds of 5 to 30 m/s (at most the
// car's), accelerations within the car's limits, jerks within one limit a second, changes of curvature within
// 0.05 of the sharpest curvature a metre. (The best drive by a calm driver's weights has a root mean square
// of 0.3, 0.2 and 0.16 of a limit, 0.005 of the curvature.) A drive ends, so nothing is discounted.
#ifndef VG_EVAL_REWARDS_DRIVING_COVERAGE_H
#define VG_EVAL_REWARDS_DRIVING_COVERAGE_H

#include "agents/rewards/driving.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_DRIVING_STATES = 192 };

// Second moments of the canonical features over all pairs of states and the actions between them.
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
