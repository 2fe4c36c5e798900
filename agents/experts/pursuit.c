#include "agents/experts/pursuit.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "agents/experts/ahead.h"
#include "agents/experts/hands.h"
#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_pursuit, field), unit, least, most, standard, NULL, help},
static const vg_key clean_keys[] = {VG_PURSUIT_FIELDS(X)};
static const vg_key noisy_keys[] = {VG_PURSUIT_FIELDS(X) VG_PURSUIT_NOISE_FIELDS(X)};
#undef X
const vg_schema vg_pursuit_schema = {"pursuit", clean_keys, sizeof clean_keys / sizeof *clean_keys, NULL};
const vg_schema vg_pursuit_noisy_schema = {"pursuit-noisy", noisy_keys,
                                           sizeof noisy_keys / sizeof *noisy_keys, NULL};

typedef struct pursuit {
    vg_policy policy;
    vg_pursuit set;
} pursuit;

// --- steering and speed ------------------------------------------------------------------------------------

enum { PLAN = 48 }; // steps of the speed plan

// One car as the driver meets it.
typedef struct outlook {
    const vg_road *road;
    vg_road_view view;
    const vg_car *car;
    vg_state state;    // carried forward to when a command given now takes hold
    double grip;       // m/s^2 that the tyres hold
    double ahead_most; // m, the farthest point to steer for: a longer arc would cut the bend
} outlook;

static outlook look(const vg_world *world, int32_t i) {
    outlook at = {.road = vg_world_road(world, i), .car = vg_world_car(world, i)};
    at.view = vg_road_get(at.road);
    at.grip = vg_ahead_grip(at.car);
    at.state = vg_ahead_state(world, i);
    return at;
}

// fmax and fmin of numbers, without the calls that their NaNs take.
static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

// The sharpest curvature over [from, to] metres of arc length.
static double sharpest(const outlook *at, double from, double to) {
    const vg_road_view *view = &at->view;
    int64_t first = (int64_t)floor(from / view->spacing), last = (int64_t)ceil(to / view->spacing);
    int64_t node = first;
    if (view->closed) node = node >= view->count ? node % view->count : node < 0 ? node + view->count : node;
    float most = 0;
    for (int64_t i = first; i <= last; i++, node++) {
        if (view->closed && node == view->count) node = 0;
        int64_t at_node = view->closed || (node >= 0 && node < view->count) ? node
                          : node < 0                                        ? 0
                                                                            : view->count - 1;
        float bend = fabsf(view->curvature[at_node]);
        most = bend > most ? bend : most;
    }
    return most;
}

// The speed to have now and the acceleration to have it with, by a backward pass over the braking distance.
static void plan_speed(const pursuit *p, outlook *at, double *speed, double *accel) {
    const vg_pursuit *set = &p->set;
    double lateral = set->lateral * at->grip, brake = set->braking * at->car->brake_max, v = at->state.speed;
    // The ellipse leaves less than all of the brakes in a bend: look half as far again.
    double step = larger(at->view.spacing, (0.75 * v * v / brake + 0.5 * v + 10) / PLAN);
    double most = smaller(set->speed_most, at->car->speed_max), next = most, here = most, push = 0, bend = 0;
    double reach = set->lookahead * v + set->lookahead_least, bend_ahead = 0;
    for (int32_t j = PLAN - 1; j >= 0; j--) {
        bend = sharpest(at, at->state.s + j * step, at->state.s + (j + 1) * step);
        if (j * step < reach) bend_ahead = larger(bend_ahead, bend);
        next = here;
        double share = bend * next * next / lateral, left = brake * sqrt(larger(0, 1 - share * share));
        here = smaller(most, sqrt(next * next + 2 * left * step));
        if (bend * here * here > lateral) here = sqrt(lateral / bend);
        push = (next * next - here * here) / (2 * step);
    }
    *speed = here;
    *accel = smaller(push, 0) + set->gain * (here - v);
    // An arc of length d about a bend of curvature k cuts at most k d^2 / 8: keep that within a quarter of
    // the lane.
    vg_road_point point = vg_road_at(at->road, at->state.s);
    at->ahead_most = bend_ahead > 0 ? sqrt(2 * smaller(point.left, point.right) / bend_ahead) : INFINITY;
}

