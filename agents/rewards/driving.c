#include "agents/rewards/driving.h"

#include <math.h>
#include <string.h>

#include "agents/rewards/reward_draft.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const struct {
    const char *name;
    int32_t power;
    const char *unit, *help;
} features[] = {
#define X(name, power, unit, help) {#name, power, unit, help},
    VG_DRIVING_FEATURES(X)
#undef X
};

// In a file: so that a reward of other features is told from this one.
static const char names[] = ""
#define X(name, power, unit, help) #name "^" #power " "
    VG_DRIVING_FEATURES(X)
#undef X
    ;

static bool is_feature(int32_t i) { return i >= 0 && i < VG_DRIVING_COUNT; }
const char *vg_driving_name(int32_t i) { return is_feature(i) ? features[i].name : NULL; }
const char *vg_driving_unit(int32_t i) { return is_feature(i) ? features[i].unit : NULL; }
const char *vg_driving_help(int32_t i) { return is_feature(i) ? features[i].help : NULL; }
int32_t vg_driving_power(int32_t i) { return is_feature(i) ? features[i].power : 0; }

// --- features ----------------------------------------------------------------------------------------------

vg_driving_limits vg_driving_grip_of(const vg_car *car, double speed) {
    double across = vg_car_grip_across(car, speed);
    return (vg_driving_limits){
        .lateral = isinf(across) ? (double)car->brake_max : across,
        .longitudinal = fmin(fmax(car->brake_max, car->accel_max), vg_car_grip_along(car, speed)),
    };
}

double vg_driving_sharpest(const vg_car *car) { return vg_tan(car->steer_max) / car->wheelbase; }

vg_driving_limits vg_driving_limits_of(const vg_car *car, double speed) {
    vg_driving_limits limits = vg_driving_grip_of(car, speed);
    limits.curvature = vg_driving_sharpest(car);
    return limits;
}

void vg_driving_shares(const vg_driving_limits *limits, const vg_driving_segment *g,
                       double x[VG_DRIVING_COUNT]) {
    x[VG_DRIVING_time] = g->seconds;
    x[VG_DRIVING_lateral_acceleration] = g->lateral / limits->lateral;
    x[VG_DRIVING_longitudinal_acceleration] = g->longitudinal / limits->longitudinal;
    x[VG_DRIVING_lateral_jerk] = g->lateral_jerk / limits->lateral;
    x[VG_DRIVING_longitudinal_jerk] = g->longitudinal_jerk / limits->longitudinal;
    x[VG_DRIVING_offset] = x[VG_DRIVING_edge] = g->offset / g->half_width;
    x[VG_DRIVING_curvature_change] = g->curvature_change / limits->curvature;
}

void vg_driving_features(const vg_driving_limits *limits, const vg_driving_segment *segment,
                         double f[VG_DRIVING_COUNT]) {
    vg_driving_shares(limits, segment, f);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        double square = f[k] * f[k];
        if (features[k].power == 2) f[k] = segment->metres * square;
        if (features[k].power == 4) f[k] = segment->metres * square * square;
    }
}

// --- the reward of an action -------------------------------------------------------------------------------

typedef struct driving {
    vg_reward base;
    vg_driving_reward_def def;
    vg_sense *sense;
} driving;

// A car's motion, from its speed, steering and drive.
typedef struct motion {
    double curvature, lateral, longitudinal;
} motion;

static motion motion_of(const vg_car *car, double speed, double steer, double accel) {
    double curvature = vg_tan(steer) / car->wheelbase, lateral = speed * speed * curvature;
    double most = vg_car_grip_across(car, speed);
    if (fabs(lateral) > most) {
        curvature *= most / fabs(lateral);
        lateral = speed * speed * curvature;
    }
    double along = vg_car_grip_beside(car, speed, 1, lateral, accel);
    return (motion){curvature, lateral, along - car->rolling - car->drag * speed * speed};
}

vg_driving_segment vg_driving_between(const vg_car *car, const vg_road *road, const vg_state *before,
                                      const vg_state *now, double seconds, vg_driving_limits *limits) {
    double speed = ((double)before->speed + (double)now->speed) / 2, path = speed * seconds;
    motion from = motion_of(car, (double)before->speed, (double)before->steer, (double)before->accel);
    motion to = motion_of(car, (double)now->speed, (double)now->steer, (double)now->accel);
    vg_road_point here = vg_road_at(road, now->s);
    *limits = vg_driving_limits_of(car, speed);
    return (vg_driving_segment){
        .metres = fmax(0, vg_road_between(road, before->s, now->s)),
        .seconds = seconds,
        .lateral = (from.lateral + to.lateral) / 2,
        .longitudinal = (from.longitudinal + to.longitudinal) / 2,
        .lateral_jerk = (to.lateral - from.lateral) / seconds,
        .longitudinal_jerk = (to.longitudinal - from.longitudinal) / seconds,
        .offset = (double)now->offset,
        .half_width = now->offset > 0 ? here.left : here.right,
        .curvature_change = path > 0 ? (to.curvature - from.curvature) / path : 0,
    };
}

static void evaluate(const vg_reward *reward, const vg_reward_view *view, double *out) {
    const driving *d = (const driving *)reward;
    int32_t width = vg_sense_size(d->sense);
    double seconds = vg_world_tick_seconds(view->world) * vg_world_ticks_per_action(view->world);
    for (int32_t i = 0; i < view->count; i++) {
        const float *sensed = view->observed + (int64_t)i * width;
        vg_state before = {.s = view->s[i], .speed = sensed[0], .steer = sensed[1], .accel = sensed[2]};
        vg_state now = vg_world_state(view->world, i);
        vg_driving_limits limits;
        vg_driving_segment segment = vg_driving_between(
            vg_world_car(view->world, i), vg_world_road(view->world, i), &before, &now, seconds, &limits);
        double f[VG_DRIVING_COUNT];
        vg_driving_features(&limits, &segment, f);
        out[i] = d->def.pay * segment.metres;
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) out[i] -= d->def.theta[k] * f[k];
    }
}

