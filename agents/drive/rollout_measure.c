// agents/drive/rollout_measure.c -- the measurements of a rollout's episodes.
#include <math.h>

#include "agents/drive/reference_line.h"
#include "agents/drive/rollout_private.h"
#include "sim/base/exact.h"

// A car has stalled that for this long together gets on along the road more slowly than this, and than half
// of the reference. CARLA's "agent blocked" waits 180 s for a car that stands; a walking pace is as good as
// standing here, where nothing is ever in the way, and 5 s are longer than any hesitation before a bend.
static const double STALL_SECONDS = 5, STALL_SPEED = 2; // s, m/s

// It has stalled, too, that needs this long for so much road that it had not driven before, where the
// reference needs under half as long: one that circles, or hops now and then, is never slow for 5 s together.
static const double STUCK_SECONDS = 10, STUCK_WAY = 10; // s, m

// Half a degree: a smaller change is jitter, not a reversal of the steering (as SAE J2944 counts them).
static const float REVERSAL = 0.0087f; // rad

void vg_measure_begin(vg_rollout_cell *c, int32_t i) {
    c->tally[i] =
        (vg_tally){.velocity = c->view.speed[i], .lateral = c->view.lateral[i], .turn = c->view.steer[i]};
    c->ended[i] = 0;
}

static void measure_reversals(vg_tally *t, float steer) {
    float gone = steer - t->turn; // since the farthest point
    if (t->heading_for == 0 ? fabsf(gone) > REVERSAL : gone * (float)t->heading_for < -REVERSAL) {
        t->reversals += t->heading_for != 0;
        t->heading_for = gone > 0 ? 1 : -1;
        t->turn = steer;
    } else if (gone * (float)t->heading_for > 0) {
        t->turn = steer;
    }
}

// Accelerations are those at the actions; a jerk is their difference over an action.
static void measure_jerk(vg_rollout_cell *c, int32_t i) {
    vg_tally *t = &c->tally[i];
    float speed = c->view.speed[i], lateral = c->view.lateral[i];
    float push = (float)((speed - t->velocity) / c->plan->action);
    double sideways = (lateral - t->lateral) / c->plan->action, along = (push - t->push) / c->plan->action;
    t->jerk_lateral += sideways * sideways;
    if (t->actions > 0) t->jerk_longitudinal += along * along;
    t->velocity = speed, t->lateral = lateral, t->push = push;
    t->actions++;
}

static void measure_grip(vg_rollout_cell *c, int32_t i) {
    float tenths = 10 * fabsf(c->view.lateral[i]);
    c->laterals[i][tenths < VG_LATERAL_BINS - 1 ? (int32_t)tenths : VG_LATERAL_BINS - 1]++;
    c->tally[i].limit_ticks = c->view.limit_ticks[i];
}

// The middle of the bin in which the quantile lies.
static double lateral_quantile(const uint32_t *bins, int64_t count, double q) {
    double rank = q * (double)(count - 1), passed = 0;
    int32_t bin = 0;
    for (passed = bins[0]; passed <= rank && bin < VG_LATERAL_BINS - 1;) passed += bins[++bin];
    return 0.1 * (bin + 0.5);
}

// Half of the reference's speed, m/s, where the car is.
static double half_pace(const vg_rollout_cell *c, int32_t i) {
    return 0.5 * vg_pace_at(c->plan->pace[c->road_of[i]], c->view.s[i]);
}

static void measure_stall(vg_rollout_cell *c, int32_t i, int32_t action) {
    vg_tally *t = &c->tally[i];
    double speed = (c->view.progress[i] - t->progress) / c->plan->action;
    bool slow = speed < STALL_SPEED && speed < half_pace(c, i);
    t->progress = c->view.progress[i];
    t->slow = slow ? t->slow + c->plan->action : 0;
    t->stuck += c->plan->action;
    // Half a tick: sums of actions are not exact.
    double half = c->plan->tick / 2;
    bool stuck = t->stuck > STUCK_SECONDS - half, on = t->progress >= t->reached + STUCK_WAY;
    if (on || (stuck && half_pace(c, i) <= STUCK_WAY / STUCK_SECONDS))
        t->reached = t->progress, t->stuck = 0, stuck = false;
    vg_episode *row = vg_cell_row(c, i);
    if (row->stall_time < 0 && (t->slow > STALL_SECONDS - half || stuck))
        row->stall_time = (action + 1) * c->plan->action;
}

