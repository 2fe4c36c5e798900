#include "eval/figures/axes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST_TICKS = 24 };
static const double SMALL = 10.5, MARGIN = 18;

vg_axes vg_axes_default(const vg_canvas *canvas) {
    vg_axis axis = {.least = NAN, .most = NAN, .low = NAN, .high = NAN};
    return (vg_axes){.x = axis,
                     .y = axis,
                     .left = MARGIN,
                     .top = MARGIN,
                     .width = vg_canvas_width(canvas) - 2 * MARGIN,
                     .height = vg_canvas_height(canvas) - 2 * MARGIN};
}

// --- scales ----------------------------------------------------------------------------------------------

static double along(const vg_axis *axis, double value) {
    if (!axis->log) return (value - axis->least) / (axis->most - axis->least);
    if (!(value > 0)) return NAN;
    return log(value / axis->least) / log(axis->most / axis->least);
}

double vg_axes_x(const vg_axes *axes, double value) {
    return axes->plot_x + along(&axes->x, value) * axes->plot_width;
}

double vg_axes_y(const vg_axes *axes, double value) {
    return axes->plot_y + (1 - along(&axes->y, value)) * axes->plot_height;
}

// An open end of a range is set by the data and moved out to a tick.
static void fix_range(vg_axis *axis, double length, double pitch) {
    bool open_least = isnan(axis->least), open_most = isnan(axis->most);
    if (open_least) axis->least = isnan(axis->low) ? (axis->log ? 0.1 : 0) : axis->low;
    if (open_most) axis->most = isnan(axis->high) ? 1 : axis->high;
    if (axis->log) {
        if (!(axis->least > 0) || !(axis->most > 0)) axis->least = 0.1, axis->most = 1;
        if (open_least) axis->least = vg_nice_below(axis->least);
        if (open_most) axis->most = 1 / vg_nice_below(1 / axis->most);
        if (!(axis->most > axis->least)) axis->most = 10 * axis->least;
        return;
    }
    if (!(axis->most > axis->least)) axis->most = axis->least + fmax(1, fabs(axis->least));
    double ticks[MOST_TICKS];
    int32_t decimals, count = vg_axis_ticks(axis, length, pitch, ticks, MOST_TICKS, &decimals);
    if (count < 2) return;
    double step = ticks[1] - ticks[0], near = axis->tight ? 0.03 * (axis->most - axis->least) : step;
    double below = step * floor(axis->least / step + 1e-9), above = step * ceil(axis->most / step - 1e-9);
    if (open_least && axis->least - below <= near) axis->least = below;
    if (open_most && above - axis->most <= near) axis->most = above;
}

