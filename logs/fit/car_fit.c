#include "logs/fit/car_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/config.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const double WINDOW = 0.2, GAP = 10; // s: a window; between episodes
static const double NEAR = 0.95;            // of a limit: the car is at it
static const double APART = 1;              // s between two places
enum { PLACES = 3 };                        // that show a limit

static const struct {
    const char *name, *unit;
} names[] = {
#define X(key, unit) {#key, unit},
    VG_CAR_FIT_LIMITS(X)
#undef X
};

const char *vg_car_fit_name(vg_car_fit_key key) { return names[key].name; }
const char *vg_car_fit_unit(vg_car_fit_key key) { return names[key].unit; }

// --- windows -----------------------------------------------------------------------------------------------

void vg_car_evidence_free(vg_car_evidence *evidence) {
    vg_free(evidence->windows);
    *evidence = (vg_car_evidence){0};
}

static vg_err make_room(vg_car_evidence *e, int64_t more, vg_diag *diag) {
    if (e->count + more <= e->capacity) return VG_OK;
    int64_t capacity = 2 * (e->count + more);
    vg_car_window *windows = vg_new(vg_car_window, capacity);
    if (!windows) return vg_fail_memory(diag);
    if (e->count) memcpy(windows, e->windows, (size_t)e->count * sizeof *windows);
    vg_free(e->windows);
    e->windows = windows, e->capacity = capacity;
    return VG_OK;
}

static bool is_clean(const vg_road *road, const vg_log_step *steps, int64_t first, int64_t last) {
    for (int64_t i = first; i <= last; i++) {
        vg_road_point at = vg_road_at(road, steps[i].state.s);
        double offset = (double)steps[i].state.offset;
        if (offset > at.left || -offset > at.right || (i < last && steps[i].gust != 0)) return false;
    }
    return true;
}

static double turned(double from, double to) {
    double turn = to - from;
    return turn - 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5);
}

vg_err vg_car_evidence_add(vg_car_evidence *e, const vg_car *car, const vg_road *road,
                           const vg_log_step *steps, int64_t count, double tick, vg_diag *diag) {
    int64_t size = (int64_t)floor(WINDOW * sqrt((double)vg_car_scale(car)) / tick + 0.5);
    size = size > 1 ? size : 1;
    vg_err err = make_room(e, count / size, diag);
    if (err) return err;
    double begin = e->count ? e->end + GAP : 0, length = (double)size * tick;
    for (int64_t first = 0; first + size < count; first += size) {
        int64_t last = first + size;
        if (!is_clean(road, steps, first, last)) continue;
        const vg_state *a = &steps[first].state, *b = &steps[last].state;
        double speed = 0, turn = 0;
        for (int64_t i = first; i < last; i++) {
            speed += 0.5 * ((double)steps[i].state.speed + (double)steps[i + 1].state.speed);
            turn += turned(steps[i].state.yaw, steps[i + 1].state.yaw);
        }
        speed /= (double)size;
        e->windows[e->count++] =
            (vg_car_window){begin + ((double)first + 0.5 * (double)size) * tick, length, speed,
                            ((double)b->speed - (double)a->speed) / length, speed * turn / length};
    }
    e->end = begin + (double)count * tick;
    return VG_OK;
}

vg_err vg_car_evidence_add_log(vg_car_evidence *e, vg_log *log, vg_diag *diag) {
    int32_t episodes = 0;
    vg_err err = vg_log_count(log, &episodes, diag);
    for (int32_t i = 0; i < episodes && !err; i++) {
        vg_log_episode episode;
        vg_log_step *steps = NULL;
        vg_road *road = NULL;
        vg_car car;
        int64_t count = 0;
        err = vg_log_episode_at(log, i, &episode, diag);
        if (!err) err = vg_log_car(log, episode.car, &car, diag);
        if (!err) err = vg_log_road(log, episode.road, &road, diag);
        if (!err) err = vg_log_steps(log, episode.id, &steps, &count, diag);
        if (!err)
            err = vg_car_evidence_add(e, &car, road, steps, count,
                                      (double)episode.tick_num / episode.tick_den, diag);
        vg_road_destroy(road);
        vg_free(steps);
    }
    return err;
}

