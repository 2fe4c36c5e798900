#include "app/scene/landscape_trees.h"

#include <cairo.h>
#include <math.h>

#include "app/scene/landscape_road.h"
#include "app/scene/panel.h"

// m: each square may have one tree; the largest crown; the least distance from the road's edge to a crown.
static const double CELL = 6.5, LARGEST = 3.9, CLEAR = 5;
static const double BEYOND = 1; // m between gravel and a crown
// The sun: a shadow falls this far for a radius of 1, to the south-east.
static const double SHADOW_X = 0.42, SHADOW_Y = -0.55;

// The most trees of a tile: at the lowest density that shows trees, a tile is 320 m wide.
enum { MOST = 2600 };

typedef struct tree {
    double x, y, radius; // m
    uint32_t look;
} tree;

// The least distance of a crown's middle from node i: the half width and the gravel of its side, and some
// room.
static double room_at(const vg_landscape *l, int32_t i, double dx, double dy, double radius) {
    double heading = l->view.heading[i];
    int side = dy * cos(heading) - dx * sin(heading) > 0 ? 1 : -1;
    double gravel = vg_landscape_gravel(l->view.curvature[i], side);
    return fmax(CLEAR, gravel + BEYOND) + radius + (side > 0 ? l->view.left[i] : l->view.right[i]);
}

// Whether the crown stays clear of road and gravel.
static bool clear_of_road(const vg_landscape *l, const tree *t) {
    double reach = fmax(CLEAR, VG_LANDSCAPE_GRAVEL + BEYOND) + t->radius;
    for (int32_t k = 0; k < l->stretch_count; k++) {
        const vg_stretch *s = &l->stretches[k];
        if (t->x < s->least_x - reach || t->x > s->most_x + reach || t->y < s->least_y - reach ||
            t->y > s->most_y + reach)
            continue;
        for (int32_t n = 0; n < s->count; n++) {
            int32_t i = (s->first + n) % l->view.count;
            double dx = t->x - l->view.x[i], dy = t->y - l->view.y[i];
            double away = dx * dx + dy * dy;
            if (away >= (reach + l->half) * (reach + l->half)) continue; // as most are
            double room = room_at(l, i, dx, dy, t->radius);
            if (away < room * room) return false;
        }
    }
    return true;
}

// The tree of a square, if it has one: woods where a broad noise is high, single trees elsewhere.
static bool grow(const vg_landscape *l, int32_t i, int32_t j, tree *out) {
    uint32_t h = vg_landscape_random(l, i, j, 11), g = vg_landscape_random(l, i, j, 12);
    double wood = vg_landscape_noise(l, i * CELL, j * CELL, 70, 13);
    double chance = wood > 0.56 ? 0.8 : wood > 0.45 ? 0.16 : 0.025;
    if ((h & 0xffff) * 0x1p-16 > chance) return false;
    out->x = (i + 0.15 + 0.7 * (h >> 16) * 0x1p-16) * CELL;
    out->y = (j + 0.15 + 0.7 * (g & 0xffff) * 0x1p-16) * CELL;
    out->radius = 1.5 + (LARGEST - 1.5) * pow((g >> 16) * 0x1p-16, 1.4);
    out->look = vg_landscape_random(l, i, j, 14);
    return clear_of_road(l, out);
}

// A crown's outline: a circle with lobes.
static void crown(cairo_t *cairo, double x, double y, double radius, uint32_t look) {
    enum { LOBES = 7 };
    double turn = (look & 255) * (2 * M_PI / 256);
    for (int k = 0; k < LOBES; k++) {
        double angle = turn + k * 2 * M_PI / LOBES, out = 0.36 * radius;
        cairo_new_sub_path(cairo);
        cairo_arc(cairo, x + cos(angle) * 0.64 * radius, y + sin(angle) * 0.64 * radius, out * 1.12, 0,
                  2 * M_PI);
    }
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x, y, 0.8 * radius, 0, 2 * M_PI);
}

static void draw_shadow(cairo_t *cairo, const tree *t) {
    crown(cairo, t->x + SHADOW_X * t->radius, t->y + SHADOW_Y * t->radius, t->radius, t->look);
}

// Three greens from dark to light, each smaller and nearer to the sun.
static void draw_tree(cairo_t *cairo, const tree *t) {
    static const uint32_t greens[4][3] = {{0x2f5a35, 0x3c6e3d, 0x4f8547},
                                          {0x35613a, 0x457843, 0x5b8f4c},
                                          {0x2a5239, 0x356545, 0x457a51},
                                          {0x4a6a2f, 0x5e8038, 0x779745}};
    const uint32_t *green = greens[t->look >> 8 & 3];
    crown(cairo, t->x, t->y, t->radius, t->look);
    vg_panel_colour(cairo, green[0], 1);
    cairo_fill(cairo);
    crown(cairo, t->x - 0.13 * t->radius, t->y + 0.16 * t->radius, 0.72 * t->radius, t->look >> 10);
    vg_panel_colour(cairo, green[1], 1);
    cairo_fill(cairo);
    crown(cairo, t->x - 0.24 * t->radius, t->y + 0.30 * t->radius, 0.40 * t->radius, t->look >> 18);
    vg_panel_colour(cairo, green[2], 1);
    cairo_fill(cairo);
}

void vg_landscape_trees(const vg_tile *tile) {
    if (tile->density < 0.8) return;
    double reach = 2 * LARGEST;
    int32_t least_i = (int32_t)floor((tile->west - reach) / CELL),
            most_i = (int32_t)floor((tile->east + reach) / CELL);
    int32_t least_j = (int32_t)floor((tile->south - reach) / CELL),
            most_j = (int32_t)floor((tile->north + reach) / CELL);
    tree trees[MOST];
    int32_t count = 0;
    // Drawn from north to south, so that a crown covers what is behind it.
    for (int32_t j = most_j; j >= least_j; j--)
        for (int32_t i = least_i; i <= most_i && count < MOST; i++)
            count += grow(tile->landscape, i, j, &trees[count]);
    for (int32_t k = 0; k < count; k++) draw_shadow(tile->cairo, &trees[k]);
    vg_panel_colour(tile->cairo, 0x0d1c12,
                    0.30); // all shadows are one path, so they do not darken one another
    cairo_fill(tile->cairo);
    for (int32_t k = 0; k < count; k++) draw_tree(tile->cairo, &trees[k]);
}
