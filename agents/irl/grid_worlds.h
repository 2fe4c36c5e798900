// agents/irl/grid_worlds.h -- squares: the grid of Ng & Russell (2000), the macrocells of Abbeel & Ng (2004)
// and the objectworld of Levine, Popovic & Koltun (2011).
//
// In each the agent moves right, up, left or down (in that order; in the objectworld it may also stay). With
// probability 0.7 the move is the one chosen, else one of all moves, drawn evenly; a move over the border
// stays.
#ifndef VG_AGENTS_IRL_GRID_WORLDS_H
#define VG_AGENTS_IRL_GRID_WORLDS_H

#include "agents/irl/table_world.h"

#ifdef __cplusplus
extern "C" {
#endif

// Ng & Russell 2000, "Algorithms for inverse reinforcement learning", ICML, section 6: size x size squares
// (default 5, 2 to 64), reward 1 in the upper right one, which is never left, 0 elsewhere; a feature for each
// square; discount 0.9.
VG_NODISCARD vg_err vg_corner_world(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag);

// Abbeel & Ng 2004, "Apprenticeship learning via inverse reinforcement learning", ICML, section 5.1: size x
// size squares (default 32, the paper's 128; 8 to 256, a multiple of 8) in 8 x 8 macrocells, each a feature.
// A weight is positive with probability 0.1, then uniform in (0, 1); at least two are; the sum is 1. Discount
// 0.99.
VG_NODISCARD vg_err vg_macrocell_world(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag);

// Levine, Popovic & Koltun 2011, "Nonlinear inverse reinforcement learning with Gaussian processes", NIPS,
// section 6.1: size x size squares (default 16, 8 to 64); a square in 20 has an object with one of two inner
// and one of two outer colours. Reward 1 where outer colour 1 is within 3 squares and outer colour 2 within
// 2, -1 where only outer colour 1 is within 3, else 0; the distance is Euclidean. Features: is a colour,
// inner or outer, within d squares, for d = 1 to 6. No weights give the reward, for it multiplies two
// features. Discount 0.9.
VG_NODISCARD vg_err vg_object_world(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