// --- quantiles ---------------------------------------------------------------------------------------------

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Sorts the values. 0 where there are none.
static double quantile(double *values, int64_t count, double share) {
    if (!count) return 0;
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[(int64_t)floor(share * (double)(count - 1) + 0.5)];
}

// What the fit works with.
typedef struct work {
    const vg_car_window *windows;
    int64_t count;
    double *given;  // [count] m/s^2 of drive (> 0) or brakes (< 0)
    double *value;  // [count] of the quantity at hand; NaN: this window says nothing about it
    double *square; // [count] speed^2
    double *sorted; // [count] scratch
    double at_rest, downforce, ratio; // the grip across, and that along over it
} work;

static double grip(const work *w, int64_t i) { return w->at_rest + w->downforce * w->square[i]; }

static double quantile_of(work *w, double share) {
    int64_t n = 0;
    for (int64_t i = 0; i < w->count; i++)
        if (!isnan(w->value[i])) w->sorted[n++] = w->value[i];
    return quantile(w->sorted, n, share);
}

// How many places, APART from one another, have a window whose value is near what `limit` says of it. Of
// those windows with speed^2 within [low, high].
static int32_t places_near(const work *w, double at_rest, double slope, double low, double high) {
    int32_t places = 0;
    double last = -INFINITY;
    for (int64_t i = 0; i < w->count; i++) {
        bool near = w->value[i] >= NEAR * (at_rest + slope * w->square[i]); // false for a NaN
        if (!near || w->square[i] < low || w->square[i] > high) continue;
        places += w->windows[i].time - last >= APART;
        last = w->windows[i].time;
    }
    return places;
}

static void set(vg_car_fit_limit *limit, double seen, int32_t places) {
    limit->seen = seen, limit->places = places, limit->reached = places >= PLACES;
}

// --- grip across and downforce -----------------------------------------------------------------------------

static const double SHARE = 0.95; // of the quantile regression

// For a slope, the intercept that is the quantile of the rest; returns the loss of both.
static double loss_at(work *w, double slope, double *intercept) {
    int64_t n = 0;
    for (int64_t i = 0; i < w->count; i++)
        if (!isnan(w->value[i])) w->sorted[n++] = w->value[i] - slope * w->square[i];
    *intercept = quantile(w->sorted, n, SHARE);
    double loss = 0;
    for (int64_t i = 0; i < n; i++) {
        double over = w->sorted[i] - *intercept;
        loss += over > 0 ? SHARE * over : (SHARE - 1) * over;
    }
    return loss;
}

// The loss is convex in the slope: golden section.
static double best_slope(work *w, double most, double *intercept) {
    double low = 0, high = most, golden = 0.6180339887498949;
    double a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = loss_at(w, a, intercept), at_b = loss_at(w, b, intercept);
    for (int k = 0; k < 40; k++) {
        if (at_a <= at_b) {
            high = b, b = a, at_b = at_a, a = high - golden * (high - low);
            at_a = loss_at(w, a, intercept);
        } else {
            low = a, a = b, at_a = at_b, b = low + golden * (high - low);
            at_b = loss_at(w, b, intercept);
        }
    }
    double slope = 0.5 * (low + high);
    loss_at(w, slope, intercept);
    return slope;
}

// Sets the values to the acceleration across of windows in curves, made larger by what the ellipse gave
// along. Windows in which drive or brakes take more than half of the grip along say too little.
static void take_across(work *w, bool has_grip) {
    for (int64_t i = 0; i < w->count; i++) w->value[i] = fabs(w->windows[i].across);
    double least = 0.4 * quantile_of(w, 0.99);
    for (int64_t i = 0; i < w->count; i++) {
        double used = has_grip ? w->given[i] / (w->ratio * grip(w, i)) : 0;
        w->value[i] = w->value[i] < least || fabs(used) > 0.5 ? NAN : w->value[i] / sqrt(1 - used * used);
    }
}

