#include "logs/import/import.h"

#include <math.h>
#include <stdio.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

// A sample farther beyond the edges than this is neither on the road nor beside it. Run-off areas are this
// wide.
#define BESIDE_MOST 25.0 // m

int64_t vg_lap_row(const vg_lap *lap, int32_t i) { return lap->lines ? lap->lines[i] : i + 1; }

void vg_lap_free(vg_lap *lap) {
    vg_free(lap->samples);
    vg_free(lap->lines);
    vg_free(lap->bridged);
    *lap = (vg_lap){0};
}

static double length_between(const vg_log_sample *a, const vg_log_sample *b) {
    return sqrt((b->x - a->x) * (b->x - a->x) + (b->y - a->y) * (b->y - a->y));
}

// The arc length at which the lap starts. Where two branches of the road are equally near, the right one is
// the one that runs in the lap's direction: look for the first sample whose nearest branch does, and go back
// from there to the start.
static double find_start(const vg_lap *lap, const vg_road *road) {
    const vg_log_sample *s = lap->samples;
    int32_t sure = -1;
    double at = 0;
    for (int32_t i = 0; i + 1 < lap->count && sure < 0; i++) {
        double dx = s[i + 1].x - s[i].x, dy = s[i + 1].y - s[i].y;
        at = vg_road_locate(road, s[i].x, s[i].y).s;
        double heading = vg_road_at(road, at).heading;
        // Does the car move within 60 degrees of the road's direction?
        if (dx * vg_cos(heading) + dy * vg_sin(heading) > 0.5 * length_between(&s[i], &s[i + 1])) sure = i;
    }
    if (sure < 0) return vg_road_locate(road, s[0].x, s[0].y).s;
    for (int32_t i = sure; i-- > 0;) {
        double back = at - length_between(&s[i], &s[i + 1]);
        at = vg_road_project(road, s[i].x, s[i].y, vg_road_wrap(road, back)).s;
    }
    return at;
}

// m by which a point at `place` is beyond the edge on its side; negative between the edges.
static double beyond(const vg_road *road, vg_road_place place) {
    vg_road_point point = vg_road_at(road, place.s);
    return place.offset > 0 ? place.offset - point.left : -place.offset - point.right;
}

static vg_err check_place(const vg_lap *lap, const vg_road *road, const vg_lap_place *place, vg_diag *diag) {
    const char *name = vg_road_get(road).name;
    int64_t line = vg_lap_row(lap, place->furthest_sample);
    if (place->furthest > BESIDE_MOST)
        return vg_fail_at(diag, VG_ERR_MISMATCH, lap->file, line, "x_m",
                          "lies %.0f m beyond the edge of the road '%s'; expected at most %g m",
                          place->furthest, name, BESIDE_MOST);
    if (place->inside < 0.5)
        return vg_fail_at(
            diag, VG_ERR_MISMATCH, lap->file, line, "x_m",
            "only %.0f %% of the samples lie between the edges of the road '%s', this one %.1f m beyond; "
            "expected at least half",
            100 * place->inside, name, place->furthest);
    if (place->against)
        return vg_fail_at(
            diag, VG_ERR_MISMATCH, lap->file, vg_lap_row(lap, 0), "x_m",
            "the lap runs against the direction of the road '%s'; expected it to run along: --reverse "
            "turns the road round",
            name);
    return VG_OK;
}

vg_err vg_lap_locate(const vg_lap *lap, const vg_road *road, vg_lap_place *out, vg_diag *diag) {
    const vg_log_sample *s = lap->samples;
    *out = (vg_lap_place){.furthest = -INFINITY};
    if (lap->count < 1) return vg_fail_at(diag, VG_ERR_FORMAT, lap->file, 0, NULL, "no samples");
    double at = out->start_s = find_start(lap, road);
    int32_t inside = 0;
    for (int32_t i = 0; i < lap->count; i++) {
        double step = i ? length_between(&s[i - 1], &s[i]) : 0, before = at;
        vg_road_place place = vg_road_project(road, s[i].x, s[i].y, vg_road_wrap(road, before + step));
        double out_by = beyond(road, place);
        // The place was lost, by a jump or a turn back: search the whole road.
        if (out_by > BESIDE_MOST) place = vg_road_locate(road, s[i].x, s[i].y), out_by = beyond(road, place);
        at = place.s;
        out->driven += step;
        if (i) out->progress += vg_road_between(road, before, at);
        inside += out_by <= 0;
        if (out_by > out->furthest) out->furthest = out_by, out->furthest_sample = i;
    }
    out->inside = (double)inside / lap->count;
    bool lies = out->furthest <= BESIDE_MOST && out->inside >= 0.5;
    out->against = lies && out->progress < -0.5 * out->driven;
    return check_place(lap, road, out, diag);
}

