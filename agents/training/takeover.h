// agents/training/takeover.h -- when a person takes the wheel from a learner, and when it is handed back.
//
// A model of the takeover of Kelly et al. 2019 for when nobody is in the window: the expert takes over when
// the car would reach an edge in less than `edge_time` if it went on straight, and hands back once the car
// has been near the middle and along the road for `calm_time`.
#ifndef VG_AGENTS_TRAINING_TAKEOVER_H
#define VG_AGENTS_TRAINING_TAKEOVER_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_takeover_def {
    double edge_time;    // s, take over below it
    double calm_offset;  // share of the half width on the offset's side that |offset| may be ...
    double calm_heading; // rad, ... and |heading| against the road's ...
    double calm_time;    // s, ... for so long before it hands back
} vg_takeover_def;

// Of one car. Zero: the learner has the wheel.
typedef struct vg_takeover {
    bool expert; // has the wheel
    double calm; // s that all has been well since the expert took over
} vg_takeover;

// Where a car is.
typedef struct vg_takeover_view {
    double offset, heading, speed; // m to the left, rad against the road's, m/s
    double left, right;            // m, widths here
} vg_takeover_view;

// Seconds until an edge if it goes on straight along a straight road: 0 beyond an edge, infinite where it
// does not come nearer.
double vg_takeover_time_to_edge(const vg_takeover_view *at);

// Decide who drives the action that comes, which lasts `seconds`. Returns true when the expert takes over
// now.
bool vg_takeover_step(const vg_takeover_def *def, vg_takeover *takeover, const vg_takeover_view *at,
                      double seconds);

#ifdef __cplusplus
}
#endif
#endif
