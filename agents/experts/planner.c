#include "agents/experts/planner.h"

#include <math.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "agents/planner/plan.h"
#include "agents/rewards/reward_open.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_TEXT, offsetof(vg_planner, field), unit, least, most, standard, NULL, help},
    VG_PLANNER_TEXTS(X)
#undef X
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_planner, field), unit, least, most, standard, NULL, help},
        VG_PLANNER_FIELDS(X)
#undef X
#define X(field, unit, least, most, standard, help)                                                          \
    {#field, VG_KEY_FLOAT, offsetof(vg_planner, following.field), unit, least, most, standard, NULL, help},
            VG_FOLLOWING_FIELDS(X)
#undef X
};
const vg_schema vg_planner_schema = {"planner", keys, sizeof keys / sizeof *keys, NULL};

// A plan for a road and a car. Once it is in the list it never changes, so it is read without the lock.
typedef struct known {
    uint64_t road;
    vg_car car;
    vg_followed_line line;
    struct known *next;
} known;

typedef struct planner {
    vg_policy policy;
    vg_planner set;
    vg_driving_reward_def reward;
    pthread_mutex_t lock; // of what follows
    known *plans;
    char trouble[512];
} planner;

// --- plans -------------------------------------------------------------------------------------------------

static bool is_for(const known *k, uint64_t road, const vg_car *car) {
    if (k->road != road) return false;
#define X(field, unit, least, most, standard, help)                                                          \
    if (k->car.field != car->field) return false;
    VG_CAR_FIELDS(X)
#undef X
    return true;
}

static void forget(known *k) {
    vg_followed_line_close(&k->line);
    vg_free(k);
}

// The plan as points of a line.
static vg_err follow(const vg_road *road, const vg_plan *plan, double slowest, vg_followed_line *out,
                     vg_diag *diag) {
    float *points = vg_new(float, 2 * (int64_t)plan->count);
    if (!points) return vg_fail_memory(diag);
    for (int32_t k = 0; k < plan->count; k++) {
        points[k] = (float)plan->offset[k];
        points[plan->count + k] = (float)plan->speed[k];
    }
    vg_line_points line = {
        plan->count, plan->closed ? plan->count : plan->count - 1, 0, points, points + plan->count, slowest};
    vg_err err = vg_followed_line_open(road, &line, out, diag);
    vg_free(points);
    return err;
}

static vg_err make_plan(const planner *p, const vg_road *road, const vg_car *car, known *out, vg_diag *diag) {
    vg_plan_def def = vg_plan_default(road, car, p->reward.theta);
    vg_plan plan = {0};
    double scale = (double)vg_car_scale(car);
    if (p->set.spacing > 0) def.spacing = (double)p->set.spacing;
    def.bounds.grip = (double)p->set.grip, def.bounds.margin = (double)p->set.margin * scale;
    out->road = vg_road_hash(road), out->car = *car;
    vg_err err = vg_driving_reward_fits(&p->reward, car, diag);
    if (!err) err = vg_plan_make(&def, &plan, diag);
    if (!err) err = follow(road, &plan, def.bounds.slowest, &out->line, diag);
    vg_plan_close(&plan);
    return err;
}

static const known *find(planner *p, uint64_t road, const vg_car *car) {
    const known *k = p->plans;
    while (k && !is_for(k, road, car)) k = k->next;
    return k;
}

// Puts a plan into the list, unless another thread has made the same one meanwhile.
static const known *keep(planner *p, known *made) {
    pthread_mutex_lock(&p->lock);
    const known *there = find(p, made->road, &made->car);
    if (!there) made->next = p->plans, p->plans = made;
    pthread_mutex_unlock(&p->lock);
    if (there) forget(made);
    return there ? there : made;
}

static const known *fail(planner *p, known *made, const vg_diag *diag) {
    pthread_mutex_lock(&p->lock);
    vg_diag_format(diag, p->trouble, sizeof p->trouble);
    pthread_mutex_unlock(&p->lock);
    if (made) forget(made);
    return NULL;
}