// Do the data tell a downforce? It must lower the loss by a tenth and the limit by a tenth of itself over the
// speeds at hand, with two places at the limit in the slower and the faster half.
static bool tells_downforce(work *w, double slope, double at_rest, double flat_loss, double loss) {
    int64_t n = 0;
    for (int64_t i = 0; i < w->count; i++)
        if (!isnan(w->value[i])) w->sorted[n++] = w->square[i];
    double middle = quantile(w->sorted, n, 0.5), low = n ? w->sorted[0] : 0, high = n ? w->sorted[n - 1] : 0;
    return loss < 0.9 * flat_loss && slope * (high - low) > 0.1 * at_rest &&
           places_near(w, at_rest, slope, 0, middle) >= 2 &&
           places_near(w, at_rest, slope, middle, INFINITY) >= 2;
}

static void fit_across(work *w, const vg_car *base, vg_car_fit_limit *limits) {
    vg_car_fit_limit *across = &limits[VG_CAR_FIT_lateral_max], *down = &limits[VG_CAR_FIT_downforce];
    double at_rest, flat;
    for (int pass = 0; pass < 3; pass++) {
        take_across(w, pass > 0);
        double flat_loss = loss_at(w, 0, &flat), slope = best_slope(w, 0.1, &at_rest);
        double loss = loss_at(w, slope, &at_rest);
        down->reached = tells_downforce(w, slope, at_rest, flat_loss, loss);
        w->downforce = down->reached ? slope : (double)base->downforce;
        loss_at(w, w->downforce, &w->at_rest);
        down->seen = slope;
        w->at_rest = fmax(w->at_rest, 1e-3);
    }
    set(across, w->at_rest, places_near(w, w->at_rest, w->downforce, 0, INFINITY));
    down->places = down->reached ? across->places : 0;
}

// --- along, and the rest -----------------------------------------------------------------------------------

// The share of the grip across that brakes showed along, on straights or in curves: where the ellipse leaves
// too little, an error of the grip across would be one of the share several times over.
static double along_share(work *w, bool in_curves, int32_t *places) {
    for (int64_t i = 0; i < w->count; i++) {
        double used = fabs(w->windows[i].across) / grip(w, i), along = fabs(w->given[i]) / grip(w, i);
        bool takes = w->given[i] < 0 && (in_curves ? used > 0.4 && used < 0.75 : used <= 0.4);
        w->value[i] = takes ? along / sqrt(1 - used * used) : NAN;
    }
    double most = quantile_of(w, 0.999);
    for (int64_t i = 0; i < w->count; i++)
        if (w->value[i] < 0.5 * most) w->value[i] = NAN;
    double share = quantile_of(w, SHARE);
    *places = places_near(w, share, 0, 0, INFINITY);
    return share;
}

static void fit_along(work *w, vg_car_fit_limit *limits) {
    int32_t straight_places, curve_places;
    double straight = along_share(w, false, &straight_places);
    double curve = along_share(w, true, &curve_places);
    bool by_curves = curve >= 0.98 * straight && curve_places >= PLACES;
    w->ratio = fmax(by_curves ? curve : straight, 0.05);
    set(&limits[VG_CAR_FIT_longitudinal_max], w->ratio * w->at_rest,
        by_curves ? curve_places : straight_places);
}

// Drive or brakes, in m/s^2 (by_speed: in W/kg).
static void fit_pedal(work *w, double sign, bool by_speed, vg_car_fit_limit *limit) {
    for (int64_t i = 0; i < w->count; i++) {
        double given = sign * w->given[i] * (by_speed ? w->windows[i].speed : 1);
        w->value[i] = given > 0 ? given : NAN;
    }
    double most = quantile_of(w, 0.999);
    for (int64_t i = 0; i < w->count; i++)
        if (w->value[i] < 0.5 * most) w->value[i] = NAN;
    double seen = quantile_of(w, 0.98);
    set(limit, seen, places_near(w, seen, 0, 0, INFINITY));
}

// Power is told only if it held the car back at speeds that differ; else it may be the pedal.
static void fit_power(work *w, vg_car_fit_limit *limit) {
    fit_pedal(w, 1, true, limit);
    double low = INFINITY, high = 0;
    for (int64_t i = 0; i < w->count; i++)
        if (w->value[i] >= NEAR * limit->seen)
            low = fmin(low, w->windows[i].speed), high = fmax(high, w->windows[i].speed);
    limit->reached = limit->reached && high > 1.2 * low;
}

