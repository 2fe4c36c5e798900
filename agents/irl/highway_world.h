// agents/irl/highway_world.h -- the highway of Abbeel & Ng (2004, section 5.2), as a table.
//
// Our car is faster than all others, by one car length a step. It is in one of five lanes: off the road on
// the left, three lanes, off the road on the right. Ahead is a row of cars, up to three abreast: which lanes
// they are in (7 patterns) and how far away they are (7 to 0 car lengths). When the row is passed, the next
// one appears 7 ahead, its pattern drawn evenly. Where all three lanes are taken, only the roadside avoids a
// collision. An action is the lane to steer for; a step moves by one lane at most. A collision is to be in a
// lane with a car 1 or 0 lengths away. The paper's simulator is continuous, and cars come one by one; ours
// keeps its choices, not its motion.
#ifndef VG_AGENTS_IRL_HIGHWAY_WORLD_H
#define VG_AGENTS_IRL_HIGHWAY_WORLD_H

#include "agents/irl/table_world.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_HIGHWAY_LANES = 5, VG_HIGHWAY_PATTERNS = 7, VG_HIGHWAY_DISTANCES = 8 };
// Features: a collision, then the five lanes from the left.
enum { VG_HIGHWAY_FEATURES = 1 + VG_HIGHWAY_LANES };

// X(constant, name, what the driver wants, six weights): the paper's five styles; the weights are ours,
// because the paper gives none.
#define VG_HIGHWAY_STYLES(X)                                                                                 \
    X(NICE, "nice", "avoid collisions; right lane before middle and left, then the roadside",                \
      {-1, -0.3, 0.02, 0.05, 0.1, -0.3})                                                                     \
    X(NASTY, "nasty", "hit as many cars as possible", {1, -0.05, 0, 0, 0, -0.05})                            \
    X(RIGHT_NICE, "right-nice", "stay in the right lane, but leave it to avoid collisions",                  \
      {-1, -0.2, 0, 0, 0.2, -0.05})                                                                          \
    X(RIGHT_NASTY, "right-nasty",                                                                            \
      "drive off the road on the right, but return to hit cars in the right lane",                           \
      {0.6, -0.5, -0.5, -0.5, 0, 0.1})                                                                       \
    X(MIDDLE, "middle", "stay in the middle lane, whatever is there", {0, 0, 0, 1, 0, 0})

typedef enum vg_highway_style {
#define X(constant, name, text, ...) VG_HIGHWAY_##constant,
    VG_HIGHWAY_STYLES(X)
#undef X
        VG_HIGHWAY_STYLE_COUNT
} vg_highway_style;

// The world with a style's reward; def->size must be 0; discount 0.99. Errors: VG_ERR_ARGUMENT (size),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_highway_world(const vg_table_world_def *def, vg_highway_style style,
                                     vg_table_world *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
