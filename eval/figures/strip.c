#include "eval/figures/strip.h"

#include <math.h>
#include <stdio.h>

#include "eval/figures/figure_private.h"
#include "eval/figures/map_furniture_private.h"

static const double FRAME = 36 + 38 + 26 + 6; // margins, x axis, foot, space

vg_strip_figure vg_strip_default(void) {
    return (vg_strip_figure){.most = 1, .low = "centre", .high = "edge"};
}

static double wanted_pitch(int32_t rows) { return rows <= 12 ? 24 : rows <= 32 ? 18 : 14; }

double vg_strip_height(const vg_strip_figure *figure) {
    double head = (figure->title ? 22 : 0) + (figure->subtitle ? 18 : 0) + 12;
    int32_t rows = figure->row_count < 1 ? 1 : figure->row_count;
    return fmax(160, FRAME + head + rows * wanted_pitch(rows));
}

static vg_err check_rows(const vg_strip_figure *figure, vg_diag *diag) {
    vg_err err = vg_figure_check(figure->row_count, VG_STRIP_ROWS, "rows", diag);
    for (int32_t i = 0; i < figure->row_count && !err; i++)
        if (!(figure->rows[i].length > 0) || !isfinite(figure->rows[i].length))
            err = vg_fail(diag, VG_ERR_ARGUMENT, "row %d, %s, is %g m long: expected a length above 0",
                          (int)i, vg_figure_text(figure->rows[i].label), figure->rows[i].length);
    return err;
}

// --- a row -----------------------------------------------------------------------------------------------

typedef struct strip {
    double x, y, width, height, text; // text: size of its letters
} strip;

static vg_role role_of(const vg_strip_figure *figure, double drift) {
    return isfinite(drift) ? vg_role_ramp(figure->most > 0 ? drift / figure->most : drift) : VG_ROLE_ROAD;
}

// One path for each colour: neighbouring bins of one colour become one rectangle, which reaches slightly
// under the next.
static void draw_bins(const vg_strip_figure *figure, const vg_strip_row *row, vg_canvas *canvas, strip at) {
    vg_rect(canvas, at.x, at.y, at.width, at.height);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_ROAD});
    double step = at.width / (row->count > 0 ? (double)row->count : 1);
    for (int32_t k = 0; k < VG_RAMP_COUNT; k++) {
        vg_role role = vg_role_ramp((k + 0.5) / VG_RAMP_COUNT);
        bool any = false;
        for (int64_t begin = 0, end; begin < row->count; begin = end) {
            vg_role own = role_of(figure, row->drift[begin]);
            for (end = begin + 1; end < row->count && role_of(figure, row->drift[end]) == own; end++)
                ;
            if (own != role) continue;
            bool open = end < row->count && isfinite(row->drift[end]);
            vg_rect(canvas, at.x + (double)begin * step, at.y,
                    (double)(end - begin) * step + (open ? 0.25 : 0), at.height);
            any = true;
        }
        if (any) vg_draw(canvas, (vg_ink){.fill = role});
    }
}

// Ticks with an outline of paper, to contrast with the strong end of the ramp.
static void draw_exits(const vg_strip_row *row, vg_canvas *canvas, strip at) {
    for (int32_t pass = 0; pass < 2 && row->exit_count > 0; pass++) {
        double reach = at.height > 12 ? 3 : 2;
        for (int64_t i = 0; i < row->exit_count; i++) {
            double x = at.x + fmin(fmax(row->exits[i] / row->length, 0), 1) * at.width;
            if (!isfinite(row->exits[i])) continue;
            vg_move(canvas, x, at.y - reach);
            vg_line(canvas, x, at.y + at.height + reach);
        }
        vg_draw(canvas, pass ? (vg_ink){.stroke = VG_ROLE_EXIT, .width = 1.5}
                             : (vg_ink){.stroke = VG_ROLE_PAPER, .width = 3.5});
    }
}

static void draw_row(const vg_strip_figure *figure, const vg_strip_row *row, vg_canvas *canvas,
                     const vg_axes *axes, strip at) {
    double base = at.y + at.height / 2 + VG_CAP_HEIGHT / 2 * at.text;
    vg_group_begin(canvas, (vg_group){.title = row->label});
    vg_write_within(canvas, axes->left, base, axes->row_room - 12, vg_figure_text(row->label),
                    (vg_type){.size = at.text});
    if (row->note)
        vg_write_within(canvas, axes->plot_x + axes->plot_width + 12, base, axes->name_room - 12, row->note,
                        (vg_type){.size = at.text, .role = VG_ROLE_MUTED});
    draw_bins(figure, row, canvas, at);
    draw_exits(row, canvas, at);
    vg_group_end(canvas);
}

