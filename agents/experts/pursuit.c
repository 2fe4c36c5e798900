#include "agents/experts/pursuit.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "agents/experts/ahead.h"
#include "agents/experts/detour.h"
#include "agents/experts/pursuit_private.h"
#include "agents/experts/reaction.h"
#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_pursuit, field), unit, least, most, standard, NULL, help},
#define AROUND                                                                                               \
    {"around",                                                                                               \
     VG_KEY_CHOICE,                                                                                          \
     offsetof(vg_pursuit, around),                                                                           \
     "",                                                                                                     \
     0,                                                                                                      \
     0,                                                                                                      \
     "nearest",                                                                                              \
     VG_PURSUIT_AROUND,                                                                                      \
     "the side on which obstacles are passed; coin: drawn for each episode"},                                \
        {"clearance",                                                                                        \
         VG_KEY_FLOAT,                                                                                       \
         offsetof(vg_pursuit, clearance),                                                                    \
         "m",                                                                                                \
         0.05,                                                                                               \
         5,                                                                                                  \
         "0.6",                                                                                              \
         NULL,                                                                                               \
         "distance kept from obstacles (of model cars less, with their wheelbase)"},                         \
        {"swerve",                                                                                           \
         VG_KEY_FLOAT,                                                                                       \
         offsetof(vg_pursuit, swerve),                                                                       \
         "1",                                                                                                \
         0.05,                                                                                               \
         2,                                                                                                  \
         "0.5",                                                                                              \
         NULL,                                                                                               \
         "lateral acceleration of the swerve round an obstacle, as a share of that in curves"},
static const vg_key clean_keys[] = {VG_PURSUIT_FIELDS(X) AROUND};
static const vg_key noisy_keys[] = {VG_PURSUIT_FIELDS(X) VG_PURSUIT_NOISE_FIELDS(X) AROUND};
#undef X
const vg_schema vg_pursuit_schema = {"pursuit", clean_keys, sizeof clean_keys / sizeof *clean_keys, NULL};
const vg_schema vg_pursuit_noisy_schema = {"pursuit-noisy", noisy_keys,
                                           sizeof noisy_keys / sizeof *noisy_keys, NULL};

typedef struct pursuit {
    vg_policy policy;
    vg_pursuit set;
    const vg_plan_kernel *kernel;
} pursuit;

// The most that the speed plan counts of a swerve, as a share of the lateral acceleration in curves.
static const double SWERVE_COUNTED = 0.5;

// --- steering and speed ------------------------------------------------------------------------------------

// The state of one car's driver.
typedef struct outlook {
    const vg_road *road;
    vg_road_view view;
    const vg_car *car;
    vg_state state;    // carried forward to when a command given now takes hold
    double grip;       // m/s^2 that the tyres hold across at rest
    double scale;      // of a model car
    double ahead_most; // m, the farthest point to steer for: a longer arc would cut the curvature
    vg_detour detour;  // the way round obstacles
} outlook;

// fmax and fmin of numbers, without the calls that NaN handling costs.
static inline double larger(double a, double b) { return a > b ? a : b; }
static inline double smaller(double a, double b) { return a < b ? a : b; }

static double reach_of(const pursuit *p, const outlook *at) {
    return p->set.lookahead * at->state.speed + p->set.lookahead_least * at->scale;
}

// side: that of the episode's coin.
static void look(const pursuit *p, const vg_world *world, int32_t i, vg_side side, outlook *at) {
    at->road = vg_world_road(world, i), at->car = vg_world_car(world, i);
    at->view = vg_road_get(at->road);
    at->grip = vg_ahead_grip(at->car);
    at->scale = vg_car_scale(at->car);
    at->state = vg_ahead_state(world, i);
    at->detour.count = 0;
    if (at->view.obstacle_count == 0) return;
    vg_detour_def def = {side, (double)p->set.clearance * at->scale,
                         (double)p->set.swerve * p->set.lateral * at->grip, reach_of(p, at)};
    vg_detour_plan(world, i, &at->state, &def, &at->detour);
}

// The sharpest curvature in each step of a plan, along the road.
static void find_bends(const pursuit *p, const outlook *at, double step, float curvature[VG_PLAN_STEPS]) {
    const vg_road_view *view = &at->view;
    int32_t low[VG_PLAN_STEPS + 1], high[VG_PLAN_STEPS + 1], count = view->count;
    p->kernel->bounds(at->state.s, step, view->spacing, low, high);
    if (low[0] >= 0 && high[VG_PLAN_STEPS] < count) { // nearly always
        p->kernel->curvatures(view->curvature, low, high, curvature);
        return;
    }
    for (int32_t j = 0; j < VG_PLAN_STEPS; j++) {
        curvature[j] = 0;
        for (int32_t i = low[j]; i <= high[j + 1]; i++) {
            int32_t node = i < 0 ? 0 : i < count ? i : count - 1;
            if (view->closed) node = i < 0 ? i + count : i % count;
            curvature[j] = fmaxf(curvature[j], fabsf(view->curvature[node]));
        }
    }
}

