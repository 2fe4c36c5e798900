// Units that a file does not tell: speeds and positions must agree.
#include <math.h>
#include <string.h>

#include "logs/import/clock_wrap.h"
#include "logs/import/globe.h"
#include "logs/import/map_reading.h"
#include "sim/base/exact.h"

// A speed's unit and a position's, between which the path and the speeds' sum decide, must agree this well.
#define AGREE 1.3
#define EARTH 6371000.0 // m, mean radius: enough to tell units apart

typedef struct choice {
    const vg_map_taken *speed, *x;
    double path, sum; // m or the position's unit; the speed's unit times s
} choice;

static double factor(const char *unit, const char *of) {
    static const struct {
        const char *name, *of;
        double factor;
    } units[] = {
#define X(name, of, factor, shift) {name, of, factor},
        VG_UNITS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].name, unit) == 0 && strcmp(units[i].of, of) == 0) return units[i].factor;
    return 1;
}

static const vg_map_taken *taken(const vg_map_reading *r, vg_quantity quantity) {
    for (int k = 0; k < r->taken_count; k++)
        if (r->out->columns[r->taken[k].place].quantity == quantity) return &r->taken[k];
    return NULL;
}

// The length of the path over rows with positions, and the speeds' sum over the same time.
static void measure(const vg_map_reading *r, choice *c) {
    const vg_telemetry *t = r->out;
    bool plane = c->x != NULL;
    const vg_telemetry_column *a = vg_telemetry_find(t, plane ? VG_QUANTITY_X : VG_QUANTITY_LONGITUDE);
    const vg_telemetry_column *b = vg_telemetry_find(t, plane ? VG_QUANTITY_Y : VG_QUANTITY_LATITUDE);
    const double *time = vg_telemetry_find(t, VG_QUANTITY_TIME)->values;
    const double *speed = t->columns[c->speed->place].values;
    double degree = EARTH * 0.017453292519943295;
    double fa = plane ? 1 : degree * factor(a->unit, "deg"), fb = plane ? 1 : degree * factor(b->unit, "deg");
    int32_t before = -1;
    for (int32_t i = 0; i < t->rows; i++) {
        if (isnan(a->values[i]) || isnan(b->values[i]) || isnan(speed[i])) continue;
        double step = before < 0 ? 0 : time[i] - time[before];
        if (before >= 0 && step > 0 && step < 5) {
            double dx = fa * (a->values[i] - a->values[before]), dy = fb * (b->values[i] - b->values[before]);
            if (!plane) dx *= vg_cos(0.017453292519943295 * factor(b->unit, "deg") * b->values[i]);
            c->path += sqrt(dx * dx + dy * dy);
            c->sum += fabs(speed[i] + speed[before]) / 2 * step;
        }
        before = i;
    }
}

// Is any of the pedal's values beyond 1?
static bool beyond_one(const vg_telemetry *t, int place) {
    for (int32_t i = 0; i < t->rows; i++)
        if (t->columns[place].values[i] > 1.001) return true;
    return false;
}

static void settle_pedals(vg_map_reading *r) {
    for (int k = 0; k < r->taken_count; k++) {
        const vg_map_taken *t = &r->taken[k];
        vg_telemetry_column *column = &r->out->columns[t->place];
        if (!t->units[1] ||
            (column->quantity != VG_QUANTITY_THROTTLE && column->quantity != VG_QUANTITY_BRAKE))
            continue;
        column->unit = beyond_one(r->out, t->place) ? "%" : "1";
    }
}

// --- time -------------------------------------------------------------------------------------------------

// What a logger writes and a car drives: seconds between rows, and m/s.
#define STEP_LEAST  5e-4
#define STEP_MOST   5.0
#define SPEED_LEAST 0.3
#define SPEED_MOST  150.0

// The path's length in m and the seconds between its rows, if the time is in s; false: no path.
static bool path_of(const vg_map_reading *r, double *path, double *seconds, int32_t *steps) {
    const vg_telemetry *t = r->out;
    const vg_map_taken *x = taken(r, VG_QUANTITY_X);
    const vg_telemetry_column *a = vg_telemetry_find(t, x ? VG_QUANTITY_X : VG_QUANTITY_LONGITUDE);
    const vg_telemetry_column *b = vg_telemetry_find(t, x ? VG_QUANTITY_Y : VG_QUANTITY_LATITUDE);
    const double *time = vg_telemetry_find(t, VG_QUANTITY_TIME)->values;
    if (!a || !b) return false;
    double degree = EARTH * 0.017453292519943295;
    double fa = x ? factor(a->unit, "m") : degree * factor(a->unit, "deg");
    double fb = x ? factor(b->unit, "m") : degree * factor(b->unit, "deg");
    int32_t before = -1;
    for (int32_t i = 0; i < t->rows; i++) {
        if (isnan(a->values[i]) || isnan(b->values[i])) continue;
        if (before >= 0 && time[i] > time[before]) {
            double dx = fa * (a->values[i] - a->values[before]), dy = fb * (b->values[i] - b->values[before]);
            if (!x) dx *= vg_cos(0.017453292519943295 * factor(b->unit, "deg") * b->values[i]);
            *path += sqrt(dx * dx + dy * dy), *seconds += time[i] - time[before], ++*steps;
        }
        before = i;
    }
    return *steps > 0;
}

