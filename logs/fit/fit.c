#include "logs/fit/fit.h"

#include "logs/fit/fit_guess.h"
#include "logs/fit/fit_refuse.h"
#include "logs/fit/ilqr.h"
#include "sim/base/memory.h"

// The scale of the samples' own noise. Only the ratios to the densities below matter.
#define POSITION_SIGMA 0.1 // m
#define SPEED_SIGMA    0.3 // m/s
// Samples closer in time than this share one noise, and so count together as one.
#define NOISE_TIME 0.1 // s
// How freely a driver turns wheel and pedals: the commands wander as random walks of this density of jerk,
// across and along the path. A lap that is not followed so is tried from STIFFEST to LOOSEST times that, in
// steps of EASE.
#define JERK_ACROSS 100.0  // m^2/s^5
#define JERK_ALONG  2000.0 // m^2/s^5
#define STIFFEST    (1.0 / 512)
#define LOOSEST     64.0
#define EASE        8.0
#define SLOWEST     3.0 // m/s: below it the steering is as stiff as at it
enum { STEPS_MOST = 20, HALVINGS = 8 };

typedef struct work {
    vg_fit_problem problem;
    int32_t ticks;
    int32_t *first_tick, *first_target;
    vg_fit_target *targets;
    double (*stiffness)[VG_FIT_CONTROL];
    vg_fit_gain *gains;
    vg_fit_drive best, next;
    vg_state *states;       // [ticks + 1] of the best drive
    vg_fit_measure measure; // of the best drive
    vg_fit_measure usual;   // of the best drive with the usual stiffness
} work;

static void work_free(work *w) {
    vg_free(w->first_tick);
    vg_free(w->first_target);
    vg_free(w->targets);
    vg_free(w->stiffness);
    vg_free(w->gains);
    vg_free(w->best.state);
    vg_free(w->best.control);
    vg_free(w->next.state);
    vg_free(w->next.control);
    vg_free(w->states);
}

static vg_err work_new(const vg_fit_def *def, work *w, vg_diag *diag) {
    int64_t stages = w->problem.stages;
    w->first_tick = vg_new(int32_t, stages + 1);
    w->first_target = vg_new(int32_t, stages + 1);
    w->targets = vg_new(vg_fit_target, def->count);
    w->stiffness = vg_alloc(stages, sizeof *w->stiffness);
    w->gains = vg_new(vg_fit_gain, stages);
    w->best.state = vg_alloc(stages + 1, sizeof *w->best.state);
    w->best.control = vg_alloc(stages, sizeof *w->best.control);
    w->next.state = vg_alloc(stages + 1, sizeof *w->next.state);
    w->next.control = vg_alloc(stages, sizeof *w->next.control);
    w->states = vg_new(vg_state, w->ticks + 1);
    bool whole = w->first_tick && w->first_target && w->targets && w->stiffness && w->gains &&
                 w->best.state && w->best.control && w->next.state && w->next.control && w->states;
    return whole ? VG_OK : vg_fail_memory(diag);
}

// How many ticks of stage 0 there are: a command given at tick 0 reaches the actuators `delay` ticks on, and
// from then on every k ticks another does.
static int32_t lead(const vg_fit_def *def, const vg_car_tick_constants *car) {
    int32_t rest = car->delay % def->ticks_per_action;
    return rest ? rest : def->ticks_per_action;
}

// The weight of sample i: 1, or less where its neighbours are close, or where its place is less well known
// than to POSITION_SIGMA.
static double sample_weight(const vg_fit_def *def, int32_t i) {
    const vg_log_sample *s = &def->samples[i];
    double before = i ? s->t - s[-1].t : s[1].t - s->t, after = i + 1 < def->count ? s[1].t - s->t : before;
    double share = s->sd > 0 ? s->sd / POSITION_SIGMA : 0; // a NaN: not known, taken as exact
    return vg_fit_held(0.5 * (before + after) / NOISE_TIME, 0, 1) / (1 + share * share);
}

