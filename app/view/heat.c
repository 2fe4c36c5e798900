#include "app/view/heat.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/figures/map.h"
#include "eval/figures/strip.h"
#include "sim/base/memory.h"

enum { BINS = 120 };

struct vg_heat {
    const vg_view *view;
    vg_road_view road;
    vg_canvas *map, *strip; // the stored picture; NULL: none yet
    vg_layout layout;
    double scale;
    vg_theme theme;
    int32_t group;
};

vg_err vg_heat_create(const vg_view *view, vg_heat **out, vg_diag *diag) {
    vg_heat *h = *out = vg_new(vg_heat, 1);
    if (!h) return vg_fail_memory(diag);
    h->view = view;
    return VG_OK;
}

static void drop(vg_heat *h) {
    vg_canvas_destroy(h->map);
    vg_canvas_destroy(h->strip);
    h->map = h->strip = NULL;
}

void vg_heat_destroy(vg_heat *h) {
    if (!h) return;
    drop(h);
    vg_free(h);
}

// The number of moments before the first departure.
static int64_t on_road(const vg_view_drive *drive) {
    if (drive->off_time < 0) return drive->count;
    int64_t n = vg_view_moment_at(drive, drive->off_time);
    while (n > 0 && drive->moments[n].t >= drive->off_time) n--;
    return n + 1;
}

// --- the map ---------------------------------------------------------------------------------------------

// Memory and data that a map borrows.
typedef struct trails {
    vg_map_trace *traces; // [drives]
    double *s, *exit_s;
    float *offset, *exit_offset;
} trails;

static vg_err take_ways(const vg_road *road, const vg_view_group *group, trails *w, int32_t *exits,
                        vg_diag *diag) {
    int64_t points = 0, at = 0;
    for (int32_t d = 0; d < group->drive_count; d++) points += group->drives[d].count;
    w->traces = vg_new(vg_map_trace, group->drive_count);
    w->s = vg_new(double, points), w->exit_s = vg_new(double, group->drive_count);
    w->offset = vg_new(float, points), w->exit_offset = vg_new(float, group->drive_count);
    if (!w->traces || !w->s || !w->offset || !w->exit_s || !w->exit_offset) return vg_fail_memory(diag);
    for (int32_t d = 0; d < group->drive_count; d++) {
        const vg_view_drive *drive = &group->drives[d];
        int64_t n = on_road(drive);
        w->traces[d] = (vg_map_trace){w->s + at, w->offset + at, n};
        for (int64_t i = 0; i < n; i++, at++)
            w->s[at] = drive->moments[i].state.s, w->offset[at] = drive->moments[i].state.offset;
        if (drive->off_time < 0) continue;
        // Drawn at the edge, because the car left there; a collision where it was.
        vg_road_point here = vg_road_at(road, w->s[at - 1]);
        w->exit_s[*exits] = w->s[at - 1];
        double edge = w->offset[at - 1] > 0 ? here.left : -here.right;
        w->exit_offset[(*exits)++] = drive->hit ? w->offset[at - 1] : (float)edge;
    }
    return VG_OK;
}

static void free_ways(trails *w) {
    vg_free(w->traces);
    vg_free(w->s);
    vg_free(w->offset);
    vg_free(w->exit_s);
    vg_free(w->exit_offset);
}

static vg_err paint_map(vg_heat *h, double width, double height, vg_diag *diag) {
    const vg_view_group *group = &h->view->groups[h->group];
    trails w = {0};
    char title[128], subtitle[128];
    vg_map_figure figure = vg_map_default();
    vg_err err = take_ways(h->view->roads[group->road].road, group, &w, &figure.exit_count, diag);
    snprintf(title, sizeof title, "%s on %.60s", group->label, h->view->roads[group->road].name);
    snprintf(subtitle, sizeof subtitle, "%d of %d drives left the road", figure.exit_count,
             group->drive_count);
    figure.title = title, figure.subtitle = subtitle, figure.road = &h->road;
    figure.traces = w.traces, figure.trace_count = group->drive_count;
    figure.exit_s = w.exit_s, figure.exit_offset = w.exit_offset;
    vg_canvas_def def = vg_canvas_default();
    def.width = width, def.height = height, def.theme = h->theme, def.scale = h->scale;
    if (!err) err = vg_canvas_cairo(&def, &h->map, diag);
    if (!err) err = vg_map_paint(h->map, &figure, diag);
    free_ways(&w);
    return err;
}

