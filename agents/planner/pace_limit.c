#include "agents/planner/pace_limit.h"

#include <math.h>

#include "sim/base/memory.h"

typedef struct pace {
    const vg_car *car;
    double grip;
    int32_t count;
    bool closed;
    double *curvature, *chord; // [count]: at a station; to the next one
    double *speed;
} pace;

// m/s at which a bend takes all of the grip.
static double bend_limit(const pace *p, double curvature) {
    double across = vg_driving_grip_of(p->car, 0).lateral * p->grip, top = (double)p->car->speed_max;
    double down = p->car->lateral_max > 0 ? (double)p->car->downforce * p->grip : 0;
    double left = fabs(curvature) - down;
    return left * top * top > across ? sqrt(across / left) : top;
}

// Between two stations the curvature changes no faster than the steering turns.
static void hold_turns(pace *p, double share) {
    for (int32_t i = 0; i < p->count; i++) {
        int32_t next = i + 1 < p->count ? i + 1 : p->closed ? 0 : i;
        double turn = fabs(p->curvature[next] - p->curvature[i]) / p->chord[i];
        double most = share * vg_line_turn_rate(p->car);
        if (turn * p->speed[i] > most) p->speed[i] = most / turn;
        if (turn * p->speed[next] > most) p->speed[next] = most / turn;
    }
}

// m/s^2 that are left to brake (direction -1) or gather speed (+1) at a speed in a bend. Never below 0.
static double rate(const pace *p, double speed, double curvature, int32_t direction) {
    const vg_car *car = p->car;
    double air = (double)car->rolling + (double)car->drag * speed * speed;
    double asked = direction < 0 ? (double)car->brake_max : (double)car->accel_max;
    if (direction > 0 && car->power > 0) asked = fmin(asked, (double)car->power / fmax(speed, 1));
    double given = vg_car_grip_beside(car, speed, p->grip, speed * speed * curvature, asked);
    return fmax(0, direction < 0 ? given + air : given - air);
}

// From station `from` to its neighbour `to`, which may be faster only by what the rate allows at both.
static void step(pace *p, int32_t from, int32_t to, int32_t direction) {
    double chord = p->chord[direction < 0 ? to : from], v = p->speed[from];
    double most = sqrt(v * v + 2 * chord * rate(p, v, p->curvature[from], direction));
    if (p->speed[to] <= most) return;
    double there = sqrt(v * v + 2 * chord * rate(p, most, p->curvature[to], direction));
    p->speed[to] = fmin(p->speed[to], fmin(most, there));
}

static void pass(pace *p, int32_t direction) {
    int32_t n = p->count, steps = p->closed ? 2 * n : n - 1;
    for (int32_t k = 0; k < steps; k++) {
        int32_t at = direction > 0 ? k % n : n - 1 - k % n;
        int32_t next = at + direction;
        if (next < 0) next += n;
        step(p, at, next >= n ? next - n : next, direction);
    }
}

vg_err vg_pace_limit(const vg_line_view *line, const vg_line_bounds *bounds, double *speed, vg_diag *diag) {
    int32_t n = line->stations->count, first, end;
    pace p = {line->car, bounds->grip, n, line->stations->closed, NULL, NULL, speed};
    p.curvature = vg_new(double, 2 * (int64_t)n);
    if (!p.curvature) return vg_fail_memory(diag);
    p.chord = p.curvature + n;
    vg_line_pieces(line->stations, &first, &end);
    for (int32_t i = 0; i < n; i++) { // the ends of an open line go straight on
        bool inside = i >= first && i < end;
        p.chord[i] = line->stations->spacing;
        p.curvature[i] = inside ? vg_line_bend(line, i, &p.chord[i]) : 0;
        speed[i] = fmin(speed[i], bend_limit(&p, p.curvature[i]));
    }
    hold_turns(&p, bounds->grip);
    pass(&p, -1);
    pass(&p, 1);
    vg_free(p.curvature);
    return VG_OK;
}
