#include "app/view/legend.h"

#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/scene/panel.h"
#include "app/view/colours.h"
#include "app/view/keys.h"

char *vg_legend_time(double t, char *buffer) {
    int64_t hundredths = (int64_t)(fmax(t, 0) * 100 + 0.5), seconds = hundredths / 100;
    snprintf(buffer, 32, "%lld:%02d.%02d", (long long)(seconds / 60), (int)(seconds % 60),
             (int)(hundredths % 100));
    return buffer;
}

static void fit_text(cairo_t *cairo, double x, double y, double width, const char *text, vg_panel_type type) {
    cairo_save(cairo);
    cairo_rectangle(cairo, x, y - 2 * type.size, width, 3 * type.size);
    cairo_clip(cairo);
    vg_panel_text(cairo, x, y, text, type);
    cairo_restore(cairo);
}

static void spot(cairo_t *cairo, double x, double y, double radius, vg_role role) {
    cairo_new_path(cairo);
    cairo_arc(cairo, x, y, radius, 0, 2 * M_PI);
    vg_panel_colour(cairo, vg_role_colour(role, VG_THEME_DARK), 1);
    cairo_fill(cairo);
}

// --- the box ---------------------------------------------------------------------------------------------

// The number of departures and collisions of a car up to t; of the collisions alone into *hits.
static int32_t departures_by(const vg_view *view, int32_t car, double t, int32_t *hits) {
    int32_t n = 0;
    *hits = 0;
    for (int32_t i = 0; i < view->departure_count && view->departures[i].t <= t; i++) {
        bool own = view->departures[i].car == car;
        n += own, *hits += own && view->departures[i].hit;
    }
    return n;
}

// "left the road 2×", "hit 1×", "left the road 2×, hit 1×".
static const char *say_departures(int32_t all, int32_t hits, char text[64]) {
    int32_t left = all - hits;
    if (left > 0)
        snprintf(text, 64, hits > 0 ? "left the road %d×, hit %d×" : "left the road %d×", left, hits);
    else
        snprintf(text, 64, "hit %d×", hits);
    return text;
}

static const char *end_word(const vg_view_pose *pose) {
    return pose->hit ? "collided" : pose->off ? "off the road" : "at its end";
}

// Whether a car had stalled by t, which counts if it never leaves the road.
static bool has_stalled(const vg_view *view, int32_t car, double t) {
    const vg_view_drive *drive = vg_view_drive_of(view, car);
    return drive->off_time < 0 && drive->stall_time >= 0 && drive->stall_time <= t;
}

static void draw_row(const vg_view *view, cairo_t *cairo, const vg_view_box *row, int32_t car, bool followed,
                     double t) {
    vg_view_pose pose = vg_view_pose_at(view, car, t);
    double base = row->y + 15.5, right = row->x + row->width - 12;
    if (followed) {
        vg_panel_round(cairo, row->x + 5, row->y + 1, row->width - 10, row->height - 2, 6);
        vg_panel_colour(cairo, 0xffffff, 0.13);
        cairo_fill(cairo);
    }
    spot(cairo, row->x + 18, row->y + row->height / 2, 5, vg_view_role(view, car));
    char text[64];
    int32_t hits, left = departures_by(view, car, t, &hits);
    vg_panel_type type = {.size = 12, .digits = true, .align = VG_PANEL_RIGHT, .opacity = 0.9};
    if (row->width > 260) {
        if (pose.ended)
            snprintf(text, sizeof text, "%s", end_word(&pose));
        else if (has_stalled(view, car, t))
            snprintf(text, sizeof text, "stalled");
        else
            snprintf(text, sizeof text, "%.1f m/s", (double)pose.speed);
        vg_panel_text(cairo, right, base, text, type);
        if (left > 0) {
            snprintf(text, sizeof text, "%d×", left);
            type.colour = vg_role_colour(VG_ROLE_EXIT, VG_THEME_DARK), type.bold = true;
            vg_panel_text(cairo, right - 74, base, text, type);
        }
    }
    fit_text(cairo, row->x + 30, base, row->width - 30 - (row->width > 260 ? 122 : 10), view->cars[car].label,
             (vg_panel_type){.size = 12.5, .bold = followed});
}

