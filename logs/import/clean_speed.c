#include "logs/import/clean_steps.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"

#define BELOW_MOST  0.5  // m/s below zero that a sensor at standstill may say
#define MOVING      3.0  // m/s: the channel is compared with the path's own speed above it
#define SCALE_MOST  0.03 // off 1: beyond it the channel contradicts the path
#define UNIT_NEAR   0.04 // of a unit's factor
#define LAG_MOST    2.0  // s
#define LAG_STEP    0.05 // s
#define LAG_GAIN    0.8  // the disagreement must fall to this share, or there is no lag
#define LAG_LEAST   0.1  // m/s of disagreement: less is not worth a lag
#define SPIKE_LEAST 4.0  // m/s
#define SPIKE_SHARE 0.2  // of the speed
#define SPIKE_SDS   8.0  // of the channel's own disagreement
#define SPIKES_MOST 0.05 // share of the rows: more are no single faults
enum { FEWEST = 20 };    // rows to compare

// What the channel and the path say, where the car moves.
typedef struct pairs {
    vg_motion_point *m; // [rows] the path's own
    double *t, *own, *told, *off, *room;
    int32_t *row;
    bool *wild;
    int32_t count;
} pairs;

static double own_speed(const vg_motion_point *m) {
    return sqrt(m->velocity[0] * m->velocity[0] + m->velocity[1] * m->velocity[1]);
}

static void pairs_free(pairs *p) {
    vg_free(p->m);
    vg_free(p->t);
    vg_free(p->own);
    vg_free(p->told);
    vg_free(p->off);
    vg_free(p->room);
    vg_free(p->row);
    vg_free(p->wild);
}

static vg_err pairs_make(const vg_recording *r, pairs *p, vg_diag *diag) {
    p->m = vg_new(vg_motion_point, r->count);
    p->t = vg_new(double, r->count);
    p->own = vg_new(double, r->count);
    p->told = vg_new(double, r->count);
    p->off = vg_new(double, r->count);
    p->room = vg_new(double, r->count);
    p->row = vg_new(int32_t, r->count);
    p->wild = vg_new(bool, r->count);
    if (!p->m || !p->t || !p->own || !p->told || !p->off || !p->room || !p->row || !p->wild)
        return vg_fail_memory(diag);
    for (int32_t i = 0; i < r->count; i++) {
        const vg_log_sample *s = &r->rows[i].value;
        p->m[i] = (vg_motion_point){.t = s->t, .x = s->x, .y = s->y, .speed = NAN, .heading = NAN};
    }
    vg_smoothed by;
    vg_err err = vg_smooth(p->m, r->count, &by, diag);
    for (int32_t i = 0; i < r->count && !err; i++) {
        if (isnan(r->rows[i].value.speed)) continue;
        p->row[p->count] = i, p->t[p->count] = p->m[i].t, p->own[p->count] = own_speed(&p->m[i]);
        p->told[p->count++] = r->rows[i].value.speed;
    }
    return err;
}

// Values at times, interpolated: out[i] = value(t[i] + ahead). `at` runs along.
static double value_at(const double *t, const double *value, int32_t count, double time, int32_t *at) {
    while (*at + 2 < count && t[*at + 1] < time) ++*at;
    if (count < 2 || time <= t[*at]) return value[*at];
    double share = (time - t[*at]) / (t[*at + 1] - t[*at]);
    return value[*at] + (share < 1 ? share : 1) * (value[*at + 1] - value[*at]);
}

// The channel's scale, if it is late by `lag`: the median of told over own. NaN: too few rows.
static double scale_at(const pairs *p, double lag) {
    int32_t used = 0, at = 0;
    for (int32_t i = 0; i < p->count; i++) {
        double own = value_at(p->t, p->own, p->count, p->t[i] - lag, &at);
        if (own > MOVING) p->room[used++] = p->told[i] / own;
    }
    return used < FEWEST ? NAN : vg_median(p->room, used);
}

