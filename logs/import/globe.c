#include "logs/import/globe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"

#define AGREE  0.03      // of the path: speeds that agree so well decide between two ways
#define FAR    0.3       // speeds that are so far off contradict
#define STEP   5.0       // s: a path over longer gaps is not compared
#define EARTH  6371000.0 // m, mean radius: enough to tell ways apart
#define DEGREE 0.017453292519943295

// The ways to write a position. X(NAME, unit, what it is called)
#define NOTATIONS(X)                                                                                         \
    X(DEG, "deg", "degrees")                                                                                 \
    X(EXCHANGED, "deg", "exchanged")                                                                         \
    X(DDMM, "ddmm", "degrees and minutes (ddmm.mmmm)")                                                       \
    X(ARCMIN, "arcmin", "minutes of arc")                                                                    \
    X(E6, "1e-6 deg", "millionths of a degree")                                                              \
    X(E7, "1e-7 deg", "ten millionths of a degree")                                                          \
    X(RAD, "rad", "radians")
typedef enum notation {
#define X(name, unit, text) name,
    NOTATIONS(X)
#undef X
        COUNT
} notation;

static const struct {
    const char *unit, *text;
} notations[COUNT] = {
#define X(name, unit, text) {unit, text},
    NOTATIONS(X)
#undef X
};

typedef struct globe {
    const vg_telemetry *t;
    vg_telemetry_column *latitude, *longitude; // as the file names them
    const vg_telemetry_column *speed;          // NULL: none
    const vg_globe_marks *marks;
} globe;

// 5204.36 is 52 degrees and 4.36 minutes; NAN: it is none.
static double from_ddmm(double value) {
    double size = fabs(value), whole = floor(size / 100), minutes = size - 100 * whole;
    return minutes < 60 ? copysign(whole + minutes / 60, value) : NAN;
}

// A position in degrees; false: it is none in this notation.
static bool read(notation n, double a, double b, double *latitude, double *longitude) {
    static const double factors[COUNT] = {1, 1, 0, 1 / 60.0, 1e-6, 1e-7, 1 / DEGREE};
    if (n == DDMM)
        *latitude = from_ddmm(a), *longitude = from_ddmm(b);
    else
        *latitude = factors[n] * a, *longitude = factors[n] * b;
    if (n == EXCHANGED) *latitude = b, *longitude = a;
    // Whole numbers as small as these would be a few metres from the equator.
    if ((n == E6 || n == E7) && (fabs(a) < 9e3 || a != floor(a) || b != floor(b))) return false;
    return fabs(*latitude) <= 90 && fabs(*longitude) <= (n == DEG ? 360 : 180.0001);
}

// The next row with a position; a receiver without a fix writes 0 and 0.
static bool next_fix(const globe *g, int32_t *row) {
    const double *a = g->latitude->values, *b = g->longitude->values;
    for (++*row; *row < g->t->rows; ++*row)
        if (!isnan(a[*row]) && !isnan(b[*row]) && !(a[*row] == 0 && b[*row] == 0)) return true;
    return false;
}

// Rows that are positions in this notation.
static int32_t count(const globe *g, notation n) {
    int32_t found = 0;
    double latitude, longitude;
    for (int32_t i = -1; next_fix(g, &i);)
        found += read(n, g->latitude->values[i], g->longitude->values[i], &latitude, &longitude);
    return found;
}

// The path's length in m, and what the speeds add up to in their unit.
static void measure(const globe *g, notation n, double *path, double *sum) {
    const double *time = vg_telemetry_find(g->t, VG_QUANTITY_TIME)->values, *speed = g->speed->values;
    double before[2] = {0}, now[2];
    *path = *sum = 0;
    for (int32_t i = -1, last = -1; next_fix(g, &i);) {
        if (!read(n, g->latitude->values[i], g->longitude->values[i], &now[0], &now[1]) || isnan(speed[i]))
            continue;
        double step = last < 0 ? 0 : time[i] - time[last];
        if (step > 0 && step < STEP) {
            double north = now[0] - before[0],
                   east = (now[1] - before[1]) * vg_cos(fmin(89.9, fabs(now[0])) * DEGREE);
            *path += EARTH * DEGREE * sqrt(north * north + east * east);
            *sum += fabs(speed[i] + speed[last]) / 2 * step;
        }
        memcpy(before, now, sizeof now);
        last = i;
    }
}

