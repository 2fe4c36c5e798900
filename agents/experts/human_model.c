#include "agents/experts/human_model.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "agents/experts/ahead.h"
#include "agents/experts/reaction.h"
#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_human_model, field), unit, least, most, standard, NULL, help},
static const vg_key keys[] = {VG_HUMAN_MODEL_FIELDS(X)};
#undef X
const vg_schema vg_human_model_schema = {"human_model", keys, sizeof keys / sizeof *keys, NULL};

typedef struct human_model {
    vg_policy policy;
    vg_human_model set;
} human_model;

static const double SLOW = 3; // m/s; below this speed the driver steers as at this speed

static double held(double value, double most) { return fmax(-most, fmin(most, value)); }

// --- what is seen ------------------------------------------------------------------------------------------

// The state of one car's driver.
typedef struct scene {
    const vg_road *road;
    const vg_car *car;
    vg_road_view view;
    vg_state state;
    double grip;   // m/s^2 across, at rest
    double period; // s between two actions
} scene;

static scene look(const vg_world *world, int32_t i) {
    scene at = {.road = vg_world_road(world, i), .car = vg_world_car(world, i)};
    at.view = vg_road_get(at.road);
    at.state = vg_world_state(world, i);
    at.grip = vg_ahead_grip(at.car);
    at.period = vg_world_tick_seconds(world) * vg_world_ticks_per_action(world);
    return at;
}

// The node at s or just before it.
static int32_t node_at(const vg_road_view *view, double s) {
    double around =
        view->closed ? s - view->length * floor(s / view->length) : fmax(0, fmin(s, view->length));
    int32_t node = (int32_t)(around / view->spacing);
    return node < view->count ? node : view->closed ? 0 : view->count - 1;
}

static int32_t next_node(const vg_road_view *view, int32_t node) {
    return node + 1 < view->count ? node + 1 : view->closed ? 0 : node;
}

// Distance from s to the far point.
static double far_distance(const human_model *p, const scene *at, double s, double speed) {
    double most = p->set.far * speed + p->set.far_least, curvature = 0;
    int32_t node = node_at(&at->view, s);
    for (double way = 0; way <= most; way += at->view.spacing, node = next_node(&at->view, node)) {
        double here = fabsf(at->view.curvature[node]);
        curvature = here > curvature ? here : curvature;
    }
    vg_road_point here = vg_road_at(at->road, s);
    return fmin(most, sqrt((here.left + here.right) / fmax(curvature, 1e-9)));
}

// Directions of the two points, rad to the left of the heading.
typedef struct glance {
    double near, far;
    double near_distance; // m
} glance;

// rad in [-pi, pi)
static double wrapped(double angle) { return angle - 2 * VG_PI * floor(angle / (2 * VG_PI) + 0.5); }

static double direction(const scene *at, const vg_state *from, double s) {
    vg_road_point point = vg_ahead_point(at->road, s);
    return wrapped(vg_atan2(point.y - from->y, point.x - from->x) - from->yaw);
}

static glance see(const human_model *p, const scene *at, const vg_state *from) {
    glance seen = {.near_distance = p->set.near * from->speed + p->set.near_least};
    seen.near = direction(at, from, from->s + seen.near_distance);
    seen.far = direction(at, from, from->s + far_distance(p, at, from->s, from->speed));
    return seen;
}

// The state a moment later, if the driver does nothing.
static vg_state drift_on(const scene *at, double seconds) {
    vg_state next = at->state;
    vg_road_point here = vg_road_at(at->road, at->state.s);
    double travel = at->state.speed * seconds, turn = vg_tan(at->state.steer) / at->car->wheelbase * travel;
    double sine, cosine;
    vg_sincos(at->state.yaw + turn / 2, &sine, &cosine);
    next.x += travel * cosine;
    next.y += travel * sine;
    next.yaw += turn;
    // A car inside the centreline moves along it faster.
    double inside = fmax(0.2, 1 - here.curvature * at->state.offset);
    next.s += travel * vg_cos(at->state.yaw + turn / 2 - here.heading) / inside;
    next.speed = (float)fmax(0, at->state.speed + at->state.accel * seconds);
    return next;
}

// rad/s at which the wheels should turn.
static double wheel_rate(const human_model *p, const scene *at) {
    const vg_human_model *set = &p->set;
    vg_state next = drift_on(at, at->period);
    glance now = see(p, at, &at->state), then = see(p, at, &next);
    double speed = fmax(at->state.speed, SLOW), curvature = vg_tan(at->state.steer) / at->car->wheelbase;
    double level = held(now.near - curvature * now.near_distance / 2, set->near_most);
    double turn = set->gain_far * wrapped(then.far - now.far) / at->period +
                  set->gain_near * wrapped(then.near - now.near) / at->period + set->gain_level * level;
    return at->car->wheelbase / speed * turn;
}

// Steering target that makes the wheels, which follow with a lag, turn at the given rate for an action.
static float steer_at(const scene *at, double change) {
    double follow = at->car->steer_lag > 0 ? 1 - vg_exp(-at->period / at->car->steer_lag) : 1;
    return (float)held((at->state.steer + change / follow) / at->car->steer_max, 1);
}

// --- the speed chosen --------------------------------------------------------------------------------------