void vg_legend_draw(const vg_view *view, cairo_t *cairo, const vg_layout *layout, int32_t followed,
                    double t) {
    const vg_view_box *box = &layout->legend;
    vg_panel_box(cairo, box->x, box->y, box->width, box->height, 10, 0.68);
    fit_text(cairo, box->x + 14, box->y + 22, box->width - 26, view->title,
             (vg_panel_type){.size = 13.5, .bold = true});
    for (int32_t c = 0; c < layout->row_count; c++)
        draw_row(view, cairo, &layout->rows[c], c, c == followed, t);
}

// --- tags ------------------------------------------------------------------------------------------------

typedef struct tag {
    int32_t car;
    double x, y;       // position of the car
    double at_x, at_y; // the box's left and middle
    double width;
} tag;

// Sorts by height, then pushes each tag below those that it would cover. Tags may not cover one another,
// which matters more than being close to the car.
static void part(tag *tags, int32_t count) {
    const double pitch = 23;
    for (int32_t i = 1; i < count; i++)
        for (int32_t k = i; k > 0 && tags[k].at_y < tags[k - 1].at_y; k--) {
            tag swap = tags[k];
            tags[k] = tags[k - 1];
            tags[k - 1] = swap;
        }
    for (int32_t i = 1; i < count; i++)
        for (int32_t k = 0; k < i; k++) {
            bool beside = tags[i].at_x > tags[k].at_x + tags[k].width + 4 ||
                          tags[k].at_x > tags[i].at_x + tags[i].width + 4;
            if (!beside && tags[i].at_y < tags[k].at_y + pitch) tags[i].at_y = tags[k].at_y + pitch;
        }
}

// A tag is to the right of its car, or to the left if it would cover another car's tag.
static void choose_sides(tag *tags, int32_t count) {
    const double clear = 14;
    for (int32_t i = 0; i < count; i++)
        for (int32_t k = 0; k < count; k++)
            if (k != i && fabs(tags[k].y - tags[i].at_y) < clear && tags[k].x > tags[i].at_x - clear &&
                tags[k].x < tags[i].at_x + tags[i].width + clear)
                tags[i].at_x = tags[i].x - 34 - tags[i].width;
}

static void draw_tag(const vg_view *view, cairo_t *cairo, const tag *tag, bool followed) {
    static const vg_panel_type type = {.size = 12.5, .bold = true};
    cairo_new_path(cairo);
    cairo_move_to(cairo, tag->x, tag->y);
    cairo_line_to(cairo, tag->at_x > tag->x ? tag->at_x + 4 : tag->at_x + tag->width - 4, tag->at_y);
    vg_panel_colour(cairo, 0xffffff, 0.55);
    cairo_set_line_width(cairo, 1.2);
    cairo_stroke(cairo);
    vg_panel_box(cairo, tag->at_x, tag->at_y - 10, tag->width, 20, 10, followed ? 0.9 : 0.72);
    spot(cairo, tag->at_x + 11, tag->at_y, 4, vg_view_role(view, tag->car));
    vg_panel_text(cairo, tag->at_x + 19, tag->at_y + 4.5, view->cars[tag->car].label, type);
}

