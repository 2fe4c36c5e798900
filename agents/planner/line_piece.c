#include "agents/planner/line_piece.h"

#include <math.h>

#include "agents/planner/line_piece_private.h"

void vg_line_pieces(const vg_stations *stations, int32_t *first, int32_t *end) {
    *first = stations->closed ? 0 : 1;
    *end = stations->closed ? stations->count : stations->count - 2;
}

void vg_line_stations(const vg_stations *stations, int32_t i, int32_t at[4]) {
    for (int32_t k = 0; k < 4; k++) {
        int32_t station = i - 1 + k;
        if (station < 0) station += stations->count;
        if (station >= stations->count) station -= stations->count;
        at[k] = station;
    }
}

double vg_line_turn_rate(const vg_car *car) { return (double)car->steer_rate / (double)car->wheelbase; }

double vg_line_edge(const vg_line_bounds *bounds, double half) {
    return half - fmin(bounds->margin, half / 2);
}

// --- pieces ------------------------------------------------------------------------------------------------

void vg_line_piece_at(const vg_line_view *line, int32_t i, vg_line_piece *out) {
    VG_HOT_PICK(vg_line_kernel)->measure(line, NULL, i, out, NULL);
}

void vg_line_limits_at(const vg_line_view *line, const vg_line_bounds *bounds, int32_t i,
                       vg_dual out[VG_LINE_LIMITS]) {
    VG_HOT_PICK(vg_line_kernel)->measure(line, bounds, i, NULL, out);
}

void vg_line_piece_and_limits(const vg_line_view *line, const vg_line_bounds *bounds, int32_t i,
                              vg_line_piece *out, vg_dual beyond[VG_LINE_LIMITS]) {
    VG_HOT_PICK(vg_line_kernel)->measure(line, bounds, i, out, beyond);
}

double vg_line_bend(const vg_line_view *line, int32_t i, double *chord) {
    return VG_HOT_PICK(vg_line_kernel)->bend(line, i, chord);
}

// --- sums --------------------------------------------------------------------------------------------------

double vg_line_power(double weight, int32_t power, const vg_dual *x, vg_line_terms *terms) {
    double below = power == 4 ? x->v * x->v : 1; // x^(power - 2)
    if (terms)
        terms->rows[terms->count++] = (vg_line_term){
            weight * power * below * x->v, weight * power * (power - 1) * below, (const double *)&x->d};
    return weight * below * x->v * x->v;
}

double vg_line_feature(const vg_line_piece *piece, int32_t feature, double weight, vg_line_terms *terms) {
    const vg_dual *x = &piece->share[feature];
    if (feature != VG_DRIVING_time)
        return vg_line_power(weight * piece->metres, vg_driving_power(feature), x, terms);
    if (terms) {
        terms->rows[terms->count++] = (vg_line_term){weight, 0, (const double *)&x->d};
        for (int32_t k = 0; k < 2; k++)
            terms->rows[terms->count++] = (vg_line_term){0, weight * piece->bend[k], piece->lean[k]};
    }
    return weight * x->v;
}

void vg_line_add_terms(const vg_line_terms *terms, const int32_t unknown[8], double *gradient,
                       vg_band *hessian) {
    VG_HOT_PICK(vg_line_kernel)->add_terms(terms, unknown, gradient, hessian);
}

double vg_line_add_feature(const vg_line_piece *piece, int32_t feature, double weight,
                           const int32_t unknown[8], double *gradient, vg_band *hessian) {
    vg_line_terms terms = {.count = 0};
    double value = vg_line_feature(piece, feature, weight, &terms);
    if (gradient || hessian) vg_line_add_terms(&terms, unknown, gradient, hessian);
    return value;
}
