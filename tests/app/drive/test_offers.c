// What the menu before a drive offers.
#include "app/drive/offers.h"

#include <string.h>

#include "sim/base/file.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

static vg_diag diag;

static void put(const char *name, const char *bytes, int64_t size) {
    ck_ok(vg_file_write(scratch(name), bytes, size, VG_REPLACE, &diag));
}

static const vg_menu_entry *find(const vg_menu *menu, vg_menu_kind kind, const char *label) {
    const vg_menu_list *list = &menu->lists[kind];
    for (int32_t i = 0; i < list->count; i++)
        if (strcmp(list->entries[i].label, label) == 0) return &list->entries[i];
    return NULL;
}

static const char *folder_of(const char *path) {
    static char folder[300];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    return folder;
}

START_TEST(offers_roads_cars_and_policies) {
    char *policy;
    int64_t size;
    vg_menu menu;
    ck_ok(vg_file_read(VG_FIXTURES "/torch_policy.safetensors", 1 << 20, &policy, &size, &diag));
    put("b.safetensors", policy, size);
    put("a\033[2J.safetensors", policy, size); // a name that would play with a terminal
    put("half.safetensors", policy, size / 2); // not a policy
    put("policy.txt", policy, size);
    put(".safetensors", policy, size); // hidden
    vg_free(policy);
    ck_ok(vg_offers_open(folder_of(scratch("x")), &menu, &diag));

    ck_assert_str_eq(vg_menu_name(&menu, VG_MENU_ROADS), "train-1");
    ck_assert_ptr_null(vg_menu_name(&menu, VG_MENU_CARS));
    ck_assert_ptr_null(vg_menu_name(&menu, VG_MENU_POLICIES));
    ck_assert_str_eq(vg_menu_car(&menu)->name, "sedan");
    ck_assert_ptr_nonnull(find(&menu, VG_MENU_ROADS, "hairpins")->road);
    ck_assert_str_eq(find(&menu, VG_MENU_ROADS, "train-1")->facts[1], "10.0 m wide");
    ck_assert_float_eq(find(&menu, VG_MENU_CARS, "kart")->car.wheelbase, 1.05f);

    // Experts that need no settings, then files in the order of their names.
    const vg_menu_list *policies = &menu.lists[VG_MENU_POLICIES];
    ck_assert_ptr_nonnull(find(&menu, VG_MENU_POLICIES, "pursuit"));
    ck_assert_ptr_null(find(&menu, VG_MENU_POLICIES, "line_follower"));
    ck_assert_ptr_null(find(&menu, VG_MENU_POLICIES, "half.safetensors"));
    const vg_menu_entry *last = &policies->entries[policies->count - 1];
    ck_assert_str_eq(last->label, "b.safetensors");
    ck_assert_str_eq(last[-1].label, "a [2J.safetensors");
    ck_assert_ptr_nonnull(strstr(last[-1].name, "/a\033[2J.safetensors"));
    ck_assert(!find(&menu, VG_MENU_POLICIES, ".safetensors") && !find(&menu, VG_MENU_POLICIES, "policy.txt"));
    menu.lists[VG_MENU_POLICIES].chosen = policies->count - 1;
    ck_assert_str_eq(vg_menu_car(&menu)->name, "kart"); // it was made for it
    vg_menu_free(&menu);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(a_folder_that_is_not_there_has_no_files) {
    vg_menu menu;
    ck_ok(vg_offers_open("nosuch/folder", &menu, &diag));
    ck_assert_ptr_nonnull(find(&menu, VG_MENU_POLICIES, "pursuit"));
    vg_menu_free(&menu);
}
END_TEST

// An allocation that fails anywhere is told, and nothing is left.
START_TEST(runs_out_of_memory) {
    for (oom turn = {.share = 1, .diag = &diag}; oom_next(&turn);) {
        vg_menu menu;
        turn.err = vg_offers_open("nosuch", &menu, &diag);
        vg_menu_free(&menu);
    }
}
END_TEST

CK_MAIN("offers", offers_roads_cars_and_policies, a_folder_that_is_not_there_has_no_files, runs_out_of_memory)
