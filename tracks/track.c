#include "tracks/track.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"

static const double CUSP = 2; // rad
// Nodes of a road: how far it may pass a point, as a share of the half width; least spacing, m; most nodes
// that may be made closer.
static const double STRAY = 0.01, CLOSEST = 0.05, MOST_NODES = 200000;

vg_err vg_track_alloc(int32_t capacity, vg_track *out, vg_diag *diag) {
    assert(capacity >= 0);
    *out = (vg_track){.closed = true, .capacity = capacity};
    out->x = vg_new(double, 4 * (int64_t)capacity);
    out->line = vg_new(int64_t, capacity);
    if (!out->x || !out->line) {
        vg_track_free(out);
        return vg_fail_memory(diag);
    }
    out->y = out->x + capacity;
    out->right = out->y + capacity;
    out->left = out->right + capacity;
    return VG_OK;
}

void vg_track_free(vg_track *track) {
    vg_free(track->x);
    vg_free(track->line);
    vg_free(track->obstacles);
    *track = (vg_track){0};
}

void vg_track_name_by_file(vg_track *track, const char *path) {
    if (track->name[0]) return;
    const char *slash = strrchr(path, '/'), *stem = slash ? slash + 1 : path, *dot = strrchr(stem, '.');
    size_t length = dot && dot > stem ? (size_t)(dot - stem) : strlen(stem);
    vg_name_of(track->name, sizeof track->name, stem, length);
}

void vg_track_add(vg_track *track, double x, double y, double right, double left) {
    assert(track->count < track->capacity);
    int32_t i = track->count++;
    track->x[i] = x;
    track->y[i] = y;
    track->right[i] = right;
    track->left[i] = left;
}

vg_err vg_track_add_obstacle(vg_track *track, const vg_track_obstacle *obstacle, vg_diag *diag) {
    int32_t n = track->obstacle_count;
    vg_track_obstacle *grown = vg_realloc(track->obstacles, n, n + 1, sizeof *grown);
    if (!grown) return vg_fail_memory(diag);
    track->obstacles = grown;
    track->obstacles[track->obstacle_count++] = *obstacle;
    return VG_OK;
}

static double step_length(const vg_track *track, int32_t i, int32_t j) {
    double dx = track->x[j] - track->x[i], dy = track->y[j] - track->y[i];
    return sqrt(dx * dx + dy * dy);
}

double vg_track_longest_step(const vg_track *track) {
    double longest = 0;
    for (int32_t i = 1; i < track->count; i++) longest = fmax(longest, step_length(track, i - 1, i));
    return longest;
}

// Where a road turns back on the spot: from one node to the next its direction turns by more than CUSP, and
// neither has a curvature to show for it. (A bend as tight that has one folds its edge over, which
// vg_track_check tells.) The node, or -1.
static int32_t find_cusp(const vg_road *road) {
    vg_road_view view = vg_road_get(road);
    int32_t turns = view.closed ? view.count : view.count - 1;
    for (int32_t i = 0; i < turns; i++) {
        int32_t next = (i + 1) % view.count;
        double turn = view.heading[next] - view.heading[i];
        turn = fabs(turn - 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5));
        double bend =
            fmax(fabs((double)view.curvature[i]), fabs((double)view.curvature[next])) * view.spacing;
        if (turn > CUSP && turn > 2 * bend) return i;
    }
    return -1;
}

bool vg_track_is_lane(const vg_track *track) {
    return track->closed && step_length(track, track->count - 1, 0) > 1.5 * vg_track_longest_step(track);
}

static vg_err check_cusp(const vg_track *track, vg_road **road, vg_diag *diag) {
    vg_road_view view = vg_road_get(*road);
    int32_t node = vg_track_is_lane(track) ? -1 : find_cusp(*road);
    if (node < 0) return VG_OK;
    vg_err err = vg_fail(
        diag, VG_ERR_FORMAT,
        "the road turns back on the spot at %.1f m (x %.2f, y %.2f), by more than %.0f degrees within "
        "%.2g m: look for points in the wrong order, or two pieces that were joined",
        node * view.spacing, view.x[node], view.y[node], CUSP * 180 / VG_PI, view.spacing);
    vg_road_destroy(*road);
    *road = NULL;
    return err;
}

// How far a point lies from the road at most, as a share of the half width there.
static double stray_of(const vg_track *track, const vg_road *road) {
    double most = 0, along = 0, total = 0;
    int32_t last = track->count - 1;
    for (int32_t i = 1; i <= last; i++) total += step_length(track, i - 1, i);
    if (track->closed) total += step_length(track, last, 0);
    double stretch = total > 0 ? vg_road_get(road).length / total : 0;
    for (int32_t i = 0; i <= last; i++) {
        if (i > 0) along += step_length(track, i - 1, i);
        vg_road_place place = vg_road_project(road, track->x[i], track->y[i], along * stretch);
        most = fmax(most, fabs(place.offset) / fmin(track->left[i], track->right[i]));
    }
    return most;
}

// How far the straight lines between an edge's nodes cut a bend at most, as a share of the half width; where
// an edge folds over it is not asked.
static double cut_of(const vg_road *road) {
    vg_road_view view = vg_road_get(road);
    double most = 0;
    for (int32_t i = 0; i < view.count; i++) {
        double bend = fabs((double)view.curvature[i]), half = fmax(view.left[i], view.right[i]);
        if (bend * half < 1)
            most = fmax(most, view.spacing * view.spacing * bend * (1 + bend * half) / (8 * half));
    }
    return most;
}

