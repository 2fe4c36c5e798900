#include "eval/rewards/corner_halves.h"

#include <math.h>
#include <string.h>

#include "agents/planner/pace_limit.h"
#include "agents/planner/plan.h"
#include "sim/base/memory.h"

static const char *const labels[] = {
#define X(name, label) label,
    VG_LINE_GUESSES(X)
#undef X
};
const char *vg_line_guess_label(int32_t i) { return i >= 0 && i < VG_GUESS_COUNT ? labels[i] : NULL; }

// --- corners -----------------------------------------------------------------------------------------------

static double bend_at(const vg_road *road, const vg_stations *stations, int32_t i) {
    double sum = 0;
    for (int32_t k = -2; k <= 2; k++)
        sum +=
            fabs(vg_road_at(road, (i + k + stations->count) % stations->count * stations->spacing).curvature);
    return sum / 5;
}

// Marks a corner's part of the road as held out.
static void mark(bool *held, int32_t count, int32_t from, int32_t to) {
    for (int32_t i = from; i < to; i++) held[(i % count + count) % count] = true;
}

enum { NEAR = 4 }; // stations between two bends of one corner

int32_t vg_corner_halves(const vg_road *road, const vg_stations *stations, bool *held) {
    int32_t n = stations->count, start = 0, corners = 0, end = -NEAR - 1, border = 0, first_border = 0;
    double top = 0;
    memset(held, 0, sizeof *held * (size_t)n);
    for (int32_t i = 0; i < n; i++) top = fmax(top, bend_at(road, stations, i));
    while (start < n && bend_at(road, stations, start) > 0.15 * top) start++; // begin on a straight
    for (int32_t k = 0; k < n; k++) {
        if (bend_at(road, stations, (start + k) % n) <= 0.15 * top) continue;
        if (k - end > NEAR) { // a corner begins: the one before it ends midway
            int32_t middle = corners ? (end + k) / 2 : k / 2;
            if (corners && corners % 2 == 0) mark(held, n, start + border, start + middle);
            if (!corners) first_border = middle;
            border = middle;
            corners++;
        }
        end = k;
    }
    if (corners && corners % 2 == 0) mark(held, n, start + border, start + n + first_border);
    return corners;
}

// --- the halves of the laps --------------------------------------------------------------------------------

typedef struct halves {
    const vg_demonstrations *shown;
    int32_t n;
    bool *held;                               // [n]
    vg_demonstrations learned;                // pieces of the laps; their offsets and speeds are borrowed
    double *mean_offset, *mean_speed, *count; // [n]
} halves;

static int32_t station_of(const halves *h, const vg_demonstration *lap, int32_t k) {
    int64_t at = (lap->first + k) % h->n;
    return (int32_t)(at < 0 ? at + h->n : at);
}

static vg_err keep_piece(halves *h, const vg_demonstration *lap, int32_t from, int32_t to, vg_diag *diag) {
    if (to - from < VG_STATIONS_LEAST) return VG_OK;
    vg_demonstration *piece = &h->learned.items[h->learned.count];
    *piece = *lap;
    piece->first += from, piece->offset += from, piece->speed += from;
    vg_err err = vg_stations_cut(&h->shown->stations[0], piece->first, to - from, &piece->stations, diag);
    if (!err) h->learned.count++;
    return err;
}

static vg_err cut(halves *h, vg_diag *diag) {
    int64_t room = 0;
    for (int32_t i = 0; i < h->shown->count; i++)
        room += h->shown->items[i].stations.count / VG_STATIONS_LEAST + 1;
    h->learned = *h->shown;
    h->learned.count = 0;
    h->learned.items = vg_new(vg_demonstration, room);
    if (!h->learned.items) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < h->shown->count && !err; i++) {
        const vg_demonstration *lap = &h->shown->items[i];
        int32_t from = 0, end = lap->stations.count;
        for (int32_t k = 0; k <= end && !err; k++) {
            bool learn = k < end && !h->held[station_of(h, lap, k)];
            if (learn) continue;
            err = keep_piece(h, lap, from, k, diag);
            from = k + 1;
        }
    }
    if (!err && !h->learned.count)
        err =
            vg_fail(diag, VG_ERR_MISMATCH, "no corner to learn from is %d stations long", VG_STATIONS_LEAST);
    return err;
}

static vg_err open(halves *h, const vg_demonstrations *shown, vg_corner_prediction *out, vg_diag *diag) {
    *h = (halves){.shown = shown, .n = shown->stations[0].count};
    if (shown->road_count != 1 || shown->car_count != 1)
        return vg_fail(diag, VG_ERR_MISMATCH, "the laps are of %d roads and %d cars, expected one of each",
                       shown->road_count, shown->car_count);
    h->held = vg_new(bool, h->n);
    h->mean_offset = vg_new(double, 3 * (int64_t)h->n);
    if (!h->held || !h->mean_offset) return vg_fail_memory(diag);
    h->mean_speed = h->mean_offset + h->n, h->count = h->mean_speed + h->n;
    out->corners = vg_corner_halves(shown->roads[0], &shown->stations[0], h->held);
    out->stations = h->n;
    for (int32_t i = 0; i < h->n; i++) out->held += h->held[i];
    if (out->corners < 2)
        return vg_fail(diag, VG_ERR_MISMATCH, "the road has %d corners, expected 2 or more", out->corners);
    return cut(h, diag);
}