// The mean disagreement at a lag, the scale taken out. Values far off count as so far: a spike must not
// decide.
static double disagreement(const pairs *p, double lag, double scale) {
    double sum = 0;
    int32_t at = 0;
    for (int32_t i = 0; i < p->count; i++) {
        double off = fabs(p->told[i] / scale - value_at(p->t, p->own, p->count, p->t[i] - lag, &at));
        sum += off < SPIKE_LEAST ? off : SPIKE_LEAST;
    }
    return sum / p->count;
}

// The lag at which the disagreement is least, for a scale.
static double best_lag(const pairs *p, double scale, double *least) {
    double lag = 0;
    *least = INFINITY;
    for (int k = (int)(-LAG_MOST / LAG_STEP); k <= (int)(LAG_MOST / LAG_STEP); k++) {
        double by = disagreement(p, k * LAG_STEP, scale);
        if (by < *least) *least = by, lag = k * LAG_STEP;
    }
    return lag;
}

// Scale and lag, in turns: each is found with the other known.
static void compare(const pairs *p, vg_clean_report *report) {
    report->speed_lag = 0;
    double scale = report->speed_scale = scale_at(p, 0);
    if (!(scale > 0)) return;
    double as_is = disagreement(p, 0, scale), least, lag = best_lag(p, scale, &least);
    if (!(least < LAG_GAIN * as_is && as_is > LAG_LEAST)) return;
    for (int turn = 0; turn < 3 && scale_at(p, lag) > 0; turn++)
        scale = scale_at(p, lag), lag = best_lag(p, scale, &least);
    report->speed_lag = lag;
    report->speed_scale = scale;
}

