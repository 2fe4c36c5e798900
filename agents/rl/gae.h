// agents/rl/gae.h -- generalised advantage estimation (Schulman, Moritz, Levine, Jordan & Abbeel 2016,
// "High-dimensional continuous control using generalized advantage estimation").
#ifndef VG_AGENTS_RL_GAE_H
#define VG_AGENTS_RL_GAE_H

#include "agents/rl/environment.h"

#ifdef __cplusplus
extern "C" {
#endif

// One lane of a round, step by step; episodes may end within it. Arrays are [count].
typedef struct vg_gae_lane {
    int32_t count;
    const float *rewards;
    const float *values;   // V(s_t)
    const float *next;     // the value of what followed: V(s_t+1); after a truncation, the value of the last
                           // observation; after a termination, 0 or the value of the absorbing state
    const uint8_t *ending; // vg_ending
} vg_gae_lane;

// advantages (eq. 16, by its recursion): A_t = d_t + gamma lambda A_t+1 within an episode, with the TD
// residual d_t = r_t + gamma next_t - V(s_t). The lane's end counts as cut short. returns: A_t + V(s_t), what
// a value network is fitted to. Both [count].
void vg_gae(const vg_gae_lane *lane, double gamma, double lambda, float *advantages, float *returns);

#ifdef __cplusplus
}
#endif
#endif
