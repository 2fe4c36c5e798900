#include "eval/figures/hover.h"

#include <math.h>

// Halfway between two points, or the plot's end.
static double between(const vg_axes *axes, const double *x, int64_t count, int64_t a, int64_t b) {
    if (a < 0) return axes->plot_x;
    if (b >= count) return axes->plot_x + axes->plot_width;
    return (vg_axes_x(axes, x[a]) + vg_axes_x(axes, x[b])) / 2;
}

void vg_hover(const vg_axes *axes, vg_canvas *canvas, const double *x, int64_t count, vg_hover_say say,
              const void *context) {
    int64_t step = (count + VG_HOVER_SLICES - 1) / VG_HOVER_SLICES;
    for (int64_t i = 0; i < count; i += step) {
        char text[VG_HOVER_TEXT] = "";
        double left = between(axes, x, count, i - step, i), right = between(axes, x, count, i, i + step);
        say(context, i, text);
        if (!text[0] || !(right > left)) continue;
        vg_group_begin(canvas, (vg_group){.title = text});
        vg_rect(canvas, left, axes->plot_y, right - left, axes->plot_height);
        vg_draw(canvas, (vg_ink){.fill = VG_ROLE_PAPER, .fill_opacity = 0.001});
        vg_group_end(canvas);
    }
}