// Units whose mix-up gives the scale: of the speeds, else of the positions.
static const char *unit_of(double scale) {
    static const struct {
        double factor;
        const char *unit;
    } units[] = {{3.6, "km/h"},
                 {2.236936, "mph"},
                 {1.943844, "knots"},
                 {3.28084, "feet a second"},
                 {1 / 3.6, "m/s written as km/h"},
                 {0.1, "m/s, and positions in tenths of a metre"},
                 {0.01, "m/s, and positions in centimetres"},
                 {0.001, "m/s, and positions in millimetres"},
                 {0.3048, "m/s, and positions in feet"},
                 {1000, "m/s, and positions in kilometres"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (fabs(scale / units[i].factor - 1) < UNIT_NEAR) return units[i].unit;
    return NULL;
}

static vg_err contradiction(const vg_recording *r, const vg_clean_report *report, vg_diag *diag) {
    if (report->speed_unit)
        return vg_fail_at(
            diag, VG_ERR_MISMATCH, r->file, 0, r->speed,
            "the speeds add up to %.3g times the path of %s: %s? Declare the unit, or --speed fix "
            "takes the path's scale",
            report->speed_scale, r->place, report->speed_unit);
    return vg_fail_at(
        diag, VG_ERR_MISMATCH, r->file, 0, r->speed,
        "the speeds are %.3g times those of the path of %s: calibrate them, or --speed fix divides "
        "them by it, or --speed none leaves them out",
        report->speed_scale, r->place);
}

// The channel as the path has it.
static void fix(vg_recording *r, pairs *p, const vg_clean_report *report) {
    int32_t at = 0;
    for (int32_t i = 0; i < p->count; i++)
        r->rows[p->row[i]].value.speed =
            value_at(p->t, p->told, p->count, p->t[i] + report->speed_lag, &at) / report->speed_scale;
    for (int32_t i = 0; i < p->count; i++) p->told[i] = r->rows[p->row[i]].value.speed;
}

static void below_zero(vg_recording *r, pairs *p, vg_clean_report *report) {
    for (int32_t i = 0; i < p->count; i++) {
        if (!(p->told[i] < 0 && p->told[i] >= -BELOW_MOST)) continue;
        vg_rows_add(&report->below_zero, r->rows[p->row[i]].line);
        p->told[i] = r->rows[p->row[i]].value.speed = 0;
    }
}

// How far each speed is from the path's own; and how far most are.
static double distances(const pairs *p, double scale, double lag) {
    int32_t at = 0;
    for (int32_t i = 0; i < p->count; i++)
        p->off[i] = fabs(p->told[i] / scale - value_at(p->t, p->own, p->count, p->t[i] - lag, &at));
    memcpy(p->room, p->off, (size_t)p->count * sizeof *p->room);
    return 1.4826 * vg_median(p->room, p->count);
}

// Leave out single speeds that are far from the path's own; refuse others that are below zero.
static vg_err drop_spikes(vg_recording *r, pairs *p, vg_clean_report *report, vg_diag *diag) {
    double scale = report->speed_scale > 0 ? report->speed_scale : 1;
    double usual = distances(p, scale, report->speed_lag);
    int32_t found = 0;
    for (int32_t i = 0; i < p->count; i++) {
        double most = fmax(fmax(SPIKE_LEAST, SPIKE_SHARE * p->own[i]), SPIKE_SDS * usual);
        p->wild[i] = p->off[i] > most;
        found += p->wild[i];
    }
    for (int32_t i = 0; i < p->count && found <= SPIKES_MOST * p->count + 1; i++) {
        if (!p->wild[i]) continue;
        vg_rows_add(&report->spikes, r->rows[p->row[i]].line);
        r->rows[p->row[i]].value.speed = NAN;
    }
    int32_t kept = 0;
    for (int32_t i = 0; i < p->count; i++) {
        int32_t row = p->row[i];
        if (isnan(r->rows[row].value.speed)) continue;
        if (p->told[i] < 0)
            return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->rows[row].line, r->speed,
                              "found %g; expected 0 to 1000 m/s (the car does not reverse)", p->told[i]);
        p->t[kept] = p->t[i], p->own[kept] = p->own[i], p->told[kept] = p->told[i], p->row[kept++] = row;
    }
    p->count = kept;
    return VG_OK;
}

static void tell(const vg_clean_def *def, const vg_recording *r, const vg_clean_report *report) {
    char text[VG_ROWS_TEXT];
    if (report->below_zero.count)
        vg_track_warn(def->warnings, "%s: %s: %s a little below 0: taken as 0", r->file, r->speed,
                      vg_rows_text(&report->below_zero, text));
    if (report->spikes.count)
        vg_track_warn(def->warnings,
                      "%s: %s: %s: far from the path's own speed, and from the rows beside: left out",
                      r->file, r->speed, vg_rows_text(&report->spikes, text));
    bool fixed = def->speed == VG_CLEAN_FIX, lags = report->speed_lag != 0;
    char moved[48] = "";
    if (lags) snprintf(moved, sizeof moved, " and moved by %+.2f s", -report->speed_lag);
    if (fixed && (lags || fabs(report->speed_scale - 1) > 0.005))
        vg_track_warn(def->warnings, "%s: %s: divided by %.4g%s%s%s, as the path has it", r->file, r->speed,
                      report->speed_scale, report->speed_unit ? " as if in " : "",
                      report->speed_unit ? report->speed_unit : "", moved);
    else if (!fixed && lags)
        vg_track_warn(def->warnings, "%s: %s: the speeds are %.2f s %s the path's; --speed fix moves them",
                      r->file, r->speed, fabs(report->speed_lag),
                      report->speed_lag > 0 ? "behind" : "ahead of");
}

static vg_err mend(const vg_clean_def *def, vg_recording *r, pairs *p, vg_clean_report *report,
                   vg_diag *diag) {
    below_zero(r, p, report);
    compare(p, report);
    vg_err err = drop_spikes(r, p, report, diag);
    if (err) return err;
    double scale = report->speed_scale;
    report->speed_unit = scale > 0 ? unit_of(scale) : NULL;
    bool off = scale >= 0 && !(fabs(scale - 1) <= SCALE_MOST);
    if (def->speed == VG_CLEAN_AS_IS && off) return contradiction(r, report, diag);
    if (def->speed == VG_CLEAN_FIX && scale > 0) fix(r, p, report);
    tell(def, r, report);
    return VG_OK;
}

vg_err vg_clean_speeds(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag) {
    report->speed_scale = report->speed_lag = NAN;
    pairs p = {0};
    vg_err err = pairs_make(r, &p, diag);
    if (!err && p.count) err = mend(def, r, &p, report, diag);
    pairs_free(&p);
    for (int32_t i = 0; i < r->count && !err && def->speed == VG_CLEAN_NONE; i++)
        r->rows[i].value.speed = NAN;
    return err;
}
