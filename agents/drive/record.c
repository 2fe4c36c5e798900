#include "agents/drive/record.h"

#include <math.h>
#include <string.h>

#include "agents/drive/pace.h"
#include "agents/drive/stepper.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

enum { ROWS = 1024 }; // rows that are collected before they go to the log

vg_record_def vg_record_default(void) {
    return (vg_record_def){.laps = 1, .runs = 1, .longest = 600, .started = "", .tags = ""};
}

typedef struct recorder {
    const vg_record_def *def;
    const vg_car *car; // with the disturbance's delay
    vg_log *log;
    vg_stepper stepper;
    vg_world_view view;     // of the stepper's world
    vg_log_episode episode; // the one under way
    float *line;            // [delay][2] commands under way to the actuators, oldest first
    int32_t delay;
    vg_log_step *rows; // [ROWS]
    int32_t held;
    int64_t tick;      // of the episode
    vg_record_lap lap; // the sums of the episode
    float command[VG_CAR_ACTIONS], label[VG_CAR_ACTIONS];
} recorder;

static vg_err check(const vg_record_def *def, vg_diag *diag) {
    const vg_policy *p = def->policy;
    if (def->laps < 1 || def->runs < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d laps in %d runs; expected at least 1", def->laps,
                       def->runs);
    if (!(def->longest > 0 && def->longest <= 86400))
        return vg_fail(diag, VG_ERR_ARGUMENT, "a longest lap of %g s; expected above 0, at most 86400",
                       def->longest);
    if (def->labels && !p->ops->label)
        return vg_fail(diag, VG_ERR_MISMATCH, "%s is not an expert: it has no labels", p->name);
    if (p->car && def->car && vg_car_hash(p->car) != vg_car_hash(def->car))
        return vg_fail(diag, VG_ERR_MISMATCH, "%s was made for the car '%s', not for '%s'", p->name,
                       p->car->name, def->car->name);
    bool clock = p->tick_den && def->tick_den;
    if (clock && ((int64_t)p->tick_num * def->tick_den != (int64_t)def->tick_num * p->tick_den ||
                  p->ticks_per_action != def->ticks_per_action))
        return vg_fail(diag, VG_ERR_MISMATCH,
                       "%s was made for ticks of %d/%d s, %d an action; not %d/%d s and %d", p->name,
                       p->tick_num, p->tick_den, p->ticks_per_action, def->tick_num, def->tick_den,
                       def->ticks_per_action);
    return vg_policy_check_road(p, def->road, diag);
}

static vg_err open_recorder(recorder *r, const vg_record_def *def, vg_log *log, vg_diag *diag) {
    const vg_policy *p = def->policy;
    *r = (recorder){.def = def, .log = log};
    vg_stepper_def stepper = vg_stepper_default();
    vg_world_def *world = &stepper.world;
    world->roads = &def->road;
    world->road_count = 1;
    world->threads = 1;
    if (def->tick_den || p->tick_den) {
        world->tick_num = def->tick_den ? def->tick_num : p->tick_num;
        world->tick_den = def->tick_den ? def->tick_den : p->tick_den;
        world->ticks_per_action = def->tick_den ? def->ticks_per_action : p->ticks_per_action;
    }
    stepper.car = def->car ? def->car : p->car;
    stepper.disturbance = def->disturbance, stepper.policy = p;
    vg_err err = vg_stepper_open(&stepper, &r->stepper, diag);
    if (err) return err;
    r->view = vg_world_get(r->stepper.world);
    r->car = vg_world_car(r->stepper.world, 0);
    r->delay = vg_world_delay(r->stepper.world, 0);
    r->line = vg_new(float, VG_CAR_ACTIONS *(int64_t)r->delay);
    r->rows = vg_new(vg_log_step, ROWS);
    if (!r->line || !r->rows) return vg_fail_memory(diag);
    r->episode = vg_log_episode_default();
    r->episode.tick_num = world->tick_num;
    r->episode.tick_den = world->tick_den;
    r->episode.ticks_per_action = world->ticks_per_action;
    r->episode.seed = def->seed;
    r->episode.policy = def->name ? def->name : p->name;
    r->episode.policy_hash = p->hash;
    r->episode.started = def->started;
    r->episode.tags = def->tags;
    err = vg_log_add_road(log, def->road, &r->episode.road, diag);
    return err ? err : vg_log_add_car(log, r->car, &r->episode.car, diag);
}

