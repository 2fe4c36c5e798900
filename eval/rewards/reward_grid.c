#include "eval/rewards/reward_grid.h"

#include <math.h>
#include <stdlib.h>

#include "agents/rewards/driving.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

// The cars of all lanes of a station, before and after an action.
typedef struct work {
    const vg_reward_grid_def *def;
    vg_reward_grid *grid;
    vg_world *before, *after;
    float *observed, *observed_after, *actions, *scratch;
    double *s;
} work;

void vg_reward_grid_free(vg_reward_grid *grid) {
    vg_free(grid->value);
    *grid = (vg_reward_grid){0};
}

// --- speeds -----------------------------------------------------------------------------------------------

void vg_reward_grid_speeds(const vg_road *road, const vg_state *states, int64_t count, int32_t stations,
                           double *speed) {
    double length = vg_road_get(road).length;
    for (int32_t i = 0; i < stations; i++) speed[i] = NAN;
    for (int64_t k = 0, first = 0; k < count; k = first) {
        // States of one station follow each other; a later visit replaces an earlier one.
        double sum = 0;
        int32_t at = (int32_t)fmin(stations - 1, fmax(0, states[k].s / length * stations));
        for (; first < count; first++) {
            int32_t next = (int32_t)fmin(stations - 1, fmax(0, states[first].s / length * stations));
            if (next != at) break;
            sum += (double)states[first].speed;
        }
        speed[at] = sum / (double)(first - k);
    }
}

// --- places -----------------------------------------------------------------------------------------------

// The state of a car on a line at this share of the half width, between the right edge (-1) and the left one.
static vg_state place(const work *w, double s, double share, double speed, double accel) {
    const vg_road *road = w->def->road;
    vg_road_point p = vg_road_at(road, vg_road_wrap(road, s));
    double sine, cosine, offset = share * (share > 0 ? p.left : p.right);
    vg_sincos(p.heading, &sine, &cosine);
    // A line inside of a bend is bent more; where it would turn round itself it has no curvature.
    double inside = 1 - offset * p.curvature, curvature = inside > 0.05 ? p.curvature / inside : 0;
    double steer = vg_atan(curvature * (double)w->def->car->wheelbase), most = (double)w->def->car->steer_max;
    return (vg_state){.x = p.x - offset * sine,
                      .y = p.y + offset * cosine,
                      .yaw = p.heading,
                      .s = vg_road_wrap(road, s),
                      .offset = (float)offset,
                      .speed = (float)speed,
                      .steer = (float)fmin(most, fmax(-most, steer)),
                      .accel = (float)accel};
}

// The acceleration at a station, from the speeds beside it; 0 where one of them is not known.
static double accel_at(const work *w, int32_t i) {
    const vg_reward_grid_def *def = w->def;
    int32_t n = def->stations, a = i > 0 ? i - 1 : 0, b = i + 1 < n ? i + 1 : n - 1;
    double change = def->speed[b] - def->speed[a];
    return isfinite(change) ? def->speed[i] * change / ((b - a) * w->grid->spacing) : 0;
}

static vg_err set_lanes(work *w, int32_t i, vg_diag *diag) {
    const vg_car *car = w->def->car;
    double speed = w->def->speed[i], accel = accel_at(w, i), s = (i + 0.5) * w->grid->spacing;
    double seconds = w->grid->action_seconds, later = fmax(0, speed + accel * seconds);
    for (int32_t j = 0; j < w->def->lanes; j++) {
        double share = (2 * j + 1.0) / w->def->lanes - 1;
        vg_state from = place(w, s, share, speed, accel);
        vg_road_point p = vg_road_at(w->def->road, s);
        double inside = fmax(0.05, 1 - (double)from.offset * p.curvature);
        vg_state to = place(w, s + 0.5 * (speed + later) * seconds / inside, share, later, accel);
        double pedal = accel / (double)(accel > 0 ? car->accel_max : car->brake_max);
        w->s[j] = from.s;
        w->actions[VG_CAR_ACTIONS * j] = from.steer / car->steer_max;
        w->actions[VG_CAR_ACTIONS * j + 1] = (float)fmin(1, fmax(-1, pedal));
        if (vg_world_set(w->before, j, &from, w->actions + VG_CAR_ACTIONS * j, NULL) ||
            vg_world_set(w->after, j, &to, w->actions + VG_CAR_ACTIONS * j, NULL))
            return vg_fail(diag, VG_ERR_ARGUMENT, "at %.0f m the car of the drive cannot be on this road", s);
    }
    return VG_OK;
}

