#include "app/scene/minimap.h"

#include <cairo.h>
#include <math.h>

#include "app/scene/panel.h"

// Lines and dots are drawn for a map 200 units wide.
static double part_of(const vg_minimap *map) { return map->box.width / 200; }

static void fit(vg_minimap *map, const vg_road_view *road) {
    double least_x = INFINITY, most_x = -INFINITY, least_y = INFINITY, most_y = -INFINITY;
    for (int32_t i = 0; i < road->count; i++) {
        least_x = fmin(least_x, road->x[i]), most_x = fmax(most_x, road->x[i]);
        least_y = fmin(least_y, road->y[i]), most_y = fmax(most_y, road->y[i]);
    }
    double edge = 28 * part_of(map), room_x = map->box.width - edge, room_y = map->box.height - edge;
    map->zoom = fmin(room_x / fmax(most_x - least_x, 1), room_y / fmax(most_y - least_y, 1));
    map->left = (least_x + most_x) / 2 - map->box.width / 2 / map->zoom;
    map->top = (least_y + most_y) / 2 + map->box.height / 2 / map->zoom;
}

static void trace(const vg_minimap *map, const vg_road_view *road, cairo_t *cairo) {
    for (int32_t i = 0; i < road->count; i++)
        cairo_line_to(cairo, (road->x[i] - map->left) * map->zoom, (map->top - road->y[i]) * map->zoom);
    if (road->closed) cairo_close_path(cairo);
}

static void draw_kept(vg_minimap *map, const vg_road_view *road) {
    const vg_minimap_box *box = &map->box;
    fit(map, road);
    double part = part_of(map);
    map->kept = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)ceil(box->width * box->scale),
                                           (int)ceil(box->height * box->scale));
    cairo_t *cairo = cairo_create(map->kept);
    cairo_scale(cairo, box->scale, box->scale);
    vg_panel_box(cairo, 0.5, 0.5, box->width - 1, box->height - 1, 12 * part, 0.62);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    const double widths[] = {6.5, 3.5};
    const uint32_t colours[] = {0x3a444b, 0xd7dde2};
    for (int pass = 0; pass < 2; pass++) {
        trace(map, road, cairo);
        cairo_set_line_width(cairo, part * widths[pass]);
        vg_panel_colour(cairo, colours[pass], 1);
        cairo_stroke(cairo);
    }
    for (int32_t k = 0; k < road->obstacle_count; k++) {
        const vg_obstacle *o = &road->obstacles[k].shape;
        cairo_new_path(cairo);
        cairo_arc(cairo, (o->x - map->left) * map->zoom, (map->top - o->y) * map->zoom, 2 * part, 0,
                  2 * M_PI);
        vg_panel_colour(cairo, 0xb3261e, 1);
        cairo_fill(cairo);
    }
    // The start: a short stroke across.
    double x = (road->x[0] - map->left) * map->zoom, y = (map->top - road->y[0]) * map->zoom;
    double across_x = -sin(road->heading[0]), across_y = cos(road->heading[0]);
    cairo_move_to(cairo, x - 6 * part * across_x, y + 6 * part * across_y);
    cairo_line_to(cairo, x + 6 * part * across_x, y - 6 * part * across_y);
    cairo_set_line_width(cairo, 2 * part);
    vg_panel_colour(cairo, 0xff5a45, 1);
    cairo_stroke(cairo);
    cairo_destroy(cairo);
}

void vg_minimap_draw(vg_minimap *map, const vg_road_view *road, cairo_t *cairo, const vg_minimap_box *box,
                     const vg_scene_car *cars, int32_t count) {
    bool same = map->kept && map->box.width == box->width && map->box.height == box->height &&
                map->box.scale == box->scale;
    map->box = *box;
    if (!same) {
        vg_minimap_close(map);
        draw_kept(map, road);
    }
    cairo_save(cairo);
    cairo_translate(cairo, box->x, box->y);
    cairo_save(cairo);
    cairo_scale(cairo, 1 / box->scale, 1 / box->scale);
    cairo_set_source_surface(cairo, map->kept, 0, 0);
    cairo_paint(cairo);
    cairo_restore(cairo);
    double part = part_of(map), edge = 8 * part;
    for (int32_t i = 0; i < count; i++) {
        // A car far off the road stays within the map, at its edge.
        double x = fmin(fmax((cars[i].x - map->left) * map->zoom, edge), box->width - edge);
        double y = fmin(fmax((map->top - cars[i].y) * map->zoom, edge), box->height - edge);
        bool ghost = cars[i].opacity > 0 && cars[i].opacity < 1;
        vg_role role = cars[i].colour ? cars[i].colour : VG_ROLE_SERIES_0;
        cairo_new_path(cairo);
        cairo_arc(cairo, x, y, part * (ghost ? 4 : 5.5), 0, 2 * M_PI);
        vg_panel_colour(cairo, vg_role_colour(role, VG_THEME_DARK), ghost ? 0.8 : 1);
        cairo_fill_preserve(cairo);
        vg_panel_colour(cairo, ghost ? 0x0e1316 : 0xffffff, 1);
        cairo_set_line_width(cairo, 1.5 * part);
        cairo_stroke(cairo);
    }
    cairo_restore(cairo);
}

void vg_minimap_close(vg_minimap *map) {
    if (map->kept) cairo_surface_destroy(map->kept);
    map->kept = NULL;
}
