#include "tracks/survey.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "tracks/near.h"

static void survey_bends(vg_road_view view, vg_survey *out) {
    double sum = 0, squares = 0, most = 0;
    int32_t tightest = 0, straight = 0, left = 0;
    for (int32_t i = 0; i < view.count; i++) {
        double k = fabs((double)view.curvature[i]);
        sum += k;
        squares += k * k;
        if (k < 1.0 / 500)
            straight++;
        else if (view.curvature[i] > 0)
            left++;
        if (k > most) {
            most = k;
            tightest = i;
        }
    }
    double n = view.count;
    out->radius_least = most > 0 ? 1 / most : INFINITY;
    out->radius_s = tightest * view.spacing;
    out->radius_x = view.x[tightest];
    out->radius_y = view.y[tightest];
    out->curvature_mean = sum / n;
    out->curvature_rms = sqrt(squares / n);
    out->turning = sum * view.spacing;
    out->straight = straight / n;
    out->left = left / n;
    out->right = (n - straight - left) / n;
}

// Count the curves in one direction that turn by more than 120 degrees while their radius is under 60 m.
static int32_t count_hairpins(vg_road_view view) {
    int32_t count = 0;
    double turned = 0;
    bool counted = false;
    // A closed road is followed from a node of least curvature, so that no curve is cut in two.
    int32_t from = 0;
    for (int32_t i = 0; i < view.count && view.closed; i++)
        if (fabsf(view.curvature[i]) < fabsf(view.curvature[from])) from = i;
    for (int32_t k = 0; k < view.count; k++) {
        double bend = view.curvature[(from + k) % view.count];
        if (fabs(bend) < 1.0 / 60 || bend * turned < 0) {
            turned = 0;
            counted = false;
        }
        if (fabs(bend) >= 1.0 / 60) turned += bend * view.spacing;
        if (fabs(turned) > 2 * VG_PI / 3 && !counted) {
            count++;
            counted = true;
        }
    }
    return count;
}

static void survey_widths(vg_road_view view, vg_survey *out) {
    double sum = 0;
    out->width_least = INFINITY;
    for (int32_t i = 0; i < view.count; i++) {
        double width = (double)view.left[i] + view.right[i];
        sum += width;
        out->width_least = fmin(out->width_least, width);
        out->width_most = fmax(out->width_most, width);
    }
    out->width_mean = sum / view.count;
}

static void survey_folds(const vg_road *road, vg_road_view view, vg_survey *out) {
    int32_t last = -2;
    for (int32_t i = vg_road_fold(road, 0); i >= 0;
         last = i, i = i + 1 < view.count ? vg_road_fold(road, i + 1) : -1) {
        if (i == last + 1) continue;
        if (out->folds++) continue;
        out->fold_s = i * view.spacing;
        out->fold_x = view.x[i];
        out->fold_y = view.y[i];
    }
}

typedef struct search {
    vg_road_view view;
    vg_survey *out;
    double reach; // m, the largest half width
} search;

static double arc_between(const vg_road_view *view, int32_t i, int32_t j) {
    double arc = (i - j) * view->spacing;
    return view->closed ? fmin(arc, view->length - arc) : arc;
}

// Half width of node i on the side where the point (x, y) lies.
static double facing(const vg_road_view *view, int32_t i, double x, double y) {
    double side = (y - view->y[i]) * vg_cos(view->heading[i]) - (x - view->x[i]) * vg_sin(view->heading[i]);
    return side > 0 ? view->left[i] : view->right[i];
}

// Does the segment of the centreline from node i cross the segment from node j?
static bool pieces_cross(const vg_road_view *view, int32_t i, int32_t j) {
    int32_t count = view->count, i1 = i + 1, j1 = j + 1;
    if (!view->closed && (i1 == count || j1 == count)) return false;
    i1 %= count;
    j1 %= count;
    const double *x = view->x, *y = view->y;
#define SIDE(a, b, c) ((x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a]))
    // Half-open, so that a crossing through a node is counted once.
    bool across = (SIDE(i, i1, j) > 0) != (SIDE(i, i1, j1) > 0);
    return across && (SIDE(j, j1, i) > 0) != (SIDE(j, j1, i1) > 0);
#undef SIDE
}

static void look_at_pair(search *at, int32_t i, int32_t j) {
    const vg_road_view *view = &at->view;
    vg_survey *out = at->out;
    double arc = arc_between(view, i, j);
    if (arc < 2 * view->spacing) return;
    double dx = view->x[i] - view->x[j], dy = view->y[i] - view->y[j], distance = sqrt(dx * dx + dy * dy);
    if (distance < 2 * view->spacing && pieces_cross(view, i, j) && ++out->crossings == 1) {
        out->crossing_s = j * view->spacing;
        out->crossing_x = view->x[j];
        out->crossing_y = view->y[j];
    }
    // In a curve of radius r >= d / 2 a chord of d spans at most pi / 2 * d of arc: such points are
    // neighbours in one curve, not two parts of the road. (The second test costs more and gives the same
    // where edges overlap.)
    double slack = 2 * view->spacing;
    if (arc <= VG_PI / 2 * distance + slack || distance - 2 * at->reach >= out->gap) return;
    double widths = facing(view, i, view->x[j], view->y[j]) + facing(view, j, view->x[i], view->y[i]);
    double gap = distance - widths;
    if (gap >= out->gap || arc <= VG_PI / 2 * widths + slack) return;
    out->gap = gap;
    out->gap_s = j * view->spacing;
    out->gap_x = view->x[j];
    out->gap_y = view->y[j];
}

// Most pairs are neighbours on the road, as near as their arc is long; skip them before look_at_pair.
static bool look_at_run(void *context, int32_t i, int32_t from, int32_t to) {
    search *at = context;
    const vg_road_view *view = &at->view;
    double spacing = view->spacing, crossing = 4.001 * spacing * spacing, x = view->x[i], y = view->y[i];
    for (int32_t j = to - 1; j >= from; j--) {
        double dx = x - view->x[j], dy = y - view->y[j], square = dx * dx + dy * dy;
        // arc <= pi / 2 * distance, and a little less for safety
        double arc = (i - j) * spacing;
        if (arc * arc <= 2.467 * square && square >= crossing) continue;
        look_at_pair(at, i, j);
    }
    return true;
}

vg_err vg_survey_road(const vg_road *road, vg_survey *out, vg_diag *diag) {
    vg_road_view view = vg_road_get(road);
    *out = (vg_survey){.length = view.length, .gap = VG_SURVEY_SIGHT};
    survey_bends(view, out);
    survey_widths(view, out);
    survey_folds(road, view, out);
    out->hairpins = count_hairpins(view);
    vg_near *near;
    vg_err err = vg_near_create(view.count, &near, diag);
    if (err) return err;
    search at = {view, out, 0};
    for (int32_t i = 0; i < view.count; i++) at.reach = fmax(at.reach, fmaxf(view.left[i], view.right[i]));
    (void)vg_near_pairs(near, view.x, view.y, view.count, 2 * at.reach + VG_SURVEY_SIGHT, look_at_run, &at);
    vg_near_destroy(near);
    return VG_OK;
}
