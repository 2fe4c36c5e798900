// agents/drive/rollout_drive.c -- a block of episodes driven from the first action to the last.
#include <math.h>
#include <string.h>

#include "agents/drive/rollout_private.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// --- open ------------------------------------------------------------------------------------------------

static vg_err open_drivers(vg_rollout_cell *c, vg_diag *diag) {
    const vg_rollout_plan *p = c->plan;
    vg_stepper_def def = vg_stepper_default();
    def.world.count = c->count;
    def.world.tick_num = p->tick_num, def.world.tick_den = p->tick_den, def.world.ticks_per_action = p->k;
    def.world.roads = p->def->roads, def.world.road_count = p->def->road_count;
    def.world.road_of = c->road_of;
    def.world.stop_off_road = !c->again, def.world.corners = p->def->corners;
    def.world.threads = 1;
    def.car = &p->car, def.disturbance = p->def->disturbance, def.policy = p->def->policy;
    vg_err err = vg_stepper_open(&def, &c->stepper, diag);
    if (err) return err;
    c->view = vg_world_get(c->stepper.world);
    return p->labeller && !c->again ? vg_driver_open(p->labeller, c->count, &c->labeller, diag) : VG_OK;
}

static vg_err open_cell(vg_rollout_cell *c, const vg_rollout_plan *plan, const int32_t *episodes,
                        int32_t count, bool again, vg_diag *diag) {
    *c = (vg_rollout_cell){.plan = plan, .count = count, .again = again};
    c->episode = vg_new(int32_t, count);
    c->road_of = vg_new(int32_t, count);
    c->label = vg_new(float, VG_CAR_ACTIONS *count);
    c->tally = vg_new(vg_tally, count);
    c->laterals = vg_alloc(count, sizeof *c->laterals);
    c->ended = vg_new(double, count);
    if (!c->episode || !c->road_of || !c->label || !c->tally || !c->laterals || !c->ended)
        return vg_fail_memory(diag);
    for (int32_t i = 0; i < count; i++) {
        c->episode[i] = episodes[i];
        c->road_of[i] = episodes[i] / plan->def->starts;
    }
    return open_drivers(c, diag);
}

static void close_cell(vg_rollout_cell *c) {
    vg_stepper_close(&c->stepper);
    vg_driver_close(&c->labeller);
    vg_free(c->episode);
    vg_free(c->road_of);
    vg_free(c->label);
    vg_free(c->tally);
    vg_free(c->laterals);
    vg_free(c->ended);
}

// --- begin -----------------------------------------------------------------------------------------------

// Report to the watcher. There are no events at the start, or where a car was put back.
static void tell(const vg_rollout_cell *c, int32_t i, double t, uint8_t events, bool put_back) {
    const vg_rollout_watch *watch = c->plan->watch;
    if (!watch || !watch->moment || c->again) return;
    vg_moment moment = {t, vg_world_state(c->stepper.world, i), events, put_back};
    watch->moment(watch->context, c->episode[i], &moment);
}

// The draws of the policy and of the labeller: a new episode number after each restart.
static vg_episode_key policy_key(const vg_rollout_cell *c, int32_t i) {
    return vg_rollout_key(c->plan->def, c->episode[i], (uint32_t)c->tally[i].restarts);
}

static vg_err begin_episodes(vg_rollout_cell *c) {
    for (int32_t i = 0; i < c->count; i++) {
        vg_episode *row = vg_cell_row(c, i);
        vg_start start;
        if (c->again) {
            start = (vg_start){row->start_s, row->start_offset, row->start_heading, row->start_speed};
        } else {
            *row = (vg_episode){.road = c->road_of[i], .off_time = -1, .off_s = -1};
            row->stall_time = row->lap_time = row->collision_time = -1;
            row->excess = row->action_error = -1;
            start = vg_rollout_draw_start(c->plan->def, &c->plan->car, c->episode[i]);
            row->start_s = start.s, row->start_offset = start.offset;
            row->start_heading = start.heading, row->start_speed = start.speed;
        }
        const vg_episode_key key = policy_key(c, i);
        vg_err err = vg_stepper_begin(&c->stepper, i, &start, &key);
        if (err) return err;
        if (c->labeller.policy) vg_driver_reset(&c->labeller, i, &key);
        vg_measure_begin(c, i);
        tell(c, i, 0, 0, false);
    }
    return VG_OK;
}

// --- drive -----------------------------------------------------------------------------------------------

// At a sample: compare the policy's action with the expert's.
static vg_err ask_labeller(vg_rollout_cell *c, int32_t sample) {
    const vg_rollout_watch *watch = c->plan->watch;
    bool anyone = false;
    for (int32_t i = 0; i < c->count; i++) anyone |= vg_cell_on(c, i);
    if (!anyone) return VG_OK;
    vg_err err = vg_driver_label(&c->labeller, c->stepper.world, c->label);
    for (int32_t i = 0; i < c->count && !err; i++) {
        if (!vg_cell_on(c, i)) continue;
        vg_measure_error(c, i);
        if (!watch || !watch->sample) continue;
        vg_state state = vg_world_state(c->stepper.world, i);
        watch->sample(watch->context, c->episode[i], sample, &state, c->view.command + VG_CAR_ACTIONS * i,
                      c->label + VG_CAR_ACTIONS * i);
    }
    return err;
}

static vg_err act(vg_rollout_cell *c, int32_t t) {
    const vg_rollout_plan *p = c->plan;
    vg_err err = vg_stepper_act(&c->stepper);
    if (!err && c->labeller.policy && t % p->stride == 0) err = ask_labeller(c, t / p->stride);
    return err ? err : vg_stepper_step(&c->stepper, c->stepper.actions);
}

