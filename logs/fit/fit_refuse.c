#include "logs/fit/fit_refuse.h"

#include "sim/base/exact.h"

#define LONGEST_GAP 1.0 // s
#define FAR_BEYOND  1.5 // times a car's limit
enum { FEWEST = 8, MOST = 1 << 20 };

static vg_err bad_sample(vg_diag *diag, int32_t i, const char *field, const char *expected, double found) {
    return vg_fail_at(diag, VG_ERR_FORMAT, NULL, i + 1, field, "found %g; expected %s", found, expected);
}

static vg_err check_sample(const vg_fit_def *def, int32_t i, vg_diag *diag) {
    const vg_log_sample *s = &def->samples[i];
    if (!__builtin_isfinite(s->t)) return bad_sample(diag, i, "t_s", "a finite number", s->t);
    if (!(s->x >= -1e7 && s->x <= 1e7)) return bad_sample(diag, i, "x_m", "at most 1e7 m either way", s->x);
    if (!(s->y >= -1e7 && s->y <= 1e7)) return bad_sample(diag, i, "y_m", "at most 1e7 m either way", s->y);
    if (!(s->heading >= -1e4 && s->heading <= 1e4))
        return bad_sample(diag, i, "heading_rad", "at most 1e4 rad either way", s->heading);
    if (!(s->speed >= 0 && s->speed <= 1000))
        return bad_sample(diag, i, "speed_mps", "0 to 1000 m/s (the car does not reverse)", s->speed);
    if (i == 0) return VG_OK;
    double before = s[-1].t;
    if (!(s->t > before))
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, i + 1, "t_s",
                          "time %s, from %.9g to %.9g s; expected it to rise",
                          s->t < before ? "runs backwards" : "stands still", before, s->t);
    if (s->t - before > LONGEST_GAP)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, i + 1, "t_s",
                          "a gap of %.9g s before this sample; expected at most %g s", s->t - before,
                          LONGEST_GAP);
    return VG_OK;
}

vg_err vg_fit_check(const vg_fit_def *def, vg_diag *diag) {
    vg_err err = vg_car_check(def->car, diag);
    if (err) return err;
    if (def->tick_num < 1 || def->tick_den < 1 || def->ticks_per_action < 1 || def->ticks_per_action > 1000)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a tick of %d/%d s and %d ticks an action; expected numbers above 0", def->tick_num,
                       def->tick_den, def->ticks_per_action);
    if (!(def->usual > 0 && def->worst > 0))
        return vg_fail(diag, VG_ERR_ARGUMENT, "bounds of %g and %g m; expected numbers above 0", def->usual,
                       def->worst);
    if (def->count < FEWEST || def->count > MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, def->count, NULL, "%d samples; expected %d to %d",
                          def->count, FEWEST, MOST);
    for (int32_t i = 0; i < def->count && !err; i++) err = check_sample(def, i, diag);
    if (err) return err;
    double span = def->samples[def->count - 1].t - def->samples[0].t,
           tick = (double)def->tick_num / def->tick_den;
    if (span / tick < 2.0 * def->ticks_per_action || span / tick > 1 << 24)
        return vg_fail_at(diag, VG_ERR_FORMAT, NULL, def->count, "t_s",
                          "a lap of %g s; expected at least two actions (%g s) and at most 2^24 ticks", span,
                          2 * def->ticks_per_action * tick);
    return VG_OK;
}

// What a lap asks of a car, of each kind the most in proportion to the limit there, and where.
enum { SPEED, STEER, RATE, THROTTLE, POWER, BRAKE, ACROSS, DEMANDS };
typedef struct demand {
    const char *field, *what, *unit;
    double limit, most; // of the tick at which most / limit is greatest
    int32_t tick;
} demand;

static void ask(demand *d, double value, double limit, int32_t tick) {
    if (!(limit > 0) || value * d->limit <= d->most * limit) return;
    d->most = value, d->limit = limit, d->tick = tick;
}