void vg_legend_tags(const vg_view *view, vg_scene *scene, int32_t followed, double t) {
    tag tags[VG_VIEW_CARS];
    int32_t count = 0;
    cairo_t *cairo = vg_scene_cairo(scene);
    for (int32_t c = 0; c < view->car_count; c++) {
        if (vg_view_road_of(view, c) != vg_view_road_of(view, followed)) continue;
        const vg_car *car = &view->groups[view->cars[c].group].car;
        vg_view_pose pose = vg_view_pose_at(view, c, t);
        double x, y, middle = car->length / 2 - car->rear_overhang;
        vg_scene_project(scene, pose.x + middle * cos(pose.yaw), pose.y + middle * sin(pose.yaw), &x, &y);
        if (x < -10 || y < -10 || x > vg_scene_width(scene) + 10 || y > vg_scene_height(scene) + 10) continue;
        double width =
            26 + vg_panel_text_width(cairo, view->cars[c].label, (vg_panel_type){.size = 12.5, .bold = true});
        tags[count++] = (tag){c, x, y, x + 34, y - 14, width};
    }
    choose_sides(tags, count);
    part(tags, count);
    for (int32_t i = 0; i < count; i++) draw_tag(view, cairo, &tags[i], tags[i].car == followed);
}

// --- several roads ---------------------------------------------------------------------------------------

// "17.1 m/s", "1:46.23 a lap, 17.1 m/s", "ended after 0:57.70, left the road 2×".
static void describe(const vg_view *view, int32_t car, double t, char *text, size_t size) {
    vg_view_pose pose = vg_view_pose_at(view, car, t);
    const vg_view_drive *drive = vg_view_drive_of(view, car);
    double lap = vg_view_lap_at(view, car, t);
    int32_t hits, left = departures_by(view, car, t, &hits);
    char time[32], now[64];
    if (pose.ended && (pose.off || pose.hit))
        snprintf(now, sizeof now, "%s", end_word(&pose));
    else if (pose.ended)
        snprintf(now, sizeof now, "ended after %s", vg_legend_time(drive->moments[drive->count - 1].t, time));
    else if (has_stalled(view, car, t))
        snprintf(now, sizeof now, "stalled");
    else
        snprintf(now, sizeof now, "%.1f m/s", (double)pose.speed);
    snprintf(text, size, "%s%s%s", isnan(lap) ? "" : vg_legend_time(lap, time), isnan(lap) ? "" : " a lap, ",
             now);
    size_t used = strlen(text);
    char word[64];
    if (left > 0) snprintf(text + used, size - used, ", %s", say_departures(left, hits, word));
}

static void draw_tall_row(const vg_view *view, cairo_t *cairo, const vg_view_box *row, int32_t car,
                          bool followed, double t) {
    char text[128];
    if (followed) {
        vg_panel_round(cairo, row->x + 5, row->y + 1, row->width - 10, row->height - 2, 6);
        vg_panel_colour(cairo, 0xffffff, 0.13);
        cairo_fill(cairo);
    }
    spot(cairo, row->x + 18, row->y + 12, 5, vg_view_role(view, car));
    fit_text(cairo, row->x + 30, row->y + 16.5, row->width - 40, view->cars[car].label,
             (vg_panel_type){.size = 12.5, .bold = followed});
    describe(view, car, t, text, sizeof text);
    fit_text(cairo, row->x + 30, row->y + 32, row->width - 40, text,
             (vg_panel_type){.size = 11.5, .digits = true, .opacity = 0.9});
}

void vg_legend_road(const vg_view *view, vg_scene *scene, int32_t lead, double t) {
    cairo_t *cairo = vg_scene_cairo(scene);
    const int32_t road = vg_view_road_of(view, lead);
    const vg_view_group *group = &view->groups[view->cars[lead].group];
    const vg_side_layout l =
        vg_layout_side(vg_scene_width(scene), vg_scene_height(scene), vg_view_cars_on(view, road));
    char text[200];
    int32_t row = 0;
    vg_panel_box(cairo, l.box.x, l.box.y, l.box.width, l.box.height, 10, 0.68);
    snprintf(text, sizeof text, "%.100s, %.0f m", view->roads[road].name,
             vg_road_get(view->roads[road].road).length);
    fit_text(cairo, l.box.x + 14, l.box.y + 22, l.box.width - 26, text,
             (vg_panel_type){.size = 13.5, .bold = true});
    snprintf(text, sizeof text, "%.60s%s%.80s", group->car.name, group->driver[0] ? ", driven by " : "",
             group->driver);
    fit_text(cairo, l.box.x + 14, l.box.y + 40, l.box.width - 26, text,
             (vg_panel_type){.size = 11.5, .opacity = 0.9});
    for (int32_t c = 0; c < view->car_count && row < l.row_count; c++) {
        if (vg_view_road_of(view, c) != road) continue;
        const vg_view_box box = vg_layout_side_row(&l, row++);
        draw_tall_row(view, cairo, &box, c, c == lead, t);
    }
}

