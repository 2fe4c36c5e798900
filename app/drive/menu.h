// app/drive/menu.h -- what `verge drive` offers before the drive: roads, cars and policies, in three lists to
// pick from. It knows no window: the caller tells of moves and of the pointer. offers.h fills it.
#ifndef VG_APP_DRIVE_MENU_H
#define VG_APP_DRIVE_MENU_H

#include "app/scene/box.h"
#include "sim/car.h"
#include "sim/road.h"

typedef enum vg_menu_kind { VG_MENU_ROADS, VG_MENU_CARS, VG_MENU_POLICIES, VG_MENU_LISTS } vg_menu_kind;

enum { VG_MENU_FACTS = 3, VG_MENU_TEXT = 96, VG_MENU_NAME = 256 };

typedef struct vg_menu_entry {
    char name[VG_MENU_NAME];  // as the flag of `verge drive` takes it; "": the flag is left out
    char label[VG_MENU_TEXT]; // as it is shown
    char facts[VG_MENU_FACTS][VG_MENU_TEXT]; // lines about it; ""
    vg_road *road;                           // of a road, owned by the menu; else NULL
    bool has_car;                            // of a car, or of a policy that was made for one
    vg_car car;
} vg_menu_entry;

typedef struct vg_menu_list {
    const char *title;
    vg_menu_entry *entries; // [count], at least one, owned by the menu
    int32_t count;
    int32_t chosen; // one entry always is
    int32_t top;    // the first one that is shown
} vg_menu_list;

typedef enum vg_menu_state { VG_MENU_OPEN, VG_MENU_ACCEPTED, VG_MENU_CANCELLED } vg_menu_state;

// What keys and buttons do. LEFT and RIGHT go from list to list, all others but the last two within one.
typedef enum vg_menu_move {
    VG_MENU_STAY,
    VG_MENU_UP,
    VG_MENU_DOWN,
    VG_MENU_LEFT,
    VG_MENU_RIGHT,
    VG_MENU_PAGE_UP,
    VG_MENU_PAGE_DOWN,
    VG_MENU_FIRST,
    VG_MENU_LAST,
    VG_MENU_ACCEPT,
    VG_MENU_CANCEL
} vg_menu_move;

typedef struct vg_menu {
    vg_menu_list lists[VG_MENU_LISTS];
    vg_menu_kind active; // the list that moves act on
    vg_menu_state state;
    char message[200];  // a line for the user, until the next move; "": none
    int32_t rows;       // entries that a list had space for when the menu was last arranged
    vg_menu_move held;  // the way in which a stick is held
    double held_repeat; // s until it moves again
} vg_menu;

void vg_menu_free(vg_menu *menu); // zeroed is fine

void vg_menu_go(vg_menu *menu, vg_menu_move move);
// Chooses the next entry of the active list that begins with a letter, after the chosen one.
void vg_menu_letter(vg_menu *menu, char letter);
// A stick in [-1, 1], right and down positive, or buttons of a direction as -1 or 1; held for dt seconds. It
// moves once, and repeats when it is held.
void vg_menu_stick(vg_menu *menu, double x, double y, double dt);

// What is picked. name: NULL where the flag is left out.
const char *vg_menu_name(const vg_menu *menu, vg_menu_kind kind);
const vg_menu_entry *vg_menu_chosen(const vg_menu *menu, vg_menu_kind kind);
// The car that would be driven: the one chosen, else the policy's own, else the first entry's.
const vg_car *vg_menu_car(const vg_menu *menu);

// Where all of it is, in the card's own units: `scale` units of the window each.
typedef struct vg_menu_layout {
    double scale;
    vg_view_box card, button;
    vg_view_box lists[VG_MENU_LISTS]; // the entries, `row` high each; the title is above
    vg_view_box facts[VG_MENU_LISTS];
    double row;
} vg_menu_layout;

// Places it in a window, in units, and moves the lists so that what is chosen can be seen.
vg_menu_layout vg_menu_arrange(vg_menu *menu, double width, double height);
// A click, and the wheel's clicks away from the user, at a point of the window in units.
void vg_menu_click(vg_menu *menu, const vg_menu_layout *layout, double x, double y);
void vg_menu_wheel(vg_menu *menu, const vg_menu_layout *layout, double x, double y, double clicks);

#endif
