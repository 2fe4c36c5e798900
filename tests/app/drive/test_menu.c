// The menu before a drive: moves, the stick, the mouse, and what can be seen in windows of all sizes.
#include "app/drive/menu.h"

#include <string.h>

#include "tests/check.h"

// A menu of 20 roads, 3 cars and 2 policies, in memory of its own.
static void fill(vg_menu *menu) {
    static const int32_t counts[VG_MENU_LISTS] = {20, 3, 2};
    static const char *const cars[] = {"standard", "kart", "gt"};
    *menu = (vg_menu){0};
    for (int k = 0; k < VG_MENU_LISTS; k++) {
        menu->lists[k].count = counts[k];
        menu->lists[k].entries = vg_new(vg_menu_entry, counts[k]);
        for (int32_t i = 0; i < counts[k]; i++) {
            vg_menu_entry *entry = &menu->lists[k].entries[i];
            if (k == VG_MENU_CARS)
                snprintf(entry->label, sizeof entry->label, "%s", cars[i]);
            else
                snprintf(entry->label, sizeof entry->label, "%c%d", 'a' + i / 4, i);
            if (k == VG_MENU_ROADS || i) memcpy(entry->name, entry->label, sizeof entry->label);
            snprintf(entry->car.name, sizeof entry->car.name, "%d of list %d", i, k);
        }
    }
}

static int32_t road_of(const vg_menu *menu) { return menu->lists[VG_MENU_ROADS].chosen; }

START_TEST(moves_within_a_list_and_between_lists) {
    vg_menu menu;
    fill(&menu);
    vg_menu_go(&menu, VG_MENU_UP);
    ck_assert_int_eq(road_of(&menu), 0);
    for (int i = 0; i < 3; i++) vg_menu_go(&menu, VG_MENU_DOWN);
    ck_assert_int_eq(road_of(&menu), 3);
    vg_menu_go(&menu, VG_MENU_LAST);
    vg_menu_go(&menu, VG_MENU_DOWN);
    ck_assert_int_eq(road_of(&menu), 19);
    menu.rows = 8;
    vg_menu_go(&menu, VG_MENU_PAGE_UP);
    ck_assert_int_eq(road_of(&menu), 12);
    vg_menu_go(&menu, VG_MENU_PAGE_UP);
    vg_menu_go(&menu, VG_MENU_PAGE_UP);
    ck_assert_int_eq(road_of(&menu), 0);
    // From the last list to the first one, and back.
    vg_menu_go(&menu, VG_MENU_LEFT);
    ck_assert_int_eq(menu.active, VG_MENU_POLICIES);
    vg_menu_go(&menu, VG_MENU_DOWN);
    vg_menu_go(&menu, VG_MENU_RIGHT);
    ck_assert_int_eq(menu.active, VG_MENU_ROADS);
    ck_assert_int_eq(road_of(&menu), 0);
    ck_assert_str_eq(vg_menu_name(&menu, VG_MENU_POLICIES), "a1");
    ck_assert_ptr_null(vg_menu_name(&menu, VG_MENU_CARS)); // the flag is left out
    vg_menu_free(&menu);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(accepts_and_cancels) {
    vg_menu menu;
    fill(&menu);
    snprintf(menu.message, sizeof menu.message, "the policy was made for another car");
    vg_menu_go(&menu, VG_MENU_STAY);
    ck_assert(menu.state == VG_MENU_OPEN && menu.message[0]);
    vg_menu_go(&menu, VG_MENU_ACCEPT);
    ck_assert(menu.state == VG_MENU_ACCEPTED && !menu.message[0]);
    vg_menu_go(&menu, VG_MENU_CANCEL);
    ck_assert_int_eq(menu.state, VG_MENU_CANCELLED);
    vg_menu_free(&menu);
}
END_TEST

START_TEST(a_letter_goes_round) {
    vg_menu menu;
    fill(&menu);
    vg_menu_letter(&menu, 'c');
    ck_assert_int_eq(road_of(&menu), 8);
    vg_menu_letter(&menu, 'C');
    ck_assert_int_eq(road_of(&menu), 9);
    for (int i = 0; i < 3; i++) vg_menu_letter(&menu, 'c');
    ck_assert_int_eq(road_of(&menu), 8);
    vg_menu_letter(&menu, 'z'); // none begins so
    ck_assert_int_eq(road_of(&menu), 8);
    vg_menu_free(&menu);
}
END_TEST

// Once at first, and again when it is held, at a rate that does not depend on the frames.
START_TEST(a_stick_moves_once_and_repeats) {
    vg_menu menu;
    fill(&menu);
    vg_menu_stick(&menu, 0.1, 0.3, 0.02); // its rest is not exact
    ck_assert_int_eq(road_of(&menu), 0);
    for (int i = 0; i < 18; i++) vg_menu_stick(&menu, 0.1, 0.9, 0.02); // 0.34 s after the first
    ck_assert_int_eq(road_of(&menu), 1);
    for (int i = 0; i < 50; i++) vg_menu_stick(&menu, 0.1, 0.9, 0.02); // 1.34 s
    int32_t reached = road_of(&menu);
    ck_assert_int_ge(reached, 8);
    ck_assert_int_le(reached, 10);
    vg_menu_stick(&menu, 0, 0, 0.02);
    vg_menu_stick(&menu, 0, -1, 0.02);
    ck_assert_int_eq(road_of(&menu), reached - 1);
    vg_menu_stick(&menu, 1, 0.9, 0.02); // the farther axis counts
    ck_assert_int_eq(menu.active, VG_MENU_CARS);
    ck_assert_int_eq(road_of(&menu), reached - 1);
    vg_menu_free(&menu);
}
END_TEST

static bool inside(const vg_view_box *box, const vg_view_box *in) {
    return box->x >= in->x && box->y >= in->y && box->x + box->width <= in->x + in->width + 1e-9 &&
           box->y + box->height <= in->y + in->height + 1e-9;
}

START_TEST(the_chosen_entry_is_seen_at_all_sizes) {
    static const double sizes[][2] = {{480, 320}, {1280, 720}, {3840, 2160}, {800, 200}, {300, 900}};
    vg_menu menu;
    fill(&menu);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int32_t chosen = 19; chosen >= 0; chosen -= 19) {
            vg_menu_list *roads = &menu.lists[VG_MENU_ROADS];
            roads->chosen = chosen;
            vg_menu_layout l = vg_menu_arrange(&menu, sizes[i][0], sizes[i][1]);
            ck_assert_int_ge(menu.rows, 1);
            ck_assert(chosen >= roads->top && chosen < roads->top + menu.rows);
            ck_assert(roads->top >= 0 && (roads->top + menu.rows <= 20 || roads->top == 0));
            if (sizes[i][0] < 480 || sizes[i][1] < 320) continue; // no window is that small
            vg_view_box window = {0, 0, sizes[i][0] / l.scale, sizes[i][1] / l.scale};
            ck_assert(inside(&l.card, &window) && inside(&l.button, &l.card));
            for (int k = 0; k < VG_MENU_LISTS; k++) {
                ck_assert(inside(&l.lists[k], &l.card) && inside(&l.facts[k], &l.card));
                ck_assert(l.facts[k].y + l.facts[k].height <= l.button.y + 1);
            }
        }
    vg_menu_free(&menu);
}
END_TEST