// Top speed counts as reached where it was held for two seconds; steering never does, because grip or a bend
// may have been what held it.
static void fit_extremes(work *w, const vg_car *base, vg_car_fit_limit *limits) {
    double speed = 0, curvature = 0, held = 0;
    for (int64_t i = 0; i < w->count; i++) {
        const vg_car_window *x = &w->windows[i];
        speed = fmax(speed, x->speed);
        curvature = fmax(curvature, fabs(x->across) / (x->speed * x->speed));
    }
    for (int64_t i = 0; i < w->count; i++)
        held += w->windows[i].speed > 0.999 * speed ? w->windows[i].length : 0;
    limits[VG_CAR_FIT_speed_max] = (vg_car_fit_limit){.seen = speed, .places = 1, .reached = held >= 2};
    limits[VG_CAR_FIT_steer_max] =
        (vg_car_fit_limit){.seen = vg_atan(curvature * (double)base->wheelbase), .places = 1};
}

// --- all of it ---------------------------------------------------------------------------------------------

static vg_err take_work(work *w, const vg_car_evidence *e, const vg_car *base, vg_diag *diag) {
    vg_car_window *windows = vg_new(vg_car_window, e->count);
    *w = (work){.windows = windows, .ratio = 1};
    w->given = vg_new(double, 4 * e->count);
    if (!windows || !w->given) return vg_fail_memory(diag);
    w->value = w->given + e->count, w->square = w->value + e->count, w->sorted = w->square + e->count;
    for (int64_t i = 0; i < e->count; i++) {
        const vg_car_window *x = &e->windows[i];
        if (x->speed < 0.5) continue;
        windows[w->count] = *x;
        w->square[w->count] = x->speed * x->speed;
        w->given[w->count] = x->along + (double)base->rolling + (double)base->drag * x->speed * x->speed;
        w->count++;
    }
    if (base->lateral_max > 0 && base->longitudinal_max > 0)
        w->ratio = (double)base->longitudinal_max / (double)base->lateral_max;
    double driven = 0;
    for (int64_t i = 0; i < w->count; i++) driven += windows[i].length;
    if (driven < 5)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%.1f s of driving faster than 0.5 m/s on the road, expected 5 s or more", driven);
    return VG_OK;
}

static void release_work(work *w) {
    vg_free((void *)w->windows);
    vg_free(w->given);
}

// A limit that was not reached is at least what was seen.
static void write_car(vg_car_fit *out) {
    float *fields[] = {
#define X(key, unit) &out->car.key,
        VG_CAR_FIT_LIMITS(X)
#undef X
    };
    for (int k = 0; k < VG_CAR_FIT_COUNT; k++) {
        vg_car_fit_limit *limit = &out->limits[k];
        const vg_key *key = vg_config_key(&vg_car_schema, names[k].name);
        limit->base = (double)*fields[k];
        limit->value = limit->reached ? limit->seen : fmax(limit->base, limit->seen);
        if (k == VG_CAR_FIT_downforce && !limit->reached) limit->value = limit->base;
        limit->value = fmin(fmax(limit->value, key->least), key->most);
        *fields[k] = (float)limit->value;
    }
}

vg_err vg_car_fit_limits(const vg_car_evidence *evidence, const vg_car *base, vg_car_fit *out,
                         vg_diag *diag) {
    work w;
    *out = (vg_car_fit){.car = *base};
    vg_err err = take_work(&w, evidence, base, diag);
    for (int pass = 0; pass < 2 && !err; pass++) {
        fit_across(&w, base, out->limits);
        fit_along(&w, out->limits);
    }
    if (!err) {
        fit_pedal(&w, 1, false, &out->limits[VG_CAR_FIT_accel_max]);
        fit_pedal(&w, -1, false, &out->limits[VG_CAR_FIT_brake_max]);
        fit_power(&w, &out->limits[VG_CAR_FIT_power]);
        fit_extremes(&w, base, out->limits);
        write_car(out);
    }
    release_work(&w);
    return err;
}