// Where a car that collided goes on: beyond what it hit, with free road before it.
static double beyond(const vg_road *road, const vg_car *car, double s) {
    double ahead = (double)car->length, behind = (double)car->rear_overhang + 0.5 * (double)vg_car_scale(car);
    return vg_road_clear(road, s, behind, ahead);
}

// A car that has just left the road, or collided, in action t: note it, put it back and reset the policy.
static vg_err depart(vg_rollout_cell *c, int32_t i, int32_t t) {
    const vg_rollout_plan *p = c->plan;
    vg_episode *row = vg_cell_row(c, i);
    int32_t since = c->view.tick[i] % p->k; // 0: it left on the action's last tick
    double time = (t * p->k + (since ? since : p->k)) * p->tick;
    bool hit = c->view.colliding[i];
    row->departures += !hit, row->collisions += hit;
    tell(c, i, time, c->view.events[i], false);
    if (!vg_episode_failed(row)) {
        *(hit ? &row->collision_time : &row->off_time) = time;
        row->off_s = c->view.s[i];
        row->distance_on = row->distance + c->view.progress[i];
    }
    if (p->def->costs == VG_COSTS_ABSORBING) return VG_OK;
    row->distance += c->view.progress[i];
    vg_start start = {.s = c->view.s[i], .speed = c->view.speed[i]};
    if (hit) start.s = beyond(p->def->roads[row->road], &p->car, start.s);
    c->tally[i].restarts++;
    // The disturbance goes on: its draws do not depend on the policy, and are the same in both drives.
    const vg_episode_key key = policy_key(c, i);
    vg_err err = vg_stepper_put(&c->stepper, i, &start, &key);
    if (err) return err;
    if (c->labeller.policy) vg_driver_reset(&c->labeller, i, &key);
    tell(c, i, (t + 1) * p->action, 0, true);
    return VG_OK;
}

// Called after action t. *idle becomes true when no car moves any more.
static vg_err measure(vg_rollout_cell *c, int32_t t, bool *idle) {
    const vg_rollout_plan *p = c->plan;
    bool all = p->def->costs == VG_COSTS_ALL, moves = false;
    for (int32_t i = 0; i < c->count; i++) {
        const vg_episode *row = vg_cell_row(c, i);
        if (c->ended[i] > 0) continue;
        if (c->again || (all && !vg_episode_failed(row))) vg_measure_excess(c, i);
        if (!c->again && !vg_episode_failed(row)) vg_measure_action(c, i, t);
        if (!c->view.terminated[i]) tell(c, i, (t + 1) * p->action, c->view.events[i], false);
        if (c->view.terminated[i]) {
            bool stands = p->def->costs == VG_COSTS_ABSORBING;
            vg_err err = stands && vg_episode_failed(row) ? VG_OK : depart(c, i, t);
            if (err) return err;
            moves |= !stands;
        } else if (c->view.truncated[i]) {
            c->ended[i] = (t + 1) * p->k * p->tick;
        } else {
            moves = true;
        }
    }
    *idle = !moves;
    return VG_OK;
}

static vg_err drive_cell(vg_rollout_cell *c, int64_t *asked, vg_diag *diag) {
    const vg_rollout_plan *p = c->plan;
    vg_err err = begin_episodes(c);
    bool idle = false;
    if (!err) vg_measure_trace(c, 0);
    for (int32_t t = 0; t < p->actions && !err; t++) {
        if (p->def->stop && p->def->stop()) return vg_fail(diag, VG_ERR_INTERRUPTED, "stopped");
        if (!idle) {
            *asked += c->count;
            err = act(c, t);
            if (err)
                return vg_fail(diag, err == VG_ERR_ARGUMENT ? VG_ERR_POLICY : err,
                               "policy '%s' %s, in episodes %d to %d at %.2f s", p->def->policy->name,
                               vg_policy_trouble(p->def->policy), c->episode[0], c->episode[c->count - 1],
                               t * p->action);
            err = measure(c, t, &idle);
        }
        if ((t + 1) % p->stride == 0) vg_measure_trace(c, (t + 1) / p->stride);
    }
    for (int32_t i = 0; i < c->count && !err; i++) vg_measure_end(c, i);
    return err;
}

static vg_err drive(const vg_rollout_plan *plan, const int32_t *episodes, int32_t count, bool again,
                    int64_t block) {
    vg_rollout_cell c;
    vg_diag *diag = &plan->diags[block];
    vg_err err = open_cell(&c, plan, episodes, count, again, diag);
    if (!err) err = drive_cell(&c, &plan->asked[block], diag);
    close_cell(&c);
    return err;
}

vg_err vg_rollout_drive_block(void *context, int64_t block, int64_t begin, int64_t end) {
    const vg_rollout_plan *plan = context;
    int32_t episodes[VG_ROLLOUT_BLOCK], departed = 0, count = (int32_t)(end - begin);
    for (int32_t i = 0; i < count; i++) episodes[i] = (int32_t)begin + i;
    vg_err err = drive(plan, episodes, count, false, block);
    if (err || plan->def->costs != VG_COSTS_ALL) return err;
    for (int32_t i = 0; i < count; i++)
        if (vg_episode_failed(&plan->out->episodes[begin + i])) episodes[departed++] = (int32_t)begin + i;
    return departed ? drive(plan, episodes, departed, true, block) : VG_OK;
}