// Which obstacles the rear axle has passed in the action, and on which side. Call before measure_stall, which
// takes the progress down.
static void measure_passes(vg_rollout_cell *c, int32_t i) {
    double gone = c->view.progress[i] - c->tally[i].progress;
    if (gone <= 0) return;
    enum { MOST = 8 }; // in one action
    vg_road_ahead_of found[MOST];
    int32_t n = vg_road_ahead(vg_world_road(c->stepper.world, i), c->view.s[i], gone, 0, MOST, found);
    if (n == 0) return;
    vg_episode *row = vg_cell_row(c, i);
    for (int32_t k = 0; k < n; k++) {
        if (found[k].along > 0 || found[k].along <= -gone) continue;
        row->passed++;
        row->passed_left += (double)c->view.offset[i] > found[k].obstacle->offset;
    }
}

void vg_measure_action(vg_rollout_cell *c, int32_t i, int32_t action) {
    vg_episode *row = vg_cell_row(c, i);
    vg_tally *t = &c->tally[i];
    double drift = fabs((double)c->view.offset[i]);
    t->drift += drift;
    t->speed += c->view.speed[i];
    if (drift > row->max_drift) row->max_drift = drift;
    if (c->view.laps[i] > row->laps) {
        double lap = (c->view.lap_tick[i] - t->lap_start) * c->plan->tick;
        if (row->lap_time < 0 || lap < row->lap_time) row->lap_time = lap;
        row->laps = c->view.laps[i];
    }
    t->lap_start = c->view.lap_start[i];
    if (c->view.terminated[i] || c->view.truncated[i]) return; // not a whole action
    measure_passes(c, i);
    measure_stall(c, i, action);
    measure_jerk(c, i);
    measure_grip(c, i);
    measure_reversals(t, c->view.steer[i]);
}

// Half width at s on one side, as vg_road_at gives it (but for rounding) without the rest of the point.
static double half_width(const vg_road *road, double s, bool left) {
    vg_road_view view = vg_road_get(road);
    const float *width = left ? view.left : view.right;
    int32_t node = (int32_t)(s / view.spacing);
    if (node >= view.count) node = view.count - 1;
    int32_t next = node + 1 < view.count ? node + 1 : view.closed ? 0 : node;
    double t = s / view.spacing - node;
    return width[node] + t * ((double)width[next] - width[node]);
}

void vg_measure_excess(vg_rollout_cell *c, int32_t i) {
    double cost = 1;
    if (!c->view.off_road[i] && !c->view.colliding[i]) {
        double s = c->view.s[i], offset = c->view.offset[i];
        double other = vg_reference_offset(c->plan->def->reference, c->road_of[i], s);
        double beyond = fabs(offset) - fabs(other);
        cost = beyond > 0 ? beyond / half_width(vg_world_road(c->stepper.world, i), s, offset > 0) : 0;
        if (cost > 1) cost = 1;
    }
    c->tally[i].excess += cost * c->plan->action;
}

void vg_measure_error(vg_rollout_cell *c, int32_t i) {
    vg_tally *t = &c->tally[i];
    for (int k = 0; k < 2; k++) {
        double action = fmin(1, fmax(-1, (double)c->stepper.actions[VG_CAR_ACTIONS * i + k]));
        double error = action - fmin(1, fmax(-1, (double)c->label[VG_CAR_ACTIONS * i + k]));
        t->error += error * error;
    }
    t->labels++;
}

static void trace_first(const vg_rollout_cell *c, int32_t i, vg_trace_point *point) {
    const vg_episode *row = vg_cell_row(c, i);
    vg_road_point here = vg_road_at(vg_world_road(c->stepper.world, i), c->view.s[i]);
    float offset = c->view.offset[i];
    *point = (vg_trace_point){
        .s = (float)c->view.s[i],
        .offset = offset,
        .speed = c->view.speed[i],
        .edge = (float)(offset > 0 ? here.left : here.right),
        .reference = vg_reference_offset(c->plan->def->reference, c->road_of[i], c->view.s[i]),
        .progress = (float)(vg_episode_failed(row) ? row->distance_on : c->view.progress[i]),
        .excess = c->plan->def->costs == VG_COSTS_ALL ? (float)c->tally[i].excess : -1,
        .departed = vg_episode_failed(row),
        .ended = c->ended[i] > 0,
    };
}