static void ask_all(const vg_fit_def *def, const vg_state *states, int32_t ticks, demand d[DEMANDS]) {
    int32_t k = def->ticks_per_action;
    const vg_car *car = def->car;
    double time = (double)k * def->tick_num / def->tick_den;
    for (int32_t tick = 0; tick <= ticks; tick++) {
        const vg_state *s = &states[tick];
        double v = s->speed, across = v * v * vg_abs((double)vg_tanf(s->steer) / car->wheelbase);
        ask(&d[SPEED], v, car->speed_max, tick);
        ask(&d[STEER], vg_abs(s->steer), car->steer_max, tick);
        ask(&d[THROTTLE], s->accel, car->accel_max, tick);
        ask(&d[POWER], s->accel * v, car->power, tick);
        ask(&d[BRAKE], -s->accel, car->brake_max, tick);
        if (car->lateral_max > 0) ask(&d[ACROSS], across, vg_car_grip_across(car, v), tick);
        if (tick >= k)
            ask(&d[RATE], vg_abs((double)s->steer - states[tick - k].steer) / time, car->steer_rate, tick);
    }
}

static int32_t sample_at(const vg_fit_def *def, int32_t tick) {
    double t = def->samples[0].t + (double)tick * def->tick_num / def->tick_den;
    int32_t i = 0;
    while (i + 1 < def->count && def->samples[i].t < t) i++;
    return i;
}

// A lap a little beyond a car's limits is another car's; far beyond them no car's.
static const char *what_to_do(double times) {
    return times < FAR_BEYOND
               ? "take a car that gives it (verge car list), or a car file with this limit raised"
               : "if no car gives that, positions or times near this row are wrong";
}

// Of the sample that is farthest beyond what is allowed there.
static vg_err strays(const vg_fit_def *def, vg_err err, const char *field, const char *who, const char *why,
                     const vg_fit_measure *m, vg_diag *diag) {
    double ease = vg_fit_ease(def, m->worst_share_sample);
    return vg_fail_at(diag, err, NULL, m->worst_share_sample + 1, field,
                      "%s strays %.2f m here and %.2f m at the 95th percentile%s; expected at most %.2g and "
                      "%.2g m%s",
                      who, m->worst_share * def->worst * ease, m->p95, why, def->worst * ease,
                      def->usual * ease, ease > 1 ? " (fixes as noisy as these)" : "");
}

vg_err vg_fit_refuse(const vg_fit_def *def, const vg_fit_measure *measure, const vg_fit_measure *free,
                     const vg_state *states, int32_t ticks, vg_diag *diag) {
    const vg_car *car = def->car;
    // Where a car that can do anything is no better off, it is the samples that cannot be followed.
    if (!vg_fit_followed(free) && free->p95_share > 0.7 * measure->p95_share &&
        free->worst_share > 0.7 * measure->worst_share)
        return strays(def, VG_ERR_FORMAT, "x_m", "the samples jump about: even a car without limits", "",
                      free, diag);
    demand d[DEMANDS] = {
        [SPEED] = {"speed_max", "a speed of", "m/s", 1, 0, 0},
        [STEER] = {"steer_max", "a steering angle of", "rad", 1, 0, 0},
        [RATE] = {"steer_rate", "the steering to turn at", "rad/s", 1, 0, 0},
        [THROTTLE] = {"accel_max", "an acceleration of", "m/s^2", 1, 0, 0},
        [POWER] = {"power", "a power of", "W/kg", 1, 0, 0},
        [BRAKE] = {"brake_max", "a braking of", "m/s^2", 1, 0, 0},
        [ACROSS] = {"lateral_max", "a lateral acceleration of", "m/s^2", 1, 0, 0},
    };
    ask_all(def, states, ticks, d);
    const demand *most = &d[SPEED];
    for (int i = 0; i < DEMANDS; i++)
        if (d[i].most * most->limit > most->most * d[i].limit) most = &d[i];
    if (most->most <= most->limit)
        return strays(def, VG_ERR_LIMIT, "steer_lag", car->name, ", by its lags and limits together", measure,
                      diag);
    return vg_fail_at(diag, VG_ERR_LIMIT, NULL, sample_at(def, most->tick) + 1, most->field,
                      "the lap needs %s %.3g %s here; the %s's limit is %.3g %s; %s", most->what, most->most,
                      most->unit, car->name, most->limit, most->unit, what_to_do(most->most / most->limit));
}