// The input of car i's speed plan over the braking distance.
static void begin_plan(const pursuit *p, outlook *at, vg_plan *plan, int32_t i) {
    const vg_pursuit *set = &p->set;
    double v = at->state.speed, brake = set->braking * vg_ahead_brake(at->car, v / 2);
    double along = vg_car_grip_along(at->car, 0);
    // The ellipse leaves less than all of the brakes in a curvature: look half as far again.
    double step = larger(at->view.spacing, (0.75 * v * v / brake + 0.5 * v + 10 * at->scale) / VG_PLAN_STEPS);
    plan->step[i] = step;
    plan->most[i] = smaller(set->speed_most, at->car->speed_max);
    plan->lateral[i] = set->lateral * at->grip;
    plan->downforce[i] = set->lateral * at->car->downforce;
    plan->brake[i] = set->braking * at->car->brake_max;
    plan->along[i] = isinf(along) ? 1e30 : set->braking * along / plan->lateral[i];
    float curvature[VG_PLAN_STEPS];
    find_bends(p, at, step, curvature);
    if (at->detour.count > 0) {
        // A swerve is as sharp as it may be at this speed: counted whole, a sharp one would forbid to speed
        // up.
        double counted = smaller(1, SWERVE_COUNTED / (double)set->swerve);
        for (int32_t j = 0; j < VG_PLAN_STEPS; j++)
            curvature[j] += (float)(counted * vg_detour_bend(&at->detour, (j + 0.5) * step));
        plan->most[i] = smaller(plan->most[i], at->detour.speed);
    }
    for (int32_t j = 0; j < VG_PLAN_STEPS; j++) plan->curvature[j][i] = curvature[j];
    double reach = reach_of(p, at), bend_ahead = 0;
    for (int32_t j = 0; j < VG_PLAN_STEPS && j * step < reach; j++)
        bend_ahead = larger(bend_ahead, curvature[j]);
    // An arc of length d in a curve of curvature k cuts it by at most k d^2 / 8: keep that within a quarter
    // of the lane.
    vg_road_point point = vg_road_at(at->road, at->state.s);
    at->ahead_most = bend_ahead > 0 ? sqrt(2 * smaller(point.left, point.right) / bend_ahead) : INFINITY;
}

// Curvature of the arc from the pose ahead to a point of the centreline (Coulter 1992, eq. 3).
static double steer_for(const pursuit *p, const outlook *at) {
    double v = at->state.speed, least = p->set.lookahead_least * at->scale;
    double ahead = reach_of(p, at);
    // A short lookahead makes a fast car weave.
    ahead = larger(smaller(ahead, at->ahead_most), 0.4 * p->set.lookahead * v + 0.5 * least);
    vg_road_point goal = vg_ahead_point(at->road, at->state.s + ahead);
    double dx = goal.x - at->state.x, dy = goal.y - at->state.y, sine, cosine;
    if (at->detour.count > 0) {
        double offset = vg_detour_offset(&at->detour, ahead);
        vg_sincos(goal.heading, &sine, &cosine);
        dx -= offset * sine, dy += offset * cosine;
    }
    vg_sincos(at->state.yaw, &sine, &cosine);
    double side = dy * cosine - dx * sine, square = dx * dx + dy * dy;
    return 2 * side / larger(square, 1e-6);
}

static float clamp(double value) { return (float)larger(-1, smaller(1, value)); }

static void act_on(const pursuit *p, const outlook *at, double speed, double push,
                   float out[VG_CAR_ACTIONS]) {
    double curvature = steer_for(p, at), v = at->state.speed;
    // A model car lives faster, by the square root of its scale (Froude's law).
    double gain = p->set.gain / sqrt(at->scale);
    double accel = vg_ahead_along(at->car, v, curvature, smaller(push, 0) + gain * (speed - v));
    out[0] = clamp(vg_atan(curvature * at->car->wheelbase) / at->car->steer_max);
    out[1] = clamp(accel > 0 ? accel / at->car->accel_max : accel / at->car->brake_max);
}

// What a car's driver remembers of its episode.
typedef struct memory {
    vg_reaction reaction;
    vg_side coin;
} memory;

static vg_side side_of(const pursuit *p, const memory *m) {
    if (p->set.around == VG_AROUND_COIN) return m ? m->coin : VG_SIDE_NEAREST;
    return p->set.around == VG_AROUND_LEFT    ? VG_SIDE_LEFT
           : p->set.around == VG_AROUND_RIGHT ? VG_SIDE_RIGHT
                                              : VG_SIDE_NEAREST;
}

// Cars [first, first + n), n up to VG_PLAN_CARS. memories: of these cars, or NULL.
static void drive(const pursuit *p, const memory *memories, const vg_world *world, int32_t first, int32_t n,
                  float *out) {
    outlook at[VG_PLAN_CARS];
    vg_plan plan;
    if (n < VG_PLAN_CARS) plan = (vg_plan){0}; // clear the unused lanes
    for (int32_t i = 0; i < n; i++) {
        look(p, world, first + i, side_of(p, memories ? memories + i : NULL), &at[i]);
        begin_plan(p, &at[i], &plan, i);
    }
    p->kernel->sweep(&plan);
    for (int32_t i = 0; i < n; i++) act_on(p, &at[i], plan.here[i], plan.push[i], out + 2 * i);
}

