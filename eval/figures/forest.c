#include "eval/figures/forest.h"

#include <math.h>
#include <stdio.h>

#include "eval/figures/figure_private.h"

static const double SIZE = 11, FRAME = 36 + 4 + 4;

vg_forest_figure vg_forest_default(void) { return (vg_forest_figure){.percent = true, .floor = NAN}; }

static double wanted_pitch(int32_t rows) { return rows <= 12 ? 30 : rows <= 24 ? 24 : 19; }

double vg_forest_height(const vg_forest_figure *figure) {
    double head = (figure->title ? 22 : 0) + (figure->subtitle ? 18 : 0) + 8;
    double foot = figure->x_label ? 38 : 20, floor = figure->floor_label ? 18 : 0;
    int32_t rows = figure->row_count < 1 ? 1 : figure->row_count;
    return fmax(140, FRAME + head + foot + floor + rows * wanted_pitch(rows));
}

// --- numbers ---------------------------------------------------------------------------------------------

// As many decimals as give the largest number three digits.
static int32_t decimals_of(const vg_forest_figure *figure, const vg_axis *axis) {
    double most = fmax(fabs(axis->low), fabs(axis->high)) * (figure->percent ? 100 : 1);
    if (!(most > 0)) return 1;
    return (int32_t)fmin(fmax(2 - floor(log10(most) + 1e-9), figure->percent ? 1 : 0), 6);
}

typedef struct numbers {
    char estimate[48], interval[96]; // "12.3 %", "(8.1 to 17.0)"
} numbers;

static numbers numbers_of(const vg_forest_figure *figure, const vg_forest_row *row, int32_t decimals) {
    numbers text = {"no data", ""};
    double factor = figure->percent ? 100 : 1;
    char one[32], two[32];
    if (!isfinite(row->estimate)) return text;
    snprintf(text.estimate, sizeof text.estimate, "%s%s",
             vg_axes_number(row->estimate * factor, decimals, one), figure->percent ? " %" : "");
    if (isfinite(row->low) && isfinite(row->high))
        snprintf(text.interval, sizeof text.interval, "(%s to %s)",
                 vg_axes_number(row->low * factor, decimals, one),
                 vg_axes_number(row->high * factor, decimals, two));
    return text;
}

// --- the figure ------------------------------------------------------------------------------------------

static void include_row(vg_axis *axis, const vg_forest_row *row) {
    vg_axis_include(axis, &row->estimate, 1);
    vg_axis_include(axis, row->values, row->value_count);
    if (!isfinite(row->estimate) || !isfinite(row->low) || !isfinite(row->high)) return;
    vg_axis_include(axis, &row->low, 1);
    vg_axis_include(axis, &row->high, 1);
}

static vg_axes forest_axes(vg_canvas *canvas, const vg_forest_figure *figure, double *estimate_width) {
    vg_axes axes = vg_axes_default(canvas);
    axes.title = figure->title;
    axes.subtitle = figure->subtitle;
    axes.x.label = figure->x_label;
    axes.x.percent = figure->percent;
    axes.y.least = 0, axes.y.most = figure->row_count;
    axes.rows = true;
    axes.slack = 6;
    for (int32_t i = 0; i < figure->row_count; i++) include_row(&axes.x, &figure->rows[i]);
    vg_axis_include(&axes.x, &figure->floor, 1);
    int32_t decimals = decimals_of(figure, &axes.x);
    double label = 0, interval = 0;
    *estimate_width = 0;
    for (int32_t i = 0; i < figure->row_count; i++) {
        numbers text = numbers_of(figure, &figure->rows[i], decimals);
        label = fmax(label, vg_write_width(vg_figure_text(figure->rows[i].label), SIZE, true) + 17);
        *estimate_width = fmax(*estimate_width, vg_write_width(text.estimate, SIZE, true));
        interval = fmax(interval, vg_write_width(text.interval, SIZE, false));
    }
    axes.row_room = fmin(label, 0.34 * axes.width);
    axes.name_room = 18 + *estimate_width + (interval > 0 ? 7 + interval : 0);
    if (axes.x.low >= 0) axes.x.least = 0;
    if (figure->percent && axes.x.high <= 1 && axes.x.high > 0.9) axes.x.most = 1;
    return axes;
}

