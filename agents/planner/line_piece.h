// agents/planner/line_piece.h -- a line on a road, given by offset and speed at stations: what each piece of
// it costs, and by how much it is beyond the car's limits, with their exact gradients.
//
// Piece i lies between stations i and i + 1. Four stations, i - 1 to i + 2, decide it, so eight unknowns: the
// offset and the speed of each. With p the points of the line and v the speeds,
//     chord      d_i = |p_(i+1) - p_i|, driven in t_i = 2 d_i / (v_i + v_(i+1)) seconds
//     curvature  k_i = 2 (p_i - p_(i-1)) x (p_(i+1) - p_i) / (d_(i-1) d_i |p_(i+1) - p_(i-1)|),
//                that of the circle through three points (Menger), exact on an arc
//     across     v_i^2 k_i;  its jerk is the difference to the next station over t_i
//     along      (v_(i+1)^2 - v_i^2) / (2 d_i);  its jerk is the difference to the piece before over the time
//                between their middles
// These are the accelerations of agents/rewards/driving.h, and the features are its features over the piece:
// the metres are those of the road between two stations.
#ifndef VG_AGENTS_PLANNER_LINE_PIECE_H
#define VG_AGENTS_PLANNER_LINE_PIECE_H

#include "agents/planner/band.h"
#include "agents/planner/dual.h"
#include "agents/planner/stations.h"
#include "agents/rewards/driving.h"

#ifdef __cplusplus
extern "C" {
#endif

// A line. Borrowed.
typedef struct vg_line_view {
    const vg_stations *stations;
    const vg_car *car;
    const double *offset, *speed; // [count] m, m/s
} vg_line_view;

// Unknown 2 k is the offset of station i - 1 + k, 2 k + 1 its speed.
typedef struct vg_line_piece {
    double metres;
    vg_dual share[VG_DRIVING_COUNT]; // as vg_driving_shares
    // The seconds curve upward, about as bend[0] lean[0] lean[0]' + bend[1] lean[1] lean[1]': by the speeds
    // and by the chord's length. What mixes both is left out, for with it the sum is not positive.
    double bend[2], lean[2][VG_DUAL_SLOPES];
} vg_line_piece;

// Which of the pieces have all four stations: [*first, *end) of them.
void vg_line_pieces(const vg_stations *stations, int32_t *first, int32_t *end);
// The numbers of the four stations of piece i.
void vg_line_stations(const vg_stations *stations, int32_t i, int32_t at[4]);

void vg_line_piece_at(const vg_line_view *line, int32_t i, vg_line_piece *out);

// How far beyond limits a piece is, as shares of them; at most 0 within.
typedef enum vg_line_limit {
    VG_LINE_GRIP,       // the friction ellipse at station i, and at station i + 1: the sum of squares less 1
    VG_LINE_GRIP_AFTER, //
    VG_LINE_DRIVE,      // throttle or power
    VG_LINE_BRAKE,
    VG_LINE_TURN, // the change of curvature in time, by the steering's rate
    VG_LINE_LEFT, // the edges, at station i
    VG_LINE_RIGHT,
    VG_LINE_FAST, // the top speed, at station i
    VG_LINE_SLOW, // the least speed
    VG_LINE_LIMITS
} vg_line_limit;

typedef struct vg_line_bounds {
    double grip;    // (0, 1], share of the friction ellipse, and of the steering's rate, that may be used
    double margin;  // m kept from the edges; at most half of each half width
    double slowest; // m/s
} vg_line_bounds;

void vg_line_limits_at(const vg_line_view *line, const vg_line_bounds *bounds, int32_t i,
                       vg_dual out[VG_LINE_LIMITS]);

// A piece and its limits at once, in half the time of one after the other.
void vg_line_piece_and_limits(const vg_line_view *line, const vg_line_bounds *bounds, int32_t i,
                              vg_line_piece *out, vg_dual beyond[VG_LINE_LIMITS]);

// How fast the car's steering can change the curvature, 1/(m s): near straight on, where it is slowest.
double vg_line_turn_rate(const vg_car *car);

// The largest offset to a side of this half width, m.
double vg_line_edge(const vg_line_bounds *bounds, double half);

// The curvature at station i (1/m) and the chord from it to the next (m).
double vg_line_bend(const vg_line_view *line, int32_t i, double *chord);

// A sum of weight * x^power and of features of one piece. A term adds slope * way to the gradient of the
// eight unknowns and square * way way' to their Gauss-Newton Hessian.
typedef struct vg_line_term {
    double slope, square;
    const double *way; // [VG_DUAL_SLOPES], borrowed
} vg_line_term;

enum { VG_LINE_TERMS = VG_DRIVING_COUNT + 2 + VG_LINE_LIMITS }; // all features and limits; time has three

typedef struct vg_line_terms {
    vg_line_term rows[VG_LINE_TERMS];
    int32_t count;
} vg_line_terms;

// Each appends to terms (NULL: does not) and returns what it adds to the sum: weight * x^power; weight times
// a feature of a piece.
double vg_line_power(double weight, int32_t power, const vg_dual *x, vg_line_terms *terms);
double vg_line_feature(const vg_line_piece *piece, int32_t feature, double weight, vg_line_terms *terms);

// Adds the terms, in their order. unknown: where each of the eight unknowns stands, -1: it is fixed. gradient
// [count] and hessian may be NULL.
void vg_line_add_terms(const vg_line_terms *terms, const int32_t unknown[8], double *gradient,
                       vg_band *hessian);
// The same of a single feature, which it returns.
double vg_line_add_feature(const vg_line_piece *piece, int32_t feature, double weight,
                           const int32_t unknown[8], double *gradient, vg_band *hessian);

#ifdef __cplusplus
}
#endif
#endif
