#include "app/view/layout.h"

#include <math.h>

static const double BAR = 46, GAP = 16, ROW = 22, LEGEND = 316, HEAD = 34;

// Three panels if each is wide enough, else two, else one.
static void place_panels(vg_layout *l) {
    double width = l->width - 2 * GAP, top = l->strip.y + 12, height = l->strip.height - 16;
    double shares[VG_PANEL_COUNT] = {0.44, 0.28, 0.28};
    if (width < 620)
        shares[0] = 1, shares[1] = shares[2] = 0;
    else if (width < 900)
        shares[0] = 0.58, shares[1] = 0, shares[2] = 0.42;
    double x = GAP;
    for (int i = 0; i < VG_PANEL_COUNT; i++) {
        l->panels[i] = (vg_view_box){x, top, shares[i] * width - (shares[i] > 0 ? GAP : 0), height};
        if (shares[i] == 0) l->panels[i].width = 0;
        x += shares[i] * width;
    }
    l->panels[VG_PANEL_COUNT - 1].width += shares[VG_PANEL_COUNT - 1] > 0 ? GAP : 0;
}

vg_layout vg_layout_make(double width, double height, int32_t cars) {
    vg_layout l = {.width = width, .height = height};
    double strip = 0.32 * height;
    if (strip < 140) strip = 140;
    if (strip > 300) strip = 300;
    strip = floor(strip);
    l.bar = (vg_view_box){0, height - BAR, width, BAR};
    l.strip = (vg_view_box){0, l.bar.y - strip, width, strip};
    l.scene = (vg_view_box){0, 0, width, l.strip.y};
    place_panels(&l);
    l.button = (vg_view_box){GAP - 4, l.bar.y + 6, 34, 34};
    l.track = (vg_view_box){GAP + 166, l.bar.y, width - 2 * GAP - 166 - 56, BAR};
    double room = l.scene.height - 24 - HEAD - 8;
    int32_t most = room > 0 ? (int32_t)(room / ROW) : 0;
    if (most > VG_LAYOUT_ROWS) most = VG_LAYOUT_ROWS;
    l.row_count = cars < most ? cars : most;
    double legend = width < 2.5 * LEGEND ? 0.4 * width : LEGEND;
    l.legend = (vg_view_box){12, 12, legend, HEAD + ROW * l.row_count + 8};
    for (int32_t i = 0; i < l.row_count; i++) l.rows[i] = (vg_view_box){12, 12 + HEAD + ROW * i, legend, ROW};
    double side = 0.42 * l.scene.height;
    if (side > 210) side = 210;
    if (side < 90) side = 90;
    l.minimap = (vg_view_box){width - 12 - side, 12, side, side};
    return l;
}

static const double MARGIN = 44; // so that a car at the edge is seen whole, with its label

static vg_view_box free_part(double width, double height, const vg_view_box *left, const vg_view_box *right) {
    const double share = 1.0 / 3;
    double from = left->x + left->width, to = right->width > 0 ? right->x : width;
    double below = fmax(left->y + left->height, right->y + right->height);
    vg_view_box part = {0, 0, width, height};
    if (to - from - 2 * MARGIN >= share * width)
        part.x = from, part.width = to - from;
    else if (height - below - 2 * MARGIN >= share * height)
        part.y = below, part.height = height - below;
    double x = fmin(MARGIN, part.width / 4), y = fmin(MARGIN, part.height / 4);
    return (vg_view_box){part.x + x, part.y + y, part.width - 2 * x, part.height - 2 * y};
}

vg_view_box vg_layout_free(const vg_layout *l) {
    return free_part(l->scene.width, l->scene.height, &l->legend, &l->minimap);
}

// --- side by side ----------------------------------------------------------------------------------------

static const double FACTS = 50, TALL = 38;

vg_side_layout vg_layout_side(double width, double height, int32_t cars) {
    vg_side_layout l = {0};
    double room = floor((height - 24 - FACTS - 6) / TALL), side = fmin(150, 0.36 * height);
    l.row_count = room < 0 ? 0 : room < cars ? (int32_t)room : cars;
    l.box = (vg_view_box){12, 12, fmin(260, width - 24), FACTS + TALL * l.row_count + 6};
    if (width > l.box.width + side + 36) l.minimap = (vg_view_box){width - 12 - side, 12, side, side};
    return l;
}

vg_view_box vg_layout_side_free(double width, double height, int32_t cars) {
    vg_side_layout l = vg_layout_side(width, height, cars);
    return free_part(width, height, &l.box, &l.minimap);
}

vg_view_box vg_layout_side_row(const vg_side_layout *l, int32_t k) {
    return (vg_view_box){l->box.x, l->box.y + FACTS + TALL * k, l->box.width, TALL};
}
