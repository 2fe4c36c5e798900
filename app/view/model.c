#include "app/view/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static void free_curves(vg_view_curves *c) {
    vg_free(c->t); // all columns are one block of memory
    *c = (vg_view_curves){0};
}

void vg_view_free(vg_view *view) {
    for (int32_t g = 0; g < view->group_count; g++) {
        vg_view_group *group = &view->groups[g];
        for (int32_t d = 0; d < group->drive_count; d++) {
            vg_free(group->drives[d].moments);
            vg_free(group->drives[d].level);
        }
        vg_free(group->drives);
        free_curves(&group->curves);
    }
    for (int32_t r = 0; r < view->road_count; r++) vg_road_destroy(view->roads[r].road);
    vg_free(view->departures);
    vg_free(view->departure_times);
    *view = (vg_view){0};
}

int32_t vg_view_add_road(vg_view *view, vg_road *road, const char *name) {
    vg_view_road *own = &view->roads[view->road_count];
    own->road = road;
    snprintf(own->name, sizeof own->name, "%s", name);
    return view->road_count++;
}

vg_view_group *vg_view_group_of(vg_view *view, int32_t road, const char *label, const vg_car *car) {
    for (int32_t g = 0; g < view->group_count; g++)
        if (view->groups[g].road == road && strcmp(view->groups[g].label, label) == 0)
            return &view->groups[g];
    if (view->group_count == VG_VIEW_GROUPS) return NULL;
    vg_view_group *group = &view->groups[view->group_count++];
    snprintf(group->label, sizeof group->label, "%s", label);
    group->car = *car;
    group->road = road;
    return group;
}

vg_err vg_view_add_drive(const vg_view *view, vg_view_group *group, vg_moment *moments, int64_t count,
                         double stall_time, vg_diag *diag) {
    vg_view_drive drive = {.moments = moments, .count = count, .off_time = -1, .stall_time = stall_time};
    drive.level = vg_new(float, count);
    vg_view_drive *grown =
        drive.level ? vg_realloc(group->drives, group->drive_count, group->drive_count + 1, sizeof *grown)
                    : NULL;
    if (!grown) {
        vg_free(drive.level);
        vg_free(moments);
        return vg_fail_memory(diag);
    }
    for (int64_t i = 0; i < count; i++) {
        vg_road_point here = vg_road_at(view->roads[group->road].road, moments[i].state.s);
        float offset = moments[i].state.offset;
        drive.level[i] = offset / (float)(offset > 0 ? here.left : here.right);
        if (drive.off_time >= 0 || !(moments[i].events & (VG_EVENT_OFF | VG_EVENT_COLLISION))) continue;
        drive.off_time = moments[i].t;
        drive.hit = !(moments[i].events & VG_EVENT_OFF);
    }
    group->drives = grown;
    group->drives[group->drive_count++] = drive;
    return VG_OK;
}

int32_t vg_view_cars_on(const vg_view *view, int32_t road) {
    int32_t n = 0;
    for (int32_t c = 0; c < view->car_count; c++) n += vg_view_road_of(view, c) == road;
    return n;
}

// A car that may go so that a road without a car gets one; -1: none.
static int32_t spare_car(const vg_view *view, int32_t road) {
    if (vg_view_cars_on(view, road) > 0) return -1;
    for (int32_t c = view->car_count - 1; c >= 0; c--)
        if (vg_view_cars_on(view, vg_view_road_of(view, c)) > 1) return c;
    return -1;
}

bool vg_view_show(vg_view *view, const vg_view_group *group, int32_t drive, const char *label) {
    const bool room = view->car_count < VG_VIEW_CARS;
    int32_t at = room ? view->car_count++ : spare_car(view, group->road);
    if (at < 0) return false;
    vg_view_car *car = &view->cars[at];
    *car = (vg_view_car){.group = (int32_t)(group - view->groups), .drive = drive};
    snprintf(car->label, sizeof car->label, "%s", label);
    return room;
}

vg_err vg_view_curves_take(vg_view_curves *c, int32_t count, vg_diag *diag) {
    enum { COLUMNS = 7 };
    c->t = vg_new(double, (int64_t)COLUMNS *count);
    if (!c->t) return vg_fail_memory(diag);
    c->count = count;
    c->alive = c->t + count, c->low = c->alive + count, c->high = c->low + count;
    c->q50 = c->high + count, c->q90 = c->q50 + count, c->q99 = c->q90 + count;
    return VG_OK;
}

// --- poses -----------------------------------------------------------------------------------------------

