// sim/road_obstacles.c -- a road with its obstacles: where they stand on it, and what room they leave.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/road_private.h"

static const double NO_ROOM = 0.05; // m: less is none

// A line across the road at an arc length, from its right edge to its left one.
typedef struct section {
    double x, y, ux, uy; // the centreline's point; to the left
    double left, right;
} section;

static section section_at(const vg_road *road, double s) {
    vg_road_point point = vg_road_at(road, s);
    double sine, cosine;
    vg_sincos(point.heading, &sine, &cosine);
    return (section){point.x, point.y, -sine, cosine, point.left, point.right};
}

// The offsets of a section that are inside an obstacle; false: none of those between the edges.
static bool cover(const section *at, const vg_road_obstacle *o, double *low, double *high) {
    double dx = o->shape.x - at->x, dy = o->shape.y - at->y, most = fmax(at->left, at->right) + o->reach;
    if (dx * dx + dy * dy > most * most) return false;
    if (!vg_obstacle_across(&o->shape, at->x, at->y, at->ux, at->uy, low, high)) return false;
    return *low<at->left && * high> - at->right;
}

static int by_low(const void *a, const void *b) {
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

// The widest piece of a section that no obstacle covers, m. covers: memory for [count][2].
static double widest_room(const vg_road *road, const section *at, double (*covers)[2]) {
    int32_t n = 0;
    for (int32_t k = 0; k < road->obstacle_count; k++)
        n += cover(at, &road->obstacles[k], &covers[n][0], &covers[n][1]);
    qsort(covers, (size_t)n, sizeof *covers, by_low);
    double room = 0, free_from = -at->right;
    for (int32_t k = 0; k < n; k++) {
        room = fmax(room, covers[k][0] - free_from);
        free_from = fmax(free_from, covers[k][1]);
    }
    return fmax(room, at->left - free_from);
}

// What an obstacle takes of the road, by sections close to each other.
static vg_err measure(vg_road *road, vg_road_obstacle *o, double (*covers)[2], int64_t line, vg_diag *diag) {
    double window = fmin(4 * o->reach + 1, road->length / 2), step = fmin(window / 64, 0.5);
    bool found = false;
    for (double along = -window; along <= window; along += step) {
        double low, high, s = o->s + along;
        if (!road->view.closed && (s < 0 || s > road->length)) continue;
        section at = section_at(road, s);
        if (!cover(&at, o, &low, &high)) continue;
        if (!found) o->before = -along + step, o->right = low, o->left = high;
        found = true;
        o->after = along + step;
        o->right = fmin(o->right, low), o->left = fmax(o->left, high);
        double room = widest_room(road, &at, covers);
        if (room < NO_ROOM)
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, line, "obstacle",
                              "blocks the whole road at %.1f m; expected a way past it",
                              vg_road_wrap(road, s));
        if (room < road->passage) road->passage = room, road->passage_at = vg_road_wrap(road, s);
    }
    if (!found)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, line, "obstacle",
                          "at (%g, %g) lies off the road, %.1f m from its centreline; expected a part of it "
                          "between the edges",
                          o->shape.x, o->shape.y, fabs(o->offset));
    return VG_OK;
}

// The place where a car starts, and where it finishes, stays free: as far as the road is wide.
static vg_err check_ends(const vg_road *road, const vg_obstacle *o, int64_t line, vg_diag *diag) {
    double ends[] = {0, road->length};
    for (int k = 0; k < (road->view.closed ? 1 : 2); k++) {
        vg_road_point end = vg_road_at(road, ends[k]);
        double gap = vg_obstacle_gap(o, end.x, end.y), wide = end.left + end.right;
        if (gap < wide)
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, line, "obstacle",
                              "is %.1f m from the road's %s; expected at least its width there, %.1f m", gap,
                              k ? "end" : "start", wide);
    }
    return VG_OK;
}

static int by_place(const void *a, const void *b) {
    const vg_road_obstacle *one = a, *other = b;
    if (one->s != other->s) return one->s < other->s ? -1 : 1;
    return (one->offset > other->offset) - (one->offset < other->offset);
}