void vg_measure_trace(vg_rollout_cell *c, int32_t sample) {
    vg_rollout *out = c->plan->out;
    if (!out->trace) return;
    for (int32_t i = 0; i < c->count; i++) {
        vg_trace_point *point = &out->trace[(int64_t)c->episode[i] * out->samples + sample];
        if (c->again)
            point->excess = (float)c->tally[i].excess;
        else
            trace_first(c, i, point);
    }
}

// What the reference would have made by now, at each sample, and by the end. An open road's end ends both.
static double expect(const vg_rollout_cell *c, int32_t i) {
    const vg_rollout_plan *p = c->plan;
    const vg_episode *row = vg_cell_row(c, i);
    vg_trace_point *trace = p->out->trace ? &p->out->trace[(int64_t)c->episode[i] * p->out->samples] : NULL;
    int32_t last = (int32_t)(row->duration / p->action + 0.5);
    double by_the_end = 0;
    vg_pace_drive drive = {.pace = p->pace[row->road], .s = row->start_s};
    drive.speed = row->start_speed, drive.accel = p->car.accel_max;
    for (int32_t t = 0; t < p->actions; t++) {
        if (trace && t % p->stride == 0) trace[t / p->stride].expected = (float)drive.progress;
        vg_pace_step(&drive, p->action);
        if (t + 1 == last) by_the_end = drive.progress;
    }
    if (trace && p->actions % p->stride == 0) trace[p->actions / p->stride].expected = (float)drive.progress;
    return by_the_end;
}

static void measure_outcome(const vg_rollout_cell *c, int32_t i) {
    vg_episode *row = vg_cell_row(c, i);
    double expected = expect(c, i);
    row->progress_ratio = expected > 0 ? fmax(0, row->distance_on) / expected : 0;
    row->outcome = row->off_time >= 0        ? VG_OUTCOME_OFF_ROAD
                   : row->collision_time > 0 ? VG_OUTCOME_COLLISION
                   : row->stall_time >= 0    ? VG_OUTCOME_STALLED
                                             : VG_OUTCOME_ON_ROAD;
    bool on = row->outcome == VG_OUTCOME_ON_ROAD;
    row->success = on && row->progress_ratio >= VG_SUCCESS_PROGRESS;
    row->driving_score = on ? fmin(1, row->progress_ratio) : 0;
}

const char *vg_outcome_word(vg_outcome_kind ending) {
    static const char *const words[VG_OUTCOME_COUNT] = {"on_road", "off_road", "stalled", "collision"};
    return words[ending];
}

static double share_driven(const vg_rollout_cell *c, const vg_episode *row) {
    vg_road_view view = vg_road_get(c->plan->def->roads[row->road]);
    double share = row->distance_on / (view.length - (view.closed ? 0 : row->start_s));
    return fmin(1, fmax(0, share));
}

void vg_measure_end(vg_rollout_cell *c, int32_t i) {
    const vg_rollout_plan *plan = c->plan;
    vg_episode *row = vg_cell_row(c, i);
    const vg_tally *t = &c->tally[i];
    double whole = plan->actions * plan->action;
    double lasted = c->ended[i] > 0 ? c->ended[i] : whole; // this drive
    if (plan->def->costs == VG_COSTS_ALL) row->excess = t->excess / lasted;
    if (c->again) return;
    row->duration = lasted;
    row->distance += c->view.progress[i];
    if (!vg_episode_failed(row)) row->distance_on = row->distance;
    double on = vg_episode_failed(row) ? vg_episode_failed_at(row) : row->duration;
    double actions = floor(on / plan->action + 0.999);
    row->mean_drift = t->drift / (actions > 1 ? actions : 1);
    row->mean_speed = t->speed / (actions > 1 ? actions : 1);
    if (t->labels > 0) row->action_error = t->error / t->labels;
    if (t->actions > 0) row->jerk_lateral = sqrt(t->jerk_lateral / t->actions);
    if (t->actions > 1) row->jerk_longitudinal = sqrt(t->jerk_longitudinal / (t->actions - 1));
    row->lateral_acceleration_99 = row->at_limit_share = -1;
    if (t->actions > 0) {
        row->lateral_acceleration_99 = lateral_quantile(c->laterals[i], t->actions, 0.99);
        row->at_limit_share = (double)t->limit_ticks / ((double)t->actions * plan->k);
    }
    row->reversals = t->reversals / (on / 60);
    row->completion = share_driven(c, row);
    measure_outcome(c, i);
}
