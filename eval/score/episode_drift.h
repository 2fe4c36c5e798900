// eval/score/episode_drift.h -- how far one episode drifted while it was on the road.
#ifndef VG_EVAL_SCORE_EPISODE_DRIFT_H
#define VG_EVAL_SCORE_EPISODE_DRIFT_H

#include "agents/drive/rollout.h"

#ifdef __cplusplus
extern "C" {
#endif

// Of |offset - reference's|, in metres, over the samples before the first departure and before the road's
// end. Departures are not part of it: cost (a) counts them. NaN without a trace.
typedef struct vg_episode_drift {
    double mean;
    double q99; // quantile 99, type 7 (Hyndman & Fan 1996)
} vg_episode_drift;

vg_episode_drift vg_episode_drift_of(const vg_rollout *rollout, int32_t episode);

#ifdef __cplusplus
}
#endif
#endif