static void close_halves(halves *h) {
    for (int32_t i = 0; i < h->learned.count; i++) vg_stations_close(&h->learned.items[i].stations);
    vg_free(h->learned.items);
    vg_free(h->held);
    vg_free(h->mean_offset);
}

// --- errors ------------------------------------------------------------------------------------------------

static vg_line_error error_of(const halves *h, const double *offset, const double *speed, bool held) {
    double offsets = 0, speeds = 0, count = 0;
    for (int32_t i = 0; i < h->shown->count; i++) {
        const vg_demonstration *lap = &h->shown->items[i];
        for (int32_t k = 0; k < lap->stations.count; k++) {
            int32_t at = station_of(h, lap, k);
            if (h->held[at] != held) continue;
            double n = lap->offset[k] - offset[at], v = lap->speed[k] - speed[at];
            offsets += n * n, speeds += v * v, count++;
        }
    }
    return (vg_line_error){sqrt(offsets / count), sqrt(speeds / count)};
}

static void find_means(halves *h) {
    for (int32_t i = 0; i < h->shown->count; i++) {
        const vg_demonstration *lap = &h->shown->items[i];
        for (int32_t k = 0; k < lap->stations.count; k++) {
            int32_t at = station_of(h, lap, k);
            h->mean_offset[at] += lap->offset[k], h->mean_speed[at] += lap->speed[k], h->count[at]++;
        }
    }
    for (int32_t i = 0; i < h->n; i++)
        if (h->count[i] > 0) h->mean_offset[i] /= h->count[i], h->mean_speed[i] /= h->count[i];
}

static vg_plan_def plan_of(const halves *h, const double *theta) {
    vg_plan_def def = vg_plan_default(h->shown->roads[0], &h->shown->cars[0], theta);
    def.spacing = h->shown->stations[0].spacing, def.bounds.grip = 1;
    return def;
}

static vg_err guess(const halves *h, const double *theta, vg_line_error *out, vg_diag *diag) {
    vg_plan_def def = plan_of(h, theta);
    vg_plan plan;
    vg_err err = vg_plan_make(&def, &plan, diag);
    if (!err) *out = error_of(h, plan.offset, plan.speed, true);
    vg_plan_close(&plan);
    return err;
}

// The line at one speed whose acceleration across is least; then as fast as a share of the grip allows, of
// all shares from 0.3 to 1 the one nearest to the speeds of the corners learned from.
static vg_err guess_straight(const halves *h, vg_line_error *out, vg_diag *diag) {
    static const double bend[VG_DRIVING_COUNT] = {1, 30};
    vg_plan_def def = plan_of(h, bend);
    vg_plan plan = {0};
    double *speed = vg_new(double, h->n), best = INFINITY;
    for (int32_t i = 0; i < h->n && speed; i++) speed[i] = 15 * (double)vg_car_scale(def.car);
    def.hold = speed;
    vg_err err = speed ? vg_plan_make(&def, &plan, diag) : vg_fail_memory(diag);
    vg_line_view line = {&h->shown->stations[0], def.car, plan.offset, speed};
    for (int32_t share = 30; share <= 100 && !err; share += 2) {
        def.bounds.grip = share / 100.0;
        for (int32_t i = 0; i < h->n; i++) speed[i] = (double)def.car->speed_max;
        err = vg_pace_limit(&line, &def.bounds, speed, diag);
        double learned = err ? INFINITY : error_of(h, plan.offset, speed, false).speed;
        if (learned < best) best = learned, *out = error_of(h, plan.offset, speed, true);
    }
    vg_plan_close(&plan);
    vg_free(speed);
    return err;
}

vg_err vg_corner_predict(const vg_demonstrations *shown, const vg_maxent_learner_config *config,
                         vg_corner_prediction *out, vg_diag *diag) {
    halves h;
    vg_driving_reward_def standard = vg_driving_reward_default();
    *out = (vg_corner_prediction){0};
    vg_err err = open(&h, shown, out, diag);
    vg_maxent_def find = {.config = config, .shown = &h.learned};
    if (!err) err = vg_maxent_find(&find, &out->fit, diag);
    if (!err) err = guess(&h, out->fit.theta, &out->errors[VG_GUESS_FITTED], diag);
    if (!err) err = guess(&h, standard.theta, &out->errors[VG_GUESS_DEFAULT], diag);
    if (!err) err = guess_straight(&h, &out->errors[VG_GUESS_STRAIGHT], diag);
    if (!err) find_means(&h);
    if (!err) out->errors[VG_GUESS_MEAN] = error_of(&h, h.mean_offset, h.mean_speed, true);
    close_halves(&h);
    return err;
}