START_TEST(the_mouse_picks_scrolls_and_drives) {
    vg_menu menu;
    fill(&menu);
    menu.lists[VG_MENU_ROADS].chosen = 19;
    vg_menu_layout l = vg_menu_arrange(&menu, 480, 320); // everything is smaller
    int32_t top = menu.lists[VG_MENU_ROADS].top;
    ck_assert(l.scale < 1 && top > 0);
    const vg_view_box *roads = &l.lists[VG_MENU_ROADS], *cars = &l.lists[VG_MENU_CARS];
    vg_menu_click(&menu, &l, (cars->x + 5) * l.scale, (cars->y + 1.5 * l.row) * l.scale);
    ck_assert(menu.active == VG_MENU_CARS && menu.lists[VG_MENU_CARS].chosen == 1);
    vg_menu_click(&menu, &l, (cars->x + 5) * l.scale, (cars->y + 5.5 * l.row) * l.scale); // below the last
    ck_assert_int_eq(menu.lists[VG_MENU_CARS].chosen, 1);
    vg_menu_click(&menu, &l, (roads->x + 5) * l.scale, (roads->y + 2.5 * l.row) * l.scale);
    ck_assert_int_eq(road_of(&menu), top + 2);
    vg_menu_wheel(&menu, &l, (roads->x + 5) * l.scale, (roads->y + 5) * l.scale, 0.25); // away: up
    ck_assert_int_eq(road_of(&menu), top + 1);
    vg_menu_wheel(&menu, &l, (roads->x + 5) * l.scale, (roads->y + 5) * l.scale, -1e9);
    ck_assert_int_eq(road_of(&menu), 19);
    vg_menu_wheel(&menu, &l, 1, 1, 3); // on no list
    ck_assert(road_of(&menu) == 19 && menu.state == VG_MENU_OPEN);
    vg_menu_click(&menu, &l, (l.button.x + 9) * l.scale, (l.button.y + 9) * l.scale);
    ck_assert_int_eq(menu.state, VG_MENU_ACCEPTED);
    vg_menu_free(&menu);
}
END_TEST

START_TEST(the_car_is_the_one_chosen_or_the_policys_own) {
    vg_menu menu;
    fill(&menu);
    ck_assert_str_eq(vg_menu_car(&menu)->name, "0 of list 1");
    menu.lists[VG_MENU_POLICIES].chosen = 1;
    ck_assert_str_eq(vg_menu_car(&menu)->name, "0 of list 1"); // a policy for any car
    menu.lists[VG_MENU_POLICIES].entries[1].has_car = true;
    ck_assert_str_eq(vg_menu_car(&menu)->name, "1 of list 2");
    menu.lists[VG_MENU_CARS].chosen = 2;
    menu.lists[VG_MENU_CARS].entries[2].has_car = true;
    ck_assert_str_eq(vg_menu_car(&menu)->name, "2 of list 1");
    vg_menu_free(&menu);
}
END_TEST

CK_MAIN("menu", moves_within_a_list_and_between_lists, accepts_and_cancels, a_letter_goes_round,
        a_stick_moves_once_and_repeats, the_chosen_entry_is_seen_at_all_sizes,
        the_mouse_picks_scrolls_and_drives, the_car_is_the_one_chosen_or_the_policys_own)
