#include "eval/figures/drift.h"

#include <math.h>
#include <stdio.h>

#include "eval/figures/drift_private.h"
#include "eval/figures/hover.h"
#include "sim/base/memory.h"

vg_drift_figure vg_drift_default(void) {
    return (vg_drift_figure){.x_label = "time (s)", .y_label = "distance from the reference line (m)"};
}

static vg_err check_count(int32_t count, vg_diag *diag) {
    if (count >= 1 && count <= VG_SERIES_COUNT) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "a figure of %d series: 1 to %d are possible", (int)count,
                   VG_SERIES_COUNT);
}

// --- drift -----------------------------------------------------------------------------------------------

static bool at_edge(const vg_drift_figure *figure, double value) {
    return figure->edge > 0 && value >= figure->edge * (1 - 1e-6);
}

// A quantile as a line. It is interrupted wherever departed cars pin the quantile at the edge.
static void draw_quantile(const vg_axes *axes, vg_canvas *canvas, const vg_drift_figure *figure,
                          const double *t, const double *q, int64_t count, vg_ink ink) {
    for (int64_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && (end == begin + 1 || !at_edge(figure, q[end - 1])); end++)
            ;
        vg_axes_line(axes, canvas, t + begin, q + begin, end - begin, ink);
        while (end < count && at_edge(figure, q[end])) end++;
        if (end < count && at_edge(figure, q[end - 1])) end--;
    }
}

void vg_drift_draw_bands(const vg_axes *axes, vg_canvas *canvas, const vg_drift_figure *figure,
                         const double *zeros) {
    const vg_drift_series *s = figure->series;
    const double *const quantiles[] = {s->q99, s->q90, s->q50}, opacity[] = {0.14, 0.2, 0.28};
    vg_role role = vg_role_series(figure->colour);
    for (int32_t k = 0; k < 3; k++) {
        const double *low = k < 2 ? quantiles[k + 1] : zeros;
        vg_axes_band(axes, canvas, s->t, low, quantiles[k], s->count, false,
                     (vg_ink){.fill = role, .fill_opacity = opacity[k]});
    }
    for (int32_t k = 0; k < 3; k++)
        draw_quantile(axes, canvas, figure, s->t, quantiles[k], s->count,
                      (vg_ink){.stroke = role, .width = k == 2 ? 2 : 1.2});
}

static void draw_several(const vg_axes *axes, vg_canvas *canvas, const vg_drift_figure *figure) {
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_drift_series *s = &figure->series[i];
        vg_role role = vg_role_series(i);
        vg_axes_band(axes, canvas, s->t, s->q50, s->q90, s->count, false,
                     (vg_ink){.fill = role, .fill_opacity = 0.13});
    }
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_drift_series *s = &figure->series[i];
        vg_role role = vg_role_series(i);
        draw_quantile(axes, canvas, figure, s->t, s->q99, s->count,
                      (vg_ink){.stroke = role, .width = 1, .dash = 1, .gap = 2.5, .stroke_opacity = 0.9});
        draw_quantile(axes, canvas, figure, s->t, s->q50, s->count, (vg_ink){.stroke = role, .width = 1.8});
    }
}

static double last_of(const double *values, int64_t count) {
    while (count > 0 && !isfinite(values[count - 1])) count--;
    return count > 0 ? values[count - 1] : NAN;
}

static const char *const quantile_names[2][3] = {{"99 %", "90 %", "50 %"},
                                                 {"99 %: at edge", "90 %: at edge", "50 %: at edge"}};

void vg_drift_name(vg_axes *axes, const vg_drift_figure *figure) {
    const vg_drift_series *s = figure->series;
    const double *const quantiles[] = {s->q99, s->q90, s->q50};
    for (int32_t k = 0; k < 3 && figure->series_count == 1; k++)
        vg_axes_name(axes, last_of(quantiles[k], s->count),
                     quantile_names[at_edge(figure, last_of(quantiles[k], s->count))][k],
                     vg_role_series(figure->colour));
    for (int32_t i = 0; i < figure->series_count && figure->series_count > 1; i++)
        vg_axes_name(axes, last_of(s[i].q50, s[i].count), s[i].label, vg_role_series(i));
}

vg_axes vg_drift_axes(vg_canvas *canvas, const vg_drift_figure *figure) {
    vg_axes axes = vg_axes_default(canvas);
    axes.title = figure->title;
    axes.subtitle = figure->subtitle;
    axes.x.label = figure->x_label;
    axes.y.label = figure->y_label;
    axes.y.percent = figure->share;
    axes.y.least = 0;
    axes.name_room = vg_axes_name_width(quantile_names[1][0]);
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_drift_series *s = &figure->series[i];
        vg_axis_include(&axes.x, s->t, s->count);
        const double *const quantiles[] = {s->q50, s->q90, s->q99};
        for (int32_t k = 0; k < 3; k++) vg_axis_include(&axes.y, quantiles[k], s->count);
        if (figure->series_count > 1) axes.name_room = fmax(axes.name_room, vg_axes_name_width(s->label));
    }
    axes.x.tight = true;
    if (figure->edge > 0 && !(axes.y.high > figure->edge))
        axes.y.most = 1.1 * figure->edge; // space for its label
    return axes;
}

static void say_quantiles(const void *context, int64_t at, char text[VG_HOVER_TEXT]) {
    const vg_drift_figure *figure = context;
    const vg_drift_series *s = figure->series;
    double unit = figure->share ? 100 : 1;
    snprintf(text, VG_HOVER_TEXT,
             "%.3g s: half of the cars within %.3g%s, 90 %% within %.3g%s, 99 %% within %.3g%s", s->t[at],
             unit * s->q50[at], figure->share ? " %" : "", unit * s->q90[at], figure->share ? " %" : "",
             unit * s->q99[at], figure->share ? " %" : "");
}