static void format_tick(const vg_axis *axis, double value, int32_t decimals, char *text) {
    static const char *const superscripts[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    double shown = axis->percent ? 100 * value : value;
    if (axis->log && (shown >= 1e5 || shown < 1e-3)) {
        int32_t power = (int32_t)floor(log10(shown) + 1e-9), size = power < 0 ? -power : power;
        int32_t lead = (int32_t)llround(shown / pow(10, power));
        char before[16] = "";
        if (lead != 1) snprintf(before, sizeof before, "%d·", lead);
        snprintf(text, 32, "%s10%s%s%s", before, power < 0 ? "⁻" : "",
                 size >= 10 ? superscripts[size / 10 % 10] : "", superscripts[size % 10]);
    } else {
        if (axis->log) decimals = (int32_t)fmax(0, -floor(log10(shown) + 1e-9));
        vg_axes_number(shown, decimals, text);
    }
    if (axis->percent) strcat(text, " %");
}

// --- the frame -------------------------------------------------------------------------------------------

static void draw_key(const vg_axes_key *key, vg_canvas *canvas, bool dot, double x, double y) {
    if (key->ink.fill && dot) {
        vg_circle(canvas, x + 8, y - 4, 4);
    } else if (key->ink.fill) {
        vg_rect(canvas, x, y - 8, 16, 8);
    } else {
        vg_move(canvas, x, y - 4);
        vg_line(canvas, x + 16, y - 4);
    }
    vg_draw(canvas, key->ink);
}

// Writes text line by line; returns the last line's baseline.
static double draw_keys(const vg_axes *axes, vg_canvas *canvas, double y) {
    double x = axes->left, right = axes->left + axes->width;
    for (int32_t i = 0; i < axes->key_count; i++) {
        const vg_axes_key *key = &axes->keys[i];
        double width = 22 + vg_write_width(key->label, SMALL, false);
        if (x > axes->left && x + width > right) x = axes->left, y += 17;
        draw_key(key, canvas, axes->key_dots, x, y);
        vg_write_within(canvas, x + 22, y, right - x - 22, key->label,
                        (vg_type){.size = SMALL, .role = VG_ROLE_MUTED});
        x += width + 20;
    }
    return y;
}

// Draws title, subtitle, legend and the y axis's label, from the top down. Returns where the plot begins.
static double draw_head(const vg_axes *axes, vg_canvas *canvas) {
    double y = axes->top;
    if (axes->title) {
        vg_write_within(canvas, axes->left, y + 12, axes->width, axes->title,
                        (vg_type){.size = 16, .bold = true});
        y += 22;
    }
    if (axes->subtitle) {
        vg_write_within(canvas, axes->left, y + 9, axes->width, axes->subtitle,
                        (vg_type){.size = 11.5, .role = VG_ROLE_MUTED});
        y += 18;
    }
    if (axes->key_count > 0) {
        y = draw_keys(axes, canvas, y + 14) + 6;
    }
    if (axes->title || axes->subtitle || axes->key_count > 0) y += 8;
    if (axes->y.label) {
        vg_write(canvas, axes->left, y + 9, axes->y.label, (vg_type){.size = SMALL, .role = VG_ROLE_MUTED});
        y += 20;
    }
    return y + 4;
}

static void draw_y_axis(const vg_axes *axes, vg_canvas *canvas, const double *ticks, int32_t count,
                        int32_t decimals) {
    char text[64];
    for (int32_t i = 0; i < count; i++) {
        double y = vg_axes_y(axes, ticks[i]);
        vg_move(canvas, axes->plot_x, y);
        vg_line(canvas, axes->plot_x + axes->plot_width, y);
        vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_GRID, .width = 0.8});
        format_tick(&axes->y, ticks[i], decimals, text);
        vg_write(canvas, axes->plot_x - 8, y + VG_CAP_HEIGHT / 2 * SMALL, text,
                 (vg_type){.size = SMALL, .anchor = VG_ANCHOR_END, .role = VG_ROLE_MUTED});
    }
}

static void draw_x_axis(const vg_axes *axes, vg_canvas *canvas) {
    double ticks[MOST_TICKS], bottom = axes->plot_y + axes->plot_height;
    char text[64];
    int32_t decimals, count = vg_axis_ticks(&axes->x, axes->plot_width, 70, ticks, MOST_TICKS, &decimals);
    for (int32_t i = 0; i < count; i++) {
        double x = vg_axes_x(axes, ticks[i]);
        if (axes->rows ||
            (axes->x.log && axes->y.log)) { // grid lines both ways only if slopes are read off the figure
            vg_move(canvas, x, axes->plot_y);
            vg_line(canvas, x, bottom);
            vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_GRID, .width = 0.8});
        }
        vg_move(canvas, x, bottom);
        vg_line(canvas, x, bottom + 4);
        vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_AXIS, .width = 0.8});
        format_tick(&axes->x, ticks[i], decimals, text);
        vg_write(canvas, x, bottom + 17, text,
                 (vg_type){.size = SMALL, .anchor = VG_ANCHOR_MIDDLE, .role = VG_ROLE_MUTED});
    }
    if (axes->x.label)
        vg_write(canvas, axes->plot_x + axes->plot_width / 2, bottom + 35, axes->x.label,
                 (vg_type){.size = SMALL, .anchor = VG_ANCHOR_MIDDLE, .role = VG_ROLE_MUTED});
}

