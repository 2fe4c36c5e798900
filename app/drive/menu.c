#include "app/drive/menu.h"

#include <ctype.h>
#include <math.h>

#include "app/scene/panel.h"
#include "sim/base/memory.h"

void vg_menu_free(vg_menu *menu) {
    for (int k = 0; k < VG_MENU_LISTS; k++) {
        vg_menu_list *list = &menu->lists[k];
        for (int32_t i = 0; i < list->count; i++) vg_road_destroy(list->entries[i].road);
        vg_free(list->entries);
    }
    *menu = (vg_menu){0};
}

const vg_menu_entry *vg_menu_chosen(const vg_menu *menu, vg_menu_kind kind) {
    const vg_menu_list *list = &menu->lists[kind];
    return &list->entries[list->chosen];
}

const char *vg_menu_name(const vg_menu *menu, vg_menu_kind kind) {
    const vg_menu_entry *entry = vg_menu_chosen(menu, kind);
    return entry->name[0] ? entry->name : NULL;
}

const vg_car *vg_menu_car(const vg_menu *menu) {
    const vg_menu_entry *car = vg_menu_chosen(menu, VG_MENU_CARS);
    const vg_menu_entry *policy = vg_menu_chosen(menu, VG_MENU_POLICIES);
    if (car->has_car) return &car->car;
    return policy->has_car ? &policy->car : &menu->lists[VG_MENU_CARS].entries[0].car;
}

// --- moves -----------------------------------------------------------------------------------------------

static void choose(vg_menu_list *list, int64_t i) {
    if (i >= list->count) i = list->count - 1;
    list->chosen = i < 0 ? 0 : (int32_t)i;
}

void vg_menu_go(vg_menu *menu, vg_menu_move move) {
    vg_menu_list *list = &menu->lists[menu->active];
    int32_t page = menu->rows > 1 ? menu->rows - 1 : 1;
    if (move != VG_MENU_STAY) menu->message[0] = '\0';
    switch (move) {
    case VG_MENU_STAY: break;
    case VG_MENU_UP: choose(list, list->chosen - 1); break;
    case VG_MENU_DOWN: choose(list, list->chosen + 1); break;
    case VG_MENU_PAGE_UP: choose(list, list->chosen - page); break;
    case VG_MENU_PAGE_DOWN: choose(list, list->chosen + page); break;
    case VG_MENU_FIRST: choose(list, 0); break;
    case VG_MENU_LAST: choose(list, list->count - 1); break;
    case VG_MENU_LEFT: menu->active = (menu->active + VG_MENU_LISTS - 1) % VG_MENU_LISTS; break;
    case VG_MENU_RIGHT: menu->active = (menu->active + 1) % VG_MENU_LISTS; break;
    case VG_MENU_ACCEPT: menu->state = VG_MENU_ACCEPTED; break;
    case VG_MENU_CANCEL: menu->state = VG_MENU_CANCELLED; break;
    }
}

void vg_menu_letter(vg_menu *menu, char letter) {
    vg_menu_list *list = &menu->lists[menu->active];
    menu->message[0] = '\0';
    for (int32_t k = 1; k < list->count; k++) {
        int32_t i = (list->chosen + k) % list->count;
        if (tolower((unsigned char)list->entries[i].label[0]) != tolower((unsigned char)letter)) continue;
        list->chosen = i;
        return;
    }
}

void vg_menu_stick(vg_menu *menu, double x, double y, double dt) {
    const double from = 0.5, first = 0.4, next = 0.12; // of the stick's travel; s
    vg_menu_move way = VG_MENU_STAY;
    if (fabs(y) >= fabs(x))
        way = y > from ? VG_MENU_DOWN : y < -from ? VG_MENU_UP : VG_MENU_STAY;
    else
        way = x > from ? VG_MENU_RIGHT : x < -from ? VG_MENU_LEFT : VG_MENU_STAY;
    bool begins = way != menu->held;
    menu->held = way;
    menu->held_repeat -= dt;
    if (!begins && menu->held_repeat > 0) return;
    menu->held_repeat = begins ? first : next;
    vg_menu_go(menu, way);
}