// --- the strips ------------------------------------------------------------------------------------------

// Mean |level| in each bin of the road; exits into exits[drive_count].
static void fill_row(const vg_heat *h, const vg_view_group *group, double *drift, double *exits,
                     vg_strip_row *row) {
    int64_t counts[BINS] = {0};
    for (int32_t k = 0; k < BINS; k++) drift[k] = 0;
    for (int32_t d = 0; d < group->drive_count; d++) {
        const vg_view_drive *drive = &group->drives[d];
        int64_t n = on_road(drive);
        for (int64_t i = 0; i < n; i++) {
            int32_t bin = (int32_t)(drive->moments[i].state.s / h->road.length * BINS);
            bin = bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin;
            drift[bin] += fmin(1, fabs((double)drive->level[i]));
            counts[bin]++;
        }
        if (drive->off_time >= 0) exits[row->exit_count++] = drive->moments[n - 1].state.s;
    }
    for (int32_t k = 0; k < BINS; k++) drift[k] = counts[k] ? drift[k] / (double)counts[k] : NAN;
    row->label = group->label, row->length = h->road.length;
    row->drift = drift, row->count = BINS, row->exits = exits;
}

static vg_err paint_strip(vg_heat *h, double width, double height, vg_diag *diag) {
    int32_t groups = h->view->group_count, most = 1, count = 0;
    for (int32_t g = 0; g < groups; g++)
        if (h->view->groups[g].drive_count > most) most = h->view->groups[g].drive_count;
    double *drift = vg_new(double, (int64_t)groups *BINS), *exits = vg_new(double, (int64_t)groups *most);
    char notes[VG_VIEW_GROUPS][48];
    vg_strip_row rows[VG_VIEW_GROUPS] = {0};
    vg_err err = drift && exits ? VG_OK : vg_fail_memory(diag);
    for (int32_t g = 0; g < groups && !err; g++) {
        if (h->view->groups[g].road != h->view->groups[h->group].road) continue;
        vg_strip_row *row = &rows[count++];
        fill_row(h, &h->view->groups[g], drift + g * BINS, exits + g * most, row);
        snprintf(notes[g], sizeof notes[g], "%d of %d left", (int)row->exit_count,
                 h->view->groups[g].drive_count);
        row->note = notes[g];
    }
    vg_strip_figure figure = vg_strip_default();
    figure.title = "Along the road", figure.subtitle = "mean drift before the first departure";
    figure.rows = rows, figure.row_count = count, figure.metres = true;
    vg_canvas_def def = vg_canvas_default();
    def.width = width, def.height = height, def.theme = h->theme, def.scale = h->scale;
    if (!err) err = vg_canvas_cairo(&def, &h->strip, diag);
    if (!err) err = vg_strip_paint(h->strip, &figure, diag);
    vg_free(drift);
    vg_free(exits);
    return err;
}

// --- both ------------------------------------------------------------------------------------------------

static vg_err blit(vg_canvas *canvas, const vg_scene_picture *picture, double left, vg_diag *diag) {
    vg_image image;
    vg_err err = vg_canvas_cairo_image(canvas, &image, diag);
    int32_t x = (int32_t)(left * picture->scale);
    for (int32_t row = 0; !err && row < image.height && row < picture->height; row++) {
        int32_t width = image.width < picture->width - x ? image.width : picture->width - x;
        if (width > 0)
            memcpy(picture->pixels + row * picture->stride + x, image.pixels + row * image.stride,
                   sizeof *picture->pixels * (size_t)width);
    }
    return err;
}

vg_err vg_heat_paint(vg_heat *h, const vg_scene_picture *picture, const vg_layout *layout, vg_theme theme,
                     int32_t group, vg_diag *diag) {
    bool kept = h->map && h->strip && h->layout.width == layout->width &&
                h->layout.height == layout->height && h->scale == picture->scale && h->theme == theme &&
                h->group == group;
    double left = floor(0.55 * layout->scene.width), width = layout->scene.width;
    vg_err err = VG_OK;
    if (!kept) {
        drop(h);
        h->layout = *layout, h->scale = picture->scale, h->theme = theme, h->group = group;
        h->road = vg_road_get(h->view->roads[h->view->groups[group].road].road);
        err = paint_map(h, left, layout->scene.height, diag);
        if (!err) err = paint_strip(h, width - left, layout->scene.height, diag);
    }
    if (!err) err = blit(h->map, picture, 0, diag);
    return err ? err : blit(h->strip, picture, left, diag);
}
