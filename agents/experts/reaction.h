// agents/experts/reaction.h -- a human's reaction: actions come after a delay, with noise.
#ifndef VG_AGENTS_EXPERTS_REACTION_H
#define VG_AGENTS_EXPERTS_REACTION_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_REACTION_RING = 128 }; // actions that a reaction may last: 0.5 s at 256 Hz

// The state of one lane.
typedef struct vg_reaction {
    vg_episode_key key;
    uint32_t step; // actions since reset
    double shake;  // the noise, in units of `spread`
    float ring[VG_REACTION_RING][VG_CAR_ACTIONS];
} vg_reaction;

typedef struct vg_reaction_def {
    double reaction; // s from seeing to acting, rounded to whole actions
    double spread;   // standard deviation of the noise, in the caller's unit
    double time;     // s, how long the noise keeps its sign
    double period;   // s between two actions
} vg_reaction_def;

void vg_reaction_reset(vg_reaction *reaction, const vg_episode_key *key);

// Advance by one action: the present decision goes in, and the decision of a reaction time ago comes out in
// its place (at first, the first decision). Returns the present noise: an Ornstein-Uhlenbeck process,
// discretised exactly (Gillespie 1996, eq. 1.9), which begins in its stationary distribution.
double vg_reaction_step(vg_reaction *reaction, const vg_reaction_def *def, float decided[VG_CAR_ACTIONS]);

#ifdef __cplusplus
}
#endif
#endif
