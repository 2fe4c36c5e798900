#include "logs/fit/fit_guess.h"

#include "sim/base/exact.h"

// Headings and curvatures of the guess come from chords of this length to either side, in seconds.
#define REACH 0.2

static void place(const vg_fit_def *def, const vg_fit_problem *p, vg_fit_drive *out, double tick) {
    const vg_log_sample *s = def->samples;
    int32_t i = 0;
    for (int32_t j = 0; j <= p->stages; j++) {
        double t = s[0].t + p->first_tick[j] * tick;
        while (i + 2 < def->count && s[i + 1].t < t) i++;
        double share = (t - s[i].t) / (s[i + 1].t - s[i].t), *state = out->state[j];
        double speed = s[i].speed + share * (s[i + 1].speed - s[i].speed);
        state[VG_FIT_X] = s[i].x + share * (s[i + 1].x - s[i].x);
        state[VG_FIT_Y] = s[i].y + share * (s[i + 1].y - s[i].y);
        state[VG_FIT_YAW] = s[i].heading; // where the car stands there is no better heading
        state[VG_FIT_SPEED] = vg_fit_held(speed, 0, p->car.speed_max);
    }
}

static void head(const vg_fit_problem *p, int32_t reach, vg_fit_drive *out) {
    for (int32_t j = 0; j <= p->stages; j++) {
        const double *a = out->state[j > reach ? j - reach : 0];
        const double *b = out->state[j + reach < p->stages ? j + reach : p->stages];
        double dx = b[VG_FIT_X] - a[VG_FIT_X], dy = b[VG_FIT_Y] - a[VG_FIT_Y],
               *yaw = &out->state[j][VG_FIT_YAW];
        if (dx * dx + dy * dy > 0.25) *yaw = vg_atan2(dy, dx);
        double turns = *yaw / (2 * VG_PI);
        *yaw -= 2 * VG_PI * vg_floor_int(turns + 0.5);
    }
}

// The steering and the pedals that the chords need.
static void act(const vg_fit_def *def, const vg_fit_problem *p, int32_t reach, vg_fit_drive *out,
                double tick) {
    for (int32_t j = 0; j <= p->stages; j++) {
        int32_t from = j > reach ? j - reach : 0, to = j + reach < p->stages ? j + reach : p->stages;
        const double *a = out->state[from], *b = out->state[to];
        double way = 0, time = (p->first_tick[to] - p->first_tick[from]) * tick;
        for (int32_t i = from; i < to; i++) {
            double dx = out->state[i + 1][VG_FIT_X] - out->state[i][VG_FIT_X];
            double dy = out->state[i + 1][VG_FIT_Y] - out->state[i][VG_FIT_Y];
            way += __builtin_sqrt(dx * dx + dy * dy);
        }
        double turn = vg_fit_wrap(b[VG_FIT_YAW] - a[VG_FIT_YAW]);
        double steer = way > 0.5 ? vg_atan(turn / way * def->car->wheelbase) : 0;
        double accel = (b[VG_FIT_SPEED] - a[VG_FIT_SPEED]) / time;
        out->state[j][VG_FIT_STEER] = vg_fit_held(steer, -p->car.steer_max, p->car.steer_max);
        out->state[j][VG_FIT_ACCEL] = vg_fit_held(accel, -p->car.brake_max, p->car.accel_max);
        if (j == p->stages) break;
        out->control[j][0] = out->state[j][VG_FIT_STEER];
        out->control[j][1] = out->state[j][VG_FIT_ACCEL];
    }
}

void vg_fit_guess(const vg_fit_def *def, const vg_fit_problem *p, vg_fit_drive *out) {
    double tick = (double)def->tick_num / def->tick_den;
    int32_t reach = (int32_t)(REACH / (def->ticks_per_action * tick) + 0.5);
    if (reach < 1) reach = 1;
    place(def, p, out, tick);
    head(p, reach, out);
    act(def, p, reach, out, tick);
    out->cost = 1e300; // no drive of the car yet: any drive is better
}
