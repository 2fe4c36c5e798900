#include "sim/world_private.h"

#include <math.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

vg_world_def vg_world_default(void) {
    return (vg_world_def){
        .count = 1, .tick_num = 1, .tick_den = 60, .ticks_per_action = 3, .stop_off_road = true};
}

// Stands for no limit: its square is still a number.
#define UNLIMITED 1e15f

vg_car_tick_constants vg_car_tick_prepare(const vg_car *car, int32_t tick_num, int32_t tick_den) {
    double dt = (double)tick_num / tick_den;
    float grip = car->lateral_max > 0 ? car->lateral_max : UNLIMITED;
    bool ellipse = car->lateral_max > 0 && car->longitudinal_max > 0, rough = car->offroad_grip > 0;
    return (vg_car_tick_constants){
        .dt = (float)dt,
        .steer_max = car->steer_max,
        .steer_step = (float)(car->steer_rate * dt),
        .steer_follow = car->steer_lag > 0 ? (float)(1 - vg_exp(-dt / car->steer_lag)) : 1.0f,
        .accel_max = car->accel_max,
        .brake_max = car->brake_max,
        .accel_follow = car->accel_lag > 0 ? (float)(1 - vg_exp(-dt / car->accel_lag)) : 1.0f,
        .speed_max = car->speed_max,
        .grip = {grip, rough ? car->offroad_grip : grip},
        .downforce = {car->downforce, rough ? 0 : car->downforce},
        .resistance = {car->rolling, car->rolling + car->offroad_rolling},
        .drag = car->drag,
        .power = car->power > 0 ? car->power : UNLIMITED,
        .ellipse = ellipse ? 1.0f : 0.0f,
        .as_across = ellipse ? car->lateral_max / car->longitudinal_max : 0.0f,
        .inverse_wheelbase = 1.0f / car->wheelbase,
        .delay = (int32_t)(car->delay / dt + 0.5),
    };
}

// --- create ----------------------------------------------------------------------------------------------

static vg_err check_indices(const char *what, const int32_t *index, int32_t count, int32_t limit,
                            vg_diag *diag) {
    for (int32_t i = 0; index && i < count; i++)
        if (index[i] < 0 || index[i] >= limit)
            return vg_fail(diag, VG_ERR_ARGUMENT, "%s[%d] is %d, expected 0 to %d", what, i, index[i],
                           limit - 1);
    return VG_OK;
}

static vg_err check_def(const vg_world_def *def, vg_diag *diag) {
    if (def->count < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "count is %d, expected 1 or more", def->count);
    if (def->tick_num < 1 || def->tick_den < 1 || def->tick_num > def->tick_den)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the tick is %d/%d s, expected a fraction above 0, at most 1 s",
                       def->tick_num, def->tick_den);
    if (def->ticks_per_action < 1 || def->horizon < 0)
        return vg_fail(diag, VG_ERR_ARGUMENT, "ticks per action %d and horizon %d, expected at least 1 and 0",
                       def->ticks_per_action, def->horizon);
    if (def->road_count < 1 || !def->roads) return vg_fail(diag, VG_ERR_ARGUMENT, "a world needs a road");
    if (def->cars && def->car_count < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "car_count is %d, expected 1 or more", def->car_count);
    vg_err err = check_indices("road_of", def->road_of, def->count, def->road_count, diag);
    if (!err) err = check_indices("car_of", def->car_of, def->count, def->cars ? def->car_count : 1, diag);
    for (int32_t i = 0; !err && def->cars && i < def->car_count; i++) err = vg_car_check(&def->cars[i], diag);
    return err;
}

