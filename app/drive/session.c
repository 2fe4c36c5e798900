#include "app/drive/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agents/drive/pace.h"
#include "agents/drive/stepper.h"
#include "sim/base/memory.h"

enum {
    EPISODE_ROOM = 4, // entries that a tick may need: an end, a begin, the tick, and one for the last end
    LAP_MOST = 60 * 60 * 20, // ticks of a lap stored for the ghost
};

// Poses of one lap.
typedef struct lap_line {
    vg_ghost_pose *poses;
    int64_t count, room;
} lap_line;

struct vg_session {
    vg_session_def def;
    vg_stepper stepper;
    vg_world_view world_view; // of the stepper's world
    const vg_car *car;        // with the disturbance's delay
    int32_t ticks_per_action;
    int32_t delay;
    float *line; // [delay][2]

    vg_asked asked;
    bool person;         // the current driver
    bool begun;          // an episode is under way in the log
    int64_t since_reset; // ticks, to run the policy at its own rate
    vg_episode_key key;  // number of its episode, counts the resets

    lap_line lap, best;
    double lap_way; // m since the line
    int64_t beside; // pose of the best lap at the same place
    int32_t sector; // of this lap
    int64_t sector_begin;
    vg_session_view view;
};

// --- create ----------------------------------------------------------------------------------------------

static vg_err check_policy(const vg_session_def *def, vg_diag *diag) {
    const vg_policy *p = def->policy;
    if (!p) return VG_OK;
    if (p->car && vg_car_hash(p->car) != vg_car_hash(def->car))
        return vg_fail(diag, VG_ERR_MISMATCH, "%s was made for the car '%s', not for '%s'", p->name,
                       p->car->name, def->car->name);
    if (p->tick_den && (int64_t)p->tick_num * 60 != p->tick_den)
        return vg_fail(diag, VG_ERR_MISMATCH, "%s was made for ticks of %d/%d s; a person drives at 1/60",
                       p->name, p->tick_num, p->tick_den);
    return VG_OK;
}

static vg_err put_on_road(vg_session *s, double at, double speed) {
    const vg_start start = {.s = at, .speed = (float)speed};
    s->key.episode++;
    vg_err err = vg_stepper_begin(&s->stepper, 0, &start, &s->key);
    if (err) return err;
    s->since_reset = 0;
    s->view.before = s->view.now = vg_world_state(s->stepper.world, 0);
    s->view.jumped = true;
    s->view.finished = false;
    return VG_OK;
}

static void begin_lap(vg_session *s, bool timed) {
    s->view.lap_ticks = 0;
    s->view.timed = timed;
    s->view.clean = !s->view.off_road && !s->view.colliding;
    s->lap.count = 0;
    s->lap_way = 0;
    s->beside = s->sector_begin = 0;
    s->sector = 0;
    s->view.has_delta = false;
    memset(s->view.sectors, 0, sizeof s->view.sectors);
}

static vg_err open_stepper(vg_session *s, vg_diag *diag) {
    vg_stepper_def def = vg_stepper_default();
    def.world.roads = &s->def.road, def.world.road_count = 1;
    def.world.stop_off_road = false;
    def.world.threads = 1;
    if (s->def.policy && s->def.policy->tick_den)
        def.world.ticks_per_action = s->def.policy->ticks_per_action;
    def.car = s->def.car, def.disturbance = s->def.disturbance, def.policy = s->def.policy;
    vg_err err = vg_stepper_open(&def, &s->stepper, diag);
    if (err) return err;
    s->ticks_per_action = def.world.ticks_per_action;
    s->world_view = vg_world_get(s->stepper.world);
    s->car = vg_world_car(s->stepper.world, 0);
    s->delay = vg_world_delay(s->stepper.world, 0);
    s->line = vg_new(float, 2 * (int64_t)s->delay);
    return s->line ? VG_OK : vg_fail_memory(diag);
}

