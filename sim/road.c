#include "sim/road_private.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/road_spline.h"

enum { MOST_POINTS = 1 << 24, SOURCE_COLUMNS = 4, NODE_COLUMNS = 7 };
static const double SHORTEST = 2.0, LONGEST = 1e6;

vg_road_def vg_road_default(void) { return (vg_road_def){.name = "", .closed = true, .spacing = 1.0}; }

// --- nodes at equal arc length ---------------------------------------------------------------------------

static void set_node(vg_road *road, const vg_spline *sp, int32_t node, int32_t piece, double v) {
    const vg_road_def *def = &road->source;
    int32_t i = piece, next = (i + 1) % def->count;
    double share = v / sp->width[i];
    double x1 = sp->bx[i] + v * (2 * sp->cx[i] + v * 3 * sp->dx[i]), x2 = 2 * sp->cx[i] + 6 * v * sp->dx[i];
    double y1 = sp->by[i] + v * (2 * sp->cy[i] + v * 3 * sp->dy[i]), y2 = 2 * sp->cy[i] + 6 * v * sp->dy[i];
    double rate = sqrt(x1 * x1 + y1 * y1), left = def->left[i] + share * (def->left[next] - def->left[i]);
    double right = def->right[i] + share * (def->right[next] - def->right[i]);
    vg_road_view *view = &road->view;
    // The view's columns are const for all others.
    ((double *)view->x)[node] = def->x[i] + v * (sp->bx[i] + v * (sp->cx[i] + v * sp->dx[i]));
    ((double *)view->y)[node] = def->y[i] + v * (sp->by[i] + v * (sp->cy[i] + v * sp->dy[i]));
    double heading = vg_atan2(y1, x1);
    if (node > 0) {
        double turn = heading - view->heading[node - 1];
        heading = view->heading[node - 1] + turn - 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5);
    }
    ((double *)view->heading)[node] = heading;
    road->curvature[node] = (float)((x1 * y2 - y1 * x2) / (rate * rate * rate));
    ((float *)view->left)[node] = (float)left;
    ((float *)view->right)[node] = (float)right;
    ((double *)view->left_x)[node] = view->x[node] - left * y1 / rate;
    ((double *)view->left_y)[node] = view->y[node] + left * x1 / rate;
    ((double *)view->right_x)[node] = view->x[node] + right * y1 / rate;
    ((double *)view->right_y)[node] = view->y[node] - right * x1 / rate;
}

static void cut_nodes(vg_road *road, const vg_spline *sp, const double *arc) {
    int32_t piece = 0;
    double begin = 0;         // arc length at the piece's first point
    double from = 0, had = 0; // position in the piece of the last node, and the arc length up to it
    for (int32_t node = 0; node < road->view.count; node++) {
        double wanted = node * road->spacing;
        while (piece < sp->pieces - 1 && wanted > begin + arc[piece]) begin += arc[piece++], from = had = 0;
        double missing = wanted - begin - had, width = sp->width[piece];
        double v = from + missing * width / arc[piece];
        for (int k = 0; k < 8; k++) {
            v = v < 0 ? 0 : v > width ? width : v;
            double rate = vg_spline_rate(sp, piece, v);
            if (!(rate > 0)) break; // check_nodes refuses the road
            double step = (missing - vg_spline_arc(sp, piece, from, v)) / rate;
            v += step;
            if (fabs(step) < 1e-10) break;
        }
        v = v < 0 ? 0 : v > width ? width : v;
        had += vg_spline_arc(sp, piece, from, v);
        from = v;
        set_node(road, sp, node, piece, v);
    }
}

// Where the points turn straight back, the curve's speed is zero, so it has no direction there.
static vg_err check_nodes(const vg_road *road, vg_diag *diag) {
    const vg_road_view *view = &road->view;
    for (int32_t i = 0; i < view->count; i++)
        if (!isfinite(road->curvature[i]))
            return vg_fail(diag, VG_ERR_ARGUMENT, "the road turns on the spot at %.1f m (x %.2f, y %.2f)",
                           i * view->spacing, view->x[i], view->y[i]);
    return VG_OK;
}

