#include "logs/fit/fit_judge.h"

#include <stdlib.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

// The path's own curvature is that of the circle through three places: this long before a sample, at it and
// after it, in seconds.
#define SPAN 0.2
#define SDS  2.0 // standard deviations of a sample's position within which a drive follows it

vg_fit_def vg_fit_default(void) {
    return (vg_fit_def){.tick_num = 1, .tick_den = 60, .ticks_per_action = 3, .usual = 0.15, .worst = 0.5};
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Distance of each sample to the simulated car at the sample's time.
static void distances(const vg_fit_def *def, const vg_state *states, int32_t ticks, double *out) {
    double rate = (double)def->tick_den / def->tick_num;
    for (int32_t i = 0; i < def->count; i++) {
        const vg_log_sample *s = &def->samples[i];
        double at = (s->t - def->samples[0].t) * rate;
        int32_t tick = at < ticks ? (int32_t)at : ticks - 1;
        const vg_state *a = &states[tick], *b = a + 1;
        double share = at < ticks ? at - tick : 1;
        double x = a->x + share * (b->x - a->x) - s->x, y = a->y + share * (b->y - a->y) - s->y;
        out[i] = __builtin_sqrt(x * x + y * y);
    }
}

double vg_fit_ease(const vg_fit_def *def, int32_t i) {
    double sd = def->samples[i].sd;
    return SDS * sd > def->usual ? SDS * sd / def->usual : 1; // a NaN is not greater
}

static double steer_rate(const vg_fit_def *def, const vg_state *states, int32_t ticks) {
    double sum = 0, time = (double)def->ticks_per_action * def->tick_num / def->tick_den;
    int32_t k = def->ticks_per_action;
    for (int32_t tick = 0; tick + k <= ticks; tick += k) {
        double change = (double)states[tick + k].steer - states[tick].steer;
        sum += change * change;
    }
    return __builtin_sqrt(sum / (ticks / k)) / time;
}

// The steering that holds a car on the circle through three places; false if they are too close together.
static bool circle_steer(const vg_log_sample *a, const vg_log_sample *b, const vg_log_sample *c,
                         double wheelbase, double *steer) {
    double ux = b->x - a->x, uy = b->y - a->y, vx = c->x - b->x, vy = c->y - b->y, wx = c->x - a->x,
           wy = c->y - a->y;
    double u = ux * ux + uy * uy, v = vx * vx + vy * vy, w = wx * wx + wy * wy;
    if (u < 0.0625 || v < 0.0625 || w < 0.0625) return false;
    *steer = vg_atan(wheelbase * 2 * (ux * vy - uy * vx) / __builtin_sqrt(u * v * w));
    return true;
}

static double path_rate(const vg_fit_def *def) {
    const vg_log_sample *s = def->samples;
    double interval = (s[def->count - 1].t - s[0].t) / (def->count - 1), sum = 0;
    int32_t reach = (int32_t)(SPAN / interval + 0.5), used = 0;
    if (reach < 1) reach = 1;
    for (int32_t i = reach; i + reach + 1 < def->count; i++) {
        double before, after;
        if (!circle_steer(&s[i - reach], &s[i], &s[i + reach], def->car->wheelbase, &before)) continue;
        if (!circle_steer(&s[i - reach + 1], &s[i + 1], &s[i + reach + 1], def->car->wheelbase, &after))
            continue;
        double rate = (after - before) / (s[i + 1].t - s[i].t);
        sum += rate * rate;
        used++;
    }
    return used ? __builtin_sqrt(sum / used) : 0;
}

static double percentile_95(double *values, int32_t count) {
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[(int64_t)95 * count / 100 < count ? (int64_t)95 * count / 100 : count - 1];
}

vg_err vg_fit_judge(const vg_fit_def *def, const vg_state *states, int32_t ticks, vg_fit_measure *out,
                    vg_diag *diag) {
    int32_t count = def->count;
    double *distance = vg_new(double, 2 * (int64_t)count), *share = distance + count, sum = 0;
    if (!distance) return vg_fail_memory(diag);
    *out = (vg_fit_measure){.samples = count, .duration = def->samples[count - 1].t - def->samples[0].t};
    distances(def, states, ticks, distance);
    for (int32_t i = 0; i < count; i++) {
        sum += distance[i] * distance[i];
        // Not "greater", because a NaN must not look like a perfect fit.
        if (!(distance[i] <= out->worst)) out->worst = distance[i], out->worst_sample = i;
    }
    out->rms = __builtin_sqrt(sum / count);
    for (int32_t i = 0; i < count; i++) {
        share[i] = distance[i] / vg_fit_ease(def, i);
        double of_worst = share[i] / def->worst;
        if (!(of_worst <= out->worst_share)) out->worst_share = of_worst, out->worst_share_sample = i;
    }
    out->p95 = percentile_95(distance, count);
    out->p95_share = percentile_95(share, count) / def->usual;
    out->steer_rate = steer_rate(def, states, ticks);
    out->path_rate = path_rate(def);
    vg_free(distance);
    return VG_OK;
}
