// eval/rewards/corner_halves.h -- does a reward that is learned from half of a road's corners predict how the
// same people drive the other half?
//
// The road is cut midway between its corners, and every second corner is held out. Weights are fitted to the
// laps' pieces through the other corners (agents/learners/maxent.h); a plan by them is compared with the laps
// at the stations of the corners held out. So are the plan by the default weights, and the line that bends
// least, driven at the share of the grip that comes closest to the speeds of the corners learned from.
#ifndef VG_EVAL_REWARDS_CORNER_HALVES_H
#define VG_EVAL_REWARDS_CORNER_HALVES_H

#include "agents/learners/maxent.h"

#ifdef __cplusplus
extern "C" {
#endif

// Which stations of a road lie at corners held out, into held [stations->count]. A corner is where the
// curvature's mean over 25 m (less for model cars: 5 stations) is above 0.15 of its largest; corners nearer
// than 20 m (4 stations) to each other are one. Returns the number of corners.
int32_t vg_corner_halves(const vg_road *road, const vg_stations *stations, bool *held);

// Root mean squares over all laps and stations held out.
typedef struct vg_line_error {
    double offset, speed; // m, m/s
} vg_line_error;

// X(name, label)
#define VG_LINE_GUESSES(X)                                                                                   \
    X(FITTED, "the weights of the other corners")                                                            \
    X(DEFAULT, "the default weights")                                                                        \
    X(STRAIGHT, "the line that bends least")                                                                 \
    X(MEAN, "the laps' own mean (no prediction)")

typedef enum vg_line_guess {
#define X(name, label) VG_GUESS_##name,
    VG_LINE_GUESSES(X)
#undef X
        VG_GUESS_COUNT
} vg_line_guess;
const char *vg_line_guess_label(int32_t guess);

typedef struct vg_corner_prediction {
    int32_t corners, stations, held; // of the road; those held out
    vg_maxent_fit fit;               // to the corners learned from
    vg_line_error errors[VG_GUESS_COUNT];
} vg_corner_prediction;

// Errors: VG_ERR_MISMATCH (more than one road or car; fewer than 2 corners; no piece long enough); those of
// vg_maxent_find and vg_plan_make.
VG_NODISCARD vg_err vg_corner_predict(const vg_demonstrations *shown, const vg_maxent_learner_config *config,
                                      vg_corner_prediction *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