static void close_recorder(recorder *r) {
    vg_stepper_close(&r->stepper);
    vg_free(r->line);
    vg_free(r->rows);
}

static vg_err begin_episode(recorder *r, int32_t run, vg_diag *diag) {
    r->lap = (vg_record_lap){.run = run};
    r->tick = 0;
    memcpy(r->episode.previous, r->command, sizeof r->command);
    r->episode.delay_line = r->line;
    r->episode.delay_ticks = r->delay;
    return vg_log_begin(r->log, &r->episode, diag);
}

static vg_err flush(recorder *r, vg_diag *diag) {
    vg_err err = vg_log_append(r->log, r->rows, r->held, diag);
    r->held = 0;
    return err;
}

static vg_err end_episode(recorder *r, vg_end end, vg_record_on_lap on_lap, void *context, vg_diag *diag) {
    vg_state final = vg_world_state(r->stepper.world, 0);
    vg_err err = flush(r, diag);
    if (!err) err = vg_log_end(r->log, end, &final, diag);
    if (err) return err;
    double ticks = (double)r->tick;
    r->lap.end = end;
    r->lap.seconds = ticks * vg_world_tick_seconds(r->stepper.world);
    r->lap.mean_speed /= ticks;
    r->lap.drift /= ticks;
    if (on_lap) on_lap(context, &r->lap);
    return VG_OK;
}

// The row of the next tick: the state before it, and the command that reaches the actuators after the delay.
static vg_err note_tick(recorder *r, vg_diag *diag) {
    const float *applied = r->delay ? r->line : r->command;
    vg_log_step *row = &r->rows[r->held++];
    *row = (vg_log_step){.state = vg_world_state(r->stepper.world, 0), .gust = r->stepper.gust[0]};
    row->who = r->def->policy->sense ? VG_WHO_POLICY : VG_WHO_EXPERT;
    memcpy(row->command, r->command, sizeof row->command);
    memcpy(row->input, r->command, sizeof row->input);
    memcpy(row->label, r->label, sizeof row->label);
    row->has_label = r->def->labels || r->def->disturbance.actuation_noise > 0;
    row->applied[0] = applied[0] * r->car->steer_max;
    row->applied[1] = applied[1] * (applied[1] > 0 ? r->car->accel_max : r->car->brake_max);
    double drift = fabs(row->state.offset);
    r->lap.mean_speed += row->state.speed;
    r->lap.drift += drift;
    r->lap.drift_most = fmax(r->lap.drift_most, drift);
    return r->held < ROWS ? VG_OK : flush(r, diag);
}

static vg_err note_events(recorder *r, vg_diag *diag) {
    static const vg_event all[] = {VG_EVENT_OFF, VG_EVENT_BACK, VG_EVENT_LAP, VG_EVENT_FINISH,
                                   VG_EVENT_COLLISION};
    vg_err err = VG_OK;
    for (size_t i = 0; i < sizeof all / sizeof *all && !err; i++)
        if (r->view.events[0] & all[i])
            err = vg_log_event(r->log, r->tick, all[i], r->view.s[0], r->view.offset[0], diag);
    return err;
}

static vg_err one_tick(recorder *r, vg_diag *diag) {
    vg_err err = note_tick(r, diag);
    if (!err) err = vg_world_tick(r->stepper.world);
    if (err) return err;
    if (r->delay) {
        memmove(r->line, r->line + VG_CAR_ACTIONS, sizeof *r->line * VG_CAR_ACTIONS * (size_t)(r->delay - 1));
        memcpy(r->line + VG_CAR_ACTIONS * (r->delay - 1), r->command, sizeof r->command);
    }
    r->tick++;
    return note_events(r, diag);
}