// Every array of a world: allocation, freeing and the view use this one list. X(field, type, elements)
#define ARRAYS(X)                                                                                            \
    X(x, double, n)                                                                                          \
    X(y, double, n)                                                                                          \
    X(yaw, double, n)                                                                                        \
    X(s, double, n)                                                                                          \
    X(offset, float, n)                                                                                      \
    X(speed, float, n)                                                                                       \
    X(steer, float, n)                                                                                       \
    X(accel, float, n)                                                                                       \
    X(command, float, 2 * n)                                                                                 \
    X(live, float, n)                                                                                        \
    X(off_now, float, n)                                                                                     \
    X(rough, float, n)                                                                                       \
    X(shoulder, float, n)                                                                                    \
    X(lateral, float, n)                                                                                     \
    X(milestone, double, n)                                                                                  \
    X(progress, double, n)                                                                                   \
    X(tick, int32_t, n)                                                                                      \
    X(off_since, int32_t, n)                                                                                 \
    X(off_ticks, int32_t, n)                                                                                 \
    X(departures, int32_t, n)                                                                                \
    X(laps, int32_t, n)                                                                                      \
    X(lap_tick, int32_t, n)                                                                                  \
    X(lap_start, int32_t, n)                                                                                 \
    X(lap_off, int32_t, n)                                                                                   \
    X(limit_ticks, int32_t, n)                                                                               \
    X(lap_hits, int32_t, n)                                                                                  \
    X(hit_since, int32_t, n)                                                                                 \
    X(collisions, int32_t, n)                                                                                \
    X(colliding, uint8_t, n)                                                                                 \
    X(clearance, vg_world_clearance, n)                                                                      \
    X(events, uint8_t, n)                                                                                    \
    X(off_road, uint8_t, n)                                                                                  \
    X(terminated, uint8_t, n)                                                                                \
    X(truncated, uint8_t, n)                                                                                 \
    X(road, const vg_road *, n)                                                                              \
    X(limits, vg_car_tick_constants, n)                                                                      \
    X(final, vg_state, n)                                                                                    \
    X(run_end, int32_t, n)                                                                                   \
    X(road_length, double, n)                                                                                \
    X(road_round, double, n)                                                                                 \
    X(road_spacing, double, n)                                                                               \
    X(road_inverse, double, n)                                                                               \
    X(road_last, int32_t, n)                                                                                 \
    X(segments, const vg_road_segment *, n)                                                                  \
    X(car_of, int32_t, n)

static vg_err take_arrays(vg_world *w, vg_diag *diag) {
    int64_t n = w->count;
#define X(field, type, elements)                                                                             \
    if (!(w->field = vg_new(type, elements))) return vg_fail_memory(diag);
    ARRAYS(X)
#undef X
    vg_world_view *v = &w->view;
    v->count = w->count;
#define X(type, name, unit, label) v->name = w->name;
    VG_STATE_COLUMNS(X)
#undef X
    v->command = w->command, v->progress = w->progress, v->tick = w->tick, v->off_since = w->off_since;
    v->off_ticks = w->off_ticks, v->departures = w->departures, v->laps = w->laps, v->lap_tick = w->lap_tick;
    v->lap_start = w->lap_start, v->limit_ticks = w->limit_ticks, v->lateral = w->lateral;
    v->hit_since = w->hit_since, v->collisions = w->collisions, v->colliding = w->colliding;
    v->events = w->events, v->off_road = w->off_road, v->terminated = w->terminated,
    v->truncated = w->truncated;
    return VG_OK;
}

static vg_err take_delay(vg_world *w, vg_diag *diag) {
    for (int32_t i = 0; i < w->count; i++)
        if (w->limits[i].delay > w->delay_most) w->delay_most = w->limits[i].delay;
    w->reaching = w->command;
    if (w->delay_most == 0) return VG_OK;
    w->reaching = vg_new(float, 2 * (int64_t)w->count);
    w->delay_line = vg_new(float, 2 * (int64_t)w->count * w->delay_most);
    w->delay_at = vg_new(int32_t, w->count);
    return w->reaching && w->delay_line && w->delay_at ? VG_OK : vg_fail_memory(diag);
}