// Headings are compared with the path only over chords of at least this length, where the car moves.
#define CHORD_LEAST  0.5 // m
#define HEADING_MOST 0.5 // rad
// Limits for units that people mix up, which differ more: 3.6 km/h, 2.2 mph, 1.9 knots and 3.3 ft/s are 1
// m/s.
#define SPEED_MOST 1.5

vg_err vg_lap_check(const vg_lap *lap, const vg_warnings *warnings, vg_diag *diag) {
    const vg_log_sample *s = lap->samples;
    double driven = 0, told = 0;
    int32_t chords = 0, askew = 0;
    for (int32_t i = 0; i + 1 < lap->count; i++) {
        double length = length_between(&s[i], &s[i + 1]);
        driven += length;
        told += (s[i + 1].t - s[i].t) * (s[i].speed + s[i + 1].speed) / 2;
        if (length < CHORD_LEAST) continue;
        double along = vg_atan2(s[i + 1].y - s[i].y, s[i + 1].x - s[i].x);
        chords++;
        askew += vg_cos(s[i].heading - along) < vg_cos(HEADING_MOST);
    }
    if (2 * askew > chords)
        vg_track_warn(warnings,
                      "%s: heading_rad: %d of %d headings are more than %g rad from the way the car moves; "
                      "expected radians, counter-clockwise from +x",
                      lap->file, askew, chords, HEADING_MOST);
    if (driven < 10 || (told < SPEED_MOST * driven && driven < SPEED_MOST * told)) return VG_OK;
    return vg_fail_at(diag, VG_ERR_MISMATCH, lap->file, 0, "speed_mps",
                      "the speeds add up to %.0f m, the positions to %.0f m; expected the same (m/s and m)",
                      told, driven);
}

vg_import_def vg_import_default(void) {
    vg_fit_def fit = vg_fit_default();
    return (vg_import_def){.tick_num = fit.tick_num,
                           .tick_den = fit.tick_den,
                           .ticks_per_action = fit.ticks_per_action,
                           .tags = ""};
}

// A drive under way in a world of one car, and its rows.
typedef struct drive {
    const vg_import_def *def;
    const vg_fit *fit;
    vg_world *world;
    vg_log_step *steps;      // [fit->ticks]
    vg_log_incident *events; // [event_count]
    int32_t event_count, event_capacity;
    int32_t ticks;   // done: fewer than fit->ticks where an open road ended
    int32_t rough;   // first tick after which it was on the surface off the road; 0: never
    double furthest; // m that it was beyond an edge then
    vg_end end;
} drive;

// The command before the first tick: the one that the driver is assumed to have given last.
static const float *previous(const vg_fit *fit) {
    return fit->delay_ticks ? &fit->delay_line[2 * (size_t)(fit->delay_ticks - 1)] : fit->commands;
}

static vg_err drive_start(drive *d, double s, vg_diag *diag) {
    vg_world_def world = vg_world_default();
    world.tick_num = d->def->tick_num, world.tick_den = d->def->tick_den;
    world.ticks_per_action = d->def->ticks_per_action;
    world.roads = &d->def->road, world.road_count = 1;
    world.cars = d->def->car, world.car_count = 1;
    world.stop_off_road = false;
    world.threads = 1;
    vg_err err = vg_world_create(&world, &d->world, diag);
    if (err) return err;
    vg_state start = d->fit->start;
    vg_road_place place = vg_road_project(d->def->road, start.x, start.y, s);
    start.s = place.s, start.offset = (float)place.offset;
    err = vg_world_set(d->world, 0, &start, previous(d->fit), d->fit->delay_line);
    if (err) return vg_fail(diag, err, "the fitted start cannot be simulated");
    d->steps = vg_new(vg_log_step, d->fit->ticks);
    return d->steps ? VG_OK : vg_fail_memory(diag);
}