// Curvature of the arc from the pose ahead to a point of the centreline (Coulter 1992, eq. 3).
static double steer_for(const pursuit *p, const outlook *at) {
    double v = at->state.speed, ahead = p->set.lookahead * v + p->set.lookahead_least;
    // Too short a way makes a fast car weave.
    ahead = larger(smaller(ahead, at->ahead_most), 0.4 * p->set.lookahead * v + 0.5 * p->set.lookahead_least);
    vg_road_point goal = vg_ahead_point(at->road, at->state.s + ahead);
    double dx = goal.x - at->state.x, dy = goal.y - at->state.y, sine, cosine;
    vg_sincos(at->state.yaw, &sine, &cosine);
    double side = dy * cosine - dx * sine, square = dx * dx + dy * dy;
    return 2 * side / larger(square, 1e-6);
}

static float clamp(double value) { return (float)larger(-1, smaller(1, value)); }

static void drive(const pursuit *p, const vg_world *world, int32_t i, float out[2]) {
    outlook at = look(world, i);
    double speed, accel;
    plan_speed(p, &at, &speed, &accel);
    double curvature = steer_for(p, &at);
    out[0] = clamp(vg_atan(curvature * at.car->wheelbase) / at.car->steer_max);
    out[1] = clamp(accel > 0 ? accel / at.car->accel_max : accel / at.car->brake_max);
}

// --- the driver, late and shaky ----------------------------------------------------------------------------

static const double SLOW = 8; // m/s; below it the hands shake as they do at it

static vg_err pursuit_open(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    const pursuit *p = (const pursuit *)policy;
    *state = NULL;
    if (p->set.reaction == 0 && p->set.noise == 0) return VG_OK;
    *state = vg_new(vg_hands, count);
    return *state ? VG_OK : vg_fail_memory(diag);
}

static void pursuit_close(void *state) { vg_free(state); }

static void pursuit_reset(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key) {
    (void)policy;
    if (state) vg_hands_reset((vg_hands *)state + car, key);
}

// A shake of the lateral acceleration, as a share of what bends are taken with, in shares of the steering
// limit.
static double shake_steer(const pursuit *p, const vg_world *world, int32_t i, double shake) {
    const vg_car *car = vg_world_car(world, i);
    double speed = fmax(vg_world_get(world).speed[i], SLOW);
    return vg_atan(car->wheelbase * shake * p->set.lateral * vg_ahead_grip(car) / (speed * speed)) /
           car->steer_max;
}

// Turn the clean action of this moment into what the late and shaky driver does.
static void disturb(const pursuit *p, const vg_world *world, int32_t i, vg_hands *hands, float action[2]) {
    vg_hands_def def = {p->set.reaction, p->set.noise, p->set.noise_time,
                        vg_world_tick_seconds(world) * vg_world_ticks_per_action(world)};
    double shake = vg_hands_move(hands, &def, action);
    action[0] = clamp(action[0] + shake_steer(p, world, i, shake));
}

static vg_err pursuit_label(const vg_policy *policy, const void *state, const vg_world *world, float *out) {
    (void)state;
    int32_t count = vg_world_get(world).count;
    for (int32_t i = 0; i < count; i++) drive((const pursuit *)policy, world, i, out + 2 * (int64_t)i);
    return VG_OK;
}

static vg_err pursuit_act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                          float *out) {
    (void)observed;
    vg_err err = pursuit_label(policy, state, world, out);
    int32_t count = vg_world_get(world).count;
    for (int32_t i = 0; i < count && state; i++)
        disturb((const pursuit *)policy, world, i, (vg_hands *)state + i, out + 2 * (int64_t)i);
    return err;
}

static void pursuit_destroy(vg_policy *policy) { vg_free(policy); }

static const vg_policy_ops ops = {
    .open = pursuit_open,
    .close = pursuit_close,
    .reset = pursuit_reset,
    .act = pursuit_act,
    .label = pursuit_label,
    .destroy = pursuit_destroy,
};

// 0 at the defaults: the name says it all then.
static uint64_t hash_of(const vg_schema *schema, const vg_pursuit *settings) {
    vg_pursuit standard = {0};
    vg_config_default(schema, &standard);
    if (memcmp(&standard, settings, sizeof standard) == 0) return 0;
    uint64_t hash = vg_hash_text(0, schema->name);
#define X(field, unit, least, most, standard, help) hash = vg_hash_float(hash, &settings->field, 1);
    VG_PURSUIT_FIELDS(X)
    VG_PURSUIT_NOISE_FIELDS(X)
#undef X
    return hash;
}

vg_err vg_pursuit_create(const vg_schema *schema, const vg_pursuit *settings, vg_policy **out,
                         vg_diag *diag) {
    *out = NULL;
    pursuit *p = vg_new(pursuit, 1);
    if (!p) return vg_fail_memory(diag);
    p->policy = (vg_policy){.ops = &ops, .name = schema->name, .hash = hash_of(schema, settings)};
    p->set = *settings;
    *out = &p->policy;
    return VG_OK;
}