// --- making, writing, reading ------------------------------------------------------------------------------

vg_driving_reward_def vg_driving_reward_default(void) {
    vg_driving_reward_def def = {
        .temperature = 1, .car_scale = 1, .discount = 0.99, .off_road = 10, .absorbing = -0.5};
    def.theta[VG_DRIVING_time] = 1;
    def.theta[VG_DRIVING_lateral_acceleration] = 0.1;
    def.theta[VG_DRIVING_longitudinal_acceleration] = 0.1;
    def.theta[VG_DRIVING_lateral_jerk] = 0.01;
    def.theta[VG_DRIVING_longitudinal_jerk] = 0.01;
    def.theta[VG_DRIVING_offset] = 0.001;
    def.theta[VG_DRIVING_edge] = 0.01;
    def.theta[VG_DRIVING_curvature_change] = 1;
    return def;
}

static vg_err describe(const vg_reward *reward, vg_reward_draft *draft) {
    const vg_driving_reward_def *def = &((const driving *)reward)->def;
    vg_reward_put_text(draft, "features", names);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        vg_reward_put_number(draft, features[k].name, def->theta[k]);
    vg_reward_put_number(draft, "pay", def->pay);
    vg_reward_put_number(draft, "temperature", def->temperature);
    vg_reward_put_number(draft, "car_scale", def->car_scale);
    return VG_OK;
}

static void destroy(vg_reward *reward) {
    driving *d = (driving *)reward;
    vg_sense_destroy(d->sense);
    vg_free(d);
}

static const vg_reward_ops ops = {evaluate, describe, destroy};

static vg_err check(const vg_driving_reward_def *def, vg_diag *diag) {
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++)
        if (!(def->theta[k] >= 0) || isinf(def->theta[k]))
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, features[k].name,
                              "a weight of %g, expected 0 or more, and finite", def->theta[k]);
    if (def->theta[VG_DRIVING_time] <= 0)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "time",
                          "a weight of 0: the reward is unbounded above, since a car that stands still for "
                          "ever pays nothing; expected above 0");
    if (!isfinite(def->pay)) return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "pay", "is not finite");
    if (!(def->temperature > 0) || isinf(def->temperature))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "temperature", "%g, expected above 0",
                          def->temperature);
    if (!(def->car_scale > 0 && def->car_scale <= 1))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "car_scale", "%g, expected above 0 and at most 1",
                          def->car_scale);
    return VG_OK;
}

vg_err vg_driving_reward_create(const vg_driving_reward_def *def, vg_reward **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check(def, diag);
    if (err) return err;
    driving *d = vg_new(driving, 1);
    if (!d) return vg_fail_memory(diag);
    *d = (driving){.base = {.ops = &ops,
                            .kind = "driving",
                            .discount = def->discount,
                            .terminal = -def->off_road,
                            .absorbing = def->absorbing},
                   .def = *def};
    err = vg_sense_create("speed,steer,accel", &d->sense, diag);
    d->base.sense = d->sense;
    if (!err) err = vg_reward_check(&d->base, diag);
    if (err)
        destroy(&d->base);
    else
        *out = &d->base;
    return err;
}

const vg_driving_reward_def *vg_driving_reward_of(const vg_reward *reward) {
    return reward->ops == &ops ? &((const driving *)reward)->def : NULL;
}

vg_err vg_driving_reward_fits(const vg_driving_reward_def *def, const vg_car *car, vg_diag *diag) {
    double scale = (double)vg_car_scale(car), ratio = def->car_scale / scale;
    if (ratio <= 2 && ratio >= 0.5) return VG_OK;
    return vg_fail_at(
        diag, VG_ERR_MISMATCH, NULL, 0, "car_scale",
        "the reward was made with cars of scale %.3g, '%.60s' has %.3g: a weight for each metre "
        "does not fit both; learn one from drives of such cars",
        def->car_scale, car->name, scale);
}

vg_err vg_driving_reward_read(const vg_safetensors *file, const char *path, vg_reward **out, vg_diag *diag) {
    vg_driving_reward_def def = {0};
    double terminal = 0;
    const char *found = vg_safetensors_text(file, "features");
    *out = NULL;
    if (!found) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "features", "is missing");
    if (strcmp(found, names) != 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "features", "'%.200s', this verge has '%s'", found,
                          names);
    vg_err err = VG_OK;
    for (int32_t k = 0; k < VG_DRIVING_COUNT && !err; k++)
        err = vg_reward_get_number(file, path, features[k].name, &def.theta[k], diag);
    if (!err) err = vg_reward_get_number(file, path, "pay", &def.pay, diag);
    if (!err) err = vg_reward_get_number(file, path, "temperature", &def.temperature, diag);
    if (!err) err = vg_reward_get_number(file, path, "car_scale", &def.car_scale, diag);
    if (!err) err = vg_reward_get_number(file, path, "terminal", &terminal, diag);
    if (!err) err = vg_reward_get_number(file, path, "absorbing", &def.absorbing, diag);
    if (!err) err = vg_reward_get_number(file, path, "discount", &def.discount, diag);
    def.off_road = -terminal;
    return err ? err : vg_driving_reward_create(&def, out, diag);
}