void vg_axes_begin(vg_axes *axes, vg_canvas *canvas) {
    double ticks[MOST_TICKS], widest = 0;
    int32_t decimals = 0;
    char text[64];
    vg_group_begin(canvas, (vg_group){.name = "axes"});
    axes->plot_y = draw_head(axes, canvas);
    axes->plot_height = fmax(10, axes->top + axes->height - axes->plot_y - (axes->x.label ? 38 : 20));
    fix_range(&axes->y, axes->plot_height, 46);
    int32_t count =
        axes->rows ? 0 : vg_axis_ticks(&axes->y, axes->plot_height, 46, ticks, MOST_TICKS, &decimals);
    for (int32_t i = 0; i < count; i++) {
        format_tick(&axes->y, ticks[i], decimals, text);
        widest = fmax(widest, vg_write_width(text, SMALL, false));
    }
    axes->name_room = fmin(axes->name_room, 0.45 * axes->width);
    axes->plot_x = axes->left + (axes->rows ? axes->row_room : widest + 8);
    axes->plot_width = fmax(10, axes->left + axes->width - axes->plot_x - fmax(10, axes->name_room));
    fix_range(&axes->x, axes->plot_width, 70);
    draw_y_axis(axes, canvas, ticks, count, decimals);
    draw_x_axis(axes, canvas);
    vg_group_end(canvas);
    vg_group_begin(canvas, (vg_group){.name = "plot",
                                      .clip = true,
                                      .x = axes->plot_x - 1 - axes->slack,
                                      .y = axes->plot_y - 3 - axes->slack,
                                      .clip_width = axes->plot_width + 3 + 2 * axes->slack,
                                      .clip_height = axes->plot_height + 3 + 2 * axes->slack});
}

// Sorts names by height, pushes each below the one above, then moves all up again if the last is below the
// plot.
static void part_names(vg_axes *axes, double pitch, double foot) {
    struct vg_axes_names *names = axes->names;
    for (int32_t i = 1; i < axes->name_count; i++)
        for (int32_t k = i; k > 0 && names[k].y < names[k - 1].y; k--) {
            struct vg_axes_names swap = names[k];
            names[k] = names[k - 1];
            names[k - 1] = swap;
        }
    for (int32_t i = 1; i < axes->name_count; i++) names[i].y = fmax(names[i].y, names[i - 1].y + pitch);
    double limit = axes->plot_y + axes->plot_height + foot;
    for (int32_t i = axes->name_count - 1; i >= 0; i--, limit -= pitch) names[i].y = fmin(names[i].y, limit);
}

static void draw_names(vg_axes *axes, vg_canvas *canvas, double x) {
    bool noted = false;
    for (int32_t i = 0; i < axes->name_count; i++) noted = noted || axes->names[i].note;
    part_names(axes, noted ? 29 : 14, noted ? -8 : 4);
    double room = axes->name_room > 0 ? axes->name_room - 7 : 1e4;
    for (int32_t i = 0; i < axes->name_count; i++) {
        const struct vg_axes_names *name = &axes->names[i];
        double y = name->y + VG_CAP_HEIGHT / 2 * 11 - (name->note ? 7 : 0);
        vg_write_within(canvas, x, y, room, name->text,
                        (vg_type){.size = 11, .bold = true, .role = name->role});
        if (name->note)
            vg_write_within(canvas, x, y + 13, room, name->note,
                            (vg_type){.size = SMALL, .role = VG_ROLE_MUTED});
    }
}

void vg_axes_end(vg_axes *axes, vg_canvas *canvas) {
    vg_group_end(canvas);
    double right = axes->plot_x + axes->plot_width, bottom = axes->plot_y + axes->plot_height;
    vg_move(canvas, axes->plot_x, bottom);
    vg_line(canvas, right, bottom);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_AXIS, .width = 1});
    draw_names(axes, canvas, right + 7);
}

double vg_axes_name_width(const char *text) { return vg_write_width(text, 11, true) + 10; }
double vg_axes_note_width(const char *text, const char *note) {
    return fmax(vg_axes_name_width(text), note ? vg_write_width(note, SMALL, false) + 10 : 0);
}

void vg_axes_name_note(vg_axes *axes, double y, const char *text, const char *note, vg_role role) {
    double at = vg_axes_y(axes, y);
    if (axes->name_count == VG_AXES_NAMES || !isfinite(at)) return;
    at = fmin(fmax(at, axes->plot_y), axes->plot_y + axes->plot_height);
    axes->names[axes->name_count++] =
        (struct vg_axes_names){.y = at, .text = text, .note = note, .role = role};
}