static vg_err fill_world(vg_world *w, const vg_world_def *def, vg_diag *diag) {
    w->count = def->count;
    w->car_count = def->cars ? def->car_count : 1;
    w->tick_num = def->tick_num, w->tick_den = def->tick_den, w->ticks_per_action = def->ticks_per_action;
    w->horizon = def->horizon, w->threads = def->threads, w->stop_off_road = def->stop_off_road;
    w->corners = def->corners;
    w->kernel = VG_HOT_PICK(vg_world_kernel_table);
    vg_err err = take_arrays(w, diag);
    if (err) return err;
    if (!(w->cars = vg_new(vg_car, w->car_count))) return vg_fail_memory(diag);
    if (def->cars)
        memcpy(w->cars, def->cars, (size_t)w->car_count * sizeof *w->cars);
    else
        w->cars[0] = vg_car_default();
    for (int32_t i = 0; i < w->count; i++) {
        w->road[i] = def->roads[def->road_of ? def->road_of[i] : 0];
        w->car_of[i] = def->car_of ? def->car_of[i] : 0;
        w->limits[i] = vg_car_tick_prepare(&w->cars[w->car_of[i]], w->tick_num, w->tick_den);
        w->shoulder[i] = w->cars[w->car_of[i]].shoulder;
        const vg_road *road = w->road[i];
        w->obstructed |= road->obstacle_count > 0;
        w->road_length[i] = road->length, w->road_round[i] = road->view.closed ? road->length : 0;
        w->road_spacing[i] = road->spacing, w->road_inverse[i] = road->inverse_spacing;
        w->road_last[i] = road->segment_count - 1, w->segments[i] = road->segments;
    }
    for (int32_t i = w->count - 1; i >= 0; i--) {
        bool last = i == w->count - 1 || w->car_of[i + 1] != w->car_of[i];
        w->run_end[i] = last ? i + 1 : w->run_end[i + 1];
    }
    return take_delay(w, diag);
}

static void begin_episode(vg_world *w, int32_t i, const float *command, const float *delay_line);
static void start_car(vg_world *w, int32_t i, const vg_start *start);

vg_err vg_world_create(const vg_world_def *def, vg_world **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check_def(def, diag);
    if (err) return err;
    vg_world *w = vg_new(vg_world, 1);
    if (!w) return vg_fail_memory(diag);
    if ((err = fill_world(w, def, diag))) {
        vg_world_destroy(w);
        return err;
    }
    for (int32_t i = 0; i < w->count; i++) {
        start_car(w, i, &(vg_start){0});
        w->final[i] = vg_world_state(w, i);
    }
    *out = w;
    return VG_OK;
}

void vg_world_destroy(vg_world *w) {
    if (!w) return;
    if (w->reaching != w->command) vg_free(w->reaching);
#define X(field, type, elements) vg_free(w->field);
    ARRAYS(X)
#undef X
    vg_free(w->delay_line);
    vg_free(w->delay_at);
    vg_free(w->gust);
    vg_free(w->cars);
    vg_free(w);
}

// --- reading ---------------------------------------------------------------------------------------------

vg_world_view vg_world_get(const vg_world *w) { return w->view; }
vg_state vg_world_final(const vg_world *w, int32_t i) { return w->final[i]; }
const vg_road *vg_world_road(const vg_world *w, int32_t i) { return w->road[i]; }
const vg_car *vg_world_car(const vg_world *w, int32_t i) { return &w->cars[w->car_of[i]]; }
double vg_world_tick_seconds(const vg_world *w) { return (double)w->tick_num / w->tick_den; }
int32_t vg_world_ticks_per_action(const vg_world *w) { return w->ticks_per_action; }
int32_t vg_world_threads(const vg_world *w) { return w->threads; }
int32_t vg_world_delay(const vg_world *w, int32_t i) { return w->limits[i].delay; }

vg_state vg_world_state(const vg_world *w, int32_t i) {
    vg_state state;
    memset(&state, 0, sizeof state);
#define X(type, name, unit, label) state.name = w->name[i];
    VG_STATE_COLUMNS(X)
#undef X
    return state;
}

