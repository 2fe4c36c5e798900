#include "eval/figures/scatter.h"

#include <math.h>

#include "eval/figures/figure_private.h"

vg_scatter_figure vg_scatter_default(void) { return (vg_scatter_figure){.log_x = true, .level = NAN}; }

static bool has_place(const vg_scatter_figure *figure, double x, double y) {
    return isfinite(x) && isfinite(y) && !(figure->log_x && x <= 0) && !(figure->log_y && y <= 0);
}

static void include(vg_axes *axes, const vg_scatter_figure *figure) {
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_scatter_series *s = &figure->series[i];
        for (int64_t k = 0; k < s->count; k++) {
            if (!has_place(figure, s->x[k], s->y[k])) continue;
            vg_axis_include(&axes->x, s->x + k, 1);
            vg_axis_include(&axes->y, s->y + k, 1);
            if (s->low && s->high && isfinite(s->low[k]) && isfinite(s->high[k])) {
                vg_axis_include(&axes->y, s->low + k, 1);
                vg_axis_include(&axes->y, s->high + k, 1);
            }
        }
        if (figure->joined) vg_figure_name_room(axes, s->y, s->count, s->label, NULL);
    }
    vg_axis_include(&axes->y, &figure->level, 1);
}

static vg_axes scatter_axes(vg_canvas *canvas, const vg_scatter_figure *figure) {
    vg_axes axes = vg_axes_default(canvas);
    axes.title = figure->title;
    axes.subtitle = figure->subtitle;
    axes.x.label = figure->x_label;
    axes.y.label = figure->y_label;
    axes.x.log = figure->log_x, axes.x.percent = figure->percent_x;
    axes.y.log = figure->log_y, axes.y.percent = figure->percent_y;
    axes.slack = 6;
    include(&axes, figure);
    if (!figure->log_x && axes.x.low >= 0) axes.x.least = 0;
    if (!figure->log_y && axes.y.low >= 0) axes.y.least = 0;
    vg_figure_pad(&axes.x, 0.05);
    if (figure->log_y) vg_figure_pad(&axes.y, 0.05);
    if (figure->percent_y && axes.y.high <= 1 && axes.y.high > 0.9) axes.y.most = 1;
    return axes;
}

static void draw_series(const vg_axes *axes, vg_canvas *canvas, const vg_scatter_series *s, vg_role role,
                        bool joined) {
    if (s->low && s->high)
        for (int64_t k = 0; k < s->count; k++)
            if (isfinite(vg_axes_y(axes, s->y[k])))
                vg_axes_bars(axes, canvas, s->x + k, s->low + k, s->high + k, 1,
                             (vg_ink){.stroke = role, .width = 1, .stroke_opacity = 0.65});
    if (joined) vg_axes_line(axes, canvas, s->x, s->y, s->count, (vg_ink){.stroke = role, .width = 1.6});
    vg_ink ink = {.fill = role, .stroke = VG_ROLE_PAPER, .width = 1};
    if (!joined) ink.fill_opacity = 0.8;
    for (int64_t k = 0; k < s->count;
         k++) // drawn one by one, so that each keeps its outline where dots overlap
        vg_axes_dots(axes, canvas, s->x + k, s->y + k, 1, joined ? 3.2 : 4, ink);
}

vg_err vg_scatter_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_scatter_figure *figure = context;
    vg_err err = vg_figure_check(figure->series_count, VG_SERIES_COUNT, "series", diag);
    if (err) return err;
    vg_paint_paper(canvas);
    vg_axes axes = scatter_axes(canvas, figure);
    vg_axes_key keys[VG_SERIES_COUNT];
    for (int32_t i = 0; i < figure->series_count; i++)
        keys[i] = (vg_axes_key){vg_figure_text(figure->series[i].label),
                                {.fill = vg_role_series(i), .fill_opacity = 0.8}};
    if (!figure->joined) axes.keys = keys, axes.key_count = figure->series_count, axes.key_dots = true;
    vg_axes_begin(&axes, canvas);
    if (isfinite(vg_axes_y(&axes, figure->level)))
        vg_axes_level(&axes, canvas, figure->level, figure->level_label, VG_ROLE_REFERENCE);
    vg_transform plain = vg_canvas_get_transform(canvas);
    for (int32_t i = 0; i < figure->series_count; i++) {
        const vg_scatter_series *s = &figure->series[i];
        vg_transform apart = plain;
        if (figure->joined) apart.dx += plain.sx * 2.5 * (i - 0.5 * (figure->series_count - 1));
        vg_canvas_set_transform(canvas, apart);
        draw_series(&axes, canvas, s, vg_role_series(i), figure->joined);
        if (figure->joined) vg_figure_name(&axes, s->y, s->count, s->label, NULL, vg_role_series(i));
    }
    vg_canvas_set_transform(canvas, plain);
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

vg_err vg_scatter_write(const vg_scatter_figure *figure, const char *path, const vg_picture *given,
                        vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    return vg_picture_write(&picture, vg_scatter_paint, figure, path, diag);
}