vg_err vg_drift_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_drift_figure *figure = context;
    vg_err err = check_count(figure->series_count, diag);
    if (err) return err;
    double *zeros = vg_new(double, figure->series[0].count);
    if (!zeros) return vg_fail_memory(diag);
    vg_paint_paper(canvas);
    vg_axes axes = vg_drift_axes(canvas, figure);
    const vg_axes_key keys[] = {{"median", {.stroke = VG_ROLE_MUTED, .width = 1.8}},
                                {"up to 90 % of cars", {.fill = VG_ROLE_MUTED, .fill_opacity = 0.2}},
                                {"99 %", {.stroke = VG_ROLE_MUTED, .width = 1, .dash = 1, .gap = 2.5}}};
    if (figure->series_count > 1) axes.keys = keys, axes.key_count = 3;
    vg_axes_begin(&axes, canvas);
    if (figure->series_count == 1)
        vg_drift_draw_bands(&axes, canvas, figure, zeros);
    else
        draw_several(&axes, canvas, figure);
    if (figure->edge > 0) vg_axes_level(&axes, canvas, figure->edge, "edge of the road", VG_ROLE_EXIT);
    vg_drift_name(&axes, figure);
    if (figure->series_count == 1)
        vg_hover(&axes, canvas, figure->series->t, figure->series->count, say_quantiles, figure);
    vg_axes_end(&axes, canvas);
    vg_free(zeros);
    return VG_OK;
}

vg_err vg_drift_write(const vg_drift_figure *figure, const char *path, const vg_picture *given,
                      vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    return vg_picture_write(&picture, vg_drift_paint, figure, path, diag);
}

// --- still on the road -----------------------------------------------------------------------------------

static vg_axes alive_axes(vg_canvas *canvas, const vg_alive_figure *figure) {
    vg_axes axes = vg_axes_default(canvas);
    axes.title = figure->title;
    axes.subtitle = figure->subtitle;
    axes.x.label = "time (s)";
    axes.y = (vg_axis){.label = "episodes that go on", .least = 0, .most = 1, .percent = true};
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_alive_series *s = &figure->series[i];
        vg_axis_include(&axes.x, s->t, s->count);
        if (!figure->focus) axes.name_room = fmax(axes.name_room, vg_axes_name_width(s->label));
    }
    axes.x.tight = true;
    return axes;
}

static bool is_seen(const vg_alive_figure *figure, int32_t i) {
    return !figure->focus || figure->focus == i + 1;
}

static void draw_interval(const vg_axes *axes, vg_canvas *canvas, const vg_alive_figure *figure, int32_t i) {
    const vg_alive_series *s = &figure->series[i];
    if (is_seen(figure, i) && s->low && s->high)
        vg_axes_band(axes, canvas, s->t, s->low, s->high, s->count, true,
                     (vg_ink){.fill = vg_role_series(i), .fill_opacity = 0.16});
}

static void draw_alive(vg_axes *axes, vg_canvas *canvas, const vg_alive_figure *figure, int32_t i) {
    const vg_alive_series *s = &figure->series[i];
    bool seen = is_seen(figure, i);
    vg_axes_steps(axes, canvas, s->t, s->alive, s->count,
                  (vg_ink){.stroke = seen ? vg_role_series(i) : VG_ROLE_MUTED,
                           .width = seen ? 1.8 : 0.8,
                           .stroke_opacity = seen ? 1 : 0.6,
                           .join = VG_JOIN_MITER});
    if (!figure->focus) vg_axes_name(axes, last_of(s->alive, s->count), s->label, vg_role_series(i));
}

static void say_alive(const void *context, int64_t at, char text[VG_HOVER_TEXT]) {
    const vg_alive_series *s = context;
    int used = snprintf(text, VG_HOVER_TEXT, "%.3g s: %.3g %%", s->t[at], 100 * s->alive[at]);
    if (s->low && s->high && isfinite(s->low[at]) && isfinite(s->high[at]))
        snprintf(text + used, VG_HOVER_TEXT - (size_t)used, " (%.3g to %.3g %%)", 100 * s->low[at],
                 100 * s->high[at]);
}

vg_err vg_alive_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_alive_figure *figure = context;
    vg_err err = check_count(figure->series_count, diag);
    if (err) return err;
    vg_paint_paper(canvas);
    vg_axes axes = alive_axes(canvas, figure);
    const vg_axes_key key = {figure->interval, {.fill = VG_ROLE_MUTED, .fill_opacity = 0.2}};
    if (figure->interval) axes.keys = &key, axes.key_count = 1;
    vg_axes_begin(&axes, canvas);
    for (int32_t i = 0; i < figure->series_count; i++) draw_interval(&axes, canvas, figure, i);
    for (int32_t i = 0; i < figure->series_count; i++) {
        if (i + 1 != figure->focus) draw_alive(&axes, canvas, figure, i);
    }
    if (figure->focus) {
        const vg_alive_series *s = &figure->series[figure->focus - 1];
        draw_alive(&axes, canvas, figure, figure->focus - 1); // above the others
        vg_hover(&axes, canvas, s->t, s->count, say_alive, s);
    }
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

vg_err vg_alive_write(const vg_alive_figure *figure, const char *path, const vg_picture *given,
                      vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    return vg_picture_write(&picture, vg_alive_paint, figure, path, diag);
}
