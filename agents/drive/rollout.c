#include "agents/drive/rollout.h"

#include <math.h>

#include "agents/drive/reference_line.h"
#include "agents/drive/rollout_private.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

vg_rollout_def vg_rollout_def_default(void) {
    return (vg_rollout_def){.starts = 16, .horizon = 60, .trace = true};
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

vg_car vg_rollout_car(const vg_rollout_def *def) {
    const vg_car *car = def->car ? def->car : def->policy ? def->policy->car : NULL;
    return car ? *car : vg_car_default();
}

vg_err vg_rollout_plan_make(const vg_rollout_def *def, vg_rollout_plan *plan, vg_diag *diag) {
    *plan = (vg_rollout_plan){.def = def};
    vg_err err = check_numbers(def, diag);
    if (!err) err = plan_clock(def, plan, diag);
    if (err) return err;
    plan->car = vg_rollout_car(def);
    plan->labeller = vg_reference_expert(def->reference);
    vg_disturbance_process process; // only to check it
    return vg_disturbance_process_make(&def->disturbance, plan->tick, plan->action, &process, diag);
}

vg_err vg_rollout_open_paces(vg_rollout_plan *p, vg_diag *diag) {
    const vg_rollout_def *def = p->def;
    p->pace = vg_new(const vg_pace *, def->road_count);
    p->careful = vg_new(vg_pace, def->road_count);
    vg_err err = p->pace && p->careful ? VG_OK : vg_fail_memory(diag);
    for (int32_t i = 0; i < def->road_count && !err; i++) {
        p->pace[i] = vg_reference_pace(def->reference, i);
        if (p->pace[i]) continue;
        err = vg_pace_careful(def->roads[i], &p->car, &p->careful[i], diag);
        p->pace[i] = &p->careful[i];
    }
    return err;
}

void vg_rollout_close_paces(vg_rollout_plan *p) {
    for (int32_t i = 0; p->careful && i < p->def->road_count; i++) vg_pace_free(&p->careful[i]);
    vg_free(p->careful);
    vg_free(p->pace);
    p->careful = NULL, p->pace = NULL;
}

uint64_t vg_episode_hash(uint64_t h, const vg_episode *row) {
    const bool met = row->collision_time > 0 || row->collisions > 0 || row->passed > 0;
    const double values[] = {
#define X(type, name, unit, text) (double)row->name,
        VG_EPISODE_COLUMNS(X)
#undef X
    };
    enum { OF_OBSTACLES = 4 }; // the last ones
    int64_t count = sizeof values / sizeof *values - (met ? 0 : OF_OBSTACLES);
    for (int64_t k = 0; k < count; k++) h = vg_hash_double(h, values + k, 1);
    return h;
}

void vg_rollout_free(vg_rollout *rollout) {
    vg_free(rollout->episodes);
    vg_free(rollout->trace);
    *rollout = (vg_rollout){0};
}
