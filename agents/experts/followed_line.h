// agents/experts/followed_line.h -- a line and a speed along a road, and a driver who follows them: from a
// driver's laps (agents/experts/line_follower.h) or from a plan (agents/experts/planner.h).
//
// The line is treated as a road, with heading and curvature. Steering is pure pursuit (Coulter 1992),
// linearised about the line, onto the line's own curvature: with e the offset and psi the heading against
// the line, and L the lookahead distance (`lookahead` and the car's delay, as seconds of travel, and
// `lookahead_least`),
//     curvature = k_line cos(psi) / (1 - k_line e) - (2 / L) (sin(psi) + clamp(e / L, +-approach))
// whose poles have a damping of 0.7, and which returns to the line at a slope of at most `approach`. The pose
// is moved forward by the car's delay and lag. Speed: the acceleration that reaches the line's speed
// `preview` seconds ahead, or more braking where a lower speed farther ahead needs it now.
#ifndef VG_AGENTS_EXPERTS_FOLLOWED_LINE_H
#define VG_AGENTS_EXPERTS_FOLLOWED_LINE_H

#include "sim/base/config.h"
#include "sim/world.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, unit, least, most, default, help)
#define VG_FOLLOWING_FIELDS(X)                                                                               \
    X(lookahead, "s", 0.05, 5, "0.35", "lookahead for steering back to the line, as seconds of travel ...")  \
    X(lookahead_least, "m", 0.5, 50, "3", "... and so many metres more")                                     \
    X(approach, "1", 0.02, 1, "0.3", "largest slope of the return to the line")                              \
    X(preview, "s", 0.05, 5, "0.3", "how far ahead the line's speed shall be reached")                       \
    X(braking, "1", 0.05, 1, "0.5", "share of the brakes kept for a lower speed farther ahead")

typedef struct vg_following {
#define X(field, unit, least, most, standard, help) float field;
    VG_FOLLOWING_FIELDS(X)
#undef X
    // Drives more slowly where it is off the line (by up to 30 %, from 5 % of the lookahead on): a line
    // driven at the limit of the grip leaves none for the way back. Default false.
    bool careful;
} vg_following;

// Point k of a line is at (k + shift) / intervals of the road's length. On a closed road there are as many
// intervals as points. Borrowed.
typedef struct vg_line_points {
    int32_t count;
    double intervals, shift;
    const float *offset, *speed; // [count] m, m/s
    double slowest;              // m/s, > 0: a standstill cannot be followed
} vg_line_points;

typedef struct vg_followed_line {
    vg_road *path; // the line, as a road of its own
    double length; // of the road that it lies on, m
    bool closed;
    int32_t count;
    double intervals, shift, slowest;
    double *along; // [count + 1] arc length of the path at each point; the last one is the first one's, a
                   // lap on
    float *speed;  // [nodes of the path]
} vg_followed_line;

// Errors: those of vg_road_create; VG_ERR_MEMORY. Close it in any case.
VG_NODISCARD vg_err vg_followed_line_open(const vg_road *road, const vg_line_points *points,
                                          vg_followed_line *out, vg_diag *diag);
void vg_followed_line_close(vg_followed_line *line); // a zeroed one is fine

// What the follower does with car i, whose road is the line's: out [VG_CAR_ACTIONS] in [-1, 1].
void vg_followed_line_drive(const vg_followed_line *line, const vg_following *how, const vg_world *world,
                            int32_t i, float *out);

#ifdef __cplusplus
}
#endif
#endif