// A time that the file tells no unit of: as seconds, unless neither its steps nor the path's speed are a
// car's then, and both are in another unit.
static void settle_time(vg_map_reading *r) {
    const vg_map_taken *t = &r->taken[r->time];
    double path = 0, seconds = 0;
    int32_t steps = 0;
    if (!t->units[1] || !r->counted || !path_of(r, &path, &seconds, &steps)) return;
    double step = seconds / steps, speed = path / seconds;
    if ((step >= STEP_LEAST && step <= STEP_MOST) || (speed >= SPEED_LEAST && speed <= SPEED_MOST)) return;
    vg_telemetry_column *column = &r->out->columns[t->place];
    for (int i = 1; i < VG_MAP_UNITS_MOST && t->units[i]; i++) {
        double scale = factor(t->units[i], "s"), in = step * scale, at = speed / scale;
        if (in < STEP_LEAST || in > STEP_MOST || at < SPEED_LEAST || at > SPEED_MOST) continue;
        for (int32_t k = 0; k < r->out->rows; k++) column->values[k] *= scale;
        vg_track_warn(r->source->warnings, "%s: %s is taken as %s: %.3g s between rows then, and %.3g m/s",
                      r->out->file, column->name, t->units[i], in, at);
        return;
    }
}

// Speeds and positions in units by which they agree.
static void settle_speeds(vg_map_reading *r) {
    choice c = {taken(r, VG_QUANTITY_SPEED), taken(r, VG_QUANTITY_X), 0, 0};
    const vg_map_taken *y = taken(r, VG_QUANTITY_Y);
    bool open = c.speed && (c.speed->units[1] || (c.x && c.x->units[1]));
    if (!open || (c.x && !y)) return;
    measure(r, &c);
    if (!(c.path > 0) || !(c.sum > 0)) return;
    const char *speed = NULL, *position = NULL;
    double best = AGREE;
    for (int i = 0; i < VG_MAP_UNITS_MOST && c.speed->units[i]; i++)
        for (int j = 0; j < VG_MAP_UNITS_MOST && (c.x ? c.x->units[j] != NULL : j == 0); j++) {
            double ratio =
                c.sum * factor(c.speed->units[i], "m/s") / (c.path * (c.x ? factor(c.x->units[j], "m") : 1));
            double off = ratio > 1 ? ratio : 1 / ratio;
            if (off < best) best = off, speed = c.speed->units[i], position = c.x ? c.x->units[j] : NULL;
        }
    if (!speed) return;
    vg_telemetry *out = r->out;
    out->columns[c.speed->place].unit = speed;
    if (position) out->columns[c.x->place].unit = out->columns[y->place].unit = position;
    bool first = speed == c.speed->units[0] && (!position || position == c.x->units[0]);
    if (first) return;
    vg_track_warn(r->source->warnings,
                  "%s: %s is taken as %s%s%s: so speeds and positions agree within %.0f %%", out->file,
                  out->columns[c.speed->place].name, speed, position ? ", positions as " : "",
                  position ? position : "", ceil(100 * (best - 1) + 0.01));
}

// Times that go on: clocks that begin anew with the week, the day or the hour are made to.
static void settle_clock(vg_map_reading *r) {
    const vg_map_taken *t = &r->taken[r->time];
    if (r->out->epoch != 0) return;
    if (!(r->counted && t->units[1] && vg_clock_hhmmss(r->out, r->source->warnings))) settle_time(r);
    vg_clock_unwrap(r->out, !r->counted && strcmp(t->units[0], "hhmmss") != 0, r->source->warnings);
}

static vg_err settle_globe(vg_map_reading *r, vg_diag *diag) {
    const vg_map_taken *latitude = taken(r, VG_QUANTITY_LATITUDE),
                       *longitude = taken(r, VG_QUANTITY_LONGITUDE), *speed = taken(r, VG_QUANTITY_SPEED);
    const vg_globe_marks marks = {.open = latitude && longitude && !latitude->told && !longitude->told,
                                  .letters = r->letters,
                                  .exchanged = r->exchanged > 0,
                                  .speed_units = speed ? speed->units : NULL};
    return vg_globe_settle(r->out, &marks, r->source->warnings, diag);
}

vg_err vg_map_settle_units(vg_map_reading *r, vg_diag *diag) {
    settle_clock(r);
    settle_pedals(r);
    vg_err err = settle_globe(r, diag);
    if (!err) settle_speeds(r);
    return err;
}