static double metres_a_second(const char *unit) {
#define X(name, of, factor, shift)                                                                           \
    if (strcmp(unit, name) == 0 && strcmp(of, "m/s") == 0) return factor;
    VG_UNITS(X)
#undef X
    return 1;
}

// How far the speeds are from the path in this notation, as a share: in the best of their units. INFINITY:
// there are none.
static double off(const globe *g, notation n) {
    const char *own[] = {g->speed ? g->speed->unit : NULL, NULL};
    const char *const *units =
        g->marks->speed_units && g->marks->speed_units[0] ? g->marks->speed_units : own;
    double path, sum, best = INFINITY;
    if (!g->speed) return INFINITY;
    measure(g, n, &path, &sum);
    if (!(path > 0) || !(sum > 0)) return INFINITY;
    for (; *units; units++) {
        double ratio = path / (sum * metres_a_second(*units));
        best = fmin(best, ratio > 1 ? ratio - 1 : 1 / ratio - 1);
    }
    return best;
}

// --- what is done -----------------------------------------------------------------------------------------

static void exchange(globe *g) {
    g->latitude->quantity = VG_QUANTITY_LONGITUDE, g->longitude->quantity = VG_QUANTITY_LATITUDE;
    vg_telemetry_column *column = g->latitude;
    g->latitude = g->longitude, g->longitude = column;
}

static vg_err convert_minutes(vg_telemetry *t, vg_telemetry_column *column, vg_diag *diag) {
    for (int32_t i = 0; i < t->rows; i++) {
        double value = column->values[i];
        if (isnan(value)) continue;
        column->values[i] = from_ddmm(value);
        if (isnan(column->values[i]))
            return vg_fail_at(diag, VG_ERR_FORMAT, t->file, t->lines[i], column->name,
                              "found %.9g; expected degrees and minutes (ddmm.mmmm), minutes below 60",
                              value);
    }
    column->unit = "deg";
    return VG_OK;
}

static bool is_ddmm(const vg_telemetry_column *column) { return strcmp(column->unit, "ddmm") == 0; }

static void tell_exchange(const globe *g, const char *why, const vg_warnings *warnings) {
    vg_track_warn(warnings,
                  "%s: latitude and longitude are exchanged: %s is taken as the longitude and %s as the "
                  "latitude, for %s",
                  g->t->file, g->latitude->name, g->longitude->name, why);
}

static void take(globe *g, notation n, const vg_warnings *warnings) {
    int32_t row = -1;
    char why[80];
    double latitude = 0, longitude = 0;
    if (n == DEG || !next_fix(g, &row)) return;
    double a = g->latitude->values[row], b = g->longitude->values[row];
    if (n == EXCHANGED) {
        snprintf(why, sizeof why, "%.9g is no latitude", a);
        tell_exchange(g, why, warnings);
        exchange(g);
        return;
    }
    (void)read(n, a, b, &latitude, &longitude);
    vg_track_warn(warnings, "%s: %s and %s are taken as %s: %.9g, %.9g are %.6f, %.6f degrees then",
                  g->t->file, g->latitude->name, g->longitude->name, notations[n].text, a, b, latitude,
                  longitude);
    g->latitude->unit = g->longitude->unit = notations[n].unit;
}

// The only notation of `possible` with which the speeds agree; COUNT: none or several do.
static notation by_speed(const globe *g, const bool possible[COUNT]) {
    notation found = COUNT;
    for (int n = 0; n < COUNT; n++) {
        if (!possible[n] || !(off(g, (notation)n) < AGREE)) continue;
        if (found != COUNT) return COUNT;
        found = (notation)n;
    }
    return found;
}

