#include "app/drive/menu_paint.h"

#include <cairo.h>
#include <math.h>

#include "app/scene/panel.h"

static const uint32_t BLUE = 0x2b78b5, GREEN = 0x1f9d6e, AMBER = 0xf5b942, MUTED = 0x9aa4ae, PALE = 0xdfe4e8;

static void fill(cairo_t *cairo, double x, double y, double width, double height, double radius, uint32_t rgb,
                 double opacity) {
    vg_panel_round(cairo, x, y, width, height, radius);
    vg_panel_colour(cairo, rgb, opacity);
    cairo_fill(cairo);
}

// One line within `width` units: what is longer is cut off.
static void write(cairo_t *cairo, double x, double y, double width, const char *text, vg_panel_type type) {
    cairo_save(cairo);
    cairo_rectangle(cairo, x, y - 2 * type.size, width, 3 * type.size);
    cairo_clip(cairo);
    vg_panel_text(cairo, x, y, text, type);
    cairo_restore(cairo);
}

// The whole road as a line in a small box.
static void draw_map(cairo_t *cairo, const vg_road *road, double left, double top, double side) {
    vg_road_view r = vg_road_get(road);
    double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY;
    for (int32_t i = 0; i < r.count; i++) {
        x0 = fmin(x0, r.x[i]), x1 = fmax(x1, r.x[i]);
        y0 = fmin(y0, r.y[i]), y1 = fmax(y1, r.y[i]);
    }
    double zoom = side / fmax(fmax(x1 - x0, y1 - y0), 1);
    int32_t step = r.count / 120 + 1;
    cairo_new_path(cairo);
    for (int32_t i = 0; i < r.count; i += step)
        cairo_line_to(cairo, left + side / 2 + zoom * (r.x[i] - (x0 + x1) / 2),
                      top + side / 2 - zoom * (r.y[i] - (y0 + y1) / 2));
    if (r.closed) cairo_close_path(cairo);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(cairo, 1.6);
    vg_panel_colour(cairo, PALE, 1);
    cairo_stroke(cairo);
}

static void draw_entry(cairo_t *cairo, const vg_menu_entry *entry, const vg_view_box *row, bool chosen,
                       bool active) {
    double x = row->x + 10;
    if (chosen)
        fill(cairo, row->x, row->y + 1, row->width, row->height - 2, 6, active ? BLUE : 0xffffff,
             active ? 1 : 0.16);
    if (entry->road) {
        double side = row->height - 8;
        draw_map(cairo, entry->road, x, row->y + 4, side);
        x += side + 10;
    }
    write(cairo, x, row->y + 20, row->x + row->width - x - 12, entry->label,
          (vg_panel_type){.size = 14, .bold = chosen, .colour = chosen ? 0xffffff : PALE});
}

// How much of the list is shown, where there is more of it.
static void draw_bar(cairo_t *cairo, const vg_menu_list *list, int32_t rows, const vg_view_box *box) {
    if (list->count <= rows) return;
    double share = (double)rows / list->count, from = (double)list->top / list->count;
    double x = box->x + box->width - 5;
    fill(cairo, x, box->y + 2, 3, box->height - 4, 1.5, 0xffffff, 0.10);
    fill(cairo, x, box->y + 2 + from * (box->height - 4), 3, share * (box->height - 4), 1.5, 0xffffff, 0.45);
}

static void draw_list(cairo_t *cairo, const vg_menu *menu, const vg_menu_layout *l, vg_menu_kind kind) {
    const vg_menu_list *list = &menu->lists[kind];
    const vg_view_box *box = &l->lists[kind], *facts = &l->facts[kind];
    bool active = menu->active == kind;
    vg_panel_text(cairo, box->x + 10, box->y - 9, list->title,
                  (vg_panel_type){.size = 13, .bold = true, .colour = active ? 0xffffff : MUTED});
    fill(cairo, box->x, box->y, box->width, box->height, 8, 0xffffff, active ? 0.08 : 0.04);
    for (int32_t k = 0; k < menu->rows && list->top + k < list->count; k++) {
        vg_view_box row = {box->x, box->y + k * l->row, box->width, l->row};
        int32_t i = list->top + k;
        draw_entry(cairo, &list->entries[i], &row, i == list->chosen, active);
    }
    draw_bar(cairo, list, menu->rows, box);
    const vg_menu_entry *chosen = vg_menu_chosen(menu, kind);
    for (int k = 0; k < VG_MENU_FACTS; k++)
        write(cairo, facts->x + 10, facts->y + 18 + 17 * k, facts->width - 10, chosen->facts[k],
              (vg_panel_type){.size = 12.5, .digits = true, .colour = MUTED});
}

void vg_menu_paint(vg_scene *scene, const vg_menu *menu, const vg_menu_layout *l) {
    cairo_t *cairo = vg_scene_cairo(scene);
    const vg_view_box *card = &l->card, *button = &l->button;
    cairo_rectangle(cairo, 0, 0, vg_scene_width(scene), vg_scene_height(scene));
    vg_panel_colour(cairo, 0x05080a, 0.45);
    cairo_fill(cairo);
    cairo_save(cairo);
    cairo_scale(cairo, l->scale, l->scale);
    vg_panel_box(cairo, card->x, card->y, card->width, card->height, 16, 0.93);
    vg_panel_text(cairo, card->x + 24, card->y + 36, "Drive", (vg_panel_type){.size = 22, .bold = true});
    vg_panel_text(cairo, card->x + card->width - 24, card->y + 35,
                  "arrow keys: pick   Enter: drive   Escape: close",
                  (vg_panel_type){.size = 12.5, .align = VG_PANEL_RIGHT, .colour = MUTED});
    for (int k = 0; k < VG_MENU_LISTS; k++) draw_list(cairo, menu, l, (vg_menu_kind)k);
    if (menu->message[0])
        write(cairo, card->x + 34, button->y + 22, button->x - card->x - 48, menu->message,
              (vg_panel_type){.size = 12.5, .bold = true, .colour = AMBER});
    fill(cairo, button->x, button->y, button->width, button->height, 8, GREEN, 1);
    vg_panel_text(cairo, button->x + button->width / 2, button->y + 22.5, "Drive",
                  (vg_panel_type){.size = 15, .bold = true, .align = VG_PANEL_MIDDLE});
    cairo_restore(cairo);
}