// The planned speed now, and the acceleration that the plan has here, m/s^2, at most 0.
static void plan_speed(const human_model *p, const scene *at, double *speed, double *slope) {
    const vg_human_model *set = &p->set;
    double v = at->state.speed, brake = set->braking * vg_ahead_brake(at->car, v / 2), h = at->view.spacing;
    double most = fmin(set->speed_most, at->car->speed_max), accepted = set->lateral * at->grip;
    double downforce = set->lateral * at->car->downforce; // accepted, too, for each (m/s)^2
    double reach = v * v / (2 * brake) + v * set->anticipation + 10;
    double from = at->state.s + v * set->anticipation, square = most * most, behind = square;
    for (int32_t n = (int32_t)(reach / h) + 1; n >= 0; n--) {
        behind = square;
        double curvature = fabsf(at->view.curvature[node_at(&at->view, from + n * h)]) + set->curve_error;
        square =
            fmin(fmin(most * most, accepted / fmax(curvature - downforce, 1e-9)), square + 2 * brake * h);
    }
    *speed = sqrt(square);
    *slope = fmin(0, (behind - square) / (2 * h)) * v / *speed; // dv/ds of the plan, at the car's own speed
}

// m/s^2 for a driver who is this far from the planned speed.
static double pedals(const human_model *p, const scene *at, double speed, double slope) {
    double v = at->state.speed, accel = slope + p->set.gain_speed * (speed - v);
    double curvature = vg_tan(at->state.steer) / at->car->wheelbase;
    return vg_ahead_along(at->car, v, curvature, fmin(accel, p->set.throttle * at->car->accel_max));
}

static float share(const scene *at, double accel) {
    return (float)held(accel > 0 ? accel / at->car->accel_max : accel / at->car->brake_max, 1);
}

// --- the driver --------------------------------------------------------------------------------------------

typedef struct lane {
    vg_reaction reaction;
    int32_t pedal; // +1: on the throttle, -1: on the brake, 0: on none
    double hold;   // rad by which the noise moves the wheel
} lane;

static vg_err human_open(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    (void)policy;
    *state = vg_new(lane, count);
    return *state ? VG_OK : vg_fail_memory(diag);
}

static void human_close(void *state) { vg_free(state); }

static void human_reset(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key) {
    (void)policy;
    lane *at = (lane *)state + car;
    *at = (lane){0};
    vg_reaction_reset(&at->reaction, key);
}

// The pedal's dead band.
static double press(const human_model *p, lane *lane, const scene *at, double speed, double slope) {
    double accel = pedals(p, at, speed, slope), dead = p->set.band * p->set.gain_speed;
    if (accel < -dead)
        lane->pedal = -1;
    else if (accel > dead)
        lane->pedal = 1;
    else if (accel * lane->pedal < 0)
        lane->pedal = 0;
    return lane->pedal ? accel : 0;
}

static void act(const human_model *p, const vg_world *world, int32_t i, lane *lane,
                float out[VG_CAR_ACTIONS]) {
    const vg_human_model *set = &p->set;
    scene at = look(world, i);
    double speed, slope;
    plan_speed(p, &at, &speed, &slope);
    float decided[VG_CAR_ACTIONS] = {(float)wheel_rate(p, &at),
                                     share(&at, press(p, lane, &at, speed, slope))};
    vg_reaction_def def = {set->reaction, set->noise * set->lateral * at.grip, set->noise_time, at.period};
    double shake = vg_reaction_step(&lane->reaction, &def, decided);
    double fast = fmax(at.state.speed, 8); // below this speed the reaction noise is as at this speed
    double hold = vg_atan(at.car->wheelbase * shake / (fast * fast));
    out[0] = steer_at(&at, decided[0] * at.period + hold - lane->hold);
    out[1] = decided[1];
    lane->hold = hold;
}

static vg_err human_act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                        float *out) {
    (void)observed;
    int32_t count = vg_world_get(world).count;
    for (int32_t i = 0; i < count; i++)
        act((const human_model *)policy, world, i, (lane *)state + i, out + VG_CAR_ACTIONS * (int64_t)i);
    return VG_OK;
}

static vg_err human_label(const vg_policy *policy, const void *state, const vg_world *world, float *out) {
    (void)state;
    const human_model *p = (const human_model *)policy;
    int32_t count = vg_world_get(world).count;
    for (int32_t i = 0; i < count; i++) {
        scene at = look(world, i);
        double speed, slope;
        plan_speed(p, &at, &speed, &slope);
        out[VG_CAR_ACTIONS * (int64_t)i] = steer_at(&at, (float)wheel_rate(p, &at) * at.period);
        out[VG_CAR_ACTIONS * (int64_t)i + 1] = share(&at, pedals(p, &at, speed, slope));
    }
    return VG_OK;
}

static void human_destroy(vg_policy *policy) { vg_free(policy); }

static const vg_policy_ops ops = {
    .open = human_open,
    .close = human_close,
    .reset = human_reset,
    .act = human_act,
    .label = human_label,
    .destroy = human_destroy,
};

static uint64_t hash_fields(const vg_human_model *settings) {
    const float fields[] = {
#define X(field, unit, least, most, standard, help) settings->field,
        VG_HUMAN_MODEL_FIELDS(X)
#undef X
    };
    return vg_hash_float(vg_hash_text(0, vg_human_model_schema.name), fields, sizeof fields / sizeof *fields);
}

// 0 at the defaults: then the name alone identifies it.
static uint64_t hash_of(const vg_human_model *settings) {
    vg_human_model standard;
    vg_config_default(&vg_human_model_schema, &standard);
    uint64_t hash = hash_fields(settings);
    return hash == hash_fields(&standard) ? 0 : hash;
}

vg_err vg_human_model_create(const vg_human_model *settings, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    human_model *p = vg_new(human_model, 1);
    if (!p) return vg_fail_memory(diag);
    p->policy = (vg_policy){.ops = &ops, .name = vg_human_model_schema.name, .hash = hash_of(settings)};
    p->set = *settings;
    *out = &p->policy;
    return VG_OK;
}
