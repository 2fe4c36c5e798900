// agents/planner/line_piece_hot.c -- a piece of a line with its slopes, and sums of squares of them. Lanes
// are the eight unknowns; no sum runs over lanes.
#include <math.h>

#include "agents/planner/line_piece_private.h"

// --- how the line is driven --------------------------------------------------------------------------------

typedef struct motion {
    int32_t at[4];
    vg_dual x[4], y[4], v[4]; // of the stations
    vg_dual chord[3];         // between them
    vg_dual curvature[2];     // at the two in the middle
    vg_dual across[2];        // m/s^2, at the two in the middle
    vg_dual middle[3];        // m/s, mean speed between two
    vg_dual along[3];         // m/s^2, between two
} motion;

static inline vg_dual length_of(vg_dual x, vg_dual y) {
    return vg_dual_root(vg_dual_sum(vg_dual_times(x, x), vg_dual_times(y, y)));
}

static inline void curve(motion *m, int32_t k, const vg_dual dx[3], const vg_dual dy[3]) {
    vg_dual cross = vg_dual_less(vg_dual_times(dx[k], dy[k + 1]), vg_dual_times(dy[k], dx[k + 1]));
    vg_dual span = length_of(vg_dual_sum(dx[k], dx[k + 1]), vg_dual_sum(dy[k], dy[k + 1]));
    vg_dual below = vg_dual_times(vg_dual_times(m->chord[k], m->chord[k + 1]), span);
    m->curvature[k] = vg_dual_over(vg_dual_line(0, 2, cross), below);
    m->across[k] = vg_dual_times(vg_dual_times(m->v[k + 1], m->v[k + 1]), m->curvature[k]);
}

static inline void move(const vg_line_view *line, int32_t i, motion *m) {
    const vg_stations *road = line->stations;
    vg_dual dx[3], dy[3];
    vg_line_stations(road, i, m->at);
    for (int32_t k = 0; k < 4; k++) {
        int32_t at = m->at[k];
        double n = line->offset[at], nx = road->left_x[at], ny = road->left_y[at];
        m->x[k] = vg_dual_variable(road->x[at] + n * nx, 2 * k, nx);
        m->y[k] = vg_dual_variable(road->y[at] + n * ny, 2 * k, ny);
        m->v[k] = vg_dual_variable(line->speed[at], 2 * k + 1, 1);
    }
    for (int32_t k = 0; k < 3; k++) {
        dx[k] = vg_dual_less(m->x[k + 1], m->x[k]), dy[k] = vg_dual_less(m->y[k + 1], m->y[k]);
        m->chord[k] = length_of(dx[k], dy[k]);
        m->middle[k] = vg_dual_line(0, 0.5, vg_dual_sum(m->v[k], m->v[k + 1]));
        // (v'^2 - v^2) / (2 d) = (v' - v) middle / d
        vg_dual gained = vg_dual_times(vg_dual_less(m->v[k + 1], m->v[k]), m->middle[k]);
        m->along[k] = vg_dual_over(gained, m->chord[k]);
    }
    curve(m, 0, dx, dy);
    curve(m, 1, dx, dy);
}

// --- limits that depend on the speed -----------------------------------------------------------------------

typedef struct grip {
    vg_dual across, along; // m/s^2, what shares are of
    vg_dual tyres;         // m/s^2 along that the tyres hold; where there is no ellipse, infinite
} grip;

static inline grip grip_at(const vg_car *car, const vg_dual *speed) {
    vg_driving_limits limits = vg_driving_grip_of(car, speed->v);
    double slope = car->lateral_max > 0 ? 2 * (double)car->downforce * speed->v : 0;
    double tyres = vg_car_grip_along(car, speed->v);
    double ratio = isinf(tyres) ? 0 : (double)car->longitudinal_max / (double)car->lateral_max;
    double share = limits.longitudinal >= tyres ? ratio : 0; // else brakes or drive are the limit
    return (grip){vg_dual_chain(limits.lateral, slope, speed, 0, speed),
                  vg_dual_chain(limits.longitudinal, share * slope, speed, 0, speed),
                  vg_dual_chain(tyres, ratio * slope, speed, 0, speed)};
}

