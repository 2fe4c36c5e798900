#include "eval/figures/map.h"

#include <math.h>
#include <stdio.h>

#include "eval/figures/chart_draw_private.h"
#include "eval/figures/map_furniture_private.h"

static const double WANTED = 18; // width of a road, canvas units
static double cell_wanted(double width) { return fmin(fmax(0.03 * width + 3, 8), WANTED); }

vg_map_figure vg_map_default(void) {
    return (vg_map_figure){.reference_label = "reference", .title_episode = {0, 1}};
}
vg_map_road_figure vg_map_road_default(void) {
    return (vg_map_road_figure){.curvature = true, .distances = true};
}

// Draws the key of colours and marks at the foot's right, from right to left.
static void draw_drift_key(vg_canvas *canvas, int64_t exits, bool obstacles, bool any_traces,
                           const char *reference) {
    double y = vg_canvas_height(canvas) - VG_MAP_MARGIN + 1, x = vg_canvas_width(canvas) - VG_MAP_MARGIN;
    vg_type type = {.size = VG_MAP_NOTE.size, .role = VG_MAP_NOTE.role, .anchor = VG_ANCHOR_END};
    if (exits > 0) {
        char text[64];
        snprintf(text, sizeof text, obstacles ? "%lld left the road or collided" : "%lld left the road",
                 (long long)exits);
        vg_write(canvas, x, y, text, type);
        x -= vg_write_width(text, type.size, false) + 9;
        vg_circle(canvas, x, y - 4, 3);
        vg_draw(canvas, (vg_ink){.fill = VG_ROLE_EXIT});
        x -= 3 + 22;
    }
    if (any_traces) x = vg_map_draw_ramp(canvas, x, y, "centre", "edge") - 22;
    if (reference) {
        vg_write(canvas, x, y, reference, type);
        x -= vg_write_width(reference, type.size, false) + 7;
        vg_move(canvas, x - 18, y - 4);
        vg_line(canvas, x, y - 4);
        vg_draw(canvas, (vg_ink){.stroke = VG_ROLE_REFERENCE, .width = 1.6});
    }
}

// --- one map ---------------------------------------------------------------------------------------------

static vg_err draw_drift(const vg_map_figure *figure, const vg_chart *chart, vg_canvas *canvas, double dot,
                         vg_diag *diag) {
    vg_err err = vg_chart_draw_road(chart, canvas, diag);
    if (!err) err = vg_chart_draw_traces(chart, canvas, figure->traces, figure->trace_count, diag);
    if (!err && figure->reference)
        err = vg_chart_draw_line(chart, canvas, figure->reference,
                                 (vg_ink){.stroke = VG_ROLE_REFERENCE, .width = 1.2}, diag);
    if (err) return err;
    vg_chart_draw_start(chart, canvas);
    const vg_chart_exits exits = {{figure->exit_s, figure->exit_offset, figure->exit_count},
                                  figure->exit_roles,
                                  figure->plays,
                                  figure->exit_episodes};
    vg_chart_draw_exits(chart, canvas, &exits, dot);
    return VG_OK;
}

static void title_begin(const vg_map_figure *figure, vg_canvas *canvas) {
    char episode[VG_CHART_EPISODE];
    if (figure->plays)
        vg_group_begin(
            canvas, (vg_group){.episode = vg_chart_episode(figure->plays, figure->title_episode, episode)});
}

static void title_end(const vg_map_figure *figure, vg_canvas *canvas) {
    if (figure->plays) vg_group_end(canvas);
}

vg_err vg_map_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_map_figure *figure = context;
    vg_paint_paper(canvas);
    title_begin(figure, canvas);
    double top = vg_map_draw_head(canvas, figure->title, figure->subtitle);
    title_end(figure, canvas);
    vg_box box = {VG_MAP_MARGIN + 16, top + 12, vg_canvas_width(canvas) - 2 * VG_MAP_MARGIN - 32,
                  vg_canvas_height(canvas) - top - 24 - (figure->plain ? 0 : VG_MAP_FOOT)};
    vg_chart chart;
    double wanted = figure->plain ? cell_wanted(box.width) : WANTED;
    vg_err err = vg_chart_fit(&chart, figure->road, box, figure->widen, wanted, diag);
    if (!err) err = draw_drift(figure, &chart, canvas, 3, diag);
    if (err) return err;
    if (figure->plain) return VG_OK;
    vg_map_draw_scale(&chart, canvas);
    draw_drift_key(canvas, figure->exit_count, figure->road->obstacle_count > 0, figure->trace_count > 0,
                   figure->reference ? figure->reference_label : NULL);
    return VG_OK;
}