// Cut the lap into ticks and stages and place the samples among them.
static vg_err work_lay(const vg_fit_def *def, const vg_car *car, work *w, vg_diag *diag) {
    vg_fit_problem *p = &w->problem;
    const vg_log_sample *s = def->samples;
    int32_t k = def->ticks_per_action;
    double rate = (double)def->tick_den / def->tick_num;
    double span = (s[def->count - 1].t - s[0].t) * rate;
    // The last sample may fall on a tick but for rounding.
    int32_t ticks = (int32_t)(span - 1e-6) + 1;
    w->ticks = (ticks + k - 1) / k * k;
    p->car = vg_car_tick_prepare(car, def->tick_num, def->tick_den);
    int32_t first = lead(def, &p->car);
    p->stages = 1 + (w->ticks - first + k - 1) / k;
    vg_err err = work_new(def, w, diag);
    if (err) return err;
    for (int32_t j = 0; j <= p->stages; j++) {
        int32_t tick = j ? first + (j - 1) * k : 0;
        w->first_tick[j] = tick < w->ticks ? tick : w->ticks;
    }
    int32_t stage = 0;
    for (int32_t i = 0; i < def->count; i++) {
        double at = (s[i].t - s[0].t) * rate;
        int32_t tick = at < w->ticks ? (int32_t)at : w->ticks - 1;
        w->targets[i] = (vg_fit_target){tick,       vg_fit_held(at - tick, 0, 1), s[i].x, s[i].y,
                                        s[i].speed, sample_weight(def, i)};
        while (stage < p->stages && w->first_tick[stage] <= tick) w->first_target[stage++] = i;
    }
    while (stage <= p->stages) w->first_target[stage++] = def->count;
    p->first_tick = w->first_tick;
    p->first_target = w->first_target;
    p->targets = w->targets;
    p->stiffness = (const double(*)[VG_FIT_CONTROL])w->stiffness;
    p->position_weight = 1 / (POSITION_SIGMA * POSITION_SIGMA);
    p->speed_weight = 1 / (SPEED_SIGMA * SPEED_SIGMA);
    return VG_OK;
}

// The stiffness of the commands at each stage: one over the variance of their walk from stage to stage. A
// jerk j across the path is a steering rate of j wheelbase / speed^2. `speed` is that of the guess.
static void stiffen(const vg_fit_def *def, work *w) {
    double time = (double)def->ticks_per_action * def->tick_num / def->tick_den;
    for (int32_t j = 0; j < w->problem.stages; j++) {
        double v = w->best.state[j][VG_FIT_SPEED] > SLOWEST ? w->best.state[j][VG_FIT_SPEED] : SLOWEST;
        double by_steer = v * v / def->car->wheelbase;
        w->stiffness[j][0] = by_steer * by_steer / (JERK_ACROSS * time);
        w->stiffness[j][1] = 1 / (JERK_ALONG * time);
    }
}

static void scale_stiffness(work *w, double factor) {
    for (int32_t j = 0; j < w->problem.stages; j++)
        for (int i = 0; i < VG_FIT_CONTROL; i++) w->stiffness[j][i] *= factor;
    // The drive's cost counts anew: drive it again, changing nothing.
    double start[VG_FIT_STATE] = {0};
    for (int32_t j = 0; j < w->problem.stages; j++) w->gains[j] = (vg_fit_gain){0};
    vg_fit_forward(&w->problem, &w->best, w->gains, start, 1, &w->next);
    w->best.cost = w->next.cost;
}

// Gauss-Newton steps until the cost falls by less than a thousandth.
static void descend(work *w) {
    double start[VG_FIT_STATE];
    for (int step = 0; step < STEPS_MOST; step++) {
        if (!vg_fit_backward(&w->problem, &w->best, w->gains, start)) return;
        double share = 1;
        for (int halving = 0; halving < HALVINGS; halving++, share *= 0.5) {
            vg_fit_forward(&w->problem, &w->best, w->gains, start, share, &w->next);
            if (w->next.cost < w->best.cost) break;
        }
        double gain = w->best.cost - w->next.cost;
        if (!(gain > 0)) return;
        vg_fit_drive better = w->next;
        w->next = w->best;
        w->best = better;
        if (gain < 1e-3 * w->best.cost) return;
    }
}

static vg_state state_of(const vg_motion *m) {
    return (vg_state){
        .x = m->x, .y = m->y, .yaw = m->yaw, .speed = m->speed, .steer = m->steer, .accel = m->accel};
}

// Every tick of the best drive.
static void unroll(work *w) {
    const vg_fit_problem *p = &w->problem;
    vg_motion m = vg_fit_motion(w->best.state[0]);
    for (int32_t j = 0; j < p->stages; j++) {
        float command[2];
        vg_fit_command(&p->car, w->best.control[j], command);
        for (int32_t tick = p->first_tick[j]; tick < p->first_tick[j + 1]; tick++) {
            w->states[tick] = state_of(&m);
            m = vg_car_tick(&p->car, m, command[0], command[1], 0.0f, 1.0f);
        }
    }
    w->states[w->ticks] = state_of(&m);
}