// The command that reaches the actuators in a tick: rad and m/s^2.
static void applied(const drive *d, int32_t tick, float out[2]) {
    int32_t given = tick - d->fit->delay_ticks, k = d->def->ticks_per_action;
    const float *c =
        given < 0 ? &d->fit->delay_line[2 * (size_t)tick] : &d->fit->commands[2 * (size_t)(given / k)];
    const vg_car *car = d->def->car;
    out[0] = c[0] * car->steer_max;
    out[1] = c[1] * (c[1] > 0 ? car->accel_max : car->brake_max);
}

static vg_err add_event(drive *d, const vg_log_incident *event, vg_diag *diag) {
    if (d->event_count == d->event_capacity) {
        int32_t wider = d->event_capacity ? 2 * d->event_capacity : 16;
        vg_log_incident *events = vg_realloc(d->events, d->event_count, wider, sizeof *events);
        if (!events) return vg_fail_memory(diag);
        d->events = events, d->event_capacity = wider;
    }
    d->events[d->event_count++] = *event;
    return VG_OK;
}

// Drive one tick: its row and its events.
static vg_err drive_tick(drive *d, vg_diag *diag) {
    int32_t tick = d->ticks, k = d->def->ticks_per_action;
    const float *command = &d->fit->commands[2 * (size_t)(tick / k)];
    vg_log_step *step = &d->steps[tick];
    *step = (vg_log_step){.state = vg_world_state(d->world, 0), .who = VG_WHO_HUMAN};
    for (int i = 0; i < 2; i++) step->command[i] = step->input[i] = command[i];
    applied(d, tick, step->applied);
    vg_err err = tick % k ? VG_OK : vg_world_command(d->world, command);
    if (!err) err = vg_world_tick(d->world);
    if (err) return vg_fail(diag, err, "tick %d of the fitted drive cannot be simulated", tick);
    d->ticks++;
    vg_world_view v = vg_world_get(d->world);
    double out = beyond(d->def->road, (vg_road_place){.s = v.s[0], .offset = v.offset[0]});
    if (!d->rough && out > d->def->car->shoulder) d->rough = d->ticks, d->furthest = out;
    for (int bit = 1; !err && bit <= VG_EVENT_FINISH; bit *= 2)
        if (v.events[0] & bit)
            err = add_event(d, &(vg_log_incident){d->ticks, (vg_event)bit, v.s[0], v.offset[0]}, diag);
    if (v.truncated[0] || v.laps[0] > 0) d->end = VG_END_FINISH;
    return err;
}

static vg_err begin(const drive *d, const vg_lap *lap, int64_t *id, vg_diag *diag) {
    vg_log_episode e = vg_log_episode_default();
    const vg_fit *fit = d->fit;
    vg_err err = vg_log_add_road(d->def->log, d->def->road, &e.road, diag);
    if (!err) err = vg_log_add_car(d->def->log, d->def->car, &e.car, diag);
    if (err) return err;
    e.tick_num = d->def->tick_num, e.tick_den = d->def->tick_den,
    e.ticks_per_action = d->def->ticks_per_action;
    e.policy = "human";
    e.version = VG_VERSION;
    e.tags = d->def->tags;
    e.source = lap->file;
    e.delay_line = fit->delay_line, e.delay_ticks = fit->delay_ticks;
    e.previous[0] = previous(fit)[0], e.previous[1] = previous(fit)[1];
    err = vg_log_begin(d->def->log, &e, diag);
    *id = e.id;
    return err;
}

// The fit knows the road's own surface alone. A car that came onto the one off the road drove otherwise from
// there on: measure what it drove.
static vg_err judge_rough(const drive *d, const vg_fit_def *fit, const vg_lap *lap, vg_import_report *out,
                          vg_diag *diag) {
    vg_state *states = vg_new(vg_state, d->fit->ticks + 1);
    if (!states) return vg_fail_memory(diag);
    for (int32_t i = 0; i <= d->fit->ticks; i++)
        states[i] = i < d->ticks ? d->steps[i].state : vg_world_state(d->world, 0);
    vg_err err = vg_fit_judge(fit, states, d->fit->ticks, &out->measure, diag);
    vg_free(states);
    if (err || vg_fit_followed(&out->measure)) return err;
    double t = (double)d->rough * d->def->tick_num / d->def->tick_den;
    int32_t i = 0;
    while (i + 1 < lap->count && lap->samples[i].t - lap->samples[0].t < t) i++;
    return vg_fail_at(
        diag, VG_ERR_LIMIT, lap->file, vg_lap_row(lap, i), "shoulder",
        "the lap goes %.1f m beyond the edge here, off what is paved, and the %s cannot follow it "
        "there (%.2f m off at the 95th percentile); its shoulder is %.2g m: is the road's width "
        "right?",
        d->furthest, d->def->car->name, out->measure.p95, (double)d->def->car->shoulder);
}