static void draw_mark(const vg_axes *axes, vg_canvas *canvas, const vg_forest_row *row, double y,
                      double pitch) {
    vg_role role = row->role ? row->role : VG_ROLE_SERIES_0;
    double tick = fmin(5, 0.2 * pitch);
    for (int32_t i = 0; i < row->value_count; i++) {
        double x = vg_axes_x(axes, row->values[i]);
        if (!isfinite(x)) continue;
        vg_move(canvas, x, y - tick);
        vg_line(canvas, x, y + tick);
        vg_draw(canvas, (vg_ink){.stroke = role, .width = 1.2, .stroke_opacity = 0.45});
    }
    if (isfinite(row->estimate) && isfinite(row->low) && isfinite(row->high)) {
        vg_move(canvas, vg_axes_x(axes, row->low), y);
        vg_line(canvas, vg_axes_x(axes, row->high), y);
        vg_draw(canvas, (vg_ink){.stroke = role, .width = 2});
    }
    vg_circle(canvas, vg_axes_x(axes, row->estimate), y, fmin(4.5, 0.2 * pitch));
    vg_draw(canvas, (vg_ink){.fill = role, .stroke = VG_ROLE_PAPER, .width = 1.2});
}

static void draw_floor(const vg_axes *axes, vg_canvas *canvas, const vg_forest_figure *figure, double top) {
    double x = vg_axes_x(axes, figure->floor);
    if (!isfinite(x)) return;
    vg_move(canvas, x, top);
    vg_line(canvas, x, axes->plot_y + axes->plot_height);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_REFERENCE, .width = 1.2, .dash = 4, .gap = 3});
}

// Placed beside the line's head, on the side with more space.
static void name_floor(const vg_axes *axes, vg_canvas *canvas, const vg_forest_figure *figure) {
    double x = vg_axes_x(axes, figure->floor), end = axes->left + axes->width;
    if (!isfinite(x) || !figure->floor_label) return;
    bool right = x < (axes->left + end) / 2;
    vg_write_within(canvas, right ? x + 6 : x - 6, axes->plot_y + 8, right ? end - x - 6 : x - 6 - axes->left,
                    figure->floor_label,
                    (vg_type){.size = 10.5,
                              .role = VG_ROLE_REFERENCE,
                              .halo = VG_ROLE_PAPER,
                              .anchor = right ? VG_ANCHOR_START : VG_ANCHOR_END});
}

static void write_row(const vg_axes *axes, vg_canvas *canvas, const vg_forest_row *row, numbers text,
                      double y, double estimate_width) {
    double base = y + VG_CAP_HEIGHT / 2 * SIZE, x = axes->plot_x + axes->plot_width + 16 + estimate_width;
    vg_role role = isfinite(row->estimate) ? VG_ROLE_TEXT : VG_ROLE_MUTED;
    vg_write_within(canvas, axes->left, base, axes->row_room - 16, vg_figure_text(row->label),
                    (vg_type){.size = SIZE, .bold = true, .role = role});
    vg_write(canvas, x, base, text.estimate,
             (vg_type){.size = SIZE, .bold = true, .anchor = VG_ANCHOR_END, .role = role});
    if (text.interval[0])
        vg_write(canvas, x + 7, base, text.interval, (vg_type){.size = SIZE, .role = VG_ROLE_MUTED});
}

vg_err vg_forest_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_forest_figure *figure = context;
    vg_err err = vg_figure_check(figure->row_count, VG_FOREST_ROWS, "rows", diag);
    if (err) return err;
    vg_paint_paper(canvas);
    double estimate_width;
    vg_axes axes = forest_axes(canvas, figure, &estimate_width);
    vg_axes_begin(&axes, canvas);
    double top = axes.plot_y + (isfinite(figure->floor) && figure->floor_label ? 18 : 0);
    double pitch = (axes.plot_y + axes.plot_height - top) / figure->row_count;
    draw_floor(&axes, canvas, figure, axes.plot_y);
    for (int32_t i = 0; i < figure->row_count; i++)
        draw_mark(&axes, canvas, &figure->rows[i], top + (i + 0.5) * pitch, pitch);
    vg_axes_end(&axes, canvas);
    for (int32_t i = 0; i < figure->row_count; i++)
        write_row(&axes, canvas, &figure->rows[i],
                  numbers_of(figure, &figure->rows[i], decimals_of(figure, &axes.x)), top + (i + 0.5) * pitch,
                  estimate_width);
    name_floor(&axes, canvas, figure);
    return VG_OK;
}

vg_err vg_forest_write(const vg_forest_figure *figure, const char *path, const vg_picture *given,
                       vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    if (!given || given->canvas.height == 0) picture.canvas.height = vg_forest_height(figure);
    return vg_picture_write(&picture, vg_forest_paint, figure, path, diag);
}
