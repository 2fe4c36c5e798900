#include "eval/figures/hazard.h"

#include <math.h>
#include <stdio.h>

#include "eval/figures/figure_private.h"
#include "eval/figures/hover.h"

vg_hazard_figure vg_hazard_default(void) {
    return (vg_hazard_figure){.x_label = "time (s)", .y_label = "departures per minute"};
}

// A bin's value is a level from edge to edge. Neighbours are joined; an unknown value interrupts the line.
static void draw_rate(const vg_axes *axes, vg_canvas *canvas, const vg_hazard_series *s, vg_ink ink) {
    for (int64_t i = 0; i < s->count; i++) {
        if (!isfinite(s->rate[i])) continue;
        double y = vg_axes_y(axes, s->rate[i]), x = vg_axes_x(axes, s->edges[i]);
        if (i > 0 && isfinite(s->rate[i - 1]))
            vg_line(canvas, x, y);
        else
            vg_move(canvas, x, y);
        vg_line(canvas, vg_axes_x(axes, s->edges[i + 1]), y);
    }
    vg_draw(canvas, ink);
}

static bool has_interval(const vg_hazard_series *s, int64_t i) {
    return i < s->count && isfinite(s->rate[i]) && isfinite(s->low[i]) && isfinite(s->high[i]);
}

// Each run of bins with an interval is one outline, so that no seams show between bins.
static void draw_interval(const vg_axes *axes, vg_canvas *canvas, const vg_hazard_series *s, vg_ink ink) {
    for (int64_t begin = 0, end; begin < s->count; begin = end + 1) {
        for (end = begin; has_interval(s, end); end++) {
            double y = vg_axes_y(axes, s->high[end]);
            if (end == begin)
                vg_move(canvas, vg_axes_x(axes, s->edges[end]), y);
            else
                vg_line(canvas, vg_axes_x(axes, s->edges[end]), y);
            vg_line(canvas, vg_axes_x(axes, s->edges[end + 1]), y);
        }
        for (int64_t i = end - 1; i >= begin; i--) {
            double y = vg_axes_y(axes, s->low[i]);
            vg_line(canvas, vg_axes_x(axes, s->edges[i + 1]), y);
            vg_line(canvas, vg_axes_x(axes, s->edges[i]), y);
        }
        if (end > begin) vg_close(canvas);
    }
    vg_draw(canvas, ink);
}

static void draw_constant(const vg_axes *axes, vg_canvas *canvas, const vg_hazard_series *s, vg_role role) {
    if (!(s->constant > 0) || s->count < 1) return;
    double y = vg_axes_y(axes, s->constant);
    vg_move(canvas, vg_axes_x(axes, s->edges[0]), y);
    vg_line(canvas, vg_axes_x(axes, s->edges[s->count]), y);
    vg_draw(canvas, (vg_ink){.stroke = role, .width = 1, .dash = 1, .gap = 2.5});
}

static vg_axes hazard_axes(vg_canvas *canvas, const vg_hazard_figure *figure) {
    vg_axes axes = vg_axes_default(canvas);
    axes.title = figure->title;
    axes.subtitle = figure->subtitle;
    axes.x.label = figure->x_label;
    axes.y.label = figure->y_label;
    axes.y.least = 0;
    axes.x.tight = true;
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_hazard_series *s = &figure->series[i];
        if (s->count > 0) vg_axis_include(&axes.x, s->edges, s->count + 1);
        vg_axis_include(&axes.y, s->rate, s->count);
        vg_axis_include(&axes.y, &s->constant, 1);
        if (!figure->focus) vg_figure_name_room(&axes, s->rate, s->count, s->label, NULL);
    }
    double most = 3 * axes.y.high;
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_hazard_series *s = &figure->series[i];
        for (int64_t k = 0; s->low && s->high && k < s->count; k++) {
            double high = most > 0 ? fmin(s->high[k], most) : s->high[k];
            if (has_interval(s, k)) vg_axis_include(&axes.y, &high, 1);
        }
    }
    return axes;
}

static int32_t hazard_keys(const vg_hazard_figure *figure, vg_axes_key *keys) {
    int32_t count = 0;
    bool constant = false;
    for (int32_t i = 0; i < figure->series_count; i++) constant = constant || figure->series[i].constant > 0;
    if (figure->interval)
        keys[count++] = (vg_axes_key){figure->interval, {.fill = VG_ROLE_MUTED, .fill_opacity = 0.2}};
    if (constant)
        keys[count++] =
            (vg_axes_key){"constant hazard", {.stroke = VG_ROLE_MUTED, .width = 1, .dash = 1, .gap = 2.5}};
    return count;
}

static bool is_seen(const vg_hazard_figure *figure, int32_t i) {
    return !figure->focus || figure->focus == i + 1;
}

static void draw_series(vg_axes *axes, vg_canvas *canvas, const vg_hazard_figure *figure, int32_t i) {
    const vg_hazard_series *s = &figure->series[i];
    bool seen = is_seen(figure, i);
    if (seen) draw_constant(axes, canvas, s, vg_role_series(i));
    draw_rate(axes, canvas, s,
              (vg_ink){.stroke = seen ? vg_role_series(i) : VG_ROLE_MUTED,
                       .width = seen ? 1.8 : 0.8,
                       .stroke_opacity = seen ? 1 : 0.6,
                       .join = VG_JOIN_MITER});
    if (!figure->focus) vg_figure_name(axes, s->rate, s->count, s->label, NULL, vg_role_series(i));
}

static void say_rate(const void *context, int64_t at, char text[VG_HOVER_TEXT]) {
    const vg_hazard_series *s = context;
    if (!isfinite(s->rate[at])) return;
    int used = snprintf(text, VG_HOVER_TEXT, "%.3g to %.3g s: %.3g a minute", s->edges[at], s->edges[at + 1],
                        s->rate[at]);
    if (has_interval(s, at))
        snprintf(text + used, VG_HOVER_TEXT - (size_t)used, " (%.3g to %.3g)", s->low[at], s->high[at]);
}

vg_err vg_hazard_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_hazard_figure *figure = context;
    vg_err err = vg_figure_check(figure->series_count, VG_SERIES_COUNT, "series", diag);
    if (err) return err;
    vg_paint_paper(canvas);
    vg_axes axes = hazard_axes(canvas, figure);
    vg_axes_key keys[2];
    axes.keys = keys, axes.key_count = hazard_keys(figure, keys);
    vg_axes_begin(&axes, canvas);
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_hazard_series *s = &figure->series[i];
        vg_ink ink = {.fill = vg_role_series(i), .fill_opacity = figure->series_count > 4 ? 0.09 : 0.15};
        if (s->low && s->high && is_seen(figure, i)) draw_interval(&axes, canvas, s, ink);
    }
    for (int32_t i = 0; i < figure->series_count; i++) draw_series(&axes, canvas, figure, i);
    if (figure->focus) {
        const vg_hazard_series *s = &figure->series[figure->focus - 1];
        vg_hover(&axes, canvas, s->edges, s->count, say_rate, s);
    }
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

vg_err vg_hazard_write(const vg_hazard_figure *figure, const char *path, const vg_picture *given,
                       vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    return vg_picture_write(&picture, vg_hazard_paint, figure, path, diag);
}