static vg_err evaluate_station(work *w, int32_t i, vg_diag *diag) {
    const vg_reward *reward = w->def->reward;
    const int32_t lanes = w->def->lanes;
    double *out = w->grid->value + (int64_t)i * lanes;
    for (int32_t j = 0; j < lanes; j++) out[j] = NAN;
    if (!isfinite(w->def->speed[i])) return VG_OK;
    vg_err err = set_lanes(w, i, diag);
    if (err) return err;
    if (reward->sense) vg_sense_observe(reward->sense, w->before, w->observed);
    if (reward->looks_after) vg_sense_observe(reward->sense, w->after, w->observed_after);
    const vg_reward_view view = {.count = lanes,
                                 .world = w->after,
                                 .s = w->s,
                                 .observed = reward->sense ? w->observed : NULL,
                                 .actions = w->actions,
                                 .observed_after = reward->looks_after ? w->observed_after : NULL,
                                 .scratch = w->scratch};
    reward->ops->evaluate(reward, &view, out);
    for (int32_t j = 0; j < lanes; j++)
        if (!isfinite(out[j]))
            return vg_fail(diag, VG_ERR_POLICY,
                           "the reward is %g at %.0f m along the road, not a number to paint", out[j],
                           (i + 0.5) * w->grid->spacing);
    return VG_OK;
}

// --- all --------------------------------------------------------------------------------------------------

static int rising(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static vg_err find_range(vg_reward_grid *grid, vg_diag *diag) {
    int64_t all = (int64_t)grid->stations * grid->lanes, count = 0;
    double *sorted = vg_new(double, all);
    if (!sorted) return vg_fail_memory(diag);
    for (int64_t i = 0; i < all; i++)
        if (isfinite(grid->value[i])) sorted[count++] = grid->value[i];
    vg_err err = VG_OK;
    if (count == 0) {
        err =
            vg_fail(diag, VG_ERR_ARGUMENT, "the drive was nowhere on the road: it has no speeds to paint by");
    } else {
        qsort(sorted, (size_t)count, sizeof *sorted, rising);
        grid->low = sorted[count / 10], grid->high = sorted[count - 1 - count / 10];
        if (!(grid->high > grid->low))
            err = vg_fail(diag, VG_ERR_ARGUMENT, "the reward is %g everywhere on this road: nothing to paint",
                          grid->low);
    }
    vg_free(sorted);
    return err;
}

static vg_err open_work(work *w, vg_diag *diag) {
    const vg_reward *reward = w->def->reward;
    vg_world_def world = vg_world_default();
    int64_t lanes = w->def->lanes, width = reward->sense ? vg_sense_size(reward->sense) : 0;
    world.count = w->def->lanes, world.roads = &w->def->road, world.road_count = 1;
    world.cars = w->def->car, world.car_count = 1, world.threads = 1;
    vg_err err = vg_world_create(&world, &w->before, diag);
    if (!err) err = vg_world_create(&world, &w->after, diag);
    if (err) return err;
    w->grid->action_seconds = vg_world_tick_seconds(w->after) * vg_world_ticks_per_action(w->after);
    w->observed = vg_new(float, lanes *width);
    w->observed_after = vg_new(float, lanes *width);
    w->actions = vg_new(float, lanes *VG_CAR_ACTIONS);
    w->scratch = vg_new(float, reward->scratch);
    w->s = vg_new(double, lanes);
    w->grid->value = vg_new(double, w->def->stations *lanes);
    return w->observed && w->observed_after && w->actions && w->scratch && w->s && w->grid->value
               ? VG_OK
               : vg_fail_memory(diag);
}

static void close_work(work *w) {
    vg_world_destroy(w->before);
    vg_world_destroy(w->after);
    vg_free(w->observed);
    vg_free(w->observed_after);
    vg_free(w->actions);
    vg_free(w->scratch);
    vg_free(w->s);
}

vg_err vg_reward_grid_make(const vg_reward_grid_def *def, vg_reward_grid *out, vg_diag *diag) {
    const vg_driving_reward_def *driving = vg_driving_reward_of(def->reward);
    *out = (vg_reward_grid){.stations = def->stations, .lanes = def->lanes};
    if (def->stations < 2 || def->stations > VG_REWARD_STATIONS || def->lanes < 2 ||
        def->lanes > VG_REWARD_LANES)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d stations and %d lanes, expected 2 to %d and 2 to %d",
                       def->stations, def->lanes, VG_REWARD_STATIONS, VG_REWARD_LANES);
    out->spacing = vg_road_get(def->road).length / def->stations;
    work w = {.def = def, .grid = out};
    vg_err err = driving ? vg_driving_reward_fits(driving, def->car, diag) : VG_OK;
    if (!err) err = open_work(&w, diag);
    for (int32_t i = 0; i < def->stations && !err; i++) err = evaluate_station(&w, i, diag);
    if (!err) err = find_range(out, diag);
    close_work(&w);
    if (err) vg_reward_grid_free(out);
    return err;
}