static void set_segments(vg_road *road) {
    const vg_road_view *view = &road->view;
    double h = road->spacing, t0x, t0y, t1x, t1y;
    vg_sincos(view->heading[0], &t1y, &t1x);
    for (int32_t i = 0; i < road->segment_count; i++) {
        int32_t next = i + 1 < view->count ? i + 1 : 0;
        double dx = view->x[next] - view->x[i], dy = view->y[next] - view->y[i];
        t0x = t1x, t0y = t1y;
        vg_sincos(view->heading[next], &t1y, &t1x);
        double turn = view->heading[next] - view->heading[i];
        turn -= 2 * VG_PI * floor(turn / (2 * VG_PI) + 0.5);
        road->segments[i] = (vg_road_segment){
            .x = view->x[i],
            .y = view->y[i],
            .c1x = (float)t0x,
            .c1y = (float)t0y,
            .c2x = (float)((3 * dx / h - 2 * t0x - t1x) / h),
            .c2y = (float)((3 * dy / h - 2 * t0y - t1y) / h),
            .c3x = (float)((t0x + t1x - 2 * dx / h) / (h * h)),
            .c3y = (float)((t0y + t1y - 2 * dy / h) / (h * h)),
            .left = view->left[i],
            .left_slope = (float)((view->left[next] - view->left[i]) / h),
            .right = view->right[i],
            .right_slope = (float)((view->right[next] - view->right[i]) / h),
        };
        float slope = road->curvature[i];
        road->headings[i] =
            (vg_road_heading){view->heading[i] - 2 * VG_PI * floor(view->heading[i] / (2 * VG_PI) + 0.5),
                              slope, (float)((turn - slope * h) / (h * h))};
    }
    if (view->closed) road->curvature[view->count] = road->curvature[0];
}

// The reach at node i's piece, limited by the nodes within VG_ROAD_REACH.
static vg_road_reach reach_at(const vg_road *road, int32_t i, int32_t window) {
    const vg_road_view *v = &road->view;
    const vg_road_kernel *kernel = VG_HOT_PICK(vg_road_kernel_table);
    const vg_road_segment *here = &road->segments[i];
    vg_road_reach at = {v->x[i], v->y[i], -here->c1y, here->c1x, 1e9, 1e9};
    int32_t from = i - window, to = i + window + 1;
    if (from < 0) { // on a ring, the nodes before the first are the last ones
        if (v->closed) kernel->pass_nodes(&at, v->x, v->y, from + v->count, v->count);
        from = 0;
    } else if (to > v->count && v->closed) {
        kernel->pass_nodes(&at, v->x, v->y, from, v->count);
        from = 0, to -= v->count;
    }
    kernel->pass_nodes(&at, v->x, v->y, from, to < v->count ? to : v->count);
    return at;
}

static void set_reach(vg_road *road) {
    int32_t window = (int32_t)(VG_ROAD_REACH * road->inverse_spacing) + 1;
    if (window > road->view.count / 2) window = road->view.count / 2;
    for (int32_t i = 0; i < road->segment_count; i++) {
        vg_road_reach at = reach_at(road, i, window);
        road->segments[i].reach_left = (float)(0.9 * at.left);
        road->segments[i].reach_right = (float)(0.9 * at.right);
    }
    // A foot point anywhere on the piece must keep the distance of both ends.
    for (int32_t i = 0; i < road->segment_count; i++) {
        const vg_road_segment *next = &road->segments[(i + 1) % road->segment_count];
        vg_road_segment *here = &road->segments[i];
        if (next->reach_left < here->reach_left && i + 1 < road->segment_count)
            here->reach_left = next->reach_left;
        if (next->reach_right < here->reach_right && i + 1 < road->segment_count)
            here->reach_right = next->reach_right;
    }
}

// The distance of (px, py) from the line between two points.
static double stray(double px, double py, double ax, double ay, double bx, double by) {
    double dx = bx - ax, dy = by - ay, square = dx * dx + dy * dy;
    double t = square > 0 ? ((px - ax) * dx + (py - ay) * dy) / square : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double ex = px - ax - t * dx, ey = py - ay - t * dy;
    return sqrt(ex * ex + ey * ey);
}