// Ask the driver and hold its command for the ticks of an action, or until the car's drive is over. Sets *lap
// when the start line was passed.
static vg_err one_action(recorder *r, bool *lap, vg_diag *diag) {
    vg_stepper *s = &r->stepper;
    if (r->def->labels) {
        vg_err err = vg_driver_label(&s->driver, s->world, r->label);
        if (err) return vg_fail(diag, err, "%s: labelling failed", r->def->policy->name);
    }
    vg_err err = vg_stepper_act(s);
    if (err)
        return vg_fail(diag, err, "policy '%s' %s, at tick %lld of run %d", r->def->policy->name,
                       vg_policy_trouble(r->def->policy), (long long)r->tick, r->lap.run + 1);
    for (int k = 0; k < 2 && !r->def->labels; k++) r->label[k] = fminf(fmaxf(s->actions[k], -1), 1);
    err = vg_stepper_draw(s);
    if (!err) err = vg_stepper_command(s, s->actions);
    memcpy(r->command, r->view.command, sizeof r->command); // clamped
    for (int32_t k = 0; k < r->episode.ticks_per_action && !err; k++) {
        err = one_tick(r, diag);
        *lap |= (r->view.events[0] & VG_EVENT_LAP) != 0;
        if (r->view.terminated[0] || r->view.truncated[0]) break;
    }
    return err;
}

static vg_err start_run(recorder *r, int32_t run, vg_diag *diag) {
    vg_draw at = {.seed = r->def->seed, .stream = VG_STREAM_START, .entity = (uint32_t)run};
    double u[2], spread = r->def->start_spread;
    for (int i = 0; i < 2; i++) at.draw = (uint32_t)i, u[i] = 2 * vg_random_uniform(&at) - 1;
    vg_road_point here = vg_road_at(r->def->road, 0);
    double room = fmin(spread, 0.9 * fmin(here.left, here.right)); // a start is on the road
    vg_start start = {0, (float)(room * u[0]), (float)(0.04 * spread * u[1]),
                      vg_careful_speed(r->def->road, r->car, 0)};
    const vg_episode_key key = {r->def->seed, (uint32_t)run, 0};
    vg_err err = vg_stepper_begin(&r->stepper, 0, &start, &key);
    if (err) return vg_fail(diag, err, "run %d has no start", run + 1);
    memset(r->line, 0, sizeof *r->line * VG_CAR_ACTIONS * (size_t)r->delay);
    memset(r->command, 0, sizeof r->command);
    return VG_OK;
}

// Drive from one start until there are enough laps, or the car is off the road, at the road's end, or out of
// time. *laps counts the completed laps.
static vg_err one_run(recorder *r, int32_t run, int32_t *laps, vg_record_on_lap on_lap, void *context,
                      vg_diag *diag) {
    int64_t longest = (int64_t)ceil(r->def->longest / vg_world_tick_seconds(r->stepper.world));
    vg_err err = start_run(r, run, diag);
    bool over = false;
    while (!err && !over) {
        bool lap = false;
        err = begin_episode(r, run, diag);
        while (!err && !lap && !over) {
            if (r->def->stop && r->def->stop()) return vg_fail(diag, VG_ERR_INTERRUPTED, "stopped");
            err = one_action(r, &lap, diag);
            over = r->view.terminated[0] || r->view.truncated[0] || r->tick >= longest;
        }
        if (err) return err;
        bool done = lap || r->view.truncated[0];
        *laps += done;
        over |= *laps >= r->def->laps;
        vg_end end = r->view.colliding[0]    ? VG_END_COLLISION
                     : r->view.terminated[0] ? VG_END_OFF_ROAD
                     : done                  ? VG_END_FINISH
                                             : VG_END_HORIZON;
        err = end_episode(r, end, on_lap, context, diag);
    }
    return err;
}

vg_err vg_record_run(const vg_record_def *def, vg_log *log, vg_record_on_lap on_lap, void *context,
                     vg_diag *diag) {
    recorder r;
    vg_err err = check(def, diag);
    if (err) return err;
    bool closed = vg_road_get(def->road).closed;
    int32_t run = 0;
    err = open_recorder(&r, def, log, diag);
    for (int32_t i = 0; i < def->runs && !err; i++) {
        int32_t laps = 0, before;
        do {
            before = laps;
            err = one_run(&r, run++, &laps, on_lap, context, diag);
            // An open road is driven again from its start for each lap. A driver that did not finish gets no
            // further lap.
        } while (!err && !closed && laps > before && laps < def->laps);
    }
    close_recorder(&r);
    return err;
}