vg_err vg_map_write(const vg_map_figure *figure, const char *path, const vg_picture *given, vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, figure->title, figure->subtitle);
    return vg_picture_write(&picture, vg_map_paint, figure, path, diag);
}

// --- many maps -------------------------------------------------------------------------------------------

static const double GAP = 24;

static int32_t columns_of(const vg_map_page *page) {
    static const int32_t chosen[] = {1, 1, 2, 3, 2, 3, 3, 4, 4, 3}; // prefer few empty cells in the last row
    if (page->columns > 0) return page->columns < page->count ? page->columns : page->count;
    return page->count < 0 ? 1 : page->count < 10 ? chosen[page->count] : 4;
}

// A wider cell is taller, and its road is drawn wider.
static double cell_width(double canvas_width, int32_t columns) {
    return (canvas_width - 2 * VG_MAP_MARGIN - (columns - 1) * GAP) / columns;
}
static double cell_height(double width) { return fmin(fmax(0.62 * width + 70, 205), 420); }

static vg_err draw_cell(const vg_map_figure *figure, vg_canvas *canvas, vg_box cell, int32_t number,
                        bool *widened, vg_diag *diag) {
    char name[32];
    snprintf(name, sizeof name, "map-%d", (int)number + 1);
    double y = cell.y + 10;
    vg_chart chart;
    vg_box box = {cell.x + 8, cell.y + 38, cell.width - 16, cell.height - 84};
    vg_err err = vg_chart_fit(&chart, figure->road, box, figure->widen, cell_wanted(cell.width), diag);
    if (err) return err;
    vg_group_begin(canvas, (vg_group){.name = name, .title = figure->title});
    title_begin(figure, canvas);
    if (figure->title)
        vg_write_within(canvas, cell.x, y, cell.width, figure->title, (vg_type){.size = 11.5, .bold = true});
    title_end(figure, canvas);
    if (figure->subtitle) vg_write_within(canvas, cell.x, y + 14, cell.width, figure->subtitle, VG_MAP_NOTE);
    err = draw_drift(figure, &chart, canvas, 2.2, diag);
    vg_chart_draw_scale(&chart, canvas, cell.x, cell.y + cell.height - 26, 60);
    vg_group_end(canvas);
    *widened = *widened || chart.widen > 1;
    return err;
}

vg_err vg_map_page_paint(vg_canvas *canvas, const void *context, vg_diag *diag) {
    const vg_map_page *page = context;
    if (page->count < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "a page of maps needs at least one map");
    int32_t columns = columns_of(page), rows = (page->count + columns - 1) / columns;
    vg_paint_paper(canvas);
    double top = vg_map_draw_head(canvas, page->title, page->subtitle) + 6;
    double width = cell_width(vg_canvas_width(canvas), columns);
    double height = (vg_canvas_height(canvas) - top - VG_MAP_FOOT) / rows;
    int64_t exits = 0;
    bool any = false, widened = false, obstacles = false;
    const char *reference = NULL;
    for (int32_t i = 0; i < page->count; i++) {
        const vg_map_figure *map = &page->maps[i];
        vg_box cell = {VG_MAP_MARGIN + i % columns * (width + GAP), top + i / columns * height, width,
                       height};
        vg_err err = draw_cell(map, canvas, cell, i, &widened, diag);
        if (err) return err;
        exits += map->exit_count;
        any = any || map->trace_count > 0;
        obstacles = obstacles || map->road->obstacle_count > 0;
        if (map->reference) reference = map->reference_label;
    }
    vg_write(canvas, VG_MAP_MARGIN, vg_canvas_height(canvas) - VG_MAP_MARGIN + 1,
             widened ? "north is up; each road at its own scale, drawn wider than it is"
                     : "north is up; each road at its own scale",
             VG_MAP_NOTE);
    draw_drift_key(canvas, exits, obstacles, any, reference);
    return VG_OK;
}

vg_err vg_map_page_write(const vg_map_page *page, const char *path, const vg_picture *given, vg_diag *diag) {
    vg_picture picture = vg_picture_titled(given, page->title, page->subtitle);
    int32_t columns = columns_of(page);
    if ((!given || given->canvas.height == 0) && columns > 0) {
        int32_t rows = (page->count + columns - 1) / columns;
        picture.canvas.height =
            70 + VG_MAP_FOOT + rows * cell_height(cell_width(picture.canvas.width, columns));
    }
    return vg_picture_write(&picture, vg_map_page_paint, page, path, diag);
}