static void set_edge(vg_road *road, const double *x, const double *y, int32_t first, int64_t at) {
    int32_t last = road->segment_count, nodes = road->view.count;
    int32_t middle = (first + VG_EDGE_PIECES / 2 < last ? first + VG_EDGE_PIECES / 2 : last) % nodes;
    int32_t end = (first + VG_EDGE_PIECES < last ? first + VG_EDGE_PIECES : last) % nodes;
    vg_road_edge *edge = &road->edges[at];
    *edge = (vg_road_edge){.x = x[middle], .y = y[middle]};
    double most = 0;
    for (int32_t k = 0; k <= VG_EDGE_PIECES; k++) {
        int32_t node = (first + k < last ? first + k : last) % nodes;
        edge->dx[k] = (float)(x[node] - edge->x), edge->dy[k] = (float)(y[node] - edge->y);
        double away = stray(x[node], y[node], x[first], y[first], x[end], y[end]);
        if (away > most) most = away;
    }
    double half_x = 0.5 * (x[end] - x[first]), half_y = 0.5 * (y[end] - y[first]);
    double mid_x = x[first] + half_x - road->view.x[0], mid_y = y[first] + half_y - road->view.y[0];
    road->edge_x[at] = (float)mid_x, road->edge_y[at] = (float)mid_y;
    road->edge_half_x[at] = (float)half_x, road->edge_half_y[at] = (float)half_y;
    // Allow half a millimetre of rounding for each 4 km from the first node, and as much for the comparison.
    road->edge_stray[at] = (float)(most + 1e-3 + 5e-7 * (fabs(mid_x) + fabs(mid_y)));
    road->edge_radius[at] = road->edge_stray[at] + (float)sqrt(half_x * half_x + half_y * half_y);
}

static void set_edges(vg_road *road) {
    const vg_road_view *v = &road->view;
    for (int32_t i = 0; i < road->edge_count; i++) {
        set_edge(road, v->left_x, v->left_y, i * VG_EDGE_PIECES, i);
        set_edge(road, v->right_x, v->right_y, i * VG_EDGE_PIECES, (int64_t)road->edge_count + i);
    }
}

// --- create ----------------------------------------------------------------------------------------------

static vg_err check_points(const vg_road_def *def, vg_diag *diag) {
    int32_t least = def->closed ? 3 : 2;
    if (def->count < least || def->count > MOST_POINTS)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a%s road needs %d to %d points, this one has %d",
                       def->closed ? " closed" : "n open", least, MOST_POINTS, def->count);
    if (!(def->spacing >= 0.05 && def->spacing <= 100))
        return vg_fail(diag, VG_ERR_ARGUMENT, "node spacing is %g m, expected 0.05 to 100", def->spacing);
    static const char *const names[SOURCE_COLUMNS] = {"x", "y", "right width", "left width"};
    const double *columns[SOURCE_COLUMNS] = {def->x, def->y, def->right, def->left};
    for (int32_t i = 0; i < def->count; i++) {
        for (int c = 0; c < SOURCE_COLUMNS; c++) {
            double value = columns[c][i];
            bool good = c < 2 ? fabs(value) <= 1e8 : value > 0 && value <= 1e4;
            if (!good)
                return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, i + 1, names[c], "%g m, expected %s", value,
                                  c < 2 ? "a finite coordinate within 1e8 m"
                                        : "a half width above 0, at most 10,000 m");
        }
        int32_t next = (i + 1) % def->count;
        if ((next || def->closed) && def->x[i] == def->x[next] && def->y[i] == def->y[next])
            return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, i + 1, "x, y",
                              "the point after it is at the same place");
    }
    return VG_OK;
}