static vg_err refuse(const globe *g, const bool possible[COUNT], vg_diag *diag) {
    char text[240] = "";
    int32_t row = -1;
    (void)next_fix(g, &row);
    for (int n = DDMM; n < RAD; n++) {
        size_t used = strlen(text);
        if (possible[n])
            snprintf(text + used, sizeof text - used, "%s%s (unit: %s)", used ? ", or " : "",
                     notations[n].text, notations[n].unit);
    }
    return vg_fail_at(
        diag, VG_ERR_FORMAT, g->t->file, g->t->lines[row], g->latitude->name,
        "found %.9g; expected degrees, -90 to 90. It may be %s, and no speeds decide: say which in "
        "a column map (--map), for latitude and longitude",
        g->latitude->values[row], text);
}

// Positions that may be degrees are some. Radians are, too: but then the speeds are 57 times the path's.
static void check_degrees(globe *g, const vg_warnings *warnings) {
    double as_is = off(g, DEG), as_radians = off(g, RAD), exchanged = off(g, EXCHANGED);
    if (!isfinite(as_is) || as_is < AGREE) return;
    if (g->marks->open && as_is > FAR && as_radians < AGREE && count(g, RAD) == count(g, DEG))
        take(g, RAD, warnings);
    else if (exchanged < AGREE && count(g, EXCHANGED) == count(g, DEG))
        vg_track_warn(
            warnings,
            "%s: with %s and %s exchanged the path would agree with the speeds within %.0f %%, as they "
            "are it is %.0f %% off: are they the wrong way round? A column map (--map) can name them so",
            g->t->file, g->latitude->name, g->longitude->name, ceil(100 * exchanged + 0.01), 100 * as_is);
}

static vg_err choose(globe *g, const vg_warnings *warnings, vg_diag *diag) {
    bool possible[COUNT] = {false};
    int32_t fixes = 0, row = -1, found = 0;
    notation only = COUNT;
    while (next_fix(g, &row)) fixes++;
    int32_t degrees = count(g, DEG);
    if (fixes == 0) return VG_OK;
    if (degrees > 0) { // a single one that is none is told by the check of ranges
        if (degrees == fixes) check_degrees(g, warnings);
        return VG_OK;
    }
    for (int n = EXCHANGED; n < RAD; n++) {
        possible[n] = (n == EXCHANGED || g->marks->open) && count(g, (notation)n) == fixes;
        if (possible[n]) only = (notation)n, found++;
    }
    // Any other reading of the numbers that an exchanged pair has lies in the Gulf of Guinea.
    if (possible[EXCHANGED]) only = EXCHANGED, found = 1;
    if (found > 1 && g->marks->letters && possible[DDMM]) only = DDMM, found = 1;
    if (found > 1) only = by_speed(g, possible);
    if (found > 1 && only == COUNT) return refuse(g, possible, diag);
    if (found) take(g, only, warnings);
    return VG_OK;
}

vg_err vg_globe_settle(vg_telemetry *telemetry, const vg_globe_marks *marks, const vg_warnings *warnings,
                       vg_diag *diag) {
    globe g = {.t = telemetry, .speed = vg_telemetry_find(telemetry, VG_QUANTITY_SPEED), .marks = marks};
    for (int32_t i = 0; i < telemetry->count; i++) {
        vg_telemetry_column *column = &telemetry->columns[i];
        if (column->quantity == VG_QUANTITY_LATITUDE) g.latitude = column;
        if (column->quantity == VG_QUANTITY_LONGITUDE) g.longitude = column;
    }
    if (!g.latitude || !g.longitude) return VG_OK;
    if (marks->exchanged) {
        tell_exchange(&g, "their letters say so", warnings);
        exchange(&g);
    }
    if (strcmp(g.latitude->unit, "deg") == 0 && strcmp(g.longitude->unit, "deg") == 0) {
        vg_err err = choose(&g, warnings, diag);
        if (err) return err;
    }
    vg_err err = is_ddmm(g.latitude) ? convert_minutes(telemetry, g.latitude, diag) : VG_OK;
    return !err && is_ddmm(g.longitude) ? convert_minutes(telemetry, g.longitude, diag) : err;
}
