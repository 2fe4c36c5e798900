#include "app/view/layout.h"

#include "tests/check.h"

static bool within(const vg_view_box *a, const vg_view_box *b) {
    return a->x >= b->x && a->y >= b->y && a->x + a->width <= b->x + b->width + 1e-9 &&
           a->y + a->height <= b->y + b->height + 1e-9;
}

// At every size: the three parts fill the picture, and every element lies in its own part.
START_TEST(everything_has_its_place) {
    for (double width = VG_LAYOUT_LEAST_WIDTH; width <= 4000; width += 63)
        for (double height = VG_LAYOUT_LEAST_HEIGHT; height <= 2500; height += 71) {
            vg_layout l = vg_layout_make(width, height, 16);
            ck_assert_double_eq(l.scene.height, l.strip.y);
            ck_assert_double_eq(l.strip.y + l.strip.height, l.bar.y);
            ck_assert_double_eq(l.bar.y + l.bar.height, height);
            ck_assert_double_ge(l.scene.height, 0.35 * height);
            ck_assert(within(&l.button, &l.bar) && within(&l.track, &l.bar));
            ck_assert_double_ge(l.track.x, l.button.x + l.button.width);
            ck_assert(within(&l.legend, &l.scene) && within(&l.minimap, &l.scene));
            ck_assert_double_le(l.legend.x + l.legend.width, l.minimap.x);
            for (int i = 0; i < l.row_count; i++) ck_assert(within(&l.rows[i], &l.legend));
            double right = 0;
            for (int i = 0; i < VG_PANEL_COUNT; i++) {
                if (l.panels[i].width == 0) continue;
                ck_assert(within(&l.panels[i], &l.strip));
                ck_assert_double_ge(l.panels[i].x, right);
                ck_assert_double_ge(l.panels[i].width, 200);
                right = l.panels[i].x + l.panels[i].width;
            }
        }
}
END_TEST

START_TEST(the_offset_is_always_shown) {
    ck_assert_double_gt(vg_layout_make(VG_LAYOUT_LEAST_WIDTH, 600, 2).panels[VG_PANEL_OFFSET].width, 400);
    ck_assert_double_eq(vg_layout_make(700, 600, 2).panels[VG_PANEL_DRIFT].width, 0);
    ck_assert_double_gt(vg_layout_make(1280, 720, 2).panels[VG_PANEL_DRIFT].width, 0);
    ck_assert_int_eq(vg_layout_make(1280, 720, 2).row_count, 2);
}
END_TEST

static bool apart(const vg_view_box *a, const vg_view_box *b) {
    return a->x + a->width <= b->x || b->x + b->width <= a->x || a->y + a->height <= b->y ||
           b->y + b->height <= a->y;
}

// The free part lies in the scene; in all but small windows nothing covers it.
START_TEST(what_is_free_is_not_covered) {
    for (double width = VG_LAYOUT_LEAST_WIDTH; width <= 4000; width += 63)
        for (double height = VG_LAYOUT_LEAST_HEIGHT; height <= 2500; height += 71) {
            vg_layout l = vg_layout_make(width, height, 16);
            vg_view_box part = vg_layout_free(&l);
            ck_assert(within(&part, &l.scene) && part.width > 0 && part.height > 0);
            if (width >= 1000) ck_assert(apart(&part, &l.legend) && apart(&part, &l.minimap));
            vg_view_box scene = {0, 0, width / 2, l.scene.height};
            vg_side_layout side = vg_layout_side(scene.width, scene.height, 4);
            part = vg_layout_side_free(scene.width, scene.height, 4);
            ck_assert(within(&part, &scene) && part.width > 0 && part.height > 0);
            if (height >= 900) ck_assert(apart(&part, &side.box));
            if (height >= 900 && side.minimap.width > 0) ck_assert(apart(&part, &side.minimap));
        }
}
END_TEST

CK_MAIN("layout", what_is_free_is_not_covered, everything_has_its_place, the_offset_is_always_shown)