static vg_err copy_source(vg_road *road, const vg_road_def *def, vg_diag *diag) {
    road->source = *def;
    int32_t last = def->count - 1;
    if (def->closed && def->count > 3 && def->x[0] == def->x[last] && def->y[0] == def->y[last])
        road->source.count = last;
    vg_err err = check_points(&road->source, diag);
    if (err) return err;
    int64_t n = road->source.count;
    road->name = vg_strdup(def->name ? def->name : "");
    double *columns = vg_new(double, SOURCE_COLUMNS *n);
    if (!road->name || !columns) {
        vg_free(columns);
        return vg_fail_memory(diag);
    }
    road->source_columns = columns;
    const double *from[SOURCE_COLUMNS] = {def->x, def->y, def->right, def->left};
    for (int c = 0; c < SOURCE_COLUMNS; c++) memcpy(columns + c * n, from[c], (size_t)n * sizeof *columns);
    road->source.name = road->name;
    road->source.x = columns;
    road->source.y = columns + n;
    road->source.right = columns + 2 * n;
    road->source.left = columns + 3 * n;
    return VG_OK;
}

static vg_err take_nodes(vg_road *road, vg_diag *diag) {
    int64_t n = road->view.count;
    road->columns = vg_new(double, NODE_COLUMNS *n);
    road->widths = vg_new(float, 2 * n);
    road->curvature = vg_new(float, n + 1);
    road->segments = vg_new(vg_road_segment, road->segment_count);
    road->headings = vg_new(vg_road_heading, road->segment_count);
    road->edge_count = (road->segment_count + VG_EDGE_PIECES - 1) / VG_EDGE_PIECES;
    int64_t edges = 2 * (int64_t)road->edge_count + 7;
    road->edges = vg_new(vg_road_edge, 2 * (int64_t)road->edge_count);
    road->edge_x = vg_new(float, 6 * edges);
    if (!road->columns || !road->widths || !road->curvature || !road->segments || !road->headings ||
        !road->edges || !road->edge_x)
        return vg_fail_memory(diag);
    road->edge_y = road->edge_x + edges, road->edge_half_x = road->edge_y + edges;
    road->edge_half_y = road->edge_half_x + edges, road->edge_stray = road->edge_half_y + edges;
    road->edge_radius = road->edge_stray + edges;
    double *c = road->columns;
    vg_road_view *view = &road->view;
    view->x = c, view->y = c + n, view->heading = c + 2 * n;
    view->left_x = c + 3 * n, view->left_y = c + 4 * n, view->right_x = c + 5 * n, view->right_y = c + 6 * n;
    view->left = road->widths, view->right = road->widths + n;
    view->curvature = road->curvature;
    return VG_OK;
}

static vg_err cut_road(vg_road *road, const vg_spline *sp, double *arc, vg_diag *diag) {
    double length = 0;
    for (int32_t i = 0; i < sp->pieces; i++) length += arc[i] = vg_spline_arc(sp, i, 0, sp->width[i]);
    if (!(length >= SHORTEST && length <= LONGEST))
        return vg_fail(diag, VG_ERR_ARGUMENT, "the road is %g m long, expected %g to %g", length, SHORTEST,
                       LONGEST);
    double segments = floor(length / road->source.spacing + 0.5);
    if (segments < 8) segments = 8;
    if (segments > MOST_POINTS)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a node every %g m makes %.0f nodes, at most %d are possible",
                       road->source.spacing, segments, MOST_POINTS);
    road->segment_count = (int32_t)segments;
    road->length = length;
    road->spacing = length / segments;
    road->inverse_spacing = segments / length;
    road->view = (vg_road_view){.name = road->name,
                                .closed = road->source.closed,
                                .count = road->segment_count + (road->source.closed ? 0 : 1),
                                .spacing = road->spacing,
                                .length = length};
    vg_err err = take_nodes(road, diag);
    if (err) return err;
    cut_nodes(road, sp, arc);
    err = check_nodes(road, diag);
    if (err) return err;
    set_segments(road);
    set_reach(road);
    set_edges(road);
    return VG_OK;
}

static uint64_t hash_geometry(const vg_road_view *v) {
    int64_t shape[2] = {v->count, v->closed};
    uint64_t h = vg_hash_int(0, shape, 2);
    h = vg_hash_double(h, v->x, v->count);
    h = vg_hash_double(h, v->y, v->count);
    h = vg_hash_double(h, v->heading, v->count);
    h = vg_hash_float(h, v->curvature, v->count);
    h = vg_hash_float(h, v->left, v->count);
    return vg_hash_float(h, v->right, v->count);
}

