#include "agents/experts/line_follower.h"

#include <math.h>
#include <stddef.h>

#include "agents/experts/ahead.h"
#include "agents/experts/line_laps.h"
#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_TEXT, offsetof(vg_line_follower, field), unit, least, most, standard, NULL, help},
    VG_LINE_FOLLOWER_TEXTS(X)
#undef X
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_line_follower, field), unit, least, most, standard, NULL, help},
        VG_LINE_FOLLOWER_FIELDS(X)
#undef X
};
const vg_schema vg_line_follower_schema = {"line_follower", keys, sizeof keys / sizeof *keys, NULL};

typedef struct line_follower {
    vg_policy policy;
    vg_line_follower set;
    vg_car car;
    vg_road *road; // the road of the log
    vg_road *path; // the line, as a road of its own
    double *along; // [bins + 1] arc length of the path at each bin's centre; the last one is the first one's,
                   // a lap on
    float *speed;  // [nodes of the path]
    int32_t bins;
} line_follower;

static const double SLOWEST = 1; // m/s; a recorded standstill cannot be followed

static double held(double value, double most) { return fmax(-most, fmin(most, value)); }

// --- the line as a path ------------------------------------------------------------------------------------

static vg_err make_path(line_follower *f, const vg_line_laps *laps, vg_diag *diag) {
    vg_road_view view = vg_road_get(f->road);
    double *x = vg_new(double, f->bins), *y = vg_new(double, f->bins), *width = vg_new(double, f->bins);
    vg_err err = x && y && width ? VG_OK : vg_fail_memory(diag);
    for (int32_t k = 0; k < f->bins && !err; k++) {
        vg_road_point at = vg_road_at(f->road, (k + 0.5) * view.length / f->bins);
        double sine, cosine;
        vg_sincos(at.heading, &sine, &cosine);
        x[k] = at.x - laps->offset[k] * sine;
        y[k] = at.y + laps->offset[k] * cosine;
        width[k] = 1; // not used
    }
    vg_road_def def = vg_road_default();
    def.name = view.name, def.x = x, def.y = y, def.left = def.right = width;
    def.count = f->bins, def.closed = view.closed;
    if (!err) err = vg_road_create(&def, &f->path, diag);
    // Where each bin's centre lies along the path.
    double length = err ? 0 : vg_road_get(f->path).length, near = 0;
    for (int32_t k = 0; k < f->bins && !err; k++) {
        double step =
            k > 0 ? vg_road_between(f->path, near, vg_road_project(f->path, x[k], y[k], near).s) : 0;
        near += fmax(step, 0);
        f->along[k] = near;
    }
    f->along[f->bins] = view.closed ? length : near;
    vg_free(x);
    vg_free(y);
    vg_free(width);
    return err;
}

// The speed at every node of the path.
static vg_err spread_speed(line_follower *f, const vg_line_laps *laps, vg_diag *diag) {
    vg_road_view path = vg_road_get(f->path);
    if (!(f->speed = vg_new(float, path.count))) return vg_fail_memory(diag);
    int32_t k = 0;
    for (int32_t i = 0; i < path.count; i++) {
        double s = i * path.spacing;
        while (k + 1 < f->bins && f->along[k + 1] <= s) k++;
        double way = f->along[k + 1] - f->along[k], share = way > 0 ? fmin(1, (s - f->along[k]) / way) : 0;
        float from = laps->speed[k];
        float to = laps->speed[k + 1 < f->bins ? k + 1 : path.closed ? 0 : k];
        f->speed[i] = (float)fmax(SLOWEST, from + share * (to - from));
    }
    return VG_OK;
}

// The path's arc length at the road's s.
static double beside(const line_follower *f, double s) {
    vg_road_view view = vg_road_get(f->road);
    double at = s / view.length * f->bins - 0.5;
    if (view.closed) at -= f->bins * floor(at / f->bins);
    at = fmax(0, fmin(at, view.closed ? f->bins : f->bins - 1));
    int32_t k = (int32_t)fmin(floor(at), f->bins - 1);
    return f->along[k] + (at - k) * (f->along[k + 1] - f->along[k]);
}

static double speed_at(const line_follower *f, const vg_road_view *path, double s) {
    int32_t node = (int32_t)(vg_road_wrap(f->path, s) / path->spacing);
    return f->speed[node < path->count ? node : path->count - 1];
}

// --- driving -----------------------------------------------------------------------------------------------

static double curvature_for(const line_follower *f, const vg_state *state, const vg_road_place *place) {
    vg_road_point line = vg_road_at(f->path, place->s);
    double look = f->set.lookahead * state->speed + f->set.lookahead_least, sine, cosine;
    vg_sincos(state->yaw - line.heading, &sine, &cosine);
    double along = line.curvature * cosine / fmax(0.3, 1 - line.curvature * place->offset);
    return along - 2 / look * (sine + held(place->offset / look, f->set.approach));
}