// --- features ----------------------------------------------------------------------------------------------

// Second derivatives of the seconds d / v: 2 d / v^3 by the mean speed, and by the points those of the chord,
// across it, over v.
static inline void bend(const motion *m, const vg_stations *road, vg_line_piece *out) {
    double d = m->chord[1].v, v = m->middle[1].v;
    double across_x = -(m->y[2].v - m->y[1].v) / d, across_y = (m->x[2].v - m->x[1].v) / d;
    out->bend[0] = 2 * d / (v * v * v), out->bend[1] = 1 / (d * v);
    for (int32_t k = 0; k < VG_DUAL_SLOPES; k++) out->lean[0][k] = m->middle[1].d[k], out->lean[1][k] = 0;
    out->lean[1][2] = -(across_x * road->left_x[m->at[1]] + across_y * road->left_y[m->at[1]]);
    out->lean[1][4] = across_x * road->left_x[m->at[2]] + across_y * road->left_y[m->at[2]];
}

static inline void features_of(const vg_line_view *line, const motion *m, vg_line_piece *out) {
    vg_dual seconds = vg_dual_over(m->chord[1], m->middle[1]),
            before = vg_dual_over(m->chord[0], m->middle[0]);
    grip here = grip_at(line->car, &m->v[1]), there = grip_at(line->car, &m->middle[1]);
    double sharpest = vg_driving_sharpest(line->car);
    vg_dual apart = vg_dual_line(0, 0.5, vg_dual_sum(seconds, before));
    vg_dual turn = vg_dual_over(vg_dual_less(m->curvature[1], m->curvature[0]), m->chord[1]);
    vg_dual swerve = vg_dual_over(vg_dual_less(m->across[1], m->across[0]), seconds);
    vg_dual jolt = vg_dual_over(vg_dual_less(m->along[1], m->along[0]), apart);
    double n = line->offset[m->at[1]];
    double half = n > 0 ? line->stations->left[m->at[1]] : line->stations->right[m->at[1]];
    out->metres = line->stations->spacing;
    out->share[VG_DRIVING_time] = seconds;
    out->share[VG_DRIVING_lateral_acceleration] = vg_dual_over(m->across[0], here.across);
    out->share[VG_DRIVING_longitudinal_acceleration] = vg_dual_over(m->along[1], there.along);
    out->share[VG_DRIVING_lateral_jerk] = vg_dual_over(swerve, there.across);
    out->share[VG_DRIVING_longitudinal_jerk] = vg_dual_over(jolt, here.along);
    out->share[VG_DRIVING_offset] = out->share[VG_DRIVING_edge] = vg_dual_variable(n / half, 2, 1 / half);
    out->share[VG_DRIVING_curvature_change] = vg_dual_line(0, 1 / sharpest, turn);
    bend(m, line->stations, out);
}

// --- limits ------------------------------------------------------------------------------------------------

static inline vg_dual square_share(vg_dual value, vg_dual limit, double share) {
    vg_dual x = vg_dual_over(value, limit);
    return vg_dual_line(0, 1 / (share * share), vg_dual_times(x, x));
}

