#include "agents/experts/followed_line.h"

#include <math.h>

#include "agents/experts/ahead.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static double held(double value, double most) { return fmax(-most, fmin(most, value)); }

// --- the line as a path ------------------------------------------------------------------------------------

static vg_err make_path(vg_followed_line *f, const vg_road *road, const vg_line_points *points,
                        vg_diag *diag) {
    vg_road_view view = vg_road_get(road);
    double *x = vg_new(double, f->count), *y = vg_new(double, f->count), *width = vg_new(double, f->count);
    vg_err err = x && y && width ? VG_OK : vg_fail_memory(diag);
    for (int32_t k = 0; k < f->count && !err; k++) {
        vg_road_point at = vg_road_at(road, (k + f->shift) * view.length / f->intervals);
        double sine, cosine;
        vg_sincos(at.heading, &sine, &cosine);
        x[k] = at.x - points->offset[k] * sine;
        y[k] = at.y + points->offset[k] * cosine;
        width[k] = 1; // not used
    }
    vg_road_def def = vg_road_default();
    def.name = view.name, def.x = x, def.y = y, def.left = def.right = width;
    def.count = f->count, def.closed = view.closed;
    if (!err) err = vg_road_create(&def, &f->path, diag);
    // Where each point lies along the path.
    double length = err ? 0 : vg_road_get(f->path).length, near = 0;
    for (int32_t k = 0; k < f->count && !err; k++) {
        double step =
            k > 0 ? vg_road_between(f->path, near, vg_road_project(f->path, x[k], y[k], near).s) : 0;
        near += fmax(step, 0);
        f->along[k] = near;
    }
    f->along[f->count] = view.closed ? length : near;
    vg_free(x);
    vg_free(y);
    vg_free(width);
    return err;
}

// The speed at every node of the path.
static vg_err spread_speed(vg_followed_line *f, const vg_line_points *points, vg_diag *diag) {
    vg_road_view path = vg_road_get(f->path);
    if (!(f->speed = vg_new(float, path.count))) return vg_fail_memory(diag);
    int32_t k = 0;
    for (int32_t i = 0; i < path.count; i++) {
        double s = i * path.spacing;
        while (k + 1 < f->count && f->along[k + 1] <= s) k++;
        double way = f->along[k + 1] - f->along[k], share = way > 0 ? fmin(1, (s - f->along[k]) / way) : 0;
        float from = points->speed[k];
        float to = points->speed[k + 1 < f->count ? k + 1 : path.closed ? 0 : k];
        f->speed[i] = (float)fmax(f->slowest, from + share * (to - from));
    }
    return VG_OK;
}

vg_err vg_followed_line_open(const vg_road *road, const vg_line_points *points, vg_followed_line *out,
                             vg_diag *diag) {
    vg_road_view view = vg_road_get(road);
    *out = (vg_followed_line){.length = view.length,
                              .closed = view.closed,
                              .count = points->count,
                              .intervals = points->intervals,
                              .shift = points->shift,
                              .slowest = points->slowest};
    out->along = vg_new(double, out->count + 1);
    vg_err err = out->along ? make_path(out, road, points, diag) : vg_fail_memory(diag);
    return err ? err : spread_speed(out, points, diag);
}

void vg_followed_line_close(vg_followed_line *line) {
    vg_road_destroy(line->path);
    vg_free(line->along);
    vg_free(line->speed);
    *line = (vg_followed_line){0};
}

// The path's arc length at the road's s.
static double beside(const vg_followed_line *f, double s) {
    double at = s / f->length * f->intervals - f->shift;
    if (f->closed) at -= f->count * floor(at / f->count);
    at = fmax(0, fmin(at, f->closed ? f->count : f->count - 1));
    int32_t k = (int32_t)fmin(floor(at), f->count - 1);
    return f->along[k] + (at - k) * (f->along[k + 1] - f->along[k]);
}

static double speed_at(const vg_followed_line *f, const vg_road_view *path, double s) {
    int32_t node = (int32_t)(vg_road_wrap(f->path, s) / path->spacing);
    return f->speed[node < path->count ? node : path->count - 1];
}

// --- driving -----------------------------------------------------------------------------------------------

// m; shorter for model cars, longer for cars that answer late: where they will be is known only as far as
// their steering follows, and a short way back swings them from side to side.
static double lookahead_of(const vg_following *how, const vg_car *car, float speed) {
    return (how->lookahead + car->delay) * speed + how->lookahead_least * vg_car_scale(car);
}

static double curvature_for(const vg_followed_line *f, const vg_following *how, const vg_state *state,
                            const vg_road_place *place, double look) {
    vg_road_point line = vg_road_at(f->path, place->s);
    double sine, cosine;
    vg_sincos(state->yaw - line.heading, &sine, &cosine);
    double along = line.curvature * cosine / fmax(0.3, 1 - line.curvature * place->offset);
    return along - 2 / look * (sine + held(place->offset / look, how->approach));
}

enum { PLAN = 24 }; // samples of the speed farther ahead

// The share of the line's speed that is driven this far off it.
static double share_of_speed(const vg_following *how, double offset, double look) {
    double away = fabs(offset) / look;
    return how->careful ? 1 - fmax(0, fmin(0.3, away - 0.05)) : 1;
}

static double accel_for(const vg_followed_line *f, const vg_following *how, const vg_car *car,
                        const vg_state *state, double s, double share) {
    vg_road_view path = vg_road_get(f->path);
    double v = state->speed, most = how->braking * vg_ahead_brake(car, v),
           way = v * how->preview + 2 * (double)vg_car_scale(car);
    double next = share * speed_at(f, &path, s + way), accel = (next * next - v * v) / (2 * way);
    double step = v * v / (2 * most) / PLAN;
    for (int32_t j = 1; j <= PLAN; j++) {
        double then = share * speed_at(f, &path, s + way + j * step);
        double needed = (then * then - v * v) / (2 * (way + j * step));
        if (needed < -most) accel = fmin(accel, needed);
    }
    return accel;
}

void vg_followed_line_drive(const vg_followed_line *f, const vg_following *how, const vg_world *world,
                            int32_t i, float *out) {
    const vg_car *car = vg_world_car(world, i);
    vg_state state = vg_ahead_state(world, i);
    vg_road_place place = vg_road_project(f->path, state.x, state.y, beside(f, state.s));
    double look = lookahead_of(how, car, state.speed);
    double curvature = curvature_for(f, how, &state, &place, look);
    double share = share_of_speed(how, place.offset, look);
    double accel = accel_for(f, how, car, &state, place.s, share);
    accel = vg_ahead_along(car, state.speed, curvature, accel);
    out[0] = (float)held(vg_atan(curvature * car->wheelbase) / car->steer_max, 1);
    out[1] = (float)held(accel > 0 ? accel / car->accel_max : accel / car->brake_max, 1);
}