// --- the driver, late and shaky ----------------------------------------------------------------------------

enum { COIN_DRAW = 16 };      // beyond those of the noise
static const double SLOW = 8; // m/s; below this speed the noise is as at this speed (of a car of full size)

static vg_err pursuit_open(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    const pursuit *p = (const pursuit *)policy;
    *state = NULL;
    if (p->set.reaction == 0 && p->set.noise == 0 && p->set.around != VG_AROUND_COIN) return VG_OK;
    *state = vg_new(memory, count);
    return *state ? VG_OK : vg_fail_memory(diag);
}

static void pursuit_close(void *state) { vg_free(state); }

static void pursuit_reset(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key) {
    (void)policy;
    memory *m = (memory *)state + car;
    if (!state) return;
    vg_reaction_reset(&m->reaction, key);
    const vg_draw at = {key->seed, VG_STREAM_EXPERT, key->entity, key->episode, 0, COIN_DRAW};
    m->coin = vg_random_uniform(&at) < 0.5 ? VG_SIDE_LEFT : VG_SIDE_RIGHT;
}

// The noise of the lateral acceleration is a share of the curves' lateral acceleration; returned as a share
// of the steering limit.
static double shake_steer(const pursuit *p, const vg_world *world, int32_t i, double shake) {
    const vg_car *car = vg_world_car(world, i);
    double speed = fmax(vg_world_get(world).speed[i], SLOW * sqrt(vg_car_scale(car)));
    return vg_atan(car->wheelbase * shake * p->set.lateral * vg_ahead_grip(car) / (speed * speed)) /
           car->steer_max;
}

// Turn the clean action of this moment into the action of the delayed and noisy driver.
static void disturb(const pursuit *p, const vg_world *world, int32_t i, vg_reaction *reaction,
                    float action[VG_CAR_ACTIONS]) {
    vg_reaction_def def = {p->set.reaction, p->set.noise, p->set.noise_time,
                           vg_world_tick_seconds(world) * vg_world_ticks_per_action(world)};
    double shake = vg_reaction_step(reaction, &def, action);
    action[0] = clamp(action[0] + shake_steer(p, world, i, shake));
}

static vg_err pursuit_label(const vg_policy *policy, const void *state, const vg_world *world, float *out) {
    int32_t count = vg_world_get(world).count;
    const memory *memories = state;
    for (int32_t first = 0; first < count; first += VG_PLAN_CARS) {
        int32_t n = count - first < VG_PLAN_CARS ? count - first : VG_PLAN_CARS;
        drive((const pursuit *)policy, memories ? memories + first : NULL, world, first, n,
              out + VG_CAR_ACTIONS * (int64_t)first);
    }
    return VG_OK;
}

static vg_err pursuit_act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                          float *out) {
    (void)observed;
    vg_err err = pursuit_label(policy, state, world, out);
    int32_t count = vg_world_get(world).count;
    const pursuit *p = (const pursuit *)policy;
    bool shaky = p->set.reaction != 0 || p->set.noise != 0;
    for (int32_t i = 0; i < count && state && shaky; i++)
        disturb(p, world, i, &((memory *)state)[i].reaction, out + VG_CAR_ACTIONS * (int64_t)i);
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

static uint64_t hash_fields(const vg_schema *schema, const vg_pursuit *settings) {
    uint64_t hash = vg_hash_text(0, schema->name);
#define X(field, unit, least, most, standard, help) hash = vg_hash_float(hash, &settings->field, 1);
    VG_PURSUIT_FIELDS(X)
    VG_PURSUIT_NOISE_FIELDS(X)
#undef X
    // What belongs to obstacles counts where it is not the default: all others keep the hash they had.
    vg_pursuit standard = {0};
    vg_config_default(schema, &standard);
    if (settings->around != standard.around || settings->clearance != standard.clearance)
        hash = vg_hash_float(hash, (float[]){(float)settings->around, settings->clearance}, 2);
    return settings->swerve == standard.swerve ? hash : vg_hash_float(hash, &settings->swerve, 1);
}

// 0 at the defaults: then the name alone identifies it.
static uint64_t hash_of(const vg_schema *schema, const vg_pursuit *settings) {
    vg_pursuit standard = {0}; // the clean driver has no keys for noise
    vg_config_default(schema, &standard);
    uint64_t hash = hash_fields(schema, settings);
    return hash == hash_fields(schema, &standard) ? 0 : hash;
}

vg_err vg_pursuit_create(const vg_schema *schema, const vg_pursuit *settings, vg_policy **out,
                         vg_diag *diag) {
    *out = NULL;
    pursuit *p = vg_new(pursuit, 1);
    if (!p) return vg_fail_memory(diag);
    p->policy = (vg_policy){.ops = &ops, .name = schema->name, .hash = hash_of(schema, settings)};
    p->set = *settings;
    p->kernel = VG_HOT_PICK(vg_plan_kernel_table);
    *out = &p->policy;
    return VG_OK;
}