// --- the figure ------------------------------------------------------------------------------------------

static vg_axes strip_axes(vg_canvas *canvas, const vg_strip_figure *figure, double text, double *longest) {
    vg_axes axes = vg_axes_default(canvas);
    axes.title = figure->title;
    axes.subtitle = figure->subtitle;
    axes.rows = true;
    axes.height -= 26;
    axes.x.label = figure->metres ? "distance along the road (m)" : "along the road, share of its length";
    axes.x.percent = !figure->metres;
    axes.x.tight = true;
    axes.x.least = 0;
    axes.y.least = 0, axes.y.most = figure->row_count;
    double label = 0, note = 0;
    for (int32_t i = 0; i < figure->row_count; i++) {
        const vg_strip_row *row = &figure->rows[i];
        label = fmax(label, vg_write_width(vg_figure_text(row->label), text, false) + 13);
        if (row->note) note = fmax(note, vg_write_width(row->note, text, false) + 13);
        *longest = fmax(*longest, row->length);
    }
    axes.row_room = fmin(label, 0.3 * axes.width);
    axes.name_room = fmax(14, fmin(note, 0.25 * axes.width));
    axes.x.most = figure->metres ? *longest : 1;
    return axes;
}

static void draw_key(vg_canvas *canvas, const vg_axes *axes, const vg_strip_figure *figure, int64_t exits) {
    double y = axes->top + axes->height + 22, x = axes->left + axes->width;
    vg_type type = {.size = 10.5, .role = VG_ROLE_MUTED, .anchor = VG_ANCHOR_END};
    char text[64];
    if (exits > 0) {
        snprintf(text, sizeof text, "%lld left the road", (long long)exits);
        vg_write(canvas, x, y, text, type);
        x -= vg_write_width(text, type.size, false) + 8;
        vg_move(canvas, x, y - 9);
        vg_line(canvas, x, y + 1);
        vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_EXIT, .width = 1.5});
        x -= 22;
    }
    vg_write(canvas, x, y, "not driven", type);
    x -= vg_write_width("not driven", type.size, false) + 7 + 16;
    vg_rect(canvas, x, y - 7.5, 16, 7);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_ROAD});
    vg_map_draw_ramp(canvas, x - 22, y, vg_figure_text(figure->low), vg_figure_text(figure->high));
}

vg_err vg_strip_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_strip_figure *figure = context;
    vg_err err = check_rows(figure, diag);
    if (err) return err;
    double room = vg_canvas_height(canvas) -
                  (vg_strip_height(figure) - figure->row_count * wanted_pitch(figure->row_count));
    double text = fmin(fmax(0.62 * room / figure->row_count, 6), 10.5), longest = 0;
    vg_paint_paper(canvas);
    vg_axes axes = strip_axes(canvas, figure, text, &longest);
    vg_axes_begin(&axes, canvas);
    vg_axes_end(&axes, canvas);
    double pitch = (axes.plot_height - 4) / figure->row_count,
           height = fmin(pitch - fmax(2, 0.3 * pitch), 22);
    int64_t exits = 0;
    vg_group_begin(canvas, (vg_group){.name = "strips"});
    for (int32_t i = 0; i < figure->row_count; i++) {
        const vg_strip_row *row = &figure->rows[i];
        double width = axes.plot_width * (figure->metres ? row->length / axes.x.most : 1);
        draw_row(figure, row, canvas, &axes,
                 (strip){axes.plot_x, axes.plot_y + (i + 0.5) * pitch - height / 2, width, height, text});
        exits += row->exit_count;
    }
    vg_group_end(canvas);
    draw_key(canvas, &axes, figure, exits);
    return VG_OK;
}

vg_err vg_strip_write(const vg_strip_figure *figure, const char *path, const vg_picture *given,
                      vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    if (!given || given->canvas.height == 0) picture.canvas.height = vg_strip_height(figure);
    return vg_picture_write(&picture, vg_strip_paint, figure, path, diag);
}
