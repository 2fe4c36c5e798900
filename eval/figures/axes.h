// eval/figures/axes.h -- axes, and the data plotted on them.
//
//     vg_axes axes = vg_axes_default(canvas);
//     axes.x.label = "time (s)";
//     vg_axis_include(&axes.x, t, count);
//     vg_axis_include(&axes.y, v, count);
//     vg_axes_begin(&axes, canvas);
//     vg_axes_line(&axes, canvas, t, v, count, (vg_ink){.stroke = VG_ROLE_SERIES_0, .width = 1.5});
//     vg_axes_name(&axes, v[count - 1], "policy", VG_ROLE_SERIES_0);
//     vg_axes_end(&axes, canvas);
#ifndef VG_EVAL_FIGURES_AXES_H
#define VG_EVAL_FIGURES_AXES_H

#include "eval/figures/canvas.h"
#include "eval/figures/ticks.h"

#ifdef __cplusplus
extern "C" {
#endif

// One entry of the legend above the plot.
typedef struct vg_axes_key {
    const char *label;
    vg_ink ink; // true: shown as a patch; false: as a line
} vg_axes_key;

enum { VG_AXES_NAMES = 16 };

typedef struct vg_axes {
    vg_axis x, y;
    const char *title, *subtitle;    // NULL: none
    double left, top, width, height; // the outer box, canvas units; default: the canvas with a margin
    const vg_axes_key
        *keys; // [key_count], borrowed until begin returns; wrapped into as many lines as they need
    int32_t key_count;
    bool key_dots;    // show filled keys as dots, default false
    double name_room; // canvas units reserved at the right for names, default 0; at most 0.45 of the width;
                      // longer names are cut short
    double slack;     // canvas units around the plot in which dots may be drawn, default 0
    bool rows;        // y has neither numbers nor grid, and the grid belongs to x; default false
    double row_room;  // canvas units reserved at the left, only with rows
    double plot_x, plot_y, plot_width, plot_height; // set by begin
    struct vg_axes_names {
        double y; // canvas
        const char *text, *note;
        vg_role role;
    } names[VG_AXES_NAMES];
    int32_t name_count;
} vg_axes;
vg_axes vg_axes_default(const vg_canvas *canvas);

// The canvas units that vg_axes_name needs for a text, to set name_room.
double vg_axes_name_width(const char *text);

// Fixes the ranges, draws title, legend, grid, ticks and labels, and clips later drawing to the plot.
void vg_axes_begin(vg_axes *axes, vg_canvas *canvas);
// Draws the frame's bottom line and the names.
void vg_axes_end(vg_axes *axes, vg_canvas *canvas);

// A value's position on the canvas. NaN if a log axis has no position for it.
double vg_axes_x(const vg_axes *axes, double value);
double vg_axes_y(const vg_axes *axes, double value);

// A line through points [count]; a NaN interrupts it. steps: y[i] holds from x[i] to x[i + 1].
void vg_axes_line(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *y, int64_t count,
                  vg_ink ink);
void vg_axes_steps(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *y, int64_t count,
                   vg_ink ink);
// The area between low and high, as a line or as steps; only ink.fill is used.
void vg_axes_band(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *low,
                  const double *high, int64_t count, bool steps, vg_ink ink);
void vg_axes_dots(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *y, int64_t count,
                  double radius, vg_ink ink);
// A dashed level across the plot, with a label at its left end above it (NULL: none).
void vg_axes_level(const vg_axes *axes, vg_canvas *canvas, double y, const char *label, vg_role role);
// A bar from low to high at each x, with short feet. A NaN in low or high leaves the bar out; on a log axis a
// low of 0 or less reaches the bottom.
void vg_axes_bars(const vg_axes *axes, vg_canvas *canvas, const double *x, const double *low,
                  const double *high, int64_t count, vg_ink ink);
// A name at the right of the plot, beside a line's end at value y; end moves names apart. text is borrowed
// until end returns. Names beyond VG_AXES_NAMES are left out.
void vg_axes_name(vg_axes *axes, double y, const char *text, vg_role role);
// The same with a note in small letters below the name; note NULL: none.
void vg_axes_name_note(vg_axes *axes, double y, const char *text, const char *note, vg_role role);
// Canvas units that vg_axes_name_note needs.
double vg_axes_note_width(const char *text, const char *note);

#ifdef __cplusplus
}
#endif
#endif
