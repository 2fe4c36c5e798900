// logs/fit/fit_guess.h -- the first guess of the fit.
#ifndef VG_LOGS_FIT_FIT_GUESS_H
#define VG_LOGS_FIT_FIT_GUESS_H

#include "logs/fit/fit_judge.h"
#include "logs/fit/ilqr.h"

#ifdef __cplusplus
extern "C" {
#endif

// A first reference from the samples: place and speed between them, heading and curvature from chords.
void vg_fit_guess(const vg_fit_def *def, const vg_fit_problem *problem, vg_fit_drive *out);

#ifdef __cplusplus
}
#endif
#endif