vg_err vg_session_create(const vg_session_def *def, vg_session **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check_policy(def, diag);
    if (err) return err;
    vg_session *s = vg_new(vg_session, 1);
    if (!s) return vg_fail_memory(diag);
    s->def = *def;
    s->key = (vg_episode_key){.seed = def->seed, .episode = UINT32_MAX}; // the first reset makes it 0
    s->person = !def->policy;
    s->view.lap = 1;
    err = open_stepper(s, diag);
    if (!err) err = put_on_road(s, 0, 0);
    if (err) {
        vg_session_destroy(s);
        return err;
    }
    begin_lap(s, true);
    *out = s;
    return VG_OK;
}

void vg_session_destroy(vg_session *s) {
    if (!s) return;
    vg_stepper_close(&s->stepper);
    vg_free(s->line);
    vg_free(s->lap.poses);
    vg_free(s->best.poses);
    vg_free(s);
}

// --- the record ------------------------------------------------------------------------------------------

static vg_err begin_episode(vg_session *s, vg_diag *diag) {
    if (s->begun) return VG_OK;
    s->begun = true;
    s->view.episodes++;
    if (!s->def.recorder && !s->def.journal) return VG_OK;
    char started[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(started, sizeof started, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    vg_log_episode e = vg_log_episode_default();
    e.ticks_per_action = s->ticks_per_action;
    e.seed = s->def.seed;
    e.policy = "human";
    if (s->def.policy) {
        e.policy = s->def.policy_name ? s->def.policy_name : s->def.policy->name;
        e.policy_hash = s->def.policy->hash;
    }
    e.started = started;
    e.tags = s->def.tags ? s->def.tags : "";
    memcpy(e.previous, s->world_view.command, sizeof e.previous);
    if (s->delay) vg_world_delay_line(s->stepper.world, 0, s->line);
    e.delay_line = s->line;
    e.delay_ticks = s->delay;
    vg_err err = s->def.recorder ? vg_recorder_begin(s->def.recorder, &e, diag) : VG_OK;
    return !err && s->def.journal ? vg_journal_begin(s->def.journal, &e, diag) : err;
}

static vg_err end_episode(vg_session *s, vg_end end, vg_diag *diag) {
    if (!s->begun) return VG_OK;
    s->begun = false;
    vg_state final = vg_world_state(s->stepper.world, 0);
    vg_err err = s->def.recorder ? vg_recorder_end(s->def.recorder, end, &final, diag) : VG_OK;
    return !err && s->def.journal ? vg_journal_end(s->def.journal, end, &final, diag) : err;
}

// The row of the coming tick, whose command the world has been given.
static vg_log_step row_of(vg_session *s, const vg_control *control) {
    vg_log_step row = {
        .state = vg_world_state(s->stepper.world, 0), .who = s->view.who, .gust = s->stepper.gust[0]};
    const float *applied = s->world_view.command;
    if (s->delay) {
        vg_world_delay_line(s->stepper.world, 0, s->line);
        applied = s->line;
    }
    memcpy(row.command, s->world_view.command, sizeof row.command);
    row.applied[0] = applied[0] * s->car->steer_max;
    row.applied[1] = applied[1] * (applied[1] > 0 ? s->car->accel_max : s->car->brake_max);
    bool by_hand = s->view.who == VG_WHO_HUMAN;
    row.input[0] = by_hand ? control->raw.steer : row.command[0];
    row.input[1] = by_hand ? control->raw.pedals : row.command[1];
    // The label: the person's command in label mode, else the driver's action without noise if there is
    // noise.
    row.has_label = s->view.labelling || s->def.disturbance.actuation_noise > 0;
    const float wanted[] = {control->wanted.steer, control->wanted.pedals};
    const float *meant = s->view.labelling || by_hand ? wanted : s->stepper.actions;
    for (int k = 0; k < 2; k++) row.label[k] = fminf(fmaxf(meant[k], -1), 1);
    return row;
}

// --- laps ------------------------------------------------------------------------------------------------

static void keep_pose(vg_session *s) {
    lap_line *lap = &s->lap;
    if (lap->count == LAP_MOST) return;
    if (lap->count == lap->room) {
        int64_t room = lap->room ? 2 * lap->room : 4096;
        vg_ghost_pose *poses = vg_realloc(lap->poses, lap->room, room, sizeof *poses);
        if (!poses) return; // a ghost cut short
        lap->poses = poses;
        lap->room = room;
    }
    const vg_state *now = &s->view.now;
    lap->poses[lap->count++] = (vg_ghost_pose){now->x, now->y, now->yaw, now->steer, (float)s->lap_way};
}

// How far the lap is behind the best one: the ticks of either to this place.
static void compare_with_best(vg_session *s) {
    vg_session_view *v = &s->view;
    v->has_delta = v->timed && s->best.count > 0;
    while (s->beside + 1 < s->best.count && s->best.poses[s->beside].way < s->lap_way) s->beside++;
    v->delta_ticks = v->lap_ticks - (s->beside + 1);
}

static void end_sector(vg_session *s) {
    vg_session_view *v = &s->view;
    if (!v->timed || s->sector >= VG_SECTORS) return;
    int64_t ticks = v->lap_ticks - s->sector_begin, *best = &v->best_sectors[s->sector];
    v->sectors[s->sector++] = ticks;
    s->sector_begin = v->lap_ticks;
    if (v->clean && (!*best || ticks < *best)) *best = ticks;
}

static void end_lap(vg_session *s) {
    vg_session_view *v = &s->view;
    if (v->timed) {
        end_sector(s);
        v->laps_done += v->clean;
        v->last_ticks = v->lap_ticks;
        v->last_clean = v->clean;
        if (v->clean && (!v->best_ticks || v->lap_ticks < v->best_ticks)) {
            v->best_ticks = v->lap_ticks;
            lap_line swap = s->best;
            s->best = s->lap;
            s->lap = swap;
            v->ghost = s->best.poses;
            v->ghost_count = s->best.count;
        }
    }
    v->lap++;
    begin_lap(s, true);
}

// The car passed the line if the arc length wrapped and most of the road was driven.
static bool follow_lap(vg_session *s) {
    vg_session_view *v = &s->view;
    double length = vg_road_get(s->def.road).length;
    double way = vg_road_between(s->def.road, v->before.s, v->now.s);
    s->lap_way += way;
    v->lap_ticks++;
    v->clean &= !v->off_road && !v->colliding;
    keep_pose(s);
    compare_with_best(s);
    if (s->sector + 1 < VG_SECTORS && s->lap_way >= (s->sector + 1) * length / VG_SECTORS) end_sector(s);
    if (v->finished) return true;
    bool wrapped = way >= 0 && v->now.s < 0.25 * length && v->before.s > 0.75 * length;
    // If the car started or was put down somewhere along the road, timing begins at the line.
    return wrapped && (s->lap_way > 0.9 * length || !v->timed);
}

// --- ticks -----------------------------------------------------------------------------------------------

static vg_err grant_wish(vg_session *s, vg_diag *diag) {
    vg_asked asked = s->asked;
    if (asked == VG_ASKS_NOTHING) return VG_OK;
    s->asked = VG_ASKS_NOTHING;
    vg_err err = end_episode(s, VG_END_STOPPED, diag);
    if (err) return err;
    double at = asked == VG_ASKS_RESTART ? 0 : s->view.now.s, speed = 0;
    at = vg_road_clear(s->def.road, at, (double)s->car->length, 2 * (double)s->car->length);
    if (asked == VG_ASKS_ROAD)
        speed = fmin(0.5 * s->view.now.speed, 0.5 * vg_careful_speed(s->def.road, s->car, at));
    if (put_on_road(s, at, speed))
        return vg_fail(diag, VG_ERR_ARGUMENT, "there is no place on the road at %g m", at);
    s->view.off_road = s->view.colliding = false;
    if (asked == VG_ASKS_RESTART) s->view.lap = 1;
    begin_lap(s, asked == VG_ASKS_RESTART);
    return VG_OK;
}

// At the beginning of an action: the policy's action, and what the disturbance does to it. The policy also
// acts while the person drives, so that its internal state stays valid.
static vg_err begin_action(vg_session *s, vg_diag *diag) {
    if (s->def.policy) {
        vg_err err = vg_stepper_act(&s->stepper);
        if (err)
            return vg_fail(diag, err, "policy '%s' %s, at tick %lld", s->def.policy->name,
                           vg_policy_trouble(s->def.policy), (long long)s->view.ticks);
    }
    vg_err err = vg_stepper_draw(&s->stepper);
    return err ? vg_fail(diag, err, "the disturbance gave no gust at tick %lld", (long long)s->view.ticks)
               : VG_OK;
}

static vg_err command(vg_session *s, const vg_control *control, vg_diag *diag) {
    vg_session_view *v = &s->view;
    if (control->turned && !v->labelling) s->person = true;
    vg_err err = s->since_reset % s->ticks_per_action == 0 ? begin_action(s, diag) : VG_OK;
    if (err) return err;
    float given[] = {control->wanted.steer, control->wanted.pedals};
    if (!s->person) memcpy(given, s->stepper.actions, sizeof given);
    v->who = s->person ? VG_WHO_HUMAN : s->def.policy->sense ? VG_WHO_POLICY : VG_WHO_EXPERT;
    return vg_stepper_command(&s->stepper, given);
}

static vg_err advance(vg_session *s, const vg_control *control, vg_diag *diag) {
    vg_session_view *v = &s->view;
    vg_err err = command(s, control, diag);
    if (err) return err;
    vg_recorder_tick tick = {.step = row_of(s, control)};
    err = vg_world_tick(s->stepper.world);
    if (err) return err;
    s->since_reset++;
    v->ticks++;
    v->before = tick.step.state;
    v->now = vg_world_state(s->stepper.world, 0);
    v->jumped = false;
    v->off_road = s->world_view.off_road[0];
    v->colliding = s->world_view.colliding[0];
    v->finished = s->world_view.truncated[0];
    memcpy(v->command, s->world_view.command, sizeof v->command);
    tick.events = s->world_view.events[0];
    tick.s = v->now.s;
    tick.offset = v->now.offset;
    err = s->def.recorder ? vg_recorder_push(s->def.recorder, &tick, diag) : VG_OK;
    return !err && s->def.journal ? vg_journal_push(s->def.journal, &tick, diag) : err;
}

vg_err vg_session_tick(vg_session *s, const vg_control *control, vg_diag *diag) {
    if (s->def.recorder && !vg_recorder_has_room(s->def.recorder, EPISODE_ROOM))
        return vg_fail(diag, VG_ERR_LIMIT, "the disk is too slow: the recorder's queue is full");
    const vg_order order = {*control, s->asked, s->person, s->view.labelling};
    vg_err err = s->def.journal ? vg_journal_order(s->def.journal, &order, diag) : VG_OK;
    if (!err) err = grant_wish(s, diag);
    if (err || s->view.finished) return err;
    err = begin_episode(s, diag);
    if (!err) err = advance(s, control, diag);
    if (err || !follow_lap(s)) return err;
    vg_end end = s->view.clean ? VG_END_FINISH : VG_END_STOPPED; // a lap counts only on the road
    end_lap(s);
    return end_episode(s, end, diag);
}

vg_err vg_session_repeat(vg_session *s, const vg_order *order, vg_diag *diag) {
    s->asked = order->asked;
    s->person = order->person || !s->def.policy;
    s->view.labelling = order->labelling && s->def.policy;
    return vg_session_tick(s, &order->control, diag);
}

void vg_session_restart(vg_session *s) { s->asked = VG_ASKS_RESTART; }
void vg_session_to_road(vg_session *s) {
    if (s->asked == VG_ASKS_NOTHING) s->asked = VG_ASKS_ROAD;
}

void vg_session_hand_back(vg_session *s) { s->person = !s->def.policy; }
void vg_session_take(vg_session *s) {
    if (!s->view.labelling) s->person = true;
}

void vg_session_label(vg_session *s, bool on) {
    if (!s->def.policy) return;
    s->view.labelling = on;
    s->person = false;
}

vg_err vg_session_finish(vg_session *s, vg_diag *diag) { return end_episode(s, VG_END_STOPPED, diag); }

vg_session_view vg_session_get(const vg_session *s) { return s->view; }
const vg_car *vg_session_car(const vg_session *s) { return s->car; }
double vg_session_tick_seconds(const vg_session *s) { return vg_world_tick_seconds(s->stepper.world); }