enum { PLAN = 24 }; // samples of the speed farther ahead

static double accel_for(const line_follower *f, const vg_state *state, double s) {
    vg_road_view path = vg_road_get(f->path);
    double v = state->speed, most = f->set.braking * vg_ahead_brake(&f->car, v), way = v * f->set.preview + 2;
    double next = speed_at(f, &path, s + way), accel = (next * next - v * v) / (2 * way);
    double step = v * v / (2 * most) / PLAN;
    for (int32_t j = 1; j <= PLAN; j++) {
        double then = speed_at(f, &path, s + way + j * step);
        double needed = (then * then - v * v) / (2 * (way + j * step));
        if (needed < -most) accel = fmin(accel, needed);
    }
    return accel;
}

static vg_err line_label(const vg_policy *policy, const void *memory, const vg_world *world, float *out) {
    (void)memory;
    const line_follower *f = (const line_follower *)policy;
    int32_t count = vg_world_get(world).count;
    for (int32_t i = 0; i < count; i++) {
        const vg_car *car = vg_world_car(world, i);
        vg_state state = vg_ahead_state(world, i);
        vg_road_place place = vg_road_project(f->path, state.x, state.y, beside(f, state.s));
        double curvature = curvature_for(f, &state, &place);
        double accel = vg_ahead_along(car, state.speed, curvature, accel_for(f, &state, place.s));
        out[VG_CAR_ACTIONS * (int64_t)i] =
            (float)held(vg_atan(curvature * car->wheelbase) / car->steer_max, 1);
        out[VG_CAR_ACTIONS * (int64_t)i + 1] =
            (float)held(accel > 0 ? accel / car->accel_max : accel / car->brake_max, 1);
    }
    return VG_OK;
}

static vg_err line_act(const vg_policy *policy, void *memory, const float *observed, const vg_world *world,
                       float *out) {
    (void)observed;
    return line_label(policy, memory, world, out);
}

static vg_err line_knows(const vg_policy *policy, const vg_road *road, vg_diag *diag) {
    const line_follower *f = (const line_follower *)policy;
    if (vg_road_hash(road) == vg_road_hash(f->road)) return VG_OK;
    return vg_fail(diag, VG_ERR_MISMATCH,
                   "%s knows the road '%.60s' of %.200s, not '%.60s'; ask it there, or give it a log driven "
                   "here",
                   policy->name, vg_road_get(f->road).name, f->set.log, vg_road_get(road).name);
}

static void line_destroy(vg_policy *policy) {
    line_follower *f = (line_follower *)policy;
    vg_road_destroy(f->road);
    vg_road_destroy(f->path);
    vg_free(f->along);
    vg_free(f->speed);
    vg_free(f);
}

static const vg_policy_ops ops = {
    .act = line_act,
    .label = line_label,
    .knows = line_knows,
    .destroy = line_destroy,
};

// Hash over the path, the speeds and the settings that are not in them.
static uint64_t hash_of(const line_follower *f) {
    uint64_t hash = vg_hash_text(0, vg_line_follower_schema.name);
    const int64_t roads[] = {(int64_t)vg_road_hash(f->road), (int64_t)vg_road_hash(f->path)};
    hash = vg_hash_int(hash, roads, 2);
    hash = vg_hash_float(hash, f->speed, vg_road_get(f->path).count);
#define X(field, unit, least, most, standard, help) hash = vg_hash_float(hash, &f->set.field, 1);
    VG_LINE_FOLLOWER_FIELDS(X)
#undef X
    return hash;
}

vg_err vg_line_follower_create(const vg_line_follower *settings, vg_policy **out, vg_diag *diag) {
    vg_line_laps laps;
    *out = NULL;
    vg_line_laps_def def = {settings->log, settings->driver, settings->lap, settings->smooth};
    vg_err err = vg_line_laps_read(&def, &laps, diag);
    if (err) return err;
    line_follower *f = vg_new(line_follower, 1);
    if (!f) {
        vg_line_laps_free(&laps);
        return vg_fail_memory(diag);
    }
    f->policy = (vg_policy){.ops = &ops, .name = vg_line_follower_schema.name, .car = &f->car};
    f->set = *settings;
    f->car = laps.car;
    f->bins = laps.bins;
    f->road = laps.road;
    laps.road = NULL;
    f->along = vg_new(double, f->bins + 1);
    err = f->along ? make_path(f, &laps, diag) : vg_fail_memory(diag);
    if (!err) err = spread_speed(f, &laps, diag);
    vg_line_laps_free(&laps);
    if (err) {
        line_destroy(&f->policy);
        return err;
    }
    f->policy.hash = hash_of(f);
    *out = &f->policy;
    return VG_OK;
}
