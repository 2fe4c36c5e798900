#include "agents/irl/lattice.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "agents/drive/pace.h"
#include "agents/irl/lattice_private.h"
#include "sim/base/memory.h"

enum { OFFSETS = VG_LATTICE_OFFSETS, SLOPES = VG_LATTICE_SLOPES, SPEEDS = VG_LATTICE_SPEEDS };

int32_t vg_lattice_next(int32_t state, int32_t action) {
    int32_t slope = vg_lattice_slope(state) + action / 3 - 1,
            speed = vg_lattice_speed(state) + action % 3 - 1;
    int32_t offset = vg_lattice_offset(state) + slope;
    if (slope < -3 || slope > 3 || speed < 0 || speed >= SPEEDS || offset < 0 || offset >= OFFSETS) return -1;
    return vg_lattice_state(offset, slope, speed);
}

int32_t vg_lattice_stations(const vg_lattice_def *def, double *spacing) {
    vg_road_view road = vg_road_get(def->road);
    double wanted = def->spacing, width = 0;
    if (!(wanted > 0)) {
        for (int32_t i = 0; i < road.count; i++) width += (double)road.left[i] + (double)road.right[i];
        wanted = fmin(fmax(10 * sqrt(width / road.count / 8), 5), 15) * (double)vg_car_scale(def->car);
    }
    double steps = fmin(fmax(floor(road.length / wanted + 0.5), 1), 1e9);
    *spacing = road.length / steps;
    return (int32_t)steps + !road.closed;
}

vg_lattice_view vg_lattice_get(const vg_lattice *lattice) { return lattice->view; }

// --- making ------------------------------------------------------------------------------------------------

static vg_err check(const vg_lattice_def *def, int32_t count, vg_diag *diag) {
    if (!(def->spacing >= 0) || isinf(def->spacing))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "spacing", "%g; expected above 0 m", def->spacing);
    if (count < 8 || count > VG_LATTICE_STATIONS_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a road of %.1f m has %d stations of the lattice; expected 8 to %d",
                       vg_road_get(def->road).length, count, VG_LATTICE_STATIONS_MOST);
    if (!(def->slowest >= 0.05 && def->fastest <= 10 && def->slowest < def->fastest))
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "speeds from %g to %g of the pace; expected rising shares between 0.05 and 10",
                       def->slowest, def->fastest);
    for (int32_t i = 0; i < count && def->pace; i++)
        if (!(def->pace[i] > 0) || isinf(def->pace[i]))
            return vg_fail(diag, VG_ERR_ARGUMENT, "the pace at station %d is %g; expected above 0 m/s", i,
                           def->pace[i]);
    return VG_OK;
}

static vg_err allocate(vg_lattice *l, vg_diag *diag) {
    int64_t count = l->view.count;
    l->view.offsets = l->offsets = vg_new(double, count *OFFSETS);
    l->view.speeds = l->speeds = vg_new(double, count *SPEEDS);
    l->curvature = vg_new(double, count);
    l->widths = vg_new(double, 2 * count);
    l->stations = vg_new(vg_lattice_station, count);
    return l->offsets && l->speeds && l->curvature && l->widths && l->stations ? VG_OK : vg_fail_memory(diag);
}

// The mean curvature around s: over one spacing, less at an open road's ends.
static double mean_curvature(const vg_road *road, double s, double spacing) {
    vg_road_view view = vg_road_get(road);
    double from = s - spacing / 2, to = s + spacing / 2;
    if (!view.closed) from = fmax(from, 0), to = fmin(to, view.length);
    double turn = vg_road_at(road, to).heading - vg_road_at(road, from).heading;
    if (turn > M_PI) turn -= 2 * M_PI;
    if (turn <= -M_PI) turn += 2 * M_PI;
    return turn / (to - from);
}

static void place_stations(vg_lattice *l, const vg_lattice_def *def, const vg_pace *pace) {
    for (int32_t i = 0; i < l->view.count; i++) {
        double s = i * l->view.spacing, base = def->pace ? def->pace[i] : (double)vg_pace_at(pace, s);
        vg_road_point at = vg_road_at(def->road, s);
        l->curvature[i] = mean_curvature(def->road, s, l->view.spacing);
        l->widths[2 * i] = at.right, l->widths[2 * i + 1] = at.left;
        for (int32_t o = 0; o < OFFSETS; o++)
            l->offsets[i * OFFSETS + o] = (o - 10) / 10.0 * (o < 10 ? at.right : at.left);
        for (int32_t v = 0; v < SPEEDS; v++) {
            double share = def->slowest + (def->fastest - def->slowest) * v / (SPEEDS - 1);
            l->speeds[i * SPEEDS + v] = fmin(base * share, (double)def->car->speed_max);
        }
    }
}

