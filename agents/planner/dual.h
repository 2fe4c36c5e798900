// agents/planner/dual.h -- numbers with their slopes in eight variables: forward-mode differentiation, so
// that a gradient is exact and the formulas are written once.
#ifndef VG_AGENTS_PLANNER_DUAL_H
#define VG_AGENTS_PLANNER_DUAL_H

#include <math.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_DUAL_SLOPES = 8 };

// A vector of the compiler's, so that slopes stay in registers; aligned as a double, for it stands in arrays.
typedef double vg_dual_lanes __attribute__((vector_size(64), aligned(8)));

typedef struct vg_dual {
    double v;
    vg_dual_lanes d; // its derivative by each variable
} vg_dual;

static inline vg_dual vg_dual_of(double value) { return (vg_dual){.v = value}; }

// value + slope * (variable - where it is)
static inline vg_dual vg_dual_variable(double value, int variable, double slope) {
    vg_dual out = {.v = value};
    out.d[variable] = slope;
    return out;
}

// value, with the slopes `a` and `b` in x and y.
static inline vg_dual vg_dual_chain(double value, double a, const vg_dual *x, double b, const vg_dual *y) {
    vg_dual out = {.v = value};
    out.d = a * x->d + b * y->d;
    return out;
}

static inline vg_dual vg_dual_sum(vg_dual x, vg_dual y) { return vg_dual_chain(x.v + y.v, 1, &x, 1, &y); }
static inline vg_dual vg_dual_less(vg_dual x, vg_dual y) { return vg_dual_chain(x.v - y.v, 1, &x, -1, &y); }
static inline vg_dual vg_dual_times(vg_dual x, vg_dual y) {
    return vg_dual_chain(x.v * y.v, y.v, &x, x.v, &y);
}
static inline vg_dual vg_dual_over(vg_dual x, vg_dual y) {
    double share = x.v / y.v;
    return vg_dual_chain(share, 1 / y.v, &x, -share / y.v, &y);
}
// add + scale * x
static inline vg_dual vg_dual_line(double add, double scale, vg_dual x) {
    return vg_dual_chain(add + scale * x.v, scale, &x, 0, &x);
}
static inline vg_dual vg_dual_root(vg_dual x) {
    double root = sqrt(x.v);
    return vg_dual_chain(root, 0.5 / root, &x, 0, &x);
}

#ifdef __cplusplus
}
#endif
#endif