static vg_err place_all(vg_road *road, vg_diag *diag) {
    for (int32_t k = 0; k < road->obstacle_count; k++) {
        vg_road_obstacle *o = &road->obstacles[k];
        o->shape = road->source.obstacles[k];
        vg_err err = vg_obstacle_check(&o->shape, k + 1, diag);
        if (!err) err = check_ends(road, &o->shape, k + 1, diag);
        if (err) return err;
        vg_road_place place = vg_road_locate(road, o->shape.x, o->shape.y);
        o->s = place.s, o->offset = place.offset, o->reach = vg_obstacle_reach(&o->shape);
    }
    double(*covers)[2] = vg_alloc(road->obstacle_count, sizeof *covers);
    if (!covers) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (int32_t k = 0; k < road->obstacle_count && !err; k++) {
        err = measure(road, &road->obstacles[k], covers, k + 1, diag);
        road->obstacle_tail = fmax(road->obstacle_tail, road->obstacles[k].after);
    }
    vg_free(covers);
    return err;
}

static vg_err take_obstacles(vg_road *road, const vg_road_def *def, vg_diag *diag) {
    int32_t n = def->obstacle_count;
    if (n == 0) return VG_OK;
    if (n < 0 || n > VG_OBSTACLES_MOST || !def->obstacles)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "obstacle", "%d of them, expected at most %d", n,
                          VG_OBSTACLES_MOST);
    road->obstacle_source = vg_new(vg_obstacle, n);
    road->obstacles = vg_new(vg_road_obstacle, n);
    if (!road->obstacle_source || !road->obstacles) return vg_fail_memory(diag);
    memcpy(road->obstacle_source, def->obstacles, (size_t)n * sizeof *def->obstacles);
    road->source.obstacles = road->obstacle_source, road->source.obstacle_count = road->obstacle_count = n;
    vg_err err = place_all(road, diag);
    if (err) return err;
    qsort(road->obstacles, (size_t)n, sizeof *road->obstacles, by_place);
    road->view.obstacles = road->obstacles, road->view.obstacle_count = n;
    return VG_OK;
}

vg_err vg_road_create(const vg_road_def *def, vg_road **out, vg_diag *diag) {
    vg_err err = vg_road_make(def, out, diag);
    if (!err) err = take_obstacles(*out, def, diag);
    if (err) {
        vg_road_destroy(*out);
        *out = NULL;
        return err;
    }
    const vg_road_def *source = &(*out)->source;
    (*out)->hash = vg_obstacles_hash((*out)->hash, source->obstacles, source->obstacle_count);
    return VG_OK;
}

// --- reading them ----------------------------------------------------------------------------------------

double vg_road_passage(const vg_road *road) { return road->passage; }
double vg_road_passage_at(const vg_road *road) { return road->passage_at; }

// The first obstacle whose middle is at or after s, or the count.
static int32_t first_from(const vg_road *road, double s) {
    int32_t low = 0, high = road->obstacle_count;
    while (low < high) {
        int32_t middle = (low + high) / 2;
        if (road->obstacles[middle].s < s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int32_t vg_road_ahead(const vg_road *road, double s, double behind, double ahead, int32_t most,
                      vg_road_ahead_of *out) {
    int32_t n = road->obstacle_count, found = 0;
    if (n == 0) return 0;
    bool closed = road->view.closed;
    if (closed) behind = fmin(behind, road->length / 2), ahead = fmin(ahead, road->length / 2);
    double from = s - behind - road->obstacle_tail, turn = 0;
    if (closed && from < 0) from += road->length, turn = -road->length;
    int32_t first = first_from(road, from);
    for (int32_t i = 0; i < n && found < most; i++) {
        int32_t k = first + i;
        if (k >= n && !closed) break;
        double along = road->obstacles[k % n].s - s + turn + (k >= n ? road->length : 0);
        if (along > ahead) break;
        if (along + road->obstacles[k % n].after < -behind) continue;
        out[found++] = (vg_road_ahead_of){&road->obstacles[k % n], along};
    }
    return found;
}

double vg_road_clear(const vg_road *road, double s, double behind, double ahead) {
    double at = vg_road_wrap(road, s);
    for (int32_t tries = 0; tries <= road->obstacle_count; tries++) {
        vg_road_ahead_of next;
        // An obstacle begins before its middle.
        double most = ahead + 4 * VG_OBSTACLE_LARGEST;
        vg_road_ahead_of all[16];
        int32_t n = vg_road_ahead(road, at, behind, most, 16, all), k = 0;
        while (k < n && all[k].along - all[k].obstacle->before > ahead) k++;
        if (k == n) return at;
        next = all[k];
        double beyond = at + next.along + next.obstacle->after + behind + 1e-3;
        if (!road->view.closed && beyond >= road->length) break;
        at = vg_road_wrap(road, beyond);
    }
    return vg_road_wrap(road, s);
}