// --- features ----------------------------------------------------------------------------------------------

// A station's neighbours; an open road goes on as it ends.
static int32_t station_at(const vg_lattice *l, int32_t station) {
    int32_t count = l->view.count;
    if (l->view.closed) return ((station % count) + count) % count;
    return station < 0 ? 0 : station >= count ? count - 1 : station;
}

// An offset's metres, beyond the edges too.
static double metres_at(const vg_lattice *l, int32_t station, int32_t offset) {
    return (offset - 10) / 10.0 * l->widths[2 * station + (offset >= 10)];
}

static double beside(double curvature, double offset) {
    return curvature / fmax(1 - curvature * offset, 0.1);
}

typedef struct way {
    double length, bend, change; // metres a metre of road; 1/m; 1/m^2
} way;

static way way_of(const vg_lattice *l, int32_t station, int32_t offset, int32_t slope, int32_t turn) {
    int32_t before = station_at(l, station - 1), after = station_at(l, station + 1);
    double ds = l->view.spacing, here = metres_at(l, station, offset);
    double next = metres_at(l, after, offset + slope + turn), last = metres_at(l, before, offset - slope);
    double bend = beside(l->curvature[station], here) + ((last - here) + (next - here)) / (ds * ds);
    double middle = (l->curvature[station] + l->curvature[after]) / 2;
    double along = fmax(1 - middle * (here + next) / 2, 0.1), across = (next - here) / ds;
    return (way){sqrt(along * along + across * across), bend,
                 (bend - beside(l->curvature[before], here)) / ds};
}

// A segment on a straight line in the middle of the road.
static vg_driving_segment push_of(const vg_lattice *l, int32_t station, int32_t speed, int32_t push,
                                  vg_driving_limits *limits) {
    double from = l->speeds[station * SPEEDS + speed], ds = l->view.spacing;
    double to = l->speeds[station_at(l, station + 1) * SPEEDS + speed + push], mean = (from + to) / 2;
    double along = (to - from) * mean / ds;
    *limits = vg_driving_limits_of(&l->car, mean);
    return (vg_driving_segment){.metres = ds,
                                .seconds = ds / mean,
                                .longitudinal = along,
                                .longitudinal_jerk = along * mean / ds,
                                .half_width = 1};
}

static void set_place(const vg_lattice *l, int32_t station, int32_t offset, vg_driving_segment *segment) {
    segment->offset = metres_at(l, station, offset);
    segment->half_width = l->widths[2 * station + (offset >= 10)];
}

bool vg_lattice_features(const vg_lattice *l, int32_t station, int32_t state, int32_t action,
                         double f[VG_DRIVING_COUNT]) {
    if (vg_lattice_next(state, action) < 0) return false;
    vg_driving_limits limits;
    int32_t at = station_at(l, station), speed = vg_lattice_speed(state), push = action % 3 - 1;
    way w = way_of(l, at, vg_lattice_offset(state), vg_lattice_slope(state), action / 3 - 1);
    vg_driving_segment segment = push_of(l, at, speed, push, &limits);
    double mean = segment.metres / segment.seconds;
    segment.seconds *= w.length;
    segment.lateral = mean * mean * w.bend;
    segment.lateral_jerk = mean * mean * mean * w.change;
    segment.curvature_change = w.change;
    set_place(l, at, vg_lattice_offset(state), &segment);
    vg_driving_features(&limits, &segment, f);
    return true;
}

// The same for every action of a station, as products: what a way of bend 1 and change 1 costs.
static void fill_pushes(const vg_lattice *l, int32_t station, vg_lattice_station *to) {
    for (int32_t push = -1; push <= 1; push++)
        for (int32_t v = 0; v < SPEEDS; v++) {
            if (v + push < 0 || v + push >= SPEEDS) continue;
            vg_driving_limits limits;
            double f[VG_DRIVING_COUNT];
            vg_driving_segment segment = push_of(l, station, v, push, &limits);
            double mean = segment.metres / segment.seconds;
            segment.lateral = mean * mean;
            segment.lateral_jerk = mean * mean * mean;
            segment.curvature_change = 1;
            vg_driving_features(&limits, &segment, f);
            to->push[0][push + 1][v] = f[VG_DRIVING_time];
            to->push[1][push + 1][v] = f[VG_DRIVING_lateral_acceleration];
            to->push[2][push + 1][v] = f[VG_DRIVING_lateral_jerk];
            to->push[3][push + 1][v] = f[VG_DRIVING_curvature_change];
            to->push[4][push + 1][v] = f[VG_DRIVING_longitudinal_acceleration];
            to->push[5][push + 1][v] = f[VG_DRIVING_longitudinal_jerk];
        }
}

