// agents/training/takeover.h -- when an expert takes over from a learner, and when it hands back.
//
// A model of a person's takeovers (Kelly et al. 2019), for training without a person at the window. The
// expert takes over when the car would reach an edge in less than `edge_time` if it went straight on. It
// hands back once the car has been near the middle and along the road for `calm_time`.
#ifndef VG_AGENTS_TRAINING_TAKEOVER_H
#define VG_AGENTS_TRAINING_TAKEOVER_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_takeover_def {
    double edge_time;    // s, take over below it
    double calm_offset;  // the car is safe if |offset| is within this share of the half width on its side ...
    double calm_heading; // ... and its |heading| against the road's is below this; rad
    double calm_time;    // s for which the car must be safe before the expert hands back
} vg_takeover_def;

// State of one car. Zero: the learner drives.
typedef struct vg_takeover {
    bool expert; // true: the expert drives
    double calm; // s that the car has been safe since the expert took over
} vg_takeover;

// Where a car is.
typedef struct vg_takeover_view {
    double offset, heading, speed; // m to the left, rad against the road's, m/s
    double left, right;            // m, widths here
} vg_takeover_view;

// Seconds until the car reaches an edge if it goes straight on along a straight road: 0 beyond an edge,
// infinite where it does not come nearer to one.
double vg_takeover_time_to_edge(const vg_takeover_view *at);

// Decide who drives the next action, which lasts `seconds`. Returns true when the expert takes over now.
bool vg_takeover_step(const vg_takeover_def *def, vg_takeover *takeover, const vg_takeover_view *at,
                      double seconds);

#ifdef __cplusplus
}
#endif
#endif
