// agents/experts/reaction.h -- what makes a driver human: it acts on what it decided a moment ago, and its
// reaction shake.
#ifndef VG_AGENTS_EXPERTS_REACTION_H
#define VG_AGENTS_EXPERTS_REACTION_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_REACTION_RING = 128 }; // actions that a reaction may last: 0.5 s at 256 Hz

// One lane's.
typedef struct vg_reaction {
    vg_episode_key key;
    uint32_t step; // actions since reset
    double shake;  // of the unit of `spread`
    float ring[VG_REACTION_RING][VG_CAR_ACTIONS];
} vg_reaction;

typedef struct vg_reaction_def {
    double reaction; // s from seeing to acting, rounded to whole actions
    double spread;   // standard deviation of the shake, in the caller's unit
    double time;     // s, how long a shake keeps its sign
    double period;   // s between two actions
} vg_reaction_def;

void vg_reaction_reset(vg_reaction *reaction, const vg_episode_key *key);

// One action further: what was decided now goes in, and what was decided a reaction ago comes out in its
// place (before anything was decided, the first decision). Returns the shake of now: an Ornstein-Uhlenbeck
// process, discretised exactly (Gillespie 1996, eq. 1.9), begun in its stationary spread.
double vg_reaction_step(vg_reaction *reaction, const vg_reaction_def *def, float decided[VG_CAR_ACTIONS]);

#ifdef __cplusplus
}
#endif
#endif
