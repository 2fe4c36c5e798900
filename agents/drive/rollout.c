#include "agents/drive/rollout.h"

#include <math.h>

#include "agents/drive/reference_line.h"
#include "agents/drive/rollout_private.h"
#include "sim/base/memory.h"

vg_rollout_def vg_rollout_def_default(void) {
    return (vg_rollout_def){.starts = 16, .horizon = 60, .trace = true};
}

// The least of `square` and the squared speeds from which every curvature in one direction (+1: ahead) is
// reached with a change of speed of `rate`. Curvatures are taken with `grip` (m/s^2) and `downforce` (1/m).
static double limit_by_bends(const vg_road *road, double s, double direction, double grip, double downforce,
                             double rate, double square) {
    double length = vg_road_get(road).length;
    for (double away = 0; 2 * rate * away < square && away < length; away += 1) {
        double bend = fabs(vg_road_at(road, s + direction * away).curvature) - downforce;
        double there = grip / (bend > 1e-6 ? bend : 1e-6) + 2 * rate * away;
        if (there < square) square = there;
    }
    return square;
}

// Where the drive only just overcomes rolling and air, or the cap. By bisection.
static double top_speed(const vg_car *car) {
    double low = 0, high = car->speed_max;
    for (int i = 0; i < 40 && car->power > 0; i++) {
        double v = (low + high) / 2, over = car->power - (car->rolling + car->drag * v * v) * v;
        *(over > 0 ? &low : &high) = v;
    }
    return high;
}

float vg_rollout_start_speed(const vg_road *road, const vg_car *car, double s) {
    double grip = 0.5 * (car->lateral_max > 0 ? car->lateral_max : car->brake_max), top = top_speed(car);
    double along = vg_car_grip_along(car, 0), downforce = 0.5 * car->downforce, square = top * top;
    square = limit_by_bends(road, s, 1, grip, downforce, 0.5 * fmin(car->brake_max, along), square);
    square = limit_by_bends(road, s, -1, grip, downforce, 0.5 * fmin(car->accel_max, along), square);
    return (float)sqrt(square);
}

static vg_err check_numbers(const vg_rollout_def *def, vg_diag *diag) {
    if (def->road_count < 1 || def->starts < 1 || (int64_t)def->road_count * def->starts >= 1 << 24)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d roads with %d starts each, expected at least 1 and together under 2^24",
                       def->road_count, def->starts);
    if (!(def->horizon > 0 && def->horizon <= 86400) || !(def->start_spread >= 0 && def->start_spread <= 20))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "horizon %g s and spread %g m, expected up to 86400 s and 0 to 20 m", def->horizon,
                       (double)def->start_spread);
    if (!(def->sample_interval >= 0 && def->sample_interval <= 86400))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a sample every %g s, expected 0 to 86400 s",
                       def->sample_interval);
    return VG_OK;
}

static vg_err plan_clock(const vg_rollout_def *def, vg_rollout_plan *r, vg_diag *diag) {
    const vg_policy *p = def->policy;
    r->tick_num = def->tick_num ? def->tick_num : p->tick_num ? p->tick_num : 1;
    r->tick_den = def->tick_den ? def->tick_den : p->tick_den ? p->tick_den : 60;
    r->k = def->ticks_per_action ? def->ticks_per_action : p->ticks_per_action ? p->ticks_per_action : 3;
    if (p->tick_num &&
        (p->tick_num != r->tick_num || p->tick_den != r->tick_den || p->ticks_per_action != r->k))
        return vg_fail(diag, VG_ERR_MISMATCH,
                       "policy '%s' acts every %d ticks of %d/%d s, not every %d of %d/%d s", p->name,
                       p->ticks_per_action, p->tick_num, p->tick_den, r->k, r->tick_num, r->tick_den);
    r->tick = (double)r->tick_num / r->tick_den;
    r->action = r->tick * r->k;
    r->actions = (int32_t)(def->horizon / r->action + 0.5);
    if (r->actions < 1) r->actions = 1;
    r->stride = (int32_t)(def->sample_interval / r->action + 0.5);
    if (r->stride < 1) r->stride = 1;
    return VG_OK;
}

vg_err vg_rollout_plan_make(const vg_rollout_def *def, vg_rollout_plan *plan, vg_diag *diag) {
    *plan = (vg_rollout_plan){.def = def};
    vg_err err = check_numbers(def, diag);
    if (!err) err = plan_clock(def, plan, diag);
    if (err) return err;
    const vg_car *car = def->car ? def->car : def->policy->car;
    plan->car = car ? *car : vg_car_default();
    plan->labeller = vg_reference_expert(def->reference);
    vg_disturbance_process process; // only to check it
    return vg_disturbance_process_make(&def->disturbance, plan->tick, plan->action, &process, diag);
}

void vg_rollout_free(vg_rollout *rollout) {
    vg_free(rollout->episodes);
    vg_free(rollout->trace);
    *rollout = (vg_rollout){0};
}
