#include "eval/rewards/drive_features.h"

#include <math.h>

#include "sim/base/memory.h"

// The rollout under way. An episode belongs to one thread.
typedef struct onlooker {
    const vg_rollout_def *def;
    vg_car car;
    vg_drive_features *features; // [episodes]
    vg_moment *last;             // [episodes]
    bool *begun, *ended;         // [episodes]
} onlooker;

static void look(void *context, int64_t e, const vg_moment *moment) {
    onlooker *at = context;
    vg_drive_features *out = &at->features[e];
    double seconds = moment->t - at->last[e].t;
    if (!at->ended[e] && at->begun[e] && seconds > 0) {
        const vg_road *road = at->def->roads[e / at->def->starts];
        vg_driving_limits limits;
        double f[VG_DRIVING_COUNT];
        vg_driving_segment piece =
            vg_driving_between(&at->car, road, &at->last[e].state, &moment->state, seconds, &limits);
        vg_driving_features(&limits, &piece, f);
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) out->f[k] += f[k];
        out->metres += piece.metres, out->seconds += seconds;
        out->left = moment->events & (VG_EVENT_OFF | VG_EVENT_COLLISION);
        at->ended[e] = out->left;
    }
    at->begun[e] = true, at->last[e] = *moment;
}

vg_err vg_drive_features_run(const vg_rollout_def *def, vg_rollout *out, vg_drive_features *features,
                             vg_diag *diag) {
    int64_t count = (int64_t)def->road_count * def->starts;
    onlooker at = {.def = def, .features = features};
    at.car = def->car ? *def->car : def->policy->car ? *def->policy->car : vg_car_default();
    for (int64_t e = 0; e < count; e++) features[e] = (vg_drive_features){0};
    at.last = vg_new(vg_moment, count);
    at.begun = vg_new(bool, count), at.ended = vg_new(bool, count);
    vg_rollout_watch watch = {.moment = look, .context = &at};
    *out = (vg_rollout){0};
    vg_err err = at.last && at.begun && at.ended ? vg_rollout_run_watched(def, &watch, out, diag)
                                                 : vg_fail_memory(diag);
    vg_free(at.last);
    vg_free(at.begun);
    vg_free(at.ended);
    return err;
}

double vg_drive_cost(const vg_driving_reward_def *reward, const vg_drive_features *drive) {
    double cost = 0;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) cost += reward->theta[k] * drive->f[k];
    return cost;
}

double vg_drive_value(const vg_driving_reward_def *reward, double pay, const vg_drive_features *drive,
                      double horizon, double action) {
    double value = pay * drive->metres - vg_drive_cost(reward, drive);
    if (drive->left)
        value += reward->absorbing * fmax(0, horizon - drive->seconds) / action - reward->off_road;
    return value;
}

double vg_drive_feature_error(const vg_drive_features *a, const vg_drive_features *b) {
    double sum = 0;
    if (!(a->metres > 0) || !(b->metres > 0)) return NAN;
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        double x = a->f[k] / a->metres, y = b->f[k] / b->metres, most = fmax(x, y);
        if (most > 0) sum += fabs(x - y) / most / VG_DRIVING_COUNT;
    }
    return sum;
}

void vg_drive_features_add(vg_drive_features *sum, const vg_drive_features *drive) {
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) sum->f[k] += drive->f[k];
    sum->metres += drive->metres, sum->seconds += drive->seconds;
    sum->left |= drive->left;
}