void vg_world_delay_line(const vg_world *w, int32_t i, float *out) {
    int32_t delay = w->limits[i].delay;
    const float *line = w->delay_line + 2 * (int64_t)i * w->delay_most;
    for (int32_t k = 0; k < delay; k++)
        memcpy(out + 2 * k, line + 2 * ((w->delay_at[i] + k) % delay), 2 * sizeof *out);
}

uint64_t vg_world_hash(const vg_world *w) {
    uint64_t h = 0;
    for (int32_t i = 0; i < w->count; i++) {
        int64_t counts[] = {w->tick[i],       w->off_since[i], w->off_ticks[i], w->departures[i],
                            w->laps[i],       w->lap_tick[i],  w->off_road[i],  w->events[i],
                            w->terminated[i], w->truncated[i], w->lap_start[i], w->limit_ticks[i]};
        double wide[] = {w->x[i], w->y[i], w->yaw[i], w->s[i], w->progress[i]};
        float narrow[] = {w->offset[i], w->speed[i],       w->steer[i],
                          w->accel[i],  w->command[2 * i], w->command[2 * i + 1]};
        h = vg_hash_int(h, counts, sizeof counts / sizeof *counts);
        h = vg_hash_double(h, wide, sizeof wide / sizeof *wide);
        h = vg_hash_float(h, narrow, sizeof narrow / sizeof *narrow);
        int32_t delay = w->limits[i].delay;
        for (int32_t k = 0; k < delay; k++) {
            int64_t at = (int64_t)i * w->delay_most + (w->delay_at[i] + k) % delay;
            h = vg_hash_float(h, w->delay_line + 2 * at, 2);
        }
        // A held gust is part of the state, as a command is. A gust of 0 is left out of the hash, so a world
        // without gusts keeps its hash.
        if (w->windy && w->gust[i] != 0) h = vg_hash_float(h, &w->gust[i], 1);
        // So does one without obstacles.
        if (w->road[i]->obstacle_count > 0)
            h = vg_hash_int(h, (int64_t[]){w->hit_since[i], w->collisions[i], w->colliding[i]}, 3);
    }
    return h;
}

// --- off the road ----------------------------------------------------------------------------------------

// Is a place more than `by` m beyond an edge?
static bool beyond_edge(const vg_road *road, double s, float offset, float by) {
    vg_road_point point = vg_road_at(road, s);
    return offset > (float)point.left + by || offset < -((float)point.right + by);
}

// Is any corner of the body beyond an edge?
static bool body_off(const vg_world *w, int32_t i) {
    const vg_car *car = &w->cars[w->car_of[i]];
    const vg_road *road = w->road[i];
    double ends[] = {(double)car->length - car->rear_overhang, -(double)car->rear_overhang}, sine, cosine;
    vg_sincos(w->yaw[i], &sine, &cosine);
    for (int k = 0; k < 4; k++) {
        double ahead = ends[k / 2], left = (k % 2 ? -0.5 : 0.5) * car->width;
        double x = w->x[i] + ahead * cosine - left * sine, y = w->y[i] + ahead * sine + left * cosine;
        vg_road_place place = vg_road_project(road, x, y, w->s[i] + ahead);
        if (beyond_edge(road, place.s, (float)place.offset, 0)) return true;
    }
    return false;
}

bool vg_world_beyond(const vg_world *w, int32_t i) {
    return w->corners ? body_off(w, i) : beyond_edge(w->road[i], w->s[i], w->offset[i], 0);
}

bool vg_world_rough(const vg_world *w, int32_t i) {
    return beyond_edge(w->road[i], w->s[i], w->offset[i], w->shoulder[i]);
}

// --- reset -----------------------------------------------------------------------------------------------