static vg_err settle(const vg_fit_def *def, work *w, vg_diag *diag) {
    descend(w);
    unroll(w);
    return vg_fit_judge(def, w->states, w->ticks, &w->measure, diag);
}

// Fit `car` to the samples. Most laps are followed at once. For others begin with commands so stiff that a
// guess far from what the car can do does not throw it off, and ease them step by step, up to `room` times
// the usual jerk.
static vg_err work_run(const vg_fit_def *def, const vg_car *car, double room, work *w, vg_diag *diag) {
    vg_err err = work_lay(def, car, w, diag);
    if (err) return err;
    vg_fit_guess(def, &w->problem, &w->best);
    stiffen(def, w);
    err = settle(def, w, diag);
    if (err || vg_fit_followed(&w->measure)) return err;
    scale_stiffness(w, 1 / STIFFEST);
    vg_fit_guess(def, &w->problem, &w->best);
    for (double eased = STIFFEST; !err && eased <= room; eased *= EASE) {
        err = settle(def, w, diag);
        scale_stiffness(w, 1 / EASE);
        if (eased == 1) w->usual = w->measure;
        if (eased >= 1 && vg_fit_followed(&w->measure)) break;
    }
    return err;
}

// The car could not follow: find what it lacks from a car that lacks nothing, under the same stiffness. (With
// more room both only chase the noise.)
static vg_err refuse(const vg_fit_def *def, const vg_fit_measure *measure, vg_diag *diag) {
    vg_car able = *def->car;
    able.steer_max = 1.2f, able.steer_rate = 100, able.accel_max = 200, able.brake_max = 200,
    able.speed_max = 200;
    able.steer_lag = able.accel_lag = able.lateral_max = able.power = able.delay = 0;
    work w = {0};
    vg_err err = work_run(def, &able, 1, &w, diag);
    if (!err) err = vg_fit_refuse(def, measure, &w.measure, w.states, w.ticks, diag);
    work_free(&w);
    return err;
}

// The controls of the stages as commands given `delay` ticks ahead.
static vg_err unpack(const vg_fit_def *def, const work *w, vg_fit *out, vg_diag *diag) {
    const vg_fit_problem *p = &w->problem;
    int32_t k = def->ticks_per_action, delay = p->car.delay, ahead = (delay + k - 1) / k;
    out->ticks = w->ticks;
    out->actions = w->ticks / k;
    out->start = w->states[0];
    out->measure = w->measure;
    out->delay_ticks = delay;
    out->commands = vg_new(float, 2 * (int64_t)out->actions);
    if (delay) out->delay_line = vg_new(float, 2 * (int64_t)delay);
    if (!out->commands || (delay && !out->delay_line)) return vg_fail_memory(diag);
    // What is given in the last `delay` ticks never reaches the actuators: the last command stays.
    for (int32_t j = 0; j < out->actions; j++) {
        int32_t stage = j + ahead < p->stages ? j + ahead : p->stages - 1;
        vg_fit_command(&p->car, w->best.control[stage], &out->commands[2 * (size_t)j]);
    }
    for (int32_t tick = 0, stage = 0; tick < delay; tick++) {
        while (stage + 1 < p->stages && p->first_tick[stage + 1] <= tick) stage++;
        vg_fit_command(&p->car, w->best.control[stage], &out->delay_line[2 * (size_t)tick]);
    }
    return VG_OK;
}

vg_err vg_fit_run(const vg_fit_def *def, vg_fit *out, vg_diag *diag) {
    *out = (vg_fit){0};
    vg_err err = vg_fit_check(def, diag);
    if (err) return err;
    work w = {0};
    err = work_run(def, def->car, LOOSEST, &w, diag);
    if (!err && !vg_fit_followed(&w.measure)) err = refuse(def, &w.usual, diag);
    if (!err) err = unpack(def, &w, out, diag);
    work_free(&w);
    if (err) vg_fit_free(out);
    return err;
}

void vg_fit_free(vg_fit *fit) {
    vg_free(fit->commands);
    vg_free(fit->delay_line);
    *fit = (vg_fit){0};
}