// NULL: there is none, and p->trouble says why.
static const known *plan_for(planner *p, const vg_road *road, const vg_car *car) {
    vg_diag diag = {0};
    pthread_mutex_lock(&p->lock);
    const known *there = find(p, vg_road_hash(road), car);
    pthread_mutex_unlock(&p->lock);
    if (there) return there;
    known *made = vg_new(known, 1);
    vg_err err = made ? make_plan(p, road, car, made, &diag) : vg_fail_memory(&diag);
    return err ? fail(p, made, &diag) : keep(p, made);
}

// --- the policy --------------------------------------------------------------------------------------------

static vg_err planner_label(const vg_policy *policy, const void *memory, const vg_world *world, float *out) {
    (void)memory;
    planner *p = (planner *)policy; // the list of plans grows; what it gives does not change
    const known *plan = NULL;
    int32_t count = vg_world_get(world).count;
    for (int32_t i = 0; i < count; i++) {
        const vg_road *road = vg_world_road(world, i);
        const vg_car *car = vg_world_car(world, i);
        if (!plan || !is_for(plan, vg_road_hash(road), car)) plan = plan_for(p, road, car);
        if (!plan) return VG_ERR_POLICY;
        vg_followed_line_drive(&plan->line, &p->set.following, world, i, out + VG_CAR_ACTIONS * (int64_t)i);
    }
    return VG_OK;
}

static vg_err planner_act(const vg_policy *policy, void *memory, const float *observed, const vg_world *world,
                          float *out) {
    (void)observed;
    return planner_label(policy, memory, world, out);
}

static const char *planner_trouble(const vg_policy *policy) { return ((const planner *)policy)->trouble; }

static void planner_destroy(vg_policy *policy) {
    planner *p = (planner *)policy;
    for (known *k = p->plans, *next; k; k = next) {
        next = k->next;
        forget(k);
    }
    pthread_mutex_destroy(&p->lock);
    vg_free(p);
}

static const vg_policy_ops ops = {
    .act = planner_act,
    .label = planner_label,
    .destroy = planner_destroy,
    .trouble = planner_trouble,
};

static uint64_t hash_of(const planner *p, uint64_t reward) {
    uint64_t hash = vg_hash_text(0, vg_planner_schema.name);
    hash = vg_hash_int(hash, &(int64_t){(int64_t)reward}, 1);
#define X(field, unit, least, most, standard, help) hash = vg_hash_float(hash, &p->set.field, 1);
    VG_PLANNER_FIELDS(X)
#undef X
#define X(field, unit, least, most, standard, help) hash = vg_hash_float(hash, &p->set.following.field, 1);
    VG_FOLLOWING_FIELDS(X)
#undef X
    return hash;
}

static vg_err take_reward(planner *p, vg_diag *diag) {
    vg_reward *reward;
    if (!p->set.reward[0])
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "planner has no reward: give a file, as in planner:reward=why.safetensors");
    vg_err err = vg_reward_open(p->set.reward, 0.99, &reward, diag);
    if (err) return err;
    const vg_driving_reward_def *def = vg_driving_reward_of(reward);
    if (def)
        p->reward = *def;
    else
        err = vg_fail_at(diag, VG_ERR_MISMATCH, p->set.reward, 0, "kind",
                         "a reward of kind '%.40s' cannot be planned, only 'driving'; train a policy on it: "
                         "verge train ppo --reward FILE --roads R...",
                         reward->kind);
    p->policy.hash = hash_of(p, reward->hash);
    vg_reward_destroy(reward);
    return err;
}

vg_err vg_planner_create(const vg_planner *settings, vg_policy **out, vg_diag *diag) {
    *out = NULL;
    planner *p = vg_new(planner, 1);
    if (!p) return vg_fail_memory(diag);
    if (pthread_mutex_init(&p->lock, NULL)) {
        vg_free(p);
        return vg_fail_memory(diag);
    }
    p->policy = (vg_policy){.ops = &ops, .name = vg_planner_schema.name};
    p->set = *settings;
    p->set.following.careful = true;
    vg_err err = take_reward(p, diag);
    if (err)
        planner_destroy(&p->policy);
    else
        *out = &p->policy;
    return err;
}