void vg_axes_name(vg_axes *axes, double y, const char *text, vg_role role) {
    vg_axes_name_note(axes, y, text, NULL, role);
}

// --- data ------------------------------------------------------------------------------------------------

// Lines are passed to the canvas point by point: plots hold few points.
static void trace(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *y, int64_t count,
                  bool steps) {
    bool open = false;
    for (int64_t i = 0; i < count; i++) {
        double at_x = vg_axes_x(axes, x[i]), at_y = vg_axes_y(axes, y[i]);
        bool fine = isfinite(at_x) && isfinite(at_y);
        if (!fine)
            ;
        else if (!open)
            vg_move(canvas, at_x, at_y);
        else {
            if (steps) vg_line(canvas, at_x, vg_axes_y(axes, y[i - 1]));
            vg_line(canvas, at_x, at_y);
        }
        open = fine;
    }
}

void vg_axes_line(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *y, int64_t count,
                  vg_ink ink) {
    trace(axes, canvas, x, y, count, false);
    vg_draw(canvas, ink);
}

void vg_axes_steps(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *y, int64_t count,
                   vg_ink ink) {
    trace(axes, canvas, x, y, count, true);
    vg_draw(canvas, ink);
}

// One run [begin, end) without NaN: forward along high, back along low.
static void band_run(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *low,
                     const double *high, int64_t begin, int64_t end, bool steps) {
    trace(axes, canvas, x + begin, high + begin, end - begin, steps);
    for (int64_t i = end - 1; i >= begin; i--) {
        vg_line(canvas, vg_axes_x(axes, x[i]), vg_axes_y(axes, low[i]));
        if (steps && i > begin) vg_line(canvas, vg_axes_x(axes, x[i]), vg_axes_y(axes, low[i - 1]));
    }
    vg_close(canvas);
}

void vg_axes_band(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *low,
                  const double *high, int64_t count, bool steps, vg_ink ink) {
    int64_t begin = 0;
    for (int64_t i = 0; i <= count; i++) {
        bool fine = i < count && isfinite(vg_axes_x(axes, x[i])) && isfinite(vg_axes_y(axes, low[i])) &&
                    isfinite(vg_axes_y(axes, high[i]));
        if (fine) continue;
        if (i > begin) band_run(axes, canvas, x, low, high, begin, i, steps);
        begin = i + 1;
    }
    ink.stroke = VG_ROLE_NONE;
    vg_draw(canvas, ink);
}

void vg_axes_dots(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *y, int64_t count,
                  double radius, vg_ink ink) {
    for (int64_t i = 0; i < count; i++)
        vg_circle(canvas, vg_axes_x(axes, x[i]), vg_axes_y(axes, y[i]), radius);
    vg_draw(canvas, ink);
}

void vg_axes_bars(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *low,
                  const double *high, int64_t count, vg_ink ink) {
    for (int64_t i = 0; i < count; i++) {
        double at = vg_axes_x(axes, x[i]), top = vg_axes_y(axes, high[i]), bottom = vg_axes_y(axes, low[i]);
        if (axes->y.log && low[i] <= 0) bottom = axes->plot_y + axes->plot_height;
        if (!isfinite(at) || !isfinite(top) || !isfinite(bottom)) continue;
        vg_move(canvas, at, bottom);
        vg_line(canvas, at, top);
        for (int32_t k = 0; k < 2; k++) {
            vg_move(canvas, at - 2.5, k ? top : bottom);
            vg_line(canvas, at + 2.5, k ? top : bottom);
        }
    }
    vg_draw(canvas, ink);
}

void vg_axes_level(const vg_axes *axes, vg_canvas *canvas, double y, const char *label, vg_role role) {
    double at = vg_axes_y(axes, y);
    vg_move(canvas, axes->plot_x, at);
    vg_line(canvas, axes->plot_x + axes->plot_width, at);
    vg_draw(canvas, (vg_ink){.stroke = role, .width = 1, .dash = 4, .gap = 3});
    if (label)
        vg_write(canvas, axes->plot_x + 6, at - 5, label,
                 (vg_type){.size = SMALL, .role = role, .halo = VG_ROLE_PAPER});
}
