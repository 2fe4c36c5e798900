// The parts around a map: title, scale, north, the ramp's key.
#include "eval/figures/map_furniture_private.h"

#include <math.h>
#include <stdio.h>

#include "eval/figures/ticks.h"

double vg_map_draw_head(vg_canvas *canvas, const char *title, const char *subtitle) {
    double y = VG_MAP_MARGIN - 4, width = vg_canvas_width(canvas) - 2 * VG_MAP_MARGIN;
    if (title) {
        vg_write_within(canvas, VG_MAP_MARGIN, y + 12, width, title, (vg_type){.size = 16, .bold = true});
        y += 22;
    }
    if (subtitle) {
        vg_type type = {.size = 11.5, .role = VG_ROLE_MUTED};
        vg_write_within(canvas, VG_MAP_MARGIN, y + 9, width, subtitle, type);
        y += 18;
    }
    return y + 8;
}

void vg_map_draw_scale(const vg_chart *chart, vg_canvas *canvas) {
    double y = vg_canvas_height(canvas) - VG_MAP_MARGIN;
    char text[64], number[32];
    vg_chart_draw_north(canvas, VG_MAP_MARGIN + 4, y - 10);
    double x = vg_chart_draw_scale(chart, canvas, VG_MAP_MARGIN + 22, y, 110);
    if (chart->widen == 1) return;
    snprintf(text, sizeof text, "road drawn %s× as wide",
             vg_axes_number(chart->widen, chart->widen == floor(chart->widen) ? 0 : 1, number));
    vg_write(canvas, x + 18, y + 1, text, VG_MAP_NOTE);
}

char *vg_map_distance(double metres, char *buffer) {
    char number[32];
    bool far = metres >= 1000;
    double shown = far ? metres / 1000 : metres;
    int32_t decimals = 0;
    while (decimals < 2 && fabs(shown * pow(10, decimals) - round(shown * pow(10, decimals))) > 1e-6)
        decimals++;
    snprintf(buffer, 48, "%s %s", vg_axes_number(shown, decimals, number), far ? "km" : "m");
    return buffer;
}

double vg_chart_draw_scale(const vg_chart *chart, vg_canvas *canvas, double x, double y, double most) {
    double metres = vg_nice_below(most / chart->scale), length = metres * chart->scale;
    char text[48];
    vg_move(canvas, x, y - 3);
    vg_line(canvas, x, y);
    vg_line(canvas, x + length, y);
    vg_line(canvas, x + length, y - 3);
    vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_MUTED, .width = 1, .join = VG_JOIN_MITER});
    vg_write(canvas, x + length + 7, y + 1, vg_map_distance(metres, text),
             (vg_type){.size = 10.5, .role = VG_ROLE_MUTED});
    return x + length + 7 + vg_write_width(text, 10.5, false);
}

void vg_chart_draw_north(vg_canvas *canvas, double x, double y) {
    vg_move(canvas, x, y - 9);
    vg_line(canvas, x + 4, y + 2);
    vg_line(canvas, x, y - 0.5);
    vg_line(canvas, x - 4, y + 2);
    vg_close(canvas);
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_MUTED});
    vg_write(canvas, x, y + 13, "N",
             (vg_type){.size = 9.5, .anchor = VG_ANCHOR_MIDDLE, .role = VG_ROLE_MUTED});
}

double vg_map_draw_ramp(vg_canvas *canvas, double x, double y, const char *low, const char *high) {
    vg_type type = {.size = 10.5, .anchor = VG_ANCHOR_END, .role = VG_ROLE_MUTED};
    double step = 10, left = x - vg_write_width(high, type.size, false) - 7 - VG_RAMP_COUNT * step;
    vg_write(canvas, x, y, high, type);
    for (int32_t i = 0; i < VG_RAMP_COUNT; i++) {
        vg_rect(canvas, left + i * step, y - 7.5, step + (i + 1 < VG_RAMP_COUNT ? 0.2 : 0), 7);
        vg_draw(canvas, (vg_ink){.fill = vg_role_ramp((i + 0.5) / VG_RAMP_COUNT)});
    }
    vg_write(canvas, left - 7, y, low, type);
    return left - 7 - vg_write_width(low, type.size, false);
}