// Nodes are 1 m apart, unless that would cut the bends of a small road: then they are as close as the points
// need to lie within STRAY of the half width, and the edges within twice that.
static vg_err make_road(const vg_track *track, vg_road_def *def, vg_road **out, vg_diag *diag) {
    vg_err err = vg_road_create(def, out, diag);
    while (!err && def->spacing > CLOSEST && vg_road_get(*out).length / def->spacing < MOST_NODES &&
           (stray_of(track, *out) > STRAY || cut_of(*out) > 2 * STRAY)) {
        vg_road_destroy(*out);
        def->spacing = fmax(def->spacing / 2, CLOSEST);
        err = vg_road_create(def, out, diag);
    }
    return err;
}

// Where an error lies in the file: at a point's line, or at an obstacle's.
static void place_error(const vg_track *track, vg_diag *diag) {
    snprintf(diag->file, sizeof diag->file, "%s", track->file);
    if (strncmp(diag->field, "obstacle", 8) == 0) {
        if (diag->line >= 1 && diag->line <= track->obstacle_count)
            diag->line = track->obstacles[diag->line - 1].line;
    } else if (diag->line >= 1 && diag->line <= track->count) {
        diag->line = track->line[diag->line - 1];
    }
}

vg_err vg_track_road(const vg_track *track, vg_road **out, vg_diag *diag) {
    *out = NULL;
    int32_t n = track->obstacle_count;
    vg_obstacle *obstacles = n ? vg_new(vg_obstacle, n) : NULL;
    if (n && !obstacles) return vg_fail_memory(diag);
    for (int32_t i = 0; i < n; i++) obstacles[i] = track->obstacles[i].shape;
    vg_road_def def = vg_road_default();
    def.name = track->name;
    def.x = track->x;
    def.y = track->y;
    def.right = track->right;
    def.left = track->left;
    def.count = track->count;
    def.closed = track->closed;
    def.obstacles = obstacles, def.obstacle_count = n;
    vg_err err = make_road(track, &def, out, diag);
    vg_free(obstacles);
    if (!err) err = check_cusp(track, out, diag);
    if (err && diag && track->file[0]) place_error(track, diag);
    return err;
}

vg_err vg_track_sample(const vg_road *road, double spacing, vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    vg_road_view view = vg_road_get(road);
    // Not written as `spacing <= 0`, because NaN must fail.
    if (!(spacing > 0 && spacing <= view.length / 3))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "spacing",
                          "%g m is not above 0 and at most %.1f m, a third of the road", spacing,
                          view.length / 3);
    double pieces = floor(view.length / spacing + 0.5);
    if (pieces > 1 << 24)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "spacing",
                          "%g m gives more than 2^24 points on a road of %.0f m", spacing, view.length);
    int32_t count = (int32_t)pieces + !view.closed;
    vg_err err = vg_track_alloc(count, out, diag);
    if (err) return err;
    out->closed = view.closed;
    snprintf(out->name, sizeof out->name, "%s", view.name);
    for (int32_t i = 0; i < count; i++) {
        vg_road_point point = vg_road_at(road, view.length * i / pieces);
        vg_track_add(out, point.x, point.y, point.right, point.left);
    }
    vg_road_def source = vg_road_source(road);
    for (int32_t i = 0; i < source.obstacle_count && !err; i++)
        err = vg_track_add_obstacle(out, &(vg_track_obstacle){.shape = source.obstacles[i]}, diag);
    if (err) vg_track_free(out);
    return err;
}

static void swap(double *a, double *b) {
    double keep = *a;
    *a = *b;
    *b = keep;
}

void vg_track_reverse(vg_track *track) {
    int32_t first = track->closed ? 1 : 0; // the start line keeps its place
    for (int32_t i = first, j = track->count - 1; i < j; i++, j--) {
        swap(&track->x[i], &track->x[j]);
        swap(&track->y[i], &track->y[j]);
        swap(&track->right[i], &track->right[j]);
        swap(&track->left[i], &track->left[j]);
        int64_t keep = track->line[i];
        track->line[i] = track->line[j];
        track->line[j] = keep;
    }
    for (int32_t i = 0; i < track->count; i++) swap(&track->left[i], &track->right[i]);
}

void vg_track_drop_repeat(vg_track *track) {
    while (track->closed && track->count > 1) {
        int32_t last = track->count - 1;
        double length = 0, gap = step_length(track, last, 0);
        for (int32_t i = 1; i <= last; i++) length += step_length(track, i - 1, i);
        if (gap > 0 && !(last > 2 && gap <= 0.05 && gap <= 0.25 * length / last)) return;
        track->count--;
    }
}

static double rounded(double value) { return floor(value * 1e4 + 0.5) / 1e4; }

void vg_track_round(vg_track *track) {
    for (int32_t i = 0; i < track->count; i++) {
        track->x[i] = rounded(track->x[i]);
        track->y[i] = rounded(track->y[i]);
        track->right[i] = rounded(track->right[i]);
        track->left[i] = rounded(track->left[i]);
    }
    for (int32_t i = 0; i < track->obstacle_count; i++) {
        vg_obstacle *o = &track->obstacles[i].shape;
        o->x = rounded(o->x), o->y = rounded(o->y), o->radius = rounded(o->radius);
        o->heading = rounded(o->heading), o->length = rounded(o->length), o->width = rounded(o->width);
    }
}
