#include "agents/drive/occupancy.h"

#include <math.h>
#include <stdlib.h>

#include "logs/store/log.h"
#include "sim/base/memory.h"

static const struct {
    const char *name, *unit;
} features[] = {
#define X(constant, word, unit, text) {word, unit},
    VG_OCCUPANCY_FEATURES(X)
#undef X
};

const char *vg_occupancy_name(int32_t feature) { return features[feature].name; }
const char *vg_occupancy_unit(int32_t feature) { return features[feature].unit; }

void vg_occupancy_free(vg_occupancy *o) {
    for (int i = 0; i < VG_OCCUPANCY_COUNT; i++) vg_free(o->of[i].values);
    *o = (vg_occupancy){0};
}

// --- adding ------------------------------------------------------------------------------------------------

static vg_err add(vg_occupancy *o, int32_t feature, double value, vg_diag *diag) {
    if (o->of[feature].count == o->of[feature].room) {
        int64_t room = o->of[feature].room ? 2 * o->of[feature].room : 1024;
        float *grown = vg_realloc(o->of[feature].values, o->of[feature].room, room, sizeof *grown);
        if (!grown) return vg_fail_memory(diag);
        o->of[feature].values = grown;
        o->of[feature].room = room;
    }
    o->of[feature].values[o->of[feature].count++] = (float)value;
    return VG_OK;
}

// Where a car was at one sample of a drive.
typedef struct point {
    double s, offset, speed;
} point;

static vg_err add_drive(vg_occupancy *o, const vg_road *road, const point *points, int64_t count,
                        double seconds, vg_diag *diag) {
    int64_t lag = (int64_t)(VG_OCCUPANCY_SECONDS / seconds + 0.5);
    if (lag < 1) lag = 1;
    double step = (double)lag * seconds;
    vg_err err = VG_OK;
    for (int64_t i = 0; i < count && !err; i++) {
        double speed = points[i].speed;
        err = add(o, VG_OCCUPANCY_SPEED, speed, diag);
        if (!err) err = add(o, VG_OCCUPANCY_OFFSET, points[i].offset, diag);
        if (!err) err = add(o, VG_OCCUPANCY_TURN, vg_road_at(road, points[i].s).curvature * speed, diag);
        if (err || i < lag || i + lag >= count) continue;
        double jerk = (points[i + lag].speed - 2 * speed + points[i - lag].speed) / (step * step);
        err = add(o, VG_OCCUPANCY_JERK, jerk, diag);
    }
    o->drives++;
    return err;
}

vg_err vg_occupancy_add_rollout(vg_occupancy *o, const vg_rollout *rollout, const vg_road *const *roads,
                                vg_diag *diag) {
    if (!rollout->trace) return vg_fail(diag, VG_ERR_ARGUMENT, "the rollout has no trace");
    point *points = vg_new(point, rollout->samples);
    vg_err err = points ? VG_OK : vg_fail_memory(diag);
    for (int32_t e = 0; e < rollout->count && !err; e++) {
        const vg_trace_point *trace = rollout->trace + (int64_t)e * rollout->samples;
        int32_t n = 0;
        for (; n < rollout->samples && !trace[n].departed && !trace[n].ended; n++)
            points[n] = (point){trace[n].s, trace[n].offset, trace[n].speed};
        err = add_drive(o, roads[rollout->episodes[e].road], points, n, rollout->sample_seconds, diag);
        o->terminations += vg_episode_failed(&rollout->episodes[e]);
    }
    vg_free(points);
    return err;
}

static vg_err add_episode(vg_occupancy *o, vg_log *log, const vg_log_episode *episode, vg_diag *diag) {
    vg_road *road = NULL;
    vg_log_step *steps = NULL;
    point *points = NULL;
    int64_t count = 0, k = episode->ticks_per_action, n = 0;
    vg_err err = vg_log_road(log, episode->road, &road, diag);
    if (!err) err = vg_log_steps(log, episode->id, &steps, &count, diag);
    if (!err && !(points = vg_new(point, count / k + 1))) err = vg_fail_memory(diag);
    for (int64_t i = 0; i < count && !err; i += k) {
        const vg_state *state = &steps[i].state;
        vg_road_place at = vg_road_project(road, state->x, state->y, state->s);
        points[n++] = (point){at.s, at.offset, state->speed};
    }
    double seconds = (double)(episode->tick_num * k) / episode->tick_den;
    if (!err && n) err = add_drive(o, road, points, n, seconds, diag);
    if (!err) o->terminations += n && vg_end_terminated(episode->end);
    vg_free(points);
    vg_free(steps);
    vg_road_destroy(road);
    return err;
}

vg_err vg_occupancy_add_logs(vg_occupancy *o, const char *const *paths, int32_t path_count, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t p = 0; p < path_count && !err; p++) {
        vg_log *log = NULL;
        int32_t count = 0;
        err = vg_log_open(paths[p], &log, diag);
        if (!err) err = vg_log_count(log, &count, diag);
        for (int32_t e = 0; e < count && !err; e++) {
            vg_log_episode episode;
            err = vg_log_episode_at(log, e, &episode, diag);
            if (!err) err = add_episode(o, log, &episode, diag);
        }
        vg_err closed = vg_log_close(log, err ? NULL : diag);
        if (!err) err = closed;
    }
    return err;
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

void vg_occupancy_sort(vg_occupancy *o) {
    for (int i = 0; i < VG_OCCUPANCY_COUNT; i++)
        if (o->of[i].count) qsort(o->of[i].values, (size_t)o->of[i].count, sizeof(float), by_value);
}

// --- asking ------------------------------------------------------------------------------------------------

double vg_occupancy_wasserstein(const vg_occupancy *a, const vg_occupancy *b, int32_t feature) {
    const float *x = a->of[feature].values, *y = b->of[feature].values;
    int64_t n = a->of[feature].count, m = b->of[feature].count, i = 0, j = 0;
    if (n == 0 || m == 0) return NAN;
    double sum = 0, last = (double)(x[0] < y[0] ? x[0] : y[0]);
    // Between two neighbouring values of the two samples, both distribution functions are constant.
    while (i < n || j < m) {
        double here = (double)(j == m || (i < n && x[i] <= y[j]) ? x[i] : y[j]);
        sum += (here - last) * fabs((double)i / (double)n - (double)j / (double)m);
        last = here;
        while (i < n && (double)x[i] == here) i++;
        while (j < m && (double)y[j] == here) j++;
    }
    return sum;
}

double vg_occupancy_deviation(const vg_occupancy *o, int32_t feature) {
    int64_t count = o->of[feature].count;
    if (count == 0) return NAN;
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < count; i++) sum += (double)o->of[feature].values[i];
    double mean = sum / (double)count;
    for (int64_t i = 0; i < count; i++) {
        double away = (double)o->of[feature].values[i] - mean;
        squares += away * away;
    }
    return sqrt(squares / (double)count);
}

double vg_occupancy_distance(const vg_occupancy *driven, const vg_occupancy *shown) {
    enum { NOTHING = 10 }; // the distance, in deviations, of a feature without a value
    double sum = 0;
    for (int i = 0; i < VG_OCCUPANCY_COUNT; i++) {
        double deviation = vg_occupancy_deviation(shown, i),
               away = vg_occupancy_wasserstein(driven, shown, i);
        sum += isfinite(away) ? away / (deviation > 1e-3 ? deviation : 1e-3) : NOTHING;
    }
    return sum / VG_OCCUPANCY_COUNT;
}
