#include "app/scene/landscape.h"

#include <math.h>

#include "sim/base/memory.h"

enum { STRETCH = 16 }; // nodes a stretch

static uint32_t mix(uint64_t h) {
    h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
    h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
    return (uint32_t)(h ^ h >> 32);
}

uint32_t vg_landscape_random(const vg_landscape *landscape, int32_t i, int32_t j, uint32_t salt) {
    uint64_t place = (uint64_t)(uint32_t)i << 32 | (uint32_t)j;
    return mix(place ^ landscape->seed ^ (uint64_t)salt * 0x9e3779b97f4a7c15u);
}

static double ease(double t) { return t * t * (3 - 2 * t); }

double vg_landscape_noise(const vg_landscape *landscape, double x, double y, double size, uint32_t salt) {
    double u = floor(x / size), v = floor(y / size), a = ease(x / size - u), b = ease(y / size - v);
    double corner[4];
    for (int k = 0; k < 4; k++)
        corner[k] =
            vg_landscape_random(landscape, (int32_t)u + (k & 1), (int32_t)v + (k >> 1), salt) * 0x1p-32;
    return (corner[0] * (1 - a) + corner[1] * a) * (1 - b) + (corner[2] * (1 - a) + corner[3] * a) * b;
}

static void measure(const vg_road_view *view, vg_stretch *stretch) {
    *stretch = (vg_stretch){stretch->first, stretch->count, INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (int32_t k = 0; k < stretch->count; k++) {
        int32_t i = (stretch->first + k) % view->count;
        const double x[] = {view->left_x[i], view->right_x[i]}, y[] = {view->left_y[i], view->right_y[i]};
        for (int side = 0; side < 2; side++) {
            stretch->least_x = fmin(stretch->least_x, x[side]);
            stretch->most_x = fmax(stretch->most_x, x[side]);
            stretch->least_y = fmin(stretch->least_y, y[side]);
            stretch->most_y = fmax(stretch->most_y, y[side]);
        }
    }
}

vg_err vg_landscape_open(vg_landscape *landscape, const vg_road *road, vg_diag *diag) {
    vg_road_view view = vg_road_get(road);
    int32_t segments = view.closed ? view.count : view.count - 1;
    *landscape = (vg_landscape){.road = road, .view = view, .seed = vg_road_hash(road)};
    landscape->stretch_count = (segments + STRETCH - 1) / STRETCH;
    landscape->stretches = vg_new(vg_stretch, landscape->stretch_count);
    landscape->grain = vg_new(uint8_t, VG_TILE * VG_TILE);
    if (!landscape->stretches || !landscape->grain) {
        vg_landscape_close(landscape);
        return vg_fail_memory(diag);
    }
    for (int32_t k = 0; k < landscape->stretch_count; k++) {
        vg_stretch *stretch = &landscape->stretches[k];
        stretch->first = k * STRETCH;
        stretch->count = (segments - stretch->first < STRETCH ? segments - stretch->first : STRETCH) + 1;
        measure(&view, stretch);
    }
    for (int32_t i = 0; i < view.count; i++)
        landscape->half = fmax(landscape->half, fmax(view.left[i], view.right[i]));
    for (int32_t i = 0; i < VG_TILE * VG_TILE; i++)
        landscape->grain[i] = (uint8_t)(vg_landscape_random(landscape, i % VG_TILE, i / VG_TILE, 7) >> 24);
    return VG_OK;
}

void vg_landscape_close(vg_landscape *landscape) {
    vg_free(landscape->stretches);
    vg_free(landscape->grain);
    *landscape = (vg_landscape){0};
}
