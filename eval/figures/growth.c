#include "eval/figures/growth.h"

#include <math.h>

#include "eval/figures/figure_private.h"

vg_growth_figure vg_growth_default(void) {
    return (vg_growth_figure){.x_label = "horizon T (s)", .y_label = "cost J(T)", .guides = true};
}

static void include_intervals(vg_axis *axis, const vg_growth_figure *figure) {
    double least = 0.1 * axis->low, most = 10 * axis->high;
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_growth_series *s = &figure->series[i];
        for (int64_t k = 0; s->low && s->high && k < s->count; k++) {
            if (!isfinite(s->low[k]) || !isfinite(s->high[k]) || !(s->cost[k] > 0)) continue;
            const double ends[] = {fmax(s->low[k], least), fmin(s->high[k], most)};
            vg_axis_include(axis, ends, 2);
        }
    }
}

static vg_axes growth_axes(vg_canvas *canvas, const vg_growth_figure *figure) {
    vg_axes axes = vg_axes_default(canvas);
    axes.title = figure->title;
    axes.subtitle = figure->subtitle;
    axes.x.label = figure->x_label;
    axes.y.label = figure->y_label;
    axes.x.log = axes.y.log = true;
    axes.slack = 2;
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_growth_series *s = &figure->series[i];
        vg_axis_include(&axes.x, s->t, s->count);
        vg_axis_include(&axes.y, s->cost, s->count);
        vg_figure_name_room(&axes, s->cost, s->count, s->label, s->note);
    }
    include_intervals(&axes.y, figure);
    vg_figure_pad(&axes.x, 0.05);
    vg_figure_pad(&axes.y, 0.03);
    return axes;
}

// The geometric mean of the series' first points, in *t and *cost. False if no series has a point.
static bool first_point(const vg_growth_figure *figure, double *t, double *cost) {
    double sum_t = 0, sum_cost = 0;
    int32_t count = 0;
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_growth_series *s = &figure->series[i];
        int64_t k = 0;
        while (k < s->count && !(s->t[k] > 0 && s->cost[k] > 0)) k++;
        if (k == s->count) continue;
        sum_t += log(s->t[k]), sum_cost += log(s->cost[k]);
        count++;
    }
    *t = exp(sum_t / (count > 0 ? count : 1));
    *cost = exp(sum_cost / (count > 0 ? count : 1));
    return count > 0;
}

// Draws J = cost * (T / t)^slope up to where it leaves the plot. Its name is written there, on the side away
// from the other guide.
static void draw_guide(const vg_axes *axes, vg_canvas *canvas, double t, double cost, double slope,
                       const char *name) {
    double end = fmin(axes->x.most, t * pow(axes->y.most / cost, 1 / slope));
    double begin = fmax(axes->x.least, t * pow(axes->y.least / cost, 1 / slope));
    double x = vg_axes_x(axes, end), y = vg_axes_y(axes, cost * pow(end / t, slope));
    vg_move(canvas, vg_axes_x(axes, begin), vg_axes_y(axes, cost * pow(begin / t, slope)));
    vg_line(canvas, x, y);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_MUTED, .width = 1, .dash = 1, .gap = 3});
    bool steep = slope > 1.5, top = y < axes->plot_y + 20;
    double right = axes->plot_x + axes->plot_width;
    vg_type type = {.size = 10.5, .anchor = VG_ANCHOR_END, .role = VG_ROLE_MUTED, .halo = VG_ROLE_PAPER};
    if (steep)
        vg_write(canvas, x - 12, y + 11, name, type);
    else if (top)
        vg_write(canvas, fmin(x + 28, right - 2), y + 30, name, type);
    else
        vg_write(canvas, right - 4, y + 18, name, type);
}

static void draw_series(const vg_axes *axes, vg_canvas *canvas, const vg_growth_series *s, vg_role role) {
    if (s->low && s->high)
        for (int64_t k = 0; k < s->count; k++)
            if (s->cost[k] > 0)
                vg_axes_bars(axes, canvas, s->t + k, s->low + k, s->high + k, 1,
                             (vg_ink){.stroke = role, .width = 1, .stroke_opacity = 0.65});
    vg_axes_line(axes, canvas, s->t, s->cost, s->count, (vg_ink){.stroke = role, .width = 1.6});
    vg_axes_dots(axes, canvas, s->t, s->cost, s->count, 3.2,
                 (vg_ink){.fill = role, .stroke = VG_ROLE_PAPER, .width = 1});
}

vg_err vg_growth_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_growth_figure *figure = context;
    vg_err err = vg_figure_check(figure->series_count, VG_SERIES_COUNT, "series", diag);
    if (err) return err;
    vg_paint_paper(canvas);
    vg_axes axes = growth_axes(canvas, figure);
    vg_axes_begin(&axes, canvas);
    double t, cost;
    if (figure->guides && first_point(figure, &t, &cost)) {
        draw_guide(&axes, canvas, t, cost, 1, "∝ T");
        draw_guide(&axes, canvas, t, cost, 2, "∝ T²");
    }
    vg_transform plain = vg_canvas_get_transform(canvas);
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_growth_series *s = &figure->series[i];
        vg_transform apart = plain;
        apart.dx += plain.sx * 3 * (i - 0.5 * (figure->series_count - 1));
        vg_canvas_set_transform(canvas, apart);
        draw_series(&axes, canvas, s, vg_role_series(i));
        vg_figure_name(&axes, s->cost, s->count, s->label, s->note, vg_role_series(i));
    }
    vg_canvas_set_transform(canvas, plain);
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

vg_err vg_growth_write(const vg_growth_figure *figure, const char *path, const vg_picture *given,
                       vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    return vg_picture_write(&picture, vg_growth_paint, figure, path, diag);
}