vg_err vg_road_make(const vg_road_def *def, vg_road **out, vg_diag *diag) {
    *out = NULL;
    vg_spline sp = {0};
    double *arc = NULL;
    vg_err err = VG_ERR_MEMORY;
    vg_road *road = vg_new(vg_road, 1);
    if (!road) return vg_fail_memory(diag);
    if ((err = copy_source(road, def, diag))) goto fail;
    const vg_road_def *source = &road->source;
    if ((err = vg_spline_create(source->x, source->y, source->count, source->closed, &sp, diag))) goto fail;
    if (!(arc = vg_new(double, sp.pieces))) {
        err = vg_fail_memory(diag);
        goto fail;
    }
    if ((err = cut_road(road, &sp, arc, diag))) goto fail;
    road->passage = INFINITY;
    road->source.obstacles = NULL, road->source.obstacle_count = 0;
    road->hash = hash_geometry(&road->view);
    *out = road;
    road = NULL;
fail:
    vg_free(arc);
    vg_spline_destroy(&sp);
    vg_road_destroy(road);
    return err;
}

void vg_road_destroy(vg_road *road) {
    if (!road || atomic_fetch_sub(&road->shares, 1) > 0) return;
    vg_free(road->name);
    vg_free(road->source_columns);
    vg_free(road->columns);
    vg_free(road->widths);
    vg_free(road->curvature);
    vg_free(road->segments);
    vg_free(road->headings);
    vg_free(road->edges);
    vg_free(road->edge_x);
    vg_free(road->obstacles);
    vg_free(road->obstacle_source);
    vg_free(road);
}

// --- reading it ------------------------------------------------------------------------------------------

vg_road_view vg_road_get(const vg_road *road) { return road->view; }
vg_road_def vg_road_source(const vg_road *road) { return road->source; }

double vg_road_wrap(const vg_road *road, double s) {
    if (!road->view.closed) return s < 0 ? 0 : s > road->length ? road->length : s;
    if (s >= 0 && s < road->length) return s;
    s -= road->length * floor(s / road->length);
    return s < road->length ? s : 0;
}

double vg_road_between(const vg_road *road, double a, double b) {
    double d = b - a;
    if (!road->view.closed) return d;
    return d - road->length * floor(d / road->length + 0.5);
}

// Find the segment that holds a wrapped s, and the distance into it.
static int32_t segment_at(const vg_road *road, double s, double *t) {
    int32_t i = (int32_t)(s * road->inverse_spacing);
    if (i >= road->segment_count) i = road->segment_count - 1;
    *t = s - i * road->spacing;
    return i;
}

vg_road_point vg_road_at(const vg_road *road, double s) {
    double t;
    int32_t i = segment_at(road, vg_road_wrap(road, s), &t);
    const vg_road_segment *g = &road->segments[i];
    const vg_road_heading *h = &road->headings[i];
    double heading = h->heading + t * ((double)h->slope + t * (double)h->curvature);
    double curvature = (road->curvature[i + 1] - road->curvature[i]) * road->inverse_spacing;
    return (vg_road_point){
        .x = g->x + t * (g->c1x + t * (g->c2x + t * (double)g->c3x)),
        .y = g->y + t * (g->c1y + t * (g->c2y + t * (double)g->c3y)),
        .heading = heading - 2 * VG_PI * floor(heading / (2 * VG_PI) + 0.5),
        .curvature = road->curvature[i] + curvature * t,
        .left = g->left + g->left_slope * t,
        .right = g->right + g->right_slope * t,
    };
}

int32_t vg_road_fold(const vg_road *road, int32_t from) {
    for (int32_t i = from < 0 ? 0 : from; i < road->view.count; i++) {
        double inside = road->curvature[i] > 0 ? road->view.left[i] : road->view.right[i];
        if (fabs(road->curvature[i]) * inside >= 1) return i;
    }
    return -1;
}

uint64_t vg_road_hash(const vg_road *road) { return road->hash; }
