// app/scene/ground.h -- the landscape as a cache of pixels, turned and scaled into a picture. Internal to
// app/scene.
//
// The cache is a square of pixels over the world that wraps around: the pixel of a point is its coordinates
// modulo the side, so a picture is sampled without a search for tiles. Each tile of the cache stores which
// part of the world it holds. A second cache with half the density serves pictures from farther up.
#ifndef VG_APP_SCENE_GROUND_H
#define VG_APP_SCENE_GROUND_H

#include "app/scene/landscape.h"

typedef struct vg_ground vg_ground; // opaque

// The landscape is borrowed. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_ground_open(const vg_landscape *landscape, vg_ground **out, vg_diag *diag);
void vg_ground_close(vg_ground *ground); // NULL is fine

// An affine view: pixel (px, py) of the picture shows the world at x = x0 + px * xx + py * xy and
// y = y0 + px * yx + py * yy, m.
typedef struct vg_ground_view {
    double x0, xx, xy;
    double y0, yx, yy;
} vg_ground_view;

// Paints width x height pixels. Tiles that the picture needs and the cache lacks are painted first, and a few
// around the picture too. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_ground_paint(vg_ground *ground, const vg_ground_view *view, uint32_t *pixels,
                                    int32_t width, int32_t height, int64_t stride, vg_diag *diag);

// Tiles painted so far: what a picture costs beyond sampling.
int64_t vg_ground_painted(const vg_ground *ground);

#endif
