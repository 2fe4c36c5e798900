#include "agents/drive/pace.h"

#include <math.h>

#include "sim/base/memory.h"

vg_err vg_pace_open(const vg_road *road, int32_t count, vg_pace *out, vg_diag *diag) {
    vg_road_view view = vg_road_get(road);
    *out = (vg_pace){vg_new(float, count), count, count / view.length, view.length, view.closed};
    return out->speed ? VG_OK : vg_fail_memory(diag);
}

void vg_pace_free(vg_pace *pace) {
    vg_free(pace->speed);
    *pace = (vg_pace){0};
}

float vg_pace_at(const vg_pace *p, double s) {
    double at = s * p->bins_a_metre, whole = floor(at);
    int32_t k = whole < 0 ? 0 : whole >= p->count ? p->count - 1 : (int32_t)whole;
    int32_t next = k + 1 < p->count ? k + 1 : p->closed ? 0 : k;
    float share = (float)(at - k);
    return p->speed[k] + share * (p->speed[next] - p->speed[k]);
}

// --- the careful driver ----------------------------------------------------------------------------------

// What a careful driver uses of a car.
typedef struct care {
    double grip, downforce;    // m/s^2, 1/m
    double braking, gathering; // m/s^2
    double top;                // m/s
} care;

// Where the drive only just overcomes rolling and air, or the cap. By bisection.
static double top_speed(const vg_car *car) {
    double low = 0, high = car->speed_max;
    for (int i = 0; i < 40 && car->power > 0; i++) {
        double v = (low + high) / 2, over = car->power - (car->rolling + car->drag * v * v) * v;
        *(over > 0 ? &low : &high) = v;
    }
    return high;
}

static care care_of(const vg_car *car) {
    double along = vg_car_grip_along(car, 0);
    return (care){
        .grip = 0.5 * (car->lateral_max > 0 ? car->lateral_max : car->brake_max),
        .downforce = 0.5 * car->downforce,
        .braking = 0.5 * fmin(car->brake_max, along),
        .gathering = 0.5 * fmin(car->accel_max, along),
        .top = top_speed(car),
    };
}

// The square of the speed at which a bend takes all of the grip.
static double bend_limit(const care *c, double curvature) {
    double bend = fabs(curvature) - c->downforce;
    return c->grip / (bend > 1e-6 ? bend : 1e-6);
}

// m between the places that are looked at. A road whose nodes are much closer has bends that a metre would
// miss.
static double step_of(const vg_road *road) {
    double spacing = vg_road_get(road).spacing;
    return spacing < 0.6 ? spacing : 1;
}

// The least of `square` and the squared speeds from which every curvature in one direction (+1: ahead) is
// reached with a change of speed of `rate`.
static double limit_by_bends(const vg_road *road, double s, double direction, const care *c, double rate,
                             double square) {
    double length = vg_road_get(road).length, step = step_of(road);
    for (double away = 0; 2 * rate * away < square && away < length; away += step) {
        double there = bend_limit(c, vg_road_at(road, s + direction * away).curvature) + 2 * rate * away;
        if (there < square) square = there;
    }
    return square;
}

float vg_careful_speed(const vg_road *road, const vg_car *car, double s) {
    care c = care_of(car);
    double square = c.top * c.top;
    square = limit_by_bends(road, s, 1, &c, c.braking, square);
    square = limit_by_bends(road, s, -1, &c, c.gathering, square);
    return (float)sqrt(square);
}

// Speeds (their squares) fall by at most 2 * rate * metres from bin to bin, in one direction. On a closed
// road twice round, so that the slowest place is felt everywhere.
static void pass_over(vg_pace *p, int32_t direction, double rate) {
    int32_t n = p->count, rounds = p->closed ? 2 : 1;
    double step = 2 * rate / p->bins_a_metre;
    double last = INFINITY;
    for (int32_t i = 0; i < rounds * n; i++) {
        float *square = &p->speed[direction > 0 ? i % n : n - 1 - i % n];
        if ((double)*square > last + step) *square = (float)(last + step);
        last = (double)*square;
    }
}

vg_err vg_pace_careful(const vg_road *road, const vg_car *car, vg_pace *out, vg_diag *diag) {
    vg_err err = vg_pace_open(road, (int32_t)ceil(vg_road_get(road).length / step_of(road)), out, diag);
    if (err) return err;
    care c = care_of(car);
    for (int32_t k = 0; k < out->count; k++) {
        double square = bend_limit(&c, vg_road_at(road, k / out->bins_a_metre).curvature);
        out->speed[k] = (float)fmin(square, c.top * c.top);
    }
    pass_over(out, -1, c.braking);
    pass_over(out, 1, c.gathering);
    for (int32_t k = 0; k < out->count; k++) out->speed[k] = sqrtf(out->speed[k]);
    return VG_OK;
}

// --- driving at a pace -----------------------------------------------------------------------------------

void vg_pace_step(vg_pace_drive *d, double seconds) {
    float faster = d->speed + d->accel * (float)seconds, there = vg_pace_at(d->pace, d->s);
    d->speed = faster < there ? faster : there;
    double metres = (double)d->speed * seconds;
    if (!d->pace->closed && d->s + metres > d->pace->length) metres = fmax(0, d->pace->length - d->s);
    d->s += metres, d->progress += metres;
    if (d->pace->closed && d->s >= d->pace->length) d->s -= d->pace->length;
}
