#include "eval/figures/funnel.h"

#include <math.h>
#include <stdio.h>

#include "eval/figures/drift_private.h"
#include "sim/base/memory.h"

vg_funnel_figure vg_funnel_default(void) {
    return (vg_funnel_figure){.edge = 1,
                              .share = true,
                              .x_label = "distance driven (m)",
                              .y_label = "drift, share of the half width"};
}

// Dots are translucent, so that overlapping dots look darker.
static void draw_exits(const vg_axes *axes, vg_canvas *canvas, const vg_funnel_figure *figure) {
    double opacity = figure->exit_count > 100 ? 0.3 : figure->exit_count > 20 ? 0.5 : 0.85;
    double y = vg_axes_y(axes, figure->edge);
    for (int64_t i = 0; i < figure->exit_count; i++) {
        double x = vg_axes_x(axes, figure->exits[i]);
        if (!isfinite(x)) continue;
        vg_circle(canvas, x, y, 3);
        vg_draw(canvas, (vg_ink){.fill = VG_ROLE_EXIT, .fill_opacity = opacity});
    }
}

// A single point makes no line.
static void draw_points(const vg_axes *axes, vg_canvas *canvas, const vg_funnel_figure *figure) {
    const double *const quantiles[] = {figure->q50, figure->q90, figure->q99};
    for (int32_t k = 0; k < 3; k++)
        vg_axes_dots(axes, canvas, figure->distance, quantiles[k], 1, 3,
                     (vg_ink){.fill = vg_role_series(figure->colour)});
}

static vg_axes funnel_axes(vg_canvas *canvas, const vg_funnel_figure *figure, const vg_drift_figure *drift) {
    vg_axes axes = vg_drift_axes(canvas, drift);
    if (figure->edge > 0) vg_axis_include(&axes.x, figure->exits, figure->exit_count);
    axes.slack = 4;
    return axes;
}

vg_err vg_funnel_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_funnel_figure *figure = context;
    if (figure->count < 0 || figure->exit_count < 0)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "a funnel of %lld places and %lld exits: both must be 0 or more",
                       (long long)figure->count, (long long)figure->exit_count);
    double *zeros = vg_new(double, figure->count > 0 ? figure->count : 1);
    if (!zeros) return vg_fail_memory(diag);
    const vg_drift_series series = {NULL,        figure->distance, figure->q50,
                                    figure->q90, figure->q99,      figure->count};
    const vg_drift_figure drift = {.title = figure->title,
                                   .subtitle = figure->subtitle,
                                   .series = &series,
                                   .series_count = 1,
                                   .edge = figure->edge,
                                   .x_label = figure->x_label,
                                   .y_label = figure->y_label,
                                   .share = figure->share,
                                   .colour = figure->colour};
    vg_paint_paper(canvas);
    vg_axes axes = funnel_axes(canvas, figure, &drift);
    char left[64];
    snprintf(left, sizeof left, "left the road (%lld)", (long long)figure->exit_count);
    const vg_axes_key key = {left, {.fill = VG_ROLE_EXIT}};
    bool exits = figure->exit_count > 0 && figure->edge > 0;
    if (exits) axes.keys = &key, axes.key_count = 1, axes.key_dots = true;
    vg_axes_begin(&axes, canvas);
    vg_drift_draw_bands(&axes, canvas, &drift, zeros);
    if (figure->count == 1) draw_points(&axes, canvas, figure);
    if (figure->edge > 0) vg_axes_level(&axes, canvas, figure->edge, "edge of the road", VG_ROLE_EXIT);
    if (exits) draw_exits(&axes, canvas, figure);
    vg_drift_name(&axes, &drift);
    vg_axes_end(&axes, canvas);
    vg_free(zeros);
    return VG_OK;
}

vg_err vg_funnel_write(const vg_funnel_figure *figure, const char *path, const vg_picture *given,
                       vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    return vg_picture_write(&picture, vg_funnel_paint, figure, path, diag);
}