// Actions that reach into a gap that was bridged are no data.
static void mark_bridged(drive *d, const vg_lap *lap) {
    int32_t i = 1, k = d->def->ticks_per_action;
    double tick = (double)d->def->tick_num / d->def->tick_den;
    for (int32_t first = 0; lap->bridged && first < d->ticks; first += k) {
        int32_t end = first + k < d->ticks ? first + k : d->ticks;
        double from = lap->samples[0].t + first * tick, to = lap->samples[0].t + end * tick;
        while (i + 1 < lap->count && lap->samples[i].t <= from) i++;
        bool bridged = false;
        for (int32_t j = i; j < lap->count && lap->samples[j - 1].t < to; j++) bridged |= lap->bridged[j];
        for (int32_t t = first; t < end; t++) d->steps[t].bridged = bridged;
    }
}

// Simulate the fitted drive, before anything is written.
static vg_err simulate(drive *d, const vg_fit_def *fit, const vg_lap *lap, vg_import_report *out,
                       vg_diag *diag) {
    vg_err err = drive_start(d, out->place.start_s, diag);
    d->end = VG_END_STOPPED;
    while (!err && d->ticks < d->fit->ticks && !vg_world_get(d->world).truncated[0])
        err = drive_tick(d, diag);
    if (!err && d->rough) err = judge_rough(d, fit, lap, out, diag);
    if (!err) mark_bridged(d, lap);
    return err;
}

static vg_err write_drive(drive *d, const vg_lap *lap, vg_import_report *out, vg_diag *diag) {
    vg_log *log = d->def->log;
    vg_err err = begin(d, lap, &out->episode, diag);
    for (int32_t i = 0; i < d->event_count && !err; i++) {
        const vg_log_incident *e = &d->events[i];
        err = vg_log_event(log, e->tick, e->event, e->s, e->offset, diag);
    }
    if (!err) err = vg_log_append(log, d->steps, d->ticks, diag);
    if (!err) err = vg_log_samples(log, lap->samples, lap->count, diag);
    if (err) return err;
    vg_state final = vg_world_state(d->world, 0);
    out->ticks = d->ticks;
    return vg_log_end(log, d->end, &final, diag);
}

vg_err vg_import_lap(const vg_import_def *def, const vg_lap *lap, vg_import_report *out, vg_diag *diag) {
    *out = (vg_import_report){0};
    vg_err err = vg_lap_locate(lap, def->road, &out->place, diag);
    if (!err) err = vg_lap_check(lap, def->warnings, diag);
    if (err) return err;
    vg_fit_def fit_def = vg_fit_default();
    fit_def.car = def->car;
    fit_def.tick_num = def->tick_num, fit_def.tick_den = def->tick_den;
    fit_def.ticks_per_action = def->ticks_per_action;
    fit_def.samples = lap->samples, fit_def.count = lap->count;
    vg_fit fit;
    err = vg_fit_run(&fit_def, &fit, diag);
    if (err && diag && diag->line) {
        // The fit counts samples.
        diag->line = vg_lap_row(lap, (int32_t)diag->line - 1);
        if (!diag->file[0]) snprintf(diag->file, sizeof diag->file, "%s", lap->file);
    }
    if (err) return err;
    out->measure = fit.measure;
    drive d = {.def = def, .fit = &fit};
    err = simulate(&d, &fit_def, lap, out, diag);
    if (!err) err = write_drive(&d, lap, out, diag);
    vg_world_destroy(d.world);
    vg_free(d.steps);
    vg_free(d.events);
    vg_fit_free(&fit);
    return err;
}