static inline void limits_of(const vg_line_view *line, const vg_line_bounds *bounds, const motion *m,
                             vg_dual out[VG_LINE_LIMITS]) {
    const vg_car *car = line->car;
    // What drive and brakes must give: the acceleration, and what rolling and the air take.
    vg_dual air =
        vg_dual_line((double)car->rolling, (double)car->drag, vg_dual_times(m->middle[1], m->middle[1]));
    vg_dual asked = vg_dual_sum(m->along[1], air);
    for (int32_t k = 0; k < 2; k++) {
        grip most = grip_at(car, &m->v[k + 1]);
        vg_dual used = square_share(m->across[k], most.across, bounds->grip);
        if (!isinf(most.tyres.v)) used = vg_dual_sum(used, square_share(asked, most.tyres, bounds->grip));
        out[VG_LINE_GRIP + k] = vg_dual_line(-1, 1, used);
    }
    vg_dual v = m->middle[1], throttle = vg_dual_of((double)car->accel_max);
    if (car->power > 0 && (double)car->power < throttle.v * v.v)
        throttle = vg_dual_over(vg_dual_of((double)car->power), v);
    out[VG_LINE_DRIVE] = vg_dual_line(-1, 1, vg_dual_over(asked, throttle));
    out[VG_LINE_BRAKE] = vg_dual_line(-1, -1 / (double)car->brake_max, asked);
    vg_dual turn = vg_dual_over(vg_dual_less(m->curvature[1], m->curvature[0]), m->chord[1]);
    vg_dual turned = square_share(vg_dual_times(turn, v), vg_dual_of(vg_line_turn_rate(car)), bounds->grip);
    out[VG_LINE_TURN] = vg_dual_line(-1, 1, turned);
    double n = line->offset[m->at[1]], top = (double)car->speed_max;
    double left = vg_line_edge(bounds, line->stations->left[m->at[1]]);
    double right = vg_line_edge(bounds, line->stations->right[m->at[1]]);
    out[VG_LINE_LEFT] = vg_dual_variable(n / left - 1, 2, 1 / left);
    out[VG_LINE_RIGHT] = vg_dual_variable(-n / right - 1, 2, -1 / right);
    out[VG_LINE_FAST] = vg_dual_line(-1, 1 / top, m->v[1]);
    out[VG_LINE_SLOW] = vg_dual_line(1, -1 / bounds->slowest, m->v[1]);
}

static void measure(const vg_line_view *line, const vg_line_bounds *bounds, int32_t i, vg_line_piece *piece,
                    vg_dual *beyond) {
    motion m;
    move(line, i, &m);
    if (piece) features_of(line, &m, piece);
    if (beyond) limits_of(line, bounds, &m, beyond);
}

static double bend_at(const vg_line_view *line, int32_t i, double *chord) {
    motion m;
    move(line, i, &m);
    *chord = m.chord[1].v;
    return m.curvature[0].v;
}

// --- sums --------------------------------------------------------------------------------------------------

typedef struct sums {
    double slope[8], square[8][8];
} sums;

static inline void add(const vg_line_term *term, sums *s) {
    double way[8];
    for (int32_t c = 0; c < 8; c++) way[c] = term->way[c];
    for (int32_t c = 0; c < 8; c++) s->slope[c] += term->slope * way[c];
    if (term->square == 0) return;
    for (int32_t r = 0; r < 8; r++) {
        double row = term->square * way[r];
        if (way[r] == 0) continue;
        if (r < 4)
            for (int32_t c = 0; c < 4; c++) s->square[r][c] += row * way[c];
        else
            for (int32_t c = 0; c < 8; c++) s->square[r][c] += row * way[c];
    }
}

static inline bool free_pair(const int32_t unknown[8], int32_t r, int32_t c) {
    return unknown[r] >= 0 && unknown[c] >= 0;
}

static inline void load(const int32_t unknown[8], const double *gradient, const vg_band *hessian, sums *s) {
    *s = (sums){0};
    for (int32_t r = 0; r < 8; r++) {
        if (gradient && unknown[r] >= 0) s->slope[r] = gradient[unknown[r]];
        for (int32_t c = 0; hessian && c <= r; c++)
            if (free_pair(unknown, r, c)) s->square[r][c] = *vg_band_at(hessian, unknown[r], unknown[c]);
    }
}

static inline void store(const int32_t unknown[8], double *gradient, vg_band *hessian, const sums *s) {
    for (int32_t r = 0; r < 8; r++) {
        if (gradient && unknown[r] >= 0) gradient[unknown[r]] = s->slope[r];
        for (int32_t c = 0; hessian && c <= r; c++)
            if (free_pair(unknown, r, c)) *vg_band_at(hessian, unknown[r], unknown[c]) = s->square[r][c];
    }
}

// The places of the band are read once, take all terms in their order, and are written once: the same sums.
static void add_terms(const vg_line_terms *terms, const int32_t unknown[8], double *gradient,
                      vg_band *hessian) {
    sums s;
    load(unknown, gradient, hessian, &s);
    for (int32_t k = 0; k < terms->count; k++) add(&terms->rows[k], &s);
    store(unknown, gradient, hessian, &s);
}

const vg_line_kernel VG_HOT_NAME(vg_line_kernel) = {measure, bend_at, add_terms};