// Reset everything but the state for a new episode.
static void begin_episode(vg_world *w, int32_t i, const float *command, const float *delay_line) {
    w->command[2 * i] = command ? command[0] : 0;
    w->command[2 * i + 1] = command ? command[1] : 0;
    w->progress[i] = 0;
    w->tick[i] = w->off_ticks[i] = w->departures[i] = w->laps[i] = w->lap_tick[i] = 0;
    w->lap_start[i] = w->lap_off[i] = w->limit_ticks[i] = 0;
    w->off_since[i] = w->hit_since[i] = -1;
    w->collisions[i] = w->colliding[i] = w->lap_hits[i] =
        0; // a car that is put into an obstacle collides in its first tick
    w->clearance[i] = (vg_world_clearance){0};
    w->events[i] = w->terminated[i] = w->truncated[i] = 0;
    w->live[i] = 1;
    w->off_road[i] = vg_world_beyond(w, i);
    w->off_now[i] = w->off_road[i];
    w->rough[i] = vg_world_rough(w, i);
    // What the tyres give across at that speed and steering.
    const vg_car_tick_constants *c = &w->limits[i];
    float grip = vg_car_grip(c, w->speed[i], w->rough[i]);
    w->lateral[i] =
        vg_clampf(w->speed[i] * w->speed[i] * vg_tanf(w->steer[i]) * c->inverse_wheelbase, -grip, grip);
    double length = w->road[i]->length;
    w->milestone[i] = w->road[i]->view.closed ? length : length - w->s[i] - 0.01;
    int32_t delay = w->limits[i].delay;
    if (w->delay_most == 0) return;
    w->delay_at[i] = 0;
    float *line = w->delay_line + 2 * (int64_t)i * w->delay_most;
    memset(line, 0, 2 * (size_t)w->delay_most * sizeof *line);
    if (delay_line) memcpy(line, delay_line, 2 * (size_t)delay * sizeof *line);
}

static double wrap_angle(double a) { return a - 2 * VG_PI * floor(a / (2 * VG_PI) + 0.5); }

static void start_car(vg_world *w, int32_t i, const vg_start *start) {
    const vg_road *road = w->road[i];
    double s = vg_road_wrap(road, start->s), sine, cosine;
    vg_road_point point = vg_road_at(road, s);
    vg_sincos(point.heading, &sine, &cosine);
    w->x[i] = point.x - start->offset * sine;
    w->y[i] = point.y + start->offset * cosine;
    w->yaw[i] = wrap_angle(point.heading + start->heading);
    w->s[i] = s;
    w->offset[i] = start->offset;
    w->speed[i] = vg_clampf(start->speed, 0, w->limits[i].speed_max);
    w->steer[i] = w->accel[i] = 0;
    begin_episode(w, i, NULL, NULL);
}

vg_err vg_world_reset(vg_world *w, const int32_t *cars, const vg_start *starts, int32_t count) {
    if (count < 0 || count > w->count) return VG_ERR_ARGUMENT;
    for (int32_t k = 0; k < count; k++) {
        const vg_start *start = &starts[k];
        if (cars && (cars[k] < 0 || cars[k] >= w->count)) return VG_ERR_ARGUMENT;
        if (!isfinite(start->s) || !isfinite(start->offset) || !isfinite(start->heading) ||
            !isfinite(start->speed))
            return VG_ERR_ARGUMENT;
    }
    for (int32_t k = 0; k < count; k++) {
        int32_t i = cars ? cars[k] : k;
        w->final[i] = vg_world_state(w, i);
        start_car(w, i, &starts[k]);
    }
    return VG_OK;
}

vg_err vg_world_set(vg_world *w, int32_t i, const vg_state *state, const float *command,
                    const float *delay_line) {
    if (i < 0 || i >= w->count) return VG_ERR_ARGUMENT;
    bool finite = true;
#define X(type, name, unit, label) finite = finite && isfinite(state->name);
    VG_STATE_COLUMNS(X)
#undef X
    if (!finite || fabs(state->yaw) > 4 || state->s < 0 || state->s > w->road[i]->length)
        return VG_ERR_ARGUMENT;
    w->final[i] = vg_world_state(w, i);
#define X(type, name, unit, label) w->name[i] = state->name;
    VG_STATE_COLUMNS(X)
#undef X
    begin_episode(w, i, command, delay_line);
    return VG_OK;
}
