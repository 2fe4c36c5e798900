// agents/experts/hands.h -- what makes a driver human: it acts on what it decided a moment ago, and its hands
// shake.
#ifndef VG_AGENTS_EXPERTS_HANDS_H
#define VG_AGENTS_EXPERTS_HANDS_H

#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_HANDS_RING = 128 }; // actions that a reaction may last: 0.5 s at 256 Hz

// One lane's.
typedef struct vg_hands {
    vg_episode_key key;
    uint32_t step; // actions since reset
    double shake;  // of the unit of `spread`
    float ring[VG_HANDS_RING][2];
} vg_hands;

typedef struct vg_hands_def {
    double reaction; // s from seeing to acting, rounded to whole actions
    double spread;   // standard deviation of the shake, in the caller's unit
    double time;     // s, how long a shake keeps its sign
    double period;   // s between two actions
} vg_hands_def;

void vg_hands_reset(vg_hands *hands, const vg_episode_key *key);

// One action further: what was decided now goes in, and what was decided a reaction ago comes out in its
// place (before anything was decided, the first decision). Returns the shake of now: an Ornstein-Uhlenbeck
// process, discretised exactly (Gillespie 1996, eq. 1.9), begun in its stationary spread.
double vg_hands_move(vg_hands *hands, const vg_hands_def *def, float decided[2]);

#ifdef __cplusplus
}
#endif
#endif