// --- places ----------------------------------------------------------------------------------------------

static const double PAD = 24, GAP = 18, HEAD = 56, TITLE = 28, ROW = 30, FACTS = 66, FOOT = 56;

static void scroll(vg_menu_list *list, int32_t rows) {
    int32_t last = list->count > rows ? list->count - rows : 0;
    if (list->chosen < list->top) list->top = list->chosen;
    if (list->chosen >= list->top + rows) list->top = list->chosen - rows + 1;
    if (list->top > last) list->top = last;
}

vg_menu_layout vg_menu_arrange(vg_menu *menu, double width, double height) {
    static const double shares[VG_MENU_LISTS] = {0.36, 0.27, 0.37};
    // A small window shows the same, smaller; below 0.6 of the size nobody could read it.
    double scale = vg_panel_grown(width, height) * fmax(0.6, fmin(1, fmin(width / 720, height / 460)));
    vg_menu_layout l = {.scale = scale, .row = ROW};
    width /= scale, height /= scale;
    l.card.width = fmin(width - 16, 1000), l.card.height = fmin(height - 16, 660);
    l.card.x = (width - l.card.width) / 2, l.card.y = (height - l.card.height) / 2;
    double x = l.card.x + PAD, room = l.card.width - 2 * PAD - (VG_MENU_LISTS - 1) * GAP;
    double top = l.card.y + HEAD + TITLE, high = l.card.height - HEAD - TITLE - FACTS - FOOT;
    menu->rows = high >= ROW ? (int32_t)(high / ROW) : 1;
    for (int k = 0; k < VG_MENU_LISTS; k++) {
        l.lists[k] = (vg_view_box){x, top, shares[k] * room, menu->rows * ROW};
        l.facts[k] = (vg_view_box){x, top + menu->rows * ROW, shares[k] * room, FACTS};
        x += shares[k] * room + GAP;
        scroll(&menu->lists[k], menu->rows);
    }
    l.button = (vg_view_box){l.card.x + l.card.width - PAD - 150, l.card.y + l.card.height - 50, 150, 34};
    return l;
}

// The list at a point; VG_MENU_LISTS: none.
static vg_menu_kind list_at(const vg_menu_layout *layout, double x, double y) {
    for (int k = 0; k < VG_MENU_LISTS; k++)
        if (vg_box_has(&layout->lists[k], x, y)) return (vg_menu_kind)k;
    return VG_MENU_LISTS;
}

void vg_menu_click(vg_menu *menu, const vg_menu_layout *layout, double x, double y) {
    x /= layout->scale, y /= layout->scale;
    if (vg_box_has(&layout->button, x, y)) vg_menu_go(menu, VG_MENU_ACCEPT);
    vg_menu_kind kind = list_at(layout, x, y);
    if (kind == VG_MENU_LISTS) return;
    vg_menu_list *list = &menu->lists[kind];
    int32_t i = list->top + (int32_t)((y - layout->lists[kind].y) / layout->row);
    menu->active = kind;
    menu->message[0] = '\0';
    if (i < list->count) list->chosen = i;
}

void vg_menu_wheel(vg_menu *menu, const vg_menu_layout *layout, double x, double y, double clicks) {
    vg_menu_kind kind = list_at(layout, x / layout->scale, y / layout->scale);
    if (kind == VG_MENU_LISTS || clicks == 0) return;
    menu->active = kind;
    menu->message[0] = '\0';
    // Fine wheels give parts of a click: each counts as one.
    double steps = fmin(fmax(clicks > 0 ? ceil(clicks) : floor(clicks), -100), 100);
    choose(&menu->lists[kind], menu->lists[kind].chosen - (int64_t)steps);
}
