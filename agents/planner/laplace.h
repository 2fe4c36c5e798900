// agents/planner/laplace.h -- how likely a demonstrated line is by a driving reward.
//
// Levine & Koltun 2012, "Continuous inverse optimal control with locally optimal examples", ICML, section 4.
// By maximum entropy a line x has the density p(x) = e^-C(x) / integral of e^-C, with C = sum_k theta_k f_k.
// Near the demonstration C is taken as a quadratic, whose integral is known, so with g and H the gradient and
// the Hessian of C at the demonstration, in n unknowns,
//     log p = - g' H^-1 g / 2 + log det H / 2 - n log(2 pi) / 2
// and, as g and H are sums theta_k g_k and theta_k H_k, with y = H^-1 g,
//     d log p / d theta_k = - g_k' y + y' H_k y / 2 + trace(H^-1 H_k) / 2.
// The demonstration need not be the best line everywhere: only the best near itself. H is the Gauss-Newton
// Hessian of agents/planner/line_piece.h, which is positive where the exact one need not be; the g_k and H_k
// do not depend on theta and are computed once. The trace needs only the entries of H^-1 within the band.
//
// The three stations at either end are given, so the density is that of a stretch between its neighbours: a
// stretch tells nothing about how the drive began.
#ifndef VG_AGENTS_PLANNER_LAPLACE_H
#define VG_AGENTS_PLANNER_LAPLACE_H

#include "agents/planner/demonstrations.h"
#include "agents/planner/line_piece.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_laplace {
    int32_t unknowns;
    double features[VG_DRIVING_COUNT], metres; // of the stretch
    double *gradients;                         // [VG_DRIVING_COUNT][unknowns]
    vg_band hessians[VG_DRIVING_COUNT];        //
    vg_band factor, inverse;                   // of the last theta
    double *gradient, *way;                    // [unknowns]
} vg_laplace;

// Errors: VG_ERR_MEMORY; VG_ERR_ARGUMENT where a feature is not finite, naming it.
VG_NODISCARD vg_err vg_laplace_open(const vg_demonstration *shown, const vg_car *car, vg_laplace *out,
                                    vg_diag *diag);
void vg_laplace_close(vg_laplace *laplace); // a zeroed one is fine

// log p into *value and its gradient [VG_DRIVING_COUNT]; *misfit (may be NULL): g' H^-1 g, which is about the
// number of unknowns where theta has the right size. Returns false where H is not positive definite, at the
// unknown *row.
bool vg_laplace_value(vg_laplace *laplace, const double *theta, double *value, double *gradient,
                      double *misfit, int32_t *row);

#ifdef __cplusplus
}
#endif
#endif