const vg_view_drive *vg_view_drive_of(const vg_view *view, int32_t car) {
    return &view->groups[view->cars[car].group].drives[view->cars[car].drive];
}

int32_t vg_view_road_of(const vg_view *view, int32_t car) { return view->groups[view->cars[car].group].road; }

const vg_road *vg_view_ground_of(const vg_view *view, int32_t car) {
    return view->roads[vg_view_road_of(view, car)].road;
}

int32_t vg_view_lead(const vg_view *view, int32_t road, int32_t followed) {
    if (vg_view_road_of(view, followed) == road) return followed;
    for (int32_t c = 0; c < view->car_count; c++)
        if (vg_view_road_of(view, c) == road) return c;
    return followed;
}

double vg_view_lap_at(const vg_view *view, int32_t car, double t) {
    const vg_view_drive *drive = vg_view_drive_of(view, car);
    const vg_road *road = vg_view_ground_of(view, car);
    const vg_road_view shape = vg_road_get(road);
    const int events = shape.closed ? VG_EVENT_LAP : VG_EVENT_FINISH;
    int64_t i = vg_view_moment_at(drive, t);
    while (i > 0 && !(drive->moments[i].events & events)) i--;
    if (i == 0) return NAN;
    if (!shape.closed) return drive->off_time < 0 ? drive->moments[i].t : NAN;
    // A drive that begins on the line begins a moment behind it.
    const double missing = 0.02 * shape.length, end = drive->moments[i].t;
    double way = 0, step = 0;
    for (; i > 0 && way < shape.length && !drive->moments[i].put_back; i--) {
        step = vg_road_between(road, drive->moments[i - 1].state.s, drive->moments[i].state.s);
        way += step;
    }
    double over = step > 0 && way > shape.length ? (way - shape.length) / step : 0;
    if (way < shape.length - missing) return NAN;
    return end - drive->moments[i].t - over * (drive->moments[i + 1].t - drive->moments[i].t);
}

int64_t vg_view_moment_at(const vg_view_drive *drive, double t) {
    int64_t low = 0, high = drive->count; // the answer is in [low, high)
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (drive->moments[middle].t <= t)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static double between(double a, double b, double share) { return a + (b - a) * share; }

// Turns the shorter way round.
static double turn(double a, double b, double share) {
    double by = b - a;
    by -= 2 * VG_PI * floor(by / (2 * VG_PI) + 0.5);
    return a + by * share;
}

vg_view_pose vg_view_pose_at(const vg_view *view, int32_t car, double t) {
    const vg_view_drive *drive = vg_view_drive_of(view, car);
    int64_t i = vg_view_moment_at(drive, t);
    const vg_moment *a = &drive->moments[i], *b = i + 1 < drive->count && !a[1].put_back ? a + 1 : a;
    double share = b->t > a->t ? fmin(1, fmax(0, (t - a->t) / (b->t - a->t))) : 0;
    const vg_state *p = &a->state, *q = &b->state;
    const vg_road *road = vg_view_ground_of(view, car);
    float level = drive->level[i], next = drive->level[b - drive->moments];
    return (vg_view_pose){
        .x = between(p->x, q->x, share),
        .y = between(p->y, q->y, share),
        .yaw = turn(p->yaw, q->yaw, share),
        .s = vg_road_wrap(road, p->s + share * vg_road_between(road, p->s, q->s)),
        .speed = (float)between(p->speed, q->speed, share),
        .steer = (float)between(p->steer, q->steer, share),
        .offset = (float)between(p->offset, q->offset, share),
        .level = (float)between(level, next, share),
        .braking = p->accel<-0.5f, .off = fabsf(level)> 1 || a->events & VG_EVENT_OFF,
        .hit = a->events & VG_EVENT_COLLISION,
        .ended = i == drive->count - 1,
    };
}

uint64_t vg_view_hash(const vg_view *view) {
    uint64_t hash = 0;
    for (int32_t c = 0; c < view->car_count; c++) {
        const vg_view_drive *drive = vg_view_drive_of(view, c);
        for (int64_t i = 0; i < drive->count; i++) {
            const vg_moment *m = &drive->moments[i];
            const double places[] = {m->t, m->state.x, m->state.y, m->state.yaw, m->state.s};
            const float motion[] = {m->state.speed, m->state.steer, m->state.offset};
            hash = vg_hash_double(hash, places, sizeof places / sizeof *places);
            hash = vg_hash_float(hash, motion, sizeof motion / sizeof *motion);
        }
    }
    return hash;
}