static void fill_ways(const vg_lattice *l, int32_t station, vg_lattice_station *to) {
    for (int32_t o = 0; o < OFFSETS; o++) {
        vg_driving_limits limits;
        double f[VG_DRIVING_COUNT];
        vg_driving_segment segment = push_of(l, station, 0, 0, &limits);
        set_place(l, station, o, &segment);
        vg_driving_features(&limits, &segment, f);
        to->place[o][0] = f[VG_DRIVING_offset], to->place[o][1] = f[VG_DRIVING_edge];
        for (int32_t slope = -3; slope <= 3; slope++)
            for (int32_t turn = -1; turn <= 1; turn++) {
                way w = way_of(l, station, o, slope, turn);
                double *x = to->way[(o * SLOPES + slope + 3) * 3 + turn + 1];
                x[0] = w.length, x[1] = w.bend * w.bend, x[2] = w.change * w.change;
            }
    }
}

// Bounds of the features, from the largest of each factor.
static void bound(vg_lattice *l, const vg_lattice_station *station) {
    double way[3] = {0}, push[6] = {0};
    for (int32_t w = 0; w < VG_LATTICE_WAYS; w++)
        for (int32_t k = 0; k < 3; k++) way[k] = fmax(way[k], station->way[w][k]);
    for (int32_t k = 0; k < 6; k++)
        for (int32_t i = 0; i < 3 * SPEEDS; i++)
            push[k] = fmax(push[k], station->push[k][i / SPEEDS][i % SPEEDS]);
    double *most = l->most;
    most[VG_DRIVING_time] = fmax(most[VG_DRIVING_time], way[0] * push[0]);
    most[VG_DRIVING_lateral_acceleration] = fmax(most[VG_DRIVING_lateral_acceleration], way[1] * push[1]);
    most[VG_DRIVING_lateral_jerk] = fmax(most[VG_DRIVING_lateral_jerk], way[2] * push[2]);
    most[VG_DRIVING_curvature_change] = fmax(most[VG_DRIVING_curvature_change], way[2] * push[3]);
    most[VG_DRIVING_longitudinal_acceleration] = fmax(most[VG_DRIVING_longitudinal_acceleration], push[4]);
    most[VG_DRIVING_longitudinal_jerk] = fmax(most[VG_DRIVING_longitudinal_jerk], push[5]);
    most[VG_DRIVING_offset] = most[VG_DRIVING_edge] = l->view.spacing;
}

static vg_err fill(vg_lattice *l, const vg_lattice_def *def, vg_diag *diag) {
    vg_pace pace = {0};
    vg_err err = def->pace ? VG_OK : vg_pace_careful(def->road, def->car, &pace, diag);
    if (!err) err = allocate(l, diag);
    if (!err) {
        place_stations(l, def, &pace);
        for (int32_t i = 0; i < l->view.count; i++) {
            fill_ways(l, i, &l->stations[i]);
            fill_pushes(l, i, &l->stations[i]);
            bound(l, &l->stations[i]);
        }
    }
    vg_pace_free(&pace);
    return err;
}

vg_err vg_lattice_create(const vg_lattice_def *wanted, vg_lattice **out, vg_diag *diag) {
    vg_lattice_def def = *wanted;
    *out = NULL;
    if (def.slowest == 0) def.slowest = 0.6;
    if (def.fastest == 0) def.fastest = 1.6;
    double spacing;
    int32_t count = vg_lattice_stations(&def, &spacing);
    vg_err err = check(&def, count, diag);
    if (err) return err;
    vg_lattice *l = vg_new(vg_lattice, 1);
    if (!l) return vg_fail_memory(diag);
    l->view = (vg_lattice_view){.count = count, .closed = vg_road_get(def.road).closed, .spacing = spacing};
    l->car = *def.car;
    err = fill(l, &def, diag);
    if (err)
        vg_lattice_destroy(l);
    else
        *out = l;
    return err;
}

void vg_lattice_destroy(vg_lattice *l) {
    if (!l) return;
    vg_free(l->offsets);
    vg_free(l->speeds);
    vg_free(l->curvature);
    vg_free(l->widths);
    vg_free(l->stations);
    vg_free(l);
}
