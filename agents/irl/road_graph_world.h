// agents/irl/road_graph_world.h -- a town of about 100 crossings and one destination, after Ziebart, Maas,
// Bagnell & Dey 2008, "Maximum entropy inverse reinforcement learning", AAAI: which way do drivers take, and
// why?
//
// The crossings lie on a grid, 150 m apart and moved at random by up to 35 m. Every fourth row and column is
// a main road; of the side streets as many are left out as seed and connection allow, up to a quarter. A
// state is a directed stretch of road and the turn by which it was entered; an action is the way out, by
// compass (east, north, west, south); there is no turning back but at a dead end. A trip starts on any
// stretch and ends when it has arrived at the destination, the crossing in the upper right.
//
// Features: km on main roads, km on side streets, left turns, right turns; a turn is by over 45 degrees. The
// true weights are a driver's costs: -5 a km of main road, -10 a km of side street, -1 a left turn, -0.5 a
// right turn. There is no discount, since every trip ends.
#ifndef VG_AGENTS_IRL_ROAD_GRAPH_WORLD_H
#define VG_AGENTS_IRL_ROAD_GRAPH_WORLD_H

#include "agents/irl/table_world.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_ROAD_GRAPH_FEATURES = 4 };

// size: crossings along a side, default 10, 4 to 24. Errors: VG_ERR_ARGUMENT (size), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_road_graph_world(const vg_table_world_def *def, vg_table_world *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