// --- two sides -------------------------------------------------------------------------------------------

void vg_legend_side(const vg_view *view, vg_scene *scene, int32_t car, double t) {
    cairo_t *cairo = vg_scene_cairo(scene);
    vg_view_pose pose = vg_view_pose_at(view, car, t);
    const double width = 190, height = 54;
    int32_t hits, left = departures_by(view, car, t, &hits);
    char text[64];
    vg_panel_box(cairo, 12, 12, width, height, 10, 0.68);
    spot(cairo, 30, 29, 6, vg_view_role(view, car));
    snprintf(text, sizeof text, "%s: key %d", view->cars[car].label, (int)car + 1);
    vg_panel_text(cairo, 44, 34, text, (vg_panel_type){.size = 14, .bold = true});
    if (pose.ended)
        snprintf(text, sizeof text, "%s", end_word(&pose));
    else
        snprintf(text, sizeof text, "%.1f m/s", (double)pose.speed);
    vg_panel_text(cairo, 44, 54, text, (vg_panel_type){.size = 12, .digits = true, .opacity = 0.9});
    if (left == 0) return;
    say_departures(left, hits, text);
    vg_panel_type type = {.size = 12, .bold = true, .colour = vg_role_colour(VG_ROLE_EXIT, VG_THEME_DARK)};
    vg_panel_box(cairo, 12, 70, width, 24, 8, 0.68);
    vg_panel_text(cairo, 24, 86, text, type);
}

void vg_legend_ask(const vg_view *view, cairo_t *cairo, const vg_layout *layout) {
    const vg_view_box *scene = &layout->scene;
    const bool wide = scene->width >= 700;
    const char *keys = wide ? "1  left is better     2  right is better     0  equal     Backspace  back"
                            : "1 left   2 right   0 equal   Backspace back";
    vg_panel_type title = {.size = 12.5, .bold = true, .align = VG_PANEL_MIDDLE},
                  type = {.size = 12, .align = VG_PANEL_MIDDLE, .opacity = 0.9};
    const double middle = scene->width / 2, a = vg_panel_text_width(cairo, view->title, title),
                 b = vg_panel_text_width(cairo, keys, type), width = fmin(scene->width - 16, fmax(a, b) + 32);
    vg_panel_box(cairo, middle - width / 2, scene->height - 54, width, 46, 10, 0.78);
    vg_panel_text(cairo, middle, scene->height - 35, view->title, title);
    vg_panel_text(cairo, middle, scene->height - 17, keys, type);
}

// --- help ------------------------------------------------------------------------------------------------

void vg_legend_help(cairo_t *cairo, const vg_layout *layout) {
    static const char *const keys[][2] = {
#define X(keys, what) {keys, what},
        VG_VIEW_KEYS(X)
#undef X
            {"Mouse", "drag the time, in any panel; click a car"},
    };
    enum { KEYS = sizeof keys / sizeof *keys };
    const double row = 23, width = 430, height = KEYS * row + 58;
    vg_panel_card(cairo, layout->width, layout->height, width, height);
    vg_panel_box(cairo, 0, 0, width, height, 14, 0.92);
    vg_panel_text(cairo, 24, 34, "Keys", (vg_panel_type){.size = 17, .bold = true});
    for (int32_t i = 0; i < KEYS; i++) {
        double base = 62 + i * row;
        vg_panel_text(cairo, 24, base, keys[i][0], (vg_panel_type){.size = 13, .bold = true});
        vg_panel_text(cairo, 140, base, keys[i][1], (vg_panel_type){.size = 13, .opacity = 0.85});
    }
    cairo_restore(cairo);
}
