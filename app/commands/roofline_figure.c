#include "app/commands/roofline_figure.h"

#include <math.h>

#include "eval/figures/axes.h"

enum { LABELS_MOST = 2 * BENCH_OPERATIONS_MOST };
static const double LETTERS = 10.5, LINE = 12.5; // canvas units: an em, from a line to the next

static const struct level {
    bench_roof roof;
    vg_role role;
    const char *name, *key;
} levels[] = {
    {BENCH_ROOF_L1, VG_ROLE_SERIES_0, "L1", "by bytes that instructions move, under the roof of L1"},
    {BENCH_ROOF_L2, VG_ROLE_SERIES_1, "L2", "by bytes beyond L1, under the roof of L2"},
};
enum { LEVELS = sizeof levels / sizeof *levels };

static double bytes_of(const bench_share *s, int level) { return level == 0 ? s->of.bytes : s->of.bytes_l2; }
// NaN: the piece has no flops, or no bytes on that level.
static double flops_a_byte(const bench_share *s, int level) {
    double x = s->of.flops / bytes_of(s, level);
    return isfinite(x) && x > 0 ? x : NAN;
}
static double flops_a_cycle(const bench_share *s) { return s->of.flops / s->cycles; }

static vg_axes roof_axes(vg_canvas *canvas, const vg_roofline_figure *figure, const vg_axes_key *keys) {
    vg_axes axes = vg_axes_default(canvas);
    axes.title = "Flops a cycle, and what would bound them";
    axes.subtitle = figure->subtitle;
    axes.x.label = "flops a byte", axes.y.label = "flops a cycle, one core";
    axes.x.log = axes.y.log = true;
    axes.keys = keys, axes.key_count = LEVELS, axes.key_dots = true;
    axes.slack = 6;
    for (const bench_share *s = figure->shares; s < figure->shares + figure->count; s++) {
        double y = flops_a_cycle(s);
        vg_axis_include(&axes.y, &y, 1);
        for (int level = 0; level < LEVELS; level++)
            vg_axis_include(&axes.x, &(double){flops_a_byte(s, level)}, 1);
    }
    double top = 1.6 * figure->roofs->per_cycle[BENCH_ROOF_FLOPS];
    vg_axis_include(&axes.y, &top, 1);
    axes.x.least = 0.6 * axes.x.low, axes.x.most = 2 * axes.x.high;
    axes.y.least = 0.5 * axes.y.low, axes.y.most = top;
    return axes;
}

// The roof at an intensity: bytes a cycle times flops a byte, up to the multiply-adds.
static void draw_roof(const vg_axes *axes, vg_canvas *canvas, const vg_roofline_figure *figure,
                      const struct level *level) {
    double most = figure->roofs->per_cycle[BENCH_ROOF_FLOPS], slope = figure->roofs->per_cycle[level->roof];
    const double x[] = {axes->x.least, most / slope, axes->x.most};
    const double y[] = {slope * axes->x.least, most, most};
    vg_axes_line(axes, canvas, x, y, 3, (vg_ink){.stroke = level->role, .width = 1.6});
    double at = fmax(axes->x.least, 1.15 * axes->y.least / slope);
    vg_write(canvas, vg_axes_x(axes, at) + 2, vg_axes_y(axes, at * slope) - 22, level->name,
             (vg_type){.size = 11, .bold = true, .role = level->role, .halo = VG_ROLE_PAPER});
}

typedef struct label {
    double x, y, width;
} label;

// Writes beside a dot, moved down or up until it hides no earlier text.
static void write_label(vg_canvas *canvas, double x, double y, const char *text, label *labels,
                        int32_t *count) {
    label l = {x + 7, y + 0.5 * VG_CAP_HEIGHT * LETTERS, vg_write_width(text, LETTERS, false)};
    double home = l.y;
    for (int32_t step = 0; step < 40; step++) {
        l.y = home + (step % 2 ? 1 : -1) * ((step + 1) / 2) * 0.5 * LINE;
        bool free = true;
        for (int32_t i = 0; i < *count; i++)
            free &= fabs(labels[i].y - l.y) >= LINE || labels[i].x > l.x + l.width ||
                    l.x > labels[i].x + labels[i].width;
        if (free) break;
    }
    labels[(*count)++] = l;
    vg_write(canvas, l.x, l.y, text, (vg_type){.size = LETTERS, .role = VG_ROLE_TEXT, .halo = VG_ROLE_PAPER});
}

static vg_err paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    (void)diag;
    const vg_roofline_figure *figure = context;
    vg_axes_key keys[LEVELS];
    label labels[LABELS_MOST];
    int32_t written = 0;
    for (int i = 0; i < LEVELS; i++) keys[i] = (vg_axes_key){levels[i].key, {.fill = levels[i].role}};
    vg_paint_paper(canvas);
    vg_axes axes = roof_axes(canvas, figure, keys);
    vg_axes_begin(&axes, canvas);
    for (int i = 0; i < LEVELS; i++) draw_roof(&axes, canvas, figure, &levels[i]);
    for (const bench_share *s = figure->shares; s < figure->shares + figure->count; s++) {
        double ends[LEVELS], y = flops_a_cycle(s);
        for (int i = 0; i < LEVELS; i++) ends[i] = flops_a_byte(s, i);
        const double level[] = {y, y};
        vg_axes_line(&axes, canvas, ends, level, 2, (vg_ink){.stroke = VG_ROLE_MUTED, .width = 0.8});
        for (int i = 0; i < LEVELS; i++)
            vg_axes_dots(&axes, canvas, ends + i, &y, 1, 4,
                         (vg_ink){.fill = levels[i].role, .stroke = VG_ROLE_PAPER, .width = 1});
    }
    for (const bench_share *s = figure->shares; s < figure->shares + figure->count; s++) {
        double x = vg_axes_x(&axes, flops_a_byte(s, 1)), y = vg_axes_y(&axes, flops_a_cycle(s));
        if (isfinite(x) && isfinite(y)) write_label(canvas, x, y, s->of.piece, labels, &written);
    }
    vg_axes_end(&axes, canvas);
    return VG_OK;
}

vg_err vg_roofline_write(const vg_roofline_figure *figure, const char *path, const vg_picture *given,
                         vg_diag *diag) {
    vg_picture picture = vg_picture_titled(
        given, "Flops a cycle, and what would bound them",
        "Flops a cycle over flops a byte of the pieces of verge bench, with the roofs of one core.");
    return vg_picture_write(&picture, paint, figure, path, diag);
}
